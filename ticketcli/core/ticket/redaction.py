"""Redactions: what an event is without what was blacked out. Texts and fields, for good. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ticketcli.core.ticket.event import Event, Path, Redaction

TEXT, BY, TO = "text", "by", "to"
"""What can be blacked out besides the paths of fields."""
INSTEAD = "[redacted]"
"""What stands for a subject, which no ticket is without."""


def blacked(event: Event, redaction: Redaction) -> Event:
    """The event without what a redaction names; its place, and what else it sets, stay."""
    gone = redaction.blacks
    bare = replace(event, redacted=redaction, set=_without(event, gone))
    if TEXT in gone:
        bare = replace(bare, body="", quoted="", attachments=(), mail_id="")
    if BY in gone or (TEXT in gone and event.role == "customer"):
        bare = replace(bare, by="", via="")
    return replace(bare, to=()) if TO in gone else bare


def _without(event: Event, gone: Collection[str]) -> dict[Path, object]:
    kept = {path: value for path, value in event.set.items() if not names(path, gone)}
    return {**kept, ("subject",): INSTEAD} if ("subject",) in event.set and ("subject",) not in kept else kept


def names(path: Path, gone: Collection[str]) -> bool:
    """Whether a path, or one above it, is among what is blacked out."""
    return any(".".join(path[:length]) in gone for length in range(1, len(path) + 1))


def together(one: Redaction | None, other: Redaction | None) -> Redaction | None:
    """Both redactions in one, dated by the earlier."""
    if one is None or other is None:
        return one or other
    first = min(one, other, key=lambda redaction: (redaction.at, redaction.by))
    return Redaction(first.at, first.by, redacted_keys({*one.blacks, *other.blacks}))


def redacted_keys(gone: Collection[str]) -> tuple[str, ...]:
    """What a redaction names, as it is stored: nothing where it is the text alone."""
    return () if set(gone) == {TEXT} else tuple(sorted(gone))
