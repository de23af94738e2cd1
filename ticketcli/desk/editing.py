"""A ticket's fields as a text for the editor, and what was changed in it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ticketcli.core.errors import BadWords
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.fields import FIELDS
from ticketcli.core.words import change
from ticketcli.desk.catalog import WRITING, Catalog

if TYPE_CHECKING:
    from ticketcli.core.ticket.event import Path, Value
    from ticketcli.core.ticket.header import Header
    from ticketcli.desk.desk import Desk

SHOWN = tuple(field for field in FIELDS if field.settable)


class BadKey(BadWords):
    """A key of the editor's text that no set word can name."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"cannot set {' '.join(path)}: a key has no dots and no =")


class NotAList(BadWords):
    """A list where a value belongs, or a value where a list belongs."""

    def __init__(self, name: str, example: str) -> None:
        super().__init__(f"cannot set {name}: write it like {name} = {example}")


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
    """What was changed between two texts of fields. Raises BadWords: no TOML, or a value the desk does not know."""
    old, new = _leaves(before), _leaves(after)
    fields: dict[Path, Value] = {}
    lists: dict[str, tuple[str, ...]] = {}
    for path in sorted({*old, *new}):
        was, is_ = old.get(path, ""), new.get(path, "")
        if was == is_ and type(was) is type(is_):
            continue
        changed = _items(path, was or [], is_ or [], desk, now) if _is_list(path) else _value(path, is_, desk, now)
        fields.update(changed.set)
        lists.update(changed.lists)
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


def _is_list(path: Path) -> bool:
    return any(field.name == path[0] and field.shape == "list" for field in SHOWN)


def _items(path: Path, was: list[str], is_: Value, desk: Desk, now: datetime) -> Changes:
    """The items of a list that were added, by the rules of `ticket set`, and those that are gone."""
    if not isinstance(is_, list) or len(path) > 1:
        raise NotAList(path[0], '["one", "two"]')
    added = [_checked(path, f"+{item}", desk, now).lists[path[0]] for item in is_ if item not in was]
    gone = tuple(f"-{item}" for item in was if item not in is_)
    return Changes({}, {path[0]: (*gone, *(item for items in added for item in items))})


def _value(path: Path, value: Value, desk: Desk, now: datetime) -> Changes:
    """A changed field by the rules of `ticket set`; numbers and times of the desk's own fields keep their type."""
    if path[0] == "fields" and len(path) > 1 and not isinstance(value, str):
        return Changes({path: value})
    if isinstance(value, list) and any(field.name == path[0] for field in SHOWN):
        raise NotAList(".".join(path), '"text"')
    return _checked(path, value.isoformat() if isinstance(value, datetime) else f"{value}", desk, now)


def _checked(path: Path, text: str, desk: Desk, now: datetime) -> Changes:
    if any("." in part or "=" in part for part in path):
        raise BadKey(path)
    return change.changes([f"{'.'.join(path)}={text}"], settings=desk.settings, now=now, me=desk.actor().key)
