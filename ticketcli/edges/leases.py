"""Who works on which ticket in this clone, so that two are not handed the same one. The queue is not known here.

A lease is a small file that is only ever replaced whole. Who takes, renews or gives back one holds a lock on the
directory for these few calls: the kernel frees it when its holder dies, so nothing here can become stale but a lease.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ticketcli.core.errors import Busy, NotSaved
from ticketcli.core.ticket.code import valid

LENGTH = timedelta(minutes=15)
"""How long a lease lasts unless it is renewed."""
WAIT = 10.0
"""For how many seconds others may be at the leases before we give up."""
_WAIT_TO_RENEW = 1.0
_OWN, _LEASES, _TEMPORARY = ".ticketcli", "leases", "new.tmp"
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_DIRECTORY = _READ | os.O_DIRECTORY
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_LARGEST = 1 << 16


class NotClaimed(NotSaved):
    """A ticket cannot be leased."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f'could not save the lease "{path}": {why}; to look without one: ticket next --peek')


class NotReleased(NotSaved):
    """A lease cannot be given back."""

    def __init__(self, path: Path, why: str) -> None:
        minutes = LENGTH // timedelta(minutes=1)
        super().__init__(f'could not take away the lease "{path}": {why}; it ends by itself within {minutes} minutes')


class LeasesBusy(Busy):
    """Somebody else has been at the leases for too long."""

    def __init__(self) -> None:
        super().__init__("the leases of this desk are held by another process; try again")


@dataclass(frozen=True, slots=True)
class Lease:
    """A ticket that nobody but its holder is handed until then."""

    code: str
    holder: str
    until: datetime
    """Aware, UTC."""

    @property
    def since(self) -> datetime:
        """When it was taken, or renewed the last time (UTC)."""
        return self.until - LENGTH


def held(root: Path, now: datetime) -> dict[str, Lease]:
    """Every lease that has not expired, by code; what cannot be read is none."""
    try:
        folder = _folder(root)
    except OSError:
        return {}
    try:
        return {lease.code: lease for lease in _leases(folder) if _runs(lease, now)}
    except OSError:
        return {}
    finally:
        os.close(folder)


def claim(root: Path, code: str, holder: str, now: datetime) -> Lease | None:
    """The lease that the holder has from now on, taken or renewed; None where somebody else has one."""
    path = root / _OWN / _LEASES / code
    if not valid(code):
        raise NotClaimed(path, "it is no code of a ticket")
    try:
        with _alone(root, WAIT, make=True) as folder:
            there = _read(folder, code)
            if there and there.holder != holder and _runs(there, now):
                return None
            _sweep(folder, now)
            return _write(folder, code, holder, now)
    except TimeoutError as error:
        raise LeasesBusy from error
    except OSError as error:
        raise NotClaimed(path, error.strerror or str(error)) from error


def release(root: Path, code: str, holder: str) -> bool:
    """Whether the holder had the lease, which is gone then."""
    try:
        with _alone(root, WAIT) as folder:
            there = _read(folder, code)
            if there is None or there.holder != holder:
                return False
            os.unlink(code, dir_fd=folder)
            return True
    except FileNotFoundError:  # nobody has ever had one
        return False
    except TimeoutError as error:
        raise LeasesBusy from error
    except OSError as error:
        raise NotReleased(root / _OWN / _LEASES / code, error.strerror or str(error)) from error


def renew(root: Path, code: str, holder: str, now: datetime) -> None:
    """Afterwards the lease begins anew, if the holder has one that runs; what hinders it hinders nobody's write."""
    with suppress(OSError), _alone(root, _WAIT_TO_RENEW) as folder:
        there = _read(folder, code)
        if there and there.holder == holder and _runs(there, now):
            _write(folder, code, holder, now)


@contextmanager
def _alone(root: Path, wait: float, *, make: bool = False) -> Iterator[int]:
    """The open directory of the leases, ours alone inside the block. All that goes wrong is an OSError."""
    folder = _locked(root, time.monotonic() + wait, make=make)
    try:
        yield folder
    finally:
        os.close(folder)


def _locked(root: Path, until: float, *, make: bool) -> int:
    while True:
        folder = _folder(root, make=make)
        try:
            _wait(folder, until)
            if _is_still(root, folder):
                return folder
        except BaseException:
            os.close(folder)
            raise
        os.close(folder)  # somebody deleted it while we waited: others lock another one by now


def _wait(folder: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                raise TimeoutError from None
            time.sleep(os.urandom(1)[0] / 255 * 0.005)  # it is held for a few calls only; unequal steps are fair


def _is_still(root: Path, folder: int) -> bool:
    try:
        return os.path.samestat((root / _OWN / _LEASES).lstat(), os.fstat(folder))
    except FileNotFoundError:
        return False


def _folder(root: Path, *, make: bool = False) -> int:
    """The open directory of the leases. A desk may come from a stranger: no step below it is a symbolic link."""
    if make:
        with suppress(FileExistsError):
            (root / _OWN).mkdir()
    own = os.open(root / _OWN, _DIRECTORY)
    try:
        if make:
            _furnish(own)
        return os.open(_LEASES, _DIRECTORY, dir_fd=own)
    finally:
        os.close(own)


def _furnish(own: int) -> None:
    with suppress(FileExistsError):
        _create(own, ".gitignore", b"*\n")
    with suppress(FileExistsError):
        os.mkdir(_LEASES, dir_fd=own)


def _leases(folder: int) -> Iterator[Lease]:
    for name in os.listdir(folder):
        if lease := _read(folder, name):
            yield lease


def _read(folder: int, code: str) -> Lease | None:
    if not valid(code):
        return None
    try:
        handle = os.open(code, _READ, dir_fd=folder)
        try:
            text = os.read(handle, _LARGEST).decode(errors="surrogatepass")
        finally:
            os.close(handle)
        until, _, holder = text.partition(" ")
        if holder.endswith("\n"):  # else it is cut off, as a power cut leaves it
            return Lease(code, holder[:-1], _instant(until))
    except (OSError, ValueError, OverflowError):
        pass
    return None


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    return instant.astimezone(UTC)


def _runs(lease: Lease, now: datetime) -> bool:
    # One that ends much later than any can was written by a clock set right since, or by a stranger.
    return timedelta(0) < lease.until - now <= 2 * LENGTH


def _write(folder: int, code: str, holder: str, now: datetime) -> Lease:
    lease = Lease(code, holder, now.astimezone(UTC) + LENGTH)
    with suppress(FileNotFoundError):
        os.unlink(_TEMPORARY, dir_fd=folder)  # of a writer that was cut off
    _create(folder, _TEMPORARY, f"{lease.until.isoformat()} {holder}\n".encode(errors="surrogatepass"))
    os.rename(_TEMPORARY, code, src_dir_fd=folder, dst_dir_fd=folder)
    return lease


def _create(folder: int, name: str, data: bytes) -> None:
    with os.fdopen(os.open(name, _NEW, 0o666, dir_fd=folder), "wb") as file:
        file.write(data)


def _sweep(folder: int, now: datetime) -> None:
    for lease in _leases(folder):
        if not _runs(lease, now):
            with suppress(OSError):
                os.unlink(lease.code, dir_fd=folder)
