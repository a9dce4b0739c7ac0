#!/usr/bin/env python3
"""A red must be real: every published wheel that `check` calls incompatible for its own tags, and what makes it
fail in the real runtime.

    reds.py [--program FILE] [--jobs N] [--only TEXT]…

A named caller must be real, too: what WA301 says of wheels of testdata/variants comes true in the same way. Python
calls what is named, and that dies of the missing function; or the import dies where the report says that it may.

The wheels are those of the corpus and of testdata/pypi. A wheel that is red and not in the list below fails the
run, and so does one of the list that is no longer red, or that does not fail as said. A script is Python,
run in the release after the wheel was unpacked into site-packages (tests/e2e/oracle.mjs, unpack); what it ends with must
hold the words that stand there. The last line is "N passed, N failed, N skipped".
"""

import argparse
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "e2e"), str(HERE.parent / "seeds"), str(HERE)]

import program as tool  # noqa: E402
import wheels  # noqa: E402
from pyodide_runs import TESTDATA, ask, corpus_folder, find_node  # noqa: E402
from runner import Failure, Skip, run_all  # noqa: E402
from seeds import from_pypi  # noqa: E402


@dataclass(frozen=True)
class Red:
    wheel: str
    rule: str  # the error that makes it red
    releases: tuple  # where the script runs
    script: tuple  # of Python, a piece after the other; only the last one fails
    words: str  # which it ends with
    meaning: str
    installer: dict | None = None  # {release: its micropip and what that needs}: it is asked, the wheel not unpacked


# Function 3118, one of those the finding names, stands in the table once the module is imported.
CALL_3118 = """
import pyodide_js
table = pyodide_js._module.wasmTable
[f for f in map(table.get, range(table.length)) if f is not None and f.name == "3118"][-1]()
"""

REDS = (
    Red("Shapely-1.8.2-cp310-cp310-emscripten_3_1_14_wasm32.whl", "WA401", ("0.21.3",),
        ("import shapely.speedups._speedups",), "Could not find lib geos_c",
        "Its modules need libgeos_c.so, which only another package of the distribution holds."),
    Red("cryptography-42.0.5-cp312-cp312-pyodide_2024_0_wasm32.whl", "WA401", ("0.27.7",),
        ("import cryptography.hazmat.bindings._rust",), "Didn't expect to load any more file_packager files!",
        "Its module needs libcrypto.so and libssl.so, which only another package of the distribution holds."),
    Red("tokenizers_python-0.11.0-cp310-cp310-emscripten_3_1_14_wasm32.whl", "WA301", ("0.21.3",),
        ("import tokenizers; str(tokenizers.Tokenizer(tokenizers.models.BPE()))", CALL_3118),
        "reading 'apply'",
        "The import and ordinary calls work. The functions that the finding names die when they are called (the stub of 0.21 has nothing to apply); they "
        "belong to parking_lot 0.11, which calls them when a lock is held by another thread. No Python call was "
        "found that does, so the script calls one through the module's table."),
    Red("kiwisolver-1.4.2-cp310-cp310-emscripten_wasm32.whl", "WA102", ("0.21.3", "0.22.1"),
        ("from micropip._micropip import WheelInfo",
         "WheelInfo.from_url('https://example.org/WHEEL').check_compatible()"), "ValueError",
        "Made for Pyodide 0.20, which npm does not hold. Of the later releases only these two have its CPython 3.10, "
        "and their own micropip refuses it.",
        {"0.21.3": ("micropip==0.1.0", "packaging==21.3", "pyparsing==3.0.9"),
         "0.22.1": ("micropip==0.2.0", "packaging==21.3", "pyparsing==3.0.9")}),
)  # fmt: skip


@dataclass(frozen=True)
class Caller:
    variant: str
    symbol: str  # which nobody offers
    says: tuple  # words of the finding
    script: tuple  # as that of a Red; it ends with the symbol
    never_says: tuple = ()


TABLES = "from wa_tables import _core"
SURE = ("importing succeeds",)

CALLERS = (
    Caller("tables", "absent_getter", ("from Python: `wa_tables._core.T.size` (getter", *SURE), (TABLES, "_core.T().size")),
    Caller("tables", "absent_repr", ("from Python: `wa_tables._core.T.__repr__`",), (TABLES, "t = _core.T(); None", "repr(t)")),
    Caller("tables", "absent_static", ("from Python: `wa_tables._core.S.__call__`",), (TABLES, "s = _core.S(); None", "s()")),
    Caller("tables", "absent_alias", ("from Python: `wa_tables._core.call`", "aliased `wa_tables._core.call_too`"),
           (TABLES, "_core.call()")),
    Caller("tables", "absent_alias", ("aliased `wa_tables._core.call_too`",), (TABLES, "_core.call_too()")),
    Caller("tables", "absent_filled", ("from Python: `filled`",), (TABLES, "_core.filled()")),
    Caller("tables", "absent_command", ("`quit`",),
           (TABLES, "assert not hasattr(_core, 'quit')", "_core.run_command()"), ("Python: `quit`",)),
    Caller("import_through_pointer", "wheelaudit_absent_function", ("may be during the import",),
           ("from wa_import_through_pointer import _core",), SURE),
    Caller("create_slot", "wheelaudit_absent_function", ("Py_mod_create", "the import fails"),
           ("from wa_create_slot import _core",), SURE),
    Caller("constructor_through_pointer", "wheelaudit_absent_function", ("may be while the module loads",),
           ("from wa_constructor_through_pointer import _core",), SURE),
    Caller("package_calls", "wheelaudit_absent_function", ("may be during the import: `wa_package_calls/__init__.py`",),
           ("import wa_package_calls",), SURE),
)  # fmt: skip
CALLER_RELEASES = ("0.27.7", "0.29.5", "314.0.7")


def comes_true(context, caller, release):
    """The finding about the symbol says what it should, and the script ends with the symbol in the release."""
    wheel = wheels.variants()[caller.variant]["wheel"]
    said = tool.report(context.program, "check", wheel, "--profile", release)
    found = [f for f in said["findings"] if f["rule"] == "WA301" and f["symbol"] == caller.symbol]
    if len(found) != 1:
        raise Failure(f"{len(found)} findings about {caller.symbol}, not one")
    details = "\n".join(found[0]["details"])
    for words in caller.says:
        if words not in details:
            raise Failure(f"it does not say {words!r}: {details}")
    for words in caller.never_says:
        if words in details:
            raise Failure(f"it says {words!r}: {details}")
    words = ended(ask(context.node, release, wheel, "unpack", caller.script))
    if caller.symbol not in words:
        raise Failure(f"it ends with {words!r}, not with {caller.symbol}")


def published():
    folder = corpus_folder()
    found = list((TESTDATA / "pypi").glob("*wasm32.whl"))
    return sorted(found + (list((folder / "emscripten").glob("*.whl")) if folder else []))


def of(name):
    found = [wheel for wheel in published() if wheel.name == name]
    if not found:
        raise Skip("no corpus (set WHEELAUDIT_CORPUS)")
    return found[0]


def installer_wheel(requirements, folder):
    """What an installer needs, in one file."""
    path = Path(folder) / "installer-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as out:
        for requirement in requirements:
            with zipfile.ZipFile(from_pypi(requirement)) as archive:
                for name in archive.namelist():
                    out.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), archive.read(name))
    return path


def ended(answer):
    """How a wheel's script ended, the pieces before the last having worked."""
    if "broken" in answer:
        return answer["broken"]
    failed = [run for run in answer["runs"] if "value" not in run]
    if not failed or failed[0] is not answer["runs"][-1]:
        raise Failure(f"not the last piece of the script failed: {answer['runs']}")
    return failed[0].get("error") or failed[0].get("fatal")


def fails(context, red, release):
    """The wheel is red for this reason and fails in the release as said; the words it ends with."""
    wheel = of(red.wheel)
    said = tool.report(context.program, "check", wheel)
    errors = {f["rule"] for f in said["findings"] if f["severity"] == "error" and not f["cause"]}
    if said["verdict"] != "incompatible" or errors != {red.rule}:
        raise Failure(f"{said['verdict']}, errors {sorted(errors)}, not {red.rule}")
    script = [piece.replace("WHEEL", wheel.name) for piece in red.script]
    with tempfile.TemporaryDirectory() as folder:
        asked = installer_wheel(red.installer[release], folder) if red.installer else wheel
        words = ended(ask(context.node, release, asked, "unpack", script))
    if red.words not in words:
        raise Failure(f"it ends with {words!r}, not with {red.words}")
    context.ended[red.wheel, release] = words


def only_these(context):
    """No other published wheel is red for its own tags."""
    named = {red.wheel for red in REDS}
    other = []
    for wheel in published():
        if wheel.name not in named and tool.report(context.program, "check", wheel)["verdict"] == "incompatible":
            other.append(wheel.name)
    context.published = len(published())
    if other:
        raise Failure(f"red and nothing shows it: {', '.join(other)}")


def collect(context, only=()):
    tests = [("no published wheel is red without a script that makes it fail", lambda: only_these(context))]
    for red in REDS:
        for release in red.releases:
            tests.append((f"red: {red.wheel} fails in {release}", lambda red=red, release=release: fails(context, red, release)))
    for caller in CALLERS:
        for release in CALLER_RELEASES:
            tests.append((f"caller: {caller.variant}: `{caller.script[-1]}` dies in {release} as WA301 says",
                          lambda caller=caller, release=release: comes_true(context, caller, release)))  # fmt: skip
    return [test for test in tests if all(text in test[0] for text in only)]


def section(context):
    """For docs/truth.md, after a run."""
    lines = ["## A red must be real\n\n",
             f"Of {context.published} published wheels (the corpus and testdata/pypi) these are incompatible with their own tags. Each "
             "script runs in the real release after the wheel was unpacked; `python3 tests/truth/reds.py` does it alone, and fails "
             "when a published wheel is red without one.\n\n"]  # fmt: skip
    for red in REDS:
        script = "; ".join(" ".join(piece.split("\n")).strip() for piece in red.script)
        lines.append(f"- **{red.wheel}**, {red.rule}. {red.meaning} `{script}`")
        for release in red.releases:
            words = context.ended.get((red.wheel, release), "not run")
            lines.append(f"\n  - {release}: `{' '.join(words.split())[:300]}`")
        lines.append("\n")
    return "".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", action="append", default=[])
    options = parser.parse_args()
    context = argparse.Namespace(program=tool.find_program(options.program), node=find_node(), ended={}, published=0)
    if not context.program or not context.node:
        parser.error("no program to test, or no Node 20 or newer ($NODE)")
    code = run_all(collect(context, options.only), options.jobs)
    for (wheel, release), words in context.ended.items():
        print(f"{wheel} in {release}: {words}")
    return code


if __name__ == "__main__":
    sys.exit(main())
