"""Short names of tickets and messages, such as `7KQ-M` and `7KQ-M/2`, and of who is at work. It finds nothing."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from ticketcli.core.clock.times import show
from ticketcli.core.text import line

if TYPE_CHECKING:
    from ticketcli.core.ticket.event import Event
    from ticketcli.core.ticket.fold import Ticket

Short = Callable[[str], str]
"""Gives the short name of a code."""

_LEAST = len("7KQ-M")
"""Four symbols: enough for commands that write."""
_LEAST_ID = 4


def shortener(codes: Iterable[str]) -> Short:
    """The function that gives the shortest prefix by which a code is found among these, of at least four symbols."""
    known = sorted(codes)

    def short(code: str) -> str:
        at = bisect_left(known, code)
        beside = [other for other in known[max(at - 1, 0) : at + 2] if other != code]
        shared = max((_shared(code, other) for other in beside), default=0)
        return code[: max(_LEAST, shared + 1)].rstrip("-")

    return short


def message_name(event: Event, ticket: Ticket, short: Short) -> str:
    """The name of a message: its ticket and number, with some of its id where two clones made the same number."""
    name = f"{short(ticket.code)}/{event.seq}"
    twins = [
        other.id
        for other in ticket.events
        if other.seq == event.seq and other.kind != "change" and other.id != event.id
    ]
    if event.kind == "change" or not twins:
        return name
    shared = max(_shared(event.id, twin) for twin in twins)
    return f"{name}-{event.id[: max(_LEAST_ID, shared + 1)]}"


def in_hand(holder: str, since: datetime, zone: tzinfo) -> str:
    """Who has a ticket in hand, and since when: `ana since 2026-11-20 10:02`."""
    return f"{line(holder)} since {show(since, zone)}"


def _shared(one: str, other: str) -> int:
    """How many symbols two texts have in common at their beginning."""
    return next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
