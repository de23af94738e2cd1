"""The real command line in this process: `ticket WORDS...` on a desk of its own, with a home that is nobody's."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from ticketcli.cli.main import main
from ticketcli.core.file.codec import loads
from ticketcli.core.ticket.fold import Ticket

PEOPLE = """
[department.support]
[department.billing]
address = "billing@desk.example"

[agent.ana]
name = "Ana Cruz"
email = "ana@desk.example"
departments = ["support", "billing"]

[agent.bob]
name = "Bob Novak"
email = "bob@desk.example"
departments = ["support"]
"""
"""Two departments and two agents, to stand behind the settings of `ticket init`."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command has said, and its exit status."""

    code: int
    out: str
    err: str


class Command:
    """`ticket` on one desk, as ana unless the words say who acts."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self._capsys, self._monkeypatch = root, capsys, monkeypatch

    def run(self, *words: str, stdin: str | bytes | None = "", desk: bool = True) -> Ran:
        """What came of a command; `stdin` None is a closed standard input."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        stream = None if data is None else io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")
        self._monkeypatch.setattr(sys, "stdin", stream)
        self._capsys.readouterr()
        code = main(["-C", str(self.root), *words] if desk else list(words))
        said = self._capsys.readouterr()
        return Ran(code, said.out, said.err)

    def ok(self, *words: str, stdin: str = "") -> Ran:
        """What came of a command that must end well."""
        ran = self.run(*words, stdin=stdin)
        assert ran.code == 0, ran
        return ran

    def refused(self, code: int, *words: str, stdin: str | bytes | None = "") -> str:
        """The one line that a command which must fail has said, without `ticket: `; nothing was written."""
        before = self.files()
        ran = self.run(*words, stdin=stdin)
        lines = ran.err.splitlines()
        assert (ran.code, ran.out, len(lines)) == (code, "", 1), ran
        assert self.files() == before
        return lines[0].removeprefix("ticket: ")

    def create(self, subject: str = "Printer jams", text: str = "It eats paper.", *more: str) -> str:
        """The code of a new ticket of Maria's."""
        who = () if "--from" in more or "--to" in more else ("--from", "Maria Santos <maria@example.com>")
        return self.ok("create", subject, *who, "-m", text, *more).out.strip()

    def path(self, code: str) -> Path:
        (path,) = self.root.glob(f"tickets/*/{code}.toml")
        return path

    def ticket(self, code: str) -> Ticket:
        return loads(self.path(code).read_text(encoding="utf-8"))

    def codes(self) -> list[str]:
        return sorted(path.stem for path in self.root.glob("tickets/*/*.toml"))

    def files(self) -> dict[str, bytes]:
        """Every file of the desk that is not this clone's own or git's."""
        found = (path for path in self.root.rglob("*") if path.is_file() and not path.is_symlink())
        names = {str(path.relative_to(self.root)): path for path in found}
        return {
            name: path.read_bytes() for name, path in names.items() if not name.startswith((".ticketcli/", ".git/"))
        }

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=self.root, capture_output=True, text=True, check=True)
        return done.stdout.strip()


def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the person who runs the tests is seen: no configuration, name, editor or desk of theirs."""
    for name in ("TICKET_DESK", "TICKET_AGENT", "EDITOR", "VISUAL", "NO_COLOR", "FORCE_COLOR", "TICKET_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    for name in ("CONFIG", "STATE", "CACHE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Ana Cruz")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "ana@desk.example")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("LOGNAME", "ana")


def kept_texts(home: Path) -> list[str]:
    """The texts that were kept because they could not be saved."""
    return [path.read_text(encoding="utf-8") for path in sorted((home / "state/ticketcli/unsaved").glob("*"))]
