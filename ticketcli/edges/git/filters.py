"""The filters that the user's git knows, and how to switch them off. Attributes that ask for them may be a stranger's.

Even `update-index` runs one, where a file is as young as the index that it is in.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ticketcli.edges.git.running import GitFailed, Refused, run


def disarmed(top: Path) -> tuple[str, ...]:
    """Options with which git runs no filter."""
    return tuple(
        word
        for name in _known(top)
        for word in ("-c", f"filter.{name}.process=", "-c", f"filter.{name}.required=false")
    )


def filtered(top: Path, names: Sequence[str]) -> dict[str, str]:
    """The filter of the user's that each of the files passes through, of those that pass any. Raises GitFailed."""
    known = set(_known(top))
    if not known or not names:
        return {}
    try:
        rows = run(top, "check-attr", "-z", "--stdin", "filter", data="\0".join(names)).split("\0")
    except (Refused, OSError) as error:
        raise GitFailed("check-attr", str(error)) from error
    return {name: value for name, value in zip(rows[::3], rows[2::3], strict=False) if value in known}


def _known(top: Path) -> list[str]:
    try:
        keys = run(top, "config", "-z", "--name-only", "--get-regexp", r"^filter\..*\.(clean|smudge|process)$")
    except (Refused, OSError):
        return []
    return sorted({key.removeprefix("filter.").rpartition(".")[0] for key in keys.split("\0")[:-1]})
