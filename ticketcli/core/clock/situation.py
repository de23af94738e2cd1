"""A ticket's situation at an instant: what a list, a filter, the queue or a report asks, worked out when asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import takewhile
from typing import TYPE_CHECKING

from ticketcli.core.clock.epoch import NEVER, instant
from ticketcli.core.clock.remembered import NOTHING, Memory, remembered
from ticketcli.core.kept import kept
from ticketcli.core.words.keys import TO_SOLVE

if TYPE_CHECKING:
    from types import ModuleType

    from ticketcli.core.clock.clocks import Clocks
    from ticketcli.core.clock.deeds import Plain
    from ticketcli.core.clock.due import Deadline
    from ticketcli.core.clock.feedback import Feedback
    from ticketcli.core.clock.matching import Step
    from ticketcli.core.clock.sla import Measure
    from ticketcli.core.clock.spent import Spent
    from ticketcli.core.clock.timeline import Standing
    from ticketcli.core.clock.verdicts import Verdict
    from ticketcli.core.ticket.fold import Ticket
    from ticketcli.core.ticket.header import Header
    from ticketcli.core.ticket.thread import Entry, Thread
    from ticketcli.core.words.settings import Settings

    Read = Callable[[], tuple[Ticket, Thread]]


class Situation:
    """One ticket, the thread that answers for it (of a merged one its target's), and the instant it is looked at."""

    def __init__(self, files: Read, settings: Settings, now: datetime, memory: Memory = NOTHING) -> None:
        self.files, self.settings, self.now, self.memory = files, settings, now, memory

    @kept
    def _files(self) -> tuple[Ticket, Thread]:
        return self.files()

    @property
    def ticket(self) -> Ticket:
        """The ticket's own file."""
        return self._files[0]

    @property
    def thread(self) -> Thread:
        """All that is shown in it."""
        return self._files[1]

    @remembered
    def header(self) -> Header:
        """The ticket's own header."""
        return self.ticket.header

    @property
    def code(self) -> str:
        """The ticket's code."""
        return self.header.code

    @remembered
    def root(self) -> str:
        """The code of the ticket that answers for it: its own, or that of the one it is merged into."""
        return self.thread.code

    @property
    def merged(self) -> bool:
        """Whether another ticket answers for this one."""
        return self.code != self.root

    steps: kept[list[Standing]] = kept(lambda one: _working().steps(one))
    """Every change of how the thread stands, up to now."""

    @kept
    def standing(self) -> Standing:
        """How the thread stands now."""
        return self.steps[-1]

    @remembered
    def status(self) -> str:
        """The status shown (design 2.1)."""
        return "merged" if self.merged else self.standing.status

    @remembered
    def category(self) -> str:
        """The category of the status shown."""
        return "merged" if self.merged else self.standing.category

    @remembered
    def status_since(self) -> datetime:
        """Since when the shown status holds (UTC)."""
        return self._since(lambda step: step.status == self.standing.status)

    @remembered
    def to_solve_since(self) -> datetime:
        """Since when it needs solving: its entry into New or Open (UTC)."""
        return self._since(lambda step: step.category in TO_SOLVE)

    def _since(self, same: Callable[[Standing], bool]) -> datetime:
        since = [step.since for step in takewhile(same, reversed(self.steps))]
        return since[-1] if since else self.standing.since

    @property
    def needs_solving(self) -> bool:
        """Whether it shows as New or Open."""
        return self.category in TO_SOLVE

    @remembered
    def until(self) -> datetime | None:
        """When it comes back or closes by itself (UTC)."""
        return None if self.merged else self.standing.until

    @remembered
    def waiting_since(self) -> datetime | None:
        """Since when a customer waits for an answer (UTC), or None."""
        return None if self.merged else self.standing.waiting_since

    clocks: remembered[Clocks] = remembered(lambda one: _working().clocks(one))
    """First response, resolution, waiting times."""

    resolution: remembered[Spent] = remembered(lambda one: _working().resolution(one))
    """What reports say of its resolution."""

    response: remembered[Spent] = remembered(lambda one: _working().response(one))
    """What reports say of its first response."""

    feedback: remembered[tuple[Feedback, ...]] = remembered(lambda one: _working().feedback(one))
    """What its customer said of each resolve, or was asked."""

    @property
    def rated(self) -> Feedback | None:
        """The last resolve that its customer has rated."""
        return next((one for one in reversed(self.feedback) if one.value), None)

    @remembered
    def calendar(self) -> str:
        """The name of the calendar of its service level; empty where there is none."""
        return self.matches[-1].applied.calendar if self.matches else ""

    matches: kept[list[Step]] = kept(lambda one: _working().matches(one))
    """The service levels that counted, in order of effect."""

    @remembered
    def level_name(self) -> str:
        """The name of that level; empty where there is none."""
        return self.matches[-1].applied.level if self.matches else ""

    measures: kept[list[Measure]] = kept(lambda one: _working().measures(one))
    """Its clocks against the targets of its service level; a merged ticket's are cancelled (M7)."""

    verdicts: remembered[tuple[Verdict, ...]] = remembered(lambda one: _working().verdicts(one))
    """What reports say of them."""

    deeds: remembered[list[Plain]] = remembered(lambda one: _working().deeds(one))
    """What `deeds.of` reads: what was done, by whom and when."""

    deadlines: kept[list[Deadline]] = kept(lambda one: _working().deadlines(one))
    """What it is measured against now; nothing once it is done."""

    deadline: remembered[Deadline | None] = remembered(lambda one: _working().deadline(one))
    """The one that comes first (Q2); None where nobody has to act."""

    place: remembered[Sequence[int]] = remembered(lambda one: _working().place(one))
    """What its place in a list goes by (Q3): due, urgency, waiting since, created; as numbers, the least first."""

    @property
    def due(self) -> datetime | None:
        """When it should be solved (UTC)."""
        return instant(self.place[0]) if self.place[0] < NEVER else None

    @property
    def overdue(self) -> bool:
        """Whether its due time has passed."""
        return self.due is not None and self.due < self.now

    @property
    def due_soon(self) -> bool:
        """Whether so much of the time has gone that somebody is warned, but not all of it (A9)."""
        return bool((first := self.deadline) and first.warning and first.warning <= self.now and not self.overdue)

    @property
    def in_queue(self) -> bool:
        """Whether it is in the to-solve list: New or Open, or postponed past a deadline of an SLA or a hand (Q1)."""
        return self.needs_solving or (self.category == "postponed" and self.overdue)

    @property
    def stale(self) -> bool:
        """Whether it has needed solving for longer than the settings allow."""
        return self.needs_solving and self.now - self.to_solve_since > self.settings.stale_after

    @kept
    def shown(self) -> list[Entry]:
        """The messages and notes that it answers for: of a merged one its own, the others are its target's."""
        return [entry for entry in self.thread.messages if not self.merged or entry.code == self.code]

    @remembered
    def bodies(self) -> tuple[str, ...]:
        """Their texts, without what is blacked out."""
        return tuple(entry.event.body for entry in self.shown if not entry.hidden)

    @remembered
    def authors(self) -> tuple[str, ...]:
        """Who wrote them; who a customer was goes with what they wrote when that is blacked out."""
        return tuple(one.event.by for one in self.shown if not (one.hidden and one.event.role == "customer"))

    @remembered
    def channels(self) -> tuple[str, ...]:
        """The ways by which they came or went."""
        return tuple(entry.event.channel for entry in self.shown)

    @remembered
    def channel(self) -> str:
        """The way by which it began."""
        return self.ticket.first.channel

    @remembered
    def last_public(self) -> datetime | None:
        """The time of the newest public message shown (UTC)."""
        return max((entry.event.at for entry in self.shown if entry.event.kind == "message"), default=None)

    @remembered
    def assigned(self) -> Mapping[str, datetime]:
        """Which agents it was given to, each with the last time (UTC)."""
        return {str(one.set[("assignee",)]): one.at for one in self.ticket.counting if one.set.get(("assignee",))}

    @remembered
    def merged_since(self) -> datetime | None:
        """When it was merged last (UTC)."""
        return max((event.at for event in self.ticket.counting if ("merged_into",) in event.set), default=None)

    skips: remembered[Mapping[str, datetime]] = remembered(lambda one: _working().skips(one))
    """Which agents have passed it on since the customer wrote last, each with the time (UTC) of the last skip."""


def _working() -> ModuleType:
    """What works things out, loaded where nobody remembers them."""
    from ticketcli.core.clock import working

    return working
