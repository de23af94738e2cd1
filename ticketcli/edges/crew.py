"""Work that several processes share: the answers that one would give, in the same order. It knows nothing of the work.

A worker that dies loses nothing: what it owes is worked out here. Workers end by themselves when nobody reads them.
"""

from __future__ import annotations

import marshal
import os
import signal
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from io import BufferedReader
from typing import Any, NamedTuple, NoReturn, TypeVar

T = TypeVar("T")
MOST = 8
"""With more of them, who gathers the answers is the slowest."""


class _Worker(NamedTuple):
    pid: int
    answers: BufferedReader


def hands() -> int:
    """How many processes work at the same time on this machine."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MOST)


def shared(work: Callable[[T], Any], parts: Sequence[T], count: int) -> Generator[Any, None, None]:
    """What `work` makes of each part, in their order, by so many processes; with one of them it all happens here.

    The answers are plain values, such as `marshal` knows. Close the iterator that is not read to its end.
    """
    workers: list[_Worker] = []
    try:
        for number in range(count if count > 1 else 0):
            with suppress(OSError):  # no process or no pipe is left
                workers.append(_hired(work, parts[number::count]))
        for number, part in enumerate(parts):
            mine = number % count
            found = _answer(workers[mine]) if mine < len(workers) else None
            yield work(part) if found is None else found[0]
    finally:
        for worker in workers:
            _dismiss(worker)


def _hired(work: Callable[[T], Any], parts: Sequence[T]) -> _Worker:
    source, target = os.pipe()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))  # it must not run our handlers in the other one
    try:
        pid = os.fork()
        if pid == 0:
            _toil(work, parts, target)
    except OSError:
        os.close(source)
        raise
    finally:
        os.close(target)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return _Worker(pid, os.fdopen(source, "rb"))


def _toil(work: Callable[[T], Any], parts: Sequence[T], target: int) -> NoReturn:
    """The life of a worker: it holds nothing open that was its parent's, and nothing of its parent's is torn down."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT,))
        os.closerange(3, target)
        os.closerange(target + 1, os.sysconf("SC_OPEN_MAX"))
        with os.fdopen(target, "wb") as answers:
            for part in parts:
                data = marshal.dumps((work(part),))
                answers.write(len(data).to_bytes(8, "big") + data)
                answers.flush()
    finally:
        os._exit(0)


def _answer(worker: _Worker) -> tuple[Any] | None:
    """The next answer of a worker; None where it died before it was complete."""
    size = int.from_bytes(worker.answers.read(8), "big")
    data = worker.answers.read(size)
    return marshal.loads(data) if size and len(data) == size else None


def _dismiss(worker: _Worker) -> None:
    worker.answers.close()
    with suppress(ProcessLookupError, ChildProcessError):  # somebody has waited for it already
        os.kill(worker.pid, signal.SIGKILL)
        os.waitpid(worker.pid, 0)
