"""What goes out with a sync: files of the desk that are saved and not yet committed. It commits nothing itself."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ticketcli.core.errors import TicketError
from ticketcli.core.file.document import Unfaithful
from ticketcli.core.file.reader import foreign
from ticketcli.desk import canned, committing
from ticketcli.desk.record import Full, Session
from ticketcli.desk.uniting import ATTRIBUTES, Place
from ticketcli.edges import store
from ticketcli.edges.git import worktree

if TYPE_CHECKING:
    from ticketcli.edges.git.worktree import Changed

MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Leaving:
    """Files of a desk that differ from HEAD."""

    ready: list[Path]
    """What is to be committed."""
    problems: dict[str, str]
    """What is better left out, by name, and why."""
    staying: dict[str, str]
    """What lies there or is staged and stays as it is, by name, and why."""


def leaving(place: Place, work: Session, also: Iterable[str] = ()) -> Leaving:
    """The files that differ from HEAD, and `also`; what hands did to tickets is recorded in them by now.

    Settings and canned texts of which their user has staged a part are theirs, and no problem; attributes too, except
    those that `ticket init` has made and nobody has committed.
    """
    changed = worktree.changed_here(place.top, place.names())
    found = Leaving([], {}, {})
    names = sorted(filter(place.inner, changed.lying | changed.staged | set(also)))
    idle = _idle(place, work, filter(place.beside, names))
    for name in (name for name in names if name not in idle):
        path = place.root / place.inner(name)
        theirs = _theirs(place, name, changed)
        why = theirs or _why_not(place, work, name)
        if not why:
            found.ready.append(path)
        elif name in changed.staged or os.path.lexists(path):
            found.staying[name] = why
        if why and not theirs:
            found.problems[name] = why
    return found


def _idle(place: Place, work: Session, beside: Iterable[str]) -> set[str]:
    """Those of the files beside canned texts that go with none of them, and so are no files of the desk."""
    lying = {name: path for name in beside if os.path.lexists(path := place.root / place.inner(name))}
    if not lying:
        return set()
    with suppress(store.Unreadable):
        wanted = {file for one in canned.shelf(work.desk).canned for file in one.attachments}
        return {name for name, path in lying.items() if path.name not in wanted}
    return set(lying)


def _theirs(place: Place, name: str, changed: Changed) -> str:
    """Why a file is for its user to commit; empty where it is not."""
    if place.text(name) or place.beside(name):
        return "staged in part" if name in changed.lying & changed.staged else ""
    if place.inner(name) == ATTRIBUTES and name not in changed.fresh - changed.staged:
        return "changed by hand"
    return ""


def message(place: Place, work: Session, ready: Iterable[Path]) -> str:
    """What the commit of these files is called."""
    names = [path.relative_to(place.root).as_posix() for path in ready]
    codes = [code for name in names if (code := place.ticket(place.below + name))]
    if codes or not names:
        return committing.message("sync", codes, work.catalog.ticket)
    return "sync " + (", ".join(names) if len(names) <= MOST_NAMED else f"{len(names)} files")


def _why_not(place: Place, work: Session, name: str) -> str:
    """Why a file is better not committed, empty where it may be: a ticket's hand edit is recorded then."""
    path = place.root / place.inner(name)
    if code := place.ticket(name):
        return _record(work, code, path) if os.path.lexists(path) else _gone(name)
    if place.text(name) or place.inner(name) == ATTRIBUTES:
        return "it is a symbolic link" if path.is_symlink() else ""
    if place.beside(name):
        return _unreadable(path)
    if not os.path.lexists(path):  # it was redacted, unless a ticket still wants it
        return _gone(name) if any(work.catalog.mentioning(path.name)) else ""
    try:
        store.fetch(place.root, path.name)
    except TicketError as error:
        return str(error)
    return ""


def _unreadable(path: Path) -> str:
    """Why a file that goes with a canned text cannot go with it; empty where it can, or was taken away."""
    try:
        store.read(path, limit=store.ATTACHMENT_LIMIT)
    except store.Missing:
        return ""
    except TicketError as error:
        return str(error)
    return ""


def _record(work: Session, code: str, path: Path) -> str:
    opened = work.catalog.opened(code)
    if opened is None or work.catalog.paths[code] != path:
        return str(work.catalog.problems.get(code, "it is not named after its code"))
    content, found = opened
    if not found.settled or foreign(content.data):
        try:
            work.save(found.ticket)
        except (Full, Unfaithful) as error:
            return str(error)
    return ""


def _gone(name: str) -> str:
    return f"it is gone here; bring it back with: git checkout HEAD -- {name}"
