"""Who and where the user is: the user's own configuration, this clone's `me`, the desk around a directory."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.errors import NotSaved, TicketError

if TYPE_CHECKING:
    from ticketcli.core.words.settings import View

SETTINGS = "ticketcli.toml"
"""The file that makes a directory a desk."""
_ME = Path(".ticketcli") / "me"


class BadConfig(TicketError):
    """The user's own configuration cannot be read."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f'cannot read your configuration "{path}": {why}; correct it or take it away')


class OpenSecret(TicketError):
    """A file with a secret that others may read."""

    def __init__(self, path: Path) -> None:
        super().__init__(f'others may read the secret in "{path}"; make it yours alone with chmod 600')


class NoDesk(TicketError):
    """There is no desk where one was looked for."""

    def __init__(self, directory: Path, *, above: bool) -> None:
        where = f'"{directory}"' + (" or above" if above else "")
        super().__init__(f"no desk here: no {SETTINGS} in {where}; make one with: ticket init")


class MeNotKept(NotSaved):
    """Who works in this clone could not be noted down."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f'could not save "{path}": {why}')


class UserConfig(NamedTuple):
    """What a user has said once for all desks. Keys that this version does not know are left alone."""

    agent: str = ""
    """Key, name or address of the agent that the user is."""
    notify: tuple[str, ...] = ()
    """The command that is handed warnings and breaches, word by word; empty where there is none."""
    mail: tuple[Mapping[str, object], ...] = ()
    """How mail reaches and leaves the desks that the user runs, a table for each."""
    views: Mapping[str, View] = MappingProxyType({})
    """The user's own views, by name."""


def load(environ: Mapping[str, str]) -> UserConfig:
    """The user's own configuration; empty where there is none."""
    try:
        path = config_path(environ)
    except RuntimeError:  # no HOME, as under cron or systemd, and a user who has no home directory either
        return UserConfig()
    table = _table(path)
    agent = table.get("agent", "")
    if not isinstance(agent, str):
        raise BadConfig(path, "agent must be a text")
    return UserConfig(agent, _notify(path, table), _mail(path, table), _views(path, table))


def raw(environ: Mapping[str, str]) -> Mapping[str, object]:
    """The user's own configuration as it stands in the file. Raises BadConfig."""
    return _table(config_path(environ))


def config_path(environ: Mapping[str, str]) -> Path:
    """Where the user's own configuration lies; RuntimeError where the user has no home directory."""
    given = environ.get("XDG_CONFIG_HOME", "")
    home = Path(given) if given.startswith("/") else Path(environ.get("HOME") or "~").expanduser() / ".config"
    return home / "ticketcli" / "config.toml"


def read_me(root: Path) -> str:
    """Who works in this clone; empty where that was never asked or cannot be read."""
    try:
        handle = os.open(root / _ME, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            return os.read(handle, 1024).decode().strip()
        finally:
            os.close(handle)
    except (OSError, ValueError):
        return ""


def write_me(root: Path, name: str) -> None:
    """Afterwards `name` works in this clone. Call it under the desk's lock, which has made the directory."""
    path = root / _ME
    try:
        temporary = path.with_suffix(".tmp")
        temporary.unlink(missing_ok=True)
        with temporary.open("x", encoding="utf-8") as file:
            file.write(f"{name}\n")
        temporary.replace(path)
    except (OSError, ValueError) as error:
        raise MeNotKept(path, getattr(error, "strerror", None) or str(error)) from error


def find_desk(start: Path, environ_desk: str | None) -> Path:
    """The desk that the environment names, else the one around `start`; the way up ends where the owner changes."""
    if environ_desk:
        return _named(Path(environ_desk))
    directory = start.resolve()
    owner = _owner(directory)
    for here in (directory, *directory.parents):
        if _owner(here) != owner:
            break
        if _is_desk(here):
            return here
    raise NoDesk(directory, above=True)


def _table(path: Path) -> dict[str, object]:
    import tomli

    try:
        return tomli.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise BadConfig(path, getattr(error, "strerror", None) or str(error)) from error


def _notify(path: Path, table: Mapping[str, object]) -> tuple[str, ...]:
    if "notify" not in table:
        return ()
    words = table["notify"]
    if isinstance(words, str):
        raise BadConfig(path, 'notify must be a list, word by word: notify = ["command", "argument"]')
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words) or not words[0]:
        raise BadConfig(path, "notify must be a list of texts that begins with a command")
    return tuple(words)


def _mail(path: Path, table: Mapping[str, object]) -> tuple[Mapping[str, object], ...]:
    tables = table.get("mail", [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise BadConfig(path, "mail must be tables, each headed [[mail]]")
    return tuple(tables)


def _views(path: Path, table: Mapping[str, object]) -> dict[str, View]:
    rows = table.get("view", {})
    if not rows:
        return {}
    from ticketcli.core.words.loading import BadSettings, load

    try:
        found = load({"view": rows}).views
    except BadSettings as error:
        raise BadConfig(path, error.problems[0]) from None
    return {name: view for name, view in found.items() if isinstance(rows, dict) and name in rows}


def read_secret(given: str, environ: Mapping[str, str]) -> bytes:
    """What signs the desk's mail: of $TICKET_MAIL_SECRET, else of a file that only its owner reads; empty for none."""
    if secret := environ.get("TICKET_MAIL_SECRET", ""):
        return secret.encode()
    if not given:
        return b""
    path = Path(given).expanduser()
    try:
        if path.stat().st_mode & 0o077:
            raise OpenSecret(path)
        return path.read_bytes().strip()
    except OSError as error:
        raise BadConfig(path, error.strerror or str(error)) from error


def _named(directory: Path) -> Path:
    if not _is_desk(directory):
        raise NoDesk(directory, above=False)
    return directory.resolve()


def _is_desk(directory: Path) -> bool:
    try:
        return (directory / SETTINGS).is_file()
    except OSError:  # what cannot be looked into is no desk of ours
        return False


def _owner(directory: Path) -> int:
    try:
        return directory.stat().st_uid
    except OSError:
        return -1
