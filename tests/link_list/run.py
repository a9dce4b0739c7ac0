#!/usr/bin/env python3
"""Links side modules against `wheelaudit profile link-list` with the real wasm-ld.

A module that asks only for what the runtime offers links; one that asks for a function, an address or data that
nobody offers does not, and wasm-ld names the symbol. The list's comments and every one of its lines must be read as
meant: with the list cut down to a comment nothing links.

usage: run.py PROGRAM
"""

import pathlib
import subprocess
import sys
import tempfile

CLANG = ["clang-19", "--target=wasm32-unknown-emscripten", "-fPIC", "-fvisibility=default", "-O1", "-w"]
WASM_LD = ["wasm-ld-19", "-shared", "--experimental-pic", "--no-entry"]

GOOD = """
extern char PyExc_ValueError[]; int PyModule_Create2(void *, int); int memcmp(const void *, const void *, unsigned long);
int run(void *m) { return PyModule_Create2(m, 1013) + (PyExc_ValueError == m); }
void *address(void) { return (void *)memcmp; }
"""
# What each bad module adds, and the symbol that wasm-ld must name.
BAD = {
    "function": ("int nobody_offers(int); int bad(int x) { return nobody_offers(x); }", "nobody_offers"),
    "data": ("extern int nobody_holds; int bad(void) { return nobody_holds; }", "nobody_holds"),
    "address": ("int nobody_is(int); void *bad(void) { return (void *)nobody_is; }", "nobody_is"),
}
# Offered by 0.27.7 and gone in 0.29.5 (docs/design/abis.md#real-breaks): the same module links for one only.
ERA = "int _PyArg_UnpackStack(int, int, int, int, int, int); int era(void) { return _PyArg_UnpackStack(0,0,0,0,0,0); }"


def link(folder, name, source, symbols):
    (folder / f"{name}.c").write_text(source)
    subprocess.run([*CLANG, "-c", f"{name}.c", "-o", f"{name}.o"], cwd=folder, check=True)
    return subprocess.run([*WASM_LD, f"--allow-undefined-file={symbols}", f"{name}.o", "-o", f"{name}.so"], cwd=folder,
                          capture_output=True, text=True)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    program = pathlib.Path(sys.argv[1]).resolve()
    results = []

    def check(what, holds, output=""):
        results.append(holds)
        print(("ok      " if holds else "FAILED  ") + what)
        if not holds:
            print(output)

    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work)
        for release in ("0.27.7", "0.29.5", "314.0.7"):
            subprocess.run([program, "profile", "link-list", release, "-o", folder / release], check=True)
            done = link(folder, "good", GOOD, release)
            check(f"{release}: a module that asks for what is there links", done.returncode == 0, done.stderr)
            for what, (source, symbol) in BAD.items():
                done = link(folder, what, GOOD + source, release)
                check(f"{release}: {what} that nobody offers does not link",
                      done.returncode != 0 and f"undefined symbol: {symbol}" in done.stderr
                      and done.stderr.count("undefined symbol") == 1, done.stderr)
        done = link(folder, "era", ERA, "0.27.7")
        check("a function of 0.27.7 links for 0.27.7", done.returncode == 0, done.stderr)
        done = link(folder, "era", ERA, "0.29.5")
        check("and not for 0.29.5", "undefined symbol: _PyArg_UnpackStack" in done.stderr, done.stderr)
        comments = [line for line in (folder / "0.27.7").read_text().splitlines() if line.startswith("#")]
        (folder / "comments").write_text("\n".join(comments) + "\nPyModule_Create2\nPyExc_ValueError\nmemcmp\n")
        done = link(folder, "good", GOOD, "comments")
        check("comments are passed over", done.returncode == 0 and len(comments) == 5, done.stderr)
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
