"""Where sections, keys, values and comments stand in a TOML text that a parser has accepted. It changes nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import tomli

from ticketcli.core.file.reader import STRING

Place = tuple[str | int, ...]
"""Where something stands in the tables of the file: keys, and numbers in arrays."""

_GAP = re.compile(r"(?:[ \t\n]+|#[^\n]*)*+")
_KEY_PART = re.compile(r"""[ \t]*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*(\.?)""")
_PIECE = re.compile(rf"(?P<string>{STRING})|(?P<comment>#[^\n]*)|(?P<open>[\[{{])|(?P<close>[\]}}])", re.DOTALL)
_SCALAR = re.compile(r"[^#\n]*?(?=[ \t]*(?:#|\n|\Z))")
_EQUALS = re.compile(r"=[ \t]*")
_REST = re.compile(r"[^\n]*(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value, on lines of its own."""

    path: Place
    """Inside its section."""
    start: int
    """Of its first line."""
    value: int
    value_end: int
    end: int
    """Behind the line break of its last line."""


@dataclass(slots=True)
class Section:
    """A table header and the entries below it; the first section has no header."""

    place: Place
    lead: int
    """Where the comments begin that stand on the lines right above."""
    body: int
    """Behind the line of the header."""
    entries: list[Entry] = field(default_factory=list)

    @property
    def end(self) -> int:
        """Behind the last entry."""
        return self.entries[-1].end if self.entries else self.body


def scan(text: str) -> list[Section]:
    """The sections of a text that ends with a line break, in their order."""
    counts: dict[Place, int] = {}
    sections = [Section((), 0, 0)]
    behind = 0
    while (at := _past(_GAP, text, behind)) < len(text):
        start = text.rfind("\n", 0, at) + 1
        if text[at] == "[":
            array = text.startswith("[[", at)
            names, at = _key(text, at + 1 + array)
            lead = _lead(text, behind, start)
            behind = _past(_REST, text, at)
            sections.append(Section(_place(names, array, counts), lead, behind))
        else:
            names, at = _key(text, at)
            value = _past(_EQUALS, text, at)
            value_end = _value_end(text, value)
            behind = _past(_REST, text, value_end)
            sections[-1].entries.append(Entry(names, start, value, value_end, behind))
    return sections


def comments(text: str) -> list[str]:
    """The comments of a text, or of a part of it that begins and ends outside of strings."""
    return [row for _, row in placed_comments(text)]


def placed_comments(text: str) -> list[tuple[int, str]]:
    """The same, and where each begins."""
    return [(piece.start(), piece[0].rstrip()) for piece in _PIECE.finditer(text) if piece.lastgroup == "comment"]


def shape(text: str) -> list[str]:
    """The text without its values: what is laid out alike has the same."""
    entries = [entry for section in scan(text) for entry in section.entries]
    ends = [0, *(entry.value_end for entry in entries)]
    return [text[end:start] for end, start in zip(ends, [*(entry.value for entry in entries), len(text)], strict=True)]


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _key(text: str, at: int) -> tuple[tuple[str, ...], int]:
    """A dotted key and the place behind it."""
    names: list[str] = []
    more = "."
    while more and (part := _KEY_PART.match(text, at)):
        quoted, more = part.groups()
        names.append(tomli.loads(f"key = {quoted}")["key"] if quoted[0] in "\"'" else quoted)
        at = part.end()
    return tuple(names), at


def _place(names: tuple[str, ...], array: bool, counts: dict[Place, int]) -> Place:
    """Where a header leads: through the last table of each array on its way, or to a new table of its own array."""
    place: Place = ()
    for number, name in enumerate(names, 1):
        place = (*place, name)
        if array and number == len(names):
            counts[place] = counts.get(place, 0) + 1
        if place in counts:
            place = (*place, counts[place] - 1)
    return place


def _lead(text: str, behind: int, start: int) -> int:
    """Where the comments begin that stand right above a line, down from `behind`."""
    while start > behind:
        above = text.rfind("\n", behind, start - 1) + 1 or behind
        if not text[above:start].lstrip().startswith("#"):
            break
        start = above
    return start


def _value_end(text: str, at: int) -> int:
    if text[at] not in "[{":
        string = text[at] in "\"'"
        return _past(_PIECE if string else _SCALAR, text, at)
    depth = 0
    for piece in _PIECE.finditer(text, at):
        depth += (piece.lastgroup == "open") - (piece.lastgroup == "close")
        if not depth:
            return piece.end()
    return len(text)
