"""The command import: takes over tickets from other systems."""

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from ticketcli.cli.options import As, Quiet
from ticketcli.cli.parsing import TicketCommand
from ticketcli.cli.streams import open_desk, progress, say
from ticketcli.cli.writing import Given, how, warn
from ticketcli.desk import imports
from ticketcli.desk.desk import now
from ticketcli.desk.imports import Imported
from ticketcli.desk.record import How
from ticketcli.edges.linefile import opened

import_ = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="Take tickets over from another system.\n\n\b\nticket import csv incidents.csv --map map.toml --dry-run",
)


@import_.callback()
def group() -> None:
    """Take tickets over from another system."""


@import_.command(cls=TicketCommand)
def csv(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The CSV file.")],
    map_: Annotated[Path, typer.Option("--map", metavar="MAP.toml", help="What its columns mean.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    as_: As = "",
    quiet: Quiet = False,
) -> None:
    """Import tickets and their histories from a CSV file: one row a ticket, or one row an event.

    What the columns mean stands in a mapping; examples/csv/map.toml explains one. A second run changes nothing. A row
    that cannot be read is named with its line, its ticket is left out, and the rest goes on (exit 1).

    \b
    ticket import csv incidents.csv --map map.toml --dry-run
    ticket import csv incidents.csv --map map.toml
    """
    desk = open_desk(ctx, as_)
    with progress("importing", quiet) as tell:
        done = imports.import_csv(
            desk, file, map_, how(desk, Given(ctx, as_)), dry_run=dry_run, warn=warn, progress=tell
        )
    _end(done, quiet, "would be " if dry_run else "")


@import_.command(cls=TicketCommand)
def jsonl(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A file of JSON Lines; - reads standard input.", allow_dash=True)
    ],
    as_: As = "",
    quiet: Quiet = False,
) -> None:
    """Import JSON Lines: tickets as export wrote them, and messages of forms, chats and calls.

    A ticket that is here already is joined with what comes in; a message goes to the ticket that it names, or begins
    one. ticket config schema line describes the lines. A second run changes nothing. A line that cannot be used is
    named, and the rest goes on (exit 1).

    \b
    ticket import jsonl desk.jsonl
    zcat desk.jsonl.gz | ticket import jsonl -
    echo '{"kind": "message", "channel": "form", "id": "17", "from": "maria@example.com", "text": "It jams."}' |
        ticket import jsonl -
    """
    from ticketcli.core.intake.lines import LIMIT
    from ticketcli.desk import jsonlines

    desk = open_desk(ctx, as_)
    path = None if str(file) == "-" else file
    with opened(path, sys.stdin.buffer if sys.stdin else None, LIMIT) as lines, progress("importing", quiet) as tell:
        done = jsonlines.import_lines(desk, lines, how(desk, Given(ctx, as_)), warn=warn, progress=tell)
    _end(done, quiet)


def _end(done: Imported, quiet: bool, would: str = "") -> None:
    """Says what was done, and what could not be used."""
    for problem in done.problems:
        say(f"ticket: {problem}")
    if not quiet:
        say(f"{done.created:,} {would}new, {done.updated:,} {would}changed, {done.unchanged:,} unchanged")
    if done.problems:
        raise typer.Exit(1)


@import_.command(cls=TicketCommand)
def mail(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Mbox files, Maildirs, .eml files, folders.")],
    quiet: Quiet = False,
) -> None:
    """Import mail: mbox files, Maildirs, single messages and folders of them, many at once, the oldest first.

    Each mail goes to the ticket that it answers, or becomes one; a second run changes nothing. One that cannot be
    understood is named, kept as a ticket tagged unreadable, and the rest goes on (exit 1).

    \b
    ticket import mail ~/Maildir
    ticket import mail old.mbox exports/*.eml
    """
    from ticketcli.desk import mailbox

    desk = open_desk(ctx)
    with progress("importing", quiet) as tell:
        done = mailbox.import_mail(desk, paths, How(now()), warn=warn, progress=tell)
    for problem in done.problems:
        say(f"ticket: {problem}")
    if not quiet:
        count = Counter(one.what for one in done.receipts)
        new, added = count["new"] + count["follow-up"] + count["unreadable"], count["added"]
        say(f"{new:,} new tickets, {added:,} messages added, {count['known']:,} already here")
    if done.problems:
        raise typer.Exit(1)
