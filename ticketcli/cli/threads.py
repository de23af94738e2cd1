"""Commands on whole threads: split, merge, unmerge, undo."""

from typing import Annotated

import typer

from ticketcli.cli.options import (
    AgentOption,
    As,
    At,
    DepartmentOption,
    Id,
    Priority,
    Quiet,
    Reason,
    TagOption,
    Tickets,
)
from ticketcli.cli.streams import open_desk, out, say
from ticketcli.cli.texts import kept, text_of
from ticketcli.cli.writing import Given, each, expand, how, tell, warn, when
from ticketcli.core.errors import BadWords
from ticketcli.desk import answering, threads
from ticketcli.desk.record import session


def split(
    ctx: typer.Context,
    messages: Annotated[str, typer.Argument(metavar="TICKET/N,N", help="Messages of a ticket, like 7KQM/4,6.")],
    subject: Annotated[str, typer.Option("--subject", metavar="S", help="The subject of the new ticket.")],
    part: Annotated[
        str | None, typer.Option("--part", metavar="TEXT", help="Only this part of the message's text.")
    ] = None,
    agent: AgentOption = None,
    department: DepartmentOption = None,
    priority: Priority = None,
    tag: TagOption = None,
    copy: Annotated[bool, typer.Option("--copy", help="Show the messages in both tickets.")] = False,
    as_: As = "",
    at: At = None,
    id_: Id = "",
    quiet: Quiet = False,
) -> None:
    """Make messages of a ticket a ticket of their own. Prints its code.

    Nothing is copied: the parent points to where its messages are shown now. Given again, a split does nothing more.

    \b
    ticket split 7KQM/4,6 --subject "Invoice is wrong" -d billing
    ticket split 7KQM/1 --subject "VAT number" --part "Also, our VAT number changed." -a bob
    """
    desk, given = open_desk(ctx, as_), Given(ctx, as_, at, id_, quiet)
    changes = answering.changes(desk, when(desk, given), desk.actor(), priority, department, agent, tag, None)
    title = answering.one_line(subject)
    if part is not None and not part.strip():
        raise BadWords("the text after --part is empty; without --part the whole message is split off")
    with session(desk, how(desk, given), "split", warn) as work:
        parent, child, tickets = threads.split(work, messages, title, part or "", copy, changes)
        tell(work, parent, tickets, given)
        tell(work, child, tickets, given)
    out(child)


def merge(
    ctx: typer.Context,
    tickets: Annotated[list[str], typer.Argument(metavar="SOURCE...", help="The tickets to merge.")],
    into: Annotated[
        str, typer.Option("--into", metavar="TARGET", help="The ticket that shows them; else the oldest.")
    ] = "",
    different_customer: Annotated[
        bool, typer.Option("--different-customer", help="Although the customers differ; the source's becomes Cc.")
    ] = False,
    message: Reason = None,
    as_: As = "",
    at: At = None,
    id_: Id = "",
    quiet: Quiet = False,
) -> None:
    """Show tickets in another one's thread; their codes keep working. Prints the code of the surviving one.

    \b
    ticket merge 8PMX --into 7KQM
    ticket merge 7KQM 8PMX 9RST
    """
    desk, given, words = open_desk(ctx, as_), Given(ctx, as_, at, id_, quiet), expand(tickets)
    reason = text_of(message, None, "reason", optional=True)
    with kept(reason), session(desk, how(desk, given), "merge", warn) as work:
        plan = threads.plan_merge(work, words, into)
        if not quiet:
            for sentence in plan.preview():
                say(sentence)
        changed = threads.merge(work, plan, different_customer=different_customer, reason=reason)
        tell(work, plan.target.code, changed, given)
    out(plan.target.code)


def unmerge(ctx: typer.Context, tickets: Tickets, as_: As = "", id_: Id = "", quiet: Quiet = False) -> None:
    """Take merged tickets apart again. What was written to the target since stays there.

    \b
    ticket unmerge 8PMX
    """
    desk, given, words = open_desk(ctx, as_), Given(ctx, as_, None, id_, quiet), expand(tickets)
    with session(desk, how(desk, given), "unmerge", warn) as work:

        def one(code: str) -> None:
            changed, staying = threads.unmerge(work, code)
            tell(work, code, changed, given)
            for sentence in () if quiet else staying:
                say(sentence)

        each([work.catalog.find(word, least=4) for word in words], one)


def undo(
    ctx: typer.Context,
    ticket: Annotated[str | None, typer.Argument(metavar="[TICKET]", help="Only what you did to this ticket.")] = None,
    as_: As = "",
    id_: Id = "",
    quiet: Quiet = False,
) -> None:
    """Take back your last command whole; again, the one before it. Nothing is deleted: ticket log still shows it.

    \b
    ticket undo
    ticket undo 7KQM
    """
    desk, given = open_desk(ctx, as_), Given(ctx, as_, None, id_, quiet)
    with session(desk, how(desk, given), "undo", warn) as work:
        what, changed = threads.undo(work, ticket)
        if not quiet:
            say(what)
        for one in changed:
            tell(work, one.code, changed, given)
