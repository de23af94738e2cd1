"""Commands that read one ticket: show, path, log."""

from pathlib import Path
from typing import Annotated

import typer

from ticketcli.cli.options import AsOf, Format, Json, Ticket


def show(
    ctx: typer.Context,
    ticket: Ticket,
    public: Annotated[bool, typer.Option("--public", help="Only what the customer may see.")] = False,
    quoted: Annotated[bool, typer.Option("--quoted", help="Show the quoted parts of mails too.")] = False,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="DIR", help="Save the attachments there and print their paths.")
    ] = None,
    json_: Json = False,
    as_of: AsOf = None,
) -> None:
    """Show a ticket with its whole thread; internal notes are marked. Text of customers stands behind a line.

    \b
    ticket show 7KQ
    ticket show 7KQ --public
    ticket show 7KQ --save files
    ticket show 7KQ --json --as-of 2026-11-20
    """
    from ticketcli.cli import showing  # completion of a code does without all of it

    if showing.show(ctx, ticket, public=public, quoted=quoted, save=save, json_=json_, as_of=as_of):
        raise typer.Exit(1)


def path(ctx: typer.Context, ticket: Ticket) -> None:
    """Print the path of a ticket's file.

    \b
    ticket path 7KQ
    git log -p -- "$(ticket path 7KQ)"
    """
    from ticketcli.cli import streams

    catalog = streams.catalog(streams.open_desk(ctx))
    streams.out(str(catalog.paths[catalog.find(ticket)].absolute()))


def log(
    ctx: typer.Context,
    ticket: Annotated[str | None, typer.Argument(metavar="[TICKET]", help="Only what happened to this ticket.")] = None,
    limit: Annotated[
        int | None, typer.Option("-n", "--limit", metavar="N", min=1, help="The newest so many; of a whole desk 20.")
    ] = None,
    format_: Format = None,
    json_: Json = False,
    as_of: AsOf = None,
) -> None:
    """Show what happened, event by event, the newest last; also what was undone or no longer counts.

    Elsewhere than on a terminal the columns are: at, name, by, counts, what, text.

    \b
    ticket log 7KQ
    ticket log -n 100
    """
    from ticketcli.cli import printing, showing

    if showing.log(ctx, ticket, limit, printing.wanted(format_, json_), as_of):
        raise typer.Exit(1)
