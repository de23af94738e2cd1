"""The overview of a desk: how many tickets stand where, what is late, and which comes next. It reads no files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticketcli.core.clock.queue import queue, why
from ticketcli.core.clock.times import show, show_span
from ticketcli.core.text import line
from ticketcli.core.view.look import LATE, MARK, Look, paragraph
from ticketcli.core.words.keys import CATEGORIES, TO_SOLVE

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.view.names import Short
    from ticketcli.core.words.settings import Settings

PROBLEMS = 3
"""How many problems are named; of more their number is said."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What the overview speaks of."""

    situations: Sequence[Situation]
    """The tickets that are neither closed nor merged."""
    counts: Mapping[str, int]
    """How many of all show each status."""
    settings: Settings
    problems: Sequence[str]
    short: Short
    unhappy: int = 0
    """How many of all were rated badly by somebody whom nobody has answered since."""


def summary(desk: Summary, look: Look) -> str:
    """The overview as text, readable in 80 columns."""
    lines = [*map(look.bold, paragraph(desk.settings.name, look)), ""]
    if not desk.counts:
        lines.append('No tickets yet. Begin with: ticket create "SUBJECT" --from ADDRESS -m TEXT')
    else:
        lines += [*_counts(desk, look), "", *_late(desk), *_next(desk, look)]
    return "\n".join([*lines, *_problems(desk, look)]) + "\n"


def _counts(desk: Summary, look: Look) -> Iterator[str]:
    counts = desk.counts
    known = [*desk.settings.statuses, *(status for status in counts if status not in desk.settings.statuses)]
    by_category = sorted(known, key=lambda status: CATEGORIES.index(desk.settings.category(status)))
    shown = [status for status in by_category if counts.get(status) or status in TO_SOLVE]
    for status in shown:
        solve = desk.settings.category(status) in TO_SOLVE
        text = f"{MARK if solve else ' '} {line(status):<12} {counts.get(status, 0):>7,}"
        yield look.bold(text) if solve else text


def _late(desk: Summary) -> Iterator[str]:
    overdue = sum(situation.overdue for situation in desk.situations)
    stale = sum(situation.stale for situation in desk.situations)
    days = show_span(desk.settings.stale_after)
    if overdue:
        yield f"{LATE} {'overdue':<12} {overdue:>7,}   ticket list is:overdue"
    if stale:
        yield f"  {'stale':<12} {stale:>7,}   to be solved for more than {days}: ticket list is:stale"
    if desk.unhappy:
        yield f"  {'unhappy':<12} {desk.unhappy:>7,}   rated 1 or 2, and nobody has answered: ticket list is:unhappy"


def _next(desk: Summary, look: Look) -> Iterator[str]:
    first = next(iter(queue(desk.situations)), None)
    waiting = [situation for situation in desk.situations if situation.waiting_since and situation.in_queue]
    longest = min(waiting, key=lambda situation: (situation.waiting_since, situation.code), default=None)
    yield ""
    if first is None:
        yield "Nothing to solve."
        return
    yield from _one(f"{'next':<8}", first, why(first), look, desk)
    if longest is first:
        yield " " * 10 + "nobody waits longer"
    elif longest is not None and longest.waiting_since:
        since = show(longest.waiting_since, desk.settings.zone)
        text = f"customer waits {show_span(longest.now - longest.waiting_since)}, since {since}"
        yield from _one(f"{'longest':<8}", longest, text, look, desk)


def _one(label: str, situation: Situation, text: str, look: Look, desk: Summary) -> Iterator[str]:
    name = desk.short(situation.code)
    subject = paragraph(situation.header.text("subject"), look, f"{label}  {name}  ", " " * 10)
    yield from map(look.bold, subject)
    yield from paragraph(text, look, " " * 10)


def _problems(desk: Summary, look: Look) -> Iterator[str]:
    if not desk.problems:
        return
    more = len(desk.problems) - PROBLEMS
    yield from ("", look.bold("Problems"))
    for problem in desk.problems[:PROBLEMS]:
        yield from paragraph(problem, look, "  ", "    ")
    yield f"  {f'and {more} more; ' if more > 0 else ''}see: ticket check"
