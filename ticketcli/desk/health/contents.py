"""Faults of what a ticket says: names that the desk does not have, addresses, times, a calendar that is gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from ticketcli.core.clock.matching import current
from ticketcli.core.clock.times import EARLIEST
from ticketcli.core.errors import BadWords
from ticketcli.core.ticket import who
from ticketcli.core.words.known import departments, listed, nearest
from ticketcli.core.words.query import parse
from ticketcli.desk.desk import SETTINGS
from ticketcli.desk.health.finding import Finding
from ticketcli.desk.health.opening import in_halves

if TYPE_CHECKING:
    from ticketcli.core.ticket.fold import Ticket
    from ticketcli.desk.health.checkup import Checkup

_DONE = ("resolved", "closed", "merged")
"""Categories in which names are history: who answered may have left."""
_AHEAD = timedelta(days=1)
_NAMED = 3


def status(checkup: Checkup) -> Iterator[Finding]:
    """Tickets in a status that the desk does not have."""
    for ticket in checkup.tickets:
        name = ticket.header.text("status")
        if name not in checkup.settings.statuses:
            remedy = "add [status.NAME] to ticketcli.toml or set another"
            yield Finding(checkup.name(ticket.code), f'unknown status "{name}"', remedy)


def priority(checkup: Checkup) -> Iterator[Finding]:
    """Tickets to be worked on with a priority that the desk does not have."""
    for ticket in _at_work(checkup):
        code, name = ticket.code, ticket.header.text("priority")
        yield from _unknown(checkup, code, "priority", name, checkup.settings.priorities, f"set {code} priority=")


def department(checkup: Checkup) -> Iterator[Finding]:
    """Tickets to be worked on in a department that the desk does not have."""
    known = departments(checkup.settings)
    for ticket in _at_work(checkup) if known else ():
        code, name = ticket.code, ticket.header.text("department")
        yield from _unknown(checkup, code, "department", name, known, f"transfer {code} ")


def assignee(checkup: Checkup) -> Iterator[Finding]:
    """Tickets to be worked on that are assigned to somebody who is no agent of the desk."""
    agents = checkup.settings.agents
    for ticket in _at_work(checkup) if agents else ():
        code, name = ticket.code, ticket.header.text("assignee")
        yield from _unknown(checkup, code, "assignee", name, agents, f"assign {code} ")


def watchers(checkup: Checkup) -> Iterator[Finding]:
    """Tickets to be worked on that are watched by somebody who is no agent of the desk."""
    agents = checkup.settings.agents
    for ticket in _at_work(checkup) if agents else ():
        for name in ticket.header.list("watchers"):
            yield from _unknown(checkup, ticket.code, "watcher", name, agents, f"set {ticket.code} watchers=-{name},+")


def _at_work(checkup: Checkup) -> Iterator[Ticket]:
    category = checkup.settings.category
    return (ticket for ticket in checkup.tickets if category(ticket.header.text("status")) not in _DONE)


def views(checkup: Checkup) -> Iterator[Finding]:
    """Views of the desk whose words cannot be read."""
    settings = checkup.settings
    for name in settings.views:
        try:
            parse([f"view:{name}"], settings=settings, now=EARLIEST, agent="")
        except BadWords as error:
            yield Finding(SETTINGS, *in_halves(str(error)))


def _unknown(
    checkup: Checkup, code: str, what: str, name: str, known: Collection[str], command: str
) -> Iterator[Finding]:
    if name and name not in known:
        there = f"there are {listed(tuple(known))}"
        remedy = f"ticket {command}{nearest(name, known) or 'NAME'}"
        yield Finding(checkup.name(code), f'unknown {what} "{name}" ({there})', remedy)


def subject(checkup: Checkup) -> Iterator[Finding]:
    """Tickets without a subject."""
    for ticket in checkup.tickets:
        if not ticket.header.text("subject").strip():
            yield Finding(checkup.name(ticket.code), "it has no subject", f"ticket set {ticket.code} subject=TEXT")


def addresses(checkup: Checkup) -> Iterator[Finding]:
    """Tickets with a customer, or somebody in copy, to whom nothing can be sent."""
    for ticket in checkup.tickets:
        code, email = ticket.code, ticket.header.text("customer", "email")
        if email and not _bare(email):
            remedy = f"ticket set {code} customer.email=ADDRESS"
            yield Finding(checkup.name(code), f'the customer\'s "{email}" is no address', remedy)
        for item in ticket.header.list("cc"):
            if not _bare(item):
                yield Finding(checkup.name(code), f'"{item}" in cc is no address', "correct it in the file")


def _bare(text: str) -> bool:
    try:
        return not who.parse(text).name
    except BadWords:
        return False


def times(checkup: Checkup) -> Iterator[Finding]:
    """Events that have not happened yet."""
    for ticket in checkup.tickets:
        for event in ticket.events:
            if event.at > checkup.now + _AHEAD:
                what = f"/{event.seq} lies in the future ({event.at:%Y-%m-%d %H:%M} UTC)"
                remedy = "set the clock of the computer that wrote it, and this time in the file"
                yield Finding(checkup.name(ticket.code), what, remedy)


def calendar(checkup: Checkup) -> Iterator[Finding]:
    """Calendars that the settings have no more, and in whose hours the service levels of tickets count."""
    levels, calendars = checkup.settings.levels, checkup.settings.calendars
    gone: defaultdict[str, list[str]] = defaultdict(list)
    for ticket in checkup.tickets:
        applied = current(ticket, levels) if any(event.sla is not None for event in ticket.events) else None
        if applied and applied.calendar and applied.calendar not in calendars:
            gone[applied.calendar].append(ticket.code)
    for name, codes in gone.items():
        those = ", ".join(codes[:_NAMED]) + (f" and {len(codes) - _NAMED} more" if len(codes) > _NAMED else "")
        what = f'the calendar "{name}" is gone, in whose hours a service level of {those} counts'
        yield Finding(SETTINGS, what, f"put [calendar.{name}] back, or: ticket sla reapply code:{codes[0]}")
