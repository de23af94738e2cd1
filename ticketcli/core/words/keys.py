"""The one table of settings: name, what it accepts, and what it means. Loader and schema of ticketcli.toml read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ticketcli.core.words import accepted

CATEGORIES = ("new", "open", "answered", "postponed", "resolved", "closed", "merged")
TO_SOLVE = ("new", "open")
FINISHED = ("resolved", "closed")
DONE = ("closed", "merged")
"""What lists leave out unless they are asked for it."""
WEEK = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
_CLOCKS = {
    "first_response": "When the first answer is due",
    "next_response": "When every further answer is due",
    "resolution": "When the ticket is to be resolved",
}
CLOCKS = tuple(_CLOCKS)
EVENTS = ("created", "customer_message", "agent_message", "status", "tag", "transfer", "rated")
"""The kinds of events behind which a rule may look at a ticket."""
INTERVAL = "([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]|24(?=:00)):([0-5][0-9])"


class Key(NamedTuple):
    """One key of ticketcli.toml."""

    name: str
    accepts: Callable[[Any], bool]
    wants: str
    """What it accepts, in words for the error message."""
    about: str
    json: dict[str, Any]
    """Its JSON Schema."""
    kept: bool = True
    """Whether this version acts on it; False where it only tolerates it."""


TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": {"type": "string", "minLength": 1}}
ADDRESS = {"type": "string", "pattern": r"^[^\s@<>]+@[^\s@<>]+$"}
SPAN = {"type": "string", "pattern": "^(?=.*[1-9])([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$"}
WINDOW = {"anyOf": [{"enum": ["always", "never"]}, SPAN]}
WORDS = {
    "type": "array",
    "items": {"type": "string", "pattern": f"^{accepted.WORD}$"},
    "minItems": 1,
    "uniqueItems": True,
}
NAME = {"type": "string", "pattern": r"\S"}
HOURS = {"type": "array", "items": {"type": "string", "pattern": f"^{INTERVAL}$"}}
DAY = {"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
HOLIDAYS = {"type": "object", "propertyNames": DAY, "additionalProperties": TEXT}
DATES = {"type": "object", "propertyNames": DAY, "additionalProperties": HOURS}
TARGETS = {"type": "object", "additionalProperties": SPAN}
MOMENT = {"type": "string", "pattern": f"^{accepted.DATE}$"}
COUNT = {"type": "integer", "minimum": 0}

ROOT = (
    Key(
        "format",
        lambda value: type(value) is int and value > 0,
        "a whole number",
        "The version of the desk's format.",
        {"type": "integer", "minimum": 1},
    ),
    Key("name", accepted.text, "text", "What the desk is called.", TEXT),
    Key("time_zone", accepted.zone, 'a time zone like "Europe/Prague"', "How dates are read and shown.", TEXT),
    Key(
        "close_after",
        accepted.span,
        'a span like "4d"',
        "How long a resolved ticket waits before it closes by itself.",
        SPAN,
    ),
    Key(
        "reopen_window",
        accepted.window,
        '"always", "never" or a span like "30d"',
        "How long after the last resolve a customer reopens the same ticket.",
        WINDOW,
    ),
    Key(
        "stale_after",
        accepted.span,
        'a span like "5d"',
        "Tickets open longer than this are counted in the overview.",
        SPAN,
    ),
    Key(
        "priorities",
        accepted.priorities,
        "a list of different words without dots",
        "The priorities, lowest first.",
        WORDS,
    ),
)
VIEW = (
    Key("filter", accepted.name, "text", "The filter words that view:NAME stands for.", NAME),
    Key("about", accepted.text, "text", "What it is for.", TEXT),
)
"""A saved view, of the desk or of a user."""
SECTIONS = {
    "status": (
        Key(
            "category",
            lambda value: value in CATEGORIES[:-1],
            "one of " + ", ".join(CATEGORIES[:-1]),
            "All rules go by the category.",
            {"enum": list(CATEGORIES[:-1])},
        ),
        Key("on_assign", accepted.text, "the name of a status", "The status that assigning moves it to.", TEXT),
        Key("reports", accepted.flag, "true or false", "Whether reports count its tickets.", {"type": "boolean"}),
        Key(
            "reopen",
            accepted.flag,
            "true or false",
            "Whether a customer who writes opens it again.",
            {"type": "boolean"},
        ),
    ),
    "department": (
        Key("address", accepted.address, "an address", "Where its customers write.", ADDRESS),
        Key("assignee", accepted.name, "the key of an agent", "Who gets what arrives there for nobody.", NAME),
    ),
    "agent": (
        Key("name", accepted.text, "text", "The agent's full name.", TEXT),
        Key("email", accepted.address, "an address", "The agent's address.", ADDRESS),
        Key("departments", accepted.texts, "a list of departments", "Where the agent works.", TEXTS),
        Key(
            "calendar", accepted.name, "the name of a calendar", "When the agent is on duty; always without one.", NAME
        ),
        Key(
            "away_until",
            accepted.moment,
            "a date or a time",
            "Until when the agent is away; that day included.",
            MOMENT,
        ),
        Key(
            "cap",
            accepted.count,
            "a whole number",
            "How many New and Open tickets distribute leaves them at most.",
            COUNT,
        ),
    ),
    "calendar": (
        Key(
            "time_zone",
            accepted.zone,
            'a time zone like "Europe/Prague"',
            "Where its hours hold; else where the desk is.",
            TEXT,
        ),
        *(
            Key(day, accepted.texts, 'a list like ["09:00-17:00"]', f"The hours of {name}.", HOURS)
            for day, name in WEEK.items()
        ),
        Key(
            "holidays", accepted.table, 'a table of days like 2025-05-01 = "Labour Day"', "Days off, by name.", HOLIDAYS
        ),
        Key(
            "dates",
            accepted.table,
            'a table of days like 2025-12-24 = ["09:00-12:00"]',
            "Days with their own hours.",
            DATES,
        ),
    ),
    "view": VIEW,
}
TABLES: dict[str, tuple[Key, ...]] = {
    "git": (
        Key(
            "commit",
            accepted.flag,
            "true or false",
            "Whether every command commits what it wrote.",
            {"type": "boolean"},
        ),
    ),
}
"""Sections that are one table each."""
LEVEL = (
    Key("name", accepted.name, "text", "What the level is called.", NAME),
    Key("when", accepted.text, "text", "Filter words that a ticket must match; the last level has none.", TEXT),
    Key("calendar", accepted.name, "the name of a calendar", "Whose hours count; without it every hour does.", NAME),
    *(
        Key(clock, accepted.table, 'a table like { default = "24h" }', f"{about}, by priority.", TARGETS)
        for clock, about in _CLOCKS.items()
    ),
    Key(
        "warn_at",
        accepted.share,
        "a number between 0 and 1, such as 0.75",
        "The part of a target after which to warn; 0.75 if not given.",
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    ),
)
RULE = (
    Key("name", accepted.name, "text", "What the rule is called; its events bear this name.", NAME),
    Key(
        "on",
        lambda value: isinstance(value, list) and bool(value) and all(item in EVENTS for item in value),
        "a list of some of " + ", ".join(EVENTS),
        "Behind which events it looks at the ticket; without it tick applies it, by what holds then.",
        {"type": "array", "items": {"enum": list(EVENTS)}, "minItems": 1},
    ),
    Key("when", accepted.text, "text", "Filter words that the ticket must match.", TEXT),
    Key(
        "do",
        accepted.some_texts,
        'a list of set words like ["priority=high", "canned=closing"]',
        "What it sets, in set words; canned=NAME sends the customer a canned response.",
        {**TEXTS, "minItems": 1},
    ),
    Key(
        "stop",
        accepted.flag,
        "true or false",
        "Whether no rule behind it looks at the ticket then.",
        {"type": "boolean"},
    ),
)


def wrong(row: Mapping[str, Any], keys: Iterable[Key]) -> Iterator[tuple[str, str]]:
    """The keys of a table whose values cannot be used, each with the sentence that says so."""
    for key in keys:
        if key.name in row and not key.accepts(row[key.name]):
            yield key.name, f"must be {key.wants}, not {row[key.name]!r}"
