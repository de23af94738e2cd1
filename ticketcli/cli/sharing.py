"""Commands by which clones come together: merge-driver, which git calls."""

from pathlib import Path
from typing import Annotated

import typer

from ticketcli.desk import desk as desks


def merge_driver(
    base: Annotated[Path, typer.Argument(metavar="BASE")],
    ours: Annotated[Path, typer.Argument(metavar="OURS")],
    theirs: Annotated[Path, typer.Argument(metavar="THEIRS")],
    _marker_size: Annotated[str, typer.Argument(metavar="[L]")] = "7",
    name: Annotated[str, typer.Argument(metavar="[PATH]")] = "a ticket",
) -> None:
    """For git: join two versions of a ticket file. OURS is then the joined one, or untouched where they conflict.

    \b
    git config merge.ticketcli.driver 'ticket merge-driver %O %A %B %L %P'
    ticket merge-driver base.toml ours.toml theirs.toml
    """
    from ticketcli.desk.driving import merge_driver as drive

    drive(base, ours, theirs, name, desks.now())
