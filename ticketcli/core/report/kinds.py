"""The kinds of report: what each reads off a ticket, and the columns it shows. One entry in KINDS is one kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from ticketcli.core.clock import times
from ticketcli.core.clock.clocks import FINISHED
from ticketcli.core.clock.situation import Situation


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a report: one number for the tickets of a group."""

    name: str
    """Its name in JSON and CSV; spans end in _s, for seconds."""
    title: str
    of: str
    """What it summarises, a key of `Fact.numbers`."""
    how: str
    """A name of `summary.HOW` or `summary.ALWAYS`."""
    where: Literal["table", "data", "json"] = "table"
    """Where it stands: everywhere; in CSV and JSON; in JSON alone."""

    @property
    def span(self) -> bool:
        """Whether it is a length of time."""
        return self.name.endswith("_s")


@dataclass(frozen=True, slots=True)
class Fact:
    """What a report reads off one ticket."""

    situation: Situation
    end: datetime | None
    """What puts it into a period and a month (UTC); None while that is still to come."""
    by: str = ""
    """Who ended it."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """Seconds and counts; what is absent is not counted at all."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of report."""

    read: Callable[[Situation], Fact]
    columns: tuple[Column, ...]
    notes: Callable[[Sequence[Fact]], Iterable[str]]
    """What the footer says of the times it shows, and of the tickets that have none."""


def _resolution(situation: Situation) -> Fact:
    clocks, finished = situation.clocks, situation.category in FINISHED
    end = clocks.resolved or (situation.status_since if finished else None)
    spans = {"elapsed": clocks.elapsed} if clocks.elapsed is not None else {}
    if spans:
        spans |= {"handling": clocks.handling, "answered": clocks.answered, "postponed": clocks.postponed}
    counts = {
        "reopened": clocks.reopened,
        "open": not finished,
        "closed_unresolved": finished and clocks.resolved is None,
        "clockless": clocks.resolved is not None and clocks.start is None,
    }
    return Fact(situation, end, clocks.resolver, _numbers(spans, counts))


def _resolution_notes(facts: Sequence[Fact]) -> Iterable[str]:
    yield "elapsed: from the start to the last resolve, nothing taken off"
    yield (
        "handling (the median): what the customer waited for the desk, in New and Open; it leaves out Answered, where "
        "the desk waited for the customer, the postponed, and Resolved or Closed until reopened"
    )
    yield f"without a resolve: {_total(facts, 'open')} open, {_total(facts, 'closed_unresolved')} closed"
    yield from _clockless(facts)


def _response(situation: Situation) -> Fact:
    clocks, finished = situation.clocks, situation.category in FINISHED
    clockless = clocks.start is None
    resolved_first = _before(clocks.first_resolved, clocks.first_response)
    no_reply = not clockless and (resolved_first or (finished and clocks.first_response is None))
    answered = clocks.response_time is not None and not no_reply
    end = clocks.first_response if answered else clocks.first_resolved or (situation.status_since if finished else None)
    spans = {"response": clocks.response_time} if answered and clocks.response_time is not None else {}
    waiting = not clockless and not answered and not no_reply
    counts = {"waiting": waiting, "no_reply": no_reply, "clockless": clockless}
    return Fact(situation, None if waiting else end, clocks.responder if answered else "", _numbers(spans, counts))


def _before(resolved: datetime | None, response: datetime | None) -> bool:
    """Whether a resolve cancelled the clock before anybody answered (semantics.md C6)."""
    return resolved is not None and (response is None or resolved < response)


def _response_notes(facts: Sequence[Fact]) -> Iterable[str]:
    yield "response: from the customer's first message to the first public answer, or Answered set by hand"
    yield f"without one: {_total(facts, 'waiting')} not yet answered, {_total(facts, 'no_reply')} ended without a reply"
    yield from _clockless(facts)


def _clockless(facts: Sequence[Fact]) -> Iterable[str]:
    count = _total(facts, "clockless")
    if count:
        yield f"no clock ran in {count} that an agent opened and no customer has written in"


def _total(facts: Sequence[Fact], name: str) -> int:
    return sum(fact.numbers.get(name, 0) for fact in facts)


def _numbers(spans: Mapping[str, timedelta], counts: Mapping[str, int]) -> dict[str, int]:
    return {name: times.seconds(span) for name, span in spans.items()} | {name: int(n) for name, n in counts.items()}


def _spans(of: str, titles: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns of a length of time: with a title in every output, others in data, the mean in JSON alone."""
    shown = (
        Column(f"{of}_{how}_s", titles.get(how, how), of, how, "table" if how in titles else "data")
        for how in ("median", "p90", "max")
    )
    return *shown, Column(f"{of}_mean_s", "mean", of, "mean", "json")


HEADLINE = {"median": "median", "p90": "p90", "max": "max"}
KINDS: Mapping[str, Kind] = {
    "resolution": Kind(
        _resolution,
        (
            Column("n", "n", "elapsed", "n"),
            *_spans("elapsed", HEADLINE),
            *_spans("handling", {"median": "handling"}),
            *_spans("answered", {"p90": "answered p90"}),
            *_spans("postponed", {}),
            Column("reopened", "reopened", "reopened", "tickets"),
            Column("reopened_times", "times", "reopened", "sum", "data"),
            Column("open", "open", "open", "sum"),
            Column("closed_unresolved", "closed unresolved", "closed_unresolved", "sum", "data"),
        ),
        _resolution_notes,
    ),
    "response": Kind(
        _response,
        (
            Column("n", "n", "response", "n"),
            *_spans("response", HEADLINE),
            Column("waiting", "not yet answered", "waiting", "sum"),
            Column("no_reply", "no reply", "no_reply", "sum"),
        ),
        _response_notes,
    ),
}
