"""Tickets in which git left a conflict, and tickets that lie there twice: found, and joined into one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial, reduce
from pathlib import Path
from typing import TYPE_CHECKING

from ticketcli.core.errors import TicketError
from ticketcli.core.file import document
from ticketcli.core.file.joining import joined
from ticketcli.desk.health import markers
from ticketcli.desk.health.finding import Finding, Mend
from ticketcli.edges import store
from ticketcli.edges.git import conflicts

if TYPE_CHECKING:
    from ticketcli.desk.health.checkup import Checkup
    from ticketcli.desk.health.mending import Mending


def marked(checkup: Checkup) -> Iterator[Finding]:
    """Tickets with git's marks of a conflict, committed ones too."""
    for path, data in checkup.contents():
        found = markers.sides(data)
        if found:
            try:
                settled(checkup.root, path, data, checkup.now)
                mend: Mend | None = partial(_settle, path=path)
                why = ""
            except TicketError as error:
                mend, why = None, f" ({str(error).partition(';')[0]})"
            remedy = f"make one of both versions in an editor, without the lines of marks{why}"
            yield Finding(checkup.name(path), f"line {found.line}: git left a conflict here", remedy, mend)


def unmerged(checkup: Checkup) -> Iterator[Finding]:
    """Tickets that can be read and that git still holds as conflicts, such as one that a side took away."""
    for path in conflicts.unmerged(checkup.root):
        if checkup.catalog.paths.get(path.stem) == path and path.stem in checkup.documents:
            what = "git still holds it as a conflict"
            yield Finding(checkup.name(path), what, f"git add {checkup.name(path)}", partial(_stage, code=path.stem))


def doubled(checkup: Checkup) -> Iterator[Finding]:
    """Codes that several files have."""
    for paths in checkup.copies.values():
        mend = partial(_unite, paths=paths) if _united(paths, checkup.now) else None
        for path in paths[1:]:
            what = f"the same code as {checkup.name(paths[0])}"
            yield Finding(checkup.name(path), what, "keep one of them", mend)


def settled(root: Path, path: Path, data: bytes, now: datetime) -> bytes:
    """Both versions of a conflict in one: from git's index, else from the text itself. Raises what joining raises."""
    if both := _held(root, path, now):
        return both
    found = markers.sides(data)
    assert found is not None, path
    found = markers.unmixed(found, now)
    return joined(found.base, found.ours, found.theirs, now=now)


def _held(root: Path, path: Path, now: datetime) -> bytes | None:
    """Both versions that git's index holds in one; None where it does not hold two."""
    held = conflicts.stages(root, path)
    if held is None or held.ours is None or held.theirs is None:
        return None
    return joined(held.base or b"", held.ours, held.theirs, now=now)


def _settle(mending: Mending, path: Path) -> str:
    data = store.read(path).data
    work = mending.work
    kept = mending.replace(path, settled(work.desk.root, path, data, work.how.now), data)
    if conflicts.stages(work.desk.root, path):
        conflicts.resolve(work.desk.root, path)
    return f"both versions are joined, {kept}"


def _stage(mending: Mending, code: str) -> str:
    """Joins what lies there with both versions that git holds: what a hand left out of them comes back."""
    catalog, root, now = mending.work.catalog, mending.work.desk.root, mending.work.how.now
    path, opened = catalog.paths[code], catalog.opened(code)
    assert opened is not None, code
    data, kept = opened[0].data, ""
    if both := _held(root, path, now):
        after = data if both == data else joined(b"", both, data, now=now)
        kept = f", {mending.replace(path, after, data)}" if after != data else ""
    conflicts.resolve(root, path)
    return f"it is settled for git{kept}"


def _united(paths: Sequence[Path], now: datetime) -> bytes | None:
    """One content out of several files; None where they are not versions of one ticket."""
    try:
        return reduce(partial(joined, b"", now=now), (store.read(path).data for path in paths))
    except TicketError:
        return None


def _unite(mending: Mending, paths: Sequence[Path]) -> str:
    """Joins the files into the one that lies where the ticket belongs; done already, where there is only one left."""
    now = mending.work.how.now
    there = [path for path in paths if path.exists()]
    data = _united(there, now) if len(there) > 1 else None
    if data is not None:
        month = f"{document.read(data, mtime=now).ticket.first.at:%Y-%m}"
        home = next((path for path in there if path.parent.name == month), there[0])
        for path in there:
            if path != home:
                mending.remove(path, store.read(path).data)
        mending.replace(home, data, store.read(home).data)
    return "they are joined, the originals are in .ticketcli"
