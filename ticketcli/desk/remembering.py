"""The index brought up to date and asked: what a list needs without opening a file that has not changed.

It decides nothing: a row is what the files said when they were read, and where it does not hold, they are read again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ticketcli.core.clock import memory
from ticketcli.core.clock.epoch import micros
from ticketcli.core.errors import TicketError
from ticketcli.edges import index, lock, store
from ticketcli.edges.index import Wanted as Wanted

if TYPE_CHECKING:
    from pathlib import Path

    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.fold import Ticket
    from ticketcli.core.ticket.thread import Thread
    from ticketcli.desk.rereading import Reader

T = TypeVar("T")
Texts = Sequence[Sequence[str]]
"""Of each of these at least one stands in a ticket."""
FEWEST = 30
"""Fewer files are read in the time that it takes to load SQLite."""


class Found(NamedTuple):
    """What the index answers."""

    situations: list[Situation]
    counts: Mapping[str, int]
    """How many tickets show each status, the others included."""


def find(files: Reader, wanted: Wanted, *, quick: bool = False) -> Found | None:
    """At least the situations that are wanted; None where there is no index, and the files are to be read.

    What could not be read is among the reader's problems.
    """

    def question(opened: index.Index) -> tuple[list[tuple[str, str, str, str, str]], Mapping[str, int]]:
        return index.rows(opened, wanted, micros(files.now)), index.counts(opened) if wanted.active else {}

    answer = ask(files, question, quick=quick)
    if answer is None:
        return None
    rows, counts = answer
    heads = _decoded(row[1] for row in rows)
    parts = _decoded(row[2] for row in rows) if wanted.measured else [None] * len(rows)
    found = (_situation(files, row, head, part) for row, head, part in zip(rows, heads, parts, strict=True))
    return Found([one for one in found if one], counts)


def codes(files: Reader, start: str) -> list[str] | None:
    """The codes that begin so, sorted; None where there is no index."""
    return ask(files, lambda opened: [code for code, _ in index.beginning(opened, start)], quick=True)


def beside(files: Reader, code: str) -> list[str] | None:
    """The codes before and behind a code; None where there is no index."""
    return ask(files, lambda opened: index.beside(opened, code), quick=True)


def mails(files: Reader, ids: Collection[str] | None, events: Collection[str] = ()) -> list[tuple[str, str, str]]:
    """Message-ID, event and ticket of the mails with these ids, and of these events; of all where none are given."""

    def question(opened: index.Index) -> list[tuple[str, str, str]]:
        return index.all_mails(opened) if ids is None else index.mails(opened, ids, events)

    found = ask(files, question)
    if found is not None:
        return found
    tickets = filter(None, map(files.ticket, sorted(files.paths)))
    every = [(mail_id, event, ticket.code) for ticket in tickets for mail_id, event in ticket.mails]
    return [one for one in every if ids is None or one[0] in ids or one[1] in events]


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


def _decoded(texts: Iterable[str]) -> list[Any]:
    """What JSON texts say, all at once: one by one takes twice as long. Of an empty one None."""
    found: list[Any] = json.loads(f"[{','.join(text or 'null' for text in texts)}]")
    return found


def _situation(
    files: Reader, row: tuple[str, str, str, str, str], head: list[Any] | None, part: list[Any] | None
) -> Situation | None:
    code, _, measured, kept, texts = row
    if head is None:
        return files.situation(code) if files.ticket(code) else None

    def measures() -> list[Any]:
        return json.loads(measured) if part is None else part

    def rest() -> dict[str, Any]:
        return {**json.loads(kept), **({"bodies": json.loads(texts)[1]} if texts else {})}

    return memory.recall(head, measures, rest, files.desk.settings, files.now, partial(_files, files, code))


def _files(files: Reader, code: str) -> tuple[Ticket, Thread]:
    found = files.situation(code)
    return found.ticket, found.thread


def _refresh(files: Reader, opened: index.Index, own: Path, quick: bool) -> None:
    """Brings the index up to date, in one transaction, if anything has changed."""
    basis, now = memory.basis(files.desk.settings), micros(files.now)
    ours, began = index.is_ours(opened, own, basis), time.time_ns()
    months = list(store.scan(files.desk.root, index.mtimes(opened) if quick and ours else None))
    files.paths.scanned(months)
    if ours and not index.changes(opened, months, began) and not index.stale(opened, now):
        return
    from ticketcli.desk.rereading import read_again

    with index.writing(opened, own, basis):
        found = index.changes(opened, months, began)
        codes = {code for _, code in (*found.changed, *found.gone)}
        wanted = index.stale(opened, now) | index.touching(opened, codes) | found.changed
        for place in found.gone:
            wanted.pop(place, None)
            index.remove(opened, *place)
        read_again(files, opened, wanted)
        index.settle(opened, found)
