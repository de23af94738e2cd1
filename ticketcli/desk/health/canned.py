"""Faults of canned responses: what cannot be used, does nothing, or names what is not there. It mends none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from ticketcli.core.errors import TicketError
from ticketcli.core.file import reader
from ticketcli.core.words import canned as words
from ticketcli.core.words.known import departments, listed
from ticketcli.desk import canned as shelves
from ticketcli.desk.health.finding import Finding
from ticketcli.desk.health.opening import in_halves
from ticketcli.edges import store

if TYPE_CHECKING:
    from pathlib import Path

    from ticketcli.core.words.canned import Canned
    from ticketcli.desk.health.checkup import Checkup

_ORDINARY = f"it must be an ordinary file of at most {store.LIMIT >> 20} MiB that you may read"


def unusable(checkup: Checkup) -> Iterator[Finding]:
    """Responses that cannot be read, or that hold what cannot be used."""
    try:
        paths = store.canned_files(checkup.root)
    except store.Unreadable as error:
        yield Finding(shelves.FOLDER, f"cannot be read: {error.why}", "it must be a directory that you may read")
        return
    for path in paths:
        if not words.safe_name(path.stem):
            yield Finding(checkup.name(path), "a name that no command can be given", "rename it")
        yield from (Finding(checkup.name(path), what, remedy) for what, remedy in _wrong(path))


def _wrong(path: Path) -> Iterator[tuple[str, str]]:
    try:
        shelves.read(path)
    except store.Unreadable as error:
        yield f"cannot be read: {error.why}", _ORDINARY
    except words.BadCanned as error:
        yield from map(in_halves, error.problems)


def unknown(checkup: Checkup) -> Iterator[Finding]:
    """Keys of responses that this version does not know."""
    for path in _paths(checkup):
        for key in _unknown(path):
            remedy = "it does nothing: correct its name, or take it out"
            yield Finding(checkup.name(path), f'unknown key "{key}"', remedy)


def _unknown(path: Path) -> list[str]:
    try:
        return words.unknown(reader.text_of(store.read(path).data))
    except TicketError:
        return []  # told by `unusable`


def attachments(checkup: Checkup) -> Iterator[Finding]:
    """Files that go with a response and are not there."""
    for path, one in _usable(checkup):
        for name in one.attachments:
            try:
                store.read(path.with_name(name), limit=store.ATTACHMENT_LIMIT)
            except store.Unreadable as error:
                what = f'its attachment "{name}" cannot be read: {error.why}'
                yield Finding(checkup.name(path), what, "put the file beside it, or take its name out")


def names(checkup: Checkup) -> Iterator[Finding]:
    """What goes with a response, or whose it is, and the desk does not have."""
    known, agents = departments(checkup.settings), checkup.settings.agents
    for path, one in _usable(checkup):
        if one.department and known and one.department not in known:
            what = f'unknown department "{one.department}" (there are {listed(known)})'
            yield Finding(checkup.name(path), what, "correct its department")
        try:
            words.follow_ups(one, settings=checkup.settings, now=checkup.now, me=next(iter(agents), "somebody"))
        except words.BadCanned as error:
            yield from (Finding(checkup.name(path), *in_halves(why, "correct its then")) for why in error.problems)


def _usable(checkup: Checkup) -> Iterator[tuple[Path, Canned]]:
    for path in _paths(checkup):
        with suppress(TicketError):  # told by `unusable`
            yield path, shelves.read(path)


def _paths(checkup: Checkup) -> list[Path]:
    try:
        return store.canned_files(checkup.root)
    except store.Unreadable:
        return []
