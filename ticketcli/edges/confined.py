"""A pure function on hostile data, item by item, in a child process with little time and memory. It judges no result.

What the child dies of costs only the item that it was at; the next one gets a new child. The child ends by itself
when its parent is gone: the pipe closes, and a clock of the kernel runs out while it works. Where there is no
fork (Windows) the function runs in this process, without limits.
"""

from __future__ import annotations

import os
import pickle
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any, TypeVar

from ticketcli.core.errors import TicketError

CPU_SECONDS = 5
WALL_SECONDS = 20
MEMORY = 512 << 20
"""Bytes that the child may take beyond what it has."""

Result = TypeVar("Result")
_LENGTH = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Failed:
    """An item that has no result, and why."""

    reason: str


def each(function: Callable[[bytes], Result], items: Iterable[bytes]) -> Iterator[Result | Failed]:
    """The results of the function for the items, in their order; Failed where it raised, or its child died."""
    if not hasattr(os, "fork"):
        yield from (_tried(function, item) for item in items)
        return
    child: _Child | None = None
    try:
        for number, item in enumerate(items):
            found, child = _taken(child) if child else (Failed(""), None)
            child = child or _Child(function)
            child.ask(item)  # which it works at while the caller has the result before
            if number:
                yield found
        if child:
            found, child = _taken(child)
            yield found
    finally:
        if child:
            child.end()


def _taken(child: _Child) -> tuple[Any, _Child | None]:
    """What came of the item that a child was at, and the child if it still lives."""
    answer = child.answer()
    return (Failed(_cause(child.end())), None) if answer is None else (pickle.loads(answer), child)


class _Child:
    """A process that answers one item after the other."""

    def __init__(self, function: Callable[[bytes], object]) -> None:
        items, self._items = os.pipe()
        self._answers, answers = os.pipe()
        self._pid = os.fork()
        if not self._pid:
            try:
                _serve(function, items, answers)
            finally:
                os._exit(1)  # nothing of the parent is ever flushed or finished here
        os.close(items)
        os.close(answers)

    def ask(self, item: bytes) -> None:
        """Hands it an item, when the answer to the one before is taken."""
        with suppress(BrokenPipeError):  # it died: there will be no answer
            _send(self._items, item)

    def answer(self) -> bytes | None:
        """The pickled answer; None where the child died of the item."""
        return _receive(self._answers)

    def end(self) -> int:
        """How the child ended, as `waitpid` says it; one that still lives is ended."""
        import signal

        os.close(self._items)
        os.close(self._answers)
        os.kill(self._pid, signal.SIGKILL)
        return os.waitpid(self._pid, 0)[1]


def _serve(function: Callable[[bytes], object], items: int, answers: int) -> None:
    import signal

    _close_others(items, answers)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its child
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    _limit_memory()
    while (item := _receive(items)) is not None:
        _limit_time()
        answer = _pickled(_tried(function, item))
        signal.alarm(0)
        _send(answers, answer)


def _tried(function: Callable[[bytes], Result], item: bytes) -> Result | Failed:
    try:
        return function(item)
    except TicketError as error:
        return Failed(str(error))
    except Exception as error:  # whatever it is, it is about this item alone
        return Failed(f"{type(error).__name__}, {error}")


def _pickled(result: object) -> bytes:
    try:
        return pickle.dumps(result)
    except Exception as error:
        return pickle.dumps(Failed(f"{type(error).__name__}, {error}"))


def _close_others(*kept: int) -> None:
    """Closes what the parent has open: a lock lives as long as anybody has its file open."""
    low, high = sorted(kept)
    os.closerange(3, low)
    os.closerange(low + 1, high)
    os.closerange(high + 1, os.sysconf("SC_OPEN_MAX"))


def _limit_memory() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError, ValueError):  # no /proc, or less is allowed already
        has = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (has + MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _limit_time() -> None:
    """Gives this item its time; the kernel ends the process after it, whatever the process does."""
    import resource
    import signal

    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = ceil(usage.ru_utime + usage.ru_stime)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (used + CPU_SECONDS, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    signal.alarm(WALL_SECONDS)


def _cause(status: int) -> str:
    import signal

    code = os.waitstatus_to_exitcode(status)
    if code == -signal.SIGXCPU:
        return f"it takes more than {CPU_SECONDS} s of computing"
    if code == -signal.SIGALRM:
        return f"it takes more than {WALL_SECONDS} s"
    return f"its reader was ended by {signal.Signals(-code).name}" if code < 0 else f"its reader ended with {code}"


def _send(pipe: int, data: bytes) -> None:
    view = memoryview(_LENGTH.pack(len(data)) + data)
    while view:
        view = view[os.write(pipe, view) :]


def _receive(pipe: int) -> bytes | None:
    """What came through the pipe; None where the other side is gone."""
    length = _read(pipe, _LENGTH.size)
    return None if length is None else _read(pipe, _LENGTH.unpack(length)[0])


def _read(pipe: int, size: int) -> bytes | None:
    pieces = bytearray()
    while len(pieces) < size:
        piece = os.read(pipe, min(1 << 20, size - len(pieces)))
        if not piece:
            return None
        pieces += piece
    return bytes(pieces)
