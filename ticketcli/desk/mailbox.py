"""The mailbox of a desk: mail is read, apart from everything else, and handed to the inbox. It matches no mail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.action.arrival import NAME
from ticketcli.core.mail import message
from ticketcli.core.mail.identity import event_id
from ticketcli.core.mail.matching import Place
from ticketcli.core.mail.message import Mail
from ticketcli.desk import remembering
from ticketcli.desk.posting import post_of, signer_of
from ticketcli.desk.receipt import UNREADABLE, Receipt
from ticketcli.desk.receiving import Inbox
from ticketcli.desk.record import TOGETHER, How, save_held, session
from ticketcli.edges import confined, mailfiles, store

if TYPE_CHECKING:
    from typing import TypeAlias

    from ticketcli.desk.desk import Desk

    Read: TypeAlias = Mail | confined.Failed


class Imported(NamedTuple):
    """What became of many mails: one receipt each, and a sentence for each that could not be understood."""

    receipts: tuple[Receipt, ...]
    problems: tuple[str, ...]


def receive(desk: Desk, raw: bytes, how: How, warn: Callable[[str], None]) -> Receipt:
    """Takes one mail in, now. Raises Busy and what saving raises: then it was not taken in, and may come again."""
    box = post_of(desk, exactly=True)
    (read,) = confined.each(message.read, [raw])
    with session(desk, how, "receive", warn, itself=desk.itself(NAME)) as work:
        found = remembering.mails(work.catalog, *(_told(read) if isinstance(read, Mail) else ((), ())))
        inbox = Inbox(work, box, signer_of(desk, box), _places(found))
        return _take(inbox, read, raw, None)


def import_mail(
    desk: Desk, paths: list[Path], how: How, *, warn: Callable[[str], None], progress: Callable[[int, int], None]
) -> Imported:
    """Takes in all mail below some paths, each at its own time, under one lock and in one commit."""
    box = post_of(desk, exactly=False)
    sources = mailfiles.sources(paths)
    receipts: list[Receipt] = []
    problems: list[str] = []
    with session(desk, how, "import mail", warn, itself=desk.itself(NAME)) as work:
        inbox = Inbox(work, box, signer_of(desk, box), _places(remembering.mails(work.catalog, None)))
        work.held, work.imports = {}, True
        raws = map(mailfiles.read, sources)
        for number, (source, (raw, read)) in enumerate(zip(sources, _read(raws), strict=True), 1):
            try:
                receipts.append(_take(inbox, read, raw, min(source.date, how.now)))
            except store.Unreadable as error:  # its ticket, for now: it comes in the next time
                problems.append(f"{source} was left out: {error}; then import it again")
                continue
            if receipts[-1].what == UNREADABLE and not isinstance(read, Mail):
                problems.append(f"{source}: {read.reason}, as {receipts[-1].code}")
            save_held(work, TOGETHER)
            progress(number, len(sources))
        save_held(work)
    return Imported(tuple(receipts), tuple(problems))


def _read(raws: Iterable[bytes]) -> Iterator[tuple[bytes, Read]]:
    """Each mail with what it says, or why it cannot be understood; few are held at once."""
    first, second = tee(raws)
    return zip(first, confined.each(message.read, second), strict=True)


def _take(inbox: Inbox, read: Read, raw: bytes, at: datetime | None) -> Receipt:
    return inbox.receive(read, raw, at) if isinstance(read, Mail) else inbox.keep(raw, f"{read.reason}.", at)


def _told(mail: Mail) -> tuple[set[str], set[str]]:
    """The Message-IDs that a mail bears and names, and the event that it becomes."""
    bounced = {mail.bounce.original} if mail.bounce else set()
    return {mail.message_id, *mail.in_reply_to, *mail.references, *bounced} - {""}, {event_id(mail)}


def _places(found: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, Place]]:
    return ((mail_id, Place(code, event)) for mail_id, event, code in found)
