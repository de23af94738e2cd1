"""A report: what the tickets of a period add up to, in all and by group. It asks no clock and prints nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from ticketcli.core.clock import times
from ticketcli.core.report import groups
from ticketcli.core.report.kinds import kind_of
from ticketcli.core.report.summary import FEWEST, METHOD, Number, summary
from ticketcli.core.words.known import spelled

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.report.facts import Column, Fact, Kind


@dataclass(frozen=True, slots=True)
class Row:
    """The numbers of a group by column; spans in seconds, None where nothing can be said."""

    group: str
    """Empty for what belongs to none, and in the total."""
    values: Mapping[str, Number | None]


@dataclass(frozen=True, slots=True)
class Report:
    """A report as a value; the total counts every fact once."""

    kind: str
    by: str
    """What it is grouped by; empty where there is only the total."""
    clock: str
    """The one clock that was asked for; empty where there is no such choice."""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row
    clocks: tuple[Row, ...]
    """The total of every clock printed, however it is grouped; none where it is not of clocks."""
    footer: tuple[str, ...]


def report(
    kind: str,
    situations: Iterable[Situation],
    *,
    by: str,
    since: datetime | None,
    until: datetime | None,
    zone: tzinfo,
    clock: str | None = None,
) -> Report:
    """The report of that kind on these tickets, by group where `by` names one, of one clock where `clock` does.

    A ticket falls into the period by its end, a clock by its deadline; what has none yet counts as it stands now,
    unless the ticket began later. Raises UnknownKind, OnlyOfClocks, UnknownName for a clock, UnknownGroup.
    """
    made = kind_of(kind, "--by clock" if by == "clock" else "--clock" if clock is not None else "")
    clocks = made.clocks if clock is None else (spelled("clock", clock.replace("-", "_"), made.clocks),)
    by = by or ("clock" if clocks else "")
    group = groups.group(by) if by else _ungrouped
    left_out: Counter[str] = Counter()
    counted = list(_counted(situations, left_out))
    every = (fact for situation in counted for fact in made.read(situation) if fact.clock in (clocks or ("",)))
    facts = [fact for fact in every if _inside(fact, since, until)]
    grouped: dict[str, list[Fact]] = {clock: [] for clock in clocks} if by == "clock" else {}
    for fact in facts:
        for label in group(fact, zone):
            grouped.setdefault(label, []).append(fact)
    ordered = sorted(grouped, key=lambda label: groups.order(by, label, grouped[label]))
    rows = tuple(_row(label, grouped[label], made.columns) for label in ordered)
    footer = (*_footer(made, by, left_out), *made.notes(facts, counted), _period(made, since, until, zone))
    only = clocks[0] if clock is not None else ""
    totals = tuple(_row(name, [fact for fact in facts if fact.clock == name], made.columns) for name in clocks)
    return Report(kind, by, only, made.columns, rows, _row("", facts, made.columns), totals, footer)


def _ungrouped(fact: Fact, zone: tzinfo) -> Sequence[str]:
    return ()


def _counted(situations: Iterable[Situation], left_out: Counter[str]) -> Iterator[Situation]:
    """The tickets that reports count; the others are counted in `left_out`, by why (semantics.md G5)."""
    for situation in situations:
        status = situation.settings.statuses.get(situation.status)
        if situation.merged:
            left_out["merged"] += 1
        elif status and not status.reports:
            left_out[status.name] += 1
        else:
            yield situation


def _inside(fact: Fact, since: datetime | None, until: datetime | None) -> bool:
    if fact.end is None:
        return until is None or fact.situation.header.created <= until
    return (since is None or since <= fact.end) and (until is None or fact.end <= until)


def _row(label: str, facts: Sequence[Fact], columns: Sequence[Column]) -> Row:
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for fact in facts:
        for name, number in fact.numbers.items():
            numbers[name].append(number)
    for values in numbers.values():
        values.sort()  # once for all columns
    return Row(label, {column.name: summary(column.how, numbers[column.of]) for column in columns})


def _footer(kind: Kind, by: str, left_out: Mapping[str, int]) -> Iterator[str]:
    if any(column.span for column in kind.columns):
        yield f"percentiles by {METHOD}; of fewer than {FEWEST} tickets only the median"
    merged = left_out.get("merged", 0)
    others = [f"{count} {name}" for name, count in sorted(left_out.items()) if name != "merged"]
    yield "left out: " + ", ".join([f"{merged} merged", *(others or ["none in a status that reports leave out"])])
    if groups.several(by):
        yield f"a ticket with several {by}s counts in the row of each, and once in the total"


def _period(kind: Kind, since: datetime | None, until: datetime | None, zone: tzinfo) -> str:
    begin, end = (times.show(instant, zone) if instant else "" for instant in (since, until))
    words = " ".join(filter(None, [begin and f"from {begin}", end and f"to {end}"]))
    return f"period: {words or 'all'}, by {kind.dated}; times in {zone}"
