"""What reports say of the time that a ticket took: how long, ended when and by whom. Pure; it measures nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.clock import times
from ticketcli.core.words.keys import FINISHED

if TYPE_CHECKING:
    from ticketcli.core.clock.clocks import Clocks
    from ticketcli.core.clock.situation import Situation


class Spent(NamedTuple):
    """The way of a ticket to its first response, or to its resolution; none of it depends on when one asks."""

    end: datetime | None
    """What puts it into a period (UTC); None while that is still to come."""
    by: str
    """Who ended it; empty for nobody."""
    numbers: Mapping[str, int]
    """Whole seconds, each also in business hours, of what has ended; and counts. What is not there counts nothing."""


def resolution(one: Situation) -> Spent:
    """From the start to the last resolve (semantics.md 2.1)."""
    clocks, finished = one.clocks, one.category in FINISHED
    end = clocks.resolved or (one.status_since if finished else None)
    ended = clocks.plain.elapsed is not None
    spans = _both(clocks, "elapsed", "handling", "answered", "postponed") if ended else {}
    return _spent(
        end,
        clocks.resolver,
        spans,
        reopened=clocks.reopened,
        open=not finished,
        closed_unresolved=finished and clocks.resolved is None,
        clockless=clocks.resolved is not None and clocks.start is None,
    )


def response(one: Situation) -> Spent:
    """From the customer's first message to the first answer of a person."""
    clocks, finished = one.clocks, one.category in FINISHED
    clockless = clocks.start is None
    resolved_first = _before(clocks.first_resolved, clocks.first_response)
    no_reply = not clockless and (resolved_first or (finished and clocks.first_response is None))
    answered = clocks.plain.response is not None and not no_reply
    end = clocks.first_response if answered else clocks.first_resolved or (one.status_since if finished else None)
    waiting = not clockless and not answered and not no_reply
    return _spent(
        None if waiting else end,
        clocks.responder if answered else "",
        _both(clocks, "response") if answered else {},
        waiting=waiting,
        no_reply=no_reply,
        clockless=clockless,
    )


def _before(resolved: datetime | None, response: datetime | None) -> bool:
    """Whether a resolve cancelled the clock before anybody answered (semantics.md C6)."""
    return resolved is not None and (response is None or resolved < response)


def _both(clocks: Clocks, *names: str) -> dict[str, int]:
    """Lengths of time in seconds, and the same in business hours."""
    plain = {name: times.seconds(getattr(clocks.plain, name)) for name in names}
    return plain | {f"{name}_business": times.seconds(getattr(clocks.business, name)) for name in names}


def _spent(end: datetime | None, by: str, spans: Mapping[str, int], **counts: int) -> Spent:
    return Spent(end, by, {**spans, **{name: int(count) for name, count in counts.items() if count}})
