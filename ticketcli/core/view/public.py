"""A ticket as its customer may see it: public messages, subject and public status, so that nothing else can leak."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ticketcli.core.ticket.event import RULE
from ticketcli.core.view.messages import Message, public
from ticketcli.core.words.keys import CATEGORIES

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.event import Event
    from ticketcli.core.words.settings import Settings


@dataclass(frozen=True, slots=True)
class PublicTicket:
    """What a customer may know of a ticket."""

    code: str
    subject: str
    status: str
    created: datetime
    messages: tuple[Message, ...]
    names: Mapping[str, str]
    """The names of the agents, by their keys; what a rule wrote is the desk's."""
    zone: ZoneInfo

    def name_of(self, event: Event) -> str:
        """Who wrote a message, as customers know them; agents by name."""
        return self.names.get(event.by, event.by)


def public_ticket(situation: Situation, shown: Iterable[Message]) -> PublicTicket:
    """The ticket that answers for a situation, as its customer may see it."""
    settings = situation.settings
    header = situation.thread.ticket.header
    return PublicTicket(
        situation.thread.code,
        header.text("subject"),
        public_status(situation.standing.status, settings),
        header.created,
        tuple(public(shown)),
        {RULE: settings.name, **{key: agent.name or key for key, agent in settings.agents.items()}},
        settings.zone,
    )


def public_status(status: str, settings: Settings) -> str:
    """A status as customers read it: Pending and On-hold are Open to them, other own names their category."""
    category = settings.category(status)
    if status in CATEGORIES:
        return status
    return "open" if category in ("new", "open", "postponed") else category
