"""The text of a message: given, typed in the editor, or a canned response with all that comes with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.cli.texts import HINT, MissingText, text_of, typed
from ticketcli.cli.writing import MissingWord
from ticketcli.core.errors import BadWords
from ticketcli.desk import answering

if TYPE_CHECKING:  # a command without --canned loads nothing of canned responses
    from ticketcli.core.action.conversation import Message
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.changes import Changes
    from ticketcli.core.ticket.who import Who
    from ticketcli.core.words.canned import Canned
    from ticketcli.core.words.change import Effects
    from ticketcli.desk.desk import Desk
    from ticketcli.desk.record import Session

_ACCEPTED = f"{HINT}\n# without any text nothing is sent\n"


class NoPlaceForText(BadWords):
    """A text besides a response that has no place for it."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f'the canned response "{name}" has no place for a text; write {{{{text}}}} there, or leave out -m and -F'
        )


class Wanted(NamedTuple):
    """A message as it was asked for."""

    desk: Desk
    now: datetime
    message: str | None
    file: str | None
    canned: str | None = None
    """The name of a response."""
    edited: bool = False
    """Whether a response is opened in the editor."""
    status: bool = True
    """Whether a response may set one."""


class Draft(NamedTuple):
    """What a message is made of."""

    text: str
    """What was given or typed; of a response that is not filled in yet, what is to stand in its `{{text}}`."""
    canned: Canned | None = None
    then: Effects | None = None
    whole: bool = True
    """Whether the text is the whole of it; else the response is filled in for each ticket."""

    @property
    def status(self) -> str:
        """The status that goes with the response."""
        return self.then.status if self.then else ""

    def on(self, work: Session, situation: Situation, message: Message) -> Message:
        """The message as it is for a ticket."""
        if self.canned and not self.whole:
            from ticketcli.desk import canned

            message = canned.said(work, situation, message, self.canned)
        return self.complete(work, message)

    def complete(self, work: Session, message: Message) -> Message:
        """The message with what comes with the response."""
        if not self.canned or not self.then:
            return message
        from ticketcli.desk import canned

        return canned.accompanied(work.desk, message, self.canned, self.then)


def draft(wanted: Wanted, template: str, ticket: str, changes: Changes) -> Draft:
    """What -m or -F gives, else the editor, or a response; in the editor as it is for the ticket with these changes.

    Raises MissingText, NoPlaceForText, and what reading and filling in a response does.
    """
    if wanted.canned is None:
        return Draft(text_of(wanted.message, wanted.file, "text", template))
    found = _canned(wanted)
    if not wanted.edited or not found.canned:
        return found
    from ticketcli.desk import canned

    return _typed(found, found.canned, canned.on_ticket(wanted.desk, wanted.now, ticket, changes), template)


def first(wanted: Wanted, subject: str | None, who: Who | None, changes: Changes) -> tuple[str, Draft]:
    """The subject and the message of a new ticket. Raises MissingWord without a subject, and what `draft` does."""
    if wanted.canned is None or who is None:
        title = _title(subject)
        return title, Draft(text_of(wanted.message, wanted.file, "text", f"\n{HINT}\n# {title}\n"))
    from ticketcli.desk import canned

    found = _canned(wanted)
    assert found.canned
    values = canned.on_new(wanted.desk, wanted.now, subject or "", who, changes)
    title = _title((canned.titled(found.canned, values) or None) if subject is None else subject)
    values = {**values, "ticket.subject": title}
    if wanted.edited:
        return title, _typed(found, found.canned, values, f"\n{HINT}\n# {title}\n")
    return title, found._replace(text=canned.filled(found.canned, values, found.text), whole=True)


def _title(subject: str | None) -> str:
    if subject is None:
        raise MissingWord("the subject", 'create "Printer jams" --from maria@example.com')
    return answering.one_line(subject)


def _canned(wanted: Wanted) -> Draft:
    """A response that is not filled in, with what was given for its `{{text}}`."""
    from ticketcli.desk import canned

    one = canned.one(wanted.desk, wanted.canned or "")
    then = canned.follow_ups(wanted.desk, one, wanted.now, status=wanted.status)
    text = text_of(wanted.message, wanted.file, "text", optional=True)
    if text.strip() and not one.takes_text:
        raise NoPlaceForText(one.name)
    if one.needs_text and not text.strip() and not wanted.edited:
        raise MissingText("text")
    return Draft(text, one, then, whole=False)


def _typed(found: Draft, one: Canned, values: Mapping[str, str], template: str) -> Draft:
    """The response as somebody leaves it in the editor, which may be as it is."""
    from ticketcli.desk import canned

    begun = canned.filled(one, values, "\n")
    text = typed(begun + template.replace(f"{HINT}\n", _ACCEPTED, 1), unchanged=True)
    return found._replace(text=text, whole=True)
