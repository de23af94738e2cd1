"""Which service level counts for a ticket: matched by its fields, stored in its events (semantics.md A1 to A3). Pure.

What is stored counts, so that settings edited later change no history.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from ticketcli.core.clock import times
from ticketcli.core.errors import BadWords
from ticketcli.core.ticket.code import derived_id
from ticketcli.core.ticket.event import Event, Value
from ticketcli.core.ticket.fields import LISTS, TABLES
from ticketcli.core.ticket.fold import Header, Ticket
from ticketcli.core.words.keys import CLOCKS
from ticketcli.core.words.settings import WARN_AT, Level


@dataclass(frozen=True, slots=True)
class Applied:
    """A level as it was matched: its targets then, and the fields that it was matched by."""

    level: str
    calendar: str = ""
    targets: Mapping[str, timedelta] = field(default_factory=dict)
    """Clock to target, in the hours of the calendar."""
    warn_at: float = WARN_AT
    matched_by: Mapping[str, Value] = field(default_factory=dict)


def read(value: Value) -> Applied | None:
    """The level that an event stored; None for what is none, such as a word typed by hand."""
    if not isinstance(value, Mapping) or not isinstance(value.get("level"), str):
        return None
    share, fields = value.get("warn_at"), value.get("for")
    return Applied(
        value["level"],
        str(value.get("calendar", "")),
        {clock: target for clock in CLOCKS if (target := _span(str(value.get(clock, ""))))},
        share if isinstance(share, float) and 0 < share < 1 else WARN_AT,
        fields if isinstance(fields, Mapping) else {},
    )


@lru_cache(256)  # the same few targets stand in every ticket
def _span(text: str) -> timedelta | None:
    try:
        return times.span(text)
    except BadWords:
        return None


@dataclass(frozen=True, slots=True)
class _Fields:
    """All that the condition of a level looks at."""

    header: Header


def match(header: Header, levels: Sequence[Level]) -> dict[str, Value] | None:
    """What is stored of the first level that a ticket's fields match; None on a desk without levels (A1)."""
    level = next((level for level in levels if level.condition(_Fields(header))), None)
    if level is None:
        return None
    stored: dict[str, Value] = {"level": level.name}
    if level.calendar:
        stored["calendar"] = level.calendar
    targets = {clock: level.target(clock, header.text("priority") or "normal") for clock in CLOCKS}
    stored |= {clock: span_word(target) for clock, target in targets.items() if target}
    return {**stored, "warn_at": level.warn_at, "for": matched_by(header, looked_at(levels))}


def span_word(span: timedelta) -> str:
    """A span as the grammar writes it, hours the largest unit, so that no calendar misreads it: `80h`, `1h30m`."""
    minutes, seconds = divmod(times.seconds(span), 60)
    hours, minutes = divmod(minutes, 60)
    return "".join(f"{count}{unit}" for count, unit in ((hours, "h"), (minutes, "m"), (seconds, "s")) if count)


def looked_at(levels: Sequence[Level]) -> list[str]:
    """The fields by which any of the levels is matched, and the priority, by which each has its targets."""
    return sorted({"priority", *(name for level in levels for name in level.looks_at)})


def matched_by(header: Header, names: Sequence[str]) -> dict[str, Value]:
    """The values of the fields by which levels are matched; of a customer only a digest, which tells nobody's name."""
    return {name: _value(header, name) for name in names}


def _value(header: Header, name: str) -> Value:
    path = tuple(name.split("."))
    if path[0] == "customer":
        told = {".".join(leaf): str(value) for leaf, value in sorted(header.table("customer").items())}
        return derived_id("customer", json.dumps(told))
    return list(header.list(name)) if name in LISTS else header.values.get(path, "")


def touches(event: Event, names: Collection[str]) -> bool:
    """Whether an event changes one of the fields."""
    changed = {path[0] for path in event.set} | {".".join(path) for path in event.set} | set(event.lists)
    return any(name in changed or name.partition(".")[0] in changed & set(TABLES) for name in names)


def stored(ticket: Ticket) -> Applied | None:
    """The level that counts by the ticket's events: the last one, whole."""
    told = [read(event.sla) for event in _in_place(ticket) if event.sla is not None]
    return told[-1] if told else None


def _in_place(ticket: Ticket) -> list[Event]:
    """The counting events in order of effect, those that match a level straight behind the one that they follow."""
    return sorted(ticket.counting, key=lambda event: _place(event, ticket.by_id))


def _place(event: Event, by_id: Mapping[str, Event]) -> tuple[tuple[int, str], bool, str]:
    followed = event.automatic and event.action == "match" and event.after in by_id
    return (by_id[event.after].order, True, event.id) if followed else (event.order, False, "")


def pending(ticket: Ticket, levels: Sequence[Level]) -> list[Event]:
    """The automatic events that match the level where nobody who wrote did: after a join, or a change by hand (A3).

    They are the same in every clone with the same settings, whenever they are worked out.
    """
    found: list[Event] = []
    current: Applied | None = None
    passed: list[Event] = []
    changed: list[Event] = []
    for event in _in_place(ticket):
        passed.append(event)
        current = read(event.sla) or current
        if current and touches(event, current.matched_by):
            changed.append(event)
            match_event = _match_after(changed, Ticket(ticket.code, tuple(passed)), current, levels)
            if match_event:
                current = read(match_event.sla)
                found.append(match_event)
    return [event for event in found if event.id not in ticket.by_id]


def _match_after(changed: Sequence[Event], then: Ticket, current: Applied, levels: Sequence[Level]) -> Event | None:
    """The match that follows the last event that changed the fields of levels; None where it was matched with it."""
    event, header = changed[-1], then.header
    if matched_by(header, list(current.matched_by)) == current.matched_by:
        return None
    sla = match(header, levels)
    if sla is None:
        return None
    told = json.dumps(sla, sort_keys=True, default=str)
    return Event(
        id=derived_id(then.code, "match", event.id, told),
        seq=event.seq + 1,
        at=max(one.at for one in changed),
        by="tick",
        role="system",
        action="match",
        after=event.id,
        sla=sla,
    )


def history(ticket: Ticket, levels: Sequence[Level]) -> list[tuple[datetime, Applied]]:
    """The levels that counted, each with the instant from which on it did; a match to be written is included (A5)."""
    events = [event for event in ticket.counting if event.sla is not None] + pending(ticket, levels)
    found: list[tuple[datetime, Applied]] = []
    last: Any = ()
    for event in sorted(events, key=lambda event: (event.at, _place(event, ticket.by_id))):
        applied = read(event.sla)
        if applied and _place(event, ticket.by_id) > last:
            last = _place(event, ticket.by_id)
            found.append((event.at, applied))
    return found
