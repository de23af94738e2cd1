"""The command next: one ticket for one agent, for a while."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

import typer

from ticketcli.cli import printing, showing, streams
from ticketcli.cli.options import As, Filters, Json, Quiet
from ticketcli.cli.writing import Given, how, warn
from ticketcli.core.action.draft import Action, NotAnAgent
from ticketcli.core.action.skip import skip as skip_action
from ticketcli.core.clock import times
from ticketcli.core.clock.queue import why
from ticketcli.core.clock.situation import Situation
from ticketcli.core.errors import BadWords, TicketError
from ticketcli.core.text import line
from ticketcli.core.view import objects
from ticketcli.core.words.query import Query
from ticketcli.desk import views
from ticketcli.desk.catalog import Catalog
from ticketcli.desk.desk import Desk
from ticketcli.desk.record import session
from ticketcli.desk.taking import NothingHeld, NothingToDo, Taken, candidates, give_back, held, take, taker


def next_(
    ctx: typer.Context,
    filters: Filters = None,
    peek: Annotated[bool, typer.Option("--peek", help="Only say which it would be; take nothing.")] = False,
    assigned: Annotated[
        bool, typer.Option("--take", help="Assign it to yourself too, and let the other clones know.")
    ] = False,
    skip: Annotated[
        str | None,
        typer.Option("--skip", metavar="REASON", help="Pass on the ticket that you hold, and take the one after it."),
    ] = None,
    release: Annotated[bool, typer.Option("--release", help="Give back the ticket that you hold.")] = False,
    as_: As = "",
    json_: Json = False,
    quiet: Quiet = False,
) -> None:
    """Hand out the ticket that needs solving most: yours or nobody's, in your departments, and in nobody else's hands.

    It is yours for 15 minutes, longer with everything you write to it; asked again you get the same one until it is
    answered, skipped or given back. `@` names it on a terminal. That holds in this clone; with --take the other clones
    are asked too, and who is first there has it. What you skipped comes back when the customer writes, after 4 hours,
    or where nothing else is left. Prints the code, on a terminal the ticket; exit status 5 where nothing is to do.

    \b
    ticket next
    ticket reply @ -m "Please try again."
    ticket next --skip "bob knows more about this"
    ticket next tag:vip --peek
    """
    if sum((peek, assigned, skip is not None, release)) > 1:
        raise BadWords("give only one of --peek, --take, --skip and --release")
    desk, given = streams.open_desk(ctx, as_), Given(ctx, as_, quiet=quiet)
    actor = desk.actor() if peek else taker(desk)
    if not actor.agent:
        raise NotAnAgent(actor.key, sorted(desk.settings.agents))
    if release:
        _release(streams.catalog(desk), actor.key, quiet)
        return
    catalog, offers = streams.catalog(desk), _Offers(filters or [], actor.key)
    offers.query(catalog)
    if skip is not None:
        _skip(catalog, actor.key, skip, given)
        catalog = streams.catalog(desk)
    if peek:
        offered = offers(catalog)
        first = held(catalog, actor.key) or next(iter(offered), None)
        _tell(catalog, first, "", json_=json_, quiet=quiet)
    else:
        if assigned:
            taken, catalog = _claim(desk, actor.key, offers, given), streams.catalog(desk)
        else:
            taken = take(catalog, offers(catalog), actor.key)
        _tell(catalog, catalog.situation(taken.situation.code), _yours(taken, desk), json_=json_, quiet=quiet)
    if offers.problems:
        raise typer.Exit(1)


@dataclass
class _Offers:
    """What of a desk an agent may take, most urgent first; what cannot be read there is named, once."""

    words: Sequence[str]
    agent: str
    problems: dict[str, TicketError] = field(default_factory=dict)

    def query(self, catalog: Catalog) -> Query:
        """What the filter words ask for."""
        return views.query(catalog.desk, self.words, catalog.now, self.agent)

    def __call__(self, catalog: Catalog) -> list[Situation]:
        """The tickets on offer."""
        found = candidates(catalog, filter(self.query(catalog).matches, catalog.active()[0]), self.agent)
        for code, problem in catalog.problems.items():
            if code not in self.problems:
                streams.say(f"ticket: {problem}")
        self.problems |= catalog.problems
        return found


def _claim(desk: Desk, agent: str, offers: _Offers, given: Given) -> Taken:
    from ticketcli.desk.claiming import claim

    def tell(news: str) -> None:
        if not given.quiet:
            streams.say(news)

    return claim(desk, how(desk, given), agent, offers, tell=tell, warn=warn)


def _release(catalog: Catalog, agent: str, quiet: bool) -> None:
    codes = give_back(catalog, agent)
    if not quiet:
        streams.say(f"given back: {', '.join(codes)}" if codes else "you hold no ticket; nothing to give back")


def _skip(catalog: Catalog, agent: str, reason: str, given: Given) -> None:
    """Records why the ticket in hand is passed on, and gives it back."""
    situation = held(catalog, agent)
    if situation is None:
        raise NothingHeld
    _record(catalog.desk, situation.code, skip_action(reason), "skip", given)
    give_back(catalog, agent)


def _record(desk: Desk, code: str, action: Action, command: str, given: Given) -> None:
    with session(desk, how(desk, given), command, warn) as work:
        work.record(work.catalog.situation(code), action)


def _yours(taken: Taken, desk: Desk) -> str:
    return f"; {'still ' if taken.again else ''}yours until {times.show(taken.until, desk.settings.zone)}"


def _tell(catalog: Catalog, situation: Situation | None, yours: str, *, json_: bool, quiet: bool) -> None:
    """Prints the ticket, and says on standard error why it is the one. Raises NothingToDo where there is none."""
    if situation is None:
        raise NothingToDo
    if json_:
        printing.data("json", "tickets", [objects.ticket(situation)])
    elif streams.on_terminal():
        showing.print_page(showing.whole(catalog, situation))
    else:
        streams.out(situation.code)
    if not quiet:
        streams.say(f'{situation.code} "{line(situation.header.text("subject"))}": {why(situation)}{yours}')
