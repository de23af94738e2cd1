"""The canned responses of a desk: found, read, and made the message of a ticket. It writes none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.errors import TicketError
from ticketcli.core.file import reader
from ticketcli.core.ticket.event import RATE
from ticketcli.core.ticket.header import Header
from ticketcli.core.words import canned as words
from ticketcli.core.words import placeholders
from ticketcli.core.words.canned import titled as titled
from ticketcli.core.words.known import UnknownName
from ticketcli.desk.answering import kept
from ticketcli.desk.catalog import Catalog
from ticketcli.edges import store

if TYPE_CHECKING:
    from ticketcli.core.action.actor import Actor
    from ticketcli.core.action.conversation import Message
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.changes import Changes
    from ticketcli.core.ticket.who import Who
    from ticketcli.core.words.canned import Canned
    from ticketcli.core.words.change import Effects
    from ticketcli.desk.desk import Desk
    from ticketcli.desk.record import Session

FOLDER = "canned"


class NoStatusHere(TicketError):
    """A response that sets a status, where none can be set with it."""

    def __init__(self, name: str, status: str) -> None:
        super().__init__(
            f'the canned response "{name}" sets the status {status}, which goes with a reply only; '
            "use another one, or take that word out of its then"
        )


class Shelf(NamedTuple):
    """All responses of a desk, and what is wrong with those that cannot be read."""

    canned: tuple[Canned, ...]
    problems: tuple[TicketError, ...]


def names(desk: Desk) -> list[str]:
    """The names of the desk's responses, sorted. Raises Unreadable."""
    return [path.stem for path in store.canned_files(desk.root) if words.safe_name(path.stem)]


def one(desk: Desk, name: str) -> Canned:
    """The response of that name, in any case. Raises UnknownName, BadCanned and Unreadable."""
    known = names(desk)
    found = name if name in known else next((each for each in known if each.casefold() == name.casefold()), "")
    if not found:
        hint = "" if known else '; write canned/greeting.toml with body = "Hello {{customer.name|there}}"'
        raise UnknownName("canned response", name, known, hint)
    return read(desk.root / FOLDER / f"{found}.toml")


def read(path: Path) -> Canned:
    """The response that a file holds. Raises BadCanned and Unreadable."""
    data = store.read(path).data
    try:
        return words.read(reader.text_of(data), path.stem)
    except reader.Unreadable as error:
        raise words.BadCanned(path.stem, [str(error)]) from error


def shelf(desk: Desk) -> Shelf:
    """All of them, by department, language and name."""
    found: list[Canned] = []
    problems: list[TicketError] = []
    for name in names(desk):
        try:
            found.append(one(desk, name))
        except TicketError as error:
            problems.append(error)
    return Shelf(tuple(sorted(found, key=lambda one: (one.department, one.language, one.name))), tuple(problems))


def follow_ups(desk: Desk, canned: Canned, now: datetime, *, status: bool = True) -> Effects:
    """What using a response sets besides. Raises BadCanned, and NoStatusHere where it may set no status."""
    found = words.follow_ups(canned, settings=desk.settings, now=now, me=desk.actor().key)
    if found.status and not status:
        raise NoStatusHere(canned.name, found.status)
    return found


def on_ticket(desk: Desk, now: datetime, word: str, changes: Changes) -> Mapping[str, str]:
    """What placeholders stand for on a ticket when the one who acts answers now, and changes this with it."""
    catalog = Catalog(desk, now)
    return _values(catalog.situation(catalog.find_root(word)), desk.actor(), changes)


def _values(situation: Situation, actor: Actor, changes: Changes) -> Mapping[str, str]:
    header = situation.header
    changed = header._replace(values={**header.values, **changes.set})
    return placeholders.values_of(changed, situation.status, actor, situation.settings)


def on_new(desk: Desk, now: datetime, subject: str, who: Who, changes: Changes) -> Mapping[str, str]:
    """What placeholders stand for on a ticket that begins so; it has no code yet."""
    said = {("subject",): subject, ("customer", "name"): who.name, ("customer", "email"): who.email}
    header = Header("", now, {**said, **changes.set}, changes.lists)
    return placeholders.values_of(header, "", desk.actor(), desk.settings)


def filled(canned: Canned, values: Mapping[str, str], text: str) -> str:
    """The response with a text in its `{{text}}`. Raises NothingToFillIn."""
    return words.filled(canned, {**values, placeholders.SAID: text})


def said(work: Session, situation: Situation, message: Message, canned: Canned) -> Message:
    """The message with its text in the response's, filled in for a ticket. Raises NothingToFillIn."""
    values = _values(situation, work.actor, message.changes)
    return replace(message, text=filled(canned, values, message.text.strip()))


def accompanied(desk: Desk, message: Message, canned: Canned, then: Effects) -> Message:
    """The message with what goes with the response: its files, what it sets, and what it asks for."""
    attached = tuple(kept(desk, name, data) for name, data in files(desk, canned))
    action = RATE if canned.asks == words.RATING else message.action
    return replace(message, attachments=attached, changes=message.changes.over(then.changes), action=action)


def files(desk: Desk, canned: Canned) -> list[tuple[str, bytes]]:
    """The names and contents of the files that go with a response. Raises Unreadable and AttachmentTooLarge."""
    return [(name, _content(desk.root / FOLDER / name)) for name in canned.attachments]


def _content(path: Path) -> bytes:
    try:
        return store.read(path, limit=store.ATTACHMENT_LIMIT).data
    except store.TooLarge as error:
        raise store.AttachmentTooLarge(str(path)) from error
