"""Many at once: nobody's reply is lost, whoever writes to the same ticket; all is committed, and git is sound."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.command import Command, at_home
from ticketcli.edges import lock

ROOT = Path(__file__).resolve().parents[1]
PROCESSES = 20
TICKET = [sys.executable, "-B", "-m", "ticketcli"]


@pytest.fixture
def ticket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    at_home(tmp_path, monkeypatch)
    command = Command(tmp_path / "desk", capsys, monkeypatch)
    assert command.run("init", str(command.root), desk=False).code == 0
    return command


def at_once(commands: list[list[str]]) -> list[str]:
    """The standard outputs of processes that run at the same time; each must end well and say nothing wrong."""
    running = [
        subprocess.Popen(
            words, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for words in commands
    ]
    done = [(process.communicate(), process.returncode) for process in running]
    assert [(err, code) for (_, err), code in done if code or "warning" in err] == []
    return [out for (out, _), _ in done]


def all_are_kept(ticket: Command, code: str, count: int) -> None:
    """Whether every process has every reply of its own in the ticket once, in its order, and git knows them all."""
    replies = [event for event in ticket.ticket(code).events if event.kind == "message"][1:]
    assert len(replies) == PROCESSES * count
    assert Counter(event.body for event in replies) == Counter(
        f"reply {number} of agent{who}\n" for who in range(PROCESSES) for number in range(count)
    )
    numbers = [event.seq for event in ticket.ticket(code).events]
    assert numbers == sorted(set(numbers))
    assert int(ticket.git("rev-list", "--count", "HEAD", "--grep", f"reply {code}")) == PROCESSES * count
    assert (
        ticket.git("show", f"HEAD:{ticket.path(code).relative_to(ticket.root)}")
        == ticket.path(code).read_text().strip()
    )
    assert ticket.git("status", "--porcelain") == ""
    assert ticket.git("fsck", "--strict", "--no-dangling") == ""
    assert not list(ticket.root.rglob("*.tmp"))
    assert ticket.ok("check").err == "nothing to mend\n"


@pytest.mark.parametrize("count", [3, pytest.param(50, marks=pytest.mark.long)])
def test_twenty_agents_reply_to_one_ticket_through_the_desk(ticket: Command, count: int) -> None:
    code = ticket.create()
    at_once(
        [
            [sys.executable, "-B", "-m", "tests.crowd", str(ticket.root), code, f"agent{who}", str(count)]
            for who in range(PROCESSES)
        ]
    )
    all_are_kept(ticket, code, count)


@pytest.mark.long
def test_twenty_agents_reply_to_one_ticket_through_the_command_line(ticket: Command) -> None:
    code = ticket.create()
    command = " ".join([*TICKET, "-C", str(ticket.root), "reply", code, "-q", "-s", "keep"])
    # 75 is "busy, try again", and --id makes trying again safe
    one = f'until {command} --as "$0" --id "$0 $n" -m "reply $n of $0"; do test $? = 75 || exit 1; done 2>/dev/null'
    loop = f"n=0; while test $n -lt 50; do {one}; n=$((n+1)); done"
    at_once([["sh", "-c", loop, f"agent{who}"] for who in range(PROCESSES)])
    all_are_kept(ticket, code, 50)


def test_twenty_tickets_created_at_once_are_twenty_tickets(ticket: Command) -> None:
    words = [*TICKET, "-C", str(ticket.root), "create", "--from", "maria@example.com", "-q", "-m", "It eats paper."]
    codes = [out.strip() for out in at_once([[*words, f"Printer {number}"] for number in range(PROCESSES)])]
    assert sorted(codes) == ticket.codes()
    assert len({ticket.ticket(code).header.text("subject") for code in codes}) == PROCESSES
    assert int(ticket.git("rev-list", "--count", "HEAD", "--grep", "create ")) == PROCESSES
    assert ticket.git("status", "--porcelain") == ""
    assert ticket.git("fsck", "--strict", "--no-dangling") == ""


def test_the_crowd_would_lose_replies_without_the_lock(ticket: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the same crowd, each with a lock of its own, is caught losing or refusing replies."""
    code = ticket.create()
    program = "import runpy, sys\nfrom contextlib import nullcontext\nfrom ticketcli.edges import lock\n"
    program += "lock.hold = lambda root, who, **_: nullcontext(lock.own_directory(root))\n"
    program += "sys.argv[0] = 'crowd'\nrunpy.run_module('tests.crowd', run_name='__main__')\n"
    words = [sys.executable, "-B", "-c", program, str(ticket.root), code]

    def crowd() -> None:
        at_once([[*words, f"agent{who}", "3"] for who in range(PROCESSES)])
        all_are_kept(ticket, code, 3)

    with pytest.raises(AssertionError):
        crowd()


def test_somebody_who_holds_the_desk_for_long_is_named(ticket: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    code = ticket.create()
    holding = (
        "import sys, time; from pathlib import Path; from ticketcli.edges import lock\n"
        "with lock.hold(Path(sys.argv[1]), 'ticket import, bob'): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", holding, str(ticket.root)], cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ
    )
    try:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        monkeypatch.setattr(lock, "PATIENCE", 0.1)
        ran = ticket.run("reply", code, "-m", "long work")
        assert ran.code == 75
        assert ran.err.splitlines()[-1].startswith(
            f"ticket: the desk is held by pid {holder.pid} (ticket import, bob, since "
        )
        assert ran.err.startswith("your text is kept in ")
        assert "Printer jams" in ticket.ok("list").out
    finally:
        holder.kill()
        holder.communicate()
    ticket.ok("reply", code, "-m", "long work")
