"""What reading commands share: the format asked for, and lists of tickets in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ticketcli.cli import streams
from ticketcli.core.text import block
from ticketcli.core.view import formats
from ticketcli.core.view.look import Look

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.view.columns import Column
    from ticketcli.core.view.names import Short

GIVES_WAY = {
    "mark": 3,
    "code": 3,
    "name": 3,
    "at": 3,
    "subject": 1,
    "customer": 1,
    "text": 1,
    "excerpt": 2,
    "why": 2,
    "what": 1,
    "by": 1,
}
"""Which columns are cut first (1) where a terminal is too narrow, which after them (2), and which never (3)."""


def look() -> Look:
    """How results look on standard output: nothing is cut or folded unless somebody looks at them."""
    return Look(streams.columns() if streams.on_terminal() else None, streams.colour())


def wanted(format_: str | None, json: bool) -> str:
    """The format asked for: a table on a terminal, elsewhere TSV where nothing was said. Raises UnknownFormat."""
    if json:
        return "json"
    return formats.check(format_) if format_ else ("table" if streams.on_terminal() else "tsv")


def data(name: str, kind: str, made: Sequence[dict[str, Any]]) -> None:
    """Prints objects as JSON or JSON Lines."""
    from ticketcli.core.view import objects

    streams.out(objects.document(kind, made) if name == "json" else objects.lines(made))


def for_scripts(text: str) -> None:
    """Prints TSV or CSV as it is; on a terminal filtered, since strangers wrote it."""
    streams.out(block(text) if streams.on_terminal() else text)


def tickets(found: Sequence[Situation], name: str, chosen: Sequence[Column], short: Short, *, trim: bool) -> None:
    """Prints tickets in a format other than JSON, on a terminal with short codes; `trim` leaves empty columns out."""
    if name in ("tsv", "csv"):
        rows = [[one.machine(situation) for one in chosen] for situation in found]
        for_scripts(formats.tsv(rows) if name == "tsv" else formats.csv([one.machine_name for one in chosen], rows))
        return
    if name == "table" and streams.on_terminal():
        chosen = [one._replace(cell=lambda one: short(one.code)) if one.name == "code" else one for one in chosen]
    cells = [[one.human(situation) for one in chosen] for situation in found]
    kept = [number for number in range(len(chosen)) if not trim or any(row[number] for row in cells)]
    heads = [chosen[number].head for number in kept]
    rows = [[row[number] for number in kept] for row in cells]
    if not rows:
        return
    table(heads, rows, name, [chosen[number].name for number in kept], [one.needs_solving for one in found])


def table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], name: str, names: Sequence[str], bold: Sequence[bool]
) -> None:
    """Prints a table for people: the own one fits the terminal, tabulate's are whole."""
    if name == "table":
        streams.out(formats.screen(heads, rows, look(), bold=bold, gives_way=[GIVES_WAY.get(one, 0) for one in names]))
    else:
        streams.out(formats.tabulated(heads, rows, name))


def left_out(found: Sequence[Any], limit: int | None) -> None:
    """Says how many there are more than a limit: nothing is cut silently."""
    if limit and len(found) > limit:
        streams.say(f"and {len(found) - limit:,} more; without -n all are shown")
