"""Disagreements that are understood and stay: each with its cause, and how one is recognised. What
stands here is no failure of the truth matrix; everything else is."""

from dataclasses import dataclass
from typing import Callable

import compare


@dataclass(frozen=True)
class Cause:
    name: str
    why: str
    fits: Callable  # of an entry (run.py) that disagrees


def faults(entry):
    return [f["message"] for f in entry.said["findings"] if f["rule"] == "WA204"]


def said_malformed(*texts):
    """wheelaudit calls the module malformed for one of these reasons, and the runtime loads it."""
    return lambda entry: any(text in fault for fault in faults(entry) for text in texts)


JAVASCRIPT = ("toString", "constructor", "__proto__", "hasOwnProperty", "valueOf")


def changes_a(*texts):
    """The derivation's argument holds one of these, as a whole string."""
    return lambda entry: any(f'"{text}"' in entry.module["change"] for text in texts)


def of_kind(*kinds):
    return lambda entry: entry.module["kind"] in kinds


def loaded(entry):
    return not entry.answer["install"] and entry.answer["modules"][0]["stage"] in ("ok", "python")


def said_rule(*rules):
    return lambda entry: any(f["rule"] in rules for f in entry.said["findings"])


def init_not_asked_for(entry):
    """An init function of another type, which this matrix does not call: it imports under another name."""
    return loaded(entry) and "PyInit_" in entry.module["change"] and said_links(entry) == "load"


def said_links(entry):
    return compare.said_links(entry.said, entry.release)


def failed_sooner(entry):
    """The load fails as said, but before any address is made: load where poison is said."""
    sooner = any(entry.answer["modules"][0]["needed"]) or said_rule("WA203")(entry)
    return said_links(entry) == "poison" and compare.true_links(entry.answer) == "load" and sooner


def ran_other_code(entry):
    """Linked without a fault, then a constructor ran what the change put there, and died of it."""
    module = entry.answer["modules"][0]
    died = module["stage"] == "fatal" and module["truth"] is None
    linked = module["truth"] and module["truth"]["linked"] and not module["truth"]["unresolved_addresses"]
    changed = entry.module["kind"].startswith(("import", "export", "started"))
    return bool(changed and (died or (linked and not loaded(entry))))


CAUSES = (
    Cause("stricter: doubled sub-section", "A sub-section of dylink.0 stands twice. The loaders take both, one after the other; no "
          "linker writes it and readers differ in which they take, so it is WA204.", said_malformed("occurs twice")),
    Cause("stricter: second dylink section", "A second section named dylink or dylink.0 is ignored by the loaders; it is "
          "ambiguous, so it is WA204.", said_malformed("a second dylink section")),
    Cause("stricter: alignment", "An alignment above 2^16 is WA204; the loaders ignore the table's and take any of the memory's "
          "that still fits.", said_malformed("alignment of 2^")),
    Cause("stricter: elements beyond the table", "Element segments need more room than the dylink section asks for. It traps, but for a "
          "table size of 0: then the runtime's own functions are overwritten, which no load error tells. WA204 either way.",
          lambda entry: loaded(entry) and said_malformed("an element segment of")(entry)),
    Cause("stricter: damaged sub-section", "A sub-section of dylink.0 that is shorter or longer than its content is WA204; the loaders "
          "read on into the next, or stop, and may load it with sizes of nothing.", of_kind("dylink-damaged")),
    Cause("damaged sizes", "The memory or table size of dylink.0 is not the module's own. The module writes over others' memory, or "
          "the table cannot grow that far; wheelaudit does not compare the sizes with what the code uses.",
          of_kind("dylink-memory-info", "dylink-dropped")),
    Cause("names of JavaScript's own objects", "The loader keeps symbols as properties of plain objects, so a name such as toString or "
          "__proto__ is found on Object.prototype: a missing function calls that, a missing address is refused. wheelaudit calls "
          "it unresolved, which is what is wrong with it.", changes_a(*JAVASCRIPT)),
    Cause("memory has grown", "A memory import may ask for more pages than the runtime declares; whether it fits depends on how far the "
          "session's memory has grown by then. wheelaudit goes by what every session has.",
          lambda entry: entry.module["kind"] == "memory" and loaded(entry) and said_rule("WA306")(entry)),
    Cause("init function not called", "An init function of another type dies when Python calls it; the matrix imports most modules under "
          "another name, to link them only.", init_not_asked_for),
    Cause("control offers it", "The control module that is loaded after a failure exports PyInit__core, the very address the derived module "
          "lacks, and so heals the session.", changes_a("PyInit__core")),
    Cause("fails sooner", "The load fails as said, because of a missing library or the old dylink section, before the address that "
          "would spoil the session was made.", failed_sooner),
    Cause("constructors run other code", "The module links as said; then a constructor runs what the change put in place of another "
          "function and dies of that. No linking is involved.", ran_other_code),
)  # fmt: skip


def cause_of(entry):
    """The name of the first cause that fits; None without one."""
    return next((cause.name for cause in CAUSES if cause.fits(entry)), None)
