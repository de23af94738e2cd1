"""Who of a team gets which ticket: by how much each has, without any counter (semantics.md D2). It assigns nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ticketcli.core.action.draft import works_in
from ticketcli.core.clock.queue import order, skipped

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.words.settings import Agent, Settings

_MOMENT = timedelta(seconds=1)
_NEXT = timedelta(microseconds=1)
"""Who is given one now was given one later than anybody, and in this order: what is recorded has whole seconds."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Share:
    """A ticket, and who gets it."""

    situation: Situation
    agent: str
    """Empty where nobody can take it now."""


def to_share(situations: Iterable[Situation], leased: Iterable[str] = ()) -> list[Situation]:
    """The tickets that nobody works on though they are New or Open, most urgent first; not what somebody holds."""
    held = frozenset(leased)
    free = (one for one in situations if one.needs_solving and not one.header.text("assignee"))
    return sorted((one for one in free if one.code not in held), key=order)


def loads_of(situations: Iterable[Situation]) -> Counter[str]:
    """How many New and Open tickets each agent has."""
    return Counter(one.header.text("assignee") for one in situations if one.needs_solving)


def last_times(situations: Iterable[Situation]) -> dict[str, datetime]:
    """When each agent was given a ticket the last time (UTC)."""
    found: dict[str, datetime] = {}
    for one in situations:
        for agent, at in one.assigned.items():
            found[agent] = max(at, found.get(agent, at))
    return found


def shares(
    tickets: Sequence[Situation], had: Mapping[str, int], last: Mapping[str, datetime], settings: Settings
) -> list[Share]:
    """Each ticket in its order with the agent who has least of those who can take it; ties by who was given one the
    longest ago, then by key. Who passed it on gets it only where nobody else can.
    """
    loads, last = Counter(had), dict(last)

    def rank(key: str, one: Situation) -> tuple[bool, int, datetime, str]:
        return skipped(one, key), loads[key], last.get(key, _LONG_AGO), key

    found = []
    for number, one in enumerate(tickets, 1):
        able = [agent.key for agent in settings.agents.values() if can_take(agent, one, loads[agent.key])]
        who = min((rank(key, one) for key in able), default=(False, 0, _LONG_AGO, ""))[-1]
        if who:
            loads[who], last[who] = loads[who] + 1, one.now + number * _NEXT
        found.append(Share(one, who))
    return found


def can_take(agent: Agent, one: Situation, has: int) -> bool:
    """Whether an agent with so many tickets can be given one: in its department, on duty, not away, under the cap."""
    full = agent.cap is not None and has >= agent.cap
    there = works_in(agent.key, one.header.text("department"), one.settings)
    return there and not full and not agent.away(one.now) and on_duty(agent, one.now, one.settings)


def on_duty(agent: Agent, now: datetime, settings: Settings) -> bool:
    """Whether it is an hour of the agent's calendar; without one every hour is."""
    calendar = settings.calendars.get(agent.calendar)
    return calendar is None or bool(calendar.between(now, now + _MOMENT))
