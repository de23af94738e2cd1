"""Files that a commit still owes, in `.ticketcli/uncommitted`. It commits nothing; whoever calls it holds the lock.

A file is noted with what it is to hold before it is saved, so that a command that is cut off leaves no save without
its commit. One that somebody has changed since is theirs, and not owed any more.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

_LIST = Path(".ticketcli") / "uncommitted"
_OURS = ("tickets", "attachments", "canned", "ticketcli.toml", ".gitattributes")
"""What a desk consists of; the list may come from a stranger."""
_GONE = "-"
_SAFE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def note(root: Path, files: Mapping[Path, str]) -> None:
    """Afterwards these files are owed while they hold what has that SHA-256 (empty: while they are gone).

    What hinders it hinders no save.
    """
    names = {path.relative_to(root).as_posix(): digest for path, digest in files.items() if path.is_relative_to(root)}
    rows = [f"{digest or _GONE} {name}\n" for name, digest in names.items() if "\n" not in name]
    if not rows:
        return
    with suppress(OSError):
        handle = os.open(root / _LIST, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _SAFE, 0o666)
        try:
            os.write(handle, os.fsencode("\n" + "".join(rows)))  # a row that was cut off spoils no other
        finally:
            os.close(handle)


def note_as_they_lie(root: Path, paths: Iterable[Path]) -> None:
    """Afterwards these files are owed as they lie there now."""
    note(root, {path: "" if digest == _GONE else digest for path in paths if (digest := _digest(path))})


def owed(root: Path, besides: Collection[Path] = ()) -> list[Path]:
    """The files that are owed, each once, besides those that are known already."""
    wanted: dict[str, set[str]] = {}
    for row in _read(root / _LIST).split("\n"):
        digest, _, name = row.partition(" ")
        if _is_ours(name):
            wanted.setdefault(name, set()).add(digest)
    unknown = {path: digests for name, digests in wanted.items() if (path := root / name) not in besides}
    return [path for path, digests in unknown.items() if (found := _digest(path)) and found in digests]


def forget(root: Path) -> None:
    """Afterwards nothing is owed."""
    with suppress(OSError):
        (root / _LIST).unlink(missing_ok=True)


def _read(path: Path) -> str:
    try:
        with open(path, "rb", opener=_safely) as file:
            return os.fsdecode(file.read())
    except OSError:
        return ""


def _safely(path: str, flags: int) -> int:
    return os.open(path, flags | _SAFE)


def _is_ours(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and parts[0] in _OURS and ".." not in parts


def _digest(path: Path) -> str:
    """The SHA-256 of what lies there, `-` where nothing does; empty where it is no file that can be read."""
    import hashlib

    try:
        with open(path, "rb", opener=_safely) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return _GONE
    except (OSError, ValueError):
        return ""
