"""Distribute: gives what nobody works on to who has least, as the desk, in one commit. Whom to is not decided here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ticketcli.core.action.change import assign
from ticketcli.core.action.shares import Share, last_times, loads_of, shares, to_share
from ticketcli.core.errors import TicketError
from ticketcli.desk.catalog import Catalog
from ticketcli.desk.record import How, Session, session
from ticketcli.desk.taking import holders

if TYPE_CHECKING:
    from ticketcli.core.words.query import Query
    from ticketcli.desk.desk import Desk

NAME = "distribute"


class NoAgents(TicketError):
    """Nobody to give anything to."""

    def __init__(self) -> None:
        super().__init__("this desk has no agents to distribute to; write an [agent.NAME] for each in ticketcli.toml")


def distribute(
    desk: Desk, how: How, query: Query, *, dry_run: bool, warn: Callable[[str], None]
) -> tuple[list[Share], list[TicketError]]:
    """Who got what, and what nobody could take; and what could not be read or written.

    The desk is locked only where there is something to give away. Raises NoAgents, Busy, and what saving raises.
    """
    if not desk.settings.agents:
        raise NoAgents
    catalog = Catalog(desk, how.now)
    found = _found(catalog, query)
    problems = dict(catalog.problems)
    if not dry_run and any(share.agent for share in found):
        with session(desk, how, NAME, warn, itself=desk.itself(NAME)) as work:
            work.batch = work.new_batch()
            found = [_given(work, share, problems) for share in _found(work.catalog, query)]
            problems |= work.catalog.problems
    return found, list(problems.values())


def _found(catalog: Catalog, query: Query) -> list[Share]:
    """What is to be given away and to whom; only where there is any are all tickets looked at."""
    active = catalog.active()[0]
    free = [one for one in to_share(active, holders(catalog)) if query.matches(one)]
    last = last_times(catalog.situations()) if free else {}
    return shares(free, loads_of(active), last, catalog.desk.settings)


def _given(work: Session, share: Share, problems: dict[str, TicketError]) -> Share:
    """The share as it was written; without an agent where that was refused."""
    if not share.agent:
        return share
    try:
        work.record(share.situation, assign(share.agent))
    except TicketError as error:  # it keeps no other ticket from being given
        problems[share.situation.code] = error
        return replace(share, agent="")
    return share
