"""How results look: how wide, with or without weight; lines folded by display width. It knows no ticket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ticketcli.core.text import block, line, width

MARK = "●"
"""The sign of what needs solving."""
LATE = "!"
"""The sign of what is overdue."""
SOON = "~"
"""The sign of what is due soon."""


class Look(NamedTuple):
    """What the place that results go to can show; without columns nothing is cut or folded."""

    columns: int | None = None
    weight: bool = False
    """Whether it shows bold."""

    def bold(self, text: str) -> str:
        """The text with weight, where there is any."""
        return f"\x1b[1m{text}\x1b[0m" if self.weight and text else text


def paragraph(text: str, look: Look, first: str = "", rest: str | None = None) -> list[str]:
    """A text of one line behind a label; folded lines are indented, so that none begins where the program's do."""
    indent = " " * width(first) if rest is None else rest
    folded = _folded(line(text), _room(look, max(first, indent, key=width)))
    return [f"{indent if number else first}{part}".rstrip() for number, part in enumerate(folded)]


def quotation(text: str, look: Look, prefix: str) -> list[str]:
    """A text of several lines, each behind a prefix, so that it cannot imitate the program."""
    rows = block(text).expandtabs(4).rstrip("\n").split("\n")
    room = _room(look, prefix)
    return [f"{prefix}{part}".rstrip() for row in rows for part in _folded(row.rstrip(), room)]


def _room(look: Look, prefix: str) -> int | None:
    return max(look.columns - width(prefix), 10) if look.columns else None


def _folded(text: str, room: int | None) -> Iterator[str]:
    """The parts of a line that fit, broken at spaces where there are any."""
    if room is None or width(text) <= room:
        yield text
        return
    start = 0
    while start < len(text):
        end = _fits(text, start, room)
        space = text.rfind(" ", start, end + 1) if end < len(text) else -1
        end = space if space > start else end
        yield text[start:end]
        start = end + (text[end : end + 1] == " ")


def _fits(text: str, start: int, room: int) -> int:
    """How far the text goes on from there before it takes more columns than there are."""
    if text.isascii():
        return start + room
    from wcwidth import wcwidth

    end, taken = start, 0
    while end < len(text) and ((taken := taken + max(0, wcwidth(text[end]))) <= room or end == start):
        end += 1
    while end > start + 1 and width(text[start:end]) > room:  # some marks take a column of their own
        end -= 1
    return end
