"""What goes where: colours as the environment wants them, and long results through the pager."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.desks import asks, make_desk, ticket
from tests.terminal import on_a_terminal
from ticketcli.cli import streams

ASKED = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM")


@pytest.mark.parametrize(
    ("environ", "on_terminal", "elsewhere"),
    [
        ({}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"CLICOLOR": "1"}, True, False),
        ({"CLICOLOR": "0"}, False, False),
        ({"CLICOLOR_FORCE": "1"}, True, True),
        ({"CLICOLOR_FORCE": "0"}, True, False),
        ({"CLICOLOR_FORCE": "1", "CLICOLOR": "0", "TERM": "dumb"}, True, True),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False, False),
        ({"FORCE_COLOR": "1"}, True, True),
    ],
)
def test_who_wants_colour_gets_it(
    environ: dict[str, str], on_terminal: bool, elsewhere: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ASKED:
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    for terminal, wanted in ((True, on_terminal), (False, elsewhere)):
        monkeypatch.setattr(streams, "on_terminal", lambda terminal=terminal: terminal)
        assert streams.colour() is wanted


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a pager was given, on a screen of five lines."""
    path = tmp_path / "seen"
    (tmp_path / "pager").write_text(f"#!/bin/sh\nexec cat > {shlex.quote(str(path))}\n")
    (tmp_path / "pager").chmod(0o755)
    for name, value in (("LINES", "5"), ("TERM", "xterm"), ("PAGER", str(tmp_path / "pager"))):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("TICKET_PAGER", raising=False)
    return path


def test_what_fits_is_printed(seen: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with streams.paged():
        streams.out("1\n2\n3\n4")
    assert (capsys.readouterr().out, seen.exists()) == ("1\n2\n3\n4\n", False)


def test_what_is_longer_goes_through_the_pager_as_one(seen: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with streams.paged():
        streams.out("1\n2\n3\n4")
        streams.out("5")
        assert not seen.exists()
        streams.say("and 6 more")  # stands behind what it speaks of
        assert seen.read_text() == "1\n2\n3\n4\n5\n"
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "and 6 more\n")
    streams.out("outside")
    assert capsys.readouterr().out == "outside\n"


@pytest.mark.parametrize(("name", "value"), [("PAGER", "no-such-pager"), ("PAGER", "cat"), ("TERM", "dumb")])
def test_without_a_pager_all_is_printed(
    seen: Path, name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    with streams.paged():
        streams.out("line\n" * 5)
    assert (capsys.readouterr().out, seen.exists()) == ("line\n" * 5, False)


def test_results_are_shown_whatever_happens(capsys: pytest.CaptureFixture[str]) -> None:
    def fails() -> None:
        with streams.paged():
            streams.out("1")
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert capsys.readouterr().out == "1\n"


def test_lists_go_through_the_pager_on_a_terminal_alone(
    seen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_desk(tmp_path / "desk", [ticket(asks(f"n{n}", "2024-11-20 08:00", f"Question {n}")) for n in range(5)])
    monkeypatch.setenv("LINES", "6")
    ran = on_a_terminal(desk, "list", "--all", term="xterm")
    assert (ran.code, ran.out) == (0, "")
    assert seen.read_text().count("Question") == 5
    seen.unlink()
    assert on_a_terminal(desk, "path", "7", term="xterm").code == 3
    assert not seen.exists()
