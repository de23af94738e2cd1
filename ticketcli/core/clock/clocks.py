"""The clocks of a thread: first response, resolution, who waited how long, all from events (semantics.md 2). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ticketcli.core.clock.timeline import TO_SOLVE, Standing, spans
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.thread import Entry, Thread
from ticketcli.core.words.settings import Settings

FINISHED = ("resolved", "closed")
ZERO = timedelta(0)


@dataclass(frozen=True, slots=True)
class Clocks:
    """Times (UTC) and durations of one thread; None where an event is still missing (semantics.md C13)."""

    start: datetime | None
    """The first customer message of a ticket that an agent opened, else the creation; of a split child, C1 and S4."""
    first_response: datetime | None
    responder: str
    """Who gave it."""
    resolved: datetime | None
    """The last resolve, where nothing was reopened since."""
    first_resolved: datetime | None
    resolver: str
    """Who resolved last."""
    reopened: int
    handling: timedelta
    """From the start to the last resolve, else to now, without Answered, postponed, and done until reopened."""
    answered: timedelta
    """What the desk waited for the customer in that time."""
    postponed: timedelta

    @property
    def response_time(self) -> timedelta | None:
        """How long the customer waited for the first response."""
        return elapsed(self.start, self.first_response)

    @property
    def elapsed(self) -> timedelta | None:
        """From the start to the last resolve, nothing taken off."""
        return elapsed(self.start, self.resolved)


def elapsed(start: datetime | None, end: datetime | None) -> timedelta | None:
    """The time between two instants, never negative; None where one is missing."""
    return max(end - start, ZERO) if start is not None and end is not None else None


def clocks(thread: Thread, settings: Settings, steps: list[Standing]) -> Clocks:
    """The clocks of a thread, from its standings up to now."""
    start = _start(thread)
    resolves, reopened = _resolves(steps)
    finished = steps[-1].category in FINISHED
    last = resolves[-1] if resolves and finished else None
    response = _first_response(thread, settings, start)
    parts = _parts(steps, start or thread.ticket.first.at, last.since if last else None)
    return Clocks(
        start=start,
        first_response=response.at if response else None,
        responder=response.by if response else "",
        resolved=last.since if last else None,
        first_resolved=resolves[0].since if resolves else None,
        resolver=last.event.by if last else "",
        reopened=reopened,
        handling=parts["handling"],
        answered=parts["answered"],
        postponed=parts["postponed"],
    )


def _start(thread: Thread) -> datetime | None:
    first = thread.ticket.first
    if first.action == "split":
        chosen = [entry.event for entry in _customer(thread) if not _answered_before(first, entry.event)]
        return min((event.at for event in chosen if event.at <= first.at), default=first.at)
    if first.kind == "message" and first.role == "agent":
        return min((entry.event.at for entry in _customer(thread) if entry.code == thread.code), default=None)
    return first.at


def _customer(thread: Thread) -> Iterable[Entry]:
    return (entry for entry in thread.entries if entry.here and entry.event.from_customer)


def _answered_before(split: Event, message: Event) -> bool:
    seen = split.seen or ()
    return message.id in seen or (bool(message.part_of) and message.part_of in seen)


def _first_response(thread: Thread, settings: Settings, start: datetime | None) -> Event | None:
    """The first public message of a person on the desk, or Answered by hand, after the customer's first (C2, C5)."""
    if start is None:
        return None
    opened_by_agent = thread.ticket.first.kind == "message" and thread.ticket.first.role == "agent"
    for event in thread.ticket.counting:
        by_hand = (
            event.role == "agent" and not event.automatic and settings.category(event.status or "open") == "answered"
        )
        if (
            (event.public_answer or by_hand)
            and not (opened_by_agent and event.at < start)
            and event.id != thread.ticket.first.id
        ):
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


def _parts(steps: list[Standing], start: datetime, end: datetime | None) -> dict[str, timedelta]:
    total = {"handling": ZERO, "answered": ZERO, "postponed": ZERO}
    for span in spans(steps):
        last = min(filter(None, [span.end, end]), default=None)
        part = (last or steps[-1].since) - max(span.start, start)
        name = "handling" if span.category in TO_SOLVE else span.category
        if name in total:
            total[name] += max(part, ZERO)
    return total
