"""What filter words look at in a situation: nothing, one thing or several. It compares nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from ticketcli.core.clock.situation import Situation
from ticketcli.core.ticket.fields import Field
from ticketcli.core.ticket.thread import Entry

Look = Callable[[Situation], Iterable[Any]]


def header(field: Field) -> Look:
    """Looks at a value or at the items of a list of the header."""
    name = field.name
    if field.shape == "list":
        return lambda situation: situation.header.list(name)
    return lambda situation: filter(None, (situation.header.text(name),))


def leaves(table: str, key: str) -> Look:
    """Looks at the values of a key of a table, as texts; a key of tables gives all that is below it."""
    path = (table, *key.split("."))

    def look(situation: Situation) -> Iterator[str]:
        for where, value in situation.header.values.items():
            if where[: len(path)] == path:
                yield from map(_text, value if isinstance(value, list) else [value])

    return look


def itself(situation: Situation) -> Iterable[Situation]:
    """Looks at the situation whole."""
    return (situation,)


def customer(situation: Situation) -> Iterator[str]:
    """Looks at the customer's name, address and phone number."""
    return filter(None, (situation.header.text("customer", name) for name in ("name", "email", "phone")))


def texts(situation: Situation) -> Iterator[str]:
    """Looks at all that people read: subject, customer, messages and notes, but nothing blacked out."""
    yield situation.header.text("subject")
    yield from customer(situation)
    yield from (entry.event.body for entry in _shown(situation) if not entry.hidden)


def authors(situation: Situation) -> Iterator[str]:
    """Looks at who wrote here; who a customer was goes with what they wrote when that is blacked out."""
    return (entry.event.by for entry in _shown(situation) if not (entry.hidden and entry.event.role == "customer"))


def channels(situation: Situation) -> Iterator[str]:
    """Looks at the ways by which messages came or went."""
    return (entry.event.channel for entry in _shown(situation))


def age(situation: Situation) -> Iterable[timedelta]:
    """Looks at the time since it was created."""
    return (situation.now - situation.header.created,)


def waiting(situation: Situation) -> Iterable[timedelta]:
    """Looks at the time that a customer has waited."""
    since = situation.waiting_since
    return (situation.now - since,) if since else ()


def in_status(situation: Situation) -> Iterable[timedelta]:
    """Looks at the time since its status began; of a merged one since the merge."""
    merges = (event.at for event in situation.ticket.counting if ("merged_into",) in event.set)
    since = max(merges, default=situation.status_since) if situation.merged else situation.status_since
    return (situation.now - since,)


def due(situation: Situation) -> Iterable[datetime]:
    """Looks at when it should be solved, whoever said so."""
    return filter(None, (situation.due,))


def level(situation: Situation) -> Iterable[str]:
    """Looks at the service level that counts."""
    return (situation.level.level,) if situation.level else ()


def resolved(situation: Situation) -> Iterable[datetime]:
    """Looks at when it was resolved, unless it was reopened since."""
    return () if situation.merged else filter(None, (situation.clocks.resolved,))


def _shown(situation: Situation) -> list[Entry]:
    """The messages and notes that a ticket answers for: of a merged one its own, the others are its target's."""
    messages = situation.thread.messages
    return [entry for entry in messages if entry.code == situation.code] if situation.merged else messages


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
