"""The report on service levels: which runs of the clocks met their targets (semantics.md G1). It measures none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from ticketcli.core.clock.situation import Situation
from ticketcli.core.clock.sla import Measure
from ticketcli.core.report.facts import Column, Fact, Kind, person_or_assignee
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.words.keys import CLOCKS


def _read(situation: Situation) -> list[Fact]:
    return [_fact(situation, measure) for measure in situation.measures]


def _fact(situation: Situation, measure: Measure) -> Fact:
    instance, level = measure.instance, measure.applied.level
    end = measure.deadline or instance.end  # a calendar may not have enough hours to reach a deadline
    return Fact(situation, end, _agent(situation, measure), level, instance.clock, _numbers(measure))


def _agent(situation: Situation, measure: Measure) -> str:
    """Who ended it; whose it was when it was missed, while it runs on; else whose it is (G2)."""
    if measure.running and measure.missed_at:
        return _assignee(situation.ticket, measure.missed_at)
    return person_or_assignee(measure.instance.by, situation)


def _assignee(ticket: Ticket, instant: datetime) -> str:
    assigned = (event for event in reversed(ticket.counting) if ("assignee",) in event.set and event.at <= instant)
    event = next(assigned, None)
    return str(event.set[("assignee",)]) if event else ""


def _numbers(measure: Measure) -> dict[str, int]:
    """Its outcome; what was met or missed is what the share is of, and there alone 0 is told from nothing."""
    if measure.outcome == "missed":
        return {"retargeted": 1} if measure.retargeted else {"missed": 1, "met": 0}
    return {measure.outcome: 1}


def _notes(facts: Sequence[Fact], situations: Sequence[Situation]) -> Iterable[str]:
    yield "met: by the deadline, that second included; missed: after it, or running past it; n: both; share: met of n"
    yield (
        "neither in n nor in the share: running (the deadline is to come, or a pause keeps it from coming), cancelled "
        "(ended before the deadline without an answer or a resolve), retargeted (missed only because a change of the "
        "target put the deadline into the past)"
    )
    if not any(situation.levels for situation in situations):
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
)
