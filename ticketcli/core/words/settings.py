"""The settings of a desk as a value: statuses, agents, calendars, service levels. It reads nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from ticketcli.core.words.keys import CATEGORIES

if TYPE_CHECKING:
    from ticketcli.core.clock.worktime import Calendar


class Status(NamedTuple):
    """A status; all rules go by its category (semantics.md L0)."""

    name: str
    category: str
    on_assign: str = ""
    """The status that assigning moves it to."""
    reports: bool = True
    reopen: bool = True
    """Whether a customer who writes opens it again; where not, what comes is stored quiet."""


class Agent(NamedTuple):
    """Somebody who answers."""

    key: str
    name: str = ""
    email: str = ""
    departments: tuple[str, ...] = ()
    calendar: str = ""
    """When they are on duty; empty: always."""
    away_until: datetime | None = None
    """When they are back (UTC)."""
    cap: int | None = None
    """With so many New and Open tickets they are given no more; None: any number."""

    def away(self, now: datetime) -> bool:
        """Whether they have not come back yet."""
        return self.away_until is not None and now < self.away_until


class Department(NamedTuple):
    """A group of agents with its own address."""

    name: str
    address: str = ""
    assignee: str = ""
    """The agent who gets what arrives there for nobody."""


class View(NamedTuple):
    """A filter with a name."""

    name: str
    filter: str
    """Its words, as one would type them."""
    about: str = ""


BUILT_IN = tuple(Status(name, name) for name in CATEGORIES)
SHIPPED = (
    Status("pending", "new", on_assign="new"),
    Status("on-hold", "postponed"),
    Status("spam", "closed", reports=False, reopen=False),
    Status("automatic", "closed", reports=False, reopen=False),
)
VIEWS = (
    View("mine", "assignee:me", "What I work on."),
    View("unassigned", "assignee:none", "What nobody works on."),
    View("overdue", "is:overdue", "Whose due time has passed."),
    View("watched", "watcher:me", "What I am kept informed of."),
)
"""The views that every desk has; one of the same name replaces it."""
ALWAYS = timedelta.max
_NONE: Mapping[str, Any] = MappingProxyType({})
_STATUSES: Mapping[str, Status] = MappingProxyType({status.name: status for status in (*BUILT_IN, *SHIPPED)})
_VIEWS: Mapping[str, View] = MappingProxyType({view.name: view for view in VIEWS})
Condition = Callable[[Any], bool]
"""Whether something with a `header` matches; filter words are read where settings are loaded."""
DEFAULT = "default"
"""The target of every priority that has none of its own."""
WARN_AT = 0.75
"""After which part of a target to warn, where the level does not say it."""


class Level(NamedTuple):
    """A service level: when what is due for the tickets that match it."""

    name: str
    when: tuple[str, ...]
    """The filter words that a ticket must match; none for the last level, which every ticket matches."""
    condition: Condition
    calendar: str
    """Whose hours count; empty: every hour does."""
    targets: Mapping[str, Mapping[str, timedelta]]
    """For each of its clocks the span by priority, or for "default"."""
    warn_at: float
    """After which part of a target to warn."""
    looks_at: tuple[str, ...]
    """The fields that the words name, sorted: `department`, `tags`, `customer`, `customer.email`, `fields.order`."""

    def target(self, clock: str, priority: str) -> timedelta | None:
        """The span of a clock for a priority; None where the level sets none."""
        spans = self.targets.get(clock, {})
        return spans.get(priority, spans.get(DEFAULT))


class Rule(NamedTuple):
    """What happens to the tickets that match, without anybody doing it."""

    name: str
    on: tuple[str, ...]
    """The kinds of events behind which it looks at a ticket; none for a time rule, which `tick` applies."""
    when: tuple[str, ...]
    """The filter words that a ticket must match."""
    do: tuple[str, ...]
    """What it sets, in set words."""
    canned: str = ""
    """The canned response that it sends the customer."""
    stop: bool = False
    """Whether no rule behind it looks at the ticket then."""


class Settings(NamedTuple):
    """What ticketcli.toml says, or its defaults."""

    name: str = "Help desk"
    zone: ZoneInfo = ZoneInfo("UTC")
    close_after: timedelta = timedelta(days=4)
    reopen_window: timedelta = ALWAYS
    stale_after: timedelta = timedelta(days=5)
    priorities: tuple[str, ...] = ("low", "normal", "high", "urgent")
    statuses: Mapping[str, Status] = _STATUSES
    departments: Mapping[str, Department] = _NONE
    agents: Mapping[str, Agent] = _NONE
    calendars: Mapping[str, Calendar] = _NONE
    levels: tuple[Level, ...] = ()
    """The service levels; the first that a ticket matches counts."""
    rules: tuple[Rule, ...] = ()
    """The rules, in the order in which they look at a ticket."""
    views: Mapping[str, View] = _VIEWS
    """Saved filters; whether their words can be read is found when they are used, and by `check`."""
    commit: bool = True
    """Whether every command commits what it wrote."""
    unknown: tuple[str, ...] = ()
    """Keys that this version does not know; `check` names them."""

    def category(self, status: str) -> str:
        """The category of a status; one that the settings do not know counts as open, so that nobody overlooks it."""
        known = self.statuses.get(status)
        return known.category if known else "open"

    def done(self, status: str) -> bool:
        """Whether tickets of that status are closed or merged: lists leave them out unless they are asked for."""
        return self.category(status) in ("closed", "merged")

    def agent(self, who: str) -> Agent | None:
        """The agent of that key, name or address, or None."""
        wanted = who.casefold()
        for agent in self.agents.values():
            if wanted and wanted in (agent.key.casefold(), agent.name.casefold(), agent.email.casefold()):
                return agent
        return None

    def takes(self, department: str, now: datetime) -> str:
        """The agent who gets what arrives in a department for nobody; empty where none does, or they are away."""
        known = self.departments.get(department)
        agent = self.agents.get(known.assignee) if known else None
        return "" if agent is None or agent.away(now) else agent.key

    def urgency(self, priority: str) -> int:
        """A rank of a priority, 0 for the lowest; unknown and missing ones count as normal."""
        order = self.priorities
        return order.index(priority) if priority in order else order.index("normal") if "normal" in order else 0
