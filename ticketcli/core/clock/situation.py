"""A ticket's situation at an instant: what a list, a filter, the queue or a report asks, worked out when asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from ticketcli.core.clock.clocks import Clocks, clocks
from ticketcli.core.clock.timeline import TO_SOLVE, Standing, standings
from ticketcli.core.ticket.fold import Header, Ticket
from ticketcli.core.ticket.thread import Thread
from ticketcli.core.words.settings import Settings

DEFAULT_DUE = {"urgent": timedelta(hours=4), "high": timedelta(days=1), "low": timedelta(days=5)}
"""How long a ticket may wait where no SLA runs (design 3); normal and own priorities have three days."""


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
        return clocks(self.thread, self.settings, self.steps)

    @property
    def due(self) -> datetime | None:
        """When it should be solved (Q2): set by hand, else by its priority; None where nobody has to act."""
        by_hand = self.header.time("due")
        if self.category in ("resolved", "closed", "merged"):
            return None
        if by_hand or not self.needs_solving:
            return by_hand
        return (self.waiting_since or self.to_solve_since) + DEFAULT_DUE.get(
            self.header.text("priority"), timedelta(days=3)
        )

    @property
    def overdue(self) -> bool:
        """Whether its due time has passed."""
        return self.due is not None and self.due < self.now

    @property
    def in_queue(self) -> bool:
        """Whether it belongs to the to-solve list: New or Open, or postponed past a deadline set by hand (Q1)."""
        return self.needs_solving or (self.category == "postponed" and self.overdue)

    @property
    def stale(self) -> bool:
        """Whether it has needed solving for longer than the settings allow."""
        return self.needs_solving and self.now - self.to_solve_since > self.settings.stale_after

    @property
    def last_public(self) -> datetime | None:
        """The time of the newest public message shown (UTC)."""
        return max((entry.event.at for entry in self.thread.messages if entry.event.kind == "message"), default=None)
