"""A header and an event as keys and values in the order of writing, and an event as text. It reads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from ticketcli.core.file.keys import BLOCKS, EVENT_KEYS
from ticketcli.core.file.values import block_text, key_text, value_text
from ticketcli.core.ticket.event import Event, Path, Value
from ticketcli.core.ticket.fields import FIELDS, TABLES

if TYPE_CHECKING:
    from ticketcli.core.ticket.fold import Ticket

Item = tuple[Path, Value]

_FIELD_RANK = {field.name: rank for rank, field in enumerate(FIELDS)}
_EVENT_RANK = {key.name: rank for rank, key in enumerate(EVENT_KEYS)}
_CUSTOMER_RANK = {"name": 0, "email": 1, "phone": 2}
_EVENT_KEYS = [
    (key.name, key.type, None if key.name in ("kind", "role") else getattr(Event(), key.name, None))
    for key in EVENT_KEYS
]
"""Name, type, and the value that is not written; kind and role always are."""
_ATTRIBUTES = attrgetter(*("lists" if key.type == "changes" else key.name for key in EVENT_KEYS))
_BEHIND = EVENT_KEYS[-2].name
"""The key that unknown ones stand behind: the body comes last."""


def ticket_items(ticket: Ticket) -> list[Item]:
    """The header of a ticket, leaf by leaf."""
    header = ticket.header
    return header_items(ticket.code, header.created, header.values, header.lists, ticket.extra)


def header_items(
    code: str,
    created: datetime | None,
    values: Mapping[Path, Value],
    lists: Mapping[str, tuple[str, ...]],
    extra: Mapping[str, Value],
) -> list[Item]:
    """A header leaf by leaf, in the order of writing: known keys, unknown ones, tables."""
    items: dict[Path, Value] = {("code",): code, **values, **{(name,): items for name, items in lists.items()}}
    if created:
        items["created",] = created
    owned = {path[0] for path in values}
    items |= {(key,): value for key, value in extra.items() if key not in owned}
    return sorted(items.items(), key=lambda item: header_rank(item[0]))


def event_items(event: Event) -> list[Item]:
    """The keys of an event that say something, `set` path by path."""
    items: list[Item] = []
    for (name, type_, default), value in zip(_EVENT_KEYS, _ATTRIBUTES(event), strict=True):
        if type_ == "changes":
            items += [((name,), value[name])] if value and value.get(name) else []
        elif type_ == "paths":
            items += [((name, *path), value[path]) for path in sorted(value, key=header_rank)]
        elif value is not default and value != default:
            items.append(((name,), value))
        if name == _BEHIND:
            items += [((key,), event.extra[key]) for key in sorted(event.extra)]
    return items


def event_text(event: Event) -> str:
    """The event as one paragraph."""
    lines = (f"{key_text(path)} = {event_value(path, value)}\n" for path, value in event_items(event))
    return "[[event]]\n" + "".join(lines)


def event_value(path: Path, value: Value) -> str:
    """A value of an event: one line, but a body keeps its own."""
    return block_text(value) if path in BLOCKS else value_text(value)


def header_value(_path: Path, value: Value) -> str:
    """A value of the header: one line."""
    return value_text(value)


@lru_cache(1024)
def header_rank(path: Path) -> tuple[float, int, Path]:
    """Where a path stands among those of the header, and of `set`."""
    last = _FIELD_RANK[TABLES[0]] - 0.5
    inner = _CUSTOMER_RANK.get(path[1], 3) if path[0] == "customer" and len(path) == 2 else 3
    return _FIELD_RANK.get(path[0], last), inner, path


def event_rank(path: Path) -> tuple[float, float, int, Path]:
    """Where a key stands among those of an event: unknown ones before the body."""
    return _EVENT_RANK.get(path[0], _EVENT_RANK["body"] - 0.5), *header_rank(path[1:] or path)
