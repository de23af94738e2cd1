"""The two sides of a text in which git marked a conflict, where git itself has forgotten them. No disk, no git."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from ticketcli.core.file import document
from ticketcli.core.file.codec import event_text, same
from ticketcli.core.file.reader import Unreadable
from ticketcli.core.ticket.code import derived_id
from ticketcli.core.ticket.fold import Ticket

if TYPE_CHECKING:
    from ticketcli.core.file.document import Document
    from ticketcli.core.ticket.event import Event
    from ticketcli.core.ticket.header import Header

_MARK = re.compile(rb"(<{7}|\|{7}|={7}|>{7})(?=[ \r\n]|\Z)", re.MULTILINE)
_NEXT = {
    (b"", b"<"): b"<",
    (b"<", b"|"): b"|",
    (b"<", b"="): b">",
    (b"|", b"="): b">",
    (b">", b">"): b"",
}
"""The part that follows a part and a mark: outside of a conflict (b""), ours (b"<"), base (b"|"), theirs (b">")."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The versions that a text with marks shows."""

    base: bytes
    """What both came from; empty where the marks do not show it."""
    ours: bytes
    theirs: bytes
    line: int
    """The line of the first mark."""


def sides(data: bytes) -> Sides | None:
    """The versions in a text with git's marks; None where it has none, or where they do not match."""
    texts: dict[bytes, list[bytes]] = {b"<": [], b"|": [], b">": []}
    part, first, based = b"", 0, True
    for number, row in enumerate(data.splitlines(keepends=True), 1):
        mark = found[1][:1] if (found := _MARK.match(row)) else b""
        if mark and not (mark == b"=" and part in (b"", b">")):  # there it underlines a title
            if (part, mark) not in _NEXT:
                return None
            first, before = first or number, part
            part = _NEXT[part, mark]
            based = based and (before, part) != (b"<", b">")
        else:
            for rows in [texts[part]] if part else texts.values():
                rows.append(row)
    if not first or part:
        return None
    ours, base, theirs = (b"".join(texts[part]) for part in (b"<", b"|", b">"))
    return Sides(base if based else b"", ours, theirs, first)


def unmixed(found: Sides, now: datetime) -> Sides:
    """The same, each with the header that its own events make. Raises Unreadable.

    Git mixes where it sees no conflict: a header line of one side then stands in the other, and would be taken for what
    a hand did. What the other side says is no hand's of this one.
    """
    sides = [document.read(data, mtime=now) for data in (found.ours, found.theirs)]
    ours = _own(sides[0], _of_events(sides[1]).header)
    theirs = _own(sides[1], ours.header)
    ours_text, theirs_text = (document.write(side, own) for side, own in zip(sides, (ours, theirs), strict=True))
    return replace(found, base=_base(found.base, now), ours=ours_text, theirs=theirs_text)


def _base(data: bytes, now: datetime) -> bytes:
    try:
        before = document.read(data, mtime=now)
    except Unreadable:
        return b""
    return document.write(before, _of_events(before))


def _own(side: Document, told: Header) -> Ticket:
    """The ticket of one side, with what a hand did to its header that the other side does not say."""
    ticket = _of_events(side)
    hands = (event for event in side.ticket.events if event.id not in ticket.by_id)
    return ticket.plus(filter(None, (_unexplained(hand, told, ticket.code) for hand in hands)))


def _of_events(found: Document) -> Ticket:
    """The ticket without what the header says besides."""
    said = {event.id for event in found.pending if event.action == "hand"}
    events = tuple(event for event in found.ticket.events if event.id not in said)
    return Ticket(found.ticket.code, events, found.ticket.extra)


def _unexplained(hand: Event, told: Header, code: str) -> Event | None:
    """What a hand changed in a header that is not the other side's; None where nothing is left."""
    values = {path: value for path, value in hand.set.items() if not same(told.values.get(path, ""), value)}
    if ("until",) in values:  # never without its status
        values |= {path: hand.set[path] for path in (("status",),) if path in hand.set}
    lists = {
        name: items
        for name, changes in hand.lists.items()
        if (items := tuple(item for item in changes if (item[1:] in told.list(name)) != item.startswith("+")))
    }
    if not values and not lists:
        return None
    left = replace(hand, set=values, lists=lists, seen=hand.seen if ("status",) in values else None)
    return replace(left, id=derived_id(code, "marked", event_text(replace(left, id="", seq=0, at=datetime.min))))
