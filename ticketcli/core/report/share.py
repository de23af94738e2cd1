"""Shares of what met its target: as people read them, and whether they are what a script asks for. All exact."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from ticketcli.core.errors import BadWords, TicketError

if TYPE_CHECKING:
    from ticketcli.core.report.facts import Row
    from ticketcli.core.report.report import Report

WHOLE = Fraction(1)
NOTHING = "nothing to measure: no clock was met or missed, so no share is too small"

_SHARE = r"([0-9]{1,9}(?:\.[0-9]{1,9})?|\.[0-9]{1,9})\s*(%?)"


class BadShare(BadWords):
    """A word that is no share."""

    def __init__(self, word: str) -> None:
        super().__init__(f'cannot read the share "{word}": write 95% or 0.95, and at most 100%')


class BelowShare(TicketError):
    """Too few targets were met."""

    def __init__(self, rows: Sequence[Row], least: Fraction) -> None:
        shown = ", ".join(f"{row.group} {_told(row, least)}" for row in rows)
        super().__init__(f"share met below {_shortest(least)}: {shown}")


def share(word: str) -> Fraction:
    """The part of a whole that a word like `95%` or `0.95` stands for. Raises BadShare."""
    found = re.fullmatch(_SHARE, word.strip())
    part = Fraction(found[1]) / (100 if found[2] else 1) if found else None
    if part is None or part > WHOLE:
        raise BadShare(word)
    return part


def percent(part: Fraction, least: Fraction = WHOLE) -> str:
    """A share as `91.3 %`; with more decimals where it does not reach `least` and would look as if it did."""
    places = 1
    while part < least <= Fraction(_rounded(part, places)) / 100:
        places += 1
    return f"{_rounded(part, places)} %"


def check(report: Report, least: Fraction) -> str:
    """What is to be said where every clock printed reaches that share: a sentence where nothing was measured at all.

    Each is tested for itself, so that many of one clock hide no misses of another. Raises BelowShare.
    """
    measured = [row for row in report.clocks if row.values["n"]]
    below = [row for row in measured if _part(row) < least]
    if below:
        raise BelowShare(below, least)
    return "" if measured else NOTHING


def _part(row: Row) -> Fraction:
    return Fraction(int(row.values["met"] or 0), int(row.values["n"] or 1))


def _told(row: Row, least: Fraction) -> str:
    return f"{percent(_part(row), least)} ({row.values['met']} of {row.values['n']})"


def _rounded(part: Fraction, places: int) -> str:
    whole, rest = divmod(round(part * 100 * 10**places), 10**places)
    return f"{whole}.{rest:0{places}}"


def _shortest(part: Fraction) -> str:
    return f"{_rounded(part, 9).rstrip('0').rstrip('.')} %"
