"""Faults of attachments: contents that are gone or altered, and contents that no ticket names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ticketcli.core.errors import TicketError
from ticketcli.desk.health.finding import Finding, Mend
from ticketcli.edges import store
from ticketcli.edges.git import committed
from ticketcli.edges.store.writing import TEMPORARY

if TYPE_CHECKING:
    from ticketcli.core.ticket.event import Attachment, Event
    from ticketcli.core.ticket.fold import Ticket
    from ticketcli.desk.health.checkup import Checkup
    from ticketcli.desk.health.mending import Mending

_AGAIN = "take it back with git, or attach the file again"


class NotTheSame(TicketError):
    """The last commit holds another content than the one that was attached."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"git does not have the content {digest} either; attach the file again")


def missing(checkup: Checkup) -> Iterator[Finding]:
    """Attachments whose content is not here."""
    for ticket, event, one in _attached(checkup):
        if not store.place(checkup.root, one.sha256).exists():
            what = f'/{event.seq}: the attachment "{one.name}" is not here'
            yield Finding(checkup.name(ticket.code), what, _AGAIN, _mend(checkup, one.sha256))


def altered(checkup: Checkup) -> Iterator[Finding]:
    """Attachments whose content is not the one that was attached, or that have another size."""

    @cache
    def look(digest: str) -> int | str:
        try:
            return len(store.fetch(checkup.root, digest))
        except store.Unreadable as error:
            return error.why

    for ticket, event, one in _attached(checkup):
        found = look(one.sha256) if store.place(checkup.root, one.sha256).exists() else one.size
        what = f'/{event.seq}: the attachment "{one.name}"'
        if isinstance(found, str):
            yield Finding(
                checkup.name(ticket.code), f"{what} cannot be used: {found}", _AGAIN, _mend(checkup, one.sha256)
            )
        elif found != one.size:
            yield Finding(checkup.name(ticket.code), f"{what} has {found} bytes, not {one.size}", "correct its size")


def orphans(checkup: Checkup) -> Iterator[Finding]:
    """Contents that no ticket names, and what is none."""
    named = {one.sha256 for _, _, one in _attached(checkup)}
    for path in _files(checkup.root / "attachments"):
        if not re.fullmatch("[0-9a-f]{64}", path.name) or path != store.place(checkup.root, path.name):
            yield Finding(checkup.name(path), "no attachment: its name is no SHA-256", "move it out of attachments/")
        elif checkup.whole and path.name not in named:
            what, remedy = "an attachment that no ticket names", "attach it to its ticket, or remove the file"
            yield Finding(checkup.name(path), what, remedy)


def _files(folder: Path) -> Iterator[Path]:
    """What lies there, without what a save is still writing; links out of the desk are not followed."""
    for path in sorted(folder.glob("*")):
        inside = path.is_dir() and not path.is_symlink()
        found = sorted(path.glob("*")) if inside else [path]
        yield from (one for one in found if not TEMPORARY.fullmatch(one.name) and not one.name.startswith("."))


def _attached(checkup: Checkup) -> Iterator[tuple[Ticket, Event, Attachment]]:
    for ticket in checkup.tickets:
        for event in ticket.events:
            yield from ((ticket, event, one) for one in event.attachments)


def _mend(checkup: Checkup, digest: str) -> Mend | None:
    blob = checkup.head.get(store.place(checkup.root, digest), "")
    return partial(_put_back, digest=digest, blob=blob) if blob else None


def _put_back(mending: Mending, digest: str, blob: str) -> str:
    root = mending.work.desk.root
    data, path = committed.content(root, blob), store.place(root, digest)
    if sha256(data).hexdigest() != digest:
        raise NotTheSame(digest)
    kept = ""
    if path.exists():
        kept = f", {mending.keep(path, store.read(path, limit=1 << 30).data)}"
    store.keep(root, data)
    return f"it is taken back from the last commit{kept}"
