"""Actions that change the status by hand: the table of allowed moves, resolve, postpone, reopen. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ticketcli.core.action.draft import Action, Context, Draft, body_of, must_be_agent, reason_of, works_in
from ticketcli.core.errors import BadWords, TicketError
from ticketcli.core.ticket.event import Event, Path, Value
from ticketcli.core.words.known import UnknownName

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.words.settings import Settings

DONE = ("resolved", "closed")
ACTIVE = ("open", "answered", "postponed", "resolved", "closed")
MOVES: dict[str, tuple[str, ...]] = {
    "new": ("new", *ACTIVE),
    "open": ACTIVE,
    "answered": ACTIVE,
    "postponed": ACTIVE,
    "resolved": ("closed", "open"),
    "closed": (),
    "merged": (),
}
"""From category to category, by hand (design 3)."""
INSTEAD = {"closed": "only ticket reopen", "merged": "only ticket unmerge"}


class NotAllowed(TicketError):
    """A status that cannot be reached from the one shown."""

    def __init__(self, code: str, shown: str, wanted: str, allowed: str) -> None:
        super().__init__(f"{code} is {shown} and cannot become {wanted}; from there: {allowed}")


class NeedsTime(BadWords):
    """Postponed without the time when it comes back."""

    def __init__(self, code: str) -> None:
        super().__init__(f"when shall {code} come back? say: ticket postpone {code} UNTIL, or reply --until TIME")


class InThePast(TicketError):
    """A time that should lie ahead."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text} has passed already; name a time to come")


def known_status(name: str, settings: Settings) -> str:
    """The status of that name, in any case. Raises UnknownName with those the desk has."""
    wanted = name.casefold()
    if wanted not in settings.statuses or wanted == "merged":
        raise UnknownName("status", name, [status for status in settings.statuses if status != "merged"])
    return wanted


def check_move(situation: Situation, settings: Settings, status: str, *, reopening: bool = False) -> None:
    """Raises NotAllowed where the table does not lead from the status shown to this one."""
    category = situation.category
    allowed = set(MOVES[category]) | ({"open"} if reopening and category == "closed" else set())
    if settings.category(status) not in allowed:
        names = [name for name in settings.statuses if settings.category(name) in allowed and name != situation.status]
        raise NotAllowed(situation.code, situation.status, status, INSTEAD.get(category) or ", ".join(names))


def entered(situation: Situation, status: str, until: datetime | None, context: Context) -> dict[Path, Value]:
    """What a status sets, with the time when it ends by itself: postponed comes back, resolved closes (L15).

    Open after Resolved or Closed keeps its agent only where they still work there (L22).
    """
    category = context.settings.category(status)
    if category == "resolved":
        return {("status",): status, ("until",): context.instant + context.settings.close_after}
    if until is not None and until <= context.instant:
        raise InThePast("that time")
    if status == "postponed" and until is None:
        raise NeedsTime(situation.code)
    if category == "postponed" and until:
        return {("status",): status, ("until",): until}
    return {("status",): status, **_without_lost_agent(situation, category)}


def _without_lost_agent(situation: Situation, category: str) -> dict[Path, Value]:
    header, reopens = situation.header, situation.category in DONE and category == "open"
    agent = header.text("assignee")
    lost = agent and not works_in(agent, header.text("department"), situation.settings)
    return {("assignee",): ""} if reopens and lost else {}


def move(status: str, *, reason: str = "", until: datetime | None = None, reopening: bool = False) -> Action:
    """Sets a status by hand; where it is shown already nothing is written. Answered needs a note (C5)."""

    def action(situation: Situation, context: Context) -> list[Draft]:
        must_be_agent(context)
        if situation.status == status and until in (None, situation.standing.until):
            return []
        check_move(situation, context.settings, status, reopening=reopening)
        if context.settings.category(status) == "answered" and not reason.strip():
            raise BadWords("Answered by hand needs a note that says how; give it with -m TEXT")
        return [Draft(situation.code, _event(situation, context, status, until, reason))]

    return action


def _event(situation: Situation, context: Context, status: str, until: datetime | None, reason: str) -> Event:
    fields = entered(situation, status, until, context)
    action = "postpone" if context.settings.category(status) == "postponed" else ""
    return Event(kind="change", action=action, set=fields, body=reason_of(reason))


def reopen(reason: str) -> Action:
    """Open again, with a reason, from Resolved or Closed at any time (L16, L17)."""

    def action(situation: Situation, context: Context) -> list[Draft]:
        must_be_agent(context)
        body = body_of(reason)
        if situation.category not in DONE:
            return []
        return [Draft(situation.code, Event(kind="change", set=entered(situation, "open", None, context), body=body))]

    return action
