"""How the value of a filter word is read: a text in, a test of one thing out, made once. It looks at no ticket."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from ticketcli.core.clock import times
from ticketcli.core.errors import BadWords
from ticketcli.core.ticket import code
from ticketcli.core.ticket.who import lenient
from ticketcli.core.words.known import UnknownName, departments, spelled

if TYPE_CHECKING:
    from ticketcli.core.words.settings import Settings


class Asked(NamedTuple):
    """Where, when and by whom a filter was written."""

    settings: Settings
    now: datetime
    agent: str
    within: tuple[str, ...] = ()
    """The views whose words are being read, the outermost first."""
    views: Mapping[str, Callable[[Any], bool]] = MappingProxyType({})
    """What the views hold that the words name."""

    @property
    def me(self) -> str:
        """The key of the agent who asks; somebody else's name as it is."""
        known = self.settings.agent(self.agent)
        return known.key if known else self.agent


Test = Callable[[Any], bool]
Reading = Callable[[str, Asked], Test]


class BadRange(BadWords):
    """A value that should be a range and is none."""

    def __init__(self, value: str, examples: str) -> None:
        super().__init__(f'"{value}" is no range; write {examples}')


def equals(value: str, _: Asked) -> Test:
    """Whether a text is this one, in any case."""
    wanted = value.casefold()
    return lambda text: text.casefold() == wanted


def contains(value: str, _: Asked) -> Test:
    """Whether a text has this one in it, in any case; a phrase also where a line ends inside it."""
    wanted = " ".join(value.casefold().split())
    if " " in wanted:
        return lambda text: wanted in " ".join(text.casefold().split())
    return lambda text: wanted in text.casefold()


def customer(value: str, asked: Asked) -> Test:
    """Whether a name, an address or a phone number has this text in it; `@acme.com` is the end of an address."""
    wanted = value.casefold()
    return (lambda text: text.casefold().endswith(wanted)) if value.startswith("@") else contains(value, asked)


def person(value: str, asked: Asked) -> Test:
    """Whether somebody is this agent, has this address or name, or an address that ends so (`@acme.com`)."""
    agent = asked.settings.agent(asked.me if value.casefold() == "me" else value)
    wanted = {value.casefold(), agent.key.casefold() if agent else value.casefold()}

    def test(text: str) -> bool:
        who = lenient(text)
        if value.startswith("@"):
            return who.email.casefold().endswith(value.casefold())
        return not wanted.isdisjoint((text.casefold(), who.email.casefold(), who.name.casefold()))

    return test


def agent(value: str, asked: Asked) -> Test:
    """Whether somebody is this agent, by key, name or address; `me` asks. Closed where agents are configured."""
    if value.casefold() == "me":
        return equals(asked.me, asked) if asked.me else lambda _: False
    known = asked.settings.agent(value)
    if asked.settings.agents and not known:
        raise UnknownName("agent", value, (*asked.settings.agents, "me", "none"))
    return equals(known.key if known else value, asked)


def department(value: str, asked: Asked) -> Test:
    """Whether it is this department. Closed where departments are configured."""
    known = departments(asked.settings)
    return equals(spelled("department", value, (*known, "none")) if known else value, asked)


def one_of(what: str, known: Callable[[Settings], Iterable[str]]) -> Reading:
    """The reading of a closed set."""
    return lambda value, asked: equals(spelled(what, value, known(asked.settings)), asked)


def code_prefix(value: str, _: Asked) -> Test:
    """Whether a code, or the code at the end of a link, begins with these symbols."""
    symbols = code.normal(value)
    if not symbols:
        raise BadWords(f'"{value}" is no code; write the beginning of one, such as 7KQ')
    return lambda text: text.rpartition(" ")[2].replace("-", "").startswith(symbols)


def priority(value: str, asked: Asked) -> Test:
    """Whether a priority is this one, or in the range `high..`; unknown and missing ones count as in the queue."""
    known, rank = asked.settings.priorities, asked.settings.urgency

    def urgency(name: str) -> int:
        return rank(spelled("priority", name, known))

    low, high = _ends(value, urgency, "high.. or ..low") if ".." in value else (urgency(value), urgency(value))
    inside = _inside(value, low, high)
    return lambda text: inside(rank(text))


def span(value: str, _: Asked) -> Test:
    """Whether a span of time is in the range: `2d..` at least, `..30d` at most."""
    low, high = _ends(value, times.span, "2d.. (at least), ..30d (at most) or 2d..30d")
    return _inside(value, low, high)


def rating(value: str, _: Asked) -> Test:
    """Whether a rating is this one, or in the range `1..2`."""
    if ".." not in value:
        value = f"{value}..{value}"
    low, high = _ends(value, _stars, "5, 1..2, 4.. or none")
    return _inside(value, low, high)


def _stars(word: str) -> int:
    if word not in ("1", "2", "3", "4", "5"):
        raise BadRange(word, "1 to 5, a range such as 1..2, or none")
    return int(word)


def past(value: str, asked: Asked) -> Test:
    """Whether an instant is in a period or range; bare words and spans look back."""
    return _period(value, asked, forward=False)


def coming(value: str, asked: Asked) -> Test:
    """Whether an instant is in a period or range; bare words and spans look forward."""
    return _period(value, asked, forward=True)


def _period(value: str, asked: Asked, *, forward: bool) -> Test:
    start, end = times.between(value, now=asked.now, zone=asked.settings.zone, forward=forward)
    if start == end and ".." not in value:
        raise BadRange(value, f"{value}.. or ..{value}, or name a day, a month or a year")
    inside = _inside(value, start, end)
    return lambda instant: inside(instant.replace(microsecond=0))


def _ends(value: str, read: Callable[[str], Any], examples: str) -> tuple[Any, Any]:
    left, dots, right = (part.strip() for part in value.partition(".."))
    if not dots or not (left or right):
        raise BadRange(value, examples)
    return read(left) if left else None, read(right) if right else None


def _inside(value: str, low: Any, high: Any) -> Test:
    if low is not None and high is not None and low > high:
        raise BadRange(value, "the smaller or earlier end first")
    if low is None:
        return lambda thing: bool(thing <= high)
    return lambda thing: bool(low <= thing and (high is None or thing <= high))
