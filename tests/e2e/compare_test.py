"""The comparer must be able to fail: one good pair of report and answer, then one change each."""

import copy
import unittest

import compare

MEMBER = "pkg/_core.cpython-313-wasm32-emscripten.so"

REPORT = {
    "path": "pkg-1.0-cp313-cp313-pyemscripten_2025_0_wasm32.whl",
    "verdict": "incompatible",
    "modules": [{"path": MEMBER, "kind": "side-module"}],
    "runtimes": [
        {"profile": "pyemscripten_2025_0", "pyodide": "0.29.5", "links": "call", "unresolved": 1,
         "mismatched": 0}
    ],
    "findings": [
        {"rule": "WA301", "name": "unresolved-function", "severity": "error", "consequence": "call",
         "profile": "pyemscripten_2025_0", "releases": ["0.29.5"], "member": MEMBER,
         "symbol": "absent", "offset": None, "message": "unresolved function `absent`",
         "cause": None, "expected": None, "found": None, "details": [], "help": "…", "repairable": False}
    ],
}  # fmt: skip

ANSWER = {
    "pyodide": "0.29.5", "mode": "import", "install": [], "runs": [], "then": None,
    "modules": [
        {"path": MEMBER, "stage": "ok", "message": "",
         "truth": {"linked": True, "link_error": None, "imports": {"runtime_wasm": 9},
                   "unresolved_functions": ["absent"], "unresolved_addresses": [],
                   "unresolved_tags": [], "unknown": [], "weak": [], "neighbour": [],
                   "refused": []},
         "needed": [], "needed_missing": []}
    ],
}  # fmt: skip


def changed(change_report=None, change_answer=None):
    report, answer = copy.deepcopy(REPORT), copy.deepcopy(ANSWER)
    if change_report:
        change_report(report)
    if change_answer:
        change_answer(answer)
    return compare.differences(report, answer)


def finding(**fields):
    return {**copy.deepcopy(REPORT["findings"][0]), **fields}


class Comparer(unittest.TestCase):
    def test_equal(self):
        self.assertEqual(changed(), [])

    def test_missed_symbol(self):
        def change(answer):
            answer["modules"][0]["truth"]["unresolved_functions"].append("second")

        self.assertEqual(
            changed(None, change),
            [f"{MEMBER}, unresolved: the runtime shows what wheelaudit does not say: second"],
        )

    def test_an_empty_name_is_a_name(self):
        """JSON has null for it, as for findings about no symbol."""

        def say(report):
            report["findings"].append(finding(symbol=None))

        def ask(answer):
            answer["modules"][0]["truth"]["unresolved_functions"].append("")

        self.assertEqual(changed(say, ask), [])
        self.assertEqual(len(changed(say)), 2)
        self.assertEqual(len(changed(None, ask)), 1)

    def test_a_quoted_message_is_what_the_runtime_says(self):
        def say(report):
            quoting = finding(rule="WA202", details=['the load fails: "need … section to be first"'])
            report["findings"] = [quoting]

        def ask(message):
            def change(answer):
                answer["modules"][0] |= {"stage": "link", "message": message, "truth": None}
                answer["then"] = {"value": "42"}

            return change

        def messages(message):
            return [line for line in changed(say, ask(message)) if "quotes" in line]

        self.assertEqual(messages("Error: need dylink section to be first"), [])
        self.assertEqual(messages("Error: other"), [
            f'{MEMBER}: WA202 quotes "need … section to be first", the runtime says "Error: other"'])  # fmt: skip

    def test_invented_symbol(self):
        def change(report):
            report["findings"].append(finding(symbol="malloc"))

        self.assertEqual(
            changed(change),
            [
                f"{MEMBER}, unresolved: wheelaudit says what the runtime does not show: malloc",
                f"{MEMBER}: WA301 malloc is not reproduced",
            ],
        )

    def test_invented_warning_counts_too(self):
        def change(report):
            report["findings"].append(finding(symbol="malloc", severity="warning"))

        self.assertEqual(len(changed(change)), 1)

    def test_notes_with_a_cause_and_information_do_not_count(self):
        def change(report):
            report["findings"].append(finding(symbol="a", severity="note", cause="WA401 libx.so"))
            report["findings"].append(
                finding(symbol="b", rule="WA313", severity="note", consequence="style")
            )
            report["findings"].append(finding(symbol="c", releases=["0.28.0"]))

        self.assertEqual(changed(change), [])

    def test_wrong_links(self):
        def change(report):
            report["runtimes"][0]["links"] = "ok"

        self.assertEqual(changed(change), ["links: wheelaudit says ok, the runtime shows call"])

    def test_no_row(self):
        def change(report):
            report["runtimes"] = []

        self.assertEqual(changed(change), ["the report has no row (or several) for 0.29.5"])

    def test_load_failure_and_poison(self):
        def failing(answer):
            answer["modules"][0]["stage"] = "link"

        def poisoning(answer):
            failing(answer)
            answer["then"] = {"error": "bad export type"}

        self.assertIn("links: wheelaudit says call, the runtime shows load", changed(None, failing))
        self.assertIn(
            "links: wheelaudit says call, the runtime shows poison", changed(None, poisoning)
        )

    def test_good_module_afterwards_is_no_poison(self):
        def change(answer):
            answer["modules"][0]["stage"] = "link"
            answer["then"] = {"value": "42"}

        self.assertIn("links: wheelaudit says call, the runtime shows load", changed(None, change))

    def test_python_errors_say_nothing_about_linking(self):
        def change(answer):
            answer["modules"][0].update(stage="python", message="ImportError: no module named x")

        self.assertEqual(changed(None, change), [])

    def test_refused_import(self):
        def answer(value):
            value["modules"][0]["stage"] = "link"
            value["modules"][0]["truth"].update(
                unresolved_functions=[],
                refused=[{"module": "env", "name": "time", "kind": "function", "message": "type"}],
            )

        def report(value):
            value["runtimes"][0]["links"] = "load"
            value["findings"] = [
                finding(rule="WA303", symbol="time", consequence="load", expected="(i32) -> i64",
                        found="(i32) -> i32")
            ]  # fmt: skip

        self.assertEqual(changed(report, answer), [])

        def silent(value):
            report(value)
            value["findings"] = []

        self.assertEqual(
            changed(silent, answer),
            [
                "no finding says that anything fails, and the runtime shows load",
                f"{MEMBER}, refused: the runtime shows what wheelaudit does not say: time",
            ],
        )

    def test_missing_library_hides_its_symbols(self):
        def answer(value):
            value["modules"][0].update(stage="link", truth=None)

        def report(value):
            value["runtimes"][0]["links"] = "load"
            value["findings"] = [
                finding(rule="WA401", symbol="libx.so", consequence="load"),
                finding(symbol="of_libx", severity="note", cause="WA401 libx.so"),
            ]

        self.assertEqual(changed(report, answer), [])

    def test_an_install_that_names_no_module_failed_for_the_one_never_instantiated(self):
        def say(report):
            report["runtimes"][0]["links"] = "load"
            report["findings"] = [finding(rule="WA403", consequence="load", symbol=None)]

        def fail(answer):
            answer["install"] = ["Didn't expect to load any more file_packager files!"]
            answer["modules"][0].update(stage="python", truth=None)

        self.assertEqual(changed(say, fail), [])

        def fail_elsewhere(answer):
            fail(answer)
            answer["modules"][0]["truth"] = copy.deepcopy(ANSWER["modules"][0]["truth"])
            answer["modules"][0]["truth"]["unresolved_functions"] = []

        self.assertTrue(any("WA403" in line for line in changed(say, fail_elsewhere)))

    def test_absent_and_of_another_type_is_said_once(self):
        def fail(answer):
            answer["modules"][0]["stage"] = "link"
            answer["modules"][0]["truth"]["refused"] = [
                {"module": "env", "name": "absent", "kind": "function", "message": "…"}
            ]

        def say(report):
            report["runtimes"][0]["links"] = "load"

        def say_refused(report):
            say(report)
            report["findings"][0].update(rule="WA303", consequence="load")

        self.assertEqual(changed(say, fail), [])
        self.assertEqual(changed(say_refused, fail), [])

    def test_what_the_engine_never_read_is_not_held_against_anyone(self):
        def fail(answer):
            answer["modules"][0]["stage"] = "link"
            answer["modules"][0]["truth"].update(unresolved_functions=[], unknown=["absent"])

        def say(report):
            report["runtimes"][0]["links"] = "load"

        self.assertEqual(changed(say, fail), [])

    def test_module_that_loads_disproves_a_load_error(self):
        def report(value):
            value["findings"].append(finding(rule="WA306", symbol="", consequence="load"))

        self.assertIn(
            f"{MEMBER}: WA306 unresolved function `absent` is not reproduced", changed(report)
        )

    def test_calls_into_a_library_that_nothing_binds(self):
        """WA406 without a symbol, a warning: checked against the stubs that would call nobody, both ways."""
        unbound = finding(rule="WA406", symbol=None, severity="warning")

        def say(report):
            report["findings"] = [unbound]

        def see(answer):
            answer["modules"][0]["truth"].update(unresolved_functions=[], unbound=["answer"])

        def see_nothing(answer):
            answer["modules"][0]["truth"].update(unresolved_functions=[], unbound=[])

        def say_nothing(report):
            report["findings"] = []

        self.assertEqual(changed(say, see), [])
        said, shown = "wheelaudit says unbound calls into a library", "the runtime has unbound calls into a library"
        self.assertIn(f"{MEMBER}: {said}, the runtime has none", changed(say, see_nothing))
        self.assertIn(f"{MEMBER}: {shown}, wheelaudit does not say so", changed(say_nothing, see))

        def ok(report):
            say(report)
            report["runtimes"][0]["links"] = "ok"

        self.assertEqual(changed(ok, see), ["links: wheelaudit says ok, the runtime shows call"])

    def test_faults_that_only_a_call_shows(self):
        """Two types bound by a stub, or a foreign tag: proven by a call that died, by nothing else."""
        for fault in (
            finding(rule="WA406", symbol="answer", expected="() -> i32", found="() -> i64"),
            finding(rule="WA310", symbol=None),
        ):
            def change(report):
                report["findings"] = [fault]

            def bound(answer):
                answer["modules"][0]["truth"]["unresolved_functions"] = []

            def dying(answer):
                bound(answer)
                answer["runs"] = [{"code": "call()", "fatal": "Cannot convert a BigInt"}]

            self.assertEqual(changed(change, dying), [])
            self.assertEqual(len(changed(change, bound)), 2)  # links, and not reproduced
            self.assertNotEqual(changed(change), [])

    def test_a_recorded_call_that_dies(self):
        facts = {"import": {"load": "ok", "call": "fatal: BigInt", "linked": True}}
        self.assertEqual(compare.recorded_links(facts), "call")
        facts["import"]["call"] = "42"
        self.assertEqual(compare.recorded_links(facts), "ok")

    def test_unlisted_module(self):
        def change(report):
            report["modules"] = []

        self.assertIn(
            f"{MEMBER}: the runtime loads it as a module, the report does not list it",
            changed(change),
        )

    def test_no_answer(self):
        def change(answer):
            answer["broken"] = "exit 1"

        self.assertEqual(changed(None, change), ["the runtime gave no answer: exit 1"])

    def test_recorded(self):
        def facts(**more):
            return {"import": {"load": "ok", "linked": True, "unresolved_functions": ["absent"], **more}}

        def differences(value):
            return compare.recorded_differences(REPORT, "0.29.5", value)

        self.assertEqual(differences(facts()), [])
        self.assertEqual(len(differences(facts(unresolved_functions=[]))), 2)
        self.assertEqual(
            differences(facts(load="fails", later="Error: bad export type")),
            ["links: wheelaudit says call, recorded is poison"],
        )
        self.assertEqual(differences(facts(load="fails", later="ok"))[0][-4:], "load")
        installed = {**facts(), "install": {"load": "fails", "later": "ok"}}
        self.assertEqual(
            differences(installed), ["links: wheelaudit says call, recorded is load"]
        )


if __name__ == "__main__":
    unittest.main()
