"""The program as a whole: its help in sections, and the word help that git's users type."""

from __future__ import annotations

import pytest

from ticketcli.cli.main import main, sections
from ticketcli.cli.table import COMMANDS, SECTIONS


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
