"""How a clone learns to join tickets, and that git does it then, whatever brings two versions together."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.command import Command, at_home
from ticketcli.core.file.codec import loads
from ticketcli.desk.committing import CONFIGURED, Note
from ticketcli.edges import git

ROOT = Path(__file__).resolve().parents[1]
DRIVER = "merge.ticketcli.driver"
FALLBACK = " || git merge-file --marker-size=%L -L ours -L base -L theirs %A %O %B"

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@dataclass
class Clones:
    """Two clones of one desk with one ticket, and where they exchange it."""

    hub: Path
    one: Command
    two: Command
    code: str

    def both_reply(self) -> None:
        """Each clone has a commit of its own; that of the second is in the hub."""
        self.two.ok("reply", self.code, "-m", "reply of two", "-p", "high")
        self.two.git("push", "-q")
        self.one.ok("reply", self.code, "-m", "reply of one", "-t", "vip")
        self.one.git("fetch", "-q")

    def exchange(self) -> None:
        """Afterwards both clones have what the first one has."""
        self.one.git("push", "-q")
        self.two.git("pull", "-q", "--ff-only")

    def are_alike(self) -> None:
        """Whether both have the same bytes with both replies, nothing is left to do and git is sound."""
        data = self.one.path(self.code).read_bytes()
        assert self.two.path(self.code).read_bytes() == data
        assert said(data) == ["It eats paper.\n", "reply of one\n", "reply of two\n"]
        for clone in (self.one, self.two):
            assert clone.git("status", "--porcelain") == ""
            assert clone.git("fsck", "--strict", "--no-dangling") == ""
            assert clone.ok("check").out == ""


def said(data: bytes) -> list[str]:
    """The texts of the messages, sorted; the ticket is whole, or this raises."""
    return sorted(event.body for event in loads(data.decode()).events if event.kind == "message")


@pytest.fixture
def clones(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Clones:
    at_home(tmp_path, monkeypatch)
    one, two = (Command(tmp_path / name, capsys, monkeypatch) for name in ("one", "two"))
    assert one.run("init", str(one.root), desk=False).code == 0
    code = one.create()
    subprocess.run(["git", "clone", "-q", "--bare", "one", "hub"], cwd=tmp_path, check=True)
    one.git("remote", "add", "origin", str(tmp_path / "hub"))
    one.git("fetch", "-q")
    one.git("branch", "-q", "--set-upstream-to=origin/main")
    subprocess.run(["git", "clone", "-q", "hub", "two"], cwd=tmp_path, check=True)
    return Clones(tmp_path / "hub", one, two, code)


# Configuring


def test_init_configures_the_clone_that_it_makes(clones: Clones) -> None:
    line = clones.one.git("config", "--local", DRIVER)
    assert line == git.driver_line() == git.driver(clones.one.root)
    assert line.endswith(f" merge-driver %O %A %B %L %P{FALLBACK}")
    assert clones.one.git("config", "--local", "merge.ticketcli.name") == "ticketcli joins two versions of a ticket"
    assert not git.driver_missing(clones.one.root)


def test_a_clone_is_configured_by_its_first_writing_command_which_says_so_once(clones: Clones) -> None:
    two = clones.two
    assert git.attribute_names_driver(two.root)
    assert git.driver(two.root) == ""
    assert git.driver_missing(two.root)
    assert two.ok("list").err == two.ok("show", clones.code).err == ""
    assert git.driver_missing(two.root), "reading commands configure nothing"
    said = two.ok("note", clones.code, "-m", "x").err.splitlines()
    assert [row for row in said if row.endswith(CONFIGURED)]
    assert two.git("config", "--local", DRIVER) == git.driver_line()
    assert CONFIGURED not in two.ok("note", clones.code, "-m", "y").err
    assert isinstance(CONFIGURED, Note)


def test_a_driver_that_the_user_has_configured_stays(clones: Clones) -> None:
    two = clones.two
    for scope in ("--global", "--local"):
        two.git("config", scope, DRIVER, "mine %A")
        assert git.driver(two.root) == "mine %A"
        assert CONFIGURED not in two.ok("note", clones.code, "-m", scope).err
        two.git("config", scope, "--unset", DRIVER)
    two.git("config", "--local", "merge.ticketcli.name", "a name alone")
    assert CONFIGURED in two.ok("note", clones.code, "-m", "x").err


def test_nothing_is_configured_where_nothing_is_committed_and_no_attribute_asks(clones: Clones) -> None:
    two = clones.two
    (two.root / ".gitattributes").write_text("# tickets/**/*.toml merge=ticketcli\n*.toml merge=ticketcliX text\n")
    assert not git.attribute_names_driver(two.root)
    assert CONFIGURED not in two.ok("note", clones.code, "-m", "x").err
    assert git.driver(two.root) == ""


def test_a_configuration_that_cannot_be_written_is_a_warning(clones: Clones) -> None:
    (clones.two.root / ".git/config.lock").touch()
    said = clones.two.ok("note", clones.code, "-m", "x").err
    assert "warning: git here does not know how to join two versions of a ticket: " in said
    (clones.two.root / ".git/config.lock").unlink()
    assert CONFIGURED in clones.two.ok("note", clones.code, "-m", "x").err


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("tickets/**/*.toml merge=ticketcli text eol=lf\n", True),
        ("*.toml\tmerge=ticketcli", True),
        ("*.c text\r\n*.toml text merge=ticketcli\r\n", True),
        ("#*.toml merge=ticketcli\n", False),
        ("*.toml -merge=ticketcli\n", False),
        ("*.toml merge=union\n", False),
        ("", False),
    ],
)
def test_the_attribute_is_found_without_git(tmp_path: Path, text: str, asks: bool) -> None:
    (tmp_path / ".gitattributes").write_bytes(text.encode())
    assert git.attribute_names_driver(tmp_path) == asks


def test_attributes_that_are_no_file_ask_for_nothing(tmp_path: Path) -> None:
    assert not git.attribute_names_driver(tmp_path)
    (tmp_path / "other").write_text("*.toml merge=ticketcli\n")
    (tmp_path / ".gitattributes").symlink_to(tmp_path / "other")
    assert not git.attribute_names_driver(tmp_path)
    (tmp_path / ".gitattributes").unlink()
    os.mkfifo(tmp_path / ".gitattributes")
    assert not git.attribute_names_driver(tmp_path)


def program(folder: Path, name: str = "ticket") -> Path:
    """The program as an installer puts it there."""
    folder.mkdir(parents=True)
    path = folder / name
    path.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from ticketcli.cli.main import run\nrun()\n"
    )
    path.chmod(0o755)
    return path


def test_the_line_names_the_program_as_any_shell_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, other = program(tmp_path / "here"), program(tmp_path / "o'ther 50%A")
    for running, path, shown in (
        (here, here.parent, "ticket"),
        (other, here.parent, "'" + str(other).replace("'", "'\"'\"'").replace("%", "%%") + "'"),
        (other, tmp_path, "'" + str(other).replace("'", "'\"'\"'").replace("%", "%%") + "'"),
        (ROOT / "ticketcli/__main__.py", here.parent, f"PYTHONPATH={ROOT} {sys.executable} -P -m ticketcli"),
        (tmp_path / "gone/ticket", here.parent, f"PYTHONPATH={ROOT} {sys.executable} -P -m ticketcli"),
    ):
        monkeypatch.setattr(sys, "argv", [str(running)])
        monkeypatch.setenv("PATH", str(path))
        assert git.driver_line() == f"{shown} merge-driver %O %A %B %L %P{FALLBACK}"


def test_nothing_of_the_line_comes_from_the_desk(clones: Clones, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stranger's desk has a program and a driver of its own, and the user stands in it with `.` on the path."""
    two = clones.two
    (two.root / "ticket").write_text("#!/bin/sh\ntouch marker\n")
    (two.root / "ticket").chmod(0o755)
    with (two.root / "ticketcli.toml").open("a") as settings:
        settings.write('[git]\ndriver = "touch marker"\n[merge.ticketcli]\ndriver = "touch marker"\n')
    monkeypatch.chdir(two.root)
    monkeypatch.setenv("PATH", f".:{os.environ['PATH']}")
    two.ok("note", clones.code, "-m", "x")
    assert two.git("config", DRIVER) == git.driver_line()
    assert not git.driver_line().startswith("ticket ")
    assert not (two.root / "marker").exists()


def test_a_strangers_module_in_the_work_tree_is_not_run(clones: Clones) -> None:
    """Git runs the driver there, and Python would find modules there first."""
    marker = clones.one.root.parent / "marker"
    trap = f"import pathlib\npathlib.Path({str(marker)!r}).touch()\nraise ImportError\n"
    for name in ("typer", "tomli", "dataclasses", "ticketcli"):
        (clones.one.root / f"{name}.py").write_text(trap)
    subprocess.run([sys.executable, "-m", "ticketcli"], cwd=clones.one.root, capture_output=True, check=False)
    assert marker.exists(), "the control"
    marker.unlink()
    clones.both_reply()
    merge(clones)
    assert not marker.exists()
    assert said(clones.one.path(clones.code).read_bytes()) == ["It eats paper.\n", "reply of one\n", "reply of two\n"]


# Joining


def merge(clones: Clones) -> None:
    clones.one.git("merge", "-q", "--no-edit", "origin/main")


def pull(clones: Clones) -> None:
    clones.one.git("pull", "-q", "--no-rebase", "--no-edit")


def pull_rebase(clones: Clones) -> None:
    clones.one.git("pull", "-q", "--rebase")


def rebase(clones: Clones) -> None:
    clones.one.git("rebase", "-q", "origin/main")


def cherry_pick(clones: Clones) -> None:
    """The reply of the first clone is picked on top of the second's."""
    mine = clones.one.git("rev-parse", "HEAD")
    clones.one.git("reset", "-q", "--hard", "origin/main")
    clones.one.git("cherry-pick", mine)


def stash_pop(clones: Clones) -> None:
    """The reply of the first clone was saved and never committed."""
    clones.one.git("reset", "-q", "--soft", "HEAD~1")
    clones.one.git("stash", "-q")
    clones.one.git("merge", "-q", "--ff-only", "origin/main")
    clones.one.git("stash", "pop", "-q")
    clones.one.git("commit", "-qam", "what was stashed")


WAYS = [merge, pull, pull_rebase, rebase, cherry_pick, stash_pop]


@pytest.mark.parametrize("way", WAYS)
def test_both_replies_are_in_both_clones(clones: Clones, way: Callable[[Clones], None]) -> None:
    clones.both_reply()
    way(clones)
    clones.exchange()
    clones.are_alike()
    header = clones.one.ticket(clones.code).header
    assert (header.text("priority"), header.list("tags")) == ("high", ("vip",))


def test_the_next_command_goes_on_from_what_git_has_joined(clones: Clones) -> None:
    clones.both_reply()
    pull(clones)
    assert clones.one.ok("note", clones.code, "-m", "afterwards").err.count("\n") == 1
    clones.exchange()
    clones.are_alike()


def test_a_program_at_an_odd_place_is_found_by_git(
    clones: Clones, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [str(program(tmp_path / "o'ther $(touch x) 50%A"))])
    clones.one.git("config", "--remove-section", "merge.ticketcli")
    assert git.configure_driver(clones.one.root) == ""
    clones.both_reply()
    merge(clones)
    clones.exchange()
    clones.are_alike()


def test_a_desk_inside_a_larger_repository(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_home(tmp_path, monkeypatch)
    subprocess.run(["git", "init", "-q", "-b", "main", "outer"], cwd=tmp_path, check=True)
    ticket = Command(tmp_path / "outer/in side", capsys, monkeypatch)
    assert ticket.run("init", str(ticket.root), desk=False).code == 0
    code = ticket.create()
    ticket.git("checkout", "-qb", "side")
    ticket.ok("reply", code, "-m", "reply of two")
    ticket.git("checkout", "-q", "main")
    ticket.ok("reply", code, "-m", "reply of one")
    ticket.git("merge", "-q", "--no-edit", "side")
    assert said(ticket.path(code).read_bytes()) == ["It eats paper.\n", "reply of one\n", "reply of two\n"]


def test_a_revert_loses_nothing_that_came_later(clones: Clones) -> None:
    one = clones.one
    one.ok("reply", clones.code, "-m", "reply of one")
    one.ok("reply", clones.code, "-m", "reply of two")
    done = subprocess.run(["git", "revert", "--no-edit", "HEAD~1"], cwd=one.root, capture_output=True, text=True)
    assert "CONFLICT" not in done.stdout + done.stderr
    assert said(one.path(clones.code).read_bytes()) == ["It eats paper.\n", "reply of one\n", "reply of two\n"]


def test_what_a_revert_of_the_last_commit_takes_away_comes_back_from_another_clone(clones: Clones) -> None:
    """Git asks no driver where only one side has changed: this is a deletion by hand."""
    clones.both_reply()
    pull(clones)
    clones.exchange()
    clones.two.ok("note", clones.code, "-m", "meanwhile")
    clones.one.git("revert", "--no-edit", "-m", "1", "HEAD")
    assert "reply of two\n" not in said(clones.one.path(clones.code).read_bytes())
    clones.one.git("push", "-q")
    clones.two.git("pull", "-q", "--no-rebase", "--no-edit")
    clones.two.git("push", "-q")
    clones.one.git("pull", "-q", "--ff-only")
    clones.are_alike()


# Without the program


def markers(clones: Clones) -> bool:
    text = clones.one.path(clones.code).read_text()
    return all(mark in text for mark in ("<<<<<<< ", "=======\n", ">>>>>>> ", "reply of one", "reply of two"))


@pytest.mark.parametrize("way", WAYS)
def test_where_the_program_is_missing_git_shows_a_conflict(clones: Clones, way: Callable[[Clones], None]) -> None:
    """Never only one side, as a driver without program would leave it."""
    clones.one.git("config", DRIVER, f"ticket-that-is-not-there merge-driver %O %A %B %L %P{FALLBACK}")
    clones.both_reply()
    with pytest.raises(subprocess.CalledProcessError):
        way(clones)
    assert markers(clones)
    assert [row[:2] for row in clones.one.git("status", "--porcelain", "-uno").splitlines()] == ["UU"]
    assert len(clones.one.git("ls-files", "-u").splitlines()) == 3
    refused = clones.one.run("reply", clones.code, "-m", "x")
    assert refused.code == 1
    assert refused.err.endswith(
        "git left a conflict here, settle it and remove the marker lines, or: ticket check --fix\n"
    )
    clones.one.ok("check", "--fix")
    assert said(clones.one.path(clones.code).read_bytes()) == ["It eats paper.\n", "reply of one\n", "reply of two\n"]


def test_a_clone_that_knows_of_no_driver_gets_a_conflict_too(clones: Clones) -> None:
    clones.one.git("config", "--remove-section", "merge.ticketcli")
    clones.two.ok("reply", clones.code, "-m", "reply of two")
    clones.two.git("push", "-q")
    clones.one.ok("reply", clones.code, "-m", "reply of one")
    clones.one.git("config", "--remove-section", "merge.ticketcli")
    with pytest.raises(subprocess.CalledProcessError):
        pull(clones)
    assert markers(clones)


def test_ticket_on_the_path_joins_and_off_the_path_git_shows_a_conflict(
    clones: Clones, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line that `ticket`, found on the path, writes; the path is then with and without it."""
    here = program(tmp_path / "bin")
    path = os.environ["PATH"].replace(str(Path(sys.executable).parent), "/nonexistent")
    environ = os.environ | {"PATH": f"{here.parent}:{path}"}
    clones.one.git("config", "--remove-section", "merge.ticketcli")
    words = ["ticket", "-C", str(clones.one.root), "note", clones.code, "-m", "x"]
    done = subprocess.run(words, env=environ, capture_output=True, text=True, check=True)
    assert CONFIGURED in done.stderr
    assert clones.one.git("config", DRIVER) == f"ticket merge-driver %O %A %B %L %P{FALLBACK}"
    clones.both_reply()
    monkeypatch.setenv("PATH", path)
    if shutil.which("ticket"):
        pytest.skip("ticket is on every path here")
    with pytest.raises(subprocess.CalledProcessError):
        merge(clones)
    assert markers(clones)
    clones.one.git("merge", "--abort")
    monkeypatch.setenv("PATH", f"{here.parent}:{path}")
    merge(clones)
    clones.exchange()
    clones.are_alike()


def test_a_line_without_the_fallback_loses_a_reply(clones: Clones) -> None:
    """The control: what the installation line is for."""
    clones.one.git("config", DRIVER, "true %O %A %B %L %P")
    clones.both_reply()
    merge(clones)
    assert said(clones.one.path(clones.code).read_bytes()) == ["It eats paper.\n", "reply of one\n"]
