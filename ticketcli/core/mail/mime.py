"""Header fields of a mail as values: decoded words, message ids, dates. Tolerant, bounded and in linear time.

The parser is the standard library's, by its old policy; the structured headers of its new one die on real mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from ticketcli.core.mail import charsets

if TYPE_CHECKING:
    from email.message import Message

LONGEST = 2000
"""Characters of a decoded value."""
MOST_IDS = 100
LONGEST_ID = 500
LONGEST_DATE = 100

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?")
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]++")
_BRACKETS = re.compile(r"<([^<>]*)>")
_FIRST_YEAR, _LAST_YEAR = 1970, 2199


def parse(raw: bytes, of: type[Message] | None = None) -> Message:
    """The mail as a tree of parts, of that class. What `limits.check` lets pass is parsed quickly."""
    from email import message_from_bytes
    from email.message import Message

    return message_from_bytes(raw, _class=of or Message)


def fields(message: Message, *names: str) -> list[str]:
    """The raw values of the fields with one of these names, unfolded, in the order of the mail."""
    wanted = {name.lower() for name in names}
    return [_unfolded(str(value)) for name, value in message.raw_items() if name.lower() in wanted]


def parameter(part: Message, field: str, name: str) -> str:
    """The value of a parameter such as `charset` in `Content-Type`; "" where there is none that can be read."""
    from email.message import Message

    bare = Message()  # asked itself, the part would read what is no ASCII as gaps
    bare[field] = charsets.surrogates(next(iter(fields(part, field)), ""))
    try:
        value = bare.get_param(name, "", field)
    except (ValueError, TypeError, LookupError):
        return ""
    if isinstance(value, tuple):
        return charsets.text(value[2].encode("latin-1", "replace"), value[0] or "utf-8")[0]
    return value


def decoded(value: str) -> str:
    """The value of a field with its encoded words read, on one line; what is beyond `LONGEST` is left out."""
    value = value[: 32 * LONGEST]
    text = "".join(_pieces(value)) if "=?" in value else charsets.surrogates(value)
    return " ".join(text[: 4 * LONGEST].split())[:LONGEST].rstrip()


def base64(data: bytes) -> bytes:
    """The bytes that base64 stands for, as far as it can be read."""
    from binascii import a2b_base64

    blocks = (block[:-1] if len(block) % 4 == 1 else block for block in _NO_BASE64.sub(b"", data).split(b"="))
    return b"".join(a2b_base64(block + b"=" * (-len(block) % 4)) for block in blocks)


def ids(value: str) -> tuple[str, ...]:
    """The message ids in a field, without brackets, in its order; of very many the last."""
    bracketed = ("".join(match[1].split()) for match in _BRACKETS.finditer(value))
    found = bracketed if "<" in value else (word for word in value.split() if "@" in word.strip("@"))
    return tuple([word for word in found if word.isprintable() and 0 < len(word) <= LONGEST_ID][-MOST_IDS:])


def date(value: str) -> datetime | None:
    """The time in a Date field, in UTC; None where there is none, or none from 1970 to 2199."""
    from email.utils import parsedate_tz

    value = value.strip()[:LONGEST_DATE]
    try:
        read = parsedate_tz(value)
        when = _instant(read) if read else _iso(value)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return when if _FIRST_YEAR <= when.year <= _LAST_YEAR else None


def _unfolded(value: str) -> str:
    return value.replace("\r", "").replace("\n", "")


def _pieces(value: str) -> Iterator[str]:
    """The text between encoded words and that of the words; of one character set they may share a character."""
    position, charset, data = 0, "", b""
    while (word := _WORD.search(value, position)) and (end := value.find("?=", word.end())) >= 0:
        between = value[position : word.start()]
        if data and (word[1].lower() != charset or between.strip()):
            yield charsets.text(data, charset)[0]
            data = b""
        if between.strip() or not position:
            yield charsets.surrogates(between)
        charset = word[1].lower()
        data += _bytes(word[2].lower(), value[word.end() : end])
        position = end + 2
    if data:
        yield charsets.text(data, charset)[0]
    yield charsets.surrogates(value[position:])


def _bytes(encoding: str, text: str) -> bytes:
    from binascii import a2b_qp

    data = text.encode("utf-8", "surrogateescape")
    return base64(data) if encoding == "b" else a2b_qp(data, header=True)


def _instant(read: tuple[int | None, ...]) -> datetime:
    year, month, day, hour, minute, second = (number or 0 for number in read[:6])
    zone = timezone(timedelta(seconds=read[9] or 0))
    # A leap second is no time for `datetime`.
    return datetime(year, month, day, hour, minute, 59 if second == 60 else second, tzinfo=zone).astimezone(UTC)


def _iso(value: str) -> datetime:
    when = datetime.fromisoformat(value)
    return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
