"""The service levels of ticketcli.toml: which tickets, whose hours, which targets. It matches no ticket."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar

from ticketcli.core.clock import times
from ticketcli.core.clock.worktime import LOOK_AHEAD, Calendar
from ticketcli.core.errors import TicketError
from ticketcli.core.words import tables
from ticketcli.core.words.keys import CLOCKS, LEVEL, wrong
from ticketcli.core.words.known import UnknownName
from ticketcli.core.words.query import Query, parse, split
from ticketcli.core.words.settings import DEFAULT, WARN_AT, Level, Settings

T = TypeVar("T")

_WORD = r"(?is)-?(department|priority|tag|customer|fields)((?:\.[^:\n]+)?):.*"
_WEEK = timedelta(days=7)
_span = cache(times.span)  # the same few spans are read by several checks


class BadMatch(TicketError):
    """A condition that no level can have."""

    def __init__(self, word: str) -> None:
        super().__init__(
            f'"{word}" cannot stand here; '
            "a level is matched by department, priority, tag, customer and fields words only"
        )


def load(rows: Sequence[Mapping[str, Any]], settings: Settings) -> tuple[Level, ...]:
    """The levels of tables that have no problems, in their order."""
    return tuple(_level(row, settings) for row in rows)


def problems(rows: object, settings: Settings | None) -> Iterator[str]:
    """What cannot be used in the levels, in sentences; without settings, as far as that can be told without them."""
    if not tables.are_tables(rows):
        yield tables.no_tables("sla", "level")
        return
    yield from _in_names(rows)
    yield from _in_order(rows)
    for number, row in enumerate(rows, 1):
        yield from (f"{tables.called('sla', row, number)} {problem}" for problem in _in_level(row, settings))


def _level(row: Mapping[str, Any], settings: Settings) -> Level:
    words = split(row["when"]) if "when" in row else []
    targets = {clock: row[clock] for clock in CLOCKS if clock in row}
    return Level(
        row["name"],
        tuple(words),
        _query(words, settings).matches,
        row.get("calendar", ""),
        {clock: {name: _span(text) for name, text in spans.items()} for clock, spans in targets.items()},
        row.get("warn_at", WARN_AT),
        tuple(sorted({_field(word) for word in words})),
    )


def _field(word: str) -> str:
    """The stored field that a word looks at. Raises BadMatch."""
    found = re.fullmatch(_WORD, word)
    if not found:
        raise BadMatch(word)
    name = found[1].casefold()
    return "tags" if name == "tag" else name + found[2]


def _query(words: Sequence[str], settings: Settings) -> Query:
    return parse(words, settings=settings, now=times.EARLIEST, agent="")


def _in_names(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for number, row in enumerate(rows, 1):
        if "name" not in row:
            yield f'sla number {number} has no name; write one, like name = "standard"'
    named = Counter(name.casefold() for row in rows if isinstance(name := row.get("name"), str))
    yield from (f'there are {n} levels "{name}"; give each a name of its own' for name, n in named.items() if n > 1)


def _in_order(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Lesson 5 of semantics.md: a level without a condition that is not the last swallows the rest."""
    for number, row in enumerate(rows[:-1], 1):
        if "when" not in row:
            which = tables.called("sla", row, number)
            yield f"{which} has no when, so no level behind it is ever reached; put it at the end"
    if rows and "when" in rows[-1]:
        which = tables.called("sla", rows[-1], len(rows))
        yield f"{which} is the last level and has a when; add one without when behind it"


def _in_level(row: Mapping[str, Any], settings: Settings | None) -> Iterator[str]:
    unfit = dict(wrong(row, LEVEL))
    yield from (f"{key} {why}" for key, why in unfit.items())
    fit = {key: value for key, value in row.items() if key not in unfit}
    yield from _in_when(fit, settings)
    yield from _in_calendar(fit, settings)
    found = list(_in_targets(fit, settings))
    yield from found
    if settings and not found:
        yield from _in_resolution(fit, settings)


def _in_when(row: Mapping[str, Any], settings: Settings | None) -> Iterator[str]:
    if "when" not in row:
        return
    try:
        words = split(row["when"])
        for word in words:
            _field(word)
        if settings:
            _query(words, settings)
    except TicketError as error:
        yield f"when: {error}"
        return
    if not words:
        yield "when: it is empty; write filter words like priority:high.., or leave it out of the last level"


def _in_calendar(row: Mapping[str, Any], settings: Settings | None) -> Iterator[str]:
    name = row.get("calendar")
    if name and settings and name not in settings.calendars:
        yield f"calendar: {UnknownName('calendar', name, settings.calendars)}"


def _in_targets(row: Mapping[str, Any], settings: Settings | None) -> Iterator[str]:
    name = row.get("calendar", "")
    calendar = settings.calendars.get(name) if settings else None
    for clock in CLOCKS:
        for priority, text in row.get(clock, {}).items():
            why = _wrong_priority(priority, settings) or _wrong_span(text, name) or _out_of_reach(text, name, calendar)
            yield from [f"{clock}.{priority}: {why}"] if why else []


def _wrong_priority(name: str, settings: Settings | None) -> str:
    if not settings or name in (*settings.priorities, DEFAULT):
        return ""
    return str(UnknownName("priority", name, (*settings.priorities, DEFAULT)))


def _wrong_span(text: object, calendar: str) -> str:
    if not isinstance(text, str):
        return f'must be a span like "8h", not {text!r}'
    try:
        length = _span(text)
    except TicketError as error:
        return str(error)
    if not length:
        return f'"{text}" is no time at all; write a span like "30m"'
    if calendar and not set("dw").isdisjoint(text.casefold()):
        return f'"{text}" could mean days of 24 hours or of the calendar; write hours, like "16h"'
    return ""


def _out_of_reach(text: str, name: str, calendar: Calendar | None) -> str:
    """K5: what is longer than ten years of the calendar, estimated by its week."""
    week = timedelta(seconds=sum(i.end - i.start for day in calendar.week for i in day)) if calendar else _WEEK
    if _span(text) <= week * (LOOK_AHEAD / _WEEK):
        return ""
    whose = f'the calendar "{name}" has' if name else "there is"
    return f'"{text}" is longer than all the time that {whose} in ten years; write a shorter span'


def _in_resolution(row: Mapping[str, Any], settings: Settings) -> Iterator[str]:
    """A2: a solution that is due before the first answer is no target."""
    late = [name for name in settings.priorities if _resolved_too_soon(row, name)]
    if late:
        yield f"resolution must be longer than first_response for {', '.join(late)}; write a longer span there"


def _resolved_too_soon(row: Mapping[str, Any], priority: str) -> bool:
    first, last = (_target(row.get(clock, {}), priority) for clock in ("first_response", "resolution"))
    return bool(first and last and _span(last) <= _span(first))


def _target(spans: Mapping[str, T], priority: str) -> T | None:
    return spans.get(priority, spans.get(DEFAULT))
