"""One message of a thread as lines: who spoke, when, and what, so that no text can imitate the program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from ticketcli.core.clock.times import show
from ticketcli.core.mail.outbox import FAILED, SENT, UNSURE
from ticketcli.core.view.look import Look, paragraph, quotation
from ticketcli.core.view.messages import Message, sentence

if TYPE_CHECKING:
    from ticketcli.core.mail.outbox import Mailing
    from ticketcli.core.ticket.event import Attachment, Event
    from ticketcli.core.view.public import PublicTicket

HEAD = "── "
"""Only the program begins a line with this."""
PREFIXES = {"customer": "│ ", "agent": "  ", "system": "  "}
NOTE = "┆ "
QUOTED = "  > "


def speech(message: Message, look: Look, zone: tzinfo, *, quoted: bool) -> Iterator[str]:
    """A message, note, stub, merge, split or rating as lines."""
    event = message.event
    if event.kind == "change":
        yield from _happened(message, look, zone, quoted)
        return
    yield from _headed(f"{message.name}  {show(event.at, zone)}", ", ".join(filter(None, _about(message))), look)
    if message.moved_to:
        yield f"  moved to {message.moved_to}"
    elif message.hidden:
        yield from paragraph(_redacted(event, zone), look, "  ")
    else:
        yield from _content(event, look, NOTE if message.internal else PREFIXES.get(event.role, NOTE), quoted)
    if message.mail:
        yield from paragraph(f"[{mailed(message.mail, zone)}]", look, "  ")


def _happened(message: Message, look: Look, zone: tzinfo, quoted: bool) -> Iterator[str]:
    """A merge, split or rating; the last can be named, since it may have to be blacked out."""
    event, when = message.event, show(message.event.at, zone)
    what = f"{event.by or event.role} {sentence(event)}"
    yield from _headed(f"{message.name}  {when}" if event.rating else when, what, look)
    if event.rating and message.hidden:
        yield from paragraph(_redacted(event, zone), look, "  ")
    else:
        yield from _content(event, look, PREFIXES["customer"] if event.rating else NOTE, quoted)


def mailed(one: Mailing, zone: tzinfo) -> str:
    """What became of a message as a mail, in a few words."""
    said, to = f": {one.reason}" if one.reason else "", ", ".join(one.event.to)
    if one.state == SENT:
        lost = f", but not to {', '.join(one.refused)}{said}" if one.refused else ""
        return f"sent {_when(one.since, zone)} to {to}{lost}"
    if one.state == FAILED:
        return f"not sent to {to}{said}"
    if one.state == UNSURE:
        return f"may have been sent {_when(one.since, zone)} to {to}{said}"
    again = f"{said}; tried again from {show(one.next_try, zone)}" if one.next_try else ""
    return f"waits to be sent to {to}{again}"


def _when(instant: datetime | None, zone: tzinfo) -> str:
    return show(instant, zone) if instant else ""


def public_speech(message: Message, ticket: PublicTicket, look: Look, *, quoted: bool) -> Iterator[str]:
    """A message as its customer may see it."""
    event = message.event
    who = ", ".join(filter(None, [ticket.name_of(event) or event.role, event.channel]))
    yield from _headed(f"{message.name}  {show(event.at, ticket.zone)}", who, look)
    if message.hidden:
        yield "  [redacted]"
    else:
        yield from _content(event, look, PREFIXES.get(event.role, NOTE), quoted)


def flat(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


def _headed(when: str, who: str, look: Look) -> Iterable[str]:
    return map(look.bold, paragraph(f"{when}  {who}", look, HEAD))


def _about(message: Message) -> list[str]:
    event = message.event
    return [
        f'rule "{event.value}"' if event.ruled else event.by or event.role,
        "INTERNAL NOTE" if message.internal else event.role,
        event.channel,
        event.via and f"typed by {event.via}",
        "quiet" if event.quiet else "",
        f"shown here and in {message.code}" if message.copied else "",
    ]


def _redacted(event: Event, zone: tzinfo) -> str:
    if event.redacted is None:
        return "[redacted with the message that it was taken from]"
    return f"[redacted by {event.redacted.by} on {show(event.redacted.at, zone).partition(' ')[0]}]"


def _content(event: Event, look: Look, prefix: str, quoted: bool) -> Iterator[str]:
    if event.body:
        yield from quotation(event.body, look, prefix)
    if event.quoted and quoted:
        yield from quotation(event.quoted, look, QUOTED)
    elif event.quoted:
        count = len(event.quoted.rstrip("\n").split("\n"))
        yield f"  [{count} quoted line{'' if count == 1 else 's'}; --quoted shows {'it' if count == 1 else 'them'}]"
    for file in event.attachments:
        yield from paragraph(f"{file.name} ({file.type}, {_size(file)})", look, "  file: ")


def _size(file: Attachment) -> str:
    if file.size < 1000:
        return f"{file.size} bytes"
    return f"{file.size / 1000:.1f} kB" if file.size < 1_000_000 else f"{file.size / 1_000_000:.1f} MB"
