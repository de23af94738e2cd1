"""Names of closed sets: what a desk has, and what may be meant by a name it has not. It picks nothing by guessing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ticketcli.core.errors import BadWords

if TYPE_CHECKING:
    from ticketcli.core.words.settings import Settings

NONE = "none"
"""The word for nothing: nobody, no department, no value."""
_LISTED = 20


class UnknownName(BadWords):
    """A name that a closed set does not have."""

    def __init__(self, what: str, name: str, known: Iterable[str], hint: str = "") -> None:
        self.name, self.known = name, tuple(known)
        near = nearest(name, self.known)
        question = f'did you mean "{near}"? ' if near else ""
        super().__init__(f'no {what} "{name}"; {question}known: {listed(self.known)}{hint}')


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like another one; empty where none is like it."""
    from difflib import get_close_matches

    folded = {other.casefold(): other for other in known}
    found = get_close_matches(name.casefold()[:100], folded, n=1)
    return folded[found[0]] if found else ""


def listed(names: tuple[str, ...]) -> str:
    """Names in a sentence; of very many only the first."""
    more = len(names) - _LISTED
    return (", ".join(names[:_LISTED]) or "none at all") + (f" and {more} more" if more > 0 else "")


def spelled(what: str, name: str, known: Iterable[str]) -> str:
    """The known name that is this one in any case. Raises UnknownName."""
    known = tuple(known)
    for other in known:
        if other.casefold() == name.casefold():
            return other
    raise UnknownName(what, name, known)


def departments(settings: Settings) -> tuple[str, ...]:
    """The departments of a desk, those that only its agents name included; empty where it has not configured any."""
    named = [name for agent in settings.agents.values() for name in agent.departments]
    return tuple(dict.fromkeys([*settings.departments, *named])) if settings.departments else ()
