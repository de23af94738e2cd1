"""The one table of fields: what a ticket has. Codec, set, filters, columns, JSON and schemas are read from it."""

from __future__ import annotations

from typing import Literal, NamedTuple

Type = Literal["text", "time", "code", "status", "priority", "department", "agent", "address"]
Shape = Literal["value", "list", "table"]


CHANNELS = ("email", "form", "chat", "call", "social", "cli")
"""How a message may come or go."""


class Field(NamedTuple):
    """One header key of a ticket file."""

    name: str
    type: Type
    shape: Shape
    about: str
    """What it means, in a sentence for the schema, the help and the README."""
    settable: bool = False
    """Whether `set`, `--set` and rules may change it."""
    word: str = ""
    """Its filter word; empty where none exists."""
    group: str = ""
    """Its name after `report --by`; empty where it does not group."""
    column: bool = True
    """Whether it can be a column and a sort key of a list."""


FIELDS: tuple[Field, ...] = (
    Field("code", "code", "value", "The ticket's code, also its file name.", word="code"),
    Field("subject", "text", "value", "What it is about, in one line.", settable=True, word="subject"),
    Field(
        "status",
        "status",
        "value",
        "The status last set; the one shown is worked out on reading.",
        word="status",
        group="status",
    ),
    Field(
        "priority",
        "priority",
        "value",
        "low, normal, high, urgent, or one of the desk's own.",
        settable=True,
        word="priority",
        group="priority",
    ),
    Field(
        "department",
        "department",
        "value",
        "Who takes care of it.",
        settable=True,
        word="department",
        group="department",
    ),
    Field("assignee", "agent", "value", "The agent who works on it.", settable=True, word="assignee", group="agent"),
    Field("key", "text", "value", "The name under which a script knows the ticket.", settable=True, word="key"),
    Field("due", "time", "value", "A deadline set by hand, in place of the computed ones.", settable=True, word="due"),
    Field("until", "time", "value", "When a postponed ticket comes back, or a resolved one closes."),
    Field("merged_into", "code", "value", "The ticket that this one was merged into."),
    Field("tags", "text", "list", "Free words to find it by.", settable=True, word="tag", group="tag"),
    Field("cc", "address", "list", "Who else gets the public messages.", settable=True, word="cc"),
    Field("watchers", "agent", "list", "Agents who are kept informed.", settable=True, word="watcher"),
    Field("links", "text", "list", "Other tickets: a relation and a code.", settable=False, word="link"),
    Field("shows", "text", "list", "Tickets and messages shown in this thread (merge, split).", column=False),
    Field("copies", "text", "list", "Messages of other tickets shown here as well.", column=False),
    Field("created", "time", "value", "When the ticket began (UTC).", word="created", group="month"),
    Field(
        "customer",
        "text",
        "table",
        "Who asks: name, email, phone and free keys.",
        settable=True,
        word="customer",
        group="customer",
    ),
    Field("fields", "text", "table", "The desk's own fields.", settable=True, word="fields", group="fields"),
    Field("moved", "code", "table", "Messages shown in another ticket: id and code.", column=False),
)

BY_NAME = {field.name: field for field in FIELDS}
VALUES = tuple(field.name for field in FIELDS if field.shape == "value")
LISTS = tuple(field.name for field in FIELDS if field.shape == "list")
TABLES = tuple(field.name for field in FIELDS if field.shape == "table")
TIMES = tuple(field.name for field in FIELDS if field.type == "time")
