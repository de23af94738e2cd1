"""Where mail lies: mbox files, Maildirs, directories of .eml; each message as bytes. It changes nothing there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from ticketcli.core.errors import TicketError
from ticketcli.core.mail import mbox
from ticketcli.core.mail.mime import date

_BEGINNING = 64 << 10
"""In how many bytes of a message its date is looked for."""
_MBOX = re.compile(rb"(?:\xef\xbb\xbf)?From (?!:)")
_HEAD_ENDS = re.compile(rb"\r?\n\r?\n")
_DATE = re.compile(rb"^Date:([^\r\n]*)", re.MULTILINE | re.IGNORECASE)


class NoMail(TicketError):
    """A path at which no mail lies."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f'cannot read mail from "{path}": {why}')


class Source(NamedTuple):
    """One message in a file."""

    path: Path
    begin: int
    end: int
    date: datetime
    """What it says of itself, or when the file was written (UTC)."""
    whole: bool
    """Whether the file is this one message."""

    def __str__(self) -> str:
        return str(self.path) if self.whole else f"{self.path} at byte {self.begin}"


def sources(paths: Iterable[Path]) -> list[Source]:
    """Every message below these paths, the oldest first, so that an answer comes behind what it answers.

    Raises NoMail for a path that is not there or cannot be read.
    """
    found = [source for path in paths for file in _files(path) for source in _messages(file)]
    return sorted(found, key=lambda source: (source.date, str(source.path), source.begin))


def read(source: Source) -> bytes:
    """A message as it lies there. Raises NoMail."""
    try:
        with source.path.open("rb") as file:
            file.seek(source.begin)
            data = file.read(source.end - source.begin)
    except OSError as error:
        raise NoMail(source.path, error.strerror or str(error)) from error
    return data if source.whole else next((raw for _, raw in mbox.split(BytesIO(data))), data)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
    elif (path / "cur").is_dir():
        yield from (file for name in ("cur", "new") for file in _inside(path / name) if not file.name.startswith("."))
    else:
        yield from (file for file in _inside(path) if file.suffix in (".eml", ".mbox"))


def _inside(folder: Path) -> list[Path]:
    try:
        return [Path(entry.path) for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise NoMail(folder, error.strerror or str(error)) from error


def _messages(path: Path) -> Iterator[Source]:
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            written = datetime.fromtimestamp(int(status.st_mtime), UTC)
            beginning = file.read(_BEGINNING)
            if not _MBOX.match(beginning):
                yield Source(path, 0, status.st_size, _date(beginning) or written, whole=True)
                return
            file.seek(0)
            places = [(offset, _date(raw[:_BEGINNING]) or written) for offset, raw in mbox.split(file)]
    except OSError as error:
        raise NoMail(path, error.strerror or str(error)) from error
    ends = [offset for offset, _ in places[1:]] + [status.st_size]
    for (begin, sent), end in zip(places, ends, strict=True):
        yield Source(path, begin, end, sent, whole=False)


def _date(beginning: bytes) -> datetime | None:
    found = _DATE.search(_HEAD_ENDS.split(beginning, maxsplit=1)[0])
    return date(found[1].decode("ascii", "replace")) if found else None
