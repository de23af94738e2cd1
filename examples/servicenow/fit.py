"""Which targets agree best with `made_sla` of the ServiceNow log, for several clocks and hours. It uses no ticketcli.

python3 fit.py incident_event_log.csv     (README.md says what it shows)
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

PRIORITIES = ("1 - Critical", "2 - High", "3 - Moderate", "4 - Low")
MONDAY = datetime(2016, 1, 4)
DAY, WEEK = 1440, 10_080
AT_WORK = ("New", "Active")

Stretch = tuple[int, int]
"""From one minute to another, counted from a Monday on."""
Hours = tuple[int, int, int]
"""How many days of the week from Monday on, and from which hour to which."""
ALWAYS: Hours = (7, 0, 24)


@dataclass(frozen=True, slots=True)
class Incident:
    """What the log says of an incident at last, and when it was at work."""

    priority: str
    missed: bool
    opened: int
    resolved: int | None
    closed: int
    at_work: tuple[Stretch, ...]
    """Until it was resolved, in state New or Active."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The targets of a priority that agree with most incidents: at least `least`, less than `most` minutes."""

    agree: int
    least: int
    most: int | None


CLOCKS: dict[str, Callable[[Incident], Sequence[Stretch] | None]] = {
    "New and Active, until resolved": lambda one: one.at_work if one.resolved is not None else None,
    "opened to resolved": lambda one: ((one.opened, one.resolved),) if one.resolved is not None else None,
    "opened to closed": lambda one: ((one.opened, one.closed),),
}


def incidents(path: Path) -> list[Incident]:
    """The incidents of a log, in its order."""
    with path.open(encoding="ascii", newline="") as file:
        return [_incident(list(rows)) for _, rows in groupby(csv.DictReader(file), lambda row: row["number"])]


def _incident(rows: Sequence[dict[str, str]]) -> Incident:
    last = rows[-1]
    opened, closed = _minute(last["opened_at"]), _minute(last["closed_at"])
    resolved = None if last["resolved_at"] == "?" else _minute(last["resolved_at"])
    at_work = tuple(_at_work(rows, opened, closed if resolved is None else resolved))
    return Incident(last["priority"], last["made_sla"] == "false", opened, resolved, closed, at_work)


def _minute(text: str) -> int:
    return int((datetime.strptime(text, "%d/%m/%Y %H:%M") - MONDAY).total_seconds()) // 60


def _at_work(rows: Sequence[dict[str, str]], begin: int, end: int) -> Iterator[Stretch]:
    at, state = begin, "New"
    for row in rows:
        until = max(at, min(_minute(row["sys_updated_at"]), end))
        if state in AT_WORK:
            yield at, until
        at, state = until, state if row["incident_state"] == "-100" else row["incident_state"]
    if state in AT_WORK:
        yield at, max(at, end)


def length(stretches: Iterable[Stretch], hours: Hours) -> int:
    """How many minutes of the hours lie in the stretches."""
    return sum(_until(end, hours) - _until(begin, hours) for begin, end in stretches)


def _until(minute: int, hours: Hours) -> int:
    days, first, last = hours
    weeks, rest = divmod(minute, WEEK)
    day, rest = divmod(rest, DAY)
    today = min(max(rest - first * 60, 0), (last - first) * 60) if day < days else 0
    return (weeks * days + min(day, days)) * (last - first) * 60 + today


def fit(some: Iterable[tuple[int, bool]]) -> Fit:
    """The best targets for times, each with the verdict; met is what takes as long as the target or less."""
    lengths = sorted(some)
    agree = sum(missed for _, missed in lengths)  # with a target that nothing meets
    best = Fit(agree, -1, lengths[0][0] if lengths else None)
    for number, (minutes, missed) in enumerate(lengths, 1):
        agree += -1 if missed else 1
        following = lengths[number][0] if number < len(lengths) else None
        if following != minutes and agree > best.agree:
            best = Fit(agree, minutes, following)
    return best


def fits(some: Sequence[Incident], clock: str, hours: Hours) -> list[Fit]:
    """The best targets of each priority, by a clock in the hours."""
    taken = [(one, stretches) for one in some if (stretches := CLOCKS[clock](one)) is not None]
    return [
        fit((length(stretches, hours), one.missed) for one, stretches in taken if one.priority == priority)
        for priority in PRIORITIES
    ]


def agreeing(some: Sequence[Incident], clock: str, hours: Hours, targets: Sequence[Fit]) -> int:
    """With how many incidents the targets agree."""
    least = {priority: one.least for priority, one in zip(PRIORITIES, targets, strict=True)}
    taken = ((one, stretches) for one in some if (stretches := CLOCKS[clock](one)) is not None)
    return sum((length(stretches, hours) > least[one.priority]) == one.missed for one, stretches in taken)


def main(path: str) -> None:
    """Prints the best targets, in hours, of several clocks; and of the three best whole hours, Monday to Friday."""
    every = incidents(Path(path))
    names = "".join(f"{priority:>15}" for priority in PRIORITIES)
    sys.stdout.write(f"{'clock':31}{'hours':14}{'agree with made_sla':24}{names}\n")
    weekdays = [(5, first, last) for first in range(24) for last in range(first + 1, 25)]
    for clock in CLOCKS:
        _print(every, clock, ALWAYS)
        _print(every, clock, (5, 0, 24))
    half = every[::2]
    clock = "opened to closed"
    best = sorted(weekdays, key=lambda hours: -sum(one.agree for one in fits(half, clock, hours)))
    for hours in best[:3]:
        _print(every, clock, hours)
    others, targets = every[1::2], fits(half, clock, best[0])
    seen = agreeing(others, clock, best[0], targets)
    sys.stdout.write(f"fitted on every second incident, of the others {seen:,} of {len(others):,} agree\n")


def _print(every: Sequence[Incident], clock: str, hours: Hours) -> None:
    found = fits(every, clock, hours)
    agree, count = sum(one.agree for one in found), sum(CLOCKS[clock](one) is not None for one in every)
    when = "always" if hours == ALWAYS else f"Mon-Fri {hours[1]:02}-{hours[2]:02}"
    targets = "".join(f"{_range(one):>15}" for one in found)
    sys.stdout.write(f"{clock:31}{when:14}{agree:6,} of {count:6,} = {agree / count:.2%}{targets}\n")


def _range(found: Fit) -> str:
    if found.least < 0 or found.most is None:
        return "none"  # nothing, or everything, would be met
    return f"{found.least / 60:.2f}..{found.most / 60:.2f}"


if __name__ == "__main__":
    main(sys.argv[1])
