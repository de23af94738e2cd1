"""What reports group by: the words after `--by`, and what each says of a ticket. It counts nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo

from ticketcli.core.errors import BadWords
from ticketcli.core.report.facts import Fact
from ticketcli.core.ticket.fields import FIELDS
from ticketcli.core.words.keys import CLOCKS

PERIODS: Mapping[str, str] = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m"}
"""Groups that are stretches of time; their names sort as they follow one another."""
DURATIONS: Mapping[str, int] = {
    "up to 1 h": 3_600,
    "1 to 4 h": 14_400,
    "4 to 8 h": 28_800,
    "8 to 24 h": 86_400,
    "1 to 3 d": 259_200,
    "3 to 7 d": 604_800,
    "7 to 14 d": 1_209_600,
    "14 to 28 d": 2_419_200,
    "over 28 d": 10**12,
}
"""How long a resolution or a first response took, each with its last second."""
Group = Callable[[Fact, tzinfo], Sequence[str]]
"""The groups of a fact; an empty text is that of those that have none."""


class UnknownGroup(BadWords):
    """A word that no report groups by."""

    def __init__(self, word: str) -> None:
        super().__init__(f'cannot group by "{word}"; there are: {", ".join(WORDS)}')


def group(word: str) -> Group:
    """How a word after `--by` groups. Raises UnknownGroup."""
    table, dot, key = word.partition(".")
    if table == "fields" and dot and key:
        return lambda fact, zone: [fact.situation.header.text("fields", *key.split("."))]
    if word not in _GROUPS:
        raise UnknownGroup(word)
    return _GROUPS[word]


def several(word: str) -> bool:
    """Whether a ticket may stand in several groups, which therefore do not add up to the total."""
    return any(word and field.group == word and field.shape == "list" for field in FIELDS)


def order(word: str, label: str, facts: Sequence[Fact]) -> tuple[bool, int, str]:
    """The place of a group: priorities by urgency, clocks, durations, periods in order; others by size; none last."""
    if word == "clock":
        return not label, CLOCKS.index(label), label
    if word == "duration":
        return not label, list(DURATIONS).index(label) if label else 0, label
    if word == "priority":
        return not label, -facts[0].situation.settings.urgency(label), label
    return not label, 0 if word in PERIODS else -len(facts), label


def nameless(word: str) -> str:
    """What stands for the group of those that have none."""
    return "(unassigned)" if word == "agent" else "(none)"


def _agent(fact: Fact, zone: tzinfo) -> Sequence[str]:
    return [fact.agent]


def _level(fact: Fact, zone: tzinfo) -> Sequence[str]:
    return [fact.level]


def _clock(fact: Fact, zone: tzinfo) -> Sequence[str]:
    return [fact.clock]


def _period(form: str) -> Group:
    return lambda fact, zone: [f"{fact.end.astimezone(zone):{form}}" if fact.end else ""]


def _duration(fact: Fact, zone: tzinfo) -> Sequence[str]:
    taken = fact.numbers.get("elapsed", fact.numbers.get("response"))
    return [next(name for name, last in DURATIONS.items() if taken <= last) if taken is not None else ""]


def _reason(fact: Fact, zone: tzinfo) -> Sequence[str]:
    return [fact.reason]


def _status(fact: Fact, zone: tzinfo) -> Sequence[str]:
    return [fact.situation.status]


def _channel(fact: Fact, zone: tzinfo) -> Sequence[str]:
    return [fact.situation.channel]


def _customer(fact: Fact, zone: tzinfo) -> Sequence[str]:
    header = fact.situation.header
    return [header.text("customer", "email").casefold() or header.text("customer", "name")]


def _header(name: str) -> Group:
    return lambda fact, zone: [fact.situation.header.text(name)]


def _list(name: str) -> Group:
    return lambda fact, zone: fact.situation.header.list(name) or [""]


_OWN: Mapping[str, Group] = {
    "agent": _agent,
    "level": _level,
    "clock": _clock,
    "duration": _duration,
    "reason": _reason,
    **{name: _period(form) for name, form in PERIODS.items()},
    "status": _status,
    "customer": _customer,
    "channel": _channel,
}
"""Groups that are worked out; the others stand in the header."""
_PLAIN = {
    field.group: _list(field.name) if field.shape == "list" else _header(field.name)
    for field in FIELDS
    if field.group and field.shape != "table" and field.group not in _OWN
}
_GROUPS = {**_PLAIN, **_OWN}
WORDS = (*sorted(_GROUPS), "fields.NAME")
