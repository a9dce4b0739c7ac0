"""docs/truth.md: what the truth matrix found, as Markdown."""

import collections

import causes
import compare
from page import table

HEAD = """# The truth matrix

Written by `./dev truth`; do not edit. Each module is judged by `wheelaudit check --profile RELEASE` and loaded by that
release of Pyodide (the real npm package, under Node) in two ways: by a plain import, and preloaded as the package
loader does it (modules that may write over the runtime's memory by an import only). What must agree: whether it
links, fails when called, fails to load, or spoils the session for all that is loaded after it (`ok`, `call`, `load`,
`poison`); which imports nobody offers; which the engine refuses; and every error must be seen to happen, with the
words that it quotes. tests/truth/ holds how.

The modules: **derived** ones, a real module with one thing changed (tests/truth/derived.tsv, fixed); **handmade** ones,
compiled for every exception and setjmp model, threads, memory64, SIMD, BigInt and other features; **corners** of one
import each (tests/truth/corners.py): addresses of what has none, constants of every value type; and a **census**,
modules that ask for every symbol of the release's profile as what it is and as what it is not, and for every name
that only other releases have. The derived ones are spread over the releases: all of them meet the newest release of
each kind of loader (0.21.3, 0.27.7, 0.29.5, 314.0.7), and a third of them each other release, so that every one meets
five at least; the rest is asked of every release (`--everywhere` asks everything of all: twice the time).
"""


def version_key(release):
    return [int(part) if part.isdigit() else 0 for part in release.replace("-", ".").split(".")]


def counted(entries):
    """loads, by what the runtime did, and how many agree, are explained, disagree"""
    words = collections.Counter(compare.true_links(entry.answer) for entry in entries)
    states = collections.Counter(entry.state for entry in entries)
    return (len(entries), *(words[w] for w in ("ok", "call", "load", "poison")),
            states["agrees"], states["explained"], states["disagrees"])  # fmt: skip


def text(results, context):
    """`results` is {release: [entry]}, an entry as run.py has it."""
    titles = ["loads", "ok", "call", "load", "poison", "agree", "known cause", "disagree"]
    everything = [entry for entries in results.values() for entry in entries]
    total = counted(everything)
    parts = [HEAD, f"\n**{total[0]:,} loads of {len({e.module['id'] for e in everything}):,} modules on {len(results)} releases: "
             f"{total[5]:,} agree, {total[6]:,} disagree for a known cause, {total[7]:,} disagree.** "
             f"\"Compatible\" of a module that the runtime refuses: {sum(map(wrong_compatible, everything)):,} "
             f"({sum(wrong_compatible(e) for e in everything if e.state == 'disagrees'):,} without a known cause).\n"]  # fmt: skip
    parts.append("\n## By release\n\n" + table(
        ["release", *titles, "minutes", "not asked"],
        [(r, *counted(results[r]), f"{context.seconds[r] / 60:.0f}", context.unasked[r]) for r in sorted(results, key=version_key)]))  # fmt: skip
    if any(context.unasked.values()):
        parts.append(f"\n**This run is not whole**: {sum(context.unasked.values()):,} loads were not asked of their release yet (last column); "
                     f"`./dev truth --raw FOLDER` with the same folder goes on where it stopped.\n")
    asked = sum(context.seconds.values()) / 60
    parts.append(f"\nAsking the runtimes took {asked:.0f} minutes in all (the column; of answers kept by `--raw`, when they were asked), "
                 f"judging everything and what follows below {context.minutes:.0f}.\n")
    kinds = collections.defaultdict(list)
    for entry in everything:
        kinds[entry.module["kind"]].append(entry)
    parts.append("\n## By kind of module\n\n" + table(["kind", *titles], [(k, *counted(kinds[k])) for k in sorted(kinds)]))
    parts.append("\n## Disagreements with a known cause\n\n")
    for cause in causes.CAUSES:
        having = [entry for entry in everything if entry.cause == cause.name]
        if having:
            ids = sorted({entry.module["id"].split("-")[0] for entry in having})
            shown = ", ".join(ids[:12]) + (f" and {len(ids) - 12} more" if len(ids) > 12 else "")
            on = ", ".join(sorted({entry.release for entry in having}, key=version_key))
            parts.append(f"- **{cause.name}** ({len(having)} loads of {len(ids)} modules, on {on}): {cause.why} Lines of derived.tsv, "
                         f"from 0: {shown}.\n")  # fmt: skip
    parts.append("\n## Disagreements without one\n\n")
    open_ = [entry for entry in everything if entry.state == "disagrees"]
    parts += [f"- {e.release} {e.module['id']} {e.module['kind']} ({e.mode}): {'; '.join(e.found)[:300]}\n" for e in open_[:200]]
    parts.append(f"- and {len(open_) - 200} more\n" if len(open_) > 200 else "" if open_ else "None.\n")
    return "".join(parts)


def mutants(page):
    """The figures of docs/mutants.md: what stands between its first words and the reasons."""
    figures = page.read_text().split("\n## ")[0].split("\n\n", 2)[2].strip()
    return ("## Mutants\n\nFrom [mutants.md](mutants.md), which `./dev mutants` makes: damaged modules, wheelaudit's word against the "
            f"engine's.\n\n{figures}\n")  # fmt: skip


def wrong_compatible(entry):
    """The runtime refuses or dies, and no finding says that anything fails."""
    return any("no finding says" in line for line in entry.found)
