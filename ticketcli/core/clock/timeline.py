"""The timeline: which status a thread shows at each instant, and who waits. Every clock is a sum over it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from heapq import merge
from operator import attrgetter
from typing import NamedTuple

from ticketcli.core.clock.answered import answers_with, has_seen, in_person
from ticketcli.core.clock.answered import category as category_of
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.thread import Entry, Thread
from ticketcli.core.words.keys import TO_SOLVE
from ticketcli.core.words.settings import Settings

SECOND = timedelta(seconds=1)
BOUNCED = "bounced"
"""The action of an event by which the mails that it is about did not arrive."""
_BEGUN = Event(set={("status",): "new"})
_begin = attrgetter("begin")


class Standing(NamedTuple):
    """How a thread stands from an instant on, until the next one (semantics.md 1 and L25)."""

    since: datetime
    """From when on it stands like this (UTC)."""
    status: str
    """The status shown."""
    category: str
    event: Event
    """The event that set the status."""
    waiting: tuple[Entry, ...]
    """The customer messages not yet answered, oldest first."""
    cause: Entry | None = None
    """What came, or a message that left; None where time alone changed something."""

    @property
    def by(self) -> str:
        """Who brought it about; nobody where it came about by itself, written down by then or not."""
        return "" if self.event.automatic or self.event.status != self.status else self.event.by

    @property
    def until(self) -> datetime | None:
        """When it comes back or closes by itself."""
        until = self.event.set.get(("until",))
        return until if isinstance(until, datetime) and self.category in ("postponed", "resolved") else None

    @property
    def waiting_since(self) -> datetime | None:
        """The time of the earliest customer message not yet answered (semantics.md C3)."""
        return min((entry.event.at for entry in self.waiting), default=None)


class Span(NamedTuple):
    """A stretch of one shown status; `end` is None for the last one."""

    start: datetime
    end: datetime | None
    status: str
    category: str


def standings(thread: Thread, settings: Settings, now: datetime) -> list[Standing]:
    """Every change of how a thread stands up to now, in order; the first begins with the ticket."""
    sweep = _Sweep(thread, settings)
    found: list[Standing] = []
    for entry, leaves in _arrivals(thread):
        instant = (entry.end or entry.begin) if leaves else entry.begin
        if instant > now:
            break
        found += sweep.elapse(instant)
        moves = sweep.leave(entry) if leaves else sweep.arrive(entry)
        if moves or not found or ("until",) in found[-1].event.set:
            found.append(sweep.stand(instant, entry))
        else:
            found.append(Standing(instant, *found[-1][1:5], entry))
    return [*found, *sweep.elapse(now + SECOND)] or [sweep.stand(thread.ticket.first.at)]


def standing(thread: Thread, settings: Settings, now: datetime) -> Standing:
    """How a thread stands at an instant; its `since` is when the shown status began."""
    steps = standings(thread, settings, now)
    last = steps[-1]
    for step in reversed(steps):
        if step.status != last.status:
            break
        last = last._replace(since=step.since)
    return last


def spans(steps: list[Standing]) -> list[Span]:
    """The stretches of one shown status after another; steps that took no time are left out."""
    found: list[Span] = []
    for number, step in enumerate(steps, 1):
        end = steps[number].since if number < len(steps) else None
        if found and found[-1].status == step.status:
            last = found.pop()
            found.append(Span(last.start, end, last.status, last.category))
        elif end is None or end > step.since:
            found.append(Span(step.since, end, step.status, step.category))
    return found


def _arrivals(thread: Thread) -> Iterator[tuple[Entry, bool]]:
    """Entries as they come into the thread, and as they leave it for another."""
    come = sorted(thread.entries, key=_begin)  # which stand in the order of display already
    go = sorted((entry for entry in thread.entries if entry.end), key=lambda entry: (entry.end, entry.order))
    if not go:
        return ((entry, False) for entry in come)
    stream = merge(
        (((entry.begin, 0, entry.order), entry, False) for entry in come),
        (((entry.end, 1, entry.order), entry, True) for entry in go),
        key=lambda item: item[0],
    )
    return ((entry, leaves) for _, entry, leaves in stream)


class _Sweep:
    """What has come into the thread so far."""

    def __init__(self, thread: Thread, settings: Settings) -> None:
        self.code, self.settings = thread.code, settings
        self.files = {file.code: file.by_id for file in thread.files}
        self.reached = thread.ticket.first.at
        self.decision: Entry | None = None
        self.effective: Entry | None = None
        self.automatic: dict[str, Entry] = {}
        self.waiting: dict[str, Entry] = {}
        self.answers: list[Entry] = []
        self.told: dict[str, set[str]] = {}
        """The messages that answers say they have seen, each with the ids of these."""
        self.answered: dict[str, dict[str, Entry]] = {}
        """What each answer took out of those that wait."""
        self.answered_once = False

    def arrive(self, entry: Entry) -> bool:
        """Whether what comes may change how the thread stands: the change of a field does not."""
        event = entry.event
        if event.kind != "message" and event.action not in ("split", BOUNCED) and ("status",) not in event.set:
            return False
        own = entry.code == self.code and not entry.copied
        category = category_of(event, self.settings)
        if event.from_customer and not self._is_answered(entry):
            self.waiting[f"{entry.code}/{event.id}"] = entry
        if not entry.copied and answers_with(event, category):
            self._answer(entry)
            self.answered_once |= own and event.action != "split" and in_person(event, category)
        if own and category:
            self._decide(entry)
        for lost in event.about if event.action == BOUNCED else ():
            self._take_back(lost)
        return True

    def leave(self, entry: Entry) -> bool:
        return self.waiting.pop(f"{entry.code}/{entry.event.id}", None) is not None

    def _answer(self, by: Entry) -> None:
        found = {key: message for key, message in self.waiting.items() if has_seen(by, message, self.files)}
        self.answered[by.event.id] = found
        self.waiting = {key: message for key, message in self.waiting.items() if key not in found}
        if by.event.seen is None or by.event.action == "split":
            self.answers.append(by)
        for seen in by.event.seen or () if by.event.action != "split" else ():
            self.told.setdefault(seen, set()).add(by.event.id)

    def _take_back(self, lost: str) -> None:
        """Whom an answer had answered that did not arrive waits again, but for those whom another one has answered."""
        self.answers = [by for by in self.answers if by.event.id != lost]
        self.told = {seen: rest for seen, by in self.told.items() if (rest := by - {lost})}
        again = self.answered.pop(lost, {})
        self.waiting |= {key: message for key, message in again.items() if not self._is_answered(message)}

    def _is_answered(self, message: Entry) -> bool:
        """Whether an answer that came before, by the clock, has seen it: clocks differ, imports are back-dated."""
        return message.event.id in self.told or any(has_seen(by, message, self.files) for by in self.answers)

    def _decide(self, entry: Entry) -> None:
        """The status is set by the last decision, or by what followed from it by itself."""
        if entry.event.automatic:
            rival = self.automatic.get(entry.event.after, entry)
            self.automatic[entry.event.after] = max(rival, entry, key=lambda one: one.event.order)
        elif self.decision is None or entry.event.order > self.decision.event.order:
            self.decision = entry
        if not self.automatic:
            self.effective = self.decision
            return
        least = self.decision.event.order if self.decision else (0, "")
        origins = self.files[self.code]
        self.automatic = {after: one for after, one in self.automatic.items() if _order(origins.get(after)) >= least}
        candidates = [*filter(None, [self.decision]), *self.automatic.values()]
        self.effective = max(candidates, key=lambda one: one.event.order, default=None)

    def stand(self, instant: datetime, cause: Entry | None = None) -> Standing:
        entry = self.effective
        event = entry.event if entry else _BEGUN
        status, itself = event.status or "new", event.action == "wake"
        category = self.settings.category(status)
        waiting = tuple(self.waiting.values())
        if category not in TO_SOLVE:
            unseen = entry and waiting and not all(has_seen(entry, message, self.files) for message in waiting)
            status, itself = self._by_itself(status, category, event, instant, bool(unseen))
            category = self.settings.category(status)
        if itself:
            status = "open" if self.answered_once else "new"
            category = self.settings.category(status)
        return Standing(instant, status, category, event, waiting, cause)

    def _by_itself(self, status: str, category: str, event: Event, instant: datetime, unseen: bool) -> tuple[str, bool]:
        until = event.set.get(("until",))
        due = isinstance(until, datetime) and until <= instant
        adrift = category == "merged"  # a hand's word: no pointer leads to another ticket
        if unseen or adrift or (category == "postponed" and due):
            return "open", True
        return ("closed" if category == "resolved" and due else status), False

    def elapse(self, instant: datetime) -> list[Standing]:
        """What time alone changes before an instant: the wake or the close of the agenda."""
        entry = self.effective
        until = entry.event.set.get(("until",)) if entry else None
        reached, self.reached = self.reached, max(self.reached, instant)
        return [self.stand(until)] if isinstance(until, datetime) and reached < until < instant else []


def _order(event: Event | None) -> tuple[int, str]:
    return event.order if event else (0, "")
