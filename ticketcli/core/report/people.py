"""The report on agents: what each did, how fast, and who is ahead or behind, where that can be told (G2, G3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from ticketcli.core.clock import deeds
from ticketcli.core.report.compliance import SLA
from ticketcli.core.report.durations import RESOLUTION, RESPONSE
from ticketcli.core.report.facts import Column, Fact, Kind, Row, person_or_assignee
from ticketcli.core.report.satisfaction import SATISFACTION

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.report.summary import Number

LEAST = 10
"""With fewer measured clocks an agent has no rank (G3)."""


def _read(situation: Situation) -> list[Fact]:
    measured = ("elapsed", "elapsed_business", "response", "response_business", "met", "missed", "good")
    facts = [fact for kind in (RESOLUTION, RESPONSE, SLA, SATISFACTION) for fact in kind.read(situation)]
    kept = [(fact, {name: fact.numbers[name] for name in measured if name in fact.numbers}) for fact in facts]
    return [*_done(situation), *(fact._replace(clock="", numbers=numbers) for fact, numbers in kept if numbers)]


def _done(situation: Situation) -> Iterator[Fact]:
    zone = situation.settings.zone
    for deed in deeds.of(situation):
        day = {"day": deed.at.astimezone(zone).toordinal()} if deed.by else {}
        if deed.what == "reply":
            yield _fact(situation, deed, {"reply": 1, **day})
        elif deed.what == "resolve":
            yield _fact(situation, deed, {"resolve": 1, **day})
        elif deed.what == "turn":
            yield _fact(situation, deed, {"turn": int(deed.value)})


def _fact(situation: Situation, deed: deeds.Deed, numbers: dict[str, int]) -> Fact:
    agent = person_or_assignee(deed.by, situation)
    return Fact(situation, deed.at, agent, situation.level_name, numbers=numbers)


def _notes(_: Sequence[Fact], __: Sequence[Situation]) -> Iterable[str]:
    yield (
        "replies: public messages; answered and resolved: different tickets, in the row of whoever did it, of the "
        "assignee where a rule did; a day of work: one with a reply or a resolve of the agent"
    )
    yield (
        "first, next and resolution: medians by the clock on the wall, of the first answers, of the answers to every "
        "further turn of a customer, and from the start to the last resolve"
    )
    yield f"sla: the share of n clocks that were met; rank: by it, by next, by score; where n is {LEAST} or more"
    yield "score: the ratings 4 and 5 of all that were rated, in the row of who answered last before the resolve"
    yield "lagging: ranked, below the median share of the ranked, and p90 of next above that of all together"


def _finish(rows: Sequence[Row], total: Row, by: str) -> tuple[Sequence[Row], Row]:
    """Ranks, where rows are agents; they come first, in that order."""
    ranked = [row for row in rows if by == "agent" and row.group and int(row.values["sla_n"] or 0) >= LEAST]
    ranked.sort(key=_merit)
    middle = _middle([_share(row) for row in ranked])
    slowest = total.values["next_p90_s"]
    found = [_with(row, place, _lags(row, middle, slowest)) for place, row in enumerate(ranked, 1)]
    rest = [_with(row, None, None) for row in rows if all(row is not one for one in ranked)]
    return [*found, *rest], _with(total, None, None)


def _middle(shares: Sequence[Fraction]) -> Fraction:
    """The median; statistics takes longer to load than all else that a report needs."""
    ordered, half = sorted(shares), len(shares) // 2
    return (
        sum(ordered[(len(shares) - 1) // 2 : half + 1], Fraction(0)) / (2 - len(shares) % 2) if shares else Fraction(0)
    )


def _merit(row: Row) -> tuple[Fraction, float, float, str]:
    wait = row.values["next_median_s"]
    return (
        -_share(row),
        float("inf") if wait is None else float(wait),
        -float(row.values["score_at_least"] or 0),
        row.group,
    )


def _share(row: Row) -> Fraction:
    return Fraction(row.values["share_met"] or 0)


def _lags(row: Row, middle: Fraction, slowest: Number | None) -> bool:
    wait = row.values["next_p90_s"]
    return _share(row) < middle and wait is not None and slowest is not None and wait > slowest


def _with(row: Row, place: int | None, lags: bool | None) -> Row:
    days = int(row.values["days"] or 0)
    daily = Fraction(int(row.values["resolved"] or 0), days) if days else None
    return replace(row, values={**row.values, "resolved_per_day": daily, "rank": place, "lagging": lags})


AGENTS = Kind(
    _read,
    (
        Column("replies", "replies", "reply", "sum"),
        Column("answered", "answered", "reply", "codes"),
        Column("resolved", "resolved", "resolve", "codes"),
        Column("days", "days", "day", "different", "data"),
        Column("resolved_per_day", "per day", "", "ratio"),
        Column("responses", "responses", "response", "n", "data"),
        Column("response_median_s", "first", "response", "median"),
        Column("response_business_median_s", "business", "response_business", "median", "data"),
        Column("nexts", "nexts", "turn", "n", "data"),
        Column("next_median_s", "next", "turn", "median"),
        Column("next_p90_s", "next p90", "turn", "p90", "data"),
        Column("resolutions", "resolutions", "elapsed", "n", "data"),
        Column("elapsed_median_s", "resolution", "elapsed", "median"),
        Column("elapsed_business_median_s", "business", "elapsed_business", "median", "data"),
        Column("share_met", "sla", "met", "share"),
        Column("sla_n", "n", "met", "n"),
        Column("score", "score", "good", "share"),
        Column("score_at_least", "at least", "good", "wilson", "data"),
        Column("ratings", "rated", "good", "n"),
        Column("rank", "rank", "", "number"),
        Column("lagging", "lagging", "", "flag"),
    ),
    _notes,
    dated="when each thing happened, of clocks their deadline",
    by="agent",
    finish=_finish,
)
