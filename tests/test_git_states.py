"""Commits that have to wait: git in the middle of something, a command that was cut off, an index that is behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from tests.command import Command, at_home
from tests.desks import asks, says
from tests.desks import ticket as made_of
from tests.play import Play
from ticketcli.cli.main import main
from ticketcli.core.action.change import change
from ticketcli.core.file import document
from ticketcli.core.file.codec import dumps
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.event import Attachment
from ticketcli.desk import committing, making
from ticketcli.edges import git

ROOT = Path(__file__).resolve().parents[1]
AUTHOR = "Ana Cruz <ana@desk.example>"
NOTES, A, B = "notes.txt", "tickets/2026-11/A.toml", "tickets/2026-11/B.toml"

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_home(tmp_path, monkeypatch)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A repository with the directory that a desk's lock makes; two branches conflict in a file of the user."""
    root = tmp_path / "repository"
    root.mkdir()
    git.init(root)
    saved(root, ".ticketcli/.gitignore", "*\n")
    for words in (["-qb", "side"], ["-q", "main"]):
        committed(root, NOTES, "base\n" if words[0] == "-qb" else "side\n")
        run(root, "checkout", *words)
    committed(root, NOTES, "main\n")
    return root


def run(root: Path, *words: str, code: int | None = 0) -> str:
    done = subprocess.run(
        ["git", *words], cwd=root, capture_output=True, text=True, env=os.environ | {"EDITOR": "true"}
    )
    assert code in (done.returncode, None), done.stdout + done.stderr
    return done.stdout


def saved(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def committed(root: Path, name: str, text: str) -> None:
    assert git.commit(root, [saved(root, name, text)], f"save {name}", AUTHOR) == ""


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def owed(root: Path) -> bool:
    return (root / ".ticketcli/uncommitted").exists()


def in_head(root: Path, name: str) -> str:
    return run(root, "show", f"HEAD:{name}")


# While git is in the middle of something


def merge(root: Path) -> None:
    run(root, "merge", "side", code=1)


def rebase(root: Path) -> None:
    run(root, "rebase", "side", code=1)


def rebase_apply(root: Path) -> None:
    run(root, "rebase", "--apply", "side", code=1)


def apply_mailbox(root: Path) -> None:
    (root.parent / "mailbox").write_text(run(root, "format-patch", "-1", "side", "--stdout"))
    run(root, "am", "-3", str(root.parent / "mailbox"), code=128)


def cherry_pick(root: Path) -> None:
    run(root, "cherry-pick", "side", code=1)


def cherry_pick_two(root: Path) -> None:
    """The first pick was settled by the user, the second waits for `--continue`."""
    run(root, "cherry-pick", "side", "main~1", code=1)
    run(root, "checkout", "--ours", NOTES)
    run(root, "commit", "-qa", "--allow-empty", "-m", "settled")


def revert(root: Path) -> None:
    run(root, "revert", "--no-edit", "HEAD~1", code=1)


def bisect(root: Path) -> None:
    run(root, "bisect", "start", "HEAD", "HEAD~1")
    run(root, "checkout", "-q", "--detach")


STATES: dict[Callable[[Path], None], tuple[str, list[str]]] = {
    merge: ("a merge is going on", ["merge", "--abort"]),
    rebase: ("a rebase is going on", ["rebase", "--abort"]),
    rebase_apply: ("a rebase is going on", ["rebase", "--abort"]),
    apply_mailbox: ("git am is going on", ["am", "--abort"]),
    cherry_pick: ("a cherry-pick is going on", ["cherry-pick", "--abort"]),
    cherry_pick_two: ("a cherry-pick or revert of several commits is going on", ["cherry-pick", "--quit"]),
    revert: ("a revert is going on", ["revert", "--abort"]),
    bisect: ("HEAD is detached", ["bisect", "reset"]),
}


@pytest.mark.parametrize(
    ("begin", "linked"),
    [*((begin, False) for begin in STATES), *((begin, True) for begin in (merge, rebase, revert, bisect))],
)
def test_nothing_is_committed_in_the_middle_of_something(
    desk: Path, begin: Callable[[Path], None], linked: bool
) -> None:
    if linked:
        run(desk, "checkout", "-q", "side")
        run(desk, "worktree", "add", "-q", str(desk.parent / "linked"), "main")
        desk = desk.parent / "linked"
        saved(desk, ".ticketcli/.gitignore", "*\n")
    assert git.under_way(desk) == ""
    begin(desk)
    why, end = STATES[begin]
    before = run(desk, "rev-parse", "HEAD"), run(desk, "ls-files", "-s")
    said = git.commit(desk, [saved(desk, A, "one\n")], "reply A", AUTHOR)
    assert said == f"saved, but not committed: {why}; the first command after that commits it too"
    assert (run(desk, "rev-parse", "HEAD"), run(desk, "ls-files", "-s")) == before
    run(desk, *end)
    assert git.under_way(desk) == ""
    assert git.commit(desk, [saved(desk, B, "two\n")], "reply B", AUTHOR) == ""
    assert (in_head(desk, A), in_head(desk, B)) == ("one\n", "two\n")
    assert run(desk, "log", "-1", "--format=%B").strip() == f"reply B\n\nsaved before: {A}"
    assert run(desk, "symbolic-ref", "HEAD") == "refs/heads/main\n"
    assert run(desk, "status", "--porcelain") == ""
    assert not owed(desk)


def test_what_the_user_commits_with_the_merge_is_not_committed_again(desk: Path) -> None:
    merge(desk)
    assert git.commit(desk, [saved(desk, A, "one\n")], "reply A", AUTHOR)
    run(desk, "add", ".")
    run(desk, "commit", "-qm", "merged")
    head = run(desk, "rev-parse", "HEAD")
    assert git.commit(desk, [], "nothing", AUTHOR) == ""
    assert run(desk, "rev-parse", "HEAD") == head
    assert not owed(desk)


# What a command that was cut off has saved


def test_what_was_saved_and_not_committed_is_committed_by_the_next_command(desk: Path) -> None:
    git.note(desk, {saved(desk, A, "one\n"): digest("one\n")})
    assert git.commit(desk, [], "commit what was saved before", AUTHOR) == ""
    assert in_head(desk, A) == "one\n"
    assert run(desk, "show", "--name-only", "--format=%s", "HEAD") == f"commit what was saved before\n\n{A}\n"
    (desk / A).unlink()
    git.note(desk, {desk / A: ""})
    assert git.commit(desk, [], "redact", AUTHOR) == ""
    assert run(desk, "ls-files") == f"{NOTES}\n"


def test_an_older_save_counts_where_the_next_one_failed(desk: Path) -> None:
    git.note(desk, {saved(desk, A, "one\n"): digest("one\n")})
    git.note(desk, {desk / A: digest("two\n")})
    assert git.commit(desk, [], "reply", AUTHOR) == ""
    assert in_head(desk, A) == "one\n"


@pytest.mark.parametrize("text", ["by hand\n", None])
def test_what_the_user_has_changed_since_is_the_users(desk: Path, text: str | None) -> None:
    committed(desk, A, "one\n")
    git.note(desk, {saved(desk, A, "two\n"): digest("two\n"), saved(desk, B, "new\n"): digest("new\n")})
    for name in (A, B):
        if text:
            saved(desk, name, text)
        else:
            (desk / name).unlink()
    head = run(desk, "rev-parse", "HEAD")
    assert git.commit(desk, [], "reply", AUTHOR) == ""
    assert run(desk, "rev-parse", "HEAD") == head
    committed(desk, NOTES, "two\n")
    assert in_head(desk, A) == "one\n"
    assert run(desk, "ls-tree", "-r", "--name-only", "HEAD") == f"{NOTES}\n{A}\n"


def test_a_row_that_was_cut_off_spoils_no_other(desk: Path) -> None:
    git.note(desk, {saved(desk, A, "one\n"): digest("one\n")})
    rows = (desk / ".ticketcli/uncommitted").read_text()
    (desk / ".ticketcli/uncommitted").write_text(f"{rows}{rows[:40]}")
    git.note(desk, {saved(desk, B, "two\n"): digest("two\n")})
    assert git.commit(desk, [], "reply", AUTHOR) == ""
    assert (in_head(desk, A), in_head(desk, B)) == ("one\n", "two\n")


def test_a_list_of_a_stranger_commits_nothing_of_the_users(desk: Path, tmp_path: Path) -> None:
    """Not even where the stranger knows what stands in a file."""
    known = digest("known\n")
    (tmp_path / "secret").write_text("known\n")
    (desk / "tickets").mkdir()
    (desk / "tickets/link.toml").symlink_to(tmp_path / "secret")
    os.mkfifo(desk / "tickets/pipe.toml")
    (desk / "tickets/folder.toml").mkdir()
    names = [saved(desk, "secret.txt", "known\n").name, "../secret", "tickets/../../secret", f"{tmp_path}/secret"]
    names += ["tickets/link.toml", "tickets/pipe.toml", "tickets/folder.toml", "", ".git/config"]
    rows = "".join(f"{digest} {name}\n" for name in names for digest in (known, "-", ""))
    saved(desk, ".ticketcli/uncommitted", f"{rows}\n\0\n{'x' * 5000}\n")
    committed(desk, A, "one\n")
    assert run(desk, "show", "--name-only", "--format=", "HEAD") == f"{A}\n"


def test_a_list_that_is_no_file_hinders_no_commit(desk: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious\n")
    (desk / ".ticketcli/uncommitted").symlink_to(tmp_path / "precious")
    git.note(desk, {saved(desk, B, "two\n"): digest("two\n")})
    committed(desk, A, "one\n")
    assert (tmp_path / "precious").read_text() == "precious\n"


# Where the index is behind


def damaged(desk: Path) -> None:
    """HEAD is ahead of the index in both files, as a git that read the index before the commit has written it back."""
    committed(desk, A, "one\n")
    shutil.copy(desk / ".git/index", desk.parent / "index")
    committed(desk, B, "new\n")
    committed(desk, A, "two\n")
    shutil.copy(desk.parent / "index", desk / ".git/index")


def test_files_that_the_next_commit_of_the_user_would_take_away_are_named_and_mended(desk: Path) -> None:
    paths = [desk / A, desk / B, desk / NOTES, desk / "tickets/not there.toml"]
    assert git.unindexed(desk, paths) == []
    damaged(desk)
    assert git.unindexed(desk, paths) == [desk / A, desk / B]
    saved(desk, NOTES, "staged\n")
    run(desk, "add", NOTES)
    assert git.refresh(desk, git.unindexed(desk, paths)) == ""
    assert git.unindexed(desk, paths) == []
    assert run(desk, "status", "--porcelain") == f"M  {NOTES}\n"
    run(desk, "commit", "-qm", "mine")
    assert (in_head(desk, A), in_head(desk, B), in_head(desk, NOTES)) == ("two\n", "new\n", "staged\n")


def test_the_damage_is_real(desk: Path) -> None:
    """The control: without mending, the user's own commit undoes what was committed."""
    damaged(desk)
    run(desk, "commit", "-qm", "mine")
    assert in_head(desk, A) == "one\n"
    assert run(desk, "ls-tree", "-r", "--name-only", "HEAD") == f"{NOTES}\n{A}\n"


def test_what_the_user_does_with_the_index_is_no_damage(desk: Path) -> None:
    committed(desk, A, "one\n")
    committed(desk, B, "one\n")
    saved(desk, A, "staged\n")
    run(desk, "add", A)
    saved(desk, B, "by hand\n")
    assert git.unindexed(desk, [desk / A, desk / B]) == []
    run(desk, "commit", "-qam", "mine")
    merge(desk)
    assert git.unindexed(desk, [desk / NOTES]) == []


def test_a_locked_index_is_said_and_mended_later(desk: Path) -> None:
    damaged(desk)
    (desk / ".git/index.lock").touch()
    said = git.refresh(desk, [desk / A, desk / B])
    assert said.startswith("git's index is not up to date: ")
    assert "index.lock" in said
    (desk / ".git/index.lock").unlink()
    assert git.refresh(desk, [desk / A, desk / B, desk / "tickets/not there.toml"]) == ""
    assert git.unindexed(desk, [desk / A, desk / B]) == []


def test_uncommitted_files_are_named_unless_git_ignores_them(desk: Path) -> None:
    committed(desk, A, "one\n")
    saved(desk, A, "changed by hand\n")
    ignored = saved(desk, "tickets/ignored.toml", "x\n")
    saved(desk, ".git/info/exclude", "ignored.toml\n")
    new, staged = saved(desk, B, "new\n"), saved(desk, "tickets/staged.toml", "new\n")
    run(desk, "add", "tickets/staged.toml")
    assert git.uncommitted(desk, [desk / A, ignored, new, staged, desk / "tickets/gone.toml"]) == [new, staged]
    assert git.uncommitted(desk, [desk / A, ignored]) == []
    assert git.unindexed(desk, [ignored, new, staged]) == []


def test_without_git_there_is_nothing_to_be_behind(tmp_path: Path, desk: Path) -> None:
    alone = tmp_path / "alone"
    path = saved(alone, A, "one\n")
    assert (git.unindexed(alone, [path]), git.uncommitted(alone, [path]), git.refresh(alone, [path])) == ([], [], "")
    (desk / ".git/HEAD").write_text("garbage")
    for look in (git.unindexed, git.uncommitted):
        with pytest.raises(git.GitFailed, match="git ls-files failed: not a git repository"):
            look(desk, [saved(desk, A, "one\n")])


# Through the command line


@pytest.fixture
def ticket(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """A desk as `ticket init` makes it."""
    assert main(["init", str(tmp_path / "desk"), "-q"]) == 0
    return Command(tmp_path / "desk", capsys, monkeypatch)


def test_a_commit_says_what_was_done_to_which_ticket(ticket: Command) -> None:
    code = ticket.create("Cannot log in after the password reset")
    ticket.ok("reply", code, "-m", "Try again.")
    two = ticket.create("Printer " * 20)
    ticket.ok("tag", code, two, "+vip")
    assert ticket.git("log", "-4", "--format=%s").splitlines() == [
        f"tag {code}, {two}",
        f"create {two}: Printer Printer Printer Printer Printer Printer Printer Pri…",
        f"reply {code}: Cannot log in after the password reset",
        f"create {code}: Cannot log in after the password reset",
    ]


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("\x1b[31mred\x9b \u202eevil", r"\x1b[31mred\x9b \u{202e}evil"),
        ("a\nM 100644 inline x\n\ndone\n", "a M 100644 inline x done"),
        ("EOF\r\ncommit refs/heads/evil", "EOF commit refs/heads/evil"),
        ("nul \0 and \x85 and \u2028", r"nul \x00 and and"),
        ("日本語" * 40, "日本語" * 19 + "日本…"),
        ("", ""),
    ],
)
def test_a_subject_of_a_stranger_is_one_line(desk: Path, subject: str, shown: str) -> None:
    play = Play()
    code = play.asks(changes=Changes({("subject",): subject}))
    play.do(code, change(Changes({("subject",): subject})))
    message = committing.message("reply", [code, code], play.tickets.get)
    assert message == (f"reply {code}: {shown}" if shown else f"reply {code}")
    for text in (f"reply\n\0{subject}", message):  # a message that is not clean breaks no stream either
        assert git.commit(desk, [saved(desk, A, f"{len(text)}\n")], text, AUTHOR) == ""
        assert run(desk, "show", "--name-only", "--format=", "HEAD") == f"{A}\n"
    assert run(desk, "log", "-1", "--format=%s", "HEAD").rstrip("\n") == message
    assert run(desk, "for-each-ref", "--format=%(refname)").split() == ["refs/heads/main", "refs/heads/side"]
    assert run(desk, "fsck", "--strict", "--no-dangling") == ""


def test_attachments_are_committed_with_their_ticket(ticket: Command, tmp_path: Path) -> None:
    code = ticket.create()
    (tmp_path / "log.txt").write_text("what the printer said\n")
    ticket.ok("note", code, "-m", "see the log", "--attach", str(tmp_path / "log.txt"))
    name = digest("what the printer said\n")
    assert ticket.git("show", f"HEAD:attachments/{name[:2]}/{name}") == "what the printer said"
    assert len(ticket.git("show", "--name-only", "--format=", "HEAD").splitlines()) == 2
    assert ticket.git("status", "--porcelain") == ""


def test_without_the_setting_nothing_is_committed_and_nothing_said(ticket: Command) -> None:
    head = ticket.git("rev-parse", "HEAD")
    with (ticket.root / "ticketcli.toml").open("a") as settings:
        settings.write("[git]\ncommit = false\n")
    ran = ticket.run("create", "Printer jams", "--from", "maria@example.com", "-m", "It eats paper.")
    assert (ran.code, ran.err) == (0, f'{ran.out.strip()} "Printer jams": new\n')
    assert ticket.git("rev-parse", "HEAD") == head
    assert not owed(ticket.root)
    assert ticket.git("status", "--porcelain") == "M ticketcli.toml\n?? tickets/"


def test_an_attachment_that_is_missing_here_is_not_taken_out_of_head(tmp_path: Path) -> None:
    name = digest("log\n")
    one = Attachment("log.txt", "text/plain", 4, name)
    asked = asks("one", "2026-03-02 08:00", "Jams", attachments=(one,))
    assert committing.attachments(tmp_path, made_of(asked), None) == {}
    path = saved(tmp_path, f"attachments/{name[:2]}/{name}", "log\n")
    assert committing.attachments(tmp_path, made_of(asked), None) == {path: name}
    again = made_of(asked, says("two", 2, "2026-03-02 09:00", "Still.", attachments=(one,)))
    before = document.read(dumps(made_of(asked)).encode(), mtime=asked.at)
    assert committing.attachments(tmp_path, again, before) == {}


def test_a_desk_that_is_made_while_git_is_busy_is_committed_later(desk: Path) -> None:
    run(desk, "checkout", "-q", "--detach")
    said: list[str] = []
    making.init(desk, name="ACME", git_wanted=True, here=True, warn=said.append)
    assert said == ["saved, but not committed: HEAD is detached; the first command after that commits it too"]
    assert git.driver(desk) == git.driver_line()
    run(desk, "checkout", "-q", "main")
    assert main(["-C", str(desk), "create", "Jams", "-q", "--from", "maria@example.com", "-m", "x"]) == 0
    names = run(desk, "show", "--name-only", "--format=", "HEAD").split()
    assert {".gitattributes", "ticketcli.toml"} < set(names)
    assert run(desk, "status", "--porcelain") == ""


READING = [
    "", "list", "to-solve", "search jams", "show CODE", "show CODE --as-of today", "log CODE", "path CODE",
    "next --peek", "report", "report response", "config show", "config schema desk", "canned list", "export jsonl",
]  # fmt: skip


def test_reading_commands_run_no_git_at_all(ticket: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = ticket.create()
    real = shutil.which("git")
    saved(tmp_path, "bin/git", f'#!/bin/sh\necho "$@" >> "{tmp_path}/asked"\nexec "{real}" "$@"\n').chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    for words in READING:
        assert ticket.run(*words.replace("CODE", code).split()).code in (0, 2, 5), words
    assert not (tmp_path / "asked").exists()
    ticket.ok("note", code, "-m", "the control: writing asks git")
    assert (tmp_path / "asked").exists()


@pytest.mark.parametrize("words", [(), ("--no-git",)])
def test_init_says_in_the_settings_whether_git_is_wanted(
    tmp_path: Path, words: tuple[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "outer").mkdir()
    run(tmp_path / "outer", "init", "-q", "-b", "main")
    ticket = Command(tmp_path / "outer/desk", capsys, monkeypatch)
    assert ticket.run("init", str(ticket.root), *words, desk=False).code == 0
    assert ("\n[git]\ncommit = false" in (ticket.root / "ticketcli.toml").read_text()) == bool(words)
    code = ticket.create()
    commits = run(tmp_path / "outer", "log", "--all", "--format=%s").splitlines()
    assert commits == ([] if words else [f"create {code}: Printer jams", "make the desk desk"])


def test_what_waits_is_said_once_and_comes_with_the_next_command(ticket: Command) -> None:
    one, two = ticket.create(), ticket.create("Second")
    ticket.git("checkout", "-q", "--detach")
    ran = ticket.ok("note", one, two, "-m", "x")
    assert [row for row in ran.err.splitlines() if "committed" in row] == [
        "ticket: warning: saved, but not committed: HEAD is detached; the first command after that commits it too"
    ]
    assert ticket.ok("list").err == ticket.ok("show", one).err == ""
    ticket.git("checkout", "-q", "main")
    three = ticket.create("Third")
    body = ticket.git("log", "-1", "--format=%B").splitlines()
    assert body[:2] == [f"create {three}: Third", ""]
    assert sorted(body[2:]) == sorted(
        f"saved before: {ticket.path(code).relative_to(ticket.root)}" for code in (one, two)
    )
    assert ticket.git("status", "--porcelain") == ""


def test_a_command_that_has_nothing_to_write_commits_what_is_owed(ticket: Command) -> None:
    ticket.ok("create", "Jams", "--from", "maria@example.com", "-m", "x", "--id", "once")
    (ticket.root / ".git/refs/heads/main.lock").touch()
    ran = ticket.ok("create", "Jams", "--from", "maria@example.com", "-m", "x", "--id", "twice")
    assert "saved, but not committed: " in ran.err
    again = ticket.ok("create", "Jams", "--from", "maria@example.com", "-m", "x", "--id", "twice")
    assert (again.out, "committed" in again.err) == (ran.out, False)  # it has saved nothing
    (ticket.root / ".git/refs/heads/main.lock").unlink()
    ticket.ok("create", "Jams", "--from", "maria@example.com", "-m", "x", "--id", "twice")
    assert ticket.git("log", "-1", "--format=%s") == "commit what was saved before"
    assert ticket.git("status", "--porcelain") == ""


CUT_OFF = """
import os, sys
from ticketcli.desk import committing
committing.finish = lambda *_words, **_more: os.kill(os.getpid(), 9)
from ticketcli.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_command_that_was_killed_behind_its_save_is_committed_by_the_next(ticket: Command, tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text("log\n")
    code = ticket.create()
    words = ["-C", str(ticket.root), "note", code, "-m", "cut", "--attach", str(tmp_path / "log.txt")]
    assert subprocess.run([sys.executable, "-c", CUT_OFF, *words], cwd=ROOT).returncode == -9
    assert ticket.git("status", "--porcelain") != ""
    two = ticket.create("Second")
    assert len(ticket.git("show", "--name-only", "--format=", "HEAD").splitlines()) == 3
    assert ticket.git("log", "-1", "--format=%s") == f"create {two}: Second"
    assert ticket.git("status", "--porcelain") == ""
    assert "cut" in ticket.git("show", f"HEAD:{ticket.path(code).relative_to(ticket.root)}")


@pytest.mark.parametrize("count", [4, pytest.param(50, marks=pytest.mark.long)])
def test_eight_processes_reply_and_every_event_is_in_head(ticket: Command, count: int) -> None:
    code = ticket.create()
    saved(ticket.root, "staged.txt", "staged\n")
    ticket.git("add", "staged.txt")
    words = [sys.executable, "-B", "-m", "tests.crowd", str(ticket.root), code]
    crowd = [subprocess.Popen([*words, f"agent{who}", str(count)], cwd=ROOT) for who in range(8)]
    assert [one.wait() for one in crowd] == [0] * 8
    text = ticket.git("show", f"HEAD:{ticket.path(code).relative_to(ticket.root)}")
    assert text.count("[[event]]") == 1 + 8 * count
    assert len({row for row in text.splitlines() if row.startswith("reply ")}) == 8 * count
    assert int(ticket.git("rev-list", "--count", "HEAD", "--grep", f"reply {code}")) == 8 * count
    assert ticket.git("status", "--porcelain") == "A  staged.txt"
    assert ticket.git("fsck", "--strict", "--no-dangling") == ""
    assert (git.stale_locks(ticket.root), owed(ticket.root)) == ([], False)
