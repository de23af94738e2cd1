"""The kinds of report, by the word that asks for them. One entry is one kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ticketcli.core.errors import BadWords
from ticketcli.core.report.compliance import SLA
from ticketcli.core.report.durations import RESOLUTION, RESPONSE
from ticketcli.core.report.satisfaction import SATISFACTION

if TYPE_CHECKING:
    from ticketcli.core.report.facts import Kind


class UnknownKind(BadWords):
    """A word that is no kind of report."""

    def __init__(self, word: str) -> None:
        super().__init__(f'there is no report "{word}"; there are: {", ".join(KINDS)}; to search write text:{word}')


class OnlyOfClocks(BadWords):
    """What only a report that tells clocks apart can do."""

    def __init__(self, option: str, kind: str) -> None:
        super().__init__(f"{option} is of the report on service levels, not of {kind}; write: ticket report sla")


KINDS: Mapping[str, Kind] = {"resolution": RESOLUTION, "response": RESPONSE, "sla": SLA, "satisfaction": SATISFACTION}


def kind_of(word: str, option: str = "") -> Kind:
    """The kind of that name; `option` is one that was given and that only kinds which tell clocks apart have.

    Raises UnknownKind and OnlyOfClocks.
    """
    if word not in KINDS:
        raise UnknownKind(word)
    if option and not KINDS[word].clocks:
        raise OnlyOfClocks(option, word)
    return KINDS[word]
