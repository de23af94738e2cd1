"""What customers said of each time their ticket was resolved, and whether they were asked (semantics.md G8 to G10).

A cycle lasts from a resolve, or a close without one, until the ticket is opened again. Of a cycle one rating counts,
the last by order of effect; what was undone counts as little here as anywhere. It writes no rating.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
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
    rated = _by_resolve(thread)  # each thread is gone through once: it may have thousands of cycles
    agents, answers = _agents(thread), _last_answers(thread, settings)
    made: list[Feedback] = []
    for cycle in found:
        last = max((event for one in cycle.events for event in rated.get(one, ())), key=by_order, default=None)
        if last or cycle.after in asked:
            agent = agents.get(cycle.after, agents[""])
            value, answered = (last.rating, _knew(answers, last)) if last else (0, False)
            made.append(Feedback(micros(cycle.begun), value, agent, cycle.after in asked, answered))
    return tuple(made)


def cycles(steps: Iterable[Standing]) -> list[Cycle]:
    """The cycles of a thread, in their order."""
    found: list[Cycle] = []
    known: dict[str, int] = {}
    current: int | None = None
    for step in steps:
        if step.category in FINISHED:
            ids = {step.event.id, *([step.cause.event.id] if step.cause and step.cause.event.status else [])}
            if current is None:  # the cycle goes on where what had opened the ticket has left it for another
                current = min((known[one] for one in ids if one in known), default=len(found))
            if current == len(found):
                found.append(Cycle(step.since, step.event.id))
            found[current].events |= ids
            found[current].ended = None
            known |= {one: min(current, known.get(one, current)) for one in ids}
        elif current is not None:
            found[current].ended, current = step.since, None
    return found


def ratings(cycle: Cycle, thread: Thread) -> list[Event]:
    """The ratings of a cycle in order of effect: the last one counts."""
    rated = _by_resolve(thread)
    return sorted((event for one in cycle.events for event in rated.get(one, ())), key=by_order)


def _by_resolve(thread: Thread) -> dict[str, list[Event]]:
    """The ratings of a thread by the event that they follow."""
    found: dict[str, list[Event]] = {}
    for entry in thread.entries:
        if entry.code == thread.code and entry.event.rating:
            found.setdefault(entry.event.after, []).append(entry.event)
    return found


def _asked_about(entry: Entry, found: list[Cycle]) -> list[Cycle]:
    """The cycle in which a question was put, or the next: who is asked while the ticket is open rates it later."""
    return [cycle for cycle in found if cycle.ended is None or entry.begin < cycle.ended][:1]


def _agents(thread: Thread) -> dict[str, str]:
    """Of each event the agent of the last public reply before it, or with it (G9); "" is behind all."""
    agent = ""
    found: dict[str, str] = {}
    for entry in thread.entries:
        if entry.event.public_answer:
            agent = entry.event.by
        found.setdefault(entry.event.id, agent)
    return {**found, "": agent}


def _last_answers(thread: Thread, settings: Settings) -> tuple[int, datetime]:
    """The number of the last answer in the ticket itself, and when the last one in others was written (UTC)."""
    own, others = 0, datetime.min.replace(tzinfo=UTC)
    for entry in thread.entries:
        if answers_in_person(entry.event, settings):
            if entry.code == thread.code:
                own = max(own, entry.event.seq)
            else:
                others = max(others, entry.begin)
    return own, others


def _knew(answers: tuple[int, datetime], rating: Event) -> bool:
    """Whether somebody answered who can have known of a rating."""
    return answers[0] > rating.seq or answers[1] > rating.at
