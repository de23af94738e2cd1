"""Files of other systems: what a mapping says, what rows add up to, and that reading them again changes nothing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desks import at, make_desk, says
from ticketcli.core.clock.situation import Situation
from ticketcli.core.clock.working import looked_at
from ticketcli.core.intake.history import Reading, read_tickets
from ticketcli.core.intake.incoming import ticket, updated
from ticketcli.core.intake.mapping import BadMap, load
from ticketcli.core.ticket.code import valid
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.thread import gather
from ticketcli.core.words.settings import Settings
from ticketcli.desk.catalog import Catalog
from ticketcli.desk.desk import open_desk
from ticketcli.desk.imports import BadFile, Imported, UnreadableMap, import_csv
from ticketcli.desk.record import How

NOW = datetime(2025, 1, 1, tzinfo=UTC)
SETTINGS = Settings()
LOG: dict[str, Any] = {
    "source": "old",
    "rows": "event",
    "number": "nr",
    "subject": "{area}: {title}",
    "priority": "prio",
    "department": "group",
    "assignee": "owner",
    "customer": "from",
    "tags": "labels",
    "opened": "opened",
    "at": "when",
    "resolved": "resolved",
    "closed": "closed",
    "by": "who",
    "missing": ["-"],
    "time_format": ["iso", "%d.%m.%Y %H:%M"],
    "status": {"column": "state", "values": {"Waiting": "answered", "Odd": ""}},
    "fields": {"area": "area"},
}
START = {
    "nr": "7",
    "area": "mail",
    "title": "no  login",
    "from": "Maria Santos <maria@example.com>",
    "opened": "2024-11-20 08:00",
    "when": "2024-11-20 08:05",
    "state": "New",
    **dict.fromkeys(("prio", "group", "owner", "labels", "resolved", "closed", "who"), ""),
}


def rows(*changes: dict[str, str]) -> list[tuple[int, dict[str, str]]]:
    """Rows of a log, each as the one before it with these cells changed."""
    found: list[tuple[int, dict[str, str]]] = []
    row = START
    for line, change in enumerate(changes, 2):
        row = {**row, **change}
        found.append((line, row))
    return found


def read(*changes: dict[str, str], log: dict[str, Any] = LOG) -> Reading:
    return read_tickets(rows(*changes), load(log, SETTINGS), SETTINGS)


def only(reading: Reading) -> Ticket:
    assert reading.problems == ()
    assert len(reading.incoming) == 1
    return ticket(reading.incoming[0])


def look(one: Ticket) -> Situation:
    return looked_at(one, gather(one.code, {one.code: one}.get), SETTINGS, NOW)


RESOLVED: tuple[dict[str, str], ...] = (
    {},
    {"state": "Open", "when": "2024-11-20 09:00", "who": "ana", "group": "it", "owner": "ana", "labels": "vpn, sso"},
    {"state": "Waiting", "when": "2024-11-20 10:00"},
    {"state": "Resolved", "when": "2024-11-20 12:00", "labels": "vpn"},
    {"state": "Closed", "when": "2024-11-25 12:00", "resolved": "20.11.2024 12:30", "closed": "2024-11-25 12:00"},
)


def test_a_history_becomes_a_ticket_whose_clocks_start_when_it_was_opened() -> None:
    made = only(read(*RESOLVED))
    assert valid(made.code)
    first = made.events[0]
    assert (first.at, first.kind, first.role, first.by) == (
        at("2024-11-20 08:00"),
        "message",
        "customer",
        "Maria Santos <maria@example.com>",
    )
    assert first.body == "mail: no login\n"
    header = made.header
    assert header.text("subject") == "mail: no login"
    assert header.text("customer", "email") == "maria@example.com"
    assert (header.text("fields", "number"), header.text("fields", "area")) == ("7", "mail")
    assert (header.text("status"), header.text("priority"), header.text("department")) == ("closed", "normal", "it")
    assert header.list("tags") == ("vpn",)
    assert [event.seq for event in made.events] == [1, 2, 3, 4, 5]
    assert all(event.seen is None and event.to == () for event in made.events)
    clocks = look(made).clocks
    assert clocks.plain.elapsed == timedelta(hours=4, minutes=30), "the last resolve takes the time of the last row"
    assert clocks.plain.handling == timedelta(hours=2), "New and Open; from 10:00 on the customer was awaited"
    assert look(made).status == "closed"


def test_a_resolve_carries_the_time_of_the_close_that_follows_it_else_that_of_the_settings() -> None:
    until = [event.set.get(("until",)) for event in only(read(*RESOLVED)).events]
    assert until == [None, None, None, at("2024-11-25 12:00"), None]
    still = only(
        read(*RESOLVED[:3], {"state": "Resolved", "when": "2024-11-20 12:00", "resolved": "2024-11-20T12:00Z"})
    )
    assert still.events[-1].set["until",] == at("2024-11-24 12:00")


def test_a_resolve_and_a_close_in_the_same_minute_still_count_as_resolved() -> None:
    same = {"when": "2024-11-20 12:00", "resolved": "2024-11-20 12:00", "closed": "2024-11-20 12:00"}
    clocks = look(only(read({}, {"state": "Resolved", **same}, {"state": "Closed"}))).clocks
    assert clocks.plain.elapsed == timedelta(hours=4)


def test_a_ticket_without_resolved_time_counts_as_closed_without_a_resolve() -> None:
    situation = look(only(read(*RESOLVED[:4], {**RESOLVED[4], "resolved": "-"})))
    assert situation.status == "closed"
    assert situation.clocks.resolved is None


def test_a_resolve_that_only_the_last_row_tells_of_stands_before_the_close() -> None:
    last = {"state": "Closed", "when": "2024-11-22 08:00", "resolved": "2024-11-21 08:00"}
    situation = look(only(read({}, last)))
    assert situation.clocks.plain.elapsed == timedelta(days=1)
    assert situation.status == "closed"
    assert look(only(read({}, {**last, "state": "Open"}))).clocks.resolved is None, "at work again"


def test_times_that_go_back_count_in_the_order_of_the_file() -> None:
    made = only(read({}, {"state": "Open", "when": "2024-11-20 10:00"}, {"prio": "high", "when": "2024-11-20 09:00"}))
    assert [event.at for event in made.events] == [at("2024-11-20 08:00"), *[at("2024-11-20 10:00")] * 2]
    assert made.header.text("priority") == "high"


def test_reopening_is_counted_and_an_empty_meaning_keeps_the_status() -> None:
    back = [
        {"state": state, "when": f"2024-11-21 0{hour}:00"} for hour, state in enumerate(["Resolved", "Odd", "Open"])
    ]
    assert look(only(read({}, *back, {"resolved": "2024-11-21 00:00"}))).clocks.reopened == 1
    assert [event.status for event in only(read({}, *back[:2], {"resolved": "2024-11-21"})).events][-1] == "resolved"


def test_a_row_that_changes_nothing_is_no_event_and_a_missing_mark_takes_a_field_away() -> None:
    made = only(read({"owner": "ana"}, {"when": "2024-11-20 09:00"}, {"owner": "-", "when": "2024-11-20 10:00"}))
    assert len(made.events) == 2
    assert made.events[1].set == {("assignee",): ""}
    assert made.header.text("assignee") == ""


def test_a_conversation_without_states_is_told_by_who_speaks() -> None:
    talk = {key: value for key, value in LOG.items() if key not in ("status", "resolved", "closed")}
    talk |= {"text": "title", "role": "state", "subject": "area"}
    made = only(
        read(
            {"state": "customer", "title": "Help!"},
            {"state": "agent", "title": "Try again.", "who": "ana", "when": "2024-11-20 09:00"},
            {"state": "note", "title": "He is new.", "when": "2024-11-20 09:30"},
            {"state": "customer", "title": "Thanks, no.", "when": "2024-11-20 10:00"},
            log=talk,
        )
    )
    assert [(event.kind, event.role, event.status) for event in made.events] == [
        ("message", "customer", "new"),
        ("message", "agent", "answered"),
        ("note", "agent", ""),
        ("message", "customer", "open"),
    ]
    assert [event.body for event in made.events] == ["Help!\n", "Try again.\n", "He is new.\n", "Thanks, no.\n"]
    assert look(made).clocks.plain.response == timedelta(hours=1)
    assert look(made).waiting_since == at("2024-11-20 10:00")


ONE_ROW = {**{key: value for key, value in LOG.items() if key != "at"}, "rows": "ticket"}


def test_one_row_per_ticket_gives_it_its_resolve_and_its_close() -> None:
    done = {"state": "Closed", "resolved": "2024-11-21 08:00", "closed": "2024-11-25 08:00"}
    situation = look(only(read(done, log=ONE_ROW)))
    assert [(step.since, step.status) for step in situation.steps] == [
        (at("2024-11-20 08:00"), "new"),
        (at("2024-11-21 08:00"), "resolved"),
        (at("2024-11-25 08:00"), "closed"),
    ]
    dated = look(only(read(done, log={key: value for key, value in ONE_ROW.items() if key != "status"})))
    told = [(step.since, step.status) for step in dated.steps]
    assert told == [(step.since, step.status) for step in situation.steps], "without states the times tell it"
    assert look(only(read({"state": "Waiting"}, log=ONE_ROW))).status == "answered"


def test_a_second_row_of_a_ticket_leaves_it_out_where_each_should_have_one() -> None:
    reading = read({}, {}, {"nr": "8"}, log=ONE_ROW)
    assert [incoming.number for incoming in reading.incoming] == ["8"]
    assert str(reading.problems[0]).startswith("line 3: 7: a second row")


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        ({"when": "20/11/2024 8h"}, 'line 3: 7: cannot read the time "20/11/2024 8h"; the mapping\'s "time_format" is'),
        ({"when": "1024-11-20"}, 'line 3: 7: cannot read the time "1024-11-20"'),
        (
            {"state": "Parked"},
            'line 3: 7: unknown status "Parked"; say what it means under [status.values], one of: new',
        ),
        ({"prio": "3"}, 'line 3: 7: unknown priority "3"'),
        ({"nr": ""}, "line 3: no number"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_its_ticket_left_out(bad: dict[str, str], what: str) -> None:
    reading = read({}, bad, {**START, "nr": "8"})
    assert str(reading.problems[0]).startswith(what)
    assert [incoming.number for incoming in reading.incoming] == (["8"] if bad.get("nr") is None else ["7", "8"])


def test_rows_that_are_too_long_or_too_short_are_bad() -> None:
    long, short = {**START, None: ["x"]}, {**START, "nr": "8", "who": None}
    reading = read_tickets([(2, long), (3, short)], load(LOG, SETTINGS), SETTINGS)  # type: ignore[list-item]
    assert [str(problem) for problem in reading.problems] == [
        "line 2: more cells than the first line has columns",
        "line 3: fewer cells than the first line has columns",
    ]


@pytest.mark.parametrize(
    ("change", "key", "says"),
    [
        ({"colour": "c"}, "colour", "is unknown"),
        ({"source": ""}, "source", "is missing"),
        ({"rows": "both"}, "rows", "event, ticket"),
        ({"number": None}, "number", "must name a column"),
        ({"status": {"column": "state", "value": {}}}, "status.value", "is unknown"),
        ({"status": {"column": "state", "values": {"A": "parked"}}}, "status.values.A", "one of: new"),
        ({"status": {"column": "state", "values": {"A": "merged"}}}, "status.values.A", "one of: new"),
        ({"priority": {"column": "prio", "values": {"1": "top"}}}, "priority.values.1", "low, normal"),
        ({"priority": {"column": "prio", "values": {"1": 4}}}, "priority.values", "texts"),
        ({"channel": {"column": "who", "values": {"x": "fax"}}}, "channel.values.x", "email"),
        ({"fields": "area"}, "fields", "is unknown"),
        ({"fields": {"area": 3}}, "fields.area", "must name a column"),
        ({"delimiter": ";;"}, "delimiter", "single character"),
        ({"encoding": "klingon"}, "encoding", "klingon"),
        ({"encoding": "base64"}, "encoding", "base64"),
        ({"missing": 3}, "missing", "list of texts"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "Europe/Prague"),
        ({"time_zone": 3}, "time_zone", "Europe/Prague"),
    ],
)
def test_a_bad_mapping_is_refused_naming_the_key(change: dict[str, Any], key: str, says: str) -> None:
    with pytest.raises(BadMap) as refused:
        load({**LOG, **change}, SETTINGS)
    assert refused.value.key == key
    assert says in str(refused.value)


def test_what_a_mapping_needs_is_asked_for() -> None:
    for left_out, rows_per in (("number", "event"), ("at", "event"), ("opened", "ticket")):
        data = {key: value for key, value in LOG.items() if key != left_out} | {"rows": rows_per}
        with pytest.raises(BadMap, match=f'"{left_out}" is missing'):
            load(data, SETTINGS)


def test_a_column_that_the_file_does_not_have_is_named() -> None:
    with pytest.raises(BadMap, match='"subject" names the column "headline"; the file has: nr, area'):
        read({}, log={**LOG, "subject": "{area}: {headline}"})


STATES = st.sampled_from(["New", "Open", "Waiting", "Resolved", "Closed", "Odd"])
STEPS = st.fixed_dictionaries(
    {
        "state": STATES,
        "when": st.integers(0, 59).map(lambda minute: f"2024-11-20 09:{minute:02}"),
        "prio": st.sampled_from(["low", "high", "-"]),
        "owner": st.sampled_from(["ana", "bob", "-"]),
        "labels": st.sampled_from(["", "a", "a,b"]),
    }
)
ENDS = st.sampled_from(["-", "2024-11-20 09:30", "2024-11-21 00:00"])


@settings(max_examples=150)
@given(st.lists(STEPS, min_size=1, max_size=8), ENDS, ENDS, st.data())
def test_reading_again_or_further_adds_only_what_is_new(
    steps: list[dict[str, str]], resolved: str, closed: str, data: st.DataObject
) -> None:
    steps = [{**step, "resolved": resolved, "closed": closed} for step in steps]
    whole = only(read(*steps))
    assert only(read(*steps)) == whole
    assert updated(whole, only(read(*steps))) is whole
    cut = data.draw(st.integers(1, len(steps)))
    begun = only(read(*steps[:cut]))
    grown = updated(begun, whole)
    assert {event.id for event in grown.events} == {event.id for event in [*begun.events, *whole.events]}
    assert all(grown.by_id[event.id] == event for event in begun.events)
    assert updated(grown, whole) is grown


@settings(max_examples=150)
@given(st.lists(STEPS, min_size=1, max_size=8), ENDS, ENDS)
def test_the_last_row_counts_and_times_never_go_back(steps: list[dict[str, str]], resolved: str, closed: str) -> None:
    made = only(read(*({**step, "resolved": resolved, "closed": closed} for step in steps)))
    last = steps[-1]
    assert made.header.text("assignee") == last["owner"].strip("-")
    assert made.header.text("priority") == (last["prio"] if last["prio"] != "-" else "normal")
    assert made.header.list("tags") == tuple(filter(None, last["labels"].split(",")))
    times = [event.at for event in made.events]
    assert times == sorted(times)
    said = [step["state"] for step in steps if step["state"] != "Odd"] or ["New"]
    meant = {"Waiting": "answered", "Resolved": "closed" if resolved == "-" else "resolved"}
    assert made.header.text("status") == meant.get(said[-1], said[-1].lower())


def test_an_import_hides_no_message_that_a_customer_wrote_here_meanwhile() -> None:
    begun, whole = only(read(*RESOLVED[:2])), only(read(*RESOLVED))
    here = begun.plus([says("here", 3, "2024-11-20 09:30", "Still broken!")])
    grown = updated(here, whole)
    assert len(grown.events) == 6
    assert look(grown).status == "open"
    unaware = here.plus(event for event in whole.events if event.id not in here.by_id)
    assert look(unaware).status == "closed", "the control: by order alone it would be hidden"


MAP = """
source = "old"
rows = "event"
number = "nr"
opened = "opened"
at = "when"
status = "state"
subject = "title"
"""
CSV = """nr,opened,when,state,title
1,2024-11-20 08:00,2024-11-20 08:00,new,"broken,
really"
2,2024-11-20 08:00,never,new,cold coffee
1,2024-11-20 08:00,2024-11-20 09:00,open,"broken,
really"
3,2024-11-20 08:00,2024-11-20 09:00,resolved,Zürich
"""


def run(desk: Path, log: str | bytes, mapping: str = MAP, *, dry_run: bool = False) -> Imported:
    (desk.parent / "log.csv").write_bytes(log if isinstance(log, bytes) else log.encode())
    (desk.parent / "map.toml").write_text(mapping, encoding="utf-8")
    opened = open_desk(desk, {"LOGNAME": "ana"})
    paths = desk.parent / "log.csv", desk.parent / "map.toml"
    warnings: list[str] = []
    done: list[tuple[int, int]] = []
    found = import_csv(
        opened, *paths, How(NOW), dry_run=dry_run, warn=warnings.append, progress=lambda *n: done.append(n)
    )
    assert warnings == []
    written = 0 if dry_run else found.created + found.updated
    assert (done or [(0, 0)])[-1] == (written, written)
    return found


def tickets(desk: Path) -> Sequence[Ticket]:
    return list(Catalog(open_desk(desk, {}), NOW).tickets())


def test_an_import_into_a_desk_is_done_once_and_the_mended_rest_later(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk")
    problem = ('line 4: 2: cannot read the time "never"; the mapping\'s "time_format" is iso',)
    assert run(desk, CSV, dry_run=True) == Imported(2, 0, 0, problem)
    assert tickets(desk) == []
    assert run(desk, CSV) == Imported(2, 0, 0, problem)
    before = {path: path.read_bytes() for path in desk.rglob("*.toml")}
    assert len(before) == 3, "two tickets and the settings"
    assert run(desk, CSV) == Imported(0, 0, 2, problem)
    assert {path: path.read_bytes() for path in desk.rglob("*.toml")} == before
    more = CSV.replace("never", "2024-11-20 10:00") + "1,2024-11-20 08:00,2024-11-20 11:00,answered,broken\n"
    assert run(desk, more) == Imported(1, 1, 1, ())
    by_number = {one.header.text("fields", "number"): one for one in tickets(desk)}
    assert sorted(by_number) == ["1", "2", "3"]
    assert [event.status for event in by_number["1"].events] == ["new", "open", "answered"]
    assert by_number["3"].header.text("subject") == "Zürich"


def test_a_damaged_ticket_is_named_and_the_others_are_imported(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk")
    run(desk, CSV)
    path = next(path for path in desk.rglob("*.toml") if "Zürich" in path.read_text(encoding="utf-8"))
    path.write_text("torn", encoding="utf-8")
    found = run(desk, CSV.replace("never", "2024-11-20 10:00"))
    assert (found.created, found.updated, found.unchanged) == (1, 0, 1)
    assert path.name in found.problems[0]
    assert path.read_text(encoding="utf-8") == "torn"


def test_files_that_cannot_be_read_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk")
    with pytest.raises(BadFile, match='encoding = "cp1252"'):
        run(desk, CSV.encode("cp1252"))
    assert run(desk, CSV.encode("cp1252"), MAP + 'encoding = "cp1252"').created == 2
    with pytest.raises(UnreadableMap, match="mend it"):
        run(desk, CSV, "number = ")
    with pytest.raises(BadMap, match='"subject" names the column "title"'):
        run(desk, CSV.replace("title", "head"))
    (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")
    with pytest.raises(BadFile, match="No such file"):
        import_csv(
            open_desk(desk, {}),
            tmp_path / "none.csv",
            tmp_path / "map.toml",
            How(NOW),
            dry_run=True,
            warn=print,
            progress=print,
        )
    assert run(desk, "").created == 0


def test_what_a_spreadsheet_makes_of_the_file_gives_the_same_tickets(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "desk")
    run(desk, CSV)
    mangled = io.StringIO()
    csv.writer(mangled, delimiter=";", lineterminator="\r\n").writerows(csv.reader(io.StringIO(CSV)))
    text = "\ufeff" + re.sub("2024-11-20 ([^;]*)", r"20.11.2024 \1", mangled.getvalue())
    found = run(desk, text, MAP + 'delimiter = ";"\ntime_format = ["iso", "%d.%m.%Y %H:%M"]')
    assert (found.created, found.updated, found.unchanged) == (0, 0, 2)


def test_the_negative_control_of_idempotence_other_rows_are_other_events() -> None:
    one = only(read(*RESOLVED))
    other = only(
        read(*({**step, "when": step.get("when", "").replace("10:00", "10:01")} if step else {} for step in RESOLVED))
    )
    assert one.code == other.code
    assert {event.id for event in one.events} != {event.id for event in other.events}
    renamed = replace(read(*RESOLVED).incoming[0], source="another")
    assert ticket(renamed).code != one.code
