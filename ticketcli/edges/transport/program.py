"""A program that takes mail as sendmail does. It knows no server."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from ticketcli.edges.transport.outcomes import BadWay, Delivered, Later, Outcome, Refused, Unknown, one_line

if TYPE_CHECKING:
    from ticketcli.core.mail.outgoing import Letter

PATIENCE = 120.0
_TEMPFAIL = 75
_NOT_STARTED = (errno.ENOENT, errno.EACCES, errno.ENOEXEC, errno.ENOTDIR, errno.E2BIG, errno.EAGAIN, errno.ENOMEM)
"""What it means that there is no process; any other error may have struck behind its start."""


class Program:
    """A command, word by word, that takes a mail on standard input and its addresses behind `--`."""

    def __init__(self, words: Sequence[str], environ: Mapping[str, str], *, seconds: float = PATIENCE) -> None:
        """It is not started before there is a mail."""
        self.words, self.environ, self.seconds = words, environ, seconds

    def ready(self) -> None:
        """Makes sure that there is such a program. Raises BadWay."""
        if not shutil.which(self.words[0], path=self.environ.get("PATH")):
            raise BadWay(f'"{self.words[0]}"', "there is no such program")

    def hand_over(self, letter: Letter) -> Outcome:
        """What came of handing a mail over. Files stand on both sides, no pipes: nobody waits for somebody's child."""
        try:
            with TemporaryFile() as given, TemporaryFile() as said:
                given.write(letter.data.replace(b"\r\n", b"\n"))
                given.seek(0)
                return self._run(
                    [*self.words, "-i", "-f", letter.sender or "<>", "--", *letter.recipients], given, said
                )
        except OSError as error:  # of the files: the program was not started
            return Later(one_line(f"no room for a mail: {error.strerror or error}"))

    def _run(self, command: Sequence[str], given: IO[bytes], said: IO[bytes]) -> Outcome:
        """What came of a command. Whatever goes wrong once it may have begun leaves it unknown."""
        try:
            process = subprocess.Popen(
                command,
                stdin=given,
                stdout=subprocess.DEVNULL,
                stderr=said,
                env=dict(self.environ),
                start_new_session=True,  # Ctrl-C is meant for us: it finishes what it has begun
            )
            return self._outcome(process, said)
        except (OSError, ValueError) as error:
            why = f'"{self.words[0]}": {getattr(error, "strerror", None) or error}'
            return Later(one_line(why)) if getattr(error, "errno", 0) in _NOT_STARTED else Unknown(one_line(why))

    def _outcome(self, process: subprocess.Popen[bytes], said: IO[bytes]) -> Outcome:
        name = f'"{self.words[0]}"'
        try:
            status = process.wait(self.seconds)
        except subprocess.TimeoutExpired:
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return Unknown(f"{name} took longer than {self.seconds:g} s and was killed")
        if status == 0:
            return Delivered()
        if status < 0:
            return Unknown(f"{name} was ended by signal {-status}")
        reason = one_line(f"{name} ended with exit status {status}: {_last_line(said)}".removesuffix(": "))
        return Later(reason) if status == _TEMPFAIL else Refused(reason)


def _last_line(said: IO[bytes]) -> str:
    with suppress(OSError):
        size = said.seek(0, os.SEEK_END)
        said.seek(max(0, size - 1000))
        rows = said.read(1000).decode(errors="replace").strip().splitlines()
        return rows[-1] if rows else ""
    return ""
