"""A desk with office hours and two service levels for tests of deadlines, through the real command line."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.command import PEOPLE, Command, Ran, at_home
from tests.desks import make_desk
from ticketcli.core.action.draft import Action
from ticketcli.core.ticket.fold import Ticket
from ticketcli.desk.desk import open_desk
from ticketcli.desk.record import How, session

ROOT = Path(__file__).resolve().parents[1]
OFFICE = f"""
name = "ACME"
time_zone = "Europe/Prague"
{PEOPLE}
[calendar.office]
mon = ["09:00-17:00"]
tue = ["09:00-17:00"]
wed = ["09:00-17:00"]
thu = ["09:00-17:00"]
fri = ["09:00-17:00"]

[[sla]]
name = "gold"
when = "priority:high.."
calendar = "office"
first_response = {{ default = "2h" }}
next_response = {{ default = "2h" }}
resolution = {{ default = "8h" }}

[[sla]]
name = "standard"
calendar = "office"
first_response = {{ default = "8h" }}
next_response = {{ default = "8h" }}
resolution = {{ default = "40h" }}
"""
"""Gold for high and urgent, standard for all else, in the hours of Monday to Friday from 9 to 17 in Prague."""
MONDAY = "2025-03-03T10:00"
"""A Monday in that zone, in office hours; 9:00 in UTC."""


def office(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """`ticket` on such a desk without git, as ana."""
    at_home(home, monkeypatch)
    monkeypatch.setenv("LOGNAME", "ana")
    return Command(make_desk(home / "desk", settings=OFFICE), capsys, monkeypatch)


def with_git(ticket: Command) -> Command:
    """The same desk as a repository with a first commit."""
    (ticket.root / ".gitignore").write_text(".ticketcli/\n")
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "the desk"]):
        ticket.git(*words)
    return ticket


def utc(text: str) -> datetime:
    """An instant in UTC: `2025-03-03 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def acted(root: Path, when: str, code: str, action: Action, who: str = "ana") -> list[Ticket]:
    """What somebody has written at an instant (UTC), as the desk stood then."""
    with session(open_desk(root, {}, who), How(utc(when)), "play", pytest.fail) as work:
        return work.record(work.catalog.situation(code), action)


def started(root: Path, *words: str, env: dict[str, str] | None = None, **options: object) -> subprocess.Popen[str]:
    """`ticket` in a process of its own, without a terminal."""
    environ = {**(os.environ if env is None else env), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "ticketcli", "-C", str(root), *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environ,
        **options,  # type: ignore[call-overload]
    )


def ended(process: subprocess.Popen[str]) -> Ran:
    """What came of it."""
    out, err = process.communicate(timeout=120)
    return Ran(process.returncode, out, err)
