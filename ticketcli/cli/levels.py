"""The command sla: service levels, matched again because somebody asks for it."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from ticketcli.cli import streams
from ticketcli.cli.options import As, Filters
from ticketcli.cli.parsing import TicketCommand
from ticketcli.cli.writing import Given, each, how, warn
from ticketcli.core.action.level import outdated
from ticketcli.core.action.level import reapply as reapply_action
from ticketcli.core.clock.situation import Situation
from ticketcli.core.text import line
from ticketcli.core.view.notices import level_change
from ticketcli.desk import committing, views
from ticketcli.desk.desk import Desk
from ticketcli.desk.record import Session, session

sla = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="""Match tickets to service levels again.

    \b
    ticket sla reapply --dry-run
    """,
)


@sla.callback()
def _group() -> None:
    """Keeps `reapply` a command of its own while it is the only one."""


@sla.command(cls=TicketCommand)
def reapply(
    ctx: typer.Context,
    filters: Filters = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    as_: As = "",
) -> None:
    """Match tickets again by the levels of today's settings.

    Without it the level and the targets that were matched once count. Resolved, closed and merged tickets are left
    alone unless a status: word names them. Clocks keep their start, what has ended keeps its result. Prints a line for
    each ticket that changes; undo takes it back.

    \b
    ticket sla reapply --dry-run
    ticket sla reapply department:billing
    """
    desk = streams.open_desk(ctx, as_)
    catalog = streams.catalog(desk)
    query = views.query(desk, filters or [], catalog.now)
    left_alone = () if query.names_status else ("resolved", "closed")
    some = catalog.situations() if query.names_status else catalog.active()[0]
    every = (one for one in some if not one.merged and one.category not in left_alone)
    wanted = [one for one in every if query.matches(one) and outdated(one)]
    problems = streams.name_problems(catalog)
    if dry_run:
        for situation in wanted:
            _say(situation)
    elif wanted or committing.owes(desk):
        _reapply(desk, [one.code for one in wanted], Given(ctx, as_))
    if problems:
        raise typer.Exit(1)


def _reapply(desk: Desk, codes: Sequence[str], given: Given) -> None:
    """Matches the levels of tickets again; says which, once nobody waits for the lock any more."""
    changed: list[Situation] = []
    try:
        with session(desk, how(desk, given), "sla reapply", warn) as work:
            work.batch = work.new_batch()
            each(codes, lambda code: changed.extend(_changed(work, code)))
    finally:
        for situation in changed:
            _say(situation)


def _changed(work: Session, code: str) -> Iterator[Situation]:
    """The ticket as it stood, if it was written: somebody may have acted meanwhile."""
    situation = work.catalog.situation(code)
    if work.record(situation, reapply_action()):
        yield situation


def _say(situation: Situation) -> None:
    streams.out(line(level_change(situation)))
