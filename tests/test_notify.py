"""The user's command gets the document whole; whatever it does, `tick` goes on and says one line."""

from __future__ import annotations

import os
import select
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ticketcli.edges.notify import notify

ENVIRON = {"PATH": os.environ["PATH"]}
DOCUMENT = '{"schema_version": 1, "tickets": [{"subject": "Mária \\u001b[2J 🚒"}]}\n'
LONG = 60
"""Seconds that no test waits for."""


def script(tmp_path: Path, text: str) -> str:
    path = tmp_path / "my alarm.sh"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def living(tmp_path: Path) -> Iterator[int]:
    """The reading end of the FIFO `alive` beside the script: it ends when nobody who has opened it is left."""
    os.mkfifo(tmp_path / "alive")
    handle = os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK)
    yield handle
    os.close(handle)


SLOW = f"""exec 9> "$(dirname "$0")/alive"
sleep {LONG} &
echo $$ >&9
"""
"""A command that leaves a child behind; both are heard of through the FIFO."""


def ends(handle: int, seconds: float) -> bool:
    """Whether nobody holds the other end any more, within so many seconds."""
    if not select.select([handle], [], [], seconds)[0]:
        return False
    return os.read(handle, 100) == b""


def heard(handle: int) -> bytes:
    """What a command has said through the FIFO so far."""
    try:
        return os.read(handle, 100)
    except BlockingIOError:
        return b""


def test_it_is_given_the_document_byte_for_byte(tmp_path: Path) -> None:
    command = [script(tmp_path, 'cat > "$1"'), str(tmp_path / "a file; with $(odd) name")]
    assert notify(command, DOCUMENT, ENVIRON) == ""
    assert Path(command[1]).read_bytes() == DOCUMENT.encode()
    assert notify(command, "", ENVIRON) == ""
    assert Path(command[1]).read_bytes() == b""


def test_it_runs_in_the_users_environment(tmp_path: Path) -> None:
    """The command is found on the user's PATH, and sees nothing but what is given."""
    script(tmp_path, 'printf %s "$GREETING-$TICKET_AGENT" > "$1"')
    environ = {"PATH": f"{tmp_path}:{ENVIRON['PATH']}", "GREETING": "Ahoj"}
    assert notify(["my alarm.sh", str(tmp_path / "out")], DOCUMENT, environ) == ""
    assert (tmp_path / "out").read_text() == "Ahoj-"


def test_what_it_prints_goes_nowhere(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert notify([script(tmp_path, "echo sent; echo progress >&2")], DOCUMENT, ENVIRON) == ""
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("exit 3", "ended with exit status 3"),
        ("echo sent; exit 1", "ended with exit status 1"),
        ("echo 'to ana' >&2; echo 'no route\tto\033[31m host' >&2; echo >&2; exit 3", "status 3: no route to[31m host"),
        ("printf 'caf\\351' >&2; exit 255", "status 255: caf\N{REPLACEMENT CHARACTER}"),
        ("kill -9 $$", "was ended by signal 9"),
    ],
)
def test_a_command_that_fails_is_one_line(tmp_path: Path, text: str, why: str) -> None:
    command = script(tmp_path, text)
    said = notify([command, "--token=secret"], DOCUMENT, ENVIRON)
    assert said.startswith(f'the notify command "{command}" ')
    assert said.endswith(why)
    assert said.isprintable()
    assert "secret" not in said


def test_its_last_words_are_cut(tmp_path: Path) -> None:
    command = script(tmp_path, "head -c 3000000 /dev/zero | tr '\\0' x >&2; exit 1")
    assert (
        notify([command], DOCUMENT, ENVIRON) == f'the notify command "{command}" ended with exit status 1: {"x" * 200}'
    )


@pytest.mark.parametrize("name", ["no-such-command", "none/at/all", "/", ".", "", "a\0b", "~/alarm"])
def test_a_command_that_is_not_there(name: str) -> None:
    said = notify([name], DOCUMENT, ENVIRON)
    assert said.startswith(f'the notify command "{name}" cannot be started: '.replace("\0", ""))
    assert said.isprintable()


def test_a_file_that_is_no_command(tmp_path: Path) -> None:
    command = script(tmp_path, "exit 0")
    Path(command).chmod(0o644)
    assert notify([command], DOCUMENT, ENVIRON).endswith("cannot be started: Permission denied")
    Path(command).chmod(0o755)
    assert notify([command], DOCUMENT, ENVIRON) == ""
    Path(command).write_bytes(b"\0\1\2")
    assert notify([command], DOCUMENT, ENVIRON).endswith("cannot be started: Exec format error")


@pytest.mark.parametrize(
    ("text", "why"), [("exit 0", ""), ("exec <&-", ""), ("head -c 1 >&2; exit 1", "ended with exit status 1: x")]
)
def test_a_command_that_does_not_read(tmp_path: Path, text: str, why: str) -> None:
    assert notify([script(tmp_path, text)], "x" * (1 << 20), ENVIRON).endswith(why)


def test_a_document_that_is_no_text_starts_nothing(tmp_path: Path) -> None:
    command = script(tmp_path, f"touch '{tmp_path / 'marker'}'")
    assert "cannot be started: " in notify([command], "\ud800", ENVIRON)
    assert not (tmp_path / "marker").exists()


def test_after_its_time_it_ends_with_its_children(tmp_path: Path, living: int) -> None:
    command = script(tmp_path, SLOW + "wait")
    for seconds in (0.2, 1, 5, 25):  # a busy machine may not even have started it
        said = notify([command], DOCUMENT, ENVIRON, seconds=seconds)
        assert said == f'the notify command "{command}" took longer than {seconds} s and was killed'
        if heard(living):
            break
    else:
        pytest.fail("it was never started")
    assert ends(living, 10)


def test_a_child_that_is_not_killed_is_heard(tmp_path: Path, living: int) -> None:
    """The control: to kill the command alone leaves its child behind, and the FIFO open."""
    process = subprocess.Popen([script(tmp_path, SLOW + "wait")], start_new_session=True)
    assert select.select([living], [], [], 30)[0]
    assert heard(living) == b"%d\n" % process.pid
    process.kill()
    process.wait()
    assert not ends(living, 0.2)
    os.killpg(process.pid, signal.SIGKILL)
    assert ends(living, 10)


def test_a_command_that_leaves_a_child_behind_is_not_waited_for(tmp_path: Path, living: int) -> None:
    """As a desktop's notifier does it: what it leaves running is its own affair, and holds nobody up."""
    assert notify([script(tmp_path, SLOW)], DOCUMENT, ENVIRON) == ""
    session = int(heard(living))
    assert not ends(living, 0.2)
    os.killpg(session, signal.SIGKILL)
    assert ends(living, 10)


def test_an_interrupt_ends_it_too(tmp_path: Path, living: int) -> None:
    for seconds in (0.1, 1, 5):  # on a busy machine it may come before we have begun to wait
        with pytest.raises(KeyboardInterrupt):
            notify([script(tmp_path, SLOW + f"sleep {seconds}; kill -INT $PPID; wait")], DOCUMENT, ENVIRON)
        session = int(heard(living))
        if ends(living, 5):
            return
        os.killpg(session, signal.SIGKILL)
        assert ends(living, 10)
    pytest.fail("it was never killed")
