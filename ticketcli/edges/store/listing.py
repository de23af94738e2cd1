"""Which files a desk holds: its tickets, and what does not belong there. It opens none of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from ticketcli.edges.store.reading import Unreadable, reason, utc
from ticketcli.edges.store.writing import FOLDERS, TEMPORARY


class Stranger(NamedTuple):
    """A file in the desk that belongs to no ticket."""

    path: Path
    mtime: datetime
    """Aware, UTC, in whole seconds."""
    temporary: bool
    """It is what a writer that was cut off has left."""


def ticket_entries(root: Path) -> Iterator[os.DirEntry[str]]:
    """The entries `tickets/*/*.toml` of a desk in no order, for readers that want stat data without a Path each."""
    for month in _entries(root / "tickets"):
        if _is_month(month):
            yield from filter(_is_ticket, _entries(Path(month.path)))


class Month(NamedTuple):
    """The ticket files of one month and what stat said of them, for a comparison that opens none."""

    name: str
    mtime: int
    """That of the directory, from before it was read: it changes with every file that comes, goes or is replaced."""
    names: list[str]
    stats: list[int]
    """For each name its times of change (mtime and ctime, in nanoseconds), size and inode."""
    read: bool = True
    """Whether the directory was read; not where its mtime was enough to know that it is as it was."""

    @property
    def digest(self) -> str:
        """The same for the same files, unchanged."""
        names = crc32("/".join(self.names).encode(errors="surrogateescape"))
        return f"{self.mtime} {hash(tuple(self.stats)):x} {names:x}"  # numbers hash alike in every process

    @property
    def newest(self) -> int:
        """The latest mtime of any file, in nanoseconds since 1970."""
        return max(self.stats[0::_STATS], default=0)

    def files(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Each name with what stat said of it."""
        return zip(self.names, zip(*[iter(self.stats)] * _STATS, strict=True), strict=True)


_STATS = 4


def scan(root: Path, known: Mapping[str, int] | None = None) -> Iterator[Month]:
    """The months of a desk; nothing that is no ticket file is in them.

    Those whose mtime is the one that is `known` are not read.
    """
    for name in months(root):
        folder = root / "tickets" / name
        mtime = _mtime(folder)
        if known and known.get(name) == mtime:
            yield Month(name, mtime, [], [], read=False)
        else:
            yield _month(folder, mtime)


def at_least(root: Path, count: int) -> bool:
    """Whether a desk has so many ticket files."""
    found = 0
    for month in months(root):
        found += sum(map(_is_ticket, _entries(root / "tickets" / month)))
        if found >= count:
            return True
    return found >= count


def months(root: Path) -> list[str]:
    """The names of the months, sorted."""
    return sorted(entry.name for entry in _entries(root / "tickets") if _is_month(entry))


def _mtime(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _month(folder: Path, mtime: int) -> Month:
    names: list[str] = []
    stats: list[int] = []
    for entry in _entries(folder):  # the one loop that every list makes over every ticket
        name = entry.name
        if name.endswith(".toml") and name[0] != ".":
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:  # it has gone since
                continue
            names.append(name)
            stats += (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)
    return Month(folder.name, mtime, names, stats)


def stats_of(root: Path, month: str, code: str) -> tuple[int, ...]:
    """What stat says of a ticket's file, as in a Month; nothing where it is not there."""
    try:
        found = (root / "tickets" / month / f"{code}.toml").lstat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def ticket_files(root: Path) -> list[Path]:
    """The ticket files of a desk, sorted by month and name."""
    return [Path(path) for path in sorted(entry.path for entry in ticket_entries(root))]


def canned_files(root: Path) -> list[Path]:
    """What is to be a canned response, sorted by name. Raises Unreadable where `canned/` leads elsewhere."""
    folder = root / "canned"
    if folder.is_symlink():
        raise Unreadable(folder, "it is a symbolic link")
    return sorted(Path(entry.path) for entry in _entries(folder) if _is_ticket(entry))


def strangers(root: Path) -> list[Stranger]:
    """What lies under `tickets/` and is no ticket file, and what cut-off writers left anywhere in the desk, by path."""
    found = [entry for entry in _entries(root) if _is_temporary(entry)]
    for name in FOLDERS:
        for entry in _entries(root / name):
            below = list(_entries(Path(entry.path))) if entry.is_dir(follow_symlinks=False) else []
            if name == "tickets":
                found += [each for each in below if not _is_ticket(each) and not _is_hidden(each)]
                found += [] if _is_month(entry) or _is_hidden(entry) else [entry]
            else:
                found += [each for each in (entry, *below) if _is_temporary(each)]
    return sorted(map(_stranger, found), key=lambda stranger: stranger.path)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise Unreadable(folder, reason(error)) from error


def _is_month(entry: os.DirEntry[str]) -> bool:
    return not _is_hidden(entry) and entry.is_dir(follow_symlinks=False)


def _is_ticket(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(".toml") and not _is_hidden(entry)


def _is_hidden(entry: os.DirEntry[str]) -> bool:
    return entry.name.startswith(".")


def _is_temporary(entry: os.DirEntry[str]) -> bool:
    return TEMPORARY.fullmatch(entry.name) is not None


def _stranger(entry: os.DirEntry[str]) -> Stranger:
    return Stranger(Path(entry.path), utc(entry.stat(follow_symlinks=False).st_mtime_ns), _is_temporary(entry))
