"""One program run in a process of its own, traced by strace where that is asked for. It judges nothing.

A function is run in a fork of this process: thirty times cheaper than an interpreter, and a trace begins where the
work begins, so that the same calls have the same numbers in every run. Children of the program are not traced.
"""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

Program = Sequence[str] | Callable[[], int]
"""The words of a command, or a function that gives an exit status."""
_SECONDS = 60
_ANYBODY = (0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)
"""For prctl: PR_SET_PTRACER, PR_SET_PTRACER_ANY."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended (killed by a signal: its number, negative), and what it has said."""

    code: int
    out: str
    err: str
    trace: tuple[str, ...] = ()


def why_no_strace() -> str:
    """Why calls cannot be traced here; empty if they can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    try:
        run(partial(int, 0), "-e", "trace=none")
    except OSError as error:
        return f"strace cannot trace here: {error}"
    return ""


def run(program: Program, *strace: str, limit: int | None = None) -> Ended:
    """What came of a program; with options for strace, traced. No file of its may grow beyond the limit.

    Raises OSError where strace cannot attach.
    """
    gate, out, err = os.pipe(), os.pipe(), os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # a thread of the test runner does not matter to the child
        process = os.fork()
    if not process:
        _child(program, (gate[0], out[1], err[1]), limit)
    for handle in (gate[0], out[1], err[1]):
        os.close(handle)
    with tempfile.NamedTemporaryFile() as log:
        try:
            tracer = _attach(process, strace, log.name) if strace else None
            os.write(gate[1], b".")
        except OSError:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            raise
        finally:
            os.close(gate[1])
        said, complained = _read(out[0]), _read(err[0])
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        if tracer:
            tracer.communicate()
        lines = Path(log.name).read_text(errors="replace").splitlines()
    return Ended(code, said, complained, tuple(lines))


def _read(handle: int) -> str:
    with os.fdopen(handle, errors="replace") as stream:
        return stream.read()


def _attach(process: int, options: Sequence[str], log: str) -> subprocess.Popen[bytes]:
    words = ["strace", "-y", "-o", log, *options, "-p", str(process)]
    tracer = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert tracer.stderr is not None
    told = tracer.stderr.readline().decode(errors="replace")
    if "attached" not in told:
        tracer.communicate()
        raise OSError(told.strip()[:100])
    return tracer


def _child(program: Program, handles: tuple[int, int, int], limit: int | None) -> None:
    """Waits until the tracer is there, runs the program, and never comes back."""
    code = 70
    try:
        gate, out, err = handles
        ctypes.CDLL(None).prctl(*_ANYBODY)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for ours, theirs in ((nothing, 0), (out, 1), (err, 2)):
            os.dup2(ours, theirs)
        sys.stdin, sys.stdout, sys.stderr = (open(at, how, closefd=False) for at, how in enumerate("rww"))  # noqa: SIM115
        for number in (signal.SIGINT, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        signal.alarm(_SECONDS)
        os.read(gate, 1)
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        code = program() if callable(program) else os.execvp(program[0], program)
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)
