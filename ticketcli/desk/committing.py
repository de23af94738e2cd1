"""The commit at the end of a writing command: its message, and that git knows how to join tickets. It saves nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ticketcli.core.text import line
from ticketcli.edges import git, store

if TYPE_CHECKING:
    from ticketcli.core.action.actor import Actor
    from ticketcli.core.file.document import Document
    from ticketcli.core.ticket.fold import Ticket
    from ticketcli.core.ticket.thread import Read
    from ticketcli.desk.desk import Desk

LONGEST_SUBJECT = 60
MOST_NAMED = 4


class Note(str):
    """What a command has to say beside its work that is no warning."""

    __slots__ = ()


EARLIER = "commit what was saved before"
"""What the commit of a command is called that has saved nothing itself."""
CONFIGURED = Note("git joins two versions of a ticket by itself from now on, in this clone (merge.ticketcli.driver)")


def commits(desk: Desk) -> bool:
    """Whether what is saved in the desk is committed."""
    return desk.settings.commit and git.work_tree(desk.root) is not None


def owes(desk: Desk) -> bool:
    """Whether earlier commands have saved what is not committed yet."""
    return commits(desk) and bool(git.owed(desk.root))


def finish(
    desk: Desk, paths: Sequence[Path], message: str, actor: Actor, warn: Callable[[str], None], *, alone: bool
) -> None:
    """Afterwards HEAD has what was written and what earlier commands owe it, or it is said why not.

    A clone whose git does not know yet how to join tickets learns it, once. `alone`: nobody but the desk acts.
    """
    who = author(actor)
    problem = git.commit(desk.root, paths, message, who, who if alone else "") if commits(desk) else ""
    if not paths:  # what earlier commands owe was said by them
        return
    if problem:
        warn(problem)
    if git.driver_missing(desk.root):
        failed = git.configure_driver(desk.root)
        if not (failed and problem):
            warn(failed or CONFIGURED)


def author(actor: Actor) -> str:
    """The one who acts, as the author of a commit."""
    who = actor.person
    return f"{who.name or actor.key} <{who.email or actor.key + '@localhost'}>"


def message(command: str, codes: Sequence[str], read: Read) -> str:
    """What the commit of a command is called: the command, the tickets, and of a single one its subject."""
    tickets = list(dict.fromkeys(codes))
    if not tickets:
        return command
    if len(tickets) > MOST_NAMED:
        return f"{command} {len(tickets)} tickets"
    ticket = read(tickets[0]) if len(tickets) == 1 else None
    subject = _short(ticket.header.text("subject")) if ticket else ""
    return f"{command} {', '.join(tickets)}" + (f": {subject}" if subject else "")


def _short(subject: str) -> str:
    """A subject in one line: a stranger may have written it."""
    text = line(" ".join(subject.split()))
    return text if len(text) <= LONGEST_SUBJECT else f"{text[: LONGEST_SUBJECT - 1].rstrip()}…"


def attachments(root: Path, ticket: Ticket, before: Document | None) -> dict[Path, str]:
    """Where the files lie that the ticket did not name before, each with its SHA-256; those that are here."""
    known = set(_digests(before.ticket)) if before else set()
    places = {store.place(root, digest): digest for digest in _digests(ticket) if digest not in known}
    return {path: digest for path, digest in places.items() if path.exists()}


def _digests(ticket: Ticket) -> list[str]:
    return [attachment.sha256 for event in ticket.events for attachment in event.attachments]


def announce(root: Path, texts: Mapping[Path, bytes], files: Mapping[Path, str]) -> None:
    """Afterwards the next command commits these texts and attachments if this one is cut off behind their save."""
    from hashlib import sha256

    git.note(root, {**files, **{path: sha256(text).hexdigest() for path, text in texts.items()}})
