"""The check of a desk: the list of all that is looked at, and mending what can be mended. Only `mend` writes."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

from ticketcli.core.errors import TicketError
from ticketcli.desk.catalog import Catalog
from ticketcli.desk.health import attachments, canned, clone, conflicts, contents, files, history, pointers, rules
from ticketcli.desk.health.checkup import Checkup
from ticketcli.desk.health.finding import Finding
from ticketcli.desk.health.mending import Mending
from ticketcli.desk.record import How, session

if TYPE_CHECKING:
    from ticketcli.desk.health.opening import Opened

Inspection = Callable[[Checkup], Iterator[Finding]]

INSPECTIONS: tuple[Inspection, ...] = (
    files.strangers,
    files.unreadable,
    conflicts.marked,
    conflicts.doubled,
    files.misnamed,
    files.invalid,
    history.lost_tickets,
    history.lost_events,
    files.by_hand,
    files.line_ends,
    files.odd,
    canned.unusable,
    canned.unknown,
    canned.attachments,
    attachments.missing,
    attachments.altered,
    attachments.orphans,
    pointers.merged,
    pointers.circles,
    pointers.shown,
    pointers.split_off,
    pointers.moved,
    pointers.copies,
    pointers.links,
    pointers.events,
    contents.subject,
    contents.addresses,
    contents.times,
)
"""What is looked at in every desk, in the order in which it is mended: a file must be readable before its pointers."""
BY_SETTINGS: tuple[Inspection, ...] = (
    contents.status,
    contents.priority,
    contents.department,
    contents.assignee,
    contents.watchers,
    contents.calendar,
    canned.names,
    rules.canned,
    contents.views,
)
"""What is judged by the settings, where these can be used."""
OF_CLONE: tuple[Inspection, ...] = (
    conflicts.unmerged,
    clone.locks,
    clone.repository,
    clone.driver,
    clone.uncommitted,
    clone.unindexed,
)
"""What concerns this clone alone."""


def check(opened: Opened, now: datetime, *, clone: bool = True) -> list[Finding]:
    """All findings, by path; nothing is written. Without `clone` only the files of the desk are looked at.

    A git that has called us is in the middle of a commit: what it holds then says nothing, and is left out.
    """
    return _sorted([*opened.problems, *_findings(opened, _checkup(opened, Catalog(opened.desk, now), clone))])


def mend(opened: Opened, now: datetime, warn: Callable[[str], None], *, clone: bool = True) -> list[Finding]:
    """Mends what can be mended, each original kept as .ticketcli/NAME.orig: what was mended, and what is left."""
    before = check(opened, now, clone=clone)
    if not any(one.fixable for one in before):
        return before
    with session(opened.desk, How(now), "check --fix", warn) as work:
        mended = _mended(opened, _checkup(opened, work.catalog, clone), Mending(work))
    left = check(opened, now, clone=clone)
    faults = {one.fault for one in left}
    return _sorted([*left, *(one for one in mended if one.fault not in faults)])


def _checkup(opened: Opened, catalog: Catalog, clone: bool) -> Checkup:
    by_git = bool(opened.desk.environ.get("GIT_INDEX_FILE"))
    return Checkup(catalog, clone=clone and not by_git)


def _findings(opened: Opened, checkup: Checkup) -> Iterator[Finding]:
    return chain.from_iterable(chain(_of_desk(opened, checkup), _of_clone(opened, checkup)))


def _of_desk(opened: Opened, checkup: Checkup) -> Iterator[list[Finding]]:
    return _by_kind(opened, checkup, (*INSPECTIONS, *(BY_SETTINGS if opened.usable else ())))


def _of_clone(opened: Opened, checkup: Checkup) -> Iterator[list[Finding]]:
    return _by_kind(opened, checkup, OF_CLONE if checkup.clone else ())


def _by_kind(opened: Opened, checkup: Checkup, inspections: Iterable[Inspection]) -> Iterator[list[Finding]]:
    """What each inspection finds, in their order. What is mended goes by the settings, and so needs them."""
    for inspect in inspections if not opened.newer else ():
        yield [one if opened.usable else replace(one, mend=None) for one in inspect(checkup)]


def _mended(opened: Opened, checkup: Checkup, mending: Mending) -> list[Finding]:
    """What was mended, one kind of fault at a time: that may settle others, or show what could not be seen before.

    Of the clone's faults those at the beginning: what is written here is committed at the end.
    """
    tried: dict[tuple[str, str], Finding | None] = {}
    of_clone = list(_of_clone(opened, checkup))
    while todo := _untried(chain(_of_desk(opened, checkup), of_clone), tried):
        for one in todo:
            tried[one.fault] = _try(one, mending, checkup)
        checkup = replace(checkup)  # looks afresh
    return [one for one in tried.values() if one]


def _untried(kinds: Iterable[list[Finding]], tried: Container[tuple[str, str]]) -> list[Finding]:
    """The faults of the first kind that has any that can be mended and was not tried."""
    left = ([one for one in kind if one.mend and one.fault not in tried] for kind in kinds)
    return next(filter(None, left), [])


def _try(one: Finding, mending: Mending, checkup: Checkup) -> Finding | None:
    assert one.mend is not None
    before = len(mending.work.codes)
    try:
        done = replace(one, remedy=one.mend(mending), fixed=True)
    except TicketError as error:
        if error.exit_code != 1:
            raise
        return None  # what is refused now stays a finding
    for code in mending.work.codes[before:]:
        if code in checkup.documents:  # a command's own write, as to complete a merge, keeps none
            mending.keep(mending.work.catalog.paths[code], checkup.documents[code][0].data)
    return done


def _sorted(found: list[Finding]) -> list[Finding]:
    return sorted(found, key=lambda one: one.fault)
