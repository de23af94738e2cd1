"""Two versions of a ticket file made one: what they say by the join, how it is laid out by what hands did. No disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from ticketcli.core.file import document
from ticketcli.core.file.codec import dumps, event_text
from ticketcli.core.file.document import Document
from ticketcli.core.file.printing import HEADER, parts
from ticketcli.core.file.reader import Unreadable
from ticketcli.core.file.spans import comments
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.join import join

Parts = Mapping[str, str]
"""The text of the header, under HEADER, and of each event, by its id."""


def joined(base: bytes, one: bytes, other: bytes, *, now: datetime) -> bytes:
    """The content of one file out of two and what both came from, empty where that is not known.

    It is the same whichever of the two comes first. What hands did and nobody recorded becomes an event of this
    instant. Raises Unreadable, DifferentTickets and Unfaithful: what cannot be one ticket stays a conflict.
    """
    before = _base(base, now)
    sides = [document.read(data, mtime=now, base=before.ticket if before else None) for data in (one, other)]
    ticket = join(sides[0].ticket, sides[1].ticket, event_text, before.ticket if before else None)
    if all(side.text == dumps(side.ticket) for side in sides):
        return document.write(None, ticket)
    return document.write(_layout(before, sides, ticket, now), ticket)


def _base(data: bytes, now: datetime) -> Document | None:
    """What both came from; a base that cannot be read, as git makes of a criss-cross, is none."""
    try:
        return document.read(data, mtime=now) if data.strip() else None
    except Unreadable:
        return None


def _layout(before: Document | None, sides: list[Document], ticket: Ticket, now: datetime) -> Document:
    """A text with each part as the side laid it out that changed it, to be edited so that it says the joined ticket."""
    base = parts(before.text) if before else {}
    one, other = (parts(side.text) for side in sides)
    order = [HEADER, *(event.id for event in ticket.events)]
    chosen = [_part(base.get(key, ""), one.get(key, ""), other.get(key, "")) for key in order]
    text = "\n".join(part.rstrip("\n") + "\n" for part in chosen if part)
    try:
        return document.read(text.encode(), mtime=now)
    except Unreadable:  # the parts do not fit together
        every = Counter(comments(sides[0].text)) | Counter(comments(sides[1].text))
        return document.read(("".join(f"{row}\n" for row in every.elements()) + dumps(ticket)).encode(), mtime=now)


def _part(base: str, one: str, other: str) -> str:
    """The part of the side that changed it; where both did the one with more comments, below those it does not have."""
    changed = {part for part in (one, other) if part and part != base} or {one or other}
    stays = max(changed, key=lambda part: (len(comments(part)), part))
    missing: Counter[str] = Counter()
    for part in changed:
        missing |= Counter(comments(part)) - Counter(comments(stays))
    return "".join(f"{row}\n" for row in sorted(missing.elements())) + stays
