"""Commands of the conversation: create, reply, note."""

from typing import Annotated

import typer

from ticketcli.cli.options import (
    AgentOption,
    As,
    At,
    Attach,
    Channel,
    DepartmentOption,
    Id,
    Priority,
    Quiet,
    SetOption,
    TagOption,
    Text,
    TextFile,
    Tickets,
)
from ticketcli.cli.streams import can_ask, open_desk, out, say
from ticketcli.cli.writing import HINT, Given, expand, how, kept, on_tickets, tell, text_of, warn, when
from ticketcli.core.action import conversation as act
from ticketcli.core.action.draft import Action
from ticketcli.core.action.status import known_status
from ticketcli.core.clock import times
from ticketcli.core.clock.situation import Situation
from ticketcli.core.errors import BadWords
from ticketcli.core.ticket.who import parse
from ticketcli.desk import answering
from ticketcli.desk.desk import Desk
from ticketcli.desk.record import Session, session

From = Annotated[
    str | None, typer.Option("--from", metavar="WHO", help="The customer who speaks: an address, or 'Name <address>'.")
]
StatusOption = Annotated[
    str | None, typer.Option("-s", "--status", metavar="STATUS", help="The status after the reply; keep leaves it.")
]


def create(
    ctx: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="What it is about, in one line.")],
    from_: From = None,
    to: Annotated[str | None, typer.Option("--to", metavar="WHO", help="The customer you write to first.")] = None,
    message: Text = None,
    file: TextFile = None,
    priority: Priority = None,
    department: DepartmentOption = None,
    agent: AgentOption = None,
    tag: TagOption = None,
    set_: SetOption = None,
    attach: Attach = None,
    channel: Channel = "cli",
    key: Annotated[
        str, typer.Option("--key", metavar="KEY", help="A name for alerts: adds to the unresolved ticket that has it.")
    ] = "",
    as_: As = "",
    at: At = None,
    id_: Id = "",
    quiet: Quiet = False,
) -> None:
    """Begin a ticket. Prints its code.

    With --from the customer speaks, with --to an agent writes first, with neither you are the customer yourself.

    \b
    ticket create "Printer jams" --from maria@example.com -m "It eats paper." -p high -t hardware
    ticket create "Your order" --to 'Jan Novak <jan@example.com>' -m "It left today."
    ticket create "Disk full on db1" --key db1-disk -F report.txt
    """
    if from_ and to:
        raise BadWords("--from and --to exclude each other: either the customer speaks or you do")
    desk = open_desk(ctx, as_)
    given = Given(ctx, as_, at, id_, quiet)
    changes = answering.changes(desk, when(desk, given), desk.actor(), priority, department, agent, tag, set_)
    title = answering.one_line(subject)
    way, customer = answering.channel(channel), parse(from_ or to or "") if from_ or to else None
    text = text_of(message, file, "text", f"\n{HINT}\n# {title}\n")
    body = act.Message(text if text.strip() else title, way, (), changes)
    with kept(text), session(desk, how(desk, given), "create", warn) as work:
        who = customer or answering.myself(work)
        body = answering.attached(work, body, attach or ())
        code, new = answering.create(work, title, body, who, by_agent=bool(to), key=key)
        if not customer and new and not quiet:
            say(f"you are the customer yourself: {who}")
        tell(work, code, new, given)
    out(code)


def reply(
    ctx: typer.Context,
    tickets: Tickets,
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="WHO", help="The customer speaks: customer, an address, or 'Name <address>'."),
    ] = None,
    message: Text = None,
    file: TextFile = None,
    status: StatusOption = None,
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help="Postpone it after the reply.")] = None,
    priority: Priority = None,
    department: DepartmentOption = None,
    agent: AgentOption = None,
    tag: TagOption = None,
    set_: SetOption = None,
    attach: Attach = None,
    cc: Annotated[list[str] | None, typer.Option("--cc", metavar="ADDRESS", help="Who else gets it.")] = None,
    channel: Channel = "cli",
    if_: Annotated[
        str,
        typer.Option("--if", metavar="REV", help="Only if this is the id of the newest public message (show --json)."),
    ] = "",
    as_: As = "",
    at: At = None,
    id_: Id = "",
    quiet: Quiet = False,
) -> None:
    """Answer the customer, or record with --from what the customer said. Without a text your editor opens.

    \b
    ticket reply 7KQM -m "Please try again: we cleared the session."
    ticket reply 7KQM -s resolved -m "Fixed in 2.1."
    ticket reply 7KQM --until friday -m "The part arrives on Thursday."
    ticket reply 7KQM --from customer -m "It works, thank you." -s keep
    """
    desk, given, tickets = open_desk(ctx, as_), Given(ctx, as_, at, id_, quiet), expand(tickets)
    if not tickets:
        return
    now = when(desk, given)
    wanted = "" if status in (None, "keep") else known_status(status or "", desk.settings)
    ends = times.instant(until, now=now, zone=desk.settings.zone, forward=True) if until else None
    changes = answering.changes(desk, now, desk.actor(), priority, department, agent, tag, set_, cc)
    way = answering.channel(channel)
    _check_words(from_, status, wanted, until, desk)
    edited = message is None and file is None and can_ask()
    seen, template = answering.before_editing(desk, now, tickets) if edited else ({}, "")
    text = text_of(message, file, "text", template and f"\n{HINT}\n{template}")
    body = act.Message(text, way, (), changes)

    def check(situation: Situation) -> None:
        answering.check_newest(situation, if_ or seen.get(situation.code, ""), asked=bool(if_ or edited))

    def make(work: Session, situation: Situation) -> Action:
        full = answering.attached(work, body, attach or ())
        if from_:
            who = answering.speaker(from_, situation)
            return act.customer_reply(full, who, keep=status == "keep")
        return act.reply(full, status=wanted, until=ends, keep=status == "keep")

    instead = answering.follow_up(body, attach or (), from_) if from_ else None
    on_tickets(given, tickets, "reply", make, text, instead, check)


def _check_words(from_: str | None, status: str | None, wanted: str, until: str | None, desk: Desk) -> None:
    if from_ and from_ != "customer":
        parse(from_)
    if from_ and (wanted or until):
        raise BadWords("-s and --until say what an agent's reply does; with --from only -s keep is possible")
    if until and status and desk.settings.category(wanted) != "postponed":
        raise BadWords(f"--until postpones, -s {status} does not; give one of them")


def note(
    ctx: typer.Context,
    tickets: Tickets,
    message: Text = None,
    file: TextFile = None,
    priority: Priority = None,
    department: DepartmentOption = None,
    agent: AgentOption = None,
    tag: TagOption = None,
    set_: SetOption = None,
    attach: Attach = None,
    as_: As = "",
    at: At = None,
    id_: Id = "",
    quiet: Quiet = False,
) -> None:
    """Add an internal note, which customers never see. It changes no status.

    \b
    ticket note 7KQM -m "She is on the old contract."
    ticket note 7KQM 8PMX -F findings.txt --attach trace.log
    """
    desk, given, tickets = open_desk(ctx, as_), Given(ctx, as_, at, id_, quiet), expand(tickets)
    if not tickets:
        return
    changes = answering.changes(desk, when(desk, given), desk.actor(), priority, department, agent, tag, set_)
    body = act.Message(text_of(message, file, "text", f"\n{HINT}\n"), "", (), changes)
    on_tickets(
        given, tickets, "note", lambda work, _s: act.note(answering.attached(work, body, attach or ())), body.text
    )
