"""By which event a ticket came into the state that filter words ask for: what a rule acts on once. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.clock.due import BY_PRIORITY
from ticketcli.core.words.query import split

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.event import Event
    from ticketcli.core.words.settings import Settings

_STATUS, _WAITING, _DEADLINE = "status", "waiting", "deadline"
_LOOKS_AT = {
    "status": _STATUS,
    "for": _STATUS,
    "resolved": _STATUS,
    "is:stale": _STATUS,
    "is:to-solve": _STATUS,
    "is:reopened": _STATUS,
    "waiting": _WAITING,
    "is:waiting": _WAITING,
    "due": _DEADLINE,
    "is:overdue": _DEADLINE,
    "is:due-soon": _DEADLINE,
}
"""What a filter word asks for that begins anew; the state that all others ask for began with the ticket."""


class Entry(NamedTuple):
    """How a state began."""

    event: str
    """The id of the event, which may stand in another file of the thread."""
    clock: str = ""
    """The clock whose deadline it is about."""


def entered_by(words: Iterable[str], situation: Situation) -> Entry:
    """How the state began that words ask for: of several the one that came last."""
    looks_at = {_LOOKS_AT.get(_name(word), "") for word in written_out(words, situation.settings)}
    known = {entry.event.id: entry.event for entry in situation.thread.entries}
    known |= situation.ticket.by_id
    found = [one for one in _entries(looks_at, situation) if one.event in known]
    return max(found, key=lambda one: _when(known[one.event]), default=Entry(situation.ticket.first.id))


def written_out(words: Iterable[str], settings: Settings, within: tuple[str, ...] = ()) -> Iterator[str]:
    """The words, those that views stand for in the place of these; what a view takes away with a minus, too."""
    for word in words:
        name, _, value = word.casefold().partition(":")
        if name.lstrip("-") != "view":
            yield word
            continue
        for view in settings.views.values():
            known = view.name.casefold()
            if known in map(str.strip, value.split(",")) and known not in within:
                inner = written_out(split(view.filter), settings, (*within, known))
                yield from (name.removesuffix("view") + one for one in inner)


def _name(word: str) -> str:
    """The name of a filter word; of a condition with it, of which the first counts."""
    name, _, value = word.lstrip("-").partition(":")
    name = name.casefold()
    return f"is:{value.partition(',')[0].strip().casefold()}" if name == "is" else name


def _entries(looks_at: set[str], situation: Situation) -> Iterator[Entry]:
    if _STATUS in looks_at:
        yield Entry(situation.standing.event.id)
    if _WAITING in looks_at and situation.standing.waiting:
        yield Entry(min(situation.standing.waiting, key=lambda entry: entry.event.at).event.id)
    deadline = situation.deadline
    if _DEADLINE in looks_at and deadline:
        yield Entry(deadline.origin, "" if deadline.clock == BY_PRIORITY else deadline.clock)


def _when(event: Event) -> tuple[object, ...]:
    return event.at, event.seq, event.id
