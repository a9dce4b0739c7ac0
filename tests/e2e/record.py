#!/usr/bin/env python3
"""Records what real Pyodide releases do with every variant of testdata/ (expectations/variants.json)
and, with --corpus, with the corpus's wheels on their own ABI's newest release (corpus.json).

    record.py [--release VERSION]… [--variant NAME]… [--jobs N] [--raw FOLDER] [--corpus]

This is the evidence behind docs/design/linking.md#observations, and what the program's verdicts are checked against
(run.py). Recording everything boots Pyodide a thousand times; run it when a release or a variant
is added, and read the difference before committing it. `--raw` keeps the whole answers, and takes
those that are there instead of asking again: an interrupted recording goes on where it was.
"""

import argparse
import functools
import json
import os
import re
from pathlib import Path

import compare
import wheels
from pyodide_runs import CONTROL, HERE, TESTDATA, ask, find_node, in_parallel, pyodide_folder

RELEASES = ["0.21.3", "0.22.1", "0.23.4", "0.24.1", "0.25.1", "0.26.4", "0.27.7", "0.28.3",
            "0.29.5", "314.0.7"]  # fmt: skip
FILE = HERE / "expectations" / "variants.json"
CORPUS = HERE / "expectations" / "corpus.json"


def shorten(message):
    """One line without what differs from run to run or says nothing."""
    line = " ".join(message.split())
    line = re.sub(r"/lib/python3\.\d+/site-packages/", "", line)
    line = re.sub(r'WebAssembly\.\w+\(\): Import #0 module="a" (function="b" )?(error: )?', "", line)
    line = re.sub(r"(ImportError: )?[Cc]ould not load dynamic lib: \S+ ", "", line)
    line = re.sub(r"@\+\d+|\b0x[0-9a-f]+\b", "…", line)
    line = re.sub(r"The following error occurred while loading \S+; ", "", line)
    line = re.sub(r"; Failed to load [\w.]+$", "", line)
    return line[:240]


def outcome(answer):
    """The facts of one run in a few words (the keys are what the expectation file holds).

    load    ok | fails (the loader refuses) | dies (the interpreter with it) | python (linked, but
            Python is not content); for an install, what the installer said comes first
    call    what call() returned, or how it ended
    later   ok, or what became of a good module loaded afterwards
    """
    if "broken" in answer:
        return {"load": "dies", "message": shorten(answer["broken"])}
    out = {}
    module = next(m for m in answer["modules"] if "/_core" in m["path"])
    load = {"ok": "ok", "link": "fails", "fatal": "dies", "python": "python"}[module["stage"]]
    message = module["message"]
    if answer["install"]:
        load, message = "fails", "; ".join(answer["install"])
    out["load"] = load
    if message:
        out["message"] = shorten(message)
    for run in answer["runs"]:
        how, what = next((k, v) for k, v in run.items() if k != "code")
        if load == "ok" or how == "value":
            out["call"] = what if how == "value" else f"{how}: {shorten(what)}"
    if answer["then"]:
        out["later"] = "ok" if "value" in answer["then"] else shorten(
            answer["then"].get("error") or answer["then"].get("fatal"))
    truth = module["truth"]
    if truth:
        out["linked"] = truth["linked"]
        for key in ("unresolved_functions", "unresolved_addresses", "unresolved_tags", "unknown"):
            if truth[key]:
                out[key] = truth[key]
        if truth["refused"]:
            out["refused"] = [f"{r['module']}.{r['name']}: {shorten(r['message'])}" for r in truth["refused"]]
    return out


def record_corpus(node, jobs):
    """What fails in each real wheel, and nothing else: most have no error at all."""
    chosen = [w for w in wheels.corpus() if wheels.own_release(w)]
    answers = in_parallel([functools.partial(
        ask, node, wheels.own_release(w), w, "install" if wheels.needs_libraries(w) else "import",
        then=TESTDATA / "variants" / CONTROL) for w in chosen], jobs)  # fmt: skip
    out = {}
    for wheel, answer in zip(chosen, answers):
        entry = {"release": wheels.own_release(wheel)}
        if "broken" in answer:
            entry["broken"] = answer["broken"]
        else:
            entry |= {"links": compare.true_links(answer), "errors": compare.true_errors(answer)}
        out[wheel.name] = entry
        print(wheel.name, entry, flush=True)
    CORPUS.write_text(json.dumps(out, indent=1, ensure_ascii=False) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--release", action="append")
    parser.add_argument("--variant", action="append")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--raw", type=Path)
    parser.add_argument("--corpus", action="store_true")
    options = parser.parse_args()
    node = find_node()
    if not node:
        parser.error("no Node 20 or newer: set NODE")
    if options.corpus:
        return record_corpus(node, options.jobs)
    index = json.loads((TESTDATA / "variants" / "index.json").read_text())
    recorded = json.loads(FILE.read_text()) if FILE.exists() else {}
    for release in options.release or RELEASES:
        if not pyodide_folder(release).is_dir():
            parser.error(f"no pyodide {release}: tests/support/pyodide.sh {release}")
        names = options.variant or list(index)

        def ask_once(mode, name):
            kept = options.raw and options.raw / release / f"{name}.{mode}.json"
            if kept and kept.exists():
                return json.loads(kept.read_text())
            answer = ask(node, release, TESTDATA / "variants" / index[name]["wheel"], mode,
                         [f"import wa_{name}; wa_{name}.call()"],
                         TESTDATA / "variants" / CONTROL)  # fmt: skip
            if kept and "broken" not in answer:
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_text(json.dumps(answer))
            return answer

        def ask_all(mode, some):
            return in_parallel([functools.partial(ask_once, mode, n) for n in some], options.jobs)

        found = {name: {"import": outcome(a)} for name, a in zip(names, ask_all("import", names))}
        # the installer differs from a plain import where loading fails, and in finding libraries
        differing = [n for n in names if found[n]["import"]["load"] != "ok" or index[n]["rule"] in
                     ("WA401", "WA402", "WA403", "WA404", "WA406") or n.startswith("needed")]
        for name, answer in zip(differing, ask_all("install", differing)):
            found[name]["install"] = outcome(answer)
        for name in names:
            recorded.setdefault(name, {})[release] = found[name]
        ordered = {n: {r: recorded[n][r] for r in RELEASES if r in recorded[n]}
                   for n in index if n in recorded}  # fmt: skip
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n")
        print(f"{release}: {len(names)} variants recorded", flush=True)


if __name__ == "__main__":
    main()
