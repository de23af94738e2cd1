"""Programs run in turn from outside, round by round, and the quickest of each kept. It knows no ticket.

A runner of our own because rounds must be interleaved (what else a shared machine does then slows all of them alike,
so that ratios hold), each program's own peak memory is wanted, and a program that fails or prints too little must end
the run: it would else look fast. A child's peak is never below the size of this process, so keep its imports few.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Command:
    """A program, and what it must print to count as done."""

    name: str
    words: Sequence[str | Path]
    folder: Path
    environ: Mapping[str, str]
    lines: int = 1
    """How many lines standard output must have at least."""
    says: str = ""
    """What must stand in standard output or standard error."""
    before: Callable[[], None] | None = None
    after: Callable[[], None] | None = None
    limit: float = 900
    """Seconds after which it is ended."""
    peer: bool = False
    """Whether it is somebody else's, whose failure is noted and ends nothing."""


@dataclass(slots=True)
class Timing:
    """What the runs of a command took (seconds), and the most memory one had (KiB)."""

    times: list[float] = field(default_factory=list)
    peak: int = 0
    problem: str = ""
    """Why there is no time."""

    @property
    def least(self) -> float:
        """The quickest run."""
        return min(self.times)

    @property
    def median(self) -> float:
        """The run in the middle."""
        return median(self.times)


class Broken(Exception):
    """A command that did not do its work: its time says nothing."""

    def __init__(self, command: Command, why: str) -> None:
        self.why = why
        super().__init__(f'"{command.name}" {why} ({" ".join(map(str, command.words))[:200]})')


class Unprepared(subprocess.SubprocessError):
    """What makes the tickets to measure on has failed."""

    def __init__(self, words: Sequence[str], said: bytes) -> None:
        super().__init__(f"{' '.join(words)[:100]}: {said.decode(errors='replace').strip()[-200:]}")


def measure(
    commands: Sequence[Command],
    rounds: int,
    budget: float = 30,
    *,
    each: Callable[[], None] = lambda: None,
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, Timing]:
    """The timings by name, in order. A command that has used its budget (seconds) is not run again.

    `each` is called before every round. Raises Broken, but for a peer's command.
    """
    found = {command.name: Timing() for command in commands}
    assert len(found) == len(commands), "two commands of one name"
    for number in range(rounds):
        say(f"round {number + 1} of {rounds}")
        each()
        for command in commands:
            timing = found[command.name]
            if not timing.problem and sum(timing.times) < budget:
                _add(timing, command)
    return found


def _add(timing: Timing, command: Command) -> None:
    try:
        seconds, peak = run(command)
    except Broken as error:
        if not command.peer:
            raise
        timing.problem = error.why
        return
    timing.times.append(seconds)
    timing.peak = max(timing.peak, peak)


def run(command: Command) -> tuple[float, int]:
    """How long one run took (seconds), and its peak memory (KiB). Raises Broken."""
    if command.before:
        command.before()
    with tempfile.TemporaryFile() as complaints:
        began = time.perf_counter()
        process = subprocess.Popen(
            list(map(str, command.words)),
            cwd=command.folder,
            env=command.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            start_new_session=True,
        )
        alarm = threading.Timer(command.limit, _end, [process.pid])
        alarm.start()
        try:
            assert process.stdout
            output = process.stdout.read()
            process.stdout.close()
            _, status, usage = os.wait4(process.pid, 0)
        finally:
            alarm.cancel()
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        complaints.seek(0)
        said = complaints.read()
    if command.after:
        command.after()
    if seconds >= command.limit:
        raise Broken(command, f"took more than {command.limit:.0f} s")
    _judge(command, process.returncode, output, said)
    return seconds, usage.ru_maxrss


def _judge(command: Command, code: int, output: bytes, said: bytes) -> None:
    last = said.decode(errors="replace").strip()[-200:]
    if code:
        raise Broken(command, f"ended with exit status {code}: {last}")
    if (lines := output.count(b"\n")) < command.lines:
        raise Broken(command, f"printed {lines} lines, not {command.lines}: {last}")
    if command.says.encode() not in output + said:
        raise Broken(command, f'did not say "{command.says}": {last}')


def _end(process: int) -> None:
    os.killpg(process, signal.SIGKILL)


def prepare(folder: Path, environ: Mapping[str, str], commands: Iterable[Sequence[str]], limit: float = 900) -> None:
    """Runs commands that nobody measures. Raises Unprepared where one fails, TimeoutExpired where one hangs."""
    nothing = subprocess.DEVNULL
    for words in commands:
        done = subprocess.run(
            words, cwd=folder, env=environ, stdin=nothing, stdout=nothing, stderr=subprocess.PIPE, timeout=limit
        )
        if done.returncode:
            raise Unprepared(words, done.stderr)
