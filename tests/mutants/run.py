#!/usr/bin/env python3
"""Mutants of real modules: what wheelaudit says of each against what the engine says.

    run.py [--program FILE] [--slice | --count N] [--write FILE] [--only INDEX]… [--keep FOLDER]

Nothing the engine refuses may be taken; of what the engine takes at most one in a thousand may be
refused without a reason that docs/mutants.md names. --slice is what fits into a minute.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "e2e"))

import mutate  # noqa: E402
import program as tool  # noqa: E402
from pyodide_runs import ROOT, TESTDATA, corpus_folder, find_node  # noqa: E402

HERE = Path(__file__).resolve().parent
COUNT, SLICE, CHUNK = 50_000, 6_000, 500
LARGE = 50  # one mutant in so many is of a large module
# The rules that say what a module is; what others say is about linking and names.
RULES = ("WA201", "WA202", "WA204", "WA311", "WA512")

# Refused on purpose (docs/design/safety.md#strictness): why, by what the message says.
ON_PURPOSE = json.loads((HERE / "on_purpose.json").read_text())


def chunks(count, folder, small, large):
    """Writes the mutants a chunk at a time; yields [(index, path, module, in code)]."""
    for start in range(0, count, CHUNK):
        batch = []
        for index in range(start, min(start + CHUNK, count)):
            of_large = large and index % LARGE in (6, 7)  # one in the code, one not
            name, data, code = mutate.mutant(large if of_large else small, index)
            path = folder / f"{index}.so"
            path.write_bytes(data)
            batch.append((index, path, name, code))
        yield batch
        for _, path, *_ in batch:
            path.unlink()


def engine_says(node, batch):
    paths = "\n".join(str(path) for _, path, *_ in batch)
    done = subprocess.run([node, str(HERE / "validate.mjs")], input=paths, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    if len(lines) != len(batch):
        raise SystemExit(f"the engine gave {len(lines)} answers to {len(batch)} modules: {done.stderr[-1000:]}")
    return [None if line == "1" else line[2:] for line in lines]


def we_say(program, batch):
    """For each the findings (rule, message) that refuse the module, [] when it is taken."""
    select = [part for rule in RULES for part in ("--select", rule)]
    command = ["check", "--format", "json", "--profile", "0.29.5", *select, *(path for _, path, *_ in batch)]
    code, output = tool.run(program, *command)
    report = json.loads(output)
    entries = {Path(entry["path"]).name: entry for entry in report["wheels"]}
    said = []
    for index, path, *_ in batch:
        entry = entries.get(path.name)
        if entry is None:  # not even opened
            remarks = [r["message"] for r in report["remarks"] if Path(r["path"]).name == path.name]
            said.append([("not read", "; ".join(remarks))])
            continue
        said.append([(f["rule"], f["message"]) for f in entry["findings"]
                     if f["severity"] == "error" and f["rule"] in RULES])  # fmt: skip
    return said


def sound(program, node, modules):
    """Those that both sides take as they are: mutants of others would show nothing."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        batch = []
        for index, (name, data) in enumerate(modules):
            path = Path(folder) / f"{index}.so"
            path.write_bytes(data)
            batch.append((index, path, name, False))
        answers = zip(modules, engine_says(node, batch), we_say(program, batch))
        return [module for module, engine, ours in answers if engine is None and not ours]


def purpose(findings):
    """The name of the purpose all of these findings serve, or None."""
    names = []
    for rule, message in findings:
        text = f"{rule}: {message}"
        names.append(next((name for name, entry in ON_PURPOSE.items() if re.search(entry["pattern"], text)), None))
    return names[0] if names and None not in names else None


class Figures:
    def __init__(self):
        self.total, self.code, self.engine_takes, self.we_take = 0, 0, 0, 0
        self.wrongly_taken, self.needless, self.on_purpose = [], [], Counter()

    def add(self, index, name, code, engine, ours):
        self.total += 1
        self.code += code
        self.engine_takes += engine is None
        self.we_take += not ours
        if engine is not None and not ours:
            self.wrongly_taken.append((index, name, engine))
        if engine is None and ours:
            why = purpose(ours)
            if why:
                self.on_purpose[why] += 1
            else:
                self.needless.append((index, name, "; ".join(f"{rule}: {message}" for rule, message in ours)))

    def allowed(self):
        return self.engine_takes // 1000


def markdown(figures, small, large, engine):
    share = 100 * len(figures.needless) / max(1, figures.engine_takes)
    lines = [
        "# Mutants",
        "",
        "Written by `./dev mutants`; the seed is in `tests/mutants/mutate.py`. Which modules there are depends on the "
        "corpus of real wheels (`WHEELAUDIT_CORPUS`); without one only those of testdata are damaged.",
        "",
        f"{figures.total:,} damaged copies of {len(small)} small and {len(large)} large modules that both sides take "
        f"({figures.code:,} damaged in the code section), each asked of the engine "
        f"(`WebAssembly.validate`, {engine}) and of `wheelaudit check --validate=full`. Linking and imports "
        "aside: whether the module is a sound module.",
        "",
        "| | mutants |",
        "|---|---:|",
        f"| the engine takes | {figures.engine_takes} |",
        f"| the engine refuses | {figures.total - figures.engine_takes} |",
        f"| **the engine refuses, wheelaudit takes** | **{len(figures.wrongly_taken)}** |",
        f"| the engine takes, wheelaudit refuses on purpose | {sum(figures.on_purpose.values())} |",
        f"| the engine takes, wheelaudit refuses needlessly | {len(figures.needless)} ({share:.3f} %) |",
        "",
        "## Refused on purpose",
        "",
        "An engine that takes a module does not yet load it as a library, and passes over what it does not read.",
        "",
        "| what | mutants | why |",
        "|---|---:|---|",
        *(f"| {name} | {count} | {ON_PURPOSE[name]['why']} |" for name, count in figures.on_purpose.most_common()),
        "",
    ]
    if figures.needless:
        lines += ["## Refused needlessly", "", *(f"- {index}, {name}: {said}" for index, name, said in figures.needless), ""]
    return "\n".join(lines)


def show(program, node, index, small, large, keep):
    of_large = large and index % LARGE in (6, 7)
    name, data, code = mutate.mutant(large if of_large else small, index)
    path = Path(keep) / f"{index}.so"
    path.write_bytes(data)
    batch = [(index, path, name, code)]
    print(f"{index} {name} code={code} {len(data)} bytes\n  engine: {engine_says(node, batch)[0] or 'takes it'}")
    print(f"  wheelaudit: {we_say(program, batch)[0] or 'takes it'}")


def run(program, node, count, small, large):
    figures = Figures()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        for batch in chunks(count, Path(folder), small, large):
            for (index, _, name, code), engine, ours in zip(batch, engine_says(node, batch), we_say(program, batch)):
                figures.add(index, name, code, engine, ours)
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program")
    parser.add_argument("--slice", action="store_true")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--only", type=int, action="append", default=[])
    parser.add_argument("--keep", default=".")
    options = parser.parse_args()
    program, node = tool.find_program(options.program), find_node()
    if not program or not node:
        print(f"FAIL no {'Node 20' if program else 'program to test'}\n0 passed, 1 failed, 0 skipped")
        return 1
    corpus = corpus_folder()
    wheels = sorted(TESTDATA.rglob("*.whl")) + (sorted((corpus / "emscripten").glob("*.whl")) if corpus else [])
    small = sound(program, node, mutate.modules_of(wheels, 0, 40_000))
    large = sound(program, node, mutate.modules_of(wheels, 40_001, 400_000)) if corpus else []
    if options.only:
        for index in options.only:
            show(program, node, index, small, large, options.keep)
        return 0
    figures = run(program, node, SLICE if options.slice else options.count, small, large)
    engine = "Node " + subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip()
    text = markdown(figures, small, large, engine)
    print(text)
    for index, name, reason in figures.wrongly_taken:
        print(f"FAIL taken, the engine refuses: {index}, {name}: {reason}")
    too_many = len(figures.needless) > figures.allowed()
    if too_many:
        print(f"FAIL {len(figures.needless)} refused needlessly, at most {figures.allowed()} may be")
    if options.write:
        options.write.write_text(text)
    failed = len(figures.wrongly_taken) + (len(figures.needless) if too_many else 0)
    print(f"{figures.total - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
