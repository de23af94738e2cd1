"""What a kill, a failing call, a full disk or a power cut leaves of a save; and that these tests would see it."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.faults import (
    FAULTS,
    KILL,
    WRITING,
    Program,
    Report,
    fill_up,
    power,
    record,
    run,
    sweep,
    why_no_strace,
    writers,
)
from tests.faults.writers import NEW, OLD, Writer


class Desk:
    """A desk of one ticket, and a program that changes it."""

    def __init__(self, folder: Path, writer: Writer, *, old: bytes | None = OLD) -> None:
        self.store = folder / "desk"
        self.ticket = self.store / "tickets" / "2026-11" / "7KQ-M2RTX-4BG.toml"
        self.old, self.writer = old, writer

    def program(self) -> int:
        self.writer(self.ticket)
        print("saved", flush=True)
        return 0

    def reset(self) -> None:
        shutil.rmtree(self.store, ignore_errors=True)
        self.store.mkdir()
        (self.store / "ticketcli.toml").touch()
        if self.old is not None:
            self.ticket.parent.mkdir(parents=True)
            self.ticket.write_bytes(self.old)

    def state(self) -> str:
        """The content of every file that readers see."""
        files = sorted(path for path in self.store.rglob("*") if path.is_file() and path.suffix != ".tmp")
        return repr([(str(path.relative_to(self.store)), path.read_bytes()) for path in files])

    def sweep(self, *faults: str, calls: str = WRITING) -> Report:
        return sweep(self.program, self.reset, self.state, self.store, faults, calls=calls)

    def fill_up(self, limits: range) -> Report:
        return fill_up(self.program, self.reset, self.state, limits)

    def cut_power(self) -> Counter[str]:
        """How many images of each kind a power cut may leave; LOST is what was said to be saved and is not."""
        self.reset()
        found: Counter[str] = Counter()
        for cut in power.cuts(self.program, self.store):
            name = {self.old: "OLD", NEW: "NEW"}.get(cut.image.get(str(self.ticket)), "TORN")
            found["LOST" if name == "OLD" and (cut.said or cut.ended) else name] += 1
        return found


@pytest.fixture(scope="session")
def strace() -> None:
    if why := why_no_strace():
        pytest.skip(why)


def assert_sound(report: Report, points: int) -> None:
    assert report.violations == []
    assert report.missed == []
    assert report.points >= points
    assert set(report.states) == {"OLD", "NEW"}


@pytest.mark.usefixtures("strace")
def test_a_change_is_whole_whatever_fails(tmp_path: Path) -> None:
    report = Desk(tmp_path, writers.good).sweep(*FAULTS)
    assert_sound(report, points=10)
    assert report.ambiguous  # the directory's fsync: the file is new, its name perhaps not durable


@pytest.mark.usefixtures("strace")
def test_a_new_ticket_in_a_new_month_is_whole_whatever_fails(tmp_path: Path) -> None:
    assert_sound(Desk(tmp_path, writers.good, old=None).sweep(KILL, "EIO"), points=20)


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("old", [OLD, None], ids=["change", "new"])
def test_a_power_cut_leaves_the_old_ticket_or_the_new_one(tmp_path: Path, old: bytes | None) -> None:
    found = Desk(tmp_path, writers.good, old=old).cut_power()
    assert set(found) == {"OLD", "NEW"}
    assert found.total() > 5


@pytest.mark.usefixtures("strace")
def test_the_order_of_calls_is_the_recipe(tmp_path: Path) -> None:
    desk = Desk(tmp_path, writers.good, old=None)
    desk.reset()
    month, made = f"<{desk.ticket.parent}>".replace(str(desk.store), "STORE"), []
    for point in record(desk.program, desk.store):
        if point.call in {"mkdir", "write", "fsync", "link", "rename"}:
            target = "file" if ".tmp" in point.line else "month" if month in point.line else "folder"
            made.append(f"{point.call} {target}")
    folders = ["mkdir folder", "fsync folder"] * 2
    assert made == [*folders, "write file", "fsync file", "link file", "fsync month"]


@pytest.mark.usefixtures("strace")
def test_a_file_system_without_hard_links_will_do(tmp_path: Path) -> None:
    desk = Desk(tmp_path, writers.good, old=None)
    desk.reset()
    ended = run(desk.program, "-e", "trace=?link,?linkat", "-e", "inject=?link,?linkat:error=EPERM")
    assert any("INJECTED" in line for line in ended.trace)
    assert ended.out == "saved\n"
    assert desk.ticket.read_bytes() == NEW
    assert list(desk.ticket.parent.iterdir()) == [desk.ticket]


@pytest.mark.usefixtures("strace")
@pytest.mark.long
@pytest.mark.parametrize(("writer", "old"), [(writers.good, OLD), (writers.good, None), (writers.keep, OLD)])
def test_every_fault_at_every_call(tmp_path: Path, writer: Writer, old: bytes | None) -> None:
    from tests.faults import READING

    assert_sound(Desk(tmp_path, writer, old=old).sweep(*FAULTS, "EDQUOT", "EINTR", calls=f"{WRITING},{READING}"), 20)


def test_a_disk_that_is_full_after_any_byte(tmp_path: Path) -> None:
    report = Desk(tmp_path, writers.good).fill_up(range(0, len(NEW) + 16, 16))
    assert report.violations == []
    assert set(report.states) == {"OLD", "NEW"}


@pytest.mark.long
@pytest.mark.parametrize("old", [OLD, None], ids=["change", "new"])
def test_a_disk_that_is_full_after_every_byte(tmp_path: Path, old: bytes | None) -> None:
    report = Desk(tmp_path, writers.good, old=old).fill_up(range(len(NEW) + 2))
    assert report.violations == []
    assert report.states["NEW"] == 2


# Negative controls: writers with one known fault each, and the harness must name it


@pytest.mark.usefixtures("strace")
def test_the_sweep_sees_a_torn_file(tmp_path: Path) -> None:
    report = Desk(tmp_path, writers.in_place).sweep(KILL)
    assert report.states["TORN"] == len(report.torn) > 0


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("writer", [writers.liar, writers.early])
def test_the_sweep_sees_a_false_ok(tmp_path: Path, writer: Writer) -> None:
    report = Desk(tmp_path, writer).sweep("ENOSPC", calls="write,fsync")
    assert bool(report.false_ok) == (writer is writers.liar)  # whoever says it early ends with an error all the same


@pytest.mark.usefixtures("strace")
def test_the_sweep_sees_a_writer_that_blocks_itself(tmp_path: Path) -> None:
    assert Desk(tmp_path, writers.stubborn).sweep(KILL, calls="rename").stuck


def test_the_full_disk_sees_a_torn_file(tmp_path: Path) -> None:
    report = Desk(tmp_path, writers.in_place).fill_up(range(0, len(NEW), 64))
    assert len(report.torn) == report.points > 3


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize(
    ("writer", "wrong"),
    [(writers.in_place, "TORN"), (writers.unsynced, "TORN"), (writers.unnamed, "LOST"), (writers.early, "LOST")],
)
def test_the_power_cut_sees_what_no_kill_shows(tmp_path: Path, writer: Writer, wrong: str) -> None:
    desk = Desk(tmp_path, writer)
    assert desk.cut_power()[wrong] > 0
    if writer in (writers.unsynced, writers.unnamed):
        assert desk.sweep(KILL).violations == []


def test_a_command_that_changes_nothing_is_no_subject(tmp_path: Path) -> None:
    program: Program = Desk(tmp_path, writers.good, old=NEW).program
    desk = Desk(tmp_path, writers.good, old=NEW)
    with pytest.raises(AssertionError, match="must change the state"):
        fill_up(program, desk.reset, desk.state, [0])
