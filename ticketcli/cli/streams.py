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


_held: list[str] | None = None
"""Results kept back until it is known whether they fit on the screen; None where they are not to be."""


def out(text: str) -> None:
    """Writes a result on standard output, as it is; on a closed one nothing."""
    whole = text if text.endswith("\n") or not text else text + "\n"
    if _held is not None:
        _held.append(whole)
    elif sys.stdout:
        sys.stdout.write(whole)


def say(text: str) -> None:
    """Writes a sentence on standard error."""
    _release()
    if sys.stderr:
        sys.stderr.write(line(text) + "\n")


@contextmanager
def paged() -> Iterator[None]:
    """Results of the block that are longer than the screen go through the user's pager."""
    global _held
    _held = []
    try:
        yield
    finally:
        _release()
        _held = None


def _release() -> None:
    """Shows what was kept back."""
    if not _held:
        return
    text = "".join(_held)
    _held.clear()
    if not (text.count("\n") >= _rows() and _in_pager(text)):
        sys.stdout.write(text)


def _in_pager(text: str) -> bool:
    from ticketcli.edges import pager

    words = pager.command(os.environ)
    if not words or os.environ.get("TERM") == "dumb":
        return False
    sys.stdout.flush()
    return pager.show(text, words, os.environ)


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
    """Whether results are coloured: on a terminal that can, unless the environment says it (no-color.org, CLICOLOR)."""
    asked = os.environ.get
    if asked("NO_COLOR"):
        return False
    if asked("FORCE_COLOR") or asked("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return on_terminal() and asked("TERM") != "dumb" and asked("CLICOLOR") != "0"


def columns() -> int:
    """The width of the terminal."""
    import shutil

    return shutil.get_terminal_size((100, 24)).columns


def _rows() -> int:
    import shutil

    return shutil.get_terminal_size((100, 24)).lines


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
