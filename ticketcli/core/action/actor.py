"""Who acts, as a value; the desk finds out who that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ticketcli.core.ticket.who import Who


class Actor(NamedTuple):
    """Who acts."""

    key: str
    """What events record: the agent's key, or a name."""
    person: Who
    agent: bool = True
    """Whether they may answer customers."""
