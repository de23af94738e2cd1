"""A mail's text taken apart: what its writer wrote, and what stands there besides. It drops no line and alters none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from ticketcli.core.mail.reply import signature
from ticketcli.core.mail.reply.marks import find, is_forward, is_link_rest, is_quoted, next_text

Lines = Sequence[str]

MOST = 20_000
"""Lines that are looked at; behind so many that quote nothing it is a log, not a reply."""


class Split(NamedTuple):
    """The two halves of a mail's text; every line is in one of them, in its order."""

    body: str
    """What the writer wrote."""
    quoted: str
    """Earlier messages, their headers, the signature."""


class _Part(NamedTuple):
    """Lines that belong together; those from `end` on close the writer's own ones."""

    start: int
    end: int
    behind: int

    @property
    def own(self) -> bool:
        return self.start < self.end


def split(text: str) -> Split:
    """What the writer wrote and the rest; all is the writer's where nothing else would be, or it is not clear-cut."""
    found = _split(text)
    clear = found.body.strip() and found.quoted.strip() and _split(found.body).body == found.body
    return found if clear else Split(text, "")


def _split(text: str) -> Split:
    lines = text.split("\n")
    parts = list(_parts(lines))
    own = [part for part in parts if part.own]
    if not own:
        return Split("", text)
    if _is_interleaved(parts):
        last = own[-1].end
        return _joined(lines, [range(last)], [range(last, len(lines))])
    kept = [range(part.start, part.end) for part in parts]
    return _joined(lines, kept, [range(part.end, part.behind) for part in parts])


def _is_interleaved(parts: list[_Part]) -> bool:
    """Whether the answers stand between what they answer: without it they would make no sense."""
    return sum(part.own for part in parts[1:]) > 1


def _joined(lines: Lines, own: list[range], rest: list[range]) -> Split:
    body = "\n".join(lines[place] for place in chain.from_iterable(own))
    return Split(body.strip("\n"), "\n".join(lines[place] for place in chain.from_iterable(rest)).strip("\n"))


def _parts(lines: Lines) -> Iterator[_Part]:
    """The writer's own lines, each time with what closes them and the quotation behind them."""
    start = at = looked_at = 0
    while at < len(lines) and looked_at < MOST and not is_forward(lines[at]):
        looked_at += 1
        if (behind := _quotation(lines, at)) > at:
            yield _Part(start, start + _own_end(lines[start:at]), behind)
            start = at = behind
        else:
            at += 1
    forwarded = at < len(lines) and is_forward(lines[at])
    yield _Part(start, len(lines) if forwarded else start + _own_end(lines[start:]), len(lines))


def _own_end(lines: Lines) -> int:
    end = signature.start(lines)
    return end if any(line.strip() for line in lines[:end]) else 0


def _quotation(lines: Lines, at: int) -> int:
    """The place behind the quotation that begins at this line; this line where none does."""
    if is_quoted(lines[at]):
        behind = _quoted_end(lines, at)
        return at if _is_lone(lines, at, behind) else behind
    mark = find(lines, at)
    if mark is None:
        return at
    first = next_text(lines, mark.behind)
    if first < len(lines) and is_quoted(lines[first]):
        return _quoted_end(lines, first)
    return at if mark.needs_quote else len(lines)


def _quoted_end(lines: Lines, at: int) -> int:
    """The place behind lines with `>`, blank ones among and behind them, and the rests of broken links."""
    while at < len(lines) and is_quoted(lines[at]):
        following = next_text(lines, at + 1)
        rest = following == at + 1 < len(lines) - 1 and is_link_rest(lines[at], lines[at + 1])
        at = following + 1 if rest and is_quoted(lines[following + 1]) else following
    return at


def _is_lone(lines: Lines, at: int, behind: int) -> bool:
    """One marked line in the midst of a paragraph, an arrow for instance, quotes nothing."""
    return behind == at + 1 < len(lines) and at > 0 and lines[at - 1].strip() != ""
