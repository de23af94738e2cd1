"""What a value of a setting may be, kind by kind. It knows no setting."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from ticketcli.core.clock import times
from ticketcli.core.errors import BadWords
from ticketcli.core.ticket.who import parse

WORD = r"[^\s,.+-][^\s,.]*"
DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}.*)?"


def text(value: Any) -> bool:
    """Any text."""
    return isinstance(value, str)


def texts(value: Any) -> bool:
    """A list of texts, none of them empty."""
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def priorities(value: Any) -> bool:
    """Different words, also in small letters, that stand for themselves in `priority:low..high,urgent`."""
    if not texts(value) or not value:
        return False
    words = {item.casefold() for item in value if re.fullmatch(WORD, item)} - {"none"}
    return len(words) == len(value)


def address(value: Any) -> bool:
    """An address without a name."""
    try:
        return isinstance(value, str) and not parse(value).name
    except BadWords:
        return False


def flag(value: Any) -> bool:
    """True or false."""
    return isinstance(value, bool)


def span(value: Any) -> bool:
    """A length of time above zero: `4d`, `2h30m`."""
    try:
        return isinstance(value, str) and times.span(value).total_seconds() > 0
    except BadWords:
        return False


def window(value: Any) -> bool:
    """`always`, `never` or a span."""
    return value in ("always", "never") or span(value)


def zone(value: Any) -> bool:
    """The name of a time zone."""
    try:
        return isinstance(value, str) and bool(ZoneInfo(value))
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return False


def name(value: Any) -> bool:
    """A text that says something."""
    return isinstance(value, str) and bool(value.strip())


def table(value: Any) -> bool:
    """A table."""
    return isinstance(value, dict)


def some_texts(value: Any) -> bool:
    """Such a list with at least one."""
    return texts(value) and bool(value)


def share(value: Any) -> bool:
    """A number between 0 and 1, neither of them."""
    return isinstance(value, int | float) and 0 < value < 1


def moment(value: Any) -> bool:
    """A date, or a date and a time, as TOML has it or as text."""
    return isinstance(value, date) or (isinstance(value, str) and bool(re.fullmatch(DATE, value)))


def count(value: Any) -> bool:
    """A whole number, 0 or above."""
    return type(value) is int and value >= 0
