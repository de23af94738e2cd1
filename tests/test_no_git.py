"""Commands that read run no git at all: what a stranger's repository could make it do never begins."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.command import PEOPLE, Command, at_home

READING = [
    (),
    ("list",),
    ("list", "--json"),
    ("to-solve", "--explain"),
    ("to-solve", "--for", "me"),
    ("next", "--peek"),
    ("search", "paper"),
    ("show", "CODE"),
    ("show", "CODE", "--public"),
    ("show", "CODE", "--as-of", "2030-01-01"),
    ("path", "CODE"),
    ("log",),
    ("log", "CODE"),
    ("report",),
    ("report", "sla"),
    ("config", "show"),
    ("tick", "--dry-run"),
]


@pytest.fixture
def ticket(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """A desk in a repository, where whoever runs git from now on leaves a marker."""
    at_home(tmp_path, monkeypatch)
    command = Command(tmp_path / "desk", capsys, monkeypatch)
    assert command.run("init", str(command.root), desk=False).code == 0
    with (command.root / "ticketcli.toml").open("a") as settings:
        settings.write(PEOPLE)
    command.create()
    trap = tmp_path / "bin/git"
    trap.parent.mkdir()
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/marker\nexit 1\n")
    trap.chmod(0o755)
    monkeypatch.setenv("PATH", f"{trap.parent}:{os.environ['PATH']}")
    (command.root / ".ticketcli/me").unlink()  # as in a new clone
    monkeypatch.setenv("LOGNAME", "ana")
    return command


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_command_that_reads_runs_no_git(ticket: Command, words: tuple[str, ...]) -> None:
    (code,) = ticket.codes()
    ticket.ok(*(code if word == "CODE" else word for word in words))
    assert not (ticket.root.parent / "marker").exists()


def test_the_trap_is_armed(ticket: Command) -> None:
    ticket.run("note", *ticket.codes(), "-m", "x")
    assert (ticket.root.parent / "marker").exists()
