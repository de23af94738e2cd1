"""Tick: writes down what has happened by itself, as the desk, in one commit. It decides nothing: the agenda does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticketcli.core.clock.agenda import due_now
from ticketcli.core.errors import TicketError
from ticketcli.desk import committing
from ticketcli.desk.catalog import Catalog, Wanted
from ticketcli.desk.record import How, Session, session

if TYPE_CHECKING:
    from datetime import datetime

    from ticketcli.core.action.draft import Context
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.event import Event
    from ticketcli.desk.desk import Desk

NAME = "tick"
WAIT = 1.0
"""For how many seconds somebody else may hold the desk: the next run comes soon."""


@dataclass(frozen=True, slots=True)
class Happened:
    """What has happened by itself to a ticket, and how it stands now."""

    situation: Situation
    events: tuple[Event, ...]
    """Each once: what an earlier run has written is not told again."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a run found and, but for a dry run, wrote down; and what kept it from reading or writing a ticket."""

    happened: tuple[Happened, ...]
    problems: tuple[TicketError, ...]


def tick(desk: Desk, how: How, *, dry_run: bool, warn: Callable[[str], None]) -> Ticked:
    """Writes down the agenda up to now. The desk is locked only where there is something to write, or to commit still.

    Raises Busy where somebody holds the lock. No git identity, home directory or terminal is needed.
    """
    catalog = Catalog(desk, how.now)
    context = _context(desk, catalog, how.now)
    found = list(_happened(catalog.situations(Wanted(acting=True)), context))
    problems = dict(catalog.problems)
    if not dry_run and (found or committing.owes(desk)):
        with session(desk, how, NAME, warn, itself=desk.itself(NAME), wait=WAIT) as work:
            found, refused = _write(work, [one.situation.code for one in found])
            problems |= refused
    found.sort(key=lambda one: (one.events[0].at, one.situation.code))
    return Ticked(tuple(found), tuple(problems.values()))


def _context(desk: Desk, catalog: Catalog, now: datetime) -> Context | None:
    """What time rules may know; None where the desk has none."""
    if all(rule.on for rule in desk.settings.rules):
        return None
    from ticketcli.desk import ruling  # a desk without rules does without

    return ruling.context(desk, catalog, now)


def _happened(situations: Iterable[Situation], context: Context | None) -> Iterator[Happened]:
    """What has come of the agenda, and what time rules make of the tickets as they stand with that."""
    for situation in situations:
        events = () if situation.merged else due_now(situation)
        ruled = _ruled(situation, events, context) if context else ()
        if events or ruled:
            yield Happened(situation, (*events, *ruled))


def _ruled(situation: Situation, events: Sequence[Event], context: Context) -> Sequence[Event]:
    from ticketcli.core.action import rules

    return rules.by_time(rules.looked_on(situation, events, context), context)


def _write(work: Session, codes: Iterable[str]) -> tuple[list[Happened], dict[str, TicketError]]:
    """What has still happened now that nobody else writes, for somebody may have acted since; and what was refused,
    or cannot be read any more, by code.
    """
    written: list[Happened] = []
    refused: dict[str, TicketError] = {}
    here = (code for code in codes if work.catalog.ticket(code))
    context = work.context
    for one in _happened(map(work.catalog.situation, here), context if context.rules else None):
        try:
            work.save(one.situation.ticket.plus(one.events))
            written.append(one)
        except TicketError as error:  # it keeps no other ticket from being written
            refused[one.situation.code] = error
    return written, work.catalog.problems | refused
