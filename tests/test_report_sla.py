"""The report on service levels: outcomes and whose they are, shares, periods, and what changes none of them."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.command import Command, Ran, at_home
from tests.desks import AGENTS, answers, asks, at, changes, event, make_desk, says, situation, ticket
from tests.play import JAN, MARIA, Play
from ticketcli.core.action import change, status
from ticketcli.core.action.level import reapply
from ticketcli.core.clock.situation import Situation
from ticketcli.core.clock.working import looked_at
from ticketcli.core.errors import TicketError
from ticketcli.core.report import render
from ticketcli.core.report.report import Report, Row, report
from ticketcli.core.report.share import BadShare, BelowShare, check, percent, share
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.fold import in_order
from ticketcli.core.words.keys import CLOCKS
from ticketcli.core.words.loading import load
from ticketcli.core.words.settings import Settings

UTC = ZoneInfo("UTC")
LEVEL = {"level": "standard", "first_response": "1h", "next_response": "2h", "resolution": "8h"}
COUNTS = ("met", "missed", "running", "cancelled", "retargeted")
NOW = "2024-11-21 08:00"


def make(*found: Situation, by: str = "", since: str = "", until: str = "", clock: str | None = None) -> Report:
    period = {"since": at(since) if since else None, "until": at(until) if until else None}
    return report("sla", found, by=by, zone=UTC, clock=clock, **period)


def asked(name: str = "a", when: str = "2024-11-20 08:00", **more: Any) -> Event:
    return asks(name, when, f"About {name}", **{"sla": LEVEL, **more})


def answered(when: str, name: str = "a", seq: int = 2, **more: Any) -> Event:
    return answers(f"{name} {seq}", seq, when, "Try again.", **{"seen": [name], **more})


def resolved(when: str, name: str = "a", seq: int = 3, **more: Any) -> Event:
    return changes(f"{name} {seq}", seq, when, **{"status": "resolved", "seen": [name], **more})


def stand(*events: Event, now: str = NOW) -> Situation:
    return situation(ticket(*events), now=now)


def told(found: Report) -> dict[str, str]:
    """What every row counts: {"resolution": "1 met, 1 missed"}."""
    counts = {row.group: [f"{row.values[name]} {name}" for name in COUNTS if row.values[name]] for row in found.rows}
    return {group: ", ".join(words) for group, words in counts.items() if words}


# --- outcomes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "outcome"), [("08:59:59", "met"), ("09:00:00", "met"), ("09:00:01", "missed"), ("15:00", "missed")]
)
def test_the_second_of_the_deadline_is_in_time_and_the_next_is_not(when: str, outcome: str) -> None:
    found = make(stand(asked(), answered(f"2024-11-20 {when}"), now="2024-11-20 15:59"))
    assert told(found) == {"first_response": f"1 {outcome}", "resolution": "1 running"}


@pytest.mark.parametrize(("now", "outcome"), [("09:00:00", "running"), ("09:00:01", "missed")])
def test_running_past_the_deadline_is_missed(now: str, outcome: str) -> None:
    found = make(stand(asked(), now=f"2024-11-20 {now}"), clock="first_response")
    assert told(found) == {"first_response": f"1 {outcome}"}
    assert found.total.values["n"] == int(outcome == "missed")


@pytest.mark.parametrize(("when", "outcome"), [("08:30", "cancelled"), ("09:00", "cancelled"), ("09:30", "missed")])
def test_a_resolve_without_a_reply_cancels_only_what_is_not_missed_yet(when: str, outcome: str) -> None:
    found = make(stand(asked(), resolved(f"2024-11-20 {when}")))
    assert told(found) == {"first_response": f"1 {outcome}", "resolution": "1 met"}


def test_a_miss_by_a_change_of_the_target_stands_apart() -> None:
    shorter = event("r", 2, "2024-11-20 12:00", sla=LEVEL | {"level": "gold", "resolution": "2h"})
    found = make(stand(asked(), answered("2024-11-20 08:30"), shorter, resolved("2024-11-20 13:00")), by="level")
    assert told(found) == {"standard": "1 met", "gold": "1 met"}, "the clock had stopped while Answered"
    moved = make(stand(asked(), shorter, resolved("2024-11-20 13:00")))
    assert told(moved) == {"first_response": "1 missed", "resolution": "1 retargeted"}
    total = moved.total.values
    assert (total["n"], total["missed"], total["share_met"], total["retargeted"]) == (1, 1, 0, 1)
    assert any("retargeted (missed only because" in note for note in moved.footer)


def test_a_longer_target_erases_no_miss() -> None:
    longer = event("r", 2, "2024-11-20 17:00", sla=LEVEL | {"resolution": "100h"})
    found = make(stand(asked(), longer, resolved("2024-11-20 18:00")), clock="resolution")
    assert told(found) == {"resolution": "1 missed"}


def test_a_reopened_ticket_has_two_resolutions_and_keeps_the_first() -> None:
    events = [
        asked(),
        answered("2024-11-20 08:30"),
        resolved("2024-11-20 09:00"),
        says("a 4", 4, "2024-11-20 10:00", "It jams again."),
        resolved("2024-11-20 23:00", seq=5, seen=["a", "a 4"], by="bob"),
    ]
    assert told(make(stand(*events), clock="resolution")) == {"resolution": "1 met, 1 missed"}
    assert told(make(stand(*events), clock="resolution", by="agent")) == {"ana": "1 met", "bob": "1 missed"}
    assert told(make(stand(*events[:4], now="2024-11-20 12:00"), clock="resolution")) == {
        "resolution": "1 met, 1 running"
    }


def test_every_turn_of_a_customer_after_the_first_answer_is_a_next_response() -> None:
    events = [
        asked(),
        answered("2024-11-20 08:30"),
        says("a 3", 3, "2024-11-20 09:00", "No."),
        says("a 4", 4, "2024-11-20 09:30", "Hello?"),
        answered("2024-11-20 10:59", seq=5, seen=["a", "a 3", "a 4"]),
        says("a 6", 6, "2024-11-20 12:00", "No."),
        answered("2024-11-20 15:00", seq=7, seen=["a", "a 3", "a 4", "a 6"], by="bob"),
        says("a 8", 8, "2024-11-20 16:00", "Thanks."),
    ]
    found = make(stand(*events, now="2024-11-20 16:30"))
    assert told(found)["next_response"] == "1 met, 1 missed, 1 running"
    assert told(found)["first_response"] == "1 met"


def test_only_clocks_with_a_target_are_measured() -> None:
    found = make(stand(asked(sla={"level": "loose", "resolution": "8h"}), answered("2024-11-20 08:30")))
    assert told(found) == {"resolution": "1 running"}


def test_merged_tickets_and_statuses_without_reports_are_left_out() -> None:
    target, source = ticket(asked("a")), ticket(asked("b"))
    target = target.plus([event("m", 2, "2024-11-21 08:00", action="merge", lists={"shows": (f"+{source.code}",)})])
    source = source.plus(
        [event("n", 2, "2024-11-21 08:00", action="merge", set={("merged_into",): target.code, ("status",): "merged"})]
    )
    spam = stand(asked("c"), changes("s", 2, "2024-11-20 09:00", status="spam", seen=["c"]))
    found = make(situation(target, source), situation(source, target), spam, clock="first-response")
    assert found.total.values["missed"] == 1
    assert "left out: 1 merged, 1 spam" in found.footer


# --- whose it is ----------------------------------------------------------------------------------------------------


def test_an_answer_counts_for_who_sent_it_and_a_resolve_for_who_resolved() -> None:
    found = stand(
        asked(set={("assignee",): "bob"}),
        answered("2024-11-20 08:30", by="ana", set={("assignee",): "bob"}),
        resolved("2024-11-20 09:00", by="cleo"),
    )
    assert told(make(found, by="agent", clock="first_response")) == {"ana": "1 met"}
    assert told(make(found, by="agent", clock="resolution")) == {"cleo": "1 met"}


def test_what_runs_counts_for_the_assignee_and_a_miss_for_whose_it_was_then() -> None:
    given = changes("give", 3, "2024-11-20 08:30", assignee="ana")
    taken = changes("take", 4, "2024-11-20 10:00", assignee="bob")
    running = {"now": "2024-11-20 08:45"}
    assert told(make(stand(asked(), **running), by="agent", clock="first_response")) == {"": "1 running"}
    assert told(make(stand(asked(), given, **running), by="agent", clock="first_response")) == {"ana": "1 running"}
    assert told(make(stand(asked(), taken), by="agent", clock="first_response")) == {"": "1 missed"}
    assert told(make(stand(asked(), given, taken), by="agent", clock="first_response")) == {"ana": "1 missed"}
    passed_on = changes("pass", 4, "2024-11-20 08:50", assignee="cleo")
    assert told(make(stand(asked(), given, passed_on), by="agent", clock="first_response")) == {"cleo": "1 missed"}
    unassigned = render.table(make(stand(asked()), by="agent"))[1]
    assert unassigned[0][:2] == ["(unassigned)", "2"]


def test_what_happened_by_itself_counts_for_the_assignee() -> None:
    first = asked(set={("assignee",): "bob"})
    rule = event(
        "rule", 2, "2024-11-20 08:30", by="tick", role="system", after=first.id, set={("status",): "resolved"}, seen=()
    )
    seen = replace(rule, seen=(first.id,))
    assert told(make(stand(first, seen), by="agent", clock="resolution")) == {"bob": "1 met"}


# --- groups and periods ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "label"),
    [
        ("level", "standard"),
        ("clock", "first_response"),
        ("department", "billing"),
        ("agent", "ana"),
        ("priority", "high"),
        ("tag", "vip"),
        ("customer", "maria@example.com"),
        ("channel", "email"),
        ("status", "answered"),
        ("month", "2024-11"),
        ("fields.area", "mail"),
    ],
)
def test_every_word_of_by_groups(by: str, label: str) -> None:
    fields = {("department",): "billing", ("priority",): "high", ("fields", "area"): "mail"}
    first = asked(set=fields, lists={"tags": ("+vip",)})
    assert told(make(stand(first, answered("2024-11-20 08:30")), by=by, clock="first_response")) == {label: "1 met"}


def test_without_by_there_is_a_row_for_every_clock_also_where_nothing_ran() -> None:
    found = make(stand(asked(), answered("2024-11-20 08:30")))
    assert (found.by, [row.group for row in found.rows]) == ("clock", list(CLOCKS))
    assert [row.group for row in make(clock="next-response").rows] == ["next_response"]
    titles, rows = render.table(found)
    assert titles == ["clock", "n", "met", "missed", "share", "running", "cancelled", "retargeted"]
    assert rows == [
        ["first_response", "1", "1", "0", "100.0 %", "0", "0", "0"],
        ["next_response", "0", "0", "0", "", "0", "0", "0"],
        ["resolution", "0", "0", "0", "", "1", "0", "0"],
        ["total", "1", "1", "0", "100.0 %", "1", "0", "0"],
    ]


def test_a_clock_falls_into_the_period_of_its_deadline() -> None:
    early, late = stand(asked("a"), answered("2024-11-20 08:30")), stand(asked("b", "2024-11-20 23:30"))
    day = {"since": "2024-11-20 00:00", "until": "2024-11-20 23:59:59"}
    assert make(early, late, clock="first_response", **day).total.values["n"] == 1, "the other is due after midnight"
    assert make(early, late, clock="first_response", since="2024-11-21 00:00").total.values["missed"] == 1
    assert make(early, late, clock="first_response", since="2024-11-20 09:00").total.values["met"] == 1
    assert make(early, late, clock="first_response", until="2024-11-20 08:59:59").total.values["met"] == 0
    assert make(early, until="2024-11-20 09:00").footer[-1] == (
        "period: to 2024-11-20 09:00, by the deadline of each clock; times in UTC"
    )


def test_a_deadline_that_a_pause_holds_up_counts_as_it_stands_now() -> None:
    paused = stand(asked(), answered("2024-11-20 08:30"))
    for period in ({"since": "2024-12-01 00:00"}, {"until": "2024-11-20 10:00"}, {}):
        assert make(paused, clock="resolution", **period).total.values["running"] == 1
    assert make(paused, clock="resolution", until="2024-11-19 10:00").total.values["running"] == 0
    assert told(make(paused, clock="resolution", by="month")) == {"": "1 running"}


def test_what_has_ended_is_in_one_period_also_where_its_calendar_reaches_no_deadline() -> None:
    few = load({"calendar": {"few": {"mon": ["09:00-10:00"]}}})
    sla = {"level": "slow", "calendar": "few", "resolution": "1000h"}
    done = situation(ticket(asked(sla=sla), resolved("2024-11-20 09:00")), now=NOW, settings=few)
    assert make(done, since="2024-11-20 09:00", until="2024-11-20 09:00").total.values["met"] == 1
    assert make(done, since="2024-11-20 09:01").total.values["met"] == 0


def test_percentages_come_from_the_counts() -> None:
    bad = [stand(asked(f"bad {n}", set={("department",): "x"})) for n in range(1)]
    good = [
        stand(asked(f"good {n}", set={("department",): "y"}), answered("2024-11-20 08:30", f"good {n}"))
        for n in range(5)
    ]
    found = make(*bad, *good, by="department", clock="first_response")
    assert {row.group: row.values["share_met"] for row in found.rows} == {"y": 1, "x": 0}
    assert found.total.values["share_met"] == Fraction(5, 6)
    names, rows = render.data(found)
    assert names == ["department", "n", "met", "missed", "share_met", "running", "cancelled", "retargeted"]
    assert rows[-1] == ["total", "6", "5", "1", "0.8333", "0", "0", "0"]
    assert render.table(found)[1][-1][4] == "83.3 %"


def test_json_has_a_stable_set_of_keys() -> None:
    found = json.loads(
        json.dumps(render.document(make(stand(asked(), answered("2024-11-20 08:30")), clock="first_response")))
    )
    numbers = {"n": 1, "met": 1, "missed": 0, "share_met": 1.0, "running": 0, "cancelled": 0, "retargeted": 0}
    assert found.pop("footer")
    assert found == {
        "schema_version": 1,
        "kind": "sla",
        "by": "clock",
        "clock": "first_response",
        "rows": [{"group": "first_response", **numbers}],
        "total": numbers,
    }
    assert render.document(make())["total"] == {**dict.fromkeys(numbers, 0), "share_met": None}


def test_where_nothing_is_measured_the_footer_says_why_and_what_to_do() -> None:
    found = make(stand(asked(sla=None)))
    assert found.total.values == {**dict.fromkeys(("n", *COUNTS), 0), "share_met": None}
    (note,) = [note for note in found.footer if "service level" in note]
    assert note.startswith("no ticket here has a service level: describe them as [[sla]] in ticketcli.toml;")
    assert note.endswith("ticket sla reapply")
    assert not any("no ticket here" in note for note in make(stand(asked()), until="2020-01-01 00:00").footer)
    assert not any("percentiles" in note for note in found.footer), "there are none"


# --- shares ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("95%", "19/20"),
        ("95 %", "19/20"),
        ("0.95", "19/20"),
        (".95", "19/20"),
        ("99.95%", "1999/2000"),
        ("1", "1"),
        ("1.0", "1"),
        ("100%", "1"),
        ("1%", "1/100"),
        ("0", "0"),
    ],
)
def test_a_share_is_a_percentage_or_a_fraction(word: str, part: str) -> None:
    assert share(word) == Fraction(part)


@pytest.mark.parametrize(
    "word",
    ["", "95", "1.01", "2", "-5%", "-0.1", "101%", "100.1%", "many", "%", "1/2", "1e-1", "nan", "95%%", "٩٥%", "0,95"],
)
def test_what_is_no_share_is_refused_with_what_to_write(word: str) -> None:
    with pytest.raises(BadShare, match=r"write 95% or 0\.95") as refused:
        share(word)
    assert refused.value.exit_code == 2


@pytest.mark.parametrize(
    ("met", "n", "least", "shown"),
    [
        (42, 46, "1", "91.3 %"),
        (2, 3, "1", "66.7 %"),
        (3, 3, "1", "100.0 %"),
        (0, 3, "1", "0.0 %"),
        (9996, 10000, "1", "99.96 %"),
        (99999, 100000, "1", "99.999 %"),
        (94997, 100000, "19/20", "94.997 %"),
        (949999, 1000000, "19/20", "94.9999 %"),
    ],
)
def test_a_share_never_looks_as_if_it_reached_what_it_does_not(met: int, n: int, least: str, shown: str) -> None:
    assert percent(Fraction(met, n), Fraction(least)) == shown


def of_shares(met: int, n: int) -> Report:
    found = make()
    return replace(found, clocks=(Row("resolution", {"met": met, "n": n}),))


@settings(max_examples=200)
@given(st.integers(1, 10**6), st.data())
def test_the_threshold_itself_passes_and_all_below_it_fails(n: int, data: st.DataObject) -> None:
    met = data.draw(st.integers(0, n))
    assert check(of_shares(met, n), Fraction(met, n)) == ""
    if met < n:
        just_above = Fraction(met, n) + Fraction(1, 10**9)
        with pytest.raises(BelowShare):
            check(of_shares(met, n), just_above)


def test_the_sentence_of_a_failure_has_the_counts() -> None:
    for least, words in (("95%", "95 %"), ("0.955", "95.5 %"), ("100%", "100 %")):
        with pytest.raises(BelowShare) as failed:
            check(of_shares(42, 46), share(least))
        assert str(failed.value) == f"share met below {words}: resolution 91.3 % (42 of 46)"
        assert failed.value.exit_code == 1
    with pytest.raises(BelowShare, match=r"share met below 95 %: resolution 94\.997 % \(94997 of 100000\)"):
        check(of_shares(94997, 100000), share("95%"))
    assert "nothing to measure" in check(of_shares(0, 0), share("100%"))


# --- what changes no report -----------------------------------------------------------------------------------------

DESK = {
    "department": {"support": {}, "billing": {}},
    "agent": {"ana": {"departments": ["support", "billing"]}, "bob": {"departments": ["support"]}},
    "calendar": {"office": {day: ["08:00-16:00"] for day in ("mon", "tue", "wed", "thu", "fri")}},
}
GOLD = {
    "name": "gold",
    "when": "priority:high..",
    "calendar": "office",
    "first_response": {"urgent": "30m", "default": "1h"},
    "resolution": {"default": "6h"},
}
STANDARD = {
    "name": "standard",
    "first_response": {"default": "4h"},
    "next_response": {"default": "2h"},
    "resolution": {"high": "8h", "default": "20h"},
}
LEVELS = load({**DESK, "sla": [GOLD, STANDARD]})
LATER = load({**DESK, "sla": [{"name": "other", "first_response": {"default": "1m"}, "resolution": {"default": "9h"}}]})
PARTITIONS = ("clock", "level", "agent", "priority", "department", "customer", "status", "month", "channel")


def priority(name: str) -> Any:
    return change.change(Changes({("priority",): name}))


STEPS = {
    "says": lambda play, code: play.says(code),
    "answers": lambda play, code: play.answers(code),
    "solves": lambda play, code: play.answers(code, status="resolved"),
    "resolves": lambda play, code: play.do(code, status.move("resolved"), who="bob"),
    "closes": lambda play, code: play.do(code, status.move("closed")),
    "postpones": lambda play, code: play.do(code, status.move("postponed", until=play.now + timedelta(hours=5))),
    "assigns": lambda play, code: play.do(code, change.assign("bob")),
    "releases": lambda play, code: play.do(code, change.assign("")),
    "hurries": lambda play, code: play.do(code, priority("urgent")),
    "calms": lambda play, code: play.do(code, priority("low")),
    "moves": lambda play, code: play.do(code, change.transfer_to("billing")),
    "ticks": lambda play, code: play.tick(code),
}
HISTORY = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(sorted(STEPS)), st.integers(0, 600)), max_size=30)


def played(history: Sequence[tuple[int, str, int]], steps: Mapping[str, Callable[..., Any]] = STEPS) -> Play:
    """Three tickets to which these steps were tried, so many minutes apart; what the desk refuses does not happen."""
    play = Play(LEVELS)
    codes = [play.asks(f"Question {n}", who=JAN if n else MARIA) for n in range(3)]
    for number, step, minutes in history:
        play.wait(minutes=minutes)
        try:
            steps[step](play, codes[number])
        except TicketError:
            continue
    return play


def situations(play: Play, given: Settings = LEVELS) -> list[Situation]:
    return [Situation(one.files, given, one.now) for one in map(play.at, play.tickets)]


def every_report(found: Sequence[Situation]) -> list[Report]:
    made = [make(*found, by=by) for by in PARTITIONS]
    kinds = ("resolution", "response")
    return made + [report(kind, found, by="agent", since=None, until=None, zone=UTC) for kind in kinds]


@settings(max_examples=60)
@given(HISTORY, st.sampled_from(PARTITIONS))
def test_the_groups_of_a_partition_add_up_to_the_total(history: Any, by: str) -> None:
    found = situations(played(history))
    made = make(*found, by=by)
    for name in ("n", *COUNTS):
        assert sum(row.values[name] or 0 for row in made.rows) == made.total.values[name]
    assert sum(made.total.values[name] or 0 for name in COUNTS) == sum(len(one.measures) for one in found)
    met, missed, n = (made.total.values[name] for name in ("met", "missed", "n"))
    assert (met or 0) + (missed or 0) == n


@settings(max_examples=60)
@given(HISTORY, st.integers(0, 10000))
def test_periods_side_by_side_add_up_to_the_whole(history: Any, minutes: int) -> None:
    play = played(history)
    found, border = situations(play), play.now - timedelta(minutes=minutes)
    parts = [
        report("sla", found, by="", since=None, until=border, zone=UTC),
        report("sla", found, by="", since=border + timedelta(seconds=1), until=None, zone=UTC),
    ]
    assert sum(part.total.values["n"] or 0 for part in parts) == make(*found).total.values["n"]


@settings(max_examples=60)
@given(HISTORY)
def test_levels_that_the_settings_change_afterwards_change_no_report(history: Any) -> None:
    play = played(history)
    assert every_report(situations(play)) == every_report(situations(play, LATER))
    assert every_report(situations(play)) == every_report(situations(play, LEVELS._replace(levels=())))


@settings(max_examples=60)
@given(HISTORY)
def test_no_report_asks_for_the_warnings_and_breaches_that_were_written(history: Any) -> None:
    play = played(history)
    for code in play.tickets:
        play.tick(code)
    told = every_report(situations(play))
    for code, one in play.tickets.items():
        kept = in_order(event for event in one.events if event.action not in ("warn", "breach"))
        play.tickets[code] = replace(one, events=kept)
    assert every_report(situations(play)) == told


def test_these_laws_can_fail() -> None:
    """A play in which breaches were written, and changes that do change reports."""
    play = played([(0, "hurries", 600), (0, "ticks", 600), (1, "answers", 5), (1, "ticks", 5000)])
    written = Counter(event.action for one in play.tickets.values() for event in one.events)
    assert written["breach"] >= 2
    before = every_report(situations(play))
    code = next(iter(play.tickets))
    ticks = (replace(one, events=one.events[:1]) for one in play.tickets.values())
    first = situations(play)[0]
    assert every_report([looked_at(one, first.thread, first.settings, first.now) for one in ticks]) != before
    play.settings = LATER
    play.do(code, reapply())
    assert every_report(situations(play)) != before


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Three first responses met, one missed; two resolutions met."""
    at_home(tmp_path, monkeypatch)
    made = [
        ticket(asked(name), answered("2024-11-20 08:30", name), resolved("2024-11-20 10:00", name)) for name in "ab"
    ]
    made += [
        ticket(asked("c"), answered("2024-11-20 08:30", "c")),
        ticket(asked("d"), answered("2024-11-20 09:30", "d")),
    ]
    return Command(make_desk(tmp_path / "desk", made, AGENTS), capsys, monkeypatch)


def test_the_command_prints_every_clock_and_the_total(desk: Command) -> None:
    ran = desk.ok("report", "sla", "--format", "csv")
    assert list(csv.reader(StringIO(ran.out)))[1:] == [
        ["first_response", "4", "3", "1", "0.7500", "0", "0", "0"],
        ["next_response", "0", "0", "0", "", "0", "0", "0"],
        ["resolution", "2", "2", "0", "1.0000", "2", "0", "0"],
        ["total", "6", "5", "1", "0.8333", "2", "0", "0"],
    ]
    text = desk.ok("report", "sla", "--by", "level", "--since", "2024-11", "--format", "table").out
    assert text.split("\n")[1].split() == ["standard", "6", "5", "1", "83.3", "%", "2", "0", "0"]
    assert "by the deadline of each clock; times in Europe/Prague" in text
    assert json.loads(desk.ok("report", "sla", "--clock", "First-Response", "--json").out)["clock"] == "first_response"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--fail-under", "75%"], 0, ""),
        (["--by", "level", "--fail-under", "75%"], 0, ""),
        (["--fail-under", "76%"], 1, "ticket: share met below 76 %: first_response 75.0 % (3 of 4)\n"),
        (["--by", "level", "--fail-under", "76%"], 1, "ticket: share met below 76 %: first_response 75.0 % (3 of 4)\n"),
        (["--clock", "first_response", "--fail-under", "75%"], 0, ""),
        (["--clock", "first_response", "--fail-under", "0.7500001"], 1, "ticket: share met below 75.00001 %: "),
        (["--clock", "resolution", "--fail-under", "1"], 0, ""),
        (["--clock", "next-response", "--fail-under", "100%"], 0, "nothing to measure: "),
        (["priority:urgent", "--fail-under", "100%"], 0, "nothing to measure: "),
    ],
)
def test_fail_under_tests_the_total_of_every_clock_that_is_printed(
    desk: Command, words: list[str], code: int, said: str
) -> None:
    ran: Ran = desk.run("report", "sla", *words, "--format", "csv")
    assert ran.code == code
    assert ran.out.splitlines()[-1].startswith("total,")
    assert ran.err.startswith(said) if said else ran.err == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sla", "--fail-under", "95"], 'cannot read the share "95": write 95% or 0.95'),
        (["sla", "--fail-under", "-5%"], 'cannot read the share "-5%"'),
        (["sla", "--fail-under", ""], 'cannot read the share ""'),
        (["--fail-under", "95%"], "--fail-under is of the report on service levels, not of resolution"),
        (["response", "--clock", "resolution"], "--clock is of the report on service levels, not of response"),
        (["--by", "clock"], "--by clock is of the report on service levels, not of resolution"),
        (["sla", "--clock", "first"], "known: first_response, next_response, resolution"),
        (["sla", "--clock", ""], "known: first_response, next_response, resolution"),
        (["sla", "--by", "colour"], 'cannot group by "colour"'),
        (["compliance"], "there are: resolution, response, sla"),
    ],
)
def test_words_that_cannot_be_read_are_refused(desk: Command, words: list[str], said: str) -> None:
    assert said in desk.refused(2, "report", *words)


def test_a_share_that_is_missed_and_a_damaged_ticket_are_both_told(desk: Command) -> None:
    next(desk.root.glob("tickets/*/*.toml")).write_text("code = ")
    ran = desk.run("report", "sla", "--fail-under", "100%", "--format", "csv")
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 2
    assert desk.run("report", "sla", "--fail-under", "0", "--format", "csv").code == 1
