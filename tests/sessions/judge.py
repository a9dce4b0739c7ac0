"""wheelaudit's word about a wheel against what the sessions showed.

"Compatible" (no error that concerns the release) demands that in every loader that installs wheels there and in
every order everything worked: each library loaded once, one state, right values, and an innocent wheel afterwards.
An error demands that some loader or order broke."""

import collections
import json
from dataclasses import dataclass, field

import causes
import outcome
import plan
import program as tool

AT_ONCE = 100  # wheels in one call of the program


def counts(question):
    """Whether a wheel with needed libraries may be meant for that loader at all. Up to 0.27 a plain import finds no
    needed library, wherever the library is; the micropip of releases up to 0.25 loads every file for itself, so that no
    module sees its library. Both hold for every such wheel, and are told as facts, not as disagreements."""
    if not any(node.needed for node in question.shape.nodes):
        return True
    if question.loader == "import":
        return not plan.older(question.release)
    return question.loader != "micropip" or not question.release < "0.26" or not question.release.startswith("0.2")


@dataclass
class Case:
    """One wheel on one release."""

    shape: object
    release: str
    said: dict
    sessions: list = field(default_factory=list)  # (question, problems)

    @property
    def counted(self):
        return [(q, found) for q, found in self.sessions if counts(q)]

    @property
    def shown(self):
        """The worst that happened."""
        return max((outcome.word(found) for _, found in self.counted), key=outcome.WORDS.index)

    @property
    def errors(self):
        return sorted({f["rule"] for f in self.said["findings"]
                       if f["severity"] == "error" and (not f["releases"] or self.release in f["releases"])})  # fmt: skip

    @property
    def state(self):
        if bool(self.errors) == (self.shown != "ok"):
            return "agrees"
        return "explained" if self.cause else "disagrees"

    @property
    def cause(self):
        return causes.cause_of(self) if self.errors and self.shown == "ok" else None

    @property
    def disagreement(self):
        if self.errors:
            return f"{' '.join(self.errors)}, and every session works"
        return f"compatible, and a session breaks ({self.shown})"

    def example(self):
        q, found = next(((q, f) for q, f in self.counted if f), (None, []))
        return f" {q.loader} {q.order}: {outcome.told(found)}" if q else ""


def said_by_program(program, pairs):
    """{(shape id, release): the report's entry} for [(shape, release)]."""
    from asking import TAGS

    out = {}
    by_release = {}
    for shape, release in pairs:
        by_release.setdefault(release, []).append(shape)
    for release, shapes in by_release.items():
        for at in range(0, len(shapes), AT_ONCE):
            files = {str(shape.wheel(TAGS[release])): shape.id for shape in shapes[at : at + AT_ONCE]}
            _, output = tool.run(program, "check", "--format", "json", "-j", "1", "--profile", release, *files, expect=(0, 1, 3))
            out |= {(files[entry["path"]], release): entry for entry in json.loads(output)["wheels"]}
    return out


def cases(program, answered):
    """[case] from [(question, answer)]."""
    shapes = {(q.shape.id, q.release): q.shape for q, _ in answered}
    said = said_by_program(program, [(shape, release) for (_, release), shape in shapes.items()])
    out = {key: Case(shape, key[1], said[key]) for key, shape in shapes.items()}
    for question, answer in answered:
        out[question.shape.id, question.release].sessions.append((question, outcome.problems(question, answer)))
    return [case for case in out.values() if case.counted]


def whole(cases, wanted):
    """Those that can be judged: something broke, or all that the matrix asks of the wheel on that release was asked
    (but by micropip, which cannot be had everywhere). In a part of the matrix (--shard) most are not."""
    counts = collections.Counter((q.shape.id, q.release) for q in wanted if q.loader != "micropip")
    asked = lambda case: sum(q.loader != "micropip" for q, _ in case.sessions)  # noqa: E731
    return [case for case in cases if case.shown != "ok" or asked(case) >= counts[case.shape.id, case.release]]
