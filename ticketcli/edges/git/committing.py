"""Commits of exactly the files that were saved; a save stands without its commit.

Only plumbing that reads neither work tree nor attributes runs here, with hooks off, so that a desk from a stranger can
start nothing. A commit is built on HEAD by fast-import: nobody's index, staged work or hooks take part in it.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from ticketcli.edges.git.places import git_directory, work_tree
from ticketcli.edges.git.running import Refused, run

LOCKED_INDEX_SECONDS = 0.5


def commit(root: Path, paths: Sequence[Path], message: str, author: str, committer: str = "") -> str:
    """A warning in one line, empty if all is well: HEAD has these files as they lie there, and nothing else is new.

    Without a committer it is the one whom the user's git knows, else the author.
    """
    top = work_tree(root)
    if top is None or not paths:
        return ""
    try:
        blobs = _blobs(top, [_name(root, path, top) for path in paths])
        head = _record(top, blobs, message, (author, committer))
    except (Refused, OSError, ValueError) as error:
        return f"saved, but not committed: {error}"
    try:
        _refresh_index(top, blobs, "0" * (len(head) or 40))  # all of them: it may have been locked the last time
    except (Refused, OSError) as error:
        return f"saved and committed, but git's index is not up to date: {error}"
    return ""


def _name(root: Path, path: Path, top: Path) -> str:
    """The path inside the work tree, also where the desk was reached through a link."""
    name = (root.resolve() / path.relative_to(root)).relative_to(top).as_posix()
    if "\n" in name:
        raise Refused("git cannot be asked for a path with a line end")
    return name


def _blobs(top: Path, names: Sequence[str]) -> dict[str, str]:
    """The ids of the contents, now in git's store; an empty one for a file that is gone."""
    there = [name for name in names if os.path.lexists(top / name)]
    for name in there:
        if (top / name).is_symlink():
            raise Refused(f'"{name}" is a symbolic link')
    lines = "".join(f"{top / name}\n" for name in there)
    ids = run(top, "hash-object", "-w", "--no-filters", "--stdin-paths", data=lines).split() if there else []
    return dict.fromkeys(names, "") | dict(zip(there, ids, strict=True))


def _record(top: Path, blobs: Mapping[str, str], message: str, people: tuple[str, str]) -> str:
    """The commit built on, empty for the first; tried again if somebody else committed at the same moment."""
    for last in (False, False, True):
        head, changed = _differences(top, blobs)
        try:
            if changed:
                _advance(top, head, changed, message, people)
            break
        except Refused:
            if last:
                raise
    return head


def _differences(top: Path, blobs: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The commit that HEAD names, empty on a branch not yet born, and those of the files that differ from it."""
    questions = "".join(f"{question}\n" for question in ("HEAD^{commit}", *(f"HEAD:{name}" for name in blobs)))
    answers = run(top, "cat-file", "--batch-check=%(objectname) is", data=questions).splitlines()
    head, *committed = [answer.removesuffix(" is") if answer.endswith(" is") else "" for answer in answers]
    return head, {name: blob for (name, blob), old in zip(blobs.items(), committed, strict=True) if blob != old}


def _advance(top: Path, head: str, changed: Mapping[str, str], message: str, people: tuple[str, str]) -> None:
    who = _ident(people[0])
    committer = _ident(people[1]) if people[1] else _committer(top) or who
    text = message.strip().encode(errors="replace") + b"\n"
    lines = ["commit HEAD", f"author {who} now", f"committer {committer} now", f"data {len(text)}"]
    changes = [f"from {head}"] if head else []
    changes += [f"M 100644 {blob} {_quoted(name)}" if blob else f"D {_quoted(name)}" for name, blob in changed.items()]
    stream = (
        "\n".join(lines).encode(errors="replace") + b"\n" + text + os.fsencode("\n".join([*changes, "", "done", ""]))
    )
    run(top, "fast-import", "--quiet", "--done", "--date-format=now", data=stream)


def _refresh_index(top: Path, blobs: Mapping[str, str], nothing: str) -> None:
    """The user's own index learns of these files; what else is staged in it stays."""
    lock = git_directory(top) / "index.lock"
    until = time.monotonic() + LOCKED_INDEX_SECONDS
    while lock.exists():
        if time.monotonic() >= until:
            raise Refused(f'"{lock}" is there; if no git is running, remove it')
        time.sleep(0.02)
    entries = "".join(f"{'100644' if blob else '0'} {blob or nothing}\t{name}\0" for name, blob in blobs.items())
    run(top, "update-index", "-z", "--index-info", data=entries)


def _committer(top: Path) -> str:
    """The committer whom the user's git is told of; never one that git would guess from the machine."""
    try:
        return run(top, "-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT").rsplit(" ", 2)[0]
    except Refused:
        return ""


def _ident(author: str) -> str:
    name, _, address = author.partition("<")
    return f"{_plain(name) or _plain(address) or 'ticketcli'} <{_plain(address)}>"


def _plain(text: str) -> str:
    return re.sub(r"[<>\x00-\x1f]+", "", text).strip()


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
