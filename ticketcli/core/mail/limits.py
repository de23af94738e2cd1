"""What no mail may be, found by plain scans before anything is parsed: 100 kB can keep a parser busy for minutes."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ticketcli.core.errors import TicketError

if TYPE_CHECKING:
    from email.message import Message

LARGEST = 25 << 20
"""Bytes of a mail."""
HEADER_BYTES = 256 << 10
HEADER_FIELDS = 500
FIELD_BYTES = 16 << 10
"""Of a field that says what a part is: Content-Type and the like."""
FIELD_PARAMETERS = 200
DEEPEST = 20
"""Levels of multiparts and of mails in mails."""
PARTS = 200
REPORTS = 2000
"""Recipients in a delivery report, each a block of lines."""
WORK = 3_000_000
"""Lines, each counted once for each level it is below: the parser asks every level about every line."""

_HEADER_LINE = re.compile(rb"(?:From |[!-9;-~]*+:|[ \t])[^\n]*+\n?")
_FIELD = re.compile(rb"^Content-[^\n]*+(?:\n[ \t][^\n]*+)*+", re.MULTILINE | re.IGNORECASE)


class Unintelligible(TicketError):
    """A mail that cannot be read."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the mail cannot be read: {reason}; its raw bytes are kept")


class TooMuch(Unintelligible):
    """A mail beyond a limit."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"it has more than {limit:,} {what}")


def check(raw: bytes) -> None:
    """Nothing, for a mail that can be parsed quickly and in little memory. Raises TooMuch."""
    _at_most(LARGEST, len(raw), "bytes")
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")  # the parser ends lines at each of the three
    _Walk(lines).walk()


def _at_most(limit: int, number: int, what: str) -> None:
    if number > limit:
        raise TooMuch(what, limit)


@dataclass(slots=True)
class _Walk:
    """A walk over header blocks and separators, as the parser will take it; it keeps nothing but where it is."""

    raw: bytes
    levels: list[bytes | None] = field(default_factory=list)
    """The boundary of each multipart that is open; None for a mail inside a mail."""
    digest: bool = False
    parts: int = 0
    work: int = 0

    def walk(self) -> None:
        """Goes from separator to separator. Raises TooMuch."""
        position = self._part(0)
        while found := self._separator(position):
            self._count_lines(position, found.start())
            is_part = self._leave(found[1])
            position = self._part(found.end() + 1) if is_part else found.end()
        self._count_lines(position, len(self.raw))

    def _part(self, position: int) -> int:
        """Where the body begins of the part whose headers are here; mails in mails have several headers in a row."""
        nested = True
        while nested:
            self.parts += 1
            _at_most(PARTS, self.parts, "parts")
            _at_most(DEEPEST, len(self.levels), "levels")
            end = self._end_of_headers(position)
            block = self.raw[position:end]
            position = end + 1 if self.raw.startswith(b"\n", end) else end
            nested = self._enter(_headers(block, self.digest), position)
        return position

    def _end_of_headers(self, start: int) -> int:
        fields, position = 0, start
        while (match := _HEADER_LINE.match(self.raw, position)) and not self._level(match[0][2:].rstrip()):
            position = match.end()
            fields += not match[0].startswith((b" ", b"\t"))
            _at_most(HEADER_FIELDS, fields, "header fields")
            _at_most(HEADER_BYTES, position - start, "bytes of headers")
        return position

    def _enter(self, part: Message, position: int) -> bool:
        """Notes what the part opens; True where a mail begins inside it at once."""
        self.digest = part.get_content_type() == "multipart/digest"
        boundary: str | None = None
        with suppress(ValueError, TypeError, LookupError):  # the parser will say so
            boundary = part.get_boundary()
        if part.get_content_maintype() == "multipart" and boundary is not None:
            self.levels.append(boundary.encode("utf-8", "surrogatepass"))
        if part.get_content_type() == "message/delivery-status":
            _at_most(REPORTS, self.raw.count(b"\n\n", position, self._end_of_part(position)), "reports")
            return False
        if part.get_content_maintype() == "message":
            self.levels.append(None)
            return True
        return False

    def _separator(self, position: int) -> re.Match[bytes] | None:
        """The next line from here that begins a part or ends a multipart."""
        boundaries = b"|".join(re.escape(boundary) for boundary in set(self.levels) if boundary is not None)
        if not any(boundary is not None for boundary in self.levels):
            return None
        return re.compile(rb"\n--((?:%b)(?:--)?)[ \t]*+$" % boundaries, re.MULTILINE).search(self.raw, position - 1)

    def _leave(self, line: bytes) -> bool:
        """Closes the levels that a separator ends; True where a part begins."""
        level = self._level(line)
        is_part = self.levels[level - 1] == line
        self.levels = self.levels[: level if is_part else level - 1]
        return is_part

    def _level(self, line: bytes) -> int:
        """The number of the innermost open level whose separator this is, from 1; 0: of none."""
        for level in range(len(self.levels), 0, -1):
            boundary = self.levels[level - 1]
            if boundary is not None and line in (boundary, boundary + b"--"):
                return level
        return 0

    def _end_of_part(self, position: int) -> int:
        boundary = next((boundary for boundary in reversed(self.levels) if boundary is not None), None)
        end = -1 if boundary is None else self.raw.find(b"\n--" + boundary, position)
        return end if end >= 0 else len(self.raw)

    def _count_lines(self, start: int, end: int) -> None:
        self.work += self.raw.count(b"\n", start, end) * (len(self.levels) + 2)
        _at_most(WORK, self.work, "lines in parts of parts")


def _headers(block: bytes, in_digest: bool) -> Message:
    from email.parser import BytesHeaderParser

    for found in _FIELD.finditer(block):
        _at_most(FIELD_BYTES, len(found[0]), "bytes in a field of a part")
        _at_most(FIELD_PARAMETERS, found[0].count(b";"), "parameters in a field of a part")
    part: Message = BytesHeaderParser().parsebytes(block)
    if in_digest:
        part.set_default_type("message/rfc822")
    return part
