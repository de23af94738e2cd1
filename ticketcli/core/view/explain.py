"""Tickets one under the other, a column in a line, where a table would cut what they say. It chooses no columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ticketcli.core.view.columns import Column, mark
from ticketcli.core.view.look import Look, paragraph

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.view.names import Short


def explained(found: Sequence[Situation], chosen: Sequence[Column], short: Short, look: Look) -> str:
    """Tickets with what the columns say, folded at the end of a line; what a column leaves empty is left out."""
    return "\n".join("".join(f"{row}\n" for row in _one(situation, chosen, short, look)) for situation in found)


def _one(situation: Situation, chosen: Sequence[Column], short: Short, look: Look) -> Iterator[str]:
    label = f"{mark(situation)} {short(situation.code)}  "
    yield from map(look.bold, paragraph(situation.header.text("subject"), look, label, " " * 4))
    others = [column for column in chosen if column.name != "code"]
    widest = max(len(column.head) for column in others)
    for column in others:
        if text := column.human(situation):
            yield from paragraph(text, look, f"    {column.head:<{widest}}  ")
