"""Commands by which clones come together: sync, and merge-driver, which git calls."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ticketcli.cli.options import As, Quiet
from ticketcli.cli.streams import open_desk, say
from ticketcli.cli.writing import warn
from ticketcli.desk import desk as desks


def sync(
    ctx: typer.Context,
    push_all: Annotated[
        bool, typer.Option("--push-all", help="Push commits that touch files outside the desk, too.")
    ] = False,
    as_: As = "",
    quiet: Quiet = False,
) -> None:
    """Exchange tickets with the other clones: commit, fetch, merge, push.

    Tickets that were changed here and there are joined, message by message and field by field. What you have staged or
    changed in other files stays as it is. Exit status 75 where the others cannot be reached: all is saved here.

    \b
    ticket sync
    ticket sync --push-all
    """
    from ticketcli.desk import sharing

    shown = bool(sys.stderr) and sys.stderr.isatty() and not quiet
    done = sharing.sync(open_desk(ctx, as_), desks.now(), tell=say if shown else _nothing, warn=warn, push_all=push_all)
    for name, why in sorted(done.problems.items()):
        say(f"ticket: {why if name in why.split(':')[0] else f'{name}: {why}'}; it was left out")
    if not quiet:
        say(f"in step with {done.shared}: {_came_in(done.tickets, done.files)}, {_count(done.commits, 'commit')} sent")
    if done.problems:
        raise typer.Exit(1)


def _nothing(_step: str) -> None:
    """Nobody looks."""


def _came_in(tickets: set[str], files: set[str]) -> str:
    other = f" and {_count(len(files), 'other file')}" if files else ""
    return f"{_count(len(tickets), 'ticket')}{other} received"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def merge_driver(
    base: Annotated[Path, typer.Argument(metavar="BASE")],
    ours: Annotated[Path, typer.Argument(metavar="OURS")],
    theirs: Annotated[Path, typer.Argument(metavar="THEIRS")],
    _marker_size: Annotated[str, typer.Argument(metavar="[L]")] = "7",
    name: Annotated[str, typer.Argument(metavar="[PATH]")] = "a ticket",
) -> None:
    """For git: join two versions of a ticket file. OURS is then the joined one, or untouched where they conflict.

    \b
    git config merge.ticketcli.driver 'ticket merge-driver %O %A %B %L %P'
    ticket merge-driver base.toml ours.toml theirs.toml
    """
    from ticketcli.desk.driving import merge_driver as drive

    drive(base, ours, theirs, name, desks.now())
