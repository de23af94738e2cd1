"""Values as text: for people, for scripts, for JSON. It knows no ticket."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from ticketcli.core.clock import times


def human(value: Any, zone: tzinfo) -> str:
    """A value as people read it: times in the desk's zone, spans in words."""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, timedelta):
        return times.show_span(value)
    if isinstance(value, datetime) and value.tzinfo:
        return times.show(value, zone)
    return _text(value, ", ")


def machine(value: Any) -> str:
    """A value as scripts read it: times in UTC ending in Z, spans in seconds, `true` and `false`."""
    if value.__class__ is str:  # most are this, or the next
        return value
    if isinstance(value, datetime) and value.tzinfo:
        return times.iso(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(plain(value), ",")


def plain(value: Any) -> Any:
    """A value of which JSON is made; None where it says nothing."""
    if isinstance(value, timedelta):
        return times.seconds(value)
    if isinstance(value, datetime):
        return times.iso(value) if value.tzinfo else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)  # JSON has no word for it
    return None if value == "" else value


def ordered(value: Any) -> tuple[int, Any]:
    """A key by which values of one kind sort, and those of several do not quarrel."""
    if isinstance(value, timedelta):
        return 0, value.total_seconds()
    if isinstance(value, int | float):
        return 0, value
    return 1, machine(value).casefold()


def missing(value: Any) -> bool:
    """Whether a value says nothing."""
    return value is None or value == "" or value == () or value == {}


def _text(value: Any, between: str) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return between.join(f"{key}={_text(item, between)}" for key, item in value.items())
    if isinstance(value, tuple | list):
        return between.join(_text(item, between) for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)
