"""Working time: how much lies between two instants, and when so much has passed. It asks no clock, reads no file."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ticketcli.core.clock.times import EARLIEST, LATEST
from ticketcli.core.errors import TicketError

LOOK_AHEAD = timedelta(days=3653)
"""How far `add` looks: ten years."""

_ZERO = timedelta(0)


class NoWorkingTime(TicketError):
    """A calendar that does not reach a deadline within ten years: an error, never silently now (semantics.md K5)."""

    def __init__(self, calendar: str, instant: datetime) -> None:
        self.calendar, self.instant = calendar, instant
        super().__init__(
            f'the calendar "{calendar}" has not enough working time in the ten years after {instant:%Y-%m-%d}; '
            f"give [calendar.{calendar}] more hours or fewer days off"
            if calendar
            else f"a deadline after {instant:%Y-%m-%d} is out of all bounds; correct the times of the ticket"
        )


class Interval(NamedTuple):
    """Hours of a day, in seconds after local midnight; the end is not inside."""

    start: int
    end: int

    def __str__(self) -> str:
        return "-".join(f"{second // 3600:02}:{second // 60 % 60:02}" for second in self)


class Calendar:
    """When somebody works (semantics.md 2.4); what `add` and `between` take and give is aware and UTC.

    `between(a, add(a, s)) == s`, `between` is additive, `add` is monotone in both, and `add(add(a, s), t)` is
    `add(a, s + t)`: what ends at closing time stays there, a span of nothing too; else its result is inside the hours.
    A local time in the gap of a clock change moves forward by the gap, one that comes twice is its first occurrence.
    Outside the years 1970 to 2200 nobody works.
    """

    def __init__(
        self,
        name: str,
        zone: ZoneInfo,
        week: tuple[tuple[Interval, ...], ...],
        holidays: Mapping[date, str] = MappingProxyType({}),
        dates: Mapping[date, tuple[Interval, ...]] = MappingProxyType({}),
    ) -> None:
        """The hours of Monday to Sunday, and days with hours of their own; without any week it is 24/7."""
        self.name, self.zone, self.week, self.holidays, self.dates = name, zone, week, holidays, dates
        self._years: dict[int, _Year] = {}  # what was worked out so far

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash((self.name, self.zone, self.week))

    def __repr__(self) -> str:
        return f"Calendar{(self.name, self.zone, self.week, dict(self.holidays), dict(self.dates))}"

    def hours(self, day: date) -> tuple[Interval, ...]:
        """The hours of a local date: none on a holiday, its own, or those of its weekday."""
        if day in self.holidays:
            return ()
        return self.dates[day] if day in self.dates else self.week[day.weekday()]

    def add(self, instant: datetime, span: timedelta) -> datetime:
        """The first instant by which so much (not negative) was worked since another one. Raises NoWorkingTime."""
        found = self._plus(instant, span) if self.week else _plainly(instant, span)
        if found is None:
            raise NoWorkingTime(self.name, instant)
        return found

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """The time worked between two instants; nothing where the end is not later."""
        if end <= begin:
            return _ZERO
        if not self.week:
            return end - begin
        last = self._year(end.year)
        if begin.year == end.year:
            return last.worked(end) - last.worked(begin)
        whole = sum((self._year(year).sums[-1] for year in range(begin.year, end.year)), _ZERO)
        return whole + last.worked(end) - self._year(begin.year).worked(begin)

    def _plus(self, instant: datetime, span: timedelta) -> datetime | None:
        left = span
        for year in range(instant.year, instant.year + 11):
            found, left = self._year(year).reach(instant, left)
            if found:
                return found if found - instant <= LOOK_AHEAD else None
        return None

    def _year(self, year: int) -> _Year:
        if year not in self._years:
            self._years[year] = _Year.of(self._worked(year))
        return self._years[year]

    def _worked(self, year: int) -> Iterator[tuple[datetime, datetime]]:
        """What is worked in a year of UTC, in order; hours over its ends are cut there."""
        if not EARLIEST.year <= year <= LATEST.year:
            return
        first, after = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        near = 2  # days: a zone is up to 14 hours away, and a gap moves hours on by up to a day
        days = map(date.fromordinal, range(first.toordinal() - near, after.toordinal() + near))
        for start, end in _united(sorted(hours for day in days for hours in self._instants(day))):
            if start < after and end > first:
                yield max(start, first), min(end, after)

    def _instants(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The hours of a local date in UTC; those that a clock change swallowed are left out (K2, K3)."""
        midnight = datetime.combine(day, time(), self.zone)
        for start, end in self.hours(day):  # adding to an aware time moves the hands of the clock, and has fold=0
            opening = (midnight + timedelta(seconds=start)).astimezone(UTC)
            closing = (midnight + timedelta(seconds=end)).astimezone(UTC)
            if opening < closing:
                yield opening, closing


ALWAYS = Calendar("", ZoneInfo("UTC"), ())
"""The calendar without interruption."""


class _Year(NamedTuple):
    """What is worked in one year: openings, closings, and the time worked before each opening and in all."""

    starts: list[datetime]
    ends: list[datetime]
    sums: list[timedelta]

    @staticmethod
    def of(worked: Iterable[tuple[datetime, datetime]]) -> _Year:
        pairs = list(worked)
        sums = accumulate((end - start for start, end in pairs), initial=_ZERO)
        return _Year([start for start, _ in pairs], [end for _, end in pairs], list(sums))

    def worked(self, instant: datetime) -> timedelta:
        """The time worked from the beginning of the year up to an instant."""
        n = bisect_right(self.starts, instant) - 1
        return self.sums[n] + min(instant, self.ends[n]) - self.starts[n] if n >= 0 else _ZERO

    def reach(self, instant: datetime, span: timedelta) -> tuple[datetime | None, timedelta]:
        """When so much was worked since an instant, if it is in this year; and what the year leaves to work."""
        n = bisect_left(self.ends, instant)
        if n == len(self.ends):
            return None, span
        target = self.sums[n] + max(instant - self.starts[n], _ZERO) + span
        if target > self.sums[-1]:
            return None, target - self.sums[-1]
        n = bisect_left(self.sums, target, n + 1) - 1
        return self.starts[n] + (target - self.sums[n]), _ZERO


def _united(hours: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Sorted hours with those that overlap or touch made one."""
    united: list[tuple[datetime, datetime]] = []
    for start, end in hours:
        if united and start <= united[-1][1]:
            before = united.pop()
            start, end = before[0], max(before[1], end)
        united.append((start, end))
    return united


def _plainly(instant: datetime, span: timedelta) -> datetime | None:
    try:
        return instant + span
    except OverflowError:  # after the year 9999
        return None
