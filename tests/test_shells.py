"""Real shells: no filter word, no message reference and no tag needs quoting in bash, zsh or fish."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ticketcli.core.words.query import grammar

WORDS = """
7KQ/2 7KQ/2,4 7KQ/2-T7W2 7KQ-M2RTX-4BG 7kqm2rtx4bg @ - +tag -tag +vip -sso key:web1/disk
status:new,open -status:closed tag:vip -assignee:ana assignee:none priority:high.. ..low waiting:2d.. age:..30d
due:..2h created:2026-01..2026-03 customer:@acme.com is:overdue view:mine fields.order:A-1001
mondayT9:00 14:00 -3d +2h 2026-11-20T09:00 last-week 2026-W47
priority=high customer.phone=+4201 fields.order=A-1001 due= due=friday tags=+vip,-sso none me
"""
"""Words of design 4 that are no filters, and filters with a minus."""


def filters() -> list[str]:
    """An example of every filter word; a text of several words is left out: every shell wants it quoted."""
    examples = [example for example, _ in grammar()]
    return [word for example in examples for word in (example, f"-{example}") if " " not in word]


def arrives(shell: str, words: list[str], folder: Path) -> list[str]:
    """What a command that is given these words in a shell, as typed, gets."""
    line = f"command env printf '%s\\n' {' '.join(words)}"
    options = {"bash": ["--norc", "--noprofile"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    interactive = {"bash": ["-i"], "zsh": ["-i"], "fish": []}[shell]  # as people type: history and all
    home = folder / "home"
    home.mkdir(exist_ok=True)
    done = subprocess.run(
        [shell, *options, *interactive, "-c", line],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "HOME": str(home), "HISTFILE": "/dev/null"},
        timeout=60,
    )
    return done.stdout.splitlines()


@pytest.fixture(params=["bash", "zsh", "fish"])
def shell(request: pytest.FixtureRequest) -> str:
    if not shutil.which(request.param):
        pytest.skip(f"{request.param} is not installed here")
    return str(request.param)


def test_no_filter_word_needs_quoting(shell: str, tmp_path: Path) -> None:
    assert len(filters()) > 40
    assert arrives(shell, filters(), tmp_path) == filters()


def test_no_reference_tag_or_time_needs_quoting(shell: str, tmp_path: Path) -> None:
    assert arrives(shell, WORDS.split(), tmp_path) == WORDS.split()


def test_words_of_other_grammars_would_not_arrive(shell: str, tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    for word in ("$HOME", "waiting:>2d", "*"):
        assert arrives(shell, [word], tmp_path) != [word]


def test_a_filter_with_a_blank_is_one_word_in_quotes(shell: str, tmp_path: Path) -> None:
    assert arrives(shell, ["text:'error: 500'", '"reset password"'], tmp_path) == ["text:error: 500", "reset password"]
