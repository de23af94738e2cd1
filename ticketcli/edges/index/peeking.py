"""The index as completion looks at it: read at once or not at all, and never brought up to date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ticketcli.edges.index.opening import NAME, NoIndex, is_here

if TYPE_CHECKING:
    from ticketcli.edges.index.opening import Index


@contextmanager
def peeked(own: Path) -> Iterator[Index]:
    """The index of this clone, only to be read. Raises NoIndex, also where somebody is writing in it just now."""
    path = own / NAME
    if path.is_symlink() or not path.exists():
        raise NoIndex("there is none")
    import sqlite3

    try:
        index = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0)
        try:
            index.execute("PRAGMA trusted_schema = OFF")
            if not is_here(index, own):
                raise NoIndex("it was made elsewhere")
            yield index
        finally:
            index.close()
    except sqlite3.Error as error:
        raise NoIndex(error) from error


def marked(index: Index, start: str, most: int) -> list[tuple[str, str, str, str]]:
    """Code, month, mark and head of the rows whose code begins so; none where they are more than `most`."""
    query = "SELECT code, month, mark, head FROM ticket WHERE code >= ? AND code < ? AND head != '' LIMIT ?"
    found = list(index.execute(query, (start, start + "\x7f", most + 1)))
    return found if len(found) <= most else []


def holds(mark: str, stats: Sequence[int]) -> bool:
    """Whether a row with that mark was made of a file of which stat says this."""
    return mark == " ".join(map(str, stats))


def active_heads(index: Index) -> list[str]:
    """The heads of all rows that are neither closed nor merged."""
    return [head for (head,) in index.execute("SELECT head FROM ticket WHERE active AND head != ''")]
