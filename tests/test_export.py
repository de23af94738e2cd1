"""What leaves a desk: a thread as mails that any program reads, logs and lists that no spreadsheet calculates."""

from __future__ import annotations

import csv
import mailbox
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message as Mail
from email.utils import parseaddr, parsedate_to_datetime
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.command import Command, at_home
from tests.desks import AGENTS, answers, asks, at, make_desk, notes, path_of, says, ticket
from tests.strategies import texts
from ticketcli.core.mail.archive import Post, mbox
from ticketcli.core.ticket.event import Attachment, Event
from ticketcli.core.ticket.who import Who
from ticketcli.core.view.formats import csv as csv_text
from ticketcli.edges import store

DESK, MARIA = Who("ACME", "support@acme.example"), Who("Maria Santos", "maria@example.com")
FILE = Attachment("plan.png", "image/png", 3, "0" * 64)


def events(*bodies: str, **more: object) -> list[Event]:
    """A customer and an agent in turn, a minute apart."""
    return [
        Event(
            id=f"{number:010}", seq=number, at=at("2026-11-20 08:00") + timedelta(minutes=number), kind="message",
            by="ana" if number % 2 == 0 else str(MARIA),
            role="agent" if number % 2 == 0 else "customer", body=body,
            **more,  # type: ignore[arg-type]
        )
        for number, body in enumerate(bodies, 1)
    ]  # fmt: skip


def of(who: str, one: Event) -> Event:
    return replace(one, by=who)


def mails(
    path: Path, told: list[Event], subject: str = "It jams", author: str = "Ana Cruz", data: bytes | None = b"\0\xff\n"
) -> list[Mail]:
    """The mails that a mail program sees."""
    posts = [Post(event, "7KQ-M2RTX-4BG", author) for event in told]
    text = mbox(posts, subject, DESK, MARIA, lambda _: data)
    assert text.isascii()
    path.write_bytes(text)
    box = mailbox.mbox(path, create=False)
    found = [message_from_bytes(box.get_bytes(key)) for key in box.iterkeys()]
    box.close()
    return found


def header(mail: Mail, name: str) -> str:
    return str(make_header(decode_header(mail[name])))


def body(mail: Mail) -> str:
    part = mail.get_payload(0) if mail.is_multipart() else mail
    assert isinstance(part, Mail)
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data.decode()


# --- mails ----------------------------------------------------------------------------------------------------------


def test_a_thread_is_mails_that_answer_each_other(tmp_path: Path) -> None:
    one, two, three = mails(tmp_path / "box", events("It jams.\n", "Try again.\n", "Better!\n"))
    assert [body(mail) for mail in (one, two, three)] == ["It jams.\n", "Try again.\n", "Better!\n"]
    assert (one["From"], one["To"], one["Subject"]) == (str(MARIA), "ACME <support@acme.example>", "It jams")
    assert (two["From"], two["To"], two["Subject"]) == ("Ana Cruz <support@acme.example>", str(MARIA), "Re: It jams")
    assert parsedate_to_datetime(one["Date"]) == at("2026-11-20 08:01")
    assert one["In-Reply-To"] is None
    assert (two["In-Reply-To"], three["In-Reply-To"]) == (one["Message-ID"], two["Message-ID"])
    assert three["References"].split() == [one["Message-ID"], two["Message-ID"]]


def test_the_ids_that_mails_had_are_kept_once(tmp_path: Path) -> None:
    one, two, three = mails(tmp_path / "box", events("a", "b", "c", mail_id="x@y.example"))
    assert one["Message-ID"] == "<x@y.example>"
    assert len({mail["Message-ID"] for mail in (one, two, three)}) == 3
    (odd,) = mails(tmp_path / "box", events("a", mail_id="x>\nBcc: all@example.com"))
    assert odd["Message-ID"] == "<7KQ-M2RTX-4BG.0000000001@localhost>"
    assert odd["Bcc"] is None


def test_a_line_that_looks_like_a_new_mail_is_none(tmp_path: Path) -> None:
    text = "From maria@example.com Fri Nov 20 08:00:00 2026\n\nFrom here on\n>From there\n From x\nFrom \n"
    found = mails(tmp_path / "box", events(text, text))
    assert [body(mail) for mail in found] == [text, text]
    raw = (tmp_path / "box").read_bytes()
    assert sum(row.startswith(b"From ") for row in raw.splitlines()) == 2


def test_files_go_along_and_are_never_mails_themselves(tmp_path: Path) -> None:
    kinds = ("image/png", "message/rfc822", "multipart/mixed", "x", 'a/b"\nBcc: x', "text/html; charset=x")
    files = tuple(Attachment(f"../{n}\n.png", kind, 3, "0" * 64) for n, kind in enumerate(kinds))
    (mail,) = mails(tmp_path / "box", events("See.\n", attachments=files))
    parts = mail.get_payload()
    assert isinstance(parts, list)
    assert [part.get_content_type() for part in parts if isinstance(part, Mail)] == [
        "text/plain", "image/png", *["application/octet-stream"] * 5,
    ]  # fmt: skip
    assert {part.get_payload(decode=True) for part in parts[1:] if isinstance(part, Mail)} == {b"\0\xff\n"}
    assert not [name for part in mail.walk() if (name := part.get_filename()) and ("/" in name or "\n" in name)]
    assert [key for part in mail.walk() for key in part if key == "Bcc"] == []
    (bare,) = mails(tmp_path / "box", events("See.\n", attachments=(FILE,)), data=None)
    assert not bare.is_multipart()


@pytest.mark.parametrize(
    "subject", ["a\r\nBcc: all@example.com", "=?utf-8?q?a=0ABcc:_x?=", "Grüße, 你好", "x" * 2000, ""]
)
def test_no_subject_or_name_writes_another_header(tmp_path: Path, subject: str) -> None:
    (mail,) = mails(tmp_path / "box", [of(f"{subject} <a@b.example>", one) for one in events("x")], subject)
    assert set(mail.keys()) == {
        "Content-Type", "MIME-Version", "Content-Transfer-Encoding", "From", "To", "Subject", "Date", "Message-ID",
    }  # fmt: skip
    assert header(mail, "Subject").replace("\n ", "") == " ".join(subject.split())


@pytest.mark.parametrize("by", ["Maria", "", "a b@c d", "ü@ö.example", "<>", "a@b.example\nBcc: x@y.example"])
def test_everybody_has_an_address(tmp_path: Path, by: str) -> None:
    (mail,) = mails(tmp_path / "box", [of(by, one) for one in events("x")])
    assert parseaddr(mail["From"])[1] == "unknown@localhost"
    assert (tmp_path / "box").read_bytes().startswith(b"From MAILER-DAEMON Fri Nov 20 08:01:00 2026\n")


@settings(max_examples=60)
@given(st.lists(texts, min_size=1, max_size=3), texts, texts)
def test_any_thread_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[str], subject: str, author: str
) -> None:
    path = tmp_path_factory.mktemp("box") / "box"
    found = mails(path, events(*bodies, attachments=(FILE,)), subject, author)
    wanted = [text.replace("\r\n", "\n").replace("\r", "\n") for text in bodies]
    assert [body(mail) for mail in found] == wanted
    assert all(mail["From"] and mail["To"] and not mail.defects for mail in found)


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    at_home(tmp_path, monkeypatch)
    settings = AGENTS.replace("[department.billing]", '[department.billing]\naddress = "billing@acme.example"')
    return Command(make_desk(tmp_path / "desk", settings=settings), capsys, monkeypatch)


def test_only_what_is_public_leaves(command: Command, tmp_path: Path) -> None:
    code = command.create("It jams", "A question.")
    command.ok("note", code, "-m", "secret note")
    command.ok("reply", code, "--as", "ana", "-m", "redacted words")
    command.ok("redact", f"{code}/3", "--yes")
    command.ok("reply", code, "--as", "ana", "-m", "undone words")
    command.ok("undo")
    command.ok("reply", code, "--as", "bob", "-m", "An answer.")
    command.ok("resolve", code, "-m", "secret reason")
    command.ok("export", "mbox", code, "-o", str(tmp_path / "box"))
    text = (tmp_path / "box").read_text()
    assert not [word for word in ("secret", "redacted", "undone", "bob@", "ana") if word in text]
    assert [body(mail) for mail in map(message_from_bytes, _raw(tmp_path / "box"))] == ["A question.\n", "An answer.\n"]
    assert "From: Bob Novak <billing@acme.example>\n" in text
    assert command.ok("export", "mbox", code).out == text


def _raw(path: Path) -> list[bytes]:
    box = mailbox.mbox(path, create=False)
    found = [box.get_bytes(key) for key in box.iterkeys()]
    box.close()
    return found


def test_merged_and_split_messages_are_where_they_are_shown(command: Command) -> None:
    one, other = command.create("One", "First."), command.create("Two", "Second.")
    command.ok("merge", other, "--into", one)
    ran = command.ok("export", "mbox", other)
    assert "First." in ran.out
    assert "Second." in ran.out
    assert ran.err == f"{other} is merged into {one}, which is shown\n"
    child = command.ok("split", f"{one}/1", "--subject", "Three").out.strip()
    assert "First." not in command.ok("export", "mbox", one).out
    assert "First." in command.ok("export", "mbox", child).out


def test_a_file_is_never_written_over(command: Command, tmp_path: Path) -> None:
    code = command.create()
    (tmp_path / "box").write_text("mine")
    assert "is there already, nothing was written" in command.refused(
        4, "export", "mbox", code, "-o", f"{tmp_path}/box"
    )
    assert (tmp_path / "box").read_text() == "mine"
    command.refused(74, "export", "mbox", code, "-o", f"{tmp_path}/box/inside")
    assert command.run("export", "mbox", "ZZZZ").code == 3


def test_a_lost_file_is_named_and_the_mails_are_given(command: Command, tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text("x")
    code = command.create("One", "x", "--attach", str(tmp_path / "log.txt"))
    assert "log.txt" in command.ok("export", "mbox", code).out
    store.remove(command.root, command.ticket(code).first.attachments[0].sha256)
    ran = command.run("export", "mbox", code)
    assert (ran.code, ran.out.count("Message-ID"), "log.txt" in ran.err) == (1, 1, True)


# --- spreadsheets ---------------------------------------------------------------------------------------------------

FORMULA = '=HYPERLINK("http://x.example", "a")'
HOSTILE = ticket(
    asks("a", "2026-11-18 08:00", FORMULA, FORMULA, by=f"{FORMULA} <a@b.example>"),
    says("b", 2, "2026-11-18 09:00", '@SUM(1)\n"two", lines', by="+1 <a@b.example>"),
    notes("c", 3, "2026-11-18 10:00", "\n=1"),
    answers("d", 4, "2026-11-18 11:00", "\t=1", seen=["a", "b"], by="-x"),
)


@pytest.mark.parametrize("words", [["log"], ["log", HOSTILE.code], ["list", "--all"], ["search", "HYPERLINK"]])
def test_no_cell_is_a_formula(command: Command, words: list[str]) -> None:
    make_desk(command.root, [HOSTILE], AGENTS)
    out = command.ok(*words, "--format", "csv").out
    head, *rows = csv.reader(StringIO(out, newline=""))
    assert out.startswith(",".join(head) + "\r\n")
    assert rows
    assert {len(row) for row in rows} == {len(head)}
    cells = [cell for row in rows for cell in row if cell]
    assert not [cell for cell in cells if cell[0] in "=+-@\t\r\n"]
    assert any(cell.startswith("'=") for cell in cells)


def test_the_log_as_csv_says_what_happened(command: Command) -> None:
    make_desk(command.root, [HOSTILE], AGENTS)
    rows = list(csv.DictReader(StringIO(command.ok("log", "--format", "csv").out, newline="")))
    assert [*rows[0]] == ["at", "name", "by", "counts", "what", "text"]
    assert [row["at"] for row in rows] == [f"2026-11-18T{hour:02}:00:00Z" for hour in (8, 9, 10, 11)]
    assert rows[1]["text"] == '\'@SUM(1)\n"two", lines'
    assert [row["text"] for row in rows[2:]] == ["'\n=1", "'\t=1"]


def test_what_is_blacked_out_is_in_no_log(command: Command) -> None:
    code = command.create("One", "my card is 4111")
    command.ok("redact", f"{code}/1", "--yes")
    assert "4111" not in command.ok("log", "--format", "csv").out


def test_lists_as_csv_have_every_ticket(command: Command) -> None:
    codes = [command.create(str(number)) for number in range(3)]
    command.ok("close", codes[0])
    rows = list(csv.DictReader(StringIO(command.ok("list", "--all", "--format", "csv").out, newline="")))
    assert sorted(row["code"] for row in rows) == sorted(codes)
    assert {row["status"] for row in rows} == {"new", "closed"}
    assert path_of(command.root, command.ticket(codes[0])).exists()


@given(st.lists(st.lists(texts, min_size=2, max_size=2), max_size=3))
def test_csv_is_read_back_with_the_mark_taken_off(rows: list[list[str]]) -> None:
    text = csv_text(["a", "b"], rows)
    found = [[cell.removeprefix("'") for cell in row] for row in csv.reader(StringIO(text, newline=""))][1:]
    assert found == [[cell.removeprefix("'") for cell in row] for row in rows]
