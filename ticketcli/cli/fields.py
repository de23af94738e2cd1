"""Commands that change fields: assign, transfer, tag, set, edit, link."""

import os
from typing import Annotated

import typer

from ticketcli.cli.options import AgentOption, As, At, Id, Quiet, Reason, Ticket, Tickets
from ticketcli.cli.streams import can_ask, open_desk
from ticketcli.cli.texts import Typed, kept, text_of
from ticketcli.cli.writing import Given, MissingWord, on_tickets, split_last, when
from ticketcli.core.action.change import assign as assign_action
from ticketcli.core.action.change import change, transfer_to
from ticketcli.core.action.change import link as link_action
from ticketcli.core.action.change import watch as watch_action
from ticketcli.core.errors import BadWords
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.words import change as words_of
from ticketcli.desk import answering
from ticketcli.desk import desk as desks
from ticketcli.desk.record import Session

AgentWords = Annotated[list[str], typer.Argument(metavar="TICKET... AGENT|me|none", help="Tickets, and who gets them.")]
DepartmentWords = Annotated[list[str], typer.Argument(metavar="TICKET... DEPT", help="Tickets, and the department.")]
TagWords = Annotated[
    list[str], typer.Argument(metavar="TICKET... +TAG -TAG...", help="Tickets, and tags to add and take away.")
]
SetWords = Annotated[
    list[str], typer.Argument(metavar="TICKET... KEY=VALUE...", help="Tickets, and fields with their values.")
]
Others = Annotated[list[str], typer.Argument(metavar="TICKET OTHER...", help="A ticket, and those to link it with.")]


def assign(
    ctx: typer.Context,
    words: AgentWords,
    message: Reason = None,
    as_: As = "",
    at: At = None,
    id_: Id = "",
    quiet: Quiet = False,
) -> None:
    """Give tickets to an agent, to yourself (me), or to nobody (none).

    \b
    ticket assign 7KQM ana
    ticket assign 7KQM 8PMX me -m "I know that printer"
    """
    tickets, name = split_last(words, "the agent", "assign 7KQM me")
    desk = open_desk(ctx, as_)
    agent = answering.pick_agent(name, desk.actor(), desk)
    reason = text_of(message, None, "reason", optional=True)
    on_tickets(
        Given(ctx, as_, at, id_, quiet), tickets, "assign", lambda _w, _s: assign_action(agent, reason=reason), reason
    )


def transfer(
    ctx: typer.Context,
    words: DepartmentWords,
    agent: AgentOption = None,
    message: Reason = None,
    as_: As = "",
    at: At = None,
    id_: Id = "",
    quiet: Quiet = False,
) -> None:
    """Move tickets to another department. Their agent stays only as a member of it.

    \b
    ticket transfer 7KQM billing
    ticket transfer 7KQM billing -a bob -m "a question about the invoice"
    """
    tickets, name = split_last(words, "the department", "transfer 7KQM billing")
    desk = open_desk(ctx, as_)
    department = words_of.pick_department(name, desk.settings)
    who = answering.pick_agent(agent, desk.actor(), desk) if agent else None
    reason = text_of(message, None, "reason", optional=True)
    action = transfer_to(department, agent=who, reason=reason)
    on_tickets(Given(ctx, as_, at, id_, quiet), tickets, "transfer", lambda _w, _s: action, reason)


def tag(ctx: typer.Context, words: TagWords, as_: As = "", at: At = None, id_: Id = "", quiet: Quiet = False) -> None:
    """Add and take away tags.

    \b
    ticket tag 7KQM +vip -sso
    ticket tag 7KQM 8PMX +printer
    """
    tickets = [word for word in words if not word.startswith(("+", "-")) or word == "-"]
    tags = [word for word in words if word.startswith(("+", "-")) and word != "-"]
    if not tags:
        raise MissingWord("the tag", "tag 7KQM +vip -sso")
    action = change(Changes({}, {"tags": words_of.tag_words(tags)}))
    on_tickets(Given(ctx, as_, at, id_, quiet), tickets, "tag", lambda _w, _s: action)


def set_(
    ctx: typer.Context,
    words: SetWords,
    message: Reason = None,
    as_: As = "",
    at: At = None,
    id_: Id = "",
    quiet: Quiet = False,
) -> None:
    """Set fields of tickets. An empty value takes the field away.

    \b
    ticket set 7KQM priority=high due=friday
    ticket set 7KQM customer.phone="+63 2 555 0100" fields.order=A-1001
    ticket set 7KQM due= tags=+vip,-sso
    """
    tickets = [word for word in words if "=" not in word]
    pairs = [word for word in words if "=" in word]
    if not pairs:
        raise MissingWord("KEY=VALUE", "set 7KQM priority=high")
    desk, given = open_desk(ctx, as_), Given(ctx, as_, at, id_, quiet)
    changes = words_of.changes(pairs, settings=desk.settings, now=when(desk, given), me=desk.actor().key)
    reason = text_of(message, None, "reason", optional=True)
    action = change(changes, reason=reason)
    on_tickets(given, tickets, "set", lambda _w, _s: action, reason)


def edit(ctx: typer.Context, ticket: Ticket, as_: As = "", quiet: Quiet = False) -> None:
    """Change a ticket's fields in your editor. What you change is recorded as what you did; texts of messages stay.

    \b
    ticket edit 7KQM
    """
    from ticketcli.desk import editing
    from ticketcli.edges import editor

    if not can_ask():
        raise BadWords(f"edit needs a terminal and an editor; elsewhere use: ticket set {ticket} KEY=VALUE")
    desk = open_desk(ctx, as_)
    code, before = editing.fields_of(desk, desks.now(), ticket)
    after = Typed(editor.edit(before, suffix=".toml", environ=os.environ))
    with kept(after, again=""):
        action = change(editing.difference(before, after, desk, desks.now()))
        on_tickets(Given(ctx, as_, None, "", quiet), [code], "edit", lambda _w, _s: action)


def link(
    ctx: typer.Context,
    words: Others,
    remove: Annotated[bool, typer.Option("--remove", help="Take the links away.")] = False,
    as_: As = "",
    at: At = None,
    id_: Id = "",
    quiet: Quiet = False,
) -> None:
    """Link a ticket with others; the link stands on both sides.

    \b
    ticket link 7KQM 8PMX 9RST
    ticket link 7KQM 8PMX --remove
    """
    if len(words) < 2:
        raise MissingWord("the other ticket", "link 7KQM 8PMX")
    given = Given(ctx, as_, at, id_, quiet)
    on_tickets(
        given,
        words[:1],
        "link",
        lambda work, _s: link_action([_readable(work, word) for word in words[1:]], remove=remove),
    )


def watch(
    ctx: typer.Context,
    tickets: Tickets,
    stop: Annotated[bool, typer.Option("--stop", help="Be kept informed no longer.")] = False,
    as_: As = "",
    at: At = None,
    id_: Id = "",
    quiet: Quiet = False,
) -> None:
    """Be kept informed of tickets: `tick` tells you what others write there, and view:watched lists them.

    
    ticket watch 7KQM 8PMX
    ticket watch 7KQM --stop
    ticket list view:watched
    """
    action = watch_action(stop=stop)
    on_tickets(Given(ctx, as_, at, id_, quiet), tickets, "watch", lambda _w, _s: action)


def _readable(work: Session, word: str) -> str:
    """The code of the other ticket, which is written too."""
    return work.catalog.situation(work.catalog.find_root(word)).code
