"""The commands that write, through the program: what they say and where, exit statuses, repeating, undo."""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import PIPE

import pytest

from tests.command import PEOPLE, Command, at_home, kept_texts
from ticketcli.cli.main import main
from ticketcli.cli.texts import HINT
from ticketcli.core.file.codec import dumps, event_text
from ticketcli.core.ticket.join import join

MARIA = "Maria Santos <maria@example.com>"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A desk with git as `ticket init` makes it, with people."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        home = tmp_path_factory.mktemp("made")
        at_home(home, monkeypatch)
        assert main(["init", str(home / "desk"), "--name", "ACME"]) == 0
        with (home / "desk/ticketcli.toml").open("a") as settings:
            settings.write(PEOPLE)
        yield home / "desk"


@pytest.fixture
def repository(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    at_home(tmp_path, monkeypatch)
    shutil.copytree(made, tmp_path / "desk")
    return Command(tmp_path / "desk", capsys, monkeypatch)


@pytest.fixture
def ticket(repository: Command) -> Command:
    """The same without git, which most of it does not ask for."""
    shutil.rmtree(repository.root / ".git")
    with (repository.root / "ticketcli.toml").open("a") as settings:
        settings.write("\n[git]\ncommit = false\n")
    return repository


# --- what is said, and where ----------------------------------------------------------------------------------------


def test_init_and_the_first_ticket_as_the_readme_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at_home(tmp_path, monkeypatch)
    root = tmp_path / "support"
    root.mkdir()
    monkeypatch.chdir(root)
    ticket = Command(root, capsys, monkeypatch)
    said = ticket.run("init", desk=False)
    assert (said.code, said.out) == (0, "")
    assert said.err.startswith(f"made a desk in {root}; its settings are in ticketcli.toml\nnext: ticket create ")
    assert ticket.run("init", desk=False).err.startswith(f"ticket: {root} is a desk already")
    said = ticket.run("create", "Printer jams", "--from", MARIA, "-m", "It eats paper.", desk=False)
    code = said.out.strip()
    assert (said.code, said.out, said.err) == (0, f"{code}\n", f'{code} "Printer jams": new\n')
    assert ticket.git("log", "--format=%s|%an <%ae>").splitlines() == [
        f"create {code}: Printer jams|ana <ana@localhost>",
        "make the desk support|ticket <ticket@localhost>",
    ]
    assert ticket.git("status", "--porcelain") == ""


def test_a_desk_is_made_among_other_files_only_where_that_is_said(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at_home(tmp_path, monkeypatch)
    shutil.copytree(made / ".git", tmp_path / "code/.git")
    (tmp_path / "code/README").write_text("a project")
    monkeypatch.chdir(tmp_path / "code")
    ticket = Command(tmp_path / "code", capsys, monkeypatch)
    refused = (
        f"{tmp_path}/code is a repository with other files; to make a desk in it, stand there and say: ticket init ."
    )
    for words in (["init"], ["init", str(tmp_path / "code")]):
        ran = ticket.run(*words, desk=False)
        assert (ran.code, ran.err) == (1, f"ticket: {refused}\n")
    head = ticket.git("rev-parse", "HEAD")
    assert ticket.run("init", "desk", desk=False).code == 0
    assert ticket.run("init", ".", desk=False).code == 0
    assert ticket.git("rev-list", "--count", f"{head}..HEAD") == "2"
    assert ticket.git("status", "--porcelain", "README") == "?? README"
    assert not (tmp_path / "code/desk/.git").exists()


def test_only_codes_on_stdout_and_a_sentence_for_every_ticket_on_stderr(ticket: Command) -> None:
    one = ticket.create()
    two = ticket.create("Second", "Another one.")

    def said(*words: str) -> tuple[str, str]:
        ran = ticket.ok(*words)
        err = re.sub(r"(until|closes) \d{4}-\d\d-\d\d \d\d:\d\d\)", r"\1 TIME)", ran.err)
        return ran.out.replace(one, "ONE").replace(two, "TWO"), err.replace(one, "ONE").replace(two, "TWO")

    name, other = 'ONE "Printer jams"', 'TWO "Second"'
    assert said("reply", one, "-m", "Try again.") == ("", f"{name}: answered, to maria@example.com\n")
    assert said("reply", one, "--from", "customer", "-m", "No.") == ("", f"{name}: open\n")
    assert said("note", one, two, "-m", "Old contract.") == ("", f"{name}: open\n{other}: new\n")
    assert said("note", one, "-m", "x", "-q") == ("", "")
    assert said("assign", one, "me") == ("", f"{name}: open already; nothing to do\n")
    assert said("assign", one, "bob", "-m", "knows it") == ("", f"{name}: open; assignee=bob\n")
    assert said("transfer", one, "billing") == ("", f"{name}: open; department=billing assignee=\n")
    assert said("tag", one, "+vip", "-sso") == ("", f"{name}: open; tags=+vip\n")
    assert said("set", one, "priority=high", "fields.order=A 1") == (
        "",
        f"{name}: open; priority=high fields.order=A 1\n",
    )
    assert said("link", one, two) == ("", f"{name}: open; links=+related TWO\n")
    assert said("postpone", one, two, "friday") == (
        "",
        f"{name}: postponed (until TIME)\n{other}: postponed (until TIME)\n",
    )
    assert said("status", one, "on-hold", "-m", "vendor") == ("", f"{name}: on-hold\n")
    assert said("resolve", one, "-m", "same cause") == ("", f"{name}: resolved (closes TIME)\n")
    assert said("reopen", one, "-m", "no") == ("", f"{name}: open\n")
    assert said("close", one) == ("", f"{name}: closed\n")
    assert said("close", one) == ("", f"{name}: closed already; nothing to do\n")
    assert said("undo") == ("", f"taken back: status closed\n{name}: open\n")
    assert said("merge", two, "--into", one) == (
        "ONE\n",
        f"to merge: TWO, 2 messages of maria@example.com\n{name}: open\n",
    )
    assert said("unmerge", two) == ("", f"{other}: postponed (until TIME)\n")
    child, sentences = said("split", f"{one}/1", "--subject", "Paper")
    assert sentences == f'{name}: open\n{child.strip()} "Paper": answered\n'
    assert child.strip() in ticket.codes()


def test_who_speaks_decides_the_status_and_who_typed_is_kept(ticket: Command) -> None:
    asked = ticket.create()
    first = ticket.ticket(asked).first
    assert (first.by, first.via, first.role, first.channel) == (MARIA, "ana", "customer", "cli")
    said = ticket.ok("create", "Your order", "--to", MARIA, "-m", "It left.", "--channel", "email")
    wrote = said.out.strip()
    first = ticket.ticket(wrote).first
    assert said.err == f'{wrote} "Your order": answered, to maria@example.com\n'
    assert (first.by, first.via, first.role, first.to) == ("ana", "", "agent", ("maria@example.com",))
    said = ticket.ok("create", "My screen is dark", "-m", "")
    mine = said.out.strip()
    assert said.err == f'you are the customer yourself: Ana Cruz <ana@desk.example>\n{mine} "My screen is dark": new\n'
    assert ticket.ticket(mine).first.body == "My screen is dark\n"
    assert ticket.refused(1, "undo").startswith(f"that was the creation of {mine}, which stays; close it")
    assert ticket.refused(2, "create", "x", "--from", MARIA, "--to", MARIA, "-m", "x").startswith("--from and --to ")
    ticket.ok("reply", asked, "--from", "Jan <jan@example.com>", "-m", "Me too.", "--channel", "call")
    last = ticket.ticket(asked).events[-1]
    assert (last.by, last.via, last.channel) == ("Jan <jan@example.com>", "ana", "call")


def test_a_reply_and_its_status_are_one_event(ticket: Command) -> None:
    code = ticket.create()
    assert ticket.ok("reply", code, "-s", "resolved", "-m", "Fixed.").err.endswith("), to maria@example.com\n")
    assert len(ticket.ticket(code).events) == 2
    refused = f"{code} is resolved; reply with -s open to reopen it, or with -s keep to leave it as it is"
    assert ticket.refused(1, "reply", code, "-m", "more") == refused
    ticket.ok("reply", code, "-m", "more", "-s", "keep")
    assert ticket.ok("reply", code, "-m", "more", "-s", "OPEN").err.endswith(": open, to maria@example.com\n")
    assert ticket.ok("reply", code, "-m", "wait", "--until", "3d").err.endswith("), to maria@example.com\n")
    assert ticket.ok("reply", code, "-m", "wait", "-s", "on-hold", "--until", "3d").err.endswith(
        "), to maria@example.com\n"
    )
    assert ticket.ok("reply", code, "--from", "customer", "-m", "thanks", "-s", "keep").err.endswith(")\n")
    for words in (("-s", "resolved"), ("-s", "keep")):
        assert (
            ticket.refused(2, "reply", code, "-m", "x", "--until", "3d", *words)
            == f"--until postpones, -s {words[1]} does not; give one of them"
        )
    assert ticket.refused(2, "reply", code, "-m", "x", "-s", "postponed").startswith(f"when shall {code} come back?")
    assert ticket.refused(2, "reply", code, "-m", "x", "--from", "customer", "-s", "open").startswith("-s and --until")
    assert ticket.refused(1, "reply", code, "-m", "x", "--until", "2020-01-01").startswith("that time has passed")
    assert ticket.refused(2, "reply", code, "-m", "x", "-s", "gone").startswith('no status "gone"; known: ')


def test_options_of_a_message_change_fields_in_the_same_event(ticket: Command) -> None:
    options = ("-p", "high", "-d", "support", "-a", "bob", "-t", "vip", "-t", "sso", "--set", "fields.order=A-1")
    code = ticket.create("Printer jams", "It eats paper.", *options)
    header = ticket.ticket(code).header
    assert [header.text(name) for name in ("priority", "department", "assignee")] == ["high", "support", "bob"]
    assert (header.list("tags"), header.text("fields", "order")) == (("sso", "vip"), "A-1")
    ticket.ok("reply", code, "-m", "x", "--cc", "eva@example.com", "-p", "low", "-a", "none")
    ticket.ok("note", code, "-m", "x", "-d", "billing", "-t", "later", "--set", "tags=-vip")
    header = ticket.ticket(code).header
    assert [header.text(name) for name in ("priority", "department", "assignee")] == ["low", "billing", ""]
    assert (header.list("tags"), header.list("cc")) == (("later", "sso"), ("eva@example.com",))
    assert len(ticket.ticket(code).events) == 3


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["create", " ", "-m", "x"], "the subject is empty; say in a line what it is about"),
        (["create", "x"], "the text is missing; give it with -m TEXT or -F FILE"),
        (["create", "x", "-m", "x", "-p", "mad"], 'no priority "mad"; known: low, normal'),
        (["create", "x", "-m", "x", "-d", "mad"], 'no department "mad"; known: support, billing'),
        (["create", "x", "-m", "x", "-a", "mad"], 'no agent "mad"; known: ana, bob'),
        (["create", "x", "-m", "x", "-t", "a,b"], '"a,b" is no tag'),
        (["create", "x", "-m", "x", "--set", "status=open"], 'cannot set "status=open": use ticket status'),
        (["create", "x", "-m", "x", "--channel", "fax"], 'unknown channel "fax"; it is one of: email, form, chat'),
        (["create", "x", "-m", "x", "-F", "y"], "give the text with -m or with -F, not with both"),
        (["create", "x", "-F", "nowhere"], 'cannot read "nowhere": No such file or directory; name a file'),
        (["reply", "CODE"], "the text is missing; give it with -m TEXT or -F FILE (-F - reads standard input)"),
        (["reply", "CODE", "-m", "x", "--cc", "eva"], '"eva" is not an address'),
        (["status", "CODE"], "the status is missing, for example: ticket status 7KQM on-hold"),
        (["postpone", "CODE"], "the time is missing, for example: ticket postpone 7KQM friday"),
        (["postpone", "CODE", "someday"], 'cannot read the time "someday"'),
        (["assign", "CODE"], "the agent is missing, for example: ticket assign 7KQM me"),
        (["assign", "CODE", "eva"], 'no agent "eva"; known: ana, bob'),
        (["transfer", "CODE", "sales"], 'no department "sales"; known: '),
        (["tag", "CODE"], "the tag is missing, for example: ticket tag 7KQM +vip -sso"),
        (["set", "CODE"], "KEY=VALUE is missing, for example: ticket set 7KQM priority=high"),
        (["set", "CODE", "order=1"], 'cannot set "order=1": no key "order"; known: '),
        (["link", "CODE"], "the other ticket is missing, for example: ticket link 7KQM 8PM"),
        (["split", "CODE", "--subject", "x"], '"CODE" names no message; write its number behind the code'),
        (["split", "CODE/1"], "Missing option '--subject'; see: ticket split --help"),
        (["merge", "CODE"], "a merge needs two tickets; name another one, or the target with --into"),
        (["reopen", "CODE"], "the reason is missing"),
        (["edit", "CODE"], "edit needs a terminal and an editor; elsewhere use: ticket set CODE KEY=VALUE"),
        (["close", "-C", "x", "CODE"], "-C DIR stands before the command: ticket -C DIR close ..."),
        (["close", "CODE", "--loud"], "No such option: --loud"),
        (["close"], "Missing argument 'TICKET...'; see: ticket close --help"),
        (["shut", "CODE"], 'no command "shut"; known: init'),
        (["note", "CODE", "-m", "x", "--at", "2200-01-01"], "--at takes a time that has passed"),
        (["note", "CODE", "-m", "x", "--as", "eva"], '"eva" is no agent of this desk; it has: ana, bob'),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_line_and_exit_2(ticket: Command, words: list[str], sentence: str) -> None:
    code = ticket.create()
    said = ticket.refused(2, *(word.replace("CODE", code) for word in words))
    assert said.replace(code, "CODE").startswith(sentence)


def test_who_may_write(ticket: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    code = ticket.create()
    assert (ticket.root / ".ticketcli/me").read_text() == "ana\n"
    (ticket.root / ".ticketcli/me").write_text("eva\n")
    ticket.ok("create", "From the shop", "--from", MARIA, "-m", "x")
    ticket.ok("note", code, "-m", "seen in the shop")
    assert ticket.ticket(code).events[-1].by == "eva"
    refused = '"eva" is no agent of this desk and may create and note, not answer; act --as one of: ana, bob'
    for words in (["reply", "-m", "x"], ["close"], ["reopen", "-m", "x"], ["postpone", "3d"], ["status", "open"]):
        assert ticket.refused(1, words[0], code, *words[1:]) == refused
    ticket.ok("reply", code, "-m", "x", "--as", "bob@desk.example")
    assert ticket.ticket(code).events[-1].by == "bob"
    assert (ticket.root / ".ticketcli/me").read_text() == "eva\n"
    monkeypatch.setenv("TICKET_AGENT", "nobody")
    assert ticket.refused(2, "note", code, "-m", "x") == '"nobody" is no agent of this desk; it has: ana, bob'


def test_acting_for_somebody_is_not_remembered(ticket: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "bob")
    (ticket.root / ".ticketcli/me").unlink(missing_ok=True)
    code = ticket.create("x", "x", "--as", "ana")
    monkeypatch.setenv("TICKET_AGENT", "ana")
    ticket.ok("note", code, "-m", "x")
    monkeypatch.delenv("TICKET_AGENT")
    ticket.ok("note", code, "-m", "x")
    assert [event.by for event in ticket.ticket(code).events[1:]] == ["ana", "bob"]
    assert (ticket.root / ".ticketcli/me").read_text() == "bob\n"


# --- many tickets, standard input -----------------------------------------------------------------------------------


def test_with_many_tickets_all_are_found_first_then_one_refused_stops_no_other(ticket: Command) -> None:
    one, two, three = (ticket.create(name, name) for name in ("one", "two", "three"))
    assert ticket.refused(3, "resolve", one, "ZZZZ", two).startswith('no ticket "ZZZZ"')
    ticket.ok("close", two)
    ran = ticket.run("resolve", one, two, three, one)
    refused = f"ticket: {two} is closed and cannot become resolved; from there: only ticket reopen"
    said = [re.sub(r" \(closes .*\)", "", sentence) for sentence in ran.err.splitlines()]
    assert (ran.code, said) == (1, [f'{one} "one": resolved', refused, f'{three} "three": resolved'])
    batches = {ticket.ticket(code).events[-1].batch for code in (one, three)}
    assert len(batches) == 1
    assert batches != {""}
    ticket.ok("undo")
    assert [ticket.ticket(code).header.text("status") for code in (one, two, three)] == ["new", "closed", "new"]


def test_codes_are_read_from_standard_input_and_none_is_done(ticket: Command) -> None:
    one, two = ticket.create("one"), ticket.create("two")
    listed = ticket.ok("list").out
    assert ticket.ok("tag", "-", "+vip", stdin=listed + "\n\n").err.count(": new; tags=+vip\n") == 2
    assert [ticket.ticket(code).header.list("tags") for code in (one, two)] == [("vip",)] * 2
    for words in (["close", "-"], ["assign", "-", "bob"], ["note", "-", "-m", "x"], ["reply", "-", "-m", "x"]):
        ran = ticket.run(*words, stdin="")
        assert (ran.code, ran.out, ran.err) == (0, "", "no ticket is named on standard input; nothing to do\n")
    assert ticket.refused(2, "close", "-", stdin=None) == "standard input is closed; - has nothing to read"
    assert ticket.refused(2, "close", "-", stdin=b"\xff\xfe\n").startswith("standard input is not UTF-8")


def test_a_text_from_a_file_or_standard_input(ticket: Command, tmp_path: Path) -> None:
    code = ticket.create()
    (tmp_path / "text").write_bytes("Grüße\r\nzwei\r\n".encode())
    ticket.ok("reply", code, "-F", str(tmp_path / "text"))
    ticket.ok("note", code, "-F", "-", stdin="\n\nfrom a pipe\n\n")
    assert [event.body for event in ticket.ticket(code).events[1:]] == ["Grüße\nzwei\n", "from a pipe\n"]
    assert (
        ticket.refused(2, "note", code, "-F", "-", stdin=None) == "standard input is closed; -F - has nothing to read"
    )
    assert ticket.refused(2, "note", code, "-F", "-") == "the message is empty; give its text with -m TEXT or -F FILE"


def test_a_text_from_standard_input_is_kept_where_its_command_is_refused(ticket: Command, tmp_path: Path) -> None:
    code = ticket.create()
    ticket.ok("close", code)
    ran = ticket.run("reply", code, "-F", "-", stdin="long work\n")
    assert ran.code == 1
    assert ran.err.startswith(f"your text is kept in {tmp_path}/state/ticketcli/unsaved/")
    assert kept_texts(tmp_path) == ["long work\n"]
    assert ticket.run("reply", code, "-m", "short").err.count("\n") == 1  # that one stands in the shell's history


# --- --id, --key, --at, --if ----------------------------------------------------------------------------------------

REPEATED = {
    "create": ["create", "New one", "--from", MARIA, "-m", "x"],
    "create --to": ["create", "New one", "--to", MARIA, "-m", "x"],
    "create --key": ["create", "New one", "-m", "disk full", "--key", "db1"],
    "reply": ["reply", "ONE", "-m", "x"],
    "reply -s resolved": ["reply", "ONE", "-s", "resolved", "-m", "x"],
    "reply -s open": ["reply", "DONE", "-s", "open", "-m", "x"],
    "reply --until": ["reply", "ONE", "--until", "3d", "-m", "x"],
    "reply --from": ["reply", "ONE", "--from", "customer", "-m", "x"],
    "reply, many": ["reply", "ONE", "TWO", "-m", "x"],
    "follow-ups": ["reply", "OLD", "OLDER", "--from", "customer", "-m", "x"],
    "note": ["note", "ONE", "TWO", "-m", "x"],
    "status": ["status", "ONE", "answered", "-m", "x"],
    "resolve": ["resolve", "ONE", "TWO"],
    "close": ["close", "ONE"],
    "reopen": ["reopen", "DONE", "-m", "x"],
    "postpone": ["postpone", "ONE", "3d"],
    "assign": ["assign", "ONE", "bob"],
    "transfer": ["transfer", "ONE", "billing"],
    "tag": ["tag", "ONE", "+new"],
    "set": ["set", "ONE", "fields.n=1"],
    "link": ["link", "ONE", "TWO", "DONE"],
    "link --remove": ["link", "ONE", "OLD", "--remove"],
    "split": ["split", "ONE/2", "--subject", "Second question"],
    "merge": ["merge", "TWO", "ONE"],
    "unmerge": ["unmerge", "PART"],
    "undo": ["undo"],
    "undo a ticket": ["undo", "ONE"],
}


@pytest.fixture(scope="module")
def lively(made: Path) -> tuple[Path, dict[str, str]]:
    """A desk with tickets, and their codes by name."""
    root, codes = made.with_name("lively"), {}
    shutil.copytree(made, root)

    def run(*words: str) -> None:
        assert main(["-C", str(root), *words, "-q"]) == 0, words

    with pytest.MonkeyPatch.context() as monkeypatch:
        at_home(made.parent, monkeypatch)
        for name in ("ONE", "TWO", "DONE", "OLD", "OLDER", "PART"):
            before = {path.stem for path in root.glob("tickets/*/*.toml")}
            run("create", name, "--from", MARIA, "-m", name, "--at", "2026-03-01")
            (codes[name],) = {path.stem for path in root.glob("tickets/*/*.toml")} - before
        run("reply", codes["ONE"], "--from", "customer", "-m", "two", "--at", "2026-03-02")
        run("resolve", codes["OLD"], codes["OLDER"], "--at", "2026-03-01")
        run("close", codes["DONE"])
        run("link", codes["ONE"], codes["OLD"])
        run("merge", codes["PART"], "--into", codes["TWO"])
    settings = (root / "ticketcli.toml").read_text()
    (root / "ticketcli.toml").write_text(settings.replace('reopen_window = "always"', 'reopen_window = "30d"'))
    return root, codes


@pytest.fixture
def busy(
    lively: tuple[Path, dict[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> tuple[Command, dict[str, str]]:
    at_home(tmp_path, monkeypatch)
    shutil.copytree(lively[0], tmp_path / "desk")
    return Command(tmp_path / "desk", capsys, monkeypatch), lively[1]


@pytest.mark.parametrize("name", REPEATED)
def test_an_id_makes_every_command_repeatable(busy: tuple[Command, dict[str, str]], name: str) -> None:
    ticket, codes = busy
    words = ["/".join(codes.get(part, part) for part in word.split("/")) for word in REPEATED[name]]
    before = ticket.git("rev-parse", "HEAD")
    first = ticket.ok(*words, "--id", "job 17")
    after, head = ticket.files(), ticket.git("rev-parse", "HEAD")
    assert ticket.git("rev-list", "--count", f"{before}..{head}") == "1"
    for _ in range(2):
        again = ticket.ok(*words, "--id", "job 17")
        assert (again.out, ticket.files() == after, ticket.git("rev-parse", "HEAD")) == (first.out, True, head)
    assert "nothing to do" in again.err
    assert ticket.git("status", "--porcelain", "tickets") == ""


def test_without_the_same_id_a_note_is_written_again(busy: tuple[Command, dict[str, str]]) -> None:
    ticket, codes = busy
    for token in ("a", "b", ""):
        ticket.ok("note", codes["ONE"], "-m", "x", *(["--id", token] if token else []))
    assert [event.body for event in ticket.ticket(codes["ONE"]).events].count("x\n") == 3


def test_a_repeated_command_stays_done_whatever_happened_since(ticket: Command) -> None:
    one = ticket.create()
    other = ticket.create("Other")
    answer = ["reply", one, "-m", "x", "--id", "A"]
    ticket.ok(*answer)
    ticket.ok("merge", one, "--into", other)  # now `one` means `other`
    ticket.ok(*answer)
    assert len(ticket.ticket(other).events) == 2
    alert = ["create", "Disk full", "-m", "disk full", "--key", "db1", "--id", "B"]
    first = ticket.ok(*alert).out
    ticket.ok("create", "x", "-m", "fuller", "--key", "db1", "--id", "C")
    ticket.ok("resolve", first.strip())
    before = ticket.files()
    assert ticket.ok(*alert).out == first
    assert ticket.ok("create", "x", "-m", "fuller", "--key", "db1", "--id", "C").out == first
    assert ticket.files() == before


def test_an_undo_is_not_one_further_when_it_is_repeated(ticket: Command) -> None:
    code = ticket.create()
    for tag in ("+a", "+b", "+c"):
        ticket.ok("tag", code, tag)
    ticket.ok("undo", "--id", "X")
    assert ticket.ok("undo", "--id", "X").err == "taken back already; nothing to do\n"
    assert ticket.ticket(code).header.list("tags") == ("a", "b")
    ticket.ok("undo")
    ticket.ok("undo", "--id", "X")
    assert ticket.ticket(code).header.list("tags") == ("a",)


def test_alerts_with_a_key_add_to_the_unresolved_ticket(ticket: Command) -> None:
    alert = ["create", "Disk full on db1", "--key", "db1/disk", "-m"]
    code = ticket.ok(*alert, "95 %").out
    assert ticket.ok(*alert, "96 %").out == code
    same = ticket.ok(*alert, "96 %\r\n")
    assert (same.out, same.err) == (code, f'{code.strip()} "Disk full on db1": new already; nothing to do\n')
    assert [event.body for event in ticket.ticket(code.strip()).events] == ["95 %\n", "96 %\n"]
    ticket.ok("reply", "key:db1/disk", "-s", "resolved", "-m", "cleaned up")
    assert ticket.refused(3, "note", "key:db1/disk", "-m", "x").startswith('no ticket "key:db1/disk"')
    assert ticket.ok(*alert, "96 %").out != code
    assert ticket.run("create", "Other", "--key", "db2", "-m", "x").out != code


def test_at_back_dates_what_is_recorded(ticket: Command) -> None:
    code = ticket.create("Old", "Old one.", "--at", "2024-11-20T09:15")
    event = ticket.ticket(code).first
    assert (event.at, ticket.path(code).parent.name) == (datetime(2024, 11, 20, 9, 15, tzinfo=UTC), "2024-11")
    ticket.ok("reply", code, "-s", "resolved", "-m", "Done.", "--at", "2024-11-21")
    assert ticket.ticket(code).header.time("until") == datetime(2024, 11, 25, tzinfo=UTC)
    assert ticket.ok("list", "--all").out.split("\t")[1] == "closed"
    refused = "--at takes a time that has passed; what lies ahead has not happened yet"
    for verb in (["note", code, "-m", "x"], ["create", "x", "-m", "x"], ["merge", code, code], ["close", code]):
        assert ticket.refused(2, *verb, "--at", "2100-01-01") == refused
    assert ticket.refused(2, "note", code, "-m", "x", "--at", "noon").startswith('cannot read the time "noon"')


def test_the_reopen_window_is_measured_when_the_customer_wrote(ticket: Command) -> None:
    settings = ticket.root / "ticketcli.toml"
    settings.write_text(settings.read_text().replace('reopen_window = "always"', 'reopen_window = "30d"'))
    code = ticket.create("Old", "Old one.", "--at", "2024-11-20")
    ticket.ok("resolve", code, "--at", "2024-11-21")
    ran = ticket.ok("reply", code, "--from", "customer", "-m", "Again!", "-t", "again")
    other = ran.out.strip()
    assert ran.err == (
        f'{code} is closed for too long to be reopened; {other} follows it\n{other} "Old": new\n'
    )  # fmt: skip
    new = ticket.ticket(other)
    assert (new.header.list("links"), new.header.list("tags"), new.first.by) == (
        (f"follows {code}",),
        ("again",),
        MARIA,
    )
    ran = ticket.ok("reply", code, "--from", "customer", "-m", "Again!", "--at", "2024-12-01")
    assert (ran.out, ran.err) == ("", f'{code} "Old": open\n')


def test_if_writes_only_where_nothing_came_since(ticket: Command, tmp_path: Path) -> None:
    one, two = ticket.create("one"), ticket.create("two")
    seen = ticket.ticket(one).first.id
    ticket.ok("note", one, "-m", "notes do not count")
    ticket.ok("reply", one, "-m", "first", "--if", seen)
    for words in (["reply", one], ["reply", two, one]):
        ran = ticket.run(*words, "-m", "second", "--if", seen)
        kept, error = ran.err.splitlines()
        assert (ran.code, kept.startswith("your text is kept in ")) == (4, True)
        assert error.startswith("ticket: ")
        assert error.endswith(f"nothing was written. Read it with: ticket show {error[8:21]}")
    assert len(ticket.ticket(two).events) == 1
    assert kept_texts(tmp_path) == ["second", "second"]


# --- attachments ----------------------------------------------------------------------------------------------------


def test_attachments_come_out_with_the_same_bytes(ticket: Command, tmp_path: Path) -> None:
    files = {"shot.png": bytes(range(256)) * 99, "émile & co.txt": b"\r\n\x00\xff", "empty.log": b""}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    words = [word for name in files for word in ("--attach", str(tmp_path / name))]
    code = ticket.create("With files", "See attached.", *words)
    ticket.ok("note", code, "-m", "the same again", "--attach", str(tmp_path / "shot.png"))
    out = ticket.ok("show", code, "--save", str(tmp_path / "out")).out.splitlines()
    assert {Path(path).name: Path(path).read_bytes() for path in out} == files | {"shot-2.png": files["shot.png"]}
    stored = [path for path in ticket.root.glob("attachments/*/*") if path.is_file()]
    assert len(stored) == 3
    assert not any(path.stat().st_mode & (stat.S_IXUSR | stat.S_IXOTH) for path in stored)
    assert ticket.refused(1, "note", code, "-m", "x", "--attach", str(tmp_path / "none")).startswith('cannot read "')
    assert ticket.refused(1, "note", code, "-m", "x", "--attach", str(tmp_path)).endswith("it is not a regular file")


def test_a_file_whose_name_is_no_text_is_attached_all_the_same(ticket: Command, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\x1b[31m.txt"))
    path.write_bytes(b"x")
    code = ticket.create("x", "x", "--attach", str(path))
    assert "\x1b" not in ticket.ok("show", code).out
    assert "\x1b" not in ticket.path(code).read_text(encoding="utf-8")
    (saved,) = ticket.ok("show", code, "--save", str(tmp_path / "out")).out.splitlines()
    assert Path(saved).read_bytes() == b"x"


# --- split, merge, unmerge, undo through the program ----------------------------------------------------------------


def test_merge_says_what_it_brings_together_and_unmerge_what_stays(ticket: Command) -> None:
    one = ticket.create("one", "1", "--at", "2026-03-01")
    two = ticket.create("two", "2", "--from", "Jan <jan@example.com>", "--at", "2026-03-02")
    differ = f"{two} is of jan@example.com, {one} of maria@example.com; merge them with --different-customer"
    ran = ticket.run("merge", two, one)
    assert (ran.code, ran.out, ran.err.splitlines()[-1]) == (1, "", f"ticket: {differ}")
    ran = ticket.ok("merge", two, one, "--different-customer", "-m", "the same jam")
    said = [f"merging into the oldest, {one}", f"to merge: {two}, 1 message of jan@example.com", f'{one} "one": new']
    assert (ran.out, ran.err.splitlines()) == (f"{one}\n", said)
    ticket.ok("reply", two, "-m", "To both.")
    assert [event.kind for event in ticket.ticket(one).events] == ["message", "change", "message"]
    itself = f"{two} is merged into {one} already; unmerge it first: ticket unmerge {two}"
    assert ticket.run("merge", one, "--into", two).err.endswith(f"ticket: {itself}\n")
    ran = ticket.ok("unmerge", two)
    assert ran.err.splitlines() == [f'{two} "two": new', f"{one}/3, written since, stays in {one}"]
    ran = ticket.run("unmerge", one, two)
    assert (ran.code, ran.err.splitlines()) == (
        1,
        [f"ticket: {one} is not merged into another ticket", f'{two} "two": new already; nothing to do'],
    )


def test_split_refuses_what_it_cannot_find(ticket: Command) -> None:
    code = ticket.create("x", "Two questions. And VAT.")
    ticket.ok("note", code, "-m", "n")
    subject = ["--subject", "VAT"]
    assert ticket.refused(3, "split", f"{code}/7", *subject) == f"{code} has no message 7; it has: 1, 2"
    assert ticket.refused(2, "split", f"{code}/x", *subject).startswith(f'cannot read "{code}/x": write a ticket and')
    assert ticket.refused(1, "split", f"{code}/1", *subject).startswith(f"no customer message would be left in {code}")
    assert ticket.refused(1, "split", f"{code}/1,2", *subject, "--part", "VAT").startswith("--part takes a text of one")
    child = ticket.ok("split", f"{code}/1", *subject, "--part", "And VAT.", "-a", "bob", "-d", "billing").out.strip()
    assert ticket.ok("split", f"{code}/1", *subject, "--part", "And VAT.").out.strip() == child
    assert "VAT" in ticket.ok("show", child).out


def test_undo_of_each_command(ticket: Command) -> None:
    one, two = ticket.create("one", "1"), ticket.create("two", "2")
    ticket.ok("reply", one, "--from", "customer", "-m", "second")
    commands = [
        ["reply", one, "-m", "x", "-p", "high"],
        ["reply", one, two, "-s", "resolved", "-m", "x"],
        ["reply", one, "--from", "customer", "-m", "x"],
        ["note", one, "-m", "x", "-t", "vip"],
        ["status", one, "on-hold"],
        ["resolve", one, two],
        ["close", one],
        ["postpone", one, two, "3d"],
        ["assign", one, "bob"],
        ["transfer", one, "billing"],
        ["tag", one, "+vip"],
        ["set", one, "customer.phone=1", "due=3d"],
        ["link", one, two],
        ["split", f"{one}/1", "--subject", "First"],
        ["merge", two, "--into", one],
    ]

    def state() -> object:
        tickets = [ticket.ticket(code) for code in (one, two)]
        return [(one.header, [event.body for event in one.counting if event.kind != "change"]) for one in tickets]

    for words in commands:
        before = state()
        ticket.ok(*words)
        assert state() != before, words
        assert ticket.ok("undo").err.startswith("taken back: ")
        assert state() == before, words
    assert ticket.ok("check").err == "nothing to mend\n"


def test_undo_again_goes_one_further_and_stops_at_the_creation(ticket: Command) -> None:
    code = ticket.create()
    ticket.ok("tag", code, "+a")
    ticket.ok("tag", code, "+b")
    ticket.ok("note", code, "-m", "of bob", "--as", "bob")
    assert [ticket.ok("undo").err.splitlines()[0] for _ in range(2)] == ["taken back: tags"] * 2
    assert ticket.ticket(code).header.list("tags") == ()
    assert ticket.refused(1, "undo") == (
        f"that was the creation of {code}, which stays; close it: ticket close {code}, or name the ticket in which you "
        "did something before: ticket undo TICKET"
    )
    ticket.ok("undo", code, "--as", "bob")
    assert ticket.refused(1, "undo", "--as", "bob").startswith('nothing of "bob" is left to undo')


# --- edit -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor that does what `does` says, for somebody who sits at a terminal."""
    script = tmp_path / "editor"
    script.write_text(f'#!/bin/sh\ncp "$1" {tmp_path}/offered\n. {tmp_path}/steps\n')
    script.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(script))
    for module in ("texts", "fields", "conversation", "statuses"):
        monkeypatch.setattr(f"ticketcli.cli.{module}.can_ask", lambda: True)


def does(tmp_path: Path, script: str) -> None:
    (tmp_path / "steps").write_text(script)


def test_edit_changes_fields_and_nothing_else(ticket: Command, editor: None, tmp_path: Path) -> None:
    code = ticket.create("Printer jams", "It eats paper.", "-t", "a", "-t", "b", "--set", "fields.n=1")
    does(tmp_path, "sed -i -e 's/^priority.*/priority = \"HIGH\"/' -e 's/\"b\"/\"c\"/' -e '/^phone/d' "
         "-e '/^\\[customer\\]/a phone = \"+63\"' -e 's/^n = .*/n = 7/' \"$1\"")  # fmt: skip
    ticket.ok("edit", code)
    event = ticket.ticket(code).events[-1]
    assert dict(event.set) == {("priority",): "high", ("customer", "phone"): "+63", ("fields", "n"): 7}
    assert dict(event.lists) == {"tags": ("-b", "+c")}
    offered = (tmp_path / "offered").read_text()
    assert offered.startswith(f"# {code}: change, add or take away lines; the conversation stays as it is.\n")
    assert "# department = " in offered
    does(
        tmp_path,
        "echo 'assignee = \"me\"' > $1.new; echo 'department = \"support\"' >> $1.new; cat $1 >> $1.new; mv $1.new $1",
    )
    ticket.ok("edit", code)
    assert [ticket.ticket(code).header.text(name) for name in ("assignee", "department")] == ["ana", "support"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("priority = ", "what you wrote cannot be read: "),
        ("links = ['a']", 'cannot set "links=[\'a\']": use ticket link'),
        ("tags = 'vip'", 'cannot set tags: write it like tags = ["one", "two"]'),
        ("department = ['support']", 'cannot set department: write it like department = "text"'),
        ("tags = ['a b']", 'cannot set "tags=+a b": "a b" is no tag'),
        ("cc = ['eva']", 'cannot set "cc=+eva": "eva" is not an address'),
        ("foo = 1", 'cannot set "foo=1": no key "foo"; known: '),
        ("foo = ['x']", 'cannot set "foo=[\'x\']": no key "foo"'),
        ("status = 'closed'", 'cannot set "status=closed": use ticket status'),
        ("email = 'x'", 'cannot set "customer.email=x": "x" is not an address'),
        ("fields.'a.b' = 'x'", "cannot set fields a.b: a key has no dots and no ="),
        ("due = 'someday'", 'cannot set "due=someday": cannot read the time'),
    ],
)  # fmt: skip
def test_edit_keeps_what_was_typed_where_it_cannot_be_used(
    ticket: Command, editor: None, tmp_path: Path, line: str, sentence: str
) -> None:
    code = ticket.create()
    before = ticket.files()
    own = line.startswith("email")  # the one that stands in a table
    does(tmp_path, f"(cat <<'END'\n{line}\nEND\ncat $1) > $1.new; mv $1.new $1")
    if own:
        does(tmp_path, f'sed -i "s/^email.*/{line}/" $1')
    ran = ticket.run("edit", code)
    kept, error = ran.err.splitlines()
    assert (ran.code, ticket.files() == before) == (2, True)
    assert kept.startswith(f"your text is kept in {tmp_path}/state/ticketcli/unsaved/")
    assert error.startswith(f"ticket: {sentence}")
    (text,) = kept_texts(tmp_path)
    assert f"{line}\n" in text


def test_an_editor_that_changes_nothing_or_fails(ticket: Command, editor: None, tmp_path: Path) -> None:
    code = ticket.create()
    for words in (["edit", code], ["reply", code], ["note", code], ["create", "x", "--from", MARIA], ["reopen", code]):
        does(tmp_path, "exit 0")
        assert ticket.refused(1, *words) == "nothing was changed in the editor; nothing was written"
        does(tmp_path, 'echo "half a thought" > "$1"; exit 3')
        said = ticket.refused(1, *words)
        assert said.startswith(f'the editor "{tmp_path}/editor" ended with exit status 3; your text is in "')
        assert Path(said.rpartition("in ")[2].strip('"')).read_text() == "half a thought\n"


def test_an_answer_that_will_be_refused_is_refused_before_somebody_writes_it(
    ticket: Command, editor: None, tmp_path: Path
) -> None:
    code = ticket.create()
    ticket.ok("resolve", code)
    does(tmp_path, f'echo typed > "$1"; touch {tmp_path}/opened')
    assert ticket.refused(1, "reply", code).startswith(f"{code} is resolved; reply with -s open")
    assert not (tmp_path / "opened").exists()
    ticket.ok("reply", code, "-s", "keep")
    assert (tmp_path / "opened").exists()


def test_a_reply_in_the_editor_shows_the_thread_and_is_refused_where_another_came(
    ticket: Command, editor: None, tmp_path: Path
) -> None:
    code = ticket.create()
    ticket.ok("note", code, "-m", "An old one.\nvim: set x:")
    does(tmp_path, 'printf "Try again.\\n%s" "$(cat $1)" > $1.new; mv $1.new $1')
    ticket.ok("reply", code)
    assert ticket.ticket(code).events[-1].body == "Try again.\n"
    above, _, below = (tmp_path / "offered").read_text().partition(HINT)
    assert above == "\n"
    assert re.sub(r"# \d{4}-\d\d-\d\d \d\d:\d\d", "# WHEN", below).splitlines() == [
        "",
        f"# {code} Printer jams",
        "#",
        "# WHEN  ana, INTERNAL NOTE",
        "> An old one.",
        "> vim : set x:",
        "#",
        "# WHEN  Maria Santos <maria@example.com>",
        "> It eats paper.",
    ]
    behind = f"{sys.executable} -m ticketcli -C {ticket.root} reply {code} --from customer -q -m 'And now it burns.'"
    does(tmp_path, f'echo "Never mind." > "$1"; {behind}')
    ran = ticket.run("reply", code)
    assert ran.code == 4
    kept, said = ran.err.splitlines()
    assert re.fullmatch(
        f"ticket: {code} has a message of Maria Santos, \\d+ s ago; nothing was written. "
        f"Read it with: ticket show {code}",
        said,
    )
    (path,) = (tmp_path / "state/ticketcli/unsaved").iterdir()
    assert kept == f"your text is kept in {path}; send it with: ticket reply {code} -F {path}"
    assert kept_texts(tmp_path) == ["Never mind.\n"]


def test_what_was_typed_is_kept_where_the_ticket_was_closed_meanwhile(
    ticket: Command, editor: None, tmp_path: Path
) -> None:
    code = ticket.create()
    closing = f"{sys.executable} -m ticketcli -C {ticket.root} close {code} -q"
    does(tmp_path, f'echo "long work" > "$1"; {closing}')
    ran = ticket.run("reply", code)
    assert (ran.code, kept_texts(tmp_path)) == (1, ["long work\n"])
    assert ran.err.startswith(f"your text is kept in {tmp_path}/state/ticketcli/unsaved/")


# --- check ----------------------------------------------------------------------------------------------------------


def findings(ticket: Command, *words: str, code: int = 1) -> list[str]:
    ran = ticket.run("check", *words)
    assert ran.code == code, ran
    return ran.out.splitlines()


def test_check_finds_nothing_on_a_desk_that_was_worked_on(busy: tuple[Command, dict[str, str]]) -> None:
    ticket, codes = busy
    ticket.ok("split", f"{codes['ONE']}/2", "--subject", "x")
    ticket.ok("undo")
    ticket.ok("merge", codes["ONE"], codes["TWO"])
    ticket.ok("undo")
    ticket.ok("unmerge", codes["PART"])
    assert ticket.ok("check").err == "nothing to mend\n"
    assert findings(ticket, "--json", code=0) == ["{", '  "schema_version": 1,', '  "findings": []', "}"]


def test_check_records_what_a_hand_did_and_keeps_the_original(ticket: Command) -> None:
    code = ticket.create()
    path = ticket.path(code)
    name = path.relative_to(ticket.root)
    text = path.read_text().replace('priority = "normal"', 'priority = "high" # because', 1)
    path.write_text(text)
    found = "changed by hand and not yet recorded; the next write records it"
    assert findings(ticket) == [f"{name}: {found} (ticket check --fix mends it)"]
    what, kept = found.partition(";")[0], f"it is recorded, the original is .ticketcli/{code}.orig"
    assert findings(ticket, "--fix", code=0) == [f"{name}: {what}; {kept} (mended)"]
    assert (ticket.root / f".ticketcli/{code}.orig").read_text() == text
    event = ticket.ticket(code).events[-1]
    assert (event.action, dict(event.set), "# because" in path.read_text()) == ("hand", {("priority",): "high"}, True)
    assert findings(ticket, code=0) == []


def test_check_mends_line_ends_and_a_byte_order_mark(ticket: Command) -> None:
    code = ticket.create()
    path = ticket.path(code)
    before = path.read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + before.replace(b"\n", b"\r\n"))
    assert findings(ticket) == [
        f"{path.relative_to(ticket.root)}: CRLF line ends or a byte order mark; "
        "the next write leaves LF (ticket check --fix mends it)"
    ]
    assert ticket.ok("check", "--fix").err == "mended: 1\n"
    assert path.read_bytes() == before


def test_check_takes_away_leftovers_that_nobody_writes_any_more(ticket: Command) -> None:
    code = ticket.create()
    old, new = (ticket.path(code).with_name(f"{letter * 16}.tmp") for letter in "ab")
    for path in (old, new):
        path.write_text("half")
    then = (datetime.now(UTC) - timedelta(hours=2)).timestamp()
    os.utime(old, (then, then))
    (ticket.root / "tickets/notes.txt").write_text("mine")
    what = "left over from a save that was cut short"
    names = [str(path.relative_to(ticket.root)) for path in (old, new)]
    assert findings(ticket) == [
        f"{names[0]}: {what}; remove it (ticket check --fix mends it)",
        f"{names[1]}: {what}; remove it if no command writes now",
        "tickets/notes.txt: no ticket file; move it out of tickets/",
    ]
    findings(ticket, "--fix")
    assert (old.exists(), new.exists(), (ticket.root / "tickets/notes.txt").exists()) == (False, True, True)


@pytest.mark.parametrize("verb", ["merge", "split", "unmerge"])
def test_check_completes_what_was_cut_between_its_two_files(ticket: Command, verb: str) -> None:
    one = ticket.create("one", "1", "--at", "2026-03-01")
    two = ticket.create("two", "2", "--at", "2026-03-02")
    ticket.ok("reply", one, "--from", "customer", "-m", "3")
    if verb == "unmerge":
        ticket.ok("merge", two, one)
    before = ticket.files()
    command = {
        "merge": ["merge", two, one],
        "split": ["split", f"{one}/2", "--subject", "three"],
        "unmerge": ["unmerge", two],
    }[verb]
    ticket.ok(*command)
    second = {"merge": two, "split": one, "unmerge": one}[verb]
    headers = {code: ticket.ticket(code).header for code in ticket.codes()}
    name = str(ticket.path(second).relative_to(ticket.root))
    (ticket.root / name).write_bytes(before[name])
    assert ticket.ticket(second).header != headers[second]
    (found,) = findings(ticket)
    assert "cut short" in found
    assert found.endswith("(ticket check --fix mends it)")
    (mended,) = findings(ticket, "--fix", code=0)
    assert mended == f"{found.partition(';')[0]}; the {verb} is completed (mended)"
    assert {code: ticket.ticket(code).header for code in ticket.codes()} == headers
    again = ticket.files()
    ticket.ok(*command)
    assert ticket.files() == again


def test_a_merge_cut_between_its_two_files_is_completed_by_giving_it_again(ticket: Command) -> None:
    one, two = ticket.create("one", "1", "--at", "2026-03-01"), ticket.create("two", "2", "--at", "2026-03-02")
    before = ticket.path(two).read_bytes()
    merge = ["merge", two, "--into", one, "--id", "X", "--at", "2026-03-03"]
    ticket.ok(*merge)
    whole = ticket.files()
    ticket.path(two).write_bytes(before)
    again = ticket.ok(*merge)
    assert (again.out, ticket.files() == whole, "nothing to do" in again.err) == (f"{one}\n", True, False)
    assert "nothing to do" in ticket.ok(*merge).err


def test_check_does_not_split_again_what_was_taken_back(ticket: Command) -> None:
    one = ticket.create("one", "1")
    ticket.ok("reply", one, "--from", "customer", "-m", "3")
    whole = ticket.files()
    ticket.ok("split", f"{one}/2", "--subject", "three")
    name = str(ticket.path(one).relative_to(ticket.root))
    (ticket.root / name).write_bytes(whole[name])  # cut short, and then taken back
    os.utime(ticket.root / name, (0, 0))
    assert ticket.ok("undo").err.startswith("taken back: split")
    assert ticket.ok("check", "--fix").err == "nothing to mend\n"
    assert ticket.ticket(one).header.table("moved") == {}


def test_check_names_a_circle_of_merges_and_unmerge_ends_it(ticket: Command) -> None:
    one, two = ticket.create("one", "1", "--at", "2026-03-01"), ticket.create("two", "2", "--at", "2026-03-02")
    before = {code: ticket.path(code).read_bytes() for code in (one, two)}
    ticket.ok("merge", two, "--into", one)
    here = {code: ticket.ticket(code) for code in (one, two)}
    for code, data in before.items():
        ticket.path(code).write_bytes(data)
    ticket.ok("merge", one, "--into", two)  # in another clone, at the same time
    for code in (one, two):
        ticket.path(code).write_text(dumps(join(here[code], ticket.ticket(code), event_text)))
    (found,) = findings(ticket)
    assert found.endswith(f"merged in a circle, of which it answers for all; to end that: ticket unmerge {one}")
    assert ticket.ok("reply", two, "-m", "x").err.startswith(f'{one} "one": answered')
    ticket.ok("unmerge", one)
    assert ticket.ok("check").err == "nothing to mend\n"
    assert ticket.run("show", two, "--json").out.count(f'"code": "{one}"') >= 1


def test_check_names_locks_that_git_left(repository: Command) -> None:
    (repository.root / ".git/index.lock").write_text("")
    assert findings(repository) == [".git/index.lock: a lock that git left; remove it when no git command runs"]
    ran = repository.ok("create", "x", "--from", MARIA, "-m", "x")
    assert f'warning: saved, but not committed: "{repository.root}/.git/index.lock" is there' in ran.err
    (repository.root / ".git/index.lock").unlink()
    repository.ok("create", "y", "--from", MARIA, "-m", "y")
    assert repository.git("status", "--porcelain", "tickets") == ""


def test_check_names_what_it_cannot_mend(ticket: Command) -> None:
    code, other = ticket.create(), ticket.create("other")
    path, second = ticket.path(code), ticket.path(other)
    path.write_text(path.read_text().replace('"new"', '"lost"'))
    shutil.copy(second, second.with_name("7KQ-M2RTX-4BG.toml"))
    with (ticket.root / "ticketcli.toml").open("a") as settings:
        settings.write('\n[agent.eva]\nnick = "e"\n')
    found = findings(ticket, "--fix")
    unknown = 'unknown status "lost"; add [status.NAME] to ticketcli.toml or set another'
    misnamed = f'holds the ticket "{other}"; the file must be named after its code'
    assert sorted(line.partition(": ")[2] for line in found) == sorted(
        ['unknown key "agent.eva.nick"; it does nothing: correct its name, or take it out', unknown, misnamed]
    )
    assert ticket.run("check").code == 1


def test_the_demo_is_a_healthy_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at_home(tmp_path, monkeypatch)
    monkeypatch.chdir(tmp_path)
    demo = Command(tmp_path / "demo-desk", capsys, monkeypatch)
    ran = demo.run("demo", desk=False)
    assert (ran.code, ran.out) == (0, "")
    count = len(demo.codes())
    assert (
        ran.err
        == f"made a desk with {count} tickets in demo-desk; you are its agent ana\nnext: cd demo-desk && ticket\n"
    )
    assert demo.ok("check").err == "nothing to mend\n"
    assert demo.run("demo", desk=False).code == 2


def test_an_interrupt_is_told_in_one_line(ticket: Command) -> None:
    """The user presses Ctrl-C while a command waits for the text on standard input."""
    program = [sys.executable, "-c", "import sys; from ticketcli.cli.main import run; run()"]
    reads, writes = os.pipe()
    words = ["-C", str(ticket.root), "create", "Printer jams", "-F", "-"]
    held = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    started = subprocess.Popen([*program, *words], stdin=reads, stdout=PIPE, stderr=PIPE, text=True)
    signal.signal(signal.SIGINT, held)
    last = time.monotonic() + 20  # some kernels do not say where a process waits
    while "pipe" not in Path(f"/proc/{started.pid}/wchan").read_text() and time.monotonic() < last:
        assert started.poll() is None
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=60)
    os.close(reads)
    os.close(writes)
    assert (started.returncode, out) == (130, "")
    assert err == "ticket: interrupted; what was not yet said to be saved is not\n"
