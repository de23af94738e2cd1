"""What comes in with a sync: the files of a desk taken from one commit to another, each whole and durable.

Tickets are written like any save of theirs, so that whoever reads meanwhile finds each one whole. Only files that are
not the desk's, or are of no kind that a desk has, are for git to check out; no filter runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from ticketcli.core.errors import TicketError
from ticketcli.core.words.loading import load
from ticketcli.desk.uniting import SETTINGS, Place
from ticketcli.edges import git, store
from ticketcli.edges.git import histories, worktree
from ticketcli.edges.git.histories import Difference, Entry
from ticketcli.edges.store.attachments import ATTACHMENT_LIMIT

MOST_BYTES, MOST_FILES = 64 << 20, 2_000
"""How much is read and written at once."""

Differences = Mapping[str, Difference]


class InTheWay(TicketError):
    """What was changed here and not committed would be lost."""

    def __init__(self, what: str) -> None:
        super().__init__(f"nothing was taken over: {what}; settle that first, or put it away: git stash")


class BadNews(TicketError):
    """Settings that would leave the desk unusable."""

    def __init__(self, why: object) -> None:
        super().__init__(
            f"nothing was taken over: the settings that come in cannot be used: {why}; ask who changed them"
        )


class Filtered(TicketError):
    """Other files that only git with its filters can check out."""

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(
            f'nothing was taken over: "{name}" passes through the filter "{kind}", which sync does not run; '
            "take it over with: git pull"
        )


def lying_otherwise(place: Place, names: Iterable[str]) -> list[str]:
    """Those of the desk's files among these names that lie there with other bytes than HEAD has."""
    known = [name for name in names if place.inner(name) and _is_file(place.root / place.inner(name))]
    return worktree.not_as_in_head(place.top, known)


def take(place: Place, old: str, new: str, changes: Differences, staying: Mapping[str, str]) -> None:
    """Afterwards the files lie there, and are staged, as the new commit has them. HEAD is for the caller to move.

    `staying` is what differs from the old one here and is not to be touched. Raises InTheWay, BadNews and Filtered
    before anything is changed.
    """
    sizes = _sizes(place, changes)
    desk = {name: changes[name] for name in sizes}
    others = [name for name in changes if name not in desk]
    _check_settings(place, changes)
    _check_folders(place, desk)
    if blocked := sorted(desk.keys() & staying.keys()):
        raise InTheWay(f"{blocked[0]} was changed there, and here it is not committed ({staying[blocked[0]]})")
    if others:
        _look_at(place, old, new, others)
    worktree.await_index(place.top)
    for some in _batches(desk, sizes):
        _write(place, some)
    worktree.put_in_index(
        place.top, {name: now.blob if now.there else "" for name, (_, now) in desk.items()}, "0" * len(old)
    )
    if others:
        worktree.check_out(place.top, old, new)


def _sizes(place: Place, changes: Differences) -> dict[str, int]:
    """The files of the desk that are written here, with their new size: no link, and no larger than a desk takes."""
    known = [name for name in sorted(changes) if place.inner(name) and all(map(_plain, changes[name]))]
    there = [name for name in known if changes[name][1].there]
    sizes = dict.fromkeys(known, 0)
    sizes |= zip(there, histories.sizes(place.top, [changes[name][1].blob for name in there]), strict=True)
    return {name: size for name, size in sizes.items() if size <= _limit(place, name)}


def _plain(entry: Entry) -> bool:
    return entry.plain or not entry.there


def _limit(place: Place, name: str) -> int:
    return store.LIMIT if place.ticket(name) or place.text(name) else ATTACHMENT_LIMIT


def _check_settings(place: Place, changes: Differences) -> None:
    import tomli

    news = changes.get(place.below + SETTINGS)
    if news is None:
        return
    try:
        (data,) = histories.contents(place.top, [news[1].blob] if news[1].there else [])
        load(tomli.loads(data.decode("utf-8-sig")))
    except (TicketError, ValueError, RecursionError) as error:
        raise BadNews(error) from error


def _check_folders(place: Place, desk: Iterable[str]) -> None:
    """A stranger's commit may have made a folder a link that leads out of the desk."""
    folders = {folder for name in desk for folder in Path(place.inner(name)).parents}
    for folder in sorted(folders):
        if (place.root / folder).is_symlink() and folder != Path():
            raise InTheWay(f'"{folder}" is a symbolic link')


def _look_at(place: Place, old: str, new: str, others: list[str]) -> None:
    for name, kind in git.filtered(place.top, others).items():
        raise Filtered(name, kind)
    try:
        worktree.check_out(place.top, old, new, only_look=True)
    except git.GitFailed as error:
        raise InTheWay(str(error)) from error


def _batches(desk: Differences, sizes: Mapping[str, int]) -> Iterator[dict[str, Difference]]:
    """The files in their order, attachments before the tickets that name them, as many as are held at once."""
    some: dict[str, Difference] = {}
    whole = 0
    for name, difference in desk.items():
        if some and (whole + sizes[name] > MOST_BYTES or len(some) == MOST_FILES):
            yield some
            some, whole = {}, 0
        some[name] = difference
        whole += sizes[name]
    yield some


def _write(place: Place, some: Differences) -> None:
    read = histories.contents(place.top, [now.blob for _, now in some.values() if now.there])
    fresh: dict[Path, bytes] = {}
    for name, (was, now) in some.items():
        path = place.root / place.inner(name)
        data = next(read) if now.there else None
        here = _lying(path, was)
        if data is None:
            _take_away(path)
        elif here is None:
            fresh[path] = data
        elif here != data:
            store.write(path, data, old=here, limit=_limit(place, name))
    for _ in store.write_new(fresh):
        pass


def _lying(path: Path, was: Entry) -> bytes | None:
    """What lies there, None where nothing does. Raises Changed where that is not what is to be replaced."""
    try:
        here = store.read(path, limit=ATTACHMENT_LIMIT).data
    except store.Missing:
        return None
    if not git.holds(was.blob, here):
        raise store.Changed(path)
    return here


def _take_away(path: Path) -> None:
    path.unlink(missing_ok=True)
    with suppress(OSError):  # something else lies in it
        path.parent.rmdir()


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
