"""What a case of bad input is."""

from dataclasses import dataclass, field
from typing import Callable

from wheel_parts import NAME

# pypi/warehouse as read for the cases of PyPI's list.
WAREHOUSE = "6b62157124ab7865029afeeadf282bce27d601d9"


@dataclass
class Case:
    """One bad input: how it is made, and what is expected of `check` (or of `run`)."""

    what: str  # what is wrong
    make: Callable[[], bytes | dict[str, bytes]]  # a wheel's bytes, or files by name, the first being the input
    rule: str | None  # the finding it ends in; None: no finding, a message of the command line
    words: str  # part of the text output: which check was reached
    exit: int = 3
    run: list[str] = field(default_factory=lambda: ["check"])  # the input's name follows, or stands for "INPUT"
    name: str = NAME  # the file name
    repair: int | None = None  # exit code of `repair`; None: as `exit`. 0: it is written, repaired
    pypi: str = ""  # of PyPI's list: the function of pypi/warehouse that refuses it
    says_pypi: bool = True  # the message gives that reason
    inflated: int = 0  # bytes of the largest member, when not within the file's size
    family: str = ""
