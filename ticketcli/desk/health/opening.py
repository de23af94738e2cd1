"""A desk opened whatever its settings say, and what is wrong with these. It looks at no ticket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ticketcli.core.errors import TicketError
from ticketcli.core.file import reader
from ticketcli.core.words.loading import BadSettings, NewerDesk
from ticketcli.core.words.settings import Settings
from ticketcli.desk import desk as desks
from ticketcli.desk.desk import SETTINGS, Desk
from ticketcli.desk.health.finding import Finding
from ticketcli.edges import config, store

BY_HAND = "mend it by hand, or take it back with git"


@dataclass(frozen=True, slots=True)
class Opened:
    """A desk to be checked."""

    desk: Desk
    """Where its own settings cannot be used with the defaults, and nothing is said of commits."""
    problems: tuple[Finding, ...] = ()
    """What is wrong with its settings."""
    usable: bool = True
    """Whether they can be used."""
    newer: bool = False
    """Whether a later version made it: then nothing in it can be judged."""


def open_anyway(start: Path | None, environ: Mapping[str, str]) -> Opened:
    """The desk of a directory, of $TICKET_DESK, or found by walking up. Raises what finding it raises."""
    root = config.find_desk(start or Path.cwd(), environ.get("TICKET_DESK") if start is None else str(start))
    try:
        settings = desks.read_settings(root)
    except TicketError as error:
        problems = tuple(_problems(error, root / SETTINGS))
        return Opened(
            Desk(root, Settings(commit=False), environ), problems, usable=False, newer=isinstance(error, NewerDesk)
        )
    unknown = (Finding(SETTINGS, one, "it does nothing: correct its name, or take it out") for one in settings.unknown)
    return Opened(Desk(root, settings, environ), tuple(unknown))


def _problems(error: TicketError, path: Path) -> Iterator[Finding]:
    sentences: tuple[str, ...] = (str(error),)
    if isinstance(error, BadSettings):
        sentences = error.problems
    elif isinstance(error, store.Unreadable):
        sentences = (f"cannot be read: {error.why}",)
    elif not isinstance(error, NewerDesk):
        sentences = (_syntax(path) or str(error.__cause__ or error),)
    yield from (Finding(SETTINGS, *in_halves(sentence)) for sentence in sentences)


def _syntax(path: Path) -> str:
    """What keeps a file from being TOML, git's marks of a conflict first."""
    try:
        reader.parse(store.read(path).data)
    except TicketError as error:
        return str(error)
    return ""


def in_halves(sentence: str, remedy: str = BY_HAND) -> tuple[str, str]:
    """What is wrong, and what to do, of a sentence that may lack the second."""
    what, _, own = sentence.partition("; ")
    return what, own or remedy
