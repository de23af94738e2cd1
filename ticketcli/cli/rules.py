"""The command rules: what the desk's settings do without anybody, and what they would do to a ticket."""

from typing import Annotated

import typer

from ticketcli.cli import printing, streams
from ticketcli.cli.options import Json, Ticket
from ticketcli.cli.parsing import TicketCommand
from ticketcli.core.action.rules import verdicts
from ticketcli.core.view import rulings
from ticketcli.core.view.config import rule_object
from ticketcli.core.words.keys import EVENTS
from ticketcli.core.words.known import spelled
from ticketcli.desk import ruling

rules = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="""List the rules of the settings, and try them on a ticket.

    \b
    ticket rules list
    ticket rules test 7KQM
    """,
)


@rules.command("list", cls=TicketCommand)
def list_(ctx: typer.Context, json_: Json = False) -> None:
    """List the rules of the settings, in the order in which they look at a ticket.

    \b
    ticket rules list
    ticket rules list --json
    """
    desk = streams.open_desk(ctx)
    if json_:
        printing.data("json", "rules", [rule_object(rule) for rule in desk.settings.rules])
    elif streams.on_terminal():
        streams.out(rulings.told(desk.settings.rules, printing.look()))
    else:
        printing.for_scripts(rulings.listed(desk.settings.rules))
    if not desk.settings.rules and not json_:
        streams.say("this desk has no rules; write [[rule]] in ticketcli.toml, which has examples as comments")


@rules.command("test", cls=TicketCommand)
def try_on(
    ctx: typer.Context,
    ticket: Ticket,
    on: Annotated[
        str,
        typer.Option(
            "--on",
            metavar="EVENT",
            help=f"As if such an event had come: {', '.join(EVENTS)}.",
        ),
    ] = "",
    json_: Json = False,
) -> None:
    """Say what time rules would do to a ticket now, and why or why not, word by word; nothing is written.

    \b
    ticket rules test 7KQM
    ticket rules test 7KQM --on customer_message
    """
    desk = streams.open_desk(ctx)
    kind = spelled("event", on, EVENTS) if on else ""
    catalog = streams.catalog(desk)
    situation = catalog.situation(catalog.find_root(ticket))
    found = list(verdicts(situation, kind, ruling.context(desk, catalog, catalog.now)))
    if json_:
        printing.data("json", "rules", [rulings.tested(verdict) for verdict in found])
    else:
        streams.out(rulings.explained(found, printing.look()))
    if not found and not json_:
        streams.say("no rule waits for that event; see: ticket rules list" if kind else "no rule goes by time")
