"""What a person did to a ticket file in an editor, as events: blocks typed in, a header changed. It changes no text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from ticketcli.core.file.layout import event_text
from ticketcli.core.file.sheet import Sheet, missing
from ticketcli.core.file.values import same
from ticketcli.core.ticket.code import derived_id, id_of
from ticketcli.core.ticket.event import Event, Path, Value
from ticketcli.core.ticket.fields import LISTS
from ticketcli.core.ticket.fold import Ticket, in_order

_ANSWERING = ("answered", "resolved", "closed")
"""Statuses that answer who waits; a desk's own are not known here."""
_PLAIN = {str, datetime}
"""The types whose values are the same when they are equal; 1, 1.0 and true are not."""


def completed(sheet: Sheet, mtime: datetime) -> tuple[Event, ...]:
    """The events in the order of the file; those typed by hand have their id, number, time and kind.

    An id is made of the code, the event before and what was typed: every reading and every clone makes the same.
    """
    known = [event for event in sheet.events if not missing(event)]
    if len(known) == len(sheet.events):
        return sheet.events
    before = _last(known).id if known else ""
    seq = max((event.seq for event in sheet.events if not event.automatic), default=0)
    at = max([mtime.astimezone(UTC), *(event.at for event in known)])
    events: list[Event] = []
    twins: Counter[str] = Counter()
    for event in sheet.events:
        if missing(event):
            seq = seq if event.seq else seq + 1
            typed = event_text(event)
            twins[typed] += 1
            derived = derived_id(sheet.code, "typed", before, typed, str(twins[typed]))
            derived = derived if known or events else id_of(sheet.code)
            event = _filled(event, derived, seq, at)
        events.append(event)
    return tuple(events)


def header_change(ticket: Ticket, sheet: Sheet, mtime: datetime, more: Iterable[Event] = ()) -> Event | None:
    """The event that says what a hand changed in the header, None where it did not.

    The header is held against the events that are not typed by hand, and those of an earlier version that the file
    does not have; its id is made of its place and of what it sets.
    """
    complete = [event for event in sheet.events if not missing(event)]
    known = [*complete, *more]
    if len(complete) == len(sheet.events) and len(known) == len(ticket.events):
        before: Ticket | None = ticket  # it is these events, and has added them up
    else:
        before = Ticket(sheet.code, in_order(known)) if known else None
    values = _values(before.header.values if before else {}, sheet.values)
    lists = _lists(before.header.lists if before else {}, sheet.lists)
    if not values and not lists:
        return None
    seen = _waiting(ticket) if ("status",) in values else None
    if ("until",) in values and ("status",) not in values and ticket.header.text("status"):
        values |= {("status",): ticket.header.text("status")}  # a time is never set alone (design 2.1)
        seen = _seen_by_status(ticket)
    ends = values.get(("status",), "open") not in ("new", "open", "answered", "closed")
    if ends and ("until",) in sheet.values:
        values |= {
            ("until",): sheet.values[("until",)]
        }  # the line still stands there, and a status alone takes it away
    change = Event(action="hand", after=_last(ticket.events).id, lists=lists, set=values)
    # What happened by itself does not advance the clock, unless it would stand behind what the hand says.
    seq = 1 + max(event.seq for event in ticket.events if not event.automatic or event.set or event.lists)
    at = max([mtime.astimezone(UTC), *(event.at for event in ticket.events)])
    return replace(change, id=derived_id(ticket.code, event_text(change)), seq=seq, at=at, seen=seen)


def _filled(event: Event, derived: str, seq: int, at: datetime) -> Event:
    """The event as it is recorded; only commands say whom something is mailed (semantics.md E4)."""
    return replace(
        event,
        id=event.id or derived,
        seq=event.seq or seq,
        at=event.at if event.at.tzinfo else at,
        kind=event.kind or "note",
        to=(),
    )


def _values(before: Mapping[Path, Value], written: Mapping[Path, Value]) -> dict[Path, Value]:
    if before == written and _PLAIN.issuperset(map(type, before.values())):
        return {}
    changed = {path: value for path, value in written.items() if path not in before or not same(before[path], value)}
    gone = [path for path in before if path not in written and not any(_overlap(path, other) for other in changed)]
    return changed | dict.fromkeys(gone, "")


def _overlap(path: Path, other: Path) -> bool:
    """Whether one lies below the other: setting the other takes it away already."""
    shorter = min(len(path), len(other))
    return path[:shorter] == other[:shorter]


def _lists(before: Mapping[str, tuple[str, ...]], written: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    changes: dict[str, tuple[str, ...]] = {}
    for name in LISTS if before != written else ():
        old, new = set(before.get(name, ())), set(written.get(name, ()))
        if old != new:
            changes[name] = (*(f"+{item}" for item in sorted(new - old)), *(f"-{item}" for item in sorted(old - new)))
    return changes


def _last(events: list[Event] | tuple[Event, ...]) -> Event:
    """The last event that did not happen by itself: the one that a clone without cron has last, too."""
    return max((event for event in events if not event.automatic), key=lambda event: event.order, default=events[-1])


def _waiting(ticket: Ticket) -> tuple[str, ...]:
    """The ids of the customer messages in this file that nobody has answered, as far as the file alone tells."""
    answers = [event for event in ticket.counting if event.public_answer or event.status in _ANSWERING]
    seen = {event_id for event in answers for event_id in event.seen or ()}
    blind = max((event.order for event in answers if event.seen is None), default=(0, ""))  # imported: order decides
    asked = (event for event in ticket.counting if event.from_customer and event.order > blind)
    return tuple(sorted(event.id for event in asked if event.id not in seen))


def _seen_by_status(ticket: Ticket) -> tuple[str, ...] | None:
    """What the writer of the status in force had read; of what happened by itself, the event that it follows."""
    event = next(event for event in reversed(ticket.counting) if event.status)
    while event.automatic and event.after in ticket.by_id:  # the chain ends: see the sheet
        event = ticket.by_id[event.after]
    return event.seen
