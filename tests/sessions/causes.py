"""Disagreements about sessions that are understood and stay, in the form of tests/truth/causes.py. A cause names a
fact of docs/design and what of the runtime makes it. None can excuse a "compatible" that the runtime breaks: judge.py
does not ask the causes then."""

from cause import Cause

CAUSES: tuple[Cause, ...] = ()


def cause_of(case):
    return next((cause.name for cause in CAUSES if cause.fits(case)), None)
