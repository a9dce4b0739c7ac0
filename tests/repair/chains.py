"""Libraries in the real Pyodide: what `repair` vendored, moved or led to is loaded by the runtime.

The proof is in the process that loads: a repaired wheel is installed by the runtime's own installer
without a word, every import of every module is really satisfied, and a call through the library
returns the right number. The wheel before the repair fails wherever `check` says so.
"""

import functools
import tempfile
from pathlib import Path

import compiled
import program as tool
import wheels
from common import (LIBRARY, TARGETS, Failure, answer_library, corpus_wheel, expect, read_members,
                    repair, write_wheel)  # fmt: skip
from pyodide_runs import ask, corpus_folder

VARIANTS = ("needed_missing", "needed_elsewhere", "needed_beside", "needed_below", "needed_libs",
            "needed_run_path", "needed_run_path_braces", "needed_slash")  # fmt: skip
# What of the above is booted by default: each variant where its repair does most, and one library
# vendored for every loader. The rest with --all.
SLICE = {"pyodide_2024_0": VARIANTS, "pyemscripten_2025_0": VARIANTS,
         "emscripten_3_1_45": ("needed_missing",), "pyemscripten_2026_0": ("needed_missing", "needed_slash")}  # fmt: skip

OLDER = {"emscripten_3_1_27": "0.22.1", "emscripten_3_1_32": "0.23.4", "emscripten_3_1_46": "0.25.1"}  # with --all


def unlinked(answer):
    """Why a runtime's answer says that a wheel's modules were not linked, whatever their Python code does."""
    if "broken" in answer:
        return [answer["broken"]]
    found = list(answer["install"])
    for module in answer["modules"]:
        truth = module["truth"]
        if truth is None or not truth["linked"]:
            found.append(f"{module['path']} was not linked: {module['message']}")
            continue
        if module["needed_missing"]:
            found.append(f"{module['path']}: not loaded before it: {module['needed_missing']}")
        for noun in ("unresolved_functions", "unresolved_addresses", "unresolved_tags", "unknown", "refused"):
            if truth[noun]:
                found.append(f"{module['path']}: {noun}: {truth[noun][:5]}")
    return found


def loads(context, release, wheel, call, value):
    """A wheel installs without a word, its modules are linked, and a call returns `value`."""
    answer = ask(context.node, release, wheel, "install", [call] if call else [])
    found = unlinked(answer)
    if call and not found and answer["runs"][-1].get("value") != value:
        found.append(f"{answer['runs'][-1]}, not {value}")
    if found:
        raise Failure("\n".join([f"{Path(wheel).name} in {release}:", *found]))


def variant(context, name, platform, before):
    """Repaired it returns 42. Before, it does where `check` finds no error, and only there."""
    release, call = {**TARGETS, **OLDER}[platform], f"import wa_{name}; wa_{name}.call()"
    with tempfile.TemporaryDirectory() as folder:
        wheel = wheels.variants()[name]["wheel"]
        libraries = answer_library(Path(folder) / "lib")
        repaired, _ = repair(context, wheel, Path(folder) / "out", "--plat", platform, "--libdir", libraries)
        loads(context, release, repaired, call, "42")
        if not before:
            return
        unrepaired = wheels.retag(wheel, folder, f"{platform}_wasm32")
        said = tool.report(context.program, "check", unrepaired, "--profile", release, expect=(0, 1))
        fails = any(f["severity"] == "error" for f in said["findings"])
        answer = ask(context.node, release, unrepaired, "install", [call])
        works = not answer.get("install", True) and answer["runs"][-1].get("value") == "42"
        expect(works != fails, f"before: check says {'it fails' if fails else 'it works'}; the runtime: {answer}")


# --- real wheels ---------------------------------------------------------------------------------


def shapely_1_8(context):
    """Two libraries in a chain, the second under a versioned name, for the oldest loader."""
    wheel = corpus_wheel("Shapely-1.8.2-*")
    before = unlinked(ask(context.node, "0.21.3", wheel, "install"))
    expect(any("libgeos_c.so" in line for line in before), f"before the repair nothing misses libgeos_c.so: {before}")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for options in ([], ["--no-mangle"]):  # shapely.geos opens libgeos_c.so by name
            out = folder / "-".join(["out", *options])
            repaired, _ = repair(context, wheel, out, "--libdir", corpus_folder() / "libs", *options)
            loads(context, "0.21.3", repaired, None, None)


def calls_in_0_21(context):
    """0.21 links a wheel's own libraries and binds no call into them, unless they are open globally:
    repair and check say so."""
    call, release = "import wa_needed_missing; wa_needed_missing.call()", "0.21.3"
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        repaired, plan = repair(context, wheels.variants()["needed_missing"]["wheel"], folder / "out",
                                "--plat", "emscripten_3_1_14", "--libdir", answer_library(folder / "lib"))  # fmt: skip
        expect(any("ctypes.RTLD_GLOBAL" in remark for remark in plan["remarks"]), f"not told: {plan['remarks']}")
        report = tool.report(context.program, "check", repaired, expect=(0,))
        found = [(f["severity"], f["consequence"]) for f in report["findings"] if f["rule"] == "WA406"]
        expect(found == [("warning", "call")], f"check says of it: {found}")
        links = {row["pyodide"]: row["links"] for row in report["runtimes"]}
        expect(links == {"0.21.0": "call", "0.21.3": "call"}, f"the matrix: {links}")
        (library,) = [edit["to"].split("/")[-1] for edit in plan["actions"] if edit["action"] == "vendor"]
        alone = ask(context.node, release, repaired, "install", [call])
        expect("fatal" in alone["runs"][-1], f"a call works without more: the remark is wrong: {alone['runs']}")
        opened = f"import ctypes; ctypes.CDLL({library!r}, mode=ctypes.RTLD_GLOBAL) is not None"
        answer = ask(context.node, release, repaired, "install", [opened, call])
        expect(answer["runs"][-1].get("value") == "42", f"opened globally: {answer['runs']}")


def shapely_2_0(context):
    """As it is (a copy) it keeps loading in 0.27.7; and so it does with its own libraries taken out
    and vendored again."""
    wheel = corpus_wheel("shapely-2.0.6-*")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        copy, _ = repair(context, wheel, folder / "copy")
        loads(context, "0.27.7", copy, None, None)
        (folder / "lib").mkdir()
        files = read_members(wheel)
        taken = [name for name in files if name.startswith("shapely.libs/")]
        expect(len(taken) == 2, f"not two libraries in shapely.libs: {taken}")
        for name in taken:
            (folder / "lib" / Path(name).name).write_bytes(files.pop(name))
        without = write_wheel(folder / wheel.name, files)
        expect(unlinked(ask(context.node, "0.27.7", without, "install")), "without its libraries it loads too")
        anew, plan = repair(context, without, folder / "anew", "--libdir", folder / "lib")
        vendored = [edit for edit in plan["actions"] if edit["action"] == "vendor"]
        expect(len(vendored) == 2, f"not both vendored: {vendored}")
        loads(context, "0.27.7", anew, None, None)


# --- two wheels, one session ---------------------------------------------------------------------


def another_package(source, name):
    """The files of needed_missing under another package's name, whose `fine()` asks the library."""
    files = {}
    for member, data in read_members(source).items():
        if not member.endswith(".so"):
            data = data.replace(b"wa_needed_missing", name.encode())
            data = data.replace(b"wa-needed-missing", name.replace("_", "-").encode())
            data = data.replace(b"return _core.fine()", b"return _core.call()")
        files[member.replace("wa_needed_missing", name)] = data
    return files


def two_libraries_of_one_name(context, platform):
    """Two wheels vendor different libraries of one name, 42 and 43 inside: each gets its own. With
    --no-mangle the releases that know libraries by name give both the first one."""
    release = TARGETS[platform]
    source = wheels.variants()["needed_missing"]["wheel"]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        first = answer_library(folder / "42")
        second = answer_library(folder / "43")
        module = (second / LIBRARY).read_bytes()
        expect(module.count(b"\x41\x2a\x0b") == 1, "the library's `i32.const 42; end` is not there once")
        (second / LIBRARY).write_bytes(module.replace(b"\x41\x2a\x0b", b"\x41\x2b\x0b"))
        other = write_wheel(folder / source.name.replace("needed_missing", "other"),
                            another_package(source, "wa_other"))  # fmt: skip

        def session(*options):
            out = folder / ("plain" if options else "mangled")
            one, _ = repair(context, source, out / "1", "--plat", platform, "--libdir", first, *options)
            two, _ = repair(context, other, out / "2", "--plat", platform, "--libdir", second, *options)
            answer = ask(context.node, release, one, "install",
                         ["import wa_needed_missing; wa_needed_missing.call()"], then=two)  # fmt: skip
            expect("broken" not in answer, answer)
            return [answer["runs"][-1].get("value"), (answer["then"] or {}).get("value")]

        hashed = session()
        expect(hashed == ["42", "43"], f"hashed names: {hashed}")
        plain = session("--no-mangle")
        expect(plain == (["42", "42"] if platform == "pyodide_2024_0" else ["42", "43"]), f"--no-mangle: {plain}")


def one_wheel_for_two_abis(context, name):
    """Claimed by its tags: repaired once, the same file works in both, by folder and by run path."""
    tags = [f"{platform}_wasm32" for platform in ("pyemscripten_2025_0", "pyodide_2024_0")]
    with tempfile.TemporaryDirectory() as folder:
        wheel = wheels.retag(wheels.variants()[name]["wheel"], folder, ".".join(tags))
        repaired, plan = repair(context, wheel, Path(folder) / "out", "--libdir", answer_library(Path(folder) / "lib"))
        expect(repaired.name == wheel.name, f"its name became {repaired.name}")
        expect("0.27" in plan["proof"] and "0.29" in plan["proof"], f"not proven for both: {plan['proof']}")
        for release in ("0.27.7", "0.29.5"):
            loads(context, release, repaired, f"import wa_{name}; wa_{name}.call()", "42")


def library_and_extension_in_cpp(context, platform):
    """An extension in C++ that needs a C++ library, which needs another one: built here, vendored."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        wheel = compiled.cpp_wheel(folder)
        repaired, plan = repair(context, wheel, folder / "out", "--plat", platform, "--libdir", folder / "lib")
        vendored = [edit["to"] for edit in plan["actions"] if edit["action"] == "vendor"]
        expect(len(vendored) == 2, f"not both libraries were vendored: {vendored}")
        loads(context, TARGETS[platform], repaired, "from wa_cpp import _core; _core.call()", "42")


def tests(context):
    out = []

    def add(name, test, *arguments):
        out.append((f"chains: {name}", functools.partial(test, context, *arguments)))

    add("Shapely 1.8.2 with its libraries links in 0.21.3, and not without", shapely_1_8)
    add("0.21.3 calls into a vendored library that is open globally, and into no other", calls_in_0_21)
    add("shapely 2.0.6 links in 0.27.7: copied, and with its libraries vendored again", shapely_2_0)
    for platform, release in TARGETS.items():
        for name in VARIANTS:
            if context.all or name in SLICE[platform]:
                add(f"{name} repaired for {platform} works in {release}", variant, name, platform, context.all)
    for platform, release in OLDER.items() if context.all else ():
        add(f"needed_missing repaired for {platform} works in {release}", variant, "needed_missing", platform, False)
    for platform in ("pyodide_2024_0", "pyemscripten_2025_0"):
        add(f"two libraries of one name in {TARGETS[platform]}", two_libraries_of_one_name, platform)
    for name in ("needed_missing", "needed_elsewhere"):
        add(f"{name} repaired for two ABIs at once works in 0.27.7 and 0.29.5", one_wheel_for_two_abis, name)
    for platform in ("pyemscripten_2025_0", "pyemscripten_2026_0"):
        add(f"C++ libraries in {TARGETS[platform]}", library_and_extension_in_cpp, platform)
    return out
