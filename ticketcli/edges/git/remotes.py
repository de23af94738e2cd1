"""The other clones, through the user's own git and its network set-up: fetch and push of one branch. It merges nothing.

Only here git may use the network, by plain transports alone. No hook runs, no submodule is followed, nothing is asked
for where nobody sits at a terminal.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ticketcli.core.errors import Busy, TicketError
from ticketcli.edges.git.running import ENVIRONMENT, PLACES, SAFE, GitFailed, Refused, run

NETWORK_SECONDS = 300
"""How long one exchange may take; a dead line shall not hang a cron job for ever."""
_TRANSPORTS = "file:git:http:https:ssh"
_PAUSE = 0.1


class NoRemote(TicketError):
    """A desk that no other clone is known of."""

    def __init__(self) -> None:
        super().__init__("no other clone is known; name one with: git remote add origin URL")


class ManyRemotes(TicketError):
    """A branch without upstream, and several remotes that may be meant."""

    def __init__(self, branch: str, remotes: list[str]) -> None:
        names = ", ".join(remotes)
        super().__init__(f"which of {names} is meant? say it to git once: git push -u {remotes[0]} {branch}")


class Unreached(Busy):
    """The network, or the other side, did not answer."""

    def __init__(self, remote: str, why: str) -> None:
        super().__init__(f"no exchange with {remote}: {why}; all is saved here, try again later")


@dataclass(frozen=True, slots=True)
class Upstream:
    """The branch that the clones share."""

    remote: str
    branch: str
    """Its full name there."""
    tracked: str
    """The reference that keeps here what was fetched of it last."""
    local: str
    """The branch here, where git has not noted yet that they belong together; else empty."""

    def __str__(self) -> str:
        return f"{self.remote}/{self.branch.removeprefix('refs/heads/')}"


def has_remote(top: Path) -> bool:
    """Whether any other clone is known."""
    try:
        return bool(run(top, "remote").split())
    except (Refused, OSError):
        return False


def upstream(top: Path) -> Upstream:
    """The branch that this one is shared through. Raises NoRemote, ManyRemotes and GitFailed."""
    try:
        local = run(top, "symbolic-ref", "HEAD").strip()
        asked = "%(upstream:remotename)%00%(upstream:remoteref)%00%(upstream)"
        known = run(top, "for-each-ref", f"--format={asked}", local).strip("\n").split("\0")
        remotes = run(top, "remote").splitlines()
    except (Refused, OSError) as error:
        raise GitFailed("remote", str(error)) from error
    if all(known):
        return Upstream(known[0], known[1], known[2], local="")
    branch = local.removeprefix("refs/heads/")
    if not remotes:
        raise NoRemote
    if len(remotes) > 1 and "origin" not in remotes:
        raise ManyRemotes(branch, remotes)
    remote = remotes[0] if len(remotes) == 1 else "origin"
    return Upstream(remote, local, f"refs/remotes/{remote}/{branch}", branch)


def fetch(top: Path, shared: Upstream) -> None:
    """Afterwards what the others have pushed is known here. Raises Unreached."""
    done = _network(top, shared, "fetch", "--quiet", "--no-auto-maintenance", "--no-recurse-submodules")
    if done.status:
        raise Unreached(shared.remote, done.why)


def push(top: Path, shared: Upstream, commit: str) -> str:
    """Why the others' side does not take a commit, empty where it has it now. Raises Unreached."""
    options = ("--porcelain", "--no-follow-tags", "--no-recurse-submodules")
    done = _network(top, shared, "push", *options, refs=(f"{commit}:{shared.branch}",))
    rejected = next((row for row in done.out.splitlines() if row.startswith("!\t")), "")
    if done.status and not rejected:
        raise Unreached(shared.remote, done.why)
    if not rejected and shared.local:
        _note(top, shared)
    return rejected.split("\t")[-1]


def pause(attempt: int) -> None:
    """Waits for a moment, longer after each attempt; unequal, so that nobody is unlucky for ever."""
    time.sleep((0.5 + os.urandom(1)[0] / 255) * _PAUSE * attempt)


def _note(top: Path, shared: Upstream) -> None:
    """Git knows from now on that the branches belong together, as after `push -u`."""
    try:
        run(top, "config", f"branch.{shared.local}.remote", shared.remote)
        run(top, "config", f"branch.{shared.local}.merge", shared.branch)
    except (Refused, OSError) as error:
        raise GitFailed("config", str(error)) from error


@dataclass(frozen=True, slots=True)
class _Said:
    """What git has said to an exchange with the others."""

    status: int
    out: str
    err: str

    @property
    def why(self) -> str:
        """The first line that tells what went wrong."""
        rows = [row.strip() for row in self.err.splitlines() if row.strip()]
        telling = (row for row in rows if not row.casefold().startswith(("warning:", "hint:")))
        return (
            next(telling, f"git ended with exit status {self.status}").removeprefix("fatal: ").removeprefix("error: ")
        )


def _network(top: Path, shared: Upstream, command: str, *options: str, refs: tuple[str, ...] = ()) -> _Said:
    import subprocess

    words = ["git", *SAFE, command, *options, "--", shared.remote, *refs]
    environment = {key: value for key, value in os.environ.items() if key not in PLACES} | ENVIRONMENT
    environment |= {"GIT_ALLOW_PROTOCOL": _TRANSPORTS}
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    try:
        with subprocess.Popen(
            words, cwd=top, env=environment, stdin=nothing, stdout=pipe, stderr=pipe,
            text=True, errors="replace", start_new_session=not _terminal(),
        ) as process:  # fmt: skip
            try:
                out, err = process.communicate(timeout=NETWORK_SECONDS)
            except BaseException:
                process.terminate()  # unlike when it is killed, git takes its locks away
                raise
    except subprocess.TimeoutExpired as error:
        raise Unreached(shared.remote, f"no answer within {NETWORK_SECONDS} seconds") from error
    except OSError as error:
        raise Unreached(shared.remote, f"git: {error.strerror}") from error
    return _Said(process.returncode, out, err)


def _terminal() -> bool:
    """Whether somebody can be asked; elsewhere ssh gets no terminal to ask at either."""
    with suppress(OSError):
        return os.isatty(0)
    return False
