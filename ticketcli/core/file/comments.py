"""Comments of two versions of one text brought together, each above the key that it stood at. All else stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ticketcli.core.file.edit import Edit, applied
from ticketcli.core.file.spans import Place, comments, placed_comments, scan


def kept(one: str, other: str, base: str) -> Counter[str]:
    """The comments that stay: as the side says that changed them; where both did, none is lost."""
    ours, theirs, before = (Counter(comments(text)) for text in (one, other, base))
    return Counter({row: _count(ours[row], theirs[row], before[row]) for row in ours | theirs})


def _count(one: int, other: int, base: int) -> int:
    if one == base or other == base:
        return other if one == base else one
    return max(one, other)


def merged(text: str, other: str, shall: Counter[str]) -> str:
    """The text with exactly these comments, those that it does not have at the places where another version has them.

    Both are the same part of a file, a header or an event, and end with a line break.
    """
    here = Counter(comments(text))
    return applied(text, [*_removed(text, here - shall), *_added(text, other, shall - here)])


def _removed(text: str, rows: Counter[str]) -> Iterator[Edit]:
    for at, row in placed_comments(text):
        if rows[row]:
            rows[row] -= 1
            line, end = text.rfind("\n", 0, at) + 1, text.index("\n", at)
            before = text[line:at].rstrip()
            yield Edit(line + len(before), end if before else end + 1, "")


def _added(text: str, other: str, rows: Counter[str]) -> Iterator[Edit]:
    homes = {place: start for place, start, _ in _places(text)}
    for at, row in placed_comments(other):
        if rows[row]:
            rows[row] -= 1
            below = (homes[place] for place, _, end in _places(other) if at < end and place in homes)
            yield _line(text, next(below, len(text)), row)


def _line(text: str, at: int, row: str) -> Edit:
    """A comment on a line of its own, as deep as the one that it stands above."""
    line = text[at : text.find("\n", at) + 1]
    return Edit(at, at, f"{line[: len(line) - len(line.lstrip())]}{row}\n")


def _places(text: str) -> Iterator[tuple[Place, int, int]]:
    """What a comment may belong to, in order: every header of a table and every key, and where its lines stand."""
    for section in scan(text):
        if section.place:
            yield section.place, text.rfind("\n", 0, section.body - 1) + 1, section.body
        yield from (((*section.place, *entry.path), entry.start, entry.end) for entry in section.entries)
