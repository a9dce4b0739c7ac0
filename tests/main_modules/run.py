#!/usr/bin/env python3
"""Profiles of main modules that are not a Pyodide, checked against the real modules.

Links two main modules with Debian's emscripten (3.1.6), without and with -sWASM_BIGINT, all symbols (-sMAIN_MODULE=1),
and a side module for each. Then: the profile that `wheelaudit profile generate` makes of each equals the live table of
symbols in Node, name by name and provider by provider; `profile diff` calls the two not compatible; `check` says of each
side module on each main module what happens when Node loads it. The same without Emscripten is only read from what
testdata/main_modules/ keeps (tests/cli/main_modules_*).

    run.py PROGRAM              skipped, and said so, where there is no emcc
    run.py PROGRAM --update     writes testdata/main_modules/*.json and *.wasm again (small, -sMAIN_MODULE=2)
    run.py PROGRAM --check      fails where there is no emcc or the committed files are not what is made
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "testdata" / "main_modules"
NODE = os.environ.get("NODE", "node")
BUILDS = {"legal": [], "bigint": ["-sWASM_BIGINT"]}
SMALL = "-sEXPORTED_FUNCTIONS=_main,_host_twice"
EMSCRIPTEN = "3.1.6"


def run(*command, cwd=None):
    return subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True)


def emcc(folder, *arguments):
    done = run("emcc", "-O1", *arguments, cwd=folder)
    if done.returncode != 0:
        raise RuntimeError(f"emcc {' '.join(arguments)}: {done.stderr}")


def build(program, folder, main_options):
    """main-NAME.js, main-NAME.wasm, main-NAME.json and side-NAME.wasm for each build."""
    for source in ("main.c", "side.c"):
        shutil.copy(DATA / source, folder)
    for name, options in BUILDS.items():
        emcc(folder, *main_options, *options, "main.c", "-o", f"main-{name}.js")
        emcc(folder, "-sSIDE_MODULE=1", "-g0", *options, "side.c", "-o", f"side-{name}.wasm")
        done = run(program, "profile", "generate", f"main-{name}.js", "--id", f"main_{name}", "--emscripten", EMSCRIPTEN,
                   "-o", f"main-{name}.json", cwd=folder)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)


class Results:
    def __init__(self):
        self.passed, self.failed = 0, 0

    def check(self, what, holds, detail=""):
        self.passed, self.failed = self.passed + bool(holds), self.failed + (not holds)
        print(("ok      " if holds else "FAILED  ") + what)
        if not holds:
            print(f"        {detail}")


def expected_kind(form):
    if form.endswith("data"):
        return "number"
    return "js" if form.startswith("js") else "wasm"


def compare_table(results, folder, name):
    live = json.loads((folder / "table.json").read_text())
    live = {symbol: kind for symbol, kind in live.items() if kind != "object"}
    symbols = json.loads((folder / f"main-{name}.json").read_text())["symbols"]
    missing = sorted(set(live) - set(symbols))
    other = [(symbol, live[symbol], symbols[symbol]) for symbol in live
             if symbol in symbols and expected_kind(symbols[symbol]) != live[symbol]]
    # The rest the loader finds in Module["_X"]: functions of JavaScript.
    rest = [symbol for symbol in symbols if symbol not in live and not symbols[symbol].startswith("js")]
    results.check(f"{name}: all {len(live)} symbols of the live table are in the profile, of equal provider",
                  not missing and not other and not rest and len(live) > 5000, (missing[:5], other[:5], rest[:5]))


def compare_loads(results, program, folder, main):
    for side in BUILDS:
        loaded = run(NODE, DATA / "load.cjs", f"main-{main}.js", f"side-{side}.wasm", "table.json", cwd=folder).stdout
        checked = run(program, "check", "--profile", f"main-{main}.json", "--json", f"side-{side}.wasm", cwd=folder)
        rules = {finding["rule"] for finding in json.loads(checked.stdout)["wheels"][0]["findings"]}
        if main == side:
            results.check(f"side-{side} on main-{main}: Node runs it, check passes it",
                          loaded == "run() = 42\n" and checked.returncode == 0, (loaded, rules))
        else:
            results.check(f"side-{side} on main-{main}: Node refuses the type, check says WA303",
                          "imported function does not match the expected type" in loaded and rules == {"WA303"},
                          (loaded, rules))


def compare(program):
    results = Results()
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work)
        build(program, folder, ["-sMAIN_MODULE=1"])
        for name in BUILDS:
            compare_loads(results, program, folder, name)
            compare_table(results, folder, name)
        diff = json.loads(run(program, "profile", "diff", "main-legal.json", "main-bigint.json", "--json",
                              cwd=folder).stdout)
        causes = [each["cause"] for each in diff["incompatibilities"]]
        results.check("profile diff: not compatible because of 64-bit integers, and nothing else",
                      causes == ["wide_integers"] and diff["symbol_counts"]["retyped"] > 100, causes)
    return results


def small_files(program, folder):
    build(program, folder, ["-sMAIN_MODULE=2", SMALL])
    return [folder / f"{kind}-{name}.{suffix}" for name in BUILDS for kind, suffix in (("main", "json"), ("side", "wasm"))]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program, flags = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]
    if not shutil.which("emcc"):
        print("skipped: no emcc (apt-get install --no-install-recommends emscripten)")
        print(f"0 passed, {int('--check' in flags)} failed, 1 skipped")
        return 1 if "--check" in flags else 0
    with tempfile.TemporaryDirectory() as work:
        made = small_files(program, pathlib.Path(work))
        if "--update" in flags:
            for path in made:
                shutil.copyfile(path, DATA / path.name)
            return 0
        results = compare(program)
        for path in made:
            results.check(f"testdata/main_modules/{path.name} is what is made",
                          (DATA / path.name).read_bytes() == path.read_bytes())
    print(f"{results.passed} passed, {results.failed} failed")
    return 1 if results.failed else 0


if __name__ == "__main__":
    sys.exit(main())
