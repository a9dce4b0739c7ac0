#!/usr/bin/env python3
"""Golden tests of the command line.

A case is a folder below this one: `cmd` (a shell script of one or few lines), `expected.stdout`, `expected.stderr`
and `expected.exit`. The command runs in a fresh folder with these variables and no others that matter:
  $W        the program                    $TESTDATA  testdata/ of the project
  $CASE     the case's own folder          $CORPUS    the folder of real wheels, when there is one
A case that needs the corpus has a file `needs-corpus` and is skipped (and counted so) without it.
In outputs, paths of the machine are replaced by these names again, so that they are the same everywhere.
Every standard output that is a JSON report is validated against docs/report.schema.json, one with a `kind` against
docs/KIND.schema.json; closed: a key that the schema does not know fails the test. SARIF, GitHub's annotations and JUnit
XML are read as their consumers do (format_readers.py).

usage: run.py PROGRAM [--update] [CASE…]
"""

import argparse
import copy
import difflib
import json
import os
import pathlib
import re
import stat
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import format_readers  # noqa: E402

ROOT = HERE.parent.parent
DOCS = ROOT / "docs"
TIMEOUT = 60
# Said with -v where the system refuses seccomp or Landlock; its tests are tests/system/sandbox_test.cpp and tests/hostile.
UNCONFINED = re.compile("^note: the program does not confine itself wholly: .*\n", re.MULTILINE)


def corpus():
    folder = pathlib.Path(os.environ.get("WHEELAUDIT_CORPUS") or os.devnull)
    return folder if folder.is_dir() else None


def closed(schema):
    """The schema with every object limited to the keys it names."""
    schema = copy.deepcopy(schema)

    def close(node):
        if isinstance(node, dict):
            if "properties" in node:
                node["additionalProperties"] = False
            for value in node.values():
                close(value)
        elif isinstance(node, list):
            for value in node:
                close(value)

    close(schema)
    return schema


def make_validators():
    """By the document's `kind`; a report of wheels has none."""
    import jsonschema

    validators = {}
    for path in sorted(DOCS.glob("*.schema.json")):
        schema = json.loads(path.read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        kind = path.name.removesuffix(".schema.json")
        validators[None if kind == "report" else kind] = jsonschema.Draft202012Validator(closed(schema))
    return validators


def schema_faults(validators, text):
    if '"schema_version"' not in text:
        return []
    try:
        document = json.loads(text)
    except ValueError as error:
        return [f"standard output is no JSON: {error}"]
    kind = document.get("kind")
    if kind not in validators:
        return [f"there is no docs/{kind}.schema.json"]
    return [f"schema: {'/'.join(map(str, e.absolute_path))}: {e.message[:300]}"
            for e in validators[kind].iter_errors(document)]


def remove(folder):
    """Also what a case made unreadable."""
    for parent, folders, _ in os.walk(folder):
        for name in folders:
            path = os.path.join(parent, name)
            if not os.path.islink(path):
                os.chmod(path, stat.S_IRWXU)
    subprocess.run(["rm", "-rf", "--", str(folder)], check=True)


def run_case(case, program):
    work = pathlib.Path(tempfile.mkdtemp(prefix="wheelaudit-cli-"))
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(work), "LC_ALL": "C.UTF-8", "W": str(program),
        "CASE": str(case), "TESTDATA": str(ROOT / "testdata"), "CORPUS": str(corpus() or ""),
    }
    try:
        done = subprocess.run(["bash", str(case / "cmd")], cwd=work, env=environment, timeout=TIMEOUT,
                              stdin=subprocess.DEVNULL, capture_output=True)
        out, err, code = done.stdout, done.stderr, done.returncode
    except subprocess.TimeoutExpired:
        out, err, code = b"", b"took longer than a minute\n", 124
    finally:
        remove(work)

    def neutral(raw):
        text = raw.decode("utf-8", "backslashreplace")
        for name in ("CASE", "TESTDATA", "CORPUS"):
            if environment[name]:
                text = text.replace(environment[name], "$" + name)
        return text.replace(str(work), "$PWD")

    return {"stdout": neutral(out), "stderr": UNCONFINED.sub("", neutral(err)), "exit": f"{code}\n"}


def differences(case, actual):
    for name, text in actual.items():
        path = case / f"expected.{name}"
        expected = path.read_text() if path.exists() else ""
        if expected != text:
            yield from difflib.unified_diff(expected.splitlines(True), text.splitlines(True),
                                            f"{case.name}/expected.{name}", "actual")


def update(case, actual):
    for name, text in actual.items():
        path = case / f"expected.{name}"
        if text or name == "exit":
            path.write_text(text)
        elif path.exists():
            path.unlink()


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("program", type=pathlib.Path)
    arguments.add_argument("cases", nargs="*")
    arguments.add_argument("--update", action="store_true", help="write what the program does as expected")
    options = arguments.parse_intermixed_args()
    program = options.program.resolve()
    validators = make_validators()
    cases = sorted(path.parent for path in HERE.glob("*/cmd"))
    if options.cases:
        cases = [case for case in cases if case.name in options.cases]
    skipped = [case for case in cases if (case / "needs-corpus").exists() and not corpus()]
    cases = [case for case in cases if case not in skipped]

    passed, failed = 0, 0
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        for case, actual in zip(cases, pool.map(lambda c: run_case(c, program), cases)):
            faults = schema_faults(validators, actual["stdout"]) + format_readers.faults_of(actual["stdout"])
            if options.update:
                update(case, actual)
            else:
                faults += list(differences(case, actual))
            if faults:
                failed += 1
                print(f"FAILED {case.name}")
                sys.stdout.writelines(fault if fault.endswith("\n") else fault + "\n" for fault in faults)
            else:
                passed += 1
    for case in skipped:
        print(f"skipped {case.name}: no corpus")
    print(f"{passed} passed, {failed} failed, {len(skipped)} skipped")
    return 1 if failed or passed + len(skipped) == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
