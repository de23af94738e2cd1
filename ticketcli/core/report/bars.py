"""Bars for a terminal, of letters: a number as a length. They stand beside the number, never in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ticketcli.core.report.report import Report
    from ticketcli.core.report.summary import Number

WIDEST, NARROWEST = 30, 8
"""How many columns the longest bar takes; with less room there are none."""
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_DRAWN = {"volume": "backlog", "resolution": "n"}
"""What is drawn of which report."""


def bar(value: Number, most: Number, width: int, *, plain: bool = False) -> str:
    """A bar that is as long as all there is room for where the value is the largest; plain ones are of ASCII."""
    if most <= 0 or value <= 0:
        return ""
    if plain:
        return "#" * max(1, round(value * width / most))
    whole, rest = divmod(max(1, round(value * width * 8 / most)), 8)
    return _EIGHTHS[8] * whole + (_EIGHTHS[rest] if rest else "")


def column(report: Report, room: int, *, plain: bool = False) -> tuple[str, Sequence[str]] | None:
    """The title and the cells of bars beside a report's table; None where they would tell nothing, or do not fit."""
    name = _DRAWN.get(report.kind)
    values = [row.values[name] or 0 for row in report.rows] if name else []
    width = min(WIDEST, room)
    if len(values) < 2 or width < NARROWEST or max(values) <= 0:
        return None
    title = next(one.title for one in report.columns if one.name == name)
    return title, [*(bar(value, max(values), width, plain=plain) for value in values), ""]
