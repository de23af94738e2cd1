"""Taking work: the ticket that one agent is handed out, for a while, and nobody else (semantics.md Q5, Q6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ticketcli.core.clock.queue import concerns, for_agent, queue
from ticketcli.core.errors import TicketError
from ticketcli.core.view.names import in_hand
from ticketcli.edges import config, leases, lock

if TYPE_CHECKING:
    from ticketcli.core.action.actor import Actor
    from ticketcli.core.clock.situation import Situation
    from ticketcli.desk.catalog import Catalog
    from ticketcli.desk.desk import Desk


class NothingToDo(TicketError):
    """An empty queue."""

    exit_code = 5

    def __init__(self) -> None:
        super().__init__("nothing to solve")


class NothingHeld(TicketError):
    """Somebody without a ticket speaks of it, or passes it on."""

    exit_code = 3

    def __init__(self) -> None:
        super().__init__("you hold no ticket; take one with: ticket next")


@dataclass(frozen=True, slots=True)
class Taken:
    """A ticket that is an agent's for a while."""

    situation: Situation
    until: datetime
    """When others may be handed it again (UTC)."""
    again: bool
    """Whether it was theirs before."""


def taker(desk: Desk) -> Actor:
    """Who takes, noted down in this clone as at a first write, so that what follows is done under the same name."""
    if not (desk.asked or desk.environ.get("TICKET_AGENT") or config.read_me(desk.root)):
        with lock.hold(desk.root, "ticket next"):
            desk.remember_me()
    return desk.actor()


def holders(catalog: Catalog) -> dict[str, str]:
    """Who holds which ticket in this clone now, by code; nobody where an earlier instant is asked about."""
    running = {} if catalog.as_of else leases.held(catalog.desk.root, catalog.now)
    return {code: lease.holder for code, lease in running.items()}


def held(catalog: Catalog, agent: str) -> Situation | None:
    """The ticket that an agent holds and that still needs them, else None."""
    mine = (code for code in _codes(catalog, agent) if catalog.ticket(code))
    return next((one for one in map(catalog.situation, mine) if needs(one, agent)), None)


def needs(situation: Situation, agent: str) -> bool:
    """Whether a ticket is still to be solved, and by this agent among others."""
    return situation.in_queue and concerns(situation, agent)


def candidates(catalog: Catalog, wanted: Iterable[Situation], agent: str) -> list[Situation]:
    """What an agent may take of some tickets, most urgent first."""
    return for_agent(queue(wanted), agent, holders(catalog))


def take(catalog: Catalog, offered: Sequence[Situation], agent: str) -> Taken:
    """The ticket that is the agent's from now on: the one they hold, else the first that nobody takes meanwhile.

    Raises NothingToDo, or what saving a lease raises.
    """
    own = held(catalog, agent)
    for situation in [*([own] if own else []), *offered]:
        lease = leases.claim(catalog.desk.root, situation.code, agent, catalog.now)
        if lease and (fresh := _still(catalog, situation.code, agent)):
            give_back(catalog, agent, but=lease.code)
            return Taken(fresh, lease.until, situation is own)
    raise NothingToDo


@contextmanager
def writing(desk: Desk, codes: Collection[str], now: datetime) -> Iterator[str]:
    """Nobody else is handed these tickets inside the block; gives a comment on those that others have in hand.

    From them nothing is taken, and what the one who acts held before stays theirs. A lease is worth no failing command.
    """
    agent, root = desk.actor().key, desk.root
    there = leases.held(root, now) if codes else {}
    others = [there[code] for code in codes if code in there and there[code].holder != agent]
    theirs = {lease.code for lease in others}
    with suppress(TicketError):
        for code in (code for code in codes if code not in theirs):
            leases.claim(root, code, agent, now)
    try:
        zone = desk.settings.zone
        yield "".join(f"# {one.code} is in the hands of {in_hand(one.holder, one.since, zone)}\n" for one in others)
    finally:
        with suppress(TicketError):
            for code in (code for code in codes if code not in there):
                leases.release(root, code, agent)


def give_back(catalog: Catalog, agent: str, *, but: str = "") -> list[str]:
    """The codes of the tickets that were the agent's until now; `but` stays theirs."""
    mine = (code for code in _codes(catalog, agent) if code != but)
    return [code for code in mine if leases.release(catalog.desk.root, code, agent)]


def _codes(catalog: Catalog, agent: str) -> list[str]:
    return [code for code, holder in sorted(holders(catalog).items()) if holder == agent]


def _still(catalog: Catalog, code: str, agent: str) -> Situation | None:
    """A ticket as it stands now that its lease is ours; given back where somebody has solved it since it was read."""
    catalog.forget(code, catalog.paths[code])
    fresh = catalog.situation(code) if catalog.ticket(code) else None
    if fresh and needs(fresh, agent):
        return fresh
    leases.release(catalog.desk.root, code, agent)
    return None
