"""Commits of exactly the files that were saved; a save stands without its commit.

Only plumbing that reads neither work tree nor attributes runs here, with hooks off, so that a desk from a stranger can
start nothing. A commit is built on HEAD by fast-import: nobody's index, staged work or hooks take part in it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from ticketcli.edges.git import owing
from ticketcli.edges.git.indexing import in_head, stage, stored
from ticketcli.edges.git.places import names_of, work_tree
from ticketcli.edges.git.running import Refused, run
from ticketcli.edges.git.states import under_way

MOST_NAMED = 20


def commit(root: Path, paths: Sequence[Path], message: str, author: str, committer: str = "") -> str:
    """A warning in one line, empty if all is well: HEAD has these files, and those that earlier commands owe it.

    Nothing else is new in it. Without a committer it is the one whom the user's git knows, else the author.
    """
    top = work_tree(root)
    files = dict.fromkeys((*paths, *owing.owed(root, {*paths}))) if top else {}
    if top is None or not files:
        return ""
    if why := under_way(root):
        after = "the first command after that"
    else:
        try:
            names = names_of(root, files, top)
            earlier = names.keys() - names_of(root, paths, top)
            _record(top, stored(top, names), (message, earlier), (author, committer))
            owing.forget(root)
            return ""
        except (Refused, OSError, ValueError) as error:
            why, after = str(error), "the next command"
    owing.note_as_they_lie(root, paths)
    return f"saved, but not committed: {why}; {after} commits it too"


def _record(top: Path, blobs: Mapping[str, str], message: tuple[str, set[str]], people: tuple[str, str]) -> None:
    """Makes the commit; tried again if somebody else committed at the same moment.

    The index learns of the files first. Behind HEAD, it would have the user's next plain commit take them out again.
    """
    text, earlier = message
    for last in (False, False, True):
        head, old = in_head(top, blobs)
        changed = {name: blob for name, blob in blobs.items() if blob != old[name]}
        stage(top, blobs, "0" * (len(head) or 40))
        try:
            if changed:
                _advance(top, head, changed, _with_earlier(text, earlier & changed.keys()), people)
            return
        except Refused:
            if last:
                raise


def _with_earlier(message: str, names: set[str]) -> str:
    """The message, with the files that an earlier command has saved."""
    some, more = sorted(names)[:MOST_NAMED], len(names) - MOST_NAMED
    rows = [f"saved before: {name}" for name in some] + ([f"and {more} more"] if more > 0 else [])
    return "\n".join([message.strip(), *([""] if rows else []), *rows])


def _advance(top: Path, head: str, changed: Mapping[str, str], message: str, people: tuple[str, str]) -> None:
    text = message.strip().replace("\0", "").encode(errors="replace") + b"\n"
    lines = ["commit HEAD", *signed(top, *people), f"data {len(text)}"]
    changes = [f"from {head}"] if head else []
    changes += [f"M 100644 {blob} {quoted(name)}" if blob else f"D {quoted(name)}" for name, blob in changed.items()]
    stream = (
        "\n".join(lines).encode(errors="replace") + b"\n" + text + os.fsencode("\n".join([*changes, "", "done", ""]))
    )
    run(top, "fast-import", "--quiet", "--done", "--date-format=now", data=stream)


def signed(top: Path, author: str, committer: str = "") -> list[str]:
    """The lines by which fast-import learns who wrote and who commits it now, whoever the user's git knows else."""
    who = _ident(author)
    return [f"author {who} now", f"committer {_ident(committer) if committer else _committer(top) or who} now"]


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


def quoted(name: str) -> str:
    """A name as fast-import reads it."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
