"""One table of a text edited in place: values changed, keys added and taken away; comments and other lines stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from typing import TYPE_CHECKING, Any

from ticketcli.core.file.spans import Entry, Place, Section, comments
from ticketcli.core.file.values import key_text, nested, same

if TYPE_CHECKING:
    from ticketcli.core.file.layout import Item
    from ticketcli.core.ticket.event import Path, Value

_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Edit:
    """A part of the text and what stands there instead."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """The header, or one event: where it stands in the text, and how it is written."""

    text: str
    sections: Sequence[tuple[Place, Section]]
    """Its sections by their places inside it; the first one is its own and has the place ()."""
    value: Callable[[Path, Value], str]
    rank: Callable[[Path], Any]
    tables: Sequence[str] = ()
    """What gets a section of its own where it has none,"""
    foot: int = 0
    """and where that begins."""


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with the edits made; of two at one place the first comes first."""
    parts, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*parts, text[at:]])


def changes(table: Table, before: Sequence[Item], after: Sequence[Item]) -> list[Edit]:
    """What to edit so that the table says `after`, where it says `before`."""
    old, new = nested(before), nested(after)
    entries = {(*place, *entry.path): entry for place, section in table.sections for entry in section.entries}
    made: list[Edit] = []
    for path, entry in entries.items():
        shall = _at(new, path)
        if not _same(_at(old, path), shall):
            made += _removed(table, entry) if shall is _NOTHING else _replaced(table, entry, path, shall)
    added = [(path, value) for path, value in after if not _same(_at(old, path), value)]
    return made + _added(table, [item for item in added if not _covered(item[0], entries)])


def _at(tree: Any, path: Place) -> Any:
    for step in path:
        if is_dataclass(tree):
            tree = getattr(tree, str(step), _NOTHING)
        elif isinstance(step, int):
            tree = tree[step] if isinstance(tree, list | tuple) and step < len(tree) else _NOTHING
        else:
            tree = tree.get(step, _NOTHING) if isinstance(tree, Mapping) else _NOTHING
    return tree


def _same(a: Any, b: Any) -> bool:
    return a is b or (a is not _NOTHING and b is not _NOTHING and same(a, b))


def _covered(path: Path, entries: Mapping[Place, Entry]) -> bool:
    """Whether an entry holds this value, alone or in an inline table."""
    return any(path[:length] in entries for length in range(1, len(path) + 1))


def _replaced(table: Table, entry: Entry, path: Place, value: Value) -> Iterator[Edit]:
    inside = comments(table.text[entry.value : entry.value_end])
    yield Edit(entry.start, entry.start, _lines(inside, _indent(table.text, entry)))
    yield Edit(entry.value, entry.value_end, table.value(_keys(path), value))


def _removed(table: Table, entry: Entry) -> Iterator[Edit]:
    kept = comments(table.text[entry.start : entry.end])
    yield Edit(entry.start, entry.end, _lines(kept, _indent(table.text, entry)))


def _added(table: Table, items: Iterable[Item]) -> list[Edit]:
    made: list[Edit] = []
    homeless: dict[str, list[Item]] = {}
    for path, value in items:
        place, section = _home(table, path)
        rooted = any(entry.path[0] == path[0] for entry in section.entries)
        if path[0] in table.tables and not place and not rooted:
            homeless.setdefault(path[0], []).append((path, value))
        else:
            made.append(_line(table, place, section, path, value))
    for name, inside in homeless.items():
        lines = [f"{key_text(path[1:])} = {table.value(path, value)}\n" for path, value in inside]
        made.append(Edit(table.foot, table.foot, "".join([f"\n[{name}]\n", *lines])))
    return made


def _home(table: Table, path: Path) -> tuple[Place, Section]:
    """The section that the path belongs to most closely."""
    homes = [(place, section) for place, section in table.sections if path[: len(place)] == place != path]
    return max(homes, key=lambda home: len(home[0]))


def _line(table: Table, place: Place, section: Section, path: Path, value: Value) -> Edit:
    """A new line behind the last key that comes before it in the order of writing."""
    rank = table.rank(path)
    above = [entry for entry in section.entries if table.rank(_keys((*place, *entry.path))) <= rank]
    at, indent = (above[-1].end, _indent(table.text, above[-1])) if above else (section.body, "")
    return Edit(at, at, f"{indent}{key_text(path[len(place) :])} = {table.value(path, value)}\n")


def _keys(place: Place) -> Path:
    return tuple(map(str, place))


def _indent(text: str, entry: Entry) -> str:
    line = text[entry.start : entry.value]
    return line[: len(line) - len(line.lstrip())]


def _lines(found: Iterable[str], indent: str) -> str:
    return "".join(f"{indent}{comment}\n" for comment in found)
