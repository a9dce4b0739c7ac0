#!/usr/bin/env python3
"""The judge on answers made by hand: what counts as broken, and which verdicts agree with it."""

import hashlib
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e"), str(HERE.parent / "truth"), str(HERE.parent.parent / "testdata")]

import judge  # noqa: E402
import nodes  # noqa: E402
import outcome  # noqa: E402
import plan  # noqa: E402
from asking import Question  # noqa: E402
from shapes import SHAPES  # noqa: E402

SHAPE = next(s for s in SHAPES if s.kind == "one library" and s.words["relation"] == "call" and s.words["sites"] == "flat")
GOOD = {
    "install": None, "imports": {"sw._m1": "ok", "sw._m2": "ok"}, "calls": {"sw._m1": {"value": "101"}, "sw._m2": {"value": "102"}},
    "again": {"sw._m1": {"value": "101"}, "sw._m2": {"value": "102"}}, "state": {"value": [7, 7]}, "then": {"value": "42"},
}  # fmt: skip


def question(loader="package", release="0.29.5"):
    return Question(SHAPE, release, loader, False)


def answer(copies=1, **changed):
    digest = hashlib.sha256(nodes.bytes_of(SHAPE.nodes[0])).hexdigest()
    return {**GOOD, "instances": {digest: copies}, **changed}


BROKEN = {
    "twice": answer(copies=2),
    "split": answer(state={"value": [7, 0]}),
    "value": answer(calls={"sw._m1": {"value": "100"}}),
    "call": answer(again={"sw._m1": {"fatal": "Dynamic linking error: cannot resolve symbol a_fn"}}),
    "load": answer(imports={"sw._m1": "ModuleNotFoundError: No module named 'sw._m1'"}),
    "install": answer(install="never returned"),
    "poison": answer(then={"error": "bad export type for 'x': undefined"}),
}


def verdict(release, *sessions, error=False):
    findings = [{"rule": "WA401", "severity": "error" if error else "warning", "releases": [release]}]
    return judge.Case(SHAPE, release, {"findings": findings}, [(q, outcome.problems(q, a)) for q, a in sessions])


def tests():
    yield "a good session has no problem", outcome.problems(question(), answer()) == []
    for word, bad in BROKEN.items():
        yield f"{word} is seen", outcome.word(outcome.problems(question(), bad)) == word
        case = verdict("0.29.5", (question(), answer()), (question("import"), bad))
        yield f"compatible, and {word} in one loader: disagrees, whatever the causes", case.state == "disagrees" and case.cause is None
        yield f"an error, and {word} in one loader: agrees", verdict("0.29.5", (question(), bad), error=True).state == "agrees"
    yield "compatible, and all works: agrees", verdict("0.29.5", (question(), answer())).state == "agrees"
    yield "an error, and all works: disagrees", verdict("0.29.5", (question(), answer()), error=True).state == "disagrees"
    null = {"rule": "WA408", "severity": "error", "releases": [], "details": ["an address that is weak and not there yet stays null"]}
    for found, state in (([null], "explained"), ([null, {**null, "rule": "WA407"}], "disagrees"), ([{**null, "details": []}], "disagrees")):
        case = judge.Case(SHAPE, "314.0.7", {"findings": found}, [(question(release="314.0.7"), outcome.problems(question(), answer()))])
        yield f"{len(found)} errors with a null address, and all works: {state}", case.state == state
    old = (question("import", "0.27.7"), BROKEN["load"])
    yield "a plain import of 0.27 does not count", verdict("0.27.7", (question(release="0.27.7"), answer()), old).state == "agrees"
    yield "micropip of 0.25 does not count", not judge.counts(question("micropip", "0.25.1")) and judge.counts(question("micropip", "0.26.4"))
    half, broken = verdict("0.29.5", (question(), answer())), verdict("0.29.5", (question(), BROKEN["call"]))
    yield "what is half asked is judged only if it broke", judge.whole([half, broken], [question(), question("import")]) == [broken]
    yield "the slice has every kind", {q.shape.kind for q in plan.sliced(SHAPES)} == {s.kind for s in SHAPES}
    yield "no two shapes are one", len({s.id for s in SHAPES}) == len(SHAPES) >= 1500
    yield "300 wheels and more go everywhere", len({q.shape.id for q in plan.whole(SHAPES) if q.release == "0.24.1"}) >= 300


def main():
    results = list(tests())
    for name, good in results:
        if not good:
            print(f"FAIL {name}")
    failed = sum(not good for _, good in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
