"""Bytes read as TOML, with limits in front of the parser; it does not know what a ticket is."""

from __future__ import annotations

import re
from typing import Any

import tomli

from ticketcli.core.errors import TicketError

LIMIT = 8 << 20
"""The largest file, in bytes."""
LINE_LIMIT = 1 << 20
"""The longest line, in bytes."""
DEPTH_LIMIT = 8
"""How deep values may be nested; the most dots in a key."""
DOTS_LIMIT = 100_000
"""How many dots keys may have in all: the parser takes 1.5 GB for two million."""

_BOM = b"\xef\xbb\xbf"
_MARKER = re.compile(rb"^(?:<{7}|>{7}|\|{7})(?:[ \r\n]|\Z)", re.MULTILINE)
_LONG_LINE = re.compile(rb"^[^\n]{%d}" % (LINE_LIMIT + 1), re.MULTILINE)
_DEEP_KEY = re.compile(rf"(?<![\w-])(?:[\w-]+[ \t]*\.[ \t]*){{{DEPTH_LIMIT + 1}}}")
STRING = (
    r'"{3}(?:[^"\\]+|\\.?|"{1,2}(?!"))*+(?:"{3,5}|\Z)|"(?:[^"\\\n]+|\\[^\n])*+"?'
    r"|'{3}(?:[^']+|'{1,2}(?!'))*+(?:'{3,5}|\Z)|'[^'\n]*+'?"
)
"""A string of any kind, for re.DOTALL. One without end takes all that follows, so that no text is searched twice."""
_TEXT = re.compile(rf"{STRING}|#[^\n]*", re.DOTALL)


class Unreadable(TicketError):
    """A ticket file that cannot be read: what is wrong, in which line if that is known. The caller names the file."""

    def __init__(self, line: int | None, what: str) -> None:
        self.line, self.what = line, what
        super().__init__(f"line {line}: {what}" if line else what)


class Conflicted(Unreadable):
    """A file in which git has left the lines that mark a conflict."""


def parse(data: bytes) -> dict[str, Any]:
    """The tables of a TOML file; Unreadable, and never another exception, where it is none."""
    return parsed(text_of(data))


def text_of(data: bytes) -> str:
    """The text of a file within the limits, without byte order mark and CRLF."""
    if len(data) > LIMIT:
        raise Unreadable(None, f"it is larger than {LIMIT >> 20} MiB")
    _refuse(data, data.find(b"\0"), "it is not a text file (it has a NUL byte)")
    if (b"<<<<<<<" in data or b"|||||||" in data or b">>>>>>>" in data) and (mark := _MARKER.search(data)):
        what = "git left a conflict here, settle it and remove the marker lines"
        raise Conflicted(_line(data, mark.start()), what)
    if len(data) > LINE_LIMIT and (long := _LONG_LINE.search(data)):
        _refuse(data, long.start(), f"longer than {LINE_LIMIT >> 20} MiB")
    try:
        return data.decode("utf-8-sig" if data.startswith(_BOM) else "utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Unreadable(_line(data, error.start), "it is not UTF-8") from None


def foreign(data: bytes) -> bool:
    """Whether a content that can be read has CRLF or a byte order mark, which are gone after the next write."""
    return b"\r" in data or data.startswith(_BOM)


def parsed(text: str) -> dict[str, Any]:
    """The tables of a text that passed the limits on bytes."""
    _refuse_costly_keys(text)
    try:
        data = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise Unreadable(error.lineno, _sentence(error.msg)) from None
    except (RecursionError, MemoryError):
        raise Unreadable(None, "nested too deeply") from None
    except ValueError as error:  # an integer of more than 4,300 digits
        raise Unreadable(None, _sentence(str(error))) from None
    for key, value in data.items():
        if not shallow(value, DEPTH_LIMIT + 2 * (key == "event")):
            raise Unreadable(None, f"nested deeper than {DEPTH_LIMIT} levels")
    return data


def shallow(value: Any, levels: int) -> bool:
    """Whether a value has no more levels of arrays and tables than these, itself the first."""
    found = [value] if isinstance(value, dict | list) else []
    for _ in range(levels):
        inside = (item for table in found for item in (table.values() if isinstance(table, dict) else table))
        found = [item for item in inside if isinstance(item, dict | list)]
    return not found


def _refuse_costly_keys(text: str) -> None:
    """Keys with many dots take the parser seconds; what strings and comments say is no key."""
    if text.count(".") <= DOTS_LIMIT and all(line.count(".") <= DEPTH_LIMIT for line in text.split("\n")):
        return
    keys = _TEXT.sub("s", text)
    if deep := _DEEP_KEY.search(keys):
        raise Unreadable(None, f'a key with more than {DEPTH_LIMIT} dots: "{deep[0][:40]}…"')
    if keys.count(".") > DOTS_LIMIT:
        raise Unreadable(None, f"more than {DOTS_LIMIT:,} dots in keys")


def _refuse(data: bytes, at: int, what: str) -> None:
    if at >= 0:
        raise Unreadable(_line(data, at), what)


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1


def _sentence(text: str) -> str:
    """A foreign message in the style of ours."""
    return text[:1].lower() + text[1:].rstrip(".")
