"""The overview that the bare `ticket` shows."""

from collections.abc import Callable
from pathlib import Path

import typer

from ticketcli.cli import printing, streams
from ticketcli.core.view.summary import Summary, summary
from ticketcli.edges.config import NoDesk


def overview(desk_option: Path | None, help_text: Callable[[], str]) -> None:
    """Shows how the desk stands and which ticket comes next; without a desk the help, and how to make one."""
    try:
        desk = streams.open_desk(desk_option)
    except NoDesk as error:
        streams.out(help_text())
        streams.say(f"ticket: {error}")
        raise typer.Exit(error.exit_code) from None
    catalog = streams.catalog(desk)
    situations, counts = catalog.active()
    problems = [*map(str, catalog.problems.values()), *(f"ticketcli.toml: {text}" for text in desk.settings.unknown)]
    short, unhappy = catalog.short(), catalog.unhappy()
    streams.out(summary(Summary(situations, counts, desk.settings, problems, short, unhappy), printing.look()))
    if catalog.problems:
        raise typer.Exit(1)
