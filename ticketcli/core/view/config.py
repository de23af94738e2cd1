"""The settings in force as text and as JSON. Pure."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from ticketcli.core.clock.times import seconds, show_span
from ticketcli.core.text import line
from ticketcli.core.words.settings import ALWAYS, Settings


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
        "statuses": [asdict(status) for status in settings.statuses.values()],
        "departments": [asdict(department) for department in settings.departments.values()],
        "agents": [asdict(agent) for agent in settings.agents.values()],
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
        *(("status", f"{status.name} ({status.category})") for status in settings.statuses.values()),
        *(("department", f"{one.name} {one.address}") for one in settings.departments.values()),
        *(
            ("agent", f"{one.key} {one.name} {one.email} {', '.join(one.departments)}")
            for one in settings.agents.values()
        ),
    ]
    return "\n".join(f"{name:<14} {line(value).rstrip()}" for name, value in rows)


def _window(window: timedelta) -> str:
    return "always" if window == ALWAYS else show_span(window) if window else "never"
