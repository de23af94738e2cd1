"""How git is run: only for what reads neither hooks nor what a desk could name, and what it says when it refuses."""

from __future__ import annotations

import os
from pathlib import Path

from ticketcli.core.errors import TicketError

SAFE = (
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsync=objects,reference"),  # git's default syncs neither
)
ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",  # a missing object must not start what a stranger's remote names
    "GIT_ALLOW_PROTOCOL": "",
    "LC_ALL": "C",
}
PLACES = {
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
}
"""What a git that called us says of its own repository; the desk may lie in another."""
SECONDS = 60


class GitFailed(TicketError):
    """Git refused, in its own words."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"git {what} failed: {why}")


class Refused(Exception):
    """Git refused; never seen outside."""


def run(folder: Path, *words: str, data: str | bytes = b"") -> str:
    """What git prints. Raises Refused with the first line of what it says against it."""
    import subprocess

    environment = {key: value for key, value in os.environ.items() if key not in PLACES} | ENVIRONMENT
    stdin = os.fsencode(data)
    try:
        done = subprocess.run(
            ["git", *SAFE, *words], cwd=folder, env=environment, input=stdin, capture_output=True, timeout=SECONDS
        )
    except FileNotFoundError as error:
        raise Refused("git is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise Refused(f"git took more than {SECONDS} seconds") from error
    if done.returncode:
        raise Refused(_first_line(done.stderr) or f"git {words[0]} ended with exit status {done.returncode}")
    return os.fsdecode(done.stdout)


def _first_line(output: bytes) -> str:
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else ""
