"""The file of the index: opened, laid out, thrown away where it is damaged. What stands in it is not known here.

It is written in one transaction each time, by SQLite's own rules: whoever is killed leaves what was there before.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import ELOOP
from pathlib import Path

import ticketcli

NAME = "index.sqlite"
Index = sqlite3.Connection
BROKEN = (sqlite3.Error, OSError)
"""What any use of an index may raise; then the files are read instead."""
_LAYOUT = "1"
_WAIT = 10.0
"""For how many seconds somebody else may be writing."""
_TABLES = """
CREATE TABLE about (stamp TEXT);
CREATE TABLE month (name TEXT PRIMARY KEY, digest TEXT) WITHOUT ROWID;
CREATE TABLE ticket (
    id INTEGER PRIMARY KEY, code TEXT, month TEXT, mark TEXT, since INTEGER, until INTEGER, acts INTEGER,
    written INTEGER, active INTEGER, status TEXT, key TEXT, memory TEXT
);
CREATE UNIQUE INDEX file ON ticket (code, month);
CREATE INDEX in_month ON ticket (month);
CREATE INDEX active ON ticket (code) WHERE active;
CREATE INDEX unread ON ticket (code) WHERE memory = '';
CREATE INDEX statuses ON ticket (status);
CREATE INDEX since ON ticket (since);
CREATE INDEX until ON ticket (until) WHERE until IS NOT NULL;
CREATE INDEX acts ON ticket (acts) WHERE acts IS NOT NULL;
CREATE INDEX keyed ON ticket (key) WHERE key != '';
CREATE INDEX written ON ticket (written);
CREATE TABLE touches (code TEXT, row TEXT, PRIMARY KEY (code, row)) WITHOUT ROWID;
CREATE INDEX touched_by ON touches (row);
CREATE TABLE text (id INTEGER PRIMARY KEY, texts TEXT);
CREATE VIRTUAL TABLE words USING fts5 (texts, content='', detail=none, tokenize='unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, row)
"""

_NAMES = ("vocabulary", "words", "about", "month", "ticket", "touches", "text")


@contextmanager
def opened(own: Path) -> Iterator[Index]:
    """The index in a clone's own directory, which need not be there before; raises one of BROKEN."""
    path = own / NAME
    if path.is_symlink():
        raise OSError(ELOOP, "it is a symbolic link", str(path))  # a stranger's desk may bring one
    index = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)  # transactions are begun by hand
    try:
        index.execute("PRAGMA trusted_schema = OFF")
        index.execute("PRAGMA synchronous = NORMAL")
        yield index
    finally:
        index.close()


@contextmanager
def writing(index: Index, basis: str) -> Iterator[bool]:
    """One transaction, all or nothing; whether the index was of no use and is empty now."""
    index.execute("BEGIN IMMEDIATE")
    try:
        anew = not is_ours(index, basis)
        if anew:
            _lay_out(index, basis)
        yield anew
        index.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            index.execute("ROLLBACK")
        raise


def is_ours(index: Index, basis: str) -> bool:
    """Whether this very program has made it, with that basis: another may fold letters or count hours otherwise."""
    try:
        return bool(index.execute("SELECT stamp FROM about").fetchone() == (_stamp(basis),))
    except sqlite3.OperationalError:  # no such table
        return False


def is_damage(error: Exception) -> bool:
    """Whether an error says that the file is no index any more; not that somebody is writing, or may not."""
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)


def discard(own: Path) -> None:
    """Takes a damaged index away."""
    for end in ("", "-journal"):
        (own / f"{NAME}{end}").unlink(missing_ok=True)


def _stamp(basis: str) -> str:
    return "\n".join([_LAYOUT, ticketcli.__version__, sys.version, sqlite3.sqlite_version, basis])


def _lay_out(index: Index, basis: str) -> None:
    index.execute("PRAGMA cache_size = -65536")
    for name in _NAMES:
        index.execute(f"DROP TABLE IF EXISTS {name}")
    for statement in _TABLES.split(";"):
        index.execute(statement)
    index.execute("INSERT INTO about VALUES (?)", (_stamp(basis),))
