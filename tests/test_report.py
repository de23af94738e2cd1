"""Reports: what is counted, in which row, and by which arithmetic."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desks import answers, asks, at, changes, event, says, situation, ticket
from ticketcli.cli.main import main
from ticketcli.core.clock.situation import Situation
from ticketcli.core.report import render
from ticketcli.core.report.groups import UnknownGroup
from ticketcli.core.report.kinds import OnlyOfClocks, UnknownKind
from ticketcli.core.report.report import Report, Row, report
from ticketcli.core.report.summary import percentile, summary
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.words.loading import load
from ticketcli.core.words.settings import Settings

PRAGUE = ZoneInfo("Europe/Prague")
DAY = 86400


def make(kind: str, *situations: Situation, by: str = "", since: str = "", until: str = "") -> Report:
    period = {"since": at(since) if since else None, "until": at(until) if until else None}
    return report(kind, situations, by=by, zone=PRAGUE, **period)


def stand(*events: Event) -> Situation:
    return situation(ticket(*events), now="2025-01-01 00:00")


def asked(name: str, when: str = "2024-11-20 08:00", **more: Any) -> Event:
    return asks(name, when, f"About {name}", **more)


def resolved(name: str, hours: float, *, by: str = "ana", set: dict[Any, Any] | None = None, **more: Any) -> Situation:
    """A ticket that was resolved so many hours after it began."""
    end = at("2024-11-20 08:00") + timedelta(hours=hours)
    when = f"{end:%Y-%m-%d %H:%M:%S}"
    closes = at("2025-06-01 08:00")
    return stand(
        asked(name, set=set or {}, **more),
        changes(f"{name} done", 2, when, by=by, status="resolved", until=closes, seen=[name]),
    )


def worked_on(name: str) -> Situation:
    """Two hours to the answer, a day until the customer writes again, an hour to the resolve; reopened, resolved."""
    return stand(
        asked(name),
        answers(f"{name} 2", 2, "2024-11-20 10:00", "Try again.", seen=[name]),
        says(f"{name} 3", 3, "2024-11-21 10:00", "It does not work."),
        changes(f"{name} 4", 4, "2024-11-21 11:00", status="resolved", seen=[f"{name} 3"]),
        says(f"{name} 5", 5, "2024-11-21 16:00", "Nor now."),
        changes(f"{name} 6", 6, "2024-11-21 17:00", by="bob", status="resolved", seen=[f"{name} 5"]),
    )


def groups(found: Report) -> dict[str, Any]:
    return {row.group: row.values["n"] for row in found.rows}


def test_elapsed_takes_nothing_off_and_handling_is_what_the_customer_waited() -> None:
    total = make("resolution", worked_on("a")).total.values
    assert total["elapsed_median_s"] == DAY + 9 * 3600
    assert total["handling_median_s"] == 4 * 3600
    assert total["answered_median_s"] == DAY
    assert total["postponed_median_s"] == 0
    assert (total["reopened"], total["reopened_times"]) == (1, 1)


OFFICE = load(
    {
        "time_zone": "Europe/Prague",
        "calendar": {"office": {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}},
    }
)
LEVEL = {"level": "standard", "calendar": "office", "resolution": "16h"}


def over_a_weekend(name: str = "a", sla: Any = LEVEL, settings: Settings = OFFICE) -> Situation:
    """Asked on Friday at 16:00 in Prague, answered half an hour later, written to and resolved on Monday at 10:00."""
    found = ticket(
        asked(name, "2024-11-22 15:00", sla=sla),
        answers(f"{name} 2", 2, "2024-11-22 15:30", "Try again.", seen=[name]),
        says(f"{name} 3", 3, "2024-11-25 08:30", "No."),
        changes(f"{name} 4", 4, "2024-11-25 09:00", status="resolved", seen=[f"{name} 3"]),
    )
    return situation(found, now="2025-01-01 00:00", settings=settings)


def test_every_time_is_told_in_business_hours_too() -> None:
    total = make("resolution", over_a_weekend()).total.values
    hours = {of: (total[f"{of}_median_s"], total[f"{of}_business_median_s"]) for of in TIMES}
    assert hours == {
        "elapsed": (66 * 3600, 2 * 3600),
        "handling": (3600, 3600),
        "answered": (65 * 3600, 3600),
        "postponed": (0, 0),
    }
    response = make("response", over_a_weekend()).total.values
    assert (response["response_median_s"], response["response_business_median_s"]) == (1800, 1800)
    early = ticket(asked("e", "2024-11-24 08:00", sla=LEVEL), answers("e2", 2, "2024-11-25 08:30", "Yes.", seen=["e"]))
    waited = make("response", situation(early, settings=OFFICE)).total.values
    assert (waited["response_median_s"], waited["response_business_median_s"]) == (24 * 3600 + 1800, 1800)


@pytest.mark.parametrize("sla", [None, {"level": "standard", "resolution": "16h"}, LEVEL | {"calendar": "gone"}])
def test_without_a_calendar_business_hours_are_the_plain_ones(sla: Any) -> None:
    for kind, times in (("resolution", TIMES), ("response", ("response",))):
        total = make(kind, *(over_a_weekend(name, sla) for name in "abcde")).total.values
        for of in times:
            assert [total[f"{of}_business_{how}_s"] for how in HOW] == [total[f"{of}_{how}_s"] for how in HOW]
            assert total[f"{of}_max_s"] is not None


def test_the_footer_says_what_each_of_the_times_leaves_out() -> None:
    for kind in ("resolution", "response"):
        (business,) = [note for note in make(kind).footer if note.startswith("business: ")]
        assert "it leaves out nights, weekends and holidays" in business
        assert "both are the same where no level with a calendar counts" in business
    footer = make("resolution").footer
    assert "elapsed: from the start to the last resolve, nothing taken off" in footer
    assert any(note.startswith("handling") and "it leaves out Answered" in note for note in footer)


def test_business_hours_have_no_days() -> None:
    long = over_a_weekend("a", None)
    titles, rows = render.table(make("resolution", long))
    assert titles[:5] == ["n", "median", "business", "p90", "max"]
    assert rows[0][:3] == ["1", "2d 18:00", "66:00"]


def test_the_level_that_counts_now_groups_every_kind() -> None:
    changed = over_a_weekend("b").ticket.plus([event("b5", 9, "2024-11-25 10:00", sla=LEVEL | {"level": "gold"})])
    tickets = [over_a_weekend("a"), situation(changed, settings=OFFICE), over_a_weekend("c", None)]
    for kind in ("resolution", "response"):
        assert groups(make(kind, *tickets, by="level")) == {"gold": 1, "standard": 1, "": 1}


def test_postponed_time_stands_apart() -> None:
    until = at("2024-11-22 08:00")
    found = stand(
        asked("a"),
        changes("wait", 2, "2024-11-20 09:00", status="postponed", until=until, seen=["a"]),
        changes("done", 3, "2024-11-22 09:00", status="resolved", seen=["a"]),
    )
    total = make("resolution", found).total.values
    assert (total["handling_median_s"], total["postponed_median_s"]) == (2 * 3600, 2 * DAY - 3600)


def test_tickets_without_a_resolve_are_counted_apart_and_said_so() -> None:
    closed = stand(asked("b"), changes("end", 2, "2024-11-21 08:00", status="closed", seen=["b"]))
    found = make("resolution", resolved("a", 1), closed, stand(asked("c")))
    total = found.total.values
    assert (total["n"], total["open"], total["closed_unresolved"]) == (1, 1, 1)
    assert "without a resolve: 1 open, 1 closed" in found.footer


def test_merged_tickets_and_statuses_without_reports_are_left_out_and_said_so() -> None:
    target, source = ticket(asked("a")), ticket(asked("b"))
    target = target.plus([event("m", 2, "2024-11-21 08:00", action="merge", lists={"shows": (f"+{source.code}",)})])
    source = source.plus(
        [event("n", 2, "2024-11-21 08:00", action="merge", set={("merged_into",): target.code, ("status",): "merged"})]
    )
    spam = stand(asked("c"), changes("s", 2, "2024-11-20 09:00", status="spam", seen=["c"]))
    found = make("resolution", situation(target, source), situation(source, target), spam)
    assert found.total.values["open"] == 1
    assert "left out: 1 merged, 1 spam" in found.footer
    assert "left out: 0 merged, none in a status that reports leave out" in make("response").footer


def test_fewer_than_five_give_only_the_median() -> None:
    hours = [1, 2, 3, 4, 10]
    four = make("resolution", *(resolved(str(n), n) for n in hours[:4])).total.values
    five = make("resolution", *(resolved(str(n), n) for n in hours)).total.values
    assert (four["elapsed_median_s"], four["elapsed_p90_s"], four["elapsed_max_s"]) == (2.5 * 3600, None, None)
    assert (five["elapsed_median_s"], five["elapsed_max_s"], five["elapsed_mean_s"]) == (3 * 3600, 36000, 4 * 3600)
    assert five["elapsed_p90_s"] == pytest.approx(7.6 * 3600)


@settings(max_examples=300)
@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=60), st.integers(2, 20), st.data())
def test_percentiles_are_those_of_the_standard_library(values: list[int], of: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(1, of - 1))
    wanted = statistics.quantiles(values, n=of, method="inclusive")[part - 1]
    assert percentile(sorted(values), part, of) == wanted
    assert summary("median", sorted(values)) == statistics.median(values)


def test_the_first_answer_is_the_response_and_by_hand_it_is_one_too() -> None:
    by_hand = stand(asked("b"), changes("call", 2, "2024-11-20 09:00", "Phoned.", status="answered", seen=["b"]))
    found = make("response", worked_on("a"), by_hand, by="agent")
    assert found.total.values["response_median_s"] == 1.5 * 3600
    assert groups(found) == {"ana": 2}


def test_no_answer_yet_and_none_before_the_resolve_are_counted_apart() -> None:
    late = stand(
        asked("a"),
        changes("done", 2, "2024-11-20 09:00", status="resolved", seen=["a"]),
        says("more", 3, "2024-11-20 10:00", "No."),
        answers("now", 4, "2024-11-20 11:00", "Yes.", seen=["a", "more"]),
    )
    closed = stand(asked("d"), changes("end", 2, "2024-11-21 08:00", status="closed", seen=["d"]))
    total = make("response", late, resolved("b", 1), stand(asked("c")), closed).total.values
    assert (total["n"], total["waiting"], total["no_reply"]) == (0, 1, 3)


def test_a_ticket_that_an_agent_opened_has_no_clock_until_the_customer_writes() -> None:
    first = answers("out", 1, "2024-11-20 08:00", "Your order is here.", set={("subject",): "Order"})
    silent = stand(first, changes("done", 2, "2024-11-21 08:00", status="resolved", seen=[]))
    for kind in ("resolution", "response"):
        found = make(kind, silent)
        assert found.total.values["n"] == 0
        assert any(note.startswith("no clock ran in 1 ") for note in found.footer)
    assert make("response", silent).total.values["no_reply"] == 0


def test_a_ticket_falls_into_the_period_of_its_end() -> None:
    tickets = [resolved("a", 1), resolved("b", 24), resolved("c", 48), stand(asked("d", "2024-11-22 08:00"))]
    period = {"since": "2024-11-21 08:00", "until": "2024-11-21 23:59"}
    found = make("resolution", *tickets, **period)
    assert (found.total.values["n"], found.total.values["open"]) == (1, 0), "the open one began later"
    assert make("resolution", *tickets, since="2024-11-21 08:01").total.values["n"] == 1
    assert make("resolution", *tickets, until="2024-11-21 08:00").total.values["n"] == 2
    assert found.footer[-1] == (
        "period: from 2024-11-21 09:00 to 2024-11-22 00:59, by the end of each ticket; times in Europe/Prague"
    )


def test_a_ticket_with_three_tags_counts_in_three_rows_and_once_in_the_total() -> None:
    tagged = resolved("a", 1, lists={"tags": ("+x", "+y", "+z")})
    found = make("resolution", tagged, resolved("b", 1, lists={"tags": ("+x",)}), resolved("c", 2), by="tag")
    assert groups(found) == {"x": 2, "y": 1, "z": 1, "": 1}
    assert found.total.values["n"] == 3
    assert "a ticket with several tags counts in the row of each, and once in the total" in found.footer
    assert not any("several" in note for by in ("", "status") for note in make("resolution", tagged, by=by).footer)


@pytest.mark.parametrize(
    ("by", "label"),
    [
        ("department", "billing"),
        ("priority", "high"),
        ("agent", "ana"),
        ("customer", "maria@example.com"),
        ("channel", "email"),
        ("status", "resolved"),
        ("month", "2024-12"),
        ("fields.area", "mail"),
        ("fields.none", ""),
    ],
)
def test_every_group_reads_its_own_field(by: str, label: str) -> None:
    fields = {("department",): "billing", ("priority",): "high", ("assignee",): "bob", ("fields", "area"): "mail"}
    end = 24 * 10 + 15.5  # 30 November 23:30 in UTC is December in Prague
    found = make("resolution", resolved("a", end, set=fields), by=by)
    assert groups(found) == {label: 1}


def test_durations_are_told_apart_by_their_last_second() -> None:
    hours = [1, 1 + 1 / 3600, 4, 24, 24 * 28, 24 * 28 + 1 / 3600]
    found = make("resolution", *(resolved(str(n), n) for n in hours), stand(asked("open")), by="duration")
    counts = {"up to 1 h": 1, "1 to 4 h": 2, "8 to 24 h": 1, "14 to 28 d": 1, "over 28 d": 1, "": 0}
    assert list(groups(found).items()) == list(counts.items())
    assert groups(make("response", worked_on("a"), by="duration")) == {"1 to 4 h": 1}


def test_who_does_not_resolve_by_hand_leaves_it_to_the_assignee() -> None:
    found = make("resolution", stand(asked("a", set={("assignee",): "bob"})), stand(asked("b")), by="agent")
    assert {row.group: row.values["open"] for row in found.rows} == {"bob": 1, "": 1}
    assert render.table(found)[1][-2][0] == "(unassigned)"


def test_unknown_words_are_refused_with_those_that_exist() -> None:
    with pytest.raises(
        UnknownGroup,
        match="agent, channel, clock, customer, day, department, duration, level, month, priority, reason, status, tag",
    ):
        make("resolution", by="colour")
    with pytest.raises(UnknownGroup):
        make("resolution", by="fields")
    with pytest.raises(UnknownKind, match="resolution, response, sla"):
        make("weather")


@pytest.mark.parametrize("kind", ["resolution", "response"])
def test_clocks_are_told_apart_by_the_report_on_service_levels_alone(kind: str) -> None:
    with pytest.raises(OnlyOfClocks, match=f"--by clock .*not of {kind}; write: ticket report sla"):
        make(kind, by="clock")
    with pytest.raises(OnlyOfClocks, match="--clock "):
        report(kind, [], by="", since=None, until=None, zone=PRAGUE, clock="resolution")
    assert make(kind).clock == ""


def test_groups_stand_in_a_useful_order() -> None:
    by_priority = [resolved(name, 1, set={("priority",): name}) for name in ("low", "urgent", "normal")]
    found = make("resolution", *by_priority, resolved("l", 1, set={("priority",): "low"}), by="priority")
    assert [row.group for row in found.rows] == ["urgent", "normal", "low"]
    departments = [
        resolved(f"{n}", 1, set={("department",): name}) for n, name in enumerate(["b", "a", "c", "c", "", ""])
    ]
    assert [row.group for row in make("resolution", *departments, by="department").rows] == ["c", "a", "b", ""]
    months = [resolved("m", 24 * 30), resolved("n", 1), resolved("o", 2)]
    assert [row.group for row in make("resolution", *months, by="month").rows] == ["2024-11", "2024-12"]


CASES = st.lists(
    st.tuples(
        st.sampled_from(["open", "answered", "resolved", "closed"]),
        st.integers(1, 500),
        st.sampled_from(["low", "normal", "high"]),
        st.sampled_from(["billing", "support", ""]),
        st.sampled_from(["ana", "bob"]),
    ),
    max_size=12,
)


def build(cases: Sequence[tuple[str, int, str, str, str]]) -> list[Situation]:
    found = []
    for number, (status, hours, priority, department, by) in enumerate(cases):
        when = f"{at('2024-11-01 08:00') + timedelta(hours=hours):%Y-%m-%d %H:%M}"
        fields = {("priority",): priority, ("department",): department}
        first = asked(f"case {number}", "2024-11-01 08:00", set=fields)
        found.append(stand(first, changes(f"step {number}", 2, when, by=by, status=status, seen=[f"case {number}"])))
    return found


@settings(max_examples=60)
@given(
    CASES, st.sampled_from(["resolution", "response"]), st.sampled_from(["priority", "department", "agent", "month"])
)
def test_groups_of_a_partition_add_up_to_the_total(cases: Any, kind: str, by: str) -> None:
    found = make(kind, *build(cases), by=by)
    for column in found.columns:
        if not column.span:
            assert sum(row.values[column.name] or 0 for row in found.rows) == found.total.values[column.name]
    whole = [column.name for column in found.columns if column.name in ("n", "open", "closed_unresolved")]
    whole += [column.name for column in found.columns if column.name in ("waiting", "no_reply")]
    assert sum(found.total.values[name] or 0 for name in whole) == len(cases), "every ticket is counted exactly once"


@settings(max_examples=40)
@given(CASES, st.integers(0, 480), st.sampled_from(["resolution", "response"]))
def test_periods_side_by_side_add_up_to_the_whole(cases: Any, hour: int, kind: str) -> None:
    tickets = build(cases)
    border = at("2024-11-01 08:00") + timedelta(hours=hour)
    parts = [
        report(kind, tickets, by="", since=None, until=border, zone=PRAGUE),
        report(kind, tickets, by="", since=border + timedelta(seconds=1), until=None, zone=PRAGUE),
    ]
    whole = report(kind, tickets, by="", since=None, until=None, zone=PRAGUE).total
    assert sum(part.total.values["n"] or 0 for part in parts) == whole.values["n"]


def test_the_table_is_for_people_and_the_data_for_scripts() -> None:
    found = make(
        "resolution", *(resolved(str(n), n, set={("department",): "x"}) for n in (1, 2, 3, 4, 400)), by="department"
    )
    titles, rows = render.table(found)
    assert titles[:6] == ["department", "n", "median", "business", "p90", "max"]
    assert rows[0][:6] == ["x", "5", "3:00", "3:00", "10d 1:36", "16d 16:00"]
    assert rows[-1] == ["total", *rows[0][1:]]
    assert "mean" not in titles
    names, data = render.data(found)
    assert names[:2] == ["department", "n"]
    assert names[2:8] == [f"elapsed_{hours}{how}_s" for how in HOW[:3] for hours in ("", "business_")]
    assert data[0][:8] == ["x", "5", "10800", "10800", "869760", "869760", "1440000", "1440000"]
    assert not any(name.endswith("mean_s") for name in names)
    plain = make("resolution")
    assert render.table(plain)[0][0] == "n"
    assert render.table(plain)[1][0][:3] == ["0", "", ""]


def test_json_has_a_stable_set_of_keys_and_whole_seconds() -> None:
    found = json.loads(json.dumps(render.document(make("response", worked_on("a"), stand(asked("b")), by="tag"))))
    numbers = {
        "n": 1,
        **{f"response_{hours}{how}_s": None for hours in ("", "business_") for how in HOW},
        "response_median_s": 7200,
        "response_business_median_s": 7200,
        "waiting": 1,
        "no_reply": 0,
    }
    footer = found.pop("footer")
    assert found == {
        "schema_version": 1,
        "kind": "response",
        "by": "tag",
        "clock": None,
        "rows": [{"group": None, **numbers}],
        "total": numbers,
    }
    assert all(isinstance(note, str) for note in footer)
    keys = set(render.document(make("resolution"))["total"])
    assert keys == {
        "n",
        *(f"{of}_{hours}{how}_s" for of in TIMES for hours in ("", "business_") for how in HOW),
        *("reopened", "reopened_times", "open", "closed_unresolved"),
    }


TIMES = ("elapsed", "handling", "answered", "postponed")
HOW = ("median", "p90", "max", "mean")


def test_spans_are_cut_to_the_minute() -> None:
    assert [render.span_text(seconds) for seconds in (0, 59, 60, 3599, 86399, 86400, 1301580)] == [
        *("0:00", "0:00", "0:01", "0:59", "23:59"),
        *("1d 0:00", "15d 1:33"),
    ]


def test_a_report_is_a_value_of_its_tickets_alone() -> None:
    one = [worked_on("a"), resolved("b", 3), stand(asked("c"))]
    assert make("resolution", *one, by="agent") == make("resolution", *reversed(one), by="agent")
    assert make("resolution", *one, by="agent").total != make("resolution", *one[1:], by="agent").total
    assert isinstance(make("resolution").total, Row)
    assert isinstance(one[0].ticket, Ticket)
    assert isinstance(one[0].settings, Settings)


def test_a_period_that_ends_before_it_begins_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path), "--no-git", "-q"]) == 0
    assert main(["-C", str(tmp_path), "report", "sla", "--since", "2026-03-02", "--until", "2026-03-01"]) == 2
    assert "the period is empty: --since 2026-03-02 lies behind --until 2026-03-01" in capsys.readouterr().err
    assert main(["-C", str(tmp_path), "report", "sla", "--since", "2026-03-01", "--until", "2026-03-01"]) == 0
