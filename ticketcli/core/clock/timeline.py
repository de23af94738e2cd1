"""The timeline: which status a thread shows at each instant, and who waits. Every clock is a sum over it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from heapq import merge
from operator import attrgetter
from typing import NamedTuple

from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.thread import Entry, Thread
from ticketcli.core.words.keys import TO_SOLVE
from ticketcli.core.words.settings import Settings

SECOND = timedelta(seconds=1)
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


def answers(event: Event, settings: Settings) -> bool:
    """Whether an event answers what it has seen: a public answer, Answered by hand, a resolve, a close, a split."""
    return _answers(event, _category(event, settings))


def answers_in_person(event: Event, settings: Settings) -> bool:
    """Whether a person of the desk answered: a public message of an agent, or Answered by hand (C2, C5)."""
    return event.role == "agent" and _in_person(event, _category(event, settings))


def _category(event: Event, settings: Settings) -> str:
    """The category of the status that an event sets; empty where it sets none."""
    status = event.status
    return settings.category(status) if status else ""


def _answers(event: Event, category: str) -> bool:
    if event.public_answer or (event.action == "split" and event.seen is not None):
        return True  # a split tells in the child what was answered in the parent; the parent's own event tells nothing
    return category in ("answered", "resolved", "closed") and not event.quiet


def _in_person(event: Event, category: str) -> bool:
    return event.public_answer or (category == "answered" and event.role == "agent")


def has_seen(by: Entry, message: Entry, files: dict[str, dict[str, Event]]) -> bool:
    """Whether the writer of an event had read a customer message (design 2.1): told by `seen`, else by order."""
    event = by.event
    if event.automatic and event.seen is None:
        origin = files.get(by.code, {}).get(event.after)
        return origin is not None and has_seen(Entry(origin, by.code, by.begin), message, files)
    if event.seen is not None:
        part = message.event.part_of if event.action == "split" and by.code == message.code else ""
        return message.event.id in event.seen or (bool(part) and part in event.seen)
    if by.code == message.code:
        return message.event.order < event.order
    return message.order < by.order


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
        self.told, self.answered_once = set[str](), False

    def arrive(self, entry: Entry) -> bool:
        """Whether what comes may change how the thread stands: the change of a field does not."""
        event = entry.event
        if event.kind != "message" and event.action != "split" and ("status",) not in event.set:
            return False
        own = entry.code == self.code and not entry.copied
        category = _category(event, self.settings)
        if event.from_customer and not self._is_answered(entry):
            self.waiting[f"{entry.code}/{event.id}"] = entry
        if not entry.copied and _answers(event, category):
            self._answer(entry)
            self.answered_once |= own and event.action != "split" and _in_person(event, category)
        if own and category:
            self._decide(entry)
        return True

    def leave(self, entry: Entry) -> bool:
        return self.waiting.pop(f"{entry.code}/{entry.event.id}", None) is not None

    def _answer(self, by: Entry) -> None:
        for key in [key for key, message in self.waiting.items() if has_seen(by, message, self.files)]:
            del self.waiting[key]
        if by.event.seen is None or by.event.action == "split":
            self.answers.append(by)
        else:
            self.told.update(by.event.seen)

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
