"""A property that is worked out once, unless what it belongs to has a memory that knows it. It keeps nothing itself."""

from __future__ import annotations

from functools import cached_property
from typing import Any, TypeVar

T = TypeVar("T")


class remembered(cached_property[T]):
    """A property worked out once, or taken from the `memory` of its object where that has it."""

    def __get__(self, instance: Any, owner: type[Any] | None = None) -> T:  # type: ignore[override]
        name = str(self.attrname)
        known = instance is not None and name in instance.memory
        found: T = instance.memory[name] if known else super().__get__(instance, owner)
        instance.__dict__[name] = found
        return found
