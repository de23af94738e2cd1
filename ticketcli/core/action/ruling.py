"""What one rule says of one ticket: whether it acts, why not, and the events that it makes. It saves nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.action.change import change, heir
from ticketcli.core.action.draft import body_of
from ticketcli.core.action.level import leveled
from ticketcli.core.action.status import MOVES, entered
from ticketcli.core.errors import TicketError
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.code import derived_id
from ticketcli.core.ticket.event import RULE, Event
from ticketcli.core.words.change import effects
from ticketcli.core.words.query import parse

if TYPE_CHECKING:
    from ticketcli.core.action.draft import Context
    from ticketcli.core.clock.entry import Entry
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.fold import Ticket
    from ticketcli.core.words.settings import Rule

NAME = RULE
"""Who did what a rule does, and the action of its events."""
MOST = 100
"""How many events of rules a ticket takes in a day before they rest (semantics.md N4)."""
DAY = timedelta(days=1)


class Verdict(NamedTuple):
    """What a rule says of a ticket."""

    rule: Rule
    words: tuple[tuple[str, bool], ...]
    """Its filter words, each with whether it holds."""
    why: str
    """Why it does not act; empty where it does."""
    events: tuple[Event, ...] = ()
    """What it does."""

    @property
    def holds(self) -> bool:
        """Whether the ticket is one of those that it is for, whether there is something to do or not."""
        return all(holds for _, holds in self.words)


def judge(rule: Rule, situation: Situation, entry: Entry, context: Context, at: datetime | None = None) -> Verdict:
    """What a rule does to a ticket that came into its state by an event, or why nothing."""
    words = tuple((word, _holds(word, situation, context)) for word in rule.when)
    events: tuple[Event, ...] = ()
    why = _hinders(rule, words, situation, entry, context)
    if not why:
        events = tuple(_events(rule, situation, entry, context, at or context.instant))
        why = "" if events else "nothing would change"
    return Verdict(rule, words, why, events)


def acted(rule: Rule, ticket: Ticket, entry: Entry) -> Event | None:
    """What a rule has done since its state began, taken back or not; None where it has not acted yet."""
    for event in ticket.events:
        follows = event.ruled and event.value == rule.name
        if follows and entry.event in (event.after, *event.about) and event.clock == entry.clock:
            return event
    return None


def resting(ticket: Ticket, now: datetime) -> bool:
    """Whether rules have done so much to a ticket in a day that they rest."""
    made = (event.at for event in ticket.events if event.ruled)
    return sum(now - DAY < at <= now for at in made) >= MOST


def _holds(word: str, situation: Situation, context: Context) -> bool:
    return parse([word], settings=context.settings, now=context.now, agent="").matches(situation)


def _hinders(
    rule: Rule, words: Sequence[tuple[str, bool]], situation: Situation, entry: Entry, context: Context
) -> str:
    failing = [word for word, holds in words if not holds]
    if failing:
        return f"{' and '.join(failing)} {'does' if len(failing) == 1 else 'do'} not hold"
    if acted(rule, situation.ticket, entry):
        return "it has acted already since that began"
    if resting(situation.ticket, context.now):
        return f"rules have done {MOST} things to this ticket in a day, and rest"
    status = _status(rule, situation, context)
    if status and context.settings.category(status) not in MOVES[situation.category]:
        return f"what is {situation.status} cannot become {status}"
    return ""


def _status(rule: Rule, situation: Situation, context: Context) -> str:
    """The status that it leads to; empty where that is shown already."""
    status = effects(rule.do, settings=context.settings, now=context.instant).status
    return status if status != situation.status else ""


def _events(rule: Rule, situation: Situation, entry: Entry, context: Context, at: datetime) -> Iterator[Event]:
    """Its events, complete: the same in whatever clone they are made, but for what depends on the instant."""
    ticket, do = situation.ticket, (*rule.do, rule.canned)
    here = entry.event in ticket.by_id
    for event in (_change(rule, situation, context), _text(rule, situation, context)):
        if event:
            event = replace(
                event,
                id=derived_id("rule", situation.code, rule.name, entry.event, entry.clock, event.kind, *do),
                seq=ticket.next_seq,
                at=at,
                by=NAME,
                role="system",
                value=rule.name,
                after=entry.event if here else ticket.first.id,
                about=() if here else (entry.event,),
                clock=entry.clock,
            )
            event = leveled(event, ticket, context.settings.levels)
            ticket = ticket.plus([event])
            yield event


def _change(rule: Rule, situation: Situation, context: Context) -> Event | None:
    """What it sets; None where all of it is so already."""
    wanted = effects(rule.do, settings=context.settings, now=context.instant)
    drafts = change(_handed_on(wanted.changes, situation, context))(situation, context)
    event = drafts[0].event if drafts else Event(kind="change")
    if status := _status(rule, situation, context):
        event = replace(event, set={**event.set, **entered(situation, status, None, context)})
    if event.status:
        waiting = situation.standing.waiting
        event = replace(event, seen=tuple(sorted({entry.event.id for entry in waiting})))
    return replace(event, action=NAME) if event.set or event.lists else None


def _handed_on(changes: Changes, situation: Situation, context: Context) -> Changes:
    """The changes, with who works on a ticket in the department that it moves to, as where a person moves it (D3)."""
    department = str(changes.set.get(("department",), ""))
    if not department:
        return changes
    return Changes(changes.plus({("assignee",): heir(department, situation, context)}), changes.lists)


def _text(rule: Rule, situation: Situation, context: Context) -> Event | None:
    """The canned text that it sends, quiet; a note where that cannot be made, so that no rule keeps a ticket from
    being written.
    """
    if not rule.canned:
        return None
    email = situation.header.text("customer", "email")
    try:
        text = context.canned(rule.canned, situation)
        body = body_of(text.body)
    except TicketError as error:
        body = body_of(f'The rule "{rule.name}" could not write the canned response "{rule.canned}": {error}')
        return Event(kind="note", action=NAME, body=body)
    return Event(
        kind="message",
        action=text.action or NAME,
        to=(email,) if email else (),
        quiet=True,
        attachments=text.attachments,
        body=body,
    )
