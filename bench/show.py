#!/usr/bin/env python3
"""How long `show` takes: show.py PROGRAM… WHEEL… [--runs N]

Each wheel is asked of each program in turn, N times (12), and the minimum is printed in milliseconds: compare the
columns of one run, not figures of two. Files that end in `.whl` are wheels, all else are programs.
"""

import argparse
import subprocess
import time


def milliseconds(program, wheel):
    began = time.perf_counter()
    subprocess.run([program, "show", wheel], stdout=subprocess.DEVNULL, check=False)
    return (time.perf_counter() - began) * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+")
    parser.add_argument("--runs", type=int, default=12)
    options = parser.parse_args()
    wheels = [file for file in options.files if file.endswith(".whl")]
    programs = [file for file in options.files if not file.endswith(".whl")]
    if not wheels or not programs:
        parser.error("programs and wheels, one of each at least")
    for wheel in wheels:
        best = dict.fromkeys(programs, float("inf"))
        for _ in range(options.runs):
            for program in programs:
                best[program] = min(best[program], milliseconds(program, wheel))
        print(f"{wheel}: " + ", ".join(f"{best[program]:.1f} ms" for program in programs))


if __name__ == "__main__":
    main()
