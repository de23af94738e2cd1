"""Placeholders: `{{customer.name|there}}` in a text, what it may name, and what that is on a ticket. Pure.

Nothing is carried out, and what comes in through a value is never looked at for placeholders again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ticketcli.core.action.actor import Actor
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.header import Header
    from ticketcli.core.words.settings import Settings

SAID = "text"
"""The placeholder for what -m or -F says."""
PLACEHOLDERS = {
    "customer.name": "The customer's name; every other key of the customer likewise, as customer.phone.",
    "customer.email": "The customer's address.",
    "ticket.code": "The ticket's code.",
    "ticket.subject": "What it is about.",
    "status": "The status it shows before the answer.",
    "priority": "Its priority.",
    "department": "Its department.",
    "department.address": "The address of that department.",
    "assignee.name": "The name of the agent who works on it.",
    "agent.name": "The name of the one who answers.",
    "agent.email": "The address of the one who answers.",
    "desk.name": "What the desk is called.",
    "fields.KEY": "A field of the desk's own, as fields.order.",
    SAID: "What -m or -F says.",
}
"""What may be filled in, each with its meaning."""
_PLACEHOLDER = re.compile(r"\{\{([^{}|\n]*)(?:\|([^{}\n]*))?\}\}")
_TABLE = re.compile(r"(customer|fields)(\.[^.\s]+)+")


def names(text: str) -> list[str]:
    """The names of what a text wants filled in, each once."""
    return list(dict.fromkeys(name for name, _ in _found(text)))


def _found(text: str) -> list[tuple[str, str | None]]:
    """Each placeholder with its fallback, None where it has none."""
    return [(match[1].strip(), match[2]) for match in _PLACEHOLDER.finditer(text)]


def problems(text: str) -> Iterator[str]:
    """What no ticket has anything for, in sentences."""
    for name in names(text):
        if not _known(name):
            yield f'asks for "{name}", which is no placeholder; known: {", ".join(PLACEHOLDERS)}'
    if "{{" in _PLACEHOLDER.sub("", text):
        yield "has {{ without }} in its line; write {{customer.name}} or {{customer.name|there}}"


def _known(name: str) -> bool:
    return name in PLACEHOLDERS or _TABLE.fullmatch(name) is not None


def missing(text: str, values: Mapping[str, str]) -> list[str]:
    """The names that have neither a value nor a fallback, each once."""
    return list(dict.fromkeys(name for name, other in _found(text) if other is None and not values.get(name)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in, in one pass: no value is searched for further ones."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1].strip()) or (match[2] or "").strip(), text)


def values(situation: Situation, actor: Actor, settings: Settings) -> Mapping[str, str]:
    """What they stand for on a ticket when this one answers; what it has not is empty or not there."""
    return values_of(situation.header, situation.status, actor, settings)


def values_of(header: Header, status: str, actor: Actor, settings: Settings) -> Mapping[str, str]:
    """What they stand for on a ticket with this header; each value is one line."""
    department = settings.departments.get(header.text("department"))
    agent = settings.agent(header.text("assignee"))
    found = {
        **_leaves(header, "customer"),
        **_leaves(header, "fields"),
        "ticket.code": header.code,
        "ticket.subject": header.text("subject"),
        "status": status,
        "priority": header.text("priority"),
        "department": header.text("department"),
        "department.address": department.address if department else "",
        "assignee.name": agent.name or agent.key if agent else header.text("assignee"),
        "agent.name": actor.person.name or actor.key,
        "agent.email": actor.person.email,
        "desk.name": settings.name,
    }
    return {name: _line(value, settings) for name, value in found.items()}


def _leaves(header: Header, table: str) -> dict[str, Any]:
    return {".".join([table, *path]): value for path, value in header.table(table).items()}


def _line(value: Any, settings: Settings) -> str:
    if isinstance(value, list):
        return ", ".join(_line(item, settings) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime) and value.tzinfo:
        return f"{value.astimezone(settings.zone):%Y-%m-%d %H:%M}"
    return " ".join(str(value).split())
