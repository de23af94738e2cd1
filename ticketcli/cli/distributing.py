"""The command distribute, for cron and for whoever leads a team."""

from typing import Annotated

import typer

from ticketcli.cli import printing, streams
from ticketcli.cli.options import Filters, Json, Quiet
from ticketcli.cli.writing import warn
from ticketcli.core.view import objects
from ticketcli.core.view.notices import assignment
from ticketcli.desk import desk as desks
from ticketcli.desk import views
from ticketcli.desk.distributing import distribute as run
from ticketcli.desk.record import How


def distribute(
    ctx: typer.Context,
    filters: Filters = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say who would get what.")] = False,
    json_: Json = False,
    quiet: Quiet = False,
) -> None:
    """For cron: give each New or Open ticket that nobody works on to the agent who has least.

    Most urgent first, to agents of its department (of all, where it has none) who are on duty, not away, and under
    their cap. Who has least gets it, of equals who was given one the longest ago; nothing is counted anywhere. What
    nobody can take now, and what somebody holds from next, stays as it is. Prints a line a ticket.

    \b
    ticket distribute --dry-run
    ticket distribute department:support
    """
    desk = streams.open_desk(ctx)
    now = desks.now()
    query = views.query(desk, filters or [], now)
    found, problems = run(desk, How(now), query, dry_run=dry_run, warn=warn)
    if json_:
        printing.data("json", "assignments", [objects.assignment(share.situation, share.agent) for share in found])
    elif not quiet:
        printing.for_scripts("".join(f"{assignment(share.situation, share.agent)}\n" for share in found))
    for problem in problems:
        streams.say(f"ticket: {problem}")
    if problems:
        raise typer.Exit(max(1, *(problem.exit_code for problem in problems)))
