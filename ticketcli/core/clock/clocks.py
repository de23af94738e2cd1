"""The clocks of a thread: first response, resolution, who waited how long, all from events (semantics.md 2). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.clock.answered import answers_in_person
from ticketcli.core.clock.timeline import Standing, spans
from ticketcli.core.clock.worktime import ALWAYS, Calendar
from ticketcli.core.words.keys import FINISHED, TO_SOLVE

if TYPE_CHECKING:
    from ticketcli.core.ticket.event import Event
    from ticketcli.core.ticket.thread import Entry, Thread
    from ticketcli.core.words.settings import Settings

ZERO = timedelta(0)


class Lengths(NamedTuple):
    """How long things took, in one calendar; None where an event is still missing (semantics.md C13)."""

    response: timedelta | None
    """How long the customer waited for the first response."""
    elapsed: timedelta | None
    """From the start to the last resolve, nothing taken off."""
    handling: timedelta
    """From the start to the last resolve, else to now, without Answered, postponed, and done until reopened."""
    answered: timedelta
    """What the desk waited for the customer in that time."""
    postponed: timedelta


class Clocks(NamedTuple):
    """When the things that are measured happened to a thread (UTC), and how long they took."""

    start: datetime | None
    """The first customer message of a ticket that an agent opened, else the creation; of a split child, C1 and S4."""
    starter: str
    """The id of the event that started the first response clock; empty where nobody waits for one."""
    first_response: datetime | None
    responder: str
    """Who gave it."""
    resolved: datetime | None
    """The last resolve, where nothing was reopened since."""
    first_resolved: datetime | None
    resolver: str
    """Who resolved last."""
    reopened: int
    plain: Lengths
    """By the clock on the wall."""
    business: Lengths
    """In the hours of the service level's calendar; without one the same (semantics.md 2.1)."""

    def moved_on(self, category: str, since: datetime, now: datetime, calendar: Calendar) -> Clocks:
        """What was worked out at an instant as it is at a later one, where the ticket's category is the same still."""
        name = "handling" if category in TO_SOLVE else category
        if name not in ("handling", "answered", "postponed"):
            return self
        plain = _longer(self.plain, name, ALWAYS.between(since, now))
        longer = plain if calendar is ALWAYS else _longer(self.business, name, calendar.between(since, now))
        return self._replace(plain=plain, business=longer)


def _longer(lengths: Lengths, name: str, span: timedelta) -> Lengths:
    return lengths._replace(**{name: getattr(lengths, name) + span})


def clocks(
    thread: Thread, settings: Settings, steps: list[Standing], now: datetime, calendar: Calendar = ALWAYS
) -> Clocks:
    """The clocks of a thread, from its standings up to now; business hours are those of the calendar."""
    start, starter = _start(thread)
    resolves, reopened = _resolves(steps)
    last = resolves[-1] if resolves and steps[-1].category in FINISHED else None
    response = _first_response(thread, settings, start)
    responded, resolved = response.at if response else None, last.since if last else None
    parts = _parts(steps, start or thread.ticket.first.at, resolved or now)
    plain = _lengths(start, responded, resolved, parts, ALWAYS)
    return Clocks(
        start=start,
        starter=starter.id if starter else "",
        first_response=responded,
        responder=response.by if response else "",
        resolved=resolved,
        first_resolved=resolves[0].since if resolves else None,
        resolver=last.by if last else "",
        reopened=reopened,
        plain=plain,
        business=plain if calendar is ALWAYS else _lengths(start, responded, resolved, parts, calendar),
    )


def _start(thread: Thread) -> tuple[datetime | None, Event | None]:
    first = thread.ticket.first
    if first.action == "split":
        chosen = [entry.event for entry in _customer(thread) if not _answered_before(first, entry.event)]
        waited = min((event for event in chosen if event.at <= first.at), key=_time, default=None)
        return (waited.at, waited) if waited else (first.at, None)
    if first.kind == "message" and first.role == "agent":
        own = [entry.event for entry in _customer(thread) if entry.code == thread.code]
        asked = min(own, key=_time, default=None)
        return (asked.at, asked) if asked else (None, None)
    return first.at, first


def _time(event: Event) -> tuple[datetime, str]:
    return event.at, event.id


def _customer(thread: Thread) -> Iterable[Entry]:
    return (entry for entry in thread.entries if entry.here and entry.event.from_customer)


def _answered_before(split: Event, message: Event) -> bool:
    seen = split.seen or ()
    return message.id in seen or (bool(message.part_of) and message.part_of in seen)


def _first_response(thread: Thread, settings: Settings, start: datetime | None) -> Event | None:
    """The first public message of a person on the desk, or Answered by hand, after the customer's first (C2, C5)."""
    first = thread.ticket.first
    opened_by_agent = first.kind == "message" and first.role == "agent"
    for event in thread.ticket.counting if start else ():
        too_early = event.id == first.id or (opened_by_agent and start and event.at < start)
        if answers_in_person(event, settings) and not too_early:
            return event
    return None


def _resolves(steps: list[Standing]) -> tuple[list[Standing], int]:
    """The standings that entered the resolved category, and how often Resolved or Closed was left (L19)."""
    resolves, reopened = [], 0
    for before, step in zip([None, *steps[:-1]], steps, strict=True):
        category = before.category if before else ""
        if step.category == "resolved" and category != "resolved":
            resolves.append(step)
        if category in FINISHED and step.category not in FINISHED:
            reopened += 1
    return resolves, reopened


def _parts(steps: list[Standing], begin: datetime, end: datetime) -> dict[str, list[tuple[datetime, datetime]]]:
    """The stretches of time of each kind between two instants."""
    parts: dict[str, list[tuple[datetime, datetime]]] = {"handling": [], "answered": [], "postponed": []}
    for span in spans(steps):
        name = "handling" if span.category in TO_SOLVE else span.category
        if name in parts:
            parts[name].append((max(span.start, begin), min(span.end or end, end)))
    return parts


def _lengths(
    start: datetime | None,
    responded: datetime | None,
    resolved: datetime | None,
    parts: dict[str, list[tuple[datetime, datetime]]],
    calendar: Calendar,
) -> Lengths:
    sums = {name: sum([calendar.between(*part) for part in some], ZERO) for name, some in parts.items()}
    return Lengths(_elapsed(start, responded, calendar), _elapsed(start, resolved, calendar), **sums)


def _elapsed(start: datetime | None, end: datetime | None, calendar: Calendar) -> timedelta | None:
    """The time between two instants, never negative; None where one is missing."""
    return calendar.between(start, end) if start is not None and end is not None else None
