"""Calendars in ticketcli.toml: what they become, and the sentence for every mistake."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import jsonschema
import pytest
import tomli

from ticketcli.core.clock.worktime import Calendar, Interval
from ticketcli.core.words.loading import BadSettings, load
from ticketcli.core.words.schema import settings_schema

WHOLE = """
time_zone = "Asia/Tokyo"
[calendar.office]
time_zone = "Europe/Prague"
mon = ["09:00-17:00"]
fri = ["13:00-16:00", "09:00-12:00"]
sun = ["22:00-24:00"]
[calendar.office.holidays]
2025-05-01 = "Labour Day"
[calendar.office.dates]
2025-12-24 = ["09:00-12:00"]
2025-12-27 = []
[calendar.here]
tue = ["00:00-24:00"]
"""
MON = "[calendar.office]\nmon = ['09:00-17:00']\n"
WRITE = 'write them like "09:00-17:00", at most up to "24:00"'
SCHEMA, LOADER = True, False
"""Whether a schema refuses it as well, or only the loader."""

BAD = [
    (SCHEMA, "calendar = 'office'", '"calendar" must be tables like [calendar.NAME]'),
    (SCHEMA, "[calendar]\nmon = ['09:00-17:00']", '"calendar.mon" must be a table'),
    (LOADER, "[calendar.'a,b']\nmon = ['09:00-17:00']", '"calendar.a,b": a name has no commas, no blanks around it, '),
    (
        LOADER,
        MON + "time_zone = 'Mars/Base'",
        '"calendar.office.time_zone" must be a time zone like "Europe/Prague", not \'Mars/Base\'',
    ),
    (SCHEMA, MON + "tue = '9-17'", '"calendar.office.tue" must be a list like ["09:00-17:00"], not \'9-17\''),
    (SCHEMA, MON + "tue = [9]", '"calendar.office.tue" must be a list like ["09:00-17:00"], not [9]'),
    (SCHEMA, MON + "tue = ['9-17']", f'"calendar.office.tue": cannot read the hours "9-17"; {WRITE}'),
    (SCHEMA, MON + "tue = ['9:00-17:00']", f'"calendar.office.tue": cannot read the hours "9:00-17:00"; {WRITE}'),
    (SCHEMA, MON + "tue = ['09:00-24:30']", f'"calendar.office.tue": cannot read the hours "09:00-24:30"; {WRITE}'),
    (SCHEMA, MON + "tue = ['24:00-24:00']", f'"calendar.office.tue": cannot read the hours "24:00-24:00"; {WRITE}'),
    (SCHEMA, MON + "tue = ['09:00-17:60']", f'"calendar.office.tue": cannot read the hours "09:00-17:60"; {WRITE}'),
    (SCHEMA, MON + "tue = ['٠٩:00-17:00']", f'"calendar.office.tue": cannot read the hours "٠٩:00-17:00"; {WRITE}'),
    (
        LOADER,
        MON + "tue = ['22:00-06:00']",
        '"calendar.office.tue": "22:00-06:00" does not end after it starts; split hours over midnight between two days',
    ),
    (
        LOADER,
        MON + "tue = ['09:00-09:00']",
        '"calendar.office.tue": "09:00-09:00" does not end after it starts; split hours over midnight between two days',
    ),
    (
        LOADER,
        MON + "tue = ['12:00-17:00', '09:00-13:00']",
        '"calendar.office.tue": "09:00-13:00" and "12:00-17:00" overlap; write "09:00-17:00"',
    ),
    (
        LOADER,
        MON + "tue = ['09:00-17:00', '12:00-13:00']",
        '"calendar.office.tue": "09:00-17:00" and "12:00-13:00" overlap; write "09:00-17:00"',
    ),
    (
        SCHEMA,
        MON + "holidays = ['2025-05-01']",
        '"calendar.office.holidays" must be a table of days like 2025-05-01 = "Labour Day", not [\'2025-05-01\']',
    ),
    (
        SCHEMA,
        MON + "dates = 1",
        '"calendar.office.dates" must be a table of days like 2025-12-24 = ["09:00-12:00"], not 1',
    ),
    (
        SCHEMA,
        MON + "holidays.2025-5-1 = 'Labour Day'",
        '"calendar.office.holidays": "2025-5-1" is no date of the years 1970 to 2200; write it like 2025-12-24',
    ),
    (
        SCHEMA,
        MON + "dates.2025-W01-1 = ['09:00-12:00']",
        '"calendar.office.dates": "2025-W01-1" is no date of the years 1970 to 2200; write it like 2025-12-24',
    ),
    (
        LOADER,
        MON + "holidays.2025-02-29 = 'Leap day'",
        '"calendar.office.holidays": "2025-02-29" is no date of the years 1970 to 2200; write it like 2025-12-24',
    ),
    (
        LOADER,
        MON + "holidays.9999-12-31 = 'The last day'",
        '"calendar.office.holidays": "9999-12-31" is no date of the years 1970 to 2200; write it like 2025-12-24',
    ),
    (
        SCHEMA,
        MON + "holidays.2025-05-01 = true",
        '"calendar.office.holidays.2025-05-01" must be the name of the day off, not True',
    ),
    (
        SCHEMA,
        MON + "dates.2025-05-01 = '09:00-12:00'",
        '"calendar.office.dates.2025-05-01" must be a list like ["09:00-12:00"], not \'09:00-12:00\'',
    ),
    (
        SCHEMA,
        MON + "dates.2025-05-01 = ['9-12']",
        f'"calendar.office.dates.2025-05-01": cannot read the hours "9-12"; {WRITE}',
    ),
    (
        LOADER,
        MON + "holidays.2025-05-01 = 'Labour Day'\ndates.2025-05-01 = ['09:00-12:00']",
        '"calendar.office": 2025-05-01 stands in holidays and in dates; '
        "take it out of holidays if somebody works then, else out of dates",
    ),
    (
        LOADER,
        "[calendar.office]\ndates.2025-05-01 = ['09:00-12:00']",
        '"calendar.office" has no working time in its week; write hours like mon = ["09:00-17:00"]',
    ),
    (
        LOADER,
        "[calendar.office]\nmon = []",
        '"calendar.office" has no working time in its week; write hours like mon = ["09:00-17:00"]',
    ),
]


def calendars(text: str) -> dict[str, Calendar]:
    return dict(load(tomli.loads(text)).calendars)


def problems(data: dict[str, Any]) -> tuple[str, ...]:
    with pytest.raises(BadSettings) as caught:
        load(data)
    return caught.value.problems


def test_calendars_become_hours_by_day() -> None:
    found = calendars(WHOLE)
    office = found["office"]
    assert (office.name, office.zone.key) == ("office", "Europe/Prague")
    assert office.week[0] == (Interval(9 * 3600, 17 * 3600),)
    assert [str(interval) for interval in office.week[4]] == ["09:00-12:00", "13:00-16:00"]
    assert [str(interval) for interval in office.week[6]] == ["22:00-24:00"]
    assert office.week[1:4] == ((), (), ())
    assert office.holidays == {date(2025, 5, 1): "Labour Day"}
    assert office.hours(date(2025, 12, 24)) == (Interval(9 * 3600, 12 * 3600),)
    assert office.hours(date(2025, 12, 27)) == ()


def test_a_calendar_without_a_zone_is_where_the_desk_is() -> None:
    assert calendars(WHOLE)["here"].zone.key == "Asia/Tokyo"
    assert calendars(MON)["office"].zone.key == "UTC"


def test_hours_that_touch_do_not_overlap() -> None:
    assert len(calendars("[calendar.x]\nmon = ['12:00-17:00', '09:00-12:00']")["x"].week[0]) == 2


def test_loading_works_out_no_instants() -> None:
    assert calendars(WHOLE)["office"]._years == {}


@pytest.mark.parametrize(("schema", "text", "sentence"), BAD, ids=[text for _, text, _ in BAD])
def test_every_mistake_has_its_sentence(schema: bool, text: str, sentence: str) -> None:
    data = tomli.loads(text)
    found = problems(data)
    assert len(found) == 1
    assert found[0].startswith(sentence)
    assert jsonschema.Draft202012Validator(settings_schema()).is_valid(data) != schema


def test_the_schema_takes_a_whole_calendar() -> None:
    jsonschema.validate(tomli.loads(WHOLE), settings_schema())


def test_all_mistakes_at_once() -> None:
    text = MON + "tue = ['9-17', '17:00-09:00']\nwed = 1\nholidays.x = 1\n[calendar.other]\n[agent.me]"
    assert len(problems(tomli.loads(text))) == 7


def test_unknown_keys_are_tolerated_and_listed() -> None:
    assert load(tomli.loads(MON + "monday = ['09:00-17:00']")).unknown == ('unknown key "calendar.office.monday"',)


def days(first: date, count: int, step: int = 1) -> list[str]:
    return [(first + timedelta(days=n * step)).isoformat() for n in range(count)]


def mondays_off(weeks: int, **more: Any) -> dict[str, Any]:
    off = dict.fromkeys(days(date(2025, 1, 6), weeks, 7), "closed")
    return {"calendar": {"mondays": {"mon": ["09:00-17:00"], "holidays": off, **more}}}


def test_a_year_without_working_time_is_found() -> None:
    sentence = '"calendar.mondays" has no working time for a year from 2025-01-06 on; take away some of its days off'
    assert problems(mondays_off(53)) == (sentence,)
    assert load(mondays_off(52)).calendars


@pytest.mark.parametrize(("count", "refused"), [(365, False), (366, True)])
def test_a_year_is_366_days(count: int, refused: bool) -> None:
    week = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    data = {"calendar": {"x": {**week, "holidays": dict.fromkeys(days(date(2026, 1, 1), count), "closed")}}}
    if refused:
        assert "from 2026-01-01 on" in problems(data)[0]
    else:
        assert load(data).calendars


def test_a_year_off_begins_anywhere_and_is_ended_by_one_day_of_work() -> None:
    early = dict.fromkeys(days(date(2024, 1, 1), 20, 14), "every other Monday")
    data = mondays_off(60)
    data["calendar"]["mondays"]["holidays"] |= early
    assert "from 2025-01-06 on" in problems(data)[0]
    assert load(mondays_off(60, dates={"2025-07-05": ["09:00-10:00"]})).calendars


def test_days_of_no_hours_are_days_off_too() -> None:
    closed: dict[str, list[str]] = {day: [] for day in days(date(2026, 1, 1), 380)}
    assert "from 2026-01-01 on" in problems({"calendar": {"x": {"tue": ["09:00-17:00"], "dates": closed}}})[0]
    assert load({"calendar": {"x": {"tue": ["09:00-17:00"], "dates": dict(list(closed.items())[:360])}}}).calendars
