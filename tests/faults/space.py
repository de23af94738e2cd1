"""A file system of a few KiB that is really full, in a namespace that nobody else sees."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.faults.running import run

_USER, _MOUNTS = 0x10000000, 0x00020000


def why_no_space(folder: Path) -> str:
    """Why no file system can be mounted here; empty if one can."""
    return inside(folder, lambda: None)


def inside(folder: Path, work: Callable[[], None], options: str = "size=64k") -> str:
    """What went wrong while the work was done with such a file system on the folder; empty if nothing did."""

    def program() -> int:
        _mount(folder, options)
        work()
        return 0

    ended = run(program)
    return ended.err if ended.err or not ended.code else f"exit status {ended.code}"


def _mount(folder: Path, options: str) -> None:
    """Nobody needs to be root for it: in a user namespace of its own the process is."""
    user, group = os.geteuid(), os.getegid()
    if ctypes.CDLL(None, use_errno=True).unshare(_MOUNTS | (_USER if user else 0)):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    if user:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    for words in (["--make-rprivate", "/"], ["-t", "tmpfs", "-o", options, "ticketcli", str(folder)]):
        done = subprocess.run(["mount", *words], capture_output=True, text=True)
        if done.returncode:
            raise OSError(done.stderr.strip())
