"""An open desk: where it is, its settings, who acts. Opening reads two small files and runs no git."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.action.actor import Actor
from ticketcli.core.errors import BadWords, TicketError
from ticketcli.core.ticket.who import Who
from ticketcli.core.words.loading import load
from ticketcli.edges import config, store

if TYPE_CHECKING:
    from ticketcli.core.words.settings import Settings

SETTINGS = config.SETTINGS
NOBODY = "somebody"
"""Who acts where nothing tells who it is."""


class UnknownAgent(BadWords):
    """--as or $TICKET_AGENT names nobody the desk knows."""

    def __init__(self, who: str, agents: list[str]) -> None:
        super().__init__(f'"{who}" is no agent of this desk; it has: {", ".join(agents)}')


class UnreadableSettings(TicketError):
    """ticketcli.toml is no TOML."""

    def __init__(self, path: Path, error: object) -> None:
        super().__init__(f"{path}: {error}; mend it by hand, or take it back with git")


class Desk(NamedTuple):
    """A directory with tickets."""

    root: Path
    settings: Settings
    environ: Mapping[str, str]
    asked: str = ""
    """Who shall act, as given by --as."""

    def actor(self) -> Actor:
        """Who acts: --as, $TICKET_AGENT, the user's configuration, this clone's `me`, or the login name (design 1)."""
        named = self.asked or self.environ.get("TICKET_AGENT", "")
        agents = self.settings.agents
        if named and agents and self.settings.agent(named) is None:
            raise UnknownAgent(named, sorted(agents))
        return self._as_actor(named or config.load(self.environ).agent or self._me())

    def itself(self, name: str) -> Actor:
        """The desk as one who acts, where nobody does: what happens by itself, or comes from outside."""
        return Actor(name, Who(self.settings.name, f"{name}@localhost"))

    def _me(self) -> str:
        known = config.read_me(self.root)
        return known or self.environ.get("LOGNAME") or self.environ.get("USER") or NOBODY

    def remember_me(self) -> None:
        """Keeps who acts in this clone at the first write: git's user, matched to an agent, else the login name."""
        if config.read_me(self.root) or config.load(self.environ).agent:
            return
        from ticketcli.edges import git  # reading commands do without

        name, email = git.user_name(self.root), git.user_email(self.root)
        known = self.settings.agent(email) or self.settings.agent(name)
        me = known.key if known else name or self._me()
        if me != NOBODY:
            config.write_me(self.root, me)

    def _as_actor(self, who: str) -> Actor:
        agent = self.settings.agent(who)
        if agent:
            return Actor(agent.key, Who(agent.name or agent.key, agent.email))
        return Actor(who, Who(who, ""), agent=not self.settings.agents)


def open_desk(start: Path | None, environ: Mapping[str, str], asked: str = "") -> Desk:
    """The desk of a directory, of $TICKET_DESK, or found by walking up. Raises what finding and reading it raises."""
    root = config.find_desk(start or Path.cwd(), environ.get("TICKET_DESK") if start is None else str(start))
    return Desk(root, read_settings(root), environ, asked)


def read_settings(root: Path) -> Settings:
    """The settings of the desk at a directory."""
    import tomli

    path = root / SETTINGS
    try:
        return load(tomli.loads(store.read(path).data.decode("utf-8-sig")))
    except (tomli.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableSettings(path, error) from error


def now() -> datetime:
    """The present instant (UTC, whole seconds): asked once, at the edge of a command."""
    return datetime.now(UTC).replace(microsecond=0)


def process_environ() -> Mapping[str, str]:
    """The environment of this process."""
    return os.environ
