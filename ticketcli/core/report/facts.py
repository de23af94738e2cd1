"""What reports are made of: facts read off tickets, columns that sum them up, kinds of report. It reads nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.report.summary import Number

Where = Literal["table", "data", "json"]
"""Where a column stands: everywhere; in CSV and JSON; in JSON alone."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a report: one number for the facts of a group."""

    name: str
    """Its name in JSON and CSV; spans end in _s, for seconds."""
    title: str
    of: str
    """What it summarises, a key of `Fact.numbers`."""
    how: str
    """A name of `summary.HOW` or `summary.ALWAYS`; standing, before and codes are what a `Part` knows."""
    where: Where = "table"

    @property
    def span(self) -> bool:
        """Whether it is a length of time."""
        return self.name.endswith("_s")

    @property
    def business(self) -> bool:
        """Whether it is a length of time in business hours, where a day of 24 hours means nothing."""
        return "_business_" in self.name

    @property
    def share(self) -> bool:
        """Whether it is a part of a whole."""
        return self.how in ("share", "part", "wilson")

    @property
    def ratio(self) -> bool:
        """Whether it says how many times something is something else."""
        return self.how == "ratio"

    @property
    def flag(self) -> bool:
        """Whether it says yes or no."""
        return self.how == "flag"


class Fact(NamedTuple):
    """What a report reads off one ticket, or off one run of one of its clocks."""

    situation: Situation
    end: datetime | None
    """What puts it into a period and a month (UTC); None while that is still to come."""
    agent: str
    """For whom it counts (semantics.md G2); empty for nobody."""
    level: str
    """The service level that counted; empty where there is none."""
    clock: str = ""
    """Which clock ran, where it is about one."""
    numbers: Mapping[str, int] = MappingProxyType({})
    """Seconds and counts; what is absent is not counted at all."""
    reason: str = ""
    """Why it was done, where somebody said so."""


@dataclass(frozen=True, slots=True)
class Row:
    """The numbers of a group by column; spans in seconds, None where nothing can be said."""

    group: str
    """Empty for what belongs to none, and in the total."""
    values: Mapping[str, Number | None]


Finish = Callable[[Sequence[Row], Row, str], tuple[Sequence[Row], Row]]
"""From rows, the total and what they are grouped by to the same with all columns."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of report."""

    read: Callable[[Situation], Sequence[Fact]]
    columns: tuple[Column, ...]
    notes: Callable[[Sequence[Fact], Sequence[Situation]], Iterable[str]]
    """What the footer says of the numbers it shows, and of the tickets that have none."""
    dated: str = "the end of each ticket"
    """What puts a fact into a period, for the footer."""
    clocks: tuple[str, ...] = ()
    """The clocks it tells apart; where there are any, it is grouped by them unless somebody says otherwise."""
    by: str = ""
    """What it is grouped by where nobody says it."""
    owns: str = ""
    """What it alone can be grouped by."""
    compares: bool = False
    """Whether it looks at the period before, too."""
    finish: Finish | None = None
    """What fills in the columns that come later."""


def person_or_assignee(by: str, situation: Situation) -> str:
    """Who ended something; the assignee where nobody did."""
    return by or situation.header.text("assignee")
