"""Other people's tools on as many tickets in their own format, one in five open. It times nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import formats
from tests.benchmarks.running import Command, prepare

LIMIT, SLOW = 120, 20
"""Seconds after which a command is ended, and after which its tool is spared larger sizes."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool: how it is started, how it tells its version, and how its tickets are written."""

    name: str
    program: str
    version: Sequence[str]
    fill: Callable[[int, Path, formats.Run], formats.Measured]

    @property
    def here(self) -> bool:
        """Whether it is installed."""
        return shutil.which(self.program) is not None

    def title(self) -> str:
        """Its name and version."""
        words = (self.program, *self.version)
        done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
        found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
        return f"{self.name} {found[0]}" if found else self.name


def commands(peer: Peer, size: int, folder: Path, environ: Mapping[str, str]) -> list[Command]:
    """The commands of a tool on tickets written into an empty folder. Raises what subprocess raises."""
    folder.mkdir(parents=True)
    environ = {**environ, "HOME": str(folder), "TASKRC": str(folder / "rc"), "TASKDATA": str(folder / "data")}

    def run(*words: str) -> None:
        prepare(folder, environ, [(peer.program, *words)])

    return [
        Command(f"{peer.name}: {what}", (peer.program, *words), folder, environ, lines, limit=LIMIT, peer=True)
        for what, (words, lines) in peer.fill(size, folder, run).items()
    ]


PEERS = (
    Peer("Taskwarrior", "task", ("--version",), formats.taskwarrior),
    Peer("tk", "tk", ("version",), formats.tk),
    Peer("git-issue", "git-issue", ("version",), formats.git_issue),
    Peer("todo.txt", "todo-txt", ("-V",), formats.todo_txt),
    Peer("todoman", "todo", ("--version",), formats.todoman),
    Peer("topydo", "topydo", ("-v",), formats.topydo),
    Peer("Roundup", "roundup-admin", ("-v",), formats.roundup),
    Peer("Backlog.md", "backlog", ("--version",), formats.backlog),
    Peer("Fossil", "fossil", ("version",), formats.fossil),
)
"""Every tool that can be measured."""
