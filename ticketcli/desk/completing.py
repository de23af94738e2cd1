"""Codes and names for the shell to complete, from the names of files alone. It opens no ticket and writes nothing."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ticketcli.core.errors import TicketError
from ticketcli.core.ticket.code import beginning
from ticketcli.edges import index, lock, store


def codes(root: Path, typed: str) -> list[str]:
    """The codes that begin like this, sorted; directories that have not changed are known from the index."""
    start = beginning(typed)
    known, remembered = _remembered(root / lock.OWN, start)
    found: set[str] = set()
    for month in store.scan(root, known):
        names = (name.removesuffix(".toml") for name in month.names)
        found.update(code for code in names if code.startswith(start))
        found.update(code for code, place in remembered if place == month.name and not month.read)
    return sorted(found)


def canned(root: Path, typed: str, ticket: str = "") -> list[str]:
    """The names of canned responses that begin like this, those of a ticket's department first."""
    from ticketcli.desk import canned, desk

    opened = desk.open_desk(root, desk.process_environ())
    names = [name for name in canned.names(opened) if name.startswith(typed)]
    with suppress(TicketError):
        return canned.fitting(opened, names, ticket, desk.now()) if ticket else names
    return names


def _remembered(own: Path, start: str) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """The mtimes of months, and the codes that begin so with the month of each."""
    if not (own / index.NAME).exists():
        return {}, []
    try:
        with index.opened(own) as opened:
            known = index.mtimes(opened) if index.is_here(opened, own) else {}
            return known, index.beginning(opened, start) if known else []
    except index.NoIndex:
        return {}, []
