"""What a mail that came in becomes: a ticket, an answer, a quiet message; with notes of what to know of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.action import conversation as act
from ticketcli.core.action.actor import Actor
from ticketcli.core.action.draft import Context, Draft
from ticketcli.core.mail.identity import is_authentic
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.code import from_id
from ticketcli.core.ticket.event import Attachment, Event, Path, Value
from ticketcli.core.ticket.who import Who, address_of

if TYPE_CHECKING:
    from datetime import datetime

    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.mail.matching import Route
    from ticketcli.core.mail.message import Mail
    from ticketcli.core.mail.post import Post
    from ticketcli.core.words.settings import Agent, Settings

NAME = "mail"
"""Who notes what is said of a mail."""
AUTOMATIC = "automatic"
"""The shipped status of automatic mail that belongs to no ticket (R2)."""
NOBODY = Who("somebody", "")
LONGEST_SUBJECT, LONGEST_TEXT = 500, 200_000
"""How many characters of a mail stand in a ticket; a longer text is attached, too."""


class Arrival(NamedTuple):
    """A mail that comes in."""

    mail: Mail
    event_id: str
    at: datetime | None
    """When it came, where that is not now."""
    attachments: tuple[Attachment, ...]
    remarks: tuple[str, ...]
    """What an agent should know of it."""

    @property
    def quiet(self) -> bool:
        """Whether it counts for nothing: automatic mail (R2)."""
        return bool(self.mail.automatic)


def begin(one: Arrival, post: Post, context: Context, links: tuple[str, ...] = ()) -> list[Draft]:
    """The drafts of a new ticket; automatic mail that belongs to none begins one that no list shows."""
    mail, settings = one.mail, context.settings
    given = (("cc", _copies(one, post)), ("links", links))
    lists = {name: items for name, items in given if items}
    nobody: dict[Path, Value] = {("assignee",): ""} if one.quiet else {}
    message = spoken(one, Changes({**_department(mail, settings), **nobody}, lists))
    subject = " ".join(mail.subject.split())[:LONGEST_SUBJECT] or "(no subject)"
    draft = act.create(subject, message, mail.sender if any(mail.sender) else NOBODY, context)
    status: dict[Path, Value] = {("status",): AUTOMATIC} if one.quiet and AUTOMATIC in settings.statuses else {}
    stamped = marked(draft, one, set={**draft.event.set, **status}, quiet=one.quiet)
    return [stamped, *remarked(one, from_id(one.event_id))]


def add(one: Arrival, route: Route, situation: Situation, post: Post, context: Context) -> list[Draft]:
    """The drafts of what a mail adds to a ticket: of a customer, of an agent (I3), of nobody who was meant (R2)."""
    notes = [*remarked(one, situation.code), *_bounced(one, route, situation)]
    agent = context.settings.agent(one.mail.sender.email)
    if agent and not one.quiet:
        return [_of_agent(one, route, situation, agent, post, context), *notes]
    if _answers_note(one, route, situation) and not one.quiet:
        (draft,) = act.note(spoken(one))(situation, context)
        return [marked(draft, one, by=str(one.mail.sender)), *notes]
    drafts = act.customer_reply(spoken(one), one.mail.sender, keep=one.quiet)(situation, context)
    return [*(marked(draft, one) for draft in drafts), *notes]


def _answers_note(one: Arrival, route: Route, situation: Situation) -> bool:
    """Whether somebody answers a note that was mailed to them: that is not for the customer to read either.

    Whose mail does not say what it answers answers a note where nothing else was mailed to them.
    """
    notes = {entry.event.id: entry.event for entry in situation.thread.messages if entry.event.kind == "note"}
    if route.event:
        return route.event in notes
    sender, header = one.mail.sender.email.casefold(), situation.header
    said = {entry.event.by for entry in situation.thread.messages if entry.event.kind == "message"}
    known = {header.text("customer", "email").casefold(), *map(str.casefold, header.list("cc")), *map(address_of, said)}
    return sender not in known and any(sender in map(address_of, note.to) for note in notes.values())


def unreadable(event_id: str, why: str, files: tuple[Attachment, ...], at: datetime | None, context: Context) -> Draft:
    """The draft of a ticket for a mail that cannot be understood: its bytes are attached."""
    message = act.Message(why, "email", files, Changes({}, {"tags": ("+unreadable",)}))
    return _with(act.create("A message that cannot be read", message, NOBODY, context), at, id=event_id, via="")


def remarked(one: Arrival, code: str) -> Iterator[Draft]:
    """The notes of what an agent should know of a mail."""
    for text in one.remarks:
        yield _with(Draft(code, Event(kind="note", role="system", by=NAME, body=f"{text}\n")), one.at)


def spoken(one: Arrival, changes: Changes | None = None) -> act.Message:
    """What a mail says, as a message."""
    body = one.mail.written.body.strip() or "(no text)"
    return act.Message(_cut(body), "email", one.attachments, changes or Changes())


def marked(draft: Draft, one: Arrival, **more: object) -> Draft:
    """The draft with what the mail says of itself."""
    mail, quoted = one.mail, _cut(one.mail.written.quoted)
    said = {"id": one.event_id, "mail_id": mail.message_id, "claimed_at": mail.date, "quoted": quoted, "via": ""}
    return _with(draft, one.at, **{**said, **more})


def _of_agent(one: Arrival, route: Route, situation: Situation, agent: Agent, post: Post, context: Context) -> Draft:
    """An answer where it is proven that an agent wrote it, else a note: anybody can write a From."""
    proven = route.signed and not route.word and is_authentic(one.mail, post.trusts)
    as_agent = replace(context, actor=Actor(agent.key, Who(agent.name or agent.key, agent.email)))
    done = situation.category in ("resolved", "closed")
    action = act.reply(spoken(one), keep=done) if proven else act.note(spoken(one))
    (draft,) = action(situation, as_agent)
    return marked(draft, one, by=agent.key if proven else str(one.mail.sender))


def _bounced(one: Arrival, route: Route, situation: Situation) -> Iterator[Draft]:
    """That an answer did not arrive: what is Answered, or Resolved by it, is Open again (R3)."""
    bounce = one.mail.bounce
    if bounce and bounce.failed and route.signed and route.event:
        opens = situation.category == "answered" or situation.standing.event.id == route.event
        body = f"not delivered to {', '.join(bounce.failed)}: {bounce.reason or 'no reason was given'}\n"
        event = Event(kind="change", role="system", by=NAME, action="bounced", about=(route.event,), body=body)
        yield _with(Draft(situation.code, event), one.at, set={("status",): "open"} if opens else {})


def _department(mail: Mail, settings: Settings) -> dict[Path, Value]:
    """The department to whose address a mail was sent."""
    addresses = {*map(str.casefold, mail.delivered_to), *(who.email.casefold() for who in (*mail.to, *mail.cc))}
    found = [name for name, one in settings.departments.items() if one.address.casefold() in addresses - {""}]
    return {("department",): found[0]} if found else {}


def _copies(one: Arrival, post: Post) -> tuple[str, ...]:
    """Who else got a mail that a person wrote."""
    without = {*post.own, one.mail.sender.email.casefold(), ""}
    copies: Sequence[Who] = () if one.quiet else one.mail.cc
    return tuple(dict.fromkeys(f"+{who.email}" for who in copies if who.email.casefold() not in without))


def _with(draft: Draft, at: datetime | None, **more: object) -> Draft:
    timed = {"at": at} if at else {}
    return replace(draft, event=replace(draft.event, **more, **timed))  # type: ignore[arg-type]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}\n[the whole text is attached: message.txt]"
