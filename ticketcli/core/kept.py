"""Attributes worked out when first asked for and kept from then on, without a lock: a value belongs to one thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class kept(Generic[T]):
    """What `functools.cached_property` does; before Python 3.12 that takes a lock, for three times the price."""

    def __init__(self, work: Callable[[Any], T]) -> None:
        self.work, self.__doc__ = work, work.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, one: object, owner: type | None = None) -> T:
        found = one.__dict__[self.name] = self.work(one)
        return found
