"""The service level of what is written: matched where its fields change, and again where somebody asks for it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ticketcli.core.action.draft import Action, Context, Draft, must_be_agent
from ticketcli.core.clock.matching import MATCH, current, looked_at, match, matched_by, read, touches
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.fold import Ticket

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.words.settings import Level


def leveled(event: Event, before: Ticket | None, levels: Sequence[Level]) -> Event:
    """A new event, with the level it leads to where it begins a ticket or changes what levels are matched by (A3).

    `before` is the ticket without it.
    """
    names = looked_at(levels) if levels else []
    if not names or event.sla is not None or event.redacted or (before and not _may_change(event, names)):
        return event
    code = before.code if before else ""
    after = Ticket(code, (*(before.events if before else ()), event))
    if before and matched_by(before.header, names) == matched_by(after.header, names):
        return event
    return replace(event, sla=match(after.header, levels))


def _may_change(event: Event, names: list[str]) -> bool:
    return event.action == "undo" or touches(event, names)


def with_levels(ticket: Ticket, levels: Sequence[Level]) -> Ticket:
    """A ticket from elsewhere with the levels that its events lead to, one after the other."""
    before: Ticket | None = None
    for event in ticket.events if levels else ():
        told = leveled(event, before, levels)
        before = Ticket(ticket.code, (*(before.events if before else ()), told), ticket.extra)
    return before or ticket


def outdated(situation: Situation) -> bool:
    """Whether today's settings give a ticket another level, or other targets, than it has."""
    sla = match(situation.header, situation.settings.levels)
    return sla is not None and read(sla) != current(situation.ticket, situation.settings.levels)


def reapply() -> Action:
    """Matches the level by today's settings; where it has today's level and targets already nothing is written (A4)."""

    def action(situation: Situation, context: Context) -> list[Draft]:
        must_be_agent(context)
        if not outdated(situation):
            return []
        return [
            Draft(
                situation.code,
                Event(kind="change", action=MATCH, sla=match(situation.header, context.settings.levels)),
            )
        ]

    return action
