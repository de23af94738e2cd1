"""Blacking out: which events of which tickets lose what, and which files of theirs nobody needs any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticketcli.core.action.redact import redact, redact_fields
from ticketcli.core.errors import BadWords
from ticketcli.core.ticket.redaction import INSTEAD, TEXT, names
from ticketcli.core.view.names import message_name
from ticketcli.desk.threads import find_messages
from ticketcli.edges import git, store

if TYPE_CHECKING:
    from ticketcli.core.action.draft import Draft
    from ticketcli.core.ticket.event import Event
    from ticketcli.core.ticket.fold import Ticket
    from ticketcli.desk.record import Session


@dataclass(frozen=True, slots=True)
class Plan:
    """What a redaction would do."""

    code: str
    drafts: tuple[Draft, ...]
    lines: tuple[str, ...]
    """What it blacks out, a sentence for each event."""


def plan(work: Session, word: str, keys: Sequence[str]) -> Plan:
    """What is to be blacked out: messages of `7KQ/2,4`, or fields of a ticket. Raises BadWords and NotFound."""
    if "/" in word and not word.startswith("key:"):
        if keys:
            raise BadWords(f"{word} names messages; give fields behind the ticket alone, as in 7KQM customer.phone")
        drafts = list(_messages(work, word))
    elif not keys:
        raise BadWords(f"what of {word}? write {word}/N for a message, or fields, as in {word} customer.phone")
    else:
        drafts = redact_fields(_file(work, word), keys, work.context)
    code = work.catalog.find(word.partition("/")[0], least=4)
    return Plan(code, tuple(drafts), tuple(line for draft in drafts for line in _lines(work, draft)))


def _messages(work: Session, word: str) -> Iterator[Draft]:
    for entry in find_messages(work.catalog, word, ratings=True)[1]:
        file = work.catalog.ticket(entry.code)
        if file:
            yield from redact(file, entry.event, work.context)


def _file(work: Session, word: str) -> Ticket:
    return work.catalog.situation(work.catalog.find(word, least=4)).ticket


def _lines(work: Session, draft: Draft) -> Iterator[str]:
    ticket = work.catalog.ticket(draft.code)
    before = ticket.by_id.get(draft.event.id) if ticket else None
    redaction = draft.event.redacted
    if ticket and before and redaction:
        name = message_name(before, ticket, work.catalog.short())
        gone = redaction.blacks - (before.redacted.blacks if before.redacted else frozenset())
        yield f"{name}: {', '.join(_things(before, gone))}"


def _things(event: Event, gone: frozenset[str]) -> Iterator[str]:
    if TEXT in gone:
        yield f"the text ({len(event.body):,} characters)"
        yield from (f'the file "{file.name}"' for file in event.attachments)
    for path, value in event.set.items():
        if names(path, gone) and value not in ("", INSTEAD):
            yield f'{".".join(path)} "{value}"'
    if "by" in gone:
        yield f'who wrote it, "{event.by}"'
    if "to" in gone:
        yield f"to whom, {', '.join(event.to)}"


def carry_out(work: Session, wanted: Plan) -> list[Ticket]:
    """Writes what is planned, and takes away files that no ticket has any more; the tickets written."""
    files = {file.sha256 for draft in wanted.drafts for file in _before(work, draft).attachments}
    written = work.record(work.catalog.situation(wanted.code), wanted.drafts)
    for sha256 in sorted(files - {file.sha256 for draft in wanted.drafts for file in draft.event.attachments}):
        if not any(work.catalog.mentioning(sha256)):
            git.note(work.desk.root, {store.place(work.desk.root, sha256): ""})  # it is committed even if we are killed
            work.paths.append(store.remove(work.desk.root, sha256))
    return written


def _before(work: Session, draft: Draft) -> Event:
    ticket = work.catalog.ticket(draft.code)
    return ticket.by_id.get(draft.event.id, draft.event) if ticket else draft.event
