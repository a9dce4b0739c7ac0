#!/usr/bin/env python3
"""No real wheel is called malformed: strictness costs nothing (SAFETY.md, "The archive: what is accepted").

    real_wheels.py --program P FOLDER…    every wheel below the folders, once by content
"""

import argparse
import collections
import hashlib
import json
import subprocess
import sys
from pathlib import Path


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("folders", nargs="+", type=Path)
    options = parser.parse_args()
    wheels = {}
    for folder in options.folders:
        for path in sorted(folder.rglob("*.whl")):
            if path.is_file():
                wheels.setdefault(hashlib.sha256(path.read_bytes()).digest(), path)
    verdicts, refused = collections.Counter(), []
    for path in wheels.values():
        done = subprocess.run([options.program, "check", "--json", "--", str(path)], capture_output=True, text=True, check=False)
        found = json.loads(done.stdout)["wheels"] if done.stdout else []
        verdict = found[0]["verdict"] if found else f"exit {done.returncode}: {done.stderr.strip()}"
        verdicts[verdict] += 1
        if verdict == "malformed" or not found:
            refused.append((path, [f"{one['rule']} {one['message']}" for one in (found[0]["findings"] if found else [])
                                   if one["severity"] == "error"][:3] or verdict))  # fmt: skip
    for verdict, count in sorted(verdicts.items()):
        print(f"{verdict}: {count}")
    for path, why in refused:
        print(f"{path}: {why}")
    print(f"{len(wheels) - len(refused)} passed, {len(refused)} failed, 0 skipped")
    return 1 if refused or not wheels else 0


if __name__ == "__main__":
    sys.exit(main())
