"""Which messages are to be mailed, and what became of each, as their ticket tells it. It sends nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.ticket.code import derived_id

if TYPE_CHECKING:
    from ticketcli.core.ticket.event import Event
    from ticketcli.core.ticket.fold import Ticket

NAME = "mail"
"""Who writes down what became of a message."""
WAITING, UNSURE, SENT, FAILED = "waiting", "unsure", "sent", "failed"
SENDING, LATER = "sending", "later"
"""The action before a message is handed over, and the value of a `failed` that is not for good."""
ACTIONS = (SENDING, SENT, FAILED)
"""What is written down of a message that is mailed."""
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 120, 480, 1440))
"""How long a message waits after each definite "not now"; after the last one it has failed."""
FRESH = timedelta(days=7)
"""What was written longer ago is not mailed unless its ticket is named: a desk that is given a mailbox has old answers,
and a message recorded afterwards has been told in another way.
"""

OVERLOOKED = timedelta(days=30)
"""For so long `send` speaks of what it does not mail by itself."""

_FAR = datetime(2200, 1, 1, tzinfo=UTC)


class Mailing(NamedTuple):
    """A message that is to be mailed."""

    code: str
    """The ticket it was written in."""
    event: Event
    state: str
    """WAITING; UNSURE: it was being handed over when the program ended; SENT or FAILED."""
    tries: int = 0
    """How often it was handed over, or was about to be."""
    next_try: datetime | None = None
    """Before when nobody tries again, after a definite "not now"."""
    refused: tuple[str, ...] = ()
    """Whom it did not reach, where it reached others; the ticket holds their places in `to`, which may be redacted."""
    reason: str = ""
    """What was said of it last."""
    since: datetime | None = None
    """When that was (UTC)."""

    def due(self, now: datetime) -> bool:
        """Whether it goes out by itself now."""
        fresh = self.tries > 0 or now - self.event.at <= FRESH
        return self.state == WAITING and fresh and (self.next_try is None or self.next_try <= now)

    def overlooked(self, now: datetime) -> bool:
        """Whether it has waited for too long to go out by itself, but not so long that nobody speaks of it."""
        return self.state == WAITING and not self.tries and FRESH < now - self.event.at <= OVERLOOKED

    def step(self, action: str, *, value: object = None, body: str = "") -> Event:
        """The event that tells what becomes of it; the same whoever writes it down."""
        from ticketcli.core.ticket.event import Event  # a list that the index answers loads this, and not that

        number = self.tries + 1 if action == SENDING else self.tries
        event_id = derived_id("mail", self.code, self.event.id, action, str(number))
        about, body = (self.event.id,), f"{body}\n" if body else ""
        return Event(event_id, role="system", by=NAME, action=action, about=about, value=value, body=body)


def mailings(ticket: Ticket) -> list[Mailing]:
    """The messages of a ticket file that are to be mailed, each with its state; no redacted and no undone one."""
    meant = [event for event in ticket.counting if _is_meant(event)]
    if not meant:
        return []
    steps: dict[str, list[Event]] = {}
    for step in ticket.counting:
        if step.action in ACTIONS and step.role == "system":
            for about in step.about:
                steps.setdefault(about, []).append(step)
    return [_mailing(ticket.code, event, steps.get(event.id, [])) for event in meant]


def waits_until(ticket: Ticket) -> datetime | None:
    """Until when a look at this ticket may find something to send, or to speak of, or a mail that keeps others from
    being sent; None where it does not.
    """
    every = mailings(ticket)
    if not every:
        return None
    from ticketcli.core.mail.throttle import counts_until

    found = [one for one in every if one.state in (WAITING, UNSURE)]
    ends = [counts_until(every), *(_FAR if one.tries else one.event.at + OVERLOOKED for one in found)]
    return max(filter(None, ends), default=None)


def handed_over(ticket: Ticket) -> Iterator[str]:
    """The ids of the messages that are out of reach, or may be."""
    return (one.event.id for one in mailings(ticket) if one.state in (UNSURE, SENT))


def _is_meant(event: Event) -> bool:
    told = event.kind in ("message", "note") and event.role != "customer"
    return told and bool(event.to) and not (event.redacted and "text" in event.redacted.blacks)


def _mailing(code: str, event: Event, steps: list[Event]) -> Mailing:
    if not steps:
        return Mailing(code, event, WAITING)
    tries, last = sum(step.action == SENDING for step in steps), steps[-1]
    told = Mailing(code, event, UNSURE, tries, reason=" ".join(last.body.split()), since=last.at)
    if last.action == SENT:
        return told._replace(state=SENT, refused=_addresses(event, last.value))
    if last.action == FAILED and last.value == LATER and tries <= len(BACKOFF):
        return told._replace(state=WAITING, next_try=last.at + BACKOFF[max(tries, 1) - 1])
    return told._replace(state=FAILED) if last.action == FAILED else told


def _addresses(event: Event, value: object) -> tuple[str, ...]:
    places = value if isinstance(value, list) else []
    return tuple(address for number, address in enumerate(event.to, 1) if number in places)
