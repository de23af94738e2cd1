"""The kinds of report, by the word that asks for them. One entry is one kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ticketcli.core.errors import BadWords
from ticketcli.core.report.compliance import SLA
from ticketcli.core.report.counts import CHANNELS, SKIPS, VOLUME
from ticketcli.core.report.durations import RESOLUTION, RESPONSE
from ticketcli.core.report.issues import TAGS
from ticketcli.core.report.people import AGENTS
from ticketcli.core.report.satisfaction import SATISFACTION

if TYPE_CHECKING:
    from ticketcli.core.report.facts import Kind


class UnknownKind(BadWords):
    """A word that is no kind of report."""

    def __init__(self, word: str) -> None:
        super().__init__(
            f'there is no report "{word}"; there are: {", ".join(KINDS)}, html; to search write text:{word}'
        )


class OnlyOfClocks(BadWords):
    """What only a report that tells clocks apart can do."""

    def __init__(self, option: str, kind: str) -> None:
        super().__init__(f"{option} is of the report on service levels, not of {kind}; write: ticket report sla")


class OnlyOfSkips(BadWords):
    """A group that only the report on skips has."""

    def __init__(self, group: str, kind: str) -> None:
        super().__init__(f"--by {group} is of the report on skips, not of {kind}; write: ticket report skips")


KINDS: Mapping[str, Kind] = {
    "resolution": RESOLUTION,
    "response": RESPONSE,
    "sla": SLA,
    "agents": AGENTS,
    "tags": TAGS,
    "volume": VOLUME,
    "channels": CHANNELS,
    "skips": SKIPS,
    "satisfaction": SATISFACTION,
}


def kind_of(word: str, option: str = "", by: str = "") -> Kind:
    """The kind of that name; `option` is one that was given and that only kinds which tell clocks apart have.

    Raises UnknownKind, OnlyOfClocks, and OnlyOfSkips for a `by` that this kind does not own.
    """
    if word not in KINDS:
        raise UnknownKind(word)
    if option and not KINDS[word].clocks:
        raise OnlyOfClocks(option, word)
    if by == SKIPS.owns and KINDS[word] is not SKIPS:
        raise OnlyOfSkips(by, word)
    return KINDS[word]
