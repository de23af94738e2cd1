"""What customers said of each time their ticket was resolved, and whether they were asked (semantics.md G8 to G10).

A cycle lasts from a resolve, or a close without one, until the ticket is opened again. Of a cycle one rating counts,
the last by order of effect; what was undone counts as little here as anywhere. It writes no rating.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.clock.answered import answers_in_person
from ticketcli.core.clock.epoch import instant, micros
from ticketcli.core.ticket.event import by_order
from ticketcli.core.words.keys import FINISHED

if TYPE_CHECKING:
    from ticketcli.core.clock.timeline import Standing
    from ticketcli.core.ticket.event import Event
    from ticketcli.core.ticket.thread import Entry, Thread
    from ticketcli.core.words.settings import Settings

UNHAPPY = 2
"""Who rates the support so, or worse, is to be answered."""


class Feedback(NamedTuple):
    """What came of one cycle, as plain values that an index keeps."""

    begun: int
    """When the ticket was resolved, in microseconds since 1970."""
    value: int
    """The rating that counts, 1 to 5; 0 where there is none."""
    agent: str
    """Who answered last before the resolve; empty where nobody did."""
    asked: bool
    answered: bool
    """Whether somebody of the desk has answered the customer since they rated it."""

    @property
    def unhappy(self) -> bool:
        """Whether it is rated badly and nobody has answered that."""
        return 0 < self.value <= UNHAPPY and not self.answered

    @property
    def resolved(self) -> datetime:
        """When the ticket was resolved (UTC)."""
        return instant(self.begun)


@dataclass(slots=True)
class Cycle:
    """A stretch in which a ticket is resolved or closed."""

    begun: datetime
    after: str
    """The id of the event that began it."""
    events: set[str] = field(default_factory=set)
    """The ids of all that resolved or closed it, in whatever clone."""
    ended: datetime | None = None
    """When the ticket was opened again."""


def feedback(thread: Thread, settings: Settings, steps: Iterable[Standing]) -> tuple[Feedback, ...]:
    """What came of the cycles of a thread that were rated, or whose customer was asked to."""
    found = cycles(steps)
    asked = {
        cycle.after for entry in thread.messages if entry.event.asks_rating for cycle in _asked_about(entry, found)
    }
    made = (_feedback(cycle, cycle.after in asked, thread, settings) for cycle in found)
    return tuple(one for one in made if one.asked or one.value)


def cycles(steps: Iterable[Standing]) -> list[Cycle]:
    """The cycles of a thread, in their order."""
    found: list[Cycle] = []
    current: Cycle | None = None
    for step in steps:
        if step.category in FINISHED:
            ids = {step.event.id, *([step.cause.event.id] if step.cause and step.cause.event.status else [])}
            current = current or _again(found, ids) or _begin(found, step)
            current.events |= ids
            current.ended = None
        elif current:
            current.ended, current = step.since, None
    return found


def ratings(cycle: Cycle, thread: Thread) -> list[Event]:
    """The ratings of a cycle in order of effect: the last one counts."""
    own = (entry.event for entry in thread.entries if entry.code == thread.code and entry.event.rating)
    return sorted((event for event in own if event.after in cycle.events), key=by_order)


def _again(found: list[Cycle], ids: set[str]) -> Cycle | None:
    """The cycle that goes on: what had opened the ticket has left it for another."""
    return next((cycle for cycle in found if cycle.events & ids), None)


def _begin(found: list[Cycle], step: Standing) -> Cycle:
    found.append(Cycle(step.since, step.event.id))
    return found[-1]


def _asked_about(entry: Entry, found: list[Cycle]) -> list[Cycle]:
    """The cycle in which a question was put, or the next: who is asked while the ticket is open rates it later."""
    return [cycle for cycle in found if cycle.ended is None or entry.begin < cycle.ended][:1]


def _feedback(cycle: Cycle, asked: bool, thread: Thread, settings: Settings) -> Feedback:
    rated = ratings(cycle, thread)
    last = rated[-1] if rated else None
    value = last.rating if last else 0
    answered = last is not None and any(_answers(entry, last, thread, settings) for entry in thread.entries)
    return Feedback(micros(cycle.begun), value, _credited(cycle, thread), asked, answered)


def _answers(entry: Entry, rating: Event, thread: Thread, settings: Settings) -> bool:
    """Whether somebody answered who can have known of a rating."""
    later = entry.event.seq > rating.seq if entry.code == thread.code else entry.begin > rating.at
    return later and answers_in_person(entry.event, settings)


def _credited(cycle: Cycle, thread: Thread) -> str:
    """The agent of the last public reply before the resolve, or with it (G9)."""
    agent = ""
    for entry in thread.entries:
        if entry.event.public_answer:
            agent = entry.event.by
        if entry.event.id == cycle.after:
            break
    return agent
