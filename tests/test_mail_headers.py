"""Character sets, encoded words, people, ids and dates of a mail, also where they are broken or hostile."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ticketcli.core.mail import charsets, mime
from ticketcli.core.mail.addresses import LONGEST_FIELD, MOST, addresses
from ticketcli.core.ticket import who
from ticketcli.core.ticket.who import Who

JAPANESE = "日本語テスト"


@pytest.mark.parametrize(
    ("data", "declared", "text", "fault"),
    [
        (b"plain", "us-ascii", "plain", ""),
        (b"plain", "", "plain", ""),
        ("é".encode(), "", "é", "no charset, read as utf-8"),
        ("é".encode(), "UTF-8", "é", ""),
        ("é".encode(), '"uft-8"', "é", ""),
        (b"\xef\xbb\xbfa", "utf8", "a", ""),
        ("é".encode(), "us-ascii", "é", "wrong charset us-ascii, read as utf-8"),
        (b"\xe9", "us-ascii", "é", "wrong charset us-ascii, read as windows-1252"),
        (b"caf\xe9", "utf-8", "café", "wrong charset utf-8, read as windows-1252"),
        (b"\x81\xe9", "us-ascii", "\x81é", "wrong charset us-ascii, read as latin-1"),
        (
            (JAPANESE * 5).encode()[:-1],
            "utf-8",
            f"{JAPANESE * 5}"[:-1] + "\ufffd",
            "wrong charset utf-8, read as utf-8 with gaps",
        ),
        (b"\x93a\x94", "iso-8859-1", "“a”", "wrong charset iso-8859-1, read as windows-1252"),
        (b"\xe9", "iso-8859-1*en", "é", ""),
        ("ň".encode("cp1250"), "windows-1250", "ň", ""),
        ("ж".encode("koi8-r"), "KOI8-R", "ж", ""),
        (JAPANESE.encode("iso2022_jp"), "iso-2022-jp", JAPANESE, ""),
        (JAPANESE.encode("cp932"), "Shift_JIS", JAPANESE, ""),
        (JAPANESE.encode("euc_jp"), "euc-jp", JAPANESE, ""),
        ("漢字".encode("big5"), "Big5", "漢字", ""),
        ("汉字".encode("gbk"), "gb2312", "汉字", ""),
        ("한국".encode("cp949"), "ks_c_5601-1987", "한국", ""),
        (b"caf+AOk-", "unicode-1-1-utf-7", "café", ""),
        (b"\\x1b[31m", "unicode_escape", "\\x1b[31m", "unknown charset unicode-escape, read as utf-8"),
        (b"abc", "rot13", "abc", "unknown charset rot13, read as utf-8"),
        (b"a\xff", "x\x00\x1b", "aÿ", "unknown charset x\\x00\\x1b, read as windows-1252"),
        (b"+2AA-x", "utf-7", "\ufffdx", ""),
    ],
)
def test_bytes_are_read_by_their_charset_or_the_likeliest(data: bytes, declared: str, text: str, fault: str) -> None:
    assert charsets.text(data, declared) == (text, fault)


@settings(max_examples=300)
@given(st.binary(), st.sampled_from(["utf-8", "utf-7", "utf-16", "gb18030", "hz", "iso-2022-jp", "big5", "x", "cp874"]))
def test_no_surrogates_come_out(data: bytes, declared: str) -> None:
    charsets.text(data, declared)[0].encode()


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("plain  words", "plain words"),
        ("=?utf-8?q?a=0D=0ABcc:_evil@x?=", "a Bcc: evil@x"),
        ("=?utf-8?B?w6k=?= =?utf-8?B?w6k=?=", "éé"),
        ("=?utf-8?q?=C3?= =?UTF-8?q?=A9?=", "é"),
        ("a =?utf-8?q?b?= c", "a b c"),
        ("a=?utf-8?q?b?=c", "abc"),
        ("=?utf-8?Q?How are you??= x", "How are you? x"),
        ("=?utf-8*en?q?a_b?=", "a b"),
        ("=?x-foo?q?=E9?=", "é"),
        ("=?ISO-2022-JP?B?GyRCJUYlOSVIGyhC?=", "テスト"),
        ("=?us-ascii?q?x", "=?us-ascii?q?x"),
        ("=?utf-8?b?!!!?=", ""),
        ("\udcc3\udca9", "é"),
        ("x" * 5000, "x" * 2000),
    ],
)
def test_encoded_words_are_read(written: str, text: str) -> None:
    assert mime.decoded(written) == text


MARIA = Who("Maria Santos", "maria@example.com")


@pytest.mark.parametrize(
    ("written", "people"),
    [
        ("Maria Santos <maria@example.com>", [MARIA]),
        ("maria@example.com (Maria Santos)", [MARIA]),
        ('"Maria Santos" <maria@example.com', [MARIA]),
        ('"Maria Santos <maria@example.com>', [MARIA]),
        ("Maria Santos <mailto:maria@example.com>", [MARIA]),
        ("Maria Santos <@relay,@other:maria@example.com>", [MARIA]),
        ("Maria (she (her)) Santos<maria (at) @example.com>", [MARIA]),
        ("'maria@example.com' <maria@example.com>", [Who("", "maria@example.com")]),
        ('"admin@corp.com" <evil@x.y>', [Who("admin@corp.com", "evil@x.y")]),
        ("admin@corp.com <evil@x.y>", [Who("admin@corp.com", "evil@x.y")]),
        (
            "=?utf-8?q?admin=40corp.com_=3Cadmin=40corp.com=3E?= <e@x.y>",
            [Who("admin@corp.com (admin@corp.com)", "e@x.y")],
        ),
        ('"admin@corp.com" <root>', [Who("admin at corp.com", "")]),
        ("evil@x.y (admin@corp.com)", [Who("admin@corp.com", "evil@x.y")]),
        ("evil@x.y@corp.com", [Who("", "evil@x.y")]),
        ("a@b.c, d@e.f; g@h.i", [Who("", "a@b.c"), Who("", "d@e.f"), Who("", "g@h.i")]),
        ("<a@b.c> <d@e.f>", [Who("", "a@b.c"), Who("", "d@e.f")]),
        ('Team: a@b.c, "D, E" <d@e.f>;, g@h.i', [Who("", "a@b.c"), Who("D, E", "d@e.f"), Who("", "g@h.i")]),
        ("undisclosed:;", []),
        ("", []),
        ("<>", []),
        (" , ,;", []),
        ("root", [Who("root", "")]),
        ('"a b"@c.d', [Who("", '"a b"@c.d')]),
        ("joe@[1.2.3.4]", [Who("", "joe@[1.2.3.4]")]),
        ("J\udcc3\udca9r <j@x.y>", [Who("Jér", "j@x.y")]),
        ("=?utf-8?q?x=2C_y?= <a@b.c>", [Who("x, y", "a@b.c")]),
        ("a\x00b\u202ec <a@b.c>", [Who("a b c", "a@b.c")]),
        ("Joe ( <a@b.c>", [Who("Joe (", "a@b.c")]),
        ("jdöe@mächine.example", [Who("", "jdöe@mächine.example")]),
    ],
)
def test_the_address_is_never_a_part_of_the_name(written: str, people: list[Who]) -> None:
    assert addresses(written) == (tuple(people), True)


PIECES = st.sampled_from([*'"\\()<>@,;:[]= \t\x00\x1b\u202e', "a@b.c", "joe", "=?utf-8?q?=3C=22=40?=", "\udcff", "é"])


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=30).map("".join))
@example('"\u202e <a@b.c>"@x <c@d.e>')
def test_who_is_read_keeps_name_and_address_when_written_and_read_again(written: str) -> None:
    for person in addresses(written)[0]:
        again = who.lenient(str(person))
        assert again.email in (person.email, "")
        if '"' not in person.email and "[" not in person.email:
            assert again == person


@pytest.mark.parametrize("bit", [*'"\\(<>@[]:;,= ', "()", "a@b, ", '"\\', "=?", "=?a?q?x ", "<@a,", "<a@b", "a<", "(("])
def test_a_field_of_bombs_takes_linear_time(bit: str) -> None:
    value = bit * (100_000 // len(bit))
    begun = time.process_time()
    addresses(value)
    mime.decoded(value)
    mime.ids(value)
    mime.date(value)
    assert time.process_time() - begun < 2


def test_of_very_many_addresses_the_first_are_taken_and_that_is_said() -> None:
    people, complete = addresses("a@b.c, " * 20_000)
    assert (len(people), complete) == (MOST, False)
    assert addresses("a@b.c" + " " * LONGEST_FIELD) == ((Who("", "a@b.c"),), False)


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("<1@a.b>", ("1@a.b",)),
        ("<1@a.b> <2@a.b>\n <3@a.b>", ("1@a.b", "2@a.b", "3@a.b")),
        ("<1@\n a.b>", ("1@a.b",)),
        ("1@a.b", ("1@a.b",)),
        ("Your message of Friday <1@a.b>", ("1@a.b",)),
        ("<12345>", ("12345",)),
        ("<<>>@[", ()),
        ("", ()),
        ("<\x1b@a>", ()),
        ("<" + "a" * 501 + ">", ()),
    ],
)
def test_ids_come_without_brackets_in_their_order(written: str, ids: tuple[str, ...]) -> None:
    assert mime.ids(written) == ids


def test_of_very_many_ids_the_nearest_are_kept() -> None:
    assert mime.ids(" ".join(f"<{n}@a>" for n in range(1000)))[-1] == "999@a"
    assert len(mime.ids("<1@a>" * 1000)) == mime.MOST_IDS


@pytest.mark.parametrize(
    ("written", "when"),
    [
        ("Fri, 26 Sep 2025 10:18:40 -0700", datetime(2025, 9, 26, 17, 18, 40, tzinfo=UTC)),
        ("Sun, 7 May 95 16:21:03 GMT", datetime(1995, 5, 7, 16, 21, 3, tzinfo=UTC)),
        ("Fri Sep 26 10:18:40 2025", datetime(2025, 9, 26, 10, 18, 40, tzinfo=UTC)),
        ("Sat, 31 Dec 2016 23:59:60 +0000", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2008-02-22T10:00:00+01:00", datetime(2008, 2, 22, 9, 0, tzinfo=UTC)),
        ("2008-02-22T10:00:00", datetime(2008, 2, 22, 10, 0, tzinfo=UTC)),
        ("Thu, 01 Jan 99999 00:00:00 +0000", None),
        ("Thu, 01 Jan 2026 00:00:00 +99999999999", None),
        ("Mon, 30 Jun 3609 15:33:50 +0600", None),
        ("Wed, 31 Dec 1969 23:00:00 +0000", None),
        ("Thu, 31 Dec 2199 23:00:00 -0500", None),
        ("Foo, 99 Bar 99999 25:61:61 +9999", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_a_time_in_utc_or_none(written: str, when: datetime | None) -> None:
    assert mime.date(written) == when


@given(st.text(st.sampled_from("0123456789 :+-,./TZJanMon\x00é")))
def test_any_text_may_be_a_date(written: str) -> None:
    when = mime.date(written)
    assert when is None or when.tzinfo is UTC
