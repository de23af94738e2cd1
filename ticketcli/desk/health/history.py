"""What the last commit has and the desk has no more: tickets are never taken away, and events are only added."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ticketcli.core.errors import TicketError
from ticketcli.core.file import document
from ticketcli.core.file.codec import event_text
from ticketcli.core.ticket.join import join
from ticketcli.desk.health.finding import Finding
from ticketcli.edges import store
from ticketcli.edges.git import committed

if TYPE_CHECKING:
    from ticketcli.core.ticket.fold import Ticket
    from ticketcli.desk.health.checkup import Checkup
    from ticketcli.desk.health.mending import Mending


def lost_tickets(checkup: Checkup) -> Iterator[Finding]:
    """Tickets of the last commit whose file is gone, and that no other file holds."""
    here = {*checkup.catalog.paths, *checkup.misplaced.values()}
    for path, blob in checkup.head.items():
        inside = path.relative_to(checkup.root).parts
        if inside[0] == "tickets" and len(inside) == 3 and path.suffix == ".toml" and path.stem not in here:
            name = checkup.name(path)
            remedy = f"tickets are never taken away: git checkout -- {name}"
            mend = partial(_bring_back, path=path, blob=blob)
            if _code(checkup, blob) not in here:
                yield Finding(name, "a ticket of the last commit that is gone", remedy, mend)


def _code(checkup: Checkup, blob: str) -> str:
    """The code of a ticket that lay under another name; empty where it cannot be read."""
    try:
        return document.read(committed.content(checkup.root, blob), mtime=checkup.now).ticket.code
    except TicketError:
        return ""


def _bring_back(mending: Mending, path: Path, blob: str) -> str:
    store.write(path, committed.content(mending.work.desk.root, blob), old=None)
    mending.wrote(path)
    return "it is back as the last commit has it"


def lost_events(checkup: Checkup) -> Iterator[Finding]:
    """Events of the last commit that a hand took out of their ticket."""
    for path, blob in checkup.head.items():
        opened = checkup.documents.get(path.stem)
        if opened and checkup.catalog.paths[path.stem] == path and not committed.holds(blob, opened[0].data):
            ticket = opened[1].ticket
            lost = [event for event in _with_lost(checkup.root, ticket, blob).events if event.id not in ticket.by_id]
            if lost:
                what = f"{', '.join(f'/{event.seq}' for event in lost)} of the last commit is gone"
                remedy = f"events are only added, it would come back: ticket redact {ticket.code}/N blacks out a text"
                mend = partial(_put_back, code=ticket.code, blob=blob)
                yield Finding(checkup.name(path), what, remedy, mend)


def _with_lost(root: Path, ticket: Ticket, blob: str) -> Ticket:
    """The ticket with what the last commit has besides."""
    try:
        data = committed.content(root, blob)
        before = document.read(data, mtime=ticket.first.at).ticket
        return join(ticket, before, event_text, before)
    except TicketError:  # what is there is no version of this ticket
        return ticket


def _put_back(mending: Mending, code: str, blob: str) -> str:
    work = mending.work
    opened = work.catalog.opened(code)
    assert opened is not None, code
    kept = mending.keep(work.catalog.paths[code], opened[0].data)
    work.save(_with_lost(work.desk.root, opened[1].ticket, blob))
    return f"it is back, {kept}"
