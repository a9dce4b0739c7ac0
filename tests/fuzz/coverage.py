"""Which lines of src/ the kept corpus reaches: coverage.py BUILD, a build of the preset fuzz-coverage.

Prints one line per file, worst first, and last the sum over the library: `src: 12345 of 23456 lines, 52.6 %`.
The program around the library (src/cli, src/system) and the packers that run at build time are not counted. Sources
have the paths of the checkout; headers, which are not counted either, have those of build/…/visible/ROOM.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LLVM = "-19"  # of the clang that the presets name


def main():
    build = Path(sys.argv[1]).resolve()
    program = build / "tests/fuzz/wheelaudit_replay"
    raw, merged = build / "replay.profraw", build / "replay.profdata"
    environment = {**os.environ, "LLVM_PROFILE_FILE": str(raw)}
    subprocess.run([program, ROOT / "tests/fuzz/corpus"], check=True, env=environment, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)  # fmt: skip
    subprocess.run([f"llvm-profdata{LLVM}", "merge", "-sparse", raw, "-o", merged], check=True)
    export = [f"llvm-cov{LLVM}", "export", "-summary-only", f"-instr-profile={merged}", program]
    data = json.loads(subprocess.run(export, check=True, capture_output=True).stdout)["data"][0]
    rows = []
    for file in data["files"]:
        path = Path(file["filename"])
        if path.is_relative_to(ROOT / "src") and path.suffix == ".cpp":
            lines = file["summary"]["lines"]
            rows.append((lines["percent"], lines["covered"], lines["count"], path.relative_to(ROOT)))
    for percent, covered, count, path in sorted(rows):
        print(f"{path}: {covered} of {count} lines, {percent:.1f} %")
    covered, count = sum(row[1] for row in rows), sum(row[2] for row in rows)
    print(f"src: {covered} of {count} lines, {100 * covered / count:.1f} %")


if __name__ == "__main__":
    main()
