"""Where the conversation meets the desk: attachments, alerts with a key, follow-ups, and who wrote meanwhile."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ticketcli.core.action import conversation as act
from ticketcli.core.action.decide import repeat_id
from ticketcli.core.clock.times import show_span
from ticketcli.core.errors import BadWords, ChangedMeanwhile
from ticketcli.core.text import line
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.code import derived_id, from_id
from ticketcli.core.ticket.event import Attachment, Event, Value
from ticketcli.core.ticket.event import Path as FieldPath
from ticketcli.core.ticket.fields import CHANNELS
from ticketcli.core.ticket.who import Who, lenient, parse
from ticketcli.core.words import change
from ticketcli.core.words.keys import FINISHED
from ticketcli.desk.catalog import Catalog, Wanted
from ticketcli.edges import git, store

if TYPE_CHECKING:
    from ticketcli.core.action.actor import Actor
    from ticketcli.core.action.conversation import Message
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.fold import Ticket
    from ticketcli.desk.desk import Desk
    from ticketcli.desk.record import Session


class NewMessage(ChangedMeanwhile):
    """Somebody wrote while a reply was being written."""

    def __init__(self, situation: Situation, newest: Event, words: Sequence[str]) -> None:
        code, agent = situation.code, situation.settings.agent(newest.by)
        by = agent.name if agent and agent.name else lenient(newest.by).name or newest.by
        ago = f"{show_span(max(situation.now - newest.at, timedelta(0)))} ago"
        what = f"was answered {ago} by {by}" if newest.role == "agent" else f"has a message of {by}, {ago}"
        super().__init__(f"{code} {what}; nothing was written. Read it with: ticket show {code}")
        self.again = f"ticket reply {' '.join(words)} -F"


def channel(name: str) -> str:
    """The channel of that name. Raises BadWords."""
    if name not in CHANNELS:
        raise BadWords(f'unknown channel "{name}"; it is one of: {", ".join(CHANNELS)}')
    return name


def one_line(text: str) -> str:
    """A subject: one line, not empty. Raises BadWords."""
    subject = " ".join(text.split())
    if not subject:
        raise BadWords("the subject is empty; say in a line what it is about")
    return subject


def changes(
    desk: Desk,
    now: datetime,
    actor: Actor,
    priority: str | None,
    department: str | None,
    agent: str | None,
    tags: Sequence[str] | None,
    words: Sequence[str] | None,
    cc: Sequence[str] | None = None,
) -> Changes:
    """What the options -p -d -a -t --set --cc change. Raises BadWords where the desk does not know a value."""
    settings = desk.settings
    found = change.changes(list(words or ()), settings=settings, now=now, me=actor.key)
    fields: dict[FieldPath, Value] = dict(found.set)
    if priority is not None:
        fields[("priority",)] = change.pick_priority(priority, settings)
    if department is not None:
        fields[("department",)] = change.pick_department(department, settings)
    if agent is not None:
        fields[("assignee",)] = pick_agent(agent, actor, desk)
    lists = dict(found.lists)
    if tags:
        lists["tags"] = (*lists.get("tags", ()), *change.tag_words([f"+{tag}" for tag in tags]))
    if cc:
        lists["cc"] = (*lists.get("cc", ()), *(f"+{parse(address).email}" for address in cc))
    return Changes(fields, lists)


def pick_agent(name: str, actor: Actor, desk: Desk) -> str:
    """The agent that a word names: me, none, or one the desk has."""
    return change.pick_agent(name, desk.settings, me=actor.key)


def myself(work: Session) -> Who:
    """The person who types, as a customer."""
    person = work.actor.person
    return person if person.email else person._replace(email=git.user_email(work.desk.root))


def speaker(text: str, situation: Situation) -> Who:
    """The customer who speaks: the ticket's own, or a person given by address."""
    if text != "customer":
        return parse(text)
    header = situation.header
    return Who(header.text("customer", "name"), header.text("customer", "email"))


def attached(work: Session, message: Message, files: Sequence[Path]) -> Message:
    """The message with files stored in the desk, before the ticket that names them is written."""
    more = tuple(_keep(work.desk, path) for path in files)
    return replace(message, attachments=(*message.attachments, *more)) if files else message


def _keep(desk: Desk, path: Path) -> Attachment:
    return kept(desk, path.name, store.read_file(path))


def kept(desk: Desk, name: str, data: bytes) -> Attachment:
    """A file of a message whose content lies in the desk from now on."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Attachment(name, kind, len(data), store.keep(desk.root, data))


def create(
    work: Session, subject: str, message: Message, who: Who, *, by_agent: bool, key: str = ""
) -> tuple[str, list[Ticket]]:
    """A new ticket, or what is added to the unresolved one with that key; its code, and the tickets written."""
    before = _begun_before(work, key)
    if before:
        return before, []
    keyed = work.catalog.with_key(key) if key else []
    if keyed:
        return keyed[0].code, _add(work, keyed[0], message, who)
    fields: dict[FieldPath, Value] = dict(message.changes.set)
    if key:
        fields[("key",)] = key
    body = replace(message, changes=Changes(fields, message.changes.lists))
    tickets = work.record(None, [act.create(subject, body, who, work.context, by_agent=by_agent)])
    return tickets[0].code, tickets


def _begun_before(work: Session, key: str) -> str:
    """The ticket that this command, under its `--id`, has begun or added to before; empty where it has not."""
    token = work.how.token
    code = from_id(repeat_id("", token)) if token else ""
    if code in work.catalog.paths:
        return work.catalog.situation(code).code
    keyed = work.catalog.situations(Wanted(key=key)) if key and token else []
    return next((one.code for one in keyed if one.header.text("key") == key and work.repeated(one)), "")


def _add(work: Session, situation: Situation, message: Message, who: Who) -> list[Ticket]:
    """Adds an alert to its ticket, unless it says what the last message said."""
    texts = [entry.event.body for entry in situation.thread.messages if entry.event.kind == "message"]
    if texts and texts[-1].strip() == message.text.replace("\r\n", "\n").strip():
        return []
    return work.record(situation, act.customer_reply(message, who))


def follow_up(
    message: Message, files: Sequence[Path], who: str
) -> Callable[[Session, Situation], tuple[str, list[Ticket]] | None]:
    """Begins a linked ticket where the reopen window has passed (L10): its code, and the tickets written.

    None where the customer may still reopen.
    """

    def instead(work: Session, situation: Situation) -> tuple[str, list[Ticket]] | None:
        token = work.how.token
        event_id = derived_id("follow-up", situation.code, token) if token else ""
        if token and from_id(event_id) in work.catalog.paths:
            return from_id(event_id), []
        if not act.needs_follow_up(situation, work.context.instant):
            return None
        full = attached(work, message, files)
        draft = act.create(situation.header.text("subject"), full, speaker(who, situation), work.context)
        links = {**draft.event.lists, "links": (f"+follows {situation.code}",)}
        tickets = work.record(None, [replace(draft, event=replace(draft.event, id=event_id, lists=links))])
        return tickets[0].code, tickets

    return instead


def newest_public(situation: Situation) -> Event | None:
    """The newest public message of a thread, in the order of display."""
    return next((entry.event for entry in reversed(situation.thread.messages) if entry.event.kind == "message"), None)


def check_newest(situation: Situation, seen: str, words: Sequence[str]) -> None:
    """Raises NewMessage where a newer public message came than the one that was seen (exit 4, design 4).

    `words` are the tickets as they were named.
    """
    newest = newest_public(situation)
    if newest and newest.id != seen:
        raise NewMessage(situation, newest, words)


def before_editing(
    desk: Desk, now: datetime, words: Sequence[str], *, plain: bool = False
) -> tuple[dict[str, str], str]:
    """The newest public message of each ticket, and what to show below the text: the thread of the first one.

    Raises NeedsStatus where a `plain` answer will be refused: before somebody writes it.
    """
    from ticketcli.core.view.quoted import quoted

    catalog = Catalog(desk, now)
    situations = [catalog.situation(catalog.find_root(word)) for word in words]
    for done in (one for one in situations if plain and one.category in FINISHED):
        raise act.NeedsStatus(done.code, done.status)
    newest = {situation.code: event.id for situation in situations if (event := newest_public(situation))}
    heads = "".join(f"# {situation.code} {line(situation.header.text('subject'))}\n" for situation in situations)
    return newest, f"{heads}{quoted(situations[0])}"
