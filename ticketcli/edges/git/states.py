"""What the user's git is in the middle of, as its own directory tells; git itself is not run."""

from __future__ import annotations

import re
from pathlib import Path

from ticketcli.edges.git.places import git_directory, work_tree

_SIGNS = {
    "rebase-merge": "a rebase",
    "rebase-apply/applying": "git am",
    "rebase-apply": "a rebase",
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "sequencer": "a cherry-pick or revert of several commits",
}
"""What lies in the directory of a work tree while something waits for its user."""


def under_way(root: Path) -> str:
    """Why nothing is to be committed there now: what is going on, or that HEAD is on no branch; else empty."""
    top = work_tree(root)
    if top is None:
        return ""
    try:
        own = git_directory(top)
        going_on = next((name for sign, name in _SIGNS.items() if (own / sign).exists()), "")
        return f"{going_on} is going on" if going_on else "HEAD is detached" if _detached(own / "HEAD") else ""
    except (OSError, ValueError):  # git itself will say what is wrong there
        return ""


def _detached(head: Path) -> bool:
    return not head.is_symlink() and re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", head.read_text().strip()) is not None
