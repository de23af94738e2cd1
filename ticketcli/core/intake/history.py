"""The history of a ticket of another system, worked out from its rows. It knows no columns, only what rows say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ticketcli.core.clock.times import LATEST
from ticketcli.core.intake.incoming import Incoming, Step
from ticketcli.core.intake.rows import NumberedRow, Problem, Row, read
from ticketcli.core.ticket.who import Who
from ticketcli.core.words.keys import TO_SOLVE

if TYPE_CHECKING:
    from ticketcli.core.intake.mapping import ColumnMap
    from ticketcli.core.ticket.event import Path, Value
    from ticketcli.core.words.settings import Settings

STATUS: Path = ("status",)
TAGS: Path = ("tags",)
BY_SPEAKER = {"customer": "open", "agent": "answered"}
"""The status that a message sets where the other system keeps none."""

UNDATED = "no time at which it was opened"
SECOND = 'a second row of this ticket; for a file with a row per event the mapping says rows = "event"'


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: the tickets in the order of their first rows, and the rows that cannot be used."""

    incoming: tuple[Incoming, ...]
    problems: tuple[Problem, ...]


def read_tickets(numbered: Iterable[NumberedRow], mapping: ColumnMap, settings: Settings) -> Reading:
    """The tickets of a file. One with a bad row is left out, so that a second run, after mending, has it whole."""
    cases: dict[str, list[Row]] = {}
    problems: list[Problem] = []
    for found in read(numbered, mapping, settings):
        if not isinstance(found, Problem) and (mapping.per_event or found.number not in cases):
            cases.setdefault(found.number, []).append(found)
        else:
            problems.append(found if isinstance(found, Problem) else Problem(found.line, SECOND, found.number))
    bad = {problem.number for problem in problems}
    good = [rows for number, rows in cases.items() if number not in bad]
    problems += [Problem(rows[0].line, UNDATED, rows[0].number) for rows in good if not _opened(rows)]
    incoming = tuple(_Case(rows, mapping, settings).incoming() for rows in good if _opened(rows))
    return Reading(incoming, tuple(sorted(problems, key=lambda problem: problem.line)))


def _opened(rows: Sequence[Row]) -> datetime | None:
    return rows[0].opened or rows[0].at


class _Case:
    """The rows of one ticket, in the order of the file, which counts where times tie or go back."""

    def __init__(self, rows: Sequence[Row], mapping: ColumnMap, settings: Settings) -> None:
        self.rows, self.mapping, self.settings = rows, mapping, settings
        self.first, self.last = rows[0], rows[-1]
        self.opened = _opened(rows) or datetime.min
        self.undated = "resolved" in mapping.cells and self.last.resolved is None
        """Whether the other system says that it was never resolved: then what it calls so counts as closed."""

    def incoming(self) -> Incoming:
        first = self.first
        status = self._status(first, "new")
        begun = status if status and self.settings.category(status) == "new" else "new"
        changes, lists = _difference({}, first.values)
        own = first.text if first.role == "customer" and not first.description else ""
        steps = self._steps(begun, told=first if own else None)
        return Incoming(
            source=self.mapping.source,
            number=first.number,
            at=self.opened,
            by=str(Who(changes.get(("customer", "name"), ""), changes.get(("customer", "email"), ""))),
            body=first.description or own or changes["subject",],
            channel=first.channel,
            set={STATUS: begun, **changes, ("fields", "number"): first.number},
            lists=lists,
            steps=tuple(self._closing_times(self._dated(steps))),
        )

    def _steps(self, status: str, *, told: Row | None) -> list[Step]:
        """What each row changed, at its time or, where that goes back, that of the row before; `told` has spoken."""
        steps, at, values, seen = [], self.opened, self.first.values, Counter[tuple[str, ...]]()
        for row in self.rows:
            name = (row.at.isoformat() if row.at else "", row.said_status)
            changes, lists = _difference(values, row.values)
            at, values, after = max(at, self._at(row)), row.values, self._status(row, status)
            if after and after != status:
                changes, status = {STATUS: after, **changes}, after
            text = "" if row is told else row.text
            if changes or lists or text:
                role = (row.role or "note") if text else ""
                steps.append(Step(at, (*name, str(seen[name])), changes, lists, row.by, role, text))
            seen[name] += 1
        return steps

    def _status(self, row: Row, before: str) -> str:
        """The status after a row; empty where it says nothing of it."""
        status = row.status if "status" in self.mapping.cells else self._told(row, before)
        return "closed" if self.undated and self.settings.category(status) == "resolved" else status

    def _told(self, row: Row, before: str) -> str:
        """The status where the other system keeps none: by its times, and by who speaks (semantics.md 1.2)."""
        if row.closed and row is self.last:
            return "closed"
        waits = row.role == "customer" and self.settings.category(before) in TO_SOLVE
        return BY_SPEAKER.get(row.role, "") if row.text and not waits else ""

    def _at(self, row: Row) -> datetime:
        ends = {"closed": row.closed or row.resolved, "resolved": row.resolved}
        return row.at or ends.get(self.settings.category(row.status)) or row.closed or self.opened

    def _dated(self, steps: list[Step]) -> list[Step]:
        """The same, the last resolve and the last close at the times that the last row gives them."""
        resolved, closed = self.last.resolved, self.last.closed
        if resolved and self._last(steps, "resolved") is None:
            steps = self._with_resolve(steps, resolved)
        number = self._last(steps, "resolved")
        if number is not None and resolved:
            steps = _moved(steps, number, resolved)
            steps[number] = replace(steps[number], by=self.last.resolver or steps[number].by)
        number = self._last(steps, "closed")
        return _moved(steps, number, closed) if number is not None and closed else steps

    def _with_resolve(self, steps: list[Step], at: datetime) -> list[Step]:
        """The same with the resolve that only the last row tells of; none where the ticket is at work again."""
        ended = [step for step in steps if STATUS in step.set][-1:]
        closed = self._last(steps, "closed")
        if "status" in self.mapping.cells and not any(self._enters(step, "closed") for step in ended):
            return steps
        number = len(steps) if closed is None else closed
        resolve = Step(at, ("resolved", at.isoformat()), {STATUS: "resolved"}, by=self.last.by)
        return [*steps[:number], resolve, *steps[number:]]

    def _last(self, steps: Sequence[Step], category: str) -> int | None:
        return max((number for number, step in enumerate(steps) if self._enters(step, category)), default=None)

    def _closing_times(self, steps: Sequence[Step]) -> Iterable[Step]:
        """Each resolve with the time at which it closes: the next status, else by the settings.

        None where that is the same minute: it would show as closed at once, and not as resolved.
        """
        for number, step in enumerate(steps):
            if self._enters(step, "resolved"):
                following = (other.at for other in steps[number + 1 :] if STATUS in other.set)
                until = next(following, _plus(step.at, self.settings.close_after))
                step = replace(step, set={**step.set, ("until",): until}) if until > step.at else step
            yield step

    def _enters(self, step: Step, category: str) -> bool:
        status = step.set.get(STATUS)
        return status is not None and self.settings.category(str(status)) == category


def _moved(steps: Sequence[Step], number: int, at: datetime) -> list[Step]:
    """The same with one step at another time, between the statuses around it; times still never go back."""
    least = [step.at for step in steps[:number] if STATUS in step.set]
    most = [step.at for step in steps[number + 1 :] if STATUS in step.set]
    at = min([max([at, *least]), *most])
    before = (step if step.at <= at else replace(step, at=at) for step in steps[:number])
    after = (step if step.at >= at else replace(step, at=at) for step in steps[number + 1 :])
    return [*before, replace(steps[number], at=at), *after]


def _difference(
    before: Mapping[Path, Value], after: Mapping[Path, Value]
) -> tuple[dict[Path, Value], dict[str, tuple[str, ...]]]:
    """The fields set and the items of lists changed between two rows; "" takes a field away."""
    if before is after or before == after:
        return {}, {}
    changes: dict[Path, Value] = {path: value for path, value in after.items() if before.get(path) != value}
    changes |= {path: "" for path in before if path not in after}
    changes.pop(TAGS, None)
    old, new = set(before.get(TAGS, ())), set(after.get(TAGS, ()))
    tags = tuple(sorted([f"+{tag}" for tag in new - old] + [f"-{tag}" for tag in old - new]))
    return changes, {"tags": tags} if tags else {}


def _plus(instant: datetime, span: timedelta) -> datetime:
    return LATEST if span >= LATEST - instant else instant + span
