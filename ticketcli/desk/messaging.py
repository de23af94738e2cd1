"""A message of a form, chat or call becomes one on its ticket, once, however often it comes. It parses nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.action import conversation as act
from ticketcli.core.action.arrival import NAME, NOBODY, unreadable
from ticketcli.core.errors import BadWords, NotFound
from ticketcli.core.intake import lines
from ticketcli.core.intake.incoming import first_id
from ticketcli.core.intake.message import Message
from ticketcli.core.mail.identity import raw_id
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.code import NoSuchTicket, from_id
from ticketcli.core.ticket.event import Attachment
from ticketcli.core.words import change
from ticketcli.desk import remembering
from ticketcli.desk.answering import speaker
from ticketcli.desk.receipt import ADDED, FOLLOW_UP, KNOWN, NEW, UNREADABLE, Receipt
from ticketcli.desk.record import Full, How, session
from ticketcli.edges import store

if TYPE_CHECKING:
    from ticketcli.core.action.draft import Draft
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.event import Path, Value
    from ticketcli.desk.desk import Desk
    from ticketcli.desk.record import Session

_KEY = "key:"
_LONGEST_SUBJECT = 80
"""How many characters of a text stand for a subject."""


def receive(desk: Desk, line: bytes, how: How, warn: Callable[[str], None]) -> Receipt:
    """Takes one message in, as `import jsonl` takes many; what is none is kept as it came. Raises what saving does."""
    with session(desk, how, "receive", warn, itself=desk.itself(NAME)) as work:
        try:
            return take(work, _read(line))
        except (BadWords, NotFound) as error:  # of what it is made, or of what the desk does not know
            return _keep_raw(work, line, str(error))


def _read(line: bytes) -> Message:
    message = lines.read(line)
    if not isinstance(message, Message):
        raise lines.BadLine('only a message comes in by itself, "kind": "message"; for others: ticket import jsonl')
    return message


def _keep_raw(work: Session, line: bytes, why: str) -> Receipt:
    event_id = raw_id(line)
    if _stands(work, event_id, None):
        return Receipt(from_id(event_id), KNOWN)
    file = Attachment("message.json", "application/json", len(line), store.keep(work.desk.root, line))
    work.record(None, [unreadable(event_id, f"{why}.", (file,), None, work.context)])
    return Receipt(from_id(event_id), UNREADABLE, why=why)


def take(work: Session, message: Message, known: Mapping[str, str] | None = None) -> Receipt:
    """Takes a message in: a customer's, on its ticket, or on a new one. Raises what the desk does not know of it.

    `known` says of events which ticket has them, where many messages come in; else it is looked up.
    """
    event_id = id_of(message)
    if code := _stands(work, event_id, known):
        return Receipt(code, KNOWN)
    situation = _situation(work, message)
    changes = _changes(work, message)
    said = act.Message(message.text.strip() or "(no text)", message.channel, _kept(work, message), changes)
    one = _Arrival(message, said, event_id)
    if situation is None:
        return _begin(work, one)
    if act.needs_follow_up(situation, message.at or work.context.instant):
        return _begin(work, one, situation)
    who = message.who if any(message.who) else speaker("customer", situation)
    drafts = act.customer_reply(said, who)(situation, work.context)
    try:
        work.record(situation, [_stamped(work, draft, one) for draft in drafts])
    except Full:
        return _begin(work, one, situation)
    return Receipt(situation.code, ADDED, not act.accepts(situation))


def id_of(message: Message) -> str:
    """The id of the event that a message becomes."""
    return first_id(message.source, message.number)


def places(work: Session) -> dict[str, str]:
    """Which ticket has each event that came from outside: what `take` is given where many messages come in."""
    return {event: code for _, event, code in remembering.mails(work.catalog, None)}


class _Arrival(NamedTuple):
    """A message, what of it an action needs, and the id that it gets."""

    message: Message
    said: act.Message
    event_id: str


def _stands(work: Session, event_id: str, known: Mapping[str, str] | None) -> str:
    """The ticket in which a message stands already; empty where it is in none."""
    if from_id(event_id) in work.catalog.paths:
        return from_id(event_id)
    if known is not None:
        return known.get(event_id, "")
    return next((code for _, event, code in remembering.mails(work.catalog, (), {event_id}) if event == event_id), "")


def _situation(work: Session, message: Message) -> Situation | None:
    """The ticket that a message names; None for a new one. Raises NotFound."""
    if not message.ticket:
        return None
    if message.ticket.startswith(_KEY):
        key = message.ticket.removeprefix(_KEY)
        if not key:  # nearly every ticket has none
            raise NoSuchTicket(message.ticket)
        return next(iter(work.catalog.with_key(key)), None)
    return work.catalog.situation(work.catalog.find_root(message.ticket))


def _changes(work: Session, message: Message) -> Changes:
    """What a message sets besides. Raises UnknownName where the desk has no such department or priority."""
    settings = work.desk.settings
    fields: dict[Path, Value] = dict(message.fields)
    if message.department:
        fields["department",] = change.pick_department(message.department, settings)
    if message.priority:
        fields["priority",] = change.pick_priority(message.priority, settings)
    return Changes(fields, {"tags": message.tags} if message.tags else {})


def _kept(work: Session, message: Message) -> tuple[Attachment, ...]:
    """The files of a message in the desk, before the ticket that names them is written."""
    root = work.desk.root
    for file in message.files:
        if len(file.data) > store.ATTACHMENT_LIMIT:
            raise store.AttachmentTooLarge(file.name)
    return tuple(Attachment(one.name, one.type, len(one.data), store.keep(root, one.data)) for one in message.files)


def _begin(work: Session, one: _Arrival, before: Situation | None = None) -> Receipt:
    """Begins a ticket, linked with one that takes no more."""
    message = one.message
    subject = message.subject or (before.header.text("subject") if before else "") or _first_line(message.text)
    key = message.ticket.removeprefix(_KEY) if before is None and message.ticket else ""
    more = {("key",): key, ("customer", "phone"): message.phone}
    fields = {**one.said.changes.set, **{path: value for path, value in more.items() if value}}
    lists = {**one.said.changes.lists, **({"links": (f"+follows {before.code}",)} if before else {})}
    who = message.who if any(message.who) else speaker("customer", before) if before else NOBODY
    draft = act.create(subject, replace(one.said, changes=Changes(fields, lists)), who, work.context)
    work.record(None, [_stamped(work, draft, one)])
    return Receipt(from_id(one.event_id), FOLLOW_UP if before else NEW)


def _first_line(text: str) -> str:
    line = next((" ".join(row.split()) for row in text.splitlines() if row.strip()), "(no subject)")
    return line if len(line) <= _LONGEST_SUBJECT else f"{line[: _LONGEST_SUBJECT - 1]}…"


def _stamped(work: Session, draft: Draft, one: _Arrival) -> Draft:
    """The draft with the id of its message and its time; a time ahead of ours is now. Nobody typed it."""
    event = replace(draft.event, id=one.event_id, via="")
    return replace(draft, event=replace(event, at=min(one.message.at, work.how.now)) if one.message.at else event)
