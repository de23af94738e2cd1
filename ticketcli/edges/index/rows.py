"""The rows of the index, one for each ticket file: written, taken away, asked for. What a memory says is not known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.edges.index import words

if TYPE_CHECKING:
    from ticketcli.edges.index.opening import Index


class Row(NamedTuple):
    """What is remembered of a ticket file; instants are microseconds since 1970."""

    code: str
    month: str
    mark: str
    """What stat said of it; empty where it is to be read again in any case."""
    head: str = ""
    """Its memory, the part that lists ask for; empty where it could not be read."""
    measured: str = ""
    """The part that reports ask for."""
    memory: str = ""
    """The rest of it."""
    since: int = 0
    """From when on the memory holds, until `until`."""
    until: int | None = None
    acts: int | None = None
    """When something is to be written down that happens by itself."""
    mails: int | None = None
    """Until when it may have something to mail."""
    unhappy: bool = False
    """Whether its customer has rated it badly and waits for an answer to that."""
    watched: bool = False
    """Whether somebody watches it."""
    active: bool = True
    """Whether it is neither closed nor merged."""
    status: str = ""
    key: str = ""
    customer: str = ""
    """The customer's address in small letters."""
    mail_ids: Sequence[tuple[str, str]] = ()
    """Message-ID, which may be empty, and event of each of its mails."""
    touches: Sequence[str] = ()
    """The codes of the other tickets that were read for it, or looked for."""
    texts: Sequence[Sequence[str]] = ((), ())
    """What it is searched by: what describes it, then its messages."""


class Wanted(NamedTuple):
    """Which rows somebody wants; every condition must hold."""

    active: bool = False
    key: str = ""
    customer: str = ""
    acting: bool = False
    """Those that have something to write down by now."""
    mails: bool = False
    """Those that may have something to mail."""
    unhappy: bool = False
    watched: bool = False
    texts: Sequence[Sequence[str]] | None = None
    """For each of these at least one of its texts, in any case; where it is given, their texts are wanted, too."""
    measured: bool = False
    """Whether all of them will be asked what reports ask."""


_APART = 3
"""So many fields at the end stand in tables of their own."""
_COLUMNS = ("id", *Row._fields[:-_APART])
_INSERT = f"INSERT INTO ticket ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"


def save(index: Index, some: Iterable[Row]) -> None:
    """Writes rows that are not there."""
    (last,) = index.execute("SELECT coalesce(max(id), 0) FROM ticket").fetchone()
    new = dict(enumerate(some, last + 1))
    index.executemany(_INSERT, [(number, *row[:-_APART]) for number, row in new.items()])
    touches = [(code, row.code) for row in new.values() for code in row.touches]
    index.executemany("INSERT OR IGNORE INTO touches VALUES (?, ?)", touches)
    mails = [(mail_id, event, row.code) for row in new.values() for mail_id, event in row.mail_ids]
    index.executemany("INSERT INTO mail VALUES (?, ?, ?)", mails)
    words.save(index, {number: row.texts for number, row in new.items() if row.head})


def remove(index: Index, month: str, code: str) -> None:
    """Takes a row away."""
    found = index.execute("SELECT id FROM ticket WHERE code = ? AND month = ?", (code, month)).fetchone()
    if found:
        words.remove(index, *found)
        index.execute("DELETE FROM ticket WHERE id = ?", found)
        index.execute("DELETE FROM touches WHERE row = ?", (code,))
        index.execute("DELETE FROM mail WHERE row = ?", (code,))


def rows(index: Index, wanted: Wanted, now: int) -> list[tuple[str, str, str, str, str]]:
    """Code, head, measured, memory and texts (where they are asked for) of at least the rows that are wanted, by code.

    What could not be read is among them whatever is asked: every list names it.
    """
    conditions, given = _conditions(index, wanted, now)
    more, join = ("text.texts", "LEFT JOIN text USING (id)") if wanted.texts is not None else ("''", "")
    where = f"WHERE {' AND '.join(conditions)} OR head = ''" if conditions else ""
    return sorted(index.execute(f"SELECT code, head, measured, memory, {more} FROM ticket {join} {where}", given))


def _conditions(index: Index, wanted: Wanted, now: int) -> tuple[list[str], list[object]]:
    flags = ("active", "unhappy", "watched")
    pairs: list[tuple[str, object]] = [(flag, None) for flag in flags if getattr(wanted, flag)]
    pairs += [("key = ?", wanted.key)] if wanted.key else []
    pairs += [("customer = ?", wanted.customer)] if wanted.customer else []
    pairs += [("acts <= ?", now)] if wanted.acting else []
    pairs += [("mails >= ?", now)] if wanted.mails else []
    for some in wanted.texts or ():
        places = [words.holding(index, text) for text in some]
        if all(place is not None for place in places):
            match = " OR ".join(f"({place})" for place in places if place)
            pairs.append(("id IN (SELECT rowid FROM words WHERE words MATCH ?)", match) if match else ("0", None))
    return [condition for condition, _ in pairs], [value for _, value in pairs if value is not None]


def beginning(index: Index, start: str) -> list[tuple[str, str]]:
    """The codes that begin so, sorted, each with its month."""
    query = "SELECT code, month FROM ticket WHERE code >= ? AND code < ? ORDER BY code"
    return list(index.execute(query, (start, start + "\x7f")))


def beside(index: Index, code: str) -> list[str]:
    """The codes before and behind a code."""
    query = "SELECT max(code) FROM ticket WHERE code < ?1 UNION SELECT min(code) FROM ticket WHERE code > ?1"
    return [found for (found,) in index.execute(query, (code,)) if found]


def mails(index: Index, ids: Iterable[str], events: Iterable[str]) -> list[tuple[str, str, str]]:
    """Message-ID, event and code of the mails with these ids, and of these events."""
    found: set[tuple[str, str, str]] = set()
    for column, wanted in (("id", ids), ("event", events)):
        for one in wanted:
            found.update(
                index.execute(f"SELECT id, event, row FROM mail WHERE {column} = ? AND {column} != ''", (one,))
            )
    return sorted(found)


def all_mails(index: Index) -> list[tuple[str, str, str]]:
    """The same of all."""
    return list(index.execute("SELECT id, event, row FROM mail ORDER BY row"))


def stale(index: Index, now: int) -> dict[tuple[str, str], str]:
    """Month and code of the rows that do not hold at an instant, each with its mark."""
    return {
        (month, code): mark
        for condition in ("until <= ?", "since > ?")
        for month, code, mark in index.execute(f"SELECT month, code, mark FROM ticket WHERE {condition}", (now,))
    }


def touching(index: Index, codes: Iterable[str]) -> dict[tuple[str, str], str]:
    """Month and code of the rows for which one of these tickets was read, or looked for, each with its mark."""
    query = (
        "SELECT month, code, mark FROM ticket WHERE code = ?1 "
        "UNION SELECT month, ticket.code, mark FROM touches JOIN ticket ON ticket.code = row WHERE touches.code = ?1"
    )
    return {(month, code): mark for one in codes for month, code, mark in index.execute(query, (one,))}


def counts(index: Index) -> dict[str, int]:
    """How many tickets show each status."""
    return dict(index.execute("SELECT status, count(*) FROM ticket WHERE head != '' GROUP BY status"))
