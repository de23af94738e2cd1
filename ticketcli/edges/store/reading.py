"""One file read whole, with what stat said of it; it follows no link, waits for no pipe and knows no format."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from errno import ELOOP
from pathlib import Path
from typing import NamedTuple

from ticketcli.core.errors import TicketError

LIMIT = 8 << 20
"""The largest ticket or settings file, in bytes."""
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
_LAST_SECOND = 253402300799  # of the year 9999: a file may claim to be younger


class Unreadable(TicketError):
    """A file that cannot be read, and why."""

    def __init__(self, path: Path, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f'cannot read "{path}": {why}')


class Missing(Unreadable):
    """No such file."""


class TooLarge(Unreadable):
    """A file over the limit of its kind."""

    def __init__(self, path: Path, limit: int) -> None:
        super().__init__(path, f"it is larger than {limit >> 20} MiB")


class Content(NamedTuple):
    """The bytes of a file and what stat said of it when they were read."""

    data: bytes
    mtime: datetime
    """Aware, UTC, in whole seconds."""
    mtime_ns: int
    size: int
    inode: int


def read(path: Path, *, limit: int = LIMIT, follow: bool = False) -> Content:
    """The content of a regular file; a symbolic link is refused unless it is to be followed."""
    try:
        handle = os.open(path, _READ | (0 if follow else os.O_NOFOLLOW))
        try:
            found = os.fstat(handle)
            data = _regular(path, handle, found, limit)
        finally:
            os.close(handle)
    except FileNotFoundError as error:
        raise Missing(path, "no such file") from error
    except (OSError, ValueError) as error:
        raise Unreadable(path, reason(error)) from error
    return Content(data, utc(found.st_mtime_ns), found.st_mtime_ns, found.st_size, found.st_ino)


def reason(error: OSError | ValueError) -> str:
    """What went wrong, in the operating system's words."""
    if not isinstance(error, OSError):
        return str(error)  # embedded null byte
    return "it is a symbolic link" if error.errno == ELOOP else error.strerror or str(error)


def utc(nanoseconds: int) -> datetime:
    """A time that stat gave, in UTC and whole seconds."""
    return datetime.fromtimestamp(min(max(nanoseconds // 10**9, 0), _LAST_SECOND), UTC)


def _regular(path: Path, handle: int, found: os.stat_result, limit: int) -> bytes:
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable(path, "it is not a regular file")
    if found.st_size > limit:
        raise TooLarge(path, limit)
    data = os.read(handle, found.st_size + 1)
    while len(data) <= limit and (more := os.read(handle, 1 << 16)):
        data += more
    if len(data) > limit:
        raise TooLarge(path, limit)
    return data
