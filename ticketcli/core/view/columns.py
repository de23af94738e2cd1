"""The one table of columns: name, meaning, value. Lists, sorting and the JSON of tickets read it. It prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from ticketcli.core.clock.due import left
from ticketcli.core.clock.queue import remedy, rule, span_left, why
from ticketcli.core.clock.situation import Situation
from ticketcli.core.errors import BadWords
from ticketcli.core.ticket.fields import FIELDS, Field
from ticketcli.core.ticket.who import Who
from ticketcli.core.view.look import LATE, MARK, SOON
from ticketcli.core.view.values import human, machine, missing, ordered

if TYPE_CHECKING:
    from ticketcli.core.ticket.event import Path, Value

Read = Callable[[Situation], Any]
TABLES = ("customer", "fields")


class UnknownColumn(BadWords):
    """A column or sort key that no list has."""

    def __init__(self, name: str) -> None:
        names = ", ".join(column.name for column in COLUMNS)
        super().__init__(f'unknown column "{name}"; there are: {names}, fields.NAME, customer.NAME')


class Column(NamedTuple):
    """One column of a list, which is also a sort key and a key in JSON."""

    name: str
    about: str
    value: Read
    title: str | None = None
    """Its head for people, where that is not its name."""
    key: str = ""
    """Its name in JSON and CSV, where that is another; spans end in _s there."""
    cell: Callable[[Situation], str] | None = None
    """Its cell, where that is more than its value as text."""
    people: Callable[[Situation], str] | None = None
    """The same where only people see it so."""
    rank: Read | None = None
    """What it sorts by, where that is not its value."""
    json: bool = True

    @property
    def head(self) -> str:
        """Its head for people."""
        return (self.name if self.title is None else self.title).replace("_", " ")

    @property
    def machine_name(self) -> str:
        """Its name in JSON and CSV."""
        return self.key or self.name

    def human(self, situation: Situation) -> str:
        """Its cell for people."""
        own = self.people or self.cell
        return own(situation) if own else human(self.value(situation), situation.settings.zone)

    def machine(self, situation: Situation) -> str:
        """Its cell for scripts."""
        return self.cell(situation) if self.cell else machine(self.value(situation))


def column(name: str) -> Column:
    """The column of a name; also `fields.order` and `customer.phone`. Raises UnknownColumn."""
    found = next((column for column in COLUMNS if name in (column.name, column.machine_name)), None)
    path = tuple(name.split("."))
    if found is None and (path[0] not in TABLES or len(path) < 2 or not all(path)):
        raise UnknownColumn(name)
    return found or Column(name, "A field of its own.", lambda situation: situation.header.values.get(path))


def columns(names: str) -> list[Column]:
    """The columns of a list of names with commas between. Raises UnknownColumn."""
    return [column(name.strip()) for name in names.split(",")]


def sort(situations: Iterable[Situation], by: str, *, reverse: bool = False) -> list[Situation]:
    """Tickets by a column, `-COLUMN` from the greatest; ties stay as they were, and what has no value comes last."""
    key = column(by.removeprefix("-"))
    rank = key.rank or key.value
    found = [(rank(situation), situation) for situation in situations]
    there = [pair for pair in found if not missing(pair[0])]
    there.sort(key=lambda pair: ordered(pair[0]), reverse=by.startswith("-") != reverse)
    return [situation for _, situation in (*there, *(pair for pair in found if missing(pair[0])))]


def nested(leaves: Iterable[tuple[Path, Value]]) -> dict[str, Any]:
    """A table out of its leaves."""
    table: dict[str, Any] = {}
    for path, value in leaves:
        inner = table
        for key in path[:-1]:
            inner = inner.setdefault(key, {})
        inner[path[-1]] = value
    return table


def mark(situation: Situation) -> str:
    """The signs of a ticket that needs somebody: `●` New or Open, `!` overdue, `~` due soon."""
    return (MARK if situation.needs_solving else "") + (
        LATE if situation.overdue else SOON if situation.due_soon else ""
    )


def _own(read: Read) -> Read:
    """Of a merged ticket nothing: its thread is another's."""
    return lambda situation: None if situation.merged else read(situation)


def _queued(text: Callable[[Situation], str]) -> Read:
    return lambda situation: text(situation) if situation.in_queue else None


def _since(instant: Callable[[Situation], datetime | None]) -> Read:
    def read(situation: Situation) -> timedelta | None:
        since = instant(situation)
        return max(situation.now - since, timedelta(0)) if since else None

    return read


def _due_for(situation: Situation) -> str | None:
    return situation.deadline.clock if situation.deadline else None


def _left(situation: Situation) -> timedelta | None:
    return left(situation.deadline, situation.now) if situation.deadline else None


def _customer(situation: Situation) -> str:
    text = situation.header.text
    return str(Who(text("customer", "name"), text("customer", "email"))) or text("customer", "phone")


def _stored(field: Field) -> Column:
    name = field.name
    if field.shape == "table":
        cell = _customer if name == "customer" else None
        return Column(name, field.about, lambda situation: nested(situation.header.table(name).items()), cell=cell)
    if field.shape == "list":
        return Column(name, field.about, lambda situation: situation.header.list(name))
    if field.type == "time":
        return Column(name, field.about, lambda situation: situation.header.time(name))
    return Column(name, field.about, lambda situation: situation.header.text(name) or None)


_WORKED_OUT = (
    Column("code", "The ticket's code, also its file name.", lambda s: s.code),
    Column("status", "The status shown, worked out on reading.", lambda s: s.status),
    Column(
        "priority",
        "low, normal, high, urgent, or one of the desk's own.",
        lambda s: s.header.text("priority") or None,
        rank=lambda s: s.settings.urgency(s.header.text("priority")),
    ),
    Column("due", "When it should be solved: set by hand, else worked out; for what is done none.", lambda s: s.due),
    Column("until", "When a postponed ticket comes back, or a resolved one closes.", lambda s: s.until),
    Column("merged_into", "The ticket that answers for it.", lambda s: s.root if s.merged else None),
    Column("created", "When the ticket began.", lambda s: s.header.created),
)
"""Stored fields that are shown as something else than what is stored."""

_COMPUTED = (
    Column("mark", "● needs solving, ! overdue, ~ due soon.", mark, title="", json=False),
    Column("category", "The category of its status.", lambda s: s.category),
    Column("needs_solving", "Whether it shows as New or Open.", lambda s: s.needs_solving, title="to solve"),
    Column("overdue", "Whether its due time has passed.", lambda s: s.overdue),
    Column("due_soon", "Whether so much of its time has gone that somebody is warned.", lambda s: s.due_soon),
    Column("due_for", "What it is due for: a clock, due (set by hand) or priority.", _due_for),
    Column(
        "left",
        "How much working time is left until then; negative once it has passed.",
        _left,
        key="left_s",
        people=lambda s: span_left(s.deadline, left(s.deadline, s.now)) if s.deadline else "",
    ),
    Column("level", "The service level that counts.", lambda s: s.level_name or None),
    Column("stale", "Whether it has needed solving for longer than stale_after.", lambda s: s.stale),
    Column("status_since", "Since when it has this status.", _own(lambda s: s.status_since)),
    Column("waiting_since", "Since when a customer waits for an answer.", lambda s: s.waiting_since),
    Column("waiting", "How long a customer has waited.", _since(lambda s: s.waiting_since), key="waiting_s"),
    Column("age", "How long ago it began.", _since(lambda s: s.header.created), key="age_s"),
    Column("messages", "How many messages and notes it shows.", _own(lambda s: len(s.channels)), key="message_count"),
    Column("last_public", "When the newest public message came.", _own(lambda s: s.last_public)),
    Column("first_response", "When the desk first answered.", _own(lambda s: s.clocks.first_response)),
    Column("response", "How long that took.", _own(lambda s: s.clocks.plain.response), key="response_s"),
    Column("resolved", "When it was resolved, where it was not reopened since.", _own(lambda s: s.clocks.resolved)),
    Column(
        "resolution",
        "How long that took, nothing taken off.",
        _own(lambda s: s.clocks.plain.elapsed),
        key="resolution_s",
    ),
    Column(
        "handling",
        "The same without the time it was answered or postponed.",
        _own(lambda s: s.clocks.plain.handling),
        key="handling_s",
    ),
    Column("rating", "The customer's last rating, 1 to 5.", lambda s: s.rated.value if s.rated else None),
    Column("reopened", "How often it was reopened.", _own(lambda s: s.clocks.reopened)),
    Column("why", "The reason for its place in the to-solve list.", _queued(why)),
    Column("rule", "Which rule puts it into the to-solve list.", _queued(rule), json=False),
    Column(
        "remedy", "What would take it out, or change its place.", _queued(remedy), title="what changes it", json=False
    ),
)


def _all() -> Sequence[Column]:
    instead = {column.name: column for column in _WORKED_OUT}
    stored = [instead.get(field.name) or _stored(field) for field in FIELDS if field.column]
    return (*stored, *_COMPUTED)


COLUMNS = tuple(_all())
