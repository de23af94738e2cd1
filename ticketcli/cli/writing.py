"""What writing commands share: find all tickets first, then one after the other; say what each has become."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import typer

from ticketcli.cli.streams import open_desk, out, past, say
from ticketcli.cli.texts import kept, standard_input
from ticketcli.core.action.draft import Action
from ticketcli.core.clock.situation import Situation
from ticketcli.core.errors import BadWords, TicketError
from ticketcli.core.text import line
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.view.history import outcome
from ticketcli.desk import desk as desks
from ticketcli.desk.committing import Note
from ticketcli.desk.desk import Desk
from ticketcli.desk.record import How, Session, session

MakeAction = Callable[[Session, Situation], Action]
Instead = Callable[[Session, Situation], tuple[str, list[Ticket]] | None]
Check = Callable[[Situation], None]


class MissingWord(BadWords):
    """A command without its last word."""

    def __init__(self, what: str, example: str) -> None:
        super().__init__(f"{what} is missing, for example: ticket {example}")


@dataclass(frozen=True, slots=True)
class Given:
    """What every writing command is given besides its own words."""

    ctx: Any
    asked: str = ""
    at: str | None = None
    token: str = ""
    quiet: bool = False


def how(desk: Desk, given: Given) -> How:
    """When and under which name the command is recorded."""
    now = desks.now()
    return How(now, past(given.at, desk, now), given.token)


def when(desk: Desk, given: Given) -> datetime:
    """The instant that is recorded, from which `friday` and `2d` count: now, or that of --at."""
    told = how(desk, given)
    return told.at or told.now


def warn(problem: str) -> None:
    """Says what did not work besides the save itself, or what was done besides it."""
    say(problem if isinstance(problem, Note) else f"ticket: warning: {problem}")


def split_last(words: Sequence[str], what: str, example: str) -> tuple[list[str], str]:
    """The tickets, and the last word that says what to do with them. Raises MissingWord."""
    if len(words) < 2:
        raise MissingWord(what, example)
    return list(words[:-1]), words[-1]


def expand(words: Sequence[str]) -> list[str]:
    """The tickets named, `-` replaced by the first word of each line of standard input; said where there is none."""
    found: list[str] = []
    for word in words:
        found += [row.split()[0] for row in standard_input("-").splitlines() if row.strip()] if word == "-" else [word]
    if not found:
        say("no ticket is named on standard input; nothing to do")
    return found


def on_tickets(
    given: Given,
    words: Sequence[str],
    command: str,
    make: MakeAction,
    text: str = "",
    instead: Instead | None = None,
    check: Check | None = None,
) -> None:
    """Carries out an action on every ticket named: an unknown one, or a `check` that fails, means nothing is written.

    One that is refused stops no other. `instead` may begin another ticket in place of the action; its code is printed.
    """
    with kept(text):
        desk, wanted = open_desk(given.ctx, given.asked), expand(words)
        with session(desk, how(desk, given), command, warn) as work:
            codes = list(dict.fromkeys(work.catalog.find_root(word) for word in wanted))
            if check:
                _check_all(work, codes, check)
            work.batch = work.new_batch() if len(codes) > 1 else ""
            each(codes, lambda code: _one(work, code, make, given, instead))


def _check_all(work: Session, codes: Sequence[str], check: Check) -> None:
    for situation in (work.catalog.situation(code) for code in codes if work.catalog.ticket(code)):
        if not work.repeated(situation):
            check(situation)


def each(codes: Sequence[str], do: Callable[[str], None]) -> None:
    """Does something with every ticket; one that is refused is named and stops no other, and the exit status is 1."""
    refused = False
    for code in codes:
        try:
            do(code)
        except TicketError as error:
            if len(codes) == 1 or error.exit_code != 1:
                raise
            say(f"ticket: {error}")
            refused = True
    if refused:
        raise typer.Exit(1)


def _one(work: Session, code: str, make: MakeAction, given: Given, instead: Instead | None) -> None:
    situation = work.catalog.situation(code)
    if work.repeated(situation):
        return tell(work, code, [], given)
    other = instead(work, situation) if instead else None
    if other is None:
        return tell(work, code, work.record(situation, make(work, situation)), given)
    if not given.quiet:
        say(f"{code} is {situation.status} for too long to be reopened; {other[0]} follows it")
    out(other[0])
    return tell(work, *other, given)


def tell(work: Session, code: str, tickets: Sequence[Ticket], given: Given) -> None:
    """Says on standard error what a ticket has become: code, subject, status and, if public, the recipient."""
    if given.quiet:
        return
    situation = work.catalog.situation(code)
    # a command that was cut between its files and given again may write only another one
    changed = next((ticket for ticket in tickets if ticket.code == code), next(iter(tickets), None))
    subject = line(situation.header.text("subject"))
    newest = _newest(changed) if changed else None
    say(f'{code} "{subject}": {outcome(situation, newest)}')
    for event in _ruled_behind(changed, newest) if changed and newest else ():
        from ticketcli.core.view.notices import made  # a desk without rules does without

        say(f'{code} rule "{event.value}": {made(event)}')


def _newest(ticket: Ticket) -> Event:
    """The event written last; what happened by itself is nobody's command."""
    return max((event for event in ticket.events if not (event.automatic or event.ruled)), key=lambda one: one.order)


def _ruled_behind(ticket: Ticket, event: Event) -> Iterator[Event]:
    return (one for one in ticket.events if one.ruled and one.batch and one.batch == event.batch)
