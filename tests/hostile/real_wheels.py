#!/usr/bin/env python3
"""No real wheel is called malformed: strictness costs nothing (docs/design/safety.md#strictness).

    real_wheels.py --program P FOLDER…    every wheel below the folders, once by content

Says also how near the limits real wheels come.
"""

import argparse
import collections
import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

HEADER = 46  # bytes of a central directory header without its name, extra fields and comment (APPNOTE 4.3.12)


def sizes(path, report):
    """What of a wheel is limited by number: by name, how many. The types of its modules no report tells."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    return {
        "members": len(members),
        "bytes of the central directory": sum(
            HEADER + len(one.filename.encode()) + len(one.extra) + len(one.comment) for one in members
        ),
        "modules": len(report["modules"]),
        "imports and exports": sum(sum(one["imports"].values()) + one["exports"] for one in report["modules"]),
    }


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
    verdicts, refused, most = collections.Counter(), [], {}
    for path in wheels.values():
        done = subprocess.run([options.program, "check", "--json", "--", str(path)], capture_output=True, text=True, check=False)
        found = json.loads(done.stdout)["wheels"] if done.stdout else []
        verdict = found[0]["verdict"] if found else f"exit {done.returncode}: {done.stderr.strip()}"
        verdicts[verdict] += 1
        for name, count in (sizes(path, found[0]) if found else {}).items():
            most[name] = max(most.get(name, (0, "")), (count, path.name))
        if verdict == "malformed" or not found:
            refused.append((path, [f"{one['rule']} {one['message']}" for one in (found[0]["findings"] if found else [])
                                   if one["severity"] == "error"][:3] or verdict))  # fmt: skip
    for verdict, count in sorted(verdicts.items()):
        print(f"{verdict}: {count}")
    for name, (count, wheel) in most.items():
        print(f"most {name}: {count:,} ({wheel})")
    for path, why in refused:
        print(f"{path}: {why}")
    print(f"{len(wheels) - len(refused)} passed, {len(refused)} failed, 0 skipped")
    return 1 if refused or not wheels else 0


if __name__ == "__main__":
    sys.exit(main())
