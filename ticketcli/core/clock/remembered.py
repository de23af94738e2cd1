"""A property that is worked out once, unless what it belongs to has a memory that knows it. It keeps nothing itself."""

from __future__ import annotations

from typing import Any, TypeVar

from ticketcli.core.kept import kept

T = TypeVar("T")


class remembered(kept[T]):
    """A property worked out once, or taken from the `memory` of its object where that has it."""

    def __get__(self, one: Any, owner: type | None = None) -> T:
        if self.name not in one.memory:
            return super().__get__(one, owner)
        found: T = one.memory[self.name]
        one.__dict__[self.name] = found
        return found
