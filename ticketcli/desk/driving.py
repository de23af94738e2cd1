"""What git calls to merge two versions of a ticket file. It writes nothing but the one file that git names."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ticketcli.core.errors import NotSaved, TicketError
from ticketcli.core.file.joining import joined
from ticketcli.edges import store


class CannotMerge(TicketError):
    """Two versions that stay a conflict."""

    def __init__(self, name: str, why: object) -> None:
        super().__init__(f"{name}: {why}; git shows both versions in it: settle it in an editor")


def merge_driver(base: Path, ours: Path, theirs: Path, name: str, now: datetime) -> None:
    """Afterwards `ours` holds both versions; it is untouched where they stay a conflict, which CannotMerge says.

    What git hands over is what it has stored: its times tell nothing, so what a hand did is dated by the merge.
    """
    try:
        old = _content(ours)
        store.write(ours, joined(_content(base), old, _content(theirs), now=now), old=old)
    except (TicketError, OSError) as error:
        raise CannotMerge(name, error) from error


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotSaved(f"cannot read {path}: {error.strerror}") from error
