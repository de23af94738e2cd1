"""Mail comes in: on the ticket that it belongs to, once, whoever sent it; nothing is lost and nothing is sent back."""

from __future__ import annotations

import json
import mailbox
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import pytest

from tests.command import PEOPLE, Command, at_home
from tests.hostile_mails import READ, REFUSED, random_mail
from tests.post import DESK, JAN, MARIA, SECRET, configure, mail
from ticketcli.cli.main import main
from ticketcli.core.mail.matching import MOST_PLACES
from ticketcli.core.mail.signing import Signer
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.fold import Ticket
from ticketcli.desk import record
from ticketcli.desk.catalog import Catalog
from ticketcli.desk.desk import open_desk
from ticketcli.edges import store

SIGNER = Signer(SECRET.encode())


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    at_home(tmp_path, monkeypatch)
    assert main(["init", str(tmp_path / "desk"), "--name", "ACME", "--no-git"]) == 0
    with (tmp_path / "desk/ticketcli.toml").open("a") as settings:
        settings.write(PEOPLE)
    configure(tmp_path, tmp_path / "desk")
    return Command(tmp_path / "desk", capsys, monkeypatch)


def taken(desk: Command, *mails: bytes) -> str:
    """The code of the ticket to which the last of these mails came."""
    for raw in mails:
        said = desk.run("receive", stdin=raw)
        assert (said.code, said.out) == (0, ""), said
    return said.err.partition(":")[0]


def at(desk: Command, code: str) -> Ticket:
    return Catalog(open_desk(desk.root, {}), datetime.now(UTC)).situation(code).ticket


def status(desk: Command, code: str) -> str:
    rows = desk.ok("list", "--all", "--columns", "code,status").out.splitlines()
    return dict(row.split("\t") for row in rows)[code]


def notes(ticket: Ticket) -> list[str]:
    return [event.body.strip() for event in ticket.events if event.kind == "note" and event.role == "system"]


def last(ticket: Ticket) -> Event:
    return next(event for event in reversed(ticket.events) if event.kind == "message")


# --- a new ticket ---------------------------------------------------------------------------------------------------


def test_a_mail_begins_a_ticket(desk: Command) -> None:
    quoted = "It eats paper.\n\nOn Mon, 2 Mar 2026 at 10:00, Shop <shop@example.com> wrote:\n> Buy paper.\n"
    code = taken(desk, mail(quoted, files={"photo.bin": b"\x00\x01"}, Cc=f"{JAN}, {DESK}"))
    ticket = at(desk, code)
    first, header = ticket.first, ticket.header
    assert (first.body, "Buy paper." in first.quoted) == ("It eats paper.\n", True)
    assert (first.by, first.role, first.channel, first.via) == (MARIA, "customer", "email", "")
    assert (first.mail_id, first.claimed_at) == ("one@example.com", datetime(2026, 3, 3, 8, tzinfo=UTC))
    assert (header.text("subject"), header.text("status"), header.list("cc")) == (
        "Printer jams",
        "new",
        ("jan@example.com",),
    )
    assert store.fetch(desk.root, first.attachments[0].sha256) == b"\x00\x01"


def test_a_department_has_an_address(desk: Command) -> None:
    assert at(desk, taken(desk, mail(to="billing@desk.example"))).header.text("department") == "billing"
    assert at(desk, taken(desk, mail(id="two"))).header.text("department") == ""


def test_the_same_mail_again_changes_nothing(desk: Command) -> None:
    code = taken(desk, mail())
    before = desk.files()
    said = desk.run("receive", stdin=b"Received: from elsewhere\r\n" + mail())
    assert (said.code, said.err) == (0, f"{code}: already here\n")
    assert desk.files() == before


def test_another_mail_with_the_same_id_is_kept_and_told_of(desk: Command) -> None:
    one = taken(desk, mail())
    two = taken(desk, mail("Something else.\n", sender=JAN))
    assert (one != two, notes(at(desk, two))) == (True, [f"another message has the same Message-ID: {one}"])


def test_a_mail_without_anything_is_a_ticket(desk: Command) -> None:
    ticket = at(desk, taken(desk, b"X-Nothing: at all\n\n"))
    assert (ticket.header.text("subject"), ticket.first.body, ticket.first.by) == (
        "(no subject)",
        "(no text)\n",
        "somebody",
    )


def test_a_long_text_is_cut_and_attached_whole(desk: Command) -> None:
    text = "".join(f"line {number} of a log\n" for number in range(20_000))
    first = at(desk, taken(desk, mail(text))).first
    assert first.body.endswith("\n[the whole text is attached: message.txt]\n")
    assert store.fetch(desk.root, first.attachments[0].sha256).decode().strip() == text.strip()


# --- the ticket that it belongs to ----------------------------------------------------------------------------------


def test_an_answer_goes_where_the_mail_stands_that_it_answers(desk: Command) -> None:
    code = taken(desk, mail())
    desk.ok("reply", code, "-m", "Try again.")
    assert status(desk, code) == "answered"
    assert taken(desk, mail("Still.\n", id="two", In_Reply_To="one@example.com")) == code
    assert (status(desk, code), last(at(desk, code)).body) == ("open", "Still.\n")
    assert taken(desk, mail("And now?\n", id="three", References="zero@example.com two")) == code


def test_a_stranger_who_answers_begins_a_ticket_that_says_so(desk: Command) -> None:
    code = taken(desk, mail())
    other = taken(desk, mail("Me too.\n", sender=JAN, id="two", In_Reply_To="one@example.com"))
    assert (other != code, notes(at(desk, other))) == (True, [f"mentions {code}, in which {JAN} has no part"])


@pytest.mark.parametrize("token", ["[#{}]", "re #{} please", "[#{}]: AW:"])
def test_a_code_in_the_subject_counts_for_who_takes_part(desk: Command, token: str) -> None:
    code = taken(desk, mail(Cc=JAN))
    subject = token.format(code)
    assert taken(desk, mail("Still.\n", id="two", subject=subject)) == code
    assert taken(desk, mail("Mine, too.\n", id="three", subject=subject.lower(), sender="JAN@example.com")) == code
    other = taken(desk, mail("I, too.\n", id="four", subject=subject, sender="eve@example.com"))
    assert (other != code, len(notes(at(desk, other)))) == (True, 1)


def test_a_code_with_a_typing_error_is_none(desk: Command) -> None:
    code = taken(desk, mail())
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert taken(desk, mail("Still.\n", id="two", subject=f"[#{wrong}]")) != code


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TICKET_MAIL_SECRET", SECRET)


@pytest.mark.usefixtures("secret")
def test_the_signed_address_counts_for_everybody(desk: Command) -> None:
    code = taken(desk, mail())
    address = SIGNER.address(code, "help@desk.example")
    assert taken(desk, mail("I am her boss.\n", sender=JAN, id="two", to=address.lower())) == code
    assert notes(at(desk, code)) == [f"{JAN} had no part in this ticket before"]
    assert at(desk, code).header.text("customer", "email") == "maria@example.com"


@pytest.mark.usefixtures("secret")
def test_a_signed_id_counts_for_everybody_and_a_forged_one_for_nobody(desk: Command) -> None:
    code = taken(desk, mail())
    signed = SIGNER.message_id(code, at(desk, code).first.id, "desk.example")
    assert taken(desk, mail("Yes.\n", sender=JAN, id="two", References=f"{signed} far@example.com")) == code
    forged = Signer(b"guessed").message_id(code, at(desk, code).first.id, "desk.example")
    assert taken(desk, mail("No.\n", sender="eve@example.com", id="three", In_Reply_To=forged)) != code


def test_without_the_secret_no_signature_is_believed(desk: Command) -> None:
    code = taken(desk, mail())
    assert taken(desk, mail("?\n", sender=JAN, id="two", to=SIGNER.address(code, "help@desk.example"))) != code


def test_the_nearest_parent_wins(desk: Command) -> None:
    one, two = taken(desk, mail()), taken(desk, mail("Other.\n", id="two@example.com", subject="Other"))
    assert taken(desk, mail("x\n", id="three", References="one@example.com two@example.com")) == two
    assert taken(desk, mail("y\n", id="four", References="two@example.com one@example.com")) == one


def test_a_merged_ticket_leads_to_its_target(desk: Command) -> None:
    one, two = taken(desk, mail()), taken(desk, mail("Again.\n", id="two@example.com"))
    desk.ok("merge", two, "--into", one)
    assert taken(desk, mail("x\n", id="three", In_Reply_To="two@example.com")) == one


def test_of_many_mails_with_one_id_the_first_are_looked_at(desk: Command, tmp_path: Path) -> None:
    """Else a thousand of them, each of which answers all the others, would take a thousand times as long as one."""
    senders = [f"a{number}@example.com" for number in range(MOST_PLACES + 2)]
    mails = (mail("Hello.\n", sender=sender, In_Reply_To="one@example.com") for sender in senders)
    write(tmp_path / "mails", mails)
    desk.ok("import", "mail", str(tmp_path / "mails"))
    assert len(desk.codes()) == len(senders)
    answers = [mail("x\n", sender=sender, id="two", In_Reply_To="one@example.com") for sender in senders]
    before = set(desk.codes())
    assert sum(taken(desk, one) in before for one in answers) == MOST_PLACES


# --- a ticket that cannot be read -----------------------------------------------------------------------------------


def test_what_was_meant_for_a_damaged_ticket_begins_one_that_says_so(desk: Command) -> None:
    code = taken(desk, mail())
    desk.path(code).write_text("<<<<<<< HEAD\n")
    other = taken(desk, mail("Still.\n", id="two", subject=f"[#{code}]"))
    assert notes(at(desk, other)) == [f"meant for {code}, which cannot be read"]


def test_what_was_meant_for_a_ticket_that_the_system_does_not_give_comes_in_later(
    desk: Command, tmp_path: Path
) -> None:
    code = taken(desk, mail())
    answer = mail("Still.\n", id="two", subject=f"[#{code}]")
    write(tmp_path / "mails", [answer, mail("Another.\n", id="three")])
    path, text = desk.path(code), desk.path(code).read_text()
    path.unlink()
    path.symlink_to("nowhere")
    assert (desk.run("receive", stdin=answer).code, len(desk.codes())) == (75, 1)
    said = desk.run("import", "mail", str(tmp_path / "mails"))
    assert (said.code, len(desk.codes())) == (1, 2)
    assert f'000000.eml was left out: cannot read "{path}": it is a symbolic link; then import it again' in said.err
    path.unlink()
    path.write_text(text)
    assert "0 new tickets, 1 messages added, 1 already here" in desk.ok("import", "mail", str(tmp_path / "mails")).err


# --- what is done ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["resolve", "close"])
def test_what_is_done_opens_again(desk: Command, command: str) -> None:
    code = taken(desk, mail())
    desk.ok(command, code)
    assert taken(desk, mail("Still.\n", id="two", In_Reply_To="one@example.com")) == code
    assert status(desk, code) == "open"


def test_past_the_window_a_follow_up_begins(desk: Command) -> None:
    path = desk.root / "ticketcli.toml"
    path.write_text(path.read_text().replace('reopen_window = "always"', 'reopen_window = "never"'))
    code = taken(desk, mail())
    desk.ok("resolve", code)
    raw = mail("Still.\n", id="two", In_Reply_To="one@example.com")
    other = taken(desk, raw)
    assert (status(desk, code), status(desk, other)) == ("resolved", "new")
    assert at(desk, other).header.list("links") == (f"follows {code}",)
    assert taken(desk, raw) == other


def test_a_ticket_at_its_limits_gets_a_follow_up(desk: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    code = taken(desk, mail())
    monkeypatch.setattr(record, "MOST_EVENTS", 1)
    other = taken(desk, mail("Still.\n", id="two", In_Reply_To="one@example.com"))
    assert at(desk, other).header.list("links") == (f"follows {code}",)


def test_spam_is_never_opened_by_mail(desk: Command) -> None:
    code = taken(desk, mail())
    desk.ok("status", code, "spam")
    assert taken(desk, mail("Buy.\n", id="two", In_Reply_To="one@example.com")) == code
    assert (status(desk, code), last(at(desk, code)).quiet) == ("spam", True)


# --- automatic mail, bounces, agents --------------------------------------------------------------------------------

OUT = {"Auto_Submitted": "auto-replied"}


def test_automatic_mail_counts_for_nothing(desk: Command) -> None:
    code = taken(desk, mail())
    desk.ok("reply", code, "-m", "Try again.")
    said = desk.run("receive", stdin=mail("I am away.\n", id="two", In_Reply_To="one@example.com", **OUT))
    assert said.err == f"{code}: added, automatic mail\n"
    assert (status(desk, code), last(at(desk, code)).quiet) == ("answered", True)


def test_automatic_mail_that_belongs_to_nothing_is_kept_apart(desk: Command) -> None:
    code = taken(desk, mail("We are glad to announce.\n", Precedence="bulk"))
    assert (status(desk, code), desk.ok("list").out, desk.ok("to-solve").out) == ("automatic", "", "")


def test_mail_from_the_desks_own_address_is_automatic_unless_an_agent_has_it(desk: Command) -> None:
    code = taken(desk, mail("I answered her from my mail program.\n", sender=DESK, id="own"))
    assert (status(desk, code), desk.ok("list").out) == ("automatic", "")
    asked = taken(desk, mail(id="asked@example.com"))
    before = len(at(desk, asked).events)
    assert taken(desk, mail("Try again.\n", sender=DESK, id="two", In_Reply_To="asked@example.com")) == asked
    assert (last(at(desk, asked)).quiet, status(desk, asked), len(at(desk, asked).events)) == (True, "new", before + 1)
    with (desk.root / "ticketcli.toml").open("a") as settings:
        settings.write('[agent.help]\nemail = "help@desk.example"\n')
    assert status(desk, taken(desk, mail("Note this.\n", sender=DESK, id="three"))) == "new"


def bounce(original: str, address: str = "maria@example.com") -> bytes:
    return f"""From: Mail Delivery System <mailer-daemon@mx.example>
To: help@desk.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce@mx.example>
Date: Tue, 03 Mar 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not arrive.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: message/rfc822

Message-ID: <{original}>
Subject: Re: Printer jams

Try again.

--b--
""".encode()


@pytest.mark.usefixtures("secret")
def test_a_bounce_opens_what_was_answered_and_says_which_address_failed(desk: Command) -> None:
    code = taken(desk, mail())
    desk.ok("reply", code, "-m", "Try again.")
    sent = last(at(desk, code)).id
    assert taken(desk, bounce(SIGNER.message_id(code, sent, "desk.example"))) == code
    told = at(desk, code).events[-1]
    assert (told.action, told.about, status(desk, code)) == ("bounced", (sent,), "open")
    assert "maria@example.com" in told.body
    assert "550 no such user" in told.body


def test_a_bounce_that_anybody_can_write_opens_nothing(desk: Command) -> None:
    code = taken(desk, mail())
    desk.ok("reply", code, "-m", "Try again.")
    other = taken(desk, bounce(f"{code}.{last(at(desk, code)).id}.AAAAAAAA@desk.example"))
    assert (status(desk, code), status(desk, other)) == ("answered", "automatic")


def test_what_claims_to_come_from_an_agent_is_a_note(desk: Command) -> None:
    code = taken(desk, mail())
    ana = "Ana Cruz <ana@desk.example>"
    assert taken(desk, mail("Tell her no.\n", sender=ana, id="two", subject=f"[#{code}]")) == code
    noted = at(desk, code).events[-1]
    assert (noted.kind, noted.by, status(desk, code)) == ("note", ana, "new")


@pytest.mark.usefixtures("secret")
def test_what_an_agent_is_proven_to_have_sent_answers(desk: Command, tmp_path: Path) -> None:
    configure(tmp_path, desk.root, trusts="mx.desk.example")
    code = taken(desk, mail())
    signed = SIGNER.message_id(code, at(desk, code).first.id, "desk.example")
    proof = "mx.desk.example; dkim=pass header.d=desk.example"
    raw = mail("Try again.\n", sender="ana@desk.example", id="two", In_Reply_To=signed, Authentication_Results=proof)
    assert taken(desk, raw) == code
    assert (last(at(desk, code)).by, status(desk, code)) == ("ana", "answered")
    forged = proof.replace("mx.desk.example", "mx.evil.example")
    raw = mail("Pay him.\n", sender="bob@desk.example", id="three", In_Reply_To=signed, Authentication_Results=forged)
    taken(desk, raw)
    assert at(desk, code).events[-1].kind == "note"


@pytest.mark.usefixtures("secret")
def test_what_answers_a_mailed_note_is_a_note(desk: Command) -> None:
    code = taken(desk, mail())
    desk.ok("note", code, "--to", "parts@example.com", "-m", "What is the price?")
    asked = at(desk, code).events[-1]
    signed = SIGNER.message_id(code, asked.id, "desk.example")
    assert taken(desk, mail("3 EUR.\n", sender="parts@example.com", id="two", In_Reply_To=signed)) == code
    told = next(event for event in at(desk, code).events if event.mail_id == "two")
    assert (told.kind, told.by, status(desk, code)) == ("note", "parts@example.com", "new")
    own = SIGNER.address(code, "help@desk.example")
    taken(desk, mail("4 EUR.\n", sender="parts@example.com", id="three", to=own, In_Reply_To=signed))
    taken(desk, mail("5 EUR.\n", sender="parts@example.com", id="four", to=own))
    kinds = {event.mail_id: event.kind for event in at(desk, code).events}
    assert (kinds["three"], kinds["four"]) == ("note", "note"), "the note's Reply-To, also where nothing else is kept"
    taken(desk, mail("Any news?\n", id="five", to=own))
    assert (last(at(desk, code)).kind, last(at(desk, code)).mail_id) == ("message", "five")
    assert "EUR" not in desk.ok("show", code, "--public").out


# --- what cannot be understood, and our own trouble -----------------------------------------------------------------


def test_what_cannot_be_understood_is_kept_as_it_came(desk: Command) -> None:
    raw = mail().replace(b"Subject:", b"Subject: " + b"x" * 400_000 + b"\nOld-Subject:")
    said = desk.run("receive", stdin=raw)
    assert (said.code, "kept as it came, for it cannot be understood: " in said.err) == (0, True)
    code = said.err.partition(":")[0]
    ticket = at(desk, code)
    assert ticket.header.list("tags") == ("unreadable",)
    assert store.fetch(desk.root, ticket.first.attachments[0].sha256) == raw
    assert desk.run("receive", stdin=raw).err == f"{code}: already here\n"


def test_for_a_mail_server_all_our_trouble_is_to_be_tried_again(desk: Command, tmp_path: Path) -> None:
    assert desk.run("receive", "--nonsense", stdin=mail()).code == 75
    assert desk.run("receive", stdin=b"").code == 75
    assert desk.run("-C", "nowhere", "receive", stdin=mail(), desk=False).code == 75
    configure(tmp_path, tmp_path / "another")
    assert "exactly one clone" in desk.run("receive", stdin=mail()).err
    assert desk.ok("list", "--all").out == ""


def test_a_message_of_a_form_comes_in_and_what_is_none_is_kept(desk: Command) -> None:
    form = {"kind": "message", "channel": "form", "id": "42", "from": MARIA, "subject": "Order", "text": "Where is it?"}
    line = json.dumps(form).encode()
    said = desk.run("receive", "--json", stdin=line)
    code = said.err.partition(":")[0]
    assert (said.code, said.err, at(desk, code).first.channel) == (0, f"{code}: a new ticket\n", "form")
    assert desk.run("receive", "--json", stdin=line).err == f"{code}: already here\n"
    for bad in (b"{", json.dumps({**form, "id": "43", "department": "nowhere"}).encode()):
        said = desk.run("receive", "--json", stdin=bad)
        ticket = at(desk, said.err.partition(":")[0])
        assert (said.code, ticket.header.list("tags")) == (0, ("unreadable",))
        assert store.fetch(desk.root, ticket.first.attachments[0].sha256) == bad
        assert "already here" in desk.run("receive", "--json", stdin=bad).err


# --- an archive -----------------------------------------------------------------------------------------------------


def archive(folder: Path) -> list[Path]:
    """A conversation in a Maildir, an mbox and a file, the answers before what they answer."""
    maildir = mailbox.Maildir(folder / "Maildir")
    maildir.add(mail("Now it works.\n", id="three", In_Reply_To="two").replace(b"03 Mar", b"05 Mar"))
    box = mailbox.mbox(folder / "old.mbox")
    box.add(mail("Still.\nFrom here on.\n", id="two", In_Reply_To="one@example.com").replace(b"03 Mar", b"04 Mar"))
    box.add(mail("We are glad.\n", id="bulk", Precedence="bulk"))
    box.close()
    (folder / "first.eml").write_bytes(mail())
    (folder / "bad.eml").write_bytes(b"Subject: " + b"x" * 400_000 + b"\n\nWho knows.\n")
    return [folder / "Maildir", folder / "old.mbox", folder / "first.eml", folder / "bad.eml"]


def test_an_archive_is_taken_in_whole_and_once(desk: Command, tmp_path: Path) -> None:
    paths = list(map(str, archive(tmp_path)))
    said = desk.run("import", "mail", *paths)
    assert (said.code, said.out) == (1, ""), said
    assert re.search(r"bad\.eml: the mail cannot be read: .*; its raw bytes are kept, as [0-9A-Z-]{13}\n", said.err)
    assert "3 new tickets, 2 messages added, 0 already here" in said.err
    rows = desk.ok("list", "--all", "--columns", "code,messages,created", "subject:printer").out.splitlines()
    messages = {row.split("\t")[1]: row for row in rows}
    assert messages["3"].endswith("2026-03-03T08:00:00Z")
    before = desk.files()
    again = desk.run("import", "mail", *paths)
    assert "0 new tickets, 0 messages added, 5 already here" in again.err
    assert desk.files() == before


def test_a_path_without_mail_is_named(desk: Command, tmp_path: Path) -> None:
    assert "nowhere" in desk.refused(1, "import", "mail", str(tmp_path / "nowhere"))


# --- whatever the internet sends ------------------------------------------------------------------------------------


def write(folder: Path, mails: Iterable[bytes]) -> int:
    """Writes each mail into a file; how many these are."""
    folder.mkdir()
    files = [(folder / f"{number:06}.eml").write_bytes(raw) for number, raw in enumerate(mails)]
    return len(files)


def nothing_is_lost(desk: Command, home: Path, count: int) -> None:
    before = {path for path in home.rglob("*") if not path.is_relative_to(desk.root)}
    said = desk.run("import", "mail", str(home / "mails"))
    assert said.code in (0, 1), said
    assert sum(int(number.replace(",", "")) for number in re.findall(r"([\d,]+) (?:new|mess|alr)", said.err)) == count
    assert {path for path in home.rglob("*") if not path.is_relative_to(desk.root)} == before
    found = Catalog(open_desk(desk.root, {}), datetime.now(UTC))
    assert (len(found.situations()), found.problems) == (len(found.paths), {})
    again = desk.run("import", "mail", str(home / "mails"))
    assert (again.code, f"{count:,} already here" in again.err) == (0, True), again.err[-300:]


def test_whatever_comes_is_kept(desk: Command, tmp_path: Path) -> None:
    bomb = REFUSED["multiparts in multiparts, 3000"]()
    nothing_is_lost(desk, tmp_path, write(tmp_path / "mails", [*map(random_mail, range(100)), bomb]))


@pytest.mark.long
@pytest.mark.parametrize("part", range(10))
def test_of_20_000_hostile_mails_none_is_lost(desk: Command, tmp_path: Path, part: int) -> None:
    """In ten desks; the bombs come to the first."""
    bombs = (make() for make in (*READ.values(), *REFUSED.values()) if not part)
    seeds = range(1_000 + 2_000 * part, 3_000 + 2_000 * part)
    nothing_is_lost(desk, tmp_path, write(tmp_path / "mails", chain(bombs, map(random_mail, seeds))))
