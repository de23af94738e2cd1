"""The period of a report and its facts by group: inside, in the period before, and all that stands at its end.

It reads no ticket, and sums up nothing but what stands.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import TYPE_CHECKING

from ticketcli.core.report.groups import PERIODS
from ticketcli.core.report.summary import summary

if TYPE_CHECKING:
    from ticketcli.core.report.facts import Column, Fact
    from ticketcli.core.report.groups import Group
    from ticketcli.core.report.summary import Number

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time in a zone, both ends included; None where it is open."""

    since: datetime | None
    until: datetime | None
    zone: tzinfo

    def holds(self, fact: Fact) -> bool:
        """Whether a fact falls into it; what has not ended does unless it began later."""
        if fact.end is None:
            return self.until is None or fact.situation.header.created <= self.until
        return (self.since is None or self.since <= fact.end) and not self.ends_before(fact)

    def ends_before(self, fact: Fact) -> bool:
        """Whether it was over when that happened."""
        return self.until is not None and fact.end is not None and fact.end > self.until

    def before(self, now: datetime) -> Period | None:
        """The one of the same length right before it, by the clock on the wall; None where it has no beginning."""
        if self.since is None:
            return None
        begin, end = (one.astimezone(self.zone).replace(tzinfo=None) for one in (self.since, self.until or now))
        start = (begin - (end - begin) - SECOND).replace(tzinfo=self.zone).astimezone(UTC)
        return Period(start, self.since - SECOND, self.zone)


@dataclass(slots=True)
class Part:
    """The facts of a group, or of all."""

    facts: list[Fact] = field(default_factory=list)
    before: list[Fact] | None = None
    """Those of the period before; None where there is none."""
    standing: Counter[str] = field(default_factory=Counter)
    """The sums of all that happened up to the end, whenever it began."""

    def values(self, columns: Sequence[Column]) -> dict[str, Number | None]:
        """The numbers of a row."""
        numbers: defaultdict[str, list[int]] = defaultdict(list)
        for fact in self.facts:
            for name, number in fact.numbers.items():
                numbers[name].append(number)
        for some in numbers.values():
            some.sort()  # once for all columns: what is in order already costs nothing to sort
        return {column.name: self._value(column, numbers[column.of]) for column in columns}

    def _value(self, column: Column, numbers: Sequence[int]) -> Number | None:
        if column.how == "standing":
            return self.standing[column.of]
        if column.how == "before":
            return None if self.before is None else sum(fact.numbers.get(column.of, 0) for fact in self.before)
        if column.how == "codes":
            return len({fact.situation.code for fact in self.facts if column.of in fact.numbers})
        return summary(column.how, numbers)


def parts(
    facts: Sequence[Fact], period: Period, now: datetime | None, by: str, group: Group, columns: Sequence[Column]
) -> tuple[dict[str, Part], Part]:
    """The facts by group, and all."""
    whole = Part([fact for fact in facts if period.holds(fact)])
    grouped: defaultdict[str, Part] = defaultdict(Part)
    for fact in whole.facts:
        for label in group(fact, period.zone):
            grouped[label].facts.append(fact)
    standing = [column.of for column in columns if column.how == "standing"]
    if now and standing:
        past = [fact for fact in facts if not period.ends_before(fact)]
        whole.standing = _sums(past, standing)
        if past and by in PERIODS:
            goes_on = period.until or any(whole.standing.values())
            end = now if goes_on else max((fact.end for fact in past if fact.end), default=now)
            grouped |= {label: Part() for label in _labels(past, period, end, PERIODS[by]) if label not in grouped}
        _stand(grouped, past, period.zone, by, group, standing)
    before = period.before(now) if now and any(column.how == "before" for column in columns) else None
    if before:
        _compare(whole, grouped, [fact for fact in facts if before.holds(fact)], lambda fact: group(fact, before.zone))
    return dict(grouped), whole


def _compare(
    whole: Part, grouped: Mapping[str, Part], earlier: list[Fact], labels: Callable[[Fact], Sequence[str]]
) -> None:
    """Gives every group the facts of the period before."""
    whole.before = earlier
    for part in grouped.values():
        part.before = []
    for fact in earlier:
        for label in labels(fact):
            if label in grouped and (before := grouped[label].before) is not None:
                before.append(fact)


def _stand(
    grouped: defaultdict[str, Part], past: Iterable[Fact], zone: tzinfo, by: str, group: Group, names: Sequence[str]
) -> None:
    """Gives every group what stands in it; of stretches of time, what stands at the end of each."""
    found: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in past:
        for label in group(fact, zone):
            found[label].append(fact)
    sums: Counter[str] = Counter()
    for label in sorted({*found, *grouped}):
        sums = _sums(found[label], names, sums if by in PERIODS else {})
        if label in grouped or (by not in PERIODS and any(sums.values())):
            grouped[label].standing = sums


def _sums(
    facts: Iterable[Fact], names: Sequence[str], before: Mapping[str, int] = MappingProxyType({})
) -> Counter[str]:
    sums = Counter(before)
    for fact in facts:
        sums.update({name: fact.numbers.get(name, 0) for name in names})
    return sums


def _labels(past: Iterable[Fact], period: Period, end: datetime, form: str) -> Iterator[str]:
    """The names of all stretches of time from the first on, also of those in which nothing happened."""
    first = min((fact.end for fact in past if fact.end), default=end)
    day, last = (
        one.astimezone(period.zone).date() for one in (max(first, period.since or first), min(end, period.until or end))
    )
    while day <= last:
        yield f"{day:{form}}"
        day += DAY
