"""The only place where events are made: drafts get their id, number, time and what their writer had read. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ticketcli.core.action.level import leveled
from ticketcli.core.clock.matching import pending, steps
from ticketcli.core.ticket.code import derived_id, from_id
from ticketcli.core.ticket.fold import Ticket, in_order

if TYPE_CHECKING:
    from ticketcli.core.action.draft import Context, Draft
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.event import Event

CLOCK_SKEW = timedelta(days=1)
"""A time further ahead than this is a wrong clock, which nobody follows (design 2.1)."""


def decide(drafts: Sequence[Draft], situation: Situation | None, context: Context) -> list[Ticket]:
    """The tickets as they shall stand, in the order in which to write them; empty where all of it was done before."""
    changed: dict[str, Ticket] = {}
    ids = list(_ids(drafts, context))
    batch = context.batch or (ids[0] if len(drafts) > 1 else "")
    fresh: list[tuple[str, Event]] = []
    for event_id, draft in zip(ids, drafts, strict=True):
        code = draft.code or from_id(event_id)
        ticket = changed.get(code) or _caught_up(context.read(code), context)
        event = _complete(replace(draft.event, id=event_id), draft, ticket, situation, context)
        event = leveled(event, ticket, context.settings.levels)
        if ticket is None or event_id not in ticket.by_id:
            event = replace(event, batch=event.batch or batch)
            changed[code] = ticket.plus([event]) if ticket else Ticket(code, (event,))
            fresh += [] if draft.imported else [(code, event)]
        elif event.redacted and event.redacted != ticket.by_id[event_id].redacted:
            others = [other for other in ticket.events if other.id != event_id]
            changed[code] = Ticket(code, in_order([*others, event]), ticket.extra)
    if context.rules and fresh:
        from ticketcli.core.action.rules import follow  # a desk without rules does without

        follow(changed, fresh, context)
    return list(changed.values())


def _caught_up(ticket: Ticket | None, context: Context) -> Ticket | None:
    """The ticket, its level matched again where a join or a hand changed what it is matched by (A3)."""
    return ticket and ticket.plus(pending(steps(ticket, context.settings.levels)))


def repeat_id(code: str, token: str, number: int = 0) -> str:
    """The id of the event that a command with `--id` writes to a ticket (to a new one: ""), counted per ticket."""
    return derived_id("token", code, token, str(number))


def _ids(drafts: Sequence[Draft], context: Context) -> Iterable[str]:
    numbers: Counter[str] = Counter()
    for draft in drafts:
        yield _id(draft, numbers[draft.code], context)
        numbers[draft.code] += 1


def _id(draft: Draft, number: int, context: Context) -> str:
    """The id of a draft: its own, one derived from `--id`, or a random one that is not taken."""
    if draft.event.id:
        return draft.event.id
    if context.token:
        return repeat_id(draft.code, context.token, number)
    event_id = context.new_id()
    ticket = context.read(draft.code or from_id(event_id))
    while ticket and (not draft.code or event_id in ticket.by_id):
        event_id = context.new_id()
        ticket = context.read(draft.code or from_id(event_id))
    return event_id


def _complete(
    event: Event, draft: Draft, ticket: Ticket | None, situation: Situation | None, context: Context
) -> Event:
    if event.redacted:
        return event
    return replace(
        event,
        seq=event.seq or (ticket.next_seq if ticket else 1),
        at=_at(event, situation, context),
        by=event.by or context.actor.key,
        seen=_seen(event, draft, situation, context),
    )


def _at(event: Event, situation: Situation | None, context: Context) -> datetime:
    """Now, or the newest time its writer has read where another clock is ahead; given times stay (design 2.1)."""
    if event.at > datetime.min.replace(tzinfo=event.at.tzinfo):
        return event.at
    if context.at:
        return context.at
    read = _read_times(situation) if situation else ()
    return max([context.now, *(at for at in read if at <= context.now + CLOCK_SKEW)])


def _read_times(situation: Situation) -> Iterable[datetime]:
    return (entry.event.at for entry in situation.thread.entries if not entry.event.automatic)


def _seen(event: Event, draft: Draft, situation: Situation | None, context: Context) -> tuple[str, ...] | None:
    """The waiting customer messages that the writer had read (L25), where the event is of a kind that tells it."""
    tells = event.public_answer or (bool(event.status) and event.role == "agent")
    if event.seen is not None or not tells or draft.imported:
        return event.seen
    waiting = situation.standing.waiting if situation else ()
    ids = {entry.event.id for entry in waiting if not context.at or entry.event.at <= context.at}
    return tuple(sorted(ids - set(draft.moves)))
