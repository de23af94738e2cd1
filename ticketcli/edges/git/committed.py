"""What HEAD has of a directory, out of git's store: no work tree, index, filter or hook takes part."""

from __future__ import annotations

import os
from pathlib import Path

from ticketcli.edges.git.places import work_tree
from ticketcli.edges.git.running import GitFailed, Refused, run


def blobs(root: Path, *folders: str) -> dict[Path, str]:
    """The files in these folders that HEAD has, with the ids of their contents; none where git does not answer."""
    try:
        rows = run(root, "ls-tree", "-r", "-z", "HEAD", *folders).split("\0")[:-1] if work_tree(root) else []
    except (Refused, OSError):  # before the first commit
        return {}
    found = ((about.split(), name) for about, _, name in (row.partition("\t") for row in rows))
    return {root / name: blob for (mode, _, blob), name in found if mode.startswith("100")}


def staged_otherwise(root: Path) -> set[Path]:
    """The files of a directory that git's index has otherwise than HEAD, or only one of the two has."""
    try:
        words = (
            "diff-index",
            "--cached",
            "--name-only",
            "--relative",
            "--no-renames",
            "--ignore-submodules",
            "-z",
            "HEAD",
        )
        return {root / name for name in run(root, *words).split("\0")[:-1]} if work_tree(root) else set()
    except (Refused, OSError):  # before the first commit
        return set()


def holds(blob: str, data: bytes) -> bool:
    """Whether a content is the one that git calls by this id."""
    import hashlib

    digest = hashlib.sha1 if len(blob) == 40 else hashlib.sha256
    return digest(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest() == blob


def content(root: Path, blob: str) -> bytes:
    """The content with an id. Raises GitFailed."""
    try:
        return os.fsencode(run(root, "cat-file", "blob", blob))
    except (Refused, OSError) as error:
        raise GitFailed("cat-file", str(error)) from error
