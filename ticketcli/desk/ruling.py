"""What rules need of a desk: its canned responses as they read on a ticket. What a rule does is decided elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from ticketcli.core.action.conversation import Message
from ticketcli.core.action.draft import Context, Text
from ticketcli.core.action.ruling import NAME
from ticketcli.core.errors import TicketError
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.words import canned as words
from ticketcli.core.words import placeholders
from ticketcli.core.words.change import Effects
from ticketcli.desk import canned as responses

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.words.canned import Canned
    from ticketcli.desk.catalog import Catalog
    from ticketcli.desk.desk import Desk

_OF_A_MAIL = ("ticket.subject", placeholders.SAID)
"""What says what somebody else wrote: a text that goes out by itself would carry it to whom they please (R5)."""
_NO_NAME = re.compile(r"[/@:<>\\]|\w[.。．｡]\w\w")
"""Of an address, with `http://` or as mail programs find it in `buy at x.example`; not the dots of J.R. Smith."""
_LONGEST_NAME = 60


class Quotes(TicketError):
    """A canned response that would say what a stranger wrote, without anybody having read it."""

    def __init__(self, name: str, placeholder: str) -> None:
        super().__init__(f'canned/{name}.toml: "{placeholder}" cannot stand in what a rule sends; leave it out')


def context(desk: Desk, catalog: Catalog, now: datetime) -> Context:
    """What rules may know where nothing is written: of canned responses the text alone."""
    actor, rules = desk.itself(NAME), desk.settings.rules
    return Context(now, desk.settings, actor, catalog.ticket, str, rules=rules, canned=partial(_body, desk))


def text(desk: Desk, name: str, situation: Situation) -> Text:
    """How a canned response reads on a ticket. Raises what keeps it from being used; its `then` is for people."""
    canned, body = usable(desk, name), _body(desk, name, situation).body
    said = responses.accompanied(desk, Message(body), canned, Effects("", Changes()))
    return Text(body, said.attachments, said.action)


def _body(desk: Desk, name: str, situation: Situation) -> Text:
    return Text(words.filled(usable(desk, name), _values(desk, situation)))


def usable(desk: Desk, name: str) -> Canned:
    """The canned response that a rule names. Raises UnknownName, BadCanned, Unreadable and Quotes."""
    canned = responses.one(desk, name)
    for placeholder in placeholders.names(canned.body):
        if placeholder in _OF_A_MAIL:
            raise Quotes(canned.name, placeholder)
    return canned


def _values(desk: Desk, situation: Situation) -> Mapping[str, str]:
    """What placeholders stand for; a customer whose name is an advertisement has none."""
    found = dict(placeholders.values(situation, desk.itself(NAME), desk.settings))
    name = found.get("customer.name", "")
    if len(name) > _LONGEST_NAME or _NO_NAME.search(name):
        found["customer.name"] = ""
    return found
