"""What a disk may hold after a power cut, rebuilt from the calls of one run. It writes nothing to any disk itself.

Pessimistic, after ALICE (OSDI 2014). The cut falls behind any call. The content of a file is certain up to its last
fsync; else it is all there, or the synced part, half, zeros, nothing. The names in a directory are certain up to the
directory's last fsync; else any of the changes since then have happened, and the others not. Not modelled: mmap,
sync_file_range, rename of directories.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.calls import CALLS, Call, calls_of
from tests.faults.running import Program, run

Image = Mapping[str, bytes]
"""What files there are, by path."""
_MOST = 512
"""Sets of changes tried for one cut where there are more."""


@dataclass(frozen=True)
class Cut:
    """One image that a cut may leave."""

    after: Call | None
    """The last call before it."""
    said: bool
    """Whether the program had told anybody anything."""
    ended: bool
    """Whether it was through."""
    image: Image


@dataclass
class _Disk:
    """What the program sees, and what of it is certain to be on the disk."""

    content: dict[int, bytes] = field(default_factory=dict)
    synced: dict[int, bytes] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    changes: list[tuple[str, dict[str, int | None]]] = field(default_factory=list)
    """Changes of names, each in a directory: a file for each name, or None where the name is gone."""
    sure: set[int] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    """Those that were made; without its own name none of the names in it is there."""

    def add(self, data: bytes) -> int:
        number = len(self.content)
        self.content[number] = self.synced[number] = data
        return number

    def change(self, folder: str, names: dict[str, int | None]) -> None:
        self.changes.append((folder, names))
        self.names = _with(self.names, names)


def cuts(program: Program, store: Path) -> Iterator[Cut]:
    """Every image that a cut may leave during a run of the program or right behind it; the run is made first."""
    disk, seen = _as_it_lies(store), set[object]()
    ended = run(program, *CALLS)
    if ended.code:
        raise AssertionError(f"the traced run failed: {ended.err}")
    calls = calls_of(ended.trace, store)
    said = False
    for number, call in enumerate([None, *calls]):
        if call:
            said = said or call.kind == "say"
            _apply(disk, call)
        for image in _images(disk):
            key = (said, number == len(calls), frozenset(image.items()))
            if key not in seen:
                seen.add(key)
                yield Cut(call, said, number == len(calls), image)


def lay(image: Image, store: Path) -> None:
    """Afterwards the store has the files of the image."""
    for name, data in image.items():
        path = Path(name)
        assert path.is_relative_to(store)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _as_it_lies(store: Path) -> _Disk:
    disk = _Disk()
    files = [path for path in store.rglob("*") if path.is_file() and not path.is_symlink() and ".git" not in path.parts]
    disk.names = {str(path): disk.add(path.read_bytes()) for path in sorted(files)}
    disk.first = dict(disk.names)
    return disk


def _apply(disk: _Disk, call: Call) -> None:
    file = disk.names.get(call.path)
    if call.kind == "sync":
        disk.synced, disk.sure = dict(disk.content), set(range(len(disk.changes)))
    elif call.kind == "fsync" and (file is None or call.path in disk.folders):
        disk.sure |= {number for number, (where, _) in enumerate(disk.changes) if where == call.path}
    elif call.kind == "fsync" and file is not None:
        disk.synced[file] = disk.content[file]
    elif call.kind in ("write", "truncate") and file is not None:
        disk.content[file] = _written(disk.content[file], call)
    elif names := _renamed(disk, call, file):
        disk.change(str(Path(call.to or call.path).parent), names)


def _written(now: bytes, call: Call) -> bytes:
    at = len(now) if call.at < 0 else call.at
    if call.kind == "truncate":
        return now[:at].ljust(at, b"\0")
    return now[:at].ljust(at, b"\0") + call.data + now[at + len(call.data) :]


def _renamed(disk: _Disk, call: Call, file: int | None) -> dict[str, int | None]:
    """What the call does to names; where a name was there to be made, nothing."""
    if call.kind == "mkdir":
        disk.folders.add(call.path)
    if call.kind in ("create", "mkdir"):
        return {call.path: disk.add(b"")} if file is None else {}
    if file is None or call.kind not in ("rename", "link", "unlink"):
        return {}
    return {} | ({} if call.kind == "link" else {call.path: None}) | ({call.to: file} if call.to else {})


def _with(names: Mapping[str, int], change: Mapping[str, int | None]) -> dict[str, int]:
    return {name: file for name, file in {**names, **change}.items() if file is not None}


def _images(disk: _Disk) -> Iterator[Image]:
    open_changes = [number for number in range(len(disk.changes)) if number not in disk.sure]
    for happened in _sets(open_changes):
        names = disk.first
        for number, (_, change) in enumerate(disk.changes):
            if number in disk.sure or number in happened:
                names = _with(names, change)
        for contents in _contents(disk, sorted(set(names.values()))):
            yield {name: contents[file] for name, file in names.items() if _is_there(disk, name, names)}


def _is_there(disk: _Disk, name: str, names: Mapping[str, int]) -> bool:
    lost = disk.folders - names.keys()
    return name not in disk.folders and not any(str(folder) in lost for folder in Path(name).parents)


def _sets(numbers: Sequence[int]) -> Iterator[set[int]]:
    if 2 ** len(numbers) <= _MOST:
        for count in range(len(numbers) + 1):
            yield from map(set, itertools.combinations(numbers, count))
        return
    chance = random.Random(1)
    yield from ({*numbers}, set())
    for _ in range(_MOST):
        yield {number for number in numbers if chance.random() < 0.5}


def _contents(disk: _Disk, files: Sequence[int]) -> Iterator[dict[int, bytes]]:
    """All files whole, and each that is not synced in each of its other forms."""
    yield dict(disk.content)
    for file in files:
        whole, synced = disk.content[file], disk.synced[file]
        if whole != synced:
            for form in (synced, whole[: len(whole) // 2], bytes(len(whole)), b""):
                yield {**disk.content, file: form}
