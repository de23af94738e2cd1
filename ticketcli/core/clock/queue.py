"""The to-solve queue: which ticket comes next, for whom, and why: the same order everywhere (semantics.md 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from ticketcli.core.clock.due import BY_HAND, BY_PRIORITY, Deadline, left
from ticketcli.core.clock.epoch import micros
from ticketcli.core.clock.times import show_span

if TYPE_CHECKING:
    from datetime import datetime

    from ticketcli.core.clock.situation import Situation

SKIPPED_FOR = timedelta(hours=4)


def queue(situations: Iterable[Situation]) -> list[Situation]:
    """What needs solving, most urgent first."""
    return sorted((situation for situation in situations if situation.in_queue), key=order)


def order(situation: Situation) -> tuple[bool, Sequence[int], str]:
    """The sort key (Q3): overdue first, then due time, priority, waiting since, created, code."""
    place = situation.place
    return place[0] >= micros(situation.now), place, situation.code


def list_order(situation: Situation) -> tuple[bool, tuple[bool, Sequence[int], str]]:
    """The order of every list: what needs solving first, in to-solve order, then the rest by the same key."""
    return not situation.needs_solving, order(situation)


def for_agent(queued: Iterable[Situation], agent: str, leased: Mapping[str, str]) -> list[Situation]:
    """What of the queue an agent may take, in its order: theirs or nobody's, not in another's hands, not skipped (Q1).

    `leased` is who holds which code. What they skipped comes back where nothing else is left (Q6).
    """
    free = [one for one in queued if concerns(one, agent) and leased.get(one.code, agent) == agent]
    return [one for one in free if not skipped(one, agent)] or free


def concerns(situation: Situation, agent: str) -> bool:
    """Whether a ticket is an agent's to solve: theirs, or nobody's in one of their departments (Q1)."""
    assignee, department = situation.header.text("assignee"), situation.header.text("department")
    known = situation.settings.agent(agent)
    if assignee:
        return assignee == (known.key if known else agent)
    return not known or not known.departments or not department or department in known.departments


def skipped(situation: Situation, agent: str) -> bool:
    """Whether the agent has skipped it: until the customer writes, for 4 h at most (Q6)."""
    at = situation.skips.get(agent)
    return at is not None and situation.now < at + SKIPPED_FOR


def why(situation: Situation) -> str:
    """The reason for its place, in words (Q7): "overdue 2 h 10 m (first response), customer waits 1 d 4 h"."""
    waiting, now = situation.waiting_since, situation.now
    reason = (
        f"customer waits {show_span(now - waiting)}" if waiting else f"open {show_span(now - situation.to_solve_since)}"
    )
    deadline = situation.deadline
    if deadline is None:
        return reason
    reason = "postponed" if situation.category == "postponed" else reason
    return f"{time_left(deadline, now)} ({source(deadline, situation)}), {reason}"


def time_left(deadline: Deadline, now: datetime) -> str:
    """How much of its calendar's time is left, or since when it has passed: "due in 2 h", "overdue 10 m"."""
    over = deadline.at is not None and deadline.at < now
    return f"{'overdue' if over else 'due in'} {span_left(deadline, abs(left(deadline, now)))}"


def span_left(deadline: Deadline, span: timedelta) -> str:
    """A span of a deadline's working time for people: in the hours of a calendar a day has not 24 of them."""
    return show_span(span, hours=bool(deadline.calendar.name))


def source(deadline: Deadline, situation: Situation) -> str:
    """What sets a deadline, in words: "first response, office hours"."""
    if deadline.clock == BY_HAND:
        return "deadline set by hand"
    if deadline.clock == BY_PRIORITY:
        return situation.header.text("priority") or "normal"
    hours = f", {deadline.calendar.name} hours" if deadline.calendar.name else ""
    return deadline.clock.replace("_", " ") + hours


def rule(situation: Situation) -> str:
    """Which rule puts a ticket into the queue (Q1)."""
    if not situation.needs_solving:
        return f"{situation.status}, but overdue"
    if situation.waiting_since:
        return f"{situation.status}: a customer waits"
    return (
        f"{situation.status}: not answered since" if situation.status == "new" else f"{situation.status}: to be solved"
    )


def remedy(situation: Situation) -> str:
    """What would take it out of the queue, or change its place."""
    deadline = situation.deadline
    clock = deadline.clock if deadline else BY_PRIORITY
    places = {
        BY_HAND: "due=TIME moves its deadline, due= brings the computed one back",
        BY_PRIORITY: "another priority or due=TIME changes its place",
    }
    by_level = "priority, department, tag or customer may change its level; due=TIME its deadline"
    stays = situation.overdue and clock != BY_PRIORITY  # it would be here postponed, too (C9)
    leaves = "answer or resolve it" if stays else "answer, postpone or resolve it"
    return f"{leaves}; {places.get(clock, by_level)}"
