"""Which event answers a customer, and whom: told by what its writer had read (design 2.1). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketcli.core.ticket.thread import Entry

if TYPE_CHECKING:
    from ticketcli.core.ticket.event import Event
    from ticketcli.core.words.settings import Settings


def answers(event: Event, settings: Settings) -> bool:
    """Whether an event answers what it has seen: a public answer, Answered by hand, a resolve, a close, a split."""
    return answers_with(event, category(event, settings))


def answers_in_person(event: Event, settings: Settings) -> bool:
    """Whether a person of the desk answered: a public message of an agent, or Answered by hand (C2, C5)."""
    return event.role == "agent" and in_person(event, category(event, settings))


def category(event: Event, settings: Settings) -> str:
    """The category of the status that an event sets; empty where it sets none."""
    status = event.status
    return settings.category(status) if status else ""


def answers_with(event: Event, category: str) -> bool:
    """The same, where the category of the status that the event sets is known."""
    if event.public_answer or (event.action == "split" and event.seen is not None):
        return True  # a split tells in the child what was answered in the parent; the parent's own event tells nothing
    return category in ("answered", "resolved", "closed") and not event.quiet


def in_person(event: Event, category: str) -> bool:
    """Whether somebody of the desk answered, who may be no agent, where that category is known."""
    return event.public_answer or (category == "answered" and event.role == "agent")


def has_seen(by: Entry, message: Entry, files: dict[str, dict[str, Event]]) -> bool:
    """Whether the writer of an event had read a customer message (design 2.1): told by `seen`, else by order."""
    event = by.event
    if event.automatic and event.seen is None:
        origin = files.get(by.code, {}).get(event.after)
        return origin is not None and has_seen(Entry(origin, by.code, by.begin), message, files)
    if event.seen is not None:
        part = message.event.part_of if event.action == "split" and by.code == message.code else ""
        return message.event.id in event.seen or (bool(part) and part in event.seen)
    if by.code == message.code:
        return message.event.order < event.order
    return message.order < by.order
