"""What the proofs of run.py came to: counted while they run, written as Markdown afterwards."""

import collections
import datetime
import threading

from runner import Failure, Skip

HEAD = """# The proofs of repair

Written by `./dev repair` (`tests/repair/run.py --all --report docs/repair-proof.md`); do not edit. How each is done stands at the
head of the files of tests/repair/.

"""
KINDS = ("EIO", "ENOSPC", "EINTR", "short")
lock = threading.Lock()
counts = collections.Counter()  # (table, row, column) → how many
outcomes = collections.defaultdict(list)  # part → [(word, name)]


def count(table, row, column="", number=1):
    with lock:
        counts[table, row, column] += number


def recorded(name, test):
    """The same test, whose outcome is kept for the report."""

    def run():
        word = "FAIL"
        try:
            test()
            word = "ok"
        except Skip:
            word = "skip"
            raise
        except Failure:
            raise
        finally:
            with lock:
                outcomes[name.split(":")[0]].append((word, name.split(": ", 1)[1]))

    return name, run


def table(name):
    """{row: {column: number}}, in the order met."""
    found = {}
    for (of, row, column), number in counts.items():
        if of == name:
            found.setdefault(row, {})[column] = number
    return found


def rows(name, heads, columns=None):
    """A Markdown table; `columns` None: one number a row."""
    lines = [f"| {' | '.join(heads)} |", "|---" + "|---:" * (len(heads) - 1) + "|"]
    for row, found in table(name).items():
        numbers = [found.get(column, 0) for column in columns] if columns else [sum(found.values())]
        lines.append(f"| {row} | {' | '.join(str(number or '') for number in numbers)} |")
    return "\n".join(lines) + "\n"


def total(name):
    return sum(number for (of, _, _), number in counts.items() if of == name)


def words(part):
    found = collections.Counter(word for word, _ in outcomes[part])
    return f"{found['ok']} passed, {found['FAIL']} failed, {found['skip']} skipped"


def chain_list():
    return "".join(f"- {name}{'' if word == 'ok' else f' (**{word}**)'}\n" for word, name in sorted(outcomes["chains"]))


def text(version):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    parts = "".join(f"| {part} | {words(part)} |\n" for part in outcomes)
    kills = table("kills")
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

{chain_list()}
## Faults

Every n-th call of a kind made to fail in one run each; the input stayed as it was, the output was absent, older or complete, nothing lay
about, and the exit code was 4 (0 where an interrupt or a short count only had to be repeated): **{total("faults")} faults**.

{rows("faults", ("call", *KINDS), KINDS)}
SIGKILL before, in and after system calls: **{sum(kills.get("points", {}).values())} points**.

{rows("kills", ("", "runs"))}"""
