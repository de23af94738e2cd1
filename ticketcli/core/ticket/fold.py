"""The fold: a ticket is its events; the header is what they add up to. Pure: no settings, no clock, no other file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ticketcli.core.kept import kept
from ticketcli.core.ticket.event import Event, Path, Value, by_order
from ticketcli.core.ticket.fields import LISTS
from ticketcli.core.ticket.header import Header


@dataclass(frozen=True)
class Ticket:
    """One ticket file as a value: code, events in order of effect, and header keys this version does not know."""

    code: str
    events: tuple[Event, ...]
    extra: Mapping[str, Value] = field(default_factory=dict)

    @kept
    def counting(self) -> tuple[Event, ...]:
        """The events that count, in order of effect."""
        return counting(self.events)

    @kept
    def header(self) -> Header:
        """The fold of the counting events."""
        return fold(self.code, self.first, self.counting)

    @kept
    def by_id(self) -> dict[str, Event]:
        """Every event, counting or not, by its id."""
        return {event.id: event for event in self.events}

    @kept
    def first(self) -> Event:
        """The event that the code is made of; where a hand lost it, the earliest."""
        return self.by_id.get(self.code.replace("-", "")[:10], self.events[0])

    @property
    def pointers(self) -> bool:
        """Whether something of this ticket is shown elsewhere, or something of others here."""
        lists, values = self.header.lists, self.header.values
        return "shows" in lists or "copies" in lists or any(path[0] == "moved" for path in values)

    @property
    def mails(self) -> list[tuple[str, str]]:
        """Message-ID, which may be empty, and id of every event that came from outside, or went there as a mail."""
        return [(event.mail_id, event.id) for event in self.events if event.mail_id or _came_in(event)]

    @property
    def next_seq(self) -> int:
        """1 + the largest number of an event that did not happen by itself (Lamport clock)."""
        return 1 + max((event.seq for event in self.events if not event.automatic), default=0)

    def plus(self, events: Iterable[Event]) -> Ticket:
        """The ticket with these events added."""
        return Ticket(self.code, in_order([*self.events, *events]), self.extra)

    def as_of(self, instant: datetime) -> Ticket:
        """The ticket of the events up to an instant; what was undone later is left out at every instant."""
        undone = undone_ids(self.events)
        kept = tuple(event for event in self.events if event.at <= instant and event.id not in undone)
        return Ticket(self.code, kept, self.extra)


def _came_in(event: Event) -> bool:
    return event.channel == "email" or (event.kind == "message" and event.role == "customer")


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Events in order of effect: (seq, id)."""
    return tuple(sorted(events, key=by_order))


def undone_ids(events: Iterable[Event]) -> set[str]:
    """The ids that a counting undo with a larger number names."""
    undone: dict[str, int] = {}
    undos = [event for event in events if event.action == "undo"]
    for event in sorted(undos, key=by_order, reverse=True):
        if undone.get(event.id, 0) <= event.seq:
            for target in event.about:
                undone[target] = max(undone.get(target, 0), event.seq)
    return {event.id for event in events if undone.get(event.id, 0) > event.seq} if undone else set()


def counting(events: Sequence[Event]) -> tuple[Event, ...]:
    """The events that count, in order of effect (design 2.1).

    What was undone does not; what happened by itself only while the event it follows does, and while nobody has
    decided on a status since.
    """
    undone = undone_ids(events)
    kept = {event.id: event for event in in_order(events) if event.id not in undone}
    if not [event for event in kept.values() if event.automatic]:
        return tuple(kept.values())
    decided = max((event.order for event in kept.values() if event.status and not event.automatic), default=(0, ""))
    return tuple(event for event in kept.values() if _still_follows(event, kept, decided))


def _still_follows(event: Event, kept: Mapping[str, Event], decided: tuple[int, str]) -> bool:
    """Whether an event counts; of one that happened by itself the chain of origins is walked back."""
    while event.automatic:
        origin = kept.get(event.after)
        if origin is None or (event.status and decided > origin.order) or origin.seq >= event.seq:
            return False
        event = origin
    return True


def fold(code: str, first: Event, events: Iterable[Event]) -> Header:
    """The header of events given in order of effect."""
    values: dict[Path, Value] = {}
    tables: set[Path] = set()
    lists: dict[str, set[str]] = {name: set() for name in LISTS}
    for event in events:
        if event.set:
            _set(values, tables, event.set)
        for name, changes in event.lists.items():
            _change(lists.setdefault(name, set()), changes)
    return Header(code, first.at, values, {name: tuple(sorted(items)) for name, items in lists.items() if items})


def _set(values: dict[Path, Value], tables: set[Path], changes: Mapping[Path, Value]) -> None:
    """Each change takes away what stands above and below its path; `tables` are the paths above those that are set."""
    if ("status",) in changes and ("until",) not in changes:
        values.pop(("until",), None)
    if not values and max(map(len, changes)) <= 2:  # as a ticket begins
        tables.update([path[:1] for path in changes if len(path) == 2])
        if tables.isdisjoint(changes):
            values.update([change for change in changes.items() if change[1] != ""])
            return
    for path, value in changes.items():
        if path in values:
            del values[path]  # it has no relatives, and goes behind the others
        elif path in tables or (len(path) > 1 and path[:-1] not in tables):
            _make_room(values, tables, path)
        if value != "":
            values[path] = value


def _make_room(values: dict[Path, Value], tables: set[Path], path: Path) -> None:
    if path in tables:
        for other in [other for other in values if other[: len(path)] == path]:
            del values[other]
        tables.difference_update([other for other in tables if other[: len(path)] == path])
    for length in range(1, len(path)):
        values.pop(path[:length], None)
        tables.add(path[:length])


def _change(items: set[str], changes: Iterable[str]) -> None:
    for change in changes:
        (items.discard if change.startswith("-") else items.add)(change[1:])
