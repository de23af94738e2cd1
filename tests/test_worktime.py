"""Calendars: vectors of the help-desk rules, laws over random calendars and zones, and what a naive one gets wrong."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticketcli.core.clock.worktime import ALWAYS, LOOK_AHEAD, Calendar, Interval, NoWorkingTime

VECTORS = Path(__file__).resolve().parents[2] / "shared" / "tools" / "calendar_vectors.py"
PRAGUE = "Europe/Prague"
ZONES = [
    *("Africa/Cairo", "America/Nuuk", "America/New_York", "America/Santiago", "America/Sao_Paulo", "America/St_Johns"),
    *("Asia/Gaza", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tehran", "Asia/Tokyo", "Australia/Adelaide"),
    *("Australia/Lord_Howe", "Europe/Dublin", "Europe/Lisbon", "Europe/Moscow", "Europe/Prague", "Pacific/Apia"),
    *("Pacific/Chatham", "UTC"),
]
CHANGES = [
    datetime(*day, tzinfo=UTC)
    for day in [
        (2011, 12, 30),  # Apia has no such day
        (2018, 11, 4),  # Sao Paulo has no midnight
        (2024, 3, 30),  # Nuuk goes from 23:00 to midnight
        (2025, 3, 30),
        (2025, 4, 6),
        (2025, 10, 5),
        (2025, 10, 26),
        (2026, 1, 1),
    ]
]
ZERO, SECOND, HOUR, DAY = timedelta(0), timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
OFFICE_DAYS = (0, 1, 2, 3, 4)


class Hours(Protocol):
    """What the laws are about."""

    def add(self, instant: datetime, span: timedelta) -> datetime: ...

    def between(self, begin: datetime, end: datetime) -> timedelta: ...


def at(text: str, zone: str = PRAGUE) -> datetime:
    """An instant written in local time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def hours(*texts: str) -> tuple[Interval, ...]:
    def second(clock: str) -> int:
        hour, minute = clock.split(":")
        return int(hour) * 3600 + int(minute) * 60

    return tuple(Interval(*map(second, text.split("-"))) for text in texts)


def weekly(days: Mapping[int, tuple[str, ...]], zone: str = PRAGUE, **more: Mapping[str, tuple[str, ...]]) -> Calendar:
    """A calendar of hours by weekday (0 is Monday), with days off and days with their own hours."""
    return Calendar(
        "office",
        ZoneInfo(zone),
        tuple(hours(*days.get(day, ())) for day in range(7)),
        {date.fromisoformat(day): "off" for day in more.get("off", {})},
        {date.fromisoformat(day): hours(*texts) for day, texts in more.get("dates", {}).items()},
    )


def office(zone: str = PRAGUE, **more: Mapping[str, tuple[str, ...]]) -> Calendar:
    return weekly(dict.fromkeys(OFFICE_DAYS, ("09:00-17:00",)), zone, **more)


def sundays(*texts: str) -> Calendar:
    return weekly({6: texts})


def whole_days(zone: str = PRAGUE) -> Calendar:
    return weekly(dict.fromkeys(range(7), ("00:00-24:00",)), zone)


MAY = office(off={"2025-05-01": (), "2025-05-08": ()})
CHRISTMAS = office(off={"2025-12-24": ()}, dates={"2025-12-23": ("09:00-12:00",), "2025-12-27": ("10:00-14:00",)})
SPRING, AUTUMN = ("2025-03-30 00:00", "2025-03-31 00:00"), ("2025-10-26 00:00", "2025-10-27 00:00")

ADDED = [
    ("1", office(), "2025-03-28 16:00", 4 * HOUR, "2025-03-31 12:00"),
    ("2", ALWAYS, "2025-03-29 20:00", 8 * HOUR, "2025-03-30 05:00"),
    ("5", MAY, "2025-04-30 15:00", 4 * HOUR, "2025-05-02 11:00"),
    ("6", office(), "2025-03-29 10:00", HOUR, "2025-03-31 10:00"),
    ("8", office(), "2025-03-28 13:00", 4 * HOUR, "2025-03-28 17:00"),
    ("8", office(), "2025-03-28 13:00", 4 * HOUR + SECOND, "2025-03-31 09:00:01"),
    ("9", office(), "2025-04-11 09:00", 9 * HOUR, "2025-04-14 10:00"),
    ("11", weekly({1: ("08:00-17:00",)}), "2025-04-09 10:00", 4 * HOUR, "2025-04-15 12:00"),
    ("12", office("America/New_York"), "2025-03-28 16:00", 4 * HOUR, "2025-03-28 20:00"),
    ("16", CHRISTMAS, "2025-12-23 11:00", 18 * HOUR, "2025-12-27 11:00"),
    ("17", office(), "2025-03-29 10:00", ZERO, "2025-03-31 09:00"),
    ("inside hours nothing moves", office(), "2025-03-28 10:00", ZERO, "2025-03-28 10:00"),
    ("at closing time nothing moves either", office(), "2025-03-28 17:00", ZERO, "2025-03-28 17:00"),
    ("the last closing time of a year", office(), "2025-12-31 13:00", 4 * HOUR, "2025-12-31 17:00"),
    ("from closing time on", office(), "2025-03-28 17:00", SECOND, "2025-03-31 09:00:01"),
]
BETWEEN = [
    ("3", whole_days(), *SPRING, 23 * HOUR),
    ("3", ALWAYS, *SPRING, 23 * HOUR),
    ("3", whole_days(), *AUTUMN, 25 * HOUR),
    ("4", sundays("01:00-04:00"), *SPRING, 2 * HOUR),
    ("4", sundays("01:00-04:00"), *AUTUMN, 4 * HOUR),
    ("7", office(), "2025-03-28 16:30", "2025-03-31 09:30", HOUR),
    ("9", office(), "2025-04-11 16:00", "2025-04-11 18:00", HOUR),
    ("10", sundays("02:30-05:00"), *SPRING, 1.5 * HOUR),
    ("10", sundays("02:30-05:00"), *AUTUMN, 3.5 * HOUR),
    ("13", sundays("02:30-03:00"), *SPRING, ZERO),
    ("13", sundays("02:30-03:00"), *AUTUMN, 1.5 * HOUR),
    ("14", sundays("01:00-02:30", "03:00-05:00"), *SPRING, 3 * HOUR),
    ("backwards", office(), "2025-03-31 09:30", "2025-03-28 16:30", ZERO),
    ("backwards", ALWAYS, "2025-03-31 09:30", "2025-03-28 16:30", ZERO),
    ("no time", office(), "2025-03-28 10:00", "2025-03-28 10:00", ZERO),
]
FAR = [
    ("15a", "America/Sao_Paulo", "2018-11-04 01:00", "2018-11-05 00:00", 23 * HOUR),
    ("15b", "Australia/Lord_Howe", "2025-04-06 00:00", "2025-04-07 00:00", 24.5 * HOUR),
    ("15b", "Australia/Lord_Howe", "2025-10-05 00:00", "2025-10-06 00:00", 23.5 * HOUR),
    ("15c", "Pacific/Apia", "2011-12-29 00:00", "2011-12-31 00:00", 24 * HOUR),
]


@pytest.mark.parametrize(("number", "calendar", "start", "span", "wanted"), ADDED, ids=[row[0] for row in ADDED])
def test_when_so_much_was_worked(number: str, calendar: Calendar, start: str, span: timedelta, wanted: str) -> None:
    assert calendar.add(at(start), span) == at(wanted)


@pytest.mark.parametrize(("number", "calendar", "begin", "end", "wanted"), BETWEEN, ids=[row[0] for row in BETWEEN])
def test_what_was_worked_between(number: str, calendar: Calendar, begin: str, end: str, wanted: timedelta) -> None:
    assert calendar.between(at(begin), at(end)) == wanted


@pytest.mark.parametrize(("number", "zone", "begin", "end", "wanted"), FAR, ids=[row[0] for row in FAR])
def test_whole_days_far_away(number: str, zone: str, begin: str, end: str, wanted: timedelta) -> None:
    begins, ends = at(begin, zone), at(end, zone)
    assert whole_days(zone).between(begins, ends) == wanted
    assert ALWAYS.between(begins, ends) == wanted
    assert whole_days(zone).add(begins, wanted) == ends


def test_a_pause_is_measured_in_the_same_hours_as_the_target() -> None:
    """Vector 9: what was paused from Friday 16:00 to 18:00 is one hour, not two."""
    paused = office().between(at("2025-04-11 16:00"), at("2025-04-11 18:00"))
    assert office().add(at("2025-04-11 09:00"), 8 * HOUR + paused) == at("2025-04-14 10:00")


def exported() -> dict[str, list[dict[str, str]]]:
    done = subprocess.run([sys.executable, str(VECTORS), "--json"], capture_output=True, text=True, check=True)
    found: dict[str, list[dict[str, str]]] = json.loads(done.stdout)
    return found


@pytest.mark.skipif(not VECTORS.exists(), reason="the shared folder beside the checkout is not there")
def test_the_vectors_of_the_shared_folder() -> None:
    data = exported()
    calendars = {}
    for name, row in data["calendars"].items():  # type: ignore[attr-defined]
        days = {int(day): tuple("-".join(pair) for pair in pairs) for day, pairs in row["hours"].items()}
        own = {day: tuple("-".join(pair) for pair in pairs) for day, pairs in row.get("dates", {}).items()}
        calendars[name] = weekly(days, row["zone"], off=dict.fromkeys(row.get("off", ()), ()), dates=own)
    for row in data["vectors"]:
        calendar, start = calendars[row["calendar"]], datetime.fromisoformat(row["start"]).astimezone(UTC)
        if row["op"] == "add":
            wanted = datetime.fromisoformat(row["want"])
            assert calendar.add(start, timedelta(seconds=int(row["arg"]))) == wanted, row["n"]
        else:
            end = datetime.fromisoformat(row["arg"]).astimezone(UTC)
            assert calendar.between(start, end) == timedelta(seconds=int(row["want"])), row["n"]
    assert len(data["vectors"]) >= 17


@pytest.mark.parametrize(("saturday", "wanted"), [("09:00-18:00", 9 * HOUR), ("10:00-12:00", 8 * HOUR)])
def test_hours_that_a_clock_change_moves_onto_others_count_once(saturday: str, wanted: timedelta) -> None:
    """Apia skipped Friday 2011-12-30: its hours fall on those of Saturday."""
    both = weekly({4: ("09:00-17:00",), 5: (saturday,)}, "Pacific/Apia")
    assert both.between(at("2011-12-29 00:00", "Pacific/Apia"), at("2012-01-01 00:00", "Pacific/Apia")) == wanted


@pytest.mark.parametrize("zone", ["Pacific/Apia", "America/New_York", "UTC"])
def test_hours_over_new_year(zone: str) -> None:
    """Years are cut at midnight UTC, which nobody notices."""
    night = weekly(dict.fromkeys(range(7), ("00:00-06:00", "12:00-24:00")), zone)
    begin = at("2025-12-31 12:00", zone)
    assert night.between(begin, at("2026-01-01 06:00", zone)) == 18 * HOUR
    assert [night.add(begin, n * HOUR) for n in range(19)] == [begin + n * HOUR for n in range(19)]
    assert night.between(at("2023-12-31 12:00", zone), begin) == 731 * 18 * HOUR


def test_the_hours_of_a_day() -> None:
    assert CHRISTMAS.hours(date(2025, 12, 22)) == hours("09:00-17:00")
    assert CHRISTMAS.hours(date(2025, 12, 23)) == hours("09:00-12:00")
    assert CHRISTMAS.hours(date(2025, 12, 24)) == CHRISTMAS.hours(date(2025, 12, 28)) == ()
    assert [str(interval) for interval in hours("09:00-12:30", "22:00-24:00")] == ["09:00-12:30", "22:00-24:00"]


def test_a_calendar_is_a_value() -> None:
    assert office() == office() != office("UTC")
    assert hash(office()) == hash(office())
    used = office()
    used.add(at("2025-03-28 16:00"), HOUR)
    assert used == office()


def test_ten_years_is_as_far_as_it_looks() -> None:
    mondays, start = weekly({0: ("09:00-17:00",)}), at("2025-04-07 09:00")
    assert mondays.add(start, 8 * 521 * HOUR) == at("2035-03-26 17:00")
    with pytest.raises(NoWorkingTime) as caught:
        mondays.add(start, 8 * 523 * HOUR)
    assert str(caught.value) == (
        'the calendar "office" has not enough working time in the ten years after 2025-04-07; '
        "give [calendar.office] more hours or fewer days off"
    )
    assert caught.value.exit_code == 1


@pytest.mark.parametrize("start", ["2025-04-07 09:00", "0001-01-02 00:00", "9999-12-31 00:00"])
def test_without_any_hours_nothing_is_found(start: str) -> None:
    never, instant = weekly({}), at(start, "UTC")
    assert never.between(datetime(1, 1, 1, tzinfo=UTC), instant) == ZERO
    with pytest.raises(NoWorkingTime):
        never.add(instant, ZERO)


def test_an_instant_that_nobody_can_mean_stops_nothing() -> None:
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
    mondays = weekly({0: ("09:00-10:00",)}, "UTC")
    assert mondays.between(first, last) == (datetime(2201, 1, 1) - datetime(1970, 1, 1)) // (7 * DAY) * HOUR
    with pytest.raises(NoWorkingTime):
        mondays.add(first, HOUR)
    with pytest.raises(NoWorkingTime, match=r"^a deadline after 9999-12-31 is out of all bounds; correct the times of"):
        ALWAYS.add(last, DAY)


class Counting(dict[date, str]):
    """Days off that count how often they were asked."""

    asked = 0

    def __contains__(self, day: object) -> bool:
        self.asked += 1
        return super().__contains__(day)


def test_every_day_is_worked_out_once() -> None:
    """Ten years of a hundred tickets cost what one ticket costs."""
    off = Counting()
    calendar = Calendar("office", ZoneInfo(PRAGUE), (hours("09:00-17:00"),) * 7, off)
    assert off.asked == 0
    begin = at("2016-01-01 00:00")
    calendar.between(begin, begin + LOOK_AHEAD)
    once = off.asked
    assert 3653 <= once <= 11 * 370
    for n in range(100):
        calendar.between(begin + n * DAY, begin + LOOK_AHEAD - n * DAY)
        calendar.add(begin + n * DAY, 2000 * HOUR)
    assert off.asked == once


INTERVALS = st.sets(st.integers(0, 96), max_size=6).map(
    lambda cuts: tuple(
        Interval(a * 900, b * 900) for a, b in zip(*[iter(sorted(cuts)[: len(cuts) // 2 * 2])] * 2, strict=True)
    )
)
NEAR_CHANGES = st.builds(
    lambda day, second: day + timedelta(seconds=second), st.sampled_from(CHANGES), st.integers(-259200, 259200)
)
INSTANTS = NEAR_CHANGES | st.datetimes(datetime(2009, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)).map(
    lambda instant: instant.replace(microsecond=0)
)
DAYS = INSTANTS.map(lambda instant: instant.date())
SPANS = st.integers(0, 100 * 3600).map(lambda seconds: timedelta(seconds=seconds))
CALENDARS = st.builds(
    Calendar,
    st.just("any"),
    st.sampled_from(ZONES).map(ZoneInfo),
    st.tuples(*[INTERVALS] * 6, st.just(hours("01:30-03:00", "22:45-24:00"))),
    st.dictionaries(DAYS, st.just("off"), max_size=4),
    st.dictionaries(DAYS, INTERVALS, max_size=4),
)


def broken(calendar: Hours, instants: tuple[datetime, ...], spans: tuple[timedelta, ...]) -> Iterator[str]:
    """The laws that a calendar breaks with these instants and spans."""
    a, b, c = sorted(instants)
    short, long = sorted(spans)
    if calendar.between(a, calendar.add(a, long)) != long:
        yield "between(a, add(a, s)) == s"
    if not a <= calendar.add(a, short) <= calendar.add(a, long):
        yield "add is monotone in s"
    if calendar.add(a, short) > calendar.add(b, short):
        yield "add is monotone in a"
    if calendar.add(calendar.add(a, short), long) != calendar.add(a, short + long):
        yield "add(add(a, s), t) == add(a, s + t)"
    if calendar.between(a, b) + calendar.between(b, c) != calendar.between(a, c):
        yield "between is additive"
    if not ZERO <= calendar.between(a, b) <= b - a:
        yield "0 <= between <= elapsed"


@settings(max_examples=40)
@given(CALENDARS | st.just(ALWAYS), st.tuples(*[INSTANTS] * 3), st.tuples(SPANS, SPANS))
def test_the_laws(calendar: Calendar, instants: tuple[datetime, ...], spans: tuple[timedelta, ...]) -> None:
    assert list(broken(calendar, instants, spans)) == []


@settings(max_examples=40)
@given(
    CALENDARS.map(lambda calendar: Calendar("any", ZoneInfo("Asia/Kathmandu"), calendar.week, calendar.holidays)),
    INSTANTS,
    st.integers(0, 500),
)
def test_where_no_clock_ever_changes_counting_quarters_gives_the_same(
    calendar: Calendar, instant: datetime, quarters: int
) -> None:
    quarter = timedelta(minutes=15)
    begin = instant.replace(minute=0, second=0)
    local = [(begin + n * quarter).astimezone(calendar.zone).replace(tzinfo=None) for n in range(quarters)]

    def works(clock: datetime) -> bool:
        second = (clock - datetime.combine(clock, datetime.min.time())).seconds
        week = calendar.week[clock.isoweekday() - 1]
        return clock.date() not in calendar.holidays and any(i.start <= second < i.end for i in week)

    assert calendar.between(begin, begin + quarters * quarter) == quarter * sum(map(works, local))


class WallClock:
    """A calendar as one writes it first: open around the clock, and calculating in local time."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)

    def add(self, instant: datetime, span: timedelta) -> datetime:
        return (instant.astimezone(self.zone) + span).astimezone(UTC)

    def between(self, begin: datetime, end: datetime) -> timedelta:
        return end.astimezone(self.zone).replace(tzinfo=None) - begin.astimezone(self.zone).replace(tzinfo=None)


def triples(seed: int, count: int) -> Iterator[tuple[tuple[datetime, ...], tuple[timedelta, ...]]]:
    """Random instants, half of them near a change of the clocks, and spans."""
    chance = random.Random(seed)
    for _ in range(count):
        around, width = chance.choice([(chance.choice(CHANGES), 3 * 86400), (CHANGES[3], 3 * 365 * 86400)])
        instants = tuple(around + timedelta(seconds=chance.randint(-width, width)) for _ in range(3))
        yield instants, tuple(timedelta(seconds=chance.randrange(100 * 3600)) for _ in range(2))


def test_a_calendar_of_wall_clocks_is_found_out() -> None:
    """The negative control: the check of the laws sees what is wrong with it."""
    found = {law for case in triples(1, 300) for law in broken(WallClock(PRAGUE), *case)}
    assert found >= {"between(a, add(a, s)) == s", "0 <= between <= elapsed"}
    assert not [law for case in triples(1, 300) for law in broken(WallClock("Asia/Kathmandu"), *case)]


@pytest.mark.long
@pytest.mark.parametrize("zone", ZONES)
def test_the_laws_ten_thousand_times(zone: str) -> None:
    calendars = [
        office(zone),
        whole_days(zone),
        weekly({5: ("00:00-02:30", "03:00-24:00"), 6: ("00:00-02:30", "02:30-03:00", "22:00-24:00")}, zone),
        office(zone, off={"2025-03-31": (), "2026-01-01": ()}, dates={"2025-03-30": ("00:00-24:00",)}),
    ]
    for n, case in enumerate(triples(ZONES.index(zone), 10_000)):
        assert list(broken(calendars[n % len(calendars)], *case)) == [], (n, case)
