"""What a command has written leaves by mail, at once or with the next `send`. It writes no mail itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer

from ticketcli.cli.streams import open_desk
from ticketcli.cli.writing import Given
from ticketcli.edges import config


@contextmanager
def mailed(tickets: Sequence[str], given: Given, *, at_once: bool) -> Iterator[None]:
    """Mails behind the block what it has written, also where it was refused for some of the tickets."""
    try:
        yield
    except typer.Exit:
        mail(tickets, given, at_once=at_once)
        raise
    mail(tickets, given, at_once=at_once)


def mail(tickets: Sequence[str], given: Given, *, at_once: bool) -> None:
    """Mails what was written to tickets, where the user's configuration says how."""
    desk = open_desk(given.ctx, given.asked)
    if tickets and (at_once or config.load(desk.environ).mail):  # else nothing of mail is loaded
        from ticketcli.cli.sending import after_writing

        after_writing(desk, tickets, at_once=at_once, quiet=given.quiet)
