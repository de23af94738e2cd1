"""What ticketcli.toml says of a team at work: hours, absences, who gets what arrives. It finds nobody free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ticketcli.core.words.keys import SECTIONS, wrong
from ticketcli.core.words.known import UnknownName

_LENGTH_OF_DAY = len("2026-12-01")
Rows = Mapping[str, Mapping[str, Any]]


def end(moment: date | str, zone: ZoneInfo) -> datetime:
    """When an absence ends (UTC): with the day of a date, at a time itself. Raises ValueError, OverflowError."""
    if isinstance(moment, str):
        moment = (date if len(moment) == _LENGTH_OF_DAY else datetime).fromisoformat(moment)
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment + timedelta(days=1), time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def problems(agents: Rows, departments: Rows, calendars: Rows) -> Iterator[str]:
    """Calendars and agents that are named and not there, absences without an end; wrong kinds are named elsewhere."""
    for key, row in agents.items():
        yield from _unknown(f"agent.{key}.calendar", "calendar", row.get("calendar"), calendars)
        if "away_until" in row and not dict(wrong(row, SECTIONS["agent"])).get("away_until"):
            yield from _without_end(key, row["away_until"])
    for name, row in departments.items():
        who = row.get("assignee")
        yield from _unknown(f"department.{name}.assignee", "agent", who, agents)
        theirs = agents.get(who, {}).get("departments") if isinstance(who, str) else None
        if isinstance(theirs, list) and theirs and name not in theirs:
            yield f'"department.{name}.assignee": "{who}" does not work there; add it to agent.{who}.departments'


def _unknown(where: str, what: str, name: object, known: Iterable[str]) -> Iterator[str]:
    if isinstance(name, str) and name.strip() and name not in known:
        yield f'"{where}": {UnknownName(what, name, known)}'


def _without_end(key: str, moment: date | str) -> Iterator[str]:
    try:
        end(moment, ZoneInfo("UTC"))
    except (ValueError, OverflowError):
        yield f'"agent.{key}.away_until": {str(moment)!r} is no day or time; write it like 2026-12-01'
