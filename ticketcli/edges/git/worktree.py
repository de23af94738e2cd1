"""What lies in the work tree and in the index against HEAD, and how both get to another commit. It reads no contents.

Git looks at attributes here, but every filter is switched off: a stranger's attributes must start none of the user's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ticketcli.edges.git import indexing
from ticketcli.edges.git.filters import disarmed
from ticketcli.edges.git.histories import asked, names_in, tip
from ticketcli.edges.git.indexing import in_head, stored
from ticketcli.edges.git.running import GitFailed, Refused, run


@dataclass(frozen=True, slots=True)
class Changed:
    """Files that are not as HEAD has them, by name."""

    lying: set[str]
    """Those that lie there otherwise than they are staged, if they are."""
    fresh: set[str]
    """Those among them that are not staged at all."""
    staged: set[str]
    """Those that are staged otherwise than HEAD has them."""


def changed_here(top: Path, names: Sequence[str]) -> Changed:
    """Which of the files below these names differ from HEAD."""
    off = disarmed(top)
    _refresh(top, off)
    literal = ("--literal-pathspecs", *off)
    unstaged = names_in(asked(top, *literal, "diff-files", "-z", "--name-only", "--", *names))
    fresh = names_in(asked(top, *literal, "ls-files", "-z", "--others", "--", *names))
    known = ("diff-index", "--cached", "--name-only", "-z", "HEAD") if tip(top) else ("ls-files", "-z")
    return Changed(unstaged | fresh, fresh, names_in(asked(top, *literal, *known, "--", *names)))


def not_as_in_head(top: Path, names: Iterable[str]) -> list[str]:
    """Those of the files that lie there with other bytes than HEAD has."""
    try:
        here = {name: blob for name, blob in stored(top, names, keep=False).items() if blob}
        return [name for name, blob in in_head(top, here)[1].items() if blob != here[name]] if here else []
    except (Refused, OSError, ValueError) as error:
        raise GitFailed("hash-object", str(error)) from error


def check_out(top: Path, old: str, new: str, *, only_look: bool = False) -> None:
    """Takes the work tree from one commit to another; what is staged or changed in other files stays.

    Raises GitFailed, nothing changed, where something that was changed here would be lost. Files that are staged as the
    new commit has them are left as they lie.
    """
    off = disarmed(top)
    _refresh(top, off)
    asked(top, *off, "read-tree", *(["-n"] if only_look else []), "-m", "-u", old, new)


def await_index(top: Path) -> None:
    """Raises GitFailed where something else holds the index for longer than a moment."""
    _indexed(partial(indexing.await_index, top))


def put_in_index(top: Path, blobs: Mapping[str, str], nothing: str) -> None:
    """Afterwards the index has these files, none where the id is empty; `nothing` is the id that stands for that."""
    _indexed(partial(indexing.stage, top, blobs, nothing))


def _indexed(act: Callable[[], None]) -> None:
    try:
        act()
    except (Refused, OSError) as error:
        raise GitFailed("update-index", str(error)) from error


def _refresh(top: Path, off: Sequence[str]) -> None:
    """The index knows which files lie there as it has them; what does not is only told by its exit status."""
    try:
        run(top, *off, "update-index", "-q", "--refresh")
    except (Refused, OSError):
        return
