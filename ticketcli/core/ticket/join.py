"""The join of two versions of a ticket: events united by id, so that two clones come to the same ticket. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ticketcli.core.errors import TicketError
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.fold import Ticket, in_order

Text = Callable[[Event], str]
"""The canonical text of an event, by which equal ones are told and a winner is chosen."""


class DifferentTickets(TicketError):
    """Two files that cannot be one ticket."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} and {other} are different tickets; they cannot be joined")


def join(one: Ticket, other: Ticket, text: Text) -> Ticket:
    """Both versions in one (design 2.2): commutative, associative, idempotent. Raises DifferentTickets."""
    if one.code != other.code or one.first.id != other.first.id:
        raise DifferentTickets(one.code, other.code)
    events = dict(one.by_id)
    for event in other.events:
        events[event.id] = _winner(events[event.id], event, text) if event.id in events else event
    keys = {*one.extra, *other.extra}
    extra = {
        key: max((side.extra[key] for side in (one, other) if key in side.extra), key=repr) for key in sorted(keys)
    }
    return Ticket(one.code, in_order(events.values()), extra)


def _winner(one: Event, other: Event, text: Text) -> Event:
    """Of two copies of one event: a redaction wins, then the smaller (seq, at, by), then the smaller text."""
    if bool(one.redacted) != bool(other.redacted):
        return one if one.redacted else other
    return min(one, other, key=lambda event: (_mark(event), event.seq, event.at, event.by, text(replace(event, seq=1))))


def _mark(event: Event) -> tuple[str, str]:
    return (event.redacted.at.isoformat(), event.redacted.by) if event.redacted else ("", "")
