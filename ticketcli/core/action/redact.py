"""Redaction: the actions that black out messages and fields, in every event and part that tells them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ticketcli.core.action.draft import Context, Draft
from ticketcli.core.errors import BadWords
from ticketcli.core.ticket.event import Event, Path, Redaction
from ticketcli.core.ticket.redaction import BY, TEXT, TO, blacked, names, redacted_keys, together

if TYPE_CHECKING:
    from ticketcli.core.ticket.fold import Ticket

Recorded = tuple[str, Event]
"""An event and the ticket it stands in."""


class NotRedactable(BadWords):
    """A field that holds nothing of a person."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f'"{key}" cannot be blacked out: only subject, customer, customer.KEY and fields.KEY, or TICKET/N'
        )


def redact(ticket: Ticket, event: Event, context: Context) -> list[Draft]:
    """Drops the text of a message for good, with the whole it is a part of, its parts and its other versions.

    The whole comes first: a reader hides what was taken from it, so that a redaction cut between two files hides all.
    """
    places = _family(ticket, context)
    whole = _whole(event, places)
    gone = {whole.id}
    while more := {other.id for _, other in _events(places) if gone & _sources(other)} - gone:
        gone |= more
    found = sorted(
        ((code, other) for code, other in _events(places) if other.id in gone), key=lambda item: item[1].id != whole.id
    )
    return [draft for code, other in found for draft in _draft(code, other, {TEXT}, context)]


def redact_fields(ticket: Ticket, keys: Sequence[str], context: Context) -> list[Draft]:
    """Drops the values of fields for good, from every event that set them, and who told them; splits of it too.

    A customer's name or address also goes where it says who wrote, and to whom. Raises NotRedactable.
    """
    for key in keys:
        if key not in ("subject", "customer") and not key.startswith(("customer.", "fields.")):
            raise NotRedactable(key)
    places = _family(ticket, context)
    told = {str(value) for _, event in _events(places) for path, value in event.set.items() if _personal(path, keys)}
    return [
        draft
        for code, event in _events(places)
        for draft in _draft(code, event, _told(event, keys, told - {""}), context)
    ]


def _personal(path: Path, keys: Sequence[str]) -> bool:
    return path in (("customer", "name"), ("customer", "email")) and names(path, keys)


def _told(event: Event, keys: Sequence[str], told: set[str]) -> set[str]:
    """What of an event has to go: the fields it set, and whom it names."""
    gone = {key for key in keys if any(names(path, [key]) for path in event.set)}
    if any(word in event.by for word in told):
        gone.add(BY)
    if any(word in address for word in told for address in event.to):
        gone.add(TO)
    return gone


def _draft(code: str, event: Event, gone: set[str], context: Context) -> list[Draft]:
    """The event with these things blacked out too; nothing where they are already."""
    if gone <= (event.redacted.blacks if event.redacted else frozenset()):
        return []
    mark = together(event.redacted, Redaction(context.instant, context.actor.key, redacted_keys(gone)))
    assert mark is not None
    return [Draft(code, blacked(event, mark))]


def _family(ticket: Ticket, context: Context) -> dict[str, Ticket]:
    """The ticket, and all that were split from it or that it was split from, at any remove."""
    places: dict[str, Ticket] = {}
    codes = [ticket.code]
    while codes:
        file = context.read(codes.pop())
        if file and file.code not in places:
            places[file.code] = file
            links = [link for event in file.events if event.action == "split" for link in event.lists.get("links", ())]
            codes += [link.rpartition(" ")[2] for link in links]
    return places


def _events(places: Mapping[str, Ticket]) -> Iterator[Recorded]:
    return ((code, event) for code, file in places.items() for event in file.events)


def _sources(event: Event) -> set[str]:
    return {event.part_of, *(event.about if event.kind != "change" else ())} - {""}


def _whole(event: Event, places: Mapping[str, Ticket]) -> Event:
    """The message that a part, or a part of a part, was taken from."""
    found = next((other for _, other in _events(places) if event.part_of and other.id == event.part_of), None)
    return _whole(found, places) if found else event
