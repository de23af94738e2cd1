"""Which ticket a mail belongs to: the order of semantics.md 7.1, in which the first hit decides. It reads no ticket.

Headers can be written by anybody: what is not signed by the desk counts only where its sender takes part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ticketcli.core.ticket import code as codes

if TYPE_CHECKING:
    from ticketcli.core.mail.message import Mail
    from ticketcli.core.mail.signing import Signer

_TOKEN = re.compile(r"#([0-9A-Za-z]{3}-?[0-9A-Za-z]{5}-?[0-9A-Za-z]{3})(?![0-9A-Za-z])")

MOST_PLACES = 20
"""How many mails with one Message-ID are looked at: anybody can send thousands, and the first has it by right."""


class Place(NamedTuple):
    """Where a mail stands that the desk knows."""

    code: str
    event: str


class Known(Protocol):
    """What the desk knows of its mail."""

    def places(self, mail_id: str) -> Sequence[Place]:
        """Where mails with this Message-ID stand."""

    def exists(self, code: str) -> bool:
        """Whether there is such a ticket, and it can be read."""

    def is_damaged(self, code: str) -> bool:
        """Whether there is such a ticket that is of no use."""

    def takes_part(self, code: str, address: str) -> bool:
        """Whether somebody is the customer of a ticket, gets copies, has written in it, is an agent or the desk."""


class Route(NamedTuple):
    """Where a mail goes."""

    code: str = ""
    """The ticket; empty for a new one."""
    signed: bool = False
    """Whether the desk's own signature leads there."""
    event: str = ""
    """The message that it answers, where that is known."""
    word: str = ""
    """What is asked of it by the address that the mail went to: a rating, how it stands."""
    mentions: str = ""
    """A ticket that it names without the right to write in it."""
    damaged: str = ""
    """A ticket that it names and that nobody can write in."""


def route(mail: Mail, known: Known, signer: Signer | None) -> Route:
    """The ticket that a mail belongs to: signed address, ids of its parents (the nearest first), subject; else none."""
    foreign = damaged = ""
    for hint in _hints(mail, known, signer):
        if hint.code and known.exists(hint.code):
            if hint.signed or known.takes_part(hint.code, mail.sender.email):
                return hint
            foreign = foreign or hint.code
        elif hint.code and known.is_damaged(hint.code):
            damaged = damaged or hint.code
    return Route(mentions=foreign, damaged=damaged)


def tokens(subject: str) -> Iterator[str]:
    """The codes that stand in a subject, as in `[#7KQ-M2RTX-4BG]`; a typing error is none."""
    return filter(None, map(codes.whole, _TOKEN.findall(subject)))


def _hints(mail: Mail, known: Known, signer: Signer | None) -> Iterator[Route]:
    bounced = (mail.bounce.original,) if mail.bounce else ()
    parents = (*bounced, *mail.in_reply_to, *reversed(mail.references))
    if signer:
        answered = next((event for _, event in map(signer.of_message_id, parents) if event), "")
        for address in _recipients(mail):
            code, word = signer.of_word_address(address)
            yield Route(code or signer.of_address(address), signed=True, event=answered, word=word)
    for parent in parents:
        code, event = signer.of_message_id(parent) if signer else ("", "")
        if code:
            yield Route(code, signed=True, event=event)
        else:
            yield from (Route(place.code, event=place.event) for place in known.places(parent)[:MOST_PLACES])
    yield from (Route(code) for code in tokens(mail.subject))


def _recipients(mail: Mail) -> Iterable[str]:
    return (*mail.delivered_to, *(who.email for who in (*mail.to, *mail.cc)))
