"""When a time rule may act on a ticket, if nobody does anything: never too late, at times too early. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from ticketcli.core.action.actor import Actor
from ticketcli.core.action.draft import Context, Text
from ticketcli.core.action.rules import judged
from ticketcli.core.action.ruling import NAME, resting
from ticketcli.core.clock import times
from ticketcli.core.clock.timeline import SECOND
from ticketcli.core.errors import BadWords
from ticketcli.core.ticket.who import Who

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.words.settings import Rule

_SINCE: Mapping[str, Callable[[Situation], datetime | None]] = {
    "for": lambda one: one.status_since,
    "age": lambda one: one.header.created,
    "waiting": lambda one: one.waiting_since,
}
"""What grows as time passes, and from when on."""
_FROM: Mapping[str, Callable[[Situation], datetime | None]] = {
    "is:overdue": lambda one: one.due and one.due + SECOND,
    "is:due-soon": lambda one: one.deadline and one.deadline.warning,
    "is:stale": lambda one: one.to_solve_since + one.settings.stale_after if one.needs_solving else None,
}
"""What holds from an instant on, and until somebody acts."""
_PASSING = ("created", "resolved", "due", "is", "view")
"""What else time may bring about, nobody says when."""


def rules_act_at(situation: Situation) -> datetime | None:
    """The first instant (UTC), passed or not, at which a time rule may have something to do; None where none will."""
    rules = [rule for rule in situation.settings.rules if not rule.on]
    if not rules:
        return None
    actor = Actor(NAME, Who("", ""))
    context = Context(
        situation.now, situation.settings, actor, lambda _: None, str, canned=lambda _name, _situation: Text("text")
    )
    return min(filter(None, (_acts_at(rule, situation, context) for rule in rules)), default=None)


def _acts_at(rule: Rule, situation: Situation, context: Context) -> datetime | None:
    verdict = judged(rule, situation, context)
    if verdict.events or (verdict.holds and resting(situation.ticket, situation.now)):
        return situation.now
    if verdict.holds or not verdict.words:
        return None
    instants = [_may_hold(word, situation) for word, holds in verdict.words if not holds]
    return None if None in instants else max(filter(None, instants))


def _may_hold(word: str, situation: Situation) -> datetime | None:
    """From when on a word may hold that does not hold now; None where only somebody who acts makes it hold."""
    name, _, value = word.casefold().partition(":")
    if name in _SINCE:
        return _within(value, _SINCE[name](situation), situation.now)
    if word.casefold() in _FROM:
        return _FROM[word.casefold()](situation)
    if name == "due":
        return _before(value, situation)
    return situation.now if name.removeprefix("-") in (*_SINCE, *_PASSING) else None


def _within(value: str, since: datetime | None, now: datetime) -> datetime | None:
    """When a span that began is as long as a range asks for; None where it is too long for it already."""
    if since is None:
        return None
    low, _, high = (part.strip() for part in value.partition(".."))
    try:
        if high and since + times.span(high) < now:
            return None
        return since + times.span(low) if low else now
    except (BadWords, OverflowError):  # several ranges
        return now


def _before(value: str, situation: Situation) -> datetime | None:
    """When a deadline is as near as `..2h` asks for."""
    if situation.due is None:
        return None
    low, _, high = (part.strip() for part in value.partition(".."))
    try:
        return situation.now if low else situation.due - times.span(high.removeprefix("+"))
    except (BadWords, OverflowError):
        return situation.now
