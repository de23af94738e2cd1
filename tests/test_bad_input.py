"""Bad input, through the program: one clear line, the right exit status, nothing lost, and the others still listed."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.command import PEOPLE, Command, Ran, at_home, kept_texts
from ticketcli.core.text import block
from ticketcli.edges import store

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def ticket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    at_home(tmp_path, monkeypatch)
    command = Command(tmp_path / "desk", capsys, monkeypatch)
    assert command.run("init", str(command.root), "--no-git", desk=False).code == 0
    with (command.root / "ticketcli.toml").open("a") as settings:
        settings.write(PEOPLE)
    return command


def outside(ticket: Command, *words: str, shell: str = "", **options: object) -> Ran:
    """A command in a process of its own; `shell` stands behind it, like `<&-`."""
    command = [sys.executable, "-B", "-m", "ticketcli", "-C", str(ticket.root), *words]
    if shell:
        command = ["bash", "-c", f'set -o pipefail; "$@" {shell}', "bash", *command]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, **options
    )  # type: ignore[call-overload]
    return Ran(done.returncode, done.stdout, done.stderr)


# --- words ----------------------------------------------------------------------------------------------------------


def test_codes_unknown_mistyped_and_ambiguous(ticket: Command) -> None:
    code = ticket.create()
    mistyped = code[:-1] + ("0" if code[-1] != "0" else "1")
    for words in (["reply", "-m", "x"], ["note", "-m", "x"], ["close"], ["assign", "bob"], ["tag", "+vip"]):
        verb, *rest = words
        known = 'no ticket "ZZZZ": see `ticket list --all`'
        assert ticket.refused(3, verb, "ZZZZ", *rest) == known
        near = f'no ticket "{mistyped}": typing error? the check symbol does not fit, did you mean {code}'
        assert ticket.refused(3, verb, mistyped, *rest) == near
        assert ticket.refused(3, verb, code[:3], *rest).endswith("is too short: type at least 4 symbols of the code")
        assert ticket.refused(3, verb, "7KQU", *rest) == (
            'no ticket "7KQU": "U" is in no code, they have digits and letters without I, L, O and U'
        )
    twin = code[:5] + "ZZZZ-ZZZ"
    shutil.copy(ticket.path(code), ticket.path(code).with_name(f"{twin}.toml"))
    assert ticket.refused(3, "close", code[:5]) == (
        f'no ticket "{code[:5]}": it may be {", ".join(sorted([code, twin]))}: type more of it'
    )


def test_an_empty_message(ticket: Command) -> None:
    code = ticket.create()
    for verb in ("reply", "note"):
        for text in ("", "  \n\t\n"):
            assert ticket.refused(2, verb, code, "-m", text) == (
                "the message is empty; give its text with -m TEXT or -F FILE"
            )


@pytest.mark.parametrize("who", ["maria", "a@b@c", "<maria@example.com", "a b@example.com", "", "a@b\x1b[31m", "@x"])
def test_an_invalid_address(ticket: Command, who: str) -> None:
    code = ticket.create()
    sentence = " is not an address; write maria@example.com or 'Maria Santos <maria@example.com>'"
    if who:
        shown = who.replace("\x1b", "\\x1b")
        assert ticket.refused(2, "create", "x", "-m", "x", "--from", who) == f'"{shown}"{sentence}'
        assert ticket.refused(2, "create", "x", "-m", "x", "--to", who) == f'"{shown}"{sentence}'
        assert ticket.refused(2, "reply", code, "-m", "x", "--from", who) == f'"{shown}"{sentence}'
    assert ticket.refused(2, "reply", code, "-m", "x", "--cc", who).endswith(sentence)


def test_a_status_not_allowed_from_here(ticket: Command) -> None:
    code = ticket.create()
    ticket.ok("resolve", code)
    assert ticket.refused(1, "status", code, "pending") == (
        f"{code} is resolved and cannot become pending; from there: open, closed, spam, automatic"
    )
    assert ticket.refused(2, "status", code, "gone") == (
        'no status "gone"; known: new, open, answered, postponed, resolved, closed, pending, on-hold, spam, automatic'
    )


# --- ticket files ---------------------------------------------------------------------------------------------------

Break = Callable[[str], bytes]
TEXT = "A longer text, for bodies that are cut somewhere."


def changed(old: str, new: str) -> Break:
    def change(text: str) -> bytes:
        assert old in text, old
        return text.replace(old, new, 1).encode()

    return change


def escaped(text: str, also: str = "") -> str:
    """A text as a TOML string may hold it, however odd."""
    odd = (not char.isascii() or not char.isprintable() or char in also for char in text)
    return "".join(f"\\U{ord(char):08X}" if is_odd else char for char, is_odd in zip(text, odd, strict=True))


WHEN = "at = 2026-03-01 00:00:00+00:00"
FILE = '[{ name = "a", type = "b", size = 1, sha256 = "../../x" }]'
BROKEN: dict[str, tuple[Break, str]] = {
    "empty": (lambda text: b"", "it has no [[event]]"),
    "truncated": (lambda text: text.encode()[:-40], "line 27: unterminated string"),
    "cut in the header": (lambda text: text[:60].encode(), "line "),
    "binary": (lambda text: b"\x7fELF\x00\x01" + text.encode(), "line 1: it is not a text file (it has a NUL byte)"),
    "not UTF-8": (lambda text: text.replace("paper", "p\udcff").encode(errors="surrogateescape"), "it is not UTF-8"),
    "conflict": (
        lambda text: f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> theirs\n".encode(),
        "line 1: git left a conflict here, settle it and remove the marker lines",
    ),
    "conflict in a body": (
        changed("It eats paper.\n", "<<<<<<< HEAD\nIt eats paper.\n=======\nIt eats.\n>>>>>>> theirs\n"),
        "git left a conflict here, settle it and remove the marker lines",
    ),
    "oversized": (lambda text: text.encode() + b"#" * (8 << 20), "it is larger than 8 MiB"),
    "a long line": (lambda text: text.encode() + b"#" * ((1 << 20) + 1), "longer than 1 MiB"),
    "nested": (lambda text: b"x = " + b"[" * 3000 + b"]" * 3000 + b"\n" + text.encode(), "nested"),
    "deep keys": (lambda text: b"a" + b".a" * 50 + b" = 1\n" + text.encode(), "a key with more than 8 dots"),
    "a number": (changed('subject = "Printer jams"', "subject = 7"), "subject is not a text in quotes"),
    "a text": (changed("seq = 1", 'seq = "1"'), "seq is not a number from 1 to 1,000,000"),
    "a list": (changed('status = "new"', 'status = ["new"]'), "status is not a text in quotes"),
    "a table": (changed("[customer]", "[[customer]]"), "customer is a table"),
    "an unknown kind": (changed('kind = "message"', 'kind = "shout"'), "kind is none of message, note, change"),
    "a naive time": (changed(WHEN, "at = 2026-03-01 00:00:00"), "at is not a time with its zone, such as"),
    "a time of the future": (changed(WHEN, "at = 2999-03-01 00:00:00Z"), "at is not between the years 1970 and 2200"),
    "no time": (changed(WHEN, 'at = "yesterday"'), "at is not a time with its zone"),
    "another code": (changed('code = "', 'code = "7KQ-M2RTX-4BG" #'), 'its code is not "7KQ-M2RTX-4BG", put back'),
    "a bad code": (changed('code = "', 'code = "../../etc" #'), '"../../etc" is not a code'),
    "the same id twice": (
        lambda text: (text + "\n[[event]]" + text.partition("[[event]]")[2].replace("eats", "ate")).encode(),
        "two events have the id ",
    ),
    "twice a key": (changed('status = "new"', 'status = "new"\nstatus = "open"'), "line 4: "),
    "an event's seq": (changed("seq = 1", "seq = 1000001"), "seq is not a number from 1 to 1,000,000"),
    "a bad checksum": (
        changed('kind = "message"', f"attachments = {FILE}"),
        "attachments has a file without the SHA-256 of its",
    ),
}

JOINABLE = ("conflict", "conflict in a body")
"""What check --fix settles: both sides are versions of one ticket."""


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_ticket_file_hides_no_other(ticket: Command, name: str) -> None:
    good, bad = (
        ticket.create("Good one"),
        ticket.create("Printer jams", f"It eats paper.\n{TEXT}", "--at", "2026-03-01"),
    )
    path = ticket.path(bad)
    make, sentence = BROKEN[name]
    path.write_bytes(make(path.read_text()))
    broken = path.read_bytes()
    for words in (
        ["list"],
        ["list", "--all", "--json"],
        ["search", "one"],
        ["to-solve"],
        ["log"],
        ["report"],
    ):
        ran = ticket.run(*words)
        assert (ran.code, ran.err.count("\n")) == (1, 1), ran
        assert str(path) in ran.err
        assert sentence in ran.err
        assert "Good one" in ran.out or words == ["report"]
    for words in (["show", bad], ["note", bad, "-m", "x"], ["close", bad], ["merge", bad, good], ["link", good, bad]):
        said = ticket.refused(1, *words)
        assert (str(path) in said, sentence in said) == (True, True), said
    ran = ticket.run("note", good, bad, "-m", "both")
    assert (ran.code, "Good one" in ran.err, sentence in ran.err) == (1, True, True)
    assert len(ticket.ticket(good).events) == 2
    assert ticket.ok("path", bad).out.strip() == str(path)
    found = ticket.run("check", "--fix").out
    assert sentence.partition(",")[0] in found
    assert ("(mended)" in found, path.read_bytes() != broken) == (name in JOINABLE, name in JOINABLE)


def test_an_unmerge_is_whole_or_not_at_all(ticket: Command) -> None:
    """With the target unread it would take back half of it, and given again never the rest."""
    source, target = ticket.create("source"), ticket.create("target")
    ticket.ok("merge", source, "--into", target)
    path = ticket.path(target)
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    assert ticket.refused(1, "unmerge", source).startswith(f"{path}: line ")
    path.write_bytes(whole)
    ticket.ok("unmerge", source)
    assert ticket.ok("check", "--files").err == "nothing to mend\n"


def test_undo_never_takes_back_another_command_because_the_last_one_cannot_be_read(ticket: Command) -> None:
    one, two = ticket.create("one"), ticket.create("two")
    ticket.ok("tag", one, "+vip")
    ticket.ok("tag", two, "+vip")
    path = ticket.path(two)
    text = path.read_bytes()
    path.write_bytes(b"\0")
    remedy = "mend it by hand, or take it back with git"
    problem = f"{path}: line 1: it is not a text file (it has a NUL byte); {remedy}"
    elsewhere = f"{problem}; your last command may stand there, so name the ticket: ticket undo TICKET"
    assert ticket.refused(1, "undo") == elsewhere
    assert ticket.refused(1, "undo", "--id", "X") == elsewhere
    assert ticket.refused(1, "undo", two) == problem
    ticket.ok("undo", one)
    path.write_bytes(text)
    assert [ticket.ticket(code).header.list("tags") for code in (one, two)] == [(), ("vip",)]


def test_a_ticket_file_that_cannot_be_opened(ticket: Command, tmp_path: Path) -> None:
    good, bad = ticket.create("Good one"), ticket.create("bad one")
    path = ticket.path(bad)
    text = path.read_bytes()
    (tmp_path / "elsewhere").write_bytes(text)

    def said(sentence: str) -> None:
        ran = ticket.run("list")
        assert (ran.code, "Good one" in ran.out, ran.err) == (1, True, f'ticket: cannot read "{path}": {sentence}\n')
        assert ticket.refused(1, "note", bad, "-m", "x") == f'cannot read "{path}": {sentence}'

    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    said("it is a symbolic link")
    path.unlink()
    path.mkdir()
    said("it is not a regular file")
    path.rmdir()
    os.mkfifo(path)
    said("it is not a regular file")
    path.unlink()
    path.symlink_to(path)
    said("it is a symbolic link")
    assert (tmp_path / "elsewhere").read_bytes() == text
    assert ticket.ok("note", good, "-m", "x")


def test_a_folder_that_leads_out_of_the_desk_is_not_written_to(ticket: Command, tmp_path: Path) -> None:
    code = ticket.create()
    month = ticket.path(code).parent
    shutil.move(month, tmp_path / "outside")
    month.symlink_to(tmp_path / "outside")
    ran = ticket.run("create", "x", "--from", "a@example.com", "-m", "text to keep")
    assert (ran.code, len(list((tmp_path / "outside").iterdir()))) == (74, 1)
    assert f'"{month}" is a symbolic link; nothing was changed' in ran.err
    assert kept_texts(tmp_path) == ["text to keep"]


def test_two_files_with_one_code(ticket: Command) -> None:
    good, bad = ticket.create("Good one"), ticket.create("Twice")
    first = ticket.path(bad)
    second = first.parent.with_name("2020-01") / first.name
    second.parent.mkdir()
    shutil.copy(first, second)
    ran = ticket.run("list")
    sentence = f"{first}: the same code as {second}; keep one of them"
    assert (ran.code, "Good one" in ran.out, ran.err) == (1, True, f"ticket: {sentence}\n")
    assert ticket.refused(1, "note", bad, "-m", "x") == sentence
    here, there = (path.relative_to(ticket.root) for path in (first, second))
    assert f"{here}: the same code as {there}; keep one of them" in ticket.run("check").out
    ticket.ok("note", good, "-m", "x")


def test_a_status_that_the_desk_does_not_know_is_shown_and_left_by_hand(ticket: Command) -> None:
    code = ticket.create()
    path = ticket.path(code)
    path.write_text(path.read_text().replace('"new"', '"limbo"'))
    assert ticket.ok("list").out.split("\t")[1] == "limbo"
    assert 'unknown status "limbo"; add [status.NAME] to ticketcli.toml or set another' in ticket.run("check").out
    ticket.ok("status", code, "open")
    assert ticket.ticket(code).header.text("status") == "open"


def test_a_time_two_days_ahead_is_a_wrong_clock_and_not_followed(ticket: Command) -> None:
    code = ticket.create()
    path = ticket.path(code)
    ahead = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)
    event = ticket.ticket(code).first
    path.write_text(path.read_text().replace(f"{event.at}", f"{ahead}"))
    (found,) = ticket.run("check").out.splitlines()
    assert "/1 lies in the future" in found
    ticket.ok("note", code, "-m", "x")
    assert ticket.ticket(code).events[-1].at < ahead - timedelta(days=1)


# --- the desk -------------------------------------------------------------------------------------------------------


def test_no_desk_here(tmp_path: Path, ticket: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nowhere").mkdir()
    monkeypatch.chdir(tmp_path / "nowhere")
    above = f'no desk here: no ticketcli.toml in "{tmp_path}/nowhere" or above; make one with: ticket init'
    for words in (["list"], ["create", "x", "-m", "x"], ["reply", "7KQM", "-m", "x"], ["check"]):
        ran = ticket.run(*words, desk=False)
        assert (ran.code, ran.out, ran.err) == (1, "", f"ticket: {above}\n")
    ran = ticket.run("-C", str(tmp_path / "nowhere"), "list", desk=False)
    assert (ran.code, ran.err) == (1, f"ticket: {above.replace(' or above', '')}\n")
    ran = ticket.run(desk=False)
    assert (ran.code, ran.err, "Usage: ticket" in ran.out) == (1, f"ticket: {above}\n", True)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ("format = 2\n", "this desk has format 2, this program reads format 1; install a newer ticketcli"),
        ("format = \n", "DESK/ticketcli.toml: "),
        ("name = 7\n", 'ticketcli.toml: "name" must be text, not 7'),
        ("<<<<<<< HEAD\nname = 'x'\n", "DESK/ticketcli.toml: "),
        ("\0", "DESK/ticketcli.toml: "),
        ("[status.odd]\n", 'ticketcli.toml: "status.odd.category" is missing; it is one of new, open'),
        ("x = " + "[" * 3000, "DESK/ticketcli.toml: "),
    ],
)
def test_settings_that_cannot_be_used(ticket: Command, settings: str, sentence: str) -> None:
    code = ticket.create()
    (ticket.root / "ticketcli.toml").write_text(settings)
    for words in (["list"], ["note", code, "-m", "x"], ["create", "x", "-m", "x"]):
        assert ticket.refused(1, *words).startswith(sentence.replace("DESK", str(ticket.root)))
    ran = ticket.run("check")
    assert (ran.code, ran.err, ran.out.count("\n"), ran.out.startswith("ticketcli.toml: ")) == (1, "", 1, True)


def test_a_desk_that_was_made_already_and_one_that_cannot_be(ticket: Command, tmp_path: Path) -> None:
    made = f"{ticket.root} is a desk already; its settings are in ticketcli.toml"
    assert ticket.run("init", str(ticket.root), desk=False) == Ran(1, "", f"ticket: {made}\n")
    (tmp_path / "file").write_text("x")
    ran = ticket.run("init", str(tmp_path / "file/desk"), "--no-git", desk=False)
    assert (ran.code, ran.err.startswith("ticket: could not make a desk in ")) == (74, True)
    assert (tmp_path / "file").read_text() == "x"


# --- a desk that does not take it -----------------------------------------------------------------------------------


@pytest.fixture
def read_only(ticket: Command) -> Iterator[Command]:
    """The desk, mounted so that nobody can write to it, root neither."""
    ticket.create("Good one")
    root = str(ticket.root)
    if subprocess.run(["mount", "--bind", root, root], capture_output=True, check=False).returncode:
        pytest.skip("mounting is not permitted here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", root], check=True, capture_output=True)
        yield ticket
    finally:
        subprocess.run(["umount", root], check=True, capture_output=True)


def test_a_read_only_desk_can_be_read_and_says_why_it_cannot_be_written(read_only: Command, tmp_path: Path) -> None:
    (code,) = read_only.codes()
    for words in (["list"], ["show", code], ["to-solve"], ["check"], ["report"], ["log"]):
        read_only.ok(*words)
    lock = read_only.root / ".ticketcli/lock"
    sentence = f'cannot write in this desk: "{lock}": Read-only file system; nothing was changed'
    assert read_only.refused(74, "close", code) == sentence
    ran = read_only.run("reply", code, "-m", "long work")
    assert (ran.code, ran.err.splitlines()[-1]) == (74, f"ticket: {sentence}")
    assert kept_texts(tmp_path) == ["long work"]


def test_a_desk_without_a_place_for_its_lock(ticket: Command, tmp_path: Path) -> None:
    code = ticket.create()
    shutil.rmtree(ticket.root / ".ticketcli")
    (ticket.root / ".ticketcli").write_text("in the way")
    ran = ticket.run("reply", code, "-m", "long work")
    kept, error = ran.err.splitlines()
    assert (ran.code, error) == (
        74,
        f'ticket: cannot write in this desk: "{ticket.root}/.ticketcli": it is not a directory; nothing was changed',
    )
    assert kept.startswith(f"your text is kept in {tmp_path}/state/ticketcli/unsaved/")
    assert kept_texts(tmp_path) == ["long work"]
    assert "Printer jams" in ticket.ok("list").out


@pytest.mark.parametrize("limit", [0, 100, 600])
def test_a_full_disk_leaves_the_ticket_as_it_was_and_keeps_the_text(
    ticket: Command, tmp_path: Path, limit: int
) -> None:
    code = ticket.create()
    before = ticket.files()
    text = "long work " * (10 if limit < 600 else 50)
    for words in (["reply", code], ["note", code], ["create", "New", "--from", "a@example.com"]):
        full = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (limit, limit))
        ran = outside(ticket, *words, "-m", text, preexec_fn=full)  # like a disk that is full, with short writes
        assert (ran.code, ran.out, ticket.files() == before) == (74, "", True), ran
        assert re.search('^ticket: (could not save|cannot write in this desk:) "', ran.err, re.MULTILINE), ran
        assert "File too large" in ran.err
        assert len(text) <= limit or ran.err.splitlines()[-2] == text
    assert not list(ticket.root.rglob("*.tmp"))
    if limit >= len(text):
        assert kept_texts(tmp_path) == [text] * 3


@pytest.fixture
def small(ticket: Command) -> Iterator[Command]:
    """The desk on a disk of its own of 64 KiB."""
    root = str(ticket.root)
    kept = ticket.files()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", root], capture_output=True, check=False
    ).returncode:
        pytest.skip("mounting is not permitted here")
    try:
        for name, data in kept.items():
            (ticket.root / name).write_bytes(data)
        yield ticket
    finally:
        subprocess.run(["umount", root], check=True, capture_output=True)


def test_a_disk_that_fills_up_keeps_what_was_said_to_be_saved(small: Command, tmp_path: Path) -> None:
    code = small.create()
    saved = 0
    for number in range(200):
        ran = small.run("note", code, "-m", f"note {number} " + "x" * 2000)
        if ran.code:
            break
        saved += 1
    assert (ran.code, 2 < saved < 60) == (74, True)
    assert ran.err.splitlines()[-1].startswith('ticket: could not save "')
    assert ran.err.splitlines()[-1].endswith("No space left on device; nothing was changed")
    assert len(small.ticket(code).events) == saved + 1
    assert kept_texts(tmp_path)[0].startswith(f"note {saved} ")


# --- streams --------------------------------------------------------------------------------------------------------


def test_a_closed_standard_input_is_asked_for_nothing(ticket: Command) -> None:
    code = ticket.create()
    assert outside(ticket, "note", code, "-m", "x", shell="<&-").code == 0
    assert outside(ticket, "list", shell="<&-").code == 0
    ran = outside(ticket, "note", code, "-F", "-", shell="<&-")
    assert (ran.code, ran.err) == (2, "ticket: standard input is closed; -F - has nothing to read\n")
    ran = outside(ticket, "close", "-", shell="<&-")
    assert (ran.code, ran.err) == (2, "ticket: standard input is closed; - has nothing to read\n")
    ran = outside(ticket, "reply", code, shell="<&-")
    assert (ran.code, ran.err.startswith("ticket: the text is missing; ")) == (2, True)


def test_a_reader_that_goes_away_is_no_error(ticket: Command) -> None:
    for number in range(30):
        ticket.create(f"Printer {number} jams " + "x" * 400)
    for words in (["list"], ["list", "--json"], ["search", "x"], ["log", "-n", "500"], []):
        ran = outside(ticket, *words, shell="| head -1")
        assert (ran.code, ran.err, ran.out.count("\n")) == (0, "", 1), (words, ran)


def test_closed_and_full_outputs(ticket: Command) -> None:
    code = ticket.create()
    assert outside(ticket, "note", code, "-m", "x", shell="2>&-").code == 0
    assert outside(ticket, "note", code, "-m", "x", shell=">&-").code == 0
    assert len(ticket.ticket(code).events) == 3
    ran = outside(ticket, "list", shell="> /dev/full")
    assert (ran.code, ran.err.count("\n")) == (74, 1)
    assert "No space left on device" in ran.err


# --- what strangers write -------------------------------------------------------------------------------------------

EVIL = "\x1b]52;c;cm0=\x07\x1b[31m\u202etxt.exe\u2066\u200b\x9b2J\x7f\u2028end"
SAFE = r"\x1b]52;c;cm0=\x07\x1b[31m\u{202e}txt.exe\u{2066}\u{200b}\x9b2J\x7f\u{2028}end"


def is_plain(text: str) -> bool:
    """Whether a terminal can be given this: nothing in it but printable characters, line ends and tabs."""
    return block(text) == text and not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


@pytest.fixture
def hostile(ticket: Command) -> tuple[Command, str]:
    """A ticket with escapes in every field that a stranger can fill, written as a file from elsewhere."""
    code = ticket.create("SUBJECT", "BODY", "-t", "TAG", "--set", "fields.order=ORDER", "--at", "2026-03-01")
    ticket.ok("reply", code, "--from", "JAN <jan@example.com>", "-m", "AGAIN")
    ticket.ok("note", code, "-m", "NOTE")
    ticket.ok("status", code, "answered", "-m", "REASON")
    text = ticket.path(code).read_text()
    evil = escaped(EVIL)
    for word in ("SUBJECT", "BODY", "TAG", "ORDER", "JAN", "AGAIN", "NOTE", "REASON", "Maria Santos"):
        text = text.replace(word, f"{word}{evil}")
    text = text.replace("[fields]\n", f'[fields]\n"key{evil}" = "x"\n', 1)
    text = text.replace("set.fields.order", f'set.fields."key{evil}" = "x"\nset.fields.order', 1)
    ticket.path(code).write_text(text)
    return ticket, code


READING = [
    ["list", "--format", "table"],
    ["list", "--format", "github"],
    ["to-solve", "status:answered", "--format", "table"],
    ["search", "SUBJECT", "--format", "table"],
    ["show", "CODE"],
    ["show", "CODE", "--public"],
    ["show", "CODE", "--json"],
    ["list", "--json"],
    ["log", "CODE", "--format", "table"],
    ["log", "CODE", "--json"],
    ["report", "--by", "customer", "--format", "table"],
    ["report", "--by", "tag", "--format", "table"],
    ["config", "show"],
    ["check"],
    [],
]


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_nothing_that_a_stranger_wrote_reaches_the_terminal_as_it_is(
    hostile: tuple[Command, str], words: list[str]
) -> None:
    ticket, code = hostile
    ran = ticket.run(*(word.replace("CODE", code) for word in words))
    assert ran.code == 0, ran
    assert is_plain(ran.out + ran.err)
    if words[:2] == ["show", "CODE"] and "--json" not in words:
        assert f"BODY{SAFE}" in ran.out


def test_sentences_and_errors_of_writing_commands_are_filtered_too(hostile: tuple[Command, str]) -> None:
    ticket, code = hostile
    for words in (
        ["note", code, "-m", "x"],
        ["reply", code, "-m", "x", "--if", "0"],
        ["undo"],
        ["merge", code, "--into", ticket.create("other", "x", "--from", "eva@example.com")],
        ["note", f"{EVIL}", "-m", "x"],
        ["tag", code, f"+{EVIL}"],
        ["create", EVIL, "-m", "x", "--from", EVIL],
        ["set", code, f"subject={EVIL}"],
        [EVIL],
        ["list", f"status:{EVIL}"],
        ["note", code, "-m", "x", "--as", EVIL],
        ["note", code, "-F", f"/{EVIL}"],
    ):
        ran = ticket.run(*words)
        assert is_plain(ran.out + ran.err), (words, ran)
        assert ran.err


def test_a_message_of_ours_may_hold_anything_and_comes_back_the_same(ticket: Command) -> None:
    code = ticket.create("x", "x")
    text = EVIL.replace("\u2028", "") + "\n\ttab\n'''\"\"\"\\ \\u0041"
    ticket.ok("reply", code, "-m", text)
    assert ticket.ticket(code).events[-1].body == text + "\n"
    raw = ticket.path(code).read_text()
    assert is_plain(raw)
    assert "\\x" not in raw


NAMES = ["../../x", "/etc/passwd", "..", "", "a\x1b[31mb", "C:\\x\\y", "\u202egpj.exe", ".htaccess", "CON"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_an_attachment_leads_nowhere(ticket: Command, tmp_path: Path, name: str) -> None:
    (tmp_path / "shot.png").write_bytes(b"data")
    code = ticket.create("x", "x", "--attach", str(tmp_path / "shot.png"))
    path = ticket.path(code)
    path.write_text(path.read_text().replace("shot.png", escaped(name, also='\\"')))
    before = sorted(tmp_path.rglob("*"))
    ran = ticket.run("show", code, "--save", str(tmp_path / "out" / "here"))
    new = [found for found in sorted(tmp_path.rglob("*")) if found not in before and found.is_file()]
    assert [found.parent for found in new] == ([tmp_path / "out/here"] if ran.code == 0 else [])
    assert all(found.read_bytes() == b"data" and found.name.isprintable() for found in new)
    assert ran.code == 0, ran
    assert is_plain(ticket.ok("show", code).out)


def test_a_missing_or_damaged_attachment_is_named(ticket: Command, tmp_path: Path) -> None:
    (tmp_path / "shot.png").write_bytes(b"data")
    code = ticket.create("x", "x", "--attach", str(tmp_path / "shot.png"))
    (kept,) = ticket.root.glob("attachments/*/*")
    kept.chmod(0o644)
    kept.write_bytes(b"other")
    ran = ticket.run("show", code, "--save", str(tmp_path / "out"))
    assert (ran.code, ran.err) == (
        1,
        f'ticket: cannot read "{kept}": its content is damaged, it is not what its name says\n',
    )
    assert '/1: the attachment "shot.png" cannot be used: its content is damaged' in ticket.run("check").out
    ticket.ok("note", code, "-m", "again", "--attach", str(tmp_path / "shot.png"))
    assert ticket.ok("check").err == "nothing to mend\n"


# --- too much -------------------------------------------------------------------------------------------------------


def test_a_ticket_takes_no_more_than_it_can_read_again(ticket: Command, tmp_path: Path) -> None:
    code = ticket.create()
    (tmp_path / "big").write_text("a line of text\n" * 600_000)
    sentence = f"{code} takes no more than 10,000 events and 8 MiB; attach a long text with --attach FILE, or start a "
    assert ticket.refused(1, "note", code, "-F", str(tmp_path / "big")).startswith(sentence)
    (tmp_path / "wide").write_text("x" * ((1 << 20) + 1))
    ran = ticket.run("note", code, "-F", str(tmp_path / "wide"))
    assert ran.code in (1, 74)
    assert "longer than 1 MiB" in ran.err
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(store.reading.LIMIT * 3)
    assert ticket.refused(1, "note", code, "-m", "x", "--attach", str(tmp_path / "huge")).endswith(
        "is larger than 20 MiB; send a link to it"
    )
    assert len(ticket.ticket(code).events) == 1
