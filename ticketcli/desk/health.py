"""Health: what is wrong with the files of a desk, and what can be mended. Only `mend` writes, and keeps originals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from ticketcli.core.action.draft import Draft
from ticketcli.core.action.merge import merge
from ticketcli.core.errors import TicketError
from ticketcli.core.file import codec
from ticketcli.core.ticket.code import valid
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.event import Path as FieldPath
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.thread import holds, root
from ticketcli.desk import threads
from ticketcli.desk.catalog import Catalog
from ticketcli.desk.desk import Desk
from ticketcli.desk.record import How, Session, session
from ticketcli.edges import git, store


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be."""

    path: str
    what: str
    fixable: bool = False
    fixed: bool = False

    def __str__(self) -> str:
        state = " (mended)" if self.fixed else " (ticket check --fix mends it)" if self.fixable else ""
        return f"{self.path}: {self.what}{state}"


def check(desk: Desk, now: datetime) -> list[Finding]:
    """All findings, by path; nothing is written."""
    catalog = Catalog(desk, now)
    found = [*_settings(desk), *_strangers(desk, now), *_repository(desk)]
    for code in sorted(catalog.paths):
        found += _file(catalog, code)
    return sorted(found, key=lambda one: (one.path, one.what))


def _settings(desk: Desk) -> Iterator[Finding]:
    yield from (Finding("ticketcli.toml", f"{unknown}; it does nothing") for unknown in desk.settings.unknown)


def _strangers(desk: Desk, now: datetime) -> Iterator[Finding]:
    for stranger in store.strangers(desk.root):
        what = "left over from a save that was cut short" if stranger.temporary else "no ticket file"
        yield Finding(_relative(desk, stranger.path), what, fixable=_left_over(stranger, now))


def _left_over(stranger: store.Stranger, now: datetime) -> bool:
    """Whether a save that was cut short left it, so long ago that no command still writes it."""
    return stranger.temporary and now - stranger.mtime > timedelta(hours=1)


def _repository(desk: Desk) -> Iterator[Finding]:
    for path in git.stale_locks(desk.root):
        yield Finding(str(path), "a lock that git left; remove it when no git command runs")


def _file(catalog: Catalog, code: str) -> Iterator[Finding]:
    opened = catalog.opened(code)
    path = _relative(catalog.desk, catalog.paths[code])
    if opened is None:
        yield Finding(path, str(catalog.problems[code]).removeprefix(f"{catalog.paths[code]}: "))
        return
    content, found = opened
    if not valid(code):
        yield Finding(path, "the code's check symbol is wrong")
    if not found.settled:
        yield Finding(path, "changed by hand and not yet recorded; the next write records it", fixable=True)
    elif content.data != codec.dumps(found.ticket).encode():
        yield from _hand_formatted(content.data, path)
    yield from (Finding(path, note) for note in found.notes)
    yield from _ticket(catalog, found.ticket, path)


def _hand_formatted(data: bytes, path: str) -> Iterator[Finding]:
    if b"\r" in data or data.startswith(b"\xef\xbb\xbf"):
        yield Finding(path, "CRLF line ends or a byte order mark", fixable=True)


def _ticket(catalog: Catalog, ticket: Ticket, path: str) -> Iterator[Finding]:
    settings, header = catalog.desk.settings, ticket.header
    if header.text("status") not in settings.statuses:
        yield Finding(
            path, f'unknown status "{header.text("status")}"; add [status.NAME] to ticketcli.toml or set another'
        )
    for event in ticket.events:
        yield from _event(event, catalog, path)
    yield from _pointers(catalog, ticket, path)


def _event(event: Event, catalog: Catalog, path: str) -> Iterator[Finding]:
    if event.at > catalog.now + timedelta(days=1):
        yield Finding(path, f"/{event.seq} lies in the future ({event.at:%Y-%m-%d %H:%M} UTC): a wrong clock?")
    for attachment in event.attachments:
        try:
            store.fetch(catalog.desk.root, attachment.sha256)
        except TicketError:
            yield Finding(path, f'/{event.seq}: the attachment "{attachment.name}" is not here or damaged')


def _pointers(catalog: Catalog, ticket: Ticket, path: str) -> Iterator[Finding]:
    target = ticket.header.text("merged_into")
    if target and not _shown(catalog, target, ticket.code):
        yield Finding(path, f"merged into {target}, which does not show it", fixable=catalog.ticket(target) is not None)
    elif target and root(ticket.code, catalog.ticket) == ticket.code:
        yield Finding(
            path, f"merged in a circle, of which it answers for all; to end that: ticket unmerge {ticket.code}"
        )
    for item in ticket.header.list("shows"):
        yield from _shows(catalog, ticket, item, path)
    for (event_id,), child in ticket.header.table("moved").items():
        if not holds(ticket.code, event_id, str(child), catalog.ticket):
            yield Finding(path, f"{event_id} points to {child}, which does not show it; it is shown here")


def _shown(catalog: Catalog, target: str, code: str) -> bool:
    other = catalog.ticket(target)
    return other is not None and code in other.header.list("shows")


def _shows(catalog: Catalog, ticket: Ticket, item: str, path: str) -> Iterator[Finding]:
    code, _, event_id = item.partition("/")
    other = catalog.ticket(code)
    if other is None:
        yield Finding(path, f"shows {item}, which is not here")
    elif not event_id and other.header.text("merged_into") != ticket.code:
        free = not other.header.text("merged_into")
        what = "a merge or an unmerge that was cut short, or another clone's"
        yield Finding(path, f"shows {code}, which does not point to it: {what}", fixable=free)
    elif event_id and _cut_short(ticket, other, event_id):
        yield Finding(path, f"shows {item}, which does not point to it: a split that was cut short", fixable=True)


def _cut_short(child: Ticket, parent: Ticket, event_id: str) -> bool:
    """Whether a split has not yet come to its parent, where neither was taken back."""
    undone = any(event.action == "undo" and event.status for event in child.counting)
    given_up = undone and child.header.text("status") == "closed"
    pointed = parent.header.text("moved", event_id) or _ever_pointed(parent, ("moved", event_id), child.code)
    return not given_up and not pointed


def _ever_pointed(ticket: Ticket, path: FieldPath, target: str) -> bool:
    """Whether a pointer was set once, be it that an undo has taken it back."""
    return any(event.set.get(path) == target for event in ticket.events)


def _relative(desk: Desk, path: Path) -> str:
    return str(path.relative_to(desk.root)) if path.is_relative_to(desk.root) else str(path)


def mend(desk: Desk, now: datetime) -> list[Finding]:
    """Mends what can be mended, each original kept as .ticketcli/NAME.orig; all findings, what was mended marked."""
    before = check(desk, now)
    if not any(one.fixable for one in before):
        return before
    with session(desk, How(now), "check --fix", lambda _problem: None) as work:
        for stranger in store.strangers(desk.root):
            if _left_over(stranger, now):
                stranger.path.unlink(missing_ok=True)
        for code in list(work.catalog.paths):
            _mend(work, code)
    after = {(one.path, one.what) for one in check(desk, now)}
    return [replace(one, fixed=(one.path, one.what) not in after) for one in before]


def _mend(work: Session, code: str) -> None:
    """Records what hands did, and completes merges and splits that were cut between their two files."""
    opened = work.catalog.opened(code)
    if opened is None:
        return
    content, found = opened
    if not found.settled or b"\r" in content.data or content.data.startswith(b"\xef\xbb\xbf"):
        _keep_original(work.desk, code, content.data)
        work.save(found.ticket)
    try:
        _complete(work, code)
    except TicketError as error:
        if error.exit_code != 1:  # what is refused now stays a finding
            raise


def _keep_original(desk: Desk, code: str, data: bytes) -> None:
    path = desk.root / ".ticketcli" / f"{code}.orig"
    number = 1
    while path.exists():
        number += 1
        path = path.with_name(f"{code}.orig{number}")
    path.write_bytes(data)


def _complete(work: Session, code: str) -> None:
    """Writes what a merge, an unmerge or a split has left to do in other tickets than this one."""
    ticket, cut = work.catalog.situation(code).ticket, set()
    for item in ticket.header.list("shows"):
        source, _, event_id = item.partition("/")
        other = work.catalog.ticket(source)
        if other and event_id and _cut_short(ticket, other, event_id):
            cut.add((source, event_id))
        elif other and not event_id and not other.header.text("merged_into"):
            _complete_merge(work, other, code)
    if cut:
        threads.complete_split(work, code, cut)
    target = ticket.header.text("merged_into")
    if target and work.catalog.ticket(target) and not _shown(work.catalog, target, code):
        action = Draft(target, Event(action="merge", lists={"shows": (f"+{code}",)}))
        work.record(work.catalog.situation(target), [action])


def _complete_merge(work: Session, source: Ticket, code: str) -> None:
    if _ever_pointed(source, ("merged_into",), code):  # unmerged there already
        threads.unmerge(work, source.code)
    else:
        action = merge([work.catalog.situation(source.code)], different_customer=True)
        work.record(work.catalog.situation(code), action)
