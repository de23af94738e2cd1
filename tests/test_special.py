"""Signed addresses of a ticket: at one a customer rates the support, at another they ask how the ticket stands."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.command import PEOPLE, Command, at_home
from tests.mailbox import Server, parsed, serving
from tests.post import DESK, JAN, MARIA, SECRET, configure, mail
from ticketcli.cli.main import main
from ticketcli.core.mail.signing import RATINGS, STATUS, Signer
from ticketcli.core.ticket.code import from_id
from ticketcli.core.ticket.event import ASKED, RATE, Event
from ticketcli.core.ticket.fold import Ticket
from ticketcli.desk import desk as desks
from ticketcli.desk.desk import open_desk
from ticketcli.desk.record import How, session

SIGNER = Signer(SECRET.encode())
OWN = "help@desk.example"
ANSWERED = timedelta(hours=25)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """A desk whose mail is signed; Maria's mail has begun a ticket, ana has answered and resolved it."""
    at_home(tmp_path, monkeypatch)
    monkeypatch.setenv("TICKET_MAIL_SECRET", SECRET)
    monkeypatch.setenv("TICKET_AGENT", "ana")
    assert main(["init", str(tmp_path / "desk"), "--name", "ACME", "--no-git"]) == 0
    with (tmp_path / "desk/ticketcli.toml").open("a") as file:
        file.write(PEOPLE)
    configure(tmp_path, tmp_path / "desk")
    command = Command(tmp_path / "desk", capsys, monkeypatch)
    code = taken(command, mail())
    command.ok("reply", code, "-m", "Try again.", "-s", "resolved")
    return command


def taken(desk: Command, raw: bytes) -> str:
    """The code of the ticket to which a mail came."""
    said = desk.run("receive", stdin=raw)
    assert (said.code, said.out) == (0, ""), said
    return said.err.partition(":")[0]


def only(desk: Command) -> str:
    (code,) = desk.codes()
    return code


def to(desk: Command, word: str, text: str = "", **more: Any) -> Ticket:
    """The ticket behind a mail to one of its addresses."""
    code = only(desk)
    given = {"to": SIGNER.word_address(code, word, OWN), "id": f"{word}@example.com", "subject": "Re", **more}
    assert taken(desk, mail(text, **given)) == code
    return desk.ticket(code)


def notes(ticket: Ticket) -> list[str]:
    return [event.body.strip() for event in ticket.events if event.kind == "note"]


def later(monkeypatch: pytest.MonkeyPatch, span: timedelta) -> None:
    moment = desks.now() + span
    monkeypatch.setattr(desks, "now", lambda: moment)
    monkeypatch.setattr("ticketcli.cli.mail.now", lambda: moment)


# The addresses


@settings(max_examples=50)
@given(st.text(alphabet="0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=10, max_size=10), st.data())
def test_an_address_names_what_was_signed_and_nothing_else(event: str, data: st.DataObject) -> None:
    code, word = from_id(event), data.draw(st.sampled_from([*RATINGS, STATUS]))
    address = SIGNER.word_address(code, word, OWN)
    assert SIGNER.of_word_address(address) == (code, word)
    assert SIGNER.of_word_address(address.lower()) == (code, word)
    assert SIGNER.of_address(address) == ""
    assert SIGNER.of_word_address(SIGNER.address(code, OWN)) == ("", "")
    assert Signer(b"another").of_word_address(address) == ("", "")
    other = data.draw(st.sampled_from([one for one in (*RATINGS, STATUS) if one != word]))
    assert SIGNER.of_word_address(address.replace(f".{word}.", f".{other}.")) == ("", "")
    assert len(address.partition("@")[0]) <= 64  # what mail servers promise to take


# Ratings


def test_a_mail_rates(desk: Command) -> None:
    quoted = "Quick, thank you!\n\nOn Mon, 2 Mar 2026 at 10:00, ACME <help@desk.example> wrote:\n> Rate us.\n"
    ticket = to(desk, "rate4", quoted, files={"logo.png": b"x"})
    event = ticket.events[-1]
    assert (event.kind, event.role, event.action, event.value) == ("change", "customer", RATE, 4)
    assert (event.by, event.via, event.channel, event.mail_id) == (MARIA, "", "email", "rate4@example.com")
    assert (event.body, "Rate us." in event.quoted) == ("Quick, thank you!\n", True)
    assert [file.name for file in event.attachments] == ["logo.png"]
    assert ticket.header.text("status") == "resolved"
    assert desk.ok("list", "--columns", "rating,status").out == "4\tresolved\n"
    shown = desk.ok("show", only(desk)).out
    assert f"  {MARIA} rated the support 4 of 5\n│ Quick, thank you!\n  [2 quoted lines" in shown
    assert "  file: logo.png" in shown


def test_the_same_mail_rates_once_and_another_one_instead(desk: Command) -> None:
    before = len(to(desk, "rate4").events)
    assert len(to(desk, "rate4").events) == before
    assert [event.rating for event in to(desk, "rate1", id="again@example.com").events if event.rating] == [4, 1]
    assert desk.ok("list", "is:unhappy", "--columns", "rating").out == "1\n"


def test_somebody_else_rates_and_is_named(desk: Command) -> None:
    ticket = to(desk, "rate5", sender=JAN)
    assert [event.by for event in ticket.events if event.rating] == [JAN]
    assert notes(ticket) == [f"{JAN} had no part in this ticket before"]


def test_a_long_text_is_a_message_besides(desk: Command) -> None:
    text = "It is bad. " * 100
    ticket = to(desk, "rate2", text, files={"trace.log": b"x"})
    rating, message = ticket.events[-2:]
    assert (len(rating.body), rating.body[-2:], rating.rating) == (1001, "…\n", 2)
    assert (message.kind, message.body, message.role) == ("message", f"{text.strip()}\n", "customer")
    assert [(one.name, len(rating.attachments)) for one in message.attachments] == [("trace.log", 0)]
    assert ticket.header.text("status") == "open"
    count = len(ticket.events)
    assert len(to(desk, "rate2", text, files={"trace.log": b"x"}).events) == count


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Auto_Submitted": "auto-replied"}, None),
        ({"sender": "Ana <ana@desk.example>"}, "rated 5 of 5 by mail, which does not count: it came from an agent"),
    ],
)
def test_what_no_customer_wrote_is_no_rating(desk: Command, headers: dict[str, str], why: str | None) -> None:
    ticket = to(desk, "rate5", "I am away.", **headers)
    assert not [event for event in ticket.events if event.action == RATE]
    assert notes(ticket)[1 if why else 0 :] == ([why] if why else [])
    assert [event.body for event in ticket.events if event.body == "I am away.\n"]
    assert ticket.header.text("status") == "resolved"
    assert not [event for event in ticket.events if event.public_answer and event.seq > 2]


def test_an_agent_proven_by_their_server_answers_nobody_at_such_an_address(desk: Command, tmp_path: Path) -> None:
    configure(tmp_path, desk.root, trusts="mx.desk.example")
    proof = "mx.desk.example; dkim=pass header.d=desk.example"
    ticket = to(desk, "rate5", "A test.", sender="Ana <ana@desk.example>", Authentication_Results=proof)
    assert ticket.events[-2].kind == "note"


def test_too_late_or_too_early_it_is_a_message(desk: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    code = only(desk)
    desk.ok("reopen", code, "-m", "not yet")
    early = to(desk, "rate5", "Thanks!")
    assert early.events[-2].from_customer
    assert notes(early) == ["rated 5 of 5 by mail, which does not count: the ticket is open"]
    desk.ok("resolve", code)
    later(monkeypatch, timedelta(days=31))
    late = to(desk, "rate5", "", id="late@example.com")
    assert late.events[-2].body == "(no text)\n"
    assert late.header.text("status") == "open"
    assert re.fullmatch(r"rated 5 .*: the ticket was resolved \S+ \S+, more than 30 days before", notes(late)[-1])


def test_a_follow_up_names_the_rating_that_came_too_late(desk: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = desk.root / "ticketcli.toml"
    settings.write_text(settings.read_text().replace('reopen_window = "always"', 'reopen_window = "7d"'))
    later(monkeypatch, timedelta(days=31))
    address = SIGNER.word_address(only(desk), "rate1", OWN)
    new = desk.ticket(taken(desk, mail("Still bad.", to=address, id="late@example.com")))
    assert new.header.list("links")
    assert "rated 1 of 5 by mail, which does not count" in notes(new)[0]


@pytest.mark.parametrize("address", ["help+{code}.rate9.AAAAAAAA@desk.example", "help+{code}.rate5@desk.example"])
def test_what_nobody_signed_is_an_ordinary_mail(desk: Command, address: str) -> None:
    new = taken(desk, mail("Hello", to=address.format(code=only(desk)), id="x@example.com", sender=JAN))
    assert len(desk.codes()) == 2
    assert desk.ticket(new).header.text("status") == "new"


def test_without_a_secret_there_are_no_such_addresses(desk: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    code = only(desk)
    monkeypatch.delenv("TICKET_MAIL_SECRET")
    taken(desk, mail("5", to=SIGNER.word_address(code, "rate5", OWN), id="x@example.com", sender=JAN))
    assert not [event for event in desk.ticket(code).events if event.rating]


def test_a_comment_can_be_blacked_out_and_a_rating_cannot_be_split_off(desk: Command) -> None:
    code = only(desk)
    number = to(desk, "rate2", "My card is 4111.", files={"card.png": b"x"}).events[-1].seq
    assert "has no message" in desk.refused(3, "split", f"{code}/{number}", "--subject", "Card")
    desk.ok("redact", f"{code}/{number}", "--yes")
    event = desk.ticket(code).events[-1]
    assert (event.rating, event.body, event.by, event.attachments) == (2, "", "", ())
    assert "customer rated the support 2 of 5\n  [redacted by ana on " in desk.ok("show", code).out
    assert '"text": null' in desk.ok("show", code, "--json").out


# How it stands


def test_who_takes_part_is_told_once_a_day(desk: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = to(desk, STATUS, "How far are you?")
    question, answer = ticket.events[-2:]
    assert (question.kind, question.by, question.quiet, question.body) == ("message", MARIA, True, "How far are you?\n")
    assert (answer.kind, answer.role, answer.quiet, answer.action) == ("message", "system", True, ASKED)
    assert (answer.to, answer.by) == (("maria@example.com",), "mail")
    assert ticket.header.text("status") == "resolved"
    again = to(desk, STATUS, "And now?", id="two@example.com")
    assert [event.action for event in again.events].count(ASKED) == 1
    assert notes(again) == [f"{MARIA} asked again how this ticket stands, and was not told again"]
    later(monkeypatch, ANSWERED)
    assert [event.action for event in to(desk, STATUS, id="three@example.com").events].count(ASKED) == 2


def test_others_and_machines_are_not_told(desk: Command) -> None:
    ticket = to(desk, STATUS, "Tell me all.", sender=JAN)
    assert notes(ticket) == [
        f"{JAN} had no part in this ticket before",
        f"{JAN} asked how this ticket stands, and was not told",
    ]
    desk.ok("note", only(desk), "--to", "parts@example.com", "-m", "Have you the part?")
    parts = "Parts <parts@example.com>"
    assert (
        to(desk, "", "We have.", to=SIGNER.address(only(desk), OWN), sender=parts, id="p1@x.example").events[-2].kind
        == "note"
    )
    assert to(desk, STATUS, "And?", sender=parts, id="p2@x.example").events[-2].quiet, (
        "who answered a note reads no messages"
    )
    friend = "Friend <friend@example.net>"
    assert to(desk, "", "Me too.", to=SIGNER.address(only(desk), OWN), sender=friend, id="f1@x.example").events
    told = to(desk, STATUS, "And?", sender=friend, id="f2@x.example")
    assert notes(told)[-1] == f"{friend} asked how this ticket stands, and was not told"
    automatic = to(desk, STATUS, "I am away.", id="away@example.com", Auto_Submitted="auto-replied")
    assert not [event for event in (*ticket.events, *automatic.events) if event.action == ASKED]


def test_an_agent_asks_too(desk: Command) -> None:
    question, answer = to(desk, STATUS, "?", sender="bob@desk.example").events[-2:]
    assert (question.kind, answer.action, answer.to) == ("note", ASKED, ("bob@desk.example",))


def test_an_archive_answers_nobody(desk: Command, tmp_path: Path) -> None:
    (tmp_path / "old.eml").write_bytes(mail("?", to=SIGNER.word_address(only(desk), STATUS, OWN), id="old@example.com"))
    desk.ok("import", "mail", str(tmp_path / "old.eml"))
    events = desk.ticket(only(desk)).events
    assert [event.mail_id for event in events if event.quiet] == ["old@example.com"]
    assert not [event for event in events if event.action == ASKED]


# What leaves


def sent(desk: Command, tmp_path: Path, server: Server, **more: object) -> list[Any]:
    """The mails that `send` hands to a real server."""
    configure(tmp_path, desk.root, **more)
    path = tmp_path / "config/ticketcli/config.toml"
    path.write_text(f"{path.read_text()}{server.way()}\n")
    server.empty()
    desk.ok("send")
    return [parsed(one) for one in server.mails]


def asks_for_rating(desk: Command) -> None:
    """What a canned response that asks leaves behind."""
    opened, code = open_desk(desk.root, {}), only(desk)
    event = Event(kind="message", by="ana", action=RATE, to=("maria@example.com",), body="How did we do?\n", seen=())
    with session(opened, How(datetime.now(UTC).replace(microsecond=0)), "reply", print) as work:
        from ticketcli.core.action.draft import Draft

        work.record(work.catalog.situation(code), [Draft(code, event)])


def test_the_question_has_five_addresses_that_come_back_as_ratings(desk: Command, tmp_path: Path) -> None:
    desk.ok("note", only(desk), "-m", "They are furious.")
    with serving() as server:
        assert [one["Reply-To"] for one in sent(desk, tmp_path, server)] == [SIGNER.address(only(desk), OWN)]
        asks_for_rating(desk)
        (one,) = sent(desk, tmp_path, server, signature="ACME")
    text = one.get_content()
    question = "How would you rate the support you received? Send a mail to one of these:"
    assert text.startswith(f"How did we do?\n\n{question}\n5 very good  <mailto:")
    addresses = re.findall(r"<mailto:(\S+)>", text)
    assert [SIGNER.of_word_address(address)[1] for address in addresses] == [f"rate{n}" for n in (5, 4, 3, 2, 1)]
    assert text.index(addresses[-1]) < text.index("-- \nACME")
    assert one["Reply-To"] == SIGNER.address(only(desk), OWN)
    taken(desk, mail("", to=addresses[1], id="rated@example.com"))
    row = desk.ok("report", "satisfaction", "--format", "csv").out.splitlines()[-1]
    assert row == "1,1.0000,0.2065,1,0,0,1,1.0000"


def test_how_it_stands_is_what_the_customer_may_see(desk: Command, tmp_path: Path) -> None:
    code = only(desk)
    desk.ok("note", code, "-m", "They are furious.")
    desk.ok("reply", code, "--from", "customer", "-m", "My card is 4111.", "-s", "keep")
    desk.ok("redact", f"{code}/4", "--yes")
    to(desk, STATUS, "How far?")
    desk.ok("reopen", code, "-m", "Something was left")
    desk.ok("reply", code, "-m", "Something is left.")
    with serving() as server:
        mails = sent(desk, tmp_path, server)
    one = next(mail for mail in mails if "how your request stands" in mail.get_content())
    text = one.get_content()
    assert one["To"] == "maria@example.com"
    assert one["Auto-Submitted"]
    assert "answer this mail.\n\n" in text
    assert f"{code}  Printer jams\n  resolved, created" in text
    assert ("│ It eats paper." in text, "  Try again." in text, "[redacted]" in text) == (True, True, True)
    assert not [word for word in ("furious", "4111", "Something", "wrote:", "> ") if word in text]


def test_an_answer_names_the_address_only_where_the_mailbox_says_so(desk: Command, tmp_path: Path) -> None:
    code = only(desk)
    with serving() as server:
        (one,) = sent(desk, tmp_path, server, signature="ACME")
        assert "status" not in one.get_content()
        desk.ok("reply", code, "-s", "keep", "-m", "One more thing.")
        desk.ok("note", code, "--to", "parts@example.com", "-m", "Have you the part?")
        first, second = sent(desk, tmp_path, server, signature="ACME", status_address=True)
        assert f"\n-- \nACME\nHow your request stands: ask {SIGNER.word_address(code, STATUS, OWN)}\n" in (
            first.get_content()
        )
        assert "ask" not in second.get_content()


def test_without_a_secret_a_mail_asks_nothing_that_nobody_could_answer(
    desk: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TICKET_MAIL_SECRET")
    asks_for_rating(desk)
    with serving() as server:
        texts = [one.get_content() for one in sent(desk, tmp_path, server, status_address=True)]
    assert not [text for text in texts if "mailto:" in text or "stands" in text or "rate" in text]


def test_the_key_of_the_configuration_is_checked(desk: Command, tmp_path: Path) -> None:
    configure(tmp_path, desk.root, status_address="yes")
    assert "mail.status_address" in desk.run("send").err
    assert DESK
