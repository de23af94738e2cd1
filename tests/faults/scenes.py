"""A desk of the whole program, put back before every run, and what is asked of it whatever has happened to it.

The clock stands still and ids come from a fixed source, so that two runs without a fault write the same bytes.
"""

from __future__ import annotations

import importlib
import io
import os
import pkgutil
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

import ticketcli
from tests.command import PEOPLE
from tests.faults.running import Ended, Program, run
from tests.faults.sweep import Subject
from ticketcli.cli.main import main
from ticketcli.core.errors import TicketError
from ticketcli.core.ticket.thread import root
from ticketcli.desk import desk as desks
from ticketcli.desk import record
from ticketcli.desk.catalog import Catalog

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
TEXT = "Please try again: we cleared the session."
_UNDERSTOOD = {0, 1, 74, 75, -9}
"""Exit statuses that a fault may lead to; 1 where what cannot be read is named."""
_UNSAVED = {74, 75}
_ALL = {1, 74, 75}
"""Where a text on the command line, and where one from standard input, which stands nowhere else, must be kept."""
_PARTS = ("tickets/*/*.toml", "attachments/*/*", "ticketcli.toml", ".gitattributes", ".ticketcli/leases/*")


class _Clock(datetime):
    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return NOW


class Scene:
    """A desk with two tickets, or what else was made of it before it was kept."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch, *, git: bool = False) -> None:
        self.home, self.root, self.kept, self.git = home, home / "desk", home / "kept", git
        load_all()
        monkeypatch.setattr(desks, "datetime", _Clock)
        monkeypatch.setattr(record, "secrets", SimpleNamespace(randbits=random.Random(1).getrandbits))
        self.do("init", str(self.root), *(["--name=x"] if git else ["--no-git"]), desk=False)
        with (self.root / "ticketcli.toml").open("a") as settings:
            settings.write(PEOPLE)
        self.one = self.create("one", "First question.", "--at", "2026-03-01")
        self.two = self.create("two", "Another one.", "--at", "2026-03-02")
        self.do("reply", self.one, "--from", "customer", "-m", "Second question.", "--at", "2026-03-03")
        self.do("tag", self.two, "+vip", "--at", "2026-03-03")

    def create(self, subject: str, text: str, *words: str) -> str:
        """The code of a new ticket of Maria's."""
        return self.do("create", subject, "--from", "Maria <maria@example.com>", "-m", text, *words).out.strip()

    def do(self, *words: str, desk: bool = True) -> Ended:
        """What came of a command without a fault, which must end well."""
        self._seed = getattr(self, "_seed", 0) + 1
        ended = run(self.program(*words, desk=desk, seed=self._seed))
        assert ended.code == 0, ended
        return ended

    def program(self, *words: str, desk: bool = True, seed: int = 0, stdin: str = "") -> Program:
        """A command as a function."""

        def command() -> int:
            sys.stdin, _handle = io.TextIOWrapper(io.BytesIO(stdin.encode())), sys.stdin  # which stays open
            record.secrets.randbits = random.Random(seed).getrandbits  # type: ignore[attr-defined]
            return main(["-C", str(self.root), *words] if desk else list(words))

        return command

    def keep(self) -> None:
        """The desk as it is now is what every run begins with."""
        shutil.rmtree(self.kept, ignore_errors=True)
        shutil.copytree(self.root, self.kept, symlinks=True)

    def reset(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(self.kept, self.root, symlinks=True)
        shutil.rmtree(self.home / "state", ignore_errors=True)

    def parts(self) -> dict[str, bytes]:
        """Every file of the desk that readers see, byte by byte; what a writer that was cut off left is none."""
        files = (path for pattern in _PARTS for path in self.root.glob(pattern) if path.suffix != ".tmp")
        return {str(path.relative_to(self.root)): path.read_bytes() for path in files if path.is_file()}

    def parts_but_ids(self) -> dict[str, object]:
        """The same where each ticket takes the next ids: one that cannot be read leaves its own to the following."""
        return {name: re.sub(rb'"[0-9A-Z]{10}"', b'"ID"', data) for name, data in self.parts().items()}

    def shown(self) -> dict[str, object]:
        """What is seen of each ticket."""
        catalog = self.catalog()
        found = {}
        for code in sorted(catalog.paths):
            one = catalog.situation(code)
            bodies = sorted(str(entry.event.body) for entry in one.thread.messages)
            found[code] = (one.status, one.header.text("subject"), one.header.list("tags"), bodies)
        return found

    def merges(self) -> dict[str, object]:
        """Which tickets have an event that merges them, or takes another one in."""
        catalog = self.catalog()
        tickets = {code: catalog.situation(code).ticket for code in catalog.paths}
        return {code: any(event.action == "merge" for event in one.events) for code, one in tickets.items()}

    def catalog(self) -> Catalog:
        return Catalog(desks.open_desk(self.root, {}), NOW)

    def subject(self, *words: str, desk: bool = True, text: str = "", stdin: str = "", **more: object) -> Subject:
        """A command of the program, of which everything is asked that holds for all."""
        again = self.program(*words, desk=desk, seed=99, stdin=stdin)
        return Subject(
            self.program(*words, desk=desk, stdin=stdin),
            self.reset,
            more.pop("state", self.parts),  # type: ignore[arg-type]
            self.root,
            look=lambda ended: self.look(ended, text or stdin, _ALL if stdin else _UNSAVED),
            after=lambda _ended: self.after(),
            again=more.pop("again", lambda _ended, _program: run(again)),  # type: ignore[arg-type]
            final=more.pop("final", self.shown),  # type: ignore[arg-type]
        )

    def look(self, ended: Ended, text: str, failed: Container[int]) -> Iterator[str]:
        """What is wrong right behind a fault; where it failed so, the text must be somewhere."""
        if ended.code not in _UNDERSTOOD or "Traceback" in ended.err:
            yield f"exit status {ended.code}: {ended.err.strip()[-300:]}"
        if not (self.root / "ticketcli.toml").exists():
            return
        try:
            yield from self.hidden()
        except (TicketError, OSError, AssertionError) as error:
            yield f"cannot be read: {error}"
        read = "ticketcli.toml" not in ended.err  # who cannot open the desk does not read the text either
        if text and read and ended.code in failed and not (text in ended.err or self.holds(text)):
            yield f"the text is nowhere; exit status {ended.code}: {ended.err.strip()}"

    def hidden(self) -> Iterator[str]:
        """Messages that no thread shows, or two do."""
        catalog = self.catalog()
        assert not catalog.problems, catalog.problems
        situations = [catalog.situation(code) for code in catalog.paths]
        roots = [one for one in situations if root(one.code, catalog.ticket) == one.code]
        shown = Counter(entry.event.id for one in roots for entry in one.thread.messages)
        written = {event.id for one in situations for event in one.ticket.counting if event.kind != "change"}
        yield from (f"message {code} is shown {shown[code]} times" for code in written if shown[code] != 1)

    def holds(self, text: str) -> bool:
        """Whether a text is in a ticket, or kept for its user."""
        places = [*self.root.glob("tickets/*/*.toml"), *(self.home / "state/ticketcli/unsaved").glob("*")]
        return any(text in path.read_text(encoding="utf-8") for path in places)

    def after(self) -> Iterator[str]:
        """What is wrong when the command was given again."""
        yield from self.unchecked()
        if self.git:
            yield from self.uncommitted()

    def unchecked(self, *words: str) -> Iterator[str]:
        """What `check` finds."""
        checked = run(self.program("check", *words))
        found = [line for line in checked.out.splitlines() if "left over from a save that was cut short" not in line]
        if found or checked.code not in (0, 1):
            yield f"check: {found} {checked.err.strip()}"

    def uncommitted(self) -> Iterator[str]:
        """What HEAD or the index lacks, or git's store has lost."""
        lines = self.ask_git("status", "--porcelain", "tickets", "attachments").splitlines()
        yield from (f"git status: {line}" for line in lines if not line.endswith(".tmp"))
        if told := self.ask_git("fsck", "--strict", "--no-dangling", "--no-progress"):
            yield f"git fsck: {told}"

    def ask_git(self, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=self.root, capture_output=True, text=True)
        return (done.stdout + done.stderr).strip()


def home_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the person who runs the tests is seen, and what is typed is kept in the folder."""
    from tests.command import at_home

    at_home(folder, monkeypatch)
    with suppress(KeyError):
        del os.environ["TICKET_TRACEBACK"]


def load_all() -> None:
    """Every module of the program is here before the forks that use it: half the time."""
    for module in pkgutil.walk_packages(ticketcli.__path__, "ticketcli."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in ("csv", "email", "difflib", "hashlib", "mimetypes", "sqlite3", "tabulate"):
        importlib.import_module(name)


def words_of(given: Sequence[str], at: str = "2026-03-05") -> list[str]:
    """The options that make a command repeatable byte by byte."""
    return [*given, "--id", "FIXED", "--as", "ana", *(["--at", at] if at else [])]
