"""A ticket's situation at an instant: what a list, a filter, the queue or a report asks, worked out when asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ticketcli.core.clock import due as dues
from ticketcli.core.clock import matching, sla
from ticketcli.core.clock.clocks import FINISHED, Clocks, clocks
from ticketcli.core.clock.instances import instances
from ticketcli.core.clock.timeline import TO_SOLVE, Standing, standings
from ticketcli.core.clock.worktime import ALWAYS
from ticketcli.core.ticket.fold import Header, Ticket
from ticketcli.core.ticket.thread import Thread
from ticketcli.core.words.settings import Settings


@dataclass(frozen=True)
class Situation:
    """One ticket, the thread that answers for it (of a merged one its target's), and the instant it is looked at."""

    ticket: Ticket
    thread: Thread
    settings: Settings
    now: datetime

    @property
    def header(self) -> Header:
        """The ticket's own header."""
        return self.ticket.header

    @property
    def code(self) -> str:
        """The ticket's code."""
        return self.ticket.code

    @property
    def merged(self) -> bool:
        """Whether another ticket answers for this one."""
        return self.ticket.code != self.thread.code

    @cached_property
    def steps(self) -> list[Standing]:
        """Every change of how the thread stands, up to now."""
        return standings(self.thread, self.settings, self.now)

    @cached_property
    def standing(self) -> Standing:
        """How the thread stands now."""
        return self.steps[-1]

    @property
    def status(self) -> str:
        """The status shown (design 2.1)."""
        return "merged" if self.merged else self.standing.status

    @property
    def category(self) -> str:
        """The category of the status shown."""
        return "merged" if self.merged else self.standing.category

    @cached_property
    def status_since(self) -> datetime:
        """Since when the shown status holds (UTC)."""
        return self._since(lambda step: step.status == self.standing.status)

    @cached_property
    def to_solve_since(self) -> datetime:
        """Since when it needs solving: its entry into New or Open (UTC)."""
        return self._since(lambda step: step.category in TO_SOLVE)

    def _since(self, same: Callable[[Standing], bool]) -> datetime:
        since = self.standing.since
        for step in reversed(self.steps):
            if not same(step):
                break
            since = step.since
        return since

    @property
    def needs_solving(self) -> bool:
        """Whether it shows as New or Open."""
        return self.category in TO_SOLVE

    @property
    def waiting_since(self) -> datetime | None:
        """Since when a customer waits for an answer (UTC), or None."""
        return None if self.merged else self.standing.waiting_since

    @cached_property
    def clocks(self) -> Clocks:
        """First response, resolution, waiting times."""
        calendar = self.settings.calendars.get(self.level.calendar, ALWAYS) if self.level else ALWAYS
        return clocks(self.thread, self.settings, self.steps, self.now, calendar)

    @cached_property
    def levels(self) -> list[tuple[datetime, matching.Applied]]:
        """The service levels that counted, each with the instant (UTC) from which on it did."""
        return matching.history(self.ticket, self.settings.levels)

    @property
    def level(self) -> matching.Applied | None:
        """The service level that counts now."""
        return self.levels[-1][1] if self.levels else None

    @cached_property
    def measures(self) -> list[sla.Measure]:
        """Its clocks against the targets of its service level; a merged ticket's are cancelled (M7)."""
        if self.merged or not self.levels:
            return []
        every = instances(self.clocks, self.steps, self.settings)
        return sla.measures(every, self.levels, self.settings.calendars, self.now)

    @cached_property
    def deadlines(self) -> list[dues.Deadline]:
        """What it is measured against now; nothing once it is done."""
        done = self.category in (*FINISHED, "merged")
        return [] if done else dues.deadlines(self.ticket, self.measures)

    @cached_property
    def deadline(self) -> dues.Deadline | None:
        """The one that comes first (Q2); None where nobody has to act."""
        first = dues.first(self.deadlines)
        if first or not self.needs_solving:
            return first
        since = self.waiting_since or self.to_solve_since
        return dues.by_priority(self.header.text("priority"), since, self.standing.event)

    @property
    def due(self) -> datetime | None:
        """When it should be solved (UTC)."""
        return self.deadline.at if self.deadline else None

    @property
    def overdue(self) -> bool:
        """Whether its due time has passed."""
        return self.due is not None and self.due < self.now

    @property
    def due_soon(self) -> bool:
        """Whether so much of the time has gone that somebody is warned, but not all of it (A9)."""
        warning = self.deadline.warning if self.deadline else None
        return warning is not None and warning <= self.now and not self.overdue

    @property
    def in_queue(self) -> bool:
        """Whether it is in the to-solve list: New or Open, or postponed past a deadline of an SLA or a hand (Q1)."""
        return self.needs_solving or (self.category == "postponed" and self.overdue)

    @property
    def stale(self) -> bool:
        """Whether it has needed solving for longer than the settings allow."""
        return self.needs_solving and self.now - self.to_solve_since > self.settings.stale_after

    @property
    def last_public(self) -> datetime | None:
        """The time of the newest public message shown (UTC)."""
        return max((entry.event.at for entry in self.thread.messages if entry.event.kind == "message"), default=None)
