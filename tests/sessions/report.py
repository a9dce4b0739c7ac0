"""The section of docs/truth.md on sessions, and the table of facts: which kind of shape does what on which release."""

import collections

import causes
import outcome
from asking import TAGS
from page import SESSIONS, table

WORDS = {
    "ok": "everything worked", "twice": "a module was loaded more than once", "split": "modules see different states of one library",
    "value": "a call gives a wrong value", "call": "a call dies", "load": "an import fails", "install": "the installation fails or never returns",
    "poison": "an innocent wheel does not load afterwards",
}  # fmt: skip


def in_order(releases):
    return [release for release in TAGS if release in releases]


def section(cases, asked, wanted, shapes):
    """Markdown from [case]; `asked` of `wanted` questions have answers."""
    states = collections.Counter(case.state for case in cases)
    wrong = sum(not case.errors and case.shown != "ok" for case in cases)
    sessions = [(q, found) for case in cases for q, found in case.sessions]
    parts = [f"{SESSIONS}\n\nWritten by `./dev truth --sessions`. {len(shapes):,} wheels of two to four modules (tests/sessions/shapes.py) by topology, "
             "relation, place, archive order, needed entries, callbacks, names; each is installed by `loadPackage`, and by unpacking and plain "
             "imports in both orders, a part by the release's own micropip, in a process of its own. What must agree: \"compatible\" demands that every session works (each library "
             "loaded once, one state, right values, an innocent wheel afterwards), an error demands that some session breaks. Up to 0.27 a plain "
             "import finds no needed library anywhere, and the micropip of releases up to 0.25 binds none: there they count only for "
             "wheels that need none.\n\n"
             f"**{len(sessions):,} sessions of {len({c.shape.id for c in cases}):,} wheels on {len({c.release for c in cases})} releases, {len(cases):,} "
             f"verdicts: {states['agrees']:,} agree, {states['explained']:,} differ for a known cause, {states['disagrees']:,} disagree.** "
             f"\"Compatible\" of a wheel that some session breaks: {wrong:,}.\n"]  # fmt: skip
    if asked < wanted:
        parts.append(f"\n**This run is not whole**: {asked:,} of the {wanted:,} sessions of the matrix were asked; `./dev truth --sessions` goes on "
                     "where it stopped.\n")  # fmt: skip
    words = collections.defaultdict(collections.Counter)
    for q, found in sessions:
        words[q.release, q.loader, q.order][outcome.word(found)] += 1
    parts.append("\n" + "".join(f"- `{word}`: {what}\n" for word, what in WORDS.items()) + "\n")
    parts.append(table(["release", "loader", "imports", "sessions", *WORDS],
                       [(*key, sum(words[key].values()), *(words[key][w] for w in WORDS)) for key in
                        sorted(words, key=lambda k: (list(TAGS).index(k[0]), k[1:]))]))  # fmt: skip
    kinds = collections.defaultdict(list)
    for case in cases:
        kinds[case.shape.kind].append(case)
    rows = []
    for kind, having in kinds.items():
        count = collections.Counter(case.state for case in having)
        shown = collections.Counter(case.shown for case in having)
        rows.append((kind, len({c.shape.id for c in having}), len(having), *(shown[w] for w in WORDS), count["agrees"], count["explained"], count["disagrees"]))
    parts.append("\n" + table(["kind", "wheels", "verdicts", *WORDS, "agree", "known cause", "disagree"], rows))
    parts.append("\n### Disagreements\n\n")
    open_ = collections.defaultdict(list)
    for case in cases:
        if case.state == "disagrees":
            open_[case.shape.kind, case.disagreement].append(case)
    for (kind, what), having in sorted(open_.items(), key=lambda item: (-len(item[1]), item[0])):
        on = ", ".join(in_order({case.release for case in having}))
        parts.append(f"- {kind}: {what}: {len(having)} on {on}; such as {having[0].release} {having[0].shape.title} ({having[0].shape.id}){having[0].example()}\n")
    for cause in causes.CAUSES:
        having = [case for case in cases if case.cause == cause.name]
        parts.append(f"- known cause **{cause.name}** ({len(having)}): {cause.why}\n" if having else "")
    if not open_:
        parts.append("None.\n")
    return "".join(parts)


def facts(cases):
    """What each shape did, in the fewest lines: releases, loaders and orders with the same outcome together."""
    lines = []
    by_shape = collections.defaultdict(list)
    for case in cases:
        by_shape[case.shape.id].append(case)
    for having in by_shape.values():
        lines.append(f"\n{having[0].shape.title} (archive {' '.join(having[0].shape.archive)}; {having[0].shape.id})")
        cells = collections.defaultdict(lambda: collections.defaultdict(list))
        for case in having:
            for q, found in case.sessions:
                cells[outcome.told(found)][case.release].append(f"{q.loader} {q.order}")
        for what, releases in cells.items():
            merged = collections.defaultdict(list)
            for release, ways in releases.items():
                merged[", ".join(ways)].append(release)
            lines += [f"  {' '.join(on)} [{ways}]: {what}" for ways, on in merged.items()]
    return "\n".join(lines) + "\n"
