"""The user's own command that is handed what `tick` has found. What the document says is not known here."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import Popen

_LONGEST = 200
"""The characters of an error message that are passed on."""


def notify(command: Sequence[str], document: str, environ: Mapping[str, str], *, seconds: float = 60) -> str:
    """A warning of one line, empty if the command took the document; its own standard output goes nowhere.

    Files stand on both sides, no pipes: a command that does not read, or whose children outlive it, blocks nobody.
    """
    from tempfile import TemporaryFile

    try:
        with TemporaryFile() as given, TemporaryFile() as said:
            given.write(document.encode())
            given.seek(0)
            why = _run(command, given, said, environ, seconds)
    except (OSError, ValueError) as error:
        why = f"cannot be started: {getattr(error, 'strerror', None) or error}"
    return _one_line(f'the notify command "{command[0]}" {why}') if why else ""


def _run(command: Sequence[str], given: IO[bytes], said: IO[bytes], environ: Mapping[str, str], seconds: float) -> str:
    """Why the command failed; empty if it did not."""
    import subprocess

    process = subprocess.Popen(
        command, stdin=given, stdout=subprocess.DEVNULL, stderr=said, env=dict(environ), start_new_session=True
    )
    try:
        status = process.wait(seconds)
    except subprocess.TimeoutExpired:
        return f"took longer than {seconds:g} s and was killed"
    finally:
        _kill(process)
    if status == 0:
        return ""
    how = f"ended with exit status {status}" if status > 0 else f"was ended by signal {-status}"
    return f"{how}: {last}" if (last := _last_line(said)) else how


def _kill(process: Popen[bytes]) -> None:
    """Ends a command that still runs, after its time or ours, with the children in its session."""
    if process.poll() is None:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _last_line(said: IO[bytes]) -> str:
    size = said.seek(0, os.SEEK_END)
    said.seek(max(0, size - 4 * _LONGEST))
    lines = said.read(4 * _LONGEST).decode(errors="replace").strip().splitlines()
    return _one_line(lines[-1])[:_LONGEST] if lines else ""


def _one_line(text: str) -> str:
    return "".join(filter(str.isprintable, " ".join(text.split())))
