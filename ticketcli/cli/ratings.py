"""The command rate: what the customer thinks of the support."""

from typing import Annotated

import typer

from ticketcli.cli.options import As, At, Id, Quiet, TextFile
from ticketcli.cli.texts import text_of
from ticketcli.cli.writing import Given, on_tickets, split_last
from ticketcli.core.action import rate as act
from ticketcli.core.action.draft import Action
from ticketcli.core.clock.situation import Situation
from ticketcli.core.ticket.who import parse
from ticketcli.desk.answering import speaker
from ticketcli.desk.record import Session

Words = Annotated[
    list[str], typer.Argument(metavar="TICKET... 1-5", help="Tickets, and 1 (very bad) to 5 (very good), or none.")
]
Comment = Annotated[
    str | None,
    typer.Option("-m", "--comment", "--message", metavar="TEXT", help="What the customer says of it; of none why."),
]
From = Annotated[
    str, typer.Option("--from", metavar="WHO", help="Who rates: customer, an address, or 'Name <address>'.")
]


def rate(
    ctx: typer.Context,
    words: Words,
    comment: Comment = None,
    file: TextFile = None,
    from_: From = "customer",
    as_: As = "",
    at: At = None,
    id_: Id = "",
    quiet: Quiet = False,
) -> None:
    """Record how the customer rates the support: 1 (very bad) to 5 (very good).

    A resolved or closed ticket is rated within 30 days; a later rating takes the place of the one before. It changes no
    status. With none, and a reason, the rating leaves all numbers; log still shows it.

    \b
    ticket rate 7KQM 5
    ticket rate 7KQM 2 -m "It took you a week." --from jan@example.com
    ticket rate 7KQM none -m "It was meant for another desk."
    """
    tickets, word = split_last(words, "the rating", "rate 7KQM 5")
    value = act.value_of(word)
    text = text_of(comment, file, "reason", optional=bool(value))
    if from_ != "customer":
        parse(from_)

    def make(_work: Session, situation: Situation) -> Action:
        return act.rate(value, text, speaker(from_, situation)) if value else act.take_back(text)

    on_tickets(Given(ctx, as_, at, id_, quiet), tickets, f"rate {word}", make, text)
