"""Changes as a value: fields set, and items of lists added or taken away. It does not apply them: the fold does."""

from __future__ import annotations

from collections.abc import Mapping
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
