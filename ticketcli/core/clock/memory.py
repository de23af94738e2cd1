"""What a situation has worked out, as plain values that JSON can hold, and back. It keeps nothing anywhere itself.

Instants are kept, never judgements that depend on now: whether a ticket is overdue is asked when it is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ticketcli.core.clock.due import Deadline
from ticketcli.core.clock.epoch import instant, micros
from ticketcli.core.clock.situation import Situation
from ticketcli.core.clock.worktime import ALWAYS, Calendar
from ticketcli.core.ticket.header import Header

if TYPE_CHECKING:
    from ticketcli.core.clock.clocks import Clocks, Lengths
    from ticketcli.core.clock.verdicts import Verdict
    from ticketcli.core.ticket.event import Path, Value
    from ticketcli.core.words.settings import Settings

_BETWEEN = "\t"
"""Joins the keys of a path: one text is read in half the time of a list."""
_MICROSECOND = timedelta(microseconds=1)
_OF_MERGED = ("channel", "channels", "authors", "merged_since", "level_name")
"""What is kept of a merged ticket besides what lists ask of every one; everything else is its target's."""


class Kept(NamedTuple):
    """The memory of a situation: it holds from its `now` until `holding.changes_at`, while files and settings stay."""

    head: list[Any]
    """What lists ask of every ticket."""
    rest: dict[str, Any]


def keep(situation: Situation) -> Kept:
    """The memory of a situation."""
    names = _OF_MERGED if situation.merged else (name for name in _REST if name != "bodies")  # these lie apart
    head = [codec.write(getattr(situation, name)) for name, codec in _HEAD.items()]
    rest = {name: _REST[name].write(getattr(situation, name)) for name in names}
    return Kept(head, {"at": micros(situation.now), **rest})


def recall(
    head: list[Any], rest: Callable[[], dict[str, Any]], settings: Settings, now: datetime, files: Callable[[], Any]
) -> Situation:
    """The situation that such a memory describes, at a later instant.

    The rest is read only when something of it is asked for, the files only for what is not in it.
    """
    return Situation(files, settings, now, _Memory(head, rest, settings, now))


def basis(settings: Settings) -> str:
    """All that memories depend on in the settings, as a text: with another one they do not hold."""
    levels = [(one.name, one.when, one.calendar, one.targets, one.warn_at, one.looks_at) for one in settings.levels]
    names = (settings.priorities, sorted(settings.departments))
    return repr((settings.statuses, settings.calendars, levels, names))


class _Memory:
    """The values of a situation by name, each read when it is asked for."""

    def __init__(self, head: list[Any], rest: Callable[[], dict[str, Any]], settings: Settings, now: datetime) -> None:
        self.head, self._rest, self.settings, self.now = head, rest, settings, now
        self._known: dict[str, Any] | None = None

    def __getitem__(self, name: str) -> Any:
        place = _PLACES.get(name)
        if place:
            return place.read(self.head[place.number], self)
        return _REST[name].read(self.rest[name], self)

    @property
    def rest(self) -> dict[str, Any]:
        """What is kept besides the head."""
        if self._known is None:
            self._known = self._rest()
        return self._known


def _when(instant: datetime | None) -> int | None:
    return None if instant is None else micros(instant)


def _at(number: int | None) -> datetime | None:
    return None if number is None else instant(number)


def _plain(value: Value) -> Any:
    """A TOML value for JSON; what JSON has not is a list that begins with the name of its type."""
    if isinstance(value, dict):
        return {key: _plain(inside) for key, inside in value.items()}
    if isinstance(value, list | tuple):
        return ["list", *map(_plain, value)]
    for kind in (datetime, date, time):
        if isinstance(value, kind):
            return [kind.__name__, value.isoformat()]
    return value


def _value(plain: Any) -> Value:
    if isinstance(plain, dict):
        return {key: _value(inside) for key, inside in plain.items()}
    if not isinstance(plain, list):
        return plain
    kinds = {kind.__name__: kind for kind in (datetime, date, time)}
    return kinds[plain[0]].fromisoformat(plain[1]) if plain[0] in kinds else [_value(one) for one in plain[1:]]


def _kept_header(header: Header) -> Any:
    plain = {_BETWEEN.join(path): _plain(value) for path, value in header.values.items() if not _is_odd(path)}
    odd = [[path, _plain(value)] for path, value in header.values.items() if _is_odd(path)]
    return [header.code, micros(header.created), plain, odd, header.lists]


def _header(kept: Any, _: _Memory) -> Header:
    code, created, plain, odd, lists = kept
    leaves = {
        tuple(path.split(_BETWEEN)): value if value.__class__ is str else _value(value) for path, value in plain.items()
    }
    leaves.update((tuple(path), _value(value)) for path, value in odd)
    return Header(code, instant(created), leaves, {name: tuple(items) for name, items in lists.items()})


def _is_odd(path: Path) -> bool:
    return any(_BETWEEN in key for key in path)


def _kept_clocks(clocks: Clocks) -> Any:
    instants = [clocks.start, clocks.first_response, clocks.resolved, clocks.first_resolved]
    rest = [clocks.starter, clocks.responder, clocks.resolver, clocks.reopened]
    own = None if clocks.business is clocks.plain else _kept_lengths(clocks.business)
    return [*map(_when, instants), *rest, _kept_lengths(clocks.plain), own]


def _clocks(kept: Any, memory: _Memory) -> Clocks:
    from ticketcli.core.clock.clocks import Clocks

    start, response, resolved, first_resolved, starter, responder, resolver, reopened, plain, business = kept
    lengths = _lengths(plain)
    found = Clocks(
        start=_at(start),
        starter=starter,
        first_response=_at(response),
        responder=responder,
        resolved=_at(resolved),
        first_resolved=_at(first_resolved),
        resolver=resolver,
        reopened=reopened,
        plain=lengths,
        business=lengths if business is None else _lengths(business),
    )
    since = instant(memory.rest["at"])
    calendar = ALWAYS if business is None else _calendar(memory.rest["calendar"], memory)
    return found.moved_on(memory["category"], since, memory.now, calendar)


def _kept_lengths(lengths: Lengths) -> list[int | None]:
    spans = (lengths.response, lengths.elapsed, lengths.handling, lengths.answered, lengths.postponed)
    return [None if span is None else span // _MICROSECOND for span in spans]


def _lengths(kept: list[int | None]) -> Lengths:
    from ticketcli.core.clock.clocks import Lengths

    return Lengths(*(cast(timedelta, None if n is None else timedelta(microseconds=n)) for n in kept))


def _kept_deadline(deadline: Deadline | None) -> Any:
    if deadline is None:
        return None
    instants = map(_when, (deadline.at, deadline.warning, deadline.breach))
    return [deadline.clock, deadline.origin, deadline.calendar.name, *instants]


def _deadline(kept: Any, memory: _Memory) -> Deadline | None:
    if kept is None:
        return None
    clock, origin, calendar, at, warning, breach = kept
    return Deadline(clock, _at(at), origin, _calendar(calendar, memory), _at(warning), _at(breach))


def _calendar(name: str, memory: _Memory) -> Calendar:
    return memory.settings.calendars.get(name, ALWAYS)


def _kept_verdicts(verdicts: tuple[Verdict, ...]) -> Any:
    return [[one.clock, one.level, _when(one.end), one.agent, one.outcome] for one in verdicts]


def _verdicts(kept: Any, _: _Memory) -> tuple[Verdict, ...]:
    from ticketcli.core.clock.verdicts import Verdict

    return tuple(Verdict(clock, level, _at(end), agent, outcome) for clock, level, end, agent, outcome in kept)


class _Codec(NamedTuple):
    """How a property is kept."""

    write: Callable[[Any], Any]
    read: Callable[[Any, _Memory], Any]


class _Place(NamedTuple):
    """Where a property stands in the head, and how it is read."""

    number: int
    read: Callable[[Any, _Memory], Any]


_SAME = _Codec(lambda value: value, lambda kept, _: kept)
_TEXTS = _Codec(list, lambda kept, _: tuple(kept))
_TIME = _Codec(_when, lambda kept, _: _at(kept))
_HEAD = {
    "header": _Codec(_kept_header, _header),
    "root": _SAME,
    "status": _SAME,
    "category": _SAME,
    "place": _Codec(list, lambda kept, _: kept),
    "waiting_since": _TIME,
    "until": _TIME,
    "deadline": _Codec(_kept_deadline, _deadline),
}
_PLACES = {name: _Place(number, codec.read) for number, (name, codec) in enumerate(_HEAD.items())}
_REST = {
    "status_since": _TIME,
    "to_solve_since": _TIME,
    "merged_since": _TIME,
    "last_public": _TIME,
    "level_name": _SAME,
    "calendar": _SAME,
    "channel": _SAME,
    "channels": _TEXTS,
    "authors": _TEXTS,
    "bodies": _TEXTS,
    "clocks": _Codec(_kept_clocks, _clocks),
    "verdicts": _Codec(_kept_verdicts, _verdicts),
    "skips": _Codec(
        lambda skips: {agent: micros(at) for agent, at in skips.items()},
        lambda kept, _: {agent: instant(at) for agent, at in kept.items()},
    ),
}
"""The properties of a situation that are kept, and how: what lists ask of every ticket, and the rest."""
