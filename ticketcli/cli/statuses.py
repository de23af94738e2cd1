"""Commands that set a status: status, resolve, close, reopen, postpone."""

from typing import Annotated

import typer

from ticketcli.cli.options import As, At, Id, Quiet, Reason, TextFile, Tickets
from ticketcli.cli.streams import can_ask, open_desk
from ticketcli.cli.texts import text_of
from ticketcli.cli.writing import Given, on_tickets, split_last, when
from ticketcli.core.action.status import known_status, move
from ticketcli.core.action.status import reopen as reopen_action
from ticketcli.core.clock import times

Words = Annotated[list[str], typer.Argument(metavar="TICKET... STATUS", help="Tickets, and the status they get.")]
UntilWords = Annotated[
    list[str],
    typer.Argument(metavar="TICKET... UNTIL", help="Tickets, and when they come back: friday, 3d, 2026-12-01."),
]


def status(
    ctx: typer.Context,
    words: Words,
    message: Reason = None,
    file: TextFile = None,
    as_: As = "",
    at: At = None,
    id_: Id = "",
    quiet: Quiet = False,
) -> None:
    """Set the status of tickets by hand.

    Answered by hand (by phone, in person) needs a note that says how. What is refused names the moves that are allowed.

    \b
    ticket status 7KQM on-hold -m "waiting for the vendor"
    ticket status 7KQM answered -m "called her back"
    ticket status 7KQM 8PMX pending
    """
    tickets, name = split_last(words, "the status", "status 7KQM on-hold")
    desk = open_desk(ctx)
    wanted = known_status(name, desk.settings)
    needs = desk.settings.category(wanted) == "answered"
    reason = text_of(message, file, "note", optional=not (needs and can_ask()))
    on_tickets(
        Given(ctx, as_, at, id_, quiet), tickets, f"status {wanted}", lambda _w, _s: move(wanted, reason=reason), reason
    )


def resolve(
    ctx: typer.Context,
    tickets: Tickets,
    message: Reason = None,
    file: TextFile = None,
    as_: As = "",
    at: At = None,
    id_: Id = "",
    quiet: Quiet = False,
) -> None:
    """Mark tickets as resolved, without a message to the customer.

    To answer and resolve at once use: ticket reply 7KQM -s resolved -m TEXT

    \b
    ticket resolve 7KQM
    ticket resolve 7KQM 8PMX -m "same cause, fixed in 2.1"
    """
    reason = text_of(message, file, "reason", optional=True)
    on_tickets(
        Given(ctx, as_, at, id_, quiet), tickets, "resolve", lambda _w, _s: move("resolved", reason=reason), reason
    )


def close(
    ctx: typer.Context,
    tickets: Tickets,
    message: Reason = None,
    file: TextFile = None,
    as_: As = "",
    at: At = None,
    id_: Id = "",
    quiet: Quiet = False,
) -> None:
    """Close tickets for good. Only reopen opens them again.

    \b
    ticket close 7KQM
    ticket close 7KQM -m "duplicate of 8PMX"
    """
    reason = text_of(message, file, "reason", optional=True)
    on_tickets(Given(ctx, as_, at, id_, quiet), tickets, "close", lambda _w, _s: move("closed", reason=reason), reason)


def reopen(
    ctx: typer.Context,
    tickets: Tickets,
    message: Reason = None,
    file: TextFile = None,
    as_: As = "",
    at: At = None,
    id_: Id = "",
    quiet: Quiet = False,
) -> None:
    """Open resolved or closed tickets again, with a reason.

    \b
    ticket reopen 7KQM -m "the fix did not hold"
    """
    reason = text_of(message, file, "reason")
    on_tickets(Given(ctx, as_, at, id_, quiet), tickets, "reopen", lambda _w, _s: reopen_action(reason), reason)


def postpone(
    ctx: typer.Context,
    words: UntilWords,
    message: Reason = None,
    file: TextFile = None,
    as_: As = "",
    at: At = None,
    id_: Id = "",
    quiet: Quiet = False,
) -> None:
    """Put tickets aside until a time. They come back by themselves; no cron is needed.

    \b
    ticket postpone 7KQM friday
    ticket postpone 7KQM 8PMX 3d -m "the part arrives on Thursday"
    ticket postpone 7KQM 2026-12-01
    """
    tickets, text = split_last(words, "the time", "postpone 7KQM friday")
    desk, given = open_desk(ctx), Given(ctx, as_, at, id_, quiet)
    until = times.instant(text, now=when(desk, given), zone=desk.settings.zone, forward=True)
    reason = text_of(message, file, "reason", optional=True)
    action = move("postponed", reason=reason, until=until)
    on_tickets(given, tickets, "postpone", lambda _w, _s: action, reason)
