"""Disagreements that are understood and stay: each with its cause, and how one is recognised. What
stands here is no failure of the truth matrix; everything else is."""

from dataclasses import dataclass
from typing import Callable


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


CAUSES = (
    Cause("stricter: doubled sub-section", "A sub-section of dylink.0 stands twice. The loaders take both, one after the other; no "
          "linker writes it and readers differ in which they take, so it is WA204.", said_malformed("occurs twice")),
    Cause("stricter: second dylink section", "A second section named dylink or dylink.0 is ignored by the loaders; it is "
          "ambiguous, so it is WA204.", said_malformed("a second dylink section")),
    Cause("stricter: alignment", "An alignment above 2^16 is WA204; the loaders ignore the table's and take any of the memory's "
          "that still fits.", said_malformed("alignment of 2^")),
)  # fmt: skip


def cause_of(entry):
    """The name of the first cause that fits; None without one."""
    return next((cause.name for cause in CAUSES if cause.fits(entry)), None)
