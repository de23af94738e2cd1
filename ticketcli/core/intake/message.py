"""What somebody outside said, in a form, a chat, on the telephone, as a value: read from JSON and checked. Pure.

Whatever it holds, it is a message or BadLine; which departments and tickets there are only a desk knows.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping, Sized
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from ticketcli.core.errors import BadWords
from ticketcli.core.file import json_form, types
from ticketcli.core.file.reader import DEPTH_LIMIT, shallow
from ticketcli.core.file.values import clean, clean_halves, key_text, value_text
from ticketcli.core.ticket.event import Path, Value
from ticketcli.core.ticket.fields import CHANNELS
from ticketcli.core.ticket.who import Who, lenient
from ticketcli.core.words.change import tag_words

T = TypeVar("T", bound=Sized)

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


def message_of(line: Mapping[str, Any]) -> Message:
    """The message that the object of a line says. Raises BadLine, BadTag, and types.Wrong."""
    found = {key: value for key, value in line.items() if value is not None}
    for key in found:
        if key not in (*KEYS, *_ALWAYS):
            raise BadLine(f'unknown key "{clean_halves(key)[:80]}"; there are: {", ".join(KEYS)}')
    channel, number = get(found, "channel", _channel, ""), get(found, "id", _number, "")
    if not channel or not number:
        raise BadLine(
            f"{'id' if channel else 'channel'} is missing: with the source it tells a message from all others"
        )
    return Message(
        source=get(found, "source", _one_line, "") or channel,
        number=number,
        channel=channel,
        who=lenient(get(found, "from", _one_line, "")),
        text=get(found, "text", _text, ""),
        subject=get(found, "subject", _one_line, ""),
        phone=get(found, "phone", _one_line, ""),
        at=get(found, "at", _time, None),
        ticket=get(found, "ticket", _one_line, ""),
        department=get(found, "department", _one_line, ""),
        priority=get(found, "priority", _one_line, ""),
        tags=get(found, "tags", _tags, ()),
        fields=get(found, "fields", _fields, {}),
        files=get(found, "attachments", _files, ()),
    )


def get(found: Mapping[str, Any], key: str, read: Callable[[Any], Any], default: Any) -> Any:
    """What a key says; the default where it is not there. Raises BadLine, which names it."""
    if key not in found:
        return default
    try:
        return read(found[key])
    except types.Wrong as error:
        raise BadLine(f"{key} {error}") from None


def content(value: Any) -> bytes:
    """What a text in base64 holds. Raises types.Wrong."""
    try:
        return b64decode(types.text(value), validate=True)
    except ValueError:
        raise types.Wrong("is no base64") from None


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
    return File(_one_line(value["name"]), _one_line(value.get("type", "")) or _ANY_TYPE, content(value["data"]))


def _few(items: T) -> T:
    if len(items) > MOST:
        raise types.Wrong(f"has more than {MOST} items")
    return items
