"""A whole command killed, or refused by the disk, at every call that touches the desk: old or new, and repeatable."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import PEOPLE, Command, at_home, kept_texts
from tests.faults import KILL, WRITING, Report, fill_up, sweep, why_no_strace
from ticketcli.desk.catalog import Catalog
from ticketcli.desk.desk import now, open_desk

PUBLISHING = "write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,link,unlink,fchmod,mkdir,flock,ftruncate"
"""The calls that change something, of which CI tries every one; `-m long` tries opening and closing too."""
TICKET = [sys.executable, "-I", "-B", "-m", "ticketcli"]
TEXT = "Please try again: we cleared the session."
AGAIN = ["--id", "FIXED", "--as", "ana", "--at", "2026-03-05"]


class Scene:
    """A desk that is put back before every run, and what became of it."""

    def __init__(self, ticket: Command) -> None:
        self.ticket, self.root = ticket, ticket.root
        self.home = self.root.parent
        self.one = ticket.create("one", "First question.", "--at", "2026-03-01")
        self.two = ticket.create("two", "Another one.", "--at", "2026-03-02")
        ticket.ok("reply", self.one, "--from", "customer", "-m", "Second question.", "--at", "2026-03-03")
        ticket.ok("tag", self.two, "+vip", "--at", "2026-03-03")
        self.kept = self.home / "kept"
        shutil.copytree(self.root, self.kept, symlinks=True)
        self.lost: list[str] = []
        self.old = self.bytes()

    def reset(self) -> None:
        shutil.rmtree(self.root)
        shutil.copytree(self.kept, self.root, symlinks=True)
        shutil.rmtree(self.home / "state", ignore_errors=True)

    def bytes(self) -> str:
        """The tickets, byte by byte; what a writer that was cut off has left beside them is no ticket."""
        files = sorted(path for path in self.root.glob("tickets/*/*") if path.suffix == ".toml")
        return "\n".join(f"{path.name}\n{path.read_bytes()!r}" for path in files)

    def bytes_and_text(self) -> str:
        """The same; remembers where a save failed and what was typed is nowhere."""
        found = self.bytes()
        if found == self.old and TEXT not in "".join(kept_texts(self.home)):
            self.lost.append("not saved, and not kept")
        return found

    def threads(self) -> str:
        """What is shown of the tickets that were there: pointers count only where both ends hold."""
        catalog = Catalog(open_desk(self.root, {}), now())
        one, two = (catalog.situation(code) for code in (self.one, self.two))  # raises where one is not whole
        bodies = [[entry.event.body for entry in each.thread.messages] for each in (one, two)]
        fields = [(each.status, each.header.values, each.header.list("links")) for each in (one, two)]
        return repr((bodies, fields, two.header.list("tags")))

    def reply(self, *words: str) -> list[str]:
        return [*TICKET, "-C", str(self.root), "reply", self.one, "-m", TEXT, *words, *AGAIN]


@pytest.fixture(params=["--no-git"])
def scene(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Scene:
    if why := why_no_strace():
        pytest.skip(why)
    at_home(tmp_path, monkeypatch)
    ticket = Command(tmp_path / "desk", capsys, monkeypatch)
    assert ticket.run("init", str(ticket.root), request.param, desk=False).code == 0
    with (ticket.root / "ticketcli.toml").open("a") as settings:
        settings.write(PEOPLE)
    return Scene(ticket)


with_git = pytest.mark.parametrize("scene", ["--name=x"], indirect=True)


def nothing_is_lost(report: Report, least: int) -> None:
    assert (report.violations, report.missed) == ([], [])
    assert report.points >= least


def said_twice_is_said_once(scene: Scene) -> None:
    bodies = [event.body for event in scene.ticket.ticket(scene.one).events]
    assert bodies.count(TEXT + "\n") == 1


def test_a_reply_killed_where_it_writes_leaves_the_old_ticket_or_the_new_one(scene: Scene) -> None:
    report = sweep(scene.reply(), scene.reset, scene.bytes, scene.root, [KILL], calls=PUBLISHING)
    nothing_is_lost(report, 8)
    assert min(report.states["OLD"], report.states["NEW"]) > 0
    said_twice_is_said_once(scene)


def test_a_reply_that_the_disk_refuses_keeps_the_ticket_and_the_text(scene: Scene) -> None:
    faults, calls = ["EIO", "ENOSPC"], "write,fsync,rename"
    report = sweep(scene.reply(), scene.reset, scene.bytes_and_text, scene.root, faults, calls=calls)
    nothing_is_lost(report, 4)
    assert len(scene.lost) == 1  # before the first run nothing was typed
    assert len(report.ambiguous) == 2  # the directory could not be synced: it may be saved, and says so
    said_twice_is_said_once(scene)


def test_a_reply_on_a_full_disk_keeps_the_ticket_and_the_text(scene: Scene) -> None:
    report = fill_up(scene.reply(), scene.reset, scene.bytes_and_text, [100, 512, 1000])
    nothing_is_lost(report, 3)
    assert (len(scene.lost), report.states["OLD"]) == (1, 3)


def test_a_command_that_writes_in_place_is_caught(scene: Scene) -> None:
    """Negative control: the same command with a save that is not atomic."""
    torn = (
        "import sys; from ticketcli.edges import store\n"
        "def write(path, data, *, old, limit=0):\n"
        "    with path.open('wb', buffering=0) as file: file.write(data[:300]); file.write(data[300:])\n"
        "store.write = write\n"
        "from ticketcli.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-I", "-B", "-c", torn, *scene.reply()[len(TICKET) :]]
    report = sweep(command, scene.reset, scene.bytes, scene.root, [KILL], calls="write")
    assert report.torn


def hardly_missed(report: Report, least: int) -> None:
    """The same for all calls: how often a process opens and closes files before the desk varies a little."""
    assert report.violations == []
    assert report.points >= least
    assert len(report.missed) < report.points / 2


@pytest.mark.long
@pytest.mark.parametrize("fault", [KILL, "EIO", "ENOSPC", "EROFS", "EDQUOT"])
def test_a_reply_at_every_call(scene: Scene, fault: str) -> None:
    report = sweep(scene.reply(), scene.reset, scene.bytes, scene.root, [fault], calls=WRITING)
    hardly_missed(report, 25)
    said_twice_is_said_once(scene)


FAKE = """#!/bin/sh
n=$(($(cat {count}) + 1)); echo $n > {count}
if test $n = {at}; then {what}; fi
exec {git} "$@"
"""


@with_git
@pytest.mark.parametrize("what", ["kill -9 $PPID; exit 1", "exit 128"], ids=["killed", "failed"])
def test_a_save_stands_whatever_becomes_of_its_commit(scene: Scene, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """The command is killed while git runs, or git fails, at every call of git; the next save commits what was left."""
    fake, count, real = scene.home / "bin/git", scene.home / "count", shutil.which("git")
    fake.parent.mkdir()
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    codes = []
    for at in range(1, 100):
        scene.reset()
        count.write_text("0")
        fake.write_text(FAKE.format(count=count, at=at, what=what, git=real))
        fake.chmod(0o755)
        codes.append(subprocess.run(scene.reply(), capture_output=True, check=False).returncode)
        if int(count.read_text()) < at:
            break
        assert subprocess.run(scene.reply(), capture_output=True, check=False).returncode == 0
        said_twice_is_said_once(scene)
        scene.ticket.ok("note", scene.one, "-m", "afterwards")
        path = scene.ticket.path(scene.one)
        assert scene.ticket.git("show", f"HEAD:{path.relative_to(scene.root)}") == path.read_text().strip()
        assert scene.ticket.git("status", "--porcelain", "tickets") == ""
        assert scene.ticket.git("fsck", "--strict", "--no-dangling") == ""
    assert len(codes) > 4
    assert set(codes[:-1]) == ({-9} if "kill" in what else {0})


COMMANDS: dict[str, Callable[[Scene], list[str]]] = {
    "create": lambda scene: ["create", "New", "--from", "eva@example.com", "-m", TEXT],
    "reply -s resolved": lambda scene: ["reply", scene.one, "-s", "resolved", "-m", TEXT],
    "note to two": lambda scene: ["note", scene.one, scene.two, "-m", TEXT],
    "attach": lambda scene: ["note", scene.one, "-m", TEXT, "--attach", str(scene.kept / "ticketcli.toml")],
    "resolve": lambda scene: ["resolve", scene.one],
    "assign": lambda scene: ["assign", scene.one, "bob"],
    "set": lambda scene: ["set", scene.one, "fields.order=A-1"],
    "link": lambda scene: ["link", scene.one, scene.two],
    "split": lambda scene: ["split", f"{scene.one}/2", "--subject", "Second"],
    "merge": lambda scene: ["merge", scene.two, "--into", scene.one],
    "undo": lambda scene: ["undo"],
}


@pytest.mark.long
@pytest.mark.parametrize("fault", [KILL, "EIO", "ENOSPC"])
@pytest.mark.parametrize("name", COMMANDS)
def test_every_writing_command_at_every_call(scene: Scene, name: str, fault: str) -> None:
    """Of commands that write two files each is old or new, and what is shown is the old or the new whole."""
    words = [word for word in AGAIN if name != "undo" or word not in ("--at", "2026-03-05")]
    command = [*TICKET, "-C", str(scene.root), *COMMANDS[name](scene), *words]
    state = scene.threads if name in ("split", "merge", "link", "undo") else scene.bytes
    report = sweep(command, scene.reset, state, scene.root, [fault], calls=WRITING)
    if name in ("note to two", "link"):  # one ticket after another, each by itself
        report.torn.clear()
    hardly_missed(report, 20)
    assert scene.ticket.run("check").out == ""
