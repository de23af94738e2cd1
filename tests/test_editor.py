"""The user's editor: real little programs stand in for it; no typed text is ever lost."""

from __future__ import annotations

import os
import shlex
import stat
import sys
from pathlib import Path

import pytest

from ticketcli.edges import editor

TEMPLATE = "\n# Lines above go to the customer.\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment of its own, whose temporary directory is empty before and after."""
    import tempfile

    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state"), "PATH": os.environ["PATH"]}


def program(tmp_path: Path, code: str) -> str:
    """A command that runs this code as an editor; `file` is what it is to edit."""
    path = tmp_path / "my editor.py"  # a blank: the command is split as the shell does it, and by no shell
    path.write_text(f"import sys, os, signal\nfrom pathlib import Path\nfile = Path(sys.argv[-1])\n{code}\n")
    return shlex.join([sys.executable, "-I", "-S", str(path), "--wait"])


def kept(home: dict[str, str]) -> list[Path]:
    return sorted((Path(home["XDG_STATE_HOME"]) / "ticketcli" / "unsaved").glob("*"))


def test_it_gives_what_was_typed(tmp_path: Path, home: dict[str, str]) -> None:
    home["VISUAL"] = program(
        tmp_path, "assert sys.argv[1] == '--wait'; file.write_text('Dear Mária,\\n' + file.read_text())"
    )
    home["EDITOR"] = "false"
    assert editor.edit(TEMPLATE, suffix=".txt", environ=home) == "Dear Mária,\n" + TEMPLATE
    assert list((tmp_path / "tmp").iterdir()) == []
    assert kept(home) == []


def test_the_file_is_private(tmp_path: Path, home: dict[str, str]) -> None:
    home["EDITOR"] = program(
        tmp_path, "file.write_text(f'{file.stat().st_mode:o} {file.parent.stat().st_mode:o} {file.name}')"
    )
    assert editor.edit("", suffix=".toml", environ=home) == "100600 40700 ticket.toml"


def test_no_shell_takes_part(tmp_path: Path, home: dict[str, str]) -> None:
    home["EDITOR"] = f"true; touch {tmp_path / 'marker'} #"
    with pytest.raises(editor.EditorFailed):
        editor.edit("", suffix=".txt", environ=home)
    assert not (tmp_path / "marker").exists()


def test_nothing_changed(home: dict[str, str]) -> None:
    home["EDITOR"] = "true"
    with pytest.raises(editor.Unchanged, match="nothing was changed in the editor; nothing was written") as caught:
        editor.edit(TEMPLATE, suffix=".txt", environ=home)
    assert caught.value.exit_code == 1
    assert kept(home) == []


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("no-such-editor", "cannot be started: No such file or directory"),
        ("'unbalanced", "cannot be started: No closing quotation"),
        ("false", "ended with exit status 1"),
    ],
)
def test_an_editor_that_fails_with_nothing_typed(home: dict[str, str], command: str, said: str) -> None:
    home["EDITOR"] = command
    with pytest.raises(editor.EditorFailed) as caught:
        editor.edit(TEMPLATE, suffix=".txt", environ=home)
    assert str(caught.value) == (
        f'the editor "{command}" {said}; nothing was written; set $EDITOR or give the text with -m or -F'
    )
    assert caught.value.exit_code == 1
    assert kept(home) == []


@pytest.mark.parametrize("end", ["sys.exit(3)", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_an_editor_that_fails_with_something_typed(tmp_path: Path, home: dict[str, str], end: str) -> None:
    home["EDITOR"] = program(tmp_path, f"file.write_text('half a sente')\n{end}")
    with pytest.raises(editor.EditorFailed) as caught:
        editor.edit(TEMPLATE, suffix=".txt", environ=home)
    (path,) = kept(home)
    assert caught.value.kept == path
    assert f'your text is in "{path}"' in str(caught.value)
    assert path.read_text() == "half a sente"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list((tmp_path / "tmp").iterdir()) == []


def test_bytes_that_are_no_text_are_kept_as_they_are(tmp_path: Path, home: dict[str, str]) -> None:
    home["EDITOR"] = program(tmp_path, "file.write_bytes(b'caf\\xe9')")
    with pytest.raises(editor.EditorFailed, match="wrote bytes that are not UTF-8; your text is in"):
        editor.edit("", suffix=".txt", environ=home)
    assert kept(home)[0].read_bytes() == b"caf\xe9"


def test_an_editor_that_takes_the_file_away(tmp_path: Path, home: dict[str, str]) -> None:
    home["EDITOR"] = program(tmp_path, "file.unlink()")
    with pytest.raises(editor.EditorFailed, match="left no text: No such file or directory"):
        editor.edit("", suffix=".txt", environ=home)


def test_an_interrupt_belongs_to_the_editor(tmp_path: Path, home: dict[str, str]) -> None:
    home["EDITOR"] = program(
        tmp_path,
        "assert signal.getsignal(signal.SIGINT) is signal.default_int_handler\n"
        "os.kill(os.getppid(), signal.SIGINT)\nfile.write_text('still here')",
    )
    assert editor.edit("", suffix=".txt", environ=home) == "still here"


def test_text_is_kept_in_the_state_directory(tmp_path: Path, home: dict[str, str]) -> None:
    first, second = editor.keep_text("one", home), editor.keep_text("two", home)
    assert kept(home) == sorted([first, second])
    assert first.read_text() == "one"
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
    home["XDG_STATE_HOME"] = "relative/is/ignored"
    assert editor.keep_text("three", home).parent == tmp_path / ".local/state/ticketcli/unsaved"


def test_text_is_kept_elsewhere_if_need_be(tmp_path: Path, home: dict[str, str]) -> None:
    (tmp_path / "state").write_text("a file where the directory should be")
    path = editor.keep_text("precious", home)
    assert path.read_text() == "precious"
    assert path.is_relative_to(tmp_path / "tmp")
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_when_no_place_takes_the_text_that_is_said(tmp_path: Path, home: dict[str, str]) -> None:
    (tmp_path / "state").touch()
    (tmp_path / "tmp").rmdir()
    with pytest.raises(editor.NotKept, match="your text could not be kept: No such file or directory") as caught:
        editor.keep_text("precious", home)
    assert caught.value.exit_code == 74
