#!/usr/bin/env python3
"""Makes abi-profiles/*.json again from npm, or checks that they are what the generator yields.

    make_profiles.py PROGRAM [--check] [RELEASE…]

PROGRAM is wheelaudit. The releases of each ABI stand in abi-profiles/facts/observed.json. Without
--check every profile that holds one of the given releases (all, when none is given) is written again.
With --check nothing is written: without releases the texts must be equal byte for byte; with releases
only those are fetched, and what a fresh profile says of them must equal what the committed one says.

The npm client fetches the packages into the cache. Their sha512 is compared with the integrity that the
profile records, and with npm's own word when npm can be reached.
"""

import argparse
import base64
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROFILES = ROOT / "abi-profiles"
CACHE = pathlib.Path(
    os.environ.get("WHEELAUDIT_CACHE")
    or pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "wheelaudit"
)


def known_abis():
    """Each ABI's profile id and its releases."""
    facts = json.loads((PROFILES / "facts" / "observed.json").read_text())
    return {abi["tags"][0].removesuffix("_wasm32"): abi["releases"] for abi in facts["abis"]}


def fetch(releases):
    script = ROOT / "tests" / "support" / "pyodide.sh"
    subprocess.run(["sh", str(script), *releases], check=True, stdout=subprocess.DEVNULL)


def directory(release):
    return CACHE / "npm" / f"pyodide-{release}"


def tarball_integrity(release):
    digest = hashlib.sha512((CACHE / "npm" / f"pyodide-{release}.tgz").read_bytes()).digest()
    return "sha512-" + base64.b64encode(digest).decode()


def npm_integrity(release):
    """npm's word for a release; None when npm cannot be asked."""
    command = ["npm", "view", f"pyodide@{release}", "dist.integrity", "--json"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        return json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def generate(program, releases, output):
    command = [program, "profile", "generate", *[str(directory(r)) for r in releases], "-o", str(output)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}: {done.stderr.strip()}")
    return output.read_text()


def all_versions(profile):
    return [release["version"] for release in profile["releases"]]


def holds_for(entry, release):
    return release in entry.get("releases", [release])


def projection(profile, release):
    """What a profile says of one of its releases, free of how it is grouped."""
    symbols = {}
    for name, forms in profile["symbols"].items():
        if isinstance(forms, str):
            symbols[name] = forms
            continue
        for form, releases in forms.items():
            if release in releases:
                symbols[name] = form

    def own(key):
        return [{k: v for k, v in entry.items() if k != "releases"} for entry in profile[key] if holds_for(entry, release)]

    return {
        "id": profile["id"],
        "tags": profile["tags"],
        "emscripten": profile["emscripten"],
        "python": profile["python"],
        "extension_suffixes": profile["extension_suffixes"],
        "release": next(r for r in profile["releases"] if r["version"] == release),
        "loader": own("loader"),
        "libraries": own("libraries"),
        "packages": own("packages"),
        "symbols": symbols,
    }


def difference(old, new, path=""):
    """The first place where two JSON values differ, in words; None when they are equal."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            if key not in old:
                return f"{path}.{key} is only in the fresh profile: {new[key]!r}"
            if key not in new:
                return f"{path}.{key} is only in the committed profile: {old[key]!r}"
            found = difference(old[key], new[key], f"{path}.{key}")
            if found:
                return found
        return None
    return None if old == new else f"{path}: committed {old!r}, fresh {new!r}"


class Count:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def result(self, what, fault):
        if fault is None:
            self.passed += 1
            print(f"ok      {what}")
        else:
            self.failed += 1
            print(f"FAILED  {what}: {fault}")


def check_integrity(count, profile, release, asked):
    recorded = next(r for r in profile["releases"] if r["version"] == release)["provenance"]["integrity"]
    actual = tarball_integrity(release)
    fault = None if actual == recorded else f"the tarball has {actual}, the profile records {recorded}"
    if fault is None and asked is not None and asked != recorded:
        fault = f"npm says {asked}, the profile records {recorded}"
    count.result(f"pyodide {release}: integrity{'' if asked else ' (npm was not reached)'}", fault)


def check(program, wanted, whole):
    count = Count()
    releases = [r for rs in wanted.values() for r in rs]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        asked = dict(zip(releases, pool.map(npm_integrity, releases)))
    for name, chosen in wanted.items():
        text = (PROFILES / f"{name}.json").read_text()
        committed = json.loads(text)
        for release in chosen:
            check_integrity(count, committed, release, asked[release])
        with tempfile.TemporaryDirectory() as folder:
            fresh_text = generate(program, chosen, pathlib.Path(folder) / f"{name}.json")
        if whole:
            count.result(f"{name}.json", None if fresh_text == text else "is not what the generator yields; ./dev profiles")
            continue
        fresh = json.loads(fresh_text)
        for release in chosen:
            fault = difference(projection(committed, release), projection(fresh, release))
            count.result(f"{name}.json, {release}", fault)
    print(f"{count.passed} passed, {count.failed} failed")
    return count.failed == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("releases", nargs="*")
    arguments = parser.parse_args()
    program = str(pathlib.Path(arguments.program).resolve())
    abis = known_abis()
    unknown = set(arguments.releases) - {r for rs in abis.values() for r in rs}
    if unknown:
        sys.exit(f"make_profiles.py: no profile is made from {', '.join(sorted(unknown))}; see abi-profiles/facts/observed.json")
    whole = not arguments.releases
    wanted = {
        name: [r for r in releases if whole or not arguments.check or r in arguments.releases]
        for name, releases in abis.items()
        if whole or set(releases) & set(arguments.releases)
    }
    fetch([r for rs in wanted.values() for r in rs])
    if arguments.check:
        sys.exit(0 if check(program, wanted, whole) else 1)
    for name, releases in wanted.items():
        generate(program, releases, PROFILES / f"{name}.json")
        print(f"wrote abi-profiles/{name}.json from {', '.join(releases)}")


if __name__ == "__main__":
    main()
