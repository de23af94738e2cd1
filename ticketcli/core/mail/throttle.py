"""How many mails may leave that the desk sends by itself: two desks that answer each other must come to an end (R5).

What was sent is read from the tickets, so that nothing a clone keeps besides is needed. It sends nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.mail.outbox import SENT, UNSURE, Mailing
from ticketcli.core.ticket.event import ASKED
from ticketcli.core.ticket.who import address_of

if TYPE_CHECKING:
    from ticketcli.core.ticket.event import Event

APART = timedelta(hours=24)
"""How long an address is left alone."""
HOUR = timedelta(hours=1)
MOST = 20
"""How many go out in an hour in all."""


class Left(NamedTuple):
    """A mail of the desk's own that has left, or may have."""

    at: datetime
    event: Event


def is_automatic(event: Event) -> bool:
    """Whether a message goes out that nobody wrote: a canned text of a rule, what a special address answers."""
    return event.kind == "message" and event.role == "system" and event.quiet


def have_left(mailings: Iterable[Mailing]) -> list[Left]:
    """The mails of the desk's own among these that have left, or may have."""
    gone = (one for one in mailings if one.state in (SENT, UNSURE) and is_automatic(one.event))
    return [Left(one.since or one.event.at, one.event) for one in gone]


def counts_until(mailings: Iterable[Mailing]) -> datetime | None:
    """Until when one of them keeps others from being sent."""
    return max((left.at + APART for left in have_left(mailings)), default=None)


def refusal(event: Event, before: Iterable[Left], now: datetime) -> str:
    """Why a message does not go out any more after those; empty where it does, or where somebody wrote it."""
    if not is_automatic(event):
        return ""
    # what somebody asked for keeps no other mail from them, and none keeps this from them
    alike = (left for left in _others(event, before) if (left.event.action == ASKED) == (event.action == ASKED))
    again = addresses(event).intersection(to for left in alike if now - left.at < APART for to in addresses(left.event))
    return f"{', '.join(sorted(again))} had a mail that nobody wrote in the last {APART // HOUR} hours" if again else ""


def delay(event: Event, before: Iterable[Left], now: datetime) -> str:
    """Why a message goes out only later; empty where it does now, or where somebody wrote it."""
    full = is_automatic(event) and sum(now - left.at < HOUR for left in _others(event, before)) >= MOST
    return f"{MOST} mails that nobody wrote have left in the last hour" if full else ""


def _others(event: Event, before: Iterable[Left]) -> Iterator[Left]:
    """Those of other messages: of this one somebody knows that it has not left after all."""
    return (left for left in before if left.event.id != event.id)


def addresses(event: Event) -> frozenset[str]:
    """Whom a message goes to, whatever stands behind a plus."""
    return frozenset(map(_plain, event.to))


def _plain(to: str) -> str:
    local, _, domain = address_of(to).rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
