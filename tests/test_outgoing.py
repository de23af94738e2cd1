"""A message as a mail: who it is from, what it answers, what it quotes; and that no text begins a header."""

from __future__ import annotations

import email
import email.policy
from email.header import decode_header, make_header
from email.utils import getaddresses
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.desks import answers, asks, at, event, notes, says, situation, ticket
from ticketcli.core.mail import headers, outbox, outgoing
from ticketcli.core.mail.matching import tokens
from ticketcli.core.mail.outgoing import Letter, NobodyToMail, Sender
from ticketcli.core.mail.post import Post
from ticketcli.core.mail.signing import Signer
from ticketcli.core.ticket.event import Attachment, Event, Redaction
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.who import Who
from ticketcli.core.words.loading import load
from ticketcli.core.words.settings import Settings

MARIA = "maria@example.com"
POST = Post(address=Who("", "support@desk.example"))
SIGNER = Signer(b"a secret")
DESK: dict[str, Any] = {"format": 1, "name": "ACME support"}
DESK |= {"department": {"billing": {"address": "billing@desk.example"}, "support": {}}}
DESK |= {"agent": {"ana": {"name": "Ana Cruz"}, "bob": {}}}


def settings_of(**more: Any) -> Settings:
    return load({**DESK, **more})


def letter(
    one: Ticket, event: Event, post: Post = POST, signer: Signer | None = SIGNER, *files: tuple[Attachment, bytes]
) -> Letter:
    thread = situation(one).thread
    entry = next(entry for entry in thread.entries if entry.event.id == event.id)
    return outgoing.letter(entry, thread, Sender(settings_of(), post, signer), files, at("2024-11-21 10:00"))


def mail(*given: Any, **more: Any) -> Any:
    data = letter(*given, **more).data.replace(b"\r\n", b"\n")
    return email.message_from_bytes(data, policy=email.policy.default)


QUESTION = asks("q", "2024-11-20 08:00", "Printer jams", "It eats paper.\n\nEvery day.", mail_id="q@example.com")
ANSWER = answers("a", 2, "2024-11-20 09:00", "Try again.", to=(MARIA, "boss@example.com"))


def test_a_whole_mail() -> None:
    post = POST._replace(address=Who("ACME", "support@desk.example"), signature="ACME\nhttps://acme.example\n")
    one = ticket(QUESTION, ANSWER)
    own = f"<{SIGNER.message_id(one.code, ANSWER.id, 'desk.example')}>"
    sent = letter(one, ANSWER, post)
    assert sent[:2] == ("support@desk.example", (MARIA, "boss@example.com"))
    assert sent.data.decode().replace("\r\n", "\n") == (
        'From: "Ana Cruz (ACME)" <support@desk.example>\n'
        "To: Maria Santos <maria@example.com>\n"
        "Cc: boss@example.com\n"
        f"Reply-To: {SIGNER.address(one.code, 'support@desk.example')}\n"
        f"Subject: Re: Printer jams [#{one.code}]\n"
        f"Message-ID: {own}\n"
        "In-Reply-To: <q@example.com>\n"
        f"References: <q@example.com> {own}\n"
        "X-Loop: support@desk.example\n"
        "Date: Thu, 21 Nov 2024 10:00:00 +0000\n"
        'Content-Type: text/plain; charset="utf-8"\n'
        "Content-Transfer-Encoding: 7bit\n"
        "MIME-Version: 1.0\n"
        "\n"
        "Try again.\n\n-- \nACME\nhttps://acme.example\n\n"
        "On 2024-11-20 08:00, Maria Santos wrote:\n> It eats paper.\n>\n> Every day.\n"
    )


def test_what_the_desk_signed_leads_back_to_the_ticket() -> None:
    one = ticket(QUESTION, ANSWER)
    made = mail(one, ANSWER)
    assert SIGNER.of_message_id(made["Message-ID"].strip("<>")) == (one.code, ANSWER.id)
    assert SIGNER.of_message_id(made["References"].split()[-1].strip("<>")) == (one.code, ANSWER.id)
    assert SIGNER.of_address(made["Reply-To"]) == one.code
    assert list(tokens(made["Subject"])) == [one.code]
    assert Signer(b"another").of_message_id(made["Message-ID"].strip("<>")) == ("", "")


def test_without_a_secret_nothing_is_signed() -> None:
    one = ticket(QUESTION, ANSWER)
    made = mail(one, ANSWER, signer=None)
    assert made["Message-ID"] == f"<{one.code}.{ANSWER.id}@desk.example>"
    assert made["Reply-To"] is None


def test_a_department_writes_from_its_own_address() -> None:
    question = asks("q", "2024-11-20 08:00", "Bill", set={("department",): "billing"})
    one = ticket(question, answers("a", 2, "2024-11-20 09:00", "Paid.", to=(MARIA,), by="bob"))
    made = mail(one, one.events[1])
    assert made["From"] == '"bob (ACME support)" <billing@desk.example>'
    assert letter(one, one.events[1]).sender == "support@desk.example"  # bounces come to the mailbox
    assert SIGNER.of_address(made["Reply-To"]) == one.code


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Printer jams", "Re: Printer jams [#CODE]"),
        ("Re: Printer jams", "Re: Printer jams [#CODE]"),
        ("RE : Printer jams [#CODE]", "RE : Printer jams [#CODE]"),
        ("Printer [#CODE] jams", "Re: Printer jams [#CODE]"),
        ("Regards", "Re: Regards [#CODE]"),
        ("a\r\nBcc: eve@example.com", "Re: a Bcc: eve@example.com [#CODE]"),
        ("=?utf-8?q?a=0d=0aBcc:_x?=", "Re: =?utf-8?q?a=0d=0aBcc:_x?= [#CODE]"),
    ],
)
def test_subjects(subject: str, expected: str) -> None:
    code = ticket(QUESTION).code
    one = ticket(asks("q", "2024-11-20 08:00", subject.replace("CODE", code)), ANSWER)
    assert one.code == code
    raw = email.message_from_bytes(letter(one, ANSWER).data)
    assert str(make_header(decode_header(raw["Subject"]))) == expected.replace("CODE", code)


def test_the_first_letter_answers_nothing() -> None:
    fields = {("subject",): "Order"}
    one = ticket(event("f", 1, "2024-11-20 08:00", kind="message", by="ana", body="Hello.", to=(MARIA,), set=fields))
    made = mail(one, one.first)
    assert (made["Subject"], made["In-Reply-To"]) == (f"Order [#{one.code}]", None)
    assert made.get_content() == "Hello.\n"


def test_a_mail_refers_to_ten_others_at_most() -> None:
    asked = [says(f"s{n}", n, f"2024-11-20 10:{n:02}", "More.", mail_id=f"s{n}@example.com") for n in range(3, 20)]
    last = answers("l", 30, "2024-11-20 12:00", "Done.", to=(MARIA,))
    one = ticket(QUESTION, ANSWER, *asked, last)
    ids = mail(one, last)["References"].split()
    middle = outgoing.message_id(one.code, ANSWER, Sender(settings_of(), POST, SIGNER))
    assert ids[:4] == ["<q@example.com>", f"<{middle}>", "<s3@example.com>", "<s4@example.com>"]
    assert ids[4:10] == [f"<s{n}@example.com>" for n in range(14, 20)]
    assert ids[10:] == [mail(one, last)["Message-ID"]]
    assert mail(one, last)["In-Reply-To"] == "<s19@example.com>"


@pytest.mark.parametrize("bad", ["a b", "a>\r\nBcc: eve", "é@x", "", "x" * 300])
def test_an_id_that_is_none_is_left_out(bad: str) -> None:
    question = asks("q", "2024-11-20 08:00", "S", mail_id=bad)
    made = mail(ticket(question, ANSWER), ANSWER)
    assert made["In-Reply-To"] is None
    assert len(made["References"].split()) == 1


def test_a_long_id_stays_as_it_is() -> None:
    long = f"{'a' * 120}@{'b' * 100}.example"
    data = letter(ticket(asks("q", "2024-11-20 08:00", "S", mail_id=long), ANSWER), ANSWER).data
    assert f"<{long}>".encode() in data


def test_third_parties_get_what_the_note_says_and_nothing_else() -> None:
    asked = notes("n", 3, "2024-11-20 10:00", "Do you have it?", to=("parts@example.com", "p2@example.com"))
    again = notes("m", 4, "2024-11-20 11:00", "Well?", to=("parts@example.com",))
    one = ticket(QUESTION, ANSWER, asked, again)
    made = mail(one, asked)
    assert (made["To"], made["Cc"]) == ("parts@example.com, p2@example.com", None)
    assert (made["In-Reply-To"], made.get_content()) == (None, "Do you have it?\n")
    assert mail(one, again)["In-Reply-To"] == made["Message-ID"]


def test_the_last_question_before_it_is_quoted() -> None:
    second = says("s", 3, "2024-11-20 10:00", "And now?")
    last = answers("l", 4, "2024-11-20 11:00", "Now it works.", to=(MARIA,))
    one = ticket(QUESTION, ANSWER, second, last, says("t", 5, "2024-11-20 12:00", "Thanks."))
    assert "> And now?" in mail(one, last).get_content()
    assert "> It eats paper." in mail(one, ANSWER).get_content()
    auto = says("o", 3, "2024-11-20 10:00", "I am away.", quiet=True)
    assert "away" not in mail(ticket(QUESTION, ANSWER, auto, last), last).get_content()


def test_what_others_wrote_is_not_quoted_to_the_customer() -> None:
    price = says("s", 3, "2024-11-20 10:00", "For you 3 EUR.", by="Parts <parts@example.com>")
    last = answers("l", 4, "2024-11-20 11:00", "Now it works.", to=(MARIA, "boss@example.com"))
    made = mail(ticket(QUESTION, ANSWER, price, last), last).get_content()
    assert "3 EUR" not in made
    assert "> It eats paper." in made


def test_what_is_blacked_out_is_not_quoted() -> None:
    gone = asks("q", "2024-11-20 08:00", "S", "", redacted=Redaction(at("2024-11-20 08:30"), "ana"))
    assert mail(ticket(gone, ANSWER), ANSWER).get_content() == "Try again.\n"


def test_a_long_question_is_quoted_in_part() -> None:
    question = asks("q", "2024-11-20 08:00", "S", "word " * 10_000)
    quoted = mail(ticket(question, ANSWER), ANSWER).get_content()
    assert quoted.endswith("> […]\n")
    assert len(quoted) < 21_000


def test_only_what_happened_by_itself_says_that_it_is_automatic() -> None:
    told = answers("r", 3, "2024-11-20 09:00", "We close this.", to=(MARIA,), role="system", quiet=True)
    one = ticket(QUESTION, ANSWER, told)
    assert mail(one, told)["Auto-Submitted"] == "auto-replied"
    assert (mail(one, told)["Precedence"], mail(one, told)["X-Auto-Response-Suppress"]) == ("bulk", "All")
    assert mail(one, ANSWER)["Precedence"] is None
    assert mail(one, told)["From"] == "ACME support <support@desk.example>"
    assert mail(one, ANSWER)["Auto-Submitted"] is None


@pytest.mark.parametrize(
    "to",
    [
        "support@desk.example",
        "SUPPORT@Desk.example",
        "support+7KQ.X@desk.example",
        "help@x.example",
        "Billing@desk.example",
        "no address",
        "",
    ],
)
def test_nobody_to_mail(to: str) -> None:
    post = POST._replace(aliases=("help@x.example",))
    answer = answers("a", 2, "2024-11-20 09:00", "Hello.", to=(to,))
    with pytest.raises(NobodyToMail):
        letter(ticket(QUESTION, answer), answer, post)


def test_types_of_files_that_are_none() -> None:
    kinds = ["text/plain", "message/rfc822", "multipart/mixed", "x", "a/b\r\nBcc: eve@example.com", 'a/b; name="x"']
    files = [(Attachment(f"f{n}", kind, 1, ""), b"x") for n, kind in enumerate(kinds)]
    made = mail(ticket(QUESTION, ANSWER), ANSWER, POST, None, *files)
    found = [file.get_content_type() for file in made.iter_attachments()]
    assert found == ["text/plain", *["application/octet-stream"] * 5]


# No text begins a header

PIECES = [*"aB :,;<>@\"'\\()[]=?_.-", *"\r\n\0\x1b\u2028\u202eé漢😀", "=?", "?=", "\r\nBcc: eve@example.com\r\n"]
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
NAMES = ("From", "To", "Reply-To", "Subject", "Message-ID", "References", "X-Loop", "Date")
MIME = ("Content-Type", "Content-Transfer-Encoding", "MIME-Version")


@given(subject=HOSTILE, name=HOSTILE, agent=HOSTILE, mail_id=HOSTILE, body=HOSTILE)
@example(subject="x\r\nBcc: e@x", name="x\r\nBcc: e@x", agent="x\nB: e@x", mail_id="x>\r\nB: <e", body="\r\n.\r\nRSET")
@settings(max_examples=150)
def test_no_text_begins_a_header(subject: str, name: str, agent: str, mail_id: str, body: str) -> None:
    person = {("customer", "name"): name, ("customer", "email"): MARIA, ("subject",): subject or "S"}
    question = asks("q", "2024-11-20 08:00", "S", body, by=f"{name} <{MARIA}>", mail_id=mail_id, set=person)
    answer = answers("a", 2, "2024-11-20 09:00", body or "Hello.", to=(MARIA,))
    thread = situation(ticket(question, answer)).thread
    entry = next(entry for entry in thread.entries if entry.event.id == answer.id)
    desk = settings_of(agent={"ana": {"name": agent}}, name="N")
    data = outgoing.letter(entry, thread, Sender(desk, POST, SIGNER), (), at("2024-11-21 10:00")).data
    raw = email.message_from_bytes(data)
    assert [header for header in raw.keys() if header != "In-Reply-To"] == [*NAMES, *MIME]  # noqa: SIM118
    assert not raw.defects
    assert data.isascii()
    head = data.partition(b"\r\n\r\n")[0].replace(b"\r\n", b"")
    assert not any(byte < 32 for byte in head)
    shown = headers.line(name)
    ((decoded, address),) = getaddresses([raw["To"].replace("\r\n", "")])
    assert address == MARIA
    assert str(make_header(decode_header(decoded))) == shown
    found = str(make_header(decode_header(raw["Subject"].replace("\r\n", ""))))
    assert headers.line(subject or "S") in found.replace("Re: ", "", 1) or "[#" in subject
    assert "[#" in found


def test_a_header_that_is_not_cleaned_is_caught() -> None:
    """The negative control: a name that is taken as it comes ends the line."""
    made = email.message.EmailMessage(policy=headers.policy(utf8=False))
    with pytest.raises(ValueError, match="linefeed"):
        made["Subject"] = "a\r\nBcc: eve@example.com"


# What waits


def step(action: str, seq: int, when: str, **more: Any) -> Event:
    return event(f"{action}{seq}", seq, when, role="system", by="mail", action=action, about=(ANSWER.id,), **more)


SENDING = step("sending", 3, "2024-11-20 09:01")


@pytest.mark.parametrize(
    ("steps", "state", "tries"),
    [
        ([], "waiting", 0),
        ([SENDING], "unsure", 1),
        ([SENDING, step("sent", 4, "2024-11-20 09:02")], "sent", 1),
        ([SENDING, step("failed", 4, "2024-11-20 09:02", body="550 no")], "failed", 1),
        ([SENDING, step("failed", 4, "2024-11-20 09:02", value="later")], "waiting", 1),
        ([SENDING, step("sending", 4, "2024-11-20 09:02")], "unsure", 2),
        ([step("failed", 3, "2024-11-20 09:02")], "failed", 0),
        ([SENDING, event("u", 5, "2024-11-20 09:03", action="undo", about=(ANSWER.id,))], None, 0),
    ],
)
def test_what_became_of_a_message(steps: list[Event], state: str | None, tries: int) -> None:
    found = outbox.mailings(ticket(QUESTION, ANSWER, *steps))
    assert [(one.state, one.tries) for one in found] == ([(state, tries)] if state else [])


def test_only_the_desk_itself_says_what_became_of_a_message() -> None:
    told = event("x", 3, "2024-11-20 09:01", by="eve", action="sent", about=(ANSWER.id,))
    assert [one.state for one in outbox.mailings(ticket(QUESTION, ANSWER, told))] == ["waiting"]


@pytest.mark.parametrize(
    ("now", "steps", "due"),
    [
        ("2024-11-20 09:00", [], True),
        ("2024-11-27 09:00", [], True),
        ("2024-11-27 09:01", [], False),
        ("2024-11-20 09:06", [SENDING, step("failed", 4, "2024-11-20 09:02", value="later")], False),
        ("2024-11-20 09:07", [SENDING, step("failed", 4, "2024-11-20 09:02", value="later")], True),
        ("2025-11-20 09:07", [SENDING, step("failed", 4, "2024-11-20 09:02", value="later")], True),
        ("2024-11-20 09:07", [SENDING], False),
    ],
)
def test_what_is_due(now: str, steps: list[Event], due: bool) -> None:
    one = ticket(QUESTION, ANSWER, *steps)
    assert outbox.mailings(one)[0].due(at(now)) == due
    waits = outbox.waits_until(one)
    assert not due or (waits is not None and waits >= at(now))


def test_the_steps_of_a_message_are_the_same_whoever_writes_them_down() -> None:
    (one,) = outbox.mailings(ticket(QUESTION, ANSWER))
    assert one.step("sending") == one.step("sending")
    tried = one._replace(tries=1)
    ids = {step.id for step in (one.step("sending"), tried.step("sending"), tried.step("sent"), tried.step("failed"))}
    assert len(ids) == 4
