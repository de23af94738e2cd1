"""Clones of one desk under real git, and who joins tickets there: this process, the command, or a bad driver."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from shutil import copytree, rmtree
from threading import Thread

import pytest

from tests.desks import AGENTS, make_desk
from tests.play import MARIA
from ticketcli.core.action.conversation import Message, create
from ticketcli.core.errors import TicketError
from ticketcli.desk.desk import now as present
from ticketcli.desk.desk import open_desk
from ticketcli.desk.driving import merge_driver
from ticketcli.desk.record import How, session

ROOT = Path(__file__).resolve().parents[1]
ATTRIBUTES = "tickets/**/*.toml merge=ticketcli text eol=lf\n*.toml text eol=lf\nattachments/** -text\n"
ELSE = "git merge-file --marker-size=%L -L ours -L base -L theirs %A %O %B"
COMMAND = f"{sys.executable} -m ticketcli merge-driver %O %A %B %L %P || {ELSE}"
"""What `ticket init` configures, with this interpreter."""
OURS, UNION = "true", "git merge-file --union %A %O %B"
"""Drivers that lose something."""
CONFIG = """
[user]
    name = Ana Cruz
    email = ana@example.com
[remote "origin"]
    url = ../origin.git
    fetch = +refs/heads/*:refs/remotes/origin/*
[pull]
    rebase = false
[gc]
    auto = 0
[core]
    fsync = none
[advice]
    detachedHead = false
"""
_ENVIRON = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
ENVIRON = {**_ENVIRON, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_EDITOR": "true", "LC_ALL": "C"}
ENVIRON["PYTHONPATH"] = str(ROOT)


class Conflict(AssertionError):
    """Git shows a conflict where none is needed."""


@dataclass(frozen=True, slots=True)
class Clone:
    """One clone."""

    root: Path
    refusals: list[str] = field(default_factory=list, compare=False)
    """What git has refused, in its words."""

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """What came of a git command."""
        return subprocess.run(["git", *words], cwd=self.root, env=ENVIRON, capture_output=True, text=True, timeout=60)

    def git(self, *words: str) -> str:
        """What a git command says that must end well."""
        done = self.run(*words)
        assert done.returncode == 0, (self.root.name, words, done.stdout, done.stderr)
        return done.stdout.strip()

    def calmly(self, *words: str) -> bool:
        """Whether git did it; what it refuses is not begun, and what came to nothing is skipped. Raises Conflict."""
        done = self.run(*words)
        if done.returncode == 0:
            return True
        if unmerged := self.git("ls-files", "-u"):
            raise Conflict(self.root.name, words, unmerged, done.stdout, done.stderr)
        if (self.root / ".git/CHERRY_PICK_HEAD").exists() or (self.root / ".git/REVERT_HEAD").exists():
            self.git(words[0], "--skip")  # it is so already
        assert not (self.root / ".git/MERGE_HEAD").exists(), (words, done.stdout, done.stderr)
        assert not (self.root / ".git/rebase-merge").exists(), (words, done.stdout, done.stderr)
        self.refusals.append(f"{words}: {done.stdout}{done.stderr}")
        return False

    def insist(self, *words: str) -> bool:
        """The same, if need be after a commit of what hands have left, and of their line ends not even that."""
        return self.calmly(*words) or (self.commit() and self.calmly(*words)) or self._with_git_s_line_ends(*words)

    def _with_git_s_line_ends(self, *words: str) -> bool:
        """A file with CRLF that says what HEAD says stops git; `ticket sync` and `check --fix` write it anew."""
        if "would be overwritten by" not in self.refusals[-1]:
            return False
        self.git("checkout", "-q", "--", "tickets")
        return self.calmly(*words)

    def commit(self, *, new: bool = False) -> bool:
        """Whether something was left to commit: what hands did, and if need be tickets that are new."""
        if new:
            self.git("add", "tickets")
        return self.run("commit", "-qam", "by hand").returncode == 0

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    def files(self) -> dict[str, bytes]:
        """The content of every ticket as it lies there, by its code."""
        return {path.stem: path.read_bytes() for path in sorted(self.root.glob("tickets/*/*.toml"))}

    def blobs(self) -> dict[str, str]:
        """What HEAD has of every ticket."""
        lines = self.git("ls-tree", "-r", "HEAD", "tickets").splitlines()
        return {Path(line.split("\t")[1]).stem: line.split()[2] for line in lines}


def template(folder: Path) -> Path:
    """A folder with a bare repository of a desk with two tickets, and a clone of it to be copied.

    Clones share the repository's objects, so that fetching takes no time; merging is what is tried here.
    """
    desk = make_desk(folder / "clone", settings=f"{AGENTS}\n[git]\ncommit = false\n")
    (desk / ".gitattributes").write_text(ATTRIBUTES)
    (desk / ".gitignore").write_text(".ticketcli/\n")
    with session(open_desk(desk, {}, "ana"), How(present()), "create", pytest.fail) as work:
        for subject in ("It jams", "It hums"):
            work.record(None, [create(subject, Message("Please help."), MARIA, work.context)])
    clone = Clone(desk)
    clone.git("-c", "init.defaultBranch=main", "init", "-q")
    with (desk / ".git/config").open("a") as config:
        config.write(CONFIG)
    clone.git("add", ".")
    clone.git("commit", "-qm", "the desk")
    clone.git("clone", "-q", "--bare", ".", "../origin.git")
    rmtree(desk / ".git/objects")
    (desk / ".git/objects").symlink_to("../../origin.git/objects")
    return folder


def clones(template: Path, folder: Path, many: int, driver: str) -> list[Clone]:
    """Clones of that repository, copied with it, whose git joins tickets with that driver."""
    copytree(template / "origin.git", folder / "origin.git")
    roots = [Path(copytree(template / "clone", folder / f"c{n}", symlinks=True)) for n in range(many)]
    quoted = driver.replace("\\", "\\\\").replace('"', '\\"')
    for root in roots:
        with (root / ".git/config").open("a") as config:
            config.write(f'[merge "ticketcli"]\n    driver = "{quoted}"\n')
    return [Clone(root) for root in roots]


@contextmanager
def resident(folder: Path, now: Callable[[], datetime]) -> Iterator[str]:
    """A driver that asks this process to join: starting Python for every file would take most of the time."""
    ask, answer, script = folder / "ask", folder / "answer", folder / "driver.sh"
    os.mkfifo(ask)
    os.mkfifo(answer)
    script.write_text(f'echo "$PWD\t$1\t$2\t$3\t$5" > "{ask}"\nread code < "{answer}"\nexit $code\n')
    thread = Thread(target=_serve, args=(ask, answer, now), daemon=True)
    thread.start()
    try:
        yield f"sh {script} %O %A %B %L %P || {ELSE}"
    finally:
        ask.write_text("\n")
        thread.join()


def _serve(ask: Path, answer: Path, now: Callable[[], datetime]) -> None:
    while words := ask.read_text().strip():
        folder, base, ours, theirs, name = words.split("\t")
        try:
            merge_driver(*(Path(folder, path) for path in (base, ours, theirs)), name, now())
            answer.write_text("0\n")
        except TicketError:
            answer.write_text("1\n")
        except BaseException:
            answer.write_text("3\n")
            raise
