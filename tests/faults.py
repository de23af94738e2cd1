"""Fault sweeps: run a command once per system call that touches a store, with that one call failing.

`sweep` needs strace; `fill_up` does not. Both judge by the same rules: the store is exactly OLD or NEW, a command that
ended well has made it NEW, and the same command given again without a fault succeeds and makes it NEW.
"""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

WRITING = (
    "openat,open,creat,write,pwrite64,writev,fsync,fdatasync,close,rename,renameat,renameat2,link,linkat,unlink,unlinkat,"
    "symlink,symlinkat,mkdir,mkdirat,rmdir,flock,ftruncate,fchmod,fchown,chmod,fchmodat,utimensat,sendfile,copy_file_range"
)
READING = "read,pread64,fstat,lstat,stat,newfstatat,getdents64"
KILL = "KILL"
_SECONDS = 60
_LINE = re.compile(r"(\d+)\s+(\w+)\((.*)")


@dataclass
class Report:
    """What a sweep has found; `points` says how much it has looked at."""

    points: int = 0
    states: Counter[str] = field(default_factory=Counter)
    torn: list[str] = field(default_factory=list)
    """Neither OLD nor NEW."""
    false_ok: list[str] = field(default_factory=list)
    """The command ended well and the state is not NEW."""
    ambiguous: list[str] = field(default_factory=list)
    """The command reported a failure and the state is NEW: no violation where giving it again changes nothing."""
    stuck: list[str] = field(default_factory=list)
    """The same command, given again without a fault, fails or does not make it NEW."""
    missed: list[str] = field(default_factory=list)
    """The fault struck no call that touches the store: this point was not tested."""

    @property
    def violations(self) -> list[str]:
        return [*self.torn, *self.false_ok, *self.stuck]


@dataclass(frozen=True)
class Point:
    call: str
    ordinal: int
    """Among the calls of that name in its process."""
    line: str


def why_no_strace() -> str:
    """Why calls cannot be traced here; empty if they can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    tried = subprocess.run(["strace", "-f", "-qq", "-e", "trace=none", "true"], capture_output=True, text=True)
    return f"strace cannot trace here: {tried.stderr.strip()[:100]}" if tried.returncode else ""


def sweep(
    command: list[str],
    reset: Callable[[], None],
    state: Callable[[], str],
    store: Path,
    faults: Sequence[str],
    *,
    calls: str = WRITING,
) -> Report:
    """One run per call and fault; `store` is a directory outside of which nothing is disturbed."""
    report = Report()
    old, new = _learn(command, reset, state)
    reset()
    points = record(command, store, calls)
    report.points = len(points)
    for point in points:
        for fault in faults:
            reset()
            what = "signal=KILL" if fault == KILL else f"error={fault}"
            trace, done = _traced(command, store, point.call, "-e", f"inject={point.call}:{what}:when={point.ordinal}")
            where = f"{fault} at {point.call} #{point.ordinal}: {point.line[:140]}"
            if not _struck(trace, store, fault):
                report.missed.append(where)
            _judge(report, command, state, (old, new), where, killed=fault == KILL, code=done.returncode)
    return report


def fill_up(command: list[str], reset: Callable[[], None], state: Callable[[], str], limits: Iterable[int]) -> Report:
    """One run per limit: no file can grow over so many bytes, with real short writes, as on a full disk."""
    report = Report()
    old, new = _learn(command, reset, state)
    for limit in limits:
        reset()
        report.points += 1
        done = _run(command, preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (limit, limit)))
        _judge(report, command, state, (old, new), f"full after {limit} bytes", killed=False, code=done.returncode)
    return report


def record(command: list[str], store: Path, calls: str = WRITING) -> list[Point]:
    """The calls of one faultless run that touch the store, each with its ordinal in its process."""
    trace, done = _traced(command, store, calls)
    if done.returncode:
        raise AssertionError(f"the traced run failed: {done.stderr}")
    counts: Counter[tuple[str, str]] = Counter()
    points: dict[tuple[str, int], Point] = {}
    for line in trace:
        if found := _LINE.match(line):
            process, call, rest = found.groups()
            counts[process, call] += 1
            if str(store) in rest:
                ordinal = counts[process, call]
                points.setdefault((call, ordinal), Point(call, ordinal, rest.replace(str(store), "STORE")))
    return list(points.values())


def _learn(command: list[str], reset: Callable[[], None], state: Callable[[], str]) -> tuple[str, str]:
    reset()
    old = state()
    done = _run(command)
    new = state()
    if done.returncode or old == new:
        raise AssertionError(f"without a fault the command must change the state: {done.returncode}, {done.stderr}")
    return old, new


def _judge(
    report: Report,
    command: list[str],
    state: Callable[[], str],
    allowed: tuple[str, str],
    where: str,
    *,
    killed: bool,
    code: int,
) -> None:
    old, new = allowed
    now = state()
    report.states[{old: "OLD", new: "NEW"}.get(now, "TORN")] += 1
    if now not in allowed:
        report.torn.append(where)
    if code == 0 and now != new:
        report.false_ok.append(where)
    if code != 0 and now == new and not killed:
        report.ambiguous.append(where)
    if _run(command).returncode or state() != new:
        report.stuck.append(where)


def _traced(
    command: list[str], store: Path, calls: str, *inject: str
) -> tuple[list[str], subprocess.CompletedProcess[str]]:
    log = store.with_name(f"{store.name}.trace")
    log.unlink(missing_ok=True)
    names = ",".join(f"?{name}" for name in calls.split(","))  # an architecture need not have them all
    fast = [] if any("signal=" in word for word in inject) else ["--seccomp-bpf"]  # under it a signal may come too late
    options = ["-f", *fast, "-qq", "-y", "-s", "16", "-o", str(log), "-e", f"trace={names}", *inject]
    done = _run(["strace", *options, *command])
    return log.read_text(errors="replace").splitlines(), done


def _struck(trace: list[str], store: Path, fault: str) -> bool:
    if fault != KILL:
        return any("(INJECTED)" in line and str(store) in line for line in trace)
    last: dict[str, str] = {}
    for line in trace:
        process, _, rest = line.partition(" ")
        if "+++ killed by SIGKILL" in rest:
            return str(store) in last.get(process, "")
        last[process] = rest
    return False


def _run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_SECONDS, **options
    )
