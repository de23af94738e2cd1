"""The join of two versions of a ticket: events united by id, so that any clones come to the same ticket. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from ticketcli.core.errors import TicketError
from ticketcli.core.ticket.code import derived_id
from ticketcli.core.ticket.event import Event, Value
from ticketcli.core.ticket.fold import Ticket, in_order
from ticketcli.core.ticket.redaction import TEXT, blacked, together

Text = Callable[[Event], str]
"""The canonical text of an event, by which equal ones are told and a winner is chosen."""


VERSION = "version"
"""The action of the note that keeps what a hand made of an event in another clone."""
SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_PLACE = ("[[event]]", "id = ", "seq = ", "at = ", "kind = ", "by = ", "role = ", "seen = ", "batch = ")
"""How the lines of an event begin that say where it stands, and not what it says."""


class DifferentTickets(TicketError):
    """Two files that cannot be one ticket."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} and {other} are different tickets; they cannot be joined")


def join(one: Ticket, other: Ticket, text: Text, base: Ticket | None = None) -> Ticket:
    """Both versions in one (design 2.2); without a base commutative, associative and idempotent.

    Events are only added. The base, an earlier version of both, tells only who changed the text of an event by hand.
    Raises DifferentTickets.
    """
    if one.code != other.code or not one.by_id.keys() & other.by_id.keys():  # a hand may have lost the first
        raise DifferentTickets(one.code, other.code)
    events = {**one.by_id, **other.by_id}
    versions: list[Event] = []
    for event_id in one.by_id.keys() & other.by_id.keys():
        before = base.by_id.get(event_id) if base else None
        events[event_id], lost = _joined(one.by_id[event_id], other.by_id[event_id], before, text)
        versions += lost
    for note in versions:
        events[note.id] = _winner([note, events.get(note.id, note)], text)
    shown = (event for event in events.values() if not _of_redacted(event, events))
    return Ticket(one.code, in_order(shown), _extra(one, other, base))


def _of_redacted(event: Event, events: Mapping[str, Event]) -> bool:
    """Whether it is another version of a text that was blacked out, which goes with it."""
    whole = events.get(event.about[0]) if event.action == VERSION and event.about else None
    return whole is not None and whole.redacted is not None


def _joined(one: Event, other: Event, before: Event | None, text: Text) -> tuple[Event, list[Event]]:
    """The one copy of an event that stays, and where hands made both differ, a note with the other one.

    What either has blacked out is gone from both.
    """
    mark = together(one.redacted, other.redacted)
    if mark:
        one, other, before = blacked(one, mark), blacked(other, mark), before and blacked(before, mark)
    if one == other:
        return one, []
    texts = {text(one): one, text(other): other}
    if before and len(texts) > 1:
        texts.pop(text(before), None)
    stays = _winner(list(texts.values()), text)
    lost = () if mark and TEXT in mark.blacks else texts.values()
    return stays, [_version(event, text) for event in lost if _said(event, text) != _said(stays, text)]


def _winner(copies: list[Event], text: Text) -> Event:
    """Of what hands changed the greater text, of equals the one recorded first."""
    said = max(_said(event, text) for event in copies)
    same = (event for event in copies if _said(event, text) == said)
    return min(same, key=lambda event: (event.seq, event.at, event.by, text(event)))


def _said(event: Event, text: Text) -> str:
    """What an event says, whenever and by whom it was recorded: two clones may derive the same one."""
    fields = event.set
    if event.ruled:  # how long a resolve lasts depends on when the rule came to it
        fields = {path: value for path, value in fields.items() if not isinstance(value, datetime)}
    return text(replace(event, seq=1, at=SOME_TIME, by="", via="", batch="", seen=None, set=fields))


def _version(lost: Event, text: Text) -> Event:
    """The note that keeps what another clone's hand made of an event: its text, and what else it says."""
    rows = text(replace(lost, body="")).split("\n")
    keys = "".join(f"{row}\n" for row in rows if row and not row.startswith(_PLACE))
    return Event(
        id=derived_id("version", lost.id, _said(lost, text)),
        seq=lost.seq,
        at=lost.at,
        kind="note",
        action=VERSION,
        by=lost.by,
        role=lost.role,
        about=(lost.id,),
        body="\n".join(["Another version of it:\n", *(part for part in (lost.body, keys) if part)]),
    )


def _extra(one: Ticket, other: Ticket, base: Ticket | None) -> dict[str, Value]:
    """Header keys that this version does not know: of each the side that changed it, else the greater one."""
    before = base.extra if base else {}
    kept: dict[str, Value] = {}
    for key in sorted({*one.extra, *other.extra}):
        found = [side.extra.get(key) for side in (one, other)]
        changed = [value for value in found if base is None or key not in before or value != before[key]]
        kept[key] = max((value for value in changed or found if value is not None), key=repr, default=None)
    return {key: value for key, value in kept.items() if value is not None}
