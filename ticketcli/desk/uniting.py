"""Two commits of a desk made one: what becomes of every file that changed on either side. It writes nothing.

Tickets are joined by what they say, whatever a desk's attributes ask for; settings and canned texts are merged as
texts. Of other files only what one side alone has changed is taken over: the rest is for git and a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ticketcli.core.errors import TicketError
from ticketcli.core.file.joining import joined
from ticketcli.edges.git import histories

if TYPE_CHECKING:
    from ticketcli.edges.git.histories import Difference, Entry

SETTINGS, ATTRIBUTES = "ticketcli.toml", ".gitattributes"
_FOLDERS, _FILES = ("tickets", "attachments", "canned"), (SETTINGS, ATTRIBUTES, ".gitignore")
_TICKET = re.compile(r"tickets/[^/.][^/]*/[^/.][^/]*\.toml")
_TEXT = re.compile(r"ticketcli\.toml|canned/[^/.][^/]*\.toml")
_BESIDE = re.compile(r"canned/[^/.][^/]*(?<!\.toml)(?<!\.tmp)")
_OTHER = re.compile(r"attachments/[0-9a-f]{2}/[0-9a-f]{64}|\.gitattributes")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a desk lies in its work tree."""

    root: Path
    top: Path
    below: str
    """What names in the work tree begin with where they are the desk's: empty, or `some/folder/`."""

    def holds(self, name: str) -> bool:
        """Whether a file of the work tree belongs to the desk."""
        inner = name.removeprefix(self.below)
        return name.startswith(self.below) and (inner in _FILES or inner.split("/")[0] in _FOLDERS)

    def inner(self, name: str) -> str:
        """Its name inside the desk where it is of a kind that the desk knows, else empty."""
        inner = name.removeprefix(self.below)
        known = any(kind.fullmatch(inner) for kind in (_TICKET, _TEXT, _BESIDE, _OTHER)) and "\n" not in inner
        return inner if known and name.startswith(self.below) else ""

    def ticket(self, name: str) -> str:
        """The code of the ticket whose file it is, else empty."""
        inner = self.inner(name)
        return PurePosixPath(inner).stem if _TICKET.fullmatch(inner) else ""

    def text(self, name: str) -> bool:
        """Whether it holds settings or a canned text."""
        return _TEXT.fullmatch(self.inner(name)) is not None

    def beside(self, name: str) -> bool:
        """Whether it lies beside the canned texts, as the files do that go with them."""
        return _BESIDE.fullmatch(self.inner(name)) is not None

    def names(self) -> list[str]:
        """Where in the work tree to look for files of the desk."""
        return [self.below + name for name in (*_FOLDERS, SETTINGS, ATTRIBUTES)]


@dataclass(frozen=True, slots=True)
class United:
    """What ours becomes by taking over theirs."""

    files: Mapping[str, Entry | bytes]
    """What theirs adds to it, by name."""
    conflicts: Mapping[str, str]
    """What stays for a person, by name, and why."""


class BothChanged(TicketError):
    """A text that both sides changed in the same lines."""

    def __init__(self) -> None:
        super().__init__("changed here and there in the same lines")


@dataclass(frozen=True, slots=True)
class _Versions:
    """A file that both sides changed."""

    base: Entry
    ours: Entry
    theirs: Entry

    @property
    def plain(self) -> bool:
        return self.ours.plain and self.theirs.plain and (self.base.plain or not self.base.there)

    @property
    def why(self) -> str:
        """Why it is not united."""
        if self.ours.there and self.theirs.there:
            return "changed here and there"
        return "changed here and gone there" if self.ours.there else "gone here and changed there"


def unite(place: Place, ours: str, bases: Sequence[str], news: Mapping[str, Difference], now: datetime) -> United:
    """How ours and theirs become one; `news` is how theirs differs from the first of the bases of both.

    What hands did and nobody recorded is dated `now`.
    """
    mine: dict[str, Difference] = {}
    for base in reversed(bases):
        mine |= histories.differences(place.top, base, ours)
    files: dict[str, Entry | bytes] = {name: news[name][1] for name in news if name not in mine}
    both = {
        name: _Versions(news[name][0], mine[name][1], news[name][1])
        for name in news
        if name in mine and news[name][1] != mine[name][1]
    }
    joinable = {name: one for name, one in both.items() if one.plain and (place.ticket(name) or place.text(name))}
    conflicts = {name: one.why for name, one in both.items() if name not in joinable}
    conflicts |= dict.fromkeys(_in_the_way(news, mine), "a file on one side and a folder on the other")
    for name, contents in _contents(place, joinable):
        try:
            files[name] = _one(place, name, contents, now, sure=len(bases) == 1)
        except TicketError as error:
            conflicts[name] = str(error)
    return United(files, conflicts)


def _in_the_way(news: Mapping[str, Difference], mine: Mapping[str, Difference]) -> Iterator[str]:
    """Names that one side has as a file and the other as a folder."""
    for one, other in ((news, mine), (mine, news)):
        files = {name for name, (_, now) in one.items() if now.there}
        for name in (name for name, (_, now) in other.items() if now.there):
            yield from files.intersection(map(str, PurePosixPath(name).parents))


def _contents(place: Place, wanted: Mapping[str, _Versions]) -> Iterator[tuple[str, list[bytes]]]:
    """Each file with its base, ours and theirs; what was not there is empty."""
    entries = {name: (one.base, one.ours, one.theirs) for name, one in wanted.items()}
    blobs = [entry.blob for three in entries.values() for entry in three if entry.there]
    read = histories.contents(place.top, blobs)
    for name, three in entries.items():
        yield name, [next(read) if entry.there else b"" for entry in three]


def _one(place: Place, name: str, contents: list[bytes], now: datetime, *, sure: bool) -> bytes:
    """The one content of a file that both sides changed; `sure` tells whether they come from one version only."""
    base, ours, theirs = contents
    if place.ticket(name):
        return joined(base, ours, theirs, now=now)
    text = histories.text_merged(base, ours, theirs) if sure else None
    if text is None:
        raise BothChanged
    return text
