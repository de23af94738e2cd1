"""A property that is worked out once, unless what it belongs to has a memory that knows it. It keeps nothing itself."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from ticketcli.core.kept import kept

T = TypeVar("T")


class Memory(Protocol):
    """What was worked out before and still holds."""

    def __getitem__(self, name: str, /) -> Any:
        """The value of a property. Raises KeyError for one that it does not know."""


NOTHING: Memory = dict[str, Any]()


class remembered(kept[T]):
    """A property worked out once, or taken from the `memory` of its object where that has it."""

    def __get__(self, one: Any, owner: type | None = None) -> T:
        try:
            found: T = one.memory[self.name]
        except KeyError:
            return super().__get__(one, owner)
        one.__dict__[self.name] = found
        return found
