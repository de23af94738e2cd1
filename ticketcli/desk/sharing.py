"""Sync: what clones of a desk have written is exchanged by commit, fetch, merge and push.

Every step stands by itself, so that a sync that is cut off anywhere is completed by the next one: what is saved is
committed first, tickets are joined whatever came twice, and HEAD moves last. The network is never used under the lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from ticketcli.core.errors import Busy, TicketError
from ticketcli.desk import arriving, committing, leaving
from ticketcli.desk.record import How, Session, session
from ticketcli.desk.uniting import Place, unite
from ticketcli.edges import git
from ticketcli.edges.git import histories, remotes

if TYPE_CHECKING:
    from ticketcli.desk.desk import Desk
    from ticketcli.edges.git.remotes import Upstream

TRIES = 5
"""How often a push is tried when somebody else was first."""


class NoRepository(TicketError):
    """A desk without git."""

    def __init__(self) -> None:
        super().__init__("this desk is no git repository; make it one with: git init")


class UnderWay(TicketError):
    """The user's git is in the middle of something."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}; finish that first, then: ticket sync")


class NotCommitted(TicketError):
    """What is saved did not become a commit."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"{problem}; nothing was exchanged")


class Apart(TicketError):
    """Two histories that never were one."""

    def __init__(self, shared: Upstream) -> None:
        super().__init__(
            f"{shared} holds another desk, begun separately; to make them one all the same: "
            f"git merge --allow-unrelated-histories {shared}"
        )


class Conflict(TicketError):
    """Files that only a person can unite."""

    def __init__(self, conflicts: Mapping[str, str], shared: Upstream) -> None:
        named = ", ".join(f"{name} ({why})" for name, why in sorted(conflicts.items())[:5])
        more = f" and {len(conflicts) - 5} more" if len(conflicts) > 5 else ""
        super().__init__(
            f"nothing was taken over: {named}{more}; settle it with git merge {shared}, an editor and "
            "git commit, then: ticket sync"
        )


class OtherCommits(TicketError):
    """Commits that hold more than tickets."""

    def __init__(self, files: list[str]) -> None:
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        super().__init__(
            f"not pushed: your commits touch files that are not the desk's ({files[0]}{more}); "
            "to push them too: ticket sync --push-all"
        )


class Overtaken(Busy):
    """Others pushed first, again and again."""

    def __init__(self, shared: Upstream) -> None:
        super().__init__(
            f"others pushed to {shared} at the same moment, {TRIES} times; all is saved and committed here, try again"
        )


class Declined(TicketError):
    """The other side does not take what was pushed."""

    def __init__(self, shared: Upstream, why: str) -> None:
        super().__init__(f"{shared} does not take it: {why}; all is saved and committed here")


@dataclass
class Synced:
    """What a sync has done."""

    shared: str = ""
    """The branch that is shared, as `origin/main`."""
    tickets: set[str] = field(default_factory=set)
    """The codes of those that others have changed."""
    files: set[str] = field(default_factory=set)
    """What else they have changed, by name."""
    commits: int = 0
    """How many went out."""
    problems: dict[str, str] = field(default_factory=dict)
    """What could not be committed, by name, and why."""


Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Sync:
    """One sync, and what it has done so far."""

    desk: Desk
    now: datetime
    tell: Tell
    warn: Tell
    place: Place
    done: Synced

    @contextmanager
    def locked(self) -> Iterator[Session]:
        """The desk is ours, and git in the middle of nothing."""
        with session(self.desk, How(self.now), "sync", self.warn) as work:
            if what := git.under_way(self.desk.root):
                raise UnderWay(what)
            if unmerged := git.unmerged(self.desk.root):
                raise UnderWay(f"{unmerged[0].name} is in conflict (ticket check --fix settles tickets)")
            yield work


def is_shared(desk: Desk) -> bool:
    """Whether any other clone of the desk is known."""
    top = git.work_tree(desk.root)
    return top is not None and remotes.has_remote(top)


def sync(desk: Desk, now: datetime, *, tell: Tell, warn: Tell, push_all: bool = False) -> Synced:
    """What came in and went out; both sides have the same afterwards. `tell` is told of each step.

    Raises Unreached, Conflict and others: what is saved is committed then, what came in is here whole or not at all.
    """
    one = _Sync(desk, now, tell, warn, _place(desk), Synced())
    tell("committing what is saved here")
    with one.locked() as work:
        _commit(one, work)
        if git.driver_missing(desk.root):  # sync does without; git itself may be asked the next time
            warn(git.configure_driver(desk.root) or committing.CONFIGURED)
    shared = remotes.upstream(one.place.top)
    one.done.shared = str(shared)
    why = ""
    for attempt in range(TRIES):
        if attempt:
            tell(f"not taken: {why}")
            remotes.pause(attempt)
        tell(f"fetching from {shared.remote}")
        remotes.fetch(one.place.top, shared)
        _take_in(one, shared)
        if not (why := _push(one, shared, push_all=push_all)):
            histories.tidy(one.place.top)
            return one.done
    raise Declined(shared, why) if why.startswith("[remote rejected]") else Overtaken(shared)


def _place(desk: Desk) -> Place:
    top = git.work_tree(desk.root)
    if top is None:
        raise NoRepository
    below = desk.root.resolve().relative_to(top).as_posix()
    return Place(desk.root, top, "" if below == "." else f"{below}/")


def _commit(one: _Sync, work: Session, also: Iterable[str] = ()) -> Mapping[str, str]:
    """Commits what is saved in files of the desk and not committed yet, what hands did too; the files that stay."""
    found = leaving.leaving(one.place, work, also)
    one.done.problems.update(found.problems)
    text = leaving.message(one.place, work, found.ready)
    if problem := git.commit(one.desk.root, found.ready, text, committing.author(work.actor)):
        raise NotCommitted(problem)
    return found.staying


def _take_in(one: _Sync, shared: Upstream) -> None:
    """What others have pushed is here afterwards: all of it, or, where that is refused, nothing."""
    top = one.place.top
    with one.locked() as work:
        theirs = histories.tip(top, shared.tracked)
        bases = histories.bases(top, histories.tip(top), theirs) if theirs else []
        if not theirs or theirs in bases:
            return
        if not bases:
            raise Apart(shared)
        one.tell(f"taking over what is new in {shared}")
        news = histories.differences(top, bases[0], theirs)
        staying = _commit(one, work, arriving.lying_otherwise(one.place, news))
        ours = histories.tip(top)
        new = theirs
        if ours not in bases:
            united = unite(one.place, ours, bases, news, one.now)
            if united.conflicts:
                raise Conflict(united.conflicts, shared)
            new = histories.union(
                top, (ours, theirs), united.files, f"sync: merge {shared}", committing.author(work.actor)
            )
        changes = histories.differences(top, ours, new)
        arriving.take(one.place, ours, new, changes, staying)
        histories.advance(top, ours, new)
    _count(one, changes)


def _count(one: _Sync, changes: Iterable[str]) -> None:
    for name in changes:
        one.done.problems.pop(name, None)  # what was gone here has come back
        code = one.place.ticket(name)
        (one.done.tickets if code else one.done.files).add(code or name)


def _push(one: _Sync, shared: Upstream, *, push_all: bool) -> str:
    """Why the others' side does not take what is new here, empty where it has it now."""
    top = one.place.top
    new = histories.tip(top)
    if new == histories.tip(top, shared.tracked) and not shared.local:
        return ""
    commits, touched = histories.unpushed(top, new, shared.tracked)
    others = sorted(name for name in touched if not one.place.holds(name))
    if others and not push_all:
        raise OtherCommits(others)
    one.tell(f"pushing to {shared}")
    one.done.commits = commits
    return remotes.push(top, shared, new)
