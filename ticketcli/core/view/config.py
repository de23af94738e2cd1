"""The settings in force as text and as JSON. Pure."""

from __future__ import annotations

import shlex
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ticketcli.core.clock.matching import span_word
from ticketcli.core.clock.times import iso, seconds, show, show_span
from ticketcli.core.text import line
from ticketcli.core.words.keys import CLOCKS, WEEK
from ticketcli.core.words.settings import ALWAYS, Agent, Department, Level, Rule, Settings

if TYPE_CHECKING:
    from ticketcli.core.clock.worktime import Calendar


def settings_object(settings: Settings) -> dict[str, Any]:
    """The settings for scripts; spans in seconds (`*_s`), null where a window never ends."""
    return {
        "schema_version": 1,
        "name": settings.name,
        "time_zone": settings.zone.key,
        "close_after_s": seconds(settings.close_after),
        "reopen_window_s": None if settings.reopen_window == ALWAYS else seconds(settings.reopen_window),
        "stale_after_s": seconds(settings.stale_after),
        "priorities": list(settings.priorities),
        "statuses": [status._asdict() for status in settings.statuses.values()],
        "departments": [department._asdict() for department in settings.departments.values()],
        "commit": settings.commit,
        "agents": [
            {**agent._asdict(), "away_until": iso(agent.away_until) if agent.away_until else None}
            for agent in settings.agents.values()
        ],
        "calendars": [_calendar(calendar) for calendar in settings.calendars.values()],
        "levels": [_level(level) for level in settings.levels],
        "rules": [rule_object(rule) for rule in settings.rules],
        "views": [view._asdict() for view in settings.views.values()],
    }


def settings_text(settings: Settings, root: str) -> str:
    """The settings for people, a line each."""
    rows = [
        ("desk", f"{settings.name} in {root}"),
        ("time zone", settings.zone.key),
        ("closes after", show_span(settings.close_after)),
        ("reopen window", _window(settings.reopen_window)),
        ("stale after", show_span(settings.stale_after)),
        ("priorities", " < ".join(settings.priorities)),
        ("commits", "every write" if settings.commit else "nothing"),
        *(("status", f"{status.name} ({status.category})") for status in settings.statuses.values()),
        *(("department", _department(one)) for one in settings.departments.values()),
        *(("agent", _agent(one, settings)) for one in settings.agents.values()),
        *(("calendar", _hours(calendar)) for calendar in settings.calendars.values()),
        *(("level", _targets(level)) for level in settings.levels),
        *(("rule", f"{rule.name}: {rule_text(rule)}") for rule in settings.rules),
        *(("view", f"{view.name}: {view.filter}") for view in settings.views.values()),
    ]
    return "\n".join(f"{name:<14} {line(value).rstrip()}" for name, value in rows)


def rule_object(rule: Rule) -> dict[str, Any]:
    """A rule for scripts."""
    return {
        "name": rule.name,
        "on": list(rule.on) or None,
        "when": list(rule.when),
        "do": list(rule.do),
        "canned": rule.canned or None,
        "stop": rule.stop,
    }


def rule_text(rule: Rule) -> str:
    """A rule in one line for people: `on created when channel:email do canned=received`."""
    do = [*rule.do, *([f"canned={rule.canned}"] if rule.canned else [])]
    on = f"on {', '.join(rule.on)}" if rule.on else "tick"
    when = f" when {shlex.join(rule.when)}" if rule.when else ""
    return f"{on}{when} do {' '.join(do)}{', stop' if rule.stop else ''}"


def _department(one: Department) -> str:
    return f"{one.name} {one.address}{f'; for nobody: to {one.assignee}' if one.assignee else ''}"


def _agent(one: Agent, settings: Settings) -> str:
    facts = [
        f"{one.key} {one.name} {one.email} {', '.join(one.departments)}",
        f"{one.calendar} hours" if one.calendar else "",
        f"away until {show(one.away_until, settings.zone)}" if one.away_until else "",
        f"at most {one.cap}" if one.cap is not None else "",
    ]
    return "; ".join(filter(None, facts))


def _calendar(calendar: Calendar) -> dict[str, Any]:
    return {
        "name": calendar.name,
        "time_zone": calendar.zone.key,
        **{day: list(map(str, hours)) for day, hours in zip(WEEK, calendar.week, strict=True)},
        "holidays": {f"{day}": name for day, name in sorted(calendar.holidays.items())},
        "dates": {f"{day}": list(map(str, hours)) for day, hours in sorted(calendar.dates.items())},
    }


def _level(level: Level) -> dict[str, Any]:
    targets = {clock: {word: seconds(span) for word, span in spans.items()} for clock, spans in level.targets.items()}
    return {
        "name": level.name,
        "when": list(level.when) or None,
        "calendar": level.calendar or None,
        **{f"{clock}_s": targets.get(clock) for clock in CLOCKS},
        "warn_at": level.warn_at,
    }


def _hours(calendar: Calendar) -> str:
    days = (f"{day} {' '.join(map(str, hours))}" for day, hours in zip(WEEK, calendar.week, strict=True) if hours)
    off = f"; {len(calendar.holidays)} holidays" if calendar.holidays else ""
    return f"{calendar.name} ({calendar.zone.key}): {', '.join(days)}{off}"


def _targets(level: Level) -> str:
    words = " ".join(level.when) or "all the rest"
    spans = (
        f"{clock.replace('_', ' ')} {', '.join(f'{word} {span_word(span)}' for word, span in targets.items())}"
        for clock, targets in level.targets.items()
    )
    hours = f", {level.calendar} hours" if level.calendar else ""
    return f"{level.name} ({words}{hours}): {'; '.join(spans)}"


def _window(window: timedelta) -> str:
    return "always" if window == ALWAYS else show_span(window) if window else "never"
