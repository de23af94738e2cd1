"""The text that our own printer writes, read straight into a sheet: several times as fast as TOML in general.

It knows that layout and nothing else. Where it meets a line of which it is not certain it says nothing, and the text
is read as any TOML is: it never refuses, and what it answers is what `sheet_of` answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import tomli

from ticketcli.core.file.keys import EVENT_KEYS, KINDS, LAST_NUMBER, ROLES
from ticketcli.core.file.reader import DEPTH_LIMIT, DOTS_LIMIT, shallow
from ticketcli.core.file.sheet import EVENT_LIMIT, Sheet
from ticketcli.core.file.types import ID, READERS, Wrong, field_value, items
from ticketcli.core.ticket.code import ALPHABET, valid
from ticketcli.core.ticket.event import Event, Path, Value
from ticketcli.core.ticket.fields import LISTS, TABLES, TIMES, VALUES

_LONGEST = 10_000
"""The longest value other than a plain text that is read here, in characters."""
_NESTED = DEPTH_LIMIT - 2
"""How deep a value may be: it stands at most four levels deep in an event, which may have ten."""

_SINGLE = tuple(name for name in VALUES if name not in ("code", "created"))
_UNDATED = rf'(?!(?:{"|".join(TIMES)}) = "[^"])'
"""No time of day is a text, but "" takes it away."""

_SHORT = 80
"""Up to which length, in characters, what an event sets is likely to be set often."""
_CHARS = r'[^"\\\x00-\x08\x0a-\x1f\x7f]*+'
_LINES = r'[^"\\\x00-\x08\x0b-\x1f\x7f]*+'
_BLOCK = rf'"""\n({_LINES}(?:(?:\\.|"{{1,2}}(?!")){_LINES})*+)"""\n'
_TIME = r"(?:19[7-9]|20[0-9])[0-9]-[0-9]{2}-[0-9]{2} (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{6})?\+00:00"
_VALUE = rf'(?:"({_CHARS})"|([^\n]+))\n'
"""A text without escapes, or any other value on one line."""
_KEY = rf'[A-Za-z0-9_-]+|"{_CHARS}"'
_SETS = r"(?:set\.[a-z_]+ = [^\n]+\n)*" + "".join(rf"(?:set\.{table}\.[^\n]+\n)*" for table in TABLES)
_SYMBOL = f"[{ALPHABET}]"


def _lines(names: Iterable[str]) -> str:
    return rf"(?:(?:{'|'.join(names)}) = [^\n]+\n)*"


_HEAD = re.compile(
    rf'code = "({_SYMBOL}{{3}}-{_SYMBOL}{{5}}-{_SYMBOL}{{3}})"\n({_lines(_SINGLE)})({_lines(LISTS)})'
    rf"(?:created = ({_TIME})\n)?\n" + "".join(rf"(?:\[{table}\]\n((?:[^\n]+\n)+)\n)?" for table in TABLES)
)
_EVENT = re.compile(
    rf'\[\[event\]\]\nid = "({ID})"\nseq = ([1-9][0-9]{{0,6}})\nat = ({_TIME})\nkind = "({"|".join(KINDS)})"\n'
    rf'(?:by = "({_CHARS})"\n)?(?:role = "({"|".join(ROLES)})"\n)?'
    rf"((?:(?!quoted|body)[a-z_]+ = [^\n]+\n)*)({_SETS})(attachments = [^\n]+\n)?"
    rf"(?:quoted = {_BLOCK})?(?:body = {_BLOCK})?(?:\n(?=\[)|\Z)|(.+)",
    re.DOTALL,
)
_LINE = re.compile(rf"^([a-z_]+) = {_VALUE}", re.MULTILINE)
_FIELD = re.compile(rf"^{_UNDATED}([a-z_]+) = {_VALUE}", re.MULTILINE)
_ENTRY = re.compile(rf"^({_KEY}) = {_VALUE}", re.MULTILINE)
_SET = re.compile(rf"^set\.{_UNDATED}([a-z_]+(?:\.(?:{_KEY}))?) = {_VALUE}", re.MULTILINE)
_ARRAY = re.compile(rf'\["{_CHARS}"(?:, "{_CHARS}")*\]')
_MOMENT = re.compile(_TIME)

_READERS = {key.name: READERS[key.type] for key in EVENT_KEYS}
_REST = {key.name for key in EVENT_KEYS if key.type not in ("paths", "block")}
"""The keys of an event that have one line each."""


class _Unknown(Exception):
    """Something that this reader does not know with certainty."""


def sheet(text: str) -> Sheet | None:
    """What a text in canonical form says; None where another reader has to look at it."""
    head = _HEAD.match(text)
    if not head or text.count(".") > DOTS_LIMIT or not valid(head[1]):
        return None
    try:
        return _sheet(head, _events(text, head.end()))
    except (_Unknown, Wrong, ValueError, RecursionError, MemoryError):  # a day that no month has, an endless number
        return None


def _sheet(head: re.Match[str], events: tuple[Event, ...]) -> Sheet:
    code, single, many, created, *tables = head.groups("")
    values = _leaves(_found(_FIELD, single), "")
    for table, block in zip(TABLES, tables, strict=True):
        values |= _leaves(_found(_ENTRY, block), f"{table}.") if block else {}
    if "" in values.values():
        values = {path: value for path, value in values.items() if value != ""}
    return Sheet(code, datetime.fromisoformat(created) if created else None, values, _lists(many), {}, events)


def _lists(block: str) -> dict[str, tuple[str, ...]]:
    lines = _found(_LINE, block) if block else []
    lists = {name: items(_value(plain, raw)) for name, plain, raw in lines}
    if len(lists) < len(lines):
        raise _Unknown
    return {name: lists[name] for name in LISTS if lists.get(name)}


def _events(text: str, at: int) -> tuple[Event, ...]:
    found = _EVENT.findall(text, at)
    if not found or found[-1][-1] or len(found) > EVENT_LIMIT:
        raise _Unknown
    return tuple([_event(*parts) for parts in found])


def _event(
    id: str,
    seq: str,
    at: str,
    kind: str,
    by: str,
    role: str,
    rest: str,
    sets: str,
    files: str,
    quoted: str,
    body: str,
    _: str,
) -> Event:
    number = int(seq)
    if number > LAST_NUMBER:
        raise _Unknown
    moment, set_ = datetime.fromisoformat(at), _often(sets) if len(sets) < _SHORT else _set(sets)
    known = {"id": id, "seq": number, "at": moment, "kind": kind, "by": by, "role": role or "agent"}
    known["lists"], known["set"], known["extra"] = {}, set_, {}
    if rest or files:
        _rest(known, rest + files)
    if quoted:
        known["quoted"] = _text(quoted)
    if body:
        known["body"] = _text(body)
    return Event.of(known)


def _rest(known: dict[str, Any], block: str) -> None:
    """Adds the keys of which an event seldom has many."""
    for name, plain, raw in _found(_LINE, block):
        home = known["lists"] if name in LISTS else known
        if name not in _REST or name in home:
            raise _Unknown
        home[name] = _table(name, raw) if raw.startswith("{") else _READERS[name](_value(plain, raw))


@lru_cache(512)
def _table(name: str, raw: str) -> Value:
    """The value of a key that is a table on one line; the same few service levels stand in every ticket."""
    return _READERS[name](_any(raw))


def _set(block: str) -> dict[Path, Value]:
    return _leaves(_found(_SET, block), "")


_often = lru_cache(4096)(_set)
"""What most events set, thousands have set before."""


def _leaves(lines: list[tuple[str, str, str]], above: str) -> dict[Path, Value]:
    """The fields of these lines, of which none lies below another: it is a plain one, or one step below its table."""
    path = _path
    leaves = {path(above + key): _leaf(path(above + key), raw) if raw else plain for key, plain, raw in lines}
    if len(leaves) < len(lines):
        raise _Unknown
    return leaves


@lru_cache(1024)
def _path(dotted: str) -> Path:
    """The path of a field that may be set."""
    name, dot, key = dotted.partition(".")
    if name not in (TABLES if dot else _SINGLE):
        raise _Unknown
    return (name, key.strip('"')) if dot else (name,)


def _leaf(path: Path, raw: str) -> Value:
    value = _value("", raw)
    if isinstance(value, Mapping):
        raise _Unknown
    return field_value(path, value)


def _found(pattern: re.Pattern[str], block: str) -> list[tuple[str, str, str]]:
    """The key of each line of a block, and its value: a plain text, or the other as it stands."""
    found: list[tuple[str, str, str]] = pattern.findall(block)
    if len(found) != block.count("\n"):
        raise _Unknown
    return found


def _value(plain: str, raw: str) -> Value:
    if not raw:
        return plain
    if raw == "[]":
        return []
    if _ARRAY.fullmatch(raw):
        return raw[2:-2].split('", "')
    return datetime.fromisoformat(raw) if _MOMENT.fullmatch(raw) else _any(raw)


def _any(raw: str) -> Value:
    """A value that ends with its line: what the parser makes of it alone, it makes of it anywhere."""
    if len(raw) > _LONGEST or raw.count(".") > DEPTH_LIMIT:
        raise _Unknown
    value = tomli.loads(f"v = {raw}\n")["v"]
    if not shallow(value, _NESTED):
        raise _Unknown
    return value


def _text(raw: str) -> str:
    text: str = tomli.loads(f'v = """\n{raw}"""\n')["v"] if "\\" in raw else raw
    return text
