"""Commands of the conversation: create, reply, note."""

from typing import Annotated

import typer

from ticketcli.cli.drafting import Wanted, draft, first
from ticketcli.cli.mailing import mail, mailed
from ticketcli.cli.options import (
    AgentOption,
    As,
    At,
    Attach,
    CannedName,
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
from ticketcli.cli.texts import HINT, kept
from ticketcli.cli.writing import Given, expand, how, on_tickets, tell, warn, when
from ticketcli.core.action import conversation as act
from ticketcli.core.action.draft import Action
from ticketcli.core.action.status import known_status
from ticketcli.core.clock import times
from ticketcli.core.clock.situation import Situation
from ticketcli.core.errors import BadWords
from ticketcli.core.ticket.who import parse
from ticketcli.desk import answering
from ticketcli.desk import desk as desks
from ticketcli.desk.desk import Desk
from ticketcli.desk.record import Session, session
from ticketcli.desk.taking import writing

From = Annotated[
    str | None, typer.Option("--from", metavar="WHO", help="The customer who speaks: an address, or 'Name <address>'.")
]
Send = Annotated[bool, typer.Option("--send", help="Mail it at once, where your configuration says how.")]
StatusOption = Annotated[
    str | None,
    typer.Option("-s", "--status", metavar="STATUS|keep", help="The status after the reply; keep leaves it."),
]


def create(
    ctx: typer.Context,
    subject: Annotated[
        str | None,
        typer.Argument(metavar="SUBJECT", help="What it is about, in one line; else a canned response says it."),
    ] = None,
    from_: From = None,
    to: Annotated[str | None, typer.Option("--to", metavar="WHO", help="The customer you write to first.")] = None,
    message: Text = None,
    file: TextFile = None,
    canned: CannedName = None,
    priority: Priority = None,
    department: DepartmentOption = None,
    agent: AgentOption = None,
    tag: TagOption = None,
    set_: SetOption = None,
    attach: Attach = None,
    channel: Channel = "cli",
    send: Send = False,
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
    ticket create "Your order" --to jan@example.com --canned shipped
    ticket create "Disk full on db1" --key db1-disk -F report.txt
    """
    if send and not to:
        raise BadWords("--send mails what you write to a customer; it needs --to WHO")
    if from_ and to:
        raise BadWords("--from and --to exclude each other: either the customer speaks or you do")
    if canned and not to:
        raise BadWords("--canned is what you write to a customer; it needs --to WHO")
    desk = open_desk(ctx, as_)
    given = Given(ctx, as_, at, id_, quiet)
    changes = answering.changes(desk, when(desk, given), desk.actor(), priority, department, agent, tag, set_)
    way, customer = answering.channel(channel), parse(from_ or to or "") if from_ or to else None
    asked = Wanted(desk, when(desk, given), message, file, canned, can_ask() and (message, file) == (None, None), False)
    title, made = first(asked, subject, customer, changes)
    body = act.Message(made.text if made.text.strip() or canned else title, way, (), changes)
    with kept(made.text), session(desk, how(desk, given), "create", warn) as work:
        who = customer or answering.myself(work)
        body = answering.attached(work, made.complete(work, body), attach or ())
        code, new = answering.create(work, title, body, who, by_agent=bool(to), key=key)
        if not customer and new and not quiet:
            say(f"you are the customer yourself: {who}")
        tell(work, code, new, given)
    out(code)
    if to:
        mail([code], given, at_once=send)


def reply(
    ctx: typer.Context,
    tickets: Tickets,
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="WHO", help="The customer speaks: customer, an address, or 'Name <address>'."),
    ] = None,
    message: Text = None,
    file: TextFile = None,
    canned: CannedName = None,
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
    send: Send = False,
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
    ticket reply 7KQM --send -m "It left today."
    ticket reply 7KQM --canned greeting
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
    _check_words(from_, status, wanted, until, desk, send)
    if from_ and canned:
        raise BadWords("--canned answers a customer; what the customer said is given with -m or -F")
    edited = message is None and file is None and can_ask() and not (canned and len(tickets) > 1)
    plain = not (from_ or status or until or canned)
    seen, template = answering.before_editing(desk, now, tickets, plain=plain) if edited else ({}, "")
    asked = Wanted(desk, now, message, file, canned, edited)
    with writing(desk, seen, desks.now()) as others:
        made = draft(asked, template and f"\n{HINT}\n{others}{template}", tickets[0], changes)
    wanted = wanted or ("" if status or until else made.status)
    body = act.Message(made.text, way, (), changes)

    def check(situation: Situation) -> None:
        if if_ or edited:
            answering.check_newest(situation, if_ or seen.get(situation.code, ""), tickets)

    def make(work: Session, situation: Situation) -> Action:
        full = answering.attached(work, made.on(work, situation, body), attach or ())
        if from_:
            who = answering.speaker(from_, situation)
            return act.customer_reply(full, who, keep=status == "keep")
        return act.reply(full, status=wanted, until=ends, keep=status == "keep")

    instead = answering.follow_up(body, attach or (), from_) if from_ else None
    with mailed([] if from_ else tickets, given, at_once=send):
        on_tickets(given, tickets, "reply", make, made.text, instead, check)


def _check_words(from_: str | None, status: str | None, wanted: str, until: str | None, desk: Desk, send: bool) -> None:
    if from_ and send:
        raise BadWords("--send mails an answer; what the customer said goes nowhere")
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
    canned: CannedName = None,
    to: Annotated[
        list[str] | None, typer.Option("--to", metavar="ADDRESS", help="A third party who gets it by mail.")
    ] = None,
    priority: Priority = None,
    department: DepartmentOption = None,
    agent: AgentOption = None,
    tag: TagOption = None,
    set_: SetOption = None,
    attach: Attach = None,
    send: Send = False,
    as_: As = "",
    at: At = None,
    id_: Id = "",
    quiet: Quiet = False,
) -> None:
    """Add an internal note, which customers never see. It changes no status. With --to a third party gets it by mail.

    \b
    ticket note 7KQM -m "She is on the old contract."
    ticket note 7KQM --to parts@example.com -m "Do you have the part?"
    ticket note 7KQM 8PMX -F findings.txt --attach trace.log
    """
    desk, given, tickets = open_desk(ctx, as_), Given(ctx, as_, at, id_, quiet), expand(tickets)
    if not tickets:
        return
    changes = answering.changes(desk, when(desk, given), desk.actor(), priority, department, agent, tag, set_)
    third = tuple(dict.fromkeys(parse(address).email for address in to or ()))
    if send and not third:
        raise BadWords("--send mails a note to a third party; it needs --to ADDRESS")
    edited = (message, file) == (None, None) and can_ask() and len(tickets) == 1
    asked = Wanted(desk, when(desk, given), message, file, canned, edited, status=False)
    made = draft(asked, f"\n{HINT}\n", tickets[0], changes)
    body = act.Message(made.text, "", (), changes)

    def make(work: Session, situation: Situation) -> Action:
        return act.note(answering.attached(work, made.on(work, situation, body), attach or ()), third)

    with mailed(tickets if third else [], given, at_once=send):
        on_tickets(given, tickets, "note", make, body.text)
