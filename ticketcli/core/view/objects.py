"""The JSON of this program, with the keys of `view.keys`. It writes no files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ticketcli.core.clock.due import Deadline, left
from ticketcli.core.view.columns import COLUMNS
from ticketcli.core.view.keys import KEYS, SCHEMA_VERSION
from ticketcli.core.view.messages import Link, Message
from ticketcli.core.view.messages import reason as last_reason
from ticketcli.core.view.values import plain

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.event import Attachment, Event
    from ticketcli.core.ticket.fold import Ticket
    from ticketcli.core.view.history import Record
    from ticketcli.core.view.page import Page
    from ticketcli.core.view.public import PublicTicket


def document(name: str, objects: Iterable[dict[str, Any]]) -> str:
    """The JSON text of a list of objects, in ASCII."""
    whole = {"schema_version": SCHEMA_VERSION, name: list(objects)}
    return json.dumps(whole, ensure_ascii=True, indent=2, allow_nan=False) + "\n"


def single(one: dict[str, Any]) -> str:
    """The JSON text of one object alone, on a line, in ASCII."""
    return json.dumps({"schema_version": SCHEMA_VERSION, **one}, ensure_ascii=True, allow_nan=False) + "\n"


def lines(objects: Iterable[dict[str, Any]]) -> str:
    """JSON Lines: each object on a line, in ASCII."""
    return "".join(json.dumps(one, ensure_ascii=True, allow_nan=False) + "\n" for one in objects)


def ticket(situation: Situation) -> dict[str, Any]:
    """A ticket of a list."""
    return {column.machine_name: plain(column.value(situation)) for column in COLUMNS if column.json}


def message(shown: Message) -> dict[str, Any]:
    """A message or note of a thread."""
    event, gone = shown.event, shown.hidden or bool(shown.moved_to)
    return {
        "name": shown.name,
        "id": event.id,
        "code": shown.code,
        "seq": event.seq,
        "at": plain(event.at),
        "kind": event.kind,
        "by": plain(event.by),
        "role": event.role,
        "via": plain(event.via),
        "channel": plain(event.channel),
        "to": list(event.to),
        "mail": shown.mail.state if shown.mail else None,
        "quiet": event.quiet,
        "text": None if gone else event.body,
        "quoted": plain(event.quoted),
        "attachments": [_file(file) for file in event.attachments],
        "moved_to": plain(shown.moved_to),
        "copied": shown.copied,
        "redacted": shown.hidden,
    }


def whole_ticket(page: Page) -> dict[str, Any]:
    """A ticket with its thread."""
    thread = page.situation.thread
    return {
        **ticket(page.situation),
        "reason": _reason(thread.ticket),
        "deadlines": [_deadline(one, page.situation) for one in page.situation.deadlines],
        "linked": [_link(link) for link in page.links],
        "merged": [file.code for file in thread.merged],
        "ratings": [_rating(shown) for shown in page.messages if shown.event.rating],
        "held_by": plain(page.holder),
        "held_since": plain(page.held_since),
        "messages": [message(shown) for shown in page.messages if shown.event.kind != "change"],
        "other_tickets": [other.code for other in page.others],
    }


def public_ticket(ticket: PublicTicket) -> dict[str, Any]:
    """A ticket as its customer may see it."""
    return {
        "code": ticket.code,
        "subject": plain(ticket.subject),
        "status": ticket.status,
        "created": plain(ticket.created),
        "messages": [_public_message(shown, ticket) for shown in ticket.messages],
    }


def _public_message(shown: Message, ticket: PublicTicket) -> dict[str, Any]:
    kept = {key: value for key, value in message(shown).items() if key in KEYS["public message"]}
    return {**kept, "by": plain(ticket.name_of(shown.event))}


def event(record: Record) -> dict[str, Any]:
    """An event of a log."""
    happened = record.event
    return {
        "at": plain(happened.at),
        "code": record.code,
        "name": record.name,
        "id": happened.id,
        "seq": happened.seq,
        "by": plain(happened.by),
        "role": happened.role,
        "via": plain(happened.via),
        "kind": happened.kind,
        "channel": plain(happened.channel),
        "action": plain(happened.action),
        "value": plain(happened.value),
        "counts": record.counts,
        "set": {".".join(path): "" if value == "" else plain(value) for path, value in happened.set.items()},
        "changes": {name: list(items) for name, items in happened.lists.items()},
        "text": None if record.hidden else plain(happened.body),
        "redacted": record.hidden,
    }


def notice(situation: Situation, event: Event) -> dict[str, Any]:
    """What has happened to a ticket by itself, or was written in it."""
    return {
        "action": event.action or event.kind,
        "at": plain(event.at),
        "clock": plain(event.clock),
        "rule": plain(event.value) if event.ruled else None,
        "by": plain(event.by),
        "ticket": ticket(situation),
    }


def assignment(situation: Situation, agent: str) -> dict[str, Any]:
    """A ticket that was given to an agent, or to nobody."""
    return {"agent": plain(agent), "ticket": ticket(situation)}


def _reason(ticket: Ticket) -> dict[str, Any] | None:
    event = last_reason(ticket)
    return {"text": event.body, "by": plain(event.by), "at": plain(event.at)} if event else None


def _rating(shown: Message) -> dict[str, Any]:
    return {"value": shown.event.rating, **{key: message(shown)[key] for key in ("name", "at", "by", "via", "text")}}


def _deadline(one: Deadline, situation: Situation) -> dict[str, Any]:
    remaining = plain(left(one, situation.now)) if one.at else None
    return {"clock": one.clock, "due": plain(one.at), "left_s": remaining}


def _link(link: Link) -> dict[str, Any]:
    return {"relation": link.relation, "code": link.code, "subject": plain(link.subject)}


def _file(file: Attachment) -> dict[str, Any]:
    return {"name": file.name, "type": file.type, "size": file.size, "sha256": file.sha256}
