"""A public thread as an mbox that any mail program opens: mails that have happened. It sends and finds nothing.

Every mail is plain ASCII, whatever people wrote; a line of a text that begins with "From " is written so that no
program takes it for the beginning of a mail.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.charset import QP, Charset
from email.generator import BytesGenerator
from email.header import Header
from email.message import Message as Mail
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.file.values import clean
from ticketcli.core.text import file_name
from ticketcli.core.text import line as visible
from ticketcli.core.ticket.who import Who, lenient

if TYPE_CHECKING:
    from ticketcli.core.ticket.event import Attachment, Event

MOST_REFERENCES = 20
_NO_HOST = "localhost"
_ENCODED = "=?"
"""How a word begins that mail programs decode; one that somebody typed means itself."""
_FROM = re.compile("^From ", re.MULTILINE)
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")
_ID = re.compile(r"[!-;=?-~]{1,250}@[!-;=?-~]{1,250}", re.ASCII)
_ADDRESS = re.compile(r"[!-~]+@[!-~]+")


class Post(NamedTuple):
    """One public message of a thread, with what stands about it in the desk."""

    event: Event
    code: str
    """The ticket it was written in."""
    author: str
    """The name under which customers know who wrote it."""


def mbox(
    posts: Iterable[Post], subject: str, desk: Who, customer: Who, fetch: Callable[[Attachment], bytes | None]
) -> bytes:
    """The mails of a thread, each an answer to the one before; `desk` is whom customers write to.

    `fetch` gives the content of a file, None where it is not to be had.
    """
    text = BytesIO()
    ids: list[str] = []
    for post in posts:
        by_customer = post.event.role == "customer"
        sender = lenient(post.event.by) if by_customer else Who(post.author, desk.email)
        mail = _mail(post.event, fetch)
        mail["From"], mail["To"] = _address(sender), _address(desk if by_customer else customer)
        mail["Subject"] = _subject(f"Re: {subject}" if ids else subject)
        mail["Date"] = format_datetime(post.event.at)
        _thread(mail, _message_id(post, ids), ids)
        text.write(_from_line(sender, post.event.at) + _flat(mail) + b"\n")
    return text.getvalue()


def _mail(event: Event, fetch: Callable[[Attachment], bytes | None]) -> Mail:
    text = _text(event.body)
    files = [(file, data) for file in event.attachments if (data := fetch(file)) is not None]
    if not files:
        return text
    whole = MIMEMultipart(boundary=f"=_{event.id}")  # no encoded part has a line like it
    for part in (text, *(_file(file, data) for file, data in files)):
        whole.attach(part)
    return whole


def _text(body: str) -> MIMEText:
    charset = Charset("utf-8")
    charset.body_encoding = QP
    part = MIMEText(clean(body), "plain", charset)  # type: ignore[arg-type]
    part.set_payload(_FROM.sub("=46rom ", str(part.get_payload())))
    return part


def _file(file: Attachment, data: bytes) -> MIMEBase:
    from email.encoders import encode_base64

    main, _, sub = _type(file.type.casefold()).partition("/")
    part = MIMEBase(main, sub)
    part.set_payload(data)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", file_name(file.name)))
    return part


def _type(name: str) -> str:
    """The type that a part may have: one that holds others would not be read as the content that it is."""
    known = _TYPE.fullmatch(name) and not name.startswith(("multipart/", "message/"))
    return name if known else "application/octet-stream"


def _thread(mail: Mail, message_id: str, ids: list[str]) -> None:
    """Names a mail, and what it answers."""
    mail["Message-ID"] = f"<{message_id}>"
    if ids:
        mail["In-Reply-To"] = f"<{ids[-1]}>"
        mail["References"] = "\n ".join(f"<{one}>" for one in ids[-MOST_REFERENCES:])
    ids.append(message_id)


def _message_id(post: Post, ids: list[str]) -> str:
    """The id that a mail had, unless another one here has it too: mail programs would show only one of them."""
    own = post.event.mail_id
    return own if _ID.fullmatch(own) and own not in ids else f"{post.code}.{post.event.id}@{_NO_HOST}"


def _subject(text: str) -> str:
    text = _one_line(text)
    return text if text.isascii() and _ENCODED not in text else Header(text, "utf-8", header_name="Subject").encode()


def _address(who: Who) -> str:
    """Who somebody is, with an address that every mail program reads."""
    name, email = _one_line(who.name).replace(_ENCODED, "= ?"), who.email
    if not _ADDRESS.fullmatch(email):
        name, email = name or _one_line(email), f"unknown@{_NO_HOST}"
    return formataddr((name, email))


def _from_line(sender: Who, at: datetime) -> bytes:
    address = sender.email if _ADDRESS.fullmatch(sender.email) else "MAILER-DAEMON"
    return f"From {address} {at.astimezone(UTC).ctime()}\n".encode()


def _flat(mail: Mail) -> bytes:
    text = BytesIO()
    BytesGenerator(text, mangle_from_=False).flatten(mail, linesep="\n")
    data = text.getvalue()
    return data if data.endswith(b"\n") else data + b"\n"


def _one_line(text: str) -> str:
    return visible(" ".join(clean(text).split()))
