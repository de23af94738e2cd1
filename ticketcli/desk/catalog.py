"""The catalog: the only door to "all tickets". It reads a file when asked; an unreadable one never hides the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ticketcli.core.clock.situation import Situation
from ticketcli.core.errors import TicketError
from ticketcli.core.kept import kept
from ticketcli.core.ticket import code as codes
from ticketcli.core.ticket.who import address_of
from ticketcli.core.view.names import Short, shortener
from ticketcli.core.words.keys import DONE
from ticketcli.desk import remembering
from ticketcli.desk.remembering import Wanted as Wanted
from ticketcli.edges import store

if TYPE_CHECKING:
    from ticketcli.core.file.document import Document
    from ticketcli.core.ticket.fold import Ticket
    from ticketcli.desk.desk import Desk
    from ticketcli.desk.rereading import Progress

ALL = Wanted()
READING, WRITING = 3, 4
"""How many symbols of a code are enough."""


class Damaged(TicketError):
    """A ticket file that cannot be used."""

    def __init__(self, path: Path, what: object) -> None:
        from ticketcli.core.file.reader import Conflicted

        remedy = (
            ", or: ticket check --fix"
            if isinstance(what, Conflicted)
            else "; mend it by hand, or take it back with git"
        )
        super().__init__(f"{path}: {what}{'' if ';' in str(what) else remedy}")


def _quietly(_: str) -> AbstractContextManager[Callable[[int, int], None]]:
    return nullcontext(lambda _done, _whole: None)


class Catalog:
    """The tickets of a desk as they stand at an instant; each file is read at most once."""

    def __init__(self, desk: Desk, now: datetime, as_of: datetime | None = None, progress: Progress = _quietly) -> None:
        """The tickets of a desk; of an instant `as_of` only what happened up to it, with today's settings."""
        self.desk, self.now, self.as_of, self.progress = desk, now, as_of, progress
        self.refreshed = False
        self.problems: dict[str, TicketError] = {}
        """The tickets that could not be read, by their file's name."""
        self._read: dict[str, tuple[store.Content, Document] | None] = {}
        self._tickets: dict[str, Ticket | None] = {}

    @kept
    def paths(self) -> store.TicketFiles:
        """The file of every code."""
        return store.TicketFiles(self.desk.root)

    def anew(self) -> Catalog:
        """The same tickets, of which none has been read."""
        other = Catalog(self.desk, self.now)
        other.paths = self.paths
        return other

    @property
    def instant(self) -> datetime:
        """The instant that is asked about."""
        return self.as_of or self.now

    def document(self, code: str) -> tuple[store.Content, Document]:
        """A ticket's file as it stands. Raises Damaged, or what reading raises."""
        from ticketcli.core.file import document  # not loaded where the index knows it all

        path = self.paths[code]
        if twins := self.paths.twins(code):
            raise Damaged(path, f"the same code as {next(one for one in twins if one != path)}; keep one of them")
        content = store.read(path)
        try:
            found = document.read(content.data, mtime=content.mtime)
        except TicketError as error:
            raise Damaged(path, error) from error
        if found.ticket.code != code:
            raise Damaged(path, f'holds the ticket "{found.ticket.code}"; the file must be named after its code')
        return content, found

    def opened(self, code: str) -> tuple[store.Content, Document] | None:
        """The same, read once; None where it is not here or cannot be read, which is then in `problems`."""
        if code not in self._read:
            try:
                self._read[code] = self.document(code) if code in self.paths else None
            except TicketError as error:
                self.problems[code] = error
                self._read[code] = None
        return self._read[code]

    def ticket(self, code: str) -> Ticket | None:
        """A ticket as of the instant asked about, or None: the reading function that threads are gathered with."""
        if code not in self._tickets:
            opened = self.opened(code)
            ticket = opened[1].ticket if opened else None
            self._tickets[code] = self._as_of(ticket) if ticket and self.as_of else ticket
        return self._tickets[code]

    def _as_of(self, ticket: Ticket) -> Ticket | None:
        assert self.as_of is not None
        return ticket.as_of(self.as_of) if ticket.first.at <= self.as_of else None

    def situation(self, code: str) -> Situation:
        """The situation of a code, also of a merged one. Raises its problem where it cannot be read."""
        from ticketcli.core.clock.working import looked_at
        from ticketcli.core.ticket.thread import gather

        ticket = self.ticket(code)
        if ticket is None:
            raise self.problems.get(code) or codes.NoSuchTicket(code, ())
        return looked_at(ticket, gather(code, self.ticket), self.desk.settings, self.instant)

    def situations(self, wanted: Wanted = ALL, *, quick: bool = False) -> list[Situation]:
        """Every ticket that can be read, merged ones too, in the order of their codes.

        Where not all are wanted the index may leave out what cannot be meant, and need not. The texts of those that are
        wanted by their texts are at hand then.
        """
        found = remembering.find(self, wanted, quick=quick)
        return found.situations if found else self._all()

    def active(self, texts: remembering.Texts | None = None) -> tuple[list[Situation], Mapping[str, int]]:
        """The tickets that are neither closed nor merged, at least those that hold `texts`; and how many of all show
        each status.
        """
        found = remembering.find(self, Wanted(active=True, texts=texts))
        if found:
            return found.situations, found.counts
        every = self._all()
        return [one for one in every if one.category not in DONE], Counter(one.status for one in every)

    def unhappy(self) -> int:
        """How many tickets were rated badly by a customer whom nobody has answered since; quickly, behind a list."""
        found = remembering.find(self, Wanted(unhappy=True), quick=True)
        codes = () if found else (code for code in sorted(self.paths) if self._is_rated(code))
        some = found.situations if found else map(self.situation, codes)
        return sum(one.rated is not None and one.rated.unhappy for one in some)

    def _is_rated(self, code: str) -> bool:
        ticket = self.ticket(code)
        return ticket is not None and any(event.rating for event in ticket.events)

    def _all(self) -> list[Situation]:
        return [self.situation(code) for code in sorted(self.paths) if self.ticket(code) is not None]

    def of_customer(self, address: str) -> list[Situation]:
        """The tickets of a customer, by their address in small letters."""
        found = remembering.find(self, Wanted(customer=address), quick=True) if address else None
        some = found.situations if found else self.mentioning(address) if address else ()
        return [one for one in some if address_of(one.header.text("customer", "email")) == address]

    def short(self) -> Short:
        """The function that shortens codes to what names them here."""

        @cache
        def among_all() -> Short:
            return shortener(self.paths)

        @cache
        def short(code: str) -> str:
            beside = None if self.paths.whole else remembering.beside(self, code)
            return among_all()(code) if beside is None else shortener([code, *beside])(code)

        return short

    def mentioning(self, text: str) -> Iterator[Situation]:
        """Every ticket whose file has a text in it, in any case; a look at the bytes spares parsing the others."""
        for code in sorted(self.paths):
            if self._may_mention(code, text.casefold()) and self.ticket(code) is not None:
                yield self.situation(code)

    def _may_mention(self, code: str, text: str) -> bool:
        try:
            data = store.read(self.paths[code]).data
        except TicketError:
            return True  # reading it says what is wrong
        folded = data.lower()
        return not text.isascii() or text.encode() in folded or b"\\u" in folded  # an escape may stand for anything

    def find(self, typed: str, *, least: int = READING) -> str:
        """The code that a code, a prefix or key:NAME names. Raises the errors of `code.resolve`."""
        if typed.startswith("key:"):
            return self._by_key(typed.removeprefix("key:"))
        whole = codes.whole(typed)
        if whole in self.paths:
            return whole
        known = remembering.codes(self, codes.beginning(typed))
        return codes.resolve(typed, known or list(self.paths), least=least)

    def find_root(self, typed: str, *, least: int = WRITING) -> str:
        """The same, and where that ticket is merged the one that answers for it."""
        from ticketcli.core.ticket.thread import root

        return root(self.find(typed, least=least), self.ticket)

    def _by_key(self, key: str) -> str:
        found = self.with_key(key)
        if not found:
            raise codes.NoTicketWithKey(key)
        return found[0].code

    def with_key(self, key: str) -> list[Situation]:
        """The unresolved tickets with a key, oldest first."""
        done = ("resolved", "closed", "merged")
        keyed = (situation for situation in self.situations(Wanted(key=key)) if situation.header.text("key") == key)
        return sorted((s for s in keyed if s.category not in done), key=lambda s: (s.header.created, s.code))

    def hold(self, ticket: Ticket) -> None:
        """Takes a ticket as it shall stand for what its file says, until that is written."""
        self._tickets[ticket.code] = ticket

    def forget(self, code: str, path: Path) -> None:
        """Reads a ticket again the next time: it was written just now."""
        self.paths[code] = path
        self.refreshed = False
        self._read.pop(code, None)
        self._tickets.pop(code, None)

    def tickets(self, wanted: Iterable[str] | None = None) -> Iterator[Ticket]:
        """Every ticket that can be read, or those of the codes given, the last written last."""
        codes = [code for code in (self.paths if wanted is None else wanted) if self.opened(code)]
        return filter(None, map(self.ticket, sorted(codes, key=self._written)))

    def _written(self, code: str) -> tuple[int, str]:
        opened = self.opened(code)
        return opened[0].mtime_ns if opened else 0, code
