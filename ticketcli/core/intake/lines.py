"""A line of JSON Lines as a value: a whole ticket, the content of an attachment, or a message that comes in. Pure.

The same object alone is what `ticket receive --json` reads. What a line says is checked here, whatever it holds; which
departments and tickets there are only a desk knows.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from ticketcli.core.errors import TicketError
from ticketcli.core.file import json_form, types
from ticketcli.core.intake.message import BadLine as BadLine
from ticketcli.core.intake.message import Message as Message
from ticketcli.core.intake.message import content, get, message_of
from ticketcli.core.ticket.fold import Ticket

VERSION = 1
KINDS = ("ticket", "attachment", "message")
LIMIT = 32 << 20
"""The longest line, in bytes: an attachment as large as a desk takes, in base64."""


class Content(NamedTuple):
    """The content of an attachment, which tickets name by its SHA-256."""

    sha256: str
    data: bytes


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
    """The line, in plain ASCII: the one control character that JSON leaves alone can stand only inside texts."""
    return json.dumps({"schema_version": VERSION, "kind": kind, **what}, allow_nan=False).replace("\x7f", "\\u007f")


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
    data = get(found, "data", content, b"")
    if sha256(data).hexdigest() != found.get("sha256"):
        raise BadLine("its sha256 is not that of its data")
    return Content(sha256(data).hexdigest(), data)


_READERS: dict[str, Callable[[Mapping[str, Any]], Ticket | Content | Message]] = {
    "ticket": _ticket,
    "attachment": _content,
    "message": message_of,
}
