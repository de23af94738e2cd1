"""The header of a ticket as a value: what its events add up to. The fold makes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ticketcli.core.ticket.event import Path, Value


class Header(NamedTuple):
    """What a ticket's counting events add up to (design 2.1)."""

    code: str
    created: datetime
    values: Mapping[Path, Value]
    lists: Mapping[str, tuple[str, ...]]

    def text(self, *path: str) -> str:
        """The value at a path as text; empty where there is none."""
        value = self.values.get(path, "")
        return value if isinstance(value, str) else str(value)

    def time(self, name: str) -> datetime | None:
        """A time of the header (aware, UTC), or None."""
        value = self.values.get((name,))
        return value if isinstance(value, datetime) else None

    def table(self, name: str) -> dict[Path, Value]:
        """The leaves below a table, by their path inside it."""
        return {path[1:]: value for path, value in self.values.items() if path[0] == name and len(path) > 1}

    def list(self, name: str) -> tuple[str, ...]:
        """The items of a list, sorted."""
        return self.lists.get(name, ())
