"""What can come of a mail that is handed over, as values; and what keeps one from being handed over at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from ticketcli.core.errors import Busy, TicketError

if TYPE_CHECKING:
    from ticketcli.core.mail.outgoing import Letter

LONGEST = 300


class Delivered(NamedTuple):
    """It was taken."""

    refused: tuple[str, ...] = ()
    """The addresses that were not."""
    reason: str = ""
    """What was said of these."""


class Refused(NamedTuple):
    """It was not taken, and never will be as it is."""

    reason: str


class Later(NamedTuple):
    """It was not taken now."""

    reason: str


class Unknown(NamedTuple):
    """It may have been taken: what should have said so did not."""

    reason: str


Outcome = Delivered | Refused | Later | Unknown


class Way(Protocol):
    """A way out that is open."""

    def ready(self) -> None:
        """Makes sure that a mail can be handed over now. Raises Unreachable or BadWay."""

    def hand_over(self, letter: Letter) -> Outcome:
        """What came of handing a mail over, once."""


class Unreachable(Busy):
    """Nothing can be handed over now."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"cannot hand mail to {where} now: {one_line(why)}; what waits goes out with: ticket send")


class BadWay(TicketError):
    """Nothing can be handed over before the user's configuration, or the server's, is put right."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"cannot hand mail to {where}: {one_line(why)}; see [[mail]] in your configuration")


def one_line(said: object) -> str:
    """What a server or program said, on one line."""
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return "".join(filter(str.isprintable, " ".join(text.split())))[:LONGEST]
