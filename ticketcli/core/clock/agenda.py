"""The agenda: what will happen to a thread if nobody does anything. Reading takes what is due as happened."""

from __future__ import annotations

from datetime import datetime

from ticketcli.core.clock.timeline import standings
from ticketcli.core.ticket.code import derived_id
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.thread import Thread
from ticketcli.core.words.settings import Settings

BY_ITSELF = {"postponed": ("wake", "open"), "resolved": ("close", "closed")}
"""What follows a status with `until`: the action, and the status it sets (semantics.md L14, L15)."""


def agenda(thread: Thread, settings: Settings, now: datetime) -> list[Event]:
    """The automatic events to come, each with its derived id and its instant (UTC); those written already left out."""
    event = standings(thread, settings, now)[-1].event
    until = event.set.get(("until",))
    follows = BY_ITSELF.get(settings.category(event.status)) if event.status and isinstance(until, datetime) else None
    if not follows or not isinstance(until, datetime):
        return []
    action, status = follows
    follower = Event(
        id=derived_id(thread.code, action, event.id, status),
        seq=event.seq + 1,
        at=until,
        by="tick",
        role="system",
        action=action,
        after=event.id,
        set={("status",): status},
    )
    return [] if follower.id in thread.ticket.by_id else [follower]
