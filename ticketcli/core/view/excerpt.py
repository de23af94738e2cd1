"""How well a ticket fits the texts searched for, and the words around the first place. Simple counting, no index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation

BEFORE, AFTER = 30, 60
"""How many characters stand before and behind what was found."""


def relevance(situation: Situation, terms: Sequence[str]) -> tuple[int, int]:
    """A sort key, smallest first: how often the texts stand in the subject, then in the messages."""
    subject, *bodies = (text.casefold() for text in _texts(situation))
    folded = [_flat(term).casefold() for term in terms]
    return -sum(subject.count(term) for term in folded), -sum(body.count(term) for body in bodies for term in folded)


def excerpt(situation: Situation, terms: Sequence[str]) -> str:
    """The words around the first place of the first text that is found, messages before the subject."""
    subject, *bodies = _texts(situation)
    for text in (*bodies, subject):
        for term in terms:
            at = text.casefold().find(_flat(term).casefold())
            if at >= 0:
                return _around(text, at, len(term))
    return ""


def _texts(situation: Situation) -> list[str]:
    """The subject, then every message and note that the ticket answers for."""
    return [situation.header.text("subject"), *map(_flat, situation.bodies)]


def _around(text: str, at: int, length: int) -> str:
    start = max(at - BEFORE, 0)
    end = at + length + AFTER
    start = text.find(" ", start, at) + 1 or start if start else 0
    return f"{'… ' if start else ''}{text[start:end].strip()}{' …' if end < len(text) else ''}"


def _flat(text: str) -> str:
    return " ".join(text.split())
