"""Faults of a desk's files as files: what is no ticket, lies in the wrong place, or was changed and not recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ticketcli.core.errors import TicketError
from ticketcli.core.file import document, reader
from ticketcli.core.file.sheet import Invalid
from ticketcli.desk.health import markers
from ticketcli.desk.health.finding import Finding
from ticketcli.desk.health.opening import BY_HAND, in_halves
from ticketcli.edges import store

if TYPE_CHECKING:
    from ticketcli.core.file.document import Document
    from ticketcli.desk.health.checkup import Checkup
    from ticketcli.desk.health.mending import Mending

_CUT = "left over from a save that was cut short"
_ORDINARY = f"it must be an ordinary file of at most {store.LIMIT >> 20} MiB that you may read"


def strangers(checkup: Checkup) -> Iterator[Finding]:
    """What is no file of the desk, and what saves that were cut short left over."""
    for one in store.strangers(checkup.root):
        name = checkup.name(one.path)
        if not one.temporary:
            yield Finding(name, "no ticket file", "move it out of tickets/")
        elif _left_over(one, checkup.now):
            yield Finding(name, _CUT, "remove it", partial(_remove, path=one.path))
        else:
            yield Finding(name, _CUT, "remove it if no command writes now")


def _left_over(stranger: store.Stranger, now: datetime) -> bool:
    """Whether no command can still be writing it."""
    return now - stranger.mtime > timedelta(hours=1)


def _remove(_mending: Mending, path: Path) -> str:
    path.unlink(missing_ok=True)
    return "it is removed"


def unreadable(checkup: Checkup) -> Iterator[Finding]:
    """Tickets that cannot be opened."""
    for path, found in checkup.unusable.items():
        if isinstance(found, store.Unreadable):
            yield Finding(checkup.name(path), f"cannot be read: {found.why}", _ORDINARY)


def invalid(checkup: Checkup) -> Iterator[Finding]:
    """Files that are no tickets, one finding for everything wrong with them."""
    for path, data in checkup.contents():
        try:
            document.read(data, mtime=checkup.now)
        except Invalid as error:
            yield from (Finding(checkup.name(path), *in_halves(problem)) for problem in error.problems)
        except reader.Unreadable as error:
            if not markers.sides(data):
                yield Finding(checkup.name(path), *in_halves(str(error)))


def misnamed(checkup: Checkup) -> Iterator[Finding]:
    """Tickets whose file is not named after their code."""
    for path, code in checkup.misplaced.items():
        mend = partial(_rename, path=path, code=code) if code not in checkup.catalog.paths else None
        yield Finding(checkup.name(path), f'holds the ticket "{code}"', "the file must be named after its code", mend)


def _rename(mending: Mending, path: Path, code: str) -> str:
    data = store.read(path).data
    mending.replace(path.with_name(f"{code}.toml"), data, None)
    return f"it is named {code}.toml, {mending.remove(path, data)}"


def by_hand(checkup: Checkup) -> Iterator[Finding]:
    """Tickets whose header is not what their events add up to, or in which events were typed."""
    for code, (_, found) in checkup.documents.items():
        if not found.settled:
            what, remedy = "changed by hand and not yet recorded", "the next write records it"
            yield Finding(checkup.name(code), what, remedy, partial(_rewrite, code=code, done="it is recorded"))


def line_ends(checkup: Checkup) -> Iterator[Finding]:
    """Tickets with bytes that a next write changes, and that git takes for a change until then."""
    for code, (content, _) in checkup.documents.items():
        if reader.foreign(content.data):
            what, remedy = "CRLF line ends or a byte order mark", "the next write leaves LF"
            yield Finding(checkup.name(code), what, remedy, partial(_rewrite, code=code, done="it has LF"))


def odd(checkup: Checkup) -> Iterator[Finding]:
    """What is odd in a ticket's file, and no error."""
    for code, (_, found) in checkup.documents.items():
        for note in found.notes:
            mend = partial(_rewrite, code=code, done="it is corrected") if _goes_away(note, found) else None
            what, _, remedy = note.partition(": ")
            yield Finding(checkup.name(code), what, remedy or "the next write corrects it" if mend else BY_HAND, mend)


def _goes_away(note: str, found: Document) -> bool:
    """Whether writing the ticket anew mends it."""
    try:
        return note not in document.read(document.write(found, found.ticket), mtime=found.ticket.first.at).notes
    except TicketError:
        return False


def _rewrite(mending: Mending, code: str, done: str) -> str:
    return f"{done}, {mending.rewrite(code)}"
