"""The user's pager: which one it is, and that one which is missing or left early loses nothing."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from ticketcli.edges import pager


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, ["less"]),
        ({"PAGER": "most -s"}, ["most", "-s"]),
        ({"PAGER": "most", "TICKET_PAGER": "less -S"}, ["less", "-S"]),
        ({"PAGER": "most", "TICKET_PAGER": "cat"}, []),
        ({"PAGER": ""}, []),
        ({"PAGER": "'unbalanced"}, []),
    ],
)
def test_the_environment_says_which(environ: dict[str, str], words: list[str]) -> None:
    assert pager.command(environ) == words


def test_it_is_given_the_text_and_no_shell_takes_part(tmp_path: Path) -> None:
    seen, marker = tmp_path / "seen", tmp_path / "marker"
    script = tmp_path / "my pager"
    script.write_text(f'#!/bin/sh\necho "$LESS $*" > {shlex.quote(str(seen))}; cat >> {shlex.quote(str(seen))}\n')
    script.chmod(0o755)
    words = pager.command({"PAGER": f"{shlex.quote(str(script))} ; touch {marker}"})
    assert pager.show("Mária\n\udcff\n", words, dict(os.environ) | {"LESS": "S"})
    assert seen.read_text() == f"S ; touch {marker}\nMária\n\\udcff\n"
    assert not marker.exists()


def test_one_that_is_missing_has_shown_nothing() -> None:
    assert not pager.show("text\n", ["no-such-pager"], os.environ)


def test_one_that_is_left_early_is_no_error() -> None:
    assert pager.show("text\n" * 100_000, ["true"], os.environ)
