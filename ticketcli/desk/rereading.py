"""What the index does not know any more, read from the files again: a row for each. It asks the index nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, closing
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from ticketcli.core.clock import holding, memory
from ticketcli.core.clock.epoch import micros
from ticketcli.core.clock.situation import Situation
from ticketcli.core.clock.working import looked_at
from ticketcli.core.mail.outbox import waits_until
from ticketcli.core.ticket.thread import gather
from ticketcli.core.ticket.who import address_of
from ticketcli.core.words import looks
from ticketcli.core.words.keys import DONE
from ticketcli.edges import crew, index, store

if TYPE_CHECKING:
    from datetime import datetime

    from ticketcli.core.ticket.fold import Ticket
    from ticketcli.desk.desk import Desk

Progress = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
"""Tells of work of that name: how much of how much is done."""
_MANY = 30
"""More files than that are listed all at once."""
_TOGETHER = 25
"""How many files are read at a time; what is known of them then fits into a pipe."""
_ENOUGH = 500
"""So many files are read by several processes."""
Plain = tuple[Any, ...]
"""A row as plain values."""
Place = tuple[str, str]
"""Month and code of a file."""
_WORK = ("steps", "clocks", "measures")
"""What takes longest in a situation, in the order in which one asks for the other."""


_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


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


def read_again(files: Reader, opened: index.Index, wanted: Mapping[Place, str]) -> None:
    """Puts what the files say now in the place of what the index remembers."""
    if len(wanted) > _MANY:
        files.paths.list_all()
    places = sorted(wanted, key=lambda place: (place[1], place[0]))
    parts = [places[at : at + _TOGETHER] for at in range(0, len(places), _TOGETHER)]
    work = partial(_rows, files, wanted)
    count = crew.hands() if len(places) >= _ENOUGH else 1
    with files.progress("reading tickets") as tell, closing(crew.shared(work, parts, count)) as answers:
        for number, (some, rows) in enumerate(zip(parts, answers, strict=True), 1):
            for place in some:
                index.remove(opened, *place)
            index.save(opened, [index.Row(*row) for row in rows])
            tell(min(number * _TOGETHER, len(places)), len(places))


def _rows(files: Reader, wanted: Mapping[Place, str], some: Iterable[Place]) -> list[Plain]:
    """The rows of some files: one kind of work for all of them, then the next, which keeps its code in the caches."""
    reader = files.anew()
    readable = {place: ticket for place in some if (ticket := reader.ticket(place[1]))}
    found = {place: _looked_at(reader, ticket) for place, ticket in readable.items()}
    for name in _WORK:
        for situation, _ in found.values():
            getattr(situation, name)
    return [tuple(_row(*place, wanted[place], *found.get(place, (None, ())))) for place in some]


def _looked_at(reader: Reader, ticket: Ticket) -> tuple[Situation, set[str]]:
    """Its situation, and the other tickets that were read for it, or looked for."""
    touched: set[str] = set()

    def read(other: str) -> Ticket | None:
        touched.add(other)
        return reader.ticket(other)

    return looked_at(ticket, gather(ticket.code, read), reader.desk.settings, reader.now), touched - {ticket.code}


def _row(month: str, code: str, mark: str, one: Situation | None, touched: Iterable[str]) -> index.Row:
    if one is None:
        return index.Row(code, month, mark)
    kept, until, acts = memory.keep(one), holding.changes_at(one), _acts_at(one)
    mails = waits_until(one.ticket)
    return index.Row(
        code,
        month,
        mark,
        _as_json(kept.head),
        _as_json(kept.measured),
        _as_json(kept.rest),
        since=micros(one.now),
        until=micros(until) if until else None,
        acts=micros(acts) if acts else None,
        mails=micros(mails) if mails else None,
        unhappy=one.rated is not None and one.rated.unhappy,
        watched=bool(one.header.list("watchers")),
        active=one.category not in DONE,
        status=one.status,
        key=one.header.text("key"),
        customer=address_of(one.header.text("customer", "email")),
        mail_ids=one.ticket.mails,
        touches=sorted(touched),
        texts=((one.header.text("subject"), *looks.customer(one)), one.bodies),
    )


def _acts_at(one: Situation) -> datetime | None:
    """When `tick` has something to do: what the agenda says, or what a time rule may."""
    acts = holding.acts_at(one)
    if not one.settings.rules:
        return acts
    from ticketcli.core.action.foreseen import rules_act_at

    return min(filter(None, (acts, rules_act_at(one))), default=None)
