"""What the index does not know any more, read from the files again: a row for each. It asks the index nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from ticketcli.core.clock import holding, memory
from ticketcli.core.clock.epoch import micros
from ticketcli.core.clock.situation import Situation
from ticketcli.core.clock.working import looked_at
from ticketcli.core.ticket.thread import gather
from ticketcli.core.words import looks
from ticketcli.core.words.keys import DONE
from ticketcli.edges import index, store

if TYPE_CHECKING:
    from datetime import datetime

    from ticketcli.core.ticket.fold import Ticket
    from ticketcli.desk.desk import Desk

Progress = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
"""Tells of work of that name: how much of how much is done."""
_MANY = 30
"""More files than that are listed all at once."""
_TOGETHER = 200
"""How many documents are kept in memory while the index is made."""


class Reader(Protocol):
    """Who reads the files, and keeps what could not be read."""

    @property
    def desk(self) -> Desk:
        """Whose they are."""

    @property
    def now(self) -> datetime:
        """When they are looked at (UTC)."""

    @property
    def as_of(self) -> datetime | None:
        """The earlier instant that is asked about."""

    @property
    def paths(self) -> store.TicketFiles:
        """Where they lie."""

    @property
    def progress(self) -> Progress:
        """How long work is told of."""

    refreshed: bool
    """Whether the index was brought up to date for it already, and it has written nothing since."""

    def anew(self) -> Reader:
        """Another one that has read nothing yet."""

    def ticket(self, code: str) -> Ticket | None:
        """A ticket, if it can be read."""

    def situation(self, code: str) -> Situation:
        """Its situation. Raises what keeps it from being read."""


def read_again(files: Reader, opened: index.Index, wanted: Mapping[tuple[str, str], str]) -> None:
    """Puts what the files say now in the place of what the index remembers."""
    if len(wanted) > _MANY:
        files.paths.list_all()
    with files.progress("reading tickets") as tell:
        reader = files.anew()
        for number, ((month, code), mark) in enumerate(wanted.items(), 1):
            index.remove(opened, month, code)
            index.save(opened, _row(reader, month, code, mark))
            if number % _TOGETHER == 0:
                reader = files.anew()
                tell(number, len(wanted))


def _row(reader: Reader, month: str, code: str, mark: str) -> index.Row:
    touched: set[str] = set()

    def read(other: str) -> Ticket | None:
        touched.add(other)
        return reader.ticket(other)

    ticket = reader.ticket(code)
    if ticket is None:
        return index.Row(code, month, mark)
    one = looked_at(ticket, gather(code, read), reader.desk.settings, reader.now)
    kept, until, acts = memory.keep(one), holding.changes_at(one), holding.acts_at(one)
    return index.Row(
        code,
        month,
        mark,
        _compact(kept.head),
        _compact(kept.rest),
        since=micros(one.now),
        until=micros(until) if until else None,
        acts=micros(acts) if acts else None,
        active=one.category not in DONE,
        status=one.status,
        key=one.header.text("key"),
        touches=sorted(touched - {code}),
        texts=((one.header.text("subject"), *looks.customer(one)), one.bodies),
    )


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
