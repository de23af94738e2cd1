"""What a kill, a failing call or a full disk at any moment of a save leaves; and that these tests would see it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.faults import KILL, READING, WRITING, Report, fill_up, record, sweep, why_no_strace

PACKAGE = Path(__file__).resolve().parents[1]
OLD = b'subject = "old"\n' + b"# what was there\n" * 12
NEW = b'subject = "new"\n' + b"# what is there now\n" * 12

WRITERS = {
    "good": """
from ticketcli.edges import store
now = path.read_bytes() if path.exists() else None
if now != NEW:
    store.write(path, NEW, old=now)
""",
    "naive": """
with open(path, "wb", buffering=0) as file:
    file.write(NEW[:100])
    file.write(NEW[100:])
""",
    "liar": """
from ticketcli.core.errors import NotSaved
from ticketcli.edges import store
try:
    store.write(path, NEW, old=OLD)
except NotSaved:
    pass
""",
    "stubborn": """
temporary = path.with_suffix(".tmp")
with open(temporary, "xb") as file:
    file.write(NEW)
temporary.rename(path)
""",
    "attachment": """
from ticketcli.edges import store
store.keep(desk, NEW)
""",
}


class Desk:
    """A desk of one ticket, and a command that changes it."""

    def __init__(self, folder: Path, writer: str, *, old: bytes | None = OLD) -> None:
        self.store = folder / "desk"
        self.ticket = self.store / "tickets" / "2026-11" / "7KQ-M2RTX-4BG.toml"
        self.old = old
        program = folder / f"{writer}.py"
        program.write_text(
            f"import sys\nfrom pathlib import Path\nsys.path.insert(0, {str(PACKAGE)!r})\n"
            f"OLD, NEW = {OLD!r}, {NEW!r}\ndesk, path = Path({str(self.store)!r}), Path({str(self.ticket)!r})\n"
            f"{WRITERS[writer]}\nprint('saved')\n"
        )
        self.command = [sys.executable, "-I", "-S", str(program)]  # with byte code: half the time

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
        return sweep(self.command, self.reset, self.state, self.store, faults, calls=calls)


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
    report = Desk(tmp_path, "good").sweep(KILL, "EIO", "ENOSPC")
    assert_sound(report, points=10)
    assert report.ambiguous  # the directory's fsync: the file is new, its name perhaps not durable


@pytest.mark.usefixtures("strace")
def test_a_new_ticket_in_a_new_month_is_whole_whatever_fails(tmp_path: Path) -> None:
    assert_sound(Desk(tmp_path, "good", old=None).sweep(KILL), points=20)


@pytest.mark.usefixtures("strace")
def test_the_order_of_calls_is_the_recipe(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "good", old=None)
    desk.reset()
    month, made = f"<{desk.ticket.parent}>".replace(str(desk.store), "STORE"), []
    for point in record(desk.command, desk.store):
        if point.call in {"mkdir", "write", "fsync", "link", "rename"}:
            target = "file" if ".tmp" in point.line else "month" if month in point.line else "folder"
            made.append(f"{point.call} {target}")
    folders = ["mkdir folder", "fsync folder"] * 2
    assert made == [*folders, "write file", "fsync file", "link file", "fsync month"]


@pytest.mark.usefixtures("strace")
def test_a_file_system_without_hard_links_will_do(tmp_path: Path) -> None:
    from tests.faults import _traced

    desk = Desk(tmp_path, "good", old=None)
    desk.reset()
    trace, done = _traced(desk.command, desk.store, "link,linkat", "-e", "inject=link,linkat:error=EPERM")
    assert any("INJECTED" in line for line in trace)
    assert done.stdout == "saved\n"
    assert desk.ticket.read_bytes() == NEW
    assert list(desk.ticket.parent.iterdir()) == [desk.ticket]


@pytest.mark.usefixtures("strace")
@pytest.mark.long
@pytest.mark.parametrize(("writer", "old"), [("good", OLD), ("good", None), ("attachment", OLD)])
def test_every_fault_at_every_call(tmp_path: Path, writer: str, old: bytes | None) -> None:
    faults = (KILL, "EIO", "ENOSPC", "EROFS", "EDQUOT", "EACCES", "EMFILE", "EINTR")
    assert_sound(Desk(tmp_path, writer, old=old).sweep(*faults, calls=f"{WRITING},{READING}"), points=20)


def test_a_disk_that_is_full_after_any_byte(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "good")
    report = fill_up(desk.command, desk.reset, desk.state, range(0, len(NEW) + 16, 16))
    assert report.violations == []
    assert set(report.states) == {"OLD", "NEW"}


@pytest.mark.long
@pytest.mark.parametrize("old", [OLD, None])
def test_a_disk_that_is_full_after_every_byte(tmp_path: Path, old: bytes | None) -> None:
    desk = Desk(tmp_path, "good", old=old)
    report = fill_up(desk.command, desk.reset, desk.state, range(len(NEW) + 2))
    assert report.violations == []
    assert report.states["NEW"] == 2


# Negative controls: writers with one known fault each, and the harness must name it


@pytest.mark.usefixtures("strace")
def test_the_sweep_sees_a_torn_file(tmp_path: Path) -> None:
    report = Desk(tmp_path, "naive").sweep(KILL, calls="write")
    assert report.states["TORN"] == len(report.torn) > 0


@pytest.mark.usefixtures("strace")
def test_the_sweep_sees_a_false_ok(tmp_path: Path) -> None:
    assert Desk(tmp_path, "liar").sweep("ENOSPC", calls="write").false_ok


@pytest.mark.usefixtures("strace")
def test_the_sweep_sees_a_writer_that_blocks_itself(tmp_path: Path) -> None:
    assert Desk(tmp_path, "stubborn").sweep(KILL, calls="rename").stuck


def test_the_full_disk_sees_a_torn_file(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "naive")
    report = fill_up(desk.command, desk.reset, desk.state, range(0, len(NEW), 64))
    assert len(report.torn) == report.points > 3


def test_a_command_that_changes_nothing_is_no_subject(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "good", old=NEW)
    with pytest.raises(AssertionError, match="must change the state"):
        fill_up(desk.command, desk.reset, desk.state, [0])
