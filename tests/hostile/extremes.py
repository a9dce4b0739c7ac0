#!/usr/bin/env python3
"""What small wheels made of the very limits take: extremes.py --program P prints the table of docs/assurance.md.

Peak resident memory in MB of `check`, `check --format json`, `show` and `repair`, and what SAFETY.md's promise 10 allows.
Not a test: the promise is not held there yet, and this says by how much.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import wheel_parts  # noqa: E402, F401  (finds testdata/wasm_edit.py)
from cases import dylink as d  # noqa: E402
from cases import limits  # noqa: E402
from wheel_parts import MODULE, NAME, archive, wheel  # noqa: E402
from zip_parts import Entry  # noqa: E402

WHEELS = {
    "99,000 imports that nobody offers": lambda: (wheel({MODULE: limits.imports(99_000)}), len(limits.imports(99_000))),
    "100,000 needed libraries": lambda: (
        d.dylink(d.memory(), (2, d.names(*(f"lib{i}.so" for i in range(100_000)))))(), 1_191_000),
    "240,000 imports that nobody offers, in three modules": lambda: (
        wheel({MODULE: limits.imports(80_000), **{f"wa_control/m{i}.so": limits.imports(80_000) for i in (1, 2)}}),
        len(limits.imports(80_000))),
    "65,000 empty members that are called `.so`": lambda: (
        archive().plus(*[Entry(f"m{i}.so", b"") for i in range(65_000)]).build(), 0),
}  # fmt: skip


def peak(command):
    """MB of the largest moment."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return os.wait4(process.pid, 0)[2].ru_maxrss * 1024 / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    program = str(Path(parser.parse_args().program).resolve())
    print("| wheel | `check` | `--format json` | `show` | `repair` | allowed |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="wheelaudit-extremes-") as folder:
        path = Path(folder) / NAME
        for what, make in WHEELS.items():
            content, largest = make()
            path.write_bytes(content)
            runs = (["check"], ["check", "--format", "json"], ["show"], ["repair", "-w", f"{folder}/out"])
            took = [peak([program, *run, "-j1", str(path)]) for run in runs]
            allowed = (64 * (1 << 20) + 2 * largest) / 1e6
            print(f"| {what} | {' | '.join(f'{mb:.0f} MB' for mb in took)} | {allowed:.0f} MB |", flush=True)


if __name__ == "__main__":
    main()
