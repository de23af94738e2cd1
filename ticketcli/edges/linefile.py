"""A file or stream as lines of bytes, each at its place. It does not know what they say, and holds one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO, NamedTuple

from ticketcli.core.errors import TicketError

_PIECE = 1 << 20


class NoFile(TicketError):
    """A file that cannot be read; nothing was written."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}; nothing was imported")


class Line(NamedTuple):
    """One line, without its end."""

    number: int
    offset: int
    data: bytes
    """Of a line that is longer than the limit only the beginning, one byte more than that."""


class LineFile:
    """The lines of a file, whose beginning can be sought."""

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self._file, self._limit = file, limit

    def __len__(self) -> int:
        """How many lines there are."""
        self._file.seek(0)
        count, last = 0, b"\n"
        while piece := self._file.read(_PIECE):
            count, last = count + piece.count(b"\n"), piece[-1:]
        return count + (last != b"\n")

    def __iter__(self) -> Iterator[Line]:
        number = offset = 0
        while data := self._read(offset):
            number += 1
            begin, offset = offset, self._end(data)
            yield Line(number, begin, data.removesuffix(b"\n"))

    def at(self, offset: int) -> bytes:
        """The line that begins there."""
        return self._read(offset).removesuffix(b"\n")

    def _read(self, offset: int) -> bytes:
        self._file.seek(offset)
        return self._file.readline(self._limit + 1)

    def _end(self, data: bytes) -> int:
        """Where the next line begins; the rest of one that is too long is passed over."""
        while data and not data.endswith(b"\n"):
            data = self._file.readline(_PIECE)
        return self._file.tell()


@contextmanager
def opened(path: Path | None, stream: BinaryIO | None, limit: int) -> Iterator[LineFile]:
    """The lines of a file, or of a stream where no path is given, which is read to its end first. Raises NoFile."""
    try:
        file = _file(path) if path else _kept(stream)
    except OSError as error:
        raise NoFile(str(path or "standard input"), error.strerror or str(error)) from error
    with file:
        yield LineFile(file, limit)


def _file(path: Path) -> BinaryIO:
    if path.exists() and not path.is_file():
        raise NoFile(str(path), "it is no ordinary file; hand what it holds over on standard input: -")
    return path.open("rb")


def _kept(stream: BinaryIO | None) -> BinaryIO:
    """A copy of a stream that can be read twice; of a closed one, of nothing."""
    from tempfile import TemporaryFile

    file = TemporaryFile()  # noqa: SIM115  its user closes it
    if stream:
        copyfileobj(stream, file)
    return file
