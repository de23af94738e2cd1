"""What a desk has for the shell to complete: codes by file names, and what settings and index have in store.

It opens no ticket, writes nothing and brings no index up to date.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ticketcli.core.ticket.code import beginning
from ticketcli.edges import config, index, lock, store
from ticketcli.edges.index import peeking

_MOST = 200
"""So many codes are told with their subjects; of more, nobody reads them."""


class Offer(NamedTuple):
    """A word that may stand there."""

    text: str
    about: str = ""


def codes(root: Path, typed: str) -> list[Offer]:
    """The codes that begin like this, sorted; directories that have not changed are known from the index.

    A subject stands beside those whose file is as the index knows it.
    """
    start = beginning(typed)
    known, remembered, subjects = _remembered(root, start)
    found: set[str] = set()
    for month in store.scan(root, known):
        names = (name.removesuffix(".toml") for name in month.names)
        found.update(code for code in names if code.startswith(start))
        found.update(code for code, place in remembered if place == month.name and not month.read)
    return [Offer(code, subjects.get(code, "")) for code in sorted(found)]


def tags(root: Path, _: str) -> Iterator[Offer]:
    """The tags of tickets that are neither closed nor merged, where there is an index."""
    found: set[str] = set()
    try:
        with peeking.peeked(root / lock.OWN) as opened:
            for head in peeking.active_heads(opened):
                found.update(_described(head)[1])
    except index.NoIndex:
        return
    yield from map(Offer, sorted(found))


def section(root: Path, name: str) -> Iterator[Offer]:
    """The names in a section of the settings: agents, departments, statuses, views."""
    table = _settings(root).get(name)
    for key, inside in table.items() if isinstance(table, dict) else ():
        yield Offer(key, _about(inside))


def priorities(root: Path) -> list[Offer]:
    """The desk's own priorities; none where it has the usual ones."""
    found = _settings(root).get("priorities")
    return [Offer(one) for one in found if isinstance(one, str)] if isinstance(found, list) else []


def levels(root: Path) -> Iterator[Offer]:
    """The names of the service levels."""
    found = _settings(root).get("sla")
    rows = found if isinstance(found, list) else ()
    yield from (Offer(row["name"]) for row in rows if isinstance(row, dict) and isinstance(row.get("name"), str))


def views(root: Path, environ: Mapping[str, str]) -> Iterator[Offer]:
    """The saved views of the desk, and the user's own."""
    yield from section(root, "view")
    own = config.raw(environ).get("view")
    yield from (Offer(key, _about(one)) for key, one in (own.items() if isinstance(own, dict) else ()))


def canned(root: Path) -> Iterator[Offer]:
    """The names of the canned responses, by the names of their files."""
    yield from (Offer(path.stem) for path in store.canned_files(root))


@lru_cache
def _settings(root: Path) -> Mapping[str, Any]:
    """The settings as they stand in the file: what would be wrong in them is not completion's to say."""
    import tomli

    return tomli.loads(store.read(root / config.SETTINGS).data.decode("utf-8-sig"))


def _about(table: Any) -> str:
    """What a section of the settings says of itself, in the first of these keys that it has."""
    keys = ("name", "about", "filter", "category", "address")
    found = [table[key] for key in keys if key in table] if isinstance(table, dict) else []
    return next((one for one in found if isinstance(one, str)), "")


def _remembered(root: Path, start: str) -> tuple[dict[str, int], list[tuple[str, str]], dict[str, str]]:
    """The mtimes of months, the codes that begin so with the month of each, and subjects that are still so."""
    try:
        with peeking.peeked(root / lock.OWN) as opened:
            known = index.mtimes(opened)
            return known, index.beginning(opened, start) if known else [], _subjects(root, opened, start)
    except index.NoIndex:
        return {}, [], {}


def _subjects(root: Path, opened: index.Index, start: str) -> dict[str, str]:
    return {
        code: _described(head)[0]
        for code, month, mark, head in peeking.marked(opened, start, _MOST)
        if peeking.holds(mark, store.stats_of(root, month, code))
    }


def _described(head: str) -> tuple[str, list[str]]:
    """Subject and tags of a row, whose head begins with the header as core/clock/plain.py keeps it.

    That module is not asked: it loads the clocks, which takes a third of the time of an answer.
    """
    _, _, values, _, lists = json.loads(head)[0]
    return str(values.get("subject", "")), list(lists.get("tags", ()))
