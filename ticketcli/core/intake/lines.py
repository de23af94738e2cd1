"""A line of JSON Lines as a value: a whole ticket, the content of an attachment, or a message that comes in. Pure.

The same object alone is what `ticket receive --json` reads. What a line says is checked here, whatever it holds; which
departments and tickets there are only a desk knows.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sized
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

from ticketcli.core.errors import BadWords, TicketError
from ticketcli.core.file import json_form, types
from ticketcli.core.file.reader import DEPTH_LIMIT, shallow
from ticketcli.core.file.values import clean, clean_halves, key_text, value_text
from ticketcli.core.ticket.event import Path, Value
from ticketcli.core.ticket.fields import CHANNELS
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.who import Who, lenient
from ticketcli.core.words.change import tag_words

T = TypeVar("T", bound=Sized)

VERSION = 1
KINDS = ("ticket", "attachment", "message")
LIMIT = 32 << 20
"""The longest line, in bytes: an attachment as large as a desk takes, in base64."""
LONGEST_TEXT, LONGEST_LINE = 200_000, 500
"""How many characters a text may have, and a value that stands in one line."""
MOST = 100
"""How many tags, fields and files a message may have."""
KEYS: dict[str, str] = {
    "source": "The system that it comes from; where that is left out, the channel.",
    "id": "What tells it from every other message of its source: the same again changes nothing. Needed.",
    "channel": "How it came: email form chat call social cli. Needed.",
    "from": "Who speaks: an address, 'Name <address>', or a name; left out, the customer of the ticket named.",
    "phone": "Their telephone number, kept with a new ticket.",
    "subject": "What it is about; left out, the first line of the text.",
    "text": "What they say.",
    "at": "When they said it, with its zone; left out, now.",
    "ticket": "The ticket it belongs to: a code, or key:NAME for the unresolved one with that key, else a new one.",
    "department": "A department of the desk.",
    "priority": "A priority of the desk.",
    "tags": "Tags to add.",
    "fields": "Fields of the desk's own to set.",
    "attachments": "Files: name, type, data (base64).",
}
"""The keys of a message and what they mean, in the order in which they are documented."""
_ALWAYS = ("schema_version", "kind")
_FILE_KEYS = ("name", "type", "data")
_ANY_TYPE = "application/octet-stream"


class BadLine(BadWords):
    """A line that cannot be used, and why."""


class Content(NamedTuple):
    """The content of an attachment, which tickets name by its SHA-256."""

    sha256: str
    data: bytes


class File(NamedTuple):
    """A file that came with a message."""

    name: str
    type: str
    data: bytes


class Message(NamedTuple):
    """What somebody outside said: in a form, a chat, on the telephone."""

    source: str
    number: str
    """What tells it from every other one of its source; both make its id here."""
    channel: str
    who: Who
    """Empty where nothing says who speaks."""
    text: str
    subject: str = ""
    phone: str = ""
    at: datetime | None = None
    ticket: str = ""
    """The ticket it belongs to, as typed: a code, or key:NAME."""
    department: str = ""
    priority: str = ""
    tags: tuple[str, ...] = ()
    """With a + before each."""
    fields: Mapping[Path, Value] = {}
    files: tuple[File, ...] = ()


def read(line: str | bytes) -> Ticket | Content | Message:
    """What a line says. Raises BadLine, and no other exception, whatever it is."""
    try:
        found = _object(line)
        return _READERS[_kind(found)](found)
    except types.Wrong as error:
        raise BadLine(str(error)) from None
    except RecursionError:
        raise BadLine("nested too deeply") from None
    except BadLine:
        raise
    except TicketError as error:
        raise BadLine(str(error)) from error


def ticket_line(ticket: Ticket) -> str:
    """The line of a ticket, without its end."""
    return _line("ticket", ticket=json_form.ticket_object(ticket))


def content_line(content: Content) -> str:
    """The line of an attachment's content."""
    return _line("attachment", sha256=content.sha256, data=b64encode(content.data).decode())


def _line(kind: str, **what: object) -> str:
    return json.dumps({"schema_version": VERSION, "kind": kind, **what}, allow_nan=False)


def _object(line: str | bytes) -> dict[str, Any]:
    if len(line) > LIMIT:
        raise BadLine(f"longer than {LIMIT >> 20} MiB")
    try:
        text = line.decode("utf-8-sig") if isinstance(line, bytes) else line
        found = json.loads(text, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise BadLine("it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise BadLine(f"it is no JSON: {error.msg[:1].lower()}{error.msg[1:]}, at character {error.pos + 1}") from None
    except MemoryError:
        raise BadLine("nested too deeply") from None
    except ValueError as error:  # a number of more than 4,300 digits
        raise BadLine(f"it is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise BadLine('it is no object: {"kind": …}')
    return found


def _no_constant(name: str) -> None:
    raise BadLine(f"it is no JSON: {name}")


def _kind(found: Mapping[str, Any]) -> str:
    version, kind = found.get("schema_version", VERSION), found.get("kind")
    if version != VERSION or isinstance(version, bool):
        raise BadLine(f"its schema_version is not {VERSION}: it was written by another version of ticketcli")
    if kind not in KINDS:
        raise BadLine(f"its kind is none of {', '.join(KINDS)}")
    return str(kind)


def _ticket(found: Mapping[str, Any]) -> Ticket:
    return json_form.ticket_of(found.get("ticket"))


def _content(found: Mapping[str, Any]) -> Content:
    data = _get(found, "data", _bytes, b"")
    if sha256(data).hexdigest() != found.get("sha256"):
        raise BadLine("its sha256 is not that of its data")
    return Content(sha256(data).hexdigest(), data)


def _message(line: Mapping[str, Any]) -> Message:
    found = {key: value for key, value in line.items() if value is not None}
    for key in found:
        if key not in (*KEYS, *_ALWAYS):
            raise BadLine(f'unknown key "{clean_halves(key)[:80]}"; there are: {", ".join(KEYS)}')
    channel, number = _get(found, "channel", _channel, ""), _get(found, "id", _number, "")
    if not channel or not number:
        raise BadLine(
            f"{'id' if channel else 'channel'} is missing: with the source it tells a message from all others"
        )
    return Message(
        source=_get(found, "source", _one_line, "") or channel,
        number=number,
        channel=channel,
        who=lenient(_get(found, "from", _one_line, "")),
        text=_get(found, "text", _text, ""),
        subject=_get(found, "subject", _one_line, ""),
        phone=_get(found, "phone", _one_line, ""),
        at=_get(found, "at", _time, None),
        ticket=_get(found, "ticket", _one_line, ""),
        department=_get(found, "department", _one_line, ""),
        priority=_get(found, "priority", _one_line, ""),
        tags=_get(found, "tags", _tags, ()),
        fields=_get(found, "fields", _fields, {}),
        files=_get(found, "attachments", _files, ()),
    )


_READERS: dict[str, Callable[[Mapping[str, Any]], Ticket | Content | Message]] = {
    "ticket": _ticket,
    "attachment": _content,
    "message": _message,
}


def _get(found: Mapping[str, Any], key: str, read: Callable[[Any], Any], default: Any) -> Any:
    """What a key says; the default where it is not there. Raises BadLine, which names it."""
    if key not in found:
        return default
    try:
        return read(found[key])
    except types.Wrong as error:
        raise BadLine(f"{key} {error}") from None


def _text(value: Any) -> str:
    text = clean(types.text(value))
    if len(text) > LONGEST_TEXT:
        raise types.Wrong(f"has more than {LONGEST_TEXT:,} characters; attach it")
    return text


def _one_line(value: Any) -> str:
    text = " ".join(clean(types.text(value)).split())
    if len(text) > LONGEST_LINE:
        raise types.Wrong(f"has more than {LONGEST_LINE} characters")
    return text


def _number(value: Any) -> str:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _one_line(value)


def _channel(value: Any) -> str:
    if value not in CHANNELS:
        raise types.Wrong(f"is none of {', '.join(CHANNELS)}")
    return str(value)


def _time(value: Any) -> datetime:
    return types.time(json_form.instant_of(value)).replace(microsecond=0)


def _tags(value: Any) -> tuple[str, ...]:
    return tag_words([f"+{clean(tag)}" for tag in _few(types.texts(value))])


def _fields(value: Any) -> dict[Path, Value]:
    if not isinstance(value, dict):
        raise types.Wrong("is not an object")
    values = json_form.values_of(value)
    if not shallow(values, DEPTH_LIMIT - 2):
        raise types.Wrong("is nested too deeply")
    paths: dict[Path, Value] = _few(types.READERS["paths"]({"fields": values}))
    if sum(len(key_text(path)) + len(value_text(one)) for path, one in paths.items()) > LONGEST_TEXT:
        raise types.Wrong(f"has more than {LONGEST_TEXT:,} characters; attach it")
    return paths


def _files(value: Any) -> tuple[File, ...]:
    if not isinstance(value, list):
        raise types.Wrong("is not a list")
    return tuple(map(_file, _few(value)))


def _file(value: Any) -> File:
    if not isinstance(value, dict) or not value.keys() <= {*_FILE_KEYS} or not value.keys() >= {"name", "data"}:
        raise types.Wrong(f"has an item that is no object of {', '.join(_FILE_KEYS)}")
    return File(_one_line(value["name"]), _one_line(value.get("type", "")) or _ANY_TYPE, _bytes(value["data"]))


def _few(items: T) -> T:
    if len(items) > MOST:
        raise types.Wrong(f"has more than {MOST} items")
    return items


def _bytes(value: Any) -> bytes:
    try:
        return b64decode(types.text(value), validate=True)
    except ValueError:
        raise types.Wrong("is no base64") from None
