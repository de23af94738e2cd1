"""The calendars of ticketcli.toml: hours by weekday, days off, days with their own hours. It works out no instants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from ticketcli.core.clock.times import EARLIEST, LATEST
from ticketcli.core.clock.worktime import Calendar, Interval
from ticketcli.core.words.keys import INTERVAL, SECTIONS, WEEK, wrong

_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MANY_DAYS_OFF = 52
"""With fewer days off no calendar loses all its hours for a year."""


def load(name: str, row: Mapping[str, Any], zone: ZoneInfo) -> Calendar:
    """The calendar of a table that has no problems, in the desk's zone if it names no other."""
    return Calendar(
        name,
        ZoneInfo(row["time_zone"]) if "time_zone" in row else zone,
        tuple(_day(row.get(day, ())) for day in WEEK),
        {date.fromisoformat(day): title for day, title in row.get("holidays", {}).items()},
        {date.fromisoformat(day): _day(hours) for day, hours in row.get("dates", {}).items()},
    )


def problems(name: str, row: Mapping[str, Any]) -> Iterator[str]:
    """What cannot be used in a calendar, in sentences that name the key; values of a wrong kind are named elsewhere."""
    where = f"calendar.{name}"
    unfit = dict(wrong(row, SECTIONS["calendar"]))
    fit = {key: value for key, value in row.items() if key not in unfit}
    found = [*_in_week(where, fit), *_in_days(where, fit)]
    yield from found
    if not unfit and not found:
        yield from _without_hours(where, load(name, row, ZoneInfo("UTC")))


def _day(hours: Iterable[str]) -> tuple[Interval, ...]:
    return tuple(sorted(filter(None, map(_interval, hours))))


def _interval(text: str) -> Interval | None:
    found = re.fullmatch(INTERVAL, text)
    if not found:
        return None
    hour, minute, last_hour, last_minute = map(int, found.groups())
    return Interval(hour * 3600 + minute * 60, last_hour * 3600 + last_minute * 60)


def _in_week(where: str, row: Mapping[str, Any]) -> Iterator[str]:
    for day in WEEK:
        yield from _in_hours(f"{where}.{day}", row.get(day, ()))


def _in_days(where: str, row: Mapping[str, Any]) -> Iterator[str]:
    holidays, dates = row.get("holidays", {}), row.get("dates", {})
    yield from (_no_date(f"{where}.holidays", day) for day in holidays if not _is_date(day))
    yield from (_no_date(f"{where}.dates", day) for day in dates if not _is_date(day))
    for day, title in holidays.items():
        if not isinstance(title, str):
            yield f'"{where}.holidays.{day}" must be the name of the day off, not {title!r}'
        if day in dates:
            yield (
                f'"{where}": {day} stands in holidays and in dates; take it out of holidays if somebody works then, '
                "else out of dates"
            )
    for day, hours in dates.items():
        if isinstance(hours, list) and all(isinstance(text, str) for text in hours):
            yield from _in_hours(f"{where}.dates.{day}", hours)
        else:
            yield f'"{where}.dates.{day}" must be a list like ["09:00-12:00"], not {hours!r}'


def _no_date(where: str, day: str) -> str:
    return f'"{where}": "{day}" is no date of the years 1970 to 2200; write it like 2025-12-24'


def _is_date(text: str) -> bool:
    try:
        return bool(re.fullmatch(_DATE, text)) and EARLIEST.date() <= date.fromisoformat(text) <= LATEST.date()
    except ValueError:
        return False


def _in_hours(where: str, hours: Iterable[str]) -> Iterator[str]:
    fit = []
    for text in hours:
        interval = _interval(text)
        if not interval:
            yield f'"{where}": cannot read the hours "{text}"; write them like "09:00-17:00", at most up to "24:00"'
        elif interval.end <= interval.start:
            yield f'"{where}": "{text}" does not end after it starts; split hours over midnight between two days'
        else:
            fit.append(interval)
    for one, other in pairwise(sorted(fit)):
        if other.start < one.end:
            both = Interval(one.start, max(one.end, other.end))
            yield f'"{where}": "{one}" and "{other}" overlap; write "{both}"'


def _without_hours(where: str, calendar: Calendar) -> Iterator[str]:
    """K5: at least one working time in a year, so that a deadline can always be found."""
    if not any(calendar.week):
        yield f'"{where}" has no working time in its week; write hours like mon = ["09:00-17:00"]'
    elif day := _year_off(calendar):
        yield f'"{where}" has no working time for a year from {day} on; take away some of its days off'


def _year_off(calendar: Calendar) -> date | None:
    """The first of 366 days without working time; None where there are not so many together."""
    listed = sorted([*calendar.holidays, *calendar.dates])
    if len(listed) < _MANY_DAYS_OFF:
        return None
    worked = listed[0]
    for day in listed:
        if day >= worked:
            year = (day + timedelta(days=n) for n in range(366))
            next_worked = next(filter(calendar.hours, year), None)
            if next_worked is None:
                return day
            worked = next_worked
    return None
