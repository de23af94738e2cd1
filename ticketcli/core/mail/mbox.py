"""A mailbox file cut into its mails, as a stream: it may be larger than memory. It reads no mail.

A mail begins at a marker line: `From -`, or `From ` with an address or a date, and a header field behind it.
Content-Length is not trusted, and `From Russia with love` in a letter is no marker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import BinaryIO

from ticketcli.core.mail.limits import LARGEST

PIECE = 64 << 10
"""What is read at once of a long line; a marker is shorter."""

_BARE = re.compile(rb"From (?:-|[^\s@]{1,200}@[^\s@]{1,200})[ \t]*+\r?\n?")
_DATED = re.compile(rb"From \S{1,400}[ \t]++\w{3},? ++(?:\w{3} ++\d{1,2}|\d{1,2} ++\w{3}) [^\r\n]{4,80}\r?\n?")
_FIELD = re.compile(rb"[!-9;-~]{1,100}[ \t]{0,9}:|>?From ")
_QUOTED = re.compile(rb">+From ")
_BOM = b"\xef\xbb\xbf"


def split(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The mails, each with its place in the file: the offset of its marker line, which is no part of it.

    `>From ` becomes `From ` again. Of a mail over `limits.LARGEST` only so much comes that it is refused for its size.
    """
    mail = _Mail(0)
    offset, is_start = 0, True
    for piece, following in pairwise(chain(_pieces(stream), [b""])):
        line = piece.removeprefix(_BOM) if offset == 0 else piece
        if is_start and (_is_marker(line, following, mail.after_empty) or (not offset and line.startswith(b"From "))):
            yield from mail.finished()
            mail = _Mail(offset)
        else:
            mail.add(line, is_start)
        offset += len(piece)
        is_start = piece.endswith(b"\n")
    yield from mail.finished()


@dataclass(slots=True)
class _Mail:
    start: int
    lines: list[bytes] = field(default_factory=list)
    size: int = 0
    after_empty: bool = True

    def add(self, line: bytes, is_start: bool) -> None:
        """Takes a line, or a piece of one."""
        self.after_empty = is_start and line in (b"\n", b"\r\n")
        if self.size <= LARGEST:
            line = line[1:] if is_start and _QUOTED.match(line) else line
            self.lines.append(line)
            self.size += len(line)

    def finished(self) -> Iterator[tuple[int, bytes]]:
        """The mail, if there is one; the empty line before the next marker is not its own."""
        raw = b"".join(self.lines[:-1] if self.after_empty and self.size <= LARGEST else self.lines)
        if raw.strip():
            yield self.start, raw


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: stream.readline(PIECE), b"")


def _is_marker(line: bytes, following: bytes, after_empty: bool) -> bool:
    if not line.startswith(b"From "):
        return False
    is_dated = bool(_DATED.fullmatch(line))
    return (is_dated and after_empty) or bool((is_dated or _BARE.fullmatch(line)) and _FIELD.match(following))
