"""A ticket's public thread for a mail program. It decides nothing of what is public: the view does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ticketcli.core.errors import TicketError
from ticketcli.core.mail.archive import Post, mbox
from ticketcli.core.ticket.who import Who
from ticketcli.core.view.messages import messages
from ticketcli.core.view.public import public_ticket
from ticketcli.edges import store

if TYPE_CHECKING:
    from pathlib import Path

    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.event import Attachment
    from ticketcli.desk.catalog import Catalog


def archive(catalog: Catalog, situation: Situation, warn: Callable[[str], None]) -> bytes:
    """The public thread of a ticket as an mbox; `warn` is told of files that cannot be read."""
    shown = messages(situation.thread, catalog.ticket, catalog.short())
    ticket = public_ticket(situation, shown)
    header = situation.thread.ticket.header
    posts = [Post(one.event, one.code, ticket.name_of(one.event)) for one in ticket.messages if not one.hidden]

    def fetch(file: Attachment) -> bytes | None:
        try:
            return store.fetch(catalog.desk.root, file.sha256)
        except TicketError as error:
            warn(f'"{file.name}": {error}')
            return None

    customer = Who(header.text("customer", "name"), header.text("customer", "email"))
    return mbox(posts, ticket.subject, _desk(catalog, header.text("department")), customer, fetch)


def save(path: Path, data: bytes) -> None:
    """Afterwards a file that was not there before holds the data. Raises Exists, and what saving raises."""
    store.write(path.absolute(), data, old=None, limit=max(len(data), store.LIMIT))


def _desk(catalog: Catalog, department: str) -> Who:
    """Whom customers write to: the address of the department, else any that the desk has."""
    departments = catalog.desk.settings.departments
    first = [departments[department]] if department in departments else []
    addresses = [one.address for one in (*first, *departments.values()) if one.address]
    return Who(catalog.desk.settings.name, next(iter(addresses), ""))
