"""Commits through the user's git: exactly the saved files, beside everything else that the user has going on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ticketcli.edges import git, lock
from ticketcli.edges.git.committing import _advance
from ticketcli.edges.git.running import Refused

PACKAGE = Path(__file__).resolve().parents[1]
AUTHOR = "Ana Cruz <ana@example.com>"

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture(autouse=True)
def _own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git knows no more than these tests tell it."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    (tmp_path / "gitconfig").write_text('[user]\nname = "Bob"\nemail = "bob@example.com"\n')


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    root = tmp_path / "desk"
    root.mkdir()
    git.init(root)
    return root


def run(root: Path, *words: str, code: int = 0) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    return done.stdout


def saved(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def committed(root: Path, name: str, text: str, message: str = "7KQ: reply") -> None:
    assert git.commit(root, [saved(root, name, text)], message, AUTHOR) == ""


def assert_sound(root: Path) -> None:
    assert run(root, "fsck", "--strict", "--no-dangling") == ""
    assert git.stale_locks(root) == []
    assert not list((root / ".git").glob("fast_import_crash_*"))


def test_init_makes_a_work_tree_on_main(tmp_path: Path) -> None:
    assert git.work_tree(tmp_path) is None
    git.init(tmp_path)
    assert run(tmp_path, "symbolic-ref", "HEAD") == "refs/heads/main\n"
    assert git.work_tree(tmp_path) == tmp_path
    assert git.work_tree(tmp_path / "tickets" / "not there yet") == tmp_path


def test_init_says_why_not(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("nonsense")
    with pytest.raises(git.GitFailed, match="git init failed: invalid gitfile format") as caught:
        git.init(tmp_path)
    assert caught.value.exit_code == 1


def test_the_first_commit_and_the_next(desk: Path) -> None:
    committed(desk, "tickets/2026-11/A.toml", "one\n", "A: create")
    committed(desk, "tickets/2026-11/A.toml", "two\n", "A: reply")
    assert run(desk, "log", "--format=%s|%an|%ae|%cn|%ce") == (
        "A: reply|Ana Cruz|ana@example.com|Bob|bob@example.com\n"
        "A: create|Ana Cruz|ana@example.com|Bob|bob@example.com\n"
    )
    assert run(desk, "show", "HEAD:tickets/2026-11/A.toml") == "two\n"
    assert run(desk, "status", "--porcelain") == ""
    assert_sound(desk)


def test_several_files_are_one_commit(desk: Path) -> None:
    files = [saved(desk, name, name) for name in ("attachments/ab/ab", "tickets/2026-11/A.toml", 'with "quote\\ü.toml')]
    assert git.commit(desk, files, "all\nof them", "ana") == ""
    assert run(desk, "-c", "core.quotePath=false", "ls-tree", "-rz", "--name-only", "HEAD").split("\0")[:-1] == [
        "attachments/ab/ab", "tickets/2026-11/A.toml", "with \"quote\\ü.toml",
    ]  # fmt: skip
    assert run(desk, "log", "--format=%B%an|%ae") == "all\nof them\nana|\n"
    assert run(desk, "status", "--porcelain") == ""
    assert_sound(desk)


def test_nothing_new_is_no_commit(desk: Path) -> None:
    assert git.commit(desk, [], "nothing", AUTHOR) == ""
    committed(desk, "A.toml", "one\n")
    before = run(desk, "rev-parse", "HEAD")
    committed(desk, "A.toml", "one\n")
    assert run(desk, "rev-parse", "HEAD") == before


def test_a_file_that_is_gone_is_gone_in_the_commit(desk: Path) -> None:
    committed(desk, "attachments/ab/ab", "secret")
    committed(desk, "A.toml", "one\n")
    (desk / "attachments/ab/ab").unlink()
    assert git.commit(desk, [desk / "attachments/ab/ab", desk / "never-there"], "redact", AUTHOR) == ""
    assert run(desk, "ls-tree", "-r", "--name-only", "HEAD") == "A.toml\n"
    assert run(desk, "status", "--porcelain") == ""
    assert_sound(desk)


def test_other_peoples_work_is_left_alone(desk: Path) -> None:
    committed(desk, "A.toml", "one\n")
    saved(desk, "staged.txt", "staged\n")
    run(desk, "add", "staged.txt")
    saved(desk, "staged.txt", "staged and changed\n")
    saved(desk, "untracked.txt", "untracked\n")
    committed(desk, "B.toml", "two\n")
    assert run(desk, "show", "--name-only", "--format=", "HEAD") == "B.toml\n"
    assert run(desk, "status", "--porcelain") == "AM staged.txt\n?? untracked.txt\n"
    assert run(desk, "show", ":staged.txt") == "staged\n"
    assert (desk / "staged.txt").read_text() == "staged and changed\n"


def test_a_conflict_of_other_files_stays_one(desk: Path) -> None:
    committed(desk, "notes.txt", "base\n")
    run(desk, "checkout", "-qb", "side")
    committed(desk, "notes.txt", "side\n")
    run(desk, "checkout", "-q", "main")
    committed(desk, "notes.txt", "main\n")
    run(desk, "merge", "-q", "--squash", "side", code=1)  # as after `git stash pop`: nothing is under way
    committed(desk, "A.toml", "one\n")
    assert run(desk, "status", "--porcelain") == "UU notes.txt\n"
    assert run(desk, "show", "--name-only", "--format=", "HEAD") == "A.toml\n"


def test_a_desk_inside_a_larger_work_tree(desk: Path) -> None:
    inner = desk / "support" / "desk"
    committed(desk, "README", "one\n")
    committed(inner, "tickets/2026-11/A.toml", "one\n")
    assert run(desk, "ls-tree", "-r", "--name-only", "HEAD") == "README\nsupport/desk/tickets/2026-11/A.toml\n"
    assert run(desk, "status", "--porcelain") == ""


def test_a_linked_work_tree(desk: Path, tmp_path: Path) -> None:
    committed(desk, "A.toml", "one\n")
    run(desk, "worktree", "add", "-q", "-b", "other", str(tmp_path / "linked"))
    assert git.work_tree(tmp_path / "linked") == tmp_path / "linked"
    committed(tmp_path / "linked", "A.toml", "two\n")
    assert run(desk, "log", "--format=%s", "main..other") == "7KQ: reply\n"
    assert run(tmp_path / "linked", "status", "--porcelain") == run(desk, "status", "--porcelain") == ""
    for name in (".git/worktrees/linked/index.lock", ".git/refs/heads/main.lock", ".git/packed-refs.lock"):
        (desk / name).touch()
    assert [path.resolve() for path in git.stale_locks(tmp_path / "linked")] == [
        desk / ".git/packed-refs.lock", desk / ".git/refs/heads/main.lock", desk / ".git/worktrees/linked/index.lock",
    ]  # fmt: skip


def test_a_desk_reached_through_a_link(desk: Path, tmp_path: Path) -> None:
    (tmp_path / "way").symlink_to(desk)
    committed(tmp_path / "way", "A.toml", "one\n")
    assert run(desk, "ls-tree", "-r", "--name-only", "HEAD") == "A.toml\n"


def test_a_desk_in_no_work_tree_is_no_reason_to_warn(tmp_path: Path) -> None:
    assert git.commit(tmp_path, [saved(tmp_path, "A.toml", "one\n")], "reply", AUTHOR) == ""
    assert git.stale_locks(tmp_path) == []


def test_sha256_repositories(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    run(desk, "init", "-q", "--object-format=sha256")
    committed(desk, "A.toml", "one\n")
    committed(desk, "A.toml", "two\n")
    (desk / "A.toml").unlink()
    assert git.commit(desk, [desk / "A.toml"], "redact", AUTHOR) == ""
    assert run(desk, "status", "--porcelain") == ""
    assert_sound(desk)


def test_packed_references_and_line_ends(desk: Path) -> None:
    saved(desk, ".gitattributes", "*.toml text eol=crlf\n")
    run(desk, "config", "core.autocrlf", "true")
    committed(desk, "A.toml", "one\r\n")
    run(desk, "gc", "-q")
    committed(desk, "A.toml", "one\ntwo\n")
    assert run(desk, "cat-file", "blob", "HEAD:A.toml") == "one\ntwo\n"


# Who


@pytest.mark.parametrize(
    ("author", "shown"),
    [
        (AUTHOR, "Ana Cruz|ana@example.com"),
        ("ana", "ana|"),
        ("<ana@example.com>", "ana@example.com|ana@example.com"),
        ("", "ticketcli|"),
        ("Eve <x@y>\ncommitter Root <root@z> now\n", "Eve|x@ycommitter Root root@z now"),
        ("a\0b\x1b[31m", "ab[31m|"),
    ],
)
def test_the_author_is_one_line(desk: Path, author: str, shown: str) -> None:
    assert git.commit(desk, [saved(desk, "A.toml", "one\n")], "create", author) == ""
    assert run(desk, "log", "--format=%an|%ae") == shown + "\n"
    assert_sound(desk)


def test_without_any_identity_the_author_commits(desk: Path, tmp_path: Path) -> None:
    (tmp_path / "gitconfig").write_text("")
    committed(desk, "A.toml", "one\n")
    assert run(desk, "log", "--format=%an|%ae|%cn|%ce") == "Ana Cruz|ana@example.com|Ana Cruz|ana@example.com\n"
    assert git.user_name(desk) == git.user_email(None) == ""


def test_the_users_name_and_address(desk: Path) -> None:
    assert (git.user_name(None), git.user_email(None)) == ("Bob", "bob@example.com")
    run(desk, "config", "user.name", "Bob of the desk")
    assert (git.user_name(desk), git.user_email(desk)) == ("Bob of the desk", "bob@example.com")


# What goes wrong: the save stands


def test_a_stale_index_lock_is_a_warning(desk: Path) -> None:
    committed(desk, "A.toml", "one\n")
    stale = desk / ".git" / "index.lock"
    stale.touch()
    path = saved(desk, "A.toml", "two\n")
    said = git.commit(desk, [path], "reply", AUTHOR)
    assert said == (
        f'saved, but not committed: "{stale}" is there; if no git is running, remove it; '
        "the next command commits it too"
    )
    assert path.read_text() == "two\n"
    assert run(desk, "show", "HEAD:A.toml") == "one\n"  # HEAD is never ahead of an index that cannot follow
    assert git.stale_locks(desk) == [stale]
    stale.unlink()
    assert git.commit(desk, [path], "reply", AUTHOR) == ""
    assert run(desk, "status", "--porcelain") == ""


@pytest.mark.parametrize("name", ["HEAD.lock", "refs/heads/main.lock"])
def test_a_stale_reference_lock_is_a_warning(desk: Path, name: str) -> None:
    committed(desk, "A.toml", "one\n")
    (desk / ".git" / name).touch()
    path = saved(desk, "A.toml", "two\n")
    said = git.commit(desk, [path], "reply", AUTHOR)
    assert said.startswith("saved, but not committed: ")
    assert name in said
    assert "\n" not in said
    assert path.read_text() == "two\n"
    assert run(desk, "show", "HEAD:A.toml") == "one\n"
    assert run(desk, "status", "--porcelain") == "M  A.toml\n"  # a plain commit of the user takes it along
    (desk / ".git" / name).unlink()
    assert_sound(desk)


def test_no_git_is_a_warning(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    path = saved(desk, "A.toml", "one\n")
    assert git.commit(desk, [path], "reply", AUTHOR) == (
        "saved, but not committed: git is not installed; the next command commits it too"
    )
    assert git.user_name(desk) == ""


def test_what_cannot_be_committed_is_a_warning(desk: Path, tmp_path: Path) -> None:
    saved(tmp_path, "secret", "of the user")
    (desk / "link.toml").symlink_to(tmp_path / "secret")
    for path in (desk / "link.toml", tmp_path / "secret", saved(desk, "a\nb", "")):
        assert git.commit(desk, [path], "reply", AUTHOR).startswith("saved, but not committed: ")
    (desk / ".git" / "HEAD").write_text("garbage")
    said = git.commit(desk, [saved(desk, "A.toml", "one\n")], "reply", AUTHOR)
    assert said.startswith("saved, but not committed: not a git repository")


def test_the_callers_repository_is_not_ours(desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook or a merge driver of another repository may have started us."""
    other = tmp_path / "other"
    other.mkdir()
    git.init(other)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    committed(desk, "A.toml", "one\n")
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name)
    assert run(desk, "log", "--format=%s") == "7KQ: reply\n"
    assert not (other / ".git" / "index").exists()


# Strangers


HOOKS = ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "reference-transaction", "post-index-change"]
HOOKS += ["fsmonitor-watchman", "pre-auto-gc", "post-checkout", "post-merge", "pre-push", "update", "post-update"]


@pytest.fixture
def hostile(desk: Path) -> Path:
    """A desk whose configuration, hooks and attributes each leave a marker where they are run."""
    committed(desk, "A.toml", "one\n")
    trap = saved(desk, ".git/trap", f'#!/bin/sh\ntouch "{desk.parent}/marker-$1"\nexit 1\n')
    trap.chmod(0o755)
    for name in HOOKS:
        hook = saved(desk, f".git/hooks/{name}", f'#!/bin/sh\ntouch "{desk.parent}/marker-{name}"\n')
        hook.chmod(0o755)
    settings = {
        "core.fsmonitor": f"{desk}/.git/hooks/fsmonitor-watchman",
        "core.hooksPath": f"{desk}/.git/hooks",
        "filter.evil.clean": f"{trap} clean",
        "filter.evil.smudge": f"{trap} smudge",
        "filter.evil.process": f"{trap} process",
        "diff.evil.textconv": f"{trap} textconv",
        "diff.evil.command": f"{trap} diff",
        "diff.external": f"{trap} external",
        "merge.evil.driver": f"{trap} merge",
        "core.pager": f"{trap} pager",
        "core.editor": f"{trap} editor",
        "core.sshCommand": f"{trap} ssh",
        "core.askPass": str(trap),
        "credential.helper": f"!{trap} credential",
        "commit.gpgSign": "true",
        "gpg.program": str(trap),
        "extensions.partialClone": "origin",
        "remote.origin.url": str(desk),
        "remote.origin.promisor": "true",
        "remote.origin.uploadpack": f"{trap} uploadpack",
        "core.repositoryFormatVersion": "1",
    }
    for key, value in settings.items():
        run(desk, "config", key, value)
    saved(desk, ".gitattributes", "* filter=evil diff=evil merge=evil\n")
    return desk


def markers(root: Path) -> list[str]:
    return sorted(path.name for path in root.parent.glob("marker-*"))


def test_a_hostile_desk_runs_nothing(hostile: Path) -> None:
    path = saved(hostile, "tickets/2026-11/B.toml", "two\n")
    assert git.commit(hostile, [path, saved(hostile, "A.toml", "two\n")], "reply", AUTHOR) == ""
    assert (git.user_name(hostile), git.user_email(hostile)) == ("Bob", "bob@example.com")
    git.stale_locks(hostile)
    new = saved(hostile, "tickets/2026-11/C.toml", "three\n")
    assert (git.unindexed(hostile, [path, new]), git.uncommitted(hostile, [path, new])) == ([], [new])
    assert git.refresh(hostile, [path, new]) == git.under_way(hostile) == git.driver(hostile) == ""
    assert git.configure_driver(hostile) == ""
    assert markers(hostile) == []
    assert run(hostile, "cat-file", "blob", "HEAD:A.toml") == "two\n"


def test_a_file_as_young_as_the_index_passes_no_filter(hostile: Path) -> None:
    """Git compares such a file with its blob whenever it writes the index, through the filter that attributes name."""
    young = saved(hostile, "young.txt", "one\n")
    os.utime(young, (2**31, 2**31))  # younger than any index
    off = ("-c", "filter.evil.process=", "-c", "filter.evil.clean=", "-c", "core.fsmonitor=false")
    run(hostile, *off, "-c", "core.hooksPath=/dev/null", "add", "young.txt")
    (hostile / ".git/index").touch()
    entry = f"100644 {run(hostile, 'rev-parse', 'HEAD:A.toml').strip()}\tC.toml\n"
    subprocess.run(
        ["git", "update-index", "--index-info"], cwd=hostile, input=entry, text=True, timeout=60, check=False
    )
    assert "marker-process" in markers(hostile), "the control"
    for marker in markers(hostile):
        (hostile.parent / marker).unlink()
    committed(hostile, "B.toml", "two\n")
    assert markers(hostile) == []


def test_a_missing_object_fetches_nothing(hostile: Path) -> None:
    blob = run(hostile, "rev-parse", "HEAD^{tree}").strip()
    (hostile / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    assert git.commit(hostile, [saved(hostile, "A.toml", "two\n")], "reply", AUTHOR) != ""
    assert markers(hostile) == []


def test_the_traps_are_armed(hostile: Path) -> None:
    """The control: git's everyday commands fall into them."""
    attributes = (hostile / ".gitattributes").read_text()
    (hostile / ".gitattributes").unlink()
    for words in (
        ["-c", "commit.gpgSign=false", "commit", "-q", "--allow-empty", "-m", "x"],
        ["cat-file", "-e", "1" * 40],
    ):
        subprocess.run(["git", *words], cwd=hostile, capture_output=True, timeout=60)
    saved(hostile, ".gitattributes", attributes)
    saved(hostile, "A.toml", "two\n")
    subprocess.run(["git", "add", "A.toml"], cwd=hostile, capture_output=True, timeout=60)
    wanted = {"fsmonitor-watchman", "process", "pre-commit", "reference-transaction", "post-index-change", "uploadpack"}
    assert {f"marker-{name}" for name in wanted} <= set(markers(hostile))


# Many at once


WRITER = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(PACKAGE)!r})
from ticketcli.edges import git, lock
root, name = Path(sys.argv[1]), sys.argv[2]
for number in range(5):
    with lock.hold(root, "ticket reply", wait=60):
        path = root / "tickets" / f"{{name}}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{{number}}\\n")
        warning = git.commit(root, [path], f"{{name}} {{number}}", "ana <ana@example.com>")
        assert not warning, warning
"""


def test_committing_processes_lose_nothing(desk: Path) -> None:
    processes = [subprocess.Popen([sys.executable, "-I", "-c", WRITER, str(desk), name]) for name in "abcd"]
    assert [process.wait() for process in processes] == [0] * 4
    expected = sorted(f"{name} {number}" for name in "abcd" for number in range(5))
    assert sorted(run(desk, "log", "--format=%s").splitlines()) == expected
    assert {run(desk, "show", f"HEAD:tickets/{name}.toml") for name in "abcd"} == {"4\n"}
    assert run(desk, "status", "--porcelain", "tickets") == ""
    assert_sound(desk)


def test_a_commit_from_outside_at_the_same_moment_is_built_upon(desk: Path) -> None:
    committed(desk, "A.toml", "one\n")
    head = run(desk, "rev-parse", "HEAD").strip()
    blob = run(desk, "rev-parse", "HEAD:A.toml").strip()
    run(desk, "commit", "-q", "--allow-empty", "-m", "from outside")
    with pytest.raises(Refused, match=r"new tip .* does not contain"):
        _advance(desk, head, {"B.toml": blob}, "reply", (AUTHOR, ""))
    assert run(desk, "log", "-1", "--format=%s") == "from outside\n"
    committed(desk, "B.toml", "two\n")
    assert run(desk, "log", "--format=%s") == "7KQ: reply\nfrom outside\n7KQ: reply\n"
    with lock.hold(desk, "ticket test"):
        assert_sound(desk)
