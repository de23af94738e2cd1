"""What happened, event by event: also what was undone or no longer counts. It shows no thread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from ticketcli.core.clock.times import show
from ticketcli.core.ticket.fold import Ticket, undone_ids
from ticketcli.core.ticket.thread import Read, hidden
from ticketcli.core.ticket.who import lenient
from ticketcli.core.view.messages import blacked
from ticketcli.core.view.names import Short, message_name
from ticketcli.core.view.values import human, machine

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.event import Event

COLUMNS = ("at", "name", "by", "counts", "what", "text")


@dataclass(frozen=True, slots=True)
class Record:
    """An event as a log shows it, without its text where that is blacked out."""

    name: str
    code: str
    event: Event
    counts: str
    """yes; undone, where somebody took it back; void, where it happened by itself and follows from nothing any more."""
    hidden: bool
    about: tuple[str, ...] = ()
    """What it speaks of, as this log names it."""

    @property
    def order(self) -> tuple[datetime, str, int, str]:
        """The order of a log, the same as that of a thread."""
        return self.event.at, self.code, self.event.seq, self.event.id


def records(tickets: Iterable[Ticket], read: Read, short: Short) -> list[Record]:
    """Every event of some tickets, oldest first."""
    found = [record for ticket in tickets for record in _records(ticket, read, short)]
    return sorted(found, key=lambda record: record.order)


def cells(record: Record, zone: tzinfo | None) -> list[str]:
    """A record as cells of `COLUMNS`: for people with the zone of the desk, for scripts without one."""
    event = record.event
    text = event.body.rstrip("\n") if not record.hidden else "[redacted]"
    counts = "" if record.counts == "yes" else record.counts
    if zone is None:
        return [machine(event.at), record.name, event.by, counts, what(record), text]
    who = lenient(event.by or ("by hand" if event.action == "hand" else ""))
    return [human(event.at, zone), record.name, who.name or who.email, counts, what(record), " ".join(text.split())]


def what(record: Record) -> str:
    """What an event is and sets, in the words of `set`: `change status=open tags=+vip`."""
    event = record.event
    words = [event.action or event.kind, *filter(None, [event.clock]), *_rule(event), *changed(event), *_level(event)]
    words += _rating(event)
    how = [event.channel, event.via and f"typed by {event.via}", "quiet" if event.quiet else ""]
    words += [f"({', '.join(filter(None, how))})"] if any(how) else []
    return " ".join(words + ([f"of {', '.join(record.about)}"] if record.about else []))


def _level(event: Event) -> list[str]:
    """The service level that an event stored, for a change that did nothing else."""
    return [f"level={event.sla['level']}"] if event.action == "match" and isinstance(event.sla, dict) else []


def _rating(event: Event) -> list[str]:
    return [str(event.rating)] if event.rating else []


def _rule(event: Event) -> list[str]:
    """The name of the rule whose event it is."""
    return [f'"{event.value}"'] if event.ruled else []


def changed(event: Event, zone: tzinfo | None = None) -> list[str]:
    """What an event sets and changes, in the words of `set`: status=open, tags=+vip; times in a zone for people."""
    words = [f"{'.'.join(path)}={_value(value, zone)}" for path, value in event.set.items()]
    return words + [f"{name}={','.join(items)}" for name, items in event.lists.items()]


def outcome(situation: Situation, event: Event | None) -> str:
    """What a ticket has become by an event: its status, until when, what else was changed, and who gets it."""
    standing, zone = situation.standing, situation.settings.zone
    until = standing.until
    ends = {"postponed": "until", "resolved": "closes"}.get(situation.category, "until")
    state = situation.status + (f" ({ends} {show(until, zone)})" if until and not situation.merged else "")
    if event is None:
        return f"{state} already; nothing to do"
    plain = event.kind == "change" and not event.action
    rest = [word for word in changed(event, zone) if plain and not word.startswith(("status=", "until="))]
    rest += [f"rated {rating}" for rating in _rating(event)]
    to = f", to {', '.join(event.to)}" if event.to else ""
    return state + ("; " + " ".join(rest) if rest else "") + to


def _value(value: object, zone: tzinfo | None) -> str:
    if isinstance(value, datetime):
        return human(value, zone) if zone else machine(value)
    return " ".join(machine(value).split())


def _records(ticket: Ticket, read: Read, short: Short) -> Iterator[Record]:
    undone = undone_ids(ticket.events)
    counting = {event.id for event in ticket.counting}
    names = {event.id: message_name(event, ticket, short) for event in ticket.events}
    for event in ticket.events:
        gone = hidden(ticket, event, read)
        state = "yes" if event.id in counting else "undone" if event.id in undone else "void"
        about = tuple(names.get(other, other) for other in event.about)
        yield Record(names[event.id], ticket.code, blacked(event) if gone else event, state, gone, about)
