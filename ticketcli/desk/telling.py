"""What others have written where an agent watches, told once in this clone. Nothing of it is part of a ticket."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ticketcli.core.errors import TicketError
from ticketcli.desk.catalog import Catalog, Wanted
from ticketcli.edges import lock, told

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.event import Event
    from ticketcli.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class News:
    """What others have written in a ticket since its watcher was told the last time."""

    situation: Situation
    events: tuple[Event, ...]
    """At least one, the newest last."""


def news(desk: Desk, now: datetime, *, dry_run: bool) -> list[News]:
    """What is new for who acts in the tickets that they watch; noted as told, but for a dry run.

    Nothing where nobody known acts, where it cannot be noted down, or where another run is just telling it.
    """
    with suppress(TicketError):
        me = desk.actor().key
        catalog = Catalog(desk, now)
        every = catalog.situations(Wanted(watched=True), quick=True)  # `tick` has just read what hands have changed
        watched = [one for one in every if me in one.header.list("watchers")]
        if watched:
            with lock.hold(desk.root, f"ticket tick, {me}", wait=0, name="telling"):
                return _tell(catalog, watched, me, dry_run=dry_run)
    return []


def _tell(catalog: Catalog, watched: list[Situation], me: str, *, dry_run: bool) -> list[News]:
    root = catalog.desk.root
    everybody = told.read(root)
    before = everybody.get(me, {})
    known = {code: ids for code, ids in before.items() if code in catalog.problems}
    found = []
    for one in watched:
        ids = before.get(one.code)
        if ids is None or len(ids) != len(one.authors):  # else no file is opened
            events = tuple(entry.event for entry in one.shown)
            began = _began(one, me) if ids is None else None
            new = tuple(event for event in events if _is_new(event, ids or (), began, me))
            found += [News(one, new)] if new else []
            ids = [event.id for event in events]
        known[one.code] = ids
    if known != before and not dry_run:
        told.write(root, {**everybody, me: known})
    return found


def _is_new(event: Event, known: Collection[str], began: Event | None, me: str) -> bool:
    """Whether somebody else wrote it, and I do not know of it: where I was never told anything, since I watch."""
    since = began is None or event.at > began.at or event.order > began.order
    return since and event.id not in known and me not in (event.by, event.via)


def _began(one: Situation, me: str) -> Event:
    """The event by which somebody began to watch a ticket, the last time."""
    return next(event for event in reversed(one.ticket.counting) if f"+{me}" in event.lists.get("watchers", ()))
