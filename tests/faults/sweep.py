"""A program run once per call that touches a store, with that one call failing, or the program killed there.

A store is a mapping of parts. Each part must be OLD or NEW; a program that ended well has made all of them NEW; and
given again without a fault it succeeds and makes them NEW. `fill_up` judges a disk that is full by the same rules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.running import Ended, Program, run

CHANGING = (
    "write,pwrite64,writev,fsync,fdatasync,sync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,symlink,symlinkat,"
    "mkdir,mkdirat,rmdir,flock,ftruncate,fchmod,fchown,chmod,fchmodat,utimensat,sendfile,copy_file_range"
)
WRITING = f"openat,open,creat,close,{CHANGING}"
READING = "read,pread64,fstat,lstat,stat,newfstatat,statx,getdents64,readlink,readlinkat,lseek"
ALL = f"{WRITING},{READING}"
KILL = "KILL"
FAULTS = (KILL, "EIO", "ENOSPC", "EROFS", "EACCES", "EMFILE")
_OPENING = ("openat", "open", "creat")
_MAKING = ("O_CREAT", "O_WRONLY", "O_RDWR", "O_TRUNC")
_LINE = re.compile(r"(?:\d+\s+)?(\w+)\((.*)")
State = Callable[[], str | Mapping[str, object]]


@dataclass
class Report:
    """What a sweep has found; `points` says how many calls it has looked at, `runs` how many faults it has tried."""

    points: int = 0
    runs: int = 0
    states: Counter[str] = field(default_factory=Counter)
    codes: Counter[int] = field(default_factory=Counter)
    torn: list[str] = field(default_factory=list)
    """A part is neither OLD nor NEW."""
    false_ok: list[str] = field(default_factory=list)
    """The program ended well and the state is not NEW."""
    ambiguous: list[str] = field(default_factory=list)
    """The program reported a failure and the state is NEW: no violation where giving it again changes nothing."""
    stuck: list[str] = field(default_factory=list)
    """The same program, run again without a fault, fails or does not make it NEW."""
    besides: list[str] = field(default_factory=list)
    """What else the one who asked has found wrong."""
    missed: list[str] = field(default_factory=list)
    """The fault struck no call that touches the store: this point was not tested."""

    @property
    def violations(self) -> list[str]:
        return [*self.torn, *self.false_ok, *self.stuck, *self.besides]

    def __str__(self) -> str:
        states = ", ".join(f"{count} {name}" for name, count in sorted(self.states.items()))
        codes = " ".join(f"{code}:{count}" for code, count in sorted(self.codes.items()))
        return (
            f"{self.points} points, {self.runs} runs: {states}; exit {codes}; "
            f"{len(self.violations)} violations, {len(self.missed)} missed"
        )


@dataclass(frozen=True)
class Point:
    call: str
    ordinal: int
    """Among the calls of that name in the run."""
    line: str

    @property
    def changes(self) -> bool:
        """Whether it may change the store: a kill at any other call leaves what a kill at the next such call does."""
        return self.call in CHANGING.split(",") or self.makes

    @property
    def makes(self) -> bool:
        return self.call in _OPENING and any(flag in self.line for flag in _MAKING)


@dataclass(frozen=True)
class Subject:
    """A program, the store it changes, and what else is asked of it.

    `look` is told how a disturbed run ended, `after` how the run after it did; each gives what is wrong.
    """

    program: Program
    reset: Callable[[], None]
    state: State
    store: Path
    look: Callable[[Ended], Iterable[str]] = lambda _ended: ()
    after: Callable[[Ended], Iterable[str]] = lambda _ended: ()
    again: Callable[[Ended, Program], Ended] = lambda _ended, program: run(program)
    final: State | None = None
    """What must be the same after the second run, where not every byte is."""


def sweep(
    program: Program,
    reset: Callable[[], None],
    state: State,
    store: Path,
    faults: Sequence[str],
    *,
    calls: str = WRITING,
) -> Report:
    """One run per call and fault; `store` is a directory outside of which nothing is disturbed."""
    return disturb(Subject(program, reset, state, store), faults, calls=calls)


def disturb(subject: Subject, faults: Sequence[str] = FAULTS, *, calls: str = ALL) -> Report:
    """One run per call and fault that a file system may answer it with."""
    report = Report()
    judge = Judge(subject, report)
    subject.reset()
    points = record(subject.program, subject.store, calls)
    report.points = len(points)
    for point in points:
        for fault in (fault for fault in faults if fits(fault, point)):
            ended, struck = _disturbed(subject, point, fault)
            where = f"{fault} at {point.call} #{point.ordinal}: {point.line[:140]}"
            if not struck:
                report.missed.append(where)
            judge(ended, where)
    return report


def _disturbed(subject: Subject, point: Point, fault: str) -> tuple[Ended, bool]:
    """How a run with the fault ended, and whether it struck; the number of a call varies once in many runs."""
    what = "signal=KILL" if fault == KILL else f"error={fault}"
    for last in (False, False, True):
        subject.reset()
        ended = _traced(subject.program, point.call, "-e", f"inject={point.call}:{what}:when={point.ordinal}")
        if (struck := _struck(ended, subject.store, fault)) or last:
            break
    return ended, struck


def fill_up(program: Program, reset: Callable[[], None], state: State, limits: Iterable[int]) -> Report:
    """One run per limit: no file can grow over so many bytes, with real short writes, as on a full disk."""
    return fill(Subject(program, reset, state, Path("/")), limits)


def fill(subject: Subject, limits: Iterable[int]) -> Report:
    """The same of a subject."""
    report = Report()
    judge = Judge(subject, report)
    for limit in limits:
        subject.reset()
        report.points += 1
        judge(run(subject.program, limit=limit), f"full after {limit} bytes")
    return report


def record(program: Program, store: Path, calls: str = WRITING) -> list[Point]:
    """The calls of one faultless run that touch the store, each with its ordinal."""
    ended = _traced(program, calls)
    if ended.code:
        raise AssertionError(f"the traced run failed: {ended.err}")
    counts: Counter[str] = Counter()
    points = []
    for line in ended.trace:
        if found := _LINE.match(line):
            call, rest = found.groups()
            counts[call] += 1
            if str(store) in rest or call == "sync":
                points.append(Point(call, counts[call], rest.replace(str(store), "STORE")))
    return points


def fits(fault: str, point: Point) -> bool:
    """Whether a file system may answer this call so; a kill fits where something may change."""
    changes = point.changes and point.call not in ("sync", "flock")
    opens = point.call in _OPENING
    names = point.call.startswith(("rename", "link", "unlink", "mkdir", "rmdir", "symlink"))
    return {
        KILL: point.changes,
        "EIO": point.call != "sync",
        "ENOSPC": changes,
        "EDQUOT": changes,
        "EROFS": point.makes or names or "ch" in point.call,
        "EACCES": opens or names or "stat" in point.call,
        "EMFILE": opens,
    }.get(fault, True)


class Judge:
    """What old and new are, learned from a run without a fault; called after each run with one."""

    def __init__(self, subject: Subject, report: Report) -> None:
        self.subject, self.report = subject, report
        subject.reset()
        self.old = self._parts()
        done = run(subject.program)
        self.new = self._parts()
        self.final = (subject.final or subject.state)()
        if done.code or self.old == self.new:
            raise AssertionError(f"without a fault the command must change the state: {done.code}, {done.err}")

    def _parts(self) -> Mapping[str, object]:
        state = self.subject.state()
        return {"": state} if isinstance(state, str) else state

    def __call__(self, ended: Ended, where: str) -> None:
        report, now = self.report, self._parts()
        report.runs += 1
        name = self.name(now)
        report.states[name] += 1
        report.codes[ended.code] += 1
        if name == "TORN":
            report.torn.append(where)
        if ended.code == 0 and name != "NEW":
            report.false_ok.append(where)
        if ended.code > 0 and name == "NEW":
            report.ambiguous.append(where)
        report.besides += [f"{where}: {wrong}" for wrong in self.subject.look(ended)]
        again = self.subject.again(ended, self.subject.program)
        if again.code or (self.subject.final or self.subject.state)() != self.final:
            report.stuck.append(f"{where}: again {again.code} {again.err.strip()}")
        report.besides += [f"{where}: afterwards {wrong}" for wrong in self.subject.after(again)]

    def name(self, now: Mapping[str, object]) -> str:
        """OLD, NEW, CUT (each part is one of both) or TORN."""
        if now in (self.old, self.new):
            return "OLD" if now == self.old else "NEW"
        nothing = object()
        parts = {*self.old, *self.new, *now}
        lists = ([state.get(part, nothing) for part in parts] for state in (now, self.old, self.new))
        return "CUT" if all(one in (old, new) for one, old, new in zip(*lists, strict=True)) else "TORN"


def _traced(program: Program, calls: str, *inject: str) -> Ended:
    names = ",".join(f"?{name}" for name in calls.split(","))  # an architecture need not have them all
    return run(program, "-s", "16", "-e", f"trace={names}", *inject)


def _struck(ended: Ended, store: Path, fault: str) -> bool:
    if fault != KILL:
        return any("(INJECTED)" in line and (str(store) in line or line.startswith("sync")) for line in ended.trace)
    calls = [line for line in ended.trace if _LINE.match(line)]
    return ended.code == -9 and bool(calls) and (str(store) in calls[-1] or calls[-1].startswith("sync"))
