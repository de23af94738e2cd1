"""Deadlines: when a ticket should be solved, what sets that time, and when to warn (semantics.md Q2). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.clock.worktime import ALWAYS, Calendar
from ticketcli.core.words.settings import WARN_AT

if TYPE_CHECKING:
    from ticketcli.core.clock.sla import Measure
    from ticketcli.core.ticket.event import Event
    from ticketcli.core.ticket.fold import Ticket

BY_HAND = "due"
"""The name, in place of a clock's, of a deadline set by hand."""
BY_PRIORITY = "priority"
"""That of a ticket without a service level, which orders the queue and is never reported (A8)."""
DEFAULT_DUE = {"urgent": timedelta(hours=4), "high": timedelta(days=1), "low": timedelta(days=5)}
"""How long a ticket may wait where no SLA runs (design 3); normal and own priorities have three days."""


class Deadline(NamedTuple):
    """One deadline of a ticket."""

    clock: str
    """What it is for: a clock, BY_HAND or BY_PRIORITY."""
    at: datetime | None
    """The last instant at which it is met (UTC); None while a pause keeps it from coming."""
    origin: str
    """The id of the event that started it."""
    calendar: Calendar = ALWAYS
    warning: datetime | None = None
    breach: datetime | None = None
    """The first instant at which it is missed."""


def deadlines(ticket: Ticket, measures: Iterable[Measure]) -> list[Deadline]:
    """What an unfinished ticket is measured against: a deadline set by hand, else its running clocks (A6, A9)."""
    by_hand = _by_hand(ticket)
    if by_hand:
        return [by_hand]
    return [
        Deadline(one.instance.clock, one.deadline, one.instance.origin, one.calendar, one.warning, one.breach)
        for one in measures
        if one.running
    ]


def _by_hand(ticket: Ticket) -> Deadline | None:
    due = ticket.header.time("due")
    if due is None:
        return None
    sets = (event for event in reversed(ticket.counting) if ("due",) in event.set)
    origin = next(sets, ticket.first)
    share = timedelta(seconds=int((due - origin.at).total_seconds() * WARN_AT))
    return Deadline(BY_HAND, due, origin.id, warning=origin.at + share, breach=due + timedelta(seconds=1))


def first(some: Iterable[Deadline]) -> Deadline | None:
    """The deadline that comes first (Q2)."""
    return min((one for one in some if one.at), key=_order, default=None)


def _order(one: Deadline) -> tuple[datetime, str]:
    return one.at or datetime.max, one.clock


def by_priority(priority: str, since: datetime, origin: Event) -> Deadline:
    """The deadline of a ticket where no other runs."""
    return Deadline(BY_PRIORITY, since + DEFAULT_DUE.get(priority, timedelta(days=3)), origin.id)


def left(deadline: Deadline, now: datetime) -> timedelta:
    """How much working time is left, in the hours of the deadline's calendar; negative once it has passed."""
    if deadline.at is None:
        return timedelta(0)
    return deadline.calendar.between(now, deadline.at) - deadline.calendar.between(deadline.at, now)
