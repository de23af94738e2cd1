"""Many new files at once: each whole and durable, with one wait for the disk instead of one for each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from ticketcli.core.errors import NotSaved, TicketError
from ticketcli.edges.store.reading import reason
from ticketcli.edges.store.writing import fill, forget, publish, seal, settle


class BatchCut(NotSaved):
    """Some of many files could not be saved."""

    def __init__(self, path: Path, why: str, saved: int, whole: int) -> None:
        super().__init__(f'could not save "{path}": {why}; {saved} of {whole} are saved whole, give the command again')


def write_new(files: Mapping[Path, bytes]) -> Iterator[Path]:
    """Publishes new files one after the other and gives the path of each; at the end all names are durable too.

    Raises BatchCut; what was given before stands.
    """
    temporaries: dict[Path, Path] = {}
    published: list[Path] = []
    at = next(iter(files), Path())
    try:
        for path, data in files.items():
            at = path
            settle(path.parent)
            temporaries[path] = path.parent / f"{os.urandom(8).hex()}.tmp"
            fill(temporaries[path], data, None, durable=False)
        os.sync()
        for path, temporary in temporaries.items():
            at = path
            _settled(temporary)
        for path in list(temporaries):
            at = path
            publish(temporaries[path], path, None)
            del temporaries[path]
            published.append(path)
            yield path
    except (OSError, ValueError, TicketError) as error:
        why = reason(error) if isinstance(error, OSError | ValueError) else str(error)
        raise BatchCut(at, why, len(published), len(files)) from error
    finally:
        for temporary in temporaries.values():
            forget(temporary)
        for folder in {path.parent: path for path in published}.values():
            seal(folder)


def _settled(temporary: Path) -> None:
    """Asks the disk for the errors that `sync` keeps to itself; nothing is left to be written by then."""
    handle = os.open(temporary, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
