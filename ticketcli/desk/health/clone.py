"""Faults of this clone's git, which other clones do not have. It reads no ticket."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ticketcli.desk.desk import SETTINGS
from ticketcli.desk.health.finding import Finding
from ticketcli.edges import git, store
from ticketcli.edges.git import committed

if TYPE_CHECKING:
    from ticketcli.desk.health.checkup import Checkup
    from ticketcli.desk.health.mending import Mending


def locks(checkup: Checkup) -> Iterator[Finding]:
    """Lock files that git left."""
    for path in git.stale_locks(checkup.root):
        yield Finding(checkup.name(path), "a lock that git left", "remove it when no git command runs")


def repository(checkup: Checkup) -> Iterator[Finding]:
    """A desk that is to commit what it writes, and is in no repository."""
    if checkup.settings.commit and git.work_tree(checkup.root) is None:
        what = "nothing is committed, there is no git repository here"
        yield Finding(SETTINGS, what, "run git init, or write commit = false below [git]")


def driver(checkup: Checkup) -> Iterator[Finding]:
    """A desk that asks for the merge driver, in a clone that does not have it."""
    if git.driver_missing(checkup.root):
        what = "git here does not know how to join two versions of a ticket"
        yield Finding(".gitattributes", what, "the next writing command tells it", _configure)


def _configure(mending: Mending) -> str:
    problem = git.configure_driver(mending.work.desk.root)
    if problem:
        raise git.GitFailed("config", problem)
    return "merge.ticketcli.driver is set"


def uncommitted(checkup: Checkup) -> Iterator[Finding]:
    """Files of the desk that are in no commit, or not as they were saved, where commands commit what they write."""
    if checkup.settings.commit and not git.under_way(checkup.root):
        for path in _asked(git.uncommitted, checkup, _files(checkup) - checkup.head.keys()):
            name = checkup.name(path)
            yield Finding(name, "in no commit", f"git add {name} && git commit", partial(_commit, path=path))
        for path in filter(partial(_differs, checkup), git.owed(checkup.root)):
            remedy = "the next writing command commits it"
            yield Finding(checkup.name(path), "saved, and not committed yet", remedy, partial(_commit, path=path))


def _differs(checkup: Checkup, path: Path) -> bool:
    """Whether the last commit has a file otherwise than it lies there."""
    blob = checkup.head.get(path)
    return blob is not None and not (path.is_file() and committed.holds(blob, path.read_bytes()))


def _commit(mending: Mending, path: Path) -> str:
    mending.work.paths.append(path)
    mending.work.codes += [path.stem] if path.parts[-3:-2] == ("tickets",) else []
    return "it is committed"


def unindexed(checkup: Checkup) -> Iterator[Finding]:
    """Files that the user's next plain commit would take out of the last one, or set back."""
    for path in _asked(git.unindexed, checkup, _files(checkup) & committed.staged_otherwise(checkup.root)):
        name, what = checkup.name(path), "git's index is behind the last commit: the next git commit would take it back"
        yield Finding(name, what, f"git reset -q -- {name}", partial(_refresh, path=path))


def _refresh(mending: Mending, path: Path) -> str:
    problem = git.refresh(mending.work.desk.root, [path])
    if problem:
        raise git.GitFailed("update-index", problem)
    return "the index has it"


def _files(checkup: Checkup) -> set[Path]:
    """The files of the desk that can be used."""
    tickets = {checkup.catalog.paths[code] for code in checkup.documents}
    others = {checkup.root / SETTINGS, checkup.root / ".gitattributes", *(checkup.root / "attachments").glob("*/*")}
    return tickets | {path for path in others if path.is_file() and not store.TEMPORARY.fullmatch(path.name)}


def _asked(question: Callable[[Path, Iterable[Path]], list[Path]], checkup: Checkup, files: set[Path]) -> list[Path]:
    """The answer of git about some files; none where it does not answer."""
    try:
        return question(checkup.root, sorted(files)) if files else []
    except git.GitFailed:
        return []
