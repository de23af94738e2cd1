"""The one table of filter words: what each looks at and how its value is read. It parses no words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.errors import BadWords
from ticketcli.core.ticket.fields import BY_NAME, CHANNELS, FIELDS, Field
from ticketcli.core.words import looks, readings
from ticketcli.core.words.known import spelled

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.words.looks import Look
    from ticketcli.core.words.readings import Asked, Reading, Test


class Term(NamedTuple):
    """One filter word."""

    word: str
    example: str
    """How it is written; empty where no example can be given that holds for every desk."""
    about: str
    """What it means, in a sentence for the help and the README."""
    look: Look
    """What it looks at in a situation."""
    read: Reading
    """How a value becomes a test of one of the things that it looks at."""
    none: bool = False
    """Whether the value `none` finds tickets where there is nothing to look at."""
    table: str = ""
    """The table whose keys stand behind a dot: `fields.order`."""


class Condition(NamedTuple):
    """One of the values of `is:`."""

    about: str
    holds: Callable[[Situation], bool]


CONDITIONS = {
    "overdue": Condition("Its due time has passed.", lambda ticket: ticket.overdue),
    "due-soon": Condition("So much of its time has gone that somebody is warned.", lambda ticket: ticket.due_soon),
    "stale": Condition("It has needed solving longer than stale_after.", lambda ticket: ticket.stale),
    "waiting": Condition("A customer waits for an answer.", lambda ticket: ticket.waiting_since is not None),
    "unassigned": Condition("Nobody works on it.", lambda ticket: not ticket.header.text("assignee")),
    "watched": Condition("An agent is kept informed of it.", lambda ticket: bool(ticket.header.list("watchers"))),
    "to-solve": Condition("It is in the to-solve list.", lambda ticket: ticket.in_queue),
    "reopened": Condition("It was opened again.", lambda ticket: not ticket.merged and ticket.clocks.reopened > 0),
    "unhappy": Condition(
        "Its customer's last rating is 1 or 2, and nobody has answered since.",
        lambda ticket: ticket.rated is not None and ticket.rated.unhappy,
    ),
    "merged": Condition("Another ticket answers for it.", lambda ticket: ticket.merged),
}


def _condition(value: str, _: Asked) -> Test:
    return CONDITIONS[spelled("condition", value, CONDITIONS)].holds


def _view(value: str, asked: Asked) -> Test:
    return asked.views[value]


def _needs_key(value: str, _: Asked) -> Test:
    raise BadWords(f"which field? write fields.KEY:{value}")


_status = readings.one_of("status", lambda settings: settings.statuses)
_channel = readings.one_of("channel", lambda settings: CHANNELS)

READ_BY_NAME: dict[str, tuple[str, Reading]] = {
    "subject": (":password", readings.contains),
    "due": (":..2h", readings.coming),
    "links": (":7KQ", readings.code_prefix),
    "customer": (":@acme.com", readings.customer),
    "fields": (".order:A-1001", _needs_key),
}
READ_BY_TYPE: dict[str, tuple[str, Reading]] = {
    "text": (":vip", readings.equals),
    "time": (":2026-01..2026-03", readings.past),
    "code": (":7KQ", readings.code_prefix),
    "status": (":new,open", _status),
    "priority": (":high..", readings.priority),
    "department": (":none", readings.department),
    "agent": (":none", readings.agent),
    "address": (":maria@example.com", readings.person),
}
"""An example of the value of a stored field, and how it is read: by its name, else by its type."""

LOOKS: dict[str, Look] = {
    "code": lambda ticket: (ticket.code,),
    "status": lambda ticket: (ticket.status,),
    "priority": lambda ticket: (ticket.header.text("priority"),),
    "due": looks.due,
    "created": lambda ticket: (ticket.header.created,),
    "customer": looks.customer,
}
"""Where a stored field is looked for, if not simply in the header: what is shown counts."""
ALWAYS = ("code", "subject", "status", "priority", "created")
"""What every ticket has, so that `none` is no value there."""


def _stored(field: Field, word: str) -> Term:
    value, read = READ_BY_NAME.get(field.name) or READ_BY_TYPE[field.type]
    look = LOOKS.get(field.name) or looks.header(field)
    table = field.name if field.shape == "table" else ""
    return Term(word, word + value, field.about, look, read, field.name not in ALWAYS, table)


def _terms() -> Iterator[Term]:
    yield from (_stored(field, field.word) for field in FIELDS if field.word)
    yield _stored(BY_NAME["assignee"], "agent")
    yield from (
        Term("age", "age:..30d", "How long ago it was created.", looks.age, readings.span),
        Term("waiting", "waiting:2d..", "How long a customer has waited.", looks.waiting, readings.span, none=True),
        Term("for", "for:10d..", "How long it has had its status.", looks.in_status, readings.span),
        Term("level", "level:none", "Its service level.", looks.level, readings.equals, none=True),
        Term("resolved", "resolved:2026-03", "When it was resolved last.", looks.resolved, readings.past, none=True),
        Term("rating", "rating:1..2", "The customer's last rating, 1 to 5.", looks.rating, readings.rating, none=True),
        Term("channel", "channel:email,chat", f"How messages came: {' '.join(CHANNELS)}.", looks.channels, _channel),
        Term("from", "from:maria@example.com", "Who wrote a message or note here.", looks.authors, readings.person),
        Term("by", "by:@acme.com", "The same as from.", looks.authors, readings.person),
        Term("text", "text:error: 500", "Subject, messages, notes or customer.", looks.texts, readings.contains),
        Term("is", "", "A condition that holds.", looks.itself, _condition),
        Term("view", "view:mine", "What a saved filter holds: the desk's, or your own.", looks.itself, _view),
    )


TERMS = {term.word: term for term in _terms()}
