"""A look at a whole desk: its tickets, and the files that are to be tickets and cannot be used. It judges nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ticketcli.core.file import document
from ticketcli.core.file.reader import Unreadable
from ticketcli.desk.desk import SETTINGS
from ticketcli.edges import store
from ticketcli.edges.git import committed

if TYPE_CHECKING:
    from ticketcli.core.errors import TicketError
    from ticketcli.core.file.document import Document
    from ticketcli.core.ticket.fold import Ticket
    from ticketcli.core.words.settings import Settings
    from ticketcli.desk.catalog import Catalog


@dataclass(frozen=True)
class Checkup:
    """A desk as it lies there at an instant. Every file is read once, one that cannot be used twice."""

    catalog: Catalog
    clone: bool = True
    """Whether this clone's git is looked at, too, and not only the desk's files."""

    @property
    def root(self) -> Path:
        """The directory of the desk."""
        return self.catalog.desk.root

    @property
    def settings(self) -> Settings:
        """The desk's settings, or the defaults."""
        return self.catalog.desk.settings

    @property
    def now(self) -> datetime:
        """The instant at which it looks."""
        return self.catalog.now

    @cached_property
    def documents(self) -> dict[str, tuple[store.Content, Document]]:
        """The files that are tickets, by code."""
        found = ((code, self.catalog.opened(code)) for code in sorted(self.catalog.paths))
        return {code: opened for code, opened in found if opened}

    @cached_property
    def tickets(self) -> tuple[Ticket, ...]:
        """The tickets that can be read, in the order of their codes."""
        return tuple(found.ticket for _, found in self.documents.values())

    @cached_property
    def copies(self) -> dict[str, list[Path]]:
        """The codes that several files have, with these."""
        files: defaultdict[str, list[Path]] = defaultdict(list)
        for path in store.ticket_files(self.root):
            files[path.stem].append(path)
        return {code: paths for code, paths in files.items() if len(paths) > 1}

    @cached_property
    def unusable(self) -> dict[Path, store.Content | store.Unreadable]:
        """What lies where a ticket should and is none, or why it cannot be read."""
        names = self.catalog.paths.keys() - self.documents.keys() - self.copies.keys()
        paths = {self.catalog.paths[name]: self.catalog.problems.get(name) for name in names}
        return {path: _content(path, paths[path]) for path in sorted(paths)}

    @cached_property
    def head(self) -> dict[Path, str]:
        """The files of the desk in the last commit, with git's ids of their contents."""
        return committed.blobs(self.root, "tickets", "attachments", SETTINGS, ".gitattributes")

    @property
    def whole(self) -> bool:
        """Whether every ticket can be read: only then is it known what none of them names."""
        return not self.unusable and not self.copies

    @cached_property
    def misplaced(self) -> dict[Path, str]:
        """The files that hold a ticket of another code than their name says, with that code."""
        found = ((path, _code(data, self.now)) for path, data in self.contents())
        return {path: code for path, code in found if code not in ("", path.stem)}

    def contents(self) -> Iterator[tuple[Path, bytes]]:
        """The files that could be opened and are no tickets."""
        for path, found in self.unusable.items():
            if isinstance(found, store.Content):
                yield path, found.data

    def name(self, place: Path | str) -> str:
        """How a finding names a file, or a ticket by its code."""
        path = self.catalog.paths[place] if isinstance(place, str) else place
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)


def _content(path: Path, problem: TicketError | None) -> store.Content | store.Unreadable:
    if isinstance(problem, store.Unreadable):
        return problem  # what could not be read for a moment was not looked at either
    try:
        return store.read(path)
    except store.Unreadable as error:
        return error


def _code(data: bytes, now: datetime) -> str:
    """The code of the ticket that a content is; empty where it is none."""
    try:
        return document.read(data, mtime=now).ticket.code
    except Unreadable:
        return ""
