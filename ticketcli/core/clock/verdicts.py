"""What reports say of each run of a clock: met or missed, for whom, and in which period. Pure; it measures nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from ticketcli.core.clock.sla import Measure
    from ticketcli.core.ticket.fold import Ticket

Outcome = Literal["met", "missed", "running", "cancelled", "retargeted"]


class Verdict(NamedTuple):
    """One run of a clock against its target, as reports count it (semantics.md G1)."""

    clock: str
    level: str
    """The service level that counted."""
    end: datetime | None
    """What puts it into a period (UTC): its deadline, else its end."""
    agent: str
    """For whom it counts (G2); empty for nobody."""
    outcome: Outcome
    """Retargeted is missed only because a change of the target put the deadline into the past."""


def verdicts(ticket: Ticket, measures: Iterable[Measure]) -> Iterator[Verdict]:
    """What each measure of a ticket comes to."""
    for measure in measures:
        instance = measure.instance
        end = measure.deadline or instance.end  # a calendar may not have enough hours to reach a deadline
        yield Verdict(instance.clock, measure.applied.level, end, _agent(ticket, measure), _outcome(measure))


def _outcome(measure: Measure) -> Outcome:
    return "retargeted" if measure.outcome == "missed" and measure.retargeted else measure.outcome


def _agent(ticket: Ticket, measure: Measure) -> str:
    """Who ended it; whose it was when it was missed, while it runs on; else whose it is."""
    if measure.running and measure.missed_at:
        return _assignee(ticket, measure.missed_at)
    return measure.instance.by or ticket.header.text("assignee")


def _assignee(ticket: Ticket, instant: datetime) -> str:
    assigned = (event for event in reversed(ticket.counting) if ("assignee",) in event.set and event.at <= instant)
    event = next(assigned, None)
    return str(event.set[("assignee",)]) if event else ""
