"""How long what was worked out of a ticket holds: when it changes by itself, and when that is to be written down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ticketcli.core.clock.agenda import agenda

if TYPE_CHECKING:
    from datetime import datetime

    from ticketcli.core.clock.situation import Situation


def changes_at(situation: Situation) -> datetime | None:
    """The first instant (UTC) from which on a memory does not hold any more, if nobody does anything until then."""
    return min((one for one in _instants(situation) if one > situation.now), default=None)


def acts_at(situation: Situation) -> datetime | None:
    """When `tick` has something to write down, which may have passed; None where nothing is to come (UTC)."""
    coming = () if situation.merged else agenda(situation)
    return min((event.at for event in coming), default=None)


def _instants(situation: Situation) -> Iterator[datetime]:
    """When it changes by itself: agenda, misses, and what the files say of days to come."""
    if situation.standing.until:
        yield situation.standing.until
    yield from (measure.breach for measure in situation.measures if measure.running and measure.breach)
    for entry in situation.thread.entries:
        yield entry.begin
        if entry.end:
            yield entry.end
    yield from (event.at for file in (situation.ticket, *situation.thread.files) for event in file.events)
