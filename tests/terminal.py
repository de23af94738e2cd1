"""Commands at a real terminal: somebody looks at what they print, or types them."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.command import Command, Ran
from ticketcli.cli.main import main

ROOT = Path(__file__).resolve().parents[1]


def on_a_terminal(root: Path, *words: str, columns: int = 80, term: str = "dumb") -> Ran:
    """What a command prints on a terminal, and what it says on standard error; a dumb one shows no weight."""
    primary, secondary = os.openpty()
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": str(columns), "TERM": term}
    command = [sys.executable, "-m", "ticketcli", "-C", str(root), *words]
    with subprocess.Popen(command, stdout=secondary, stderr=subprocess.PIPE, text=True, env=environ) as process:
        os.close(secondary)
        data = b""
        with suppress(OSError):  # EIO: nobody holds the other end any more
            while chunk := os.read(primary, 65536):
                data += chunk
        _, err = process.communicate()
    os.close(primary)
    return Ran(process.returncode, data.decode().replace("\r\n", "\n"), err)


def typed(ticket: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> Ran:
    """What comes of a command that somebody types at a terminal and whose output goes elsewhere."""
    capsys.readouterr()
    primary, secondary = os.openpty()
    with os.fdopen(secondary) as stdin, monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", stdin)
        code = main(["-C", str(ticket.root), *words])
    os.close(primary)
    said = capsys.readouterr()
    return Ran(code, said.out, said.err)
