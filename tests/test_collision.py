"""Two agents at one ticket at once, in real processes with real editors: nobody's text is lost, nobody is overrun."""

from __future__ import annotations

import json
import os
import re
import select
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.command import PEOPLE, Command, Ran, at_home, kept_texts
from tests.desks import make_desk
from tests.office import ROOT, ended, started
from ticketcli.desk.desk import now
from ticketcli.edges import leases

EDITOR = """#!/bin/sh
cp "$1" "$0.$TICKET_AGENT.offered"
echo open > "$0.$TICKET_AGENT.open"
cat "$0.$TICKET_AGENT.text" > "$1"
"""
"""Says that it is open, and saves what it is told; both are pipes, so nobody waits for longer than needed."""


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    at_home(tmp_path, monkeypatch)
    script = tmp_path / "editor"
    script.write_text(EDITOR)
    script.chmod(0o755)
    for agent in ("ana", "bob"):
        os.mkfifo(tmp_path / f"editor.{agent}.open")
        os.mkfifo(tmp_path / f"editor.{agent}.text")
    monkeypatch.setenv("EDITOR", str(script))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return Command(make_desk(tmp_path / "desk", settings=PEOPLE), capsys, monkeypatch)


@dataclass
class Writer:
    """An agent who sits at a terminal before an editor."""

    agent: str
    process: subprocess.Popen[str]
    editor: Path

    @property
    def offered(self) -> str:
        return Path(f"{self.editor}.{self.agent}.offered").read_text()

    def saves(self, text: str) -> Ran:
        """What comes of the reply when the editor is left."""
        Path(f"{self.editor}.{self.agent}.text").write_text(text)
        return ended(self.process)


@contextmanager
def writing(desk: Command, code: str, agent: str) -> Iterator[Writer]:
    """`ticket reply CODE` with the editor open."""
    editor = desk.root.parent / "editor"
    primary, secondary = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "ticketcli", "-C", str(desk.root), "reply", code],
        stdin=secondary,
        stdout=secondary,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TICKET_AGENT": agent},
    )
    os.close(secondary)
    assert _said(Path(f"{editor}.{agent}.open")) == b"open\n"
    yield Writer(agent, process, editor)
    os.close(primary)


def _said(pipe: Path) -> bytes:
    """What somebody says there, within a minute."""
    handle = os.open(pipe, os.O_RDWR)  # a reader alone would wait for a writer that never comes
    try:
        return os.read(handle, 100) if select.select([handle], [], [], 60)[0] else b""
    finally:
        os.close(handle)


def answers(desk: Command, code: str) -> list[tuple[str, str]]:
    return [(event.by, event.body) for event in desk.ticket(code).events if event.public_answer]


def held(desk: Command) -> dict[str, str]:
    return {code: lease.holder for code, lease in leases.held(desk.root, now()).items()}


def test_of_two_in_their_editors_one_is_stored_and_the_other_keeps_the_text(desk: Command, tmp_path: Path) -> None:
    code = desk.create()
    with writing(desk, code, "ana") as ana, writing(desk, code, "bob") as bob:
        assert held(desk) == {code: "ana"}
        assert re.search(r"^  in hand   ana since \d{4}-\d\d-\d\d \d\d:\d\d$", desk.ok("show", code).out, re.MULTILINE)
        assert json.loads(desk.ok("show", code, "--json").out)["tickets"][0]["held_by"] == "ana"
        assert f"\n# {code} is in the hands of ana since " in bob.offered
        assert "is in the hands of" not in ana.offered
        assert desk.run("next", "--as", "bob").code == 5
        first, second = bob.saves("Is it on?\n"), ana.saves("Try again.\n")
    assert (first.code, second.code) == (0, 4)
    assert answers(desk, code) == [("bob", "Is it on?\n")]
    assert kept_texts(tmp_path) == ["Try again.\n"]
    kept, said = second.err.splitlines()
    assert re.fullmatch(
        rf"ticket: {code} was answered \d+ s ago by Bob Novak; nothing was written. "
        rf"Read it with: ticket show {code}",
        said,
    )
    assert held(desk) == {}
    words = shlex.split(kept.partition("send it with: ticket ")[2])
    desk.ok(*words, "--as", "ana")
    assert answers(desk, code) == [("bob", "Is it on?\n"), ("ana", "Try again.\n")]


def test_with_m_both_are_stored(desk: Command) -> None:
    code = desk.create()
    both = [started(desk.root, "reply", code, "-m", f"I am {agent}.", "--as", agent) for agent in ("ana", "bob")]
    assert [ended(process).code for process in both] == [0, 0]
    assert sorted(answers(desk, code)) == [("ana", "I am ana.\n"), ("bob", "I am bob.\n")]


def test_what_is_held_from_next_stays_held_behind_the_editor(desk: Command) -> None:
    code = desk.create()
    desk.ok("next", "-q")
    with writing(desk, code, "ana") as ana:
        ran = ana.saves("")
    assert ran.code == 2
    assert held(desk) == {code: "ana"}


def test_an_expired_lease_is_nobodys(desk: Command) -> None:
    code = desk.create()
    assert leases.claim(desk.root, code, "bob", now() - leases.LENGTH)
    assert "in hand" not in desk.ok("show", code).out
