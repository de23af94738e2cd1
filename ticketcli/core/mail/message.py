"""The raw bytes of a mail become a value, whatever the internet sends. It decides nothing and knows no tickets.

What was wrong with a mail, and how it was read all the same, stands in `defects`; what cannot be read at all is
refused with the reason, and its bytes are the caller's to keep.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from typing import cast

from ticketcli.core.mail import files, limits, mime
from ticketcli.core.mail.addresses import addresses
from ticketcli.core.mail.body import Body
from ticketcli.core.mail.files import Outer, Part
from ticketcli.core.mail.limits import Unintelligible
from ticketcli.core.mail.machine import automatic, bounce
from ticketcli.core.mail.machine.bounce import Bounce
from ticketcli.core.mail.reply.quoting import Split, split
from ticketcli.core.ticket.who import Who

FORWARDS = ("fwd:", "fw:", "wg:", "tr:", "rv:", "enc:", "vs:", "i:", "pd:", "doorst:", "転送:", "转发:")
"""How mail programs mark the subject of what is passed on."""
MOST_DEFECTS = 20

_MARKER = re.compile(rb"(?:\xef\xbb\xbf)?\s*+(?:>?From (?!:)[^\r\n]*+(?:\r\n|\r|\n))?")
"""What mailboxes put before a mail."""
_HAS_MAILS = re.compile(rb"message/|multipart/digest", re.IGNORECASE)
_NOBODY = Who("", "")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as a person understands it."""

    message_id: str
    """Without brackets, as all ids here; "" where it has none."""
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender: Who
    """The first of `senders`; where there is none, of Sender or Return-Path."""
    senders: tuple[Who, ...]
    reply_to: tuple[Who, ...]
    to: tuple[Who, ...]
    cc: tuple[Who, ...]
    delivered_to: tuple[str, ...]
    subject: str
    """On one line."""
    date: datetime | None
    """As its sender claims, in UTC."""
    text: str
    """What a person reads; lines end in LF."""
    written: Split
    """Of that, what its writer wrote, and the rest; a report and what was forwarded stay whole."""
    attachments: tuple[Part, ...]
    automatic: str
    """Why it counts as automatic; "" where it does not."""
    bounce: Bounce | None
    authentication: tuple[str, ...]
    """What servers on its way say of its sender, the nearest first (RFC 8601); anybody can write the others."""
    defects: tuple[str, ...]


def read(raw: bytes) -> Mail:
    """The mail that these bytes are. Raises Unintelligible."""
    try:
        return _read(raw[cast("re.Match[bytes]", _MARKER.match(raw)).end() :])
    except Unintelligible:
        raise
    except Exception as error:  # a parser that trips over hostile bytes must not lose the mail or stop the next
        raise Unintelligible(f"{type(error).__name__}, {error}") from error


def _read(raw: bytes) -> Mail:
    limits.check(raw)
    outer = cast("Outer", mime.parse(raw, Outer))
    if not outer.keys():
        raise Unintelligible("it has no header")
    whole = mime.parse(raw) if _HAS_MAILS.search(raw) else outer
    body = Body()
    body.take(outer)
    defects = body.defects
    senders = _people(outer, defects, "From")
    subject, why = mime.decoded(_first(outer, "Subject")), automatic.why(whole)
    return Mail(
        message_id=next(iter(_ids(outer, "Message-ID")), ""),
        in_reply_to=_ids(outer, "In-Reply-To"),
        references=_ids(outer, "References"),
        sender=_sender(outer, defects, senders),
        senders=senders,
        reply_to=_people(outer, defects, "Reply-To"),
        to=_people(outer, defects, "To"),
        cc=_people(outer, defects, "Cc"),
        delivered_to=_delivered_to(outer, defects),
        subject=subject,
        date=mime.date(_first(outer, "Date")),
        text=(text := body.text),
        written=Split(text, "") if why or subject.casefold().startswith(FORWARDS) else split(text),
        attachments=_attachments(body.files, defects),
        automatic=why,
        bounce=bounce.read(whole),
        authentication=tuple(mime.decoded(value) for value in mime.fields(outer, "Authentication-Results")),
        defects=tuple(dict.fromkeys(defects))[:MOST_DEFECTS],
    )


def _sender(message: Message, defects: list[str], senders: tuple[Who, ...]) -> Who:
    others = () if senders else _people(message, defects, "Sender") or _people(message, defects, "Return-Path")
    return (*senders, *others, _NOBODY)[0]


def _delivered_to(message: Message, defects: list[str]) -> tuple[str, ...]:
    people = _people(message, defects, "Delivered-To", "X-Original-To", "Envelope-To")
    return tuple(who.email for who in people if who.email)


def _first(message: Message, name: str) -> str:
    return next(iter(mime.fields(message, name)), "")


def _ids(message: Message, name: str) -> tuple[str, ...]:
    return tuple(each for value in mime.fields(message, name) for each in mime.ids(value))


def _people(message: Message, defects: list[str], *names: str) -> tuple[Who, ...]:
    read = [addresses(value) for value in mime.fields(message, *names)]
    if not all(complete for _, complete in read):
        defects.append(f"too many addresses in {names[0]}, only the first were read")
    return tuple(who for people, _ in read for who in people)


def _attachments(found: list[Part], defects: list[str]) -> tuple[Part, ...]:
    if len(found) <= files.MOST:
        return tuple(found)
    kept, more = found[: files.MOST], found[files.MOST :]
    names = ", ".join(part.name for part in more[:MOST_DEFECTS])
    defects.append(f"{len(found)} attachments, the last {len(more)} are kept in one file: {names}")
    return (*kept, files.together(more))
