"""Threads: what people see, gathered along the pointers between files (design 2.3). Pure: reads through a function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.ticket.fold import Ticket

if TYPE_CHECKING:
    from ticketcli.core.ticket.event import Event

_by_time = attrgetter("at", "seq", "id")
Read = Callable[[str], Ticket | None]
"""Gives the ticket of a code, or None where it is not here or cannot be read."""


class Entry(NamedTuple):
    """A counting event as it stands in a thread."""

    event: Event
    code: str
    """The file it was written in, which names it for ever."""
    begin: datetime
    """From when on it stands in this thread (UTC)."""
    moved_to: str = ""
    """The ticket that shows it now; here it is only a stub."""
    end: datetime | None = None
    """From when on it stands elsewhere."""
    copied: bool = False
    hidden: bool = False
    """Whether its text is blacked out, here or in what it was taken from."""

    @property
    def order(self) -> tuple[datetime, str, int, str]:
        """The order of display across files."""
        return self.event.at, self.code, self.event.seq, self.event.id

    @property
    def here(self) -> bool:
        """Whether it is shown in this thread, not only a stub."""
        return not self.moved_to


class Thread(NamedTuple):
    """A ticket with all that is shown in it; `merged` are the other files that take part whole."""

    ticket: Ticket
    merged: tuple[Ticket, ...]
    entries: tuple[Entry, ...]
    missing: tuple[str, ...] = ()
    """Codes that pointers name and that cannot be read here."""

    @property
    def code(self) -> str:
        """The code of the ticket that answers for the thread."""
        return self.ticket.code

    @property
    def files(self) -> tuple[Ticket, ...]:
        """The ticket and the merged ones."""
        return self.ticket, *self.merged

    @property
    def messages(self) -> list[Entry]:
        """The messages and notes shown here, in the order of display."""
        return [entry for entry in self.entries if entry.here and entry.event.kind != "change"]


def skips(thread: Thread) -> dict[str, datetime]:
    """Which agents have passed a thread on since the customer wrote last, each with the time (UTC) of the last skip."""
    found: dict[str, datetime] = {}
    for entry in sorted((entry for entry in thread.entries if entry.here), key=lambda one: (one.begin, one.order)):
        if entry.event.from_customer:
            found.clear()
        elif entry.event.action == "skip":
            found[entry.event.by] = entry.event.at
    return found


def root(code: str, read: Read) -> str:
    """The code of the ticket that a code stands for: pointers of merges followed to the end; of a cycle the oldest."""
    path: list[str] = []
    while code not in path:
        path.append(code)
        target = _merged_into(code, read)
        if not target:
            return code
        code = target
    cycle = [ticket for ticket in map(read, path[path.index(code) :]) if ticket]
    return min(cycle, key=lambda ticket: (ticket.header.created, ticket.code)).code


def _merged_into(code: str, read: Read) -> str:
    """Where a merge pointer that holds leads; it holds while the target is here and shows this ticket."""
    ticket = read(code)
    target = ticket.header.text("merged_into") if ticket else ""
    other = read(target) if target and target != code else None
    return target if other and code in other.header.list("shows") else ""


def gather(code: str, read: Read) -> Thread:
    """The thread of the ticket that this code stands for. The code must be readable."""
    ticket = read(root(code, read))
    assert ticket is not None, code
    if not ticket.pointers and not any(map(_taken, ticket.counting)):
        return Thread(ticket, (), tuple(_entries(ticket)))
    members = {ticket.code: ticket.first.at}
    _members(ticket, read, members)
    files = [file for file in map(read, members) if file]
    entries = {(entry.code, entry.event.id): entry for entry in _copies(files, read)}
    entries |= {(entry.code, entry.event.id): entry for entry in _moved_here(files, members, read)}
    for file in files:
        entries |= {(file.code, entry.event.id): entry for entry in _own(file, members, read)}
    shown = sorted(entries.values(), key=lambda entry: entry.order)
    return Thread(ticket, tuple(files[1:]), tuple(shown), tuple(_missing(files, read)))


def _entries(ticket: Ticket) -> list[Entry]:
    """The entries of a ticket that no pointer ties to another."""
    code, begin = ticket.code, ticket.first.at
    return [Entry(event, code, max(event.at, begin)) for event in sorted(ticket.counting, key=_by_time)]


def _taken(event: Event) -> bool:
    """Whether the text of an event may be blacked out: itself, or what it was taken from."""
    return bool(event.redacted or event.part_of or (event.about and event.kind != "change"))


def _members(ticket: Ticket, read: Read, members: dict[str, datetime]) -> None:
    """The files that a thread holds whole, each with the instant from which on it does."""
    for code in ticket.header.list("shows"):
        source = read(code) if "/" not in code and code not in members else None
        if source and source.header.text("merged_into") == ticket.code:
            members[code] = max(members[ticket.code], _since(ticket, "shows", code), _pointed(source))
            _members(source, read, members)


def _since(ticket: Ticket, name: str, item: str) -> datetime:
    return max(event.at for event in ticket.counting if f"+{item}" in event.lists.get(name, ()))


def _pointed(source: Ticket) -> datetime:
    return max(event.at for event in source.counting if ("merged_into",) in event.set)


def _own(file: Ticket, members: dict[str, datetime], read: Read) -> Iterator[Entry]:
    """What was written in a file of the thread: shown here, or a stub where a pointer that holds leads elsewhere."""
    moved = {path[0]: str(target) for path, target in file.header.table("moved").items()}
    for event in file.counting:
        begin = max(event.at, members[file.code])
        target = moved.get(event.id, "")
        if target and target not in members and holds(file.code, event.id, target, read):
            end = max(other.at for other in file.counting if ("moved", event.id) in other.set)
            yield Entry(event, file.code, begin, target, end, hidden=hidden(file, event, read))
        else:
            yield Entry(event, file.code, begin, hidden=hidden(file, event, read))


def holds(code: str, event_id: str, target: str, read: Read) -> bool:
    """Whether a message's pointer holds: the ticket it names is here and shows it."""
    other = read(target)
    return other is not None and f"{code}/{event_id}" in other.header.list("shows")


def _moved_here(files: Iterable[Ticket], members: dict[str, datetime], read: Read) -> Iterator[Entry]:
    """Messages written in other files that a split shows here."""
    for file in files:
        for item in file.header.list("shows"):
            code, _, event_id = item.partition("/")
            source = read(code) if event_id and code not in members else None
            if source and source.header.text("moved", event_id) == file.code:
                yield from _guest(source, event_id, max(members[file.code], _since(file, "shows", item)), read)


def _copies(files: Iterable[Ticket], read: Read) -> Iterator[Entry]:
    for file in files:
        for item in file.header.list("copies"):
            code, _, event_id = item.partition("/")
            source = read(code)
            if source:
                yield from _guest(source, event_id, _since(file, "copies", item), read, copied=True)


def _guest(source: Ticket, event_id: str, begin: datetime, read: Read, *, copied: bool = False) -> Iterator[Entry]:
    event = next((event for event in source.counting if event.id == event_id), None)
    if event:
        yield Entry(event, source.code, max(event.at, begin), copied=copied, hidden=hidden(source, event, read))


def hidden(file: Ticket, event: Event, read: Read, _seen: frozenset[str] = frozenset()) -> bool:
    """Whether the text of an event is blacked out: itself, or at any remove what it was taken from (design 2.2)."""
    if not _taken(event):
        return False
    if event.redacted and "text" in event.redacted.blacks:
        return True
    sources = {event.part_of, *(event.about if event.kind != "change" else ())} - {"", *_seen}
    places = [file, *filter(None, map(read, _parents(file)))] if sources else []
    return any(
        hidden(place, place.by_id[source], read, _seen | {source})
        for source in sources
        for place in places
        if source in place.by_id
    )


def _parents(file: Ticket) -> list[str]:
    """The tickets that a file was split from, also where the link was taken away since."""
    links = [link for event in file.events if event.action == "split" for link in event.lists.get("links", ())]
    return [link.removeprefix("+split-from ") for link in links if link.startswith("+split-from ")]


def _missing(files: Iterable[Ticket], read: Read) -> Iterator[str]:
    for file in files:
        pointers = {item.partition("/")[0] for name in ("shows", "copies") for item in file.header.list(name)}
        yield from (code for code in sorted(pointers) if read(code) is None)
