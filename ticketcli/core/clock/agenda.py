"""The agenda: what will happen to a thread if nobody does anything. Reading takes what is due as happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from ticketcli.core.clock.matching import pending
from ticketcli.core.ticket.code import derived_id
from ticketcli.core.ticket.event import Event

if TYPE_CHECKING:
    from ticketcli.core.clock.due import Deadline
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.fold import Ticket

BY_ITSELF = {"postponed": ("wake", "open"), "resolved": ("close", "closed")}
"""What follows a status with `until`: the action, and the status it sets (semantics.md L14, L15)."""


def agenda(situation: Situation) -> list[Event]:
    """The automatic events to come, each with its derived id and its instant (UTC); those written already left out.

    They are the same wherever and whenever they are worked out, as long as nobody acts between.
    """
    every = [*_status(situation), *pending(situation.matches), *_notices(situation)]
    return sorted((one for one in every if one.id not in situation.ticket.by_id), key=lambda one: (one.at, one.order))


def due_now(situation: Situation) -> list[Event]:
    """What of the agenda has come by now, for `tick` to write down."""
    return [event for event in agenda(situation) if event.at <= situation.now]


def _status(situation: Situation) -> Iterator[Event]:
    event = situation.standing.event
    until = event.set.get(("until",))
    category = situation.settings.category(event.status) if event.status else ""
    if category in BY_ITSELF and isinstance(until, datetime):
        action, status = BY_ITSELF[category]
        event_id = derived_id(situation.code, action, event.id, status)
        yield _follower(event_id, event, until, action=action, set={("status",): status})


def _notices(situation: Situation) -> Iterator[Event]:
    """A warning and a breach of every deadline that runs, once for each instance of its clock (A7)."""
    for deadline in situation.deadlines:
        warning, breach = deadline.warning, deadline.breach
        if warning and not (breach and breach <= warning):
            yield _notice("warn", deadline, warning, situation.ticket)
        if breach:
            yield _notice("breach", deadline, breach, situation.ticket)


def _notice(action: str, deadline: Deadline, at: datetime, ticket: Ticket) -> Event:
    after = ticket.by_id.get(
        deadline.origin, ticket.first
    )  # a message of a merged or split ticket stands in another file
    event_id = derived_id(ticket.code, action, deadline.clock, deadline.origin)
    return _follower(event_id, after, at, action=action, about=(deadline.origin,), clock=deadline.clock)


def _follower(event_id: str, after: Event, at: datetime, **more: object) -> Event:
    return Event(
        id=event_id,
        seq=after.seq + 1,
        at=at,
        by="tick",
        role="system",
        after=after.id,
        **more,  # type: ignore[arg-type]
    )
