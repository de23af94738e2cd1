"""What stands in a parsed mail, read so that no stranger can hurt: short headers, parts, texts. It judges nothing."""

from __future__ import annotations

import binascii
import html
import quopri
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import Message

Head = Mapping[str, tuple[str, ...]]
"""Header lines by their name in small letters, every value on one line and cut."""

LONGEST = 500
"""Characters kept of a header; what is judged here stands at its beginning."""
MOST_HEADERS = 1000
MOST_PARTS = 100
TEXT = 65_536
"""Characters read of a text; notices are short, and what they return stands behind them."""

_WORD = re.compile(r"=\?[\w-]{1,40}\?([bq])\?([^?\s]{0,500})\?=(?:\s+(?==\?))?", re.IGNORECASE)
# A tag has a space or its end behind its name: an address in angle brackets is none.
_TAG = re.compile(r"</?(br|p|div|tr|li|h[1-6])(?:\s[^<>]*)?/?>|<[!/]?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
# Japanese in two bytes each (ISO-2022-JP); they look like ASCII, and like addresses.
_TWO_BYTES = re.compile(r"\x1b\$[^\x1b]*(?:\x1b\([BJ])?")
_OUTSIDE = r"\s\x00-\x1f\x7f@<>()\[\]{},;:\"\\|"
_ADDRESS = re.compile(rf"(?:smtp=)?([^{_OUTSIDE}'=][^{_OUTSIDE}]{{0,63}}@\w[\w.-]{{0,254}})", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,500})>")


def headers(message: Message) -> Head:
    """The headers of a mail or part."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in islice(message.raw_items(), MOST_HEADERS):
        key = str(name)[:LONGEST].lower()
        found[key] = (*found.get(key, ()), line(unpacked(str(value)[:LONGEST])))
    return found


def first(head: Head, name: str) -> str:
    """The first value of a header, "" where it is missing."""
    return head.get(name, ("",))[0]


def leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, in their order; embedded messages are one part each and not looked into."""
    waiting, left = [message], MOST_PARTS
    while waiting and left:
        part = waiting.pop()
        if part.get_content_maintype() == "multipart" and (inner := embedded(part)):
            waiting += reversed(inner)
        else:
            left -= 1
            yield part


def embedded(part: Message) -> list[Message]:
    """The messages, parts or groups of fields that the parser found in a part."""
    # Asked for a text, get_payload would decode it with whatever codec the mail names.
    inner = part.get_payload() if part.is_multipart() else None
    return [child for child in inner[:MOST_PARTS] if not isinstance(child, str)] if isinstance(inner, list) else []


def text(part: Message) -> str:
    """The beginning of the text of a part, HTML without its tags; wrong encodings are read as far as they go."""
    try:
        raw = part.get_payload(decode=True)
    except ValueError:
        return ""
    shown = _TWO_BYTES.sub(" ", line_ends(_characters(raw[:TEXT]))) if isinstance(raw, bytes) else ""
    if part.get_content_subtype() == "html":
        return html.unescape(_TAG.sub(lambda tag: "\n" if tag[1] else "", shown))
    return shown


def unpacked(text: str, encoding: str = "") -> str:
    """The text with its transfer encoding taken off, and characters where the parser left bytes."""
    raw = _raw(text)
    match encoding.strip().lower():
        case "quoted-printable":
            raw = quopri.decodestring(raw)
        case "base64":
            kept = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
            raw = binascii.a2b_base64(kept[: len(kept) - (len(kept) % 4 == 1)] + b"==")
    return _characters(raw)


def line_ends(text: str) -> str:
    """The text with every kind of line end as LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def line(text: str) -> str:
    """The text on one line, runs of white space as one space."""
    return " ".join(text.split())


def words(value: str) -> str:
    """A header value with its encoded words read, as far as phrases and addresses need it."""
    return _WORD.sub(_word, value) if "=?" in value else value


def addresses(text: str) -> list[str]:
    """The addresses in a text, in small letters and their order."""
    if "@" not in text:
        return []
    return [match[1].rstrip(".-").lower() for match in _ADDRESS.finditer(text)]


def message_ids(value: str) -> list[str]:
    """The message ids in a header value, without their brackets."""
    return _MESSAGE_ID.findall(value)


def _word(match: re.Match[str]) -> str:
    encoding, payload = ("base64", match[2]) if match[1] in "bB" else ("quoted-printable", match[2].replace("_", " "))
    return unpacked(payload, encoding)


def _raw(text: str) -> bytes:
    """The bytes that the parser took the text from: what is not ASCII stands in it as surrogates."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _characters(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        # Cut inside a character, or something else than UTF-8; phrases and addresses are ASCII in all of them.
        return raw[: error.start].decode() if error.start > len(raw) - 4 else raw.decode("latin-1")
