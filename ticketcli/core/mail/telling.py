"""What the mails of a desk say by themselves: how to rate the support, where to ask, how a ticket stands. Pure.

It is written when a mail leaves: a ticket keeps no signed address, and no text of others twice.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ticketcli.core.clock.working import looked_at
from ticketcli.core.mail import headers
from ticketcli.core.mail.signing import RATINGS, STATUS
from ticketcli.core.ticket.event import ASKED
from ticketcli.core.view.look import Look
from ticketcli.core.view.messages import Message, blacked
from ticketcli.core.view.page import public_page
from ticketcli.core.view.public import public_ticket

if TYPE_CHECKING:
    from ticketcli.core.mail.outgoing import Sender
    from ticketcli.core.ticket.thread import Entry, Thread

WORDS = {5: "very good", 4: "good", 3: "fair", 2: "bad", 1: "very bad"}
MOST, LONGEST = 50, 20_000
"""How many messages of a ticket a mail has, and how many characters of each."""
_LOOK = Look(76)


def question(thread: Thread, sender: Sender) -> str:
    """How to rate the support, with an address for each rating; nothing where nobody can sign them."""
    if sender.signer is None:
        return ""
    rows = [f"{value} {WORDS[value]:<9}  <mailto:{_address(thread, word, sender)}>" for word, value in RATINGS.items()]
    return "\n".join(["How would you rate the support you received? Send a mail to one of these:", *reversed(rows)])


def footer(thread: Thread, sender: Sender) -> str:
    """Where to ask how the ticket stands; nothing where nobody can sign that address."""
    return f"How your request stands: ask {_address(thread, STATUS, sender)}" if sender.signer else ""


def standing(entry: Entry, thread: Thread, sender: Sender) -> str:
    """How a ticket stood when somebody asked, as its customer may see it: public messages, nothing blacked out."""
    then = thread._replace(entries=tuple(other for other in thread.entries if other.order <= entry.order))
    public = [one for one in then.messages if one.event.kind == "message" and one.event.action != ASKED]
    situation = looked_at(then.ticket, then, sender.settings, entry.event.at)
    page = public_page(public_ticket(situation, map(_shown, public[-MOST:])), _LOOK)
    left = f" Only the last {MOST} of {len(public)} messages are here." if len(public) > MOST else ""
    head = f"This is how your request stands.{left}\nNobody has read your question: to write to us, answer this mail."
    return f"{head}\n\n{page}"


def _shown(entry: Entry) -> Message:
    event = blacked(entry.event) if entry.hidden else entry.event
    body = event.body if len(event.body) <= LONGEST else f"{event.body[:LONGEST]}\n[…]\n"
    return Message(f"{entry.code}/{event.seq}", entry.code, replace(event, body=body, quoted=""), hidden=entry.hidden)


def _address(thread: Thread, word: str, sender: Sender) -> str:
    assert sender.signer
    return sender.signer.word_address(thread.code, word, headers.address(sender.post.address.email))
