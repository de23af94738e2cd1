"""Saved views where filter words are asked: the desk's, and the user's own, which replace them. It reads no ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ticketcli.core.words.query import Query, parse
from ticketcli.edges import config

if TYPE_CHECKING:
    from ticketcli.core.words.settings import View
    from ticketcli.desk.desk import Desk


def query(desk: Desk, words: Sequence[str], now: datetime, agent: str = "") -> Query:
    """The query of filter words, for who acts unless another agent asks. Raises BadFilter."""
    settings = desk.settings
    if any("view:" in word.casefold() for word in words):
        settings = settings._replace(views=views(desk))
    return parse(words, settings=settings, now=now, agent=agent or desk.actor().key)


def views(desk: Desk) -> Mapping[str, View]:
    """The views that the user has here, by name."""
    return {**desk.settings.views, **config.load(desk.environ).views}
