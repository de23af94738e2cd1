"""The text of a file that a hand has touched: edited in place, or changed parts printed anew below their comments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ticketcli.core.file.codec import header_text
from ticketcli.core.file.edit import Edit, Table, applied, changes
from ticketcli.core.file.hand import completed
from ticketcli.core.file.layout import (
    Item,
    event_items,
    event_rank,
    event_text,
    event_value,
    header_items,
    header_rank,
    header_value,
    ticket_items,
)
from ticketcli.core.file.reader import parsed
from ticketcli.core.file.sheet import Sheet, sheet_of
from ticketcli.core.file.spans import Place, Section, comments, scan
from ticketcli.core.file.values import same
from ticketcli.core.ticket.fields import TABLES

if TYPE_CHECKING:
    from ticketcli.core.ticket.event import Event
    from ticketcli.core.ticket.fold import Ticket

HEADER = ""
"""The name of the header among the parts of a text, where an event has its id."""
_EVENT: Place = ("event",)


def in_place(text: str, sheet: Sheet, events: Sequence[Event], ticket: Ticket) -> str:
    """The text with the changed values replaced and new events where they belong; behind it where a hand has put the
    events into another order.

    `events` are those of the sheet with their ids; the text ends with a line break.
    """
    sections = scan(text)
    edits = _header_edits(text, sections, sheet, ticket)
    for number, (stood, event) in enumerate(zip(sheet.events, events, strict=True)):
        shall = ticket.by_id.get(event.id)
        own = _own(sections, ("event", number))  # none where the events are an array in the header
        if own and shall and event_text(shall) != event_text(stood):
            edits += changes(Table(text, own, event_value, event_rank), event_items(stood), event_items(shall))
    behind, starts = [], _starts(events, sections)
    for event in _new(events, ticket):
        if at := next((start for order, start in starts if order > event.order), 0):
            edits.append(Edit(at, at, f"{event_text(event)}\n"))
        else:
            behind.append(event_text(event))
    return "\n".join([applied(text, edits), *behind])


def anew(text: str, sheet: Sheet, events: Sequence[Event], ticket: Ticket) -> str:
    """The header and every event: as they stand, or printed anew with their comments above where they changed."""
    sections = scan(text)
    parts = _parts(text, sections)
    outside = any(("event", number) not in parts for number in range(len(events)))  # an array in the header
    header = parts[()]
    if outside or not _alike(sheet, ticket):
        header = _below(comments(header), header_text(ticket))
    printed = [header]
    for number, (stood, event) in enumerate(zip(sheet.events, events, strict=True)):
        part = parts.get(("event", number), "")
        shall = ticket.by_id.get(event.id)
        changed = not part or not shall or event_text(shall) != event_text(stood)
        printed.append(_below(comments(part), event_text(shall) if shall else "") if changed else part)
    return "\n".join([*(part.rstrip("\n") + "\n" for part in printed if part), *map(event_text, _new(events, ticket))])


def pieces(text: str) -> list[tuple[str, str]]:
    """The text in pieces as they stand, each with the comments above it: of the header, named HEADER, and of events,
    named by their ids.
    """
    whole = text if text.endswith("\n") else text + "\n"
    sheet = sheet_of(parsed(whole))
    events = completed(sheet, datetime.max.replace(tzinfo=UTC))  # ids are made of no time
    names: dict[Place, str] = {("event", number): event.id for number, event in enumerate(events)}
    return [(names.get(place, HEADER), piece) for place, piece in _pieces(whole, scan(whole))]


def _header_edits(text: str, sections: Sequence[Section], sheet: Sheet, ticket: Ticket) -> list[Edit]:
    places = [section.place[:1] == _EVENT for section in sections]
    last = sections[places.index(True) - 1 if True in places else -1]
    own = [(section.place, section) for section in sections if section.place[:1] != _EVENT]
    table = Table(text, own, header_value, header_rank, TABLES, last.end)
    return changes(table, _sheet_items(sheet), ticket_items(ticket))


def _own(sections: Iterable[Section], place: Place) -> list[tuple[Place, Section]]:
    """The sections of an event, by their places inside it."""
    return [(section.place[len(place) :], section) for section in sections if section.place[: len(place)] == place]


def _new(events: Iterable[Event], ticket: Ticket) -> list[Event]:
    """The events that the file does not have yet."""
    here = {event.id for event in events}
    return [event for event in ticket.events if event.id not in here]


def _starts(events: Sequence[Event], sections: Iterable[Section]) -> list[tuple[tuple[int, str], int]]:
    """The places of the events in the order of effect, and in the text; none where a hand has put them otherwise."""
    places = {section.place: section.lead for section in sections}
    found = [(event.order, places.get(("event", number), 0)) for number, event in enumerate(events)]
    return found if found == sorted(found) else []


def _parts(text: str, sections: Sequence[Section]) -> dict[Place, str]:
    """The text of the header, whose place is (), and of every event, wherever they stand."""
    parts: dict[Place, str] = {}
    for place, piece in _pieces(text, sections):
        parts[place] = parts.get(place, "") + piece
    return parts


def _pieces(text: str, sections: Sequence[Section]) -> list[tuple[Place, str]]:
    """The same in their order, where the header may come in several pieces."""
    pieces: list[tuple[Place, str]] = []
    ends = [*(section.lead for section in sections[1:]), len(text)]
    for section, end in zip(sections, ends, strict=True):
        place = section.place[:2] if section.place[:1] == _EVENT else ()
        above = pieces.pop()[1] if pieces and pieces[-1][0] == place else ""
        pieces.append((place, above + text[section.lead : end]))
    return pieces


def _alike(sheet: Sheet, ticket: Ticket) -> bool:
    """Whether the header says already what it shall say."""
    stands, shall = dict(_sheet_items(sheet)), dict(ticket_items(ticket))
    return stands.keys() == shall.keys() and all(same(stands[path], value) for path, value in shall.items())


def _sheet_items(sheet: Sheet) -> list[Item]:
    return header_items(sheet.code, sheet.created, sheet.values, sheet.lists, sheet.extra)


def _below(above: Iterable[str], text: str) -> str:
    return "".join(f"{comment}\n" for comment in above) + text
