"""A value, a key or a text as TOML, the same always alike and safe to look at; it knows nothing of tickets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ticketcli.core.ticket.event import Path, Value

_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_SURROGATES = "\ud800-\udfff"
_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_UNSEEN = "\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
"""Bidirectional and zero-width characters, separators that some readers take for line ends, tags."""

_BARE = re.compile("[A-Za-z0-9_-]+")
_LINE = re.compile(f'["\\\\\n\t{_CONTROL}{_UNSEEN}{_SURROGATES}]')
_MARKER = r"^[<=>|](?=(?:<{6}|={6}|>{6}|\|{6})(?: |$))"
"""The first character of what looks like git's mark of a conflict: it is escaped, so that a raw one is always git's."""
_BLOCK = re.compile(rf'\\|"(?="")|"\Z|{_MARKER}|[{_CONTROL}{_UNSEEN}{_SURROGATES}]', re.MULTILINE)


def clean(text: str) -> str:
    """The text as it may be kept: lines end in LF, halves of characters (which mail yields) are U+FFFD."""
    return clean_halves(text.replace("\r\n", "\n").replace("\r", "\n"))


def clean_halves(text: str) -> str:
    """The text without halves of characters: they are U+FFFD."""
    return text if text.isascii() else re.sub(f"[{_SURROGATES}]", "\ufffd", text)


def value_text(value: Value) -> str:
    """The value on one line of TOML; two values are equal when their texts are."""
    if isinstance(value, str):
        plain = value.isascii() and value.isprintable() and '"' not in value and "\\" not in value
        return f'"{value}"' if plain else f'"{_LINE.sub(_escape, value)}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime) and value.tzinfo:
        return str(value.astimezone(UTC))
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(value_text, value))}]"
    if isinstance(value, Mapping):
        return _inline(sorted(value.items()))
    if is_dataclass(value):
        parts = ((part.name, getattr(value, part.name)) for part in fields(value))
        return _inline((name, inside) for name, inside in parts if inside != ())
    return str(value)


def block_text(text: str) -> str:
    """The text as a multi-line string, its lines as they are."""
    return f'"""\n{_BLOCK.sub(_escape, text)}"""'


@lru_cache(1024)
def key_text(path: Path) -> str:
    """The path as a dotted key."""
    return ".".join(part if _BARE.fullmatch(part) else value_text(part) for part in path)


def same(a: Value, b: Value) -> bool:
    """Whether two values are equal: their TOML text is (1, 1.0 and true differ, nan equals itself)."""
    return (type(a) is type(b) is str and a == b) or value_text(a) == value_text(b)


def leaves(table: Mapping[str, Value], *above: str) -> dict[Path, Value]:
    """The values of a table and of the tables in it, by their paths; an empty table says nothing."""
    found: dict[Path, Value] = {}
    for key, value in table.items():
        found |= leaves(value, *above, key) if isinstance(value, Mapping) else {(*above, key): value}
    return found


def nested(found: Iterable[tuple[Path, Value]]) -> dict[str, Value]:
    """The table that has these leaves."""
    table: dict[str, Value] = {}
    for path, value in found:
        inner = table
        for part in path[:-1]:
            inner = inner.setdefault(part, {})
        inner[path[-1]] = value
    return table


def _inline(pairs: Iterable[tuple[str, Value]]) -> str:
    inside = ", ".join(f"{key_text((key,))} = {value_text(value)}" for key, value in pairs)
    return f"{{ {inside} }}" if inside else "{}"


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    if "\ud800" <= char <= "\udfff":
        return "\ufffd"
    code = ord(char)
    return _SHORT.get(char) or (f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}")
