"""Properties of a situation as plain values that JSON can hold, and back. Which of them are kept is not known here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

from ticketcli.core.clock.due import Deadline
from ticketcli.core.clock.epoch import instant, micros
from ticketcli.core.clock.worktime import ALWAYS, Calendar
from ticketcli.core.ticket.header import Header

if TYPE_CHECKING:
    from ticketcli.core.clock.clocks import Clocks, Lengths
    from ticketcli.core.clock.feedback import Feedback
    from ticketcli.core.clock.spent import Spent
    from ticketcli.core.clock.verdicts import Verdict
    from ticketcli.core.ticket.event import Path, Value
    from ticketcli.core.words.settings import Settings

_BETWEEN = "\x7f"
"""Joins the keys of a path: one text is read in half the time of a list, and JSON need not escape this one."""
_MICROSECOND = timedelta(microseconds=1)


class Recalled(Protocol):
    """What a property is read beside."""

    settings: Settings
    now: datetime
    """The instant asked about."""

    def __getitem__(self, name: str, /) -> Any:
        """The value of another property."""


class Codec(NamedTuple):
    """How a property is kept."""

    write: Callable[[Any], Any]
    read: Callable[[Any, Any], Any]
    """What was written as it is now, beside what else is recalled."""


class Leaves(Mapping["Path", "Value"]):
    """The values of a header by their path, each read when it is asked for: lists ask for few of them."""

    __slots__ = ("_odd", "_plain")

    def __init__(self, plain: dict[str, Any], odd: list[tuple[list[str], Any]]) -> None:
        """`odd` are those with a key in which the sign stands that joins the keys of the others."""
        self._plain = plain
        self._odd = {tuple(path): value for path, value in odd} if odd else {}

    def get(self, path: Path, default: Any = None) -> Any:
        """The value at a path."""
        joined = _BETWEEN.join(path)
        odd = joined.count(_BETWEEN) >= len(path)
        kept = self._odd.get(path, _NOTHING) if odd else self._plain.get(joined, _NOTHING)
        return kept if kept.__class__ is str else default if kept is _NOTHING else _value(kept)

    def __getitem__(self, path: Path) -> Value:
        value = self.get(path, _NOTHING)
        if value is _NOTHING:
            raise KeyError(path)
        return cast("Value", value)

    def __iter__(self) -> Iterator[Path]:
        yield from (tuple(path.split(_BETWEEN)) for path in self._plain)
        yield from self._odd

    def __len__(self) -> int:
        return len(self._plain) + len(self._odd)


_NOTHING: Any = object()


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


def _header(kept: Any, _: Recalled) -> Header:
    code, created, plain, odd, lists = kept
    texts = {name: tuple(items) for name, items in lists.items()} if lists else lists
    return Header(code, instant(created), Leaves(plain, odd), texts)


def _is_odd(path: Path) -> bool:
    return any(_BETWEEN in key for key in path)


def _kept_clocks(clocks: Clocks) -> Any:
    instants = [clocks.start, clocks.first_response, clocks.resolved, clocks.first_resolved]
    rest = [clocks.starter, clocks.responder, clocks.resolver, clocks.reopened]
    own = None if clocks.business is clocks.plain else _kept_lengths(clocks.business)
    return [*map(_when, instants), *rest, _kept_lengths(clocks.plain), own]


def _clocks(kept: Any, memory: Recalled) -> Clocks:
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
    calendar = ALWAYS if business is None else _calendar(memory["calendar"], memory)
    return found.moved_on(memory["category"], memory["now"], memory.now, calendar)


def _kept_lengths(lengths: Lengths) -> list[int | None]:
    spans = (lengths.response, lengths.elapsed, lengths.handling, lengths.answered, lengths.postponed)
    return [None if span is None else span // _MICROSECOND for span in spans]


def _lengths(kept: list[int | None]) -> Lengths:
    from ticketcli.core.clock.clocks import Lengths

    return Lengths(*[None if n is None else timedelta(0, 0, n) for n in kept])  # type: ignore[arg-type]


def _kept_deadline(deadline: Deadline | None) -> Any:
    if deadline is None:
        return None
    instants = map(_when, (deadline.at, deadline.warning, deadline.breach))
    return [deadline.clock, deadline.origin, deadline.calendar.name, *instants]


def _deadline(kept: Any, memory: Recalled) -> Deadline | None:
    if kept is None:
        return None
    clock, origin, calendar, at, warning, breach = kept
    return Deadline(clock, _at(at), origin, _calendar(calendar, memory), _at(warning), _at(breach))


def _calendar(name: str, memory: Recalled) -> Calendar:
    return memory.settings.calendars.get(name, ALWAYS)


def _kept_verdicts(verdicts: tuple[Verdict, ...]) -> Any:
    return [[one.clock, one.level, _when(one.end), one.agent, one.outcome] for one in verdicts]


def _verdicts(kept: Any, _: Recalled) -> tuple[Verdict, ...]:
    from ticketcli.core.clock.verdicts import Verdict

    return tuple(Verdict(clock, level, _at(end), agent, outcome) for clock, level, end, agent, outcome in kept)


def _kept_spent(spent: Spent) -> Any:
    return [_when(spent.end), spent.by, spent.numbers]


def _spent(kept: Any, _: Recalled) -> Spent:
    from ticketcli.core.clock.spent import Spent

    end, by, numbers = kept
    return Spent(_at(end), by, numbers)


def _feedback(kept: Any, _: Recalled) -> tuple[Feedback, ...]:
    if not kept:
        return ()
    from ticketcli.core.clock.feedback import Feedback

    return tuple(map(Feedback._make, kept))


SAME = Codec(lambda value: value, lambda kept, _: kept)
NUMBERS = Codec(list, lambda kept, _: kept)
TEXTS = Codec(list, lambda kept, _: tuple(kept))
TIME = Codec(_when, lambda kept, _: _at(kept))
TIMES = Codec(
    lambda times: {name: micros(at) for name, at in times.items()},
    lambda kept, _: {name: instant(at) for name, at in kept.items()},
)
HEADER = Codec(_kept_header, _header)
CLOCKS = Codec(_kept_clocks, _clocks)
DEADLINE = Codec(_kept_deadline, _deadline)
FEEDBACK = Codec(list, _feedback)
SPENT = Codec(_kept_spent, _spent)
VERDICTS = Codec(_kept_verdicts, _verdicts)
