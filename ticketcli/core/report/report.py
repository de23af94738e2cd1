"""A report: what the tickets of a period add up to, in all and by group. It asks no clock and prints nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from ticketcli.core.clock import times
from ticketcli.core.report import groups
from ticketcli.core.report.facts import Row
from ticketcli.core.report.kinds import kind_of
from ticketcli.core.report.parts import Part, Period, parts
from ticketcli.core.report.summary import FEWEST, METHOD
from ticketcli.core.words.known import spelled

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.report.facts import Column, Fact, Kind


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
    made = kind_of(kind, "--by clock" if by == "clock" else "--clock" if clock is not None else "", by)
    clocks = made.clocks if clock is None else (spelled("clock", clock.replace("-", "_"), made.clocks),)
    by = by or made.by
    left_out: Counter[str] = Counter()
    counted = list(_counted(situations, left_out))
    period = Period(since, until, zone)
    facts = [fact for situation in counted for fact in made.read(situation) if fact.clock in (clocks or ("",))]
    now = max((situation.now for situation in counted), default=None)
    grouped, whole = parts(facts, period, now, by, groups.group(by) if by else _ungrouped, made.columns)
    if by == "clock":
        grouped = {clock: grouped.get(clock, Part()) for clock in clocks}
    ordered = sorted(grouped, key=lambda label: groups.order(by, label, grouped[label].facts))
    rows: Sequence[Row] = [Row(label, grouped[label].values(made.columns)) for label in ordered]
    total = Row("", whole.values(made.columns))
    if made.finish:
        rows, total = made.finish(rows, total, by)
    footer = (*_footer(made, by, left_out), *made.notes(whole.facts, counted), _period(made, period, now))
    of_clocks = [(name, [fact for fact in whole.facts if fact.clock == name]) for name in clocks]
    totals = tuple(Row(name, Part(some).values(made.columns)) for name, some in of_clocks)
    return Report(kind, by, clocks[0] if clock is not None else "", made.columns, tuple(rows), total, totals, footer)


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


def _footer(kind: Kind, by: str, left_out: Mapping[str, int]) -> Iterator[str]:
    if any(column.span for column in kind.columns):
        yield f"percentiles by {METHOD}; of fewer than {FEWEST} tickets only the median"
    merged = left_out.get("merged", 0)
    others = [f"{count} {name}" for name, count in sorted(left_out.items()) if name != "merged"]
    yield "left out: " + ", ".join([f"{merged} merged", *(others or ["none in a status that reports leave out"])])
    if groups.several(by):
        yield f"a ticket with several {by}s counts in the row of each, and once in the total"


def _period(kind: Kind, period: Period, now: datetime | None) -> str:
    before = period.before(now) if kind.compares and now else None
    told = f"; before: {_ends(before)}" if before else ""
    return f"period: {_ends(period) or 'all'}, by {kind.dated}{told}; times in {period.zone}"


def _ends(period: Period) -> str:
    begin, end = (times.show(one, period.zone) if one else "" for one in (period.since, period.until))
    return " ".join(filter(None, [begin and f"from {begin}", end and f"to {end}"]))
