"""Disagreements about sessions that are understood and stay, in the form of tests/truth/causes.py. A cause names a
fact of docs/design and what of the runtime makes it. None can excuse a "compatible" that the runtime breaks: judge.py
does not ask the causes then."""

from cause import Cause


def null_not_called(case):
    """The only errors are of addresses that stay null, and the module's own call does not come there."""
    words = "an address that is weak and not there yet stays null"
    errors = [f for f in case.said["findings"] if f["severity"] == "error"]
    return bool(errors) and all(f["rule"] == "WA408" and any(words in d for d in f["details"]) for f in errors)


CAUSES: tuple[Cause, ...] = (
    Cause(
        "a null address that no call reaches",
        "docs/design/sessions.md#addresses: reportUndefinedSymbols of 314 sets an unset weak address to 0, and updateGOT "
        "does not replace it. The library of the cycle that asked for the address has null; in a cycle of three the "
        "module's call ends before that library uses the address.",
        null_not_called,
    ),
)


def cause_of(case):
    return next((cause.name for cause in CAUSES if cause.fits(case)), None)
