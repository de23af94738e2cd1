"""What a situation has worked out, as plain values that JSON can hold, and back. It keeps nothing anywhere itself.

Instants are kept, never judgements that depend on now: whether a ticket is overdue is asked when it is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ticketcli.core.clock.due import Deadline
from ticketcli.core.clock.situation import Situation
from ticketcli.core.clock.worktime import ALWAYS, Calendar
from ticketcli.core.ticket.header import Header

if TYPE_CHECKING:
    from ticketcli.core.clock.clocks import Clocks, Lengths
    from ticketcli.core.clock.verdicts import Verdict
    from ticketcli.core.ticket.event import Value
    from ticketcli.core.words.settings import Settings

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_OWN = ("header", "root", "status", "category", "channel", "channels", "authors", "merged_since", "level_name")
"""What is kept of a merged ticket; everything else is its target's."""
_NONE = ("until", "waiting_since", "deadline")
"""What a merged ticket has not, and is asked for in every list."""


def keep(situation: Situation) -> dict[str, Any]:
    """The memory of a situation: it holds from its `now` until `changes_at`, as long as files and settings stay."""
    names = (*_OWN, *_NONE) if situation.merged else (name for name in _KEPT if name != "bodies")  # these lie apart
    kept = {name: _KEPT[name].write(getattr(situation, name)) for name in names}
    return {"at": micros(situation.now), **kept}


def recall(kept: Mapping[str, Any], settings: Settings, now: datetime, files: Callable[[], Any]) -> Situation:
    """The situation that such a memory describes, at a later instant; the files are read only for what it lacks."""
    return Situation(files, settings, now, _Memory(kept, settings, now))


def changes_at(situation: Situation) -> datetime | None:
    """The first instant (UTC) from which on the memory does not hold any more, if nobody does anything until then."""
    return min((one for one in _instants(situation) if one > situation.now), default=None)


def acts_at(situation: Situation) -> datetime | None:
    """When `tick` has something to write down, which may have passed; None where nothing is to come (UTC)."""
    from ticketcli.core.clock.agenda import agenda

    coming = () if situation.merged else agenda(situation)
    return min((event.at for event in coming), default=None)


def basis(settings: Settings) -> str:
    """All that memories depend on in the settings, as a text: with another one they do not hold."""
    levels = [(one.name, one.when, one.calendar, one.targets, one.warn_at, one.looks_at) for one in settings.levels]
    names = (settings.priorities, sorted(settings.departments))
    return repr((settings.statuses, settings.calendars, levels, names))


def micros(instant: datetime) -> int:
    """Microseconds since 1970."""
    return (instant - _EPOCH) // _MICROSECOND


def instant(number: int) -> datetime:
    """The instant (UTC) so many microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=number)


def _instants(situation: Situation) -> Iterator[datetime]:
    """When it changes by itself: agenda, misses, and what the files say of days to come."""
    if situation.standing.until:
        yield situation.standing.until
    yield from (measure.breach for measure in situation.measures if measure.running and measure.breach)
    for entry in situation.thread.entries:
        yield entry.begin
        if entry.end:
            yield entry.end
    yield from (event.at for file in (situation.ticket, *situation.thread.files) for event in file.events)


class _Memory(dict[str, Any]):
    """The values of a situation by name, each read when it is asked for."""

    def __init__(self, kept: Mapping[str, Any], settings: Settings, now: datetime) -> None:
        super().__init__(kept)
        self.kept, self.settings, self.now = kept, settings, now

    def __getitem__(self, name: str) -> Any:
        return _KEPT[name].read(self.kept[name], self)


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
    values = [[*path, _plain(value)] for path, value in header.values.items()]
    return [header.code, micros(header.created), values, header.lists]


def _header(kept: Any, _: _Memory) -> Header:
    code, created, values, lists = kept
    leaves = {tuple(leaf[:-1]): _value(leaf[-1]) for leaf in values}
    return Header(code, instant(created), leaves, {name: tuple(items) for name, items in lists.items()})


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
    since = instant(memory.kept["at"])
    calendar = ALWAYS if business is None else _calendar(memory.kept["calendar"], memory)
    return found.moved_on(memory.kept["category"], since, memory.now, calendar)


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


class _Kept(NamedTuple):
    """How a property is kept."""

    write: Callable[[Any], Any]
    read: Callable[[Any, _Memory], Any]


_SAME = _Kept(lambda value: value, lambda kept, _: kept)
_TEXTS = _Kept(list, lambda kept, _: tuple(kept))
_TIME = _Kept(_when, lambda kept, _: _at(kept))
_KEPT = {
    "header": _Kept(_kept_header, _header),
    "root": _SAME,
    "status": _SAME,
    "category": _SAME,
    "status_since": _TIME,
    "to_solve_since": _TIME,
    "waiting_since": _TIME,
    "until": _TIME,
    "merged_since": _TIME,
    "last_public": _TIME,
    "level_name": _SAME,
    "calendar": _SAME,
    "channel": _SAME,
    "channels": _TEXTS,
    "authors": _TEXTS,
    "bodies": _TEXTS,
    "clocks": _Kept(_kept_clocks, _clocks),
    "deadline": _Kept(_kept_deadline, _deadline),
    "verdicts": _Kept(_kept_verdicts, _verdicts),
    "skips": _Kept(
        lambda skips: {agent: micros(at) for agent, at in skips.items()},
        lambda kept, _: {agent: instant(at) for agent, at in kept.items()},
    ),
}
"""The properties of a situation that are kept, and how."""
