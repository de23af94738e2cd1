"""A finding: a fault of one file, what to do about it and, where that is mechanical, what mends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ticketcli.desk.health.mending import Mending

Mend = Callable[[Mending], str]
"""Mends a fault under the lock of the desk; what it did, as half a sentence."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be. As text: `PATH: what is wrong; what to do`."""

    path: str
    what: str
    remedy: str
    """What to do about it; of a fault that was mended what was done."""
    mend: Mend | None = field(default=None, compare=False, repr=False)
    fixed: bool = False

    @property
    def fixable(self) -> bool:
        """Whether `ticket check --fix` mends it."""
        return self.mend is not None

    @property
    def fault(self) -> tuple[str, str]:
        """What tells it from other findings."""
        return self.path, self.what

    def __str__(self) -> str:
        state = " (mended)" if self.fixed else " (ticket check --fix mends it)" if self.fixable else ""
        return f"{self.path}: {self.what}; {self.remedy}{state}"
