"""Conflicts that a merge left in git's index: the versions of a file, and that it is settled. It joins nothing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ticketcli.edges.git.indexing import stage
from ticketcli.edges.git.places import names_of, work_tree
from ticketcli.edges.git.running import GitFailed, Refused, run


@dataclass(frozen=True, slots=True)
class Stages:
    """What git holds of a file in conflict; None where that side does not have it."""

    base: bytes | None
    ours: bytes | None
    theirs: bytes | None


def unmerged(root: Path) -> list[Path]:
    """The files of a directory that git holds as conflicts, sorted; none where git does not answer."""
    try:
        rows = run(root, "ls-files", "-u", "-z").split("\0")[:-1] if work_tree(root) else []
    except (Refused, OSError):
        return []
    return sorted({root / row.partition("\t")[2] for row in rows})


def stages(root: Path, path: Path) -> Stages | None:
    """The versions of a file in conflict; None where git holds none. Raises GitFailed."""
    top = work_tree(root)
    if top is None:
        return None
    try:
        (name,) = names_of(root, [path], top)
        rows = run(top, "--literal-pathspecs", "ls-files", "-u", "-z", "--", name).split("\0")[:-1]
        blobs = {number: blob for _, blob, number in (row.partition("\t")[0].split() for row in rows)}
        found = {number: os.fsencode(run(top, "cat-file", "blob", blob)) for number, blob in blobs.items()}
    except (Refused, OSError, ValueError) as error:
        raise GitFailed("ls-files -u", str(error)) from error
    return Stages(*(found.get(number) for number in "123")) if found else None


def resolve(root: Path, path: Path) -> None:
    """Afterwards the file is staged as it lies there, and no conflict any more. Raises GitFailed."""
    top = work_tree(root)
    if top is None:
        return
    try:
        (name,) = names_of(root, [path], top)
        blob = run(top, "hash-object", "-w", "--stdin", data=path.read_bytes()).strip()
        stage(top, {name: blob}, "")
    except (Refused, OSError, ValueError) as error:
        raise GitFailed("update-index", str(error)) from error
