"""A desk in memory: actions carried out at given times on tickets that no file holds, for tests of the rules alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from ticketcli.core.action import conversation as act
from ticketcli.core.action.actor import Actor
from ticketcli.core.action.decide import decide
from ticketcli.core.action.draft import Action, Context, Draft
from ticketcli.core.clock.agenda import due_now
from ticketcli.core.clock.situation import Situation
from ticketcli.core.clock.working import looked_at
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.code import derived_id
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.thread import gather, root
from ticketcli.core.ticket.who import Who
from ticketcli.core.words.settings import Agent, Settings, Status

BEGIN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MARIA = Who("Maria Santos", "maria@example.com")
JAN = Who("Jan Novak", "jan@example.com")
STATUSES = {**Settings().statuses, "parked": Status("parked", "new"), "vendor": Status("vendor", "postponed")}
AGENTS = {
    "ana": Agent("ana", "Ana Cruz", "ana@example.com", ("support", "billing")),
    "bob": Agent("bob", "Bob Novak", "bob@example.com", ("support",)),
}
DESK = Settings(statuses=STATUSES, agents=AGENTS)


@dataclass
class Play:
    """Some tickets and a clock; every step is carried out as the desk would do it, without files."""

    settings: Settings = DESK
    now: datetime = BEGIN
    tickets: dict[str, Ticket] = field(default_factory=dict)
    _ids: count[int] = field(default_factory=count)

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def context(self, who: str = "ana", *, agent: bool = True, at: datetime | None = None, token: str = "") -> Context:
        known = self.settings.agents.get(who, Agent(who))
        actor = Actor(who, Who(known.name or who, known.email), agent)
        fresh = (derived_id("play", str(number)) for number in self._ids)
        return Context(self.now, self.settings, actor, self.tickets.get, lambda: next(fresh), at=at, token=token)

    def asks(self, text: str = "Please help.", *, who: Who = MARIA, changes: Changes | None = None) -> str:
        """The code of a new ticket in which a customer asks."""
        message = act.Message(text, changes=changes or Changes())
        return self._new(act.create("It jams", message, who, self.context()))

    def writes_first(self, text: str = "It left today.", *, who: Who = MARIA) -> str:
        """The code of a new ticket in which an agent writes first."""
        return self._new(act.create("Your order", act.Message(text), who, self.context(), by_agent=True))

    def _new(self, draft: Draft) -> str:
        (ticket,) = decide([draft], None, self.context())
        self.tickets[ticket.code] = ticket
        self.wait(minutes=1)
        return ticket.code

    def do(
        self,
        code: str,
        action: Action | Sequence[Draft],
        *,
        who: str = "ana",
        agent: bool = True,
        at: datetime | None = None,
        token: str = "",
        cut: int | None = None,
    ) -> list[Ticket]:
        """The tickets that a command writes, a minute later; `cut` is how many of them reach the disk."""
        self.wait(minutes=1)
        context, situation = self.context(who, agent=agent, at=at, token=token), self.at(code)
        drafts = action if isinstance(action, Sequence) else action(situation, context)
        written = decide(drafts, situation, context)
        self.tickets |= {ticket.code: ticket for ticket in written[:cut]}
        return written

    def says(self, code: str, text: str = "It still jams.", *, who: Who = MARIA, keep: bool = False) -> Event:
        """The message of a customer."""
        return self.do(code, act.customer_reply(act.Message(text), who, keep=keep))[0].events[-1]

    def answers(self, code: str, text: str = "Try again.", **how: object) -> Event:
        """The public message of an agent."""
        return self.do(code, act.reply(act.Message(text), **how))[0].events[-1]  # type: ignore[arg-type]

    def at(self, code: str) -> Situation:
        """The situation of the ticket that answers for a code."""
        code = root(code, self.tickets.get)
        return looked_at(self.tickets[code], gather(code, self.tickets.get), self.settings, self.now)

    def alone(self, code: str) -> Situation:
        """The situation of a code, also of a merged one."""
        return looked_at(self.tickets[code], gather(code, self.tickets.get), self.settings, self.now)

    def shown(self, code: str) -> str:
        """The status shown."""
        return self.alone(code).status

    def texts(self, code: str) -> list[str]:
        """What is shown in the thread, in order."""
        return [entry.event.body.strip() for entry in self.alone(code).thread.messages]

    def tick(self, code: str) -> None:
        """Writes down what has happened by itself."""
        self.tickets[code] = self.tickets[code].plus(due_now(self.at(code)))
