"""A team: hours, absences and caps in the settings, who gets what arrives, `ticket distribute`, `ticket watch`."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from tests.command import Command, at_home
from tests.desks import asks, at, changes, make_desk, situation, ticket
from tests.office import with_git
from tests.play import BEGIN, Play
from ticketcli.core.action.change import transfer_to
from ticketcli.core.action.shares import Share, last_times, loads_of, shares, to_share
from ticketcli.core.action.skip import skip
from ticketcli.core.clock.situation import Situation
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.words.loading import BadSettings, load
from ticketcli.core.words.settings import Settings
from ticketcli.desk import remembering
from ticketcli.desk.desk import now
from ticketcli.edges import leases, told

TEAM = """
[department.support]
assignee = "bob"
[department.billing]

[agent.ana]
email = "ana@desk.example"
departments = ["support", "billing"]
[agent.bob]
departments = ["support"]
cap = 2
"""
ALL_DAY = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
NIGHT = {"mon": ["00:00-08:00"]}
MONDAY = "2024-11-25 12:00"


# --- settings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            {"agent": {"ana": {"calendar": "ofice"}}, "calendar": {"office": NIGHT}},
            '"agent.ana.calendar": no calendar "ofice"; did you mean "office"? known: office',
        ),
        ({"agent": {"ana": {"calendar": ""}}}, '"agent.ana.calendar" must be the name of a calendar'),
        ({"agent": {"ana": {"cap": -1}}}, '"agent.ana.cap" must be a whole number, not -1'),
        ({"agent": {"ana": {"cap": True}}}, '"agent.ana.cap" must be a whole number, not True'),
        ({"agent": {"ana": {"away_until": "monday"}}}, '"agent.ana.away_until" must be a date or a time'),
        ({"agent": {"ana": {"away_until": 7}}}, '"agent.ana.away_until" must be a date or a time, not 7'),
        (
            {"agent": {"ana": {"away_until": "2026-02-30"}}},
            "\"agent.ana.away_until\": '2026-02-30' is no day or time; write it like 2026-12-01",
        ),
        (
            {"department": {"support": {"assignee": "an"}}, "agent": {"ana": {}}},
            '"department.support.assignee": no agent "an"; did you mean "ana"? known: ana',
        ),
        (
            {"department": {"support": {"assignee": "ana"}}, "agent": {"ana": {"departments": ["billing"]}}},
            '"department.support.assignee": "ana" does not work there; add it to agent.ana.departments',
        ),
    ],
)
def test_what_a_team_cannot_be(data: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadSettings) as caught:
        load(data)
    assert caught.value.problems[0].startswith(sentence)


@pytest.mark.parametrize(
    ("away", "back"),
    [
        ("2026-12-01", "2026-12-01 23:00"),
        (datetime(2026, 12, 1).date(), "2026-12-01 23:00"),
        (datetime(2026, 12, 1, 9), "2026-12-01 08:00"),
        (datetime(2026, 12, 1, 9, tzinfo=UTC), "2026-12-01 09:00"),
        ("2026-12-01T09:00", "2026-12-01 08:00"),
    ],
)
def test_an_absence_ends_with_its_day_or_at_its_time(away: object, back: str) -> None:
    ana = load({"time_zone": "Europe/Prague", "agent": {"ana": {"away_until": away}}}).agents["ana"]
    assert ana.away(at(back) - timedelta(seconds=1))
    assert not ana.away(at(back))


# --- what arrives ---------------------------------------------------------------------------------------------------


def team(**agents: object) -> Settings:
    """Support gives what arrives to bob."""
    return load({"department": {"support": {"assignee": "bob"}, "billing": {}}, "agent": agents})


def test_what_arrives_for_nobody_is_given_by_the_very_event() -> None:
    play = Play(team(ana={}, bob={"away_until": BEGIN + timedelta(hours=1)}))
    support: dict[tuple[str, ...], str] = {("department",): "support"}
    away = play.asks(changes=Changes({**support}))
    play.wait(hours=1)
    code = play.asks(changes=Changes({**support}))
    mine = play.asks(changes=Changes({**support, ("assignee",): "ana"}))
    nobodys = play.asks(changes=Changes({**support, ("assignee",): ""}))
    elsewhere = play.asks(changes=Changes({("department",): "billing"}))
    found = {code: play.at(code).header.text("assignee") for code in (away, code, mine, nobodys, elsewhere)}
    assert found == {away: "", code: "bob", mine: "ana", nobodys: "", elsewhere: ""}
    assert len(play.at(code).ticket.events) == 1


def test_so_is_what_is_transferred() -> None:
    play = Play(team(ana={"departments": ["billing"]}, bob={"departments": ["support"]}))
    code = play.asks(changes=Changes({("department",): "billing", ("assignee",): "ana"}))
    play.do(code, transfer_to("support"))
    assert play.at(code).header.text("assignee") == "bob"
    play.do(code, transfer_to("support", agent=""))
    play.do(code, transfer_to("support"))
    assert play.at(code).header.text("assignee") == "", "it was there already, and somebody wanted it so"


# --- who gets what --------------------------------------------------------------------------------------------------


def tickets(rows: list[tuple[str, str]], settings: Settings, now: str = MONDAY) -> list[Situation]:
    """New tickets, each with its department and assignee, the first for the longest."""
    found = []
    for number, (department, agent) in enumerate(rows):
        fields = {("department",): department, ("assignee",): agent}
        first = asks(f"t{number}", f"2024-11-25 08:{number:02}", f"No. {number}", set=fields)
        found.append(situation(ticket(first), now=now, settings=settings))
    return found


def shared(found: list[Situation], settings: Settings) -> list[Share]:
    return shares(to_share(found), loads_of(found), last_times(found), settings)


ROW = st.tuples(st.sampled_from(["", "support", "billing"]), st.sampled_from(["", "", "", "ana", "bob"]))
AGENT = st.fixed_dictionaries(
    {},
    optional={
        "departments": st.lists(st.sampled_from(["support", "billing"]), min_size=1, max_size=2, unique=True),
        "cap": st.integers(0, 3),
        "away_until": st.sampled_from(["2024-11-24", "2024-11-25"]),
        "calendar": st.sampled_from(["always", "night"]),
    },
)
TEAMS = st.dictionaries(st.sampled_from(["ana", "bob", "eva", "jan"]), AGENT, min_size=1)


def built(agents: dict[str, dict[str, object]]) -> Settings:
    return load(
        {
            "department": {"support": {}, "billing": {}},
            "agent": agents,
            "calendar": {"always": ALL_DAY, "night": NIGHT},
        }
    )


@effort(max_examples=25, deadline=None)
@given(TEAMS, st.lists(ROW, max_size=9))
def test_nobody_gets_what_they_cannot_take_and_nothing_stays_that_somebody_can(
    agents: dict[str, dict[str, object]], rows: list[tuple[str, str]]
) -> None:
    settings = built(agents)
    found = tickets(rows, settings)
    had, given_now = loads_of(found), shared(found, settings)
    assert [share.situation.code for share in given_now] == [one.code for one in to_share(found)]
    for share in given_now:
        department = share.situation.header.text("department")
        able = [
            key
            for key, row in agents.items()
            if (not department or department in row.get("departments", [department]))  # type: ignore[operator]
            and row.get("away_until") != "2024-11-25"
            and row.get("calendar") != "night"
            and had[key] < int(str(row.get("cap", 99)))
        ]
        least = min((had[key] for key in able), default=0)
        assert share.agent in [key for key in able if had[key] == least] or (not able and not share.agent)
        had[share.agent] += 1


@effort(max_examples=15, deadline=None)
@given(st.lists(ROW, max_size=9), st.permutations(["ana", "bob", "eva"]))
def test_equals_end_up_with_equal_shares_in_whatever_order_they_stand(
    rows: list[tuple[str, str]], names: list[str]
) -> None:
    settings = built({name: {} for name in names})
    found = tickets(rows, settings)
    had, given_now = loads_of(found), shared(found, settings)
    got = Counter(share.agent for share in given_now)
    after = {name: had[name] + got[name] for name in names}
    assert all(after[name] <= min(after.values()) + 1 for name in got), "who was given one has at most one more"
    assert shared(found, built({name: {} for name in sorted(names)})) == given_now


def test_ties_go_to_who_was_given_one_the_longest_ago_then_by_key() -> None:
    settings = built({"bob": {}, "ana": {}, "eva": {}})
    free = tickets([("", "")] * 3, settings)
    first = asks("old", "2024-11-20 08:00", "Old", set={("assignee",): "ana"})
    done = changes("done", 2, "2024-11-20 09:00", status="closed", assignee="eva")
    old = situation(ticket(first, done), now=MONDAY, settings=settings)
    assert last_times([old, *free]) == {"ana": at("2024-11-20 08:00"), "eva": at("2024-11-20 09:00")}
    assert [share.agent for share in shared([old, *free], settings)] == ["bob", "ana", "eva"]
    assert [share.agent for share in shared(free, settings)] == ["ana", "bob", "eva"]


def test_who_passed_it_on_gets_it_only_where_nobody_else_can() -> None:
    for agents, who in ({"ana": {}, "bob": {}}, "bob"), ({"ana": {}}, "ana"):
        play = Play(built(agents))
        code = play.asks()
        play.do(code, skip("not mine"))
        assert [share.agent for share in shared([play.at(code)], play.settings)] == [who]


# --- through the program --------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    at_home(tmp_path, monkeypatch)
    return Command(make_desk(tmp_path / "desk", settings=TEAM), capsys, monkeypatch)


def asked(desk: Command, subject: str, *more: str) -> str:
    return desk.create(subject, "x", "-a", "none", *more)


def assignees(desk: Command) -> dict[str, str]:
    return {code: desk.ticket(code).header.text("assignee") for code in desk.codes()}


def test_distribute_gives_what_nobody_works_on(desk: Command) -> None:
    jams, cable, bill = asked(desk, "Jams", "-p", "urgent", "-d", "support"), asked(desk, "Cable"), asked(desk, "Bill")
    desk.ok("transfer", bill, "billing")
    closed = asked(desk, "Old")
    desk.ok("close", closed, "-q")
    before = desk.files()
    told = f'{jams} "Jams": assigned to ana\n{cable} "Cable": assigned to bob\n{bill} "Bill": assigned to ana\n'
    assert sorted(desk.ok("distribute", "--dry-run").out.splitlines()) == sorted(told.splitlines())
    assert desk.files() == before
    assert desk.ok("distribute", "department:billing").out == f'{bill} "Bill": assigned to ana\n'
    assert desk.ok("distribute").out == f'{jams} "Jams": assigned to bob\n{cable} "Cable": assigned to ana\n'
    assert assignees(desk) == {jams: "bob", cable: "ana", bill: "ana", closed: ""}
    event = desk.ticket(cable).events[-1]
    assert (event.by, dict(event.set), event.kind) == ("distribute", {("assignee",): "ana"}, "change")
    assert desk.ok("distribute") == desk.ok("distribute", "-q")


def test_what_nobody_can_take_is_named_and_stays(desk: Command) -> None:
    settings = desk.root / "ticketcli.toml"
    settings.write_text(settings.read_text().replace('email = "ana@desk.example"', "away_until = 2199-01-01"))
    codes = [asked(desk, f"No. {n}", "--at", f"-{9 - n}m") for n in range(3)]
    given = "".join(f'{code} "No. {n}": assigned to bob\n' for n, code in enumerate(codes[:2]))
    assert desk.ok("distribute").out == f'{given}{codes[2]} "No. 2": nobody can take it now\n'
    document = json.loads(desk.ok("distribute", "--json").out)
    assert [(one["agent"], one["ticket"]["code"]) for one in document["assignments"]] == [(None, codes[2])]
    desk.ok("set", codes[2], "department=billing")
    assert desk.ok("distribute").out == f'{codes[2]} "No. 2": nobody in billing can take it now\n'


def test_what_somebody_holds_is_left_alone(desk: Command) -> None:
    code = asked(desk, "Jams")
    leases.claim(desk.root, code, "ana", now())
    assert desk.ok("distribute").out == ""
    leases.release(desk.root, code, "ana")
    assert desk.ok("distribute").out == f'{code} "Jams": assigned to ana\n'


def test_a_desk_without_agents_and_words_that_cannot_be_read(desk: Command) -> None:
    assert desk.refused(2, "distribute", "tga:vip").startswith('cannot read the filter "tga:vip"')
    (desk.root / "ticketcli.toml").write_text("format = 1\n")
    assert desk.refused(1, "distribute") == (
        "this desk has no agents to distribute to; write an [agent.NAME] for each in ticketcli.toml"
    )


def test_two_clones_that_distribute_at_once_end_in_one_state(
    desk: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each gives the ticket to another agent; the later of the two counts in both, and nothing conflicts."""
    code = asked(desk, "Jams")
    with_git(desk)
    desk.git("clone", "-q", "--bare", ".", "../origin.git")
    desk.git("remote", "add", "origin", "../origin.git")
    desk.git("push", "-q", "-u", "origin", "HEAD")
    desk.git("clone", "-q", "../origin.git", "../other")
    other = Command(desk.root.parent / "other", capsys, monkeypatch)
    other.create("Cable", "x", "-a", "ana")
    assert (desk.ok("distribute").out, other.ok("distribute").out) == (
        f'{code} "Jams": assigned to ana\n',
        f'{code} "Jams": assigned to bob\n',
    )
    for clone in (desk, other, desk):
        clone.ok("sync", "-q")
    assert desk.ticket(code) == other.ticket(code)
    assert desk.ticket(code).header.text("assignee") in ("ana", "bob")
    assert other.ok("check").err == "nothing to mend\n"


# --- watching -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fewest", [remembering.FEWEST, 0], ids=["scan", "index"])
def test_who_watches_is_told_once_what_others_write(
    desk: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fewest: int
) -> None:
    monkeypatch.setattr(remembering, "FEWEST", fewest)
    jams, cable = asked(desk, "Jams"), asked(desk, "Cable")
    desk.ok("note", jams, "-m", "before", "--as", "bob")
    assert "watchers=+ana" in desk.ok("watch", jams).err
    for words in ("is:watched", "view:watched", "watcher:ana", "watcher:me"):
        assert desk.ok("list", words, "--columns", "code").out == f"{jams}\n"
    assert desk.ok("tick").out == ""
    for code in (jams, cable):
        desk.ok("reply", code, "--as", "bob", "-m", "Is it on?")
        desk.ok("note", code, "-m", "my own note")
    before = desk.files()
    said = rf'{jams} "Jams": answered \d+ s ago by bob\n'
    assert re.fullmatch(said, desk.ok("tick", "--dry-run").out)
    assert re.fullmatch(said, desk.ok("tick").out)
    assert desk.ok("tick").out == ""
    assert desk.files() == before, "what somebody was told is no part of the desk"
    desk.ok("reply", jams, "--from", "customer", "-m", "Yes.", "--as", "bob")
    desk.ok("note", jams, "-m", "She says yes.", "--as", "bob")
    (notice, other) = json.loads(desk.ok("tick", "--json").out)["notices"]
    assert [(one["action"], one["by"], one["ticket"]["code"]) for one in (notice, other)] == [
        ("message", "Maria Santos <maria@example.com>", jams),
        ("note", "bob", jams),
    ]
    script = tmp_path / "notify"
    script.write_text(f"#!/bin/sh\ncat > {tmp_path}/handed\n")
    script.chmod(0o755)
    (tmp_path / "config/ticketcli").mkdir(parents=True)
    (tmp_path / "config/ticketcli/config.toml").write_text(f'notify = ["{script}"]\n')
    desk.ok("note", jams, "-m", "one", "--as", "bob")
    desk.ok("note", jams, "-m", "two", "--as", "bob")
    assert re.fullmatch(rf'{jams} "Jams": a note \d+ s ago by bob, and 1 more\n', desk.ok("tick").out)
    assert json.loads((tmp_path / "handed").read_text())["action"] == "note"
    desk.ok("watch", jams, "--stop")
    desk.ok("note", jams, "-m", "and again", "--as", "bob")
    assert desk.ok("tick").out == ""


def test_who_is_no_agent_cannot_watch(desk: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    code = asked(desk, "Jams")
    monkeypatch.setenv("LOGNAME", "carol")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Carol")
    (desk.root / ".ticketcli/me").write_text("carol\n")
    assert desk.refused(1, "watch", code).startswith('"carol" is no agent of this desk')


@pytest.mark.parametrize("text", ["", "[]", '{"ana": 1}', '{"ana": {"7KQ": 1}}', "\udcff", "[" * 100_000])
def test_what_cannot_be_read_of_what_was_told_is_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / ".ticketcli").mkdir()
    (tmp_path / ".ticketcli/told.json").write_text(text, errors="surrogateescape")
    assert told.read(tmp_path) == {}
