"""Two versions of a ticket file made one: what they say by the join, how it is laid out by what hands did. No disk."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ticketcli.core.file import document
from ticketcli.core.file.codec import dumps, event_text
from ticketcli.core.file.reader import Unreadable
from ticketcli.core.file.weaving import woven
from ticketcli.core.ticket.join import join

if TYPE_CHECKING:
    from ticketcli.core.file.document import Document


def joined(base: bytes, one: bytes, other: bytes, *, now: datetime) -> bytes:
    """The content of one file out of two and what both came from, empty where that is not known.

    It is the same whichever of the two comes first. What hands did and nobody recorded becomes an event of this
    instant. Raises Unreadable, DifferentTickets and Unfaithful: what cannot be one ticket stays a conflict.
    """
    before = _base(base, now)
    sides = [document.read(data, mtime=now, base=before) for data in (one, other)]
    ticket = join(sides[0].ticket, sides[1].ticket, event_text, before.ticket if before else None)
    for side, beside in (sides, sides[::-1]):
        if beside.text == side.text or (before and beside.text == before.text):  # nobody did anything there
            return document.write(side, ticket)
    sides = [_settled(side, now) for side in sides]
    if all(side.text == dumps(side.ticket) for side in sides):
        return document.write(None, ticket)
    text = woven(before and _settled(before, now), sides, ticket)
    return document.write(document.read(text.encode(), mtime=now), ticket)


def _base(data: bytes, now: datetime) -> Document | None:
    """What both came from; a base that cannot be read, as git makes of a criss-cross, is none."""
    try:
        return document.read(data, mtime=now) if data.strip() else None
    except Unreadable:
        return None


def _settled(found: Document, now: datetime) -> Document:
    """The document with what hands did written down: then every event stands in it, with its id."""
    return found if found.settled else document.read(document.write(found, found.ticket), mtime=now)
