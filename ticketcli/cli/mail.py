"""Commands of mail: receive."""

import sys
from typing import Annotated

import typer

from ticketcli.cli.options import Quiet
from ticketcli.cli.streams import open_desk, say
from ticketcli.cli.writing import warn
from ticketcli.core.errors import BadWords
from ticketcli.core.text import line
from ticketcli.desk import mailbox, messaging
from ticketcli.desk.desk import now
from ticketcli.desk.record import How

SAID = {
    "new": "a new ticket",
    "added": "added",
    "follow-up": "a follow-up",
    "known": "already here",
    "unreadable": "kept as it came, for it cannot be understood",
}


def receive(
    ctx: typer.Context,
    json_: Annotated[bool, typer.Option("--json", help="It is a message of a form, chat or call as JSON.")] = False,
    quiet: Quiet = False,
) -> None:
    """Take in the mail on standard input, as a mail server hands it over.

    It becomes a message on the ticket that it answers, or a new ticket; the same mail again changes nothing. What
    cannot be understood is kept as a ticket tagged unreadable. Off a terminal the exit status is 0, or 75 for: try
    again later; a mail is never sent back for our own trouble.

    \b
    ticket receive < message.eml
    |/usr/bin/env TICKET_DESK=/srv/desk ticket receive        (in ~/.forward, /etc/aliases or a procmail recipe)
    ticket receive --json < message.json            (the form of a line of ticket import jsonl)
    """
    if sys.stdin.isatty():
        raise BadWords("the mail comes on standard input; for files: ticket import mail PATH")
    raw = sys.stdin.buffer.read()
    if not raw.strip():
        raise BadWords("there is no mail on standard input")
    take = messaging.receive if json_ else mailbox.receive
    done = take(open_desk(ctx), raw, How(now()), warn)
    if not quiet:
        more = ", automatic mail" if done.quiet else done.why and line(f": {done.why}")
        say(f"{done.code}: {SAID[done.what]}{more}")
