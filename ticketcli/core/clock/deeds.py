"""What was done to a ticket, by whom and when: what reports count. Pure; it counts nothing, and measures only turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ticketcli.core.clock.epoch import instant, micros
from ticketcli.core.clock.instances import next_responses
from ticketcli.core.words.keys import FINISHED

if TYPE_CHECKING:
    from datetime import datetime

    from ticketcli.core.clock.clocks import Clocks
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.clock.timeline import Standing
    from ticketcli.core.ticket.thread import Thread
    from ticketcli.core.words.settings import Settings

What = Literal["reply", "turn", "resolve", "close", "reopen", "skip", "duplicate"]
Plain = Sequence[Any]
"""A deed as JSON has it: what, microseconds since 1970, by, and a value where there is one."""
LONGEST_REASON = 100
"""Of the reason of a skip no more is kept."""


class Deed(NamedTuple):
    """One thing that was done."""

    what: What
    """A public reply, the answer of a later turn, a resolve, a close of what nobody resolved, and so on."""
    at: datetime
    """When (UTC)."""
    by: str
    """Who did it; empty where it came about by itself."""
    value: str | int = ""
    """Of a turn how many seconds the customer waited, of a skip its reason, of a duplicate its code."""

    @property
    def plain(self) -> Plain:
        """The deed for an index; a value that says nothing takes no room."""
        return [self.what, micros(self.at), self.by, *([self.value] if self.value != "" else [])]


def of(situation: Situation) -> list[Deed]:
    """What was done to a ticket, in the order of time."""
    return [Deed(what, instant(at), by, *value) for what, at, by, *value in situation.deeds]


def deeds(thread: Thread, steps: list[Standing], clocks: Clocks, settings: Settings, now: datetime) -> list[Deed]:
    """What was done in a thread up to now, in the order of time."""
    found = [*_written(thread), *_changes(steps), *_duplicates(thread)]
    asked = {entry.event.id for step in steps for entry in step.waiting}
    if len(asked) > 1 or not clocks.starter:  # else there was one turn, which is the first response
        found += _turns(steps, clocks, settings)
    return sorted((deed for deed in found if deed.at <= now), key=lambda deed: deed.at)


def _written(thread: Thread) -> Iterator[Deed]:
    """Public replies and skips; a message that stands in two threads counts where it was written."""
    for entry in thread.entries:
        event = entry.event
        if entry.moved_to or entry.copied:
            continue
        if event.public_answer:
            yield Deed("reply", event.at, event.by)
        elif event.action == "skip":
            yield Deed("skip", event.at, event.by, "" if entry.hidden else _reason(event.body))


def _reason(body: str) -> str:
    return " ".join(body.split())[:LONGEST_REASON]


def _changes(steps: list[Standing]) -> Iterator[Deed]:
    """How it was finished and begun again."""
    before = ""
    for step in steps:
        category = step.category
        if category == "resolved" != before:
            yield Deed("resolve", step.since, step.by)
        elif category in FINISHED and before not in FINISHED:
            yield Deed("close", step.since, step.by)
        elif before in FINISHED and category not in FINISHED:
            yield Deed("reopen", step.since, step.by)
        before = category


def _turns(steps: list[Standing], clocks: Clocks, settings: Settings) -> Iterator[Deed]:
    for turn in next_responses(clocks, steps, settings):
        if turn.ended == "done" and turn.end:
            yield Deed("turn", turn.end, turn.by, int((turn.end - turn.start).total_seconds()))


def _duplicates(thread: Thread) -> Iterator[Deed]:
    """The tickets that were merged into it."""
    for file in thread.merged:
        yield Deed(
            "duplicate", max(event.at for event in file.counting if ("merged_into",) in event.set), "", file.code
        )
