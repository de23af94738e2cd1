"""The command redact: what has to go for good."""

import sys
from typing import Annotated

import typer

from ticketcli.cli.options import As, Quiet
from ticketcli.cli.streams import can_ask, open_desk, say
from ticketcli.cli.writing import Given, how, warn
from ticketcli.core.errors import BadWords
from ticketcli.desk.record import session
from ticketcli.desk.redacting import Plan, carry_out, plan

HISTORY = (
    "git's history still holds it, here and in every other clone: to take it out there too, rewrite the history "
    "with git filter-repo --replace-text, and clone anew"
)


def redact(
    ctx: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="TICKET/N|TICKET KEY...", help="A message, or fields of a ticket.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_: As = "",
    quiet: Quiet = False,
) -> None:
    """Black out a message or fields for good, in every place of the files that tells them; a mark stays.

    A message goes with its files, its parts and its other versions. A customer's name or address also goes where it
    says who wrote. It shows what will go and asks; undo does not bring it back. Git's history still holds it.

    \b
    ticket redact 7KQM/2
    ticket redact 7KQM customer.phone
    ticket redact 7KQM subject customer --yes
    """
    if not yes and not can_ask():
        raise BadWords("nobody can be asked here; give --yes to black it out for good")
    desk, given = open_desk(ctx, as_), Given(ctx, as_, quiet=quiet)
    with session(desk, how(desk, given), "redact", warn) as work:
        wanted = plan(work, words[0], words[1:])
    _show(wanted, quiet)
    if not wanted.drafts or not (yes or _agreed()):
        return
    with session(desk, how(desk, given), "redact", warn) as work:
        wanted = plan(work, words[0], words[1:])
        carry_out(work, wanted)
    if not quiet:
        say(f"{wanted.code}: blacked out")
        say(HISTORY)


def _show(wanted: Plan, quiet: bool) -> None:
    if not wanted.drafts:
        say("blacked out already, or never there; nothing to do")
    for line in () if quiet else wanted.lines:
        say(f"black out {line}")


def _agreed() -> bool:
    """Whether the one who is asked says yes; the desk is not locked meanwhile."""
    sys.stderr.write("black this out for good? [y/N] ")
    sys.stderr.flush()
    agreed = sys.stdin.readline().strip().casefold() in ("y", "yes")
    if not agreed:
        say("nothing was changed")
    return agreed
