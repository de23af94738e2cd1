"""Standard streams, and the desk and time that a command works with."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ticketcli.core.clock import times
from ticketcli.core.text import line
from ticketcli.desk import desk as desks
from ticketcli.desk.catalog import Catalog

if TYPE_CHECKING:
    from ticketcli.desk.desk import Desk


def open_desk(ctx: Any, asked: str = "") -> Desk:
    """The desk that the command works on."""
    start = ctx if ctx is None or isinstance(ctx, Path) else ctx.find_root().obj
    return desks.open_desk(start, os.environ, asked)


def catalog(desk: Desk, as_of: str | None = None) -> Catalog:
    """The tickets of the desk, now or as of a time."""
    now = desks.now()
    asked = times.instant(as_of, now=now, zone=desk.settings.zone, forward=False, last=True) if as_of else None
    return Catalog(desk, now, asked, partial(progress, after=1.0))


def past(text: str | None, desk: Desk, now: datetime) -> datetime | None:
    """The instant of `--at`."""
    return times.instant(text, now=now, zone=desk.settings.zone, forward=False) if text else None


def out(text: str) -> None:
    """Writes a result on standard output, as it is; on a closed one nothing."""
    if sys.stdout:
        sys.stdout.write(text if text.endswith("\n") or not text else text + "\n")


def say(text: str) -> None:
    """Writes a sentence on standard error."""
    if sys.stderr:
        sys.stderr.write(line(text) + "\n")


def name_problems(catalog: Catalog) -> int:
    """Names on standard error the tickets that could not be read; 1 where there are any, else 0."""
    for problem in catalog.problems.values():
        say(f"ticket: {problem}")
    return 1 if catalog.problems else 0


def on_terminal() -> bool:
    """Whether somebody looks at the results."""
    return bool(sys.stdout) and sys.stdout.isatty()


def can_ask() -> bool:
    """Whether somebody can be asked."""
    return bool(sys.stdin) and sys.stdin.isatty() and on_terminal()


def colour() -> bool:
    """Whether results are coloured: on a terminal, unless NO_COLOR or a dumb terminal says no; FORCE_COLOR says yes."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (on_terminal() and os.environ.get("TERM") != "dumb")


def columns() -> int:
    """The width of the terminal."""
    import shutil

    return shutil.get_terminal_size((100, 24)).columns


@contextmanager
def progress(what: str, quiet: bool = False, after: float = 0) -> Iterator[Callable[[int, int], None]]:
    """Tells on a terminal how much of work is done that takes longer than that (in seconds), in one line that goes
    away at the end.
    """
    shown = bool(sys.stderr) and sys.stderr.isatty() and not quiet
    begun, last = time.monotonic(), 0.0

    def tell(done: int, whole: int) -> None:
        nonlocal last
        if shown and time.monotonic() - begun > after and (time.monotonic() - last > 0.1 or done == whole):
            last = time.monotonic()
            filled = 30 * done // max(whole, 1)
            sys.stderr.write(f"\r{what} [{'#' * filled}{'.' * (30 - filled)}] {done:,} of {whole:,}\x1b[K")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        if shown and last:
            sys.stderr.write("\r\x1b[K")
