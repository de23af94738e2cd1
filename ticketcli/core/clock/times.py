"""The one grammar for times and spans, and how both are shown. It asks no clock: now and the zone are given."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from ticketcli.core.errors import BadWords

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 12, 31, 23, 59, 59, tzinfo=UTC)

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEAR_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_WHICH = {"last": -1, "this": 0, "next": 1}
_SPAN = r"(?=[0-9])(?:([0-9]+)w)?(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?"
_CLOCK = r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?"
_DATE = r"([0-9]{4}-[0-9]{2}-[0-9]{2}|[a-z]+)"
_OFFSET = r"(z|[+-][0-9]{2}(?::?[0-9]{2})?)"


class BadTime(BadWords):
    """A word that stands for no time."""

    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__(
            f'cannot read the time "{word}": write 2026-11-20, 2026-11-20T09:00, 2026-11, 2026-W47, today, monday, '
            "mondayT9:00, 14:00, 3d, -3d, +2h or last-week, in the years 1970 to 2200"
        )


class BadSpan(BadWords):
    """A word that is no span of time."""

    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__(f'cannot read the span "{word}": write 30s, 90m, 4h, 2d, 1w or 1h30m, the largest unit first')


class Period(NamedTuple):
    """What a time word stands for: its first and its last instant, both inside it, aware, UTC and of whole seconds."""

    start: datetime
    end: datetime


def span(text: str) -> timedelta:
    """The length of a span such as `90m`, `4h`, `2d`, `1w` or `1h30m`; a day is 24 hours."""
    found = re.fullmatch(_SPAN, text.strip().lower())
    if not found:
        raise BadSpan(text)
    try:
        days, rest = _length(found.groups())
        return timedelta(days=days) + rest
    except (ValueError, OverflowError):  # more digits or days than Python counts
        raise BadSpan(text) from None


def show_span(delta: timedelta, *, hours: bool = False) -> str:
    """The two largest units of a span for people: `2 h 10 m`, `3 d 4 h`, `45 m`, `30 s`; `76 h` if in hours."""
    left = abs(delta) // _SECOND
    shown: list[str] = []
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))[hours:]:
        count, left = divmod(left, length)
        if count or shown:
            shown.append(f"{count} {unit}" if count else "")
    words = " ".join(filter(None, shown[:2])) or "0 s"
    return f"-{words}" if delta <= -_SECOND else words


def seconds(delta: timedelta) -> int:
    """The whole seconds of a span, as JSON and CSV give it."""
    return delta // _SECOND


def instant(text: str, *, now: datetime, zone: tzinfo, forward: bool, last: bool = False) -> datetime:
    """The first instant that a word stands for, or its last one; aware and UTC."""
    meant = period(text, now=now, zone=zone, forward=forward)
    return meant.end if last else meant.start


def between(
    text: str, *, now: datetime, zone: tzinfo, forward: bool = False
) -> tuple[datetime | None, datetime | None]:
    """The first and the last instant of `A..B`, `A..`, `..B` or of one period; None where that side is open."""
    left, dots, right = text.partition("..")
    if not dots:
        meant = period(text, now=now, zone=zone, forward=forward)
        return meant.start, meant.end
    if not left.strip() and not right.strip():
        raise BadTime(text)
    return (
        instant(left, now=now, zone=zone, forward=forward) if left.strip() else None,
        instant(right, now=now, zone=zone, forward=forward, last=True) if right.strip() else None,
    )


def period(text: str, *, now: datetime, zone: tzinfo, forward: bool) -> Period:
    """What a time word stands for; a bare word or span means the future where `forward`, elsewhere the past."""
    word = text.strip().lower()
    here = _Here(now.astimezone(UTC).replace(microsecond=0), zone, forward)
    for form, read in _FORMS:
        if found := re.fullmatch(form, word):
            try:
                meant = read(found, here)
            except (ValueError, OverflowError):  # no such day, or out of all bounds
                break
            if EARLIEST <= meant.start <= meant.end <= LATEST:
                return meant
    raise BadTime(text)


def show(instant: datetime, zone: tzinfo) -> str:
    """The instant in the desk's zone, to the minute: `2026-11-20 09:02`."""
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"


def iso(instant: datetime) -> str:
    """The instant in UTC, to the second: `2026-11-20T08:02:11Z`."""
    return f"{instant.astimezone(UTC).isoformat()[:19]}Z"


class _Here(NamedTuple):
    """When and where a word was typed, and which way it looks."""

    now: datetime
    zone: tzinfo
    forward: bool

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def utc(self, local: datetime) -> datetime:
        """A local time in UTC: moved forward out of the gap of a clock change, the first where it comes twice."""
        return local.replace(tzinfo=self.zone, fold=0, microsecond=0).astimezone(UTC)

    def midnight(self, day: date) -> datetime:
        return self.utc(datetime.combine(day, time()))

    def days(self, first: date, after: date) -> Period:
        """The days from one up to, and without, another."""
        return Period(self.midnight(first), self.midnight(after) - _SECOND)


def _read_span(found: re.Match[str], here: _Here) -> Period:
    """Days keep the time of day in the desk's zone, hours are counted exactly."""
    sign, *counts = found.groups()
    days, rest = _length(counts)
    direction = -1 if sign == "-" or (not sign and not here.forward) else 1
    start = here.now
    if days:
        start = here.utc(start.astimezone(here.zone).replace(tzinfo=None) + direction * days * _DAY)
    start += direction * rest
    return Period(start, start)


def _read_day(found: re.Match[str], here: _Here) -> Period:
    day = _day(found[1], here)
    return here.days(day, day + _DAY)


def _read_day_and_clock(found: re.Match[str], here: _Here) -> Period:
    word, hour, minute, second, offset = found.groups()
    day = _day(word, here)
    local = datetime.combine(day, time(int(hour), int(minute), int(second or 0)))
    if offset:
        start = datetime.fromisoformat(f"{local.isoformat()}{offset.upper()}").astimezone(UTC)
    else:
        start = here.utc(local)
        if start > here.now and not here.forward and day == here.today and _weekday(word) is not None:
            start = here.utc(local - 7 * _DAY)  # looking back on a Monday morning, `mondayT14:00` was a week ago
    return Period(start, start)


def _read_clock(found: re.Match[str], here: _Here) -> Period:
    local = datetime.combine(here.today, time(int(found[1]), int(found[2]), int(found[3] or 0)))
    start = here.utc(local)
    if here.forward and start <= here.now:
        start = here.utc(local + _DAY)
    elif not here.forward and start > here.now:
        start = here.utc(local - _DAY)
    return Period(start, start)


def _read_relative(found: re.Match[str], here: _Here) -> Period:
    by, today = _WHICH[found[1]], here.today
    if found[2] == "week":
        return _week(today - today.weekday() * _DAY + by * 7 * _DAY, here)
    if found[2] == "month":
        years, month = divmod(today.month - 1 + by, 12)
        return _month(date(today.year + years, month + 1, 1), here)
    return _year(today.year + by, here)


def _year(year: int, here: _Here) -> Period:
    return here.days(date(year, 1, 1), date(year + 1, 1, 1))


def _month(first: date, here: _Here) -> Period:
    return here.days(first, (first + 31 * _DAY).replace(day=1))


def _week(monday: date, here: _Here) -> Period:
    return here.days(monday, monday + 7 * _DAY)


def _day(word: str, here: _Here) -> date:
    if word in _NEAR_DAYS:
        return here.today + _NEAR_DAYS[word] * _DAY
    weekday = _weekday(word)
    if weekday is None:
        return date.fromisoformat(word)
    if here.forward:
        return here.today + ((weekday - here.today.weekday() - 1) % 7 + 1) * _DAY
    return here.today - ((here.today.weekday() - weekday) % 7) * _DAY


def _weekday(word: str) -> int | None:
    return next((number for number, name in enumerate(_WEEKDAYS) if word in (name, name[:3])), None)


def _length(counts: Iterable[str | None]) -> tuple[int, timedelta]:
    """The whole days, and what is left, of the numbers of weeks, days, hours, minutes and seconds."""
    weeks, days, hours, minutes, secs = (int(count or 0) for count in counts)
    return weeks * 7 + days, timedelta(hours=hours, minutes=minutes, seconds=secs)


_FORMS: tuple[tuple[str, Callable[[re.Match[str], _Here], Period]], ...] = (
    ("now", lambda found, here: Period(here.now, here.now)),
    (rf"([+-]?){_SPAN}", _read_span),
    (_DATE, _read_day),
    (rf"{_DATE}[t ]{_CLOCK}{_OFFSET}?", _read_day_and_clock),
    (_CLOCK, _read_clock),
    (r"([0-9]{4})", lambda found, here: _year(int(found[1]), here)),
    (r"([0-9]{4})-([0-9]{2})", lambda found, here: _month(date(int(found[1]), int(found[2]), 1), here)),
    (r"([0-9]{4})-w([0-9]{2})", lambda found, here: _week(date.fromisocalendar(int(found[1]), int(found[2]), 1), here)),
    (r"(last|this|next)-(week|month|year)", _read_relative),
)
