"""Skipping: an agent passes a ticket on to whoever comes next, and says why (semantics.md Q6). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketcli.core.action.draft import Action, Context, Draft, body_of, must_be_agent
from ticketcli.core.errors import BadWords
from ticketcli.core.ticket.event import Event

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation


class NoReason(BadWords):
    """A ticket passed on without a word."""

    def __init__(self) -> None:
        super().__init__('the reason is empty; say why you pass it on, like: ticket next --skip "bob knows it"')


def skip(reason: str) -> Action:
    """Keeps the ticket out of what the agent is handed out, until the customer writes or four hours have passed."""
    if not reason.strip():
        raise NoReason

    def action(situation: Situation, context: Context) -> list[Draft]:
        must_be_agent(context)
        return [Draft(situation.code, Event(kind="change", action="skip", body=body_of(reason)))]

    return action
