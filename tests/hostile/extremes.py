#!/usr/bin/env python3
"""As much of everything as a wheel may hold: extremes.py --program P [--quick] [--slow FACTOR] [WORD…]

Promise 10 (docs/design/safety.md#promise-10) at its ends. Each family is a wheel with as many of one small thing as the limits (or a few
megabytes) allow: imports, types, rows, names. `check`, `check --format json`, `show` and `repair` may take 64 MiB and twice
the largest member, and a second and half a second for each MiB beyond the first (of the members inflated or of the file,
whichever is more). The central directory counts as a member: it has to be held all the same. Prints the table of docs/assurance.md. Words choose families.
"""

import argparse
import sys
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from wheel_parts import ENTRY_POINTS, GOOD, METADATA, MODULE, NAME, archive, record_of, wheel, wheel_files  # noqa: E402

import wasm_edit as w  # noqa: E402  (wheel_parts finds it)
from cases import dylink as d  # noqa: E402
from cases import limits  # noqa: E402
from cases import modules as m  # noqa: E402
from measured import measured  # noqa: E402
from zip_parts import DEFLATED, Archive, Entry  # noqa: E402

MIB = 1 << 20
EMPTY_SIDE_MODULE = b"\0asm\1\0\0\0\0\x0f\x08dylink.0\1\4\0\0\0\0"


def section(kind, count, member):
    """The good module with so many members more of a section; `member(i)` is the bytes of one."""
    return limits.more(kind, count, b"".join(map(member, range(count))))


def functions(count, body=b"\2\0\x0b"):
    parts = []
    for kind, content in w.sections(GOOD[MODULE]):
        if kind in (m.FUNCTION, m.CODE):
            there, at = w.read_leb(content, 0)
            content = w.leb(there + count) + content[at:] + (b"\0" if kind == m.FUNCTION else body) * count
        parts.append((kind, content))
    return w.assemble(parts)


def with_module(module, **others):
    return lambda: wheel({MODULE: module(), **{f"wa_control/{name}.so": make() for name, make in others.items()}})


def dylink(*parts):
    return d.dylink(d.memory(), *((kind, w.leb(count) + b"".join(map(entry, range(count)))) for kind, count, entry in parts))


def imports_of(count, module, name, kind=b"\0\0"):
    return limits.more(m.IMPORT, count, b"".join(w.text(module(i)) + w.text(name(i)) + kind for i in range(count)))


def many(count, name, content=b""):
    """So many members more, all in RECORD."""
    def make():
        files = wheel_files({name(i): content for i in range(count)})
        return replace(Archive([Entry(path, body) for path, body in files.items()]), zip64=len(files) > 65_534).build()
    return make


def unlisted(count, name, content=b""):
    """So many members that RECORD does not name."""
    return lambda: archive().plus(*[Entry(name(i), content) for i in range(count)]).build()


def deflated(changes, record=None):
    def make():
        files = wheel_files(changes(), record() if record else None)
        return Archive([Entry(name, content, DEFLATED) for name, content in files.items()]).build()
    return make


def record_rows(count, row):
    return deflated(dict, lambda: record_of(GOOD) + b"".join(map(row, range(count))))


def metadata(line, count):
    return deflated(lambda: {METADATA: GOOD[METADATA] + b"".join(map(line, range(count)))})


def renamed(make, name):
    return lambda: (name, make())


ABSENT = [("99,000 imports that nobody offers", with_module(lambda: limits.imports(99_000)))]
ANY_ABI = NAME.replace("pyemscripten_2025_0_wasm32", "linux_x86_64")
FAMILIES = [
    *ABSENT,
    ("the same under a native tag, judged for every ABI", renamed(ABSENT[0][1], ANY_ABI)),
    ("199,000 imports that nobody offers, in three modules", with_module(
        lambda: limits.imports(66_000), m1=lambda: limits.imports(66_000), m2=lambda: limits.imports(67_000))),
    ("99,000 imports with long names", with_module(lambda: imports_of(99_000, lambda i: "env", lambda i: f"missing_function_{i:040}"))),
    ("99,000 addresses that nobody offers", with_module(lambda: imports_of(
        99_000, lambda i: "GOT.mem", lambda i: f"missing_{i}", b"\3\x7f\1"))),
    ("99,000 globals that no loader gives", with_module(lambda: imports_of(99_000, lambda i: "env", lambda i: f"g{i}", b"\3\x7f\1"))),
    ("99,000 imports from as many modules", with_module(lambda: imports_of(99_000, lambda i: f"m{i}", lambda i: "f"))),
    ("99,000 tables", with_module(lambda: imports_of(99_000, lambda i: "env", lambda i: f"t{i}", b"\1\x70\0\0"))),
    ("99,000 exports", with_module(lambda: section(m.EXPORT, 99_000, lambda i: w.text(f"e{i}") + b"\0\0"))),
    ("99,000 exports named as init functions", with_module(lambda: section(m.EXPORT, 99_000, lambda i: w.text(f"PyInit_{i}") + b"\0\0"))),
    ("99,000 imports, exported as well", with_module(lambda: w.assemble([
        (kind, dict(w.sections(imports_of(99_000, lambda i: "env", lambda i: f"e{i}")))[m.IMPORT] if kind == m.IMPORT else body)
        for kind, body in w.sections(section(m.EXPORT, 99_000, lambda i: w.text(f"e{i}") + b"\0\0"))]))),
    ("999,000 types", with_module(lambda: section(m.TYPE, 999_000, lambda i: b"\x60\0\0"))),
    ("9,000 types of 1,000 parameters", with_module(lambda: section(m.TYPE, 9_000, lambda i: b"\x60" + w.leb(1000) + b"\x7f" * 1000 + b"\0"))),
    ("990,000 functions", with_module(lambda: functions(990_000, b"\3\0\0\x0b"))),
    ("900,000 functions that call one another", with_module(lambda: functions(900_000, b"\5\0\0\x10\7\x0b"))),
    ("990,000 globals", m.with_section(m.GLOBAL, w.leb(990_000) + b"\x7f\0\x41\0\x0b" * 990_000)),
    ("1,000,000 element segments", with_module(lambda: section(m.ELEMENT, 1_000_000, lambda i: b"\0\x41\0\x0b\0"))),
    ("99,000 data segments", with_module(lambda: section(m.DATA, 99_000, lambda i: b"\0\x41\0\x0b\0"))),
    ("9,900 custom sections with names", with_module(lambda: w.assemble(w.sections(GOOD[MODULE])) + b"".join(
        b"\0" + w.leb(len(name) + 2) + w.leb(len(name)) + name for name in (b"n%0200d" % i for i in range(9_900))))),
    ("1,500,000 instructions of one body", m.body_of(b"\x41\0\x1a" * 1_500_000 + b"\0")),
    ("99,000 nested blocks", m.body_of(b"\x02\x40" * 99_000 + b"\x0b" * 99_000 + b"\0")),
    ("1,400,000 features listed", m.behind(m.custom("target_features", w.leb(1_400_000) + b"+\1a" * 1_400_000))),
    ("1,000,000 producers", m.behind(m.custom("producers", w.leb(1) + w.text("language") + w.leb(1_000_000) + b"\1C\0" * 1_000_000))),
    ("100,000 needed libraries", dylink((2, 100_000, lambda i: w.text(f"lib{i}.so")))),
    ("100,000 of each list of the dylink section", dylink(
        (2, 100_000, lambda i: b"\1a"), (3, 100_000, lambda i: b"\1a\0"), (4, 100_000, lambda i: b"\0\1a\1"), (5, 100_000, lambda i: b"\1a"))),
    ("100,000 run paths", dylink((2, 1, lambda i: w.text("libx.so")), (5, 100_000, lambda i: w.text(f"/p{i}")))),
    ("65,000 empty members", many(65_000, lambda i: f"wa_control/{i}")),
    ("65,000 empty members that are called `.so`", unlisted(65_000, lambda i: f"m{i}.so")),
    ("65,000 side modules without anything", many(65_000, lambda i: f"m{i}.so", EMPTY_SIDE_MODULE)),
    ("65,000 Python sources", many(65_000, lambda i: f"wa_control/s{i}.py", b"from ._core import a\n")),
    ("65,000 members with names of 1,000 bytes, none in RECORD", unlisted(65_000, lambda i: f"{i:05}" + ("/" + "x" * 198) * 5)),
    ("65,000 members of 30 folders, none in RECORD", unlisted(65_000, lambda i: f"{i:05}" + "/d" * 30)),
    ("65,000 members of 30 folders, all in RECORD", many(65_000, lambda i: f"{i:05}" + "/d" * 30)),
    ("7,000 members with names of 950 bytes", many(7_000, lambda i: f"{i:05}" + ("/" + "x" * 188) * 5)),
    ("9,990 empty members that are called `.so`", unlisted(9_990, lambda i: f"m{i}.so")),
    ("9,990 side modules without anything", many(9_990, lambda i: f"m{i}.so", EMPTY_SIDE_MODULE)),
    ("10,000,000 shortest rows of RECORD", record_rows(10_000_000, lambda i: b"a,,\n")),
    ("4,000,000 rows of RECORD, each of another file", record_rows(4_000_000, lambda i: b"a%d,,\n" % i)),
    ("15,000,000 rows of RECORD that cannot be read", record_rows(15_000_000, lambda i: b"x\n")),
    ("480,000 requirements", metadata(lambda i: b"Requires-Dist: a\n", 480_000)),
    ("2,700,000 headers", metadata(lambda i: b"a:\n", 2_700_000)),
    ("4,000,000 lines of continuation", metadata(lambda i: b" \n" if i else b"Author: a\n", 4_000_000)),
    ("80,000 entry points", deflated(lambda: {ENTRY_POINTS: b"[console_scripts]\n" + b"".join(b"t%d=a:b\n" % i for i in range(80_000))})),
    ("260,000 sections of entry points", deflated(lambda: {ENTRY_POINTS: b"[a]\n" * 260_000})),
    ("400,000 licence files", metadata(lambda i: b"License-File: L%d\n" % i, 400_000)),
]  # fmt: skip
RUNS = {"check": ["check"], "--format json": ["check", "--format", "json"], "show": ["show"], "repair": ["repair", "-w", "out"]}
# The shapes that cost the most, each of another reader; the rest is for a run of its own.
QUICK = {
    "99,000 imports that nobody offers", "the same under a native tag, judged for every ABI",
    "199,000 imports that nobody offers, in three modules", "999,000 types", "100,000 of each list of the dylink section",
    "9,990 side modules without anything", "65,000 members of 30 folders, all in RECORD", "65,000 members of 30 folders, none in RECORD",
    "4,000,000 rows of RECORD, each of another file"}  # fmt: skip


def sizes(path):
    """Largest member (or the central directory), and all members together, inflated."""
    with zipfile.ZipFile(path) as archive:
        members = [info.file_size for info in archive.infolist()]
        directory = sum(46 + len(info.filename) for info in archive.infolist())
    return max([directory, *members]), sum(members)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--slow", type=float, default=1, help="how many times the seconds allowed, on a busy machine")
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    program, passed, failed = str(Path(options.program).resolve()), 0, 0
    print("| wheel | " + " | ".join(f"`{run}`" for run in RUNS) + " | allowed | slowest | allowed | exit |\n" + "|---" * 9 + "|")
    for what, make in FAMILIES:
        if not all(word in what for word in options.words) or options.quick and what not in QUICK:
            continue
        with tempfile.TemporaryDirectory(prefix="wheelaudit-extremes-") as folder:
            made = make()
            name, content = made if isinstance(made, tuple) else (NAME, made)
            path = Path(folder) / name
            path.write_bytes(content)
            largest, inflated = sizes(path)
            memory = 64 * MIB + 2 * largest
            seconds = 1 + max(0, max(inflated, len(content)) - MIB) / MIB / 2
            costs = [measured([program, *run, "-j1", name], folder, f"{folder}/note") for run in RUNS.values()]
            wrong = any(code not in (0, 1, 3) or took > seconds * options.slow or peak > memory for code, took, peak in costs)
            failed, passed = failed + wrong, passed + (not wrong)
            shown = " | ".join(f"{peak / MIB:.0f} MiB" for _, _, peak in costs)
            slowest = max(took for _, took, _ in costs)
            print(f"| {what} | {shown} | {memory / MIB:.0f} MiB | {slowest:.2f} s | {seconds:.1f} s | {costs[0][0]} |{' FAILED' if wrong else ''}", flush=True)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
