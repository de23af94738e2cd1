"""What a thread shows, message by message; it does not decide how that looks. What is blacked out is gone from here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ticketcli.core.mail.outbox import mailings
from ticketcli.core.ticket.thread import Entry, Read, Thread, root
from ticketcli.core.view.names import Short, message_name

if TYPE_CHECKING:
    from datetime import datetime

    from ticketcli.core.mail.outbox import Mailing
    from ticketcli.core.ticket.event import Event
    from ticketcli.core.ticket.fold import Ticket


@dataclass(frozen=True, slots=True)
class Message:
    """A message or note as it is shown in a thread, the stub of one shown elsewhere, or a merge, split or rating."""

    name: str
    """How commands call it: `7KQ-M/2`."""
    code: str
    """The ticket it was written in."""
    event: Event
    """Without its text and files where it is a stub or blacked out."""
    moved_to: str = ""
    copied: bool = False
    hidden: bool = False
    """Whether its text is blacked out, here or in what it was taken from."""
    mail: Mailing | None = None
    """What became of it as a mail."""

    @property
    def internal(self) -> bool:
        """Whether customers must never see it."""
        return self.event.kind != "message"


@dataclass(frozen=True, slots=True)
class Link:
    """Another ticket that this one speaks of."""

    relation: str
    code: str
    """The ticket that answers for it now."""
    subject: str


def messages(thread: Thread, read: Read, short: Short, mails_at: datetime | None = None) -> list[Message]:
    """Everything that a thread shows, in the order of display, stubs, merges, splits and ratings too.

    Where mail leaves the desk, `mails_at` is the instant at which messages wait for that.
    """
    files = {file.code: file for file in thread.files}
    mails = _mails(thread, files, read, mails_at)
    return [
        _message(entry, files.get(entry.code) or read(entry.code) or thread.ticket, short, mails)
        for entry in thread.entries
        if entry.event.kind != "change" or sentence(entry.event)
    ]


def _mails(
    thread: Thread, files: Mapping[str, Ticket], read: Read, mails_at: datetime | None
) -> dict[tuple[str, str], Mailing]:
    """The messages of which something was written down that concerns their mail, or that wait."""
    codes = {entry.code for entry in thread.entries if entry.event.to}
    found = (one for code in codes for file in [files.get(code) or read(code)] if file for one in mailings(file))
    told = (one for one in found if one.since or (mails_at and (one.due(mails_at) or one.overlooked(mails_at))))
    return {(one.code, one.event.id): one for one in told}


def public(shown: Iterable[Message]) -> list[Message]:
    """What of it the customer may see: the public messages shown here, nothing else."""
    return [message for message in shown if not message.internal and not message.moved_to]


def sentence(event: Event) -> str:
    """What a merge, split or rating did in the thread, in words; empty for all other events."""
    if event.rating:
        return f"rated the support {event.rating} of 5" + (f", typed by {event.via}" if event.via else "")
    if event.action == "merge":
        merged = [item[1:] for item in event.lists.get("shows", ()) if item.startswith("+")]
        return f"merged {', '.join(merged)} into this ticket" if merged else ""
    links = event.lists.get("links", ()) if event.action == "split" else ()
    ways = {"+split-to": "split off as", "+split-from": "split off from"}
    return ", ".join(f"{ways[way]} {code}" for way, _, code in (link.partition(" ") for link in links) if way in ways)


def reason(ticket: Ticket) -> Event | None:
    """The change that gave the last reason for a status, an agent or a department."""
    told = (("status",), ("assignee",), ("department",))
    given = [event for event in ticket.counting if event.kind == "change" and event.body and not event.redacted]
    return next((event for event in reversed(given) if any(path in event.set for path in told)), None)


def links(thread: Thread, read: Read) -> list[Link]:
    """The tickets that this one is linked with, each followed to the one that answers for it, none twice."""
    return list(dict.fromkeys(_links(thread, read)))


def blacked(event: Event) -> Event:
    """An event without what it says; who a customer was goes with what they wrote."""
    event = replace(event, body="", quoted="", attachments=(), mail_id="")
    return replace(event, by="", via="") if event.role == "customer" else event


def _links(thread: Thread, read: Read) -> Iterator[Link]:
    for item in thread.ticket.header.list("links"):
        relation, _, code = item.rpartition(" ")
        target = root(code, read)
        ticket = read(target)
        if target != thread.code:
            yield Link(relation or "related", target, ticket.header.text("subject") if ticket else "")


def _message(entry: Entry, file: Ticket, short: Short, mails: Mapping[tuple[str, str], Mailing]) -> Message:
    event = entry.event
    if entry.hidden:
        event = blacked(event)
    elif entry.moved_to:
        event = replace(event, body="", quoted="", attachments=())
    name = message_name(entry.event, file, short)
    mail = None if entry.moved_to else mails.get((entry.code, event.id))
    return Message(name, entry.code, event, entry.moved_to, entry.copied, entry.hidden, mail)
