"""Actions of the conversation: create, reply, note. Who speaks sets the status (semantics.md 1.2). Pure."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import TYPE_CHECKING

from ticketcli.core.action.draft import Action, Context, Draft, body_of, must_be_agent
from ticketcli.core.action.status import DONE, check_move, entered
from ticketcli.core.errors import BadWords, TicketError
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.event import Attachment, Event, Path, Value
from ticketcli.core.words.keys import TO_SOLVE

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.who import Who


class NeedsStatus(TicketError):
    """A reply to a ticket that is done."""

    def __init__(self, code: str, status: str) -> None:
        super().__init__(f"{code} is {status}; reply with -s open to reopen it, or with -s keep to leave it as it is")


@dataclass(frozen=True, slots=True)
class Message:
    """What is said, and how it came."""

    text: str
    channel: str = "cli"
    attachments: tuple[Attachment, ...] = ()
    changes: Changes = field(default_factory=Changes)
    action: str = ""
    """What it does besides being said: `rate` where it asks the customer to rate."""


def create(subject: str, message: Message, customer: Who, context: Context, *, by_agent: bool = False) -> Draft:
    """The first event of a new ticket: New when the customer speaks (L1), Answered when an agent writes first (L2)."""
    if by_agent:
        must_be_agent(context)
    priority = "normal" if "normal" in context.settings.priorities else ""
    begins: dict[Path, Value] = {
        ("subject",): subject,
        ("status",): "answered" if by_agent else "new",
        ("priority",): priority,
    }
    department = str(message.changes.set.get(("department",), ""))
    begins[("assignee",)] = context.actor.key if by_agent else context.settings.takes(department, context.instant)
    begins |= {("customer", "name"): customer.name, ("customer", "email"): customer.email}
    fields = {path: value for path, value in message.changes.plus(begins).items() if value != ""}
    event = _message(message, "agent" if by_agent else "customer", context)
    by = context.actor.key if by_agent else str(customer)
    via = "" if by_agent or customer == context.actor.person else context.actor.key
    return Draft("", _with(event, by=by, via=via, set=fields, to=_to(customer.email, by_agent)))


def _to(email: str, public: bool) -> tuple[str, ...]:
    return (email,) if email and public else ()


def _recipients(situation: Situation, changes: Changes) -> tuple[str, ...]:
    """The customer and who gets copies, also those whom this message adds, without those whom it takes away."""
    cc = changes.lists.get("cc", ())
    gone = {item[1:] for item in cc if item.startswith("-")}
    added = [item[1:] for item in cc if item.startswith("+")]
    everybody = [situation.header.text("customer", "email"), *situation.header.list("cc"), *added]
    return tuple(dict.fromkeys(address for address in everybody if address and address not in gone))


def reply(message: Message, *, status: str = "", until: datetime | None = None, keep: bool = False) -> Action:
    """An agent's public message: Answered (L3, L4), or the status asked for with it."""

    def action(situation: Situation, context: Context) -> list[Draft]:
        must_be_agent(context)
        fields = _agent_status(situation, context, status, until, keep)
        if not fields.get(("assignee",), situation.header.text("assignee")):
            fields[("assignee",)] = context.actor.key
        event = _message(message, "agent", context)
        to = _recipients(situation, message.changes)
        return [Draft(situation.thread.code, _with(event, set=message.changes.plus(fields), to=to))]

    return action


def _agent_status(
    situation: Situation, context: Context, status: str, until: datetime | None, keep: bool
) -> dict[Path, Value]:
    shown = situation.standing.status
    if until and not status:
        status = "postponed"
    if situation.category in DONE and not keep and status != "open":
        raise NeedsStatus(situation.thread.code, shown)
    if keep or (not status and shown == "answered" and situation.header.text("status") == "answered"):
        return {}
    target = status or ("answered" if situation.category != "answered" else shown)
    if status and status != shown:
        check_move(situation, context.settings, status, reopening=status == "open")
    return entered(situation, target, until, context)


def customer_reply(message: Message, who: Who, *, keep: bool = False) -> Action:
    """A customer's message: what waits for them or is done becomes Open (L7, L9); with `keep` it is quiet (L13)."""

    def action(situation: Situation, context: Context) -> list[Draft]:
        quiet = keep or not accepts(situation)
        event = _message(message, "customer", context)
        opens = not quiet and situation.category not in TO_SOLVE
        fields = message.changes.plus(entered(situation, "open", None, context) if opens else {})
        via = "" if who == context.actor.person else context.actor.key
        return [Draft(situation.thread.code, _with(event, by=str(who), via=via, quiet=quiet, set=fields))]

    return action


def accepts(situation: Situation) -> bool:
    """Whether a customer's message may open the ticket again; Spam and Automatic store what comes quiet."""
    status = situation.settings.statuses.get(situation.standing.status)
    return status is None or status.reopen


def needs_follow_up(situation: Situation, now: datetime) -> bool:
    """Whether the reopen window has passed, so that a customer's message begins a new ticket (L10, L20)."""
    window = situation.settings.reopen_window
    if situation.category not in DONE or not accepts(situation):
        return False
    return now - _ended(situation) > window if window else True


def _ended(situation: Situation) -> datetime:
    """When it was resolved the last time, or closed without that."""
    done = list(takewhile(lambda step: step.category in DONE, reversed(situation.steps)))
    category = situation.settings.category
    resolves = [step.event.at for step in done if category(step.event.status) == "resolved"]
    return max(resolves, default=done[-1].since)


def note(message: Message, to: tuple[str, ...] = ()) -> Action:
    """An internal note: changes no status and no clock (L6). It may be mailed to third parties, by an agent."""

    def action(situation: Situation, context: Context) -> list[Draft]:
        if to:
            must_be_agent(context)
        fields = dict(message.changes.set)
        event = _with(_message(message, "agent", context), kind="note", action="", channel="", set=fields, to=to)
        return [Draft(situation.thread.code, event)]

    return action


def _message(message: Message, role: str, context: Context) -> Event:
    if message.changes.set.get(("status",)):
        raise BadWords("a status is not set like a field; use -s STATUS or ticket status")
    return Event(
        kind="message",
        role=role,
        action=message.action,
        channel=message.channel,
        lists=message.changes.lists,
        attachments=message.attachments,
        body=body_of(message.text),
    )


def _with(event: Event, **changes: object) -> Event:
    return dataclasses.replace(event, **changes)  # type: ignore[arg-type]
