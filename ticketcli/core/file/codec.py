"""The ticket file in its canonical form: one ticket, one text. What a hand has formatted is the document's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketcli.core.file.layout import event_text as event_text
from ticketcli.core.file.layout import ticket_items
from ticketcli.core.file.reader import parsed
from ticketcli.core.file.sheet import Invalid as Invalid
from ticketcli.core.file.sheet import ticket_of as ticket_of
from ticketcli.core.file.values import clean as clean
from ticketcli.core.file.values import key_text
from ticketcli.core.file.values import same as same
from ticketcli.core.file.values import value_text as value_text
from ticketcli.core.ticket.fields import TABLES
from ticketcli.core.ticket.fold import Ticket, in_order

if TYPE_CHECKING:
    from ticketcli.core.ticket.event import Path, Value


def dumps(ticket: Ticket) -> str:
    """The canonical text of a ticket; `loads` of it is the ticket again."""
    return "\n".join([header_text(ticket), *map(event_text, in_order(ticket.events))])


def loads(text: str) -> Ticket:
    """The ticket that a text says, whoever wrote it; Unreadable where it is none."""
    return ticket_of(parsed(text))


def header_text(ticket: Ticket) -> str:
    """The header as text: keys, then a paragraph for each table."""
    items = ticket_items(ticket)
    paragraphs = ["".join(_line(path, value) for path, value in items if path[0] not in TABLES)]
    for table in TABLES:
        lines = [_line(path[1:], value) for path, value in items if path[0] == table]
        paragraphs += ["".join([f"[{table}]\n", *lines])] if lines else []
    return "\n".join(paragraphs)


def _line(path: Path, value: Value) -> str:
    return f"{key_text(path)} = {value_text(value)}\n"
