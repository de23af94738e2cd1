"""What is remembered of a situation: which of its properties, in which part, and how they come back. It keeps nothing.

Instants are kept, never judgements that depend on now: whether a ticket is overdue is asked when it is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ticketcli.core.clock import plain
from ticketcli.core.clock.plain import Codec
from ticketcli.core.clock.situation import Situation
from ticketcli.core.kept import kept

if TYPE_CHECKING:
    from ticketcli.core.words.settings import Settings

_OF_MERGED = ("channel", "channels", "authors", "merged_since", "level_name", "assigned")
"""What is kept of a merged ticket besides what lists ask of every one; everything else is its target's."""
_APART = ("bodies", "level_name")
"""What is not kept with the rest: the texts, which lie in a table of their own, and what reports ask."""
Part: TypeAlias = "Callable[[], Any]"
"""A part of a memory, which is read only where something of it is asked for."""


class Kept(NamedTuple):
    """The memory of a situation: it holds from its `now` until `holding.changes_at`, while files and settings stay."""

    head: list[Any]
    """What lists ask of every ticket."""
    measured: list[Any]
    """What reports ask of every ticket besides; nothing of a merged one."""
    rest: dict[str, Any]


def keep(situation: Situation) -> Kept:
    """The memory of a situation."""
    merged = situation.merged
    names = _OF_MERGED if merged else (name for name in _REST if name not in _APART)
    return Kept(
        _written(situation, _HEAD),
        [] if merged else _written(situation, _MEASURED),
        {name: _REST[name].write(getattr(situation, name)) for name in names},
    )


def recall(head: list[Any], measured: Part, rest: Part, settings: Settings, now: datetime, files: Part) -> Situation:
    """The situation that such a memory describes, at a later instant; the files are read for what is not in it."""
    return Situation(files, settings, now, _Memory(head, measured, rest, settings, now))


def basis(settings: Settings) -> str:
    """All that memories depend on in the settings, as a text: with another one they do not hold."""
    levels = [(one.name, one.when, one.calendar, one.targets, one.warn_at, one.looks_at) for one in settings.levels]
    names = (settings.priorities, sorted(settings.departments))
    return repr((settings.statuses, settings.calendars, levels, names, *_ruled(settings)))


def _ruled(settings: Settings) -> list[object]:
    """What it depends on when a time rule may act: the rules, and whom and how long their words mean."""
    rules = [rule for rule in settings.rules if not rule.on]
    agents = [(one.key, one.name, one.email, one.departments) for one in settings.agents.values()]
    return [*rules, settings.stale_after, settings.views, agents] if rules else []


def _written(situation: Situation, codecs: Mapping[str, Codec]) -> list[Any]:
    return [codec.write(getattr(situation, name)) for name, codec in codecs.items()]


class _Memory:
    """The values of a situation by name, each read when it is asked for."""

    def __init__(self, head: list[Any], measured: Part, rest: Part, settings: Settings, now: datetime) -> None:
        self.head, self._measured, self._rest, self.settings, self.now = head, measured, rest, settings, now

    def __getitem__(self, name: str) -> Any:
        if place := _HEAD_PLACES.get(name):
            return place.read(self.head[place.number], self)
        if (place := _MEASURED_PLACES.get(name)) and self.measured:
            return place.read(self.measured[place.number], self)
        return _REST[name].read(self.rest[name], self)

    @kept
    def measured(self) -> list[Any]:
        """What reports ask of every ticket besides; nothing of a merged one."""
        found: list[Any] = self._measured()
        return found

    @kept
    def rest(self) -> dict[str, Any]:
        """What neither lists nor reports ask of every ticket."""
        found: dict[str, Any] = self._rest()
        return found


class _Place(NamedTuple):
    """Where a property stands in a part, and how it is read."""

    number: int
    read: Callable[[Any, Any], Any]


def _places(codecs: Mapping[str, Codec]) -> dict[str, _Place]:
    return {name: _Place(number, codec.read) for number, (name, codec) in enumerate(codecs.items())}


_HEAD = {
    "header": plain.HEADER,
    "root": plain.SAME,
    "status": plain.SAME,
    "category": plain.SAME,
    "place": plain.NUMBERS,
    "waiting_since": plain.TIME,
    "until": plain.TIME,
    "deadline": plain.DEADLINE,
}
_MEASURED = {
    "level_name": plain.SAME,
    "resolution": plain.SPENT,
    "response": plain.SPENT,
    "verdicts": plain.VERDICTS,
    "deeds": plain.SAME,
    "feedback": plain.FEEDBACK,
}
_HEAD_PLACES, _MEASURED_PLACES = _places(_HEAD), _places(_MEASURED)
_REST = {
    "now": plain.TIME,
    "calendar": plain.SAME,
    "clocks": plain.CLOCKS,
    "level_name": plain.SAME,
    "status_since": plain.TIME,
    "to_solve_since": plain.TIME,
    "merged_since": plain.TIME,
    "last_public": plain.TIME,
    "channel": plain.SAME,
    "channels": plain.TEXTS,
    "authors": plain.TEXTS,
    "bodies": plain.TEXTS,
    "skips": plain.TIMES,
    "assigned": plain.TIMES,
}
"""The properties of a situation that are kept, and how: what lists ask of every ticket, what reports do, the rest."""
