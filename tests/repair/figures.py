"""The figures of run.py's proofs: counted while they run, written as Markdown afterwards."""

import collections
import datetime
import json
import threading

from runner import Skip

HEAD = """# The proofs of repair

Written by `./dev repair` (`tests/repair/run.py --all --report docs/repair-proof.md`); do not edit. How each is done stands at the
head of the files of tests/repair/.

"""
KINDS = ("EIO", "ENOSPC", "EINTR", "short")
lock = threading.Lock()
counts = collections.Counter()  # (table, row, column) → how many
kept = {}  # test → its part of them
outcomes = collections.defaultdict(dict)  # part → {test: ok, FAIL or skip}
of_test = threading.local()  # what the test that this thread runs has counted


def load(path):
    """The figures of an earlier run, so that parts can be run one after the other. A test that runs again is counted again."""
    for test, word, counted in json.loads(path.read_text()) if path and path.exists() else []:
        keep(test, word, {tuple(key): number for *key, number in counted})


def save(path):
    with lock:
        rows = [[test, word, [[*key, number] for key, number in kept[test].items()]]
                for part in outcomes for test, word in outcomes[part].items()]  # fmt: skip
        path.with_suffix(".new").write_text(json.dumps(rows))
        path.with_suffix(".new").replace(path)


def keep(test, word, counted):
    with lock:
        counts.subtract(kept.pop(test, {}))
        counts.update(counted)
        kept[test] = counted
        outcomes[test.split(":")[0]][test] = word


def count(table, row, column="", number=1):
    of_test.counted[table, row, column] += number


def recorded(name, test, path):
    """The same test, whose outcome and figures are kept, in a file too when there is one."""

    def run():
        of_test.counted, word = collections.Counter(), "FAIL"
        try:
            test()
            word = "ok"
        except Skip:
            word = "skip"
            raise
        finally:
            keep(name, word, dict(of_test.counted))
            if path:
                save(path)

    return name, run


def table(name):
    """{row: {column: number}}"""
    found = {}
    for (of, row, column), number in sorted(counts.items()):
        if of == name and number:
            found.setdefault(row, {})[column] = number
    return found


def rows(name, heads, columns=None):
    """A Markdown table; `columns` None: one number per row."""
    lines = [f"| {' | '.join(heads)} |", "|---" + "|---:" * (len(heads) - 1) + "|"]
    for row, found in table(name).items():
        numbers = [found.get(column, 0) for column in columns] if columns else [sum(found.values())]
        lines.append(f"| {row} | {' | '.join(str(number or '') for number in numbers)} |")
    return "\n".join(lines) + "\n"


def total(name):
    return sum(number for (of, _, _), number in counts.items() if of == name)


def words(part):
    found = collections.Counter(outcomes[part].values())
    return f"{found['ok']} passed, {found['FAIL']} failed, {found['skip']} skipped"


def outcome_list(part):
    tests = {name.split(": ", 1)[1]: word for name, word in outcomes[part].items()}
    return "".join(f"- {name}{'' if word == 'ok' else f' (**{word}**)'}\n" for name, word in sorted(tests.items()))


def text(version):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    parts = "".join(f"| {part} | {words(part)} |\n" for part in outcomes)
    points = counts.pop(("kills", "points", ""), 0)
    return HEAD + f"""{version}, {today}.

| part | tests |
|---|---|
{parts}
## Round trip

Every real wheel of the corpus and of testdata, and every variant of testdata, made a build for Linux (tags, file name, suffixes) and
repaired with `--plat` of the original. "Came back": module bytes identical; names, order, tags and RECORD equal.

{rows("round trip", ("", "real wheels", "variants"), ("real", "variant"))}
With `--plat auto`:

{rows("auto", ("the original ABI is", "real wheels", "variants"), ("real", "variant"))}
## Identity

{rows("identity", ("", "number"))}
## Libraries in the real Pyodide

{outcome_list("chains")}
Every module imported in both orders, by the package loader and by a plain import; each library exists once, runs its
constructor once, and every value is that of the sources:

{outcome_list("orders")}
## Faults

Every n-th call of a kind made to fail in one run each; the input stayed as it was, the output was absent, older or complete, nothing lay
about, and the exit code was 4 (0 where an interrupt or a short count only had to be repeated): **{total("faults")} faults**.

{rows("faults", ("call", *KINDS), KINDS)}
SIGKILL before, in and after system calls: **{points} points**.

{rows("kills", ("of these runs", "number"))}"""
