"""The index brought up to date and asked: what a list needs without opening a file that has not changed.

It decides nothing: a row is what the files said when they were read, and where it does not hold, they are read again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from ticketcli.core.clock import memory
from ticketcli.core.clock.situation import Situation, looked_at
from ticketcli.core.errors import TicketError
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.thread import Thread, gather
from ticketcli.core.words import looks
from ticketcli.desk.desk import Desk
from ticketcli.edges import index, lock, store


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


T = TypeVar("T")
Progress = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
"""Tells of work of that name: how much of how much is done."""
Texts = Sequence[Sequence[str]]
"""Of each of these at least one stands in a ticket."""
DONE = ("closed", "merged")
"""The categories that lists leave out unless they are asked for them."""
FEWEST = 0
"""Fewer files are read in the time that it takes to load SQLite."""
_TOGETHER = 200
"""How many documents are kept in memory while the index is made."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the index answers."""

    situations: list[Situation]
    counts: Mapping[str, int]
    """How many tickets show each status, the others included."""


def find(
    files: Reader,
    *,
    active: bool = False,
    key: str = "",
    acting: bool = False,
    texts: Texts | None = None,
    quick: bool = False,
) -> Found | None:
    """At least the situations that are wanted; None where there is no index, and the files are to be read.

    What could not be read is among the reader's problems.
    """

    def question(opened: index.Index) -> tuple[list[tuple[str, str, str]], Mapping[str, int]]:
        acts_by = memory.micros(files.now) if acting else None
        wanted = index.Wanted(active, key, acts_by, texts or (), texts is not None)
        return index.rows(opened, wanted), index.counts(opened) if active else {}

    answer = ask(files, question, quick=quick)
    return Found([one for row in answer[0] if (one := _situation(files, *row))], answer[1]) if answer else None


def codes(files: Reader, start: str) -> list[str] | None:
    """The codes that begin so, sorted; None where there is no index."""
    return ask(files, lambda opened: [code for code, _ in index.beginning(opened, start)], quick=True)


def beside(files: Reader, code: str) -> list[str] | None:
    """The codes before and behind a code; None where there is no index."""
    return ask(files, lambda opened: index.beside(opened, code), quick=True)


def latest(files: Reader) -> list[tuple[str, datetime]] | None:
    """Every code with the time (UTC) of its last event, the latest first; None where there is no index.

    What could not be read comes before all.
    """
    found = ask(files, lambda opened: index.latest(opened))
    return None if found is None else [(code, memory.instant(written)) for code, written in found]


def ask(files: Reader, question: Callable[[index.Index], T], *, quick: bool = False) -> T | None:
    """What the index answers, brought up to date; None where there is none.

    Quick is to read only the directories in which a file came, went or was replaced: what a hand changes in its place
    is not seen then.
    """
    if files.as_of or not _is_worth_it(files):
        return None
    try:
        own = lock.own_directory(files.desk.root)
        with index.opened(own) as opened:
            if not (quick and files.refreshed):
                _refresh(files, opened, own, quick)
                files.refreshed = True
            return question(opened)
    except TicketError:  # nobody may write here
        return None
    except index.NoIndex as error:
        if error.damaged:
            index.discard(own)
        return None


def _is_worth_it(files: Reader) -> bool:
    """Whether there is an index already, or so many files that it pays."""
    root = files.desk.root
    return (root / lock.OWN / index.NAME).exists() or store.at_least(root, FEWEST)


def _situation(files: Reader, code: str, kept: str, texts: str) -> Situation | None:
    if not kept:
        return files.situation(code) if files.ticket(code) else None
    more = {"bodies": tuple(json.loads(texts)[1])} if texts else {}
    return memory.recall(json.loads(kept), files.desk.settings, files.now, partial(_files, files, code), **more)


def _files(files: Reader, code: str) -> tuple[Ticket, Thread]:
    found = files.situation(code)
    return found.ticket, found.thread


def _refresh(files: Reader, opened: index.Index, own: Path, quick: bool) -> None:
    """Brings the index up to date, in one transaction, if anything has changed."""
    basis, now = memory.basis(files.desk.settings), memory.micros(files.now)
    ours, began = index.is_ours(opened, own, basis), time.time_ns()
    months = list(store.scan(files.desk.root, index.mtimes(opened) if quick and ours else None))
    files.paths.scanned(months)
    if ours and not index.changes(opened, months, began) and not index.stale(opened, now):
        return
    with index.writing(opened, own, basis):
        found = index.changes(opened, months, began)
        codes = {code for _, code in (*found.changed, *found.gone)}
        wanted = index.stale(opened, now) | index.touching(opened, codes) | found.changed
        for place in found.gone:
            wanted.pop(place, None)
            index.remove(opened, *place)
        _read_again(files, opened, wanted)
        index.settle(opened, found)


def _read_again(files: Reader, opened: index.Index, wanted: Mapping[tuple[str, str], str]) -> None:
    """Puts what the files say now in the place of what the index remembers."""
    if len(wanted) > FEWEST:
        len(files.paths)  # lists them all: one by one each is looked for in every month
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
    until, acts = memory.changes_at(one), memory.acts_at(one)
    return index.Row(
        code,
        month,
        mark,
        json.dumps(memory.keep(one), ensure_ascii=False, separators=(",", ":")),
        since=memory.micros(one.now),
        until=memory.micros(until) if until else None,
        acts=memory.micros(acts) if acts else None,
        written=memory.micros(max(event.at for event in ticket.events)),
        active=one.category not in DONE,
        status=one.status,
        key=one.header.text("key"),
        touches=sorted(touched - {code}),
        texts=((one.header.text("subject"), *looks.customer(one)), one.bodies),
    )
