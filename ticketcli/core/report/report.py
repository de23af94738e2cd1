"""A report: what the tickets of a period add up to, in all and by group. It asks no clock and prints nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from ticketcli.core.clock import times
from ticketcli.core.clock.situation import Situation
from ticketcli.core.errors import BadWords
from ticketcli.core.report import groups
from ticketcli.core.report.kinds import KINDS, Column, Fact
from ticketcli.core.report.summary import FEWEST, METHOD, Number, summary


class UnknownKind(BadWords):
    """A word that is no kind of report."""

    def __init__(self, word: str) -> None:
        super().__init__(f'there is no report "{word}"; there are: {", ".join(KINDS)}; to search write text:{word}')


@dataclass(frozen=True, slots=True)
class Row:
    """The numbers of a group by column; spans in seconds, None where nothing can be said."""

    group: str
    """Empty for the tickets that belong to none, and in the total."""
    values: Mapping[str, Number | None]


@dataclass(frozen=True, slots=True)
class Report:
    """A report as a value; the total counts every ticket once."""

    kind: str
    by: str
    """What it is grouped by; empty where there is only the total."""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row
    footer: tuple[str, ...]


def report(
    kind: str,
    situations: Iterable[Situation],
    *,
    by: str,
    since: datetime | None,
    until: datetime | None,
    zone: tzinfo,
) -> Report:
    """The report of that kind on these tickets, by group where `by` names one. Raises UnknownKind and UnknownGroup.

    A ticket falls into the period by its end; one that has none yet counts as it stands now, unless it began later.
    """
    if kind not in KINDS:
        raise UnknownKind(kind)
    group = groups.group(by) if by else None
    left_out: Counter[str] = Counter()
    facts = [KINDS[kind].read(situation) for situation in _counted(situations, left_out)]
    facts = [fact for fact in facts if _inside(fact, since, until)]
    grouped: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in facts if group else ():
        for label in group(fact, zone) if group else ():
            grouped[label].append(fact)
    columns = KINDS[kind].columns
    ordered = sorted(grouped, key=lambda label: groups.order(by, grouped[label][0], label, len(grouped[label])))
    footer = (*_footer(by, left_out), *KINDS[kind].notes(facts), _period(since, until, zone))
    rows = tuple(_row(label, grouped[label], columns) for label in ordered)
    return Report(kind, by, columns, rows, _row("", facts, columns), footer)


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
    return Row(label, {column.name: summary(column.how, numbers[column.of]) for column in columns})


def _footer(by: str, left_out: Mapping[str, int]) -> Iterator[str]:
    yield f"percentiles by {METHOD}; of fewer than {FEWEST} tickets only the median"
    merged = left_out.get("merged", 0)
    others = [f"{count} {name}" for name, count in sorted(left_out.items()) if name != "merged"]
    yield "left out: " + ", ".join([f"{merged} merged", *(others or ["none in a status that reports leave out"])])
    if groups.several(by):
        yield f"a ticket with several {by}s counts in the row of each, and once in the total"


def _period(since: datetime | None, until: datetime | None, zone: tzinfo) -> str:
    begin, end = (times.show(instant, zone) if instant else "" for instant in (since, until))
    words = " ".join(filter(None, [begin and f"from {begin}", end and f"to {end}"]))
    return f"period: {words or 'all'}, by the end of each ticket; times in {zone}"
