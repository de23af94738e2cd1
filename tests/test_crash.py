"""A whole command killed, refused by the disk or cut off by a power cut at every call: old or new, and repeatable.

The ordinary run tries a few commands. All of them, with every fault at every call, take `pytest -m long -n 0 -s` and:
  tests/test_crash.py -k every_call      kills and errors      -k every_git    the same with git, and git itself killed
  tests/test_crash.py -k every_byte      full disks            -k every_cut    power cuts
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from functools import partial
from pathlib import Path

import pytest

from tests.faults import FAULTS, KILL, Report, disturb, fill, run, space, why_no_strace, writers
from tests.faults.commands import COMMANDS, WITH_GIT
from tests.faults.outage import cut_power
from tests.faults.scenes import TEXT, Scene, home_of, words_of
from tests.faults.sweep import ALL, CHANGING

Patch = pytest.MonkeyPatch
Broken = Callable[[], AbstractContextManager[object]]
RELEASE = "next --release"
"""Which takes away one file, and writes no ticket."""
LEASES = ("next", "next --skip", RELEASE)
"""What they write may be lost in a power cut, and is written anew by asking again."""
HANDING = (*LEASES, "next --take")
"""Where a ticket cannot be read they hand out the following one, which is neither old nor new: only writes fail."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: Patch) -> Path:
    if why := why_no_strace():
        pytest.skip(why)
    home_of(tmp_path, monkeypatch)
    return tmp_path


@pytest.fixture
def scene(home: Path, monkeypatch: Patch) -> Scene:
    made = Scene(home, monkeypatch)
    made.keep()
    return made


@pytest.fixture
def git_scene(home: Path, monkeypatch: Patch) -> Scene:
    made = Scene(home, monkeypatch, git=True)
    made.keep()
    return made


def nothing_is_lost(report: Report, least: int, name: str = "") -> None:
    print(f"\n{name}: {report}")
    assert (report.violations, report.missed[report.runs // 50 :]) == ([], [])
    assert report.points >= least


def said_once(scene: Scene) -> None:
    bodies = [event.body for event in scene.catalog().situation(scene.one).ticket.events]
    assert bodies.count(TEXT + "\n") == 1


@pytest.mark.parametrize("name", ["reply", "merge"])
def test_a_command_killed_or_refused_where_it_writes(scene: Scene, monkeypatch: Patch, name: str) -> None:
    faults = (KILL, "EIO", "ENOSPC") if name == "reply" else (KILL, "EIO")
    report = disturb(COMMANDS[name](scene, monkeypatch), faults, calls=CHANGING)
    nothing_is_lost(report, 8)
    assert min(report.states["OLD"], report.states["NEW"]) > 0
    assert bool(report.states["CUT"]) == (name == "merge")
    assert set(report.codes) <= {0, 74, -9}
    if name == "reply":
        said_once(scene)


@pytest.mark.parametrize("name", ["create", "note with a file", "reply", "merge"])
def test_a_command_cut_off_by_a_power_cut(scene: Scene, monkeypatch: Patch, name: str) -> None:
    report = cut_power(COMMANDS[name](scene, monkeypatch))
    nothing_is_lost(report, 20)
    assert min(report.states["OLD"], report.states["NEW"]) > 0


def test_a_reply_on_a_full_disk_keeps_the_ticket_and_the_text(scene: Scene, monkeypatch: Patch) -> None:
    report = fill(COMMANDS["reply from standard input"](scene, monkeypatch), [0, 100, 512, 800])
    nothing_is_lost(report, 4)
    assert report.codes[74] == report.states["OLD"] == 4


# Negative controls: the same command, with a save that is broken


@pytest.mark.parametrize(
    ("save", "wrong"),
    [(writers.saving_in_place, "TORN"), (writers.saving_unsynced, "TORN"), (writers.saving_unnamed, "LOST")],
)
def test_a_command_whose_save_is_broken_is_caught(scene: Scene, monkeypatch: Patch, save: Broken, wrong: str) -> None:
    subject = COMMANDS["reply"](scene, monkeypatch)
    with save():
        assert cut_power(subject).states[wrong]
        killed = disturb(subject, [KILL], calls="write,rename")
    assert bool(killed.torn) == (save is writers.saving_in_place)  # no kill shows the others


# A file system that is really full


@pytest.mark.parametrize("options", ["size=64k", "size=1m,nr_inodes=40"])
def test_a_full_file_system_tears_nothing_and_takes_more_when_there_is_room(
    scene: Scene, tmp_path: Path, options: str
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if why := space.why_no_space(small):
        pytest.skip(f"no small file system can be mounted here: {why}")
    assert space.inside(small, partial(fill_and_make_room, scene, small), options) == ""


def fill_and_make_room(scene: Scene, small: Path) -> None:
    scene.root, spare = small / "desk", small / "spare"
    shutil.copytree(scene.kept, scene.root)
    spare.mkdir()
    (spare / "ballast").write_bytes(bytes(12 << 10))
    for number in range(200):
        before, text = scene.parts(), f"{number} {TEXT * 40}"
        with suppress(OSError):
            (spare / str(number)).touch()
        again = scene.program("reply", scene.one, "-m", text, "--as", "ana", "--id", str(number), seed=number)
        ended = run(again)
        if ended.code:
            break
    assert ended.code == 74, ended
    assert "No space left on device" in ended.err, ended.err[-500:]
    assert scene.parts() == before
    assert list(scene.look(ended, text, {74})) == []
    shutil.rmtree(spare)
    assert run(again).code == 0
    assert list(scene.after()) == []
    assert scene.holds(text)


# With git


FAKE = """#!/bin/sh
n=$(($(cat {count}) + 1)); echo $n > {count}
if test $n = {at}; then {what}; fi
exec {git} "$@"
"""


@pytest.mark.parametrize("what", ["kill -9 $PPID; exit 1", "exit 128"], ids=["killed", "failed"])
def test_a_save_stands_whatever_becomes_of_its_commit(git_scene: Scene, monkeypatch: Patch, what: str) -> None:
    """The command is killed while git runs, or git fails, at every call of git; the next one commits what was left."""
    codes = list(git_calls(git_scene, monkeypatch, "reply", what))
    assert len(codes) > 4
    assert set(codes[:-1]) == ({-9} if "kill" in what else {0})


def git_calls(scene: Scene, monkeypatch: Patch, name: str, what: str) -> Iterator[int]:
    """How the command ends with `what` at the first call of git, the second and so on; nothing may be wrong then."""
    fake, count, real = scene.home / "bin/git", scene.home / "count", shutil.which("git")
    subject = {**COMMANDS, **WITH_GIT}[name](scene, monkeypatch)
    fake.parent.mkdir()
    for at in range(1, 200):
        subject.reset()
        count.write_text("0")
        fake.write_text(FAKE.format(count=count, at=at, what=what, git=real))
        fake.chmod(0o755)
        with monkeypatch.context() as patch:
            patch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
            ended = run(subject.program)
        again = subject.again(ended, subject.program)
        wrong = [*subject.look(ended), *subject.after(again), *([again.err] if again.code else [])]
        assert wrong == [], f"call {at} of git: {ended}"
        yield ended.code
        if int(count.read_text()) < at:
            return


# Everything, by hand


@pytest.mark.long
@pytest.mark.parametrize("name", COMMANDS)
def test_every_call(home: Path, monkeypatch: Patch, name: str) -> None:
    calls, least = CHANGING if name in HANDING else ALL, 2 if name == RELEASE else 5
    nothing_is_lost(disturb(COMMANDS[name](Scene(home, monkeypatch), monkeypatch), FAULTS, calls=calls), least, name)


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in {**COMMANDS, **WITH_GIT} if name != RELEASE])
def test_every_git_command_at_every_call(home: Path, monkeypatch: Patch, name: str) -> None:
    scene = Scene(home, monkeypatch, git=True)
    nothing_is_lost(disturb({**COMMANDS, **WITH_GIT}[name](scene, monkeypatch), FAULTS, calls=CHANGING), 4, name)


@pytest.mark.long
@pytest.mark.parametrize("what", ["kill -9 $PPID; exit 1", "exit 128"], ids=["killed", "failed"])
@pytest.mark.parametrize("name", ["create", "merge", "undo", "import csv", "check --fix", "sync"])
def test_every_git_call(home: Path, monkeypatch: Patch, name: str, what: str) -> None:
    scene = Scene(home, monkeypatch, git=True)
    print(f"\n{name}: {len(list(git_calls(scene, monkeypatch, name, what)))} calls of git, 0 violations")


@pytest.mark.long
@pytest.mark.parametrize("name", ["reply", "create", "merge", "import csv"])
def test_every_byte(home: Path, monkeypatch: Patch, name: str) -> None:
    subject = COMMANDS[name](Scene(home, monkeypatch), monkeypatch)
    nothing_is_lost(fill(subject, range(1300)), 1300, name)


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in LEASES])
def test_every_cut(home: Path, monkeypatch: Patch, name: str) -> None:
    nothing_is_lost(cut_power(COMMANDS[name](Scene(home, monkeypatch), monkeypatch)), 5, name)


def test_the_program_itself_does_what_its_forks_do(scene: Scene) -> None:
    words = ["-C", str(scene.root), "reply", scene.one, "-m", TEXT, *words_of(())]
    command = [sys.executable, "-m", "ticketcli", *words]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    done = subprocess.run(command, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = scene.parts()
    scene.reset()
    assert run(scene.program("reply", scene.one, "-m", TEXT, *words_of(()))).code == 0
    assert scene.parts() == found
