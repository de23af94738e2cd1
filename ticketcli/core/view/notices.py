"""What has happened by itself, in a line a ticket: what cron mails. It finds nothing: all is given to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from ticketcli.core.clock.due import BY_HAND
from ticketcli.core.clock.matching import Applied, current, match, read, span_word
from ticketcli.core.clock.times import show, show_span
from ticketcli.core.text import line
from ticketcli.core.ticket.who import lenient
from ticketcli.core.view.history import changed

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.event import Event

TOLD = ("warn", "breach")
"""What somebody has to act on; the rest happens as it was asked for."""


def notice(situation: Situation, events: Sequence[Event]) -> str:
    """One line: `7KQ-M2RTX-4BG "Printer jams": overdue since 2026-11-20 14:00 (first response)`."""
    late = {event.clock for event in events if event.action == "breach"}
    told = [event for event in events if not (event.action == "warn" and event.clock in late)]
    said = "; ".join(_words(situation, event) for event in told)
    return f'{situation.code} "{line(situation.header.text("subject"))}": {said}'


def _words(situation: Situation, event: Event) -> str:
    zone = situation.settings.zone
    clock = "deadline set by hand" if event.clock == BY_HAND else event.clock.replace("_", " ")
    if event.action == "warn":
        due = next((one.at for one in situation.deadlines if one.clock == event.clock and one.at), None)
        return f"{clock} due {show(due, zone)}" if due else f"{clock} due soon"
    if event.action == "breach":
        return f"overdue since {show(event.at, zone)} ({clock})"
    if event.ruled:
        return f'rule "{line(str(event.value))}": {line(made(event))}'
    if event.action == "match":
        return f"service level {line(str(event.sla['level']))}"
    return f"{'back' if event.action == 'wake' else 'closed'} since {show(event.at, zone)}"


def made(event: Event) -> str:
    """What an event of a rule does, in the words of `set`."""
    if event.kind == "change":
        return " ".join(changed(event))
    if event.kind == "note":
        return " ".join(event.body.split())
    return f"a text to {', '.join(event.to)}" if event.to else "a text, mailed to nobody"


def level_change(situation: Situation) -> str:
    """One line: `7KQ-M2RTX-4BG "Printer jams": standard, resolution 40h -> gold, resolution 8h`."""
    levels = situation.settings.levels
    before, after = current(situation.ticket, levels), read(match(situation.header, levels))
    subject = line(situation.header.text("subject"))
    return f'{situation.code} "{subject}": {_level(before)} -> {_level(after)}'


def written(situation: Situation, events: Sequence[Event]) -> str:
    """One line: `7KQ-M2RTX-4BG "Printer jams": answered 2 m ago by Bob Novak, and 1 more`."""
    last = events[-1]
    agent = situation.settings.agent(last.by)
    by = agent.name if agent and agent.name else lenient(last.by).name or last.by
    what = "a note" if last.kind == "note" else "answered" if last.role == "agent" else "a message"
    ago = show_span(max(situation.now - last.at, timedelta(0)))
    more = f", and {len(events) - 1} more" if len(events) > 1 else ""
    return f'{situation.code} "{line(situation.header.text("subject"))}": {what} {ago} ago by {line(by)}{more}'


def assignment(situation: Situation, agent: str) -> str:
    """One line: `7KQ-M2RTX-4BG "Printer jams": assigned to ana`."""
    department = situation.header.text("department")
    who = f"in {line(department)} " if department else ""
    said = f"assigned to {agent}" if agent else f"nobody {who}can take it now"
    return f'{situation.code} "{line(situation.header.text("subject"))}": {said}'


def _level(applied: Applied | None) -> str:
    if applied is None:
        return "no level"
    targets = (f"{clock.replace('_', ' ')} {span_word(span)}" for clock, span in applied.targets.items())
    return ", ".join([applied.level, *targets])


def to_act_on(events: Sequence[Event]) -> Iterator[Event]:
    """The warnings and breaches, of each clock the last."""
    told = {event.clock: event for event in events if event.action in TOLD}
    yield from told.values()
