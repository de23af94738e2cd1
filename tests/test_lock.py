"""One writer at a time in a desk, whatever becomes of the others or of the lock file."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ticketcli.core.errors import NotSaved
from ticketcli.edges import lock

PACKAGE = Path(__file__).resolve().parents[1]
HEAD = f"""
import sys, time
from pathlib import Path
sys.path.insert(0, {str(PACKAGE)!r})
from ticketcli.edges import lock, store
root = Path(sys.argv[1])
"""
HOLDER = HEAD + "with lock.hold(root, 'ticket import, ann'):\n    print('held', flush=True)\n    sys.stdin.read()\n"
WAITER = HEAD + "with lock.hold(root, 'ticket reply, bob'):\n    print('held', flush=True)\n    sys.stdin.read()\n"
COUNTER = """
path = root / "count.txt"
for _ in range(25):
    with lock.hold(root, "ticket count", wait=60):
        now = path.read_bytes()
        store.write(path, str(int(now) + 1).encode(), old=now)
"""


def child(program: str, root: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-I", "-c", program, str(root)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def started(program: str, root: Path) -> subprocess.Popen[str]:
    process = child(program, root)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def ended(process: subprocess.Popen[str]) -> int:
    process.communicate()
    return process.returncode


def is_free(root: Path) -> bool:
    try:
        with lock.hold(root, "ticket test", wait=0):
            return True
    except lock.Held:
        return False


def test_it_makes_the_clones_own_directory(tmp_path: Path) -> None:
    with lock.hold(tmp_path, "ticket reply, ana"):
        assert (tmp_path / ".ticketcli" / ".gitignore").read_text() == "*\n"
        said = (tmp_path / ".ticketcli" / "lock").read_text()
        assert re.fullmatch(rf"pid {os.getpid()} \(ticket reply, ana, since \d\d:\d\d:\d\d\)\n", said)
        assert not is_free(tmp_path)
    assert is_free(tmp_path)
    assert lock.own_directory(tmp_path) == tmp_path / ".ticketcli"


def test_it_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), lock.hold(tmp_path, "ticket reply, ana"):
        _ = 1 / 0
    assert is_free(tmp_path)


def test_the_holder_is_named(tmp_path: Path) -> None:
    holder = started(HOLDER, tmp_path)
    began = time.monotonic()
    with pytest.raises(lock.Held) as caught, lock.hold(tmp_path, "ticket reply, bob", wait=0.1):
        pytest.fail("two hold one lock")
    assert 0.1 <= time.monotonic() - began < 5
    assert re.fullmatch(
        rf"the desk is held by pid {holder.pid} \(ticket import, ann, since [\d:]{{8}}\); try again", str(caught.value)
    )
    assert caught.value.exit_code == 75
    ended(holder)


def test_a_holder_without_a_name_is_one_line_too(tmp_path: Path) -> None:
    with lock.hold(tmp_path, "x"):
        (tmp_path / ".ticketcli" / "lock").write_bytes(b"")
        with pytest.raises(lock.Held, match="held by another process; try again"), lock.hold(tmp_path, "y", wait=0):
            pass
        (tmp_path / ".ticketcli" / "lock").write_bytes(b"\x1b[2Jevil\nline \xff" + b"x" * 5000)
        with pytest.raises(lock.Held) as caught, lock.hold(tmp_path, "y", wait=0):
            pass
    assert str(caught.value).replace("\N{REPLACEMENT CHARACTER}", "").isprintable()
    assert len(str(caught.value)) < 300


def test_a_killed_holder_frees_it_at_once(tmp_path: Path) -> None:
    for _ in range(3):
        holder = started(HOLDER, tmp_path)
        assert not is_free(tmp_path)
        os.kill(holder.pid, signal.SIGKILL)
        assert ended(holder) == -signal.SIGKILL
        with lock.hold(tmp_path, "ticket reply, bob", wait=0):  # nothing is left to wait for
            assert "bob" in (tmp_path / ".ticketcli" / "lock").read_text()


def test_a_child_does_not_inherit_it(tmp_path: Path) -> None:
    with lock.hold(tmp_path, "ticket edit, ana"):
        editor = subprocess.Popen(["sleep", "30"], close_fds=False)
    try:
        assert is_free(tmp_path)
    finally:
        editor.kill()
        editor.wait()


def test_nobodys_change_is_lost(tmp_path: Path) -> None:
    (tmp_path / "count.txt").write_text("0")
    processes = [child(HEAD + COUNTER, tmp_path) for _ in range(8)]
    assert [ended(process) for process in processes] == [0] * 8
    assert (tmp_path / "count.txt").read_text() == "200"


def test_without_the_lock_changes_are_lost(tmp_path: Path) -> None:
    """The control: the counters of the test above really do get into each other's way."""
    (tmp_path / "count.txt").write_text("0")
    racing = COUNTER.replace('lock.hold(root, "ticket count", wait=60)', "open('/dev/null')")
    racing = racing.replace("store.write(path", "time.sleep(0.001); store.write(path").replace(
        "old=now", "old=path.read_bytes()"
    )
    processes = [child(HEAD + racing, tmp_path) for _ in range(4)]
    for process in processes:
        ended(process)
    assert int((tmp_path / "count.txt").read_text()) < 100


def test_a_directory_deleted_while_somebody_waits(tmp_path: Path) -> None:
    """Who waited for the old file must not go on with it while others lock the new one."""
    holder = started(HOLDER, tmp_path)
    waiter = child(WAITER, tmp_path)
    wait_until_opened(waiter.pid, tmp_path / ".ticketcli" / "lock")
    for path in (tmp_path / ".ticketcli").iterdir():
        path.unlink()
    (tmp_path / ".ticketcli").rmdir()
    ended(holder)
    assert waiter.stdout is not None
    assert waiter.stdout.readline() == "held\n"
    assert "ticket reply, bob" in (tmp_path / ".ticketcli" / "lock").read_text()
    assert not is_free(tmp_path)
    assert ended(waiter) == 0
    assert is_free(tmp_path)


def wait_until_opened(process: int, path: Path) -> None:
    descriptors = Path(f"/proc/{process}/fd")
    if not descriptors.exists():
        pytest.skip("no /proc here")
    until = time.monotonic() + 10
    while time.monotonic() < until:
        for each in descriptors.iterdir():
            try:
                if each.readlink() == path:
                    return
            except OSError:
                continue
    pytest.fail("the waiter never opened the lock")


def test_threads_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    seen: list[bool] = []
    with lock.hold(tmp_path, "ticket reply, ana"):
        thread = threading.Thread(target=lambda: seen.append(is_free(tmp_path)))
        thread.start()
        thread.join()
    assert seen == [False]


@pytest.mark.parametrize("name", ["lock", ".ticketcli"])
def test_a_link_in_its_place_is_refused(tmp_path: Path, name: str) -> None:
    desk, victim = tmp_path / "desk", tmp_path / "victim"
    desk.mkdir()
    victim.mkdir()
    if name == ".ticketcli":
        (desk / ".ticketcli").symlink_to(victim)
    else:
        (desk / ".ticketcli").mkdir()
        (desk / ".ticketcli" / "lock").symlink_to(victim / "new")
    with pytest.raises(lock.NotLocked), lock.hold(desk, "ticket reply, ana"):
        pass
    assert list(victim.iterdir()) == []


def test_a_desk_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / ".ticketcli").mkdir()
    os.mkfifo(tmp_path / ".ticketcli" / "lock")
    with pytest.raises(lock.NotLocked, match="it is not a regular file; nothing was changed"), lock.hold(tmp_path, "x"):
        pass
    with pytest.raises(NotSaved, match="cannot write in this desk") as caught, lock.hold(tmp_path / "none", "x"):
        pass
    assert caught.value.exit_code == 74


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no read-only file system at hand")
def test_a_read_only_desk_is_not_locked() -> None:
    with (
        pytest.raises(lock.NotLocked, match=r'cannot write in this desk: "/proc/\.ticketcli"'),
        lock.hold(Path("/proc"), "x"),
    ):
        pass
