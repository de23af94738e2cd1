"""A subject after every power cut: each part OLD or NEW, nothing lost that was said to be saved, and repeatable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

from tests.faults import power
from tests.faults.running import Ended
from tests.faults.sweep import Judge, Report, Subject

DURABLE = ("tickets/*.toml", "attachments/*", "ticketcli.toml", ".gitattributes")
"""What is promised to survive; this clone's own files are not."""


def cut_power(subject: Subject, *, at_once: bool = True) -> Report:
    """One image after the other that a cut may leave, and the command given again on each that differs.

    `at_once`: from its first word on the program has promised; else only when it has ended.
    """
    report, tried = Report(), set[object]()
    judge = Judge(replace(subject, state=lambda: parts_of(_files(subject.store), subject.store)), report)
    subject.reset()
    for cut in list(power.cuts(subject.program, subject.store)):
        parts = parts_of(cut.image, subject.store)
        name = judge.name(parts)
        promised = cut.ended or (at_once and cut.said)
        report.points += 1
        report.states["LOST" if promised and name != "NEW" else name] += 1
        where = f"after {cut.after and (cut.after.kind, cut.after.path, cut.after.to)}"
        if name == "TORN":
            report.torn.append(where)
        elif promised and name != "NEW":
            report.false_ok.append(where)
        if (key := repr(sorted(parts.items()))) not in tried:
            tried.add(key)
            report.runs += 1
            _again(subject, report, cut.image, judge.final, where)
    return report


def parts_of(files: power.Image, store: Path) -> dict[str, object]:
    """The files that are promised to survive."""
    named = {str(Path(path).relative_to(store)): data for path, data in files.items()}
    durable = (name for name in named if any(fnmatch(name, pattern) for pattern in DURABLE))
    return {name: named[name] for name in durable if not name.endswith(".tmp")}


def _files(store: Path) -> power.Image:
    return {str(path): path.read_bytes() for path in store.rglob("*") if path.is_file()}


def _again(subject: Subject, report: Report, image: power.Image, final: object, where: str) -> None:
    subject.reset()
    for path in _files(subject.store):
        Path(path).unlink()
    power.lay(image, subject.store)
    ended = Ended(-9, "", "")
    report.besides += [f"{where}: {wrong}" for wrong in subject.look(ended)]
    again = subject.again(ended, subject.program)
    if again.code or (subject.final or subject.state)() != final:
        report.stuck.append(f"{where}: again {again.code} {again.err.strip()}")
    wrong: Iterable[str] = subject.after(again)
    report.besides += [f"{where}: afterwards {each}" for each in wrong]
