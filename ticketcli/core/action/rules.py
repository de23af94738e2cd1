"""Rules at work, behind the events of a command and as time passes; what one of them does, `ruling` says. Pure.

What a rule does triggers no rule; only a status that it sets triggers those that wait for one, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ticketcli.core.action.ruling import Verdict, judge
from ticketcli.core.clock.entry import Entry, entered_by, written_out
from ticketcli.core.clock.working import looked_at
from ticketcli.core.ticket.event import RATE
from ticketcli.core.ticket.fold import Ticket, in_order
from ticketcli.core.ticket.thread import gather

if TYPE_CHECKING:
    from ticketcli.core.action.draft import Context
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.event import Event
    from ticketcli.core.ticket.thread import Read
    from ticketcli.core.words.settings import Rule

_SILENT = ("merge", "split", "undo", "skip")
"""Actions behind which no rule looks at a ticket."""


def kinds_of(event: Event, first: str) -> set[str]:
    """The kinds of an event for which rules may wait; none of what came by itself, of automatic mail, of a split."""
    if event.role == "system" or event.quiet or event.redacted or event.action in _SILENT:
        return set()
    if event.id == first:
        return {"created"}
    found = {f"{event.role}_message"} if event.kind == "message" else set()
    found |= {"status"} if event.status else set()
    found |= {"tag"} if event.lists.get("tags") else set()
    found |= {"transfer"} if ("department",) in event.set else set()
    return found | ({"rated"} if event.action == RATE and event.role == "customer" else set())


def follow(changed: dict[str, Ticket], fresh: Sequence[tuple[str, Event]], context: Context) -> None:
    """Adds to the tickets of a command what event rules do behind its events, in the same save."""
    for code, event in fresh:
        kinds = kinds_of(event, changed[code].first.id)
        if any(_waiting_for(kinds, context)):
            made = _behind(code, event, lambda other: changed.get(other) or context.read(other), kinds, context)
            changed[code] = _in_one(changed[code], event, made) if made else changed[code]


def verdicts(situation: Situation, kind: str, context: Context) -> Iterator[Verdict]:
    """What each rule says of a ticket now: time rules, or those that wait for a kind of event, as if one had come."""
    for rule in context.rules:
        if kind and kind in rule.on:
            yield judge(rule, situation, Entry(""), context)
        elif not kind and not rule.on:
            yield judged(rule, situation, context)


def by_time(situation: Situation, context: Context) -> list[Event]:
    """What time rules do to a ticket now, one after the other."""
    made: list[Event] = []
    for rule in context.rules:
        if rule.on:
            continue
        verdict = judged(rule, situation, context)
        if verdict.events:
            made += verdict.events
            situation = looked_on(situation, verdict.events, context)
        if rule.stop and verdict.holds:
            break
    return made


def looked_on(situation: Situation, events: Sequence[Event], context: Context) -> Situation:
    """The situation with events that are not written yet."""
    return _looked_at(situation.ticket.plus(events), context.read, context) if events else situation


def judged(rule: Rule, situation: Situation, context: Context) -> Verdict:
    """What a time rule says; of a ticket that is done only one that asks for a status says anything."""
    done = situation.merged or situation.settings.done(situation.status)
    asked = (word.casefold() for word in written_out(rule.when, situation.settings)) if done else ()
    if done and not any(word.startswith("status:") for word in asked):
        words = tuple((word, False) for word in rule.when)
        return Verdict(rule, words, f"the ticket is {situation.status}, and no status: word asks for that")
    return judge(rule, situation, entered_by(rule.when, situation), context)


def _waiting_for(kinds: set[str], context: Context) -> Iterator[Rule]:
    return (rule for rule in context.rules if not kinds.isdisjoint(rule.on)) if kinds else iter(())


def _behind(code: str, cause: Event, read: Read, kinds: set[str], context: Context, own: str = "") -> list[Event]:
    """What the rules do that wait for these kinds; `own` is the one whose event it is, if it is one's."""
    ticket = read(code)
    assert ticket is not None, code
    situation = _looked_at(ticket, read, context)
    made: list[Event] = []
    for rule in _waiting_for(kinds, context):
        if situation.merged or rule.name == own:
            continue
        verdict = judge(rule, situation, Entry(cause.id), context, cause.at)
        some = list(verdict.events)
        ticket = situation.ticket.plus(some)
        for event in some if not own else ():
            if event.status:
                more = _behind(code, event, _with(ticket, read), {"status"}, context, own=rule.name)
                ticket, some = ticket.plus(more), [*some, *more]
        if some:
            made += some
            situation = _looked_at(ticket, read, context)
        if rule.stop and verdict.holds:
            break
    return made


def _with(ticket: Ticket, read: Read) -> Read:
    """Reads tickets, this one as it shall stand."""
    return lambda code: ticket if code == ticket.code else read(code)


def _looked_at(ticket: Ticket, read: Read, context: Context) -> Situation:
    return looked_at(ticket, gather(ticket.code, _with(ticket, read)), context.settings, context.now)


def _in_one(ticket: Ticket, cause: Event, made: Sequence[Event]) -> Ticket:
    """The ticket with what rules did behind an event, to be taken back with it."""
    batch = cause.batch or cause.id
    others = [event for event in ticket.events if event.id != cause.id]
    rest = [replace(event, batch=batch) for event in (cause, *made)]
    return Ticket(ticket.code, in_order([*others, *rest]), ticket.extra)
