"""JSON Lines in and out: tickets with all that happened to them and their attachments, and messages that come in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ticketcli.core.errors import Busy, NotSaved, TicketError
from ticketcli.core.file.codec import dumps, event_text
from ticketcli.core.file.document import Unfaithful
from ticketcli.core.intake import lines
from ticketcli.core.intake.lines import Content, Message
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.join import join
from ticketcli.desk import messaging, receipt
from ticketcli.desk.imports import Imported
from ticketcli.desk.record import TOGETHER, Full, How, Session, session
from ticketcli.edges import store

if TYPE_CHECKING:
    from ticketcli.desk.catalog import Catalog
    from ticketcli.desk.desk import Desk
    from ticketcli.edges.linefile import Line, LineFile

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"
_OF_RECEIPT = {receipt.NEW: CREATED, receipt.FOLLOW_UP: CREATED, receipt.ADDED: UPDATED}


def export(catalog: Catalog, codes: Iterable[str], *, contents: bool, warn: Callable[[str], None]) -> Iterator[str]:
    """The lines of some tickets, each behind the contents of its attachments that were not there before.

    What cannot be read is left out, and `warn` is told.
    """
    given: set[str] = set()
    for code in codes:
        try:
            ticket = catalog.document(code)[1].ticket
        except TicketError as error:
            warn(str(error))
            continue
        for digest in (one for one in _digests(ticket) if contents and one not in given):
            given.add(digest)
            try:
                yield lines.content_line(Content(digest, store.fetch(catalog.desk.root, digest)))
            except TicketError as error:
                warn(f"{code}: {error}")
        yield lines.ticket_line(ticket)


def import_lines(
    desk: Desk, file: LineFile, how: How, *, warn: Callable[[str], None], progress: Callable[[int, int], None]
) -> Imported:
    """Takes lines in, one after the other, under one lock and in one commit; a bad one stops no other."""
    whole = len(file)
    with session(desk, how, "import jsonl", warn) as work:
        work.imports = True
        run = _Run(work, file)
        for line in file:
            run.take(line)
            progress(line.number, whole)
        run.flush()
    return Imported(run.count[CREATED], run.count[UPDATED], run.count[UNCHANGED], tuple(run.problems))


def _digests(ticket: Ticket) -> list[str]:
    return list(dict.fromkeys(file.sha256 for event in ticket.events for file in event.attachments))


@dataclass
class _Run:
    """An import while it runs."""

    work: Session
    file: LineFile
    count: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    new: dict[str, tuple[int, Ticket]] = field(default_factory=dict)
    """Tickets that are not here yet, by their codes, with the number of their line: they go to the disk together."""
    contents: dict[str, int] = field(default_factory=dict)
    """Where in the file the content of each attachment stands."""
    known: dict[str, str] | None = None
    """Which ticket has each event that came from outside, from the first message on."""

    def take(self, line: Line) -> None:
        """Takes a line in, or keeps what is wrong with it."""
        if line.data.strip():
            self._try(line.number, lambda: self._line(line))

    def flush(self) -> None:
        """Saves the new tickets. One that no file can hold stops no other: it is found before any is written."""
        some, self.new = self.new, {}
        try:
            self.work.save_new(ticket for _, ticket in some.values())
            for _, ticket in some.values():
                self._saved(ticket, CREATED)
        except (Full, Unfaithful):
            for number, ticket in some.values():
                self._try(number, lambda ticket=ticket: self._save(ticket, CREATED))  # type: ignore[misc]

    def _try(self, number: int, do: Callable[[], None]) -> None:
        """Does something for a line; what is wrong with that line stops no other, what is wrong with the disk does."""
        try:
            do()
        except (NotSaved, Busy) as error:
            if not isinstance(error, Unfaithful):
                raise
            self.problems.append(f"line {number}: {error}")
        except TicketError as error:
            self.problems.append(f"line {number}: {error}")

    def _line(self, line: Line) -> None:
        found = lines.read(line.data)
        if isinstance(found, Content):
            self._check(found)
            self.contents[found.sha256] = line.offset
        elif isinstance(found, Message):
            self._message(found)
        else:
            self._ticket(line.number, found)

    def _check(self, content: Content) -> None:
        if len(content.data) > store.ATTACHMENT_LIMIT:
            raise store.AttachmentTooLarge(content.sha256)

    def _ticket(self, number: int, ticket: Ticket) -> None:
        code, catalog = ticket.code, self.work.catalog
        if code in self.new:
            self.flush()
        here = catalog.ticket(code)
        if here is None and code in catalog.paths:  # a damaged file is not replaced
            raise catalog.problems[code]
        self._keep_contents(ticket)
        if here is None:
            self.new[code] = number, ticket
            if len(self.new) >= TOGETHER:
                self.flush()
            return
        after = join(here, ticket, event_text)
        if dumps(after) == dumps(here):
            self.count[UNCHANGED] += 1
            catalog.forget(code, catalog.paths[code])  # many are not held at once
        else:
            self._save(after, UPDATED)

    def _save(self, ticket: Ticket, what: str) -> None:
        self.work.save(ticket)
        self._saved(ticket, what)

    def _saved(self, ticket: Ticket, what: str) -> None:
        self.count[what] += 1
        if self.known is not None:
            self.known |= {event: ticket.code for _, event in ticket.mails}

    def _keep_contents(self, ticket: Ticket) -> None:
        """Keeps the attachments that a ticket names, where they were in the file before it and are not here."""
        root = self.work.desk.root
        for digest in _digests(ticket):
            path = store.place(root, digest)
            if digest in self.contents and not path.exists():
                content = lines.read(self.file.at(self.contents[digest]))
                assert isinstance(content, Content)
                store.keep(root, content.data)
                self.work.paths.append(path)

    def _message(self, message: Message) -> None:
        self.flush()
        if self.known is None:
            self.known = messaging.places(self.work)
        receipt = messaging.take(self.work, message, self.known)
        self.known[messaging.id_of(message)] = receipt.code
        self.count[_OF_RECEIPT.get(receipt.what, UNCHANGED)] += 1
