"""What filter words look at in a situation: nothing, one thing or several. It compares nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ticketcli.core.clock.situation import Situation

if TYPE_CHECKING:
    from ticketcli.core.ticket.fields import Field

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
    yield from situation.bodies


def authors(situation: Situation) -> Iterable[str]:
    """Looks at who wrote here."""
    return situation.authors


def channels(situation: Situation) -> Iterable[str]:
    """Looks at the ways by which messages came or went."""
    return situation.channels


def age(situation: Situation) -> Iterable[timedelta]:
    """Looks at the time since it was created."""
    return (situation.now - situation.header.created,)


def waiting(situation: Situation) -> Iterable[timedelta]:
    """Looks at the time that a customer has waited."""
    since = situation.waiting_since
    return (situation.now - since,) if since else ()


def in_status(situation: Situation) -> Iterable[timedelta]:
    """Looks at the time since its status began; of a merged one since the merge."""
    since = situation.merged_since if situation.merged else None
    return (situation.now - (since or situation.status_since),)


def due(situation: Situation) -> Iterable[datetime]:
    """Looks at when it should be solved, whoever said so."""
    return filter(None, (situation.due,))


def level(situation: Situation) -> Iterable[str]:
    """Looks at the service level that counts."""
    return (situation.level_name,) if situation.level_name else ()


def resolved(situation: Situation) -> Iterable[datetime]:
    """Looks at when it was resolved, unless it was reopened since."""
    return () if situation.merged else filter(None, (situation.clocks.resolved,))


def rating(situation: Situation) -> Iterable[int]:
    """Looks at the customer's last rating."""
    return (situation.rated.value,) if situation.rated else ()


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
