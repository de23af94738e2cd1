"""The report on service levels: which runs of the clocks met their targets (semantics.md G1). It measures none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ticketcli.core.report.facts import Column, Fact, Kind
from ticketcli.core.words.keys import CLOCKS

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.clock.verdicts import Outcome


def _read(situation: Situation) -> list[Fact]:
    return [
        Fact(situation, one.end, one.agent, one.level, one.clock, _numbers(one.outcome)) for one in situation.verdicts
    ]


def _numbers(outcome: Outcome) -> dict[str, int]:
    """What was met or missed is what the share is of, and there alone 0 is told from nothing."""
    return {"missed": 1, "met": 0} if outcome == "missed" else {outcome: 1}


def _notes(facts: Sequence[Fact], situations: Sequence[Situation]) -> Iterable[str]:
    yield "met: by the deadline, that second included; missed: after it, or running past it; n: both; share: met of n"
    yield (
        "neither in n nor in the share: running (the deadline is to come, or a pause keeps it from coming), cancelled "
        "(ended before the deadline without an answer or a resolve), retargeted (missed only because a change of the "
        "target put the deadline into the past)"
    )
    if not any(situation.level_name for situation in situations):
        yield (
            "no ticket here has a service level: describe them as [[sla]] in ticketcli.toml; new tickets get theirs by "
            "themselves, those that are there by: ticket sla reapply"
        )


SLA = Kind(
    _read,
    (
        Column("n", "n", "met", "n"),
        Column("met", "met", "met", "sum"),
        Column("missed", "missed", "missed", "sum"),
        Column("share_met", "share", "met", "share"),
        Column("running", "running", "running", "sum"),
        Column("cancelled", "cancelled", "cancelled", "sum"),
        Column("retargeted", "retargeted", "retargeted", "sum"),
    ),
    _notes,
    dated="the deadline of each clock",
    clocks=CLOCKS,
    by="clock",
)
