"""The reports on how long things took, by the clock on the wall and in business hours: resolution and response."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ticketcli.core.clock import times
from ticketcli.core.report.facts import Column, Fact, Kind, Where, person_or_assignee
from ticketcli.core.words.keys import FINISHED

if TYPE_CHECKING:
    from ticketcli.core.clock.clocks import Clocks
    from ticketcli.core.clock.situation import Situation

BUSINESS = (
    "business: the time on its left in the hours of the calendar of the ticket's service level; it leaves out nights, "
    "weekends and holidays; both are the same where no level with a calendar counts"
)


def _resolution(situation: Situation) -> list[Fact]:
    clocks, finished = situation.clocks, situation.category in FINISHED
    end = clocks.resolved or (situation.status_since if finished else None)
    measured = clocks.plain.elapsed is not None
    spans = _both(clocks, "elapsed", "handling", "answered", "postponed") if measured else {}
    counts = {
        "reopened": clocks.reopened,
        "open": not finished,
        "closed_unresolved": finished and clocks.resolved is None,
        "clockless": clocks.resolved is not None and clocks.start is None,
    }
    return [_fact(situation, end, clocks.resolver, spans, counts)]


def _resolution_notes(facts: Sequence[Fact], _: Sequence[Situation]) -> Iterable[str]:
    yield "elapsed: from the start to the last resolve, nothing taken off"
    yield (
        "handling (the median): what the customer waited for the desk, in New and Open; it leaves out Answered, where "
        "the desk waited for the customer, the postponed, and Resolved or Closed until reopened"
    )
    yield BUSINESS
    yield f"without a resolve: {_total(facts, 'open')} open, {_total(facts, 'closed_unresolved')} closed"
    yield from _clockless(facts)


def _response(situation: Situation) -> list[Fact]:
    clocks, finished = situation.clocks, situation.category in FINISHED
    clockless = clocks.start is None
    resolved_first = _before(clocks.first_resolved, clocks.first_response)
    no_reply = not clockless and (resolved_first or (finished and clocks.first_response is None))
    answered = clocks.plain.response is not None and not no_reply
    end = clocks.first_response if answered else clocks.first_resolved or (situation.status_since if finished else None)
    waiting = not clockless and not answered and not no_reply
    counts = {"waiting": waiting, "no_reply": no_reply, "clockless": clockless}
    spans = _both(clocks, "response") if answered else {}
    return [_fact(situation, None if waiting else end, clocks.responder if answered else "", spans, counts)]


def _before(resolved: datetime | None, response: datetime | None) -> bool:
    """Whether a resolve cancelled the clock before anybody answered (semantics.md C6)."""
    return resolved is not None and (response is None or resolved < response)


def _response_notes(facts: Sequence[Fact], _: Sequence[Situation]) -> Iterable[str]:
    yield (
        "response: from the customer's first message to the first public answer, or Answered set by hand, nothing "
        "taken off"
    )
    yield BUSINESS
    yield f"without one: {_total(facts, 'waiting')} not yet answered, {_total(facts, 'no_reply')} ended without a reply"
    yield from _clockless(facts)


def _clockless(facts: Sequence[Fact]) -> Iterable[str]:
    count = _total(facts, "clockless")
    if count:
        yield f"no clock ran in {count} that an agent opened and no customer has written in"


def _total(facts: Sequence[Fact], name: str) -> int:
    return sum(fact.numbers.get(name, 0) for fact in facts)


def _both(clocks: Clocks, *names: str) -> dict[str, int]:
    """Lengths of time in seconds, and the same in business hours."""
    plain = {name: times.seconds(getattr(clocks.plain, name)) for name in names}
    return plain | {f"{name}_business": times.seconds(getattr(clocks.business, name)) for name in names}


def _fact(
    situation: Situation, end: datetime | None, by: str, spans: Mapping[str, int], counts: Mapping[str, int]
) -> Fact:
    numbers = {**spans, **{name: int(count) for name, count in counts.items()}}
    return Fact(situation, end, person_or_assignee(by, situation), situation.level_name, numbers=numbers)


def _columns(of: str, titles: Mapping[str, str]) -> Iterator[Column]:
    """The columns of a length of time, each with the same in business hours at its right.

    Those with a title stand in every output, of their business hours only the median; the means stand in JSON alone.
    """
    for how in ("median", "p90", "max", "mean"):
        rest: Where = "json" if how == "mean" else "data"
        shown = how in titles
        yield Column(f"{of}_{how}_s", titles.get(how, how), of, how, "table" if shown else rest)
        beside: Where = "table" if shown and how == "median" else rest
        yield Column(f"{of}_business_{how}_s", "business", f"{of}_business", how, beside)


HEADLINE = {"median": "median", "p90": "p90", "max": "max"}
RESOLUTION = Kind(
    _resolution,
    (
        Column("n", "n", "elapsed", "n"),
        *_columns("elapsed", HEADLINE),
        *_columns("handling", {"median": "handling"}),
        *_columns("answered", {"p90": "answered p90"}),
        *_columns("postponed", {}),
        Column("reopened", "reopened", "reopened", "tickets"),
        Column("reopened_times", "times", "reopened", "sum", "data"),
        Column("open", "open", "open", "sum"),
        Column("closed_unresolved", "closed unresolved", "closed_unresolved", "sum", "data"),
    ),
    _resolution_notes,
)
RESPONSE = Kind(
    _response,
    (
        Column("n", "n", "response", "n"),
        *_columns("response", HEADLINE),
        Column("waiting", "not yet answered", "waiting", "sum"),
        Column("no_reply", "no reply", "no_reply", "sum"),
    ),
    _response_notes,
)
