"""No ticket is handed out twice in a clone, whoever races, dies or leaves rubbish behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.faults import KILL, sweep, why_no_strace
from ticketcli.core.errors import NotSaved
from ticketcli.core.ticket.code import from_id
from ticketcli.edges import leases, lock

PACKAGE = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CODES = [from_id(f"{number:010}") for number in range(20)]
CODE = CODES[0]
CROWD = 20

HEAD = f"""
import os, sys
from datetime import datetime
from pathlib import Path
sys.path.insert(0, {str(PACKAGE)!r})
from ticketcli.edges import leases
NOW = datetime.fromisoformat({NOW.isoformat()!r})
root, who, *words = Path(sys.argv[1]), *sys.argv[2:]
"""
WALK = """
gates, codes = [int(word) for word in words if word.isdigit()], [word for word in words if not word.isdigit()]
def meet():
    print("here", flush=True)
    os.read(gates.pop(0), 1)
meet()
print(next((code for code in codes if claim(root, code, who, NOW)), "nothing"))
"""
REAL = HEAD + "claim = leases.claim" + WALK
NAIVE = HEAD + "def claim(root, code, who, now):\n    free = code not in leases.held(root, now)\n    meet()\n"
NAIVE += "    if free:\n        (root / '.ticketcli/leases' / code).write_text(who)\n    return free" + WALK
HOLDER = (
    HEAD
    + """
import fcntl
fcntl.flock(os.open(root / ".ticketcli/leases", os.O_RDONLY), fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""
)


def path_of(root: Path, code: str = CODE) -> Path:
    return root / ".ticketcli" / "leases" / code


def lay(root: Path, text: str | bytes, code: str = CODE) -> Path:
    """A lease file as somebody else has left it."""
    path = path_of(root, code)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def desk_with(root: Path, lease: str | None) -> Path:
    root.mkdir()
    if lease is not None:
        lay(root, lease)
    return root


def handed_out(program: str, root: Path, codes: Sequence[str], *, gates: int = 1) -> list[str]:
    """What each of a crowd has got; nobody passes a gate before everybody stands at it."""
    with ExitStack() as stack:
        pipes = [os.pipe() for _ in range(gates)]
        inner = [inside for inside, _ in pipes]
        crowd = [
            subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", program, str(root), f"agent-{number}", *map(str, inner), *codes],
                pass_fds=inner,
                stdout=subprocess.PIPE,
                text=True,
            )
            for number in range(CROWD)
        ]
        for each in crowd:
            stack.callback(each.kill)
        for inside, outside in pipes:
            assert [each.stdout and each.stdout.readline() for each in crowd] == ["here\n"] * CROWD
            os.close(outside)
            os.close(inside)
        return [each.communicate()[0].strip() for each in crowd]


@contextmanager
def locked_by_another(root: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-I", "-S", "-c", HOLDER, str(root), "other"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_lease_is_taken_seen_and_given_back(tmp_path: Path) -> None:
    lease = leases.claim(tmp_path, CODE, "ana", NOW)
    assert lease == leases.Lease(CODE, "ana", NOW + 15 * MINUTE)
    assert leases.held(tmp_path, NOW) == {CODE: lease}
    assert leases.claim(tmp_path, CODE, "bob", NOW) is None
    assert not leases.release(tmp_path, CODE, "bob")
    assert leases.held(tmp_path, NOW) == {CODE: lease}
    assert leases.release(tmp_path, CODE, "ana")
    assert not leases.release(tmp_path, CODE, "ana")
    assert leases.held(tmp_path, NOW) == {}
    assert leases.claim(tmp_path, CODE, "bob", NOW)


def test_it_can_be_read_by_people_and_git_never_sees_it(tmp_path: Path) -> None:
    leases.claim(tmp_path, CODE, "Ana Cruz <ana@example.com>", NOW.astimezone(timezone(timedelta(hours=8))))
    assert path_of(tmp_path).read_text() == "2026-11-20T09:15:00+00:00 Ana Cruz <ana@example.com>\n"
    assert [path.name for path in path_of(tmp_path).parent.iterdir()] == [CODE]
    assert sorted(path.name for path in (tmp_path / ".ticketcli").iterdir()) == [".gitignore", "leases"]
    ignore = (tmp_path / ".ticketcli" / ".gitignore").read_text()
    with lock.hold(tmp_path / ".ticketcli", "ticket test"):
        assert (tmp_path / ".ticketcli" / ".ticketcli" / ".gitignore").read_text() == ignore


def test_an_expired_lease_is_as_none(tmp_path: Path) -> None:
    leases.claim(tmp_path, CODE, "ana", NOW)
    last = NOW + 15 * MINUTE - timedelta(seconds=1)
    assert leases.claim(tmp_path, CODE, "bob", last) is None
    assert leases.held(tmp_path, last + timedelta(seconds=1)) == {}
    lease = leases.claim(tmp_path, CODE, "bob", last + timedelta(seconds=1))
    assert lease
    assert leases.held(tmp_path, last + timedelta(seconds=1)) == {CODE: lease}
    assert not leases.release(tmp_path, CODE, "ana")


def test_claiming_again_renews(tmp_path: Path) -> None:
    leases.claim(tmp_path, CODE, "ana", NOW)
    with path_of(tmp_path).open() as read_before:
        leases.claim(tmp_path, CODE, "ana", NOW + 10 * MINUTE)
        assert read_before.read() == "2026-11-20T09:15:00+00:00 ana\n"  # replaced, never written over
    assert leases.held(tmp_path, NOW + 20 * MINUTE)[CODE].until == NOW + 25 * MINUTE


def test_only_a_running_lease_of_ones_own_is_renewed(tmp_path: Path) -> None:
    leases.renew(tmp_path, CODE, "ana", NOW)
    assert not (tmp_path / ".ticketcli").exists()
    leases.claim(tmp_path, CODE, "ana", NOW)
    leases.renew(tmp_path, CODE, "bob", NOW + MINUTE)
    leases.renew(tmp_path, CODES[1], "ana", NOW + MINUTE)
    leases.renew(tmp_path, CODE, "ana", NOW + 15 * MINUTE)
    assert leases.held(tmp_path, NOW) == {CODE: leases.Lease(CODE, "ana", NOW + 15 * MINUTE)}
    leases.renew(tmp_path, CODE, "ana", NOW + 14 * MINUTE)
    assert leases.held(tmp_path, NOW + 20 * MINUTE) == {CODE: leases.Lease(CODE, "ana", NOW + 29 * MINUTE)}


def test_a_claim_sweeps_what_has_expired(tmp_path: Path) -> None:
    for minutes, code in enumerate(CODES[:4]):
        leases.claim(tmp_path, code, "ana", NOW + minutes * MINUTE)
    leases.claim(tmp_path, CODES[9], "bob", NOW + 17 * MINUTE)
    assert sorted(path.name for path in path_of(tmp_path).parent.iterdir()) == [CODES[3], CODES[9]]


STEP = st.tuples(
    st.sampled_from(["claim", "release", "renew"]),
    st.sampled_from(CODES[:2]),
    st.sampled_from(["ana", "bob", "Zoë\n\ud800 X", ""]),
    st.sampled_from([0, 1, 14, 15, 16]),
)


@settings(max_examples=30)
@given(st.lists(STEP, max_size=25))
@example([("claim", CODE, "ana", 0), ("renew", CODE, "ana", 14), ("claim", CODE, "bob", 14), ("claim", CODE, "bob", 1)])
def test_they_behave_as_a_table_of_holders_and_times(steps: list[tuple[str, str, str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root, now, model = Path(folder), NOW, dict[str, leases.Lease]()
        for what, code, holder, minutes in steps:
            now += minutes * MINUTE
            there = model.get(code)
            mine, fresh = bool(there and there.holder == holder), leases.Lease(code, holder, now + 15 * MINUTE)
            runs = bool(there and there.until > now)
            if what == "claim":
                assert leases.claim(root, code, holder, now) == (fresh if mine or not runs else None)
                model = {each: lease for each, lease in model.items() if lease.until > now}
                model |= {code: fresh} if mine or not runs else {}
            elif what == "renew":
                leases.renew(root, code, holder, now)
                model |= {code: fresh} if mine and runs else {}
            else:
                assert leases.release(root, code, holder) == mine
                model = {each: lease for each, lease in model.items() if not (each == code and mine)}
            assert leases.held(root, now) == {each: lease for each, lease in model.items() if lease.until > now}


def test_a_crowd_gets_as_many_different_tickets(tmp_path: Path) -> None:
    got = handed_out(REAL, tmp_path, CODES)
    assert sorted(got) == CODES
    assert sorted(leases.held(tmp_path, NOW)) == CODES


@pytest.mark.parametrize("lying_there", [None, "2026-11-20T08:59:59+00:00 agent-99\n"], ids=["new", "expired"])
def test_of_a_crowd_one_gets_the_ticket(tmp_path: Path, lying_there: str | None) -> None:
    for turn in range(3):
        root = desk_with(tmp_path / str(turn), lying_there)
        got = handed_out(REAL, root, [CODE])
        assert sorted(got) == [CODE] + ["nothing"] * (CROWD - 1)
        assert leases.held(root, NOW)[CODE].holder == f"agent-{got.index(CODE)}"


def test_a_crowd_takes_over_what_has_expired(tmp_path: Path) -> None:
    for turn in range(3):
        for code in CODES:
            lay(tmp_path / str(turn), "2026-11-20T08:59:59+00:00 agent-99\n", code)
        assert sorted(handed_out(REAL, tmp_path / str(turn), CODES)) == CODES


@pytest.mark.parametrize("lying_there", [None, "2026-11-20T08:59:59+00:00 agent-99\n"], ids=["new", "expired"])
def test_who_looks_and_then_writes_hands_it_out_twice(tmp_path: Path, lying_there: str | None) -> None:
    """The control: the crowd of the tests above really does meet between looking and writing."""
    root = desk_with(tmp_path / "desk", lying_there)
    path_of(root).parent.mkdir(parents=True, exist_ok=True)
    assert handed_out(NAIVE, root, [CODE], gates=2) == [CODE] * CROWD


def test_a_killed_holder_of_the_lock_frees_it_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "WAIT", 0)
    assert leases.claim(tmp_path, CODE, "ana", NOW)
    for _ in range(3):
        with locked_by_another(tmp_path) as holder:
            with pytest.raises(leases.LeasesBusy, match="held by another process; try again") as caught:
                leases.claim(tmp_path, CODE, "ana", NOW)
            assert caught.value.exit_code == 75
            os.kill(holder.pid, signal.SIGKILL)
            holder.wait()
            assert leases.claim(tmp_path, CODE, "ana", NOW)


def test_a_held_lock_hinders_no_reader_and_no_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "WAIT", 0)
    monkeypatch.setattr(leases, "_WAIT_TO_RENEW", 0)
    lease = leases.claim(tmp_path, CODE, "ana", NOW)
    with locked_by_another(tmp_path):
        leases.renew(tmp_path, CODE, "ana", NOW + MINUTE)
        assert leases.held(tmp_path, NOW) == {CODE: lease}
        with pytest.raises(leases.LeasesBusy):
            leases.release(tmp_path, CODE, "ana")


def test_a_child_does_not_inherit_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "WAIT", 0)
    with leases._alone(tmp_path, 0, make=True):
        child = subprocess.Popen(["sleep", "30"], close_fds=False)
        with pytest.raises(leases.LeasesBusy):
            leases.claim(tmp_path, CODE, "ana", NOW)
    try:
        assert leases.claim(tmp_path, CODE, "ana", NOW)
    finally:
        child.kill()
        child.wait()


def test_who_waited_at_a_deleted_directory_goes_to_the_new_one(tmp_path: Path) -> None:
    leases.claim(tmp_path, CODE, "ana", NOW)
    folder = path_of(tmp_path).parent
    with locked_by_another(tmp_path) as holder:
        command = [sys.executable, "-I", "-S", "-c", f"{HEAD}\nassert leases.claim(root, words[0], who, NOW)"]
        waiter = subprocess.Popen([*command, str(tmp_path), "bob", CODE])
        wait_until_opened(waiter.pid, folder)
        path_of(tmp_path).unlink()
        folder.rmdir()
        holder.kill()
    assert waiter.wait() == 0
    assert leases.held(tmp_path, NOW)[CODE].holder == "bob"


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
    pytest.fail("the waiter never opened the directory")


def test_a_lease_that_ends_too_late_is_none(tmp_path: Path) -> None:
    """A clock may differ a little from another, not by more than a lease."""
    path = lay(tmp_path, "2026-11-20T09:30:00+00:00 ana\n")
    assert leases.claim(tmp_path, CODE, "bob", NOW) is None
    path.write_text("2026-11-20T09:30:01+00:00 ana\n")
    assert leases.held(tmp_path, NOW) == {}
    assert leases.claim(tmp_path, CODE, "bob", NOW)


GARBAGE = {
    "empty": b"",
    "cut off": b"2026-11-20T09:15:00+00:00 an",
    "no zone": b"2026-11-20T09:15:00 ana\n",
    "no time": b"ana\n",
    "before all time": b"0001-01-01T00:00:00+14:00 ana\n",
    "for ever": b"9999-12-31T23:59:59+00:00 ana\n",
    "after all time": b"9999-12-31T23:59:59-14:00 ana\n",
    "no text": b"\xff\xfe\x00",
    "large": b"2026-11-20T09:15:00+00:00 " + b"x" * 200_000,
}


@pytest.mark.parametrize("rubbish", GARBAGE.values(), ids=GARBAGE)
def test_rubbish_counts_as_none_and_is_replaced(tmp_path: Path, rubbish: bytes) -> None:
    lay(tmp_path, rubbish)
    leases.renew(tmp_path, CODE, "ana", NOW)
    assert leases.held(tmp_path, NOW) == {}
    lease = leases.claim(tmp_path, CODE, "bob", NOW)
    assert leases.held(tmp_path, NOW) == {CODE: lease}


def test_what_lies_beside_the_leases_harms_nobody(tmp_path: Path) -> None:
    lay(tmp_path, "2026-11-20T09:10:00+00:00 ana\n", "7KQ-M2RTX-4BH")  # its check symbol is wrong
    lay(tmp_path, "half of one, of a writer that was cut off", "new.tmp")
    path_of(tmp_path, CODES[1]).mkdir()
    os.mkfifo(path_of(tmp_path, CODES[2]))
    os.mkfifo(path_of(tmp_path, CODES[3]))
    assert leases.held(tmp_path, NOW) == {}
    assert leases.claim(tmp_path, CODES[2], "ana", NOW)
    assert leases.claim(tmp_path, CODE, "ana", NOW)
    assert sorted(leases.held(tmp_path, NOW)) == sorted([CODE, CODES[2]])
    assert not (tmp_path / ".ticketcli" / "leases" / "new.tmp").exists()
    with pytest.raises(leases.NotClaimed, match="Is a directory"):
        leases.claim(tmp_path, CODES[1], "ana", NOW)


@pytest.mark.parametrize("name", [".ticketcli", "leases", CODE, "new.tmp", ".gitignore"])
def test_no_link_leads_out_of_the_desk(tmp_path: Path, name: str) -> None:
    desk, victim = tmp_path / "desk", tmp_path / "victim"
    victim.mkdir()
    precious = victim / CODE
    precious.write_text("2026-11-20T09:10:00+00:00 ana\n")
    (victim / "leases").mkdir()
    link = {".ticketcli": desk, "leases": desk / ".ticketcli", ".gitignore": desk / ".ticketcli"}.get(
        name, desk / ".ticketcli" / "leases"
    )
    link.mkdir(parents=True)
    (link / name).symlink_to({".ticketcli": victim, "leases": victim, ".gitignore": victim / "new"}.get(name, precious))
    assert leases.held(desk, NOW) == {}
    leases.renew(desk, CODE, "ana", NOW)
    if name in {".ticketcli", "leases"}:
        with pytest.raises(leases.NotClaimed, match=r"Not a directory|symbolic link"):
            leases.claim(desk, CODE, "ana", NOW)
        with pytest.raises(leases.NotReleased):
            leases.release(desk, CODE, "ana")
    else:
        assert leases.claim(desk, CODE, "ana", NOW)
        assert leases.release(desk, CODE, "ana")
    assert sorted(path.name for path in victim.rglob("*")) == sorted([CODE, "leases"])
    assert precious.read_text() == "2026-11-20T09:10:00+00:00 ana\n"


@pytest.mark.parametrize("code", ["../me", "..", "", "7kq", "a\0b", "/etc/passwd"])
def test_what_is_no_code_is_no_file_name(tmp_path: Path, code: str) -> None:
    (tmp_path / ".ticketcli" / "leases").mkdir(parents=True)
    (tmp_path / ".ticketcli" / "me").write_text("2026-11-20T09:10:00+00:00 ana\n")
    with pytest.raises(leases.NotClaimed, match="it is no code of a ticket"):
        leases.claim(tmp_path, code, "ana", NOW)
    assert not leases.release(tmp_path, code, "ana")
    leases.renew(tmp_path, code, "ana", NOW)
    assert (tmp_path / ".ticketcli" / "me").read_text() == "2026-11-20T09:10:00+00:00 ana\n"


def test_a_desk_that_is_not_there(tmp_path: Path) -> None:
    assert leases.held(tmp_path / "none", NOW) == {}
    assert not leases.release(tmp_path / "none", CODE, "ana")
    leases.renew(tmp_path / "none", CODE, "ana", NOW)
    with pytest.raises(NotSaved) as caught:
        leases.claim(tmp_path / "none", CODE, "ana", NOW)
    assert str(caught.value) == (
        f'could not save the lease "{path_of(tmp_path / "none")}": No such file or directory; '
        "to look without one: ticket next --peek"
    )
    assert caught.value.exit_code == 74


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no read-only file system at hand")
def test_a_read_only_desk_gives_no_lease() -> None:
    with pytest.raises(leases.NotClaimed, match=r'could not save the lease "/proc/\.ticketcli/leases/'):
        leases.claim(Path("/proc"), CODE, "ana", NOW)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not write")
def test_what_may_not_be_written_says_so(tmp_path: Path) -> None:
    """Held leases are still seen; giving one back and renewing it fail as they should."""
    leases.claim(tmp_path, CODE, "ana", NOW)
    tmp_path.chmod(0o755)
    done = as_nobody(tmp_path, "leases.renew(root, CODE, 'ana', NOW); print(len(leases.held(root, NOW)))")
    assert (done.stdout, done.stderr, done.returncode) == ("1\n", "", 0)
    said = as_nobody(tmp_path, "leases.release(root, CODE, 'ana')").stderr
    lease = f'the lease ".ticketcli/leases/{CODE}": Permission denied'
    assert f"NotReleased: could not take away {lease}; it ends by itself within 15 minutes\n" in said
    assert f"NotClaimed: could not save {lease};" in as_nobody(tmp_path, "leases.claim(root, CODE, 'ana', NOW)").stderr
    assert leases.held(tmp_path, NOW)[CODE].until == NOW + 15 * MINUTE


def as_nobody(root: Path, program: str) -> subprocess.CompletedProcess[str]:
    program = f"{HEAD}\nCODE = words[0]\nos.setgid(65534)\nos.setuid(65534)\n{program}"
    command = [sys.executable, "-I", "-S", "-c", program, ".", "nobody", CODE]
    return subprocess.run(command, cwd=root, capture_output=True, text=True)


def test_a_full_disk_leaves_the_old_lease(tmp_path: Path) -> None:
    leases.claim(tmp_path, CODE, "ana", NOW)
    program = HEAD + "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (5, 5))\n"
    program += "later = NOW.replace(minute=5)\nleases.renew(root, words[0], who, later)\n"
    program += "leases.claim(root, words[0], who, later)"
    command = [sys.executable, "-I", "-S", "-c", program, str(tmp_path), "ana", CODE]
    done = subprocess.run(command, capture_output=True, text=True)
    assert "NotClaimed: could not save the lease" in done.stderr
    assert "File too large; to look without one: ticket next --peek" in done.stderr
    assert path_of(tmp_path).read_text() == "2026-11-20T09:15:00+00:00 ana\n"
    assert leases.claim(tmp_path, CODE, "ana", NOW)


def test_cut_off_anywhere_it_is_given_or_not(tmp_path: Path) -> None:
    """Killed, or refused by the disk, at every call: the old lease or the new one, and the next claim succeeds."""
    if why := why_no_strace():
        pytest.skip(why)
    store = tmp_path / "desk"
    command = [sys.executable, "-I", "-S", "-B", "-c", f"{HEAD}\nleases.claim(root, words[0], who, NOW)"]

    def reset() -> None:
        lay(store, "2026-11-20T09:05:00+00:00 ana\n")
        lay(store, "2026-11-20T09:10:00+00:00 bob\n", CODES[1])
        lay(store, "2026-11-20T08:10:00+00:00 bob\n", CODES[2])
        (path_of(store).parent / "new.tmp").unlink(missing_ok=True)

    def state() -> str:
        return " ".join(sorted(map(repr, leases.held(store, NOW).values())))

    calls = "write,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,flock,openat,getdents64"
    report = sweep([*command, str(store), "ana", CODE], reset, state, store, [KILL, "ENOSPC"], calls=calls)
    assert report.points >= 8
    assert report.violations == report.missed == report.ambiguous == []
