"""Whole wheels, one per process, in the releases whose tags they claim: the live part of tests/e2e, and its figures for
docs/truth.md."""

import argparse
import collections
import importlib.util
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from pyodide_runs import ROOT
from runner import run_one


def end_to_end():
    """tests/e2e/run.py, which has the name of the truth matrix's own."""
    spec = importlib.util.spec_from_file_location("e2e_run", ROOT / "tests/e2e/run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def outcome(program, node, jobs, extra=()):
    """Runs every test that boots a release for a wheel, and those of `extra`: ({word: names}, what was seen of
    each wheel, as tests/e2e/run.py keeps it)."""
    context = argparse.Namespace(program=program, node=node, seen=[])
    tests = [test for test in end_to_end().collect(context, False) if test[0].startswith("truth: ")]
    lock, words = threading.Lock(), collections.defaultdict(list)
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        done = [(name, pool.submit(run_one, name, test, lock)) for name, test in [*tests, *extra]]
        for name, future in done:
            words[future.result()].append(name)
    sys.stdout.flush()
    return words, context.seen


def section(words, seen, table):
    count = {word: sum(name.startswith("truth: ") for name in words[word]) for word in ("ok", "FAIL", "skip")}
    rows = []
    for release in sorted({one["release"] for one in seen}, key=lambda name: [len(name.split(".")[0]), name]):
        there = [one for one in seen if one["release"] == release]
        links = collections.Counter(one["links"] for one in there)
        rows.append((release, len(there), *(links[word] for word in ("ok", "call", "load", "poison")),
                     sum(one["quoted"] for one in there), sum(one["agrees"] for one in there)))  # fmt: skip
    text = ("## Whole wheels\n\nThe wheels of testdata and the corpus, one per process, in the newest release of the ABI they claim (variants whose "
            "fault older loaders treat otherwise in 0.27.7 too): the outcome of installing or importing, the imports of every module, whether "
            "a good module still loads afterwards, and each message that an error quotes against what the runtime said. "
            "tests/e2e does it; of variants it also holds the report against facts recorded of further releases.\n\n"
            f"**{count['ok']} agree, {count['FAIL']} disagree, {count['skip']} could not be asked.**\n\n")  # fmt: skip
    text += table(["release", "wheels", "ok", "call", "load", "poison", "quoted messages", "agree"], rows)
    return text + "".join(f"\n- {name}\n" for name in words["FAIL"] if name.startswith("truth: "))
