"""What a mail to one of a ticket's special addresses does: it rates the support, or asks how the ticket stands. Pure.

Whatever it does, the mail itself is kept; where it does nothing special, it is a message like any other.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.action import arrival
from ticketcli.core.action import conversation as act
from ticketcli.core.action.draft import Context, Draft, reason_of
from ticketcli.core.action.rate import LONGEST, NotRated, rated_cycle, rating
from ticketcli.core.mail.signing import RATINGS, STATUS
from ticketcli.core.ticket.code import derived_id
from ticketcli.core.ticket.event import ASKED, BEST, Event

if TYPE_CHECKING:
    from ticketcli.core.action.arrival import Arrival
    from ticketcli.core.clock.situation import Situation

APART = timedelta(hours=24)
"""How long after an answer the same address gets no other one about the same ticket."""
TOLD = "Sent how this ticket stands, as its customer may see it."


class Special(NamedTuple):
    """What a mail does."""

    drafts: tuple[Draft, ...] = ()
    """None: it is a message like any other."""
    remark: str = ""
    """What an agent should know of it, where it did not do what its address says."""


def special(one: Arrival, word: str, situation: Situation, context: Context, *, may_know: bool) -> Special:
    """What a mail does to the address of that word; nothing where nobody wrote it."""
    if one.quiet:
        return Special()
    if word in RATINGS:
        return _rated(one, RATINGS[word], situation, context)
    return _asked(one, situation, context, may_know) if word == STATUS else Special()


def _rated(one: Arrival, value: int, situation: Situation, context: Context) -> Special:
    mail = one.mail
    try:
        cycle = rated_cycle(situation, one.at or context.instant)
        if context.settings.agent(mail.sender.email):
            return Special((), f"rated {value} of {BEST} by mail, which does not count: it came from an agent")
    except NotRated as error:
        return Special((), f"rated {value} of {BEST} by mail, which does not count: {error.why}")
    text = one.mail.written.body.strip()
    long = len(text) > LONGEST
    event = rating(value, reason_of(f"{text[: LONGEST - 1]}…" if long else text), mail.sender, cycle)
    event = replace(event, channel="email", attachments=() if long else one.attachments)
    drafts = [arrival.marked(Draft(situation.thread.code, event), one)]
    return Special((*drafts, *(_message(one, situation, context) if long else ())))


def _message(one: Arrival, situation: Situation, context: Context) -> list[Draft]:
    """A text that is more than a comment, as a message of its own beside the rating."""
    late = act.needs_follow_up(situation, one.at or context.instant)
    drafts = act.customer_reply(arrival.spoken(one), one.mail.sender, keep=late)(situation, context)
    event_id = derived_id("rated", one.event_id)
    return [arrival.marked(draft, one, id=event_id, mail_id="", quoted="") for draft in drafts]


def _asked(one: Arrival, situation: Situation, context: Context, may_know: bool) -> Special:
    """The question, which counts for nothing, and the answer: to those who may know it, and not again and again."""
    said = arrival.spoken(one)
    agent = context.settings.agent(one.mail.sender.email)
    ask = act.note(said) if agent else act.customer_reply(said, one.mail.sender, keep=True)
    question = [arrival.marked(draft, one, by=str(one.mail.sender)) for draft in ask(situation, context)]
    if not may_know:
        return Special(tuple(question), f"{one.mail.sender} asked how this ticket stands, and was not told")
    if one.at or _told_lately(one, situation, context):
        return Special(tuple(question), f"{one.mail.sender} asked again how this ticket stands, and was not told again")
    return Special((*question, Draft(situation.thread.code, _answer(one, situation))))


def _answer(one: Arrival, situation: Situation) -> Event:
    return Event(
        id=derived_id(ASKED, situation.thread.code, one.event_id),
        kind="message",
        role="system",
        by=arrival.NAME,
        action=ASKED,
        channel="email",
        to=(one.mail.sender.email,),
        quiet=True,
        body=f"{TOLD}\n",
    )


def _told_lately(one: Arrival, situation: Situation, context: Context) -> bool:
    address = one.mail.sender.email.casefold()
    told = (entry.event for entry in situation.thread.entries if entry.event.action == ASKED)
    return any(address in map(str.casefold, event.to) and context.instant - event.at < APART for event in told)
