#!/usr/bin/env python3
"""Bad input: each case is refused by the check it is meant for, and costs, writes and shows nothing it should not.

Of every case: the exit code; the rule and words of the check reached; time and memory as promised (docs/design/safety.md#promise-10:
a second for a file within 1 MiB inflated and half a second for each further MiB, 64 MiB and twice the largest
member); JSON that fits its schema, SARIF, JUnit and annotations that their readers take; no raw control character, no
bidi override, no broken UTF-8 and no line that a build log obeys in any output; the input as it was, and nothing
beside it; no output file of `repair` unless the case says that it is repaired.

    run.py --program P [--show] [--slow FACTOR] [--report FILE] [WORD…]    only cases whose family or name holds a WORD
"""

import argparse
import concurrent.futures
import hashlib
import importlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

import hardening  # noqa: E402
import outside  # noqa: E402
from case import WAREHOUSE  # noqa: E402
from measured import measured  # noqa: E402

# The golden tests' own validators, of schemas closed to keys they do not name.
_golden = importlib.util.spec_from_file_location("golden", ROOT / "tests" / "cli" / "run.py")
golden = importlib.util.module_from_spec(_golden)
_golden.loader.exec_module(golden)

FAMILIES = ["zip_pypi", "zip_structure", "zip64", "deflate", "names", "metadata", "record", "modules", "dylink",
            "limits", "profiles", "command_line", "outside", "build"]  # fmt: skip
MEBIBYTE = 1 << 20
TIMEOUT = 60
# C0 but the line feed, DEL, C1, line and paragraph separators, bidi marks, embeddings, overrides and isolates.
UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def all_cases():
    for family in FAMILIES[:-2]:
        for case in importlib.import_module(f"cases.{family}").cases():
            case.family = family
            yield case


def report_faults(validators, text):
    """Unlike a golden test's output, this must be a report."""
    if '"schema_version"' not in text:
        return ["no report"]
    return golden.schema_faults(validators, text)


class Outcome:
    """One run of the program: exit code, texts, seconds, peak memory in bytes."""

    def __init__(self, program, arguments, folder, note):
        with open(f"{note}.out", "w+b") as out, open(f"{note}.err", "w+b") as err:
            self.exit, self.seconds, self.peak = measured([program, *arguments], folder, note, TIMEOUT, stdout=out, stderr=err)
            out.seek(0), err.seek(0)
            self.out, self.err = out.read(), err.read()


def is_log_command(line):
    """What GitHub Actions, Azure Pipelines or TeamCity would take for a command."""
    return golden.format_readers.github_command(line) is not None or "##" in line


def text_faults(run, what):
    for stream, data in (("output", run.out), ("errors", run.err)):
        try:
            found = UNPRINTABLE.search(data.decode())
        except UnicodeDecodeError as error:
            yield f"{what}: {stream} is no UTF-8: {error}"
            continue
        if found:
            yield f"{what}: {stream} holds {found.group()!r} raw"
        if any(is_log_command(line) for line in data.decode().split("\n")) and what != "github":
            yield f"{what}: {stream} holds a line that a build log obeys"


def cost_faults(run, what, seconds, memory):
    if run.exit is None:
        yield f"{what}: took longer than {TIMEOUT} s"
    if run.seconds > seconds:
        yield f"{what}: {run.seconds:.2f} s, expected at most {seconds:.2f}"
    if run.peak > memory:
        yield f"{what}: {run.peak >> 20} MiB, expected at most {memory >> 20}"


def state_of(folder):
    """Everything below a folder: names, contents, dates of change."""
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
            for path in sorted(Path(folder).rglob("*")) if path.is_file()}  # fmt: skip


class CaseRun:
    """A case laid into a folder of its own and run in each way that concerns it."""

    def __init__(self, case, program, validators, folder, slow):
        self.case, self.program, self.validators = case, program, validators
        self.place, self.notes = Path(folder) / "input", Path(folder) / "notes"
        self.results = Path(folder) / "results"
        self.faults, self.seconds, self.peak = [], 0.0, 0
        self.place.mkdir(), self.notes.mkdir()
        made = case.make()
        self.files = made if isinstance(made, dict) else {case.name: made}
        for name, content in self.files.items():
            (self.place / name).write_bytes(content)
        self.input = next(iter(self.files), None)
        size = max(map(len, self.files.values()), default=0)
        inflated = max(case.inflated, size)
        self.most_seconds = slow * (1 + 0.5 * max(0, inflated - MEBIBYTE) / MEBIBYTE)
        self.most_memory = 64 * MEBIBYTE + 2 * inflated

    def run(self, what, arguments):
        outcome = Outcome(self.program, arguments, self.place, str(self.notes / what))
        self.faults += cost_faults(outcome, what, self.most_seconds, self.most_memory)
        self.faults += text_faults(outcome, what)
        self.seconds, self.peak = max(self.seconds, outcome.seconds), max(self.peak, outcome.peak)
        return outcome

    def arguments(self, command):
        if self.input is None:
            return command
        if "INPUT" in command:
            return [self.input if part == "INPUT" else part for part in command]
        return [*command, "--", self.input]

    def expect(self, what, outcome, code):
        if outcome.exit is not None and outcome.exit != code:
            self.faults.append(f"{what}: exit {outcome.exit}, expected {code}")

    def check_text(self):
        outcome = self.run("text", self.arguments(self.case.run))
        self.expect("text", outcome, self.case.exit)
        text = (outcome.out + outcome.err).decode("utf-8", "replace")
        self.text = text
        if self.case.words not in text:
            self.faults.append(f"text: without {self.case.words!r}")

    def check_json(self):
        outcome = self.run("json", self.arguments([*self.case.run, "--json"]))
        self.expect("json", outcome, self.case.exit)
        self.faults += [f"json: {fault}" for fault in report_faults(self.validators, outcome.out.decode("utf-8", "replace"))]
        reasons = re.findall(r"PyPI would refuse this because[^\"]*", outcome.out.decode("utf-8", "replace"))
        if self.case.pypi and self.case.says_pypi and not any(self.case.pypi in reason for reason in reasons):
            self.faults.append(f"json: does not say that PyPI's {self.case.pypi} refuses it")
        if not self.case.pypi and self.case.family.startswith("zip") and reasons:
            self.faults.append(f"json: stands in our own list, and says: {reasons[0]}")
        try:
            wheels = json.loads(outcome.out)["wheels"]
        except (ValueError, KeyError):
            return
        rules = {finding["rule"] for one in wheels for finding in one["findings"]}
        if self.case.rule and self.case.rule not in rules:
            self.faults.append(f"json: no {self.case.rule}, only {sorted(rules)}")
        if self.case.exit == 3 and {one["verdict"] for one in wheels} != {"malformed"}:
            self.faults.append(f"json: verdict {wheels[0]['verdict']}, expected malformed")

    def check_formats(self):
        """Each format of its own rules, with the same exit code, and read by a reader of that format."""
        for name, beginning in (("sarif", '{\n"$schema"'), ("junit", "<?xml"), ("github", "::")):
            outcome = self.run(name, self.arguments([*self.case.run, "--format", name]))
            self.expect(name, outcome, self.case.exit)
            text = outcome.out.decode("utf-8", "replace")
            if not text.startswith(beginning) and (text or name != "github" or self.case.exit != 0):
                self.faults.append(f"{name}: begins with {text[:40]!r}")
            if self.case.exit != 0 and self.case.rule not in text:
                self.faults.append(f"{name}: no {self.case.rule}")
            self.faults += golden.format_readers.faults_of(text)

    def check_repair(self):
        code = self.case.exit if self.case.repair is None else self.case.repair
        limits = [part for part in self.case.run[1:] if part.startswith("--max-")]
        outcome = self.run("repair", ["repair", *limits, "-w", str(self.results), "--", self.input])
        self.expect("repair", outcome, code)
        self.repair_text = (outcome.out + outcome.err).decode("utf-8", "replace")
        written = sorted(self.results.rglob("*")) if self.results.exists() else []
        if code != 0 and written:
            self.faults.append(f"repair: wrote {written[0].name}")
        if code == 0 and outcome.exit == 0:
            again = [Outcome(self.program, ["check", "--", str(path)], self.place, str(self.notes / "again")).exit
                     for path in written]  # fmt: skip
            if again != [0]:
                self.faults.append(f"repair: the written wheel checks as {again}")

    def check(self):
        before = state_of(self.place)
        self.check_text()
        if self.case.rule:
            self.check_json()
            self.check_formats()
            self.run("show", ["show", "--", self.input])
            self.check_repair()
        if state_of(self.place) != before:
            self.faults.append("the input, or the folder it lies in, has changed")
        return self


def run_case(case, program, validators, options):
    with tempfile.TemporaryDirectory(prefix="wheelaudit-hostile-") as folder:
        try:
            done = CaseRun(case, program, validators, folder, options.slow).check()
        except Exception as error:  # a case that cannot be made is a failure like any other
            return case, [f"{type(error).__name__}: {error}"], 0.0, 0, ""
        text = f"{done.text}--- repair\n{getattr(done, 'repair_text', '')}" if options.show or done.faults else ""
        return case, done.faults, done.seconds, done.peak, text


def report(results):
    """The table of docs/assurance.md."""
    lines = ["| family | cases | as expected | slowest | most memory |", "|---|---|---|---|---|"]
    for family in FAMILIES:
        mine = [result for result in results if result[0].family == family]
        good = sum(not result[1] for result in mine)
        lines.append(f"| {family} | {len(mine)} | {good} | {max((r[2] for r in mine), default=0):.2f} s "
                     f"| {max((r[3] for r in mine), default=0) >> 20} MiB |")  # fmt: skip
    return "\n".join(lines) + "\n"


def tell(result, options):
    """A case that failed, or every one with --show, as soon as it is known."""
    case, faults, seconds, peak, text = result
    if faults or options.show:
        print(f"{'FAILED' if faults else 'ok'} {case.family}: {case.what} ({seconds:.2f} s, {peak >> 20} MiB)")
        for fault in faults:
            print(f"    {fault}")
        print("    | " + text[: 1500 if options.show else 400].replace("\n", "\n    | "), flush=True)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--show", action="store_true", help="print what the program said of each case")
    parser.add_argument("--slow", type=float, default=1, help="grant so many times the seconds: an unoptimised build")
    parser.add_argument("--hardened", action="store_true", help="the program is built by the release preset")
    parser.add_argument("--list", action="store_true", help="print the cases, run nothing")
    parser.add_argument("--report", help="write the figures by family to a file")
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    cases = [case for case in all_cases() if all(word in f"{case.family} {case.what}" for word in options.words)]
    names = [(case.family, case.what) for case in cases]
    assert len(set(names)) == len(names), "two cases of one name"
    if options.list:
        for case in cases:
            print(f"{case.family:14} {case.rule or '-':5} exit {case.exit}  {case.what}"
                  + (f" (PyPI: {case.pypi} at {WAREHOUSE[:12]})" if case.pypi else ""))  # fmt: skip
        return 0
    validators, program = golden.make_validators(), str(Path(options.program).resolve())
    results = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for result in pool.map(lambda case: run_case(case, program, validators, options), cases):
            results.append(tell(result, options))
    if not options.words or "outside" in options.words:
        results += [tell(result, options) for result in outside.results(program)]
    if options.hardened:
        results += [tell(result, options) for result in hardening.results(program)]
    print(report(results))
    if options.report:
        Path(options.report).write_text(report(results))
    failed = sum(bool(faults) for _, faults, *_ in results)
    print(f"{len(results) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main())
