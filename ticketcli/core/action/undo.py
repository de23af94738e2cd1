"""Undo: the action that takes back a whole command. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import accumulate
from typing import TYPE_CHECKING

from ticketcli.core.action.draft import Context, Draft
from ticketcli.core.errors import TicketError
from ticketcli.core.mail.outbox import ACTIONS as MAIL_ACTIONS
from ticketcli.core.mail.outbox import handed_over
from ticketcli.core.ticket.event import Event

if TYPE_CHECKING:
    from ticketcli.core.ticket.fold import Ticket


class CannotUndo(TicketError):
    """A command that is not taken back."""


class HandedOver(CannotUndo):
    """A message that has left."""

    def __init__(self, name: str, to: Iterable[str]) -> None:
        super().__init__(f"{name} was handed to mail for {', '.join(to)} and cannot be taken back; write another one")


class NothingToUndo(TicketError):
    """No command of this person is left to be taken back."""

    def __init__(self, who: str) -> None:
        super().__init__(f'nothing of "{who}" is left to undo; ticket log shows what happened')


Recorded = tuple[str, Event]
"""An event and the ticket it stands in."""


def last_command(tickets: Iterable[Ticket], *who: str) -> list[Recorded]:
    """The events of the last command of somebody that still count, wherever they stand. Raises NothingToUndo.

    Of commands in one second, the one in the ticket given last counts as the last. A back-dated command is not older
    than what stands before it in its ticket.
    """
    recorded = [dated for ticket in tickets for dated in _dated(ticket)]
    mine = [(when, place) for place, (when, (_, event)) in enumerate(recorded) if _undoable(event, who)]
    if not mine:
        raise NothingToUndo(who[0])
    last = recorded[max(mine)[1]][1][1]
    return [one for _, one in recorded if one[1] is last or (last.batch and one[1].batch == last.batch)]


def whole(tickets: Iterable[Ticket], batch: str) -> list[Recorded]:
    """What is still to be taken back of a command, in whatever ticket it stands."""
    return [one for ticket in tickets for _, one in _dated(ticket) if one[1].batch == batch]


def _dated(ticket: Ticket) -> Iterator[tuple[datetime, Recorded]]:
    """The counting events of a ticket, each with the earliest time at which it can have been written."""
    events = [event for event in ticket.counting if not event.automatic]
    written = accumulate((event.at for event in events), max)
    dated = zip(written, ((ticket.code, event) for event in events), strict=True)
    return (one for one in dated if not _given_up(ticket, one[1][1]))


def _undoable(event: Event, who: Sequence[str]) -> bool:
    by_me = event.by in who or event.via in who
    return by_me and event.action not in ("undo", "hand", *MAIL_ACTIONS) and not event.automatic and not event.redacted


def _given_up(ticket: Ticket, event: Event) -> bool:
    """Whether an event made a child that an undo has closed: there is nothing more to take back in it."""
    closed = any(other.action == "undo" and other.status for other in ticket.counting)
    return closed and ticket.first.action == "split" and event.batch == ticket.first.batch


def undo(command: Sequence[Recorded], context: Context) -> list[Draft]:
    """Takes back a command whole: one event in each ticket names what no longer counts; sources of a merge first."""
    by_code: dict[str, list[Event]] = {}
    for code, event in sorted(
        command, key=lambda item: (item[1].action == "split" and item[1].seq == 1, ("merged_into",) not in item[1].set)
    ):
        by_code.setdefault(code, []).append(event)
    drafts = [draft for code, events in by_code.items() for draft in _undo_in(code, events, context)]
    if not drafts:
        raise CannotUndo(f"the child {command[0][0]} has been written to since; merge it back instead")
    return drafts


def _undo_in(code: str, events: Sequence[Event], context: Context) -> list[Draft]:
    ticket = context.read(code)
    if ticket is None:
        return []
    gone = set(handed_over(ticket))
    for event in events:
        if event.id in gone:
            raise HandedOver(f"{code}/{event.seq}", event.to)
    first = ticket.first.id
    if any(event.id == first for event in events):
        if ticket.first.action != "split":
            raise CannotUndo(
                f"that was the creation of {code}, which stays; close it: ticket close {code}, or name the ticket in "
                "which you did something before: ticket undo TICKET"
            )
        return _close_child(ticket, events, context)
    return [Draft(code, Event(action="undo", about=tuple(event.id for event in events)))]


def _close_child(child: Ticket, events: Sequence[Event], context: Context) -> list[Draft]:
    """Closes what a split made where nobody has written since; the same split opens it again (design 4)."""
    ids = {event.id for event in events}
    if any(_written_since(event, ids) for event in child.events):
        return []
    if context.settings.category(child.header.text("status")) == "closed":
        return []
    pointed = [item.partition("/")[2] for name in ("shows", "copies") for item in child.header.list(name)]
    seen = tuple(sorted({*pointed, *(event.id for event in child.events if event.kind == "message")}))
    return [Draft(child.code, Event(action="undo", set={("status",): "closed"}, seen=seen))]


def _written_since(event: Event, made: set[str]) -> bool:
    return event.id not in made and event.action not in ("undo", "split") and not event.automatic
