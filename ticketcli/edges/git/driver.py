"""How this clone's git is told who joins two versions of a ticket. It joins nothing itself.

The line stands in the configuration of a clone, which git does not clone; the attribute that asks for it stands in the
desk. Nothing of the line comes from a desk.
"""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from pathlib import Path

from ticketcli.edges.git.places import common_directory, git_directory, setting, work_tree
from ticketcli.edges.git.running import Refused, run

KEY = "merge.ticketcli.driver"
_ASKED = re.compile(rb"^[^#\s][^\n]*\smerge=ticketcli(\s|$)", re.MULTILINE)
_THERE = re.compile(rb'^\s*\[merge "ticketcli"\][^\[]*^\s*driver[ \t]*=[ \t]*\S', re.MULTILINE | re.IGNORECASE)
_PACKAGE = Path(__file__).parents[3]


def attribute_names_driver(root: Path) -> bool:
    """Whether the desk's .gitattributes asks for the driver; git is not run."""
    path = root / ".gitattributes"
    try:
        return path.is_file() and not path.is_symlink() and _ASKED.search(path.read_bytes()) is not None
    except OSError:
        return False


def driver(root: Path) -> str:
    """The driver that git would run for the tickets of this clone; empty where it knows none."""
    return setting(root, KEY)


def driver_missing(root: Path) -> bool:
    """Whether the desk asks for the driver and this clone has none; git is run only where its own file has no line."""
    top = work_tree(root)
    if top is None or not attribute_names_driver(root):
        return False
    try:
        there = (common_directory(git_directory(top)) / "config").read_bytes()
    except (OSError, ValueError):
        return False  # git itself will say what is wrong there
    return _THERE.search(there) is None and not driver(root)


def configure_driver(root: Path) -> str:
    """A warning in one line, empty if all is well: this clone's git runs this program for tickets from now on."""
    if work_tree(root) is None:
        return ""
    try:
        run(root, "config", "merge.ticketcli.name", "ticketcli joins two versions of a ticket")
        run(root, "config", KEY, driver_line())
    except (Refused, OSError) as error:
        return f"git here does not know how to join two versions of a ticket: {error}"
    return ""


def driver_line() -> str:
    """The driver as git wants it. Where the program is missing or refuses, git's own merge leaves visible markers."""
    program = _program().replace("%", "%%")
    ours = f"{program} merge-driver %O %A %B %L %P"
    return f"{ours} || git merge-file --marker-size=%L -L ours -L base -L theirs %A %O %B"


def _program() -> str:
    """This program as a shell finds it from anywhere: `ticket` where that is it, else where it lies.

    Git runs it in the work tree: `-P`, lest a stranger's module there is taken for one of Python's.
    """
    running = Path(sys.argv[0]).absolute()
    if running.name != "ticket" or not running.exists():
        return f"PYTHONPATH={shlex.quote(str(_PACKAGE))} {shlex.quote(sys.executable)} -P -m ticketcli"
    found = shutil.which("ticket")
    return "ticket" if found and Path(found).samefile(running) else shlex.quote(str(running))
