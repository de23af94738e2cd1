"""The command export: gives tickets to other systems and to mail programs."""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from ticketcli.cli import streams
from ticketcli.cli.options import Filters, Quiet, Ticket
from ticketcli.cli.parsing import TicketCommand
from ticketcli.cli.showing import answering
from ticketcli.desk.catalog import Catalog, Wanted
from ticketcli.desk.desk import Desk

export = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="Give tickets to other systems.\n\n\b\nticket export jsonl > desk.jsonl\nticket export mbox 7KQM -o 7KQM.mbox",
)


@export.callback()
def group() -> None:
    """Give tickets to other systems."""


@export.command(cls=TicketCommand)
def jsonl(
    ctx: typer.Context,
    filters: Filters = None,
    attachments: Annotated[
        bool, typer.Option("--attachments/--no-attachments", help="With the contents of attachments, or without.")
    ] = True,
    quiet: Quiet = False,
) -> None:
    """Print tickets as JSON Lines, exactly: every event, closed and merged tickets too, and all attachments.

    One object a line; ticket config schema line describes it, and ticket import jsonl reads it. With --no-attachments
    tickets name their files, and the contents stay behind.

    \b
    ticket export jsonl > desk.jsonl
    ticket export jsonl --no-attachments created:2026-01..2026-03 tag:vip | gzip > vip.jsonl.gz
    """
    desk = streams.open_desk(ctx)
    catalog = streams.catalog(desk)
    codes = _codes(catalog, desk, filters or [])
    problems: list[str] = []
    from ticketcli.desk import jsonlines

    with streams.progress("exporting", quiet or streams.on_terminal(), after=1.0) as tell:
        for line in jsonlines.export(catalog, _counted(codes, tell), contents=attachments, warn=problems.append):
            streams.out(line)
    if not attachments and not quiet:
        streams.say("the contents of attachments are left out")
    _end(problems)


@export.command(cls=TicketCommand)
def mbox(
    ctx: typer.Context,
    ticket: Ticket,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="A new file instead of standard output.")
    ] = None,
) -> None:
    """Print a ticket's public thread as a mailbox that any mail program opens: no note, nothing blacked out or undone.

    \b
    ticket export mbox 7KQM -o 7KQM.mbox
    ticket export mbox 7KQM > 7KQM.mbox
    """
    catalog = streams.catalog(streams.open_desk(ctx))
    situation = answering(catalog, catalog.find(ticket))
    problems: list[str] = []
    from ticketcli.desk import archiving

    data = archiving.archive(catalog, situation, problems.append)
    if output:
        archiving.save(output, data)
    elif sys.stdout:
        streams.out(data.decode("ascii"))
    _end([*problems, *map(str, catalog.problems.values())])


def _codes(catalog: Catalog, desk: Desk, filters: list[str]) -> list[str]:
    """The tickets that filter words mean, of all; without any every file, also one that cannot be read."""
    if not filters:
        return sorted(catalog.paths)
    from ticketcli.desk import views

    query = views.query(desk, filters, catalog.instant)
    found = [one.code for one in catalog.situations(Wanted(texts=query.texts or None)) if query.matches(one)]
    return sorted([*found, *catalog.problems])


def _counted(codes: Sequence[str], tell: Callable[[int, int], None]) -> Iterator[str]:
    for number, code in enumerate(codes, 1):
        tell(number, len(codes))
        yield code


def _end(problems: list[str]) -> None:
    """Names what could not be read."""
    for problem in problems:
        streams.say(f"ticket: {problem}")
    if problems:
        raise typer.Exit(1)
