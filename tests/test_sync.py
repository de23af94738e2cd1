"""`ticket sync` and `next --take` between real clones of a bare repository: nothing lost, nothing of others touched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.command import PEOPLE, Command, Ran, at_home
from tests.desks import answers, asks, changes, says
from tests.desks import ticket as ticket_of
from tests.office import ended, started
from ticketcli.core.clock.working import looked_at
from ticketcli.core.file.codec import dumps, loads
from ticketcli.core.file.joining import joined
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.thread import gather
from ticketcli.core.words.settings import Settings
from ticketcli.desk import arriving
from ticketcli.desk.desk import now
from ticketcli.edges import leases

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
MARIA = "Maria Santos <maria@example.com>"
Patch = pytest.MonkeyPatch


class Clones:
    """Clones of one desk, made on demand: a is ana's, b is bob's, any other one ana's too."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str], patch: Patch) -> None:
        self.home, self._capsys, self._patch = home, capsys, patch
        self.hub = home / "hub.git"
        self.made: dict[str, Command] = {}

    def at(self, name: str) -> Command:
        return Command(self.home / name, self._capsys, self._patch)

    def __getitem__(self, name: str) -> Command:
        if name not in self.made:
            self.made[name] = self.at(name)
            if not (self.home / name).exists():
                git(self.home, "clone", "-q", "hub.git", name)
                git(self.home / name, "remote", "set-url", "origin", "../hub.git")
                introduce(self.home / name, "bob" if name == "b" else "ana")
        return self.made[name]

    def sync(self, *names: str) -> None:
        for name in names:
            self[name].ok("sync")

    def settle(self) -> bytes:
        """Everybody syncs until all have all; the files, which are the same everywhere."""
        self.sync(*self.made, *list(self.made)[:-1])
        found = {name: clone.files() for name, clone in self.made.items()}
        first = next(iter(found.values()))
        assert all(files == first for files in found.values())
        for clone in self.made.values():
            assert clone.git("status", "--porcelain") == ""
            assert clone.git("rev-parse", "HEAD") == clone.git("rev-parse", "origin/main")
            assert clone.run("check").code == 0, clone.run("check").out
            assert clone.git("for-each-ref", "refs/worktree") == ""
        git(self.hub, "fsck", "--strict", "--no-dangling")
        return b"\n".join(first.values())


def git(folder: Path, *words: str, code: int | None = 0) -> str:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True)
    assert code is None or done.returncode == code, done.stderr
    return done.stdout.strip()


def introduce(root: Path, who: str) -> None:
    git(root, "config", "user.name", who.capitalize())
    git(root, "config", "user.email", f"{who}@desk.example")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A desk with two agents, shared through `hub.git`, as it is copied for every test."""
    home = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        at_home(home, patch)
        git(home, "init", "-q", "--bare", "-b", "main", "hub.git")
        for words in (["init", "a", "-q"], ["-C", "a", "sync", "-q"]):
            if words[-2] == "sync":
                git(home / "a", "remote", "add", "origin", "../hub.git")
                introduce(home / "a", "ana")
                settings = home / "a/ticketcli.toml"
                settings.write_text(settings.read_text() + PEOPLE)
            command = [sys.executable, "-m", "ticketcli", *words]
            environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
            subprocess.run(command, cwd=home, env=environ, check=True)
        yield home


@pytest.fixture
def clones(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Patch) -> Clones:
    for name in ("hub.git", "a"):
        shutil.copytree(template / name, tmp_path / name, symlinks=True)
    at_home(tmp_path, monkeypatch)
    found = Clones(tmp_path, capsys, monkeypatch)
    assert found["a"].root.exists()
    return found


@pytest.fixture
def code(clones: Clones) -> str:
    """A ticket that clones a and b both have."""
    made = clones["a"].create()
    clones.sync("a", "b")
    return made


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def git_that(clones: Clones, monkeypatch: Patch, first: str) -> None:
    """From now on `git` is a script that does something first; its words are in "$*"."""
    real = shutil.which("git")
    script(clones.home / "bin/git", f'{first}\nexec {real} "$@"')
    monkeypatch.setenv("PATH", f"{clones.home / 'bin'}:{os.environ['PATH']}")


def once(clones: Clones, word: str, command: str) -> str:
    """For `git_that`: does something when a word is asked for the first time."""
    mark = clones.home / f"done-{word}"
    return f'case "$*" in *" {word} "*) [ -e "{mark}" ] || {{ : >"{mark}"; {command}; }};; esac'


def ticket_command(root: Path, *words: str) -> str:
    """A shell command that runs `ticket`, with nothing said."""
    package = Path(__file__).parents[1]
    quoted = " ".join(f"'{word}'" for word in words)
    return f"PYTHONPATH='{package}' '{sys.executable}' -m ticketcli -C '{root}' {quoted} >/dev/null 2>&1"


# --- what clones write comes together -------------------------------------------------------------------------------


def test_replies_tags_and_agents_of_three_clones_are_one_ticket(clones: Clones, code: str) -> None:
    a, b, c = (clones[name] for name in "abc")
    a.ok("reply", code, "-m", "From ana.")
    a.ok("tag", code, "+vip", "+sso")
    a.ok("assign", code, "bob")
    b.ok("reply", code, "-m", "From bob.")
    b.ok("tag", code, "+sso", "+printer")
    b.ok("assign", code, "ana", "-m", "yours")
    c.ok("note", code, "-m", "From elsewhere.")
    c.ok("set", code, "priority=high", "customer.phone=123")
    everything = clones.settle()
    for text in (b"From ana.", b"From bob.", b"From elsewhere."):
        assert everything.count(text) == 1
    header = c.ticket(code).header
    assert (header.list("tags"), header.text("priority")) == (("printer", "sso", "vip"), "high")
    assert header.text("assignee") in ("ana", "bob")


def test_neither_attributes_nor_a_driver_are_needed(clones: Clones, code: str) -> None:
    a, b = clones["a"], clones["b"]
    (a.root / ".gitattributes").write_text("*.toml merge=union\n")
    a.git("commit", "-qam", "one that would spoil every ticket")
    a.git("push", "-q")
    clones.sync("b")
    for clone in (a, b):
        git(clone.root, "config", "--unset", "merge.ticketcli.driver", code=None)
        clone.ok("reply", code, "-m", f"From {clone.root.name}.")
        clone.ok("tag", code, f"+{clone.root.name}")
        git(clone.root, "config", "--unset", "merge.ticketcli.driver", code=None)
    everything = clones.settle()
    assert everything.count(b"From a.") == everything.count(b"From b.") == 1
    assert a.ticket(code).header.list("tags") == ("a", "b")


def test_a_desk_without_git_becomes_a_shared_one(clones: Clones) -> None:
    late, hub = clones.at("late"), clones.home / "late.git"
    assert late.run("init", "--no-git", str(late.root), desk=False).code == 0
    code = late.create()
    git(clones.home, "init", "-q", "--bare", "-b", "main", "--object-format=sha256", hub.name)
    late.git("init", "-q", "-b", "main", "--object-format=sha256")
    late.git("remote", "add", "origin", f"../{hub.name}")
    late.ok("sync")
    git(clones.home, "clone", "-q", hub.name, "other")
    other = clones.at("other")
    assert (other.root / ".gitattributes").exists()
    for one in (late, other):
        one.ok("note", code, "-m", f"from {one.root.name}")
    for one in (late, other, late):
        one.ok("sync")
    assert late.files() == other.files()
    assert late.git("status", "--porcelain") == other.git("status", "--porcelain") == ""
    git(hub, "fsck", "--strict", "--no-dangling")


def test_what_came_in_and_went_out_is_said(clones: Clones, code: str) -> None:
    a, b = clones["a"], clones["b"]
    a.create("Another")
    a.ok("note", code, "-m", "x")
    assert a.ok("sync").err == "in step with origin/main: 0 tickets received, 2 commits sent\n"
    assert b.ok("sync").err == "in step with origin/main: 2 tickets received, 0 commits sent\n"
    assert b.ok("sync").err == "in step with origin/main: 0 tickets received, 0 commits sent\n"
    assert (b.ok("sync", "-q").err, b.ok("sync").out) == ("", "")


def test_the_history_names_who_acted(clones: Clones, code: str) -> None:
    for name in "ab":
        clones[name].ok("note", code, "-m", "x")
    clones.sync("a", "b")
    assert clones["b"].git("log", "-1", "--format=%s|%an|%ae|%p").split("|")[:3] == [
        "sync: merge origin/main", "Bob Novak", "bob@desk.example",
    ]  # fmt: skip


@pytest.mark.parametrize("words", [("reply", "-m", "Try again."), ("resolve",), ("postpone", "3d")], ids=lambda w: w[0])
def test_a_customer_who_wrote_meanwhile_is_not_hidden(clones: Clones, code: str, words: tuple[str, ...]) -> None:
    clones["a"].ok("reply", code, "-m", "We look at it.")
    clones.sync("a", "b")
    clones["a"].ok(words[0], code, *words[1:])
    clones["b"].ok("reply", code, "--from", "customer", "-m", "It still jams.")
    clones.settle()
    for clone in clones.made.values():
        assert clone.ok("to-solve", "--columns", "code,status").out == f"{code}\topen\n"


def test_a_customer_is_not_hidden_in_100_of_100() -> None:
    first = asks("first", "2024-11-20 08:00", "Printer jams")
    base = ticket_of(first, answers("we look", 2, "2024-11-20 08:30", "We look at it.", seen=["first"]))
    shown = [_race(base, number) for number in range(100)]
    assert shown == ["open"] * 100


def _race(base: Ticket, number: int) -> str:
    """The status shown where one clone acted and another got a message, whichever is joined to which."""
    what = ("answered", "resolved", "closed", "postponed")[number % 4]
    if what == "answered":
        acted = answers(f"answer {number}", 3, "2024-11-20 09:30", "Try again.")
    else:
        acted = changes(f"change {number}", 3, "2024-11-20 09:30", status=what)
    asked = says(f"message {number}", 3, f"2024-11-20 09:{number % 60:02}", "It still jams.")
    sides = [dumps(base.plus([event])).encode() for event in (acted, asked)]
    instant = datetime(2024, 11, 20, 10, tzinfo=UTC)
    one, other = sides if number % 8 < 4 else sides[::-1]
    ticket = loads(joined(dumps(base).encode(), one, other, now=instant).decode())
    return looked_at(ticket, gather(ticket.code, {ticket.code: ticket}.get), Settings(), instant).status


def test_clones_that_pulled_from_each_other_too(clones: Clones, code: str) -> None:
    """A criss-cross: two merges of the same two commits."""
    a, b = clones["a"], clones["b"]
    for clone in (a, b):
        clone.ok("note", code, "-m", f"first of {clone.root.name}")
        clone.git("fetch", "-q", f"../{'b' if clone is a else 'a'}", "main")
    heads = {name: clones[name].git("rev-parse", "HEAD") for name in "ab"}
    a.git("fetch", "-q", "../b", "main")
    for clone, other in ((a, heads["b"]), (b, heads["a"])):
        clone.git("fetch", "-q", "../a" if clone is b else "../b", "main")
        clone.git("merge", "-q", "--no-edit", other)
        clone.ok("note", code, "-m", f"second of {clone.root.name}")
    everything = clones.settle()
    for text in ("first of a", "first of b", "second of a", "second of b"):
        assert everything.count(text.encode()) == 1


def test_attachments_travel_and_go(clones: Clones, code: str) -> None:
    a, b = clones["a"], clones["b"]
    (clones.home / "photo.bin").write_bytes(bytes(range(256)) * 99)
    a.ok("note", code, "-m", "see", "--attach", str(clones.home / "photo.bin"))
    clones.settle()
    (there,) = b.root.glob("attachments/*/*")
    assert there.read_bytes() == (clones.home / "photo.bin").read_bytes()
    a.git("rm", "-q", str(there.relative_to(b.root)))
    a.git("commit", "-q", "-m", "gone")
    clones.sync("a", "b")
    assert not (b.root / "attachments").exists() or not list(b.root.glob("attachments/*"))


def test_many_files_at_once(clones: Clones, monkeypatch: Patch) -> None:
    monkeypatch.setattr(arriving, "MOST_FILES", 2)
    for number in range(5):
        clones["a"].create(f"number {number}")
    clones.sync("a", "b")
    assert clones["b"].codes() == clones["a"].codes()
    clones.settle()


def edit(clone: Command, old: str, new: str) -> None:
    """A hand changes the settings."""
    settings = clone.root / "ticketcli.toml"
    assert settings.read_text().count(f"\n{old}") == 1
    settings.write_text(settings.read_text().replace(f"\n{old}", f"\n{new}"))


# --- hands ----------------------------------------------------------------------------------------------------------


def test_what_a_hand_did_travels_as_an_event(clones: Clones, code: str) -> None:
    a, b = clones["a"], clones["b"]
    path = a.path(code)
    path.write_text(
        "# asked on the fair\n" + path.read_text().replace('priority = "normal"', 'priority = "urgent"  # really', 1),
    )
    b.ok("reply", code, "-m", "Try again.")
    everything = clones.settle()
    assert b"# asked on the fair" in everything
    assert b"# really" in everything
    assert sorted(event.action for event in b.ticket(code).events) == ["", "", "hand"]
    assert b.ticket(code).header.text("priority") == "urgent"
    assert f"sync {code}: Printer jams" in a.git("log", "--format=%s").splitlines()


def test_crlf_is_mended(clones: Clones, code: str) -> None:
    a, b = clones["a"], clones["b"]
    for clone in (a, b):
        clone.path(code).write_bytes(clone.path(code).read_bytes().replace(b"\n", b"\r\n"))
    b.ok("note", code, "-m", "x")
    clones.sync("b")
    assert b"\r" not in clones.settle()


def test_what_cannot_be_read_is_left_out_and_named(clones: Clones, code: str) -> None:
    a = clones["a"]
    other, before = a.create("Another"), a.path(code).read_bytes()
    a.path(code).write_text("<<<<<<< HEAD\n=======\n>>>>>>> theirs\n")
    ran = a.run("sync")
    assert ran.code == 1
    assert code in ran.err.splitlines()[0]
    assert "it was left out" in ran.err.splitlines()[0]
    clones.sync("b")
    assert (clones["b"].path(code).read_bytes(), clones["b"].path(other).exists()) == (before, True)
    assert a.path(code).read_text().startswith("<<<")


def test_a_ticket_that_is_gone_here_is_not_gone_elsewhere(clones: Clones, code: str) -> None:
    a, b = clones["a"], clones["b"]
    a.path(code).unlink()
    ran = a.run("sync")
    assert ran.code == 1
    name = f"tickets/{a.root.glob('tickets/*').__next__().name}/{code}.toml"
    assert ran.err.splitlines()[0] == (
        f"ticket: {name}: it is gone here; bring it back with: git checkout HEAD -- {name}; it was left out"
    )
    b.ok("note", code, "-m", "still here")
    clones.sync("b", "a")
    assert b"still here" in clones.settle()


def test_settings_and_canned_texts_travel(clones: Clones) -> None:
    a, b = clones["a"], clones["b"]
    (a.root / "canned").mkdir()
    (a.root / "canned/greeting.toml").write_text('body = "Hello"\nattachments = ["terms.pdf"]\n')
    (a.root / "canned/terms.pdf").write_bytes(b"\xffPDF\r\n")
    edit(a, 'time_zone = "UTC"', 'time_zone = "Europe/Prague"')
    edit(b, "[agent.bob]", "[department.selling]\n\n[agent.bob]")
    everything = clones.settle()
    assert b'"Europe/Prague"' in everything
    assert b"[department.selling]" in everything
    assert b'body = "Hello"' in everything
    assert (b.root / "canned/terms.pdf").read_bytes() == b"\xffPDF\r\n", "what goes with a response"
    (a.root / "canned/terms.pdf").unlink()
    (a.root / "canned/greeting.toml~").write_text("what an editor left")
    clones.sync("a", "b")
    assert not list((b.root / "canned").glob("*[!l]")), "neither what is gone nor what goes with no response"


# --- the user's own work --------------------------------------------------------------------------------------------


def test_staged_and_unstaged_work_stays(clones: Clones, code: str) -> None:
    a, b = clones["a"], clones["b"]
    rows = [f"{number}\n" for number in range(40)]
    (a.root / "notes.txt").write_text("".join(rows))
    a.git("add", "notes.txt")
    a.git("commit", "-q", "-m", "notes")
    a.ok("sync", "--push-all")
    clones.sync("b")
    b.ok("reply", code, "-m", "Try again.")
    clones.sync("b")

    (a.root / "notes.txt").write_text("".join(["a staged hunk\n", *rows]))
    (a.root / "new.txt").write_text("staged, new\n")
    a.git("add", "notes.txt", "new.txt")
    (a.root / "notes.txt").write_text("".join(["a staged hunk\n", *rows, "not staged\n"]))
    (a.root / "loose.txt").write_text("nobody's\n")
    a.git("rm", "-q", "--cached", ".gitattributes")
    before = a.git("diff", "--cached"), a.git("diff", "--", "notes.txt"), a.git("status", "--porcelain")
    a.ok("note", code, "-m", "mine")
    assert a.ok("sync").err == "in step with origin/main: 1 ticket received, 2 commits sent\n"
    assert (a.git("diff", "--cached"), a.git("diff", "--", "notes.txt"), a.git("status", "--porcelain")) == before
    assert a.git("show", ":notes.txt") == "".join(["a staged hunk\n", *rows]).strip()
    assert "notes.txt" not in a.git("show", "--name-only", "--format=", "HEAD")
    assert "Try again." in a.path(code).read_text()


def test_settings_that_are_staged_in_part_are_their_users(clones: Clones, code: str) -> None:
    a, b = clones["a"], clones["b"]
    settings = a.root / "ticketcli.toml"
    text = settings.read_text()
    settings.write_text(f"# staged\n{text}")
    a.git("add", "ticketcli.toml")
    settings.write_text(f"# staged\n{text}# not yet\n")
    before = a.git("diff", "--cached")
    a.ok("note", code, "-m", "x")
    clones.sync("a", "b")
    assert a.git("diff", "--cached") == before
    assert "# staged" not in (b.root / "ticketcli.toml").read_text()
    (b.root / "ticketcli.toml").write_text(f"{text}# of bob\n")
    clones.sync("b")
    state = a.git("rev-parse", "HEAD"), a.files(), a.git("diff", "--cached")
    ran = a.run("sync")
    assert (ran.code, (a.git("rev-parse", "HEAD"), a.files(), a.git("diff", "--cached"))) == (1, state)
    assert ran.err == (
        "ticket: nothing was taken over: ticketcli.toml was changed there, and here it is not committed (staged in "
        "part); settle that first, or put it away: git stash\n"
    )


def test_commits_of_other_files_are_pushed_only_when_told(clones: Clones, code: str) -> None:
    a, b = clones["a"], clones["b"]
    (a.root / "app.py").write_text("print(1)\n")
    a.git("add", "app.py")
    a.git("commit", "-q", "-m", "work in progress")
    a.ok("note", code, "-m", "mine")
    before = git(clones.hub, "rev-parse", "main")
    assert a.refused(1, "sync") == (
        "not pushed: your commits touch files that are not the desk's (app.py); to push them too: "
        "ticket sync --push-all"
    )
    assert git(clones.hub, "rev-parse", "main") == before
    assert a.ok("sync", "--push-all").err == "in step with origin/main: 0 tickets received, 2 commits sent\n"
    assert b.ok("sync").err == "in step with origin/main: 1 ticket and 1 other file received, 0 commits sent\n"
    assert (b.root / "app.py").read_text() == "print(1)\n"
    clones.settle()


def test_other_files_come_in_where_they_hinder_nobody(clones: Clones, code: str) -> None:
    a, b = clones["a"], clones["b"]
    for name, text in (("app.py", "print(1)\n"), ("lib/x.py", "x\n"), ("run.sh", "#!/bin/sh\n")):
        (a.root / name).parent.mkdir(exist_ok=True)
        (a.root / name).write_text(text)
    (a.root / "run.sh").chmod(0o755)
    a.git("add", "app.py", "lib", "run.sh")
    a.git("commit", "-q", "-m", "code")
    a.ok("sync", "--push-all")
    clones.sync("b")
    assert os.access(b.root / "run.sh", os.X_OK)
    (a.root / "app.py").write_text("print(2)\n")
    a.git("rm", "-rq", "lib")
    a.git("commit", "-qam", "more code")
    a.ok("reply", code, "-m", "Try again.")
    a.ok("sync", "--push-all")
    b.ok("note", code, "-m", "mine")

    (b.root / "app.py").write_text("print('mine')\n")  # in the way: nothing at all happens
    state = b.git("rev-parse", "HEAD"), b.files(), b.git("ls-files", "-s")
    ran = b.run("sync")
    assert (ran.code, (b.git("rev-parse", "HEAD"), b.files(), b.git("ls-files", "-s"))) == (1, state)
    assert "app.py" in ran.err
    assert "nothing was taken over" in ran.err

    b.git("checkout", "-q", "app.py")
    (b.root / "run.sh").write_text("#!/bin/sh\nmine\n")
    b.ok("sync")
    assert (b.root / "app.py").read_text() == "print(2)\n"
    assert not (b.root / "lib").exists()
    assert b.git("status", "--porcelain") == "M run.sh"
    b.git("checkout", "-q", "run.sh")
    clones.settle()


def test_a_desk_inside_a_larger_repository(clones: Clones) -> None:
    project = clones.home / "project"
    git(clones.home, "init", "-q", "-b", "main", "project")
    (project / "code.c").write_text("int x;\n")
    git(project, "add", ".")
    git(project, "commit", "-q", "-m", "code")
    git(clones.home, "init", "-q", "--bare", "-b", "main", "project.git")
    git(project, "remote", "add", "origin", "../project.git")
    git(project, "push", "-q", "-u", "origin", "main")
    inner = clones.at("project/support/desk")
    assert inner.run("init", str(inner.root), desk=False).code == 0
    code = inner.create()
    inner.ok("sync")
    git(clones.home, "clone", "-q", "project.git", "second")
    second = clones.at("second/support/desk")
    for one in (inner, second):
        one.ok("note", code, "-m", f"from {one.root.parts[-3]}")
    (project / "code.c").write_text("int x, y;\n")
    for one in (inner, second, inner):
        one.ok("sync")
    assert inner.path(code).read_bytes() == second.path(code).read_bytes()
    assert git(project, "status", "--porcelain") == "M code.c"
    git(project, "commit", "-qam", "work")
    assert "(code.c)" in inner.refused(1, "sync")


# --- others at the same moment --------------------------------------------------------------------------------------


def test_a_push_that_is_rejected_once_is_tried_again(clones: Clones, code: str) -> None:
    clones["a"].ok("reply", code, "-m", "Try again.")
    mark = clones.home / "rejected"
    script(clones.hub / "hooks/pre-receive", f'[ -e "{mark}" ] || {{ : >"{mark}"; exit 1; }}')
    clones["a"].ok("sync")
    assert mark.exists()
    assert b"Try again." in clones.settle()


def test_somebody_pushes_between_fetch_and_push(clones: Clones, code: str, monkeypatch: Patch) -> None:
    a, b = clones["a"], clones["b"]
    for clone in (a, b):
        clone.ok("reply", code, "-m", f"From {clone.root.name}.")
    git_that(clones, monkeypatch, once(clones, "push", ticket_command(b.root, "sync")))
    assert a.ok("sync").err == "in step with origin/main: 1 ticket received, 2 commits sent\n"
    everything = clones.settle()
    assert everything.count(b"From a.") == everything.count(b"From b.") == 1


def test_whoever_is_always_overtaken_is_told_to_try_again(clones: Clones, code: str, monkeypatch: Patch) -> None:
    a, b = clones["a"], clones["b"]
    a.ok("note", code, "-m", "mine")
    other = f'cd "{b.root}"; git pull -q --rebase; git commit -q --allow-empty -m x; git push -q'
    git_that(clones, monkeypatch, f'case "$*" in *" push --porcelain "*) (PATH=/usr/bin:/bin; {other});; esac')
    monkeypatch.setattr("ticketcli.edges.git.remotes._PAUSE", 0)
    said = a.refused(75, "sync")
    assert said.startswith("others pushed to origin/main at the same moment, 5 times; all is saved and committed here")
    assert a.git("status", "--porcelain") == ""


def test_a_remote_that_never_takes_it_is_named(clones: Clones, code: str, monkeypatch: Patch) -> None:
    clones["a"].ok("note", code, "-m", "mine")
    script(clones.hub / "hooks/pre-receive", "exit 1")
    monkeypatch.setattr("ticketcli.edges.git.remotes._PAUSE", 0)
    assert clones["a"].refused(1, "sync") == (
        "origin/main does not take it: [remote rejected] (pre-receive hook declined); all is saved and committed here"
    )


def test_the_desk_is_free_while_the_network_is_used(clones: Clones, code: str, monkeypatch: Patch) -> None:
    a = clones["a"]
    a.ok("note", code, "-m", "mine")
    notes = [
        once(clones, word, ticket_command(a.root, "note", code, "-m", f"during {word}")) for word in ("fetch", "push")
    ]
    git_that(clones, monkeypatch, "\n".join(notes))
    a.ok("sync")
    everything = clones.settle()
    assert b"during fetch" in everything
    assert b"during push" in everything


# --- what goes wrong ------------------------------------------------------------------------------------------------


def test_offline_all_is_saved_and_said(clones: Clones, code: str) -> None:
    a = clones["a"]
    a.path(code).write_text(a.path(code).read_text().replace('"normal"', '"high"', 1))
    clones.hub.rename(clones.home / "unplugged")
    ran = a.run("sync")
    assert ran == Ran(
        75,
        "",
        "ticket: no exchange with origin: '../hub.git' does not appear to be a git repository; all is saved here, "
        "try again later\n",
    )
    assert a.git("status", "--porcelain") == ""
    assert a.ok("list", "--columns", "code,priority").out == f"{code}\thigh\n"
    (clones.home / "unplugged").rename(clones.hub)
    assert b'priority = "high"' in clones.settle()


def test_what_git_says_is_filtered(clones: Clones) -> None:
    clones["a"].git("remote", "set-url", "origin", "../\x1b[31mevil\x1b]0;title\x07")
    said = clones["a"].refused(75, "sync")
    assert "[31mevil" in said
    assert "\x1b" not in said


def test_transports_that_run_commands_are_refused(clones: Clones) -> None:
    marker = clones.home / "marker"
    clones["a"].git("config", "protocol.ext.allow", "always")
    clones["a"].git("remote", "set-url", "origin", f"ext::touch {marker}")
    assert "transport 'ext' not allowed" in clones["a"].refused(75, "sync")
    assert not marker.exists()
    git(clones.home / "a", "fetch", code=None)
    assert marker.exists(), "the control: plain git is caught"


def test_without_remote_or_repository(clones: Clones, code: str) -> None:
    a = clones["a"]
    a.path(code).write_text(a.path(code).read_text().replace('"normal"', '"high"', 1))
    a.git("remote", "remove", "origin")
    assert a.run("sync").err == ("ticket: no other clone is known; name one with: git remote add origin URL\n")
    assert a.git("status", "--porcelain") == ""
    shutil.rmtree(a.root / ".git")
    assert a.refused(1, "sync") == "this desk is no git repository; make it one with: git init"


def test_the_first_push_tells_git_what_belongs_together(clones: Clones, code: str) -> None:
    a = clones["a"]
    for name in ("upstream", "fork"):
        git(clones.home, "init", "-q", "--bare", "-b", "main", f"{name}.git")
    a.git("remote", "rename", "origin", "old")
    a.git("branch", "--unset-upstream")
    a.git("remote", "add", "upstream", "../upstream.git")
    assert a.refused(1, "sync") == "which of old, upstream is meant? say it to git once: git push -u old main"
    a.git("remote", "remove", "old")
    a.ok("sync")
    assert a.git("rev-parse", "--symbolic-full-name", "@{upstream}") == "refs/remotes/upstream/main"
    a.git("remote", "add", "origin", "../fork.git")
    assert a.ok("sync").err.startswith("in step with upstream/main")


def test_while_git_is_in_the_middle_of_something(clones: Clones, code: str) -> None:
    a, b = clones["a"], clones["b"]
    a.git("checkout", "-q", "--detach")
    assert a.refused(1, "sync") == "HEAD is detached; finish that first, then: ticket sync"
    a.git("checkout", "-q", "main")
    for clone in (a, b):
        (clone.root / "notes.txt").write_text(f"{clone.root.name}\n")
        clone.git("add", "notes.txt")
        clone.git("commit", "-q", "-m", "notes")
    a.ok("sync", "--push-all")
    b.git("fetch", "-q")
    git(b.root, "merge", "-q", "origin/main", code=1)
    before = b.git("status", "--porcelain")
    assert b.refused(1, "sync") == "a merge is going on; finish that first, then: ticket sync"
    assert b.git("status", "--porcelain") == before
    b.git("merge", "--abort")
    git(b.root, "rebase", "-q", "origin/main", code=1)
    assert b.refused(1, "sync") == "a rebase is going on; finish that first, then: ticket sync"


def unchanged(clone: Command, do: Callable[[], str]) -> str:
    """What a command says that must change nothing: neither HEAD nor index nor any file."""
    state = clone.git("rev-parse", "HEAD"), clone.git("ls-files", "-s")
    said = do()
    assert (clone.git("rev-parse", "HEAD"), clone.git("ls-files", "-s")) == state
    return said


def test_settings_that_both_changed_stay_for_a_person(clones: Clones, code: str) -> None:
    a, b = clones["a"], clones["b"]
    for clone in (a, b):
        edit(clone, 'close_after = "4d"', f'close_after = "{3 if clone is a else 5}d"')
        clone.ok("note", code, "-m", f"note of {clone.root.name}")
        clone.git("commit", "-qam", "settings")
    clones.sync("a")
    said = unchanged(b, lambda: b.refused(1, "sync"))
    assert said == (
        "nothing was taken over: ticketcli.toml (changed here and there in the same lines); settle it with "
        "git merge origin/main, an editor and git commit, then: ticket sync"
    )
    git(b.root, "merge", "-q", "origin/main", code=1)
    assert b.git("diff", "--name-only", "--diff-filter=U") == "ticketcli.toml"
    b.git("checkout", "-q", "--theirs", "ticketcli.toml")
    b.git("add", "ticketcli.toml")
    b.git("commit", "-q", "--no-edit")
    everything = clones.settle()
    assert b"note of a" in everything
    assert b"note of b" in everything
    assert b'close_after = "3d"' in everything


def test_a_ticket_that_somebody_removed_and_somebody_answered(clones: Clones, code: str) -> None:
    a, b = clones["a"], clones["b"]
    a.git("rm", "-q", str(a.path(code).relative_to(a.root)))
    a.create("Printer jams", "It eats paper.")  # alike: git would take it for the old one, renamed
    a.git("commit", "-q", "-m", "removed")
    a.ok("sync", "--push-all")
    b.ok("reply", code, "-m", "Only here.")
    said = unchanged(b, lambda: b.refused(1, "sync"))
    assert f"{code}.toml (changed here and gone there)" in said
    assert "Only here." in b.path(code).read_text()


@pytest.mark.parametrize("damage", ["nonsense = [", "format = 99", '[agent.ana]\nname = "twice"'])
def test_settings_that_would_leave_the_desk_unusable_are_not_taken(clones: Clones, code: str, damage: str) -> None:
    a, b = clones["a"], clones["b"]
    settings = a.root / "ticketcli.toml"
    text = settings.read_text()
    settings.write_text(f"{damage}\n{text.replace('format = 1', '') if 'format' in damage else text}")
    a.git("commit", "-qam", "oops")
    a.git("push", "-q")
    said = unchanged(b, lambda: b.refused(1, "sync"))
    assert said.startswith("nothing was taken over: the settings that come in cannot be used: ")
    assert b.ok("list").code == 0


def test_two_agents_of_one_key_are_no_clean_merge(clones: Clones) -> None:
    """Git's text merge is happy with a table that stands twice; the desk could not be opened any more."""
    a, b = clones["a"], clones["b"]
    edit(a, "[department.support]", '[agent.eve]\nname = "one"\n\n[department.support]')
    edit(b, "[agent.bob]", '[agent.eve]\nname = "another"\n\n[agent.bob]')
    clones.sync("a")
    assert "the settings that come in cannot be used" in b.run("sync").err


def test_desks_that_were_begun_apart(clones: Clones) -> None:
    other = clones.at("other")
    assert other.run("init", str(other.root), desk=False).code == 0
    other.git("remote", "add", "origin", "../hub.git")
    said = other.refused(1, "sync")
    assert said.startswith("origin/main holds another desk, begun separately")


def test_a_locked_index_is_said_before_anything_is_changed(clones: Clones, code: str) -> None:
    a, b = clones["a"], clones["b"]
    b.ok("note", code, "-m", "x")
    clones.sync("b")
    (a.root / ".git/index.lock").touch()
    said = unchanged(a, lambda: a.refused(1, "sync"))
    assert "index.lock" in said
    (a.root / ".git/index.lock").unlink()
    clones.settle()


# --- killed at any step ---------------------------------------------------------------------------------------------

STEPS = [
    ("fast-import --quiet --done --date-format", 1, "before"),  # what is saved here is committed
    ("fetch", 1, "before"),
    ("fetch", 1, "after"),
    ("fast-import --quiet --done --force", 1, "before"),  # the union
    ("fast-import --quiet --done --force", 1, "after"),
    ("update-index -z --index-info", 2, "before"),  # the tickets are written
    ("read-tree -m", 1, "before"),
    ("read-tree -m", 1, "after"),  # other files too
    ("update-ref", 1, "after"),  # HEAD has come there
    ("push", 1, "before"),
    ("push", 1, "after"),
    ("gc", 1, "before"),
]


@pytest.fixture(scope="module")
def unequal(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clones of which a has pushed replies, a new ticket and other files, and b has answered and edited by hand."""
    home = tmp_path_factory.mktemp("unequal")
    for name in ("hub.git", "a"):
        shutil.copytree(template / name, home / name, symlinks=True)
    with pytest.MonkeyPatch.context() as patch:
        at_home(home, patch)
        run(home / "a", "create", "Printer jams", "--from", MARIA, "-m", "It eats paper.")
        run(home / "a", "sync")
        git(home, "clone", "-q", "hub.git", "b")
        git(home / "b", "remote", "set-url", "origin", "../hub.git")
        introduce(home / "b", "bob")
        (path,) = (home / "b").glob("tickets/*/*.toml")
        (home / "a/code.c").write_text("int x;\n")
        git(home / "a", "add", "code.c")
        git(home / "a", "commit", "-q", "-m", "code")
        run(home / "a", "create", "Another", "--from", MARIA, "-m", "x")
        run(home / "a", "reply", path.stem, "-m", "From ana.")
        run(home / "a", "sync", "--push-all")
        run(home / "b", "reply", path.stem, "-m", "From bob.")
        path.write_text(path.read_text().replace('"normal"', '"urgent"', 1))
    return home


def run(root: Path, *words: str) -> None:
    assert ended(started(root, *words)).code == 0


@pytest.mark.parametrize(("step", "number", "when"), STEPS)
def test_a_sync_that_is_killed_is_completed_by_the_next(
    unequal: Path,
    step: str,
    number: int,
    when: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: Patch,
) -> None:
    for name in ("hub.git", "a", "b"):
        shutil.copytree(unequal / name, tmp_path / name, symlinks=True)
    at_home(tmp_path, monkeypatch)
    clones = Clones(tmp_path, capsys, monkeypatch)
    b, calls = clones["b"], tmp_path / "calls"
    (code,) = b.codes()
    kill = "kill -9 $PPID; exit 1" if when == "before" else f'{shutil.which("git")} "$@"; kill -9 $PPID; exit 1'
    count = f'echo x >>"{calls}"; [ "$(wc -l <"{calls}")" -ne {number} ] || {{ {kill}; }}'
    git_that(clones, monkeypatch, f'case "$*" in *" {step}"*) {count};; esac')
    killed = ended(started(b.root, "sync", "--push-all"))
    assert (killed.code, killed.err) == (-9, "")
    b.ok("list")
    b.ok("sync", "--push-all")
    clones.sync("a")
    assert b.files() == clones["a"].files()
    assert b.git("status", "--porcelain") == ""
    everything = b"\n".join(b.files().values())
    assert everything.count(b"From ana.") == everything.count(b"From bob.") == 1
    assert b.ticket(code).header.text("priority") == "urgent"
    assert [event.action for event in b.ticket(code).events].count("hand") == 1
    assert len(b.codes()) == 2


def test_a_sync_that_was_cut_off_between_two_files(clones: Clones, code: str) -> None:
    a, b = clones["a"], clones["b"]
    other = a.create("Another")
    clones.sync("a", "b")
    for clone in (a, b):
        for one in (code, other):
            clone.ok("reply", one, "-m", f"From {clone.root.name}.")
    clones.sync("a")
    kept = b.root.parent / "kept"
    shutil.copytree(b.root, kept, symlinks=True)
    clones.sync("b")
    united = b.path(code).read_bytes()
    shutil.rmtree(b.root)
    kept.rename(b.root)
    b.path(code).write_bytes(united)  # the one was written, the other not yet
    b.ok("note", code, "-m", "in between")
    everything = clones.settle()
    assert [everything.count(text) for text in (b"From a.", b"From b.", b"in between")] == [2, 2, 1]


# --- strangers ------------------------------------------------------------------------------------------------------


HOOKS = ["pre-push", "post-merge", "post-checkout", "reference-transaction", "post-index-change", "pre-auto-gc"]
HOOKS += ["pre-merge-commit", "post-commit", "pre-commit", "commit-msg", "fsmonitor-watchman", "post-rewrite"]


def markers(clones: Clones) -> list[str]:
    return sorted(path.name for path in clones.home.glob("marker-*"))


@pytest.fixture
def hostile(clones: Clones, code: str) -> Command:
    """Clone b, whose user has filters, drivers and hooks that attributes from elsewhere ask for."""
    a, b = clones["a"], clones["b"]
    trap = script(clones.home / "trap", f'touch "{clones.home}/marker-$1"\ncat')
    for name in HOOKS:
        script(b.root / ".git/hooks" / name, f'touch "{clones.home}/marker-{name}"')
        script(a.root / "hooks" / name, f'touch "{clones.home}/marker-{name}"')
    for kind in ("clean", "smudge", "process"):
        b.git("config", f"filter.evil.{kind}", f"{trap} {kind}")
    b.git("config", "filter.evil.required", "true")
    for key in ("merge.evil.driver", "diff.evil.command", "diff.evil.textconv", "diff.external", "core.fsmonitor"):
        b.git("config", key, f"{trap} {key}")
    b.git("config", "submodule.recurse", "true")
    git(clones.home, "init", "-q", "-b", "main", "sub")
    git(clones.home / "sub", "commit", "-q", "--allow-empty", "-m", "x")
    git(a.root, "-c", "protocol.file.allow=always", "submodule", "add", "-q", "../sub", "sub")
    (a.root / ".gitattributes").write_text("* filter=evil merge=evil diff=evil\n")
    (a.root / "app.bin").write_text("code\n")
    a.git("add", "-A", ".")
    a.git("commit", "-q", "-m", "hostile")
    a.ok("reply", code, "-m", "From ana.")
    a.ok("sync", "--push-all")
    b.ok("reply", code, "-m", "From bob.")
    (b.root / "ticketcli.toml").write_text((b.root / "ticketcli.toml").read_text() + "# bob\n")
    return b


def test_what_comes_from_elsewhere_runs_nothing(clones: Clones, code: str, hostile: Command) -> None:
    hostile.ok("sync")
    assert markers(clones) == []
    clones["a"].ok("note", code, "-m", "again")
    clones["a"].ok("sync")
    hostile.ok("sync")
    assert (hostile.root / "app.bin").read_text() == "code\n"
    assert list((hostile.root / "sub").iterdir()) == []
    assert markers(clones) == []


def test_the_traps_are_armed(clones: Clones, hostile: Command) -> None:
    """The control: git's everyday commands fall into them."""
    git(hostile.root, "pull", "-q", "--no-rebase", "--no-edit", code=None)
    (hostile.root / "app.bin").write_text("mine\n")
    git(hostile.root, "add", "app.bin", code=None)
    assert {"marker-reference-transaction", "marker-process"} <= set(markers(clones))


def test_other_files_that_pass_a_filter_are_left_to_git(clones: Clones, hostile: Command) -> None:
    hostile.ok("sync")
    a = clones["a"]
    (a.root / "app.bin").write_text("more code\n")
    a.git("commit", "-qam", "more")
    a.ok("sync", "--push-all")
    said = unchanged(hostile, lambda: hostile.refused(1, "sync"))
    assert said.startswith('nothing was taken over: "app.bin" passes through the filter "evil", which sync')


def test_a_folder_that_became_a_link_leads_nowhere(clones: Clones, code: str) -> None:
    a, b = clones["a"], clones["b"]
    outside = clones.home / "outside"
    outside.mkdir()
    (a.root / "tickets/evil").symlink_to(outside)
    a.git("add", "tickets/evil")
    a.git("commit", "-q", "-m", "a link")
    a.git("push", "-q")
    clones.sync("b")
    assert (b.root / "tickets/evil").is_symlink()
    (a.root / "tickets/evil").unlink()
    (a.root / "tickets/evil").mkdir()
    (a.root / "tickets/evil/config.toml").write_text('run = "evil"\n')
    a.git("add", "-A", "tickets/evil")
    a.git("commit", "-q", "-m", "a folder")
    a.git("push", "-q")
    said = b.refused(1, "sync")
    assert '"tickets/evil" is a symbolic link' in said
    assert list(outside.iterdir()) == []


# --- on a terminal --------------------------------------------------------------------------------------------------


def test_every_step_is_told_on_a_terminal(clones: Clones, code: str) -> None:
    a, b = clones["a"], clones["b"]
    b.ok("note", code, "-m", "x")
    clones.sync("b")
    a.ok("note", code, "-m", "y")
    primary, secondary = os.openpty()
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-m", "ticketcli", "-C", str(a.root), "sync"]
    done = subprocess.run(command, stderr=secondary, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=environ)
    os.close(secondary)
    said = b""
    with suppress(OSError):
        while chunk := os.read(primary, 65536):
            said += chunk
    os.close(primary)
    assert (done.returncode, done.stdout) == (0, b"")
    assert said.decode().split("\r\n")[:-1] == [
        "committing what is saved here", "fetching from origin", "taking over what is new in origin/main",
        "pushing to origin/main", "in step with origin/main: 1 ticket received, 2 commits sent",
    ]  # fmt: skip


# --- next --take ----------------------------------------------------------------------------------------------------


def holder(clone: Command, code: str) -> str:
    lease = leases.held(clone.root, now()).get(code)
    return lease.holder if lease else ""


def test_a_ticket_that_is_taken_is_taken_in_every_clone(clones: Clones, code: str) -> None:
    a, b = clones["a"], clones["b"]
    other = a.create("Another")
    ran = a.ok("next", "--take")
    assert ran.out.strip() in (code, other)
    assert a.ticket(ran.out.strip()).header.text("assignee") == "ana"
    assert "; yours until " in ran.err
    second = b.ok("next", "--take").out.strip()
    assert {ran.out.strip(), second} == {code, other}
    assert b.run("next", "--take").out.strip() == second
    clones.settle()


def test_who_was_first_elsewhere_has_the_ticket(clones: Clones, code: str, monkeypatch: Patch) -> None:
    a, b = clones["a"], clones["b"]
    a.create("Another", "x", "-p", "low")
    clones.sync("a", "b")
    git_that(clones, monkeypatch, once(clones, "push", ticket_command(b.root, "next", "--take")))
    ran = a.ok("next", "--take")
    taken = ran.out.strip()
    assert taken != code
    assert f"{code}: bob was first, in another clone\n" in ran.err
    assert (holder(a, code), holder(a, taken)) == ("", "ana")
    clones.settle()
    for clone in (a, b):
        assert clone.ticket(code).header.text("assignee") == "bob"
        assert clone.ticket(taken).header.text("assignee") == "ana"


def test_where_nothing_is_left_the_other_one_keeps_it(clones: Clones, code: str, monkeypatch: Patch) -> None:
    a, b = clones["a"], clones["b"]
    git_that(clones, monkeypatch, once(clones, "push", ticket_command(b.root, "next", "--take")))
    ran = a.run("next", "--take")
    assert (ran.code, ran.out) == (5, "")
    assert holder(a, code) == ""
    clones.settle()
    assert [clone.ticket(code).header.text("assignee") for clone in (a, b)] == ["bob", "bob"]
    undone = [event for event in a.ticket(code).events if event.action == "undo"]
    assert [event.by for event in undone] == ["ana"]


def test_offline_it_is_taken_here_alone(clones: Clones, code: str) -> None:
    a = clones["a"]
    clones.hub.rename(clones.home / "unplugged")
    ran = a.ok("next", "--take")
    assert ran.out.strip() == code
    assert ran.err.splitlines()[0] == (
        "ticket: warning: no exchange with origin: '../hub.git' does not appear to be a git repository; all is saved "
        "here, try again later; taken in this clone only, others may take the same ticket"
    )
    assert (a.ticket(code).header.text("assignee"), holder(a, code)) == ("ana", "ana")


def test_alone_it_says_nothing_of_others(clones: Clones, code: str) -> None:
    a = clones["a"]
    a.git("remote", "remove", "origin")
    ran = a.ok("next", "--take")
    assert (ran.out.strip(), len(ran.err.splitlines())) == (code, 1)
    assert holder(a, code) == "ana"
