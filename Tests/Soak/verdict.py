"""A verdict: what was judged, how, and by which figures."""
from typing import NamedTuple, Optional


class Verdict(NamedTuple):
    """`passed` is None for what could not be checked."""
    what: str
    passed: Optional[bool]
    figures: str

    def __str__(self):
        word = {True: "PASS", False: "FAIL", None: "----"}[self.passed]
        figures = self.figures if self.passed is not None else f"not checked: {self.figures}"
        return f"{word}  {self.what}: {figures}"


def first(reasons, most=3):
    """The first reasons of many, in one line."""
    more = f"; and {len(reasons) - most} more" if len(reasons) > most else ""
    return "; ".join(reasons[:most]) + more


def because(reasons):
    """The first reasons as the end of a sentence; nothing if there are none."""
    return f": {first(reasons)}" if reasons else ""


def status(verdicts):
    return 1 if any(verdict.passed is False for verdict in verdicts) else 0
