"""What each key of a ticket file may hold: a TOML value in, a value of the model out, one key at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ticketcli.core.file.keys import KINDS, LAST_NUMBER, ROLES, Type
from ticketcli.core.file.values import leaves
from ticketcli.core.ticket.code import ALPHABET
from ticketcli.core.ticket.event import Attachment, Path, Redaction, Value
from ticketcli.core.ticket.fields import BY_NAME, LISTS, Field

FIRST_YEAR, LAST_YEAR = 1970, 2200
LARGEST_BITS = 1024
"""TOML promises 64; a number in hexadecimal may be so long that Python does not print it."""
ID = f"[{ALPHABET}]{{10}}"


class Wrong(Exception):
    """What is wrong with a value, as the second half of a sentence that begins with its key."""


def text(value: Any) -> str:
    """The value where it is a text."""
    if not isinstance(value, str):
        raise Wrong("is not a text in quotes")
    return value


def time(value: Any) -> datetime:
    """The time in UTC where it is one with a zone, in the years that a help desk may speak of."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise Wrong("is not a time with its zone, such as 2026-11-20 08:15:00Z")
    moment: datetime = plain(value)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Wrong(f"is not between the years {FIRST_YEAR} and {LAST_YEAR}")
    return moment


def items(value: Any) -> tuple[str, ...]:
    """The items of a list in the header: sorted, each once."""
    return tuple(sorted({item for item in texts(value) if item}))


def plain(value: Any) -> Value:
    """Any value as it is, its times in UTC."""
    if isinstance(value, datetime) and value.tzinfo:
        try:
            return value.astimezone(UTC)
        except OverflowError:
            raise Wrong("is a time that no calendar has") from None
    if isinstance(value, int) and value.bit_length() > LARGEST_BITS:
        raise Wrong("is too large a number")
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def field_value(path: Path, value: Any) -> Value:
    """A value of the header or of `set`; "" takes it away."""
    field = BY_NAME.get(path[0])
    if path[0] in ("event", "code", "created") or path[0] in LISTS:
        raise Wrong('changes item by item, as in tags = ["+vip"]' if path[0] in LISTS else "cannot be set")
    if value == "" or field is None:
        return plain(value)
    if (field.shape == "table") != (len(path) > 1):
        raise Wrong("is a table" if field.shape == "table" else "is not a table")
    return _reader(field)(value)


def texts(value: Any) -> tuple[str, ...]:
    """The texts of an array that holds nothing else."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Wrong("is not a list of texts")
    return tuple(value)


def _reader(field: Field) -> Callable[[Any], Value]:
    if field.type == "time":
        return time
    return plain if field.name in ("customer", "fields") else text


def _id(value: Any) -> str:
    if not re.fullmatch(ID, text(value)):
        raise Wrong("is not ten code symbols (digits and capitals without I, L, O and U)")
    return text(value)


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LAST_NUMBER:
        raise Wrong(f"is not a number from 1 to {LAST_NUMBER:,}")
    return value


def _one_of(*words: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in words:
            raise Wrong(f"is none of {', '.join(words)}")
        return text(value)

    return read


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong("is neither true nor false")
    return value


def _changes(value: Any) -> tuple[str, ...]:
    if not all(len(item) > 1 and item[0] in "+-" for item in texts(value)):
        raise Wrong("has an item that begins with neither + nor -")
    return texts(value)


def _paths(value: Any) -> dict[Path, Value]:
    read: dict[Path, Value] = {}
    for path, leaf in leaves(_table(value)).items():
        try:
            read[path] = field_value(path, leaf)
        except Wrong as wrong:
            raise Wrong(f"{'.'.join(path)} {wrong}") from None
    return read


def _files(value: Any) -> tuple[Attachment, ...]:
    if not isinstance(value, list):
        raise Wrong("is not a list of tables")
    return tuple(map(_file, value))


def _file(value: Any) -> Attachment:
    size = _table(value).get("size")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size < 1 << 63:
        raise Wrong("has a file without its size")
    name, type_, sha256 = (text(value.get(key)) for key in ("name", "type", "sha256"))
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise Wrong("has a file without the SHA-256 of its content")
    return Attachment(name, type_, size, sha256)


def _redaction(value: Any) -> Redaction:
    return Redaction(time(_table(value).get("at")), text(value.get("by", "")), texts(value.get("keys", [])))


def _table(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Wrong("is not a table")
    return value


READERS: dict[Type, Callable[[Any], Any]] = {
    "id": _id,
    "number": _number,
    "time": time,
    "kind": _one_of(*KINDS),
    "role": _one_of(*ROLES),
    "text": text,
    "texts": texts,
    "any": plain,
    "flag": _flag,
    "redaction": _redaction,
    "changes": _changes,
    "paths": _paths,
    "files": _files,
    "block": text,
}
