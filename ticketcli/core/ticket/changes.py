"""Changes as a value: fields set, and items of lists added or taken away. It does not apply them: the fold does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ticketcli.core.ticket.event import Path, Value


@dataclass(frozen=True, slots=True)
class Changes:
    """What else a command changes: fields set and list items added or taken away."""

    set: Mapping[Path, Value] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def plus(self, other: Mapping[Path, Value]) -> dict[Path, Value]:
        """These fields with others before them: what was asked for wins."""
        return {**other, **self.set}

    def over(self, other: Changes) -> Changes:
        """Both together; where both speak of the same, or of what stands inside it, these win."""
        behind = {path: value for path, value in other.set.items() if not any(_meet(path, mine) for mine in self.set)}
        lists = {name: _items(other.lists.get(name, ()), items) for name, items in self.lists.items()}
        return Changes({**behind, **self.set}, {**other.lists, **lists})


def _meet(one: Path, two: Path) -> bool:
    """Whether one place is the other, or inside it: an event can set only one of them."""
    return one[: len(two)] == two or two[: len(one)] == one


def _items(first: Sequence[str], last: Sequence[str]) -> tuple[str, ...]:
    """Changes of one list; of an item the last counts."""
    signs = {item[1:]: item[0] for item in (*first, *last)}
    return tuple(sign + item for item, sign in signs.items())
