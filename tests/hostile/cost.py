#!/usr/bin/env python3
"""Cost grows with the input (docs/design/limits.md#linear-cost).

Each family makes inputs of three sizes, each twice the one before. Counted are the program's own instructions, by
valgrind's cachegrind: the same on every machine and on every day. What the smallest possible input of the family costs
is taken off. Two doublings together may cost 4.75 times as much at most: 4 is linear, n log n stays below, quadratic is
16. Where they cost more, as when little is done for the smallest of the three, the second may add 2.75 times what the
first added at most: 2 is linear, 4 quadratic.

    cost.py --program P [--quick] [WORD…]    --quick: the families marked so, of a quarter of the size
"""

import argparse
import json
import re
import string
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import wheel_parts  # noqa: E402, F401  (finds testdata/wasm_edit.py)
import zip_parts as z  # noqa: E402
from cases import dylink as d  # noqa: E402
from cases import limits  # noqa: E402
from cases import modules as m  # noqa: E402
from cases import profiles as p  # noqa: E402
from cases import record as r  # noqa: E402
from wheel_parts import ENTRY_POINTS, GOOD, METADATA, NAME, WHEEL, archive, lines, wheel  # noqa: E402
from zip_parts import DEFLATED, Archive, Entry  # noqa: E402

MOST_GROWTH_OF_TWO, MOST_GROWTH_OF_ADDED = 4.75, 2.75
FLOOR = 1_000_000  # instructions: a cheaper input cannot be told from chance, and is not a danger
w = m.w


def entries(name=lambda i: f"wa_control/{i}.py", **changes):
    return lambda n: archive().plus(*[Entry(name(i), b"", **changes) for i in range(n)]).build()


def end_records(n):
    good = archive().build()
    return good[:-22] + z.end_record(5, 5, 300, 0, 22) * n + good[-22:]


def overlapping(n):
    content = bytes(100_000)
    kernel = Entry("kernel", content, DEFLATED)
    lies = {"size": len(content), "crc": z.zlib.crc32(content), "packed": len(kernel.packed())}
    return Archive([kernel, *[Entry(f"m{i}", b"", DEFLATED, data=b"", both=lies, in_file=False, offset=0)
                              for i in range(n)]]).build()  # fmt: skip


def record(row):
    return lambda n: wheel(record=r.TEXT.encode() + "".join(row(i) for i in range(n)).encode())


def imports(n):
    return wheel({m.MODULE: limits.imports(n)})


def tags(n):
    """n³ combinations."""
    return "-".join(".".join(f"{part}{i}" for i in range(n)) for part in ("py", "cp", "linux"))


def tagged_name(n):
    """A file name of n³ combinations: of 32 its 192 letters are nearly what a file system takes."""
    letters = string.ascii_letters
    return "a-1-" + "-".join(".".join(letters[i] for i in range(n)) for _ in range(3)) + ".whl"


def section(kind, added):
    """The module with n more members of a section, all alike."""
    def make(n):
        there = next((body for k, body in m.PARTS if k == kind), b"\0")
        count, at = w.read_leb(there, 0)
        return m.with_section(kind, w.leb(count + n) + there[at:] + added * n)()
    return make


def sized(content):
    return w.leb(len(content)) + content


def bodies(n):
    """n functions more, each with an empty body."""
    parts = []
    for kind, body in m.PARTS:
        if kind in (m.FUNCTION, m.CODE):
            count, at = w.read_leb(body, 0)
            body = w.leb(count + n) + body[at:] + (b"\0" if kind == m.FUNCTION else b"\2\0\x0b") * n
        parts.append((kind, body))
    return m.module(w.assemble(parts))()


def profile(n):
    return p.changed(symbols={**GOOD_SYMBOLS, **{f"zz_symbol_{i}": next(iter(GOOD_SYMBOLS.values())) for i in range(n)}})()


def runtime(packages=0, imports=1, exports=0):
    """The four files of a Pyodide, of which one has many entries."""
    lock = {"info": {"platform": "emscripten_4_0_9", "python": "3.13.2", "abi_version": "2025_0"}, "packages": {
        f"p{i}": {"name": f"p{i}", "version": "1.0", "file_name": f"p{i}-1.0-py3-none-any.whl", "imports": [f"p{i}"], "depends": []}
        for i in range(packages)}}  # fmt: skip
    script = '"GOT.mem";' + "".join(f"function _f{i}(a){{return a+1}}_f{i}.sig='ii';" for i in range(imports))
    script += "var wasmImports={" + ",".join(f"f{i}:_f{i}" for i in range(imports)) + "};"
    one = w.leb(1)
    wasm = w.assemble([(m.TYPE, one + b"\x60\0\0"), (m.FUNCTION, one + b"\0"),
                       (m.EXPORT, w.leb(exports) + b"".join(w.text(f"e{i}") + b"\0\0" for i in range(exports))),
                       (m.CODE, one + b"\2\0\x0b")])  # fmt: skip
    return {"pyodide-lock.json": json.dumps(lock).encode(), "pyodide.asm.js": script.encode(), "pyodide.asm.wasm": wasm,
            "package.json": b'{"name": "pyodide", "version": "0.29.5"}'}  # fmt: skip


GOOD_SYMBOLS = p.GOOD["symbols"]
CHECK, VALIDATE = ["check", "-q", "-j1"], ["profile", "validate"]
GENERATE = ["profile", "generate", "-o", "generated.json"]

# (what is doubled, command, what makes the input, the largest of the three sizes)
FAMILIES = [
    ("entries", CHECK, entries(), 4000),
    ("entries whose names are one but for case", CHECK, entries(lambda i: "".join(
        "Aa"[i >> bit & 1] for bit in range(16))), 4000),
    ("entries of 64 components", CHECK, entries(lambda i: f"é{i}" + "/d" * 63), 500),
    ("entries of 3,000 components", CHECK, entries(lambda i: f"é{i}" + "/d" * 3000), 160),
    ("slashes of one name", CHECK, lambda n: entries(lambda i: "é" + "/d" * n)(1), 32_000),
    ("entries of one name", CHECK, entries(lambda i: "x"), 4000),
    ("entries with malformed extra fields", CHECK, entries(local_extra=b"abc", central_extra=b"abc"), 4000),
    ("end records", CHECK, end_records, 700),
    ("entries that share their data", CHECK, overlapping, 4000),
    ("compressed zeros", CHECK, lambda n: archive().plus(Entry("zeros", bytes(n), DEFLATED)).build(), 4 << 20),
    ("empty deflate blocks", CHECK, lambda n: archive().changed(0, method=DEFLATED, data=b"\0\0\0\xff\xff" * n + z.deflate(
        archive().entries[0].content)).build(), 20_000),
    ("RECORD rows that cannot be read", CHECK, record(lambda i: "x\n"), 12_000),
    ("RECORD rows of missing files", CHECK, record(lambda i: f"gone/{i},,\n"), 12_000),
    ("RECORD rows of one file", CHECK, record(lambda i: r.LINE + "\n"), 12_000),
    ("commas of one RECORD line", CHECK, lambda n: wheel(record=r.TEXT.encode() + b"," * n + b"\n"), 4 << 20),
    ("letters of one RECORD line", CHECK, lambda n: wheel(record=r.TEXT.encode() + b"x" * n + b",,\n"), 4 << 20),
    ("quotes of one RECORD line", CHECK, lambda n: wheel(record=r.TEXT.encode() + b'"' * n + b",,\n"), 4 << 20),
    ("METADATA lines", CHECK, lambda n: wheel({METADATA: GOOD[METADATA] + b"Classifier: x\n" * n}), 40_000),
    ("METADATA lines of continuation", CHECK, lambda n: wheel({METADATA: GOOD[METADATA] + b"Author: a\n" + b" b\n" * n}), 80_000),
    ("METADATA requirements", CHECK, lambda n: wheel({METADATA: GOOD[METADATA] + b"Requires-Dist: a>=1\n" * n}), 20_000),
    ("parentheses of one requirement", CHECK, lambda n: wheel({METADATA: GOOD[METADATA] + b"Requires-Dist: a; " + b"(" * n
                                                               + b"\n"}), 100_000),
    ("entry points", CHECK, lambda n: wheel({ENTRY_POINTS: b"[console_scripts]\n" + b"".join(
        b"t%d = a:b\n" % i for i in range(n))}), 10_000),
    ("WHEEL tags, 10, 20 and 40 to the third", CHECK, lambda n: wheel({WHEEL: lines(WHEEL, Tag=tags(n))}), 40),
    ("WHEEL tags of one line", CHECK, lambda n: wheel({WHEEL: lines(WHEEL, Tag="py3-none-" + "a." * n + "a")}), 7000),
    ("file name tags, 8, 16 and 32 to the third", CHECK, lambda n: (tagged_name(n), wheel()), 32),
    ("needed libraries", CHECK, lambda n: d.dylink(d.memory(), (2, d.names(*(f"lib{i}.so" for i in range(n)))))(), 10_000),
    ("needed libraries of one name", CHECK, lambda n: d.dylink(d.memory(), (2, d.names(*["libx.so"] * n)))(), 20_000),
    ("run paths", CHECK, lambda n: d.dylink(d.memory(), (2, d.names("libx.so")), (5, d.names(*(
        f"$ORIGIN/{i}" for i in range(n)))))(), 10_000),
    ("entries of import info", CHECK, lambda n: d.dylink(d.memory(), (4, w.leb(n) + b"".join(
        w.text("env") + w.text(f"f{i}") + b"\1" for i in range(n))))(), 20_000),
    ("empty custom sections", CHECK, lambda n: m.behind(*[m.custom("")] * n)(), 2400),
    ("empty custom sections beyond the limit", CHECK, lambda n: wheel({m.MODULE: m.CORE + b"\0\1\0" * n}), 1_000_000),
    ("types", CHECK, section(m.TYPE, b"\x60\0\0"), 40_000),
    ("globals", CHECK, section(m.GLOBAL, b"\x7f\0\x41\0\x0b"), 40_000),
    ("element segments", CHECK, section(m.ELEMENT, b"\0\x41\0\x0b\0"), 40_000),
    ("functions", CHECK, bodies, 20_000),
    ("groups of locals of one body", CHECK, lambda n: m.body_of(b"\0", w.leb(n) + b"\1\x7f" * n)(), 40_000),
    ("names of functions", CHECK, lambda n: m.behind(m.custom("name", b"\1" + sized(w.leb(n) + b"".join(
        w.leb(i) + b"\1a" for i in range(n)))))(), 40_000),
    ("unresolved imports", CHECK, imports, 10_000),
    ("unresolved imports in JSON", [*CHECK, "--format", "json"], imports, 10_000),
    ("unresolved imports in SARIF", [*CHECK, "--format", "sarif"], imports, 10_000),
    ("strange files in JUnit XML", [*CHECK, "--format", "junit"], entries(lambda i: f"m{i}.so"), 2000),
    ("strange files in annotations", [*CHECK, "--format", "github"], entries(lambda i: f"m{i}.so"), 2000),
    ("exports", CHECK, lambda n: m.exports(*(w.text(f"e{i}") + b"\0\0" for i in range(n)))(), 20_000),
    ("nested blocks", CHECK, lambda n: m.body_of(b"\x02\x40" * n + b"\x0b" * n + b"\0")(), 40_000),
    ("branches of one table", CHECK, lambda n: m.body_of(b"\x41\0\x0e" + w.leb(n) + b"\0" * (n + 1))(), 400_000),
    ("instructions of one body", CHECK, lambda n: m.body_of(b"\x41\0\x1a" * n + b"\0")(), 200_000),
    ("symbols of a profile", VALIDATE, profile, 20_000),
    ("brackets of a profile", VALIDATE, lambda n: b"[" * n, 1 << 20),
    ("members of one name in a profile", VALIDATE, lambda n: b"{" + b'"a":1,' * n + b'"a":1}', 100_000),
    ("members of many names in a profile", VALIDATE, lambda n: json.dumps({f"k{i}": 1 for i in range(n)}).encode(), 50_000),
    ("digits of a number in a profile", VALIDATE, lambda n: b'{"schema_version": ' + b"1" * n + b"}", 400_000),
    ("packages of a lock file", GENERATE, lambda n: runtime(packages=n), 8000),
    ("functions of a loader script", GENERATE, lambda n: runtime(imports=n), 8000),
    ("exports of a main module", GENERATE, lambda n: runtime(exports=n), 20_000),
]  # fmt: skip


# One of each parser, and the worst traps.
QUICK = {"entries", "entries of one name", "end records", "entries that share their data", "empty deflate blocks",
         "RECORD rows that cannot be read", "quotes of one RECORD line", "METADATA requirements", "WHEEL tags of one line",
         "needed libraries", "exports", "nested blocks", "members of one name in a profile",
         "packages of a lock file", "functions of a loader script"}  # fmt: skip


def instructions(command, folder):
    cachegrind = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    done = subprocess.run([*cachegrind, *command], capture_output=True, text=True, check=False, cwd=folder)
    found = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
    # A runtime that is refused early would cost nothing; wheels and profiles are judged whatever is wrong with them.
    if not found or done.returncode not in ((0,) if "generate" in command else (0, 1, 2, 3)):
        raise RuntimeError(f"exit {done.returncode}: {done.stderr[-500:]}")
    return int(found.group(1).replace(",", ""))


def cost(program, command, content, folder):
    """`content`: a file's bytes, its name and bytes, or a folder's files by name."""
    if isinstance(content, dict):
        for name, one in content.items():
            (Path(folder) / name).write_bytes(one)
        return instructions([program, *command, "."], folder)
    name, content = content if isinstance(content, tuple) else ("profile.json" if command is VALIDATE else NAME, content)
    (Path(folder) / name).write_bytes(content)
    return instructions([program, *command, name], folder)


def measure(program, family, quick):
    """(costs of the three sizes, growth of both doublings, of what they add)"""
    what, command, make, size = family
    most = size // 4 if quick else size
    with tempfile.TemporaryDirectory(prefix="wheelaudit-cost-") as folder:
        base = cost(program, command, make(1), folder)
        costs = [max(cost(program, command, make(max(1, most * k // 4)), folder) - base, 1) for k in (1, 2, 4)]
    return costs, costs[2] / max(costs[0], FLOOR), (costs[2] - costs[1]) / max(costs[1] - costs[0], FLOOR)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    program, failed, passed = str(Path(options.program).resolve()), 0, 0
    print("| what is doubled | to | million instructions | growth | of what is added |\n|---|---|---|---|---|")
    for family in FAMILIES:
        what = family[0]
        if not all(word in what for word in options.words) or options.quick and what not in QUICK:
            continue
        costs, growth, added = measure(program, family, options.quick)
        bad = growth > MOST_GROWTH_OF_TWO and added > MOST_GROWTH_OF_ADDED
        failed, passed = failed + bad, passed + (not bad)
        shown = ", ".join(f"{c / 1e6:.1f}" for c in costs)
        print(f"| {what} | {family[3] // (4 if options.quick else 1):,} | {shown} | {growth:.2f} | {added:.2f}{' FAILED' if bad else ''} |", flush=True)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
