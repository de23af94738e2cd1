"""The user's git: finds the work tree and commits exactly the files that were saved; a save stands without it.

Only plumbing that reads neither work tree nor attributes runs here, with hooks off, so that a desk from a stranger can
start nothing. A commit is built on HEAD by fast-import: nobody's index, staged work or hooks take part in it.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from ticketcli.core.errors import TicketError

_SAFE = (
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsync=objects,reference"),  # git's default syncs neither
)
_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",  # a missing object must not start what a stranger's remote names
    "GIT_ALLOW_PROTOCOL": "",
    "LC_ALL": "C",
}
_PLACES = {
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
}
"""What a git that called us says of its own repository; the desk may lie in another."""
_SECONDS = 60
_LOCKED_INDEX_SECONDS = 0.5


class GitFailed(TicketError):
    """Git refused, in its own words."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"git {what} failed: {why}")


class _Refused(Exception):
    """Git refused; never seen outside."""


def work_tree(path: Path) -> Path | None:
    """The top of the work tree that holds `path`, found without running git."""
    real = path.resolve()
    return next((folder for folder in (real, *real.parents) if (folder / ".git").exists()), None)


def init(root: Path) -> None:
    """Afterwards the directory is a work tree of its own, on branch main."""
    try:
        _git(root, "-c", "init.defaultBranch=main", "init", "-q")
    except (_Refused, OSError) as error:
        raise GitFailed("init", str(error)) from error


def user_name(root: Path | None) -> str:
    """The user's name as git knows it there; empty where it knows none."""
    return _setting(root, "user.name")


def user_email(root: Path | None) -> str:
    """The user's address as git knows it there; empty where it knows none."""
    return _setting(root, "user.email")


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
    except (_Refused, OSError, ValueError) as error:
        return f"saved, but not committed: {error}"
    try:
        _refresh_index(top, blobs, "0" * (len(head) or 40))  # all of them: it may have been locked the last time
    except (_Refused, OSError) as error:
        return f"saved and committed, but git's index is not up to date: {error}"
    return ""


def stale_locks(root: Path) -> list[Path]:
    """The lock files of git itself that lie there now; those of no running git stop every later one."""
    top = work_tree(root)
    if top is None:
        return []
    own = _git_directory(top)
    common = _common_directory(own)
    found = {*own.glob("*.lock"), *common.glob("*.lock"), *common.glob("refs/**/*.lock")}
    return sorted(found)


def _name(root: Path, path: Path, top: Path) -> str:
    """The path inside the work tree, also where the desk was reached through a link."""
    name = (root.resolve() / path.relative_to(root)).relative_to(top).as_posix()
    if "\n" in name:
        raise _Refused("git cannot be asked for a path with a line end")
    return name


def _blobs(top: Path, names: Sequence[str]) -> dict[str, str]:
    """The ids of the contents, now in git's store; an empty one for a file that is gone."""
    there = [name for name in names if os.path.lexists(top / name)]
    for name in there:
        if (top / name).is_symlink():
            raise _Refused(f'"{name}" is a symbolic link')
    lines = "".join(f"{top / name}\n" for name in there)
    ids = _git(top, "hash-object", "-w", "--no-filters", "--stdin-paths", data=lines).split() if there else []
    return dict.fromkeys(names, "") | dict(zip(there, ids, strict=True))


def _record(top: Path, blobs: Mapping[str, str], message: str, people: tuple[str, str]) -> str:
    """The commit built on, empty for the first; tried again if somebody else committed at the same moment."""
    for last in (False, False, True):
        head, changed = _differences(top, blobs)
        try:
            if changed:
                _advance(top, head, changed, message, people)
            break
        except _Refused:
            if last:
                raise
    return head


def _differences(top: Path, blobs: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The commit that HEAD names, empty on a branch not yet born, and those of the files that differ from it."""
    questions = "".join(f"{question}\n" for question in ("HEAD^{commit}", *(f"HEAD:{name}" for name in blobs)))
    answers = _git(top, "cat-file", "--batch-check=%(objectname) is", data=questions).splitlines()
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
    _git(top, "fast-import", "--quiet", "--done", "--date-format=now", data=stream)


def _refresh_index(top: Path, blobs: Mapping[str, str], nothing: str) -> None:
    """The user's own index learns of these files; what else is staged in it stays."""
    lock = _git_directory(top) / "index.lock"
    until = time.monotonic() + _LOCKED_INDEX_SECONDS
    while lock.exists():
        if time.monotonic() >= until:
            raise _Refused(f'"{lock}" is there; if no git is running, remove it')
        time.sleep(0.02)
    entries = "".join(f"{'100644' if blob else '0'} {blob or nothing}\t{name}\0" for name, blob in blobs.items())
    _git(top, "update-index", "-z", "--index-info", data=entries)


def _committer(top: Path) -> str:
    """The committer whom the user's git is told of; never one that git would guess from the machine."""
    try:
        return _git(top, "-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT").rsplit(" ", 2)[0]
    except _Refused:
        return ""


def _ident(author: str) -> str:
    name, _, address = author.partition("<")
    return f"{_plain(name) or _plain(address) or 'ticketcli'} <{_plain(address)}>"


def _plain(text: str) -> str:
    return re.sub(r"[<>\x00-\x1f]+", "", text).strip()


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _setting(root: Path | None, key: str) -> str:
    try:
        return _git(root or Path("/"), "config", "--get", key).strip()
    except (_Refused, OSError):
        return ""


def _git_directory(top: Path) -> Path:
    """The directory that git keeps its own files of this work tree in."""
    place = top / ".git"
    return place if place.is_dir() else top / place.read_text().removeprefix("gitdir:").strip()


def _common_directory(own: Path) -> Path:
    """The directory that linked work trees share."""
    pointer = own / "commondir"
    return own / pointer.read_text().strip() if pointer.exists() else own


def _git(folder: Path, *words: str, data: str | bytes = b"") -> str:
    import subprocess

    environment = {key: value for key, value in os.environ.items() if key not in _PLACES} | _ENVIRONMENT
    stdin = os.fsencode(data)
    try:
        done = subprocess.run(
            ["git", *_SAFE, *words], cwd=folder, env=environment, input=stdin, capture_output=True, timeout=_SECONDS
        )
    except FileNotFoundError as error:
        raise _Refused("git is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise _Refused(f"git took more than {_SECONDS} seconds") from error
    if done.returncode:
        raise _Refused(_first_line(done.stderr) or f"git {words[0]} ended with exit status {done.returncode}")
    return os.fsdecode(done.stdout)


def _first_line(output: bytes) -> str:
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else ""
