"""One file written: whole, durable, and only over what its writer had read. Who may write when is the lock's affair."""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from errno import EOPNOTSUPP, EPERM
from pathlib import Path

from ticketcli.core.errors import ChangedMeanwhile, NotSaved
from ticketcli.edges.store.reading import LIMIT, Missing, Unreadable, read, reason

TEMPORARY = re.compile(r"[0-9a-f]{16}\.tmp")
"""The name of a file that is not yet published; random, since a number would come back after a crash."""
FOLDERS = ("attachments", "canned", "tickets")
"""The folders of a desk that hold files of the desk."""
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class NotSavedHere(NotSaved):
    """A save that failed before anything was published."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f'could not save "{path}": {why}; nothing was changed')


class MaybeSaved(NotSaved):
    """A save that failed after the new text was published: it is visible, and may not survive a power cut."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f'"{path}" may be saved: {why}; look at it before you try again')


class Changed(ChangedMeanwhile):
    """The file no longer holds what its writer had read."""

    def __init__(self, path: Path) -> None:
        super().__init__(f'"{path}" was changed meanwhile by somebody else, nothing was written; try again')


class Exists(ChangedMeanwhile):
    """The file that was to be new is there already."""

    def __init__(self, path: Path) -> None:
        super().__init__(f'"{path}" is there already, nothing was written')


def write(path: Path, data: bytes, *, old: bytes | None, limit: int = LIMIT) -> None:
    """Afterwards the file holds `data`, whole and durable, if it still held `old` (None: if it was not there)."""
    try:
        before = _target(path, old)
        if len(data) > limit:
            raise NotSavedHere(path, f"it would be larger than {limit >> 20} MiB")
        if before is None:
            settle(path.parent)
        temporary = path.parent / f"{os.urandom(8).hex()}.tmp"
        fill(temporary, data, before)
        try:
            publish(temporary, path, old, limit)
        except BaseException:
            forget(temporary)
            raise
    except Unreadable as error:
        raise NotSavedHere(path, error.why) from error
    except (OSError, ValueError) as error:
        raise NotSavedHere(path, reason(error)) from error
    seal(path)


def seal(path: Path) -> None:
    """Afterwards the name of a published file is durable too."""
    try:
        _sync(path.parent)
    except OSError as error:
        raise MaybeSaved(path, reason(error)) from error


def fill(path: Path, data: bytes, before: os.stat_result | None, *, durable: bool = True) -> None:
    """A new file with these bytes, synced, with the mode and group of the one it will replace; none if that fails."""
    handle = os.open(path, _NEW, 0o666 if before is None else 0o600)
    try:
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(handle, view) :]
            if before is not None:
                _take_over(handle, before)
            if durable:
                os.fsync(handle)  # never tried again: the kernel forgets what it could not write
        finally:
            os.close(handle)
    except BaseException:
        forget(path)
        raise


def _take_over(handle: int, before: os.stat_result) -> None:
    if os.fstat(handle).st_gid != before.st_gid:
        with suppress(PermissionError):  # not a member of that group
            os.fchown(handle, -1, before.st_gid)
    os.fchmod(handle, stat.S_IMODE(before.st_mode))


def publish(temporary: Path, path: Path, old: bytes | None, limit: int = LIMIT) -> None:
    """Gives a filled file its name, if what has the name still holds `old` (None: if nothing has it)."""
    try:
        now = read(path, limit=limit).data
    except Missing:
        now = None
    if now != old:
        raise _conflict(path, old)
    if old is not None:
        temporary.rename(path)
        return
    try:
        os.link(temporary, path)  # unlike a rename it never replaces what somebody has just put there
        forget(temporary)
    except FileExistsError as error:
        raise Exists(path) from error
    except OSError as error:
        if error.errno not in {EPERM, EOPNOTSUPP}:
            raise
        temporary.rename(path)  # a file system without links; the desk's lock keeps others away


def _target(path: Path, old: bytes | None) -> os.stat_result | None:
    _refuse_linked_folders(path)
    try:
        before = path.lstat()
    except FileNotFoundError:
        before = None
    if (before is None) != (old is None):
        raise _conflict(path, old)
    if before is not None and before.st_nlink > 1:
        _drop_leftovers(path, before)
        before = path.lstat()
    if before is not None and (why := _refusal(before)):
        raise NotSavedHere(path, why)
    return before


def _refusal(found: os.stat_result) -> str:
    if stat.S_ISLNK(found.st_mode):
        return "it is a symbolic link"
    if not stat.S_ISREG(found.st_mode):
        return "it is not a regular file"
    if found.st_nlink > 1:
        return "it has another hard link"
    return "" if found.st_mode & stat.S_IWUSR else "it is read-only"


def _conflict(path: Path, old: bytes | None) -> ChangedMeanwhile:
    return Exists(path) if old is None else Changed(path)


def _refuse_linked_folders(path: Path) -> None:
    """A desk from a stranger may hold a folder that leads out of it."""
    for folder in (path.parent, path.parent.parent):
        if (folder.name in FOLDERS or folder.parent.name in FOLDERS) and folder.is_symlink():
            raise NotSavedHere(path, f'"{folder}" is a symbolic link')


def _drop_leftovers(path: Path, found: os.stat_result) -> None:
    """A writer that was cut off between `link` and `unlink` left a second name; it is no name of anybody else's."""
    with os.scandir(path.parent) as entries:
        for entry in entries:
            if TEMPORARY.fullmatch(entry.name) and entry.inode() == found.st_ino:
                forget(Path(entry.path))


def settle(folder: Path) -> None:
    """Afterwards the folder is there and its name durable; an empty one may be left from a writer that was cut off."""
    if not folder.is_dir():
        settle(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir()
    with os.scandir(folder) as entries:
        empty = next(entries, None) is None
    if empty:
        with suppress(PermissionError):  # the desk's own parent need not be ours
            _sync(folder.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def forget(path: Path) -> None:
    """Takes a file away, if it is there and can be taken away."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
