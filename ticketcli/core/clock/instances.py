"""Clock instances: each run of first response, next response and resolution, from the timeline alone. Pure.

It knows no targets: what an instance is measured against stands in `sla`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from ticketcli.core.clock.answered import answers_in_person
from ticketcli.core.clock.timeline import Standing, spans
from ticketcli.core.words.keys import FINISHED, TO_SOLVE

if TYPE_CHECKING:
    from ticketcli.core.clock.clocks import Clocks
    from ticketcli.core.ticket.thread import Entry
    from ticketcli.core.words.settings import Settings

Run = tuple[datetime, datetime | None]
"""A stretch in which a clock runs; without an end it runs on."""


class Instance(NamedTuple):
    """One run of a clock from its start to its end, with the pauses between."""

    clock: str
    origin: str
    """The id of the event that started it; warnings and breaches are told once for each."""
    start: datetime
    """From when on its time counts (UTC)."""
    begun: datetime
    """Since when it is this instance: a reopening begins another one with the same start (semantics.md C7)."""
    runs: tuple[Run, ...]
    end: datetime | None = None
    ended: Literal["", "done", "cancelled"] = ""
    """How: an answer or a resolve, or something that made it pointless (C6)."""
    by: str = ""
    """Who ended it."""


def instances(clocks: Clocks, steps: list[Standing], settings: Settings) -> list[Instance]:
    """Every instance of every clock of a thread up to now, in the order of its clocks (semantics.md C1 to C9)."""
    first = _first_response(clocks, steps)
    return [*first, *_next_responses(first, steps, settings), *_resolutions(clocks, steps)]


def next_responses(clocks: Clocks, steps: list[Standing], settings: Settings) -> list[Instance]:
    """The instances of that one clock alone: the turns of a customer behind the first response."""
    return list(_next_responses(_first_response(clocks, steps), steps, settings))


def _first_response(clocks: Clocks, steps: list[Standing]) -> list[Instance]:
    """One, where somebody waits for an answer; what is resolved or closed before that cancels it (C2, C6)."""
    start, origin = clocks.start, clocks.starter
    if start is None or not origin:
        return []
    done = next((step for step in steps if step.category in FINISHED and step.since >= start), None)
    response = clocks.first_response
    running = Instance("first_response", origin, start, max(start, steps[0].since), ((start, response),))
    if done and (response is None or done.since < response):
        return [running._replace(runs=((start, done.since),), end=done.since, ended="cancelled", by=done.by)]
    return [running._replace(end=response, ended="done", by=clocks.responder) if response else running]


def _next_responses(first: list[Instance], steps: list[Standing], settings: Settings) -> Iterator[Instance]:
    """One for each turn of a customer that begins after the first response (C4)."""
    for turn in _turns(steps, settings):
        before = first and (first[0].end is None or turn.begun < first[0].end or turn.origin == first[0].origin)
        if not before:
            yield turn


def _turns(steps: list[Standing], settings: Settings) -> Iterator[Instance]:
    """Each stretch in which the same customer message is the first that waits for an answer."""
    turn: Instance | None = None
    for step in steps:
        if not (turn or step.waiting):
            continue
        if turn and all(entry.event.id != turn.origin for entry in step.waiting):
            yield from _ended(turn, step, settings)
            turn = None
        first = min(step.waiting, key=_waited, default=None)
        if first and (turn is None or first.event.at < turn.start):  # a merge may bring somebody who has waited longer
            at = first.event.at
            turn = Instance("next_response", first.event.id, at, turn.begun if turn else step.since, ((at, None),))
    if turn:
        yield turn


def _waited(entry: Entry) -> tuple[datetime, tuple[datetime, str, int, str]]:
    return entry.event.at, entry.order


def _ended(turn: Instance, step: Standing, settings: Settings) -> Iterable[Instance]:
    """A turn that ended with this step; none where its message left the thread and waits elsewhere."""
    event = step.cause.event if step.cause else None
    if event and event.from_customer:
        return ()
    how: Literal["done", "cancelled"] = "done" if event and answers_in_person(event, settings) else "cancelled"
    runs = ((turn.start, max(turn.start, step.since)),)
    return (turn._replace(runs=runs, end=step.since, ended=how, by=event.by if event and not event.automatic else ""),)


def _resolutions(clocks: Clocks, steps: list[Standing]) -> Iterator[Instance]:
    """The first from the start on, another from each reopening; it runs in New and Open (C7, C8)."""
    start = clocks.start
    if start is None:
        return
    runs = tuple(_runs(steps, start))
    current: Instance | None = None
    for before, step, after in zip([None, *steps], steps, [*steps[1:], None], strict=False):
        if after and after.since < start:
            continue
        finished = step.category in FINISHED
        if not finished and current is None:
            current = Instance("resolution", _origin(before, step, clocks), start, max(step.since, start), runs)
        elif finished and current:
            yield _resolved(current, step)
            current = None
    if current:
        yield current


def _origin(before: Standing | None, step: Standing, clocks: Clocks) -> str:
    """What started an instance: the start of all clocks, or what reopened the ticket."""
    reopened = before is not None and before.category in FINISHED
    if reopened and step.cause:
        return step.cause.event.id
    return clocks.starter or step.event.id


def _runs(steps: list[Standing], start: datetime) -> Iterator[Run]:
    for span in spans(steps):
        if span.category in TO_SOLVE and (span.end is None or span.end > start):
            yield max(span.start, start), span.end


def _resolved(instance: Instance, step: Standing) -> Instance:
    """An instance with its end; closing what nobody resolved measures nothing."""
    end = step.since
    how: Literal["done", "cancelled"] = "done" if step.category == "resolved" else "cancelled"
    runs = tuple((begin, min(last or end, end)) for begin, last in instance.runs if begin < end)
    return instance._replace(runs=runs, end=end, ended=how, by=step.by)
