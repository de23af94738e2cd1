"""What became of a message that came in from outside, by mail or otherwise. A value; it does nothing."""

from __future__ import annotations

from typing import NamedTuple

NEW, ADDED, FOLLOW_UP, KNOWN, UNREADABLE = "new", "added", "follow-up", "known", "unreadable"


class Receipt(NamedTuple):
    """What became of a message."""

    code: str
    what: str
    """NEW, ADDED, FOLLOW_UP, KNOWN (nothing was written) or UNREADABLE (kept as it came)."""
    quiet: bool = False
    """Whether it counts for nothing, as automatic mail, or what is written to spam."""
    why: str = ""
    """Of what was kept as it came: why it cannot be understood."""
