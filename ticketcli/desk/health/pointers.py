"""Faults between tickets: pointers that lead nowhere, merges and splits cut between their two files, circles."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from ticketcli.core.action.draft import Draft
from ticketcli.core.action.merge import merge
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.event import Path as FieldPath
from ticketcli.core.ticket.thread import holds, root
from ticketcli.desk import threads
from ticketcli.desk.health.finding import Finding

if TYPE_CHECKING:
    from ticketcli.core.ticket.fold import Ticket
    from ticketcli.desk.health.checkup import Checkup
    from ticketcli.desk.health.mending import Mending

_GONE = "bring its file back with git"


def merged(checkup: Checkup) -> Iterator[Finding]:
    """Merges whose target is gone or does not show the source."""
    for ticket in checkup.tickets:
        name, target = checkup.name(ticket.code), ticket.header.text("merged_into")
        if _gone(checkup, target):
            what = f"merged into {target}, which is not here"
            yield Finding(name, what, f"{_GONE}, or: ticket unmerge {ticket.code}")
        elif (other := checkup.catalog.ticket(target)) and ticket.code not in other.header.list("shows"):
            mend = partial(_show, source=ticket.code, target=target)
            remedy = f"complete the merge, or: ticket unmerge {ticket.code}"
            yield Finding(name, f"merged into {target}, which does not show it", remedy, mend)


def _show(mending: Mending, source: str, target: str) -> str:
    work = mending.work
    action = Draft(target, Event(action="merge", lists={"shows": (f"+{source}",)}))
    work.record(work.catalog.situation(target), [action])
    return f"{target} shows it"


def circles(checkup: Checkup) -> Iterator[Finding]:
    """Tickets merged into each other."""
    read = checkup.catalog.ticket
    for ticket in checkup.tickets:
        target = ticket.header.text("merged_into")
        other = read(target) if target else None
        if other and ticket.code in other.header.list("shows") and root(ticket.code, read) == ticket.code:
            what = "merged in a circle, of which it answers for all"
            yield Finding(checkup.name(ticket.code), what, f"to end that: ticket unmerge {ticket.code}")


def shown(checkup: Checkup) -> Iterator[Finding]:
    """Whole tickets that one shows and that are gone or do not point to it."""
    for ticket in checkup.tickets:
        name = checkup.name(ticket.code)
        for code in (item for item in ticket.header.list("shows") if "/" not in item):
            other = checkup.catalog.ticket(code)
            if _gone(checkup, code):
                yield Finding(name, f"shows {code}, which is not here", _GONE)
            elif other and (target := other.header.text("merged_into")) != ticket.code:
                what = f"shows {code}, which does not point to it"
                mend = None if target else partial(_complete_merge, source=code, target=ticket.code)
                remedy = f"a merge or an unmerge was cut short, or is another clone's: ticket unmerge {code}"
                yield Finding(name, what, remedy, mend)


def _complete_merge(mending: Mending, source: str, target: str) -> str:
    work = mending.work
    other = work.catalog.situation(source)
    if _ever_pointed(other.ticket, ("merged_into",), target):  # unmerged there already
        threads.unmerge(work, source)
        return "the unmerge is completed"
    work.record(work.catalog.situation(target), merge([other], different_customer=True))
    return "the merge is completed"


def split_off(checkup: Checkup) -> Iterator[Finding]:
    """Messages that a ticket shows and that are gone, or whose file does not point to it."""
    for ticket in checkup.tickets:
        name = checkup.name(ticket.code)
        for item in (item for item in ticket.header.list("shows") if "/" in item):
            code, _, event_id = item.partition("/")
            other = checkup.catalog.ticket(code)
            if _gone(checkup, code) or (other and event_id not in other.by_id):
                yield Finding(name, f"shows {item}, which is not here", _GONE)
            elif other and _cut_short(ticket, other, event_id):
                what, mend = f"shows {item}, which does not point to it", partial(_complete_split, child=ticket.code)
                yield Finding(name, what, "a split was cut short: give it again", mend)


def _complete_split(mending: Mending, child: str) -> str:
    """Completes it for all messages at once; done already, where a finding of another one did it."""
    work = mending.work
    ticket = work.catalog.situation(child).ticket
    places = [item.partition("/") for item in ticket.header.list("shows") if "/" in item]
    found = ((code, event_id, work.catalog.ticket(code)) for code, _, event_id in places)
    cut = {(code, event_id) for code, event_id, other in found if other and _cut_short(ticket, other, event_id)}
    if cut:
        threads.complete_split(work, child, cut)
    return "the split is completed"


def _cut_short(child: Ticket, parent: Ticket, event_id: str) -> bool:
    """Whether a split has not yet come to its parent, where neither was taken back."""
    undone = any(event.action == "undo" and event.status for event in child.counting)
    given_up = undone and child.header.text("status") == "closed"
    pointed = parent.header.text("moved", event_id) or _ever_pointed(parent, ("moved", event_id), child.code)
    return event_id in parent.by_id and not given_up and not pointed


def _ever_pointed(ticket: Ticket, path: FieldPath, target: str) -> bool:
    """Whether a pointer was set once, be it that an undo has taken it back."""
    return any(event.set.get(path) == target for event in ticket.events)


def moved(checkup: Checkup) -> Iterator[Finding]:
    """Messages that point to a ticket which is gone or does not show them."""
    for ticket in checkup.tickets:
        for (event_id, *_), child in ticket.header.table("moved").items():
            name, what = checkup.name(ticket.code), f"{event_id} points to {child}"
            if event_id not in ticket.by_id:
                yield Finding(name, f"moved.{event_id} names no event of this ticket", "take the line out")
            elif _gone(checkup, str(child)):
                yield Finding(name, f"{what}, which is not here", f"it is shown here until then: {_GONE}")
            elif checkup.catalog.ticket(str(child)) and not holds(
                ticket.code, event_id, str(child), checkup.catalog.ticket
            ):
                yield Finding(name, f"{what}, which does not show it", "it is shown here: take the line out of [moved]")


def copies(checkup: Checkup) -> Iterator[Finding]:
    """Copied messages that are gone."""
    for ticket in checkup.tickets:
        for item in ticket.header.list("copies"):
            code, _, event_id = item.partition("/")
            other = checkup.catalog.ticket(code)
            if _gone(checkup, code) or (other and event_id not in other.by_id):
                yield Finding(checkup.name(ticket.code), f"shows a copy of {item}, which is not here", _GONE)


def links(checkup: Checkup) -> Iterator[Finding]:
    """Links to tickets that are gone."""
    for ticket in checkup.tickets:
        for item in ticket.header.list("links"):
            if _gone(checkup, item.rpartition(" ")[2]):
                what = f'the link "{item}" leads to no ticket'
                yield Finding(checkup.name(ticket.code), what, f"{_GONE}, or take it out of links")


def events(checkup: Checkup) -> Iterator[Finding]:
    """Events that speak of an event which no ticket has."""
    known = {event.id for ticket in checkup.tickets for event in ticket.events} if checkup.whole else None
    for ticket in checkup.tickets if known is not None else ():
        for event in ticket.events:
            named = {"after": (event.after,), "part_of": (event.part_of,), "about": event.about, "seen": event.seen}
            for key, ids in named.items():
                for one in sorted({*(ids or ())} - known - {""} if known is not None else ()):
                    what = f"/{event.seq} names an event in {key} that no ticket has: {one}"
                    yield Finding(checkup.name(ticket.code), what, "bring it back with git, or correct the line")


def _gone(checkup: Checkup, code: str) -> bool:
    """Whether a code is named and no file has it; of one that cannot be read its own finding tells."""
    return bool(code) and code not in checkup.catalog.paths
