"""The reports on agents, tags, volume, channels and skips: each figure of small desks, and random ones counted anew."""

from __future__ import annotations

import json
import statistics
from collections import Counter
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desks import answers, asks, at, changes, event, says, situation, ticket
from tests.play import MARIA, Play
from tests.test_memory import ALL
from tests.test_report_sla import LEVELS, STEPS, played
from ticketcli.core.action import conversation as act
from ticketcli.core.action import skip
from ticketcli.core.clock import deeds
from ticketcli.core.clock.situation import Situation
from ticketcli.core.clock.working import looked_at
from ticketcli.core.report import people, render
from ticketcli.core.report.facts import Row
from ticketcli.core.report.kinds import OnlyOfSkips
from ticketcli.core.report.report import Report, report
from ticketcli.core.ticket.event import Event
from ticketcli.core.view import formats
from ticketcli.core.words.keys import FINISHED

PRAGUE = ZoneInfo("Europe/Prague")
HOUR = 3600
KINDS = ("agents", "tags", "volume", "channels", "skips")


def make(kind: str, *found: Situation, by: str = "", since: str = "", until: str = "", zone: Any = PRAGUE) -> Report:
    period = {"since": at(since) if since else None, "until": at(until) if until else None}
    return report(kind, found, by=by, zone=zone, **period)


def stand(*events: Event, now: str = "2024-12-01 00:00") -> Situation:
    return situation(ticket(*events), now=now)


def asked(name: str, when: str = "2024-11-20 08:00", *tags: str, **more: Any) -> Event:
    return asks(name, when, f"About {name}", lists={"tags": tuple(f"+{tag}" for tag in tags)}, **more)


def done(name: str, seq: int, when: str, by: str = "ana", status: str = "resolved") -> Event:
    return changes(f"{name} {seq}", seq, when, by=by, status=status, until=at("2025-06-01 08:00"), seen=[name])


def answered(name: str, seq: int, when: str, by: str = "ana", **more: Any) -> Event:
    return answers(f"{name} {seq}", seq, when, "Try again.", by=by, seen=[name], **more)


def rows(found: Report, *names: str) -> dict[str, tuple[Any, ...]]:
    return {row.group: tuple(row.values[name] for name in names) for row in found.rows}


def total(found: Report, *names: str) -> tuple[Any, ...]:
    return tuple(found.total.values[name] for name in names)


# --- volume ---------------------------------------------------------------------------------------------------------

COUNTS = ("created", "first_resolved", "resolved", "closed_unresolved", "reopened", "backlog")


def some() -> list[Situation]:
    """Resolved and reopened and resolved; closed at once; open; resolved twice in one week."""
    return [
        stand(
            asked("a", "2024-11-04 08:00", set={("department",): "billing"}),
            done("a", 2, "2024-11-06 08:00"),
            says("a 3", 3, "2024-11-12 08:00", "Again."),
            changes("a 4", 4, "2024-11-27 08:00", status="resolved", seen=["a", "a 3"]),
        ),
        stand(asked("b", "2024-11-05 08:00"), done("b", 2, "2024-11-11 08:00", status="closed")),
        stand(asked("c", "2024-11-11 08:00")),
        stand(
            asked("d", "2024-11-12 08:00"),
            done("d", 2, "2024-11-12 09:00"),
            says("d 3", 3, "2024-11-12 10:00", "No."),
            changes("d 4", 4, "2024-11-13 08:00", by="bob", status="resolved", seen=["d", "d 3"]),
        ),
    ]


def test_volume_by_week_and_a_week_without_anything_has_a_row() -> None:
    found = make("volume", *some(), by="week")
    assert rows(found, *COUNTS) == {
        "2024-W45": (2, 1, 1, 0, 0, 1),
        "2024-W46": (2, 1, 1, 1, 2, 2),
        "2024-W47": (0, 0, 0, 0, 0, 2),
        "2024-W48": (0, 0, 1, 0, 0, 1),
    }
    assert total(found, *COUNTS) == (4, 2, 2, 1, 2, 1)
    assert total(found, "resolved_times", "reopened_times") == (4, 2)


def test_volume_of_a_period_begins_with_the_backlog_that_was_there() -> None:
    found = make("volume", *some(), by="day", since="2024-11-12 23:00", until="2024-11-14 22:59:59")
    assert rows(found, *COUNTS) == {"2024-11-13": (0, 0, 1, 0, 0, 2), "2024-11-14": (0, 0, 0, 0, 0, 2)}
    assert total(found, *COUNTS) == (0, 0, 1, 0, 0, 2)
    assert rows(
        make("volume", *some(), since="2024-11-12 23:00", until="2024-11-14 22:59:59", by="department"), *COUNTS
    ) == {
        "billing": (0, 0, 0, 0, 0, 1),
        "": (0, 0, 1, 0, 0, 1),
    }
    assert make("volume", *some(), until="2024-11-03 12:00").rows == ()


def test_what_is_done_counts_for_who_did_it_and_what_stands_for_the_assignee() -> None:
    found = make("volume", *some(), by="agent")
    assert rows(found, *COUNTS) == {"ana": (0, 2, 2, 1, 0, 0), "bob": (0, 0, 1, 0, 0, 0), "": (4, 0, 0, 0, 2, 1)}


def test_months_are_what_volume_is_told_by_unless_somebody_says_otherwise() -> None:
    assert rows(make("volume", *some()), *COUNTS) == {"2024-11": (4, 2, 2, 1, 2, 1), "2024-12": (0, 0, 0, 0, 0, 1)}


def test_where_nothing_stands_the_rows_end_with_what_was_done_last_unless_an_end_was_asked_for() -> None:
    over = [one for one in some() if one.header.text("subject") != "About c"]
    weeks = {"2024-W45": (2, 1, 1, 0, 0, 1), "2024-W46": (1, 1, 1, 1, 2, 1), "2024-W47": (0, 0, 0, 0, 0, 1)}
    weeks["2024-W48"] = (0, 0, 1, 0, 0, 0)
    later = [Situation(one.files, one.settings, at("2024-12-20 00:00")) for one in over]
    assert rows(make("volume", *later, by="week"), *COUNTS) == weeks
    asked = make("volume", *later, by="week", until="2024-12-06 00:00")
    assert rows(asked, *COUNTS) == {**weeks, "2024-W49": (0, 0, 0, 0, 0, 0)}


@pytest.mark.parametrize(
    ("when", "week"),
    [
        ("2025-03-30 21:59", "2025-W13"),  # 23:59 on the Sunday of 23 hours
        ("2025-03-30 22:00", "2025-W14"),
        ("2025-03-29 22:59", "2025-W13"),
        ("2024-10-27 22:59", "2024-W43"),  # 23:59 on the Sunday of 25 hours
        ("2024-10-27 23:00", "2024-W44"),
        ("2024-12-29 23:00", "2025-W01"),  # Monday, 30 December
        ("2026-12-31 22:59", "2026-W53"),
    ],
)
def test_weeks_end_on_sunday_at_midnight_in_the_desks_zone(when: str, week: str) -> None:
    found = make("volume", stand(asked("a", when), now=when), by="week")
    assert rows(found, "created", "backlog") == {week: (1, 1)}


def test_every_day_around_a_change_of_the_clock_is_there_once() -> None:
    found = make("volume", stand(asked("a", "2025-03-28 12:00"), now="2025-04-01 12:00"), by="day")
    assert [row.group for row in found.rows] == [*(f"2025-03-{day}" for day in range(28, 32)), "2025-04-01"]


# --- agents ---------------------------------------------------------------------------------------------------------


def worked_on() -> list[Situation]:
    level = {"level": "standard", "first_response": "3h", "next_response": "1h", "resolution": "400h"}
    return [
        stand(
            asked("a", sla=level, set={("assignee",): "cleo"}),
            answered("a", 2, "2024-11-20 10:00"),
            says("a 3", 3, "2024-11-21 10:00", "No."),
            answers("a 4", 4, "2024-11-21 12:00", "Now?", by="bob", seen=["a", "a 3"]),
            answers("a 5", 5, "2024-11-21 12:30", "Or now?", by="bob"),
            changes("a 6", 6, "2024-11-22 08:00", by="ana", status="resolved", seen=["a", "a 3"]),
        ),
        stand(asked("b"), answered("b", 2, "2024-11-20 12:00"), done("b", 3, "2024-11-20 13:00")),
        stand(asked("c"), done("c", 2, "2024-11-20 09:00", by="bob")),
    ]


def test_what_each_agent_did_and_how_fast() -> None:
    found = make("agents", *worked_on())
    names = ("replies", "answered", "resolved", "days", "resolved_per_day")
    assert rows(found, *names) == {"ana": (2, 2, 2, 2, 1), "bob": (2, 1, 1, 2, Fraction(1, 2))}
    assert total(found, *names) == (4, 2, 3, 3, 1)
    times = ("responses", "response_median_s", "nexts", "next_median_s", "resolutions", "elapsed_median_s")
    assert rows(found, *times) == {
        "ana": (2, 3 * HOUR, 0, None, 2, (48 + 5) / 2 * HOUR),
        "bob": (0, None, 1, 2 * HOUR, 1, HOUR),
    }
    assert total(found, *times) == (2, 3 * HOUR, 1, 2 * HOUR, 3, 5 * HOUR)
    clocks = ("share_met", "sla_n", "rank", "lagging")
    assert rows(found, *clocks) == {"ana": (1, 2, None, None), "bob": (0, 1, None, None)}
    assert total(found, *clocks) == (Fraction(2, 3), 3, None, None)
    assert total(found, "score", "ratings") == (None, 0)
    table = render.table(found)
    assert table[0] == [
        *("agent", "replies", "answered", "resolved", "per day", "first", "next", "resolution", "sla", "n"),
        *("score", "rated", "rank", "lagging"),
    ]
    assert table[1][1] == ["bob", "2", "1", "1", "0.5", "", "2:00", "1:00", "0.0 %", "1", "", "0", "", ""]


def test_what_a_rule_resolved_counts_for_the_assignee() -> None:
    first = asked("a", set={("assignee",): "bob"})
    rule = event("r", 2, "2024-11-20 09:00", by="tick", role="system", after=first.id, set={("status",): "resolved"})
    seen = replace(rule, seen=(first.id,))
    assert rows(make("agents", stand(first, seen)), "resolved", "days") == {"bob": (1, 0)}
    assert rows(make("agents", stand(replace(first, set={("status",): "new"}), seen)), "resolved") == {"": (1,)}


def row(name: str, met: int, n: int, median: int, p90: int | None) -> Row:
    share = Fraction(met, n) if n else None
    values = {"share_met": share, "sla_n": n, "next_median_s": median, "next_p90_s": p90, "days": 0, "resolved": 0}
    values["score_at_least"] = None
    return Row(name, values)


def ranked(*found: Row, by: str = "agent") -> list[tuple[str, Any, Any]]:
    finish = people.AGENTS.finish
    assert finish
    made, whole = finish(found, row("", 50, 100, 60, 300), by)
    assert (whole.values["rank"], whole.values["lagging"]) == (None, None)
    return [(one.group, one.values["rank"], one.values["lagging"]) for one in made]


def test_ranks_go_by_compliance_then_by_the_next_response_and_never_by_few() -> None:
    found = [
        row("few", 9, 9, 1, 1),
        row("slow", 9, 10, 90, 200),
        row("best", 10, 10, 99, 900),
        row("fast", 18, 20, 80, 1),
    ]
    assert ranked(*found) == [("best", 1, False), ("fast", 2, False), ("slow", 3, False), ("few", None, None)]
    assert ranked(row("", 20, 20, 1, 1)) == [("", None, None)], "nobody is no agent"
    assert ranked(row("billing", 20, 20, 1, 1), by="department") == [("billing", None, None)]


def test_lagging_is_below_the_teams_median_and_above_its_p90() -> None:
    best, middle = row("best", 20, 20, 1, 200), row("middle", 19, 20, 1, 400)
    assert ranked(best, middle, row("late", 18, 20, 1, 301))[2] == ("late", 3, True)
    assert ranked(best, middle, row("late", 18, 20, 1, 300))[2] == ("late", 3, False), "no slower than the team"
    assert ranked(best, middle, row("late", 18, 20, 1, None))[2] == ("late", 3, False), "too few to tell"
    assert ranked(best, row("even", 20, 20, 1, 999))[1][2] is False, "not below"
    assert ranked(best, middle, row("late", 8, 9, 1, 900))[2] == ("late", None, None)


def test_what_runs_past_ten_clocks_ranks_on_a_desk() -> None:
    level = {"level": "standard", "first_response": "3h"}

    def one(name: str, by: str, hour: int) -> Situation:
        return stand(asked(name, sla=level), answered(name, 2, f"2024-11-20 {hour:02}:00", by=by))

    found = [one(f"a{n}", "ana", 12 if n else 10) for n in range(10)] + [one(f"b{n}", "bob", 9) for n in range(10)]
    assert rows(make("agents", *found), "share_met", "sla_n", "rank") == {
        "bob": (1, 10, 1),
        "ana": (Fraction(1, 10), 10, 2),
    }
    assert rows(make("agents", *found[1:]), "sla_n", "rank") == {"bob": (10, 1), "ana": (9, None)}


# --- tags -----------------------------------------------------------------------------------------------------------


def tagged(*counts: tuple[str, int, str]) -> list[Situation]:
    """So many tickets with a tag on each day; an empty one is none."""
    found = []
    for tag, count, day in counts:
        found += [stand(asked(f"{tag}{day}{n}", f"{day} 12:00", *filter(None, [tag]))) for n in range(count)]
    return found


MAY = {"since": "2024-11-11 23:00", "until": "2024-11-21 22:59:59"}


def test_tags_are_compared_with_the_period_of_the_same_length_before() -> None:
    desk = tagged(
        *(("login", 4, "2024-11-02"), ("login", 6, "2024-11-12"), ("vpn", 4, "2024-11-11"), ("vpn", 5, "2024-11-21")),
        *(("new", 5, "2024-11-15"), ("rare", 4, "2024-11-15"), ("gone", 3, "2024-11-05"), ("", 10, "2024-11-15")),
        *(("login", 9, "2024-11-01"), ("login", 9, "2024-11-22")),
    )
    found = make("tags", *desk, **MAY)
    assert rows(found, "created", "before", "growth", "recurring") == {
        "login": (6, 4, Fraction(3, 2), True),
        "vpn": (5, 4, Fraction(5, 4), False),
        "new": (5, 0, None, True),
        "rare": (4, 0, None, False),
        "": (10, 0, None, None),
    }
    assert rows(found, "share_of_all")["login"] == (Fraction(6, 30),)
    assert total(found, "created", "before") == (30, 11)
    assert found.footer[-1] == (
        "period: from 2024-11-12 00:00 to 2024-11-21 23:59, by when each ticket was created; "
        "before: from 2024-11-02 00:00 to 2024-11-11 23:59; times in Europe/Prague"
    )
    assert ["(none)", "10", "33.3 %", "0", "", "", "", "0", ""] in render.table(found)[1]
    assert ["login", "6", "20.0 %", "4", "1.5", "yes", "", "0", ""] in render.table(found)[1]


def test_the_period_before_is_as_long_by_the_clock_on_the_wall() -> None:
    period = {"since": "2025-03-30 22:00", "until": "2025-04-07 21:59:59"}  # from the day behind a Sunday of 23 hours
    found = make("tags", stand(asked("a", "2025-03-25 12:00", "x"), now="2025-04-08 00:00"), **period)
    assert "before: from 2025-03-23 00:00 to 2025-03-30 23:59" in found.footer[-1]


def test_without_a_beginning_there_is_no_period_before() -> None:
    found = make("tags", *tagged(("login", 9, "2024-11-02")))
    assert rows(found, "created", "before", "growth", "recurring") == {"login": (9, None, None, False)}
    assert "before" not in found.footer[-1]


def test_what_became_of_the_tickets_with_a_tag() -> None:
    target, source = ticket(asked("a", "2024-11-20 08:00", "x")), ticket(asked("b", "2024-11-20 09:00", "x"))
    target = target.plus([event("m", 2, "2024-11-21 08:00", action="merge", lists={"shows": (f"+{source.code}",)})])
    source = source.plus(
        [event("n", 2, "2024-11-21 08:00", action="merge", set={("merged_into",): target.code, ("status",): "merged"})]
    )
    again = stand(
        asked("c", "2024-11-20 08:00", "x"),
        done("c", 2, "2024-11-20 10:00"),
        says("c 3", 3, "2024-11-20 11:00", "No."),
        changes("c 4", 4, "2024-11-20 12:00", status="resolved", seen=["c", "c 3"]),
    )
    once = stand(asked("d", "2024-11-20 08:00", "x"), done("d", 2, "2024-11-20 14:00"))
    found = make("tags", situation(target, source), situation(source, target), again, once)
    assert rows(found, "created", "share_reopened", "duplicates", "resolved", "elapsed_median_s") == {
        "x": (3, Fraction(1, 2), 1, 2, 5 * HOUR)
    }
    assert "left out: 1 merged, none in a status that reports leave out" in found.footer


# --- channels and skips ---------------------------------------------------------------------------------------------


def test_channels_are_those_by_which_tickets_began() -> None:
    found = make("channels", *worked_on(), stand(asked("e"), now="2024-11-20 09:00"))
    assert rows(found, "created", "share_of_all", "answered", "response_median_s", "resolved", "elapsed_median_s") == {
        "email": (4, 1, 2, 3 * HOUR, 3, 5 * HOUR)
    }
    by_agent = make("channels", *worked_on(), by="agent")
    assert rows(by_agent, "created", "share_of_all")["bob"] == (1, Fraction(1, 3))


def skipped(name: str, seq: int, when: str, by: str, why: str) -> Event:
    return event(f"{name} {seq}", seq, when, by=by, action="skip", body=why)


def test_skips_by_agent_and_by_reason() -> None:
    one = stand(
        asked("a"),
        skipped("a", 2, "2024-11-20 09:00", "ana", "bob knows it"),
        skipped("a", 3, "2024-11-20 10:00", "ana", "no access\nto the router"),
    )
    other = stand(asked("b"), skipped("b", 2, "2024-11-21 09:00", "bob", "bob knows it"))
    found = make("skips", one, other)
    assert rows(found, "skips", "tickets") == {"ana": (2, 1), "bob": (1, 1)}
    assert total(found, "skips", "tickets") == (3, 2)
    why = make("skips", one, other, by="reason")
    assert rows(why, "skips", "tickets") == {"bob knows it": (2, 2), "no access to the router": (1, 1)}
    assert make("skips", one, other, until="2024-11-20 09:30").total.values["skips"] == 1
    with pytest.raises(OnlyOfSkips, match="--by reason is of the report on skips, not of volume"):
        make("volume", one, by="reason")


# --- all of them ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_and_one_ticket(kind: str) -> None:
    nothing = make(kind)
    assert (nothing.rows, [value for value in nothing.total.values.values() if value]) == ((), [])
    assert "left out: 0 merged, none in a status that reports leave out" in nothing.footer
    one = make(kind, stand(asked("a")))
    assert len(one.rows) == {"agents": 0, "skips": 0, "volume": 2}.get(kind, 1)
    json.dumps(render.document(one))


@pytest.mark.parametrize("kind", KINDS)
def test_spam_and_merged_tickets_are_left_out(kind: str) -> None:
    spam = stand(
        asked("c"),
        skipped("c", 2, "2024-11-20 08:30", "ana", "no"),
        answered("c", 3, "2024-11-20 08:40"),
        changes("s", 4, "2024-11-20 09:00", status="spam", seen=["c"]),
    )
    found = make(kind, spam)
    assert found.rows == ()
    assert "left out: 0 merged, 1 spam" in found.footer


KEYS = {
    "volume": {*COUNTS, "resolved_times", "reopened_times"},
    "channels": {
        *("created", "share_of_all", "answered", "response_median_s", "response_business_median_s", "resolved"),
        *("elapsed_median_s", "elapsed_business_median_s", "share_reopened"),
    },
    "skips": {"skips", "tickets"},
    "tags": {
        *("created", "share_of_all", "before", "growth", "recurring", "share_reopened", "duplicates", "resolved"),
        *("elapsed_median_s", "elapsed_business_median_s"),
    },
    "agents": {
        *("replies", "answered", "resolved", "days", "resolved_per_day", "responses", "response_median_s"),
        *("response_business_median_s", "nexts", "next_median_s", "next_p90_s", "resolutions", "elapsed_median_s"),
        *("elapsed_business_median_s", "share_met", "sla_n", "score", "score_at_least", "ratings", "rank", "lagging"),
    },
}


@pytest.mark.parametrize("kind", KINDS)
def test_json_has_a_stable_set_of_keys(kind: str) -> None:
    found = render.document(make(kind, *worked_on()))
    assert set(found["total"]) == KEYS[kind]
    assert all(set(one) == {"group", *KEYS[kind]} for one in found["rows"])
    assert (found["kind"], found["schema_version"]) == (kind, 1)
    for one in (found["total"], *found["rows"]):
        assert all(value is None or isinstance(value, int) for name, value in one.items() if name.endswith("_s"))


def test_scripts_get_flags_as_words_and_ratios_as_numbers() -> None:
    names, data = render.data(make("tags", *tagged(("x", 6, "2024-11-12"), ("x", 2, "2024-11-05")), **MAY))
    assert dict(zip(names, data[0], strict=True)) | {"tag": "x", "growth": "3.0000", "recurring": "true"} == dict(
        zip(names, data[0], strict=True)
    )
    (found,) = render.document(make("tags", *tagged(("x", 6, "2024-11-12"), ("x", 2, "2024-11-05")), **MAY))["rows"]
    assert (found["growth"], found["recurring"]) == (3.0, True)


# --- random desks, counted by looking at them again and again -------------------------------------------------------

HISTORY = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(sorted(STEPS)), st.integers(0, 6000)), max_size=20)


def instants(play: Play) -> list[datetime]:
    """Every instant at which anything may have changed."""
    events = [event for one in play.tickets.values() for event in one.events]
    found = {event.at for event in events} | {
        at for event in events if isinstance(at := event.set.get(("until",)), datetime)
    }
    return sorted(one for one in found if one <= play.now)


def categories(play: Play, code: str, times: list[datetime]) -> list[str]:
    """The category of a ticket at each instant, each time worked out from the files alone."""
    one = play.tickets[code]
    looks = [looked_at(one, play.alone(code).thread, play.settings, when) for when in times]
    return [look.category if one.first.at <= look.now else "" for look in looks]


def counted_anew(play: Play, form: str) -> dict[str, tuple[int, ...]]:
    """Created, resolved, reopened by the names of days or weeks."""
    times, wanted = instants(play), Counter[tuple[str, str]]()
    for code, one in play.tickets.items():
        seen, before = {(f"{one.first.at.astimezone(PRAGUE):{form}}", "created")}, ""
        for when, category in zip(times, categories(play, code, times), strict=True):
            label = f"{when.astimezone(PRAGUE):{form}}"
            seen |= {(label, "resolved")} if category == "resolved" != before else set()
            seen |= {(label, "reopened")} if before in FINISHED and category not in FINISHED else set()
            before = category
        wanted.update(seen)
    labels = {label for label, _ in wanted}
    return {label: tuple(wanted[label, name] for name in ("created", "resolved", "reopened")) for label in labels}


FORMS = {"day": "%Y-%m-%d", "week": "%G-W%V"}


def test_a_rating_counts_for_who_answered_last_before_the_resolve() -> None:
    def of(value: int) -> Situation:
        answer, resolved = answered("b", 2, "2024-11-20 12:00", by="bob"), done("b", 3, "2024-11-20 13:00")
        keys = {"kind": "change", "role": "customer", "action": "rate", "value": value, "after": resolved.id}
        rated = event("b 4", 4, "2024-11-21 08:00", by="Maria <maria@example.com>", **keys)
        return stand(asked("b"), answer, resolved, rated)

    found = make("agents", of(5), of(2), of(4))
    assert rows(found, "score", "ratings") == {"ana": (None, 0), "bob": (Fraction(2, 3), 3)}
    assert 0 < float(found.total.values["score_at_least"] or 0) < 2 / 3


@settings(max_examples=30)
@given(HISTORY, st.sampled_from(sorted(FORMS)))
def test_volume_is_what_looking_at_every_instant_counts(history: Any, by: str) -> None:
    play = played(history)
    found = make("volume", *map(play.alone, play.tickets), by=by)
    counts = {group: some for group, some in rows(found, "created", "resolved", "reopened").items() if any(some)}
    assert counts == counted_anew(play, FORMS[by])
    for group, (backlog,) in rows(found, "backlog").items():
        end = max(one for one in instants(play) if f"{one.astimezone(PRAGUE):{FORMS[by]}}" <= group)
        last = [categories(play, code, [end])[0] for code in play.tickets]
        assert backlog == sum(1 for one in last if one and one not in FINISHED)


def test_a_resolve_that_is_not_counted_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    play = played([(0, "resolves", 10), (0, "says", 3000), (0, "resolves", 3000)])
    real = deeds.of
    monkeypatch.setattr(deeds, "of", lambda one: real(one)[:-1])
    found = make("volume", *map(play.alone, play.tickets), by="day")
    assert rows(found, "created", "resolved", "reopened") != counted_anew(play, FORMS["day"])


@settings(max_examples=25)
@given(HISTORY)
def test_replies_are_the_public_messages_of_agents(history: Any) -> None:
    play = played(history)
    wrote = [(code, event) for code, one in play.tickets.items() for event in one.counting]
    wrote = [
        (code, event) for code, event in wrote if event.kind == "message" and event.role == "agent" and not event.quiet
    ]
    found = make("agents", *map(play.alone, play.tickets))
    assert found.total.values["replies"] == len(wrote)
    assert found.total.values["answered"] == len({code for code, _ in wrote})
    assert {group: n for group, (n,) in rows(found, "replies").items() if n} == Counter(event.by for _, event in wrote)


@settings(max_examples=25)
@given(HISTORY)
def test_first_responses_of_agents_are_those_between_two_messages(history: Any) -> None:
    play = played(history)
    wanted: dict[str, list[int]] = {}
    for code, one in play.tickets.items():
        reply = next((event for event in one.counting if event.public_answer), None)
        times = [when for when in instants(play) if reply is None or when <= reply.at]
        done_before = any(
            when < reply.at
            for when, category in zip(times, categories(play, code, times), strict=True)
            if reply and category in FINISHED
        )
        if reply and not done_before:
            wanted.setdefault(reply.by, []).append(int((reply.at - one.first.at).total_seconds()))
    found = rows(make("agents", *map(play.alone, play.tickets)), "responses", "response_median_s")
    counts = {agent: (n, middle) for agent, (n, middle) in found.items() if n}
    assert counts == {agent: (len(some), statistics.median(some)) for agent, some in wanted.items()}


TANGLED = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(sorted(ALL)), st.integers(0, 900)), max_size=20)


@settings(max_examples=25)
@given(TANGLED)
def test_each_reply_counts_once_whatever_is_merged_or_split(history: Any) -> None:
    play = played(history, ALL)
    wrote = [event for one in play.tickets.values() for event in one.counting if event.public_answer]
    wrote = [event for event in wrote if not event.part_of and event.at <= play.now]
    assert make("agents", *map(play.alone, play.tickets)).total.values["replies"] == len(wrote)


DAYS = st.lists(st.tuples(st.integers(1, 28), st.sets(st.sampled_from("xyz"))), max_size=25)


@settings(max_examples=25)
@given(DAYS, st.integers(2, 27), st.integers(0, 20))
def test_tags_are_counted_in_two_windows(tickets: Any, first: int, length: int) -> None:
    desk = [stand(asked(f"{n}", f"2024-11-{day:02} 12:00", *tags)) for n, (day, tags) in enumerate(tickets)]
    last = min(first + length, 30)
    period = {"since": f"2024-11-{first:02} 00:00", "until": f"2024-11-{last:02} 23:59:59"}
    found = rows(make("tags", *desk, **period, zone=ZoneInfo("UTC")), "created", "before")
    now = Counter(tag for day, tags in tickets if first <= day <= last for tag in tags or {""})
    before = Counter(tag for day, tags in tickets if 2 * first - last - 1 <= day < first for tag in tags or {""})
    assert found == {tag: (count, before[tag]) for tag, count in now.items()}


def test_tags_and_reasons_are_harmless_in_a_spreadsheet() -> None:
    for kind, by in (("tags", "tag"), ("skips", "reason")):
        one = stand(asked("a", "2024-11-20 08:00", "=1+1"), skipped("a", 2, "2024-11-20 09:00", "ana", "=1+1"))
        lines = formats.csv(*render.data(make(kind, one, by=by))).splitlines()
        assert lines[1].startswith("'=1+1,1")


def test_a_reply_a_skip_and_the_answer_to_a_later_turn_are_remembered() -> None:
    play = Play(LEVELS)
    code = play.asks()
    play.answers(code)
    play.do(code, skip.skip("bob knows"))
    assert [deed.what for deed in deeds.of(play.alone(code))] == ["reply", "skip"]
    play.do(code, act.customer_reply(act.Message("More."), MARIA))
    play.wait(hours=1)
    play.answers(code, "Yes.")
    (turn,) = [deed for deed in deeds.of(play.alone(code)) if deed.what == "turn"]
    assert (turn.by, turn.value) == ("ana", HOUR + 60)
