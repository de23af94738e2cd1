"""Where git keeps what: the work tree, its own directories, who its user is. It changes nothing but to make one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ticketcli.edges.git.running import GitFailed, Refused, run


def work_tree(path: Path) -> Path | None:
    """The top of the work tree that holds `path`, found without running git."""
    real = path.resolve()
    return next((folder for folder in (real, *real.parents) if (folder / ".git").exists()), None)


def init(root: Path) -> None:
    """Afterwards the directory is a work tree of its own, on branch main."""
    try:
        run(root, "-c", "init.defaultBranch=main", "init", "-q")
    except (Refused, OSError) as error:
        raise GitFailed("init", str(error)) from error


def user_name(root: Path | None) -> str:
    """The user's name as git knows it there; empty where it knows none."""
    return setting(root, "user.name")


def user_email(root: Path | None) -> str:
    """The user's address as git knows it there; empty where it knows none."""
    return setting(root, "user.email")


def stale_locks(root: Path) -> list[Path]:
    """The lock files of git itself that lie there now; those of no running git stop every later one."""
    top = work_tree(root)
    if top is None:
        return []
    own = git_directory(top)
    common = common_directory(own)
    found = {*own.glob("*.lock"), *common.glob("*.lock"), *common.glob("refs/**/*.lock")}
    return sorted(found)


def setting(root: Path | None, key: str) -> str:
    """The value that git goes by there; empty where it has none or does not answer."""
    try:
        return run(root or Path("/"), "config", "--get", key).strip()
    except (Refused, OSError):
        return ""


def names_of(root: Path, paths: Iterable[Path], top: Path) -> dict[str, Path]:
    """The paths by their names inside the work tree, also where the desk was reached through a link."""
    within = root.resolve().relative_to(top)
    names = {(within / path.relative_to(root)).as_posix(): path for path in paths}
    if any("\n" in name for name in names):
        raise Refused("git cannot be asked for a path with a line end")
    return names


def git_directory(top: Path) -> Path:
    """The directory that git keeps its own files of this work tree in."""
    place = top / ".git"
    return place if place.is_dir() else top / place.read_text().removeprefix("gitdir:").strip()


def common_directory(own: Path) -> Path:
    """The directory that linked work trees share."""
    pointer = own / "commondir"
    return own / pointer.read_text().strip() if pointer.exists() else own
