"""Rows as text: a table for people, TSV and CSV for scripts. It chooses no columns and reads no tickets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ticketcli.core.errors import BadWords
from ticketcli.core.text import cut, line, width

if TYPE_CHECKING:
    from ticketcli.core.view.look import Look

OWN = ("table", "tsv", "csv", "json", "jsonl")
"""The formats that are this program's own; the others are tabulate's."""
GAP = 2
NARROW, NARROWEST = 20, 3
"""How many columns a text keeps while others can give way, and however little room there is."""
_UNSAFE = "=+-@\t\r\n\0＝＋－＠"
_TSV = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_MARKDOWN = str.maketrans({char: f"\\{char}" for char in "\\`*_[]|~"} | {"<": "&lt;", "&": "&amp;"})


class UnknownFormat(BadWords):
    """A format that nobody writes."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(f'unknown format "{name}"; there are: {", ".join(known)}')


def check(name: str) -> str:
    """The format, where it is one. Raises UnknownFormat."""
    if name in OWN:
        return name
    from tabulate import tabulate_formats

    known = [other for other in tabulate_formats if other not in ("unsafehtml", *OWN)]
    if name not in known:
        raise UnknownFormat(name, (*OWN, *known))
    return name


def tsv(rows: Iterable[Sequence[str]]) -> str:
    """Lines of cells with tabs between, without a head; tabs, line ends and backslashes inside cells are escaped."""
    return "".join(map(_tsv, rows))


def _tsv(row: Sequence[str]) -> str:
    plain = "\t".join(row)
    if plain.count("\t") == len(row) - 1 and not ("\\" in plain or "\n" in plain or "\r" in plain):  # as nearly all are
        return plain + "\n"
    return "\t".join(cell.translate(_TSV) for cell in row) + "\n"


def csv(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """RFC 4180 with a head; cells that a spreadsheet would calculate are marked with an apostrophe."""
    import csv as standard
    from io import StringIO

    text = StringIO()
    writer = standard.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def tabulated(titles: Sequence[str], rows: Iterable[Sequence[str]], style: str) -> str:
    """A table in one of tabulate's styles, for people: filtered, nothing cut."""
    from tabulate import tabulate

    escape = _MARKDOWN if style in ("github", "pipe") else {}
    cells = [[line(cell).translate(escape) for cell in row] for row in rows]
    return tabulate(cells, headers=list(titles), tablefmt=style, disable_numparse=True) + "\n"


def screen(
    titles: Sequence[str], rows: Sequence[Sequence[str]], look: Look, *, bold: Sequence[bool], gives_way: Sequence[int]
) -> str:
    """A table for a terminal: too wide columns are cut, those that give way first, and some rows have weight."""
    cells = [list(titles), *([line(cell) for cell in row] for row in rows)]
    room = _widths(cells, gives_way, look.columns)
    head, *lines = (_in_columns(row, room) for row in cells)
    return "\n".join([head, *(look.bold(one) if heavy else one for one, heavy in zip(lines, bold, strict=True))]) + "\n"


def _in_columns(row: Sequence[str], room: Sequence[int]) -> str:
    fitted = (cut(cell, most) for cell, most in zip(row, room, strict=True))
    return (" " * GAP).join(cell + " " * (most - width(cell)) for cell, most in zip(fitted, room, strict=True)).rstrip()


def _widths(rows: Sequence[Sequence[str]], gives_way: Sequence[int], columns: int | None) -> list[int]:
    """How wide each column may be: 1 gives way first, 2 after it, 0 where nothing else is left, 3 never."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    excess = sum(widths) + GAP * (len(widths) - 1) - columns if columns else 0
    for turns, least in (((1,), NARROW), ((1, 2), NARROW), ((0, 1, 2), NARROWEST)):
        soft = [number for number, turn in enumerate(gives_way) if turn in turns]
        while excess > 0 and soft and widths[widest := max(soft, key=widths.__getitem__)] > least:
            widths[widest] -= 1
            excess -= 1
    return widths


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell and cell[0] in _UNSAFE else cell
