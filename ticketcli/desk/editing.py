"""A ticket's fields as a text for the editor, and what was changed in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ticketcli.core.errors import BadWords
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.event import Path, Value
from ticketcli.core.ticket.fields import FIELDS
from ticketcli.core.ticket.fold import Header
from ticketcli.core.words import change
from ticketcli.desk.catalog import WRITING, Catalog
from ticketcli.desk.desk import Desk

SHOWN = tuple(field for field in FIELDS if field.settable)


class Unparsable(BadWords):
    """What came out of the editor is no TOML."""

    def __init__(self, error: object) -> None:
        super().__init__(f"what you wrote cannot be read: {error}")


def fields_of(desk: Desk, now: datetime, word: str) -> tuple[str, str]:
    """The code of a ticket, and its settable fields as TOML with hints."""
    import tomli_w

    catalog = Catalog(desk, now)
    code = catalog.find_root(word, least=WRITING)
    header = catalog.situation(code).header
    text = tomli_w.dumps(_table(header))
    missing = "".join(
        f"# {field.name} = {_blank(field.shape)}  # {field.about}\n" for field in SHOWN if not _has(header, field.name)
    )
    return code, f"# {code}: change, add or take away lines; the conversation stays as it is.\n{missing}\n{text}"


def _has(header: Header, name: str) -> bool:
    return bool(header.values.get((name,)) or header.list(name) or header.table(name))


def _blank(shape: str) -> str:
    return {"value": '""', "list": "[]", "table": '{ phone = "" }'}[shape]


def _table(header: Header) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for field in SHOWN:
        if field.shape == "list":
            table |= {field.name: list(header.list(field.name))} if header.list(field.name) else {}
        elif field.shape == "value":
            table |= {field.name: header.values[(field.name,)]} if (field.name,) in header.values else {}
        else:
            for path, value in header.table(field.name).items():
                _put(table, (field.name, *path), value)
    return table


def _put(table: dict[str, Any], path: Path, value: Value) -> None:
    for part in path[:-1]:
        table = table.setdefault(part, {})
    table[path[-1]] = value


def difference(before: str, after: str, desk: Desk, now: datetime) -> Changes:
    """What was changed between two texts of fields. Raises BadWords where it is no TOML or the desk does not know a value."""
    old, new = _leaves(before), _leaves(after)
    fields: dict[Path, Value] = {}
    lists: dict[str, tuple[str, ...]] = {}
    for path in sorted({*old, *new}):
        was, is_ = old.get(path, ""), new.get(path, "")
        if was == is_ and type(was) is type(is_):
            continue
        if isinstance(was or is_, list):
            lists[path[0]] = _items(was or [], is_ or [])
        else:
            fields |= _checked(path, is_, desk, now)
    return Changes(fields, lists)


def _leaves(text: str) -> dict[Path, Value]:
    import tomli

    try:
        return dict(_walk((), tomli.loads(text)))
    except (tomli.TOMLDecodeError, RecursionError) as error:
        raise Unparsable(error) from error


def _walk(path: Path, table: dict[str, Any]) -> list[tuple[Path, Value]]:
    found: list[tuple[Path, Value]] = []
    for key, value in table.items():
        found += _walk((*path, key), value) if isinstance(value, dict) else [((*path, key), value)]
    return found


def _items(was: list[str], is_: list[str]) -> tuple[str, ...]:
    return (*(f"-{item}" for item in was if item not in is_), *(f"+{item}" for item in is_ if item not in was))


def _checked(path: Path, value: Value, desk: Desk, now: datetime) -> dict[Path, Value]:
    """A changed field by the rules of `ticket set`; numbers and times of the desk's own fields keep their type."""
    if path[0] == "fields" and not isinstance(value, str):
        return {path: value}
    word = f"{'.'.join(path)}={value.isoformat() if isinstance(value, datetime) else value}"
    return dict(change.changes([word], settings=desk.settings, now=now).set)
