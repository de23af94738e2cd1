"""Mails that nobody should send: the bombs that are known, and random ones by a grammar of what goes wrong."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable
from random import Random

Make = Callable[[], bytes]


def nested(levels: int) -> bytes:
    head = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(levels))
    return b"Subject: x\r\n" + head + b"Content-Type: text/plain\r\n\r\nhi\r\n"


def mails_in_mails(levels: int) -> bytes:
    return b"Subject: x\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * levels + b"Subject: y\r\n\r\nhi\r\n"


def with_header(header: bytes, body: bytes = b"x") -> Make:
    return lambda: header + b"\r\n\r\n" + body


def in_parts(part: bytes, times: int, kind: bytes = b"mixed") -> Make:
    return lambda: (
        b"Subject: x\nContent-Type: multipart/%b; boundary=b\n\n" % kind + (b"--b\n" + part) * times + b"--b--\n"
    )


def encoded(body: bytes, kind: bytes = b"text/plain") -> Make:
    return with_header(b"Content-Type: " + kind, body)


REFUSED: dict[str, Make] = {
    "multiparts in multiparts, 50": lambda: nested(50),
    "multiparts in multiparts, 3000": lambda: nested(3000),
    "mails in mails, 300": lambda: mails_in_mails(300),
    "mails in mails, 3000": lambda: mails_in_mails(3000),
    "digests in digests": in_parts(b"\nContent-Type: multipart/digest; boundary=b\n\n", 100, b"digest"),
    "one boundary for all levels": in_parts(b"Content-Type: multipart/mixed; boundary=b\n\n", 100),
    "100,000 parts": in_parts(b"\nx\n", 100_000),
    "parts that look like headers": lambda: (
        b"Subject: x\nContent-Type: multipart/mixed; boundary='b:'\n\n" + b"--'b:'\n" * 1000
    ),
    "deep and long": lambda: nested(18) + b"x\n" * 1_000_000,
    "parameters in a Content-Type, 20,000": with_header(b"Content-Type: text/plain" + b"; a=b" * 20_000),
    "semicolons in a Content-Type, 100,000": with_header(b"Content-Type: text/plain" + b";" * 100_000),
    "semicolons in the Content-Type of a part": in_parts(b"Content-Type: text/plain" + b";" * 15_000 + b"\n\nx\n", 1),
    "folded parameters": with_header(b"Content-Disposition: x" + b";\n a=b" * 5000),
    "a subject of 1 MB": with_header(b"Subject: " + b"A" * 1_000_000),
    "30,000 encoded words": with_header(b"Subject: " + b"=?utf-8?q?a?= " * 30_000),
    "100,000 header fields": lambda: b"X: y\r\n" * 100_000 + b"\r\nhi",
    "reports of 10,000 deliveries": encoded(b"a: b\n\n" * 10_000, b"message/delivery-status"),
    "empty lines": lambda: b"Subject: x\n" + b"\n" * 20_000_000,
    "empty lines that end in CR": lambda: b"Subject: x\n" + b"\r" * 20_000_000,
    "26 MiB": lambda: b"Subject: x\n\n" + b"x" * (26 << 20),
    "nothing": lambda: b"",
    "no header": lambda: b"\n\nhello\n",
    "noise": lambda: bytes(range(256)) * 100,
}
"""What is refused, and that quickly."""

READ: dict[str, Make] = {
    "words of a subject to the limit": with_header(b"Subject: " + b"=?utf-8?q?a?= " * 17_000),
    "openers of words": with_header(b"Subject: " + b"=?" * 100_000),
    "words without an end": with_header(b"Subject: " + b"=?a?q?x " * 30_000),
    "20,000 addresses": with_header(b"To: " + b", ".join(b"a%d@b.c" % n for n in range(20_000))),
    "3,000 parentheses": with_header(b"To: " + b"(" * 3000),
    "100,000 parentheses": with_header(b"To: " + b"(" * 100_000),
    "balanced parentheses": with_header(b"To: " + b"(" * 60_000 + b")" * 60_000 + b" a@b.c"),
    "quotes in an address": with_header(b"To: " + b'"\\' * 50_000),
    "angles in an address": with_header(b"From: " + b"<" * 100_000),
    "separators in an angle": with_header(b"From: <" + b";x" * 70_000),
    "escapes in an angle": with_header(b"From: <" + b"\\x" * 70_000),
    "brackets in an address": with_header(b"From: " + b"[" * 100_000),
    "references": with_header(b"References: " + b"<a@b> " * 30_000),
    "brackets in references": with_header(b"References: " + b"<" * 200_000),
    "a date of nonsense": with_header(b"Date: Foo, 99 Bar 99999 25:61:61 +9999"),
    "a date of 200 kB": with_header(b"Date: " + b"1 " * 100_000),
    "the year 99999": with_header(b"Date: Thu, 01 Jan 99999 00:00:00 +0000"),
    "a huge zone": with_header(b"Date: Thu, 01 Jan 2026 00:00:00 +99999999999"),
    "charset with NUL": with_header(b'Content-Type: text/plain; charset="x-evil\x00"', b"\xff"),
    "charset of 15 kB": with_header(b"Content-Type: text/plain; charset=" + b"a" * 15_000, b"\xff"),
    **{
        f"charset {name}": with_header(b"Content-Type: text/plain; charset=" + name.encode(), b"abc\\x1b[31m-9\xff")
        for name in ("zlib", "rot13", "hex", "bz2", "base64", "unicode_escape", "raw_unicode_escape", "undefined")
    },
    "charset punycode": with_header(b"Content-Type: text/plain; charset=punycode", b"a" * 20 + b"-" + b"9" * 200_000),
    "charset idna": with_header(b"Content-Type: text/plain; charset=idna", b"a" * 2_000_000),
    "charset in a word": with_header(b"Subject: =?punycode?q?a-" + b"9" * 100_000 + b"?="),
    "base64 of nonsense": with_header(b"Content-Transfer-Encoding: base64", b"!!!!"),
    "base64 cut off": with_header(b"Content-Transfer-Encoding: base64", b"aGVsb"),
    "10 MB of base64": with_header(b"Content-Transfer-Encoding: base64", (b"QUJD" * 19 + b"\n") * 130_000),
    "quoted-printable of nonsense": with_header(b"Content-Transfer-Encoding: quoted-printable", b"=" * 100_000),
    "uuencode with a path": with_header(b"Content-Transfer-Encoding: x-uuencode", b"begin 644 ../../x\n!!!"),
    "a part number of 4,301 digits": with_header(b"Content-Disposition: attachment; filename*" + b"9" * 4301 + b"=a"),
    "a huge part number": with_header(b"Content-Disposition: attachment; filename*99999999999=a; filename*0=b"),
    "numbered and not": with_header(b"Content-Disposition: attachment; filename*=a; filename*0=b; filename*1*=c"),
    "raw bytes in a name": with_header(b'Content-Disposition: attachment; filename="a\xff\xfe.txt"'),
    "raw bytes in a subject": with_header(b"Subject: \xff\xfe"),
    "garbage for an id": with_header(b"Message-ID: <<>>@["),
    "an empty id": with_header(b"Message-ID: "),
    "an empty sender": with_header(b"From: "),
    "a sender of nobody": with_header(b"From: undisclosed:;"),
    "199 parts": in_parts(b"\nx\n", 198),
    "150 files": in_parts(b"Content-Type: image/gif\n\nx\n", 150),
    "19 levels": lambda: nested(19),
    "many lines": lambda: b"Subject: x\n\n" + b"x\n" * 500_000,
    "many lines of dashes": lambda: (
        b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n" + b"--\n" * 300_000
    ),
    "tags without an end": encoded(b"<a " * 100_000, b"text/html"),
    "tags with open quotes": encoded(b"<a b='" * 100_000, b"text/html"),
    "comments without an end": encoded(b"<!--" * 100_000, b"text/html"),
    "scripts without an end": encoded(b"<script>" * 50_000, b"text/html"),
    "quotes in quotes": encoded(b"<blockquote>x" * 50_000, b"text/html"),
    "lists in lists": encoded(b"<ul><li>x" * 30_000, b"text/html"),
    "boxes in boxes": encoded(b"<div>" * 80_000, b"text/html"),
    "a number of 5,000 digits": encoded(b"&#" + b"9" * 5000 + b";", b"text/html"),
    "100 pages": in_parts(b"Content-Type: text/html\n\n" + b"<p>x" * 10_000 + b"\n", 100),
}
"""What is read, and that quickly too."""

_NAMES = b"From To Cc Subject Date Message-ID In-Reply-To References Reply-To Sender Return-Path Delivered-To".split()
_NAMES += b"Content-Type Content-Disposition Content-Transfer-Encoding Content-ID MIME-Version Received X-Y".split()
_BITS = (
    b'" \\ ( ) < > @ , ; : [ ] = ? =?utf-8?q?=0D=0ABcc:_x?= =?x?b?!?= \r\n\t \r\n\r\n \x00 \x1b[2J \xff \xc3\xa9'.split(
        b" "
    )
)
_BITS += [b" ", b"\r", b"a", b"a@b.c", b"<a@b>", b"'", b"*", b"%00", b"../", b"\xe2\x80\xae", b"9" * 30, b"utf-8''"]
_TYPES = b"text/plain text/html multipart/mixed multipart/alternative multipart/related multipart/report".split()
_TYPES += b"multipart/signed multipart/digest message/rfc822 message/delivery-status message/partial image/png".split()
_TYPES += b"application/ms-tnef application/pkcs7-mime text/calendar text/enriched text x/y/z \xff/\xff".split()
_CHARSETS = b"utf-8 us-ascii iso-8859-1 iso-2022-jp gb2312 utf-7 utf-16 uft-8 punycode zlib rot13 idna x-y".split()
_MARKUP = b"<p> <div> <a href=' </a> <blockquote> <!-- --> <script> </script> &#x1b; &amp < > <td> <li> <ul>".split()


def random_mail(seed: int) -> bytes:
    """A mail of that seed: mostly well made, with faults; sometimes cut, doubled or changed byte by byte."""
    random = Random(seed)
    raw = b"".join(_field(random, name) for name in random.sample(_NAMES[:12], random.randrange(12)))
    raw += _part(random, random.choice((0, 0, 1, 2, 5, 21)))
    if random.random() < 0.2:
        raw = raw.replace(b"\n", random.choice((b"\r\n", b"\r", b"\n\n")))
    for _ in range(random.choice((0, 0, 1, 3, 20))):
        raw = _damaged(random, raw)
    return raw


def _field(random: Random, name: bytes) -> bytes:
    good = {
        b"From": b"Maria Santos <maria@example.com>",
        b"Date": b"Fri, 26 Sep 2025 10:18:40 -0700",
        b"Subject": b"=?utf-8?b?w6k=?= a question",
        b"Message-ID": b"<1@example.com>",
    }
    value = good.get(name, b"<a@example.com>, b@example.com (B)")
    if random.random() < 0.4:
        value += b"".join(random.choice(_BITS) for _ in range(random.randrange(30)))
    if random.random() < 0.02:
        value = random.choice(_BITS) * random.choice((1000, 20_000))
    return name + b": " + value + b"\n"


def _part(random: Random, depth: int) -> bytes:
    kind = random.choice(_TYPES[2:11] if depth > 5 else _TYPES)
    boundary = random.choice((b"b", b"b", b"%d" % random.randrange(9), b"", b"b--", b"a:b", b"\xff", b" x "))
    head = b"Content-Type: %b; charset=%b; boundary=%b" % (
        kind,
        random.choice(_CHARSETS),
        random.choice((boundary, b'"%b"' % boundary)),
    )
    head += random.choice((b"", b"; name=a.txt", b"; name*=utf-8''%2e%2e%2f%00", b'; name="=?utf-8?q?a=0Ab?="'))
    head += b"".join(random.choice(_BITS) for _ in range(random.choice((0, 0, 0, 4)))) + b"\n"
    if random.random() < 0.4:
        head += b'Content-Disposition: %b; filename="../%b"\n' % (
            random.choice((b"attachment", b"inline", b"x")),
            random.choice(_BITS),
        )
    if kind.startswith(b"multipart/") and depth:
        parts = [_part(random, depth - 1) for _ in range(random.choice((1, 1, 2, 3)) if depth < 6 else 1)]
        body = b"".join(b"\n--" + boundary + b"\n" + part for part in parts)
        return head + b"\n" + body + random.choice((b"\n--" + boundary + b"--\n", b""))
    if kind.startswith(b"message/") and depth:
        return head + b"\n" + _field(random, b"Subject") + _part(random, depth - 1)
    return head + _leaf(random, kind)


def _leaf(random: Random, kind: bytes) -> bytes:
    bits = _MARKUP if kind == b"text/html" else _BITS
    body = b"".join(random.choice((*bits, b"word ", b"line\n")) for _ in range(random.choice((0, 10, 300))))
    encoding = random.choice((b"", b"7bit", b"base64", b"quoted-printable", b"x-uuencode", b"\xff"))
    if encoding == b"base64":
        body = base64.encodebytes(body)[: random.choice((None, -1, -2, -3))]
    elif encoding == b"quoted-printable":
        body = quopri.encodestring(body)
    return (b"Content-Transfer-Encoding: " + encoding + b"\n" if encoding else b"") + b"\n" + body + b"\n"


def _damaged(random: Random, raw: bytes) -> bytes:
    at, length = random.randrange(len(raw) + 1), random.choice((1, 1, 10, 200))
    match random.randrange(4):
        case 0:
            return raw[:at] + raw[at + length :]
        case 1:
            return raw[:at] + random.randbytes(min(length, 10)) + raw[at:]
        case 2:
            return raw[:at] + raw[at : at + length] * 3 + raw[at + length :]
        case _:
            return raw[:at] + random.choice(_BITS) + raw[at:]
