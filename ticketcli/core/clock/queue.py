"""The to-solve queue: which ticket comes next, and why. A total order, the same on every machine (semantics.md 4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ticketcli.core.clock.situation import Situation
from ticketcli.core.clock.times import show_span

LAST = datetime.max


def queue(situations: Iterable[Situation]) -> list[Situation]:
    """What needs solving, most urgent first."""
    return sorted((situation for situation in situations if situation.in_queue), key=order)


def order(situation: Situation) -> tuple[bool, datetime, int, datetime, datetime, str]:
    """The sort key (Q3): overdue first, then due time, priority, waiting since, created, code."""
    due = _plain(situation.due)
    urgency = situation.settings.urgency(situation.header.text("priority"))
    waiting = _plain(situation.waiting_since)
    return not situation.overdue, due, -urgency, waiting, _plain(situation.header.created), situation.code


def list_order(situation: Situation) -> tuple[bool, tuple[bool, datetime, int, datetime, datetime, str]]:
    """The order of every list: what needs solving first, in to-solve order, then the rest by the same key."""
    return not situation.needs_solving, order(situation)


def concerns(situation: Situation, agent: str) -> bool:
    """Whether a ticket is an agent's to solve: theirs, or nobody's in one of their departments (Q1)."""
    assignee, department = situation.header.text("assignee"), situation.header.text("department")
    known = situation.settings.agent(agent)
    if assignee:
        return assignee == (known.key if known else agent)
    return not known or not known.departments or not department or department in known.departments


def why(situation: Situation) -> str:
    """The reason for its place, in words (Q7): "overdue 2 h 10 m, customer waits 1 d 4 h"."""
    waiting, now = situation.waiting_since, situation.now
    reason = (
        f"customer waits {show_span(now - waiting)}" if waiting else f"open {show_span(now - situation.to_solve_since)}"
    )
    due = situation.due
    if due is None:
        return reason
    when = f"overdue {show_span(now - due)}" if situation.overdue else f"due in {show_span(due - now)}"
    source = "deadline set by hand" if situation.header.time("due") else situation.header.text("priority") or "normal"
    if situation.category == "postponed":
        return f"{when} ({source}), postponed"
    return f"{when} ({source}), {reason}"


def _plain(instant: datetime | None) -> datetime:
    return instant.replace(tzinfo=None) if instant else LAST
