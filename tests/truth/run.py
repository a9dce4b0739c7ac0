#!/usr/bin/env python3
"""The truth matrix: real and derived modules through real Pyodide releases, against wheelaudit.

    run.py [--program FILE] [--jobs N] [--slice] [--release VERSION]… [--kind NAME]… [--raw FOLDER] [--kept]
           [--everywhere] [--report FILE]

--slice    what CI runs: a fixed part of what testdata alone yields, on a few releases
--release  only these releases (default: all in docs/design/abis.md#the-table, or the slice's)
--kind     only derivations of these kinds
--raw      keeps the runtime's answers there, and takes those that are there instead of asking again
--kept     judges the answers that --raw holds and asks no more of the releases, for whole wheels neither
--everywhere  every module on every release, where otherwise most releases take a third (SHARES)
--report   asks whole wheels too (whole.py), makes each red fail (reds.py), and writes what was found as Markdown
           (docs/truth.md); `./dev truth` does

Every module is judged by `wheelaudit check --profile RELEASE` and loaded in that release in two ways
(live.mjs): by a plain import, and preloaded as the package loader does it. A disagreement is asked
again in a process of its own before it is believed. The last line is "N passed, N failed, N skipped".
"""

import argparse
import collections
import functools
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE.parent / "e2e"), str(HERE.parent / "seeds"), str(ROOT / "testdata"), str(HERE)]

import causes  # noqa: E402
import census  # noqa: E402
import compare  # noqa: E402
import corners  # noqa: E402
import derive  # noqa: E402
import handmade  # noqa: E402
import page  # noqa: E402
import program as tool  # noqa: E402
import reds  # noqa: E402
import report as reporting  # noqa: E402
import runtimes  # noqa: E402
import verdicts  # noqa: E402
import whole  # noqa: E402
from pyodide_runs import find_node  # noqa: E402

RELEASES = ("0.21.3", "0.22.1", "0.23.4", "0.24.1", "0.25.1", "0.26.4", "0.27.7", "0.28.3", "0.29.5",
            "314.0.7", "315.0.0-alpha.2")  # fmt: skip
# The derived modules are spread over the releases, so that the whole stays under three hours on two cores: all of
# them go to the newest release of each kind of loader (flat names, folders, run paths, those of Emscripten 5), and
# of the others each takes a third, in parts so that every module meets one of them besides. What a release offers
# is asked of each whole (census).
PARTS = 6
SHARES = {"0.22.1": (0, 1), "0.23.4": (0, 5), "0.24.1": (0, 1), "0.25.1": (0, 4), "0.26.4": (0, 1), "0.28.3": (0, 2),
          "315.0.0-alpha.2": (0, 3)}  # fmt: skip
SLICE_RELEASES = ("0.24.1", "0.27.7", "0.29.5", "314.0.7")
SLICE_SIZE = 150
AT_ONCE = 150  # modules in one call of the program
OVERWRITING = ("dylink-memory-info", "dylink-dropped", "dylink-damaged")  # may ask for less memory than they use
AGAIN = 60  # disagreements of one release that are asked again one by one


# --- which modules -----------------------------------------------------------------------------------


def listed(options):
    """[(id, kind, makes the bytes or None, the name to import it as, what was changed)]"""
    out = []
    for number, (kind, base, argument, sum_) in enumerate(derive.read_list()):
        whole = kind.startswith("export") and base.startswith("variants/")
        out.append((f"{number:04}-{sum_}", kind, functools.partial(derive.derive, kind, base, argument),
                    "_core" if whole else "nothing_here", json.dumps(argument), base))  # fmt: skip
    if options.slice:
        ours = [entry for entry in out if not entry[5].startswith("corpus/")]
        out = ours[:: max(1, len(ours) // SLICE_SIZE)]
    for name, module in handmade.modules().items():
        out.append((f"handmade-{name}", "handmade", lambda module=module: module, "nothing_here", "", "-"))
    out += [(*entry, "-") for entry in corners.listed()]
    return [entry[:5] for entry in out if not options.kind or entry[1] in options.kind]


def written(entries, folder):
    """Writes the modules: [{id, kind, path, file, name}], and how many have no base here."""
    out, absent = [], 0
    for id_, kind, make, name, change in entries:
        module = make()
        if module is None:
            absent += 1
            continue
        path = Path(folder) / id_ / "_core.so"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(module)
        alone = kind in OVERWRITING  # the runtime is put back after each: by a plain import only, memory being the same for both
        out.append({"id": id_, "sum": derive.digest(module), "kind": kind, "path": str(path), "file": "_core.so", "name": name, "change": change,
                    "alone": alone, "modes": runtimes.MODES[: 1 if alone else None]})  # fmt: skip
    return sorted(out, key=lambda module: module["alone"]), absent


def share_of(release, modules):
    """What the release is asked of: with a share, that part of the derived modules, whose ids are numbers."""
    share = SHARES.get(release, range(PARTS))
    return [m for n, m in enumerate(modules) if n % PARTS in share or not m["id"][0].isdigit()]


# --- both sides ----------------------------------------------------------------------------------------


def said_by_program(program, release, modules):
    """{id: the report's entry}"""
    out = {}
    for at in range(0, len(modules), AT_ONCE):
        some = modules[at : at + AT_ONCE]
        arguments = ["--format", "json", "-j", "1", "--profile", release, *(m["path"] for m in some)]
        _, output = tool.run(program, "check", *arguments, expect=(0, 1, 3))
        entries = {entry["path"]: entry for entry in json.loads(output)["wheels"]}
        out |= {m["id"]: entries[m["path"]] for m in some}
    return out


def keep_answers(file, answers):
    file.with_suffix(".new").write_text(json.dumps({" ".join(key): answer for key, answer in answers.items()}))
    file.with_suffix(".new").rename(file)


def shown_by_runtime(context, release, modules):
    """{(id, mode): answer}, from --raw where it is there."""
    kept = context.raw and context.raw / f"{release}.json"
    have = json.loads(kept.read_text()) if kept and kept.exists() else {}
    have = {tuple(key.split(" ")): answer for key, answer in have.items()}
    sums = {m["id"]: m["sum"] for m in modules}  # a module of the census may change with its profile
    have = {key: answer for key, answer in have.items() if answer.get("sum", sums.get(key[0])) == sums.get(key[0])}

    spent = context.raw and context.raw / f"{release}.seconds"  # an interrupted run goes on counting
    before = float(spent.read_text()) if spent and spent.exists() else 0
    began = time.monotonic()

    def keep(found):
        for (id_, _), answer in found.items():
            answer["sum"] = sums[id_]
        kept.parent.mkdir(parents=True, exist_ok=True)
        keep_answers(kept, have | found)
        spent.write_text(f"{before + time.monotonic() - began:.0f}\n")

    missing = [m for m in modules if any((m["id"], mode) not in have for mode in m["modes"])]
    context.unasked[release] = sum((m["id"], mode) not in have for m in missing for mode in m["modes"]) if context.kept else 0
    if missing and not context.kept:
        have |= runtimes.ask_all(context.node, release, missing, keep if kept else None)
    context.seconds[release] = before + time.monotonic() - began
    return have


@dataclass
class Entry:
    """One load of one module, checked against what the program says."""

    release: str
    module: dict
    mode: str
    answer: dict
    said: dict
    found: list = field(default_factory=list)  # differences
    cause: str | None = None

    def compare(self):
        self.answer = verdicts.answered(self.answer, self.release)
        self.found = verdicts.differences(self.said, self.answer, self.mode)
        self.cause = causes.cause_of(self) if self.found else None

    @property
    def state(self):
        return "agrees" if not self.found else "explained" if self.cause else "disagrees"


def judged(context, release, modules, folder):
    """An entry for each module and mode on one release."""
    modules = modules if context.everywhere else share_of(release, modules)
    modules = modules + (written(census.listed(release), folder)[0] if context.census else [])
    shown = shown_by_runtime(context, release, modules)
    modules = [m for m in modules if any((m["id"], mode) in shown for mode in m["modes"])]
    said = said_by_program(context.program, release, modules)
    entries = [Entry(release, module, mode, shown[module["id"], mode], said[module["id"]])
               for module in modules for mode in module["modes"] if (module["id"], mode) in shown]  # fmt: skip
    for entry in entries:
        entry.compare()
    again = [entry for entry in entries if entry.state == "disagrees" and "again" not in entry.answer][:AGAIN]
    for entry in again if not context.kept else []:
        key = (entry.module["id"], entry.mode)
        fresh = runtimes.ask_all(context.node, release, [{**entry.module, "modes": [entry.mode]}])
        entry.answer = shown[key] = fresh[key] | {"again": True}
        entry.compare()
    if again and context.raw and not context.kept:
        keep_answers(context.raw / f"{release}.json", shown)
    return entries


def told(release, entries, context):
    """Prints a release's result: (agreeing, disagreeing, explained)."""
    states = collections.Counter(entry.state for entry in entries)
    for entry in entries:
        if entry.state == "disagrees":
            place = f"{release} {entry.module['id']} {entry.module['kind']} ({entry.mode})"
            print(f"FAIL {place}: {'; '.join(entry.found)[:600]}")
    print(f"ok   {release}: {states['agrees']} agree, {states['explained']} differ for a known cause, "
          f"{states['disagrees']} disagree; {context.seconds[release]:.0f} s", flush=True)  # fmt: skip
    return states


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--slice", action="store_true")
    parser.add_argument("--release", action="append")
    parser.add_argument("--kind", action="append")
    parser.add_argument("--raw", type=Path)
    parser.add_argument("--kept", action="store_true")
    parser.add_argument("--everywhere", action="store_true")
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    context = argparse.Namespace(program=tool.find_program(options.program), node=find_node(), raw=options.raw, seconds={},
                                 kept=options.kept, unasked={}, everywhere=options.everywhere or options.slice)
    if not context.program or not context.node:
        parser.error("no program to test, or no Node 20 or newer ($NODE)")
    context.census = not options.slice and (not options.kind or "census" in options.kind)
    if options.raw:
        os.environ["WHEELAUDIT_ANSWERS"] = str(options.raw / "wheels")
        if options.kept:
            os.environ["WHEELAUDIT_ONLY_KEPT"] = "1"
    releases = options.release or (SLICE_RELEASES if options.slice else RELEASES)
    if subprocess.run([str(ROOT / "tests/support/pyodide.sh"), *releases]).returncode:
        parser.error("the npm packages of Pyodide are not all there")
    states, results, absent_wheels = collections.Counter(), {}, 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        modules, absent = written(listed(options), folder)
        print(f"truth: {len(modules)} modules, {absent} without their base, on {len(releases)} releases", flush=True)

        def one(release):
            own = Path(folder) / release
            return release, judged(context, release, modules, own)

        with ThreadPoolExecutor(max_workers=options.jobs) as pool:
            for release, entries in pool.map(one, releases):
                results[release] = entries
                states += told(release, entries, context)
    if options.report:
        red = argparse.Namespace(program=context.program, node=context.node, ended={}, published=0)
        words, seen = whole.outcome(context.program, context.node, options.jobs, reds.collect(red))
        states["agrees"] += len(words["ok"])
        states["disagrees"] += len(words["FAIL"])
        absent_wheels = len(words["skip"])
        context.minutes = (time.monotonic() - began) / 60
        options.report.write_text(
            reporting.text(results, context) + "\n" + whole.section(words, seen, reporting.table) + "\n" + reds.section(red)
            + "\n" + reporting.mutants(ROOT / "docs/mutants.md") + "\n" + page.of_sessions(options.report))  # fmt: skip
    skipped = absent * len(releases) * len(runtimes.MODES) + states["explained"] + absent_wheels
    print(f"{states['agrees']} passed, {states['disagrees']} failed, {skipped} skipped")
    return 1 if states["disagrees"] else 0


if __name__ == "__main__":
    sys.exit(main())
