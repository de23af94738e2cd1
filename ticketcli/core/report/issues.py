"""The report on recurring issues: tags, how many tickets each has, and whether they become more (semantics.md G4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from ticketcli.core.clock import deeds
from ticketcli.core.report.counts import numbers_of, shared_out
from ticketcli.core.report.facts import Column, Fact, Kind, Row, person_or_assignee

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation

LEAST_COUNT, LEAST_GROWTH = 5, Fraction(3, 2)
"""What makes an issue a recurring one."""


def _read(situation: Situation) -> list[Fact]:
    found = {"created": 1, **numbers_of(situation)}
    found["duplicate"] = sum(1 for deed in deeds.of(situation) if deed.what == "duplicate")
    agent = person_or_assignee("", situation)
    return [Fact(situation, situation.header.created, agent, situation.level_name, numbers=found)]


def _notes(_: Sequence[Fact], __: Sequence[Situation]) -> Iterable[str]:
    yield "n: tickets created in the period; share: of all of them; duplicates: tickets merged into them"
    yield (
        "reopened: of those that were ever resolved, the share that was opened again; resolution: the median, of those "
        "that are resolved now"
    )
    yield "before: in the period of the same length before it; without --since there is none; growth: n by before"
    yield f"recurring: n is {LEAST_COUNT} or more and growth {float(LEAST_GROWTH)} or more, or there were none before"


def _finish(rows: Sequence[Row], total: Row, by: str) -> tuple[Sequence[Row], Row]:
    rows, total = shared_out(rows, total, by)
    return [_compared(row) for row in rows], _compared(total)


def _compared(row: Row) -> Row:
    n, before = int(row.values["created"] or 0), row.values["before"]
    growth = Fraction(n, int(before)) if before else None
    many = n >= LEAST_COUNT and before is not None and (growth is None or growth >= LEAST_GROWTH)
    return replace(row, values={**row.values, "growth": growth, "recurring": many if row.group else None})


TAGS = Kind(
    _read,
    (
        Column("created", "n", "created", "sum"),
        Column("share_of_all", "share", "", "part"),
        Column("before", "before", "created", "before"),
        Column("growth", "growth", "", "ratio"),
        Column("recurring", "recurring", "", "flag"),
        Column("share_reopened", "reopened", "again", "share"),
        Column("duplicates", "duplicates", "duplicate", "sum"),
        Column("resolved", "resolved", "elapsed", "n", "data"),
        Column("elapsed_median_s", "resolution", "elapsed", "median"),
        Column("elapsed_business_median_s", "business", "elapsed_business", "median", "data"),
    ),
    _notes,
    dated="when each ticket was created",
    by="tag",
    compares=True,
    finish=_finish,
)
