"""Desks for tests: real directories with real ticket files, made of events written down by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ticketcli.core.clock.situation import Situation
from ticketcli.core.clock.working import looked_at
from ticketcli.core.file.codec import dumps
from ticketcli.core.ticket.code import derived_id, from_id
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.fold import Ticket, in_order
from ticketcli.core.ticket.thread import gather
from ticketcli.core.words.settings import Settings

AGENTS = """
time_zone = "Europe/Prague"

[department.support]
[department.billing]

[agent.ana]
name = "Ana Cruz"
email = "ana@example.com"
departments = ["support", "billing"]

[agent.bob]
name = "Bob Novak"
email = "bob@example.com"
departments = ["support"]
"""
"""Settings with two departments and two agents."""
MARIA = "Maria Santos <maria@example.com>"


def make_desk(path: Path, tickets: Iterable[Ticket] = (), settings: str = "") -> Path:
    """A desk at a directory, with these tickets in canonical form and these settings behind `format = 1`."""
    (path / "tickets").mkdir(parents=True, exist_ok=True)
    (path / "ticketcli.toml").write_text(f"format = 1\n{settings}", encoding="utf-8")
    for ticket in tickets:
        file = path_of(path, ticket)
        file.parent.mkdir(exist_ok=True)
        file.write_text(dumps(ticket), encoding="utf-8")
    return path


def path_of(desk: Path, ticket: Ticket) -> Path:
    """Where a ticket's file lies."""
    return desk / "tickets" / f"{ticket.first.at:%Y-%m}" / f"{ticket.code}.toml"


def ticket(*events: Event) -> Ticket:
    """A ticket of events; the first one makes its code."""
    return Ticket(from_id(events[0].id), in_order(events))


def at(text: str) -> datetime:
    """An instant in UTC: `2024-11-20 08:15`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def asks(name: str, when: str, subject: str, body: str = "Please help.", *, by: str = MARIA, **more: Any) -> Event:
    """The first event of a ticket, written by a customer; `name` makes its id. Fields are given as `set`."""
    person, _, rest = by.partition(" <")
    fields = {("subject",): subject, ("status",): "new", ("priority",): "normal"}
    fields |= {("customer", "name"): person, ("customer", "email"): rest.rstrip(">")}
    fields |= more.pop("set", {})
    return event(name, 1, when, kind="message", by=by, role="customer", channel="email", body=body, set=fields, **more)


def says(name: str, seq: int, when: str, body: str, *, by: str = MARIA, **more: Any) -> Event:
    """A further message of a customer, which opens the ticket."""
    fields = {("status",): "open"} | more.pop("set", {})
    return event(
        name, seq, when, kind="message", by=by, role="customer", channel="email", body=body, set=fields, **more
    )


def answers(
    name: str, seq: int, when: str, body: str, *, seen: Iterable[str] = (), by: str = "ana", **more: Any
) -> Event:
    """An agent's public message that sets Answered and takes the ticket; `seen` names what it answers."""
    fields = {("status",): "answered", ("assignee",): by} | more.pop("set", {})
    ids = tuple(map(id_of, seen))
    return event(name, seq, when, kind="message", by=by, channel="cli", body=body, seen=ids, set=fields, **more)


def notes(name: str, seq: int, when: str, body: str, *, by: str = "ana", **more: Any) -> Event:
    """An internal note."""
    return event(name, seq, when, kind="note", by=by, body=body, **more)


def changes(name: str, seq: int, when: str, reason: str = "", *, by: str = "ana", **fields: Any) -> Event:
    """A change of fields by an agent, with its reason; who sets a status has seen what `seen` names."""
    seen = fields.pop("seen", () if "status" in fields else None)
    ids = None if seen is None else tuple(map(id_of, seen))
    return event(name, seq, when, by=by, set={(key,): value for key, value in fields.items()}, body=reason, seen=ids)


def event(name: str, seq: int, when: str, **keys: Any) -> Event:
    """Any event; its id is made of a name, its body ends with a line end."""
    body = keys.pop("body", "")
    body = f"{body}\n" if body and not body.endswith("\n") else body
    return Event(id=id_of(name), seq=seq, at=at(when), body=body, **keys)


def id_of(name: str) -> str:
    """The id that a name makes; an id of ten symbols stays."""
    return name if len(name) == 10 and name.isupper() else derived_id("test", name)


def situation(
    first: Ticket, *others: Ticket, now: str = "2024-11-25 12:00", settings: Settings | None = None
) -> Situation:
    """The situation of a ticket among others at an instant, without any file."""
    read = {ticket.code: ticket for ticket in (first, *others)}.get
    return looked_at(first, gather(first.code, read), settings or Settings(), at(now))
