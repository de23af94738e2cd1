from __future__ import annotations

import email
import string
import time
from email.message import Message
from functools import cache
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticketcli.core.mail.machine import bounce
from ticketcli.core.mail.machine.bounce import Bounce

GIVEN = Path(__file__).resolve().parents[2] / "shared" / "data" / "bounces-flufl" / "messages"

FAILED = """
bounce_02 userx@example.com
bounce_03 userx@example.uk
caiwireless_01 userx@example.com
dsn_01 userx@example.com
dsn_02 zzzzz@example.uk
dsn_03 userx@example.be
dsn_04 userx@example.ch
dsn_09 userx@example.com
dsn_10 anne.person@dom.ain
dsn_11 joem@example.com
dsn_12 userx@example.jp
dsn_13 userx@example.com
dsn_14 userx@example.com.dk
dsn_15 userx@example.com
dsn_16 userx@example.com
dsn_18 email@replaced.net
exim_01 userx@its.example.nl
groupwise_01 userx@example.edu
groupwise_02 userx@example.com
hotpop_01 userx@example.com
llnl_01 user1@example.gov
microsoft_01 userx@example.com
microsoft_02 userx@example.com
microsoft_03 userx@example.com
microsoft_04 userx@example.com
netscape_01 aaaaa@corel.com bbbbb@corel.com
newmailru_01 zzzzz@newmail.ru
postfix_01 xxxxx@local.ie
postfix_02 yyyyy@digicool.com
postfix_03 ttttt@ggggg.com
postfix_04 userx@mail1.example.com
postfix_05 userx@example.net
qmail_01 userx@example.de
qmail_02 userx@example.com
qmail_03 userx@example.jp
qmail_04 userx@example.au
qmail_05 userx@example.com
qmail_06 ntl@xxx.com
qmail_07 user@example.net
sendmail_01 zzzzz@shaft.coal.nl zzzzz@nfg.nl
simple_01 bbbsss@example.com
simple_02 userx@example.net
simple_04 userx@example.com
simple_05 userx@example.net
simple_06 userx@example.com
simple_07 userx@example.net
simple_08 userx@example.de
simple_09 userx@example.de
simple_10 userx@example.com
simple_11 userx@example.com
simple_12 userx@example.ac.jp
simple_13 userx@example.fr
simple_14 usery@example.com userx@example.com
simple_15 userx@example.be
simple_16 userx@example.com
simple_17 userx@example.com
simple_18 userx@example.com
simple_19 userx@example.com.ar
simple_20 userx@example.com
simple_23 userx@example.it
simple_24 userx@example.com
simple_25 userx@example.com
simple_26 userx@example.it
simple_27 userx@example.net.py
simple_29 userx@example.com
simple_30 userx@example.com
simple_31 userx@example.fr
simple_32 userx@example.com
simple_33 userx@example.com
simple_34 roland@example.com
simple_36 userx@example.com
simple_37 user@example.edu
simple_38 userx@example.com
simple_39 userx@example.ru
simple_41 userx@example.com
simple_42 david...@gmail.com
simple_44 user@example.com
simple_45 subscriber@earthlink.net
sina_01 userx@sina.com usery@sina.com
smtp32_01 userx@example.ph
smtp32_02 userx@example.com
smtp32_03 userx@example.com
smtp32_04 after_another@example.net one_bad_address@example.net
smtp32_05 userx@example.com
smtp32_06 absolute_garbage_addr@example.net
smtp32_07 userx@example.com
yahoo_01 userx@example.com
yahoo_02 userx@example.es
yahoo_03 userx@example.com
yahoo_04 userx@example.es usery@example.uk
yahoo_05 userx@example.com usery@example.com
yahoo_06 userx@example.com usery@example.com userz@example.com usera@example.com
yahoo_07 userw@example.com userx@example.com usery@example.com userz@example.com
yahoo_08 usera@example.com userb@example.com userc@example.com userd@example.com usere@example.com userf@example.com
yahoo_09 userx@example.com usery@example.com
yahoo_10 userx@example.com usery@example.com userz@example.com
yahoo_11 bad_user@aol.com
yahoo_12 user@yahoo.com
yahoo_13 bogus-address@example.net
"""
DELAYED = """
dsn_05 userx@example.cz
dsn_06 userx@example.com
dsn_07 userx@example.nz
dsn_08 userx@example.de
dsn_17 userx@example.fi
simple_03 userx@example.za
simple_21 userx@example.com
simple_22 user@example.org
simple_28 userx@example.com
simple_35 calvin@example.com
simple_40 user@example.com
"""
NAMES_NOBODY = {
    "aol_01": "only the name of the mailbox stands in it, screenname",
    "bounce_01": "only the account stands in it, dylan",
    "dumbass_01": "it says that the mail could not be delivered, and not to whom",
    "simple_43": "one or more of the recipients, it does not say which",
    "yale_01": "only the name of the mailbox stands in it, userx",
}
NO_BOUNCE = {
    "groupwise_03": "a person's reply",
    "qmail_08": "an answering machine",
}
ORIGINALS = {
    "bounce_01": "Pine.LNX.4.30.0102051415240.27504-100000@onca.example.net",  # headers quoted in the text
    "dsn_01": "F1218V8zDv60gxapzha000001ae@hotmail.com",  # message/rfc822
    "dsn_05": "pfchbtkf3j0p7prf0sp45vi21fro3bs7ad@4ax.com",  # message/rfc822-headers
    "dsn_06": "j4d77kvs79.fsf@informatik.hu-berlin.de",  # text/rfc822-headers
    "dsn_15": "mailman.4360.1149475419.1567.gpc-talk@grizz.org",  # a report inside another mail
    "dsn_17": "mailman.150418.1209869464.31038.pray4-team@strategicnetwork.org",  # headers in quoted-printable
    "exim_01": "19990920022322.A19735@stereo.rotzorg.org",
    "simple_38": "2ee7df1322121930966bcc2318379726@localhost",  # Original-Message-ID
    "yahoo_13": "130907fb-848c-d154-8e59-ed1e08319fcf@yahoo.com",
}


def table(text: str) -> dict[str, set[str]]:
    return {name: set(addresses) for name, *addresses in map(str.split, text.strip().splitlines())}


@cache
def given_ones() -> dict[str, Bounce | None]:
    if not GIVEN.is_dir():
        pytest.skip("the given bounces are not beside this checkout")
    return {path.stem: bounce.read(email.message_from_bytes(path.read_bytes())) for path in GIVEN.glob("*.txt")}


def message(text: str) -> Message:
    return email.message_from_bytes(dedent(text).lstrip("\n").encode())


def test_who_did_not_get_a_mail_is_found_in_all_given_notices_that_say_it() -> None:
    failed = {name: set(one.failed) for name, one in given_ones().items() if one and one.failed}
    assert failed == table(FAILED)


def test_the_given_warnings_are_of_a_delay_only() -> None:
    delayed = {name: set(one.delayed) for name, one in given_ones().items() if one and not one.failed and one.delayed}
    assert delayed == table(DELAYED)
    assert not any(one.delayed for name, one in given_ones().items() if one and name not in delayed)


def test_the_rest_are_notices_that_name_nobody_and_mails_that_are_none() -> None:
    nameless = {name for name, one in given_ones().items() if one and not one.failed and not one.delayed}
    assert nameless == set(NAMES_NOBODY)
    assert {name for name, one in given_ones().items() if one is None} == set(NO_BOUNCE)
    assert len(given_ones()) == 117


@pytest.mark.parametrize("name", ORIGINALS)
def test_the_mail_that_did_not_arrive_is_known_by_its_id(name: str) -> None:
    one = given_ones()[name]
    assert one is not None
    assert one.original == ORIGINALS[name]


REPORT = """
    From: Mail Delivery System <MAILER-DAEMON@mx.example.com>
    To: support@example.com
    Subject: Undelivered Mail Returned to Sender
    Content-Type: multipart/report; report-type=delivery-status; boundary="b"

    --b
    Content-Type: text/plain

    Your mail could not be delivered.

    --b
    Content-Type: message/delivery-status

    Reporting-MTA: dns; mx.example.com

    {fields}
    --b
    Content-Type: message/rfc822

    Message-ID: <7KQM2RTX4B.1@support.example.com>
    To: maria@example.com

    --b--
"""


def report(*fields: str) -> Bounce | None:
    text = dedent(REPORT).lstrip("\n").replace("{fields}", "\n".join((*fields, "")))
    return bounce.read(message(text))


def test_a_delivery_report_says_who_what_and_why() -> None:
    fields = ("Final-Recipient: rfc822; Maria@Example.com", "Action: failed", "Status: 5.1.1")
    assert report(*fields, "Diagnostic-Code: smtp; 550 5.1.1 unknown", " user") == Bounce(
        failed=("maria@example.com",),
        original="7KQM2RTX4B.1@support.example.com",
        reason="5.1.1 550 5.1.1 unknown user",
    )


@pytest.mark.parametrize(
    ("fields", "failed", "delayed"),
    [
        (("Final-Recipient: rfc822; a@x.org", "Action: delayed", "Status: 4.4.1"), (), ("a@x.org",)),
        (("Final-Recipient: rfc822;a@x.org", "ACTION: Failed (no such user)"), ("a@x.org",), ()),
        (("Final-Recipient: <a@x.org>", "Action: failure"), ("a@x.org",), ()),
        (("Final-Recipient: a@x.org", "Status: 5.0.0"), ("a@x.org",), ()),
        (("Final-Recipient: a@x.org", "Status: 4.0.0"), (), ("a@x.org",)),
        (("Final-Recipient: rfc822; a@x.org",), ("a@x.org",), ()),
        # The address that the mail was sent to, not the one that it went on to.
        (("Original-Recipient: rfc822;a@x.org", "Final-Recipient: rfc822;b@y.org", "Action: failed"), ("a@x.org",), ()),
        (
            ("Original-Recipient: rfc822;a@x.org", "Final-Recipient: x400; /S=a/C=GB/", "Action: failed"),
            ("a@x.org",),
            (),
        ),
        # Each recipient begins where its field stands again, a blank line or not.
        (
            ("Final-Recipient: a@x.org", "Action: failed", "Final-Recipient: b@y.org", "Action: delayed"),
            ("a@x.org",),
            ("b@y.org",),
        ),
        (
            ("Action: failed", "Final-Recipient: a@x.org", "", "Action: failed", "Final-Recipient: a@x.org"),
            ("a@x.org",),
            (),
        ),
        (
            ("Final-Recipient: a@x.org", "Action: delayed", "", "Final-Recipient: a@x.org", "Action: failed"),
            ("a@x.org",),
            (),
        ),
    ],
)
def test_broken_reports_are_read_as_far_as_they_go(
    fields: tuple[str, ...], failed: tuple[str, ...], delayed: tuple[str, ...]
) -> None:
    one = report(*fields)
    assert one is not None
    assert (one.failed, one.delayed) == (failed, delayed)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_is_no_bounce(action: str) -> None:
    assert report("Final-Recipient: rfc822; a@x.org", f"Action: {action}", "Status: 2.0.0") is None


def test_a_report_in_base64_is_read() -> None:
    one = bounce.read(
        message("""
            From: postmaster@example.com
            Content-Type: multipart/report; boundary="b"

            --b
            Content-Type: message/delivery-status
            Content-Transfer-Encoding: base64

            UmVwb3J0aW5nLU1UQTogZG5zOyBteC5leGFtcGxlLmNvbQoKRmluYWwtUmVjaXBpZW50OiByZmM4
            MjI7IGFAeC5vcmcKQWN0aW9uOiBmYWlsZWQKU3RhdHVzOiA1LjEuMQo=
            --b--
        """)
    )
    assert one == Bounce(("a@x.org",), reason="5.1.1 failed")


DAEMON = "From: MAILER-DAEMON@mx.example.com\nTo: support@example.com\nSubject: {subject}\n\n"


def notice(text: str, subject: str = "failure notice") -> Bounce | None:
    return bounce.read(message(DAEMON.replace("{subject}", subject) + dedent(text)))


@pytest.mark.parametrize(
    "text",
    [
        "Hi. This is the qmail-send program.\n\n<a@x.org>:\nNo mailbox here by that name. (#5.1.1)\n",
        "<a@x.org>: host mx.x.org[192.0.2.1] said: 550 unknown\n    user (in reply to RCPT TO)\n",
        "The following addresses had permanent fatal errors:\n\n<a@x.org>\n    (reason: 550 5.1.1 unknown)\n",
        "A message that you sent could not be delivered to all of its\nrecipients:\n\n  a@x.org\n    unrouteable\n",
        "Delivery to the following recipients failed.\n\n       a@x.org\n",
        "Your message wasn't delivered to a@x.org because the address couldn't be found.\n",
        "Your message wasn’t delivered to a@x.org because the address couldn’t be found.\n",
        "Delivery has failed to these recipients or groups:\n\na@x.org (a@x.org)\nThe mailbox is full.\n",
        "Ihre Nachricht konnte nicht zugestellt werden an\n\n  * a@x.org\n",
        "<a@x.org>\n\nEach of the following recipients was rejected by a remote mail server.\n",
        "The following message to <a@x.org> was undeliverable.\nThe reason for the problem:\n5.1.0 - Unknown address\n",
    ],
)
def test_free_texts_of_mail_systems_are_read(text: str) -> None:
    one = notice(text)
    assert one is not None
    assert one.failed == ("a@x.org",)


def test_the_list_in_a_notice_of_unknown_words_is_read_where_the_subject_tells_the_failure() -> None:
    text = "宛先が見つかりません\n\n* a@x.org [550]\n\nb@x.org went by\n"
    assert notice(text) == Bounce(("a@x.org",))
    assert notice(text, subject="Monthly summary") is None


def test_a_failure_that_names_nobody_is_one_where_the_mail_comes_back() -> None:
    text = "  ----- Transcript -----\n421 x.org: timed out\n\n  ----- Unsent message follows -----\nTo: a@x.org\n"
    assert notice(text, subject="Returned mail: 4 days") == Bounce(reason="421 x.org: timed out")
    assert notice(text.partition("  ----- Unsent")[0], subject="Returned mail: 4 days") is None


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(end: str) -> None:
    fields = "Final-Recipient: a@x.org\nAction: delayed\n\nFinal-Recipient: b@x.org\nAction: failed\n"
    raw = dedent(REPORT).lstrip().replace("{fields}", fields).replace("\n", end)
    one = bounce.read(email.message_from_bytes(raw.encode()))
    assert one == Bounce(("b@x.org",), ("a@x.org",), "7KQM2RTX4B.1@support.example.com", "failed")
    text = DAEMON + "Unable to deliver message to:\n\n<a@x.org>\n\nNo reason is known\n"
    assert bounce.read(email.message_from_bytes(text.replace("\n", end).encode())) == Bounce(
        ("a@x.org",), reason="No reason is known"
    )


def test_japanese_in_an_old_encoding_is_no_address() -> None:
    text = "Not delivered to 正常 for this reason:\n\na@x.org\n".encode("iso-2022-jp")
    assert b"$B@5" in text
    one = bounce.read(email.message_from_bytes(DAEMON.replace("{subject}", "failure notice").encode() + text))
    assert one is not None
    assert one.failed == ("a@x.org",)


def test_a_report_counts_from_an_address_that_tells_nothing_too() -> None:
    head = "From: scanner@y.org\nSubject: Mail could not be delivered\nContent-Type: multipart/mixed; boundary=o\n\n"
    part = "--o\nContent-Type: message/delivery-status\n\nFinal-Recipient: a@x.org\nAction: failed\n\n--o--\n"
    assert bounce.read(message(head + part)) == Bounce(("a@x.org",), reason="failed")
    assert bounce.read(message(head.replace("scanner@y.org", "Maria <maria@y.org>") + part)) is None


def test_html_alone_is_read_and_its_tags_are_no_addresses() -> None:
    head = "From: postmaster@example.com\nContent-Type: text/html\nSubject: Undeliverable: Hi\n\n"
    body = '<html><p>Delivery has failed to these recipients:</p><p><a href="mailto:a@x.org">a@x.org</a><br>'
    one = bounce.read(message(f"{head}{body}&lt;b@y.org&gt;"))
    assert one is not None
    assert one.failed == ("a@x.org", "b@y.org")


def test_what_a_notice_returns_below_it_is_not_read() -> None:
    one = notice("""
        <a@x.org>:
        No such user.

        --- Below this line is a copy of the message.

        Message-ID: <one@support.example.com>
        To: b@y.org

        <c@z.org>:
    """)
    assert one == Bounce(("a@x.org",), original="one@support.example.com", reason="No such user")


def test_who_is_to_be_asked_and_who_wrote_is_not_who_failed() -> None:
    one = notice("""
        Your message could not be delivered. For help write to
        <postmaster@mx.example.com>

        support@example.com
        <a@x.org>: unknown
    """)
    assert one is not None
    assert one.failed == ("a@x.org",)


def test_a_header_names_who_failed() -> None:
    text = "X-Failed-Recipients: A@x.org, b@y.org\nFrom: Mail Delivery System <mailer-daemon@x.org>\n\nsorry"
    one = bounce.read(message(text))
    assert one is not None
    assert one.failed == ("a@x.org", "b@y.org")


def test_the_id_may_stand_in_the_headers_of_the_notice() -> None:
    text = "From: postmaster@x.org\nSubject: Undeliverable: Hi\nIn-Reply-To: <one@y.org>\n\nNot delivered:\n\na@x.org\n"
    one = bounce.read(message(text))
    assert one is not None
    assert one.original == "one@y.org"


def test_a_reason_is_one_short_line() -> None:
    one = report(
        "Final-Recipient: a@x.org", "Action: failed", "Status: 5.0.0", "Diagnostic-Code: smtp;" + " no \t" * 400
    )
    assert one is not None
    assert len(one.reason) == bounce.REASON
    assert one.reason.endswith("…")
    assert "  " not in one.reason


PASTED = "Your message could not be delivered to the following recipients:\n\n  bob@x.org\n"


@pytest.mark.parametrize(
    "text",
    [
        # Someone tells us of a failure, in any way that people do.
        f"From: Maria <maria@x.org>\nSubject: Delivery failure\n\n{PASTED}",
        f"From: maria@x.org\nSubject: Re: Mail delivery failed\nIn-Reply-To: <1@y.org>\n\n{PASTED}",
        f"From: maria@x.org\nSubject: Fwd: Mail delivery failed\n\n{PASTED}",
        f"From: maria@x.org (Maria)\nSubject: Undeliverable\n\n{PASTED}",
        f"From: maria@x.org\nSubject: help\n\n{PASTED}",
        "From: maria@x.org\nSubject: Delivery problem\n\nMy parcel was not delivered. Write to bob@x.org, please.\n",
        "From: maria@x.org\nSubject: Delivery failure\n\nHello,\nI get mails from bob@x.org, mine come back.\n",
        # The people behind postmaster write too.
        "From: postmaster@x.org\nSubject: Re: your question\n\nThe filter is off now.\n",
        f"From: postmaster@x.org\nSubject: Re: Undeliverable\nIn-Reply-To: <1@y.org>\n\nWhat is this?\n\n{PASTED}",
        "From: postmaster@x.org\nSubject: A question\n\n> could not be delivered\n> bob@x.org\n\nWhy was that?\n",
        "From: postmaster@x.org\nSubject: The new address of Mary\n\n<mary@x.org>\n\nGreetings\n",
        # Automatic, and no bounce.
        "From: Maria <maria@x.org>\nReturn-Path: <>\nSubject: Out of office\n\nI am away. Write to bob@x.org.\n",
        "From: mailer-daemon@x.org\nSubject: Weekly summary\n\nAll is well, see admin@x.org\n",
        "",
        "From:\nSubject:\n\n",
    ],
)
def test_what_is_no_bounce_is_none(text: str) -> None:
    assert bounce.read(message(text)) is None


def test_the_same_words_from_a_mail_system_are_a_bounce() -> None:
    for sender in ("Postmaster <p@x.org>", "MAILER-DAEMON@x.org", "Mail Delivery System <>", "notify@x.org"):
        one = bounce.read(message(f"From: {sender}\nSubject: Delivery failure\n\n{PASTED}"))
        assert one is not None
        assert one.failed == ("bob@x.org",)


def test_a_report_that_a_person_forwards_is_a_persons_mail() -> None:
    forwarded = "From: Maria <maria@x.org>\nSubject: What is this?\nContent-Type: multipart/mixed; boundary=o\n\n"
    attached = f"--o\n\nSee below.\n--o\nContent-Type: message/rfc822\n\n{dedent(REPORT).lstrip()}\n--o--\n"
    assert bounce.read(message(forwarded + attached)) is None
    flat = "--o\nContent-Type: message/delivery-status\n\nFinal-Recipient: a@x.org\nAction: failed\n\n--o--\n"
    assert bounce.read(message(forwarded + flat)) is None


def test_receipts_of_mail_programs_are_no_bounces() -> None:
    text = "From: Bob <bob@x.org>\nSubject: Read: Hi\nContent-Type: multipart/report; boundary=b\n\n--b\n\nIt was {}.\n"
    fields = (
        "--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: bob@x.org\nDisposition: {}\n\n--b--"
    )
    assert bounce.read(message((text + fields).replace("{}", "displayed"))) is None
    assert bounce.read(message((text + fields).replace("{}", "deleted"))) is None


HOSTILE = {
    "100,000 lines": DAEMON.encode() + b"<a@b.c>: not delivered\n" * 100_000,
    "one line": DAEMON.encode() + b"not delivered a@" * 100_000,
    "headings without an end": DAEMON.encode() + (b"<" + b"@a" * 490 + b"\n") * 1000,
    "signs": DAEMON.encode() + b"@" * 1_000_000,
    "no end of a tag": DAEMON.replace("\n\n", "\nContent-Type: text/html\n\n").encode() + b"<a " * 300_000,
    "100,000 headers": b"X: y\n" * 100_000 + DAEMON.encode() + b"not delivered",
    "a long header": b"X-Failed-Recipients: " + b"a\xff@" * 300_000 + b"\n" + DAEMON.encode(),
    "a long subject": b"From: postmaster@x.org\nSubject: " + b"=?utf-8?q?a?= " * 30_000 + b"\n\nnot delivered",
    "a long sender": b"From: " + b"(<" * 100_000 + b"\nSubject: failure notice\n\nnot delivered",
    "many recipients": dedent(REPORT).lstrip().encode().replace(b"{fields}", b"Final-Recipient: a@x.org\n\n" * 20_000),
    "folded": dedent(REPORT).lstrip().encode().replace(b"{fields}", b"Final-Recipient: a@x.org\n" + b" x\n" * 50_000),
    "nested messages": DAEMON.replace("\n\n", "\n").encode() + b"Content-Type: message/rfc822\n\n" * 200,
    "nested parts": DAEMON.replace("\n\n", "\n").encode()
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(300)),
    "many parts": DAEMON.replace("\n\n", "\nContent-Type: multipart/mixed; boundary=b\n\n").encode()
    + b"--b\n\nx\n" * 10_000,
    # The standard library would decode with these.
    "a charset with a NUL": DAEMON.replace("\n\n", '\nContent-Type: text/plain; charset="a\0"\n\n').encode() + b"\xff",
    "punycode": DAEMON.replace("\n\n", "\nContent-Type: text/plain; charset=punycode\n\n").encode()
    + b"\xff-"
    + b"9" * 200_000,
    "parameters": DAEMON.replace("\n\n", "\nContent-Type: text/plain" + ";" * 100_000 + "\n\n").encode() + b"\xff",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mails_take_no_time(name: str) -> None:
    parsed = email.message_from_bytes(HOSTILE[name])
    begun = time.process_time()
    bounce.read(parsed)
    assert time.process_time() - begun < 1


PIECES = st.sampled_from(
    [
        *(
            "From: ",
            "MAILER-DAEMON@x.org",
            "\n",
            "\n\n",
            "Subject: ",
            "failure notice",
            "not delivered",
            "<a@x.org>: ",
            ">",
        ),
        *(
            "Content-Type: multipart/report; boundary=b\n\n",
            "--b\n",
            "--b--\n",
            "Content-Type: message/delivery-status\n\n",
        ),
        *(
            "Final-Recipient: ",
            "Action: failed\n",
            "Content-Transfer-Encoding: base64\n",
            "=?utf-8?b?w/8=?=",
            "ÿ",
            "=FF",
            "\0",
        ),
        *(
            "Content-Type: message/rfc822\n\n",
            "Message-ID: <",
            "Content-Type: text/html; charset=x\n\n",
            "&#0;",
            "\ud800",
        ),
        *("Content-Transfer-Encoding: x-uuencode\n", "begin 644 x\n", "@", "a@", "."),
    ]
)


@settings(max_examples=300)
@given(st.lists(PIECES | st.text(string.printable, max_size=5), max_size=40).map("".join))
def test_whatever_is_sent_the_answer_is_in_form(text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    for parsed in (email.message_from_bytes(raw), email.message_from_string(text)):
        one = bounce.read(parsed) or Bounce()
        assert one.reason == " ".join(one.reason.split())
        assert len(one.reason) <= bounce.REASON
        assert not set("<> \n") & set("".join((one.original, *one.failed, *one.delayed)))
        assert all(address == address.lower() and "@" in address for address in one.failed + one.delayed)
        assert len(set(one.failed + one.delayed)) == len(one.failed + one.delayed)
