"""How the columns of another system become a ticket: what a mapping file says, checked. It reads no file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ticketcli.core.errors import BadWords
from ticketcli.core.intake.incoming import ROLES
from ticketcli.core.ticket.fields import CHANNELS

if TYPE_CHECKING:
    from ticketcli.core.words.settings import Settings

TIMES = ("opened", "at", "resolved", "closed")
VALUES = ("subject", "priority", "department", "assignee", "tags")
"""What a ticket has besides its status, its customer and its fields; a change of it is a step of its history."""
KEYS = ("number", "description", "status", "customer", "channel", *VALUES, *TIMES, "by", "resolver", "text", "role")
TABLES = ("customer", "fields")
OPTIONS = ("source", "rows", "delimiter", "encoding", "missing", "time_format", "time_zone")
SOURCE_KEYS = ("column", "values")

PART = re.compile(r"\{([^{}]*)\}")
"""A column inside a template such as "{category} / {subcategory}"."""


class BadMap(BadWords):
    """Something in a mapping cannot be used."""

    def __init__(self, key: str, why: str) -> None:
        self.key = key
        super().__init__(f'the mapping\'s "{key}" {why}')


@dataclass(frozen=True, slots=True)
class Cell:
    """Where one value comes from: a column or a template of columns, and what its values mean here."""

    key: str
    column: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """The columns it is made of."""
        return PART.findall(self.column) or [self.column]


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """A mapping file as a value."""

    source: str
    """The name of the other system."""
    cells: Mapping[str, Cell]
    """By key: "status", "customer.email", "fields.impact"."""
    per_event: bool
    """Whether a ticket has one row per event, in the order in which they happened; else it has a single one."""
    delimiter: str
    encoding: str
    missing: frozenset[str]
    time_formats: tuple[str, ...]
    """As of strptime; "iso" for ISO 8601."""
    zone: tzinfo


def load(data: Mapping[str, Any], settings: Settings) -> ColumnMap:
    """The mapping that a parsed mapping file describes. Raises BadMap, naming the key."""
    cells = {cell.key: cell for cell in _cells(data)}
    per_event = _one_of(data, "rows", ("event", "ticket"), "ticket") == "event"
    for key in ("number", "at" if per_event else "opened"):
        if key not in cells:
            raise BadMap(key, "is missing: name the column that it stands in")
    for cell in cells.values():
        _check_values(cell, settings)
    return ColumnMap(
        source=_source(data),
        cells=cells,
        per_event=per_event,
        delimiter=_delimiter(data),
        encoding=_encoding(data),
        missing=frozenset([*_texts(data, "missing"), ""]),
        time_formats=tuple(_texts(data, "time_format")) or ("iso",),
        zone=_zone(data, settings),
    )


def check_columns(mapping: ColumnMap, header: Sequence[str]) -> None:
    """Raises BadMap where the file lacks a column that the mapping names."""
    for cell in mapping.cells.values():
        for column in cell.columns:
            if column not in header:
                raise BadMap(cell.key, f'names the column "{column}"; the file has: {", ".join(header)}')


def closed_set(key: str, settings: Settings) -> tuple[str, ...]:
    """The values that a key may have here; empty where it may have any."""
    sets: dict[str, tuple[str, ...]] = {
        "status": tuple(name for name in settings.statuses if name != "merged"),
        "priority": settings.priorities,
        "channel": CHANNELS,
        "role": ROLES,
    }
    return sets.get(key, ())


def _cells(data: Mapping[str, Any]) -> Iterable[Cell]:
    for key, value in data.items():
        if key in TABLES and isinstance(value, dict) and "column" not in value:
            yield from (_cell(f"{key}.{name}", inner) for name, inner in value.items())
        elif key in KEYS:
            yield _cell(key, value)
        elif key not in OPTIONS:
            raise BadMap(key, f"is unknown; there are: {', '.join([*KEYS, 'fields.NAME', 'customer.NAME', *OPTIONS])}")


def _cell(key: str, value: Any) -> Cell:
    if isinstance(value, str) and value:
        return Cell(key, value)
    if not isinstance(value, dict) or not isinstance(value.get("column"), str) or not value["column"]:
        raise BadMap(key, 'must name a column, as text or as a table with "column" and "values"')
    for name in value:
        if name not in SOURCE_KEYS:
            raise BadMap(f"{key}.{name}", f"is unknown; there are: {', '.join(SOURCE_KEYS)}")
    values = value.get("values", {})
    if not isinstance(values, dict) or not all(isinstance(meaning, str) for meaning in values.values()):
        raise BadMap(f"{key}.values", "must be a table of texts: what stands in the file, and what it means here")
    return Cell(key, value["column"], values)


def _check_values(cell: Cell, settings: Settings) -> None:
    allowed = closed_set(cell.key, settings)
    for found, meaning in cell.values.items():
        if allowed and meaning and meaning not in allowed:
            raise BadMap(f"{cell.key}.values.{found}", f'is "{meaning}"; it must be one of: {", ".join(allowed)}')


def _source(data: Mapping[str, Any]) -> str:
    source = data.get("source")
    if not isinstance(source, str) or not source.strip():
        raise BadMap("source", "is missing: give the other system a name; with the number it makes the ticket's code")
    return source.strip()


def _one_of(data: Mapping[str, Any], key: str, choice: Sequence[str], default: str) -> str:
    value = data.get(key, default)
    if value not in choice:
        raise BadMap(key, f"must be one of: {', '.join(choice)}")
    return str(value)


def _delimiter(data: Mapping[str, Any]) -> str:
    value = data.get("delimiter", ",")
    if not isinstance(value, str) or len(value) != 1 or value in '\r\n"':
        raise BadMap("delimiter", 'must be a single character such as ";" or a tab')
    return value


def _encoding(data: Mapping[str, Any]) -> str:
    value = data.get("encoding", "utf-8-sig")
    try:
        " ".encode(value)  # base64 and its like are known, and encode no text
    except (LookupError, TypeError):
        raise BadMap("encoding", f"is {value!r}, which is no text encoding; write utf-8, cp1252, latin-1 ...") from None
    return str(value)


def _texts(data: Mapping[str, Any], key: str) -> list[str]:
    value = data.get(key, [])
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise BadMap(key, "must be a text or a list of texts")
    return texts


def _zone(data: Mapping[str, Any], settings: Settings) -> tzinfo:
    name = data.get("time_zone")
    if name is None:
        return settings.zone
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError, TypeError):  # ZoneInfoNotFoundError is a KeyError
        raise BadMap("time_zone", f'is {name!r}, which is no time zone like "Europe/Prague"') from None
