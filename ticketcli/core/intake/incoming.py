"""What comes from elsewhere as one value, and the ticket it becomes. It knows neither a file nor a format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ticketcli.core.action.draft import body_of, reason_of
from ticketcli.core.ticket.code import derived_id, from_id
from ticketcli.core.ticket.event import Event, Path, Value
from ticketcli.core.ticket.fold import Ticket

ROLES = ("customer", "agent", "note")
"""Who may speak in a step: the customer or an agent in public, or somebody of the desk internally."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened in the other system after the ticket was opened."""

    at: datetime
    identity: tuple[str, ...]
    """What tells it from every other step of its ticket, in the words of the other system."""
    set: Mapping[Path, Value] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by: str = ""
    role: str = ""
    """Who speaks in `text`, one of ROLES; empty for a step that only changes something, its text the reason."""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A ticket of another system with its history, in the order in which it happened; times are aware and in UTC."""

    source: str
    """The other system; with the number it makes the ticket's code."""
    number: str
    at: datetime
    """When it was opened."""
    by: str
    body: str
    channel: str = ""
    set: Mapping[Path, Value] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()


def first_id(source: str, number: str) -> str:
    """The id of the event that something of another system becomes, wherever and however often it comes in."""
    return derived_id("import", source, number)


def ticket(incoming: Incoming) -> Ticket:
    """The ticket that this value stands for: the same value gives the same code, ids and events everywhere."""
    event_id = first_id(incoming.source, incoming.number)
    code = from_id(event_id)
    first = Event(
        id=event_id,
        seq=1,
        at=incoming.at,
        kind="message",
        by=incoming.by or incoming.source,
        role="customer",
        channel=incoming.channel,
        lists=incoming.lists,
        set=incoming.set,
        body=body_of(incoming.body),
    )
    return Ticket(code, (first, *(_event(code, seq, step, incoming) for seq, step in enumerate(incoming.steps, 2))))


def updated(existing: Ticket, imported: Ticket) -> Ticket:
    """The ticket with what an import brings that it does not have yet; the very same value where there is nothing new.

    The other system's log has not seen what customers wrote here meanwhile: a new status says so, and hides none of it.
    """
    new = [event for event in imported.events if event.id not in existing.by_id]
    if not new:
        return existing
    if any(event.from_customer and event.id not in imported.by_id for event in existing.events):
        new = [_told(event, imported) for event in new]
    return existing.plus(new)


def _event(code: str, seq: int, step: Step, incoming: Incoming) -> Event:
    kind = "change" if not step.role else "note" if step.role == "note" else "message"
    return Event(
        id=derived_id("import", code, *step.identity),
        seq=seq,
        at=step.at,
        kind=kind,
        by=step.by or incoming.source,
        role="customer" if step.role == "customer" else "agent",
        channel=incoming.channel if kind == "message" else "",
        lists=step.lists,
        set=step.set,
        body=reason_of(step.text),
    )


def _told(event: Event, imported: Ticket) -> Event:
    if not event.status and not event.public_answer:
        return event
    seen = (other.id for other in imported.events if other.from_customer and other.order < event.order)
    return replace(event, seen=tuple(sorted(seen)))
