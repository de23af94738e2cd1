"""The file of the index: opened, laid out, thrown away where it is damaged. What stands in it is not known here.

It is written in one transaction each time, by SQLite's own rules: whoever is killed leaves what was there before.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import ticketcli

if TYPE_CHECKING:
    import sqlite3  # loaded where there is an index, and not by a desk of few tickets

NAME = "index.sqlite"
Index: TypeAlias = "sqlite3.Connection"
_LAYOUT = "13"
_WAIT = 10.0
"""For how many seconds somebody else may be writing."""
_TABLES = """
CREATE TABLE about (place INTEGER, stamp TEXT);
CREATE TABLE month (name TEXT PRIMARY KEY, digest TEXT, mtime INTEGER) WITHOUT ROWID;
CREATE TABLE ticket (
    id INTEGER PRIMARY KEY, code TEXT, month TEXT, mark TEXT, since INTEGER, until INTEGER, acts INTEGER,
    mails INTEGER, unhappy INTEGER, watched INTEGER, active INTEGER, status TEXT, key TEXT, customer TEXT,
    head TEXT, measured TEXT, memory TEXT
);
CREATE UNIQUE INDEX file ON ticket (code, month);
CREATE INDEX in_month ON ticket (month);
CREATE INDEX active ON ticket (id) WHERE active;
CREATE INDEX unread ON ticket (code) WHERE head = '';
CREATE INDEX statuses ON ticket (status);
CREATE INDEX since ON ticket (since);
CREATE INDEX until ON ticket (until) WHERE until IS NOT NULL;
CREATE INDEX acts ON ticket (acts) WHERE acts IS NOT NULL;
CREATE INDEX mails ON ticket (mails) WHERE mails IS NOT NULL;
CREATE INDEX unhappy ON ticket (id) WHERE unhappy;
CREATE INDEX watched ON ticket (id) WHERE watched;
CREATE INDEX keyed ON ticket (key) WHERE key != '';
CREATE INDEX customers ON ticket (customer) WHERE customer != '';
CREATE TABLE touches (code TEXT, row TEXT, PRIMARY KEY (code, row)) WITHOUT ROWID;
CREATE INDEX touched_by ON touches (row);
CREATE TABLE mail (id TEXT, event TEXT, row TEXT);
CREATE INDEX mail_id ON mail (id) WHERE id != '';
CREATE INDEX mail_event ON mail (event);
CREATE INDEX mail_of ON mail (row);
CREATE TABLE text (id INTEGER PRIMARY KEY, texts TEXT);
CREATE VIRTUAL TABLE words USING fts5 (
    texts, content='', detail=none, columnsize=0, tokenize='unicode61 remove_diacritics 0'
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, row);
INSERT INTO words (words, rank) VALUES ('hashsize', 16777216)
"""
"""The words of many tickets are gathered (in 16 MiB) before they are written: what is written often is joined often."""

_NAMES = ("vocabulary", "words", "about", "month", "ticket", "touches", "mail", "text")


class NoIndex(Exception):
    """There is no index to be used: the files are to be read."""

    def __init__(self, why: object, *, damaged: bool = False) -> None:
        self.damaged = damaged
        """Whether what is there is of no use to anybody."""
        super().__init__(str(why))


@contextmanager
def opened(own: Path) -> Iterator[Index]:
    """The index in a clone's own directory, which need not be there before. Raises NoIndex, also while it is used."""
    import sqlite3

    path = own / NAME
    if path.is_symlink():  # a stranger's desk may bring one
        raise NoIndex("it is a symbolic link")
    try:
        index = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)  # transactions are begun by hand
        try:
            index.execute("PRAGMA page_size = 16384")  # a row of texts on one page; only a new file takes it
            index.execute("PRAGMA trusted_schema = OFF")
            index.execute("PRAGMA synchronous = NORMAL")
            yield index
        finally:
            index.close()
    except sqlite3.OperationalError as error:  # somebody is writing, or nobody may
        raise NoIndex(error) from error
    except sqlite3.DatabaseError as error:
        raise NoIndex(error, damaged=True) from error


@contextmanager
def writing(index: Index, own: Path, basis: str) -> Iterator[bool]:
    """One transaction, all or nothing; whether the index was of no use and is empty now."""
    index.execute("BEGIN IMMEDIATE")
    try:
        anew = not is_ours(index, own, basis)
        if anew:
            _lay_out(index, own, basis)
        yield anew
        index.execute("COMMIT")
    except BaseException:
        with suppress(index.Error):
            index.execute("ROLLBACK")
        raise


def is_ours(index: Index, own: Path, basis: str) -> bool:
    """Whether this very program has made it here, with that basis: another may fold letters or count otherwise."""
    return _about(index) == (_place(own), _stamp(basis))


def is_here(index: Index, own: Path) -> bool:
    """Whether it was made in this directory and in this layout; one that came with a stranger's desk was not."""
    place, stamp = _about(index)
    return place == _place(own) and stamp.startswith(f"{_LAYOUT}\n")


def _about(index: Index) -> tuple[int, str]:
    try:
        return index.execute("SELECT place, stamp FROM about").fetchone() or (0, "")
    except index.OperationalError:  # no such table
        return 0, ""


def _place(own: Path) -> int:
    return own.stat().st_ino


def discard(own: Path) -> None:
    """Takes a damaged index away."""
    for end in ("", "-journal"):
        (own / f"{NAME}{end}").unlink(missing_ok=True)


def _stamp(basis: str) -> str:
    import sqlite3

    return "\n".join([_LAYOUT, ticketcli.__version__, sys.version, sqlite3.sqlite_version, basis])


def _lay_out(index: Index, own: Path, basis: str) -> None:
    index.execute("PRAGMA cache_size = -65536")
    for name in _NAMES:
        index.execute(f"DROP TABLE IF EXISTS {name}")
    for statement in _TABLES.split(";"):
        index.execute(statement)
    index.execute("INSERT INTO about VALUES (?, ?)", (_place(own), _stamp(basis)))
