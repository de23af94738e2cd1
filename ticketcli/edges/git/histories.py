"""Two histories of a work tree: what differs between commits, their union as a commit, and how HEAD gets there.

Contents are read and written as they are: no filter, merge driver, attribute or hook takes part, the network neither.
What the files of a desk are, and how two versions of one are united, is not known here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ticketcli.edges.git.committing import quoted, signed
from ticketcli.edges.git.running import GitFailed, Refused, run

_REF = "refs/worktree/ticketcli"
"""Holds a union until HEAD does, so that no gc takes it away; each work tree has its own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a commit has under a name."""

    mode: str
    blob: str

    @property
    def there(self) -> bool:
        """Whether it has anything there."""
        return self.mode != "000000"

    @property
    def plain(self) -> bool:
        """Whether that is a plain file: no link, nothing to run, no submodule."""
        return self.mode == "100644"


Difference = tuple[Entry, Entry]
"""What the older and what the newer commit has."""


def tip(top: Path, name: str = "HEAD") -> str:
    """The commit that a name stands for; empty where there is none."""
    try:
        return run(top, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").strip()
    except (Refused, OSError):
        return ""


def bases(top: Path, one: str, other: str) -> list[str]:
    """The newest commits that both contain; empty where two histories have nothing in common."""
    try:
        return run(top, "merge-base", "--all", one, other).split()
    except Refused:
        return []


def differences(top: Path, old: str, new: str) -> dict[str, Difference]:
    """What differs between two commits, by name, in their order; a renamed file is one gone and one new."""
    fields = asked(top, "diff-tree", "-r", "-z", "--no-renames", old, new).split("\0")
    found: dict[str, Difference] = {}
    for about, name in zip(fields[::2], fields[1::2], strict=False):
        before, after, blob, new_blob, _ = about.removeprefix(":").split(" ")
        found[name] = Entry(before, blob), Entry(after, new_blob)
    return found


def sizes(top: Path, blobs: Iterable[str]) -> list[int]:
    """How large contents are, in bytes."""
    questions = "".join(f"{blob}\n" for blob in blobs)
    rows = asked(top, "cat-file", "--batch-check=%(objectsize)", data=questions).splitlines()
    return [int(row) if row.isdigit() else 0 for row in rows]


def contents(top: Path, blobs: Sequence[str]) -> Iterator[bytes]:
    """The contents with these ids, in their order."""
    data = os.fsencode(asked(top, "cat-file", "--batch=%(objectsize)", data="".join(f"{blob}\n" for blob in blobs)))
    at = 0
    for blob in blobs:
        begin = data.index(b"\n", at) + 1
        size = data[at : begin - 1]
        if not size.isdigit():
            raise GitFailed("cat-file", f"{blob} is missing")
        end = begin + int(size)
        yield data[begin:end]
        at = end + 1


def text_merged(base: bytes, one: bytes, other: bytes) -> bytes | None:
    """Two versions of a text in one; None where both changed the same lines."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as directory:
        folder = Path(directory)
        for name, data in (("one", one), ("base", base), ("other", other)):
            (folder / name).write_bytes(data)
        try:
            return os.fsencode(run(folder, "merge-file", "-p", "-q", "one", "base", "other"))
        except Refused:
            return None


def union(top: Path, parents: tuple[str, str], files: Mapping[str, Entry | bytes], message: str, author: str) -> str:
    """A commit that follows both, with what the first has and these files in it. HEAD does not know of it yet."""
    data = f"data {len(os.fsencode(message))}"
    head = [
        f"commit {_REF}",
        "mark :1",
        *signed(top, author),
        data,
        message,
        f"from {parents[0]}",
        f"merge {parents[1]}",
    ]
    gone = {name for name, what in files.items() if isinstance(what, Entry) and not what.there}
    rows = [*head, *(f"D {quoted(name)}" for name in sorted(gone))]  # first: a folder may come in place of a file
    news = [_row(name, what) for name, what in files.items() if name not in gone]
    stream = b"\n".join([*map(os.fsencode, rows), *news, b"get-mark :1", b"done", b""])
    return asked(top, "fast-import", "--quiet", "--done", "--force", "--date-format=now", data=stream).strip()


def _row(name: str, what: Entry | bytes) -> bytes:
    if isinstance(what, Entry):
        return os.fsencode(f"M {what.mode} {what.blob} {quoted(name)}")
    return os.fsencode(f"M 100644 inline {quoted(name)}\ndata {len(what)}\n") + what


def advance(top: Path, old: str, new: str) -> None:
    """HEAD is the new commit from now on. Raises GitFailed where it is no longer the old one."""
    rows = [f"update HEAD {new} {old}", *([f"delete {_REF}"] if tip(top, _REF) else []), ""]
    asked(top, "update-ref", "-m", "ticket sync", "--stdin", data="\n".join(rows))


def unpushed(top: Path, new: str, tracked: str) -> tuple[int, set[str]]:
    """How many commits the others do not have, and the files that these touch; of a merge what is its own."""
    known = [f"^{known}"] if (known := tip(top, tracked)) else []
    commits = asked(top, "rev-list", new, *known)
    touched = asked(
        top, "diff-tree", "--stdin", "--no-commit-id", "--root", "-r", "-c", "-z", "--name-only", "--no-renames",
        data=commits,
    )  # fmt: skip
    return len(commits.split()), names_in(touched)


def tidy(top: Path) -> None:
    """Git packs what has become too much of, in the background."""
    try:
        run(top, "-c", "gc.autoDetach=true", "gc", "--auto", "--quiet")
    except (Refused, OSError):
        return  # it is tried again the next time


def names_in(output: str) -> set[str]:
    """The names in an answer that has NUL behind each."""
    return set(output.split("\0")) - {""}


def asked(top: Path, *words: str, data: str | bytes = "") -> str:
    """What git says. Raises GitFailed."""
    try:
        return run(top, *words, data=data)
    except (Refused, OSError) as error:
        command = next((word for word in words if word[0] != "-" and "=" not in word), "")
        raise GitFailed(command, str(error)) from error
