"""A bash in a home of its own, in which tests run commands as a person would type them."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[1]
HOME = "/home/ana"
"""How transcripts write the directory that they begin in; `~/ticketcli` has the files that they read."""


class Shell:
    """A bash that runs the commands of one transcript in a home of its own, with `ticket` on its path."""

    def __init__(self, directory: Path) -> None:
        self.home = directory.resolve() / "ana"
        shutil.copytree(ROOT / "examples" / "csv", self.home / "ticketcli" / "examples" / "csv")
        self.output = directory.resolve() / "output"
        self.bash = subprocess.Popen(
            [shutil.which("bash") or "bash", "--noprofile", "--norc"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=self.home,
            env=dict(_environment(directory.resolve(), self.home)),
            start_new_session=True,
        )

    def run(self, command: str) -> tuple[list[str], int]:
        """The lines that a command prints, both streams together, and its exit status."""
        assert self.bash.stdin
        assert self.bash.stdout
        quoted = shlex.quote(command.replace(HOME, str(self.home)))
        self.bash.stdin.write(f"eval {quoted} </dev/null >{shlex.quote(str(self.output))} 2>&1; echo $?\n")
        self.bash.stdin.flush()
        status = int(self.bash.stdout.readline())
        text = self.output.read_text(encoding="utf-8", errors="replace")
        return text.replace(str(self.home), HOME).split("\n"), status

    def __enter__(self) -> Shell:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bash.communicate()


def _environment(directory: Path, home: Path) -> Iterator[tuple[str, str]]:
    """Nothing of who runs the tests: a fixed identity, time zone and language, and this very program."""
    programs, identity = directory / "bin", directory / "gitconfig"
    programs.mkdir()
    ours = "-u -m ticketcli"
    for name, arguments in (("ticket", ours), ("git-ticket", ours), ("python3", "")):
        script = programs / name
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {arguments} "$@"\n', encoding="utf-8")
        script.chmod(0o755)
    identity.write_text(
        "[user]\n\tname = Ana Cruz\n\temail = ana@example.com\n[init]\n\tdefaultBranch = main\n", encoding="utf-8"
    )
    yield "PATH", f"{programs}:{os.environ.get('PATH', os.defpath)}"
    yield "HOME", str(home)
    yield from ((f"XDG_{name.upper()}_HOME", str(home / f".{name}")) for name in ("config", "data", "state", "cache"))
    yield "PYTHONPATH", str(ROOT)
    yield "GIT_CONFIG_GLOBAL", str(identity)
    yield "GIT_CONFIG_NOSYSTEM", "1"
    yield from (("TZ", "UTC"), ("LC_ALL", "C.UTF-8"), ("COLUMNS", "100"))
