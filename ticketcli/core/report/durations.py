"""The reports on how long things took, by the clock on the wall and in business hours: resolution and response."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ticketcli.core.report.facts import Column, Fact, Kind, Where, person_or_assignee

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.clock.spent import Spent

BUSINESS = (
    "business: the time on its left in the hours of the calendar of the ticket's service level; it leaves out nights, "
    "weekends and holidays; both are the same where no level with a calendar counts"
)


def _resolution(situation: Situation) -> list[Fact]:
    return [_fact(situation, situation.resolution)]


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
    return [_fact(situation, situation.response)]


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


def _fact(situation: Situation, spent: Spent) -> Fact:
    by = person_or_assignee(spent.by, situation)
    return Fact(situation, spent.end, by, situation.level_name, numbers=spent.numbers)


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
