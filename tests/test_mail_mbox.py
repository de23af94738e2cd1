"""A mailbox file is cut into exactly its mails, whatever stands in their letters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticketcli.core.mail import limits, mbox

BOXES = Path(__file__).resolve().parents[2] / "shared" / "data" / "mimekit" / "mbox"
needs_boxes = pytest.mark.skipif(not BOXES.exists(), reason="the mailboxes of mimekit are not beside this checkout")


def mails(raw: bytes) -> list[bytes]:
    return [mail for _, mail in mbox.split(BytesIO(raw))]


ONE = b"From a@b.c Fri Feb 22 17:06:23 2008\nSubject: 1\n\none\n\n"
TWO = b"From -\nSubject: 2\n\ntwo\n"


def test_mails_come_with_the_places_of_their_markers() -> None:
    assert list(mbox.split(BytesIO(ONE + TWO))) == [
        (0, b"Subject: 1\n\none\n"),
        (len(ONE), b"Subject: 2\n\ntwo\n"),
    ]


@pytest.mark.parametrize(
    "marker",
    [
        b"From -",
        b"From - Mon Jun  3 12:50:27 1996",
        b"From 1844347792267117879@xxx",
        b"From maria@example.com  Fri Feb 22 17:06:23 2008",
        b"From MAILER-DAEMON Fri Feb 22 17:06:23 +0100 2008",
        b"From maria@example.com Mon, 3 Jun 1996 12:50:27 +0200",
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_what_programs_write_is_a_marker(marker: bytes, end: bytes) -> None:
    raw = end.join([marker, b"Subject: 1", b"", b"one", marker, b"Subject: 2", b"", b"two", b""])
    assert mails(raw) == [end.join([b"Subject: 1", b"", b"one", b""]), end.join([b"Subject: 2", b"", b"two", b""])]


@pytest.mark.parametrize(
    "line",
    [
        b"From Russia with love\nYear: 1963",
        b"From Russia with love",
        b"From - to there",
        b"From maria@example.com\nI heard",
        b"From here it goes on Mon Jan 1: a holiday",
        b"From: maria@example.com",
        b" From - \nSubject: x",
        b"From now on Fri Feb 22 17:06:23 2008 is forgotten\nDate: none",
    ],
)
def test_a_line_of_a_letter_is_no_marker(line: bytes) -> None:
    assert mails(ONE + TWO + b"\n" + line + b"\nend\n") == [
        b"Subject: 1\n\none\n",
        b"Subject: 2\n\ntwo\n\n" + line + b"\nend\n",
    ]


def test_quoted_markers_are_unquoted_by_one() -> None:
    assert mails(TWO + b">From here\n>>From there\n> From\n") == [
        b"Subject: 2\n\ntwo\nFrom here\n>From there\n> From\n"
    ]


def test_a_byte_order_mark_and_empty_lines_are_no_mail() -> None:
    assert mails(b"\xef\xbb\xbf" + TWO) == [b"Subject: 2\n\ntwo\n"]
    assert mails(b"\n\n" + TWO) == [b"Subject: 2\n\ntwo\n"]
    assert mails(b"") == mails(b"\n\n") == []


def test_a_file_without_markers_is_one_mail() -> None:
    assert mails(b"Subject: 2\n\ntwo") == [b"Subject: 2\n\ntwo"]


class Endless(BytesIO):
    """A mailbox with a mail of 200 MiB in one line, of which nothing is kept; it counts what is asked for at once."""

    def __init__(self) -> None:
        self.pieces: Iterator[bytes] = iter(
            [b"From -\n", b"Subject: 1\n", *[b"x" * mbox.PIECE] * 3200, b"\n", b"From -\n"]
        )
        self.tail = [b"Subject: 2\n", b"\n", b"two\n"]

    def readline(self, size: int | None = -1) -> bytes:
        assert size == mbox.PIECE
        return next(self.pieces, b"") or (self.tail.pop(0) if self.tail else b"")


def test_a_mail_beyond_the_limit_takes_bounded_memory_and_hides_no_other() -> None:
    large, small = mails_of(Endless())
    assert limits.LARGEST < len(large) <= limits.LARGEST + mbox.PIECE
    with pytest.raises(limits.TooMuch):
        limits.check(large)
    assert small == b"Subject: 2\n\ntwo\n"


def mails_of(stream: BytesIO) -> list[bytes]:
    return [mail for _, mail in mbox.split(stream)]


WORDS = st.sampled_from(
    [b"From ", b"From -\n", b"a@b.c", b"\n", b"\r\n", b"Subject: x\n", b">From ", b" ", b"Fri Feb 22 1", b"x" * 70_000]
)


@settings(max_examples=100)
@given(st.lists(WORDS | st.binary(max_size=5), max_size=30).map(b"".join))
def test_no_line_is_lost(raw: bytes) -> None:
    kept = b"\n".join(mails(raw))
    for line in raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        assert line.startswith(b"From ") or line.strip().lstrip(b">")[:60] in kept


@needs_boxes
@pytest.mark.parametrize(("name", "count"), [("content-length", 29), ("issue1189", 4), ("simple", 3), ("unmunged", 2)])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_the_mailboxes_of_mimekit_are_cut_as_they_are_meant(name: str, count: int, end: bytes) -> None:
    raw = (BOXES / f"{name}.mbox.txt").read_bytes().replace(b"\n", end)
    assert len(mails(raw)) == count


@needs_boxes
@pytest.mark.parametrize("name", ["content-length", "issue1189"])
@pytest.mark.parametrize(("end", "system"), [(b"\n", "unix"), (b"\r\n", "dos")])
def test_mails_begin_where_mimekit_finds_them(name: str, end: bytes, system: str) -> None:
    raw = (BOXES / f"{name}.mbox.txt").read_bytes().replace(b"\n", end)
    expected = json.loads((BOXES / f"{name}.{system}-offsets.json").read_text())
    found = list(mbox.split(BytesIO(raw)))
    assert [start for start, _ in found] == [mail["mboxMarkerOffset"] for mail in expected]
    for (_, mail), where in zip(found, expected, strict=True):
        assert mail.strip() == raw[where["beginOffset"] : where["endOffset"]].replace(b"\n>From ", b"\nFrom ").strip()
