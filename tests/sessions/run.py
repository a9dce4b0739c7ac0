#!/usr/bin/env python3
"""The second truth matrix: wheels of several modules, whole sessions of the real Pyodide, against wheelaudit.

    run.py [--program FILE] [--jobs N] [--slice] [--shard I/N] [--release VERSION]… [--kind NAME]… [--kept]
           [--facts FILE] [--report FILE]

--slice   what CI runs: some shapes of every kind, in at most five minutes
--shard   only this part of the questions (of 1/4, 2/4, …); answers are kept in the cache, so parts add up
--kept    asks nothing more, and judges what the cache holds
--facts   writes what every shape did, as text
--report  writes the section of docs/truth.md; `./dev truth --sessions` does

A process takes 3 seconds, a session that is asked already none. The last line is "N passed, N failed, N skipped".
"""

import argparse
import collections
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e"), str(HERE.parent / "truth"), str(HERE.parent / "seeds"), str(ROOT / "testdata")]

import asking  # noqa: E402
import judge  # noqa: E402
import page  # noqa: E402
import plan  # noqa: E402
import program as tool  # noqa: E402
import report  # noqa: E402
from pyodide_runs import find_node  # noqa: E402
from runner import Skip  # noqa: E402
from shapes import SHAPES  # noqa: E402

def chosen(options):
    """The questions, and all that the matrix would ask."""
    shapes = [shape for shape in SHAPES if not options.kind or shape.kind in options.kind]
    questions = plan.sliced(shapes) if options.slice else plan.whole(shapes, options.release)
    if options.slice and options.release:
        questions = [q for q in questions if q.release in options.release]
    part, parts = map(int, options.shard.split("/"))
    return questions[part - 1 :: parts], questions


def ask_all(questions, node, options):
    """[(question, answer)], those without an answer left out; and how many processes gave none."""
    began, done, broken = time.monotonic(), 0, []

    def one(question):
        nonlocal done
        if options.kept:
            return question.kept()
        try:
            answer = asking.ask(node, question)
        except Skip:
            return None
        except RuntimeError as error:
            broken.append(str(error))
            return None
        done += 1
        if done % 200 == 0:
            print(f"  {done} of {len(questions)} sessions, {time.monotonic() - began:.0f} s", flush=True)
        return answer

    with ThreadPoolExecutor(max_workers=options.jobs) as pool:
        answers = list(pool.map(one, questions))
    for line in broken:
        print(f"FAIL {line}")
    return [(q, a) for q, a in zip(questions, answers) if a], len(broken)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--slice", action="store_true")
    parser.add_argument("--shard", default="1/1")
    parser.add_argument("--release", action="append")
    parser.add_argument("--kind", action="append")
    parser.add_argument("--kept", action="store_true")
    parser.add_argument("--facts", type=Path)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    program, node = tool.find_program(options.program), find_node()
    if not program or not node:
        parser.error("no program to test, or no Node 20 or newer ($NODE)")
    questions, wanted = chosen(options)
    if subprocess.run([str(ROOT / "tests/support/pyodide.sh"), *{q.release for q in questions}]).returncode:
        parser.error("the npm packages of Pyodide are not all there")
    print(f"sessions: {len(questions)} of {len({q.shape.id for q in questions})} wheels on {len({q.release for q in questions})} releases", flush=True)
    answered, broken = ask_all(questions, node, options)
    cases = judge.whole(judge.cases(program, answered), wanted)
    states = collections.Counter(case.state for case in cases)
    for case in cases:
        if case.state == "disagrees":
            print(f"FAIL {case.release} {case.shape.title} ({case.shape.id}): {case.disagreement};{case.example()}"[:400])
    if options.facts:
        options.facts.write_text(report.facts(cases))
    if options.report:
        page.put_sessions(options.report, report.section(cases, len(answered), len(wanted), SHAPES))
    unasked = len(questions) - len(answered) - broken
    print(f"{states['agrees']} passed, {states['disagrees'] + broken} failed, {states['explained'] + unasked} skipped")
    return 1 if states["disagrees"] or broken else 0


if __name__ == "__main__":
    sys.exit(main())
