"""The program as a whole: its help in sections, its second name `git ticket`, its manual page."""

from __future__ import annotations

import importlib
import os
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.command import at_home
from ticketcli.cli.main import main, sections
from ticketcli.cli.table import COMMANDS, SECTIONS

ROOT = Path(__file__).resolve().parents[1]


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    capsys.readouterr()
    return main(words), capsys.readouterr().out


def test_the_help_has_every_command_once_in_a_section(capsys: pytest.CaptureFixture[str]) -> None:
    found = sections()
    assert list(found) == list(SECTIONS.values())
    assert [name for names in found.values() for name in names] == list(COMMANDS)
    _, text = said(capsys, "--help")
    assert [row[:-1] for row in text.splitlines() if row[:-1] in found] == list(found)
    assert {row.split()[0] for row in text.splitlines() if row.startswith("  ") and row.split()} >= set(COMMANDS)


def test_help_is_a_word_too(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["reply"], ["export", "jsonl"]):
        assert said(capsys, "help", *words) == said(capsys, *words, "--help")
    assert said(capsys, "help", "frob")[0] == 2


@pytest.fixture
def git_ticket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory on the PATH that holds what the package installs beside `ticket`."""
    at_home(tmp_path, monkeypatch)
    program = tmp_path / "bin" / "git-ticket"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m ticketcli "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return program.parent


def git(where: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(where), *words], capture_output=True, text=True, check=True)
    return done.stdout


def test_git_has_it_as_a_command_of_its_own(git_ticket: Path, tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    assert main(["init", str(desk), "-q"]) == 0
    code = git(desk / "tickets", "ticket", "create", "Printer jams", "-m", "It eats paper.", "-q").strip()
    assert f"/{code}.toml" in git(desk, "ls-tree", "-r", "--name-only", "HEAD")


def test_the_package_installs_both_programs_and_their_pages() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(project["project"]["scripts"]) == {"ticket", "git-ticket"}
    shared = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert shared == {"ticketcli/man": "share/man/man1"}
    assert sorted(path.name for path in (ROOT / "ticketcli" / "man").iterdir()) == ["git-ticket.1", "ticket.1"]
    for entry in project["project"]["scripts"].values():
        module, _, function = entry.partition(":")
        assert callable(getattr(importlib.import_module(module), function))


@pytest.mark.skipif(not shutil.which("man"), reason="man is not installed here")
def test_the_page_is_sound_and_git_opens_it(git_ticket: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "ticketcli" / "man", git_ticket.parent / "share" / "man" / "man1")
    monkeypatch.setenv("MANPATH", str(git_ticket.parent / "share" / "man"))
    done = subprocess.run(["man", "--warnings", "-P", "cat", "ticket"], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "ticket reply TICKET..." in done.stdout
    assert git(git_ticket, "ticket", "--help") == done.stdout
