"""Taking work in a team of several clones: leases are local, so an assignment that all of them see tells who was first.

Whose assignment is the first to reach the others has the ticket; who finds another one's there when theirs arrives
takes theirs back and goes on to the following ticket.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ticketcli.core.action.change import assign
from ticketcli.core.action.draft import Draft
from ticketcli.core.clock.situation import Situation
from ticketcli.core.errors import TicketError
from ticketcli.core.ticket.event import Event
from ticketcli.desk.catalog import Catalog
from ticketcli.desk.desk import Desk, read_settings
from ticketcli.desk.record import How, session
from ticketcli.desk.sharing import is_shared, sync
from ticketcli.desk.taking import Taken, needs, take
from ticketcli.edges import leases

if TYPE_CHECKING:
    from ticketcli.core.ticket.fold import Ticket

Offers = Callable[[Catalog], Sequence[Situation]]
"""What of a desk the agent may take, most urgent first."""
Tell = Callable[[str], None]
ASSIGNEE = ("assignee",)


@dataclass
class _Team:
    """The other clones, as long as they can be asked."""

    desk: Desk
    how: How
    tell: Tell
    warn: Tell
    reached: bool

    def meet(self) -> None:
        """Exchanges with the others; where that fails it is said once, and this clone goes on alone."""
        if not self.reached:
            return
        try:
            sync(self.desk, self.how.now, tell=lambda _step: None, warn=self.warn)
        except TicketError as error:
            self.reached = False
            self.warn(f"{error}; taken in this clone only, others may take the same ticket")
        self.desk = self.desk._replace(settings=read_settings(self.desk.root))

    def catalog(self) -> Catalog:
        """The tickets as they stand now."""
        return Catalog(self.desk, self.how.now)


def claim(desk: Desk, how: How, agent: str, offers: Offers, *, tell: Tell, warn: Tell) -> Taken:
    """The ticket that is the agent's from now on, assigned to them in every clone that can be reached.

    Raises NothingToDo, or what saving raises; what goes wrong with the others is a warning.
    """
    team = _Team(desk, how, tell, warn, is_shared(desk))
    team.meet()
    passed: set[str] = set()
    while True:
        catalog = team.catalog()
        taken = take(catalog, [one for one in offers(catalog) if one.code not in passed], agent)
        before, mine = _assign(team, taken.situation.code, agent)
        if mine:
            team.meet()
        situation = team.catalog().situation(taken.situation.code)
        if not mine or not _lost(situation, before, agent):
            return replace(taken, situation=situation)
        passed.add(situation.code)
        _withdraw(team, situation, mine, agent)


def _assign(team: _Team, code: str, agent: str) -> tuple[Ticket, list[str]]:
    """The ticket, assigned to the agent, and the events that did it; none where it was theirs already."""
    with session(team.desk, team.how, "assign", team.warn) as work:
        situation = work.catalog.situation(code)
        known = situation.ticket.by_id
        (ticket,) = work.record(situation, assign(agent)) or [situation.ticket]
    return ticket, [event.id for event in ticket.events if event.id not in known and event.set.get(ASSIGNEE) == agent]


def _lost(situation: Situation, before: Ticket, agent: str) -> bool:
    """Whether somebody else was first: they took the ticket, or it needs the agent no more."""
    news = (event for event in situation.ticket.counting if event.id not in before.by_id)
    takers = {event.set.get(ASSIGNEE, "") for event in news}
    return bool(takers - {"", agent}) or not needs(situation, agent)


def _withdraw(team: _Team, situation: Situation, mine: list[str], agent: str) -> None:
    """Takes back what the agent did, nothing of anybody else's, and lets the others know."""
    code = situation.code
    with session(team.desk, team.how, "undo", team.warn) as work:
        undo = Event(action="undo", about=tuple(mine))
        work.record(work.catalog.situation(code), [Draft(code, undo)])
    leases.release(team.desk.root, code, agent)
    holder = team.catalog().situation(code).header.text("assignee")
    team.tell(f"{code}: {holder or 'somebody else'} was first, in another clone")
    team.meet()
