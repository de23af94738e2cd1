"""Canned responses for people and programs: rows of a list, JSON, what goes with a response. It fills none in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ticketcli.core.view.values import plain
from ticketcli.core.words import placeholders

if TYPE_CHECKING:
    from ticketcli.core.words.canned import Canned

COLUMNS = ("name", "department", "language", "size", "tags", "text")


def row(canned: Canned) -> list[str]:
    """The cells of a list, the text in one line."""
    size, tags, text = str(len(canned.body)), ",".join(canned.tags), " ".join(canned.body.split())
    return [canned.name, canned.department, canned.language, size, tags, text]


def data(canned: Canned) -> dict[str, Any]:
    """A response as JSON has it."""
    return {
        "name": canned.name,
        "department": plain(canned.department),
        "language": plain(canned.language),
        "tags": list(canned.tags),
        "subject": plain(canned.subject),
        "text": canned.body,
        "size": len(canned.body),
        "placeholders": placeholders.names(canned.subject + canned.body),
        "then": list(canned.then),
        "attachments": list(canned.attachments),
        "asks": plain(canned.asks),
    }


def besides(canned: Canned) -> Iterator[str]:
    """What comes with a response, in lines."""
    told = {
        "subject": canned.subject,
        "for": ", ".join(filter(None, [canned.department, canned.language])),
        "tags": ", ".join(canned.tags),
        "then": " ".join(canned.then),
        "files": ", ".join(canned.attachments),
        "asks for": f"a {canned.asks}" if canned.asks else "",
    }
    yield from (f"{name}: {what}" for name, what in told.items() if what)
