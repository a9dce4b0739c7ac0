#!/usr/bin/env python3
"""Proofs of `repair`: in the real Pyodide, byte for byte, over real wheels, and under faults.

    run.py [--program FILE] [--other-program FILE] [--jobs N] [--only TEXT]… [--all] [--list]
           [--report FILE] [--figures FILE]

--all       every variant in every release, every system call that can fail, every point of a kill
            (a quarter of an hour); without it a slice of each
--other-program  a build by another compiler, which must write the same bytes; without it clang's of
            build/asan, when it is there
--report    writes the figures as Markdown (docs/repair-proof.md); `./dev repair` does
--figures   keeps them in a file besides, and reports those of earlier runs with it too: so parts can be
            run one by one (--only)

Needs Node and the npm packages of Pyodide as tests/e2e/run.py does; `cc` for the faults.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import chains
import common
import faults
import figures
import identity
import orders
import program as tool
import round_trip
from program import find_program
from pyodide_runs import ROOT, find_node
from runner import run_all

RELEASES = {"0.21.3", *common.TARGETS.values()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program")
    parser.add_argument("--other-program")
    parser.add_argument("--report", type=Path)
    parser.add_argument("--figures", type=Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    context = argparse.Namespace(program=find_program(options.program), node=find_node(), all=options.all,
                                 other=find_other(options.other_program))  # fmt: skip
    parts = [chains, orders, identity, round_trip, faults]
    tests = [test for part in parts for test in part.tests(context)]
    tests = [test for test in tests if all(text in test[0] for text in options.only)]
    if options.list:
        print("\n".join(name for name, _ in tests))
        return 0
    releases = sorted(RELEASES | set(chains.OLDER.values() if options.all else ()))
    missing = []
    if not context.program:
        missing.append("no program to test: build it (./dev build) or name it with --program")
    if not context.node:
        missing.append("no Node 20 or newer: set NODE")
    if not missing and subprocess.run([str(ROOT / "tests" / "support" / "pyodide.sh"), *releases]).returncode:
        missing.append("the npm packages of Pyodide are not all there")
    if missing:
        print("".join(f"FAIL {line}\n" for line in missing) + f"0 passed, {len(missing)} failed, 0 skipped")
        return 1
    print(f"repair: {len(tests)} tests of {context.program}, {options.jobs} at a time")
    figures.load(options.figures)
    code = run_all([figures.recorded(name, test, options.figures) for name, test in tests], options.jobs)
    if options.report:
        options.report.write_text(figures.text(tool.run(context.program, "--version")[1].strip()))
    return code


def find_other(option):
    """The program built by another compiler; None when there is none."""
    other = Path(option) if option else ROOT / "build" / "asan" / "wheelaudit"
    return other.resolve() if other.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
