"""Texts in the index: a table of all words and the texts themselves. It narrows a search, and never decides one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ticketcli.edges.index.opening import Index

_RUN = re.compile("[a-z0-9]+")
"""What every tokenizer takes for a part of one word."""
_MANY = 500
"""A part of so many words narrows nothing."""
_as_json = json.JSONEncoder(ensure_ascii=False).encode
_DELETE = "INSERT INTO words (words, rowid, texts) VALUES ('delete', ?, ?)"


def save(index: Index, some: Mapping[int, Sequence[Sequence[str]]]) -> None:
    """Makes rows searchable by their texts."""
    kept = [(row, _as_json(texts)) for row, texts in some.items()]
    index.executemany("INSERT INTO text VALUES (?, ?)", kept)
    folded = [(row, _folded(texts)) for row, texts in some.items()]
    index.executemany("INSERT INTO words (rowid, texts) VALUES (?, ?)", folded)


def remove(index: Index, row: int) -> None:
    """Takes a row out of the words."""
    found = index.execute("SELECT texts FROM text WHERE id = ?", (row,)).fetchone()
    if found:
        index.execute(_DELETE, (row, _folded(json.loads(found[0]))))
        index.execute("DELETE FROM text WHERE id = ?", (row,))


def holding(index: Index, text: str) -> str | None:
    """A query of the words for all rows in which a text may stand, in any case; None where it narrows nothing.

    Empty where it stands nowhere: each run of letters of a text must be a part of some word.
    """
    parts = [words for run in _RUN.findall(text.casefold()) if len(words := _with(index, run)) <= _MANY]
    if not parts:
        return None
    if not all(parts):
        return ""
    return " AND ".join(f"({' OR '.join(words)})" for words in parts)


def _with(index: Index, run: str) -> list[str]:
    """The words, each in quotes, of which a run of letters is a part."""
    query = "SELECT term FROM vocabulary WHERE instr(term, ?) LIMIT ?"
    return [f'"{term}"' for (term,) in index.execute(query, (run, _MANY + 1))]


def _folded(texts: Sequence[Sequence[str]]) -> str:
    return "\n".join(text for some in texts for text in some).casefold()
