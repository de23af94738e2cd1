"""The settings of a desk as a value, checked on the way in. Pure: reads no file; a setting never names a command, a host or a secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ticketcli.core.clock import times
from ticketcli.core.errors import TicketError
from ticketcli.core.words.keys import CATEGORIES, LATER, ROOT, SECTIONS, Key

FORMAT = 1


class BadSettings(TicketError):
    """Something in ticketcli.toml cannot be used."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(f"ticketcli.toml: {self.problems[0]}{more}")


class NewerDesk(TicketError):
    """The desk was made by a later version."""

    def __init__(self, found: object) -> None:
        super().__init__(f"this desk has format {found}, this program reads format {FORMAT}; install a newer ticketcli")


@dataclass(frozen=True, slots=True)
class Status:
    """A status; all rules go by its category (semantics.md L0)."""

    name: str
    category: str
    on_assign: str = ""
    """The status that assigning moves it to."""
    reports: bool = True
    reopen: bool = True
    """Whether a customer who writes opens it again; where not, what comes is stored quiet."""


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who answers."""

    key: str
    name: str = ""
    email: str = ""
    departments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Department:
    """A group of agents with its own address."""

    name: str
    address: str = ""


BUILT_IN = tuple(Status(name, name) for name in CATEGORIES)
SHIPPED = (
    Status("pending", "new", on_assign="new"),
    Status("on-hold", "postponed"),
    Status("spam", "closed", reports=False, reopen=False),
    Status("automatic", "closed", reports=False, reopen=False),
)
ALWAYS = timedelta.max


@dataclass(frozen=True)
class Settings:
    """What ticketcli.toml says, or its defaults."""

    name: str = "Help desk"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    close_after: timedelta = timedelta(days=4)
    reopen_window: timedelta = ALWAYS
    stale_after: timedelta = timedelta(days=5)
    priorities: tuple[str, ...] = ("low", "normal", "high", "urgent")
    statuses: Mapping[str, Status] = field(default_factory=lambda: {s.name: s for s in (*BUILT_IN, *SHIPPED)})
    departments: Mapping[str, Department] = field(default_factory=dict)
    agents: Mapping[str, Agent] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    """Keys that this version does not know; `check` names them."""

    def category(self, status: str) -> str:
        """The category of a status; one that the settings do not know counts as open, so that nobody overlooks it."""
        known = self.statuses.get(status)
        return known.category if known else "open"

    def agent(self, who: str) -> Agent | None:
        """The agent of that key, name or address, or None."""
        wanted = who.casefold()
        for agent in self.agents.values():
            if wanted and wanted in (agent.key.casefold(), agent.name.casefold(), agent.email.casefold()):
                return agent
        return None

    def urgency(self, priority: str) -> int:
        """A rank of a priority, 0 for the lowest; unknown and missing ones count as normal."""
        order = self.priorities
        return order.index(priority) if priority in order else order.index("normal") if "normal" in order else 0


def load(data: Mapping[str, Any]) -> Settings:
    """The settings of a parsed ticketcli.toml. Raises NewerDesk and BadSettings (all problems at once)."""
    if isinstance(data.get("format", FORMAT), int) and data.get("format", FORMAT) > FORMAT:
        raise NewerDesk(data["format"])
    problems = list(_problems(data))
    if problems:
        raise BadSettings(problems)
    plain = Settings()
    return Settings(
        name=data.get("name", plain.name),
        zone=ZoneInfo(data.get("time_zone", "UTC")),
        close_after=_span(data, "close_after", plain.close_after),
        reopen_window=_span(data, "reopen_window", plain.reopen_window),
        stale_after=_span(data, "stale_after", plain.stale_after),
        priorities=tuple(data.get("priorities", plain.priorities)),
        statuses={
            **plain.statuses,
            **{name: Status(name, **_known(row, "status")) for name, row in _section(data, "status")},
        },
        departments={name: Department(name, **_known(row, "department")) for name, row in _section(data, "department")},
        agents={key: Agent(key, **_known(row, "agent")) for key, row in _section(data, "agent")},
        unknown=tuple(_unknown(data)),
    )


def _span(data: Mapping[str, Any], name: str, default: timedelta) -> timedelta:
    text = data.get(name)
    if text is None:
        return default
    return {"always": ALWAYS, "never": timedelta(0)}.get(text) or (
        timedelta(0) if text == "never" else times.span(text)
    )


def _section(data: Mapping[str, Any], name: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    section = data.get(name, {})
    return section.items() if isinstance(section, dict) else ()


def _known(row: Mapping[str, Any], section: str) -> dict[str, Any]:
    names = {key.name for key in SECTIONS[section] if key.kept}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items() if name in names}


def _unknown(data: Mapping[str, Any]) -> Iterable[str]:
    known = {key.name for key in ROOT} | set(SECTIONS) | set(LATER)
    yield from (f'unknown key "{name}"' for name in data if name not in known)
    for section, keys in SECTIONS.items():
        names = {key.name for key in keys}
        for name, row in _section(data, section):
            yield from (f'unknown key "{section}.{name}.{key}"' for key in row if key not in names)


def _problems(data: Mapping[str, Any]) -> Iterable[str]:
    yield from _wrong(data, ROOT, "")
    for section, keys in SECTIONS.items():
        if not isinstance(data.get(section, {}), dict):
            yield f'"{section}" must be tables like [{section}.NAME]'
        for name, row in _section(data, section):
            where = f"{section}.{name}."
            yield from _wrong(row, keys, where) if isinstance(row, dict) else (f'"{section}.{name}" must be a table',)
            if section == "status" and (
                name in CATEGORIES
                or isinstance(row, dict)
                and "category" not in row
                and name not in Settings().statuses
            ):
                yield f'"{where}category" is missing, or the status is a built-in one; it is one of {", ".join(CATEGORIES[:-1])}'


def _wrong(row: Mapping[str, Any], keys: Iterable[Key], where: str) -> Iterable[str]:
    for key in keys:
        if key.name in row and not key.accepts(row[key.name]):
            yield f'"{where}{key.name}" must be {key.wants}, not {row[key.name]!r}'
