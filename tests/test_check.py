"""`ticket check`: every fault planted in a healthy desk is found, in one line, by the one inspection for it."""

from __future__ import annotations

import fcntl
import json
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import test_histories as histories
from tests.command import Command, Ran, at_home
from tests.desks import make_desk
from tests.planted import FAULTS, Fault, Planted, another, plant
from tests.shell import ROOT, Shell
from ticketcli.core.action import conversation as act
from ticketcli.core.action.decide import decide
from ticketcli.core.errors import TicketError
from ticketcli.desk.health import checking
from ticketcli.desk.health.opening import open_anyway
from ticketcli.edges import store

EVERY = ("INSPECTIONS", "BY_SETTINGS", "OF_CLONE")


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    return plant(tmp_path_factory.mktemp("healthy"))


@pytest.fixture
def desk(healthy: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planted:
    at_home(tmp_path, monkeypatch)
    return another(healthy, tmp_path / "desk")


@pytest.fixture
def check(desk: Planted, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(desk.root, capsys, monkeypatch)


def lines(check: Command, *words: str) -> list[str]:
    """What is found, the numbers of lines left out; the exit status says whether there is anything."""
    ran = check.run("check", *words)
    found = ran.out.splitlines()
    assert ran.code == (1 if found else 0), ran
    return [re.sub(r": line \d+:", ": line N:", row) for row in found]


def expected(fault: Fault, desk: Planted) -> str:
    return desk.named(fault.line) + (" (ticket check --fix mends it)" if fault.fixable else "")


# --- faults ---------------------------------------------------------------------------------------------------------


def test_a_healthy_desk_has_no_fault(check: Command) -> None:
    assert lines(check) == []
    assert check.ok("check").err == "nothing to mend\n"
    assert json.loads(check.ok("check", "--json").out) == {"schema_version": 1, "findings": []}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_by_its_inspection(
    name: str, desk: Planted, check: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = FAULTS[name]
    fault.plant(desk)
    before = check.files()
    assert lines(check) == [expected(fault, desk)]
    assert check.files() == before
    for some in EVERY:  # the control: without its inspection nothing is found
        others = tuple(one for one in getattr(checking, some) if one is not fault.inspection)
        monkeypatch.setattr(checking, some, others)
    assert lines(check) == []


def test_every_inspection_has_a_fault_that_it_finds() -> None:
    looked_at = [one for some in EVERY for one in getattr(checking, some)]
    assert set(looked_at) == {fault.inspection for fault in FAULTS.values()}
    assert len(looked_at) == len(set(looked_at))


def test_several_faults_are_several_lines_sorted_by_path(desk: Planted, check: Command) -> None:
    names = ["attachment of nobody", "unknown assignee", "no subject", "lock"]
    for name in names:
        FAULTS[name].plant(desk)
    assert lines(check) == sorted(expected(FAULTS[name], desk) for name in names)


def test_everything_wrong_with_a_file_is_said(desk: Planted, check: Command) -> None:
    desk.edit("two", "seq = 1\n", 'seq = "1"\n')
    desk.edit("two", 'subject = "Cannot log in"', "subject = 1")
    found = [row.removeprefix(desk.named("PATH(two): ")) for row in lines(check)]
    assert [row.partition(";")[0] for row in found] == [
        desk.named("event 1 (ID(two/1)): seq is not a number from 1 to 1,000,000"),
        "subject is not a text in quotes",
    ]


def test_findings_as_json(desk: Planted, check: Command) -> None:
    FAULTS["unknown assignee"].plant(desk)
    FAULTS["line ends"].plant(desk)
    path = desk.named("PATH(two)")
    assert json.loads(check.run("check", "--json").out) == {
        "schema_version": 1,
        "findings": [
            {
                "path": path,
                "what": "CRLF line ends or a byte order mark",
                "remedy": "the next write leaves LF",
                "fixable": True,
                "fixed": False,
            },
            {
                "path": path,
                "what": 'unknown assignee "nobody" (there are ana, bob)',
                "remedy": desk.named("ticket assign CODE(two) NAME"),
                "fixable": False,
                "fixed": False,
            },
        ],
    }


def test_what_is_over_may_have_names_of_the_past(desk: Planted, check: Command) -> None:
    for name, status in (("two", "closed"), ("watched", "resolved")):
        fields = {("status",): status, ("assignee",): "left", ("department",): "old", ("priority",): "p1"}
        desk.add(name, set=fields, lists={"watchers": ("+gone",)}, seen=())
    assert lines(check) == []


def test_a_desk_without_agents_and_departments_takes_any(tmp_path: Path, check: Command) -> None:
    settings = check.root / "ticketcli.toml"
    text = re.sub(r"\[(agent|department)\.\w+\]\n(\w+ = .*\n)*", "", settings.read_text())
    settings.write_text(text)
    check.ok("assign", *check.codes()[:1], "whoever")
    assert lines(check) == []


def test_control_characters_of_a_stranger_are_shown_as_escapes(check: Command) -> None:
    (check.root / "tickets/\x1b[31mred.txt").write_text("")
    assert lines(check) == [r"tickets/\x1b[31mred.txt: no ticket file; move it out of tickets/"]


# --- settings -------------------------------------------------------------------------------------------------------

BAD = {
    'time_zone = "Mars"\nname = 7\n': [
        '"name" must be text, not 7; mend it by hand, or take it back with git',
        '"time_zone" must be a time zone like "Europe/Prague", not \'Mars\'; mend it by hand, or take it back with git',
    ],
    "[status.odd]\n": [
        '"status.odd.category" is missing; it is one of new, open, answered, postponed, resolved, closed'
    ],
    "name = \n": ["line N: invalid value; mend it by hand, or take it back with git"],
    "<<<<<<< HEAD\nname = 'a'\n=======\nname = 'b'\n>>>>>>> other\n": [
        "line N: git left a conflict here, settle it and remove the marker lines; "
        "mend it by hand, or take it back with git"
    ],
    "format = 2\n": ["this desk has format 2, this program reads format 1; install a newer ticketcli"],
}


@pytest.mark.parametrize("text", BAD)
def test_settings_that_cannot_be_used_are_named_and_the_rest_is_checked(
    text: str, desk: Planted, check: Command
) -> None:
    (desk.root / "ticketcli.toml").write_text(text)
    desk.commit()
    settings = sorted(f"ticketcli.toml: {sentence}" for sentence in BAD[text])
    assert lines(check) == settings
    FAULTS["unknown status"].plant(desk)  # nobody knows the desk's statuses now
    FAULTS["line ends"].plant(desk)
    more = [] if "format" in text else [desk.named(FAULTS["line ends"].line)]
    before = check.files()
    assert lines(check) == settings + more
    assert lines(check, "--fix") == settings + more  # and nobody mends by settings that are not the desk's
    assert check.files() == before
    assert not list((desk.root / ".ticketcli").glob("*.orig"))


def test_settings_that_cannot_be_opened(desk: Planted, check: Command) -> None:
    path = desk.root / "ticketcli.toml"
    path.rename(desk.root / "settings")
    path.symlink_to("settings")
    said = "ticketcli.toml: cannot be read: it is a symbolic link; mend it by hand, or take it back with git"
    assert said in lines(check, "--files")


def test_settings_that_do_nothing(desk: Planted, check: Command) -> None:
    desk.append('\n[agent.eva]\nnick = "e"\n')
    said = 'ticketcli.toml: unknown key "agent.eva.nick"; it does nothing: correct its name, or take it out'
    assert lines(check) == [said]


# --- how it looks ---------------------------------------------------------------------------------------------------


def test_each_file_is_read_once(check: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    read: Counter[Path] = Counter()
    real = store.reading.read

    def counted(path: Path, **how: object) -> store.Content:
        read[path] += 1
        return real(path, **how)  # type: ignore[arg-type]

    for module in (store, store.attachments):
        monkeypatch.setattr(module, "read", counted)
    assert lines(check) == []
    assert set(read.values()) == {1}
    assert {path.suffix for path in read} == {".toml", ""}
    assert len(read) == len(check.codes()) + 2


def test_it_waits_for_no_lock_and_writes_nothing(check: Command) -> None:
    with (check.root / ".ticketcli/lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert lines(check) == []
    shutil.rmtree(check.root / ".ticketcli")
    assert lines(check) == []
    assert not (check.root / ".ticketcli").exists()


def test_a_desk_below_the_top_of_a_repository(desk: Planted, tmp_path: Path, check: Command) -> None:
    """Its paths are those of the desk, whatever git calls them."""
    top = tmp_path / "top"
    shutil.copytree(desk.root, top / "support", ignore=shutil.ignore_patterns(".git"))
    below = Planted(top / "support", desk.codes, desk.paths, desk.tickets)
    for words in (["init", "-qb", "main"], ["config", "merge.ticketcli.driver", "false"], ["add", "-A"]):
        subprocess.run(["git", *words], cwd=top, check=True)
    subprocess.run(["git", "commit", "-qm", "all"], cwd=top, check=True)
    check.root = below.root
    assert lines(check) == []
    for name in ("a ticket is gone", "attachment gone", "index behind"):
        FAULTS[name].plant(below)
    found = lines(check)
    assert found == sorted(
        expected(FAULTS[name], below) for name in ("a ticket is gone", "attachment gone", "index behind")
    )


def test_another_clone_has_no_fault_but_its_missing_driver(desk: Planted, tmp_path: Path, check: Command) -> None:
    subprocess.run(["git", "clone", "-q", str(desk.root), str(tmp_path / "clone")], check=True)
    check.root = tmp_path / "clone"
    assert lines(check) == [expected(FAULTS["no driver"], desk)]
    assert lines(check, "--files") == []


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.inspection in checking.OF_CLONE])
def test_only_the_files_are_looked_at_where_that_is_asked(name: str, desk: Planted, check: Command) -> None:
    FAULTS[name].plant(desk)
    assert lines(check, "--files") == []


def test_a_git_that_does_not_answer_hides_no_fault_of_the_files(
    desk: Planted, check: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    FAULTS["unknown assignee"].plant(desk)
    monkeypatch.setenv("PATH", str(desk.root))
    assert lines(check, "--files") == [expected(FAULTS["unknown assignee"], desk)]


# --- as a hook, and in CI -------------------------------------------------------------------------------------------


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`ticket` on the path, as git's hooks find it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "ticket"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m ticketcli "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return folder


def commit(desk: Planted, *words: str) -> Ran:
    done = subprocess.run(["git", "commit", "-qm", "x", *words], cwd=desk.root, capture_output=True, text=True)
    return Ran(done.returncode, done.stdout, done.stderr)


HOOK = "printf '#!/bin/sh\\nexec ticket check\\n' > .git/hooks/pre-commit && chmod +x .git/hooks/pre-commit"


@pytest.mark.parametrize("words", [["-a"], [], ["."]], ids=" ".join)
def test_as_a_pre_commit_hook_it_refuses_a_damaged_ticket(words: list[str], desk: Planted, program: Path) -> None:
    subprocess.run(HOOK, shell=True, cwd=desk.root, check=True)
    desk.add("two", kind="note", body="Fine.\n")
    copied = desk.root / "canned/new.toml"  # in no commit yet, and git's own lock is there
    copied.parent.mkdir()
    copied.write_text('body = "Hello."\n')
    desk.git("add", "-A")
    assert commit(desk, *words) == Ran(0, "", "nothing to mend\n")
    desk.edit("two", 'subject = "', "subject = ")
    desk.git("add", "-A")
    refused = commit(desk, *words)
    assert (refused.code, desk.named("PATH(two): line ") in refused.out + refused.err) == (1, True)
    desk.edit("two", "subject = ", 'subject = "')
    desk.git("add", "-A")
    desk.change("two", body="Another text.\n")
    desk.git("add", "-A")
    assert commit(desk, *words).code == 0
    assert desk.git("rev-list", "--count", "HEAD~2..HEAD").strip() == "2"


def test_as_a_pre_commit_hook_it_refuses_what_takes_tickets_and_events_away(desk: Planted, program: Path) -> None:
    subprocess.run(HOOK, shell=True, cwd=desk.root, check=True)
    desk.git("rm", "-q", str(desk.path("watched")))
    assert commit(desk).code == 1
    desk.git("reset", "-q", "--hard")
    FAULTS["an event is gone"].plant(desk)
    assert commit(desk, "-a").code == 1


def test_in_a_forges_ci(desk: Planted, tmp_path: Path, program: Path) -> None:
    """A fresh clone, shallow as forges make it: git there knows no driver, and needs none."""
    fresh, line = tmp_path / "ci", "ticket check --files"
    FAULTS["conflict, committed"].plant(desk)
    clone = ["git", "clone", "-q", "--depth=1", f"file://{desk.root}", str(fresh)]
    subprocess.run(clone, check=True)
    assert subprocess.run(line, shell=True, cwd=fresh, capture_output=True).returncode == 1
    desk.git("reset", "-q", "--hard", "HEAD~1")
    shutil.rmtree(fresh)
    subprocess.run(clone, check=True)
    assert subprocess.run(line, shell=True, cwd=fresh, capture_output=True).returncode == 0


# --- desks that were worked on --------------------------------------------------------------------------------------


def test_the_desk_of_the_tour_has_no_fault_after_any_of_its_commands(tmp_path: Path) -> None:
    """`ticket check` runs behind every command of the tour."""
    with Shell(tmp_path) as shell:
        tour = (
            (ROOT / "examples/tour.sh")
            .read_text()
            .replace('    "$@"\n', '    "$@"\n    ticket check >> ../found 2>&1\n')
        )
        (shell.home / "tour.sh").write_text(tour.replace("run ticket demo desk\nrun cd", "ticket demo desk\nrun cd"))
        output, status = shell.run("TMPDIR=$HOME sh tour.sh")
        assert status == 0, "\n".join(output)
        found, _ = shell.run("cat ticket-tour.*/found")
        assert len(found) > 12
        assert set(found) == {"nothing to mend", ""}


def play(seed: int) -> histories.Copy:
    """Commands of every kind on one copy of a desk, none of them cut off.

    Messages are either copied or moved: both under one subject would make one child of two different splits.
    """
    copy: histories.Copy = {}
    world = histories.World([copy], ticks=True)
    rnd, ids = random.Random(seed), random.Random(f"ids {seed}")
    without = ("split", "part") if seed % 2 else ("copy",)
    kinds = [kind for kind in histories.KINDS if kind not in ("join", "tick", *without)]
    for _ in range(80):
        world.now += timedelta(minutes=rnd.choice([1, 7, 60, 600, 2000]))
        kind, context = rnd.choice(kinds), world.context(copy, ids, "ana")
        try:
            if kind == "create" or not copy:
                message = act.Message(f"secret {rnd.random()} first question. second question.")
                made = decide([act.create("subject", message, histories.MARIA, context)], None, context)
                world.write(copy, made, None, set())
            else:
                histories.command(kind, world, copy, rnd, ids, rnd.choice(["ana", "bob"]), None)
            histories.tick(world, copy, rnd)
        except TicketError:
            continue
    return copy


def fault_of(seed: int, place: Path) -> list[str]:
    """What is found on the desk that a history leaves."""
    settings = "[git]\ncommit = false\n[calendar.office]\nmon = ['09:00-17:00']\n"
    opened = open_anyway(make_desk(place / f"desk{seed}", play(seed).values(), settings), {})
    return list(map(str, checking.check(opened, datetime.now(UTC))))


@pytest.mark.parametrize("seed", range(6))
def test_random_histories_leave_no_fault(seed: int, tmp_path: Path) -> None:
    assert fault_of(seed, tmp_path) == []


@pytest.mark.long
def test_many_random_histories_leave_no_fault(tmp_path: Path) -> None:
    assert not [found for seed in range(200) for found in fault_of(seed, tmp_path)]
