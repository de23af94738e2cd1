"""The report on satisfaction: what customers said of what was resolved, and how many of those who were asked said it.

Score, response rate and the number of ratings stand side by side (semantics.md G8 to G10). It counts no cycle twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ticketcli.core.report.facts import Column, Fact, Kind, person_or_assignee

if TYPE_CHECKING:
    from ticketcli.core.clock.feedback import Feedback
    from ticketcli.core.clock.situation import Situation

GOOD, BAD = 4, 2
"""From which rating on it is good, and down from which bad."""


def _read(situation: Situation) -> list[Fact]:
    level = situation.level_name
    return [
        Fact(situation, one.resolved, person_or_assignee(one.agent, situation), level, numbers=_numbers(one))
        for one in situation.feedback
    ]


def _numbers(one: Feedback) -> dict[str, int]:
    """What is not rated is in no score; what nobody asked about is in no response rate."""
    rated = {"good": int(one.value >= GOOD), "neutral": int(BAD < one.value < GOOD), "bad": int(one.value <= BAD)}
    return (rated if one.value else {}) | ({"answered": int(one.value > 0)} if one.asked else {})


def _notes(facts: Sequence[Fact], situations: Sequence[Situation]) -> Iterable[str]:
    yield (
        "score: the ratings 4 and 5 of all; at least: the lower end of what it may be in truth, with so few ratings "
        "(Wilson, 95 %); neutral: 3; bad: 1 and 2"
    )
    yield "response: of those who were asked, how many rated; of each resolve the last rating counts"


SATISFACTION = Kind(
    _read,
    (
        Column("n", "n", "good", "n"),
        Column("score", "score", "good", "share"),
        Column("score_at_least", "at least", "good", "wilson"),
        Column("good", "good", "good", "sum"),
        Column("neutral", "neutral", "neutral", "sum"),
        Column("bad", "bad", "bad", "sum"),
        Column("asked", "asked", "answered", "n"),
        Column("response_rate", "response", "answered", "share"),
    ),
    _notes,
    dated="the resolve that was rated",
)
