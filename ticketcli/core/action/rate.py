"""Rating: the customer says how good the support was, once for each resolve; it changes no status. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ticketcli.core.action.draft import Action, Context, Draft, body_of, must_be_agent, reason_of
from ticketcli.core.clock import times
from ticketcli.core.clock.feedback import Cycle, cycles, ratings
from ticketcli.core.errors import BadWords, TicketError
from ticketcli.core.ticket.event import BEST, RATE, WORST, Event

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.who import Who

WINDOW = timedelta(days=30)
"""How long after the resolve a rating is taken, or changed (G9)."""
LONGEST = 1_000
"""How many characters a comment may have (G8)."""


class BadRating(BadWords):
    """A word that is no rating."""

    def __init__(self, word: str) -> None:
        super().__init__(
            f'"{word}" is no rating; write a number from {WORST} (very bad) to {BEST} (very good), or none'
        )


class TooLong(BadWords):
    """A comment that should be a message."""

    def __init__(self, length: int) -> None:
        super().__init__(
            f"the comment has {length:,} characters and may have {LONGEST:,}; shorten it, and record the whole with: "
            "ticket reply TICKET --from customer"
        )


class NotRated(TicketError):
    """A rating that is not taken; `why` says it without the remedy."""

    why = ""


class NotResolved(NotRated):
    """A rating of what is not done yet."""

    def __init__(self, code: str, status: str) -> None:
        self.why = f"the ticket is {status}"
        super().__init__(
            f"{code} is {status}, and only what is resolved or closed is rated; first: ticket resolve {code}"
        )


class TooEarly(NotRated):
    """A rating of what had not been done then."""

    def __init__(self, code: str, when: str) -> None:
        self.why = f"the ticket was resolved later, {when}"
        super().__init__(f"{code} had not been resolved yet, that was {when}; give a later time with --at")


class TooLate(NotRated):
    """A rating of what was done long ago."""

    def __init__(self, code: str, when: str) -> None:
        self.why = f"the ticket was resolved {when}, more than {WINDOW.days} days before"
        super().__init__(
            f"{code} was resolved {when}, and is rated within {WINDOW.days} days; record what the customer says with: "
            f"ticket reply {code} --from customer"
        )


def value_of(word: str) -> int:
    """The rating that a word means, 0 for none. Raises BadRating."""
    known = {str(value): value for value in range(WORST, BEST + 1)} | {"none": 0}
    if word.casefold() not in known:
        raise BadRating(word)
    return known[word.casefold()]


def rate(value: int, comment: str, who: Who) -> Action:
    """A customer's rating of the last resolve, in place of the one before; the same one again writes nothing."""
    if len(comment) > LONGEST:
        raise TooLong(len(comment))

    def action(situation: Situation, context: Context) -> list[Draft]:
        cycle = rated_cycle(situation, context.instant)
        event = rating(value, reason_of(comment), who, cycle)
        before = ratings(cycle, situation.thread)[-1:]
        if [(one.rating, one.body, one.by) for one in before] == [(event.rating, event.body, event.by)]:
            return []
        via = "" if who == context.actor.person else context.actor.key
        return [Draft(situation.thread.code, replace(event, via=via))]

    return action


def rating(value: int, body: str, who: Who, cycle: Cycle) -> Event:
    """The event by which a customer rates a cycle."""
    return Event(kind="change", by=str(who), role="customer", action=RATE, after=cycle.after, value=value, body=body)


def rated_cycle(situation: Situation, now: datetime) -> Cycle:
    """The cycle that a rating given now is about. Raises NotResolved, TooEarly and TooLate."""
    code, current = situation.thread.code, [cycle for cycle in cycles(situation.steps) if cycle.ended is None]
    if not current:
        raise NotResolved(code, situation.standing.status)
    when = times.show(current[0].begun, situation.settings.zone)
    if current[0].begun > now:
        raise TooEarly(code, when)
    if now - current[0].begun > WINDOW:
        raise TooLate(code, when)
    return current[0]


def take_back(reason: str) -> Action:
    """Takes the last rating out of all numbers, with a reason; `log` still shows it (G10)."""

    def action(situation: Situation, context: Context) -> list[Draft]:
        must_be_agent(context)
        body = body_of(reason)
        found = [some for cycle in cycles(situation.steps) if (some := ratings(cycle, situation.thread))]
        about = tuple(event.id for event in found[-1]) if found else ()
        return [Draft(situation.thread.code, Event(action="undo", about=about, body=body))] if about else []

    return action
