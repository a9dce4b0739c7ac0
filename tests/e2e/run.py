#!/usr/bin/env python3
"""End-to-end tests: what wheelaudit says against what the real Pyodide does, under Node.

    run.py [--program FILE] [--jobs N] [--only TEXT]… [--all] [--list]

--program   the program under test (else $WHEELAUDIT, build/release/wheelaudit, build/dev/wheelaudit)
--only      tests whose name holds the text
--all       boots every recorded release for every variant too, instead of holding the report
            against the recorded facts (an hour and more)

Needs Node 20 or newer ($NODE, else one in the cache or the system's) and the npm packages, which
tests/support/pyodide.sh fetches into the cache.
"""

import argparse
import functools
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import compare
import compare_test
import program as tool
import wheels
from pyodide_runs import CONTROL, HERE, ROOT, TESTDATA, ask, corpus_folder, find_node
from runner import Failure, Skip, run_all

# Every variant is checked against this release live, and against the last of the older loaders where
# that does otherwise; for all other releases the recorded facts are checked without booting.
LIVE, OLDER = "0.29.5", "0.27.7"
LIBRARY = "libwheelaudit_answer.so"  # of testdata

# msgspec 0.18.6 in 0.27.7 dies in its init function in about every second process under Node 22 and works
# in the others, the bytes and the imports being the same: it alone is asked again.
FLAKY = {("msgspec-0.18.6-cp312-cp312-pyodide_2024_0_wasm32.whl", "0.27.7"): 8}

# Rules of docs/rules.md that the program does not have yet; a rule leaves this line when it lands.
LATER = ()


def expect(condition, message):
    if not condition:
        raise Failure(message)


def fail_if(differences):
    if differences:
        raise Failure("\n".join(["", *differences]))


# --- the comparer itself -------------------------------------------------------------------------


def comparer_is_sound():
    suite = unittest.defaultTestLoader.loadTestsFromModule(compare_test)
    result = unittest.TestResult()
    suite.run(result)
    fail_if([text for _, text in result.failures + result.errors])


def testdata_is_reproducible():
    command = [sys.executable, str(TESTDATA / "build.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True)
    if "is not installed" in done.stderr:
        raise Skip(done.stderr.strip())
    if done.returncode:
        raise Failure(done.stdout + done.stderr)


# --- truth against the runtime -------------------------------------------------------------------


def expectations(name):
    path = HERE / "expectations" / name
    return json.loads(path.read_text()) if path.exists() else {}


def agrees_with_runtime(context, wheel, release, options=(), run=()):
    """One wheel, one release: the report and the runtime's behaviour are the same."""
    said = tool.report(context.program, "check", wheel, *options)
    aborts = any(f["rule"] == "WA201" for f in said["findings"])  # which only an installer does
    mode = "install" if wheels.needs_libraries(wheel) or aborts else "import"
    different = []
    for again in range(FLAKY.get((Path(wheel).name, release), 1)):
        answer = ask(context.node, release, wheel, mode, run, TESTDATA / "variants" / CONTROL, again=again)
        different = compare.differences(said, answer)
        if not different:
            break
    if "broken" not in answer:
        context.seen.append({"wheel": Path(wheel).name, "release": release, "links": compare.true_links(answer),
                             "quoted": compare.quotes(said, answer), "agrees": not different})  # fmt: skip
    fail_if(different)
    shown = tool.report(context.program, "show", wheel, *options, expect=(0, 3))
    if compare.said_links(shown, release) != compare.said_links(said, release):
        raise Failure(f"show and check say different things of {release}")


def corpus_wheel(context, wheel, release):
    """A real wheel on its own ABI's newest release: its errors are those the runtime showed when
    expectations/corpus.json was recorded, and those it shows now."""
    agrees_with_runtime(context, wheel, release)
    errors = compare.said_errors(tool.report(context.program, "check", wheel), release)
    expected = expectations("corpus.json").get(wheel.name, {}).get("errors", [])
    fail_if(compare.set_differences("errors, against the recorded ones", errors, expected))


def unprofiled_wheel(context, wheel):
    said = tool.report(context.program, "check", wheel, expect=(1,))
    if not any(f["rule"] == "WA102" for f in said["findings"]):
        raise Failure(f"no WA102 for a tag without a profile: {sorted({f['rule'] for f in said['findings']})}")


def recorded_variant(context, name, wheel, release, recorded):
    """The report against facts recorded from the runtime (record.py), without booting it."""
    said = tool.report(context.program, "check", wheel, "--profile", release)
    fail_if(compare.recorded_differences(said, release, recorded))


# Releases that between them show every rule the variants are about.
TELLING = [part for r in ("0.21.3", "0.22.1", "0.27.7", "0.29.5", "314.0.7") for part in ("--profile", r)]


def rules_of(context, wheel):
    """What is said of it for these releases, and for what its own tags claim."""
    both = (tool.report(context.program, "check", wheel, *options) for options in (TELLING, ()))
    return {f["rule"] for said in both for f in said["findings"]}


def named_function_dies(context, wheel, release):
    """WA301 names the Python function that comes to the missing one: calling that one kills the
    interpreter, calling the other works."""
    said = tool.report(context.program, "check", wheel, "--profile", release)
    found = [f for f in said["findings"] if f["rule"] == "WA301"]
    expect(len(found) == 1, f"{len(found)} findings of WA301, not one")
    lines = [d for d in found[0]["details"] if d.startswith("reached ")]
    expect(len(lines) == 1 and lines[0].startswith("reached from Python: `wa_methods._core.call` ("),
           f"not the one Python function that reaches it: {lines}")  # fmt: skip
    expect(len(lines[0].split(" -> ")) == 4, f"not through two calls: {lines[0]}")
    calls = [f"from wa_methods import _core; _core.{name}()" for name in ("fine", "call")]
    answer = ask(context.node, release, wheel, run=calls)
    good, named = answer.get("runs", [{}, {}])
    expect(good.get("value") == "42", f"the function not named does not work: {good}")
    symbol = found[0]["symbol"]
    expect(symbol in named.get("fatal", ""), f"the function named does not die of {symbol}: {named}")


def glue_needs_eval(context, name, release):
    """WA312: where eval is forbidden, as by a page's policy, a module with JavaScript inside does not
    load; the control does."""
    no_eval = ["--disallow-code-generation-from-strings"]
    wheel = wheels.variants()[name]["wheel"]
    said = tool.report(context.program, "check", wheel, "--profile", release)
    notes = [f for f in said["findings"] if f["rule"] == "WA312"]
    expect(len(notes) == (name != "control"), f"{len(notes)} findings of WA312")
    answer = ask(context.node, release, wheel, flags=no_eval)
    expect("broken" not in answer, answer.get("broken"))
    module = answer["modules"][0]
    if name == "control":
        expect(module["stage"] == "ok", f"the control does not load: {module['message']}")
    else:
        expect("EvalError" in module["message"], f"no EvalError: {module}")


def calls_into_library(context, release, name, dies):
    """A variant's library in front of its module, for the old loaders: what is said of the calls is what
    happens, and once the library was opened globally they work."""
    call = f"import wa_{name}; wa_{name}.call()"
    opened = f"import ctypes; ctypes.CDLL({LIBRARY!r}, mode=ctypes.RTLD_GLOBAL) is not None"
    with tempfile.TemporaryDirectory() as folder:
        wheel = wheels.retag(wheels.variants()[name]["wheel"], folder, "emscripten_3_1_14_wasm32", first=LIBRARY)
        options = ("--profile", release)
        agrees_with_runtime(context, wheel, release, options, [call])
        said = tool.report(context.program, "check", wheel, *options, expect=(0,))
        found = [f["severity"] for f in said["findings"] if f["rule"] == "WA406"]
        expect(found == ["warning"] * dies, f"WA406: {found}")
        alone = ask(context.node, release, wheel, "install", [call])["runs"][-1]
        expect(("fatal" in alone) == dies and (dies or alone.get("value") == "42"), f"the call: {alone}")
        runs = ask(context.node, release, wheel, "install", [opened, call])["runs"]
        expect(runs[-1].get("value") == "42", f"opened globally: {runs}")


def constructor_calls_library(context, release, fails):
    """The same from a constructor: then it is the load that fails, where calls are bound to nobody."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = wheels.retag(wheels.variants()["needed_constructor"]["wheel"], folder, "emscripten_3_1_14_wasm32",
                             first=LIBRARY)  # fmt: skip
        options = ("--profile", release)
        agrees_with_runtime(context, wheel, release, options)
        said = tool.report(context.program, "check", wheel, *options, expect=(int(fails),))
        found = [(f["severity"], f["consequence"]) for f in said["findings"] if f["rule"] == "WA406"]
        expect(found == [("error", "load")] * fails, f"WA406: {found}")


def import_fails(context, name, code, words, release):
    """What installs and links all the same fails with these words when it is imported."""
    wheel = wheels.variants()[name]["wheel"]
    answer = ask(context.node, release, wheel, run=[f"import wa_{name}; wa_{name}.fine()", code])
    good, bad = answer.get("runs", [{}, {}])
    expect(good.get("value") == "42", f"the wheel itself does not work: {good}")
    expect(words in bad.get("error", ""), f"no {words!r}: {bad}")


def install_never_returns(context, name, release):
    """An export called `then`: Node ends with exit code 13, since nothing is left to wait for but the install."""
    answer = ask(context.node, release, TESTDATA / "variants" / wheels.variants()[name]["wheel"], "install")
    expect("exit 13" in answer.get("broken", ""), f"the install returned: {answer}")


def fires(context, wheel, rule):
    """A variant's rule is reported for some ABI, and not for the sibling that lacks the fault."""
    expect(rule in rules_of(context, wheel), f"{rule} is not reported for any release")
    quiet = rules_of(context, TESTDATA / "variants" / CONTROL)
    expect(rule not in quiet, f"{rule} is reported for the control too")


# --- repair --------------------------------------------------------------------------------------

EXAMPLES = [
    ("311", "emscripten_3_1_45", "0.24.1"),
    ("312", "pyodide_2024_0", "0.27.7"),
    ("313", "pyemscripten_2025_0", "0.29.5"),
    ("314", "pyemscripten_2026_0", "314.0.7"),
]
SELF_TEST = "import wheelaudit_example; wheelaudit_example.self_test()"


def repaired_example_works(context, python, platform, release):
    wheel = TESTDATA / "example" / f"wheelaudit_example-1.0-cp{python}-cp{python}-linux_x86_64.whl"
    before = wheel.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        tool.run(context.program, "repair", "--plat", platform, "-w", folder, wheel, expect=(0,))
        written = sorted(path.name for path in Path(folder).iterdir())
        wanted = f"wheelaudit_example-1.0-cp{python}-cp{python}-{platform}_wasm32.whl"
        if written != [wanted]:
            raise Failure(f"repair wrote {written}, not [{wanted}]")
        if wheel.read_bytes() != before:
            raise Failure("repair changed its input")
        repaired = Path(folder) / wanted
        said = tool.report(context.program, "check", repaired, expect=(0,))
        if said["verdict"] != "compatible":
            raise Failure(f"the repaired wheel's verdict is {said['verdict']}")
        answer = ask(context.node, release, repaired, "install", [SELF_TEST])
        fail_if(install_differences(answer, "ok"))


def install_differences(answer, value):
    """Whether a wheel was installed without a word and its last snippet gave this value."""
    if "broken" in answer:
        return [answer["broken"]]
    out = list(answer["install"])
    last = answer["runs"][-1] if answer["runs"] else {}
    if last.get("value") != value:
        out.append(f"{last.get('code')}: {last}")
    return out


def unrepaired_example_fails(context, release):
    """Without the repair nothing works: else the test above would prove nothing."""
    wheel = TESTDATA / "example" / "wheelaudit_example-1.0-cp313-cp313-linux_x86_64.whl"
    answer = ask(context.node, release, wheel, "install", [SELF_TEST])
    error = answer.get("runs", [{}])[-1].get("error", "")
    if "No module named 'wheelaudit_example._core'" not in error:
        raise Failure(f"expected ModuleNotFoundError, got {answer}")


def elf_is_refused(context):
    native = next((TESTDATA / "pypi").glob("markupsafe-*manylinux*.whl"))
    with tempfile.TemporaryDirectory() as folder:
        wheel = wheels.retag(native, folder, "pyemscripten_2025_0_wasm32")
        said = tool.report(context.program, "check", wheel, expect=(1,))
        found = [f for f in said["findings"] if f["rule"] == "WA201"]
        member = "markupsafe/_speedups.cpython-313-x86_64-linux-gnu.so"
        if [f["member"] for f in found] != [member]:
            raise Failure(f"WA201 names {[f['member'] for f in found]}, not [{member}]")
        message = " ".join(filter(None, (found[0]["message"], found[0]["found"]))).lower()
        expect("elf" in message and "x86-64" in message, f"neither format nor CPU: {message}")
        target = Path(folder) / "fixed"
        code, output = tool.run(context.program, "repair", "-w", target, wheel, expect=(1,))
        if target.exists() and any(target.iterdir()):
            raise Failure("repair wrote something for a wheel it refuses")
        expect("elf" in output.lower(), f"repair does not say why it refuses:\n{output}")


# --- all of them ---------------------------------------------------------------------------------


def collect(context, everything):
    tests = [
        ("the comparer finds every kind of difference", comparer_is_sound),
        ("testdata is what its sources yield", testdata_is_reproducible),
    ]

    def add(name, test, *arguments):
        tests.append((name, functools.partial(test, context, *arguments)))

    for python, platform, release in EXAMPLES:
        add(f"repair: the example for {platform} works in {release}",
            repaired_example_works, python, platform, release)  # fmt: skip
    add("repair: without it, the example does not import in 0.29.5", unrepaired_example_fails, "0.29.5")
    add("repair: an ELF under an Emscripten name is refused, naming file, format and CPU", elf_is_refused)

    for wheel in sorted((TESTDATA / "pypi").glob("*wasm32.whl")):
        release = wheels.own_release(wheel)
        add(f"truth: {wheel.name} in {release}", agrees_with_runtime, wheel, release)
    if not corpus_folder():
        tests.append(("truth: the corpus", no_corpus))
    for wheel in wheels.corpus():
        release = wheels.own_release(wheel)
        if release:
            add(f"truth: {wheel.name} in {release}", corpus_wheel, wheel, release)
        else:
            add(f"truth: {wheel.name} has no profile", unprofiled_wheel, wheel)

    for release in (OLDER, LIVE):
        add(f"first offender: the Python function that WA301 names dies in {release}, the other works",
            named_function_dies, wheels.variants()["methods"]["wheel"], release)  # fmt: skip
    for name in ("control", "em_js", "em_asm"):
        add(f"js glue: {name} in {LIVE} where eval is forbidden", glue_needs_eval, name, LIVE)
    for name, code, words in (("payload", "import wa_payload.compiled", "bad magic number"),
                              ("native_name", "import wa_native_name.extra", "No module named")):  # fmt: skip
        add(f"left over: {name}: `{code}` in {LIVE}: {words}", import_fails, name, code, words, LIVE)
    for release in (OLDER, LIVE, "314.0.7"):
        add(f"the install never returns: export_then in {release}", install_never_returns, "export_then", release)
    for release, dies in (("0.21.3", True), ("0.22.1", False)):
        for name in ("needed_top", "needed_libs"):
            add(f"calls into a library: {name} in {release}", calls_into_library, release, name, dies)
        add(f"calls into a library: from a constructor in {release}", constructor_calls_library, release, dies)
    recorded = expectations("variants.json")
    for name, entry in wheels.variants().items():
        for release, facts in recorded.get(name, {}).items():
            add(f"recorded: {name} in {release}", recorded_variant, name, entry["wheel"], release, facts)
            if everything or release == LIVE or (release == OLDER and differs(recorded[name])):
                add(f"truth: {name} in {release}", agrees_with_runtime, entry["wheel"], release,
                    ("--profile", release), telling_call(name, facts))  # fmt: skip
        if entry["rule"] and entry["rule"] not in LATER:
            add(f"rule: {entry['rule']} fires for {name} and not for control", fires,
                entry["wheel"], entry["rule"])  # fmt: skip
    return tests


def telling_call(name, facts):
    """The call that shows a variant's fault where linking shows none."""
    run = compare.recorded_run(facts)
    dies = compare.call_died(run) and not run.get("unresolved_functions")
    if run["load"] == "ok" and run.get("call", "").startswith("error"):
        return [f"import wa_{name}._core"]  # no module of that name: only an import shows it
    return [f"import wa_{name}; wa_{name}.call()"] if dies else []


def differs(facts):
    """Whether a variant fares otherwise in the two releases that are booted."""
    both = [facts[release] for release in (LIVE, OLDER) if release in facts]
    return len({compare.recorded_links(one) for one in both}) > 1


def no_corpus():
    raise Skip("no corpus (set WHEELAUDIT_CORPUS)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    context = argparse.Namespace(program=tool.find_program(options.program), node=find_node(), seen=[])
    tests = collect(context, options.all)
    tests = [t for t in tests if all(text in t[0] for text in options.only)]
    if options.list:
        print("\n".join(name for name, _ in tests))
        return 0
    missing = []
    if not context.program:
        missing.append("no program to test: build it (./dev build) or name it with --program")
    if not context.node:
        missing.append("no Node 20 or newer: set NODE")
    releases = sorted({LIVE, OLDER, *(r for _, _, r in EXAMPLES), *wheels.NEWEST.values()})
    support = ROOT / "tests" / "support" / "pyodide.sh"
    if not missing and subprocess.run([str(support), *releases]).returncode:
        missing.append("the npm packages of Pyodide are not all there")
    if missing:
        print("".join(f"FAIL {line}\n" for line in missing) + f"0 passed, {len(missing)} failed, 0 skipped")
        return 1
    print(f"e2e: {len(tests)} tests of {context.program}, {options.jobs} at a time")
    return run_all(tests, options.jobs)


if __name__ == "__main__":
    sys.exit(main())
