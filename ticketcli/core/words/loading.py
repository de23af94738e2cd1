"""How ticketcli.toml becomes settings, checked on the way in: none names a command, host or secret. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ticketcli.core.clock import times
from ticketcli.core.errors import TicketError
from ticketcli.core.words import calendars
from ticketcli.core.words.keys import CATEGORIES, LEVEL, ROOT, RULE, SECTIONS, TABLES, wrong
from ticketcli.core.words.settings import ALWAYS, SHIPPED, Agent, Department, Settings, Status, View

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


RESERVED = {"status": ("none", "keep"), "department": ("none",), "agent": ("none", "me", "tick", "rule")}
"""Words that mean something else where a name could stand."""


def load(data: Mapping[str, Any]) -> Settings:
    """The settings of a parsed ticketcli.toml. Raises NewerDesk and BadSettings (all problems at once)."""
    found = data.get("format", FORMAT)
    if isinstance(found, int) and found > FORMAT:
        raise NewerDesk(found)
    problems = list(_problems(data))
    settings = None if problems else _settings(data)
    if "sla" in data:
        settings, more = _with_levels(data["sla"], settings)
        problems += more
    if "rule" in data:
        settings, more = _with_rules(data["rule"], settings)
        problems += more
    if problems or not settings:
        raise BadSettings(problems)
    return settings


def _with_levels(rows: Any, settings: Settings | None) -> tuple[Settings | None, list[str]]:
    """The settings with their service levels, or what is wrong with these; without settings only the latter."""
    from ticketcli.core.words import levels, tables  # a desk without levels does without filter words

    problems = list(levels.problems(rows, settings))
    if problems or not settings:
        return None, problems
    unknown = (*settings.unknown, *tables.unknown("sla", rows, LEVEL))
    return settings._replace(levels=levels.load(rows, settings), unknown=unknown), []


def _with_rules(rows: Any, settings: Settings | None) -> tuple[Settings | None, list[str]]:
    """The settings with their rules, or what is wrong with these; without settings only the latter."""
    from ticketcli.core.words import rules, tables  # a desk without rules does without set words

    problems = list(rules.problems(rows, settings))
    if problems or not settings:
        return None, problems
    return settings._replace(
        rules=rules.load(rows), unknown=(*settings.unknown, *tables.unknown("rule", rows, RULE))
    ), []


def _settings(data: Mapping[str, Any]) -> Settings:
    """The settings without their service levels, whose filter words are read by these settings."""
    plain = Settings()
    zone = ZoneInfo(data.get("time_zone", "UTC"))
    return Settings(
        name=data.get("name", plain.name),
        zone=zone,
        close_after=_span(data, "close_after", plain.close_after),
        reopen_window=_span(data, "reopen_window", plain.reopen_window),
        stale_after=_span(data, "stale_after", plain.stale_after),
        priorities=tuple(data.get("priorities", plain.priorities)),
        statuses={**plain.statuses, **{name: _status(name, row) for name, row in _section(data, "status")}},
        departments={name: Department(name, **_known(row, "department")) for name, row in _section(data, "department")},
        agents={key: _agent(key, row, zone) for key, row in _section(data, "agent")},
        calendars={name: calendars.load(name, row, zone) for name, row in _section(data, "calendar")},
        views={**plain.views, **views(_tables(data, "view"))},
        commit=data.get("git", {}).get("commit", plain.commit),
        unknown=tuple(_unknown(data)),
    )


def _span(data: Mapping[str, Any], name: str, default: timedelta) -> timedelta:
    text = data.get(name)
    if text is None:
        return default
    windows = {"always": ALWAYS, "never": timedelta(0)}
    return windows[text] if text in windows else times.span(text)


def _status(name: str, row: Mapping[str, Any]) -> Status:
    """A status of the desk's own, or a shipped one with what the desk says of it."""
    shipped = next((status for status in SHIPPED if status.name == name), Status(name, ""))
    return shipped._replace(**_known(row, "status"))


def _agent(key: str, row: Mapping[str, Any], zone: ZoneInfo) -> Agent:
    known = _known(row, "agent")
    if "away_until" in known:
        from ticketcli.core.words import team

        known["away_until"] = team.end(known["away_until"], zone)
    return Agent(key, **known)


def views(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, View]:
    """The views of tables that have no problems."""
    return {name: View(name, **_known(row, "view")) for name, row in rows.items()}


def without_filter(rows: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The views that stand for nothing, in sentences."""
    for name in (name for name, row in rows.items() if "filter" not in row):
        yield f'"view.{name}.filter" is missing; write filter words like "status:open tag:vip"'


def _section(data: Mapping[str, Any], name: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    section = data.get(name, {})
    return section.items() if isinstance(section, dict) else ()


def _tables(data: Mapping[str, Any], name: str) -> dict[str, Mapping[str, Any]]:
    return {key: row for key, row in _section(data, name) if isinstance(row, dict)}


def _known(row: Mapping[str, Any], section: str) -> dict[str, Any]:
    names = {key.name for key in SECTIONS[section] if key.kept}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items() if name in names}


def _unknown(data: Mapping[str, Any]) -> Iterator[str]:
    known = {key.name for key in ROOT} | {*SECTIONS, *TABLES, "sla", "rule"}
    yield from (f'unknown key "{name}"' for name in data if name not in known)
    for table, keys in TABLES.items():
        yield from (f'unknown key "{table}.{key}"' for key in data.get(table, {}) if key not in {k.name for k in keys})
    for section, keys in SECTIONS.items():
        names = {key.name for key in keys}
        for name, row in _section(data, section):
            yield from (f'unknown key "{section}.{name}.{key}"' for key in row if key not in names)


def _problems(data: Mapping[str, Any]) -> Iterator[str]:
    yield from (f'"{key}" {why}' for key, why in wrong(data, ROOT))
    for table, keys in TABLES.items():
        if isinstance(data.get(table, {}), dict):
            yield from (f'"{table}.{key}" {why}' for key, why in wrong(data.get(table, {}), keys))
        else:
            yield f'"{table}" must be a table like [{table}]'
    for section, keys in SECTIONS.items():
        if not isinstance(data.get(section, {}), dict):
            yield f'"{section}" must be tables like [{section}.NAME]'
        for name, row in _section(data, section):
            yield from _bad_name(section, name)
            if isinstance(row, dict):
                yield from (f'"{section}.{name}.{key}" {why}' for key, why in wrong(row, keys))
            else:
                yield f'"{section}.{name}" must be a table'
    yield from _bad_statuses(_tables(data, "status"))
    for name, row in _tables(data, "calendar").items():
        yield from calendars.problems(name, row)
    yield from without_filter(_tables(data, "view"))
    agents, departments = _tables(data, "agent"), _tables(data, "department")
    if any({"calendar", "away_until", "assignee"} & row.keys() for row in (*agents.values(), *departments.values())):
        from ticketcli.core.words import team

        yield from team.problems(agents, departments, _tables(data, "calendar"))


def _bad_name(section: str, name: str) -> Iterator[str]:
    """Names that commands and filters could not be told apart, or not be given at all."""
    if not (name.isprintable() and name == name.strip() and name and "," not in name and name[0] not in "+-@"):
        yield f'"{section}.{name}": a name has no commas, no blanks around it, and does not begin with + - or @'
    if name.casefold() in RESERVED.get(section, ()):
        yield f'"{section}.{name}" has another meaning in commands; choose another name'


def _bad_statuses(rows: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    known = {*CATEGORIES[:-1], *rows, *(status.name for status in SHIPPED)}
    for name, row in rows.items():
        if name in CATEGORIES:
            yield f'"status.{name}" is built in and cannot be changed; choose another name'
        elif "category" not in row and all(status.name != name for status in SHIPPED):
            yield f'"status.{name}.category" is missing; it is one of {", ".join(CATEGORIES[:-1])}'
        if name != name.casefold() or " " in name:
            yield f'"status.{name}" must be one word in small letters'
        if isinstance(row.get("on_assign"), str) and row["on_assign"] not in known:
            yield f'"status.{name}.on_assign" must be a status of this desk, not {row["on_assign"]!r}'
