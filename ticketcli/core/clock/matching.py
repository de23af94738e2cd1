"""Which service level counts for a ticket: matched by its fields, stored in its events (semantics.md A1 to A3). Pure.

What is stored counts, so that settings edited later change no history.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.clock import times
from ticketcli.core.errors import BadWords
from ticketcli.core.ticket.code import derived_id
from ticketcli.core.ticket.event import Event, Value
from ticketcli.core.ticket.fields import LISTS, TABLES
from ticketcli.core.ticket.fold import Ticket, fold
from ticketcli.core.words.keys import CLOCKS
from ticketcli.core.words.settings import WARN_AT, Level

if TYPE_CHECKING:
    from ticketcli.core.ticket.header import Header

MATCH = "match"
"""The action of an event that matches a level."""


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
    if not event.set and not event.lists:
        return False
    changed = {path[0] for path in event.set}.union(event.lists)
    return any(name in changed or ("." in name and _changes_leaf(event, name)) for name in names)


def _changes_leaf(event: Event, name: str) -> bool:
    table = name.partition(".")[0]
    return any(".".join(path) == name or (path[0] == table and table in TABLES) for path in event.set)


class Step(NamedTuple):
    """A level that counts from an instant on, and the event that says so where nobody has written it yet."""

    at: datetime
    applied: Applied
    unwritten: Event | None = None


def current(ticket: Ticket, levels: Sequence[Level]) -> Applied | None:
    """The level that counts: the last one, whole."""
    found = steps(ticket, levels)
    return found[-1].applied if found else None


def pending(found: Iterable[Step]) -> list[Event]:
    """The automatic events that match the level where nobody who wrote did: after a join, or a change by hand (A3).

    They are the same in every clone with the same settings, whenever they are worked out.
    """
    return [step.unwritten for step in found if step.unwritten]


def history(found: Iterable[Step]) -> list[tuple[datetime, Applied]]:
    """The levels that counted, each with the instant from which on it did; a match to be written is included (A5)."""
    counted: list[tuple[datetime, Applied]] = []
    for step in found:  # what has less effect counts only until what has more
        counted = [one for one in counted if one[0] < step.at] + [(step.at, step.applied)]
    return counted


def steps(ticket: Ticket, levels: Sequence[Level]) -> list[Step]:
    """The levels in order of effect: what an event stored, where it fits the fields as they are then, else a match.

    That match counts whether somebody has written it or not, so that no tick changes anything.
    """
    return list(_steps(ticket, levels))


def _steps(ticket: Ticket, levels: Sequence[Level]) -> Iterator[Step]:
    if not [event for event in ticket.counting if event.sla]:
        return
    applied: Applied | None = None
    passed: list[Event] = []
    changed: list[Event] = []
    for event in ticket.counting:
        if event.action == MATCH and event.automatic:
            continue
        own = read(event.sla) if event.sla else None
        passed.append(event)
        known = own or applied
        touched = known is not None and touches(event, known.matched_by)
        changed += [event] if touched else []
        if known is None or not (own or touched):
            continue
        then = fold(ticket.code, ticket.first, passed)  # what counts now counted then
        if own and _fits(own, then):
            applied = own
            yield Step(event.at, own)
        elif own or not _fits(known, then):
            step = _matched(event, changed or [event], then, ticket, levels) or Step(event.at, known)
            applied = step.applied
            yield step


def _fits(applied: Applied, then: Header) -> bool:
    return matched_by(then, list(applied.matched_by)) == applied.matched_by


def _matched(
    event: Event, changed: Sequence[Event], then: Header, ticket: Ticket, levels: Sequence[Level]
) -> Step | None:
    """The match that follows an event which changed the fields of levels: the written one that fits, else a new one."""
    at = max(one.at for one in changed)
    for other in reversed(ticket.counting):
        found = read(other.sla) if other.automatic and other.action == MATCH and other.after == event.id else None
        if found and _fits(found, then):
            return Step(at, found)
    sla = match(then, levels)
    applied = read(sla)
    if applied is None:
        return None
    told = json.dumps(sla, sort_keys=True, default=str)
    event_id = derived_id(ticket.code, MATCH, event.id, told)
    fresh = Event(event_id, event.seq + 1, at, by="tick", role="system", action=MATCH, after=event.id, sla=sla)
    return Step(at, applied, None if event_id in ticket.by_id else fresh)
