"""A message of the desk as a mail: who it is from, what it answers, what it quotes. It hands nothing over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.errors import TicketError
from ticketcli.core.mail import headers
from ticketcli.core.mail.throttle import is_automatic
from ticketcli.core.text import file_name
from ticketcli.core.ticket.event import ASKED, RATE
from ticketcli.core.ticket.who import BadAddress, Who, address_of, lenient, parse

if TYPE_CHECKING:
    from email.message import EmailMessage

    from ticketcli.core.mail.post import Post
    from ticketcli.core.mail.signing import Signer
    from ticketcli.core.ticket.event import Attachment, Event
    from ticketcli.core.ticket.thread import Entry, Thread
    from ticketcli.core.words.settings import Settings

FIRST, LAST = 4, 6
"""How many of the ids that a mail refers to are kept, of the first and of the last ones."""
LONGEST_QUOTE = 20_000
"""How many characters of the customer's message are quoted."""
_REPLY = re.compile(r"\s*re\s*:", re.IGNORECASE)
_TYPE = re.compile(r"([a-z0-9][a-z0-9!#$&^_.+-]{0,60})/([a-z0-9][a-z0-9!#$&^_.+-]{0,60})", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class NobodyToMail(TicketError):
    """A message whose addresses are none, or the desk's own."""

    def __init__(self) -> None:
        super().__init__("nobody to mail it to: what stands there is no address, or the desk's own")


class Sender(NamedTuple):
    """Who writes: the desk, from a mailbox."""

    settings: Settings
    post: Post
    signer: Signer | None


class Letter(NamedTuple):
    """A mail with what stands on its envelope."""

    sender: str
    """Empty for what nobody wrote: no server answers that."""
    recipients: tuple[str, ...]
    data: bytes
    """The mail, with the line ends of SMTP."""


def letter(
    entry: Entry, thread: Thread, sender: Sender, files: Sequence[tuple[Attachment, bytes]], now: datetime
) -> Letter:
    """A message ready to be handed over. Raises NobodyToMail."""
    people = recipients(entry.event, thread, sender)
    if not people:
        raise NobodyToMail
    data = compose(entry, thread, sender, files, now).as_bytes()
    addresses = tuple(headers.address(person.email) for person in people)
    own = "" if is_automatic(entry.event) else headers.address(sender.post.address.email)
    return Letter(own, addresses, data)


def recipients(event: Event, thread: Thread, sender: Sender) -> list[Who]:
    """Who gets a message, the customer first; never the desk itself, and nothing that is no address.

    What nobody wrote names nobody: a name is what a stranger says of whose address it may not be (R5).
    """
    header = thread.ticket.header
    name = "" if is_automatic(event) else header.text("customer", "name")
    customer = Who(name, header.text("customer", "email"))
    found: dict[str, Who] = {}
    for text in event.to:
        try:
            person = parse(text)
        except BadAddress:
            continue
        key = person.email.casefold()
        if not _is_own(key, sender):
            found[key] = customer if key == customer.email.casefold() else person
    return sorted(found.values(), key=lambda person: person != customer)


def compose(
    entry: Entry, thread: Thread, sender: Sender, files: Sequence[tuple[Attachment, bytes]], now: datetime
) -> EmailMessage:
    """The mail that says what a message says; whoever answers it writes in its ticket."""
    from email.message import EmailMessage
    from email.utils import format_datetime

    people = recipients(entry.event, thread, sender)
    mail = EmailMessage(policy=headers.policy(utf8=not all(person.email.isascii() for person in people)))
    for name, value in _headers(entry, thread, sender, people):
        if value:
            mail[name] = value
    mail["Date"] = format_datetime(now)
    mail.set_content(_text(entry, thread, sender, people))
    for file, data in files:
        found = _TYPE.fullmatch(file.type)
        main, sub = found.groups() if found else ("application", "octet-stream")
        if main.lower() in ("message", "multipart"):  # these may not be encoded as a file is
            main, sub = "application", "octet-stream"
        mail.add_attachment(data, maintype=main, subtype=sub, filename=file_name(file.name))
    return mail


def message_id(code: str, event: Event, sender: Sender) -> str:
    """The Message-ID of a message of the desk, without brackets."""
    domain = headers.address(sender.post.address.email).rpartition("@")[2] or "localhost"
    return sender.signer.message_id(code, event.id, domain) if sender.signer else f"{code}.{event.id}@{domain}"


def subject(thread: Thread, *, answer: bool) -> str:
    """The subject with the ticket's code, which finds the ticket where all else is lost; neither stands there twice."""
    token = f"[#{thread.code}]"
    plain = headers.line(thread.ticket.header.text("subject").replace(token, " "))
    begin = "Re: " if answer and not _REPLY.match(plain) else ""
    return f"{begin}{headers.text(plain)} {token}"


def own_subject(thread: Thread, settings: Settings) -> str:
    """The subject of a mail that nobody wrote: it says nothing that a stranger wrote (R5)."""
    return f"[#{thread.code}] {headers.text(headers.line(settings.name))}: about your request"


def _headers(entry: Entry, thread: Thread, sender: Sender, people: Sequence[Who]) -> Iterator[tuple[str, str]]:
    event, post = entry.event, sender.post
    own = headers.address(post.address.email)
    before = _before(entry, thread, sender)
    direct = people if event.kind == "note" else people[:1]
    yield "From", headers.who(_from(event, thread, sender))
    yield "To", ", ".join(map(headers.who, direct))
    yield "Cc", ", ".join(headers.who(person) for person in people if person not in direct)
    yield "Reply-To", sender.signer.address(thread.code, own) if sender.signer else ""
    automatic = is_automatic(event)
    plain = subject(thread, answer=bool(before or _asked(entry, thread, people)))
    yield "Subject", own_subject(thread, sender.settings) if automatic else plain
    mail_id = headers.mail_id(message_id(entry.code, event, sender))
    yield "Message-ID", mail_id
    yield "In-Reply-To", before[-1] if before else ""
    kept = before if len(before) <= FIRST + LAST else [*before[:FIRST], *before[-LAST:]]
    yield "References", " ".join([*kept, mail_id])  # some relays give it another Message-ID
    yield "X-Loop", own
    generated = "auto-generated" if event.role == "system" or event.action == "rule" else ""
    yield "Auto-Submitted", "auto-replied" if automatic else generated
    yield "Precedence", "bulk" if automatic else ""
    yield "X-Auto-Response-Suppress", "All" if automatic else ""


def _from(event: Event, thread: Thread, sender: Sender) -> Who:
    """The agent at the desk, at the address of the ticket's department where that has one."""
    settings, own = sender.settings, sender.post.address
    desk = own.name or settings.name
    agent = settings.agents.get(event.by)
    name = (agent.name or agent.key) if agent else lenient(event.by).name
    department = settings.departments.get(thread.ticket.header.text("department"))
    address = department.address if department and department.address else own.email
    return Who(f"{name} ({desk})" if name and event.role != "system" else desk, headers.address(address))


def _before(entry: Entry, thread: Thread, sender: Sender) -> list[str]:
    """The Message-IDs of what came before it: of messages, or of the notes that were mailed."""
    found: dict[str, None] = {}
    for other in thread.entries:
        if other.order >= entry.order:
            break
        event = other.event
        if other.here and not other.hidden and event.kind == entry.event.kind:
            given = event.mail_id or (message_id(other.code, event, sender) if event.to else "")
            found[headers.mail_id(given)] = None
    return [one for one in found if one]


def _text(entry: Entry, thread: Thread, sender: Sender, people: Sequence[Who]) -> str:
    parts = [*_said(entry, thread, sender)]
    if signature := _signature(entry.event, thread, sender):
        parts.append(f"-- \n{signature}")
    if entry.event.action != ASKED and (quote := _quote(entry, thread, sender, people)):
        parts.append(quote)
    return _CONTROLS.sub("", "\n\n".join(parts).replace("\r\n", "\n")) + "\n"


def _said(entry: Entry, thread: Thread, sender: Sender) -> Iterator[str]:
    """What a message says, and the mail that carries it besides."""
    if entry.event.action not in (ASKED, RATE):
        yield entry.event.body.rstrip()
        return
    from ticketcli.core.mail import telling

    if entry.event.action == ASKED:
        yield telling.standing(entry, thread, sender).rstrip()
    else:
        yield from filter(None, [entry.event.body.rstrip(), telling.question(thread, sender)])


def _signature(event: Event, thread: Thread, sender: Sender) -> str:
    """The desk's signature, below an answer with the address that is asked how the ticket stands."""
    rows = [sender.post.signature.rstrip()]
    if sender.post.status_address and event.public_answer:
        from ticketcli.core.mail import telling

        rows.append(telling.footer(thread, sender))
    return "\n".join(filter(None, rows))


def _quote(entry: Entry, thread: Thread, sender: Sender, people: Sequence[Who]) -> str:
    """What one of those who get it wrote last before it; nothing to third parties, who get what the note says, and
    nothing in what nobody wrote (R5).
    """
    asked = _asked(entry, thread, people)
    if asked is None or asked.hidden or is_automatic(entry.event):
        return ""
    event = asked.event
    who = lenient(event.by)
    body = event.body.rstrip()
    text = body if len(body) <= LONGEST_QUOTE else f"{body[:LONGEST_QUOTE]}\n[…]"
    rows = (f"> {row}".rstrip() for row in text.split("\n"))
    when = event.at.astimezone(sender.settings.zone)
    return "\n".join([f"On {when:%Y-%m-%d %H:%M}, {headers.line(who.name or who.email)} wrote:", *rows])


def _asked(entry: Entry, thread: Thread, people: Sequence[Who]) -> Entry | None:
    """The last message, before a public one, of somebody who gets it: others may have written what is not for them."""
    known = {person.email.casefold() for person in people}
    before = (other for other in thread.messages if other.order < entry.order and other.event.from_customer)
    theirs = [other for other in before if address_of(other.event.by) in known]
    return theirs[-1] if theirs and entry.event.kind == "message" else None


def _is_own(address: str, sender: Sender) -> bool:
    """Whether mail to an address comes back to the desk, with a ticket in it or without."""
    local, _, domain = address.rpartition("@")
    own = {*sender.post.own, *(one.address.casefold() for one in sender.settings.departments.values())}
    return not own.isdisjoint((address, f"{local.partition('+')[0]}@{domain}"))
