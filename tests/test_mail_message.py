"""Raw bytes become a mail: small ones of each kind, the given sets, and bombs and random damage, each quickly."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email import policy
from email.message import Message
from email.parser import BytesParser
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

import pytest

from tests.hostile_mails import READ, REFUSED, Make, in_parts, random_mail
from ticketcli.core.mail import limits, mbox, mime
from ticketcli.core.mail.addresses import addresses
from ticketcli.core.mail.files import Part
from ticketcli.core.mail.limits import TooMuch, Unintelligible
from ticketcli.core.mail.message import Mail, read
from ticketcli.core.mail.reply.quoting import Split
from ticketcli.core.ticket.who import Who
from ticketcli.edges import confined
from ticketcli.edges.confined import Failed, each

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the given mails are not beside this checkout")
MARIA = Who("Maria Santos", "maria@example.com")


def mail(head: str, body: bytes = b"") -> Mail:
    return read(head.encode() + b"\n\n" + body)


def multipart(kind: str, *parts: str, head: str = "From: a@b.c") -> Mail:
    return mail(f"{head}\nContent-Type: multipart/{kind}; boundary=b", together(*parts).encode())


def together(*parts: str, boundary: str = "b") -> str:
    return "".join(f"--{boundary}\n{part}\n" for part in parts) + f"--{boundary}--\n"


PLAIN = "Content-Type: text/plain\n\nplain"
HTML = "Content-Type: text/html\n\n<p>rich"
IMAGE = "Content-Type: image/png\nContent-ID: <i>\nContent-Transfer-Encoding: base64\n\naW1n"
PDF = 'Content-Type: application/pdf\nContent-Disposition: attachment; filename="a.pdf"\n\npdf'


def names(found: Mail) -> list[str]:
    return [part.name for part in found.attachments]


def test_a_mail_as_most_are() -> None:
    found = read(
        b"From a@b.c Fri Feb 22 17:06:23 2008\r\n"
        b"Return-Path: <bounce@example.com>\r\n"
        b"Delivered-To: support@acme.example\r\n"
        b"From: Maria Santos <maria@example.com>\r\n"
        b"Reply-To: m@example.com\r\n"
        b"To: support@acme.example, Bob <bob@example.com>\r\n"
        b"Cc: carl@example.com\r\n"
        b"Subject: =?utf-8?b?w6k=?=\r\n question\r\n"
        b"Date: Fri, 26 Sep 2025 10:18:40 -0700\r\n"
        b"Message-ID: <1@example.com>\r\n"
        b"In-Reply-To: <0@example.com>\r\n"
        b"References: <a@example.com>\r\n <0@example.com>\r\n"
        b"\r\n"
        b"Hello,\r\nhelp!\r\n\r\n"
    )
    assert found == Mail(
        message_id="1@example.com",
        in_reply_to=("0@example.com",),
        references=("a@example.com", "0@example.com"),
        sender=MARIA,
        senders=(MARIA,),
        reply_to=(Who("", "m@example.com"),),
        to=(Who("", "support@acme.example"), Who("Bob", "bob@example.com")),
        cc=(Who("", "carl@example.com"),),
        delivered_to=("support@acme.example",),
        subject="é question",
        date=datetime(2025, 9, 26, 17, 18, 40, tzinfo=UTC),
        text="Hello,\nhelp!",
        written=Split("Hello,\nhelp!", ""),
        attachments=(),
        automatic="",
        bounce=None,
        authentication=(),
        defects=(),
    )


def test_without_from_the_sender_is_who_sent_it() -> None:
    assert mail("Sender: a@b.c\nReturn-Path: <r@b.c>").sender == Who("", "a@b.c")
    assert mail("Return-Path: <r@b.c>").sender == Who("", "r@b.c")
    assert mail("Return-Path: <>").sender == mail("From:").sender == Who("", "")
    assert mail("From: undisclosed:;").senders == ()


def test_all_senders_are_told() -> None:
    assert mail("From: a@b.c\nFrom: evil@x.y, z@x.y").senders == tuple(
        Who("", each) for each in ("a@b.c", "evil@x.y", "z@x.y")
    )


def test_of_alternatives_the_plain_text_is_read_and_files_are_kept() -> None:
    found = multipart("alternative", PLAIN, HTML, "Content-Type: text/calendar\n\nBEGIN:VCALENDAR")
    assert (found.text, names(found)) == ("plain", ["invitation.ics"])


def test_an_image_inside_the_alternative_that_is_not_read_is_kept() -> None:
    related = f"Content-Type: multipart/related; boundary=c\n\n{together(HTML, IMAGE, boundary='c')}"
    found = multipart("alternative", PLAIN, related)
    assert (found.text, found.attachments) == ("plain", (Part("image.png", "image/png", b"img", inline=True),))


def test_empty_plain_text_says_less_than_html() -> None:
    assert multipart("alternative", "Content-Type: text/plain\n\n  \n", HTML).text == "rich"
    assert (
        multipart("alternative", HTML).text == mail("From: a@b.c\nContent-Type: text/html", b"<p>rich").text == "rich"
    )


def test_texts_are_read_in_their_order() -> None:
    found = multipart("mixed", PLAIN, PDF, HTML, "Content-Type: text/plain\n\nlast")
    assert (found.text, names(found)) == ("plain\n\nrich\n\nlast", ["a.pdf"])


def test_text_with_a_name_is_a_file_unless_it_is_all_there_is() -> None:
    named = 'Content-Type: text/plain; name="log.txt"\n\nlog'
    assert names(multipart("mixed", PLAIN, named)) == ["log.txt"]
    assert multipart("mixed", named).text == "log"


def test_a_mail_in_a_mail_is_a_file_as_it_came() -> None:
    inner = "Subject:   folded\n  twice\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nnot mine\n--b--\nend"
    parts = together("\nmine", f"Content-Type: message/rfc822\n\n{inner}", boundary="c")
    found = mail("From: a@b.c\nContent-Type: multipart/mixed; boundary=c", parts.encode())
    assert found.text == "mine"
    assert found.attachments == (Part("message.eml", "message/rfc822", inner.encode(), inline=False),)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("message/partial; number=1", "message.eml"),
        ("application/ms-tnef", "winmail.dat"),
        ("application/pkcs7-mime", "smime.p7m"),
        ("image/jpeg", "image.jpg"),
        ("image/png", "image.png"),
        ("audio/basic", "audio.basic"),
        ("application/vnd.ms-excel", "application.bin"),
        ("x/y\x1b", "attachment.bin"),
    ],
)
def test_what_is_no_text_is_a_file_with_a_name(kind: str, name: str) -> None:
    found = mail(f"From: a@b.c\nContent-Type: {kind}", b"data\n")
    assert (found.text, names(found), found.attachments[0].data) == ("", [name], b"data\n")


def test_a_signature_is_a_file_beside_the_text() -> None:
    found = multipart("signed", PLAIN, "Content-Type: application/pgp-signature\n\nsig")
    assert (found.text, names(found)) == ("plain", ["signature.asc"])


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ('filename="../../.bashrc"', ".bashrc"),
        (r'filename="C:\\temp\\a.txt"', "a.txt"),
        ("filename*=utf-8''%2e%2e%2f%00%E2%80%AEgpj.exe", "%00\u202egpj.exe"),
        ("filename*0*=utf-8''%C3; filename*1*=%A9.txt", "é.txt"),
        ("filename*=iso-8859-1''%E9.txt", "é.txt"),
        ("filename*=rot13''nop", "nop"),
        ('filename="é.txt"', "é.txt"),
        ('filename="=?utf-8?q?a=0D=0Ab=1B=C3=A9?="', "a b%1bé"),
        ('filename=".."', "attachment.bin"),
        ('filename="x/"', "attachment.bin"),
        ("filename*=a; filename*0=b", "attachment.bin"),
        ('filename="' + "a" * 300 + '.txt"', "a" * 130 + "…" + "a" * 15 + ".txt"),
    ],
)
def test_the_name_of_a_file_is_data(written: str, name: str) -> None:
    found = mail(f"From: a@b.c\nContent-Type: application/octet-stream\nContent-Disposition: attachment; {written}")
    assert names(found) == [name]


@pytest.mark.parametrize(
    ("encoding", "body", "data"),
    [
        ("base64", b"aGVsbG8gd29ybGQ", b"hello world"),
        ("base64", b"aGVsbG8\n\n", b"hello"),
        ("base64", b"aGVs!b-G8=", b"hello"),
        ("base64", b"aGVsbG8gd", b"hello "),
        ("base64", b"!!!!", b""),
        ("quoted-printable", b"a=3Db=\nc=zz=", b"a=bc=zz"),
        ("8bit", b"\xff\x00", b"\xff\x00"),
        ("nonsense", b"as it is", b"as it is"),
    ],
)
def test_broken_encodings_are_read_as_far_as_they_go(encoding: str, body: bytes, data: bytes) -> None:
    head = f"From: a@b.c\nContent-Type: image/png\nContent-Transfer-Encoding: {encoding}"
    assert mail(head, body).attachments[0].data == data


def test_a_multipart_without_parts_is_text() -> None:
    found = mail("From: a@b.c\nContent-Type: multipart/mixed", b"hello\n")
    assert found.text == "hello"
    assert found.defects


def test_defects_say_how_it_was_read() -> None:
    found = mail("From: a@b.c\nContent-Type: text/plain; charset=x-foo", b"caf\xe9")
    assert (found.text, found.defects) == ("café", ("unknown charset x-foo, read as windows-1252",))


def test_more_than_50_files_are_kept_and_none_is_lost() -> None:
    found = read(in_parts(b"Content-Type: image/gif\n\nx\n", 60)())
    assert len(found.attachments) == 51
    with ZipFile(BytesIO(found.attachments[-1].data)) as archive:
        assert len(archive.namelist()) == 10
        assert archive.read(archive.namelist()[0]) == b"x"
    assert "60 attachments, the last 10 are kept in one file" in found.defects[-1]


def test_a_text_too_long_to_read_is_kept_as_a_file_too() -> None:
    body = b"x" * 70 + b"\n"
    found = mail("From: a@b.c", body * 20_000)
    assert len(found.text) < 600_000
    assert found.attachments[0].data == body * 20_000


def test_a_mail_at_a_limit_is_read_and_one_beyond_it_is_not() -> None:
    assert read(b"X: y\n" * 500 + b"\nhi").text == "hi"
    with pytest.raises(TooMuch, match="more than 500 header fields"):
        read(b"X: y\n" * 501 + b"\nhi")
    assert read(in_parts(b"\nx\n", 199)()).text.count("x") == 199
    with pytest.raises(TooMuch, match="more than 200 parts"):
        read(in_parts(b"\nx\n", 200)())
    read(b"Subject: x\n\n" + b"x" * ((25 << 20) - 12))
    with pytest.raises(TooMuch, match="bytes"):
        read(b"Subject: x\n\n" + b"x" * ((25 << 20) - 11))


@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in REFUSED.items()])
def test_a_bomb_is_refused_at_once(make: Make) -> None:
    raw = make()
    begun = time.process_time()
    with pytest.raises(Unintelligible) as refused:
        read(raw)
    assert refused.value.__cause__ is None, "it was found by looking, not by tripping over it"
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in READ.items()])
def test_what_is_only_odd_is_read_quickly(make: Make) -> None:
    raw = make()
    begun = time.process_time()
    found = read(raw)
    assert time.process_time() - begun < 5
    assert_clean(found)


def assert_clean(found: Mail) -> None:
    """Nothing in it can break what comes after: lines, surrogates, addresses that are none, directories in names."""
    people = (found.sender, *found.senders, *found.reply_to, *found.to, *found.cc)
    texts = (found.subject, found.text, *(part.name + part.type for part in found.attachments), *found.defects)
    for text in (*texts, *(str(who) for who in people)):
        text.encode()
    assert found.subject == " ".join(found.subject.split())
    assert "\r" not in found.text
    for who in people:
        assert str(who).isprintable()
        assert not who.email or ("@" in who.email and len(who.email) <= 254)
    for part in found.attachments:
        assert part.name
        assert not set("/\\\r\n\0") & set(part.name)
        assert part.name not in (".", "..")
    assert found.date is None or (1970 <= found.date.year < 2200 and found.date.utcoffset() is not None)


class Outcome(NamedTuple):
    """How reading a random mail ended."""

    refusal: str
    tripped: bool


def outcome(raw: bytes) -> Outcome:
    try:
        assert_clean(read(raw))
    except Unintelligible as error:
        return Outcome(str(error), tripped=error.__cause__ is not None)
    return Outcome("", tripped=False)


def naively(raw: bytes) -> Outcome:
    """How the structured headers of the standard library take it: the negative control."""
    message = BytesParser(policy=policy.default).parsebytes(raw)
    for name in message:
        str(message[name])
    for part in message.walk():
        if not part.is_multipart():
            part.get_content()  # type: ignore[attr-defined]
    return Outcome("", tripped=False)


def measured(raw: bytes) -> tuple[Outcome, float, int]:
    """The same with the seconds of computing that it took, and the most memory that the reader had so far (KiB)."""
    began = time.process_time()
    found = outcome(raw)
    return found, time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def sweep(seeds: range) -> dict[int, Outcome | Failed]:
    """What is wrong with the mails of these seeds: a crash, a limit of time or memory, a reader that tripped."""
    results = each(outcome, (random_mail(seed) for seed in seeds))
    return {
        seed: result
        for seed, result in zip(seeds, results, strict=True)
        if isinstance(result, Failed) or result.tripped
    }


def test_random_damage_is_read_or_refused() -> None:
    assert sweep(range(300)) == {}


@pytest.mark.long
def test_100_000_random_mails_are_read_or_refused() -> None:
    seeds = range(300, 100_000)
    wrong, slowest, peak = {}, (0.0, 0), 0
    for seed, found in zip(seeds, each(measured, map(random_mail, seeds)), strict=True):
        if isinstance(found, Failed) or found[0].tripped:
            wrong[seed] = found
            continue
        slowest, peak = max(slowest, (found[1], seed)), max(peak, found[2])
    print(f"\n{len(seeds):,} mails: {len(wrong)} wrong, slowest {slowest}, peak {peak >> 10} MiB")
    assert wrong == {}


def test_the_random_mails_are_hostile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the same mails a naive reader dies on some, few are refused unread, and most have a part or a text."""
    monkeypatch.setattr(confined, "CPU_SECONDS", 1)
    raws = [random_mail(seed) for seed in range(100)]
    assert sum(isinstance(result, Failed) for result in each(naively, raws)) > 10
    results = [result for result in each(outcome, raws) if isinstance(result, Outcome)]
    assert sum(not result.refusal for result in results) > 70
    assert {result.refusal for result in results} > {""}


def given_mails() -> Iterator[Path]:
    folders = ("ruby-mail/emails", "mimekit/messages", "mimekit/partial", "mimekit/dkim", "bounces-flufl/messages")
    for folder in (*folders, "talon/standard_replies"):
        yield from (path for path in sorted((DATA / folder).rglob("*")) if path.is_file())


WITHOUT_HEADER = {"example13.eml", "sample_output_multipart", "iphone_reply_text", "sparrow_reply_text"}
"""Blanks before every colon, an empty file, and texts that are no mails."""


@needs_data
def test_every_given_mail_is_read_within_a_second() -> None:
    unread, slow = set(), {}
    for path in given_mails():
        begun = time.process_time()
        try:
            assert_clean(read(path.read_bytes()))
        except Unintelligible:
            unread.add(path.name)
        if (took := time.process_time() - begun) > 1:
            slow[path.name] = took
    assert unread == WITHOUT_HEADER
    assert slow == {}


@needs_data
def test_given_mails_without_a_usable_date() -> None:
    dateless = {path.name for path in (DATA / "ruby-mail").rglob("*date*.eml") if read(path.read_bytes()).date is None}
    assert dateless == {"bad_date_header.eml", "bad_date_header2.eml", "raw_email_with_bad_date.eml"}


@needs_data
def test_a_field_of_135_kb_is_read() -> None:
    found = read((DATA / "mimekit/messages/stack-overflow.txt").read_bytes())
    assert found.sender == Who("test", "test@test.com")
    assert found.text == "Message Body"


class Summary(NamedTuple):
    """What mimekit says about a mail in a mailbox."""

    head: dict[str, str]
    tree: list[str]


ZONES = {"Tue, 28 May 1996 12:24:23 +0000": "Tue, 28 May 1996 12:24:23 -0600"}
"""Where mimekit is not followed: the mail says `cst`, which it knows in capitals only."""


def summaries(name: str) -> list[Summary]:
    text = (DATA / f"mimekit/mbox/{name}-summary.txt").read_text("utf-8-sig")
    found = []
    for block in text.replace("\r\n", "\n").strip("\n").split("\n\n"):
        lines = block.split("\n")[1:]
        head = dict(line.split(": ", 1) for line in lines if not line.lstrip().startswith("Content-Type"))
        found.append(Summary(head, [line for line in lines if line.lstrip().startswith("Content-Type")]))
    return found


def tree(part: Message, depth: int = 0) -> Iterator[str]:
    yield f"{'   ' * depth}Content-Type: {part.get_content_type()}"
    if part.is_multipart() and part.get_content_type() != "message/delivery-status":
        for child in part.get_payload():
            assert isinstance(child, Message)
            yield from tree(child, depth + 1)


@needs_data
@pytest.mark.parametrize(("name", "count"), [("content-length", 29), ("issue1189", 4)])
def test_mails_agree_with_mimekits_summaries(name: str, count: int) -> None:
    raws = [raw for _, raw in mbox.split(BytesIO((DATA / f"mimekit/mbox/{name}.mbox.txt").read_bytes()))]
    expected = summaries(name)
    assert len(raws) == len(expected) == count
    for raw, summary in zip(raws, expected, strict=True):
        found = read(raw)
        assert found.senders == addresses(summary.head["From"])[0]
        # mimekit leaves out who has no address.
        assert tuple(who for who in found.to if who.email) == addresses(summary.head.get("To", ""))[0]
        assert found.subject == " ".join(summary.head.get("Subject", "").split())
        assert found.date == mime.date(ZONES.get(summary.head["Date"], summary.head["Date"]))
        assert list(tree(mime.parse(raw))) == [line.replace("Application", "application") for line in summary.tree]
        limits.check(raw)
