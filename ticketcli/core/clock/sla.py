"""What the clocks of a ticket come to against the targets of its service level (semantics.md 2.2 and 3). Pure.

Met or missed is decided by instants alone, never by when somebody looked; the hours of a calendar are today's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from ticketcli.core.clock.matching import Applied
from ticketcli.core.clock.worktime import ALWAYS, Calendar, NoWorkingTime

if TYPE_CHECKING:
    from ticketcli.core.clock.instances import Instance

SECOND = timedelta(seconds=1)
Outcome = Literal["met", "missed", "running", "cancelled"]
Terms = Sequence[tuple[datetime, Applied]]
"""The levels that counted, each with the instant from which on it did."""


class Measure(NamedTuple):
    """One instance of a clock against its target."""

    instance: Instance
    applied: Applied
    """The level that counted at its end, or counts now."""
    since: datetime
    """Since when that level counts."""
    calendar: Calendar
    target: timedelta
    deadline: datetime | None
    """The last instant at which it is met (UTC); None while a pause keeps it from coming."""
    outcome: Outcome
    missed_at: datetime | None = None
    """The first instant at which it was missed."""
    retargeted: bool = False
    """Whether it was missed only because a change of the target put the deadline into the past (A5)."""

    @property
    def running(self) -> bool:
        """Whether it has not ended, missed or not."""
        return self.instance.end is None

    @property
    def warning(self) -> datetime | None:
        """When so much of the target is used that somebody is warned, in the same calendar (A7)."""
        share = timedelta(seconds=int(self.target.total_seconds() * self.applied.warn_at))
        at = reached(self.instance, share, self.calendar)
        return max(at, self.since, self.instance.begun) if at else None

    @property
    def breach(self) -> datetime | None:
        """The first instant at which it is missed, or will be if nobody does anything."""
        return self.missed_at or (self.deadline + SECOND if self.deadline else None)


def measures(
    instances: Sequence[Instance], terms: Terms, calendars: Mapping[str, Calendar], now: datetime
) -> list[Measure]:
    """Every instance that had a target, measured; what has ended keeps its result (semantics.md A5, B1 to B3)."""
    found = (_measure(instance, terms, calendars, now) for instance in instances)
    return [measure for measure in found if measure]


def _measure(instance: Instance, terms: Terms, calendars: Mapping[str, Calendar], now: datetime) -> Measure | None:
    """A miss under any target that counted while the clock ran stays one."""
    last: Measure | None = None
    for since, until, applied in _counting(instance, terms, now):
        target = applied.targets.get(instance.clock)
        if target is None:
            continue
        calendar = calendars.get(applied.calendar, ALWAYS)
        deadline = reached(instance, target, calendar)
        missed_at, retargeted = (last.missed_at, last.retargeted) if last else (None, False)
        if missed_at is None and deadline and deadline < until:
            missed_at = max(deadline + SECOND, since)
            retargeted = deadline < since and since > instance.begun
        last = Measure(instance, applied, since, calendar, target, deadline, "running", missed_at, retargeted)
    return last._replace(outcome=_outcome(last)) if last else None


def _counting(instance: Instance, terms: Terms, now: datetime) -> Iterator[tuple[datetime, datetime, Applied]]:
    """The levels that counted while an instance was there, with the stretch in which each did."""
    end, begun = instance.end or now, instance.begun
    for (since, applied), after in zip(terms, [*terms[1:], None], strict=False):
        until = min(after[0], end) if after else end
        in_time = since < end or since <= begun or instance.end is None  # what comes with the end changes no result
        if in_time and (after is None or after[0] > begun):
            yield max(since, begun), until, applied


def _outcome(measure: Measure) -> Outcome:
    if measure.missed_at:
        return "missed"
    return {"": "running", "done": "met", "cancelled": "cancelled"}[measure.instance.ended]  # type: ignore[return-value]


def reached(instance: Instance, span: timedelta, calendar: Calendar) -> datetime | None:
    """When a clock has run that long in a calendar; None while a pause keeps it from getting there (C10).

    Of one that has ended it is the instant at which it would have come to it. A calendar that has not so much working
    time in ten years has no such instant; `load` refuses settings that ask for it.
    """
    left = span
    for begin, end in [*instance.runs, *([(instance.end, None)] if instance.end else [])]:
        worked = calendar.between(begin, end) if end else None
        if worked is None or worked > left:
            return _added(begin, left, calendar)
        left -= worked
    return None


def _added(begin: datetime, span: timedelta, calendar: Calendar) -> datetime | None:
    try:
        return calendar.add(begin, span)
    except NoWorkingTime:  # one ticket with a strange time hides no other
        return None
