#!/usr/bin/env python3
"""What pip, uv, wheel, twine, installer, check-wheel-contents and PyPI make of wheelaudit's wheels.

    run.py [--program FILE] [--jobs N] [--only TEXT]… [--list]

Repaired wheels and byte-for-byte copies must pass all of them; the matrix's `installs` is checked against
the real pip and uv, for each release; a wheel one of them refuses is never called compatible. The tools
come from PyPI with pinned versions (tools.py) into the cache. Needs jsonschema, which `./dev` installs.
"""

import argparse
import filecmp
import functools
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "e2e"))

import bad_wheels  # noqa: E402
import program as tool  # noqa: E402
import tools  # noqa: E402
import wheels  # noqa: E402
from pyodide_runs import ROOT, TESTDATA, corpus_folder  # noqa: E402
from runner import Failure, Skip, run_all  # noqa: E402

HERE = Path(__file__).resolve().parent
# tests/cli/run.py checks standard outputs against the schema; it is called run.py too
_golden = importlib.util.spec_from_file_location("golden", HERE.parent / "cli" / "run.py")
golden = importlib.util.module_from_spec(_golden)
_golden.loader.exec_module(golden)

# Every platform tag that the example can be repaired for, and its CPython.
PLATFORMS = {
    "emscripten_3_1_45": "3.11",
    "pyodide_2024_0": "3.12",
    "emscripten_3_1_58": "3.12",
    "pyemscripten_2025_0": "3.13",
    "pyodide_2025_0": "3.13",
    "emscripten_4_0_9": "3.13",
    "pyemscripten_2026_0": "3.14",
    "pyodide_2026_0": "3.14",
    "emscripten_5_0_3": "3.14",
}
# Tags with no wheel of their own: they are given to the control of that CPython.
# The name of a library that repair put into a wheel: with a part of its hash.
VENDORED = re.compile(r"[^/]+-[0-9a-f]{8}\.so")
FOREIGN = ["pyemscripten_2024_0", "pyemscripten_2027_0", "emscripten_4_0_10", "linux_x86_64"]
# Releases at which some installer changes its mind.
RELEASES = ["0.24.1", "0.26.4", "0.27.7", "0.28.3", "0.29.3", "0.29.4", "0.29.5", "314.0.0", "314.0.7"]
# uv's own names for two of the platforms (uv pip install --python-platform).
UV_PLATFORMS = {"wasm32-pyodide2024": "2024_0", "wasm32-pyodide2025": "2025_0"}
COPIES = sorted((TESTDATA / "pypi").glob("*pyemscripten*.whl"))


def expect(condition, message):
    if not condition:
        raise Failure(message)


def folder():
    return tempfile.TemporaryDirectory(prefix="interop-")


def example(python):
    digits = python.replace(".", "")
    return TESTDATA / "example" / f"wheelaudit_example-1.0-cp{digits}-cp{digits}-linux_x86_64.whl"


class Context:
    def __init__(self, program, work):
        self.program, self.work, self.tools = program, Path(work), tools.Tools()

    @functools.cache
    def repaired(self, platform):
        """The example, repaired for a platform."""
        place = self.work / platform
        place.mkdir()
        wheel = bad_wheels.described(example(PLATFORMS[platform]), place)
        return self.repair(wheel, place / "fixed", "--plat", platform)

    def repair(self, wheel, place, *options):
        tool.run(self.program, "repair", "--quiet", "-w", place, *options, wheel, expect=(0,))
        (written,) = place.glob("*.whl")
        return written

    def passes(self, name, *arguments, **options):
        code, said = self.tools.run(name, *arguments, **options)
        expect(code == 0, f"{name} {' '.join(map(str, arguments))} exited {code}\n{said[-2000:]}")
        return said


# --- wheels we wrote -----------------------------------------------------------------------------


def copied_whole(context, wheel):
    with folder() as place:
        copy = context.repair(wheel, Path(place))
        expect(filecmp.cmp(wheel, copy, shallow=False), "repair changed a wheel that needs nothing")
        suits_everyone(context, copy)


def suits_everyone(context, wheel):
    unpacked_and_packed(context, wheel)
    context.passes("twine", "check", "--strict", wheel)
    well_laid_out(context, wheel)
    with folder() as place:
        context.passes("python3", HERE / "read_wheel.py", wheel, place)
    (refusal, mails), = pypi(context, wheel).values()
    takes = all(tag.startswith("pyemscripten_") for tag in wheels.platform_of(wheel).split("."))
    expect(bool(refusal) != takes, f"PyPI's rules: {refusal}")
    expect(takes or "platform tag" in refusal, f"PyPI's rules: {refusal}")
    expect(not mails, f"PyPI would write a mail: {mails}")


def well_laid_out(context, wheel):
    """check-wheel-contents has nothing to say, except that it takes the folder of vendored libraries, which loaders
    and auditwheel ask for, for a second package (W009) and what is in it for modules (W004), and likewise a vendored
    library at the top."""
    code, said = context.tools.run("check-wheel-contents", wheel)
    rule, others = None, []
    for line in said.splitlines() if code else []:
        if not line.startswith(" "):
            rule = line.removeprefix(f"{wheel}: ")[:4]
            others += [line] if rule not in ("W004", "W009") else []
        elif ".libs/" not in line and not VENDORED.fullmatch(line.strip()):
            others.append(line)
    package = wheel.name.split("-")[0] + "/"
    expect(not code or [line.strip() for line in others] == [package], f"check-wheel-contents: {said}")


def pypi(context, *files):
    code, said = context.tools.run("python3", HERE / "pypi_rules.py", *files)
    expect(code == 0, said)
    return json.loads(said.splitlines()[-1])


def unpacked_and_packed(context, wheel):
    """`wheel pack` of what `wheel unpack` laid down holds the same files, under the same name."""
    with folder() as place:
        context.passes("wheel", "unpack", wheel, "--dest", place)
        (tree,) = Path(place).iterdir()
        (Path(place) / "again").mkdir()
        context.passes("wheel", "pack", tree, "--dest-dir", Path(place) / "again")
        (again,) = (Path(place) / "again").iterdir()
        expect(again.name == wheel.name, f"wheel pack calls it {again.name}, not {wheel.name}")
        ours, theirs = bad_wheels.contents(wheel), bad_wheels.contents(again)
        ours = {name: data for name, data in ours.items() if not name.endswith("/")}
        expect(sorted(ours) == sorted(theirs), f"wheel pack has {sorted(theirs)}, the wheel {sorted(ours)}")
        for name, data in ours.items():
            if name.endswith("/RECORD"):
                same = sorted(data.split()) == sorted(theirs[name].split())
            else:
                same = data == theirs[name]
            expect(same, f"{name} differs:\n{data[:300]}\n{theirs[name][:300]}")


def pip_takes_platform(context, platform):
    """pip told of the platform takes the wheel; told of another it refuses it."""
    wheel, python = context.repaired(platform), PLATFORMS[platform]
    with folder() as place:
        target = Path(place) / "target"
        code, said = context.tools.pip_install(wheel, target, python, "--platform", f"{platform}_wasm32")
        expect(code == 0 and (target / "wheelaudit_example" / "__init__.py").exists(), said)
        code, said = context.tools.pip_install(wheel, target, python, "--platform", "emscripten_9_9_9_wasm32")
        expect(code != 0 and "not a supported wheel" in said, f"pip took it for another platform: {said}")


# --- each kind of repair -------------------------------------------------------------------------


def vendored(context, place, platform):
    """A wheel that lacks a library, repaired with a folder that holds it; its list of that library is valid."""
    variants = wheels.variants()
    (place / "lib").mkdir()
    library = bad_wheels.contents(variants["needed_top"]["wheel"])["libwheelaudit_answer.so"]
    (place / "lib" / "libwheelaudit_answer.so").write_bytes(library)
    lacking = bad_wheels.described(variants["needed_missing"]["wheel"], place)
    wheel = context.repair(lacking, place / "fixed", "--libdir", place / "lib",
                           *(["--plat", platform] if platform else []))  # fmt: skip
    files = bad_wheels.contents(wheel)
    (sbom,) = [data for name, data in files.items() if "/sboms/" in name]
    (place / "sbom.json").write_bytes(sbom)
    context.passes("python3", HERE / "read_sbom.py", place / "sbom.json")
    (place / "sbom.json").write_bytes(sbom.replace(b'"type": "library"', b'"type": "nonsense"', 1))
    code, said = context.tools.run("python3", HERE / "read_sbom.py", place / "sbom.json")
    expect(code != 0, f"the validator of SBOMs takes anything: {said}")
    return wheel


def of_bytes(what):
    """The example with something about its archive that PyPI refuses."""

    def make(context, place):
        good = bad_wheels.described(example("3.13"), place)
        (data,) = [data for name, _, data in bad_wheels.bad_wheels(good) if name == what]
        good.write_bytes(data)
        expect(pypi(context, good)[str(good)][0], f"PyPI does not refuse {what}")
        return context.repair(good, place / "fixed", "--plat", "pyemscripten_2025_0")

    return make


def stripped(context, place):
    """With a section of debug information, as a build with -g has it."""
    wheel = bad_wheels.described(example("3.13"), place)
    files, section = bad_wheels.contents(wheel), b"\x0b.debug_info" + bytes(100)
    (module,) = [name for name in files if name.endswith(".so")]
    files[module] += b"\0" + bytes([len(section)]) + section
    wheel.write_bytes(bad_wheels.zipped(bad_wheels.recorded(files)))
    fixed = context.repair(wheel, place / "fixed", "--strip", "-z", "9")
    before, after = bad_wheels.contents(wheel), bad_wheels.contents(fixed)
    sizes = [sum(len(data) for name, data in files.items() if name.endswith(".so")) for files in (before, after)]
    expect(sizes[0] - sizes[1] == len(section) + 2, f"--strip saved something else: {sizes}")
    return fixed


def two_abis(context, place):
    tags = "pyemscripten_2025_0_wasm32.pyodide_2024_0_wasm32"
    wheel = wheels.retag(wheels.variants()["needed_elsewhere"]["wheel"], place, tags)
    (place / "described").mkdir()
    return context.repair(bad_wheels.described(wheel, place / "described"), place / "fixed")


def tree_of(wheel, place):
    """A wheel as a build leaves it before packing."""
    tree = place / "tree"
    for name, data in bad_wheels.contents(wheel).items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(data)
    return tree


def packed(context, place):
    tree = tree_of(bad_wheels.described(example("3.13"), place), place)
    return context.repair(tree, place / "fixed")


def unpacked(context, place):
    """pyodide-build's way: a directory in, a directory out, which `wheel pack` makes a wheel of."""
    tree = tree_of(bad_wheels.described(example("3.13"), place), place)
    tool.run(context.program, "repair", "--quiet", "--unpack", "-w", place / "out", tree, expect=(0,))
    (fixed,) = (place / "out").iterdir()
    (place / "fixed").mkdir()
    context.passes("wheel", "pack", fixed, "--dest-dir", place / "fixed")
    (wheel,) = (place / "fixed").iterdir()
    tool.run(context.program, "check", "--index", "pypi", wheel, expect=(0,))
    return wheel


REPAIRS = {
    "a library vendored for 0.28 and newer": functools.partial(vendored, platform=None),
    "a library vendored for 0.27 and older": functools.partial(vendored, platform="pyodide_2024_0"),
    "a library moved for two ABIs": two_abis,
    "sections stripped": stripped,
    "data descriptors taken away": of_bytes("data descriptors"),
    "a comment taken away": of_bytes("a comment on an entry"),
    "packed from a directory": packed,
    "written as a directory": unpacked,
}


def every_tool_takes(context, make):
    with folder() as name:
        place = Path(name)
        wheel = make(context, place)
        for platform in wheels.platform_of(wheel).split("."):
            suits = PLATFORMS[platform.removesuffix("_wasm32")]
            code, said = context.tools.pip_install(wheel, place / "pip" / platform, suits, "--platform", platform)
            expect(code == 0 and any((place / "pip" / platform).iterdir()), f"pip for {platform}: {said}")
            uv_platform = next(k for k, version in UV_PLATFORMS.items() if platform.endswith(f"{version}_wasm32"))
            code, said = context.tools.uv_install(wheel, place / "uv" / platform, suits, "--python-platform", uv_platform)
            expect(code == 0 and any((place / "uv" / platform).iterdir()), f"uv for {platform}: {said}")
        suits_everyone(context, wheel)


def uv_takes_platform(context, uv_platform):
    """--python-platform: uv's verdict on every wheel is `installs.uv` of that version's releases."""
    version = UV_PLATFORMS[uv_platform]
    for platform, python in PLATFORMS.items():
        with folder() as place:
            code, said = context.tools.uv_install(
                context.repaired(platform), place, python, "--python-platform", uv_platform)  # fmt: skip
        expect((code == 0) == platform.endswith(version), f"uv {uv_platform}: {platform}: {code} {said}")


# --- the matrix ----------------------------------------------------------------------------------


def tagged_wheels(context, python, place):
    """The example under every tag of its CPython's, and tags no release or no installer takes."""
    fixed = next(context.repaired(p) for p, version in PLATFORMS.items() if version == python)
    names = [p for p, version in PLATFORMS.items() if version == python] + FOREIGN
    return [wheels.retag(fixed, place, f"{name}_wasm32" if name != "linux_x86_64" else name) for name in names]


def matrix_agrees(context, release):
    """`installs` of a release's row says what pip and uv do on an interpreter that is that release's."""
    claim = tools.claim_of(release)
    control = TESTDATA / "variants" / "wa_control-1.0-py3-none-pyemscripten_2025_0_wasm32.whl"
    rows = tool.report(context.program, "show", control)["runtimes"]
    profile = next((row["profile"] for row in rows if row["pyodide"] == release), None)
    expect(profile, f"no row for {release}")
    python = PLATFORMS[profile]
    with folder() as place:
        pure = wheels.retag(control, place, tag="py3-none-any")
        for wheel in [pure, *tagged_wheels(context, python, place)]:
            shown = tool.report(context.program, "show", wheel)["runtimes"]
            (said,) = [row["installs"] for row in shown if row["pyodide"] == release]
            for name, install in (("pip", context.tools.pip_install), ("uv", context.tools.uv_install)):
                code, output = install(wheel, Path(place) / "target", python, claim=claim)
                if (code == 0) != said[name]:
                    word = "takes" if code == 0 else "refuses"
                    raise Failure(f"{name} on {release} {word} {wheel.name}, the matrix says {said[name]}\n{output}")


# --- wheels that others refuse -------------------------------------------------------------------


def refusals(context, wheel, place):
    """{tool: its words} of those that refuse the wheel, asked for the wheel's own platform."""
    asked = {
        "pip": context.tools.pip_install(wheel, place / "pip", "3.13", "--platform", "pyemscripten_2025_0_wasm32"),
        "uv": context.tools.uv_install(wheel, place / "uv", "3.13", "--python-platform", "wasm32-pyodide2025"),
        "wheel": context.tools.run("wheel", "unpack", wheel, "--dest", place / "wheel"),
        "installer": context.tools.run("python3", HERE / "read_wheel.py", wheel, place / "installer"),
        "twine": context.tools.run("twine", "check", wheel),
    }  # fmt: skip
    refused = {name: said.strip()[-300:] for name, (code, said) in asked.items() if code != 0}
    (reason, mails), = pypi(context, wheel).values()
    return refused | ({"PyPI": reason or str(mails)} if reason or mails else {})


def never_compatible(context, what, file_name, data):
    with folder() as name:
        place = Path(name)
        wheel = place / file_name
        wheel.write_bytes(data)
        refused = refusals(context, wheel, place)
        expect(refused, "nobody refuses this wheel: it tests nothing")
        if os.environ.get("INTEROP_SHOW"):
            print(f"     {what}: {', '.join(refused)}")
        index = ["--index", "pypi"] if set(refused) <= {"PyPI", "twine"} else []
        code, output = tool.run(context.program, "check", "--format", "json", *index, wheel)
        verdicts = [entry["verdict"] for entry in json.loads(output)["wheels"]]
        expect(code in (1, 3), f"exit {code}, verdict {verdicts}, but refused by: {json.dumps(refused, indent=1)}")
        expect("compatible" not in verdicts and "pure" not in verdicts, f"verdicts {verdicts}: {refused}")
        code, _ = tool.run(context.program, "repair", "-w", place / "out", wheel)
        if code == 0:  # then what was written, if it passes for PyPI too, suits everyone
            (written,) = (place / "out").glob("*.whl")
            code, _ = tool.run(context.program, "check", "--index", "pypi", written, expect=(0, 1))
            if code == 0:
                suits_everyone(context, written)


# --- reports of real wheels ----------------------------------------------------------------------


def valid_reports(context, wheel):
    """check and show neither crash nor write JSON that docs/report.schema.json does not know."""
    validators = golden.make_validators()
    for command, codes in (("check", (0, 1, 3)), ("show", (0, 3))):
        code, output = tool.run(context.program, command, "--format", "json", wheel, expect=codes)
        faults = golden.schema_faults(validators, output)
        expect(not faults, f"{command}: " + "\n".join(faults[:5]))
        document = json.loads(output)
        expect(document["exit_code"] == code, f"{command} exited {code}, its report says {document['exit_code']}")
        expect(len(document["wheels"]) == 1, f"{command}: {len(document['wheels'])} wheels in the report of one")
    for name in ("sarif", "github", "junit"):
        faults = golden.format_readers.faults_of(tool.run(context.program, "check", "--format", name, wheel, expect=(0, 1, 3))[1])
        expect(not faults, f"{name}: " + "\n".join(faults[:5]))


def junit_is_read(context):
    """junitparser finds a suite for each wheel, failed exactly where `check` fails."""
    with folder() as place:
        report = Path(place) / "report.xml"
        tool.run(context.program, "check", "--format", "junit", "-o", report, TESTDATA, expect=(1, 3))
        suites = json.loads(context.passes("python3", HERE / "read_junit.py", report))
    _, output = tool.run(context.program, "check", "--format", "json", TESTDATA, expect=(1, 3))
    wheels_of = json.loads(output)["wheels"]
    failing = {wheel["path"]: any(f["severity"] == "error" for f in wheel["findings"]) for wheel in wheels_of}
    expect(suites.keys() == failing.keys(), f"suites: {sorted(suites.keys() ^ failing.keys())}")
    wrong = [name for name, (_, failures, _) in suites.items() if bool(failures) != failing[name]]
    expect(not wrong, f"failed otherwise than check says: {wrong}")


def real_wheels():
    corpus = corpus_folder()
    found = sorted(corpus.rglob("*.whl")) if corpus else []
    return found + sorted(TESTDATA.rglob("*.whl"))


def no_corpus():
    raise Skip("no corpus of real wheels (set WHEELAUDIT_CORPUS)")


# --- all of them ---------------------------------------------------------------------------------


def all_tests(context):
    of = functools.partial
    for platform in PLATFORMS:
        yield f"{platform}: every tool takes the repaired wheel", lambda p=platform: suits_everyone(context, context.repaired(p))
        yield f"{platform}: pip takes this platform and no other", of(pip_takes_platform, context, platform)
    for wheel in COPIES:
        yield f"{wheel.name}: copied byte for byte, every tool takes it", of(copied_whole, context, wheel)
    for what, make in REPAIRS.items():
        yield f"{what}: every tool takes the repaired wheel", of(every_tool_takes, context, make)
    for uv_platform in UV_PLATFORMS:
        yield f"uv --python-platform {uv_platform}", of(uv_takes_platform, context, uv_platform)
    for release in RELEASES:
        yield f"Pyodide {release}: the matrix says what pip and uv do", of(matrix_agrees, context, release)
    for what, name, data in bad_wheels.bad_wheels(context.repaired("pyemscripten_2025_0")):
        yield f"refused by others, never compatible: {what}", of(never_compatible, context, what, name, data)
    yield "JUnit XML: junitparser reads what check found", lambda: junit_is_read(context)
    if not corpus_folder():
        yield "reports of the corpus", no_corpus
    for wheel in real_wheels():
        yield f"{wheel.name}: reports keep to their schema", of(valid_reports, context, wheel)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    program = tool.find_program(options.program)
    missing = [] if program else ["no program to test: build it (./dev build) or name it with --program"]
    support = ROOT / "tests" / "support" / "pyodide.sh"
    if not missing and subprocess.run([str(support), *RELEASES]).returncode:
        missing.append("the npm packages of Pyodide are not all there")
    if missing:
        print("".join(f"FAIL {line}\n" for line in missing) + f"0 passed, {len(missing)} failed, 0 skipped")
        return 1
    with folder() as work:
        context = Context(program, work)
        for platform in PLATFORMS:
            context.repaired(platform)
        tests = [(name, test) for name, test in all_tests(context) if all(text in name for text in options.only)]
        if options.list:
            print("\n".join(name for name, _ in tests))
            return 0
        print(f"interop: {len(tests)} tests, {', '.join(tools.PINS)}, {program}", flush=True)
        return run_all(tests, options.jobs)


if __name__ == "__main__":
    sys.exit(main())
