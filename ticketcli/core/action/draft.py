"""What an action is: a pure function from a situation and its context to drafts of events; `decide` completes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.clock.situation import Situation
from ticketcli.core.errors import BadWords, TicketError

if TYPE_CHECKING:
    from ticketcli.core.action.actor import Actor
    from ticketcli.core.ticket.event import Attachment, Event
    from ticketcli.core.ticket.thread import Read
    from ticketcli.core.words.settings import Rule, Settings


class NotAnAgent(TicketError):
    """Somebody who is no agent of the desk wants to answer."""

    def __init__(self, who: str, agents: Sequence[str]) -> None:
        names = ", ".join(agents)
        super().__init__(
            f'"{who}" is no agent of this desk and may create and note, not answer; act --as one of: {names}'
        )


class EmptyMessage(BadWords):
    """A message without text."""

    def __init__(self) -> None:
        super().__init__("the message is empty; give its text with -m TEXT or -F FILE")


class Text(NamedTuple):
    """A canned response, filled in for a ticket."""

    body: str
    attachments: tuple[Attachment, ...] = ()
    action: str = ""
    """That of the message, where it asks the customer for something."""


def _no_canned(name: str, _: Situation) -> Text:
    raise BadWords(f'there is no canned response "{name}" here')


@dataclass(frozen=True)
class Context:
    """What an action may know besides the ticket: instant, settings, who acts, and how to read other tickets."""

    now: datetime
    settings: Settings
    actor: Actor
    read: Read
    new_id: Callable[[], str]
    at: datetime | None = None
    """The time to record instead of now (`--at`)."""
    token: str = ""
    """A name under which the command is repeatable (`--id`)."""
    batch: str = ""
    """What the events of one command in several tickets share."""
    rules: tuple[Rule, ...] = ()
    """The rules that look at a ticket behind what is written; none where that comes from elsewhere."""
    canned: Callable[[str, Situation], Text] = _no_canned
    """How a canned response reads on a ticket. Raises what keeps it from being used."""

    @property
    def instant(self) -> datetime:
        """When what is recorded happened (UTC)."""
        return self.at or self.now


@dataclass(frozen=True, slots=True)
class Draft:
    """An event that an action wants in a file; what it leaves empty (id, seq, at, seen, by) `decide` completes."""

    code: str
    """The ticket it belongs to; empty for the first event of a new one."""
    event: Event
    moves: tuple[str, ...] = ()
    """The messages that it moves away, which its writer therefore does not answer here."""
    imported: bool = False
    """Whether it comes from elsewhere, where nobody knows what its writer had read."""


Action = Callable[[Situation, Context], Sequence[Draft]]


def must_be_agent(context: Context) -> None:
    """Raises NotAnAgent where the desk has agents and the one who acts is none of them."""
    if not context.actor.agent:
        raise NotAnAgent(context.actor.key, sorted(context.settings.agents))


def works_in(agent: str, department: str, settings: Settings) -> bool:
    """Whether somebody is an agent of the desk, and of that department if one is named; anybody where it has none."""
    known = settings.agents.get(agent)
    if known is None:
        return not settings.agents
    return not department or not known.departments or department in known.departments


def body_of(text: str) -> str:
    """A text as it is stored: LF line ends, no blank lines around it, one line end behind it. Raises EmptyMessage."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip().split("\n")
    while lines and not lines[0].strip():
        lines.pop(0)
    if not lines:
        raise EmptyMessage
    return "\n".join(lines) + "\n"


def reason_of(text: str) -> str:
    """A reason as it is stored; empty where none was given."""
    return body_of(text) if text.strip() else ""
