"""The user's own index: what a commit tells it, where it is behind HEAD, and how that is mended. HEAD stays as it is.

Where HEAD has a file that the index lacks, the user's next plain commit takes the file out again, and where the index
has an older one, sets it back.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from ticketcli.edges.git.filters import disarmed
from ticketcli.edges.git.places import git_directory, names_of, work_tree
from ticketcli.edges.git.running import GitFailed, Refused, run

LOCKED_SECONDS = 0.5
FEW = 50
"""How many files are looked up one by one, each through all the folders above it; beyond, the whole tree is listed."""


def stage(top: Path, blobs: Mapping[str, str], nothing: str) -> None:
    """Afterwards the index has these files, and none where the id is empty; what else is staged in it stays.

    `nothing` is the id that stands for that. Raises Refused.
    """
    await_index(top)
    entries = "".join(f"{'100644' if blob else '0'} {blob or nothing}\t{name}\0" for name, blob in blobs.items())
    run(top, *disarmed(top), "update-index", "-z", "--index-info", data=entries)


def await_index(top: Path) -> None:
    """Raises Refused where something else holds the index for longer than a moment."""
    lock = git_directory(top) / "index.lock"
    until = time.monotonic() + LOCKED_SECONDS
    while lock.exists():
        if time.monotonic() >= until:
            raise Refused(f'"{lock}" is there; if no git is running, remove it')
        time.sleep(0.02)


def in_head(top: Path, names: Iterable[str]) -> tuple[str, dict[str, str]]:
    """The commit that HEAD names, empty on a branch not yet born, and the id of each file in it, empty for none."""
    names = list(names)
    few = names if len(names) <= FEW else []
    questions = "".join(f"{question}\n" for question in ("HEAD^{commit}", *(f"HEAD:{name}" for name in few)))
    answers = run(top, "cat-file", "--batch-check=%(objectname) is", data=questions).splitlines()
    head, *found = [answer.removesuffix(" is") if answer.endswith(" is") else "" for answer in answers]
    known = dict(zip(few, found, strict=True)) if few or not head else _all_in(top, head)
    return head, {name: known.get(name, "") for name in names}


def _all_in(top: Path, commit: str) -> dict[str, str]:
    rows = (row.partition("\t") for row in run(top, "ls-tree", "-r", "-z", "--full-tree", commit).split("\0")[:-1])
    return {name: about.split()[2] for about, _, name in rows}


def stored(top: Path, names: Iterable[str], *, keep: bool = True) -> dict[str, str]:
    """The ids of the contents, which git's store has from then on if it is to; an empty one for a file that is gone."""
    names = list(names)
    there = [name for name in names if os.path.lexists(top / name)]
    for name in there:
        if (top / name).is_symlink():
            raise Refused(f'"{name}" is a symbolic link')
    lines = "".join(f"{top / name}\n" for name in there)
    words = ("hash-object", *(("-w",) if keep else ()), "--no-filters", "--stdin-paths")
    found = run(top, *words, data=lines).split() if there else []
    return dict.fromkeys(names, "") | dict(zip(there, found, strict=True))


def unindexed(root: Path, paths: Iterable[Path]) -> list[Path]:
    """Those of the files that lie there and in HEAD and that the user's next plain commit would take out or set back.

    They are not in the index, or it has another content while the file has that of HEAD. Raises GitFailed.
    """
    top = work_tree(root)
    if top is None:
        return []
    try:
        here = _here(root, paths, top)
        _, head = in_head(top, here)
        staged = _staged(top)
        missing = [name for name in here if head[name] and name not in staged]
        other = [name for name in here if head[name] and staged.get(name, "") not in ("", head[name])]
        behind = [name for name, blob in stored(top, other, keep=False).items() if blob == head[name]]
    except (Refused, OSError, ValueError) as error:
        raise GitFailed("ls-files", str(error)) from error
    return sorted(here[name] for name in (*missing, *behind))


def uncommitted(root: Path, paths: Iterable[Path]) -> list[Path]:
    """Those of the files that lie there and are in no commit of this branch, unless git ignores them. Raises GitFailed.

    A change that is not yet committed is not meant.
    """
    top = work_tree(root)
    if top is None:
        return []
    try:
        here = _here(root, paths, top)
        _, head = in_head(top, here)
        new = [name for name in here if not head[name]]
        others = run(top, "ls-files", "-z", "--others", "--exclude-standard").split("\0") if new else []
        known = {*others, *(_staged(top) if new else ())}
    except (Refused, OSError, ValueError) as error:
        raise GitFailed("ls-files", str(error)) from error
    return sorted(here[name] for name in new if name in known)


def refresh(root: Path, paths: Iterable[Path]) -> str:
    """A warning in one line, empty if all is well: the index has these files as HEAD has them."""
    top = work_tree(root)
    if top is None:
        return ""
    try:
        head, blobs = in_head(top, names_of(root, paths, top))
        known = {name: blob for name, blob in blobs.items() if blob}
        if known:
            stage(top, known, "0" * len(head))
    except (Refused, OSError, ValueError) as error:
        return f"git's index is not up to date: {error}"
    return ""


def _here(root: Path, paths: Iterable[Path], top: Path) -> dict[str, Path]:
    return {name: path for name, path in names_of(root, paths, top).items() if os.path.lexists(path)}


def _staged(top: Path) -> dict[str, str]:
    """The id of each file in the index; an empty one where a merge has left several."""
    found: dict[str, str] = {}
    for row in run(top, "ls-files", "-s", "-z").split("\0")[:-1]:
        about, _, name = row.partition("\t")
        _, blob, number = about.split()
        found[name] = blob if number == "0" else ""
    return found
