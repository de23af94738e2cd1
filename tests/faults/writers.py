"""Writers of one file, most of them broken on purpose: each has one known fault, and the harness must name it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from unittest.mock import patch

from ticketcli.core.errors import NotSaved
from ticketcli.edges import store
from ticketcli.edges.store import writing

OLD = b'subject = "old"\n' + b"# what was there\n" * 12
NEW = b'subject = "new"\n' + b"# what is there now\n" * 12
Writer = Callable[[Path], None]
"""It makes a ticket NEW; the desk is two folders above it."""


def good(path: Path) -> None:
    """The recipe."""
    now = path.read_bytes() if path.exists() else None
    if now != NEW:
        store.write(path, NEW, old=now)


def keep(path: Path) -> None:
    """The recipe, for an attachment."""
    store.keep(path.parents[2], NEW)


def in_place(path: Path) -> None:
    """Writes over the old text: torn by a kill, a full disk and a power cut."""
    with path.open("wb", buffering=0) as file:
        file.write(NEW[:100])
        file.write(NEW[100:])


def unsynced(path: Path) -> None:
    """Renames what is not on the disk yet: whole after every kill, torn by a power cut."""
    _swap(path, file_too=False, folder_too=True)


def unnamed(path: Path) -> None:
    """Does not make the new name durable: what was said to be saved is lost in a power cut."""
    _swap(path, file_too=True, folder_too=False)


def early(path: Path) -> None:
    """Says that it has saved before it has: a kill, a full disk or a power cut makes a lie of it."""
    print("saved", flush=True)
    good(path)


def liar(path: Path) -> None:
    """Takes no notice of a save that failed."""
    with suppress(NotSaved):
        store.write(path, NEW, old=path.read_bytes())


def stubborn(path: Path) -> None:
    """Names its temporary file after the ticket: one that was cut off stops every later one."""
    temporary = path.with_suffix(".tmp")
    with temporary.open("xb") as file:
        file.write(NEW)
    temporary.rename(path)


def saving_in_place() -> AbstractContextManager[object]:
    """The whole program with a save that is not atomic, while it is entered."""

    def write(path: Path, data: bytes, *, old: bytes | None, limit: int = 0) -> None:
        with path.open("wb", buffering=0) as file:
            file.write(data[:300])
            file.write(data[300:])

    return patch.object(store, "write", write)


def saving_unsynced() -> AbstractContextManager[object]:
    """The whole program with a save that syncs no file, while it is entered."""

    def fill(path: Path, data: bytes, before: os.stat_result | None, *, durable: bool = True) -> None:
        path.write_bytes(data)

    return patch.object(writing, "fill", fill)


def saving_unnamed() -> AbstractContextManager[object]:
    """The whole program with a save that syncs no directory, while it is entered."""
    return patch.object(writing, "_sync", lambda _folder: None)


def _swap(path: Path, *, file_too: bool, folder_too: bool) -> None:
    temporary = path.parent / f"{os.urandom(8).hex()}.tmp"
    with temporary.open("xb") as file:
        file.write(NEW)
        file.flush()
        if file_too:
            os.fsync(file.fileno())
    temporary.rename(path)
    handle = os.open(path.parent, os.O_RDONLY)
    if folder_too:
        os.fsync(handle)
    os.close(handle)
