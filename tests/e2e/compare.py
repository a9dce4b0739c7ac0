"""Checks what wheelaudit says of a wheel against what the real runtime did with it.

Functions from values to values: `report` is one entry of `wheels` in `check --format json`, `answer`
the oracle's JSON. A difference is a sentence; no sentences, no difference. compare_test.py shows
that each can be found.
"""

import re

LINKING = ("WA3", "WA4")
FATAL = ("load", "poison", "call")
UNRESOLVED_RULES = ("WA301", "WA302", "WA308", "WA309", "WA406")


def concerns(finding, release):
    return not finding["releases"] or release in finding["releases"]


def linking_findings(report, release, member=None):
    """WA3 and WA4 findings that say something fails on this release, root causes only."""
    return [
        f
        for f in report["findings"]
        if f["rule"].startswith(LINKING)
        and f["consequence"] in FATAL
        and not f["cause"]
        and concerns(f, release)
        and (member is None or f["member"] == member)
    ]


def has_two_types(finding):
    """WA406 says either: two types are printed when there are two."""
    return finding["rule"] == "WA406" and bool(finding["expected"] and finding["found"])


def is_mismatch(finding):
    """The symbol is there, but of another type or kind than asked for, and the engine refuses it."""
    if has_two_types(finding):
        return finding["consequence"] != "call"
    return finding["rule"] in ("WA303", "WA304", "WA305")


def is_unbound(finding):
    """WA406 names no symbol when it speaks of a library as a whole: it has the functions, nothing binds them."""
    return finding["rule"] == "WA406" and finding["symbol"] is None


def is_unresolved(finding):
    rules = finding["rule"] in UNRESOLVED_RULES
    return rules and not is_mismatch(finding) and not has_two_types(finding) and not is_unbound(finding)


def only_call_shows(finding):
    """Everything is bound, and a call dies all the same."""
    other = finding["rule"] in ("WA310", "WA312") or has_two_types(finding)
    return other and finding["consequence"] == "call"


def named(finding):
    """The symbol a finding names. An empty name is none in JSON; these rules always name one."""
    always = finding["rule"] in ("WA301", "WA302", "WA303", "WA304")
    return "" if finding["symbol"] is None and always else finding["symbol"]


def said(test, report, release, member):
    """The symbols that findings of one sort name, sorted."""
    found = linking_findings(report, release, member)
    return sorted({named(f) for f in found if test(f) and named(f) is not None})


def said_unresolved(report, release, member):
    return said(is_unresolved, report, release, member)


def said_refused(report, release, member):
    return said(is_mismatch, report, release, member)


def true_unresolved(module):
    truth = module["truth"]
    lists = ("unresolved_functions", "unresolved_addresses", "unresolved_tags")
    return sorted({name for key in lists for name in truth[key]})


def true_refused(module):
    """Functions, addresses, globals and tags that the engine refused. (A tag that nobody offers is among
    the unresolved too.)"""
    kinds = ("function", "global", "tag")
    return sorted({r["name"] for r in module["truth"]["refused"] if r["kind"] in kinds})


def module_fails(module, answer):
    """Whether the runtime could not load this module.

    Up to 0.27 the installer's own words ("Didn't expect to load any more file_packager files!") do
    not always name the module, and what its failed load leaves behind lets a later import pass for
    one without an init function. Then the modules that the session never came to instantiate are
    those that failed.
    """
    if module["stage"] in ("link", "fatal"):
        return True
    if any(module["path"] in line for line in answer["install"]):
        return True
    named = any(m["path"] in line for m in answer["modules"] for line in answer["install"])
    return bool(answer["install"]) and not named and module["truth"] is None


def a_call_died(answer):
    return any("fatal" in run for run in answer.get("runs", []))


def true_links(answer):
    """The word of `runtimes[].links` that the runtime's behaviour amounts to."""
    modules = answer["modules"]
    if any(module_fails(m, answer) for m in modules) or answer["install"]:
        later = answer.get("then")
        return "poison" if later and "value" not in later else "load"
    if any(m["truth"] and (m["truth"]["unresolved_functions"] or m["truth"].get("unbound")) for m in modules):
        return "call"
    return "call" if a_call_died(answer) else "ok"


def said_links(report, release):
    rows = [row for row in report["runtimes"] if row["pyodide"] == release]
    return rows[0]["links"] if len(rows) == 1 else None


def short(names):
    shown = ", ".join(names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown


def is_miscounted(report, member):
    """WA210: the runtime takes weak imports of such a module for strong ones; one finding says enough."""
    return any(f["rule"] == "WA210" and f["member"] == member for f in report["findings"])


def silence(report, release, links):
    """Nothing is green that the runtime refuses: some finding, of whatever rule, must say so."""
    if links == "ok" or any(
        f["consequence"] in FATAL and concerns(f, release) for f in report["findings"]
    ):
        return []
    return [f"no finding says that anything fails, and the runtime shows {links}"]


def set_differences(what, said, true):
    out = []
    if missed := sorted(set(true) - set(said)):
        out.append(f"{what}: the runtime shows what wheelaudit does not say: {short(missed)}")
    if invented := sorted(set(said) - set(true)):
        out.append(f"{what}: wheelaudit says what the runtime does not show: {short(invented)}")
    return out


def reproduced(finding, answer):
    """Whether the runtime shows what one WA3 or WA4 error claims."""
    module = next((m for m in answer["modules"] if m["path"] == finding["member"]), None)
    if module is None:
        return False
    symbol, truth = named(finding), module["truth"]
    if finding["rule"] in ("WA401", "WA402", "WA403", "WA404"):
        return module_fails(module, answer) or bool(module["needed_missing"])
    if only_call_shows(finding):
        return a_call_died(answer)
    if is_unbound(finding):
        return bool(truth and truth.get("unbound")) or module_fails(module, answer)
    if truth is None or symbol is None or symbol in truth["unknown"]:
        return module_fails(module, answer)
    if is_mismatch(finding):
        return symbol in {r["name"] for r in truth["refused"]}
    if is_unresolved(finding):
        return symbol in true_unresolved(module)
    return module_fails(module, answer)


# --- the messages that findings quote -------------------------------------------------------------


def seen_messages(answer, member):
    """Everything the runtime said that can concern a module."""
    module = next((m for m in answer["modules"] if m["path"] == member), None)
    runs = [run.get("error") or run.get("fatal") or "" for run in answer.get("runs", [])]
    return [*answer["install"], module["message"] if module else "", *runs]


def quoted(finding, answer):
    """The messages an error says the runtime gives, `…` being anything; what indexes and installers of
    other kinds would say is quoted too."""
    for line in finding["details"]:
        if line.startswith(("PyPI ", "pip ")) or ("install ends" in line and answer["mode"] != "install"):
            continue
        yield from re.findall(r'"([^"]+)"', line)


def message_differences(report, answer):
    """Errors of modules that quote the runtime: it really says so, where it was asked to load them."""
    out = []
    for finding in report["findings"]:
        asked = finding["member"] in {m["path"] for m in answer["modules"]}
        if finding["severity"] != "error" or finding["cause"] or not asked or not concerns(finding, answer["pyodide"]):
            continue
        seen = seen_messages(answer, finding["member"])
        for words in quoted(finding, answer):
            pattern = ".*".join(map(re.escape, words.split("…")))
            if any(seen) and not any(re.search(pattern, message, re.DOTALL) for message in seen):
                shown = "; ".join(filter(None, seen))[:200]
                out.append(f"{finding['member']}: {finding['rule']} quotes \"{words}\", the runtime says \"{shown}\"")
    return out


def quotes(report, answer):
    """How many messages were checked against what the runtime said."""
    return sum(1 for f in report["findings"] if f["severity"] == "error" and not f["cause"]
               and f["member"] in {m["path"] for m in answer["modules"]} for _ in quoted(f, answer))  # fmt: skip


def differences(report, answer):
    """Everything in which report and runtime disagree, as sentences."""
    if "broken" in answer:
        return [f"the runtime gave no answer: {answer['broken']}"]
    release = answer["pyodide"]
    out = []
    links, true = said_links(report, release), true_links(answer)
    if links is None:
        out.append(f"the report has no row (or several) for {release}")
    elif links != true:
        out.append(f"links: wheelaudit says {links}, the runtime shows {true}")
    out += silence(report, release, true)
    reported = {m["path"]: m for m in report["modules"]}
    for module in answer["modules"]:
        path = module["path"]
        if path not in reported:
            out.append(f"{path}: the runtime loads it as a module, the report does not list it")
        if module["truth"] is None or module["truth"]["unknown"]:
            continue  # never came to be linked, or a missing library hides what it would offer
        # an address that another module of the session happened to set is nobody's promise
        unresolved = set(said_unresolved(report, release, path)) - set(module["truth"]["neighbour"])
        refused = set(said_refused(report, release, path))
        absent, unfit = set(true_unresolved(module)), set(true_refused(module))
        if is_miscounted(report, path):
            unresolved |= set(true_unresolved(module))
        unbound = any(is_unbound(f) for f in linking_findings(report, release, path))
        if unbound != bool(module["truth"].get("unbound")):
            what = "unbound calls into a library"
            out.append(f"{path}: " + (f"wheelaudit says {what}, the runtime has none" if unbound
                                      else f"the runtime has {what}, wheelaudit does not say so"))  # fmt: skip
        # what is refused for its type may not be there either: one finding says enough
        both = absent & unfit
        out += set_differences(f"{path}, unresolved", unresolved, absent - (both & refused - unresolved))
        out += set_differences(f"{path}, refused", refused, unfit - (both & unresolved - refused))
    for finding in linking_findings(report, release):
        if finding["severity"] == "error" and not reproduced(finding, answer):
            subject = finding["symbol"] or finding["message"]
            out.append(f"{finding['member']}: {finding['rule']} {subject} is not reproduced")
    return out + message_differences(report, answer)


# --- errors as lines, for expectations/corpus.json -------------------------------------------------


def said_errors(report, release):
    """The report's WA3 and WA4 errors as `unresolved|refused|library|load MEMBER [NAME]`."""
    lines = set()
    for finding in linking_findings(report, release):
        if finding["severity"] != "error":
            continue
        word = (
            "library" if finding["rule"].startswith("WA40") and finding["rule"] < "WA405"
            else "refused" if is_mismatch(finding)
            else "unresolved" if is_unresolved(finding)
            else "load"
        )  # fmt: skip
        name = finding["symbol"] if word != "load" else ""
        lines.add(f"{word} {finding['member']} {name or ''}".strip())
    return sorted(lines)


def true_errors(answer):
    """The same lines, from what the runtime showed."""
    lines = set()
    for module in answer["modules"]:
        path, truth = module["path"], module["truth"]
        before = len(lines)
        lines |= {f"library {path} {name}" for name in module["needed_missing"]}
        if truth:
            lines |= {f"unresolved {path} {name}" for name in true_unresolved(module)}
            lines |= {f"refused {path} {name}" for name in true_refused(module)}
        if len(lines) == before and module_fails(module, answer):
            lines.add(f"load {path}")
    return sorted(lines)


# --- against recorded facts (expectations/variants.json) -----------------------------------------


def recorded_run(facts):
    """The installer's run where there is one: it is the runtime's whole answer."""
    return facts.get("install", facts["import"])


def call_died(run):
    return run.get("call", "").startswith("fatal")


def recorded_links(facts):
    run = recorded_run(facts)
    if run["load"] in ("fails", "dies"):
        return "poison" if run.get("later", "ok") != "ok" else "load"
    return "call" if run.get("unresolved_functions") or call_died(run) else "ok"


def recorded_differences(report, release, facts):
    """What the report says of a variant's `_core` against what was recorded of a release."""
    out = []
    links, true = said_links(report, release), recorded_links(facts)
    if links != true:
        out.append(f"links: wheelaudit says {links}, recorded is {true}")
    out += silence(report, release, true)
    run = recorded_run(facts)
    member = next((m["path"] for m in report["modules"] if "/_core" in m["path"]), None)
    if member is None:
        out.append("the report lists no module _core")
    elif run.get("linked") and not run.get("unknown"):
        lists = ("unresolved_functions", "unresolved_addresses", "unresolved_tags")
        unresolved = [name for key in lists for name in run.get(key, [])]
        said_names = said_unresolved(report, release, member)
        if is_miscounted(report, member):
            said_names += unresolved
        out += set_differences("unresolved", said_names, unresolved)
    return out
