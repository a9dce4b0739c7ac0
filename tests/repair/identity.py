"""Same bytes, always: a right wheel is copied, a second repair changes nothing, and nothing of the machine shows."""

import argparse
import functools
import itertools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import figures
import program as tool
import wheels
from common import TESTDATA, Skip, answer_library, corpus_wheel, expect, read_members, repair
from pyodide_runs import corpus_folder

ZONES = ("UTC", "Asia/Kolkata", "America/St_Johns")
EXAMPLE = TESTDATA / "example" / "wheelaudit_example-1.0-cp313-cp313-linux_x86_64.whl"


def real_wheels():
    return sorted((TESTDATA / "pypi").glob("*wasm32.whl")) + wheels.corpus()


def right_wheel_is_copied(context, wheel):
    code, _ = tool.run(context.program, "check", wheel, expect=(0, 1))
    if code:
        raise Skip(f"{wheel.name} is not right as it is")
    with tempfile.TemporaryDirectory() as folder:
        written, plan = repair(context, wheel, folder)
        expect(plan["actions"] == [], f"a plan for a wheel that is right: {plan['actions']}")
        expect(written.read_bytes() == wheel.read_bytes(), f"{wheel.name} was not copied byte for byte")
    figures.count("identity", "real wheels that are right: copied byte for byte")


# What changes most: a retag with a rename; libraries vendored, run paths and needed entries written;
# names moved; sections and members left out; two real libraries.
def cases(folder):
    libraries = answer_library(Path(folder) / "lib")
    variant = wheels.variants()
    yield "example", EXAMPLE, ["--plat", "pyemscripten_2025_0", "--add-tag", "pyodide_2025_0", "--strip"]
    yield "vendored", variant["needed_missing"]["wheel"], ["--libdir", libraries]
    yield "vendored for 0.27", variant["needed_missing"]["wheel"], ["--plat", "pyodide_2024_0", "--libdir", libraries]
    yield "moved", variant["needed_elsewhere"]["wheel"], ["--plat", "pyodide_2024_0"]
    tags = "pyemscripten_2025_0_wasm32.pyodide_2024_0_wasm32"
    yield "two ABIs", wheels.retag(variant["needed_missing"]["wheel"], folder, tags), ["--libdir", libraries]
    yield "dropped", EXAMPLE, ["--plat", "auto", "--drop", "wheelaudit_example/__init__.py"]
    if corpus_folder():
        yield "Shapely", corpus_wheel("Shapely-1.8.2-*"), ["--libdir", corpus_folder() / "libs"]


CASES = ("example", "vendored", "vendored for 0.27", "moved", "two ABIs", "dropped", "Shapely")


def in_case(test, context, wanted):
    with tempfile.TemporaryDirectory() as folder:
        for name, wheel, options in cases(folder):
            if name == wanted:
                return test(context, Path(folder), wheel, options)
    raise Skip("no corpus (set WHEELAUDIT_CORPUS)")


def twice_is_once(context, folder, wheel, options):
    once, plan = repair(context, wheel, folder / "once", *options)
    expect(plan["actions"], "nothing was repaired: this proves nothing")
    twice, plan = repair(context, once, folder / "twice", *options)
    expect(plan["actions"] == [], f"the second repair plans {plan['actions']}")
    expect(once.read_bytes() == twice.read_bytes() and once.name == twice.name, "the second repair changed bytes")
    plain, plan = repair(context, once, folder / "plain")
    expect(plan["actions"] == [] and plain.read_bytes() == once.read_bytes(), "repair without options changed it")
    figures.count("identity", "repairs whose second run changed nothing")


def turkish(folder):
    """The environment of tr_TR.UTF-8, where lower-casing I is another letter; made with localedef
    when the system has its source but not the locale."""
    there = subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout.lower().split()
    if "tr_tr.utf8" in there:
        return {"LC_ALL": "tr_TR.UTF-8"}
    made = Path(folder) / "locales"
    made.mkdir()
    source = ["localedef", "-i", "tr_TR", "-f", "UTF-8", "--no-archive", str(made / "tr_TR.UTF-8")]
    if not shutil.which("localedef") or subprocess.run(source, capture_output=True).returncode > 1:
        raise Skip("the locale tr_TR.UTF-8 is not installed and cannot be made")
    return {"LC_ALL": "tr_TR.UTF-8", "LOCPATH": str(made)}


def same_bytes(context, folder, wheel, options):
    """Threads, time zones and umasks in all combinations; SOURCE_DATE_EPOCH as it is for all."""
    results = {}
    for threads, zone, mask in itertools.product((1, 8), ZONES, (0o000, 0o077)):
        out = folder / f"{threads}-{zone.replace('/', '-')}-{mask:o}"
        written, _ = repair(context, wheel, out, "-j", threads, *options, env={**os.environ, "TZ": zone},
                            umask=mask)  # fmt: skip
        results[out.name] = (written.name, written.read_bytes())
        expect(written.stat().st_mode & 0o777 == 0o666 & ~mask, f"mode {written.stat().st_mode:o} under umask {mask:o}")
    expect(len(set(results.values())) == 1, f"not the same bytes: {sorted(results)}")
    figures.count("identity", "runs with 1 and 8 threads, in three time zones, with umask 000 and 077", number=len(results))


def same_bytes_of_both(context, folder, wheel, options):
    """A build by another compiler writes the same."""
    if context.other is None:
        raise Skip("no build by another compiler (./dev test sanitizers makes clang's, or --other-program)")
    ours, _ = repair(context, wheel, folder / "ours", *options)
    other = argparse.Namespace(program=context.other)
    theirs, _ = repair(other, wheel, folder / "theirs", *options)
    expect(ours.name == theirs.name and ours.read_bytes() == theirs.read_bytes(), f"{context.other} writes other bytes")
    figures.count("identity", "repairs that a build by another compiler writes the same")


def same_bytes_in_locale(context, folder, wheel, options):
    english, _ = repair(context, wheel, folder / "c", *options, env={**os.environ, "LC_ALL": "C"})
    other, _ = repair(context, wheel, folder / "tr", *options, env={**os.environ, **turkish(folder)})
    expect(english.name == other.name and english.read_bytes() == other.read_bytes(), "bytes differ by locale")
    figures.count("identity", "repairs that are the same in the locales C and tr_TR")


def dates_of_epoch(context, folder, wheel, options):
    """SOURCE_DATE_EPOCH dates what is new, nothing else, in UTC wherever the machine is."""
    results = set()
    for zone in ZONES:
        env = {**os.environ, "TZ": zone, "SOURCE_DATE_EPOCH": "1700000000"}
        written, _ = repair(context, wheel, folder / zone.replace("/", "-"), *options, env=env)
        results.add(written.read_bytes())
    expect(len(results) == 1, "the time zone shows in the dates")


def unpacked_is_packed_the_same(context):
    """A directory: the same files give the same bytes, whatever their dates, order and group modes; a
    stale RECORD and its signatures do not get in; the directory stays as it is."""
    files = read_members(EXAMPLE)
    info = "wheelaudit_example-1.0.dist-info"
    files |= {"wheelaudit_example/added.txt": b"since RECORD was written\n", f"{info}/RECORD.jws": b"{}"}
    results = set()
    with tempfile.TemporaryDirectory() as folder:
        for number, mask in enumerate((0o022, 0o077)):
            tree = Path(folder) / f"tree{number}"
            for name in sorted(files, reverse=bool(number)):
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                (tree / name).write_bytes(files[name])
                (tree / name).chmod(0o666 & ~mask)
                os.utime(tree / name, (number * 10**9, number * 10**9))
            before = {path: (path.stat().st_mtime_ns, path.stat().st_mode) for path in tree.rglob("*")}
            written, plan = repair(context, tree, Path(folder) / f"out{number}")
            expect("packed from a directory, RECORD written again" in plan["remarks"], f"not told: {plan['remarks']}")
            after = {path: (path.stat().st_mtime_ns, path.stat().st_mode) for path in tree.rglob("*")}
            expect(before == after, "the directory changed")
            tool.run(context.program, "check", written, expect=(0,))
            results.add((written.name, written.read_bytes()))
        names = list(read_members(written))
    expect(len(results) == 1, "the packed bytes differ")
    expect(f"{info}/RECORD.jws" not in names and "wheelaudit_example/added.txt" in names, f"it holds {names}")
    expect(names[-1] == f"{info}/RECORD" and names[-2].startswith(info), f"RECORD is not last: {names}")


def unpacked_holds_the_same(context, folder, wheel, options):
    """`--unpack` lays down what the wheel would hold, whatever the umask; of it comes the same again."""
    packed, _ = repair(context, wheel, folder / "packed", *options)
    trees = []
    for mask in (0o000, 0o077):
        tree, plan = repair(context, wheel, folder / f"tree{mask:o}", "--unpack", *options, umask=mask)
        expect(plan["sha256"] is None and tree.name == "-".join(packed.name.split("-")[:2]), f"{tree.name}: {plan}")
        laid = {str(path.relative_to(tree)): path.read_bytes() for path in tree.rglob("*") if path.is_file()}
        expect(laid == read_members(packed), f"other files: {sorted(set(laid) ^ set(read_members(packed)))}")
        modes = {path.stat().st_mode & mask for path in tree.rglob("*")}
        expect(modes == {0}, f"modes under umask {mask:o}: {modes}")
        trees.append(tree)
    again, plan = repair(context, trees[0], folder / "again", "--unpack", *options)
    expect(plan["actions"] == [], f"the second repair plans {plan['actions']}")
    once, _ = repair(context, trees[1], folder / "once")
    twice, _ = repair(context, again, folder / "twice")
    expect(once.name == packed.name and once.read_bytes() == twice.read_bytes(), "packed again, the bytes differ")
    expect(sorted(read_members(once)) == sorted(read_members(packed)), "packed again, it holds other files")
    figures.count("identity", "repairs that hold the same unpacked (--unpack)")


def tests(context):
    out = []

    def add(name, test, *arguments):
        out.append((f"identity: {name}", functools.partial(test, *arguments)))

    for wheel in real_wheels():
        add(f"{wheel.parent.name}/{wheel.name} is copied", right_wheel_is_copied, context, wheel)
    add("an unpacked wheel is packed the same everywhere", unpacked_is_packed_the_same, context)
    for name in CASES:
        for title, test in (("twice is once", twice_is_once), ("unpacked", unpacked_holds_the_same), ("same bytes everywhere", same_bytes),
                            ("same bytes in Turkish", same_bytes_in_locale),
                            ("same dates everywhere", dates_of_epoch),
                            ("same bytes of two compilers", same_bytes_of_both)):  # fmt: skip
            add(f"{title}: {name}", in_case, test, context, name)
    return out
