from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ticketcli.core.clock import times
from ticketcli.core.clock.times import BadSpan, BadTime, Period

PRAGUE = ZoneInfo("Europe/Prague")
NOW = datetime(2026, 11, 25, 11, 30, 15, 999, tzinfo=UTC)  # a Wednesday, 12:30:15 in Prague
WORDS = st.text("0123456789-+:.wdhms tTz") | st.sampled_from(
    ["now", "today", "mon", "fridayT9:00", "last-week", "2026-W47", "14:00", "3d", "2199", "-5h", "2026-03-29T02:30"]
)


def period(text: str, *, forward: bool = False, now: datetime = NOW, zone: ZoneInfo = PRAGUE) -> Period:
    return times.period(text, now=now, zone=zone, forward=forward)


def local(text: str, zone: ZoneInfo = PRAGUE) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("30s", timedelta(seconds=30)),
        ("90m", timedelta(minutes=90)),
        ("4h", timedelta(hours=4)),
        ("2d", timedelta(days=2)),
        ("1w", timedelta(days=7)),
        ("1h30m", timedelta(minutes=90)),
        ("1d12h", timedelta(hours=36)),
        (" 1W2D3H4M5S ", timedelta(days=9, hours=3, minutes=4, seconds=5)),
        ("0m", timedelta(0)),
    ],
)
def test_a_span_is_numbers_with_units(text: str, length: timedelta) -> None:
    assert times.span(text) == length


@pytest.mark.parametrize(
    "text",
    ["", "h", "4", "-4h", "1.5h", "30m1h", "1h1h", "4 h", "4x", "99999999999d", f"{'9' * 5000}s", "٣d", "4h\n5m"],
)
def test_a_word_that_is_no_span_is_named_with_the_forms(text: str) -> None:
    with pytest.raises(BadSpan) as caught:
        times.span(text)
    assert str(caught.value).startswith(f'cannot read the span "{text}": write 30s, 90m, 4h, 2d, 1w or 1h30m')
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (timedelta(hours=2, minutes=10), "2 h 10 m"),
        (timedelta(days=3, hours=4, minutes=59), "3 d 4 h"),
        (timedelta(days=3, minutes=5), "3 d"),
        (timedelta(days=40), "40 d"),
        (timedelta(minutes=45), "45 m"),
        (timedelta(minutes=5, seconds=30), "5 m 30 s"),
        (timedelta(hours=1, seconds=30), "1 h"),
        (timedelta(seconds=30), "30 s"),
        (timedelta(seconds=30.9), "30 s"),
        (timedelta(0), "0 s"),
        (timedelta(seconds=-0.5), "0 s"),
        (timedelta(hours=-2, minutes=-10), "-2 h 10 m"),
    ],
)
def test_a_span_is_shown_by_its_two_largest_units(length: timedelta, shown: str) -> None:
    assert times.show_span(length) == shown


@given(st.integers(0, 10**9))
def test_what_is_shown_is_never_more_than_the_span_and_less_than_a_unit_short(count: int) -> None:
    length = timedelta(seconds=count)
    shown = times.span(times.show_span(length).replace(" ", ""))
    assert timedelta(0) <= length - shown < timedelta(hours=24)
    assert times.seconds(length) == count


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-11-20", "2026-11-20T00:00:00", "2026-11-20T23:59:59"),
        ("2026-11", "2026-11-01T00:00:00", "2026-11-30T23:59:59"),
        ("2026-12", "2026-12-01T00:00:00", "2026-12-31T23:59:59"),
        ("2024-02", "2024-02-01T00:00:00", "2024-02-29T23:59:59"),
        ("2026", "2026-01-01T00:00:00", "2026-12-31T23:59:59"),
        ("2026-W47", "2026-11-16T00:00:00", "2026-11-22T23:59:59"),
        ("2026-W53", "2026-12-28T00:00:00", "2027-01-03T23:59:59"),
        ("today", "2026-11-25T00:00:00", "2026-11-25T23:59:59"),
        ("Tomorrow", "2026-11-26T00:00:00", "2026-11-26T23:59:59"),
        ("yesterday", "2026-11-24T00:00:00", "2026-11-24T23:59:59"),
        ("this-week", "2026-11-23T00:00:00", "2026-11-29T23:59:59"),
        ("last-week", "2026-11-16T00:00:00", "2026-11-22T23:59:59"),
        ("next-week", "2026-11-30T00:00:00", "2026-12-06T23:59:59"),
        ("this-month", "2026-11-01T00:00:00", "2026-11-30T23:59:59"),
        ("last-month", "2026-10-01T00:00:00", "2026-10-31T23:59:59"),
        ("next-month", "2026-12-01T00:00:00", "2026-12-31T23:59:59"),
        ("this-year", "2026-01-01T00:00:00", "2026-12-31T23:59:59"),
        ("last-year", "2025-01-01T00:00:00", "2025-12-31T23:59:59"),
        ("next-year", "2027-01-01T00:00:00", "2027-12-31T23:59:59"),
        ("2026-03-29", "2026-03-29T00:00:00", "2026-03-29T23:59:59"),
    ],
)
@pytest.mark.parametrize("forward", [False, True])
def test_a_period_is_its_first_and_last_instant_in_the_zone(text: str, first: str, last: str, forward: bool) -> None:
    meant = period(text, forward=forward)
    assert (meant.start, meant.end) == (local(first), local(last))
    assert meant.start.tzinfo is UTC


def test_months_beside_the_turn_of_the_year() -> None:
    january, december = local("2026-01-31T12:00"), local("2026-12-31T12:00")
    assert period("last-month", now=january).start == local("2025-12-01T00:00")
    assert period("next-month", now=january).end == local("2026-02-28T23:59:59")
    assert period("next-month", now=december).start == local("2027-01-01T00:00")


@pytest.mark.parametrize(
    ("text", "back", "ahead"),
    [
        ("now", "2026-11-25T12:30:15", "2026-11-25T12:30:15"),
        ("3d", "2026-11-22T12:30:15", "2026-11-28T12:30:15"),
        ("1d2h", "2026-11-24T10:30:15", "2026-11-26T14:30:15"),
        ("-3d", "2026-11-22T12:30:15", "2026-11-22T12:30:15"),
        ("+2h", "2026-11-25T14:30:15", "2026-11-25T14:30:15"),
        ("12:30", "2026-11-25T12:30:00", "2026-11-26T12:30:00"),
        ("14:00", "2026-11-24T14:00:00", "2026-11-25T14:00:00"),
        ("9:05:07", "2026-11-25T09:05:07", "2026-11-26T09:05:07"),
        ("mondayT9:00", "2026-11-23T09:00:00", "2026-11-30T09:00:00"),
        ("wedT9:00", "2026-11-25T09:00:00", "2026-12-02T09:00:00"),
        ("wedT14:00", "2026-11-18T14:00:00", "2026-12-02T14:00:00"),
        ("tomorrowT14:00", "2026-11-26T14:00:00", "2026-11-26T14:00:00"),
        ("todayT14:00", "2026-11-25T14:00:00", "2026-11-25T14:00:00"),
        ("2026-11-20T9:00", "2026-11-20T09:00:00", "2026-11-20T09:00:00"),
        ("2026-11-20 09:02", "2026-11-20T09:02:00", "2026-11-20T09:02:00"),
        ("2026-11-20T08:02:11.75Z", "2026-11-20T09:02:11", "2026-11-20T09:02:11"),
        ("2026-11-20T09:02:11-05:00", "2026-11-20T15:02:11", "2026-11-20T15:02:11"),
        ("2026-11-20T09:02+0530", "2026-11-20T04:32:00", "2026-11-20T04:32:00"),
    ],
)
def test_an_instant_is_a_period_of_no_length(text: str, back: str, ahead: str) -> None:
    assert period(text) == Period(local(back), local(back))
    assert period(text, forward=True) == Period(local(ahead), local(ahead))


@pytest.mark.parametrize(
    ("text", "back", "ahead"),
    [
        ("monday", "2026-11-23", "2026-11-30"),
        ("Tue", "2026-11-24", "2026-12-01"),
        ("wednesday", "2026-11-25", "2026-12-02"),
        ("thu", "2026-11-19", "2026-11-26"),
        ("sunday", "2026-11-22", "2026-11-29"),
    ],
)
def test_a_weekday_is_the_latest_or_the_next_one(text: str, back: str, ahead: str) -> None:
    assert period(text) == period(back)
    assert period(text, forward=True) == period(ahead)


def test_a_day_begins_in_the_zone_of_the_desk() -> None:
    late = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    assert period("today", now=late).start == local("2026-11-26T00:00")
    assert period("today", now=late, zone=ZoneInfo("America/New_York")).start == datetime(2026, 11, 25, 5, tzinfo=UTC)


def test_local_times_in_the_gap_move_forward_and_the_first_of_two_is_meant() -> None:
    assert times.show(period("2026-03-29T02:30").start, PRAGUE) == "2026-03-29 03:30"
    assert period("2026-10-25T02:30").start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_days_keep_the_time_of_day_and_hours_are_counted() -> None:
    before = local("2026-03-28T12:00")
    assert period("1d", now=before, forward=True).start == local("2026-03-29T12:00")
    assert period("24h", now=before, forward=True).start == local("2026-03-29T13:00")
    assert period("1d12h", now=before, forward=True).start == local("2026-03-30T00:00")
    again = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # the second 02:30 of that night
    assert period("1h", now=again).start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    today = period("today", now=before + timedelta(days=1))
    assert today.end - today.start == timedelta(hours=22, minutes=59, seconds=59)


def test_a_day_that_begins_in_the_gap_begins_behind_it() -> None:
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    assert times.show(period("2018-11-04", zone=sao_paulo).start, sao_paulo) == "2018-11-04 01:00"
    assert times.show(period("2018-11-03", zone=sao_paulo).end, sao_paulo) == "2018-11-03 23:59"


def test_a_day_that_a_zone_left_out_is_no_time() -> None:
    with pytest.raises(BadTime):
        period("2011-12-30", zone=ZoneInfo("Pacific/Apia"))


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "2026-13", "2026-02-30", "2026-W54", "25:00", "9:60", "mondayT", "2026-11-20T", "T9:00", "-"),
        *("1969-12-31", "2201-01-01", "1400", "0000", "99999999999d", "-100y", "next-day", "2026-11-20T09:00+24:00"),
        *("2026-11-20T09:00:60", "20261120", "٢٠٢٦", "300w300d300hh", f"{'9' * 5000}d", "10000w", "-9000w", "noday"),
        *("2026-11-20T9:00 9:00", "nowT9:00", "\ud800", "9999-12-31", "9999", "0001-01-01T00:00+23:59"),
    ],
)
@pytest.mark.parametrize("forward", [False, True])
def test_a_word_that_is_no_time_is_named_with_examples(text: str, forward: bool) -> None:
    with pytest.raises(BadTime) as caught:
        period(text, forward=forward)
    assert str(caught.value).startswith(f'cannot read the time "{text}": write 2026-11-20, ')
    assert caught.value.word == text
    assert caught.value.exit_code == 2


@settings(max_examples=250)
@given(WORDS | st.text(), st.booleans(), st.datetimes(datetime(1970, 1, 3), datetime(2200, 12, 30)))
@example("31536000000d", True, datetime(2200, 1, 1))
def test_any_text_is_a_time_inside_the_bounds_or_refused(text: str, forward: bool, naive: datetime) -> None:
    try:
        meant = period(text, forward=forward, now=naive.replace(tzinfo=UTC))
    except BadTime:
        return
    assert times.EARLIEST <= meant.start <= meant.end <= times.LATEST
    assert meant.start.tzinfo is meant.end.tzinfo is UTC
    assert meant.start.microsecond == meant.end.microsecond == 0


@settings(max_examples=200)
@given(
    st.sampled_from(["mon", "friday", "14:00", "2:30", "3d", "5h", "monT9:00", "sunT2:30"]),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    st.sampled_from(["Europe/Prague", "UTC", "Asia/Kathmandu", "America/St_Johns"]),
)
def test_a_bare_word_looks_where_it_is_told(text: str, naive: datetime, zone: str) -> None:
    now = naive.replace(tzinfo=UTC, microsecond=0)
    assert period(text, now=now, zone=ZoneInfo(zone)).start <= now
    assert period(text, now=now, zone=ZoneInfo(zone), forward=True).start > now


def test_an_instant_is_the_first_or_the_last_of_a_period() -> None:
    assert times.instant("friday", now=NOW, zone=PRAGUE, forward=True) == local("2026-11-27T00:00")
    assert times.instant("friday", now=NOW, zone=PRAGUE, forward=True, last=True) == local("2026-11-27T23:59:59")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-01..2026-03", "2026-01-01T00:00", "2026-03-31T23:59:59"),
        ("2026-01 .. today", "2026-01-01T00:00", "2026-11-25T23:59:59"),
        ("30d..", "2026-10-26T12:30:15", None),
        ("..2026-11", None, "2026-11-30T23:59:59"),
        ("last-week", "2026-11-16T00:00", "2026-11-22T23:59:59"),
        ("-2h", "2026-11-25T10:30:15", "2026-11-25T10:30:15"),
    ],
)
def test_a_range_has_an_instant_or_none_on_each_side(text: str, first: str | None, last: str | None) -> None:
    wanted = (first and local(first), last and local(last))
    assert times.between(text, now=NOW, zone=PRAGUE) == wanted


def test_a_range_may_look_forward() -> None:
    assert times.between("..2h", now=NOW, zone=PRAGUE, forward=True) == (None, local("2026-11-25T14:30:15"))


@pytest.mark.parametrize("text", ["..", " .. ", "", "a..b", "2026...2027", "today..soon"])
def test_a_range_of_no_times_is_refused(text: str) -> None:
    with pytest.raises(BadTime):
        times.between(text, now=NOW, zone=PRAGUE)


def test_instants_are_shown_in_the_zone_and_kept_in_utc() -> None:
    assert times.show(NOW, PRAGUE) == "2026-11-25 12:30"
    assert times.iso(NOW) == "2026-11-25T11:30:15Z"
    assert times.iso(NOW.astimezone(PRAGUE)) == "2026-11-25T11:30:15Z"


@given(st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_an_iso_time_is_read_back(instant: datetime) -> None:
    assert period(times.iso(instant)).start == instant.replace(microsecond=0)
