"""Work shared by processes gives what one gives; who dies, is interrupted or is killed loses nothing, leaves nobody."""

from __future__ import annotations

import marshal
import os
import signal
import subprocess
import sys
from io import BytesIO
from typing import Any

import pytest

from ticketcli.edges import crew

PARENT = "import os, signal\nfrom itertools import islice\nfrom ticketcli.edges import crew\nME = os.getpid()\n"
TWICE = "def work(part): return (part * 2, os.getpid() != ME)\n"
DEADLY = "def work(part):\n    if part == 3 and os.getpid() != ME: os.kill(os.getpid(), signal.SIGKILL)\n"
ENDLESS = "found = crew.shared(lambda part: os.getpid(), range(10**9), 2)\n"


def ran(code: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """What a program of its own said; whoever holds its streams has ended by then."""
    command = [sys.executable, "-c", PARENT + code]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **more)


@pytest.mark.parametrize("count", [1, 2, 3, 7])
@pytest.mark.parametrize("parts", [0, 1, 5, 40])
def test_several_give_what_one_gives(count: int, parts: int) -> None:
    done = ran(f"{TWICE}print(list(crew.shared(work, range({parts}), {count})))")
    assert done.stdout == f"{[(part * 2, count > 1) for part in range(parts)]}\n", done.stderr


@pytest.mark.parametrize("count", [2, 4])
def test_what_a_dead_worker_owes_is_worked_out_here(count: int) -> None:
    done = ran(f"{DEADLY}    return os.getpid() == ME\nprint(list(crew.shared(work, range(9), {count})))")
    assert done.stdout == f"{[part >= 3 and part % count == 3 % count for part in range(9)]}\n", done.stderr


def test_half_an_answer_is_none() -> None:
    data = marshal.dumps((7,))
    whole = len(data).to_bytes(8, "big") + data
    worker = crew._Worker(0, BytesIO(whole + whole[:-1]))  # type: ignore[arg-type]
    assert (crew._answer(worker), crew._answer(worker), crew._answer(worker)) == ((7,), None, None)


def test_what_goes_wrong_in_a_worker_goes_wrong_here() -> None:
    done = ran(
        "def work(part): return 1 // part\nfor one in crew.shared(work, [1, 1, 0, 1], 2): print(one, flush=True)"
    )
    assert done.stdout == "1\n1\n"
    assert done.stderr.count("ZeroDivisionError") == 1


def test_where_no_process_is_left_it_is_done_here() -> None:
    none = "def none(): raise BlockingIOError\nos.fork = none\n"
    done = ran(f"{none}{TWICE}print(list(crew.shared(work, range(3), 2)), len(os.listdir('/dev/fd')))")
    assert done.stdout.startswith("[(0, False), (2, False), (4, False)]"), done.stderr
    assert done.stdout == ran("print([(0, False), (2, False), (4, False)], len(os.listdir('/dev/fd')))").stdout


def test_who_stops_reading_leaves_no_worker() -> None:
    left = "for pid in some:\n    try: os.kill(pid, 0)\n    except ProcessLookupError: print('ended')\n"
    done = ran(f"{ENDLESS}some = list(islice(found, 2))\nfound.close()\n{left}")
    assert done.stdout == "ended\n" * 2, done.stderr
    assert ran(f"{ENDLESS}some = list(islice(found, 2))\n{left}").stdout == "", "they are at work until then"


def test_workers_end_when_their_parent_is_killed() -> None:
    done = ran(f"{ENDLESS}print(next(found) != ME, flush=True)\nos.kill(ME, signal.SIGKILL)")
    assert (done.stdout, done.stderr, done.returncode) == ("True\n", "", -signal.SIGKILL)


@pytest.mark.parametrize("whom", ["os.killpg(0, signal.SIGINT)", "os.kill(ME, signal.SIGINT)"])
def test_an_interrupt_ends_all_and_is_told_once(whom: str) -> None:
    stop = f"try:\n    next(found)\n    {whom}\n    list(found)\nexcept KeyboardInterrupt:\n    print('interrupted')"
    done = ran(f"{ENDLESS}{stop}", start_new_session=True)
    assert (done.stdout, done.stderr, done.returncode) == ("interrupted\n", "", 0)


def test_a_worker_holds_nothing_of_its_parent_open() -> None:
    count = "def work(part): return sum(os.path.exists(f'/dev/fd/{number}') for number in range(3, 200))\n"
    done = ran(f"{count}held = [open(os.devnull) for _ in range(9)]\nprint(work(0), *crew.shared(work, range(4), 2))")
    assert done.stdout == "9 1 1 1 1\n", done.stderr  # the pipe of its answers


def test_as_many_hands_as_processors() -> None:
    assert 1 <= crew.hands() <= min(os.cpu_count() or 1, crew.MOST)
