"""A ticket file as it stands: its tables checked and turned into values. It completes nothing, compares nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from ticketcli.core.file.keys import EVENT_KEYS
from ticketcli.core.file.layout import event_text
from ticketcli.core.file.reader import Unreadable
from ticketcli.core.file.types import READERS, Wrong, field_value, items, plain, time
from ticketcli.core.file.values import leaves
from ticketcli.core.ticket.code import from_id, id_of, valid
from ticketcli.core.ticket.event import Event, Path, Value, by_order
from ticketcli.core.ticket.fields import BY_NAME, LISTS
from ticketcli.core.ticket.fold import Ticket, in_order

EVENT_LIMIT = 10_000
"""The most events of one ticket."""
CHAIN_LIMIT = 100
"""How many events may happen by themselves one after the other."""
_READERS = {key.name: READERS[key.type] for key in EVENT_KEYS}
_TYPED = Event(kind="")
"""What an event is of which a hand wrote nothing."""
_NEEDED = ("id", "seq", "at", "kind")


class Invalid(Unreadable):
    """TOML that is no ticket: every problem, the first of them in the sentence."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        more = len(problems) - 1
        super().__init__(None, problems[0] + (f" (and {more} more)" if more else ""))


class Sheet(NamedTuple):
    """What a file says, before anybody asks whether header and events agree."""

    code: str
    created: datetime | None
    values: Mapping[Path, Value]
    """The header leaf by leaf, without code, created and what is empty."""
    lists: Mapping[str, tuple[str, ...]]
    """Its lists, sorted, each item once."""
    extra: Mapping[str, Value]
    """Header keys that neither the table of fields nor an event knows."""
    events: tuple[Event, ...]
    """In the order of the file; of one typed by hand id, seq, at and kind may be empty."""


def ticket_of(data: Mapping[str, Any]) -> Ticket:
    """The ticket that a file's events are; Invalid where one is incomplete or contradicts another."""
    sheet = sheet_of(data)
    return as_ticket(sheet, sheet.events)


def sheet_of(data: Mapping[str, Any]) -> Sheet:
    """The file as it stands; Invalid with all problems where a type, a range or the code is wrong."""
    problems: list[str] = []
    events = _events(data.get("event"), problems)
    header = {key: value for key, value in data.items() if key not in ("event", "code", "created", *LISTS)}
    known = {*BY_NAME, *(path[0] for event in events for path in event.set)}
    extra = {key: header.pop(key) for key in sorted(header) if key not in known}
    sheet = Sheet(
        code=_code(data.get("code"), problems),
        created=_read("created", time, data.get("created"), None, problems),
        values=_values(header, problems),
        lists={name: found for name in LISTS if (found := _read(name, items, data.get(name), (), problems))},
        extra={key: _read(key, plain, value, None, problems) for key, value in extra.items()},
        events=events,
    )
    if problems:
        raise Invalid(tuple(problems))
    return sheet


def as_ticket(sheet: Sheet, events: Iterable[Event]) -> Ticket:
    """The ticket of a file whose events are complete; Invalid where they are not one ticket's."""
    problems: list[str] = []
    once: dict[str, Event] = {}
    for number, event in enumerate(events, 1):
        if lacking := missing(event):
            problems += [f"{_name(number, event)} has no {key}" for key in lacking]
        twin = once.setdefault(event.id, event)
        if twin is not event and event_text(twin) != event_text(event):
            problems.append(f"two events have the id {event.id}: delete the id line of the one that is new")
    if id_of(sheet.code) not in once and (first := min(once.values(), key=by_order)).seq == 1:
        problems.append(f'its code is not "{sheet.code}", put back code = "{from_id(first.id)}"')
    automatic = [event for event in once.values() if event.automatic]
    problems += [f"event {event.id} follows itself" for event in automatic if _endless(event, once)]
    if problems:
        raise Invalid(tuple(problems))
    return Ticket(sheet.code, in_order(once.values()), sheet.extra)


def missing(event: Event) -> list[str]:
    """The keys that every event has and this one, typed by hand, does not."""
    if event.id and event.seq and event.kind and event.at.tzinfo:
        return []
    return [key for key in _NEEDED if getattr(event, key) == getattr(_TYPED, key)]


def _endless(event: Event, once: Mapping[str, Event]) -> bool:
    """Whether a chain of what happened by itself leads back to itself, or is longer than any agenda makes it."""
    steps = 0
    while event.automatic and event.after in once and steps <= CHAIN_LIMIT:
        event, steps = once[event.after], steps + 1
    return steps > CHAIN_LIMIT


def _events(found: Any, problems: list[str]) -> tuple[Event, ...]:
    if not isinstance(found, list) or not found:
        problems.append("it has no [[event]]")
    elif len(found) > EVENT_LIMIT:
        problems.append(f"it has more than {EVENT_LIMIT:,} events")
    else:
        return tuple(_event(number, raw, problems) for number, raw in enumerate(found, 1))
    return ()


def _event(number: int, raw: Any, problems: list[str]) -> Event:
    if not isinstance(raw, dict):
        problems.append(f"event {number} is not a table")
        return _TYPED
    wrong: list[str] = []
    known: dict[str, Any] = {"kind": "", "lists": {}, "extra": {}}
    for name, value in raw.items():
        home = known["lists"] if name in LISTS else known if name in _READERS else known["extra"]
        try:
            home[name] = _READERS.get(name, plain)(value)
        except Wrong as what:
            wrong.append(f"{name} {what}")
    event = Event.of({"set": {}, **known})
    problems += [f"{_name(number, event)}: {what}" for what in wrong]
    return event


def _values(header: Mapping[str, Any], problems: list[str]) -> dict[Path, Value]:
    read: dict[Path, Value] = {}
    for path, value in leaves(header).items():
        read[path] = _read(".".join(path), partial(field_value, path), value, "", problems)
    return {path: value for path, value in read.items() if value != ""}


def _code(found: Any, problems: list[str]) -> str:
    if not isinstance(found, str):
        problems.append("it has no code")
    elif not valid(found):
        problems.append(f'"{found}" is not a code: it was changed, or a symbol of it was')
    else:
        return found
    return ""


def _read(name: str, reader: Callable[[Any], Any], value: Any, default: Any, problems: list[str]) -> Any:
    """The value of a key in the model, or the default where there is none or a wrong one, which becomes a problem."""
    if value is None:
        return default
    try:
        return reader(value)
    except Wrong as wrong:
        problems.append(f"{name} {wrong}")
        return default


def _name(number: int, event: Event) -> str:
    return f"event {number}" + (f" ({event.id})" if event.id else "")
