"""The command send, and what the commands that write messages say of sending."""

from collections.abc import Sequence
from typing import Annotated

import typer

from ticketcli.cli import streams
from ticketcli.cli.options import Quiet
from ticketcli.cli.writing import expand, warn
from ticketcli.core.clock.times import show
from ticketcli.core.errors import Busy, NotSaved, TicketError
from ticketcli.core.mail.outbox import FAILED, SENT, UNSURE, WAITING, Mailing
from ticketcli.core.text import line
from ticketcli.desk import posting, sending
from ticketcli.desk.desk import Desk
from ticketcli.desk.sending import NoWayOut, Wanted

AGAIN = (NotSaved.exit_code, Busy.exit_code)
"""Exit statuses of what may do better the next time."""
SOON = 1.0
"""For how many seconds another run may be at work: cron starts the next one soon."""


def send(
    ctx: typer.Context,
    tickets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TICKET]...",
            help="Only what waits in these, however long ago it was written.",
        ),
    ] = None,
    again: Annotated[
        bool,
        typer.Option(
            "--again", help="Also what may have been sent already; of the tickets named, what has failed, too."
        ),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be sent.")] = False,
    quiet: Quiet = False,
) -> None:
    """Hand the messages that wait to your mail server, each once: answers, first letters, notes to third parties.

    Your own configuration says where mail leaves, in a [[mail]] table; without one everything waits. What was being
    sent when the program was killed may have been sent: it is named, and sent again only by --again. Messages older
    than a week go out only where their ticket is named.

    \b
    ticket send
    ticket send --dry-run
    ticket send 7KQM --again
    * * * * * ticket -C /srv/desk send -q          (in crontab)
    """
    desk, words = streams.open_desk(ctx), expand(tickets) if tickets else []
    if tickets and not words:
        return
    wanted = Wanted(words, again, old=True, wait=SOON)
    if dry_run:
        _list(desk, wanted)
    elif status := run(desk, wanted, quiet=quiet):
        raise typer.Exit(status)


def run(desk: Desk, wanted: Wanted, *, quiet: bool) -> int:
    """Sends what is wanted and says what became of it; the exit status."""
    found: list[Mailing] = []

    def tell(one: Mailing) -> None:
        if one.state != WAITING or one.tries:  # else it was not tried
            found.append(one)
        if not quiet or one.state in (FAILED, UNSURE):
            streams.say(_said(one, desk))

    try:
        problems = sending.send(desk, wanted, tell, warn)
    except NoWayOut as error:
        streams.say(f"ticket: {error}")
        streams.say("for example:")
        for row in error.example.splitlines():
            streams.say(f"  {row}")
        return error.exit_code
    for problem in problems:
        streams.say(f"ticket: {problem}")
    states = {one.state for one in found}
    if states & {FAILED, UNSURE} or any(problem.exit_code not in AGAIN for problem in problems):
        return 1
    if problems:
        return problems[0].exit_code
    return 75 if found and SENT not in states else 0


def after_writing(desk: Desk, tickets: Sequence[str], *, at_once: bool, quiet: bool) -> None:
    """Sends what was just written, or says that it waits where mail of this desk has a way out.

    What was written is saved, whatever comes of it here: where nothing can be sent now it waits, and the exit status
    is 0, for to give the command again would write the message twice.
    """
    try:
        if at_once:
            status = run(desk, Wanted(tickets), quiet=quiet)
        else:
            status = 0
            _say_what_waits(desk, tickets, quiet=quiet)
    except TicketError as error:
        streams.say(f"ticket: {error}; the message is saved, and waits")
        status = error.exit_code if at_once else 0
    if status == 1:
        raise typer.Exit(1)


def _say_what_waits(desk: Desk, tickets: Sequence[str], *, quiet: bool) -> None:
    count = 0 if quiet or not posting.has_way_out(desk) else len(sending.waiting(desk, Wanted(tickets))[0])
    if count:
        streams.say(f"{'it waits' if count == 1 else f'{count} messages wait'} to be mailed: ticket send")


def _list(desk: Desk, wanted: Wanted) -> None:
    """The messages that would be sent, and what nobody knows of."""
    chosen, left = sending.waiting(desk, wanted)
    for one in chosen:
        beginning = line(" ".join(one.event.body.split())[:60])
        streams.out("\t".join([_name(one), line(",".join(one.event.to)), beginning]))
    for one in left:
        streams.say(_said(one, desk))


def _name(one: Mailing) -> str:
    return f"{one.code}/{one.event.seq}"


def _said(one: Mailing, desk: Desk) -> str:
    """What became of a message, and what to do."""
    to = ", ".join(one.event.to)
    because = f": {one.reason}" if one.reason else ""
    if one.state == SENT:
        lost = f", but not to {', '.join(one.refused)}{because}" if one.refused else ""
        return f"{_name(one)} to {to}: sent{lost}"
    if one.state == FAILED:
        return f"ticket: {_name(one)} to {to}: failed{because}; to try it again: ticket send {one.code} --again"
    if one.state == UNSURE:
        since = f" on {show(one.since, desk.settings.zone)}" if one.since else ""
        return (
            f"ticket: {_name(one)} to {to} may have been sent{since}{because}; look into the mail server's log, "
            f"and if it was not: ticket send {one.code} --again"
        )
    if one.reason and not one.next_try:
        return f"{_name(one)} to {to} waits for a later run: {one.reason}"
    if not one.next_try:
        return f"{_name(one)} to {to} has waited too long to be mailed by itself; to mail it: ticket send {one.code}"
    return f"{_name(one)} to {to}: not now{because}; tried again from {show(one.next_try, desk.settings.zone)}"
