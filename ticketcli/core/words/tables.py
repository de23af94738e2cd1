"""Arrays of tables in the settings, `[[sla]]` and `[[rule]]`: how sentences call them, and what is odd there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeGuard

if TYPE_CHECKING:
    from ticketcli.core.words.keys import Key


def are_tables(rows: object) -> TypeGuard[list[dict[str, Any]]]:
    """Whether a section is what it should be."""
    return isinstance(rows, list) and all(isinstance(row, dict) for row in rows)


def no_tables(section: str, each: str) -> str:
    """The sentence about a section that is something else."""
    return f'"{section}" must be an array of tables; write [[{section}]] above each {each}'


def called(section: str, row: Mapping[str, Any], number: int) -> str:
    """How a table is called: by its name, else by its number."""
    name = row.get("name")
    return f'{section} "{name}"' if isinstance(name, str) and name.strip() else f"{section} number {number}"


def unknown(section: str, rows: object, keys: Iterable[Key]) -> Iterator[str]:
    """The keys that this version does not know, in sentences."""
    names = {key.name for key in keys}
    for number, row in enumerate(rows if isinstance(rows, list) else [], 1):
        for key in row if isinstance(row, dict) else ():
            if key not in names:
                yield f'unknown key "{key}" in {called(section, row, number)}'
