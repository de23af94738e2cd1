"""`ticket next` and `@`: who is handed what, for how long, and never twice; through the program and real processes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.command import Command, Ran
from tests.office import MONDAY, OFFICE, ROOT, ended, office, started
from tests.terminal import on_a_terminal, typed
from ticketcli.core.action.skip import skip
from ticketcli.core.clock.times import show
from ticketcli.desk.catalog import Catalog
from ticketcli.desk.desk import now, open_desk
from ticketcli.desk.record import How, session
from ticketcli.desk.taking import holders, take
from ticketcli.edges import leases

JAN = ("--from", "Jan Novak <jan@example.com>")
LATE, LATER = ("--at", MONDAY), "2025-03-03T11:00"
FAR = "2100-01-01"


@pytest.fixture
def ticket(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    return office(tmp_path, capsys, monkeypatch)


@pytest.fixture
def two(ticket: Command) -> tuple[str, str]:
    """Two tickets that wait for an answer, the first for longer."""
    return ticket.create("Printer jams", "It eats paper.", "--at", MONDAY), ticket.create("Cable", "x", "--at", LATER)


def held(ticket: Command) -> dict[str, str]:
    """Who holds what."""
    return {code: lease.holder for code, lease in leases.held(ticket.root, now()).items()}


def end_in_a_minute(ticket: Command, code: str, agent: str = "ana") -> None:
    """The lease was taken fourteen minutes ago."""
    assert leases.claim(ticket.root, code, agent, now() - leases.LENGTH + timedelta(minutes=1))


def left(ticket: Command, code: str) -> timedelta:
    return leases.held(ticket.root, now())[code].until - now()


# --- handing out ----------------------------------------------------------------------------------------------------


def test_the_most_urgent_one_is_handed_out_and_the_same_again(ticket: Command, two: tuple[str, str]) -> None:
    first = ticket.ok("next")
    until = leases.held(ticket.root, now())[two[0]].until
    ends = show(until, open_desk(ticket.root, {}).settings.zone)
    assert first.out == f"{two[0]}\n"
    assert first.err.startswith(f'{two[0]} "Printer jams": overdue ')
    assert first.err.endswith(f"; yours until {ends}\n")
    assert "first response, office hours), customer waits " in first.err
    assert timedelta(minutes=14, seconds=50) <= until - now() <= timedelta(minutes=15)
    again = ticket.ok("next")
    assert (again.out, "; still yours until " in again.err) == (first.out, True)
    assert held(ticket) == {two[0]: "ana"}


def test_nobody_is_handed_what_another_holds(ticket: Command, two: tuple[str, str]) -> None:
    assert [ticket.ok("next", "--as", who).out.strip() for who in ("ana", "bob", "ana", "bob")] == [*two, *two]
    assert ticket.ok("to-solve", "--for", "me", "--columns", "code").out == f"{two[0]}\n"
    assert ticket.ok("to-solve", "--for", "bob", "--columns", "code").out == f"{two[1]}\n"
    assert ticket.ok("to-solve", "--count").out == "2\n"


def test_an_answer_frees_the_ticket_at_once(ticket: Command, two: tuple[str, str]) -> None:
    ticket.ok("next")
    ticket.ok("reply", two[0], "-m", "Try again.")
    assert held(ticket) == {}
    assert ticket.ok("next").out.strip() == two[1]
    ticket.ok("next", "--release")
    ticket.ok("reply", two[0], "--from", "customer", "-m", "No.")
    assert held(ticket) == {}
    assert ticket.ok("next", "--as", "bob").out.strip() == two[1], "the other one is ana's by her answer"


@pytest.mark.parametrize(
    "words", [("resolve",), ("close",), ("postpone", "3d"), ("status", "answered", "-m", "called")]
)
def test_whatever_takes_it_out_of_the_queue_frees_it(
    ticket: Command, two: tuple[str, str], words: tuple[str, ...]
) -> None:
    code = ticket.create("Mine", "x")  # nobody is late yet
    assert leases.claim(ticket.root, code, "ana", now())
    ticket.ok(words[0], code, *words[1:])
    assert held(ticket) == {}


def test_a_note_or_a_tag_renews_the_lease_and_another_one_does_not(ticket: Command, two: tuple[str, str]) -> None:
    for words in (["note", two[0], "-m", "x"], ["tag", two[0], "+vip"], ["next"]):
        end_in_a_minute(ticket, two[0])
        ticket.ok(*words)
        assert left(ticket, two[0]) > timedelta(minutes=14)
    end_in_a_minute(ticket, two[0])
    ticket.ok("note", two[0], "-m", "x", "--as", "bob")
    ticket.ok("note", two[1], "-m", "x")
    ticket.ok("next", "--peek")
    assert left(ticket, two[0]) <= timedelta(minutes=1)


def test_what_goes_to_somebody_else_is_held_by_nobody(ticket: Command, two: tuple[str, str]) -> None:
    ticket.ok("next", "--as", "bob")
    ticket.ok("assign", two[0], "ana", "--as", "bob")
    assert held(ticket) == {}
    assert ticket.ok("next").out.strip() == two[0]
    assert ticket.ok("next", "--as", "bob").out.strip() == two[1]
    ticket.ok("transfer", two[1], "billing", "--as", "bob")
    assert held(ticket) == {two[0]: "ana"}


def test_what_somebody_else_has_solved_is_held_by_nobody(ticket: Command, two: tuple[str, str]) -> None:
    ticket.ok("next")
    ticket.ok("resolve", two[0], "--as", "bob")
    assert held(ticket) == {}


def test_a_lease_that_is_worth_nothing_any_more_is_given_back_with_the_next_one(
    ticket: Command, two: tuple[str, str]
) -> None:
    ticket.ok("next")
    ticket.ok("assign", two[0], "bob", "--as", "bob")
    assert ticket.ok("next").out.strip() == two[1]
    assert held(ticket) == {two[1]: "ana"}


def test_an_expired_lease_is_none(ticket: Command, two: tuple[str, str]) -> None:
    leases.claim(ticket.root, two[0], "bob", now() - leases.LENGTH)
    assert ticket.ok("next").out.strip() == two[0]


def test_mine_and_nobodys_in_my_departments_only(ticket: Command) -> None:
    theirs = ticket.create("Theirs", "x", "--at", MONDAY, "-a", "ana", "-d", "support")
    elsewhere = ticket.create("Elsewhere", "x", "--at", LATER, "-d", "billing")
    assert ticket.run("next", "--as", "bob") == Ran(5, "", "ticket: nothing to solve\n")
    assert held(ticket) == {}
    mine = ticket.create("Mine in another department", "x", "-d", "billing", "-a", "bob")
    assert ticket.ok("next", "--as", "bob").out.strip() == mine
    assert ticket.ok("to-solve", "--for", "ana", "--columns", "code").out.split() == [theirs, elsewhere]
    assert held(ticket) == {mine: "bob"}


def test_nothing_to_do_is_exit_5_in_one_line(ticket: Command) -> None:
    for words in (["next"], ["next", "--peek"], ["next", "--take"], ["next", "--json"]):
        assert ticket.refused(5, *words) == "nothing to solve"
    done = ticket.create("Done", "x")
    ticket.ok("resolve", done)
    assert ticket.refused(5, "next") == "nothing to solve"


def test_filter_words_narrow_it(ticket: Command, two: tuple[str, str]) -> None:
    assert ticket.ok("next", "cable", "--peek").out.strip() == two[1]
    assert ticket.ok("next", "-subject:printer").out.strip() == two[1]
    assert ticket.ok("next", "printer").out.strip() == two[1], "the one in hand comes first"
    ticket.ok("next", "--release")
    assert ticket.refused(5, "next", "tag:nobody") == "nothing to solve"
    assert 'cannot read the filter "priority:huge"' in ticket.refused(2, "next", "priority:huge")
    assert held(ticket) == {}


def test_postponed_tickets_only_where_they_are_overdue(ticket: Command) -> None:
    late = ticket.create("An answer is due", "x", "--at", MONDAY)
    by_hand = ticket.create("A deadline", "x", "--at", MONDAY)
    answered = ticket.create("Answered", "x", "--at", MONDAY)
    fresh = ticket.create("Not yet due", "x")
    dated = ticket.create("Due later by hand", "x", "--at", MONDAY)
    ticket.ok("set", by_hand, "due=2025-03-03T12:00", "--at", LATER)
    ticket.ok("set", dated, "due=2099-01-01", "--at", LATER)
    ticket.ok("reply", answered, "-m", "Wait.", "--until", FAR, "--at", LATER)
    for code in (late, by_hand, fresh, dated):
        ticket.ok("postpone", code, FAR, *(() if code == fresh else ("--at", LATER)))
    rows = [row.split("\t") for row in ticket.ok("to-solve", "--columns", "code,rule,due_for").out.splitlines()]
    assert rows == [
        [by_hand, "postponed, but overdue", "due"],
        [late, "postponed, but overdue", "first_response"],
    ]
    assert [ticket.ok("next", "--as", who).out.strip() for who in ("ana", "bob")] == [by_hand, late]
    as_of = ["--as-of", "2025-03-03T11:30", "--columns", "code"]
    assert ticket.ok("to-solve", *as_of).out == "", "nothing was overdue then"


WAYS = {"answer": ["reply", "-m", "x"], "postpone": ["postpone", "3d"], "resolve": ["resolve"]}


@pytest.mark.parametrize("levels", [True, False])
def test_what_would_take_it_out_of_the_list_does_and_nothing_else(
    ticket: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, levels: bool
) -> None:
    if not levels:
        (ticket.root / "ticketcli.toml").write_text(f"format = 1\n{OFFICE.partition('[[sla]]')[0]}")
    names = ("late", "fresh", "deadline", "parked", "parked with a deadline", "missed, then parked", "reopened")
    late, fresh, deadline, parked, both, missed, reopened = (ticket.create(name, "x", *LATE) for name in names)
    ticket.ok("set", fresh, "due=2099-01-01", "--at", LATER)
    ticket.ok("set", deadline, "due=2025-03-03T12:00", "--at", LATER)
    ticket.ok("set", both, "due=2025-03-03T12:00", "--at", LATER)
    ticket.ok("reply", missed, "-m", "x", "-s", "open", "--at", "2025-04-03")
    for code, when in ((parked, LATER), (both, LATER), (missed, "2025-04-04")):
        ticket.ok("postpone", code, FAR, "--at", when)
    ticket.ok("resolve", reopened, "--at", LATER)
    ticket.ok("reopen", reopened, "-m", "x", "--at", "2025-03-03T11:30")
    rows = dict(row.split("\t") for row in ticket.ok("to-solve", "--columns", "code,remedy").out.splitlines())
    expected = {late, fresh, deadline, both, reopened} | ({parked, missed} if levels else set())
    assert {*rows} == expected
    for code, text in rows.items():
        for way, (verb, *more) in WAYS.items():
            twin = Command(tmp_path / code / way, ticket._capsys, monkeypatch)
            shutil.copytree(ticket.root, twin.root)
            twin.ok(verb, code, *more)
            gone = code not in twin.ok("to-solve", "--columns", "code").out
            assert gone == (way in text.partition(";")[0]), (ticket.ticket(code).header.text("subject"), way, text)


def test_who_is_no_agent_is_refused(ticket: Command, two: tuple[str, str]) -> None:
    (ticket.root / ".ticketcli/me").write_text("eve\n")
    sentence = '"eve" is no agent of this desk and may create and note, not answer; act --as one of: ana, bob'
    for words in (["next"], ["next", "--peek"], ["next", "--release"], ["next", "--skip", "x"]):
        assert ticket.refused(1, *words) == sentence
    assert ticket.refused(2, "next", "--as", "eve") == '"eve" is no agent of this desk; it has: ana, bob'
    assert held(ticket) == {}


def test_in_a_fresh_clone_git_tells_who_takes_as_at_a_first_write(
    ticket: Command, two: tuple[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "gitconfig").write_text("[user]\n\tname = B\n\temail = bob@desk.example\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("LOGNAME", "somebody-else")
    (ticket.root / ".ticketcli/me").unlink()
    assert ticket.ok("next").out.strip() == two[0]
    assert held(ticket) == {two[0]: "bob"}
    ticket.ok("reply", two[0], "-m", "Try again.")
    assert held(ticket) == {}


# --- skip, peek, release, take --------------------------------------------------------------------------------------


def test_skip_records_why_and_hands_out_the_one_after_it(ticket: Command, two: tuple[str, str]) -> None:
    ticket.ok("next")
    assert ticket.ok("next", "--skip", "bob knows it").out.strip() == two[1]
    last = ticket.ticket(two[0]).events[-1]
    assert (last.action, last.by, last.body, last.kind) == ("skip", "ana", "bob knows it\n", "change")
    assert last.set == {}
    assert held(ticket) == {two[1]: "ana"}
    ticket.ok("next", "--release")
    assert ticket.ok("next", "--peek").out.strip() == two[1]
    assert ticket.ok("next", "--peek", "--as", "bob").out.strip() == two[0]
    assert ticket.ok("to-solve", "--for", "ana", "--columns", "code").out.split() == [two[1]]
    assert ticket.ok("log", two[0]).out.splitlines()[-1].split("\t")[4:] == ["skip", "bob knows it"]
    assert ticket.ok("list", "--columns", "code,status").out.splitlines() == [f"{code}\tnew" for code in two]


def test_what_was_skipped_comes_back_when_the_customer_writes(ticket: Command, two: tuple[str, str]) -> None:
    ticket.ok("next")
    ticket.ok("next", "--skip", "later")
    ticket.ok("next", "--release")
    ticket.ok("note", two[0], "-m", "nobody wrote")
    assert ticket.ok("next", "--peek").out.strip() == two[1]
    ticket.ok("reply", two[0], "--from", "customer", "-m", "Hello?")
    assert ticket.ok("next", "--peek").out.strip() == two[0], "in the same second, too"


def test_what_was_skipped_comes_back_after_four_hours(ticket: Command, two: tuple[str, str]) -> None:
    desk = open_desk(ticket.root, os.environ)
    for hours, minutes, expected in ((3, 59, two[1]), (4, 0, two[0])):
        with session(desk, How(now(), at=now() - timedelta(hours=hours, minutes=minutes)), "skip", pytest.fail) as work:
            work.record(work.catalog.situation(two[0]), skip("later"))
        assert ticket.ok("next", "--peek").out.strip() == expected
        ticket.ok("undo", two[0])


def test_a_skip_never_hides_the_last_one(ticket: Command) -> None:
    code = ticket.create()
    ticket.ok("next")
    assert ticket.ok("next", "--skip", "not now").out.strip() == code
    assert ticket.ok("to-solve", "--for", "me", "--columns", "code").out.strip() == code


def test_a_skip_can_be_undone(ticket: Command, two: tuple[str, str]) -> None:
    ticket.ok("next")
    ticket.ok("next", "--skip", "later")
    ticket.ok("next", "--release")
    ticket.ok("undo")
    assert ticket.ok("next").out.strip() == two[0]


def test_a_skip_that_is_refused_records_nothing(ticket: Command, two: tuple[str, str]) -> None:
    assert ticket.refused(3, "next", "--skip", "x") == "you hold no ticket; take one with: ticket next"
    ticket.ok("next")
    empty = 'the reason is empty; say why you pass it on, like: ticket next --skip "bob knows it"'
    assert ticket.refused(2, "next", "--skip", " ") == empty
    assert "cannot read the filter" in ticket.refused(2, "next", "--skip", "x", "is:odd")
    assert held(ticket) == {two[0]: "ana"}


def test_peek_takes_nothing(ticket: Command, two: tuple[str, str]) -> None:
    ran = ticket.ok("next", "--peek")
    assert (ran.out, "yours" in ran.err) == (f"{two[0]}\n", False)
    assert not (ticket.root / ".ticketcli/leases").exists()
    ticket.ok("next", "cable")
    assert ticket.ok("next", "--peek").out.strip() == two[1], "the one in hand"


def test_release_gives_it_back(ticket: Command, two: tuple[str, str]) -> None:
    ticket.ok("next")
    ticket.ok("next", "--as", "bob")
    assert ticket.ok("next", "--release") == Ran(0, "", f"given back: {two[0]}\n")
    assert held(ticket) == {two[1]: "bob"}
    assert ticket.ok("next", "--release") == Ran(0, "", "you hold no ticket; nothing to give back\n")
    assert ticket.ok("next", "--release", "-q", "--as", "bob") == Ran(0, "", "")


def test_take_assigns_it_too(ticket: Command, two: tuple[str, str]) -> None:
    ran = ticket.ok("next", "--take")
    assert (ran.out, ran.err.count("\n")) == (f"{two[0]}\n", 1)
    assert (ticket.ticket(two[0]).header.text("assignee"), held(ticket)) == ("ana", {two[0]: "ana"})
    events = len(ticket.ticket(two[0]).events)
    assert ticket.ok("next", "--take").out == ran.out
    assert len(ticket.ticket(two[0]).events) == events
    ticket.ok("next", "--release")
    assert ticket.ok("next", "--as", "bob").out.strip() == two[1]


def test_only_one_of_them(ticket: Command, two: tuple[str, str]) -> None:
    ways: list[list[str]] = [["--peek"], ["--take"], ["--skip", "x"], ["--release"]]
    for one in ways:
        for other in ways:
            if one != other:
                said = ticket.refused(2, "next", *one, *other)
                assert said == "give only one of --peek, --take, --skip and --release"


# --- what is printed ------------------------------------------------------------------------------------------------


def test_a_terminal_gets_the_page_and_the_reason_beside_it(ticket: Command, two: tuple[str, str]) -> None:
    ran = on_a_terminal(ticket.root, "next")
    assert ran.out.startswith(f"●! {two[0]}  Printer jams\n  status    new since 2025-03-03 10:00")
    assert "│ It eats paper." in ran.out
    assert (ran.code, ran.err.startswith(f'{two[0]} "Printer jams": overdue '), ran.err.count("\n")) == (0, True, 1)
    assert on_a_terminal(ticket.root, "next", "-q", "--json").err == ""


def test_json_is_a_list_of_one_ticket(ticket: Command, two: tuple[str, str]) -> None:
    document = json.loads(ticket.ok("next", "--json").out)
    [found] = document["tickets"]
    assert (document["schema_version"], found["code"], found["due_for"]) == (1, two[0], "first_response")
    assert (found["overdue"], found["left_s"] < 0, found["level"]) == (True, True, "standard")


def test_quiet_says_nothing_on_standard_error(ticket: Command, two: tuple[str, str]) -> None:
    assert ticket.ok("next", "-q") == Ran(0, f"{two[0]}\n", "")


def test_nothing_that_strangers_wrote_steers_the_terminal(ticket: Command) -> None:
    code = ticket.create("evil \x1b[2J\u202e", "\x1b]0;x\x07")
    ran = on_a_terminal(ticket.root, "next")
    assert code in ran.out
    assert not {"\x1b", "\x07", "\u202e"} & {*ran.out, *ran.err}


def test_an_unreadable_ticket_is_named_and_hides_no_other(ticket: Command, two: tuple[str, str]) -> None:
    ticket.path(two[0]).write_text("<<<<<<< HEAD\n")
    for words in (["next", "--peek"], ["next"], ["next", "--take"]):
        ran = ticket.run(*words)
        assert (ran.code, ran.out) == (1, f"{two[1]}\n")
        assert ran.err.splitlines()[0].startswith(f"ticket: {ticket.path(two[0])}: line 1: git left a conflict here")
    ticket.ok("resolve", two[1])
    ran = ticket.run("next")
    assert (ran.code, ran.out, ran.err.splitlines()[1:]) == (5, "", ["ticket: nothing to solve"])


def test_a_lease_on_a_ticket_that_cannot_be_read_holds_up_nobody(ticket: Command, two: tuple[str, str]) -> None:
    ticket.ok("next")
    ticket.path(two[0]).write_text("\0")
    assert ticket.run("next").out == f"{two[1]}\n"
    assert held(ticket) == {two[1]: "ana"}


def test_a_desk_that_cannot_be_written_can_be_peeked_at(ticket: Command, two: tuple[str, str]) -> None:
    (ticket.root / ".ticketcli/leases").write_text("no directory")
    ran = ticket.run("next")
    assert (ran.code, ran.out, ran.err.count("\n")) == (74, "", 1)
    assert "to look without one: ticket next --peek" in ran.err
    assert ticket.ok("next", "--peek").out.strip() == two[0]


# --- at the same moment ---------------------------------------------------------------------------------------------


def crowd_desk(ticket: Command, number: int, extra: int = 1) -> list[str]:
    """A desk of so many tickets, and agents who are more; gives their names."""
    agents = [f"agent{n}" for n in range(number + extra)]
    rows = "".join(f'[agent.{name}]\nname = "{name}"\n' for name in agents)
    (ticket.root / "ticketcli.toml").write_text(f"format = 1\n{OFFICE.replace('[calendar', rows + '[calendar', 1)}")
    for n in range(number):
        ticket.create(f"Ticket {n}", "x", "-q")
    return agents


def raced(root: Path, agents: list[str], how: str = "take") -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.takers", str(root), how, *agents],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return done.stdout.split()


def test_sixty_agents_at_once_get_sixty_tickets_and_the_next_one_nothing(ticket: Command) -> None:
    agents = crowd_desk(ticket, 60)
    found = raced(ticket.root, agents)
    assert sorted(found) == sorted([*ticket.codes(), "nothing"])
    assert sorted(held(ticket)) == ticket.codes()


def test_without_leases_they_would_get_the_same_one(ticket: Command) -> None:
    agents = crowd_desk(ticket, 5)
    assert len(set(raced(ticket.root, agents, "look"))) == 1


def test_twenty_commands_at_once_get_twenty_tickets_and_the_next_one_exit_5(ticket: Command) -> None:
    agents = crowd_desk(ticket, 20)
    ran = [ended(each) for each in [started(ticket.root, "next", "--as", agent) for agent in agents]]
    assert sorted(each.out.strip() for each in ran) == ["", *ticket.codes()]
    assert sorted(each.code for each in ran) == [*[0] * 20, 5]
    assert next(each.err for each in ran if each.code) == "ticket: nothing to solve\n"
    assert ticket.run("next", "--as", agents[0]).out == ran[0].out or ran[0].code == 5


def test_who_was_beaten_to_it_gets_the_one_after_it(ticket: Command, two: tuple[str, str]) -> None:
    desk = open_desk(ticket.root, os.environ)
    catalog = Catalog(desk, now())
    offered = [catalog.situation(code) for code in two]
    ticket.ok("next", "--as", "bob")
    assert take(catalog, offered, "ana").situation.code == two[1]


def test_who_was_beaten_to_the_answer_gets_the_one_after_it(ticket: Command, two: tuple[str, str]) -> None:
    desk = open_desk(ticket.root, os.environ)
    catalog = Catalog(desk, now())
    offered = [catalog.situation(code) for code in two]
    ticket.ok("next", "--as", "bob")
    ticket.ok("reply", two[0], "--as", "bob", "-m", "Try again.")
    assert take(catalog, offered, "ana").situation.code == two[1]
    assert holders(catalog) == {two[1]: "ana"}


# --- @ --------------------------------------------------------------------------------------------------------------

IN_HAND = {
    "show": ["@"],
    "path": ["@"],
    "log": ["@"],
    "reply": ["@", "-m", "@"],
    "note": ["@", "-m", "x @"],
    "status": ["@", "open"],
    "resolve": ["@"],
    "close": ["@", "-m", "@"],
    "postpone": ["@", "3d"],
    "assign": ["@", "me"],
    "transfer": ["@", "billing"],
    "tag": ["@", "+vip"],
    "watch": ["@"],
    "redact": ["@", "subject", "--yes"],
    "set": ["@", "fields.at=@"],
    "link": ["@", "OTHER"],
    "split": ["@/1", "--subject", "@", "--copy"],
    "merge": ["OTHER", "--into", "@"],
    "undo": ["@"],
}


@pytest.mark.parametrize("name", IN_HAND)
def test_at_names_the_ticket_in_hand(
    ticket: Command,
    two: tuple[str, str],
    name: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = [word.replace("OTHER", two[0]) for word in IN_HAND[name]]
    only = "@ is the ticket that you hold, on a terminal only; elsewhere write the code that next printed"
    nothing = Ran(3, "", "ticket: you hold no ticket; take one with: ticket next\n")
    ticket.ok("next", "--as", "bob")
    assert typed(ticket, capsys, monkeypatch, name, *words) == nothing
    ticket.ok("next")
    ticket.ok("tag", two[1], "+mine")
    assert ticket.refused(2, name, *words) == only
    ran = typed(ticket, capsys, monkeypatch, name, *words)
    assert (ran.code, two[1][:5] in ran.out + ran.err) == (0, True), ran
    if name in ("reply", "close"):
        assert ticket.ticket(two[1]).events[-1].body == "@\n"


def test_every_command_that_takes_tickets_takes_the_one_in_hand() -> None:
    from ticketcli.cli.main import load
    from ticketcli.cli.table import COMMANDS

    names = [
        name for name in COMMANDS for param in load(name).params if "TICKET" in (getattr(param, "metavar", "") or "")
    ]
    assert {*names} - {*IN_HAND} <= {"reopen", "edit", "unmerge", "send", "rate"}, (
        "those do nothing to what is to be solved"
    )


def test_at_in_the_name_of_another_agent(
    ticket: Command, two: tuple[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket.ok("next", "--as", "bob")
    assert typed(ticket, capsys, monkeypatch, "note", "@", "-m", "x").code == 3
    assert typed(ticket, capsys, monkeypatch, "note", "@", "-m", "x", "--as", "bob").code == 0
    assert ticket.ticket(two[0]).events[-1].by == "bob"


def test_at_is_free_once_the_ticket_is_answered(
    ticket: Command, two: tuple[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket.ok("next")
    assert typed(ticket, capsys, monkeypatch, "reply", "@", two[1], "-m", "Both.").code == 0
    assert typed(ticket, capsys, monkeypatch, "show", "@").code == 3


def test_at_is_a_word_like_any_other_where_no_ticket_is_named(
    ticket: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = ticket.create("@", "@")
    assert ticket.ticket(code).header.text("subject") == "@"
    assert ticket.ok("list", "@").out.startswith(code)
    assert typed(ticket, capsys, monkeypatch, "to-solve", "@").code == 0
    assert typed(ticket, capsys, monkeypatch, "show", "@@").code == 3


def test_at_works_where_only_the_output_is_a_terminal(ticket: Command, two: tuple[str, str]) -> None:
    ticket.ok("next")
    ran = on_a_terminal(ticket.root, "show", "@")
    assert (ran.code, ran.out.startswith(f"●! {two[0]}  Printer jams")) == (0, True)
