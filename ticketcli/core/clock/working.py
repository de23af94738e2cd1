"""What a situation works out from its files, when nobody remembers it: timeline, clocks, levels, deadlines. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketcli.core.clock import clocks as measuring
from ticketcli.core.clock import deeds as doing
from ticketcli.core.clock import due, instances, matching, sla, spent, timeline
from ticketcli.core.clock import verdicts as judging
from ticketcli.core.clock.epoch import NEVER, micros
from ticketcli.core.clock.situation import Situation
from ticketcli.core.clock.worktime import ALWAYS
from ticketcli.core.ticket import thread as threads
from ticketcli.core.ticket.event import RATE
from ticketcli.core.words.keys import DONE, FINISHED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ticketcli.core.clock.feedback import Feedback
    from ticketcli.core.ticket.fold import Ticket
    from ticketcli.core.words.settings import Settings


def looked_at(ticket: Ticket, thread: threads.Thread, settings: Settings, now: datetime) -> Situation:
    """The situation of files that are read already."""
    return Situation(lambda: (ticket, thread), settings, now)


def steps(one: Situation) -> list[timeline.Standing]:
    """Every change of how the thread stands, up to now."""
    return timeline.standings(one.thread, one.settings, one.now)


def clocks(one: Situation) -> measuring.Clocks:
    """First response, resolution, waiting times."""
    calendar = one.settings.calendars.get(one.calendar, ALWAYS)
    return measuring.clocks(one.thread, one.settings, one.steps, one.now, calendar)


def matches(one: Situation) -> list[matching.Step]:
    """The service levels that counted, in order of effect."""
    return matching.steps(one.ticket, one.settings.levels)


def measures(one: Situation) -> list[sla.Measure]:
    """Its clocks against the targets of its service level; a merged ticket's are cancelled (M7)."""
    if one.merged or not one.matches:
        return []
    every = instances.instances(one.clocks, one.steps, one.settings)
    return sla.measures(every, matching.history(one.matches), one.settings.calendars, one.now)


def verdicts(one: Situation) -> tuple[judging.Verdict, ...]:
    """What reports say of the measures."""
    return tuple(judging.verdicts(one.ticket, one.measures))


def deeds(one: Situation) -> list[doing.Plain]:
    """What was done, by whom and when; of a merged ticket nothing."""
    found = [] if one.merged else doing.deeds(one.thread, one.steps, one.clocks, one.settings, one.now)
    return [deed.plain for deed in found]


def deadlines(one: Situation) -> list[due.Deadline]:
    """What it is measured against now; nothing once it is done."""
    return [] if one.category in (*FINISHED, *DONE) else due.deadlines(one.ticket, one.measures)


def deadline(one: Situation) -> due.Deadline | None:
    """The deadline that comes first (Q2); None where nobody has to act."""
    first = due.first(one.deadlines)
    if first or not one.needs_solving:
        return first
    since = one.waiting_since or one.to_solve_since
    return due.by_priority(one.header.text("priority"), since, one.standing.event)


def place(one: Situation) -> Sequence[int]:
    """What its place in a list goes by (Q3): due, urgency, waiting since, created; as numbers, the least first."""
    due, waiting = (
        (micros(instant) if instant else NEVER) for instant in (one.deadline and one.deadline.at, one.waiting_since)
    )
    return [due, -one.settings.urgency(one.header.text("priority")), waiting, micros(one.header.created)]


def skips(one: Situation) -> Mapping[str, datetime]:
    """Which agents have passed it on since the customer wrote last, each with the time (UTC) of the last skip."""
    return threads.skips(one.thread)


def resolution(one: Situation) -> spent.Spent:
    """What reports say of its resolution."""
    return spent.resolution(one)


def response(one: Situation) -> spent.Spent:
    """What reports say of its first response."""
    return spent.response(one)


def feedback(one: Situation) -> tuple[Feedback, ...]:
    """What its customer said of each resolve, or was asked; of a merged ticket that is its target's."""
    if one.merged or not any(entry.event.action == RATE for entry in one.thread.entries):  # as nearly everywhere
        return ()
    from ticketcli.core.clock import feedback

    return feedback.feedback(one.thread, one.settings, one.steps)
