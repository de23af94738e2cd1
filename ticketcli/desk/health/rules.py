"""Faults of rules that the settings do not show: canned responses that cannot go out. It mends none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ticketcli.core.errors import TicketError
from ticketcli.desk.desk import SETTINGS
from ticketcli.desk.health.finding import Finding
from ticketcli.desk.health.opening import in_halves

if TYPE_CHECKING:
    from ticketcli.desk.health.checkup import Checkup


def canned(checkup: Checkup) -> Iterator[Finding]:
    """Rules whose canned response cannot be used."""
    for rule in checkup.settings.rules:
        if rule.canned:
            try:
                from ticketcli.desk import ruling  # a desk without rules does without

                ruling.usable(checkup.catalog.desk, rule.canned)
            except TicketError as error:
                what, remedy = in_halves(str(error))
                yield Finding(SETTINGS, f'rule "{rule.name}": {what}', remedy)
