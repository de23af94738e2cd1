"""Actions that change fields: assign, transfer, set and tag, link. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ticketcli.core.action.draft import Action, Context, Draft, must_be_agent, reason_of, works_in
from ticketcli.core.errors import TicketError
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.event import Event, Path, Value

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation


class LinkToItself(TicketError):
    """A ticket linked to itself."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{code} cannot be linked to itself")


def change(changes: Changes, *, reason: str = "") -> Action:
    """Sets fields and changes lists; what is so already is left out, and nothing is written where nothing is left."""

    def action(situation: Situation, context: Context) -> list[Draft]:
        fields = _news({**changes.set, **_moved_on(changes.set, situation)}, situation)
        lists = _list_news(changes.lists, situation)
        if not fields and not lists:
            return []
        return [Draft(situation.code, Event(kind="change", set=fields, lists=lists, body=reason_of(reason)))]

    return action


def _moved_on(fields: Mapping[Path, Value], situation: Situation) -> dict[Path, Value]:
    """The status that assigning leads to from one like Pending (L23)."""
    status = situation.settings.statuses.get(situation.status)
    return {("status",): status.on_assign} if status and status.on_assign and fields.get(("assignee",)) else {}


def _news(fields: Mapping[Path, Value], situation: Situation) -> dict[Path, Value]:
    values = situation.header.values
    return {
        path: value
        for path, value in fields.items()
        if values.get(path, "") != value or type(values.get(path, "")) is not type(value)
    }


def _list_news(lists: Mapping[str, Sequence[str]], situation: Situation) -> dict[str, tuple[str, ...]]:
    news = {
        name: tuple(item for item in items if (item[1:] in situation.header.list(name)) != item.startswith("+"))
        for name, items in lists.items()
    }
    return {name: items for name, items in news.items() if items}


def assign(agent: str, *, reason: str = "") -> Action:
    """Gives a ticket to an agent, or to nobody with ""."""
    return change(Changes({("assignee",): agent}), reason=reason)


def transfer_to(department: str, *, agent: str | None = None, reason: str = "") -> Action:
    """Moves a ticket to a department; its agent stays only as a member of it (semantics.md D3), else it is given to
    whom that department gives what arrives there.
    """

    def action(situation: Situation, context: Context) -> Sequence[Draft]:
        who = heir(department, situation, context) if agent is None else agent
        return change(Changes({("department",): department, ("assignee",): who}), reason=reason)(situation, context)

    return action


def heir(department: str, situation: Situation, context: Context) -> str:
    """Who works on a ticket that comes to a department (semantics.md D3); empty where nobody does."""
    current = situation.header.text("assignee")
    stays = current if works_in(current, department, context.settings) else ""
    if stays or department == situation.header.text("department"):
        return stays
    return context.settings.takes(department, context.instant)


def watch(*, stop: bool = False) -> Action:
    """Keeps the one who acts informed of a ticket, or no longer."""

    def action(situation: Situation, context: Context) -> Sequence[Draft]:
        must_be_agent(context)
        me = ("-" if stop else "+") + context.actor.key
        return change(Changes({}, {"watchers": (me,)}))(situation, context)

    return action


def link(others: Sequence[str], *, remove: bool = False) -> Action:
    """Links a ticket with others, on both sides, its own last; `remove` takes the links away."""

    def action(situation: Situation, context: Context) -> list[Draft]:
        must_be_agent(context)
        if situation.code in others:
            raise LinkToItself(situation.code)
        theirs = [draft for other in others for draft in _link(other, situation.code, context, remove)]
        return theirs + [draft for other in others for draft in _link(situation.code, other, context, remove)]

    return action


def _link(code: str, other: str, context: Context, remove: bool) -> list[Draft]:
    ticket = context.read(code)
    if ticket is None:
        return []
    relation = f"related {other}"
    there = relation in ticket.header.list("links")
    if there != remove:
        return []
    sign = "-" if remove else "+"
    return [Draft(code, Event(kind="change", lists={"links": (sign + relation,)}))]
