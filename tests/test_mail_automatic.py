from __future__ import annotations

import email
import mailbox
import time
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticketcli.core.mail.machine import automatic

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SETS = ("ruby-mail/emails", "mimekit/messages", "mimekit/partial", "mimekit/dkim", "talon/standard_replies")

BY_A_PROGRAM = {
    # Spam and a copy of spam that a list sent on.
    "bad_date_header.eml": "Precedence: junk",
    "empty_in_reply_to.eml": "List-Id: abuser@rg.com Mailing List",
    # Delivery reports and receipts.
    "raw_email_with_mimepart_without_content_type.eml": "Auto-Submitted: auto-generated (warning-timeout)",
    "multi_address_bounce1.eml": "Auto-Submitted: auto-replied",
    "multi_address_bounce2.eml": "Auto-Submitted: auto-replied",
    "multipart_report_multiple_status.eml": "Return-Path: <>",
    "report_422.eml": "Auto-Submitted: auto-generated (warning-timeout)",
    "report_530.eml": "Auto-Submitted: auto-generated (failure)",
    "bounce.txt": "Auto-Submitted: auto-replied",
    "delivery-status-multiple-blank-lines.txt": "Content-Type: multipart/report",
    "delivery-status-no-blank-line.txt": "Precedence: junk",
    "delivery-status.anonymized.eml": "Content-Type: multipart/report",
    "delivery-status.txt": "Precedence: junk",
    "delivery-status2.txt": "Return-Path: <>",
    "disposition-notification.anonymized.eml": "Content-Type: multipart/report",
    "disposition-notification.txt": "Content-Type: multipart/report",
    "content-length.mbox.txt 27": "Precedence: junk",
    # What a mailing list of 1996 sent on.
    "content-length.mbox.txt 9": "Precedence: bulk",
    "content-length.mbox.txt 23": "Precedence: bulk",
    "content-length.mbox.txt 24": "Precedence: bulk",
    "content-length.mbox.txt 25": "Precedence: bulk",
    "content-length.mbox.txt 26": "Precedence: bulk",
    # A person's reply; its mail server said that nobody is to be told of a failure.
    "content-length.mbox.txt 0": "Return-Path: <>",
}


def why(text: str) -> str:
    return automatic.why(email.message_from_bytes(text.encode()))


def ordinary_ones() -> Iterator[tuple[str, Message]]:
    if not DATA.is_dir():
        pytest.skip("the given mails are not beside this checkout")
    for path in sorted(path for folder in SETS for path in (DATA / folder).rglob("*") if path.is_file()):
        yield path.name, email.message_from_bytes(path.read_bytes())
    for path in sorted((DATA / "mimekit/mbox").glob("*.mbox.txt")):
        box = mailbox.mbox(path, factory=None, create=False)
        yield from ((f"{path.name} {number}", one) for number, one in box.items())
        box.close()


def test_no_ordinary_mail_of_the_given_sets_is_taken_for_automatic() -> None:
    reasons = {name: reason for name, one in ordinary_ones() if (reason := automatic.why(one))}
    assert reasons == BY_A_PROGRAM


def test_all_given_notices_are_automatic_and_the_letter_among_them_is_not() -> None:
    folder = DATA / "bounces-flufl" / "messages"
    if not folder.is_dir():
        pytest.skip("the given bounces are not beside this checkout")
    reasons = {path.stem: automatic.why(email.message_from_bytes(path.read_bytes())) for path in folder.glob("*.txt")}
    assert [name for name, reason in reasons.items() if not reason] == ["groupwise_03"]
    by_text = {name for name, reason in reasons.items() if reason == "text of a delivery notice"}
    assert by_text == {"bounce_02", "simple_20", "simple_22", "simple_36", "simple_43"}
    assert reasons["qmail_08"] == "Precedence: auto_reply"


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: auto-replied",
        "AUTO-SUBMITTED: Auto-Generated; owner-email=a@x.org",
        "Auto-Submitted: auto-generated (failure)",
        "Auto-Submitted: (by cron) yes",
        "Precedence: bulk",
        "Precedence: Junk",
        "Precedence: list",
        "Precedence: auto_reply",
        "X-Precedence: auto-reply",
        "X-Auto-Response-Suppress: All",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply",
        "List-Id: <users.x.org>",
        "List-Unsubscribe: <mailto:leave@x.org>",
        "List-Archive: <https://x.org/>",
        "X-Loop: help@x.org",
        "X-Autoreply: yes",
        "X-Autorespond: yes",
        "X-Mail-Autoreply: 1",
        "X-BeenThere: users@x.org",
        "X-Failed-Recipients: a@x.org",
        "Return-Path: <>",
        "Return-Path: < >",
        "Return-Path: <MAILER-DAEMON@x.org>",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
        'Content-Type: multipart/mixed; report-type="delivery-status"; boundary=b',
        "Subject: Automatic reply: Hi",
        "Subject: Out of Office: Hi",
        "Subject: =?iso-8859-1?q?R=E9ponse_automatique?= : Hi",
        "Subject: =?utf-8?q?Out_?=\n =?utf-8?q?of_Office?= reply: Hi",
        "Subject: =?utf-8?b?6Ieq5YuV5b+c562U?=: Hi",
    ],
)
def test_a_header_of_a_program_is_the_reason(line: str) -> None:
    assert why(f"From: Maria <maria@x.org>\n{line}\n\nHello\n")


@pytest.mark.parametrize(
    "sender",
    [
        "MAILER-DAEMON@x.org",
        "Mailer-Daemon@x.org (Mail Delivery System)",
        "Mail Delivery Subsystem <mail@x.org>",
        '"Postmaster" <postmaster@x.org>',
        "=?utf-8?q?Mail_Delivery_System?= <a@x.org>",
        "Jetmail <>",
    ],
)
def test_a_mail_system_is_no_person(sender: str) -> None:
    assert why(f"From: {sender}\nSubject: Hi\n\nHello\n").startswith("From: ")


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: no",
        "Auto-Submitted: NO (really); x=y",
        "Auto-Submitted:",
        "Precedence: normal",
        "Precedence: first-class",
        "X-Auto-Response-Suppress: DR, RN, NRN",
        "X-Autoreply: no",
        "X-Loop:",
        "List-Id:",
        "Listing: 1",
        "Return-Path: <maria@x.org>",
        "Return-Path: <maria@x.org>\nReturn-Path: <>",
        "Content-Type: multipart/mixed; boundary=report",
        "Subject: Re: Automatic reply: Hi",
        "Subject: Automatic replies do not work",
        "Subject: Mail delivery",
        "From: The mailer-daemon fan <fan@x.org>",
        "From: Maria <maria@postmaster.org>",
        "",
    ],
)
def test_a_persons_mail_has_no_reason(line: str) -> None:
    assert why(f"{line}\nFrom: Maria <maria@x.org>\nTo: postmaster@x.org\n\nHello\n".lstrip()) == ""


def test_the_reason_repeats_the_header_and_is_short() -> None:
    assert why("auto-submitted:  auto-replied\n  (vacation)\n\n") == "Auto-Submitted: auto-replied (vacation)"
    reason = why(f"X-Loop: {'x' * 1000}\n\n")
    assert len(reason) == automatic.SHOWN


def test_a_notice_from_an_address_that_tells_nothing_is_known_by_its_text() -> None:
    text = "From: gateway@x.org\nSubject: Delivery failure\n\nMail could not be delivered to:\n\na@y.org\n"
    assert why(text) == "text of a delivery notice"


@pytest.mark.parametrize("size", [10, 1000])
def test_hostile_headers_take_no_time(size: int) -> None:
    lines = b"X-Loop:\n" * 100 * size + b"List-Id: \xff\n" * size + b"Subject: " + b"=?utf-8?q?=FF?= " * 100 * size
    parsed = email.message_from_bytes(
        lines + b"\nFrom: " + b"<\xff" * 100 * size + b"\nPrecedence: " + b";(" * 100 * size
    )
    begun = time.process_time()
    automatic.why(parsed)
    assert time.process_time() - begun < 1


NAMES = st.sampled_from(
    ["From", "Subject", "Auto-Submitted", "Precedence", "Return-Path", "X-Loop", "List-Id", "Content-Type", "Ünknown"]
)


@settings(max_examples=100)
@given(st.lists(st.tuples(NAMES, st.text(max_size=30) | st.sampled_from(["no", "<>", "=?utf-8?q?a=?="])), max_size=6))
def test_whatever_the_headers_are_the_reason_is_one_line(headers: list[tuple[str, str]]) -> None:
    raw = "".join(f"{name}: {value}\n" for name, value in headers).encode("utf-8", "surrogatepass")
    reason = automatic.why(email.message_from_bytes(raw))
    assert reason == " ".join(reason.split())
    assert len(reason) <= automatic.SHOWN
