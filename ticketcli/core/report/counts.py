"""The reports that count tickets and what was done: volume, channels, skips. They measure nothing themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from ticketcli.core.clock import deeds
from ticketcli.core.report.durations import RESOLUTION, RESPONSE
from ticketcli.core.report.facts import Column, Fact, Kind, Row, person_or_assignee

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ticketcli.core.clock.situation import Situation


def numbers_of(situation: Situation) -> Mapping[str, int]:
    """What the reports on times say of a ticket, and whether it was opened again, where it could be."""
    (resolution,), (response,) = RESOLUTION.read(situation), RESPONSE.read(situation)
    done = {deed.what for deed in deeds.of(situation)}
    again = {"again": int("reopen" in done)} if done & {"resolve", "reopen"} else {}
    return {**resolution.numbers, **response.numbers, **again}


def _volume(situation: Situation) -> list[Fact]:
    """What was done counts for who did it, what stands for the assignee: so that no group ever has fewer than none."""
    created = situation.header.created
    return [_fact(situation, created, "", created=1), *_balance(situation, created), *_finished(situation)]


def _finished(situation: Situation) -> Iterator[Fact]:
    before = False
    for deed in deeds.of(situation):
        if deed.what == "resolve":
            yield _fact(situation, deed.at, deed.by, resolved=1, first_resolved=int(not before))
            before = True
        elif deed.what == "close":
            yield _fact(situation, deed.at, deed.by, closed=1)
        elif deed.what == "reopen":
            yield _fact(situation, deed.at, "", reopened=1)


def _balance(situation: Situation, created: datetime) -> Iterator[Fact]:
    """The steps by which it came into the backlog and left it."""
    stands = True
    yield _fact(situation, created, "", backlog=1)
    for deed in deeds.of(situation):
        if deed.what in ("resolve", "close", "reopen") and stands == (deed.what != "reopen"):
            stands = not stands
            yield _fact(situation, deed.at, "", backlog=1 if stands else -1)


def _fact(situation: Situation, end: datetime, by: str, **numbers: int) -> Fact:
    return Fact(situation, end, person_or_assignee(by, situation), situation.level_name, numbers=numbers)


def _volume_notes(_: Sequence[Fact], __: Sequence[Situation]) -> Iterable[str]:
    yield (
        "resolved, closed, reopened: tickets, each once in a row and once in the total, so that rows need not add up; "
        "closed: by somebody and without a resolve"
    )
    yield "backlog: created and neither resolved nor closed at the end of the row's time, in the total of the period"
    yield "rows go on to the end of the period, or to now while there is a backlog; else to what was done last"


VOLUME = Kind(
    _volume,
    (
        Column("created", "created", "created", "sum"),
        Column("first_resolved", "first resolved", "first_resolved", "sum"),
        Column("resolved", "resolved", "resolved", "codes"),
        Column("closed_unresolved", "closed", "closed", "codes"),
        Column("reopened", "reopened", "reopened", "codes"),
        Column("resolved_times", "times", "resolved", "sum", "data"),
        Column("reopened_times", "times", "reopened", "sum", "data"),
        Column("backlog", "backlog", "backlog", "standing"),
    ),
    _volume_notes,
    dated="when each thing happened",
    by="month",
)


def shared_out(rows: Sequence[Row], total: Row, by: str) -> tuple[Sequence[Row], Row]:
    """Fills in which share of all tickets each row has."""
    whole = int(total.values["created"] or 0)

    def filled(row: Row) -> Row:
        share = Fraction(int(row.values["created"] or 0), whole) if whole else None
        return replace(row, values={**row.values, "share_of_all": share})

    return [filled(row) for row in rows], filled(total)


def _channels(situation: Situation) -> list[Fact]:
    found = {"created": 1, **numbers_of(situation)}
    return [_fact(situation, situation.header.created, "", **found)]


def _channel_notes(_: Sequence[Fact], __: Sequence[Situation]) -> Iterable[str]:
    yield "the way by which each ticket began; response and resolution: the medians, by the clock on the wall"
    yield "reopened: of those that were ever resolved, the share that was opened again"


CHANNELS = Kind(
    _channels,
    (
        Column("created", "created", "created", "sum"),
        Column("share_of_all", "share", "", "part"),
        Column("answered", "answered", "response", "n"),
        Column("response_median_s", "response", "response", "median"),
        Column("response_business_median_s", "business", "response_business", "median", "data"),
        Column("resolved", "resolved", "elapsed", "n"),
        Column("elapsed_median_s", "resolution", "elapsed", "median"),
        Column("elapsed_business_median_s", "business", "elapsed_business", "median", "data"),
        Column("share_reopened", "reopened", "again", "share"),
    ),
    _channel_notes,
    dated="when each ticket was created",
    by="channel",
    finish=shared_out,
)


def _skips(situation: Situation) -> list[Fact]:
    return [
        Fact(situation, deed.at, deed.by, situation.level_name, numbers={"skip": 1}, reason=str(deed.value))
        for deed in deeds.of(situation)
        if deed.what == "skip"
    ]


def _skip_notes(_: Sequence[Fact], __: Sequence[Situation]) -> Iterable[str]:
    yield "skips: passed on with next --skip; tickets: how many different ones; why: --by reason"


SKIPS = Kind(
    _skips,
    (Column("skips", "skips", "skip", "sum"), Column("tickets", "tickets", "skip", "codes")),
    _skip_notes,
    dated="when each was passed on",
    by="agent",
    owns="reason",
)
