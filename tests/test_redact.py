"""ticket redact: what is blacked out is in no file of the desk any more, and a mark stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import Command, at_home
from tests.desks import make_desk
from ticketcli.core.file.codec import event_text
from ticketcli.core.ticket.join import join

SECRET = "my password is hunter2"


@pytest.fixture
def ticket(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    at_home(tmp_path / "home", monkeypatch)
    return Command(make_desk(tmp_path / "desk", []), capsys, monkeypatch)


def everything(ticket: Command) -> bytes:
    """All bytes of the desk's own files."""
    return b"".join(ticket.files().values())


def test_a_message_goes_with_its_files_and_says_so(ticket: Command, tmp_path: Path) -> None:
    (tmp_path / "scan.txt").write_text("a scan of hunter2")
    code = ticket.create("Cannot log in", SECRET, "--attach", str(tmp_path / "scan.txt"))
    ran = ticket.ok("redact", f"{code}/1", "--yes")
    assert f'black out {code[:5]}/1: the text (23 characters), the file "scan.txt"' in ran.err
    assert "git's history still holds it" in ran.err
    assert b"hunter2" not in everything(ticket)
    assert "[redacted by " in ticket.ok("show", code).out
    assert ticket.ok("check", "--files").err == "nothing to mend\n"
    assert "nothing to do" in ticket.ok("redact", f"{code}/1", "--yes").err


def test_a_file_that_another_ticket_has_stays(ticket: Command, tmp_path: Path) -> None:
    (tmp_path / "logo.txt").write_text("a logo")
    one, other = (ticket.create("Hello", "x", "--attach", str(tmp_path / "logo.txt")) for _ in range(2))
    ticket.ok("redact", f"{one}/1", "--yes")
    assert b"a logo" in everything(ticket)
    ticket.ok("redact", f"{other}/1", "--yes")
    assert b"a logo" not in everything(ticket)


def test_a_message_that_was_split_goes_in_both_tickets(ticket: Command) -> None:
    code = ticket.create("Two things", f"My printer jams. Also, {SECRET}.")
    child = ticket.ok("split", f"{code}/1", "--subject", "Other", "--part", f"Also, {SECRET}.").out.strip()
    ticket.ok("redact", f"{child}/2", "--yes")
    assert b"hunter2" not in everything(ticket)


@pytest.mark.parametrize("key", ["customer.phone", "customer", "fields.order", "subject", "customer.email"])
def test_a_field_goes_from_every_event_and_the_message_stays(ticket: Command, key: str) -> None:
    more = ("--set", "customer.phone=+1 555 0100", "--set", "fields.order=A-1001")
    code = ticket.create("About A-1001", "It eats paper.", *more)
    ticket.ok("reply", code, "-m", "Please try again.")
    ticket.ok("set", code, "customer.phone=+1 555 0199", "fields.order=A-1002")
    ticket.ok("redact", code, key, "--yes")
    gone = {
        "customer.phone": [b"555 01"],
        "customer": [b"555 01", b"maria", b"Maria"],
        "fields.order": [b'"A-100'],
        "subject": [b"About"],
        "customer.email": [b"maria@example.com"],
    }[key]
    assert not [word for word in gone if word in everything(ticket)]
    shown = ticket.ok("show", code).out
    assert "It eats paper." in shown
    assert "Please try again." in shown
    assert ticket.ok("check", "--files").err == "nothing to mend\n"


def test_a_clone_that_has_not_heard_of_it_brings_nothing_back(ticket: Command) -> None:
    code = ticket.create("Cannot log in", SECRET, "--set", "customer.phone=+1 555 0100")
    before = ticket.ticket(code)
    ticket.ok("redact", code, "customer.phone", "--yes")
    fields = ticket.ticket(code)
    ticket.ok("redact", f"{code}/1", "--yes")
    both = ticket.ticket(code)
    assert join(before, both, event_text) == join(both, before, event_text) == both
    assert join(before, fields, event_text, before) == fields
    text_alone = ticket.ticket(code)
    assert join(fields, text_alone, event_text) == both


def test_what_cannot_be_blacked_out_is_refused(ticket: Command) -> None:
    code = ticket.create()
    assert "cannot be blacked out" in ticket.refused(2, "redact", code, "priority", "--yes")
    assert "what of" in ticket.refused(2, "redact", code, "--yes")
    assert "names messages" in ticket.refused(2, "redact", f"{code}/1", "subject", "--yes")
    assert "give --yes" in ticket.refused(2, "redact", f"{code}/1")
    ticket.refused(3, "redact", f"{code}/9", "--yes")
