"""One lock for a whole desk, and this clone's own directory that it lies in. It does not know what is done under it.

The kernel frees the lock when its holder dies, so there is no stale one, and nothing is ever decided by what the file
says: that is for people.
"""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ticketcli.core.errors import Busy, NotSaved

OWN = ".ticketcli"
"""The directory of this clone's own files in a desk; git never sees it."""
PATIENCE = 10.0
"""For how many seconds a command waits for another one."""
_OPEN = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Held(Busy):
    """Somebody else has been writing in the desk for too long."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"the desk is held by {holder or 'another process'}; try again")


class NotLocked(NotSaved):
    """The desk cannot be locked, so it cannot be written."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f'cannot write in this desk: "{path}": {why}; nothing was changed')


@contextmanager
def hold(root: Path, who: str, *, wait: float | None = None, name: str = "lock") -> Iterator[None]:
    """The desk is ours alone inside the block; `who` tells others what we do ("ticket reply, ann").

    Waits for others for PATIENCE, or as many seconds as `wait` says. With another name it is one thing that nobody else
    does in this clone meanwhile, and the desk stays free.
    """
    path = root / OWN / name
    try:
        handle = _locked(root, path, time.monotonic() + (PATIENCE if wait is None else wait))
    except OSError as error:
        raise NotLocked(path, error.strerror or str(error)) from error
    try:
        with suppress(OSError):  # it is only read by people
            _sign(handle, who)
        yield
    finally:
        os.close(handle)


def own_directory(root: Path) -> Path:
    """This clone's own directory in the desk, made with its .gitignore where it was missing."""
    own = root / OWN
    try:
        with suppress(FileExistsError):
            own.mkdir()
        if not stat.S_ISDIR(own.lstat().st_mode):
            raise NotLocked(own, "it is not a directory")
        with suppress(FileExistsError):  # also where a stranger's desk has a link there
            _ignore_all(own / ".gitignore")
    except OSError as error:
        raise NotLocked(own, error.strerror or str(error)) from error
    return own


def _ignore_all(path: Path) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    with os.fdopen(handle, "w") as file:
        file.write("*\n")


def _locked(root: Path, path: Path, until: float) -> int:
    while True:
        own_directory(root)
        handle = _open(path)
        try:
            _wait(handle, until)
            if _is_still(path, handle):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)  # somebody deleted it while we waited: others lock another file by now


def _open(path: Path) -> int:
    handle = os.open(path, _OPEN, 0o666)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NotLocked(path, "it is not a regular file")
    return handle


def _wait(handle: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                raise Held(_holder(handle)) from None
            time.sleep(0.005 + os.urandom(1)[0] / 255 * 0.045)  # unequal steps: nobody is unlucky for ever


def _is_still(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.lstat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _sign(handle: int, who: str) -> None:
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"pid {os.getpid()} ({who}, since {time.strftime('%H:%M:%S')})\n".encode(), 0)


def _holder(handle: int) -> str:
    text = os.pread(handle, 200, 0).decode(errors="replace")
    return "".join(filter(str.isprintable, text))
