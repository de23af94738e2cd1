"""The command canned: the responses that are kept ready, and how one reads on a ticket."""

from collections.abc import Mapping
from typing import Annotated

import typer

from ticketcli.cli import printing, streams
from ticketcli.cli.options import As, Format, Json
from ticketcli.cli.parsing import TicketCommand
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.view import canned as view
from ticketcli.core.view import formats
from ticketcli.desk import canned as shelves
from ticketcli.desk import desk as desks

canned = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="""List the canned responses, or see how one reads on a ticket. They are files: canned/NAME.toml.

    \b
    ticket canned list
    ticket canned show greeting 7KQM
    """,
)


@canned.command("list")
def list_(ctx: typer.Context, format_: Format = None, json_: Json = False) -> None:
    """List the canned responses by department and language; size is how many characters a text has.

    Elsewhere than on a terminal the columns are: name, department, language, size, tags, text.

    \b
    ticket canned list
    ticket canned list --json
    """
    wanted = printing.wanted(format_, json_)
    found = shelves.shelf(streams.open_desk(ctx))
    if wanted in ("json", "jsonl"):
        printing.data(wanted, "canned", list(map(view.data, found.canned)))
    elif wanted in ("tsv", "csv"):
        rows = list(map(view.row, found.canned))
        printing.for_scripts(formats.tsv(rows) if wanted == "tsv" else formats.csv(view.COLUMNS, rows))
    elif found.canned:
        rows = list(map(view.row, found.canned))
        printing.table(view.COLUMNS, rows, wanted, view.COLUMNS, [False] * len(rows))
    if not (found.canned or found.problems) and streams.on_terminal():
        streams.say("no canned response; a file canned/NAME.toml with a body is one")
    for problem in found.problems:
        streams.say(f"ticket: {problem}")
    if found.problems:
        raise typer.Exit(1)


@canned.command(cls=TicketCommand)
def show(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="CANNED", help="Its name.")],
    ticket: Annotated[
        str | None,
        typer.Argument(metavar="[TICKET]", help="Filled in for this ticket."),
    ] = None,
    message: Annotated[str, typer.Option("-m", "--message", metavar="TEXT", help="What {{text}} stands for.")] = "",
    json_: Json = False,
    as_: As = "",
) -> None:
    """Show a canned response: as it stands in its file, or as a ticket's customer would get it.

    The text stands on standard output, what comes with it on standard error. Exit 1 where it cannot be filled in.

    \b
    ticket canned show greeting
    ticket canned show greeting 7KQM -m "It left today."
    """
    desk = streams.open_desk(ctx, as_)
    one, now = shelves.one(desk, name), desks.now()
    shelves.follow_ups(desk, one, now)
    shelves.files(desk, one)
    if ticket is not None:
        values: Mapping[str, str] = shelves.on_ticket(desk, now, ticket, Changes())
        one = one._replace(body=shelves.filled(one, values, message), subject="")  # it has one already
    if json_:
        printing.data("json", "canned", [view.data(one)])
        return
    for told in view.besides(one):
        streams.say(told)
    printing.for_scripts(one.body.strip("\n") + "\n")
