"""A ticket file as text and as ticket, with what hands did to it: read, printed, edited in place. No disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.errors import NotSaved
from ticketcli.core.file import canonical
from ticketcli.core.file.codec import dumps
from ticketcli.core.file.hand import completed, header_change
from ticketcli.core.file.reader import Unreadable, parsed, text_of
from ticketcli.core.file.sheet import Sheet, as_ticket, missing, sheet_of
from ticketcli.core.file.values import value_text
from ticketcli.core.ticket.code import id_of

if TYPE_CHECKING:
    from ticketcli.core.ticket.event import Event
    from ticketcli.core.ticket.fold import Ticket

_SOME_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class Unfaithful(NotSaved):
    """A ticket that no text of ours says: it would not be the same when read again."""

    def __init__(self, code: str, why: str) -> None:
        self.code = code
        super().__init__(f'the file of ticket "{code}" could not be read again ({why}): nothing was written')


class Document(NamedTuple):
    """A ticket file that was read."""

    text: str
    """Without byte order mark and CRLF."""
    ticket: Ticket
    """With the events that hands typed in, and one for what they did to the header."""
    settled: bool
    """Whether nothing of this is still to be written down."""
    notes: tuple[str, ...]
    """What is odd and no error: half sentences for `check`."""
    pending: tuple[Event, ...] = ()
    """The events that the text does not have yet, or not complete: those of hands."""


def read(data: bytes, *, mtime: datetime, base: Document | None = None) -> Document:
    """The document of a file's content, its ticket complete; Unreadable where it is no ticket.

    `base` is an earlier version: what a hand put back since then is then told from what nobody touched.
    """
    text = text_of(data)
    sheet = canonical.sheet(text) or sheet_of(parsed(text))
    events = completed(sheet, mtime)
    known = as_ticket(sheet, events)
    ticket = _with_hand(known, sheet, mtime, base)
    pending = () if ticket is known and events is sheet.events else _unrecorded(ticket, sheet)
    return Document(text, ticket, not pending, _notes(sheet, known), pending)


def _unrecorded(ticket: Ticket, sheet: Sheet) -> tuple[Event, ...]:
    recorded = {event.id for event in sheet.events if not missing(event)}
    return tuple(event for event in ticket.events if event.id not in recorded)


def _with_hand(known: Ticket, sheet: Sheet, mtime: datetime, base: Document | None) -> Ticket:
    """The ticket with the event that says what a hand did to the header.

    What hands had done to the base before is an event of this version too, unless the header says the same without.
    Where a hand deleted events, they are back if that explains the header with fewer changes; a version that never had
    them says what it says without them.
    """
    plain = _changed(known, sheet, mtime, ())
    if base is None:
        return plain[1]
    found = [_changed(known, sheet, mtime, others) for others in (base.pending, base.ticket.events)]
    if plain[0] == found[0][0] == 0:
        return plain[1]
    return min(found, key=lambda pair: pair[0])[1]


def _changed(known: Ticket, sheet: Sheet, mtime: datetime, others: Iterable[Event]) -> tuple[int, Ticket]:
    """How much a hand changed if these events are the file's as well, and the ticket with them and with that."""
    more = [event for event in others if event.id not in known.by_id]
    ticket = known.plus(more) if more else known
    change = header_change(ticket, sheet, mtime, more)
    if change is None:
        return 0, ticket
    return len(change.set) + sum(map(len, change.lists.values())), ticket.plus([change])


def write(document: Document | None, ticket: Ticket) -> bytes:
    """The content of the ticket's file, which reads back the same; what a hand has formatted stays so."""
    canonical = dumps(ticket)
    if document is None or document.text == dumps(document.ticket):
        return _faithful([canonical], canonical, ticket.code)
    return _faithful(_texts(document, ticket, canonical), canonical, ticket.code, document.text)


def _faithful(texts: Iterable[str], canonical: str, code: str, before: str = "") -> bytes:
    """The first of the texts that reads back as the canonical one does and has every comment of the text before."""
    kept = _comments(before)
    why = "it would not say the same"
    for text in texts:
        data = text.encode()
        try:
            again = read(data, mtime=_SOME_TIME)
        except Unreadable as error:
            why = str(error)
            continue
        if again.settled and dumps(again.ticket) == canonical and kept <= _comments(text if kept else ""):
            return data
    raise Unfaithful(code, why)


def _texts(document: Document, ticket: Ticket, canonical: str) -> Iterator[str]:
    """Texts that may say the ticket in a file that a hand has touched, the one with the fewest changes first."""
    from ticketcli.core.file.printing import anew, in_place  # reading commands do without

    text = document.text if document.text.endswith("\n") else document.text + "\n"
    sheet = sheet_of(parsed(text))
    events = completed(sheet, _SOME_TIME)
    yield in_place(text, sheet, events, ticket)
    yield anew(text, sheet, events, ticket)
    yield "".join(f"{comment}\n" for comment in _comments(text).elements()) + canonical


def _comments(text: str) -> Counter[str]:
    if not text:
        return Counter()
    from ticketcli.core.file.spans import comments

    return Counter(comments(text))


def _notes(sheet: Sheet, known: Ticket) -> tuple[str, ...]:
    notes = []
    if sheet.created not in (None, known.first.at):
        notes.append(f"created is not {value_text(known.first.at)}, the time of the first event")
    if id_of(known.code) not in known.by_id:
        notes.append("its first event is missing: bring it back from the history")
    if len(sheet.events) > len(known.events):
        notes.append("an event stands in it twice")
    return tuple(notes)
