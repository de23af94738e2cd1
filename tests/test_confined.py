"""What a child process dies of costs one item, and nothing is left of it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ticketcli.core.errors import TicketError
from ticketcli.edges import confined
from ticketcli.edges.confined import Failed, each

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")


def act(item: bytes) -> object:
    """Does what the item says."""
    return ACTS[item]() if item in ACTS else item.decode()


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def compute() -> None:
    while True:
        pass


def refuse() -> None:
    raise TicketError("no such thing")


def fill_memory() -> int:
    return len(b"x" * (2 << 30))


def say_who() -> int:
    return os.getpid()


def open_files() -> list[str]:
    return sorted(path.name for path in Path("/proc/self/fd").iterdir())


ACTS: dict[bytes, Callable[[], object]] = {
    b"kill": kill,
    b"compute": compute,
    b"wait": signal.pause,
    b"refuse": refuse,
    b"divide": lambda: 1 // 0,
    b"memory": fill_memory,
    b"no value": lambda: compute,
    b"lambda": lambda: lambda: 0,
    b"who": say_who,
    b"files": open_files,
    b"exit": lambda: os._exit(7),
}


def test_results_come_in_order_and_from_one_child() -> None:
    assert list(each(act, [b"a", b"b", b"", b"x" * 3_000_000])) == ["a", "b", "", "x" * 3_000_000]
    first, second = each(act, [b"who", b"who"])
    assert first == second != os.getpid()


def test_an_item_of_any_size_comes_back_whole() -> None:
    item = bytes(range(256)) * 100_000
    assert list(each(bytes.upper, [item])) == [item.upper()]


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (b"refuse", "no such thing"),
        (b"divide", "ZeroDivisionError, integer division or modulo by zero"),
        (b"kill", "its reader was ended by SIGKILL"),
        (b"exit", "its reader ended with 7"),
        (b"memory", "MemoryError, "),
    ],
)
def test_what_an_item_does_costs_only_that_item(item: bytes, reason: str) -> None:
    assert list(each(act, [b"a", item, b"b", item, b"c"])) == ["a", Failed(reason), "b", Failed(reason), "c"]


def test_what_cannot_be_handed_over_is_a_failure() -> None:
    failed, after = each(act, [b"lambda", b"a"])
    assert isinstance(failed, Failed)
    assert after == "a"


def test_the_kernel_ends_what_computes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "CPU_SECONDS", 1)
    assert list(each(act, [b"compute", b"a"])) == [Failed("it takes more than 1 s of computing"), "a"]


def test_the_kernel_ends_what_waits_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "WALL_SECONDS", 1)
    assert list(each(act, [b"wait", b"a"])) == [Failed("it takes more than 1 s"), "a"]


def test_every_item_has_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "CPU_SECONDS", 1)

    def work(_: bytes) -> int:
        end = time.process_time() + 0.6
        while time.process_time() < end:
            pass
        return os.getpid()

    assert len(set(each(work, [b""] * 4))) == 1


def test_the_child_has_nothing_of_its_parent_open(tmp_path: Path) -> None:
    if not Path("/proc/self/fd").exists():
        pytest.skip("no /proc here")
    with (tmp_path / "lock").open("w"):
        (files,) = each(act, [b"files"])
    assert isinstance(files, list)
    assert len(files) == 3 + 2 + 1, "the standard three, two pipes and the directory itself"


def test_who_stops_asking_leaves_no_child_behind() -> None:
    results: Iterator[object] = each(act, [b"who", b"a"])
    child = next(results)
    assert isinstance(child, int)
    results.close()  # type: ignore[attr-defined]
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux tells when a process of somebody else ends")
def test_a_child_ends_when_its_parent_is_killed() -> None:
    code = (
        "import os, signal\n"
        "from ticketcli.edges.confined import each\n"
        "results = each(lambda _: os.getpid(), [b'', b''])\n"
        "print(next(results), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1], check=False
    )  # ends only when the child has closed the standard output that it shares
    assert done.returncode == -signal.SIGKILL
    assert has_ended(int(done.stdout))


def has_ended(pid: int) -> bool:
    """Whether the process is gone, or goes within 5 seconds."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 5)[0])
    finally:
        os.close(handle)


def test_without_fork_the_function_runs_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    assert list(each(act, [b"who", b"refuse", b"a"])) == [os.getpid(), Failed("no such thing"), "a"]
