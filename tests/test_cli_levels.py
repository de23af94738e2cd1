"""Service levels through the program: matched when it counts, stored, and changed by nothing but on purpose."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.command import Command, Ran
from tests.office import MONDAY, acted, office, utc, with_git
from ticketcli.core.action.change import change
from ticketcli.core.ticket.changes import Changes
from ticketcli.desk.desk import open_desk
from ticketcli.desk.record import How
from ticketcli.desk.ticking import tick

LATE = ("--at", MONDAY)
AS_OF = ("--as-of", "2025-03-03T10:30")
GOLD = "gold, first response 2h, next response 2h, resolution 8h"
STANDARD = "standard, first response 8h, next response 8h, resolution 40h"


@pytest.fixture
def ticket(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    return office(tmp_path, capsys, monkeypatch)


def edit(ticket: Command, old: str, new: str) -> None:
    """A person changes the settings."""
    path = ticket.root / "ticketcli.toml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def due(ticket: Command, code: str, *words: str) -> tuple[str, str, str]:
    """The level of a ticket, its due time in UTC, and what that is for."""
    [found] = json.loads(ticket.ok("show", code, "--json", *words).out)["tickets"]
    return found["level"], found["due"], found["due_for"]


def levels(ticket: Command, code: str) -> list[dict[str, Any]]:
    """What its events have stored."""
    return [event.sla for event in ticket.ticket(code).events if event.sla is not None]


# --- matching ---------------------------------------------------------------------------------------------------------


def test_a_ticket_gets_its_level_when_it_begins_and_another_when_its_priority_changes(ticket: Command) -> None:
    code = ticket.create("Printer jams", "x", *LATE)
    assert due(ticket, code, *AS_OF) == ("standard", "2025-03-04T09:00:00Z", "first_response")
    ticket.ok("set", code, "priority=high", "--at", "2025-03-03T10:10")
    assert due(ticket, code, *AS_OF) == ("gold", "2025-03-03T11:00:00Z", "first_response")
    assert due(ticket, code, "--as-of", "2025-03-03T10:05")[0] == "standard"
    ticket.ok("undo", code)
    assert due(ticket, code)[0] == "standard"
    assert [one["level"] for one in levels(ticket, code)] == ["standard", "gold", "standard"]
    ticket.ok("tag", code, "+vip")
    assert len(levels(ticket, code)) == 3, "no level asks for tags"


def test_editing_the_settings_changes_no_due_time(ticket: Command) -> None:
    code = ticket.create("Printer jams", "x", *LATE)
    before, file = due(ticket, code, *AS_OF), ticket.path(code).read_bytes()
    edit(ticket, 'first_response = { default = "8h" }', 'first_response = { default = "1h" }')
    assert due(ticket, code, *AS_OF) == before
    edit(ticket, 'name = "standard"', 'name = "other"')
    assert due(ticket, code, *AS_OF) == before
    ticket.ok("note", code, "-m", "x", "--at", "2025-03-03T10:10")
    assert due(ticket, code, *AS_OF) == before
    ticket.ok("undo", code)
    assert (ticket.ok("tick").code, ticket.path(code).read_bytes() != file) == (0, True)
    assert due(ticket, code, *AS_OF) == before
    assert [one["level"] for one in levels(ticket, code)] == ["standard"]


def test_a_calendar_that_is_gone_counts_every_hour_and_nothing_crashes(ticket: Command) -> None:
    code = ticket.create("Printer jams", "x", *LATE)
    edit(ticket, "[calendar.office]", "[calendar.other]")
    edit(ticket, 'calendar = "office"', 'calendar = "other"')
    assert due(ticket, code, *AS_OF) == ("standard", "2025-03-03T17:00:00Z", "first_response")
    for words in (["list"], ["to-solve", "--explain"], ["show", code], ["report", "sla"], ["tick"], []):
        assert ticket.ok(*words).err == ""
    assert 'the calendar "office" is gone' in ticket.run("check", "--files").out
    assert ticket.ok("to-solve", "--columns", "why", *AS_OF).out.startswith("due in 7 h 30 m (first response), ")


def test_a_calendar_that_changes_its_hours_counts_with_todays(ticket: Command) -> None:
    code = ticket.create("Printer jams", "x", *LATE)
    edit(ticket, 'mon = ["09:00-17:00"]', 'mon = ["09:00-20:00"]')
    assert due(ticket, code, *AS_OF)[1] == "2025-03-03T17:00:00Z"


def test_a_change_by_hand_is_matched_again_at_once_by_reading_and_alike_by_a_write_or_a_tick(
    ticket: Command, tmp_path: Path
) -> None:
    code = ticket.create("Printer jams", "x", *LATE)
    path = ticket.path(code)
    path.write_text(path.read_text().replace('priority = "normal"', 'priority = "high"', 1))
    assert due(ticket, code)[0] == "gold"
    assert len(levels(ticket, code)) == 1, "nothing is written by reading"
    twin = Command(Path(shutil.copytree(ticket.root, tmp_path / "twin")), ticket._capsys, ticket._monkeypatch)
    ticket.ok("note", code, "-m", "x")
    assert "service level gold" in twin.ok("tick").out
    for desk in (ticket, twin):
        assert [one["level"] for one in levels(desk, code)] == ["standard", "gold"]
        assert due(desk, code)[0] == "gold"
    matches = [next(e for e in desk.ticket(code).events if e.action == "match") for desk in (ticket, twin)]
    assert matches[0] == matches[1]
    assert (matches[0].by, matches[0].automatic) == ("tick", True)
    hand = next(event for event in ticket.ticket(code).events if event.action == "hand")
    assert (matches[0].after, matches[0].at) == (hand.id, hand.at)
    assert "service level" not in ticket.ok("tick").out
    assert ticket.ok("tick").out == twin.ok("tick").out == ""
    assert [one["level"] for one in levels(twin, code)] == ["standard", "gold"]


def test_a_desk_that_gets_levels_later_measures_what_comes_then(
    ticket: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = ticket.root / "ticketcli.toml"
    with_levels = settings.read_text()
    settings.write_text(with_levels.partition("[[sla]]")[0])
    code = ticket.create("Printer jams", "x", *LATE)
    [found] = json.loads(ticket.ok("show", code, "--json", *AS_OF).out)["tickets"]
    assert (found["level"], found["due_for"], found["deadlines"]) == (None, "priority", [])
    settings.write_text(with_levels)
    ticket.ok("tick")
    assert due(ticket, code, *AS_OF)[0] is None
    assert ticket.ok("sla", "reapply").out == f'{code} "Printer jams": no level -> {STANDARD}\n'
    assert due(ticket, code)[0] == "standard"


# --- sla reapply ------------------------------------------------------------------------------------------------------


def test_reapply_matches_by_todays_settings_on_purpose(ticket: Command) -> None:
    one, two = ticket.create("Printer jams", "x", *LATE), ticket.create("Cable", "x")
    gold = ticket.create("Gold", "x", "-p", "high")
    edit(ticket, 'first_response = { default = "8h" }', 'first_response = { default = "4h" }')
    files = ticket.files()
    dry = ticket.ok("sla", "reapply", "--dry-run")
    new = STANDARD.replace("response 8h", "response 4h", 1)
    assert dry.out.splitlines() == [
        f'{code} "{subject}": {STANDARD} -> {new}' for code, subject in sorted([(one, "Printer jams"), (two, "Cable")])
    ]
    assert (dry.err, ticket.files()) == ("", files)
    assert ticket.ok("sla", "reapply") == dry
    assert ticket.ok("sla", "reapply") == Ran(0, "", "")
    assert ticket.ok("sla", "reapply", "--dry-run") == Ran(0, "", "")
    event = ticket.ticket(one).events[-1]
    assert (event.action, event.by, event.sla["first_response"], event.automatic) == ("match", "ana", "4h", False)
    assert len(ticket.ticket(gold).events) == 1
    assert ticket.ticket(two).events[-1].batch == event.batch != ""


def test_reapply_keeps_the_start_of_the_clock_and_what_is_missed(ticket: Command) -> None:
    code = ticket.create("Printer jams", "x", *LATE)
    edit(ticket, 'first_response = { default = "8h" }', 'first_response = { default = "400h" }')
    edit(ticket, 'resolution = { default = "40h" }', 'resolution = { default = "800h" }')
    ticket.ok("sla", "reapply")
    [found] = json.loads(ticket.ok("show", code, "--json").out)["tickets"]
    assert {one["clock"]: one["due"] for one in found["deadlines"]}["first_response"] == "2025-05-12T08:00:00Z"
    rows = json.loads(ticket.ok("report", "sla", "--clock", "first_response", "--json").out)["rows"]
    assert rows[0]["missed"] == 1, "a longer target never erases a miss"


def test_undo_takes_reapply_back_whole(ticket: Command) -> None:
    codes = [ticket.create(f"Ticket {n}", "x", *LATE) for n in range(3)]
    edit(ticket, 'first_response = { default = "8h" }', 'first_response = { default = "4h" }')
    before = [due(ticket, code) for code in codes]
    ticket.ok("sla", "reapply")
    assert [due(ticket, code) for code in codes] != before
    ticket.ok("undo")
    assert [due(ticket, code) for code in codes] == before
    assert ticket.ok("tick", "--dry-run").out.count("service level") == 0
    assert len(ticket.ok("sla", "reapply", "--dry-run").out.splitlines()) == 3


def test_one_commit_for_all_of_them(ticket: Command) -> None:
    with_git(ticket)
    codes = sorted(ticket.create(f"Ticket {n}", "x") for n in range(3))
    edit(ticket, 'first_response = { default = "8h" }', 'first_response = { default = "4h" }')
    commits = int(ticket.git("rev-list", "--count", "HEAD"))
    ticket.ok("sla", "reapply", "--as", "bob")
    assert int(ticket.git("rev-list", "--count", "HEAD")) == commits + 1
    assert ticket.git("log", "-1", "--format=%an|%s") == f"Bob Novak|sla reapply {', '.join(codes)}"


def test_filter_words_say_which_ones_and_done_ones_are_left_alone(ticket: Command) -> None:
    one, vip = ticket.create("One", "x", "-t", "vip"), ticket.create("Two", "x")
    done, closed, merged = (ticket.create(name, "x") for name in ("Done", "Closed", "Merged"))
    ticket.ok("resolve", done)
    ticket.ok("close", closed)
    ticket.ok("merge", merged, "--into", one)
    edit(ticket, 'first_response = { default = "8h" }', 'first_response = { default = "4h" }')

    def named(*words: str) -> list[str]:
        return sorted(row.split()[0] for row in ticket.ok("sla", "reapply", "--dry-run", *words).out.splitlines())

    assert named() == sorted([one, vip])
    assert named("tag:vip") == [one]
    assert named("-tag:vip") == [vip]
    assert named("status:resolved,closed") == sorted([done, closed])
    assert 'cannot read the filter "priority:huge"' in ticket.refused(2, "sla", "reapply", "priority:huge")


def test_who_is_no_agent_changes_no_level(ticket: Command) -> None:
    ticket.create()
    edit(ticket, 'first_response = { default = "8h" }', 'first_response = { default = "4h" }')
    (ticket.root / ".ticketcli/me").write_text("eve\n")
    said = '"eve" is no agent of this desk and may create and note, not answer; act --as one of: ana, bob'
    assert ticket.refused(1, "sla", "reapply") == said
    assert ticket.refused(2, "sla", "reapply", "--as", "eve") == '"eve" is no agent of this desk; it has: ana, bob'


def test_an_unreadable_ticket_hides_no_other(ticket: Command) -> None:
    good, bad = ticket.create("Good", "x"), ticket.create("Bad", "x")
    edit(ticket, 'first_response = { default = "8h" }', 'first_response = { default = "4h" }')
    ticket.path(bad).write_text("\0")
    for words in (["--dry-run"], []):
        ran = ticket.run("sla", "reapply", *words)
        assert (ran.code, ran.out.startswith(good), ran.out.count("\n")) == (1, True, 1)
        assert ran.err.startswith(f"ticket: {ticket.path(bad)}: ")
    assert levels(ticket, good)[-1]["first_response"] == "4h"


def test_words_that_cannot_be_read(ticket: Command) -> None:
    assert ticket.refused(2, "sla") == "ticket sla needs a word more; see: ticket sla --help"
    assert ticket.refused(2, "sla", "apply").startswith("No such command 'apply'")
    said = ticket.refused(2, "sla", "reapply", "-C", "x")
    assert said == "-C DIR stands before the command: ticket -C DIR sla reapply ..."


def test_a_desk_without_levels_has_nothing_to_reapply(ticket: Command) -> None:
    settings = ticket.root / "ticketcli.toml"
    settings.write_text(settings.read_text().partition("[[sla]]")[0])
    ticket.create()
    assert ticket.ok("sla", "reapply") == Ran(0, "", "")


# --- deadlines by hand, and where they are shown ----------------------------------------------------------------------


def test_a_deadline_set_by_hand_stands_in_place_of_the_computed_ones(ticket: Command) -> None:
    code = ticket.create("Printer jams", "x", *LATE)
    ticket.ok("set", code, "due=2025-03-07T12:00", "--at", "2025-03-03T10:10")
    assert due(ticket, code, *AS_OF) == ("standard", "2025-03-07T11:00:00Z", "due")
    [found] = json.loads(ticket.ok("show", code, "--json", *AS_OF).out)["tickets"]
    assert [one["clock"] for one in found["deadlines"]] == ["due"]
    ticket.ok("set", code, "due=", "--at", "2025-03-03T10:20")
    assert due(ticket, code, *AS_OF) == ("standard", "2025-03-04T09:00:00Z", "first_response")


def test_deadlines_are_shown_wherever_tickets_are(ticket: Command) -> None:
    code = ticket.create("Printer jams", "x", *LATE)
    soon, late = ("--as-of", "2025-03-03T16:30"), ("--as-of", "2025-03-06T12:00")
    assert ticket.ok("list", "--columns", "mark,left,due_for,due_soon,overdue,level", *soon).out == (
        "●~\t5400\tfirst_response\ttrue\tfalse\tstandard\n"
    )
    assert ticket.ok("list", "--columns", "mark,left,overdue", *late).out == f"●!\t{-18 * 3600}\ttrue\n"
    row = ticket.ok("list", "--format", "table", *late).out.splitlines()[1]
    assert row.startswith(f"●!  {code}  new     normal    -18 h  3 d 2 h")
    for words in (["is:due-soon", *soon], ["is:overdue", *late], ["due:..2h", *late], ["level:standard"]):
        assert ticket.ok("list", "--columns", "code", *words).out == f"{code}\n"
    for words in (["is:due-soon", *late], ["is:overdue", *soon], ["level:gold"]):
        assert ticket.ok("list", *words).out == ""
    page = ticket.ok("show", code, *late).out
    assert "\n  due       2025-03-04 10:00, overdue 18 h (first response, office hours)\n" in page
    assert "\n            2025-03-10 10:00, due in 14 h (resolution, office hours)\n" in page
    assert "\n  level     standard\n" in page
    [found] = json.loads(ticket.ok("show", code, "--json", *soon).out)["tickets"]
    assert found["deadlines"] == [
        {"clock": "first_response", "due": "2025-03-04T09:00:00Z", "left_s": 5400},
        {"clock": "resolution", "due": "2025-03-10T09:00:00Z", "left_s": 120600},
    ]


def test_business_time_is_told_in_hours_because_a_day_of_it_has_not_24(ticket: Command) -> None:
    code = ticket.create("Printer jams", "x", *LATE)
    late = ("--as-of", "2025-03-10T12:00")
    assert ticket.ok("to-solve", "--columns", "why", *late).out == (
        "overdue 34 h (first response, office hours), customer waits 7 d 2 h\n"
    )
    assert "overdue 34 h (first response, office hours)" in ticket.ok("show", code, *late).out
    assert ticket.ok("list", "--columns", "left", "--format", "table", *late).out == "left\n-34 h\n"
    edit(ticket, "calendar.office", "calendar.other")
    edit(ticket, 'calendar = "office"', 'calendar = "other"')
    assert ticket.ok("to-solve", "--columns", "why", *late).out.startswith("overdue 6 d 18 h (first response), ")


def test_a_pause_leaves_the_resolution_without_a_due_time(ticket: Command) -> None:
    code = ticket.create("Printer jams", "x", *LATE)
    ticket.ok("reply", code, "-m", "Try again.", "--at", "2025-03-03T10:10")
    [found] = json.loads(ticket.ok("show", code, "--json", *AS_OF).out)["tickets"]
    assert found["deadlines"] == [{"clock": "resolution", "due": None, "left_s": None}]
    assert (found["due"], found["due_for"], found["left_s"]) == (None, None, None)
    assert "  due " not in ticket.ok("show", code, *AS_OF).out


def test_what_was_changed_at_a_time_is_retargeted_from_then_on(ticket: Command) -> None:
    code = ticket.create("Printer jams", "x", *LATE)
    acted(ticket.root, "2025-03-03 12:00", code, change(Changes({("priority",): "high"})))
    found = tick(open_desk(ticket.root, {}), How(utc("2025-03-03 12:00")), dry_run=True, warn=pytest.fail).happened
    told = [(event.action, event.clock, f"{event.at:%H:%M:%S}") for one in found for event in one.events]
    assert told == [("breach", "first_response", "12:00:00")], "missed at the moment of change"
