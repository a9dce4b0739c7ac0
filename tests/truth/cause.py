"""What a known cause of a disagreement is, for both matrices (causes.py here, tests/sessions/causes.py)."""

from dataclasses import dataclass
from typing import Callable


@dataclass(frozen=True)
class Cause:
    name: str
    why: str  # what is so, and why wheelaudit does not or should not know it
    fits: Callable  # of an entry that disagrees
