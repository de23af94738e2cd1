"""What each agent was told in this clone already, so that it is told once. Which news there is, is not known here."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ticketcli.core.errors import NotSaved

Told = Mapping[str, list[str]]
"""The ids of the messages and notes that somebody knows of, by ticket."""
_NAME, _TEMPORARY = Path(".ticketcli/told.json"), ".tmp"
_LARGEST = 1 << 24


class NotNoted(NotSaved):
    """That somebody was told cannot be noted down."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f'could not save "{path}": {why}; the same news will be told again')


def read(root: Path) -> dict[str, Told]:
    """What each agent was told; nothing where that was never noted or cannot be read."""
    try:
        handle = os.open(root / _NAME, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            found = json.loads(file.read(_LARGEST))
        return {agent: {code: list(map(str, ids)) for code, ids in told.items()} for agent, told in found.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def write(root: Path, told: Mapping[str, Told]) -> None:
    """Afterwards this is what they were told. Call it under a lock, which has made the directory."""
    path = root / _NAME
    temporary = path.with_suffix(_TEMPORARY)
    try:
        with suppress(FileNotFoundError):
            temporary.unlink()
        with temporary.open("x", encoding="utf-8") as file:
            json.dump(told, file)
        temporary.replace(path)
    except OSError as error:
        raise NotNoted(path, error.strerror or str(error)) from error
