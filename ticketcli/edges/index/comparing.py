"""What has changed in the directory since the index was brought up to date, told by names and stat data alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from ticketcli.edges.index.opening import Index

_RACY = 2_000_000_000
"""Nanoseconds: a file this young may change once more and look the same, on the coarsest file system there is."""


class Month(Protocol):
    """The files of one directory of tickets, and what stat said of them."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def mtime(self) -> int:
        """That of the directory, in nanoseconds, from before it was read."""

    @property
    def read(self) -> bool:
        """Whether it was read: not where its mtime is the one known."""

    @property
    def digest(self) -> str:
        """The same for the same files, unchanged."""

    @property
    def newest(self) -> int:
        """The latest mtime, in nanoseconds."""

    def files(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Each name with what stat said of it, the mtime first."""


class Changes(NamedTuple):
    """What is to be read again, as (month, code), each with its mark; and what is not there any more."""

    changed: dict[tuple[str, str], str]
    gone: list[tuple[str, str]]
    months: list[tuple[str, str, int]]
    """The months that are to be noted down when all is done, each with its digest and mtime."""
    left: list[str]
    """Months that are gone."""

    def __bool__(self) -> bool:
        return bool(self.changed or self.gone or self.months or self.left)


def changes(index: Index, months: Iterable[Month], began: int) -> Changes:
    """How a directory, read since `began` (in nanoseconds), differs from the index."""
    known = dict(index.execute("SELECT name, digest FROM month"))
    found = Changes({}, [], [], [])
    for month in months:
        before = known.pop(month.name, None)
        digest = month.digest if month.read and max(month.newest, month.mtime) < began - _RACY else ""
        if month.read and (before != digest or not digest):
            _compare(index, month, began, found)
            found.months.append((month.name, digest, month.mtime if digest else 0))
    for name in known:
        found.left.append(name)
        found.gone.extend((name, code) for code in _codes(index, name))
    return found


def mtimes(index: Index) -> dict[str, int]:
    """The mtime of each month's directory, where one is known: whoever compares no more than that misses what a hand
    has changed in a file in its place.
    """
    return dict(index.execute("SELECT name, mtime FROM month WHERE mtime > 0"))


def settle(index: Index, found: Changes) -> None:
    """Notes down that the months are as they were found."""
    index.executemany("DELETE FROM month WHERE name = ?", [(name,) for name in found.left])
    index.executemany("INSERT OR REPLACE INTO month VALUES (?, ?, ?)", found.months)


def _compare(index: Index, month: Month, began: int, found: Changes) -> None:
    known = dict(index.execute("SELECT code, mark FROM ticket WHERE month = ?", (month.name,)))
    for name, stats in month.files():
        code = name.removesuffix(".toml")
        mark = " ".join(map(str, stats)) if stats[0] < began - _RACY else ""
        if known.pop(code, None) != mark or not mark:
            found.changed[month.name, code] = mark
    found.gone.extend((month.name, code) for code in known)


def _codes(index: Index, month: str) -> list[str]:
    return [code for (code,) in index.execute("SELECT code FROM ticket WHERE month = ?", (month,))]
