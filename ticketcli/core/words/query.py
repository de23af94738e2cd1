"""Filter words: a condition on tickets, for commands and settings alike. It finds none: it says whether one matches."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.clock.situation import Situation
from ticketcli.core.errors import BadWords, TicketError
from ticketcli.core.words import readings
from ticketcli.core.words.known import NONE, UnknownName, spelled
from ticketcli.core.words.looks import Look, leaves
from ticketcli.core.words.readings import Asked
from ticketcli.core.words.terms import CONDITIONS, TERMS, Term

if TYPE_CHECKING:
    from ticketcli.core.words.settings import Settings

_FILTER = re.compile(r"(?P<minus>-?)(?P<name>[^\W\d][\w-]*)(?:\.(?P<key>[^:\n]+))?:(?P<value>.*)", re.DOTALL)
_COMMA = re.compile(r",(?!\s)")
"""A comma before a blank belongs to the value: `customer:'Santos, Maria'`."""

OF_DONE = ("status", "rating")
"""The words that are about what is done as well."""

LARGEST, DEEPEST = 500, 10
"""How many words a view stands for at most, with those of the views that it names; settings may be a stranger's."""
Matches = Callable[[Situation], bool]


class BadFilter(BadWords):
    """A filter word that cannot be read."""

    def __init__(self, word: str, why: str) -> None:
        self.word = word
        super().__init__(f'cannot read the filter "{word}": {why}')


class Circle(BadWords):
    """Views that stand for each other."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"the view stands for itself ({' > '.join(names)}); take view:{names[-1]} out of one of them")


class TooMany(BadWords):
    """Views of views of views."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f'the view "{name}" stands for more than {LARGEST} words, or views in views more than {DEEPEST} deep; '
            "write out less"
        )


class OpenQuote(BadWords):
    """A quote that does not end."""

    def __init__(self, text: str) -> None:
        super().__init__(f"a quote in {text!r} does not end; close it behind the last word that belongs to it")


class Query(NamedTuple):
    """A filter: what matches every one of its words."""

    words: tuple[str, ...]
    names_status: bool
    """Whether it asks for a status, or for ratings, so that Closed and Merged tickets are meant too."""
    texts: tuple[tuple[str, ...], ...]
    """The texts searched for: one of each of these must be there."""
    tests: tuple[Matches, ...]
    size: int
    """How many words it has, with those of the views that it names."""

    @property
    def text_terms(self) -> tuple[str, ...]:
        """All of them, for excerpts."""
        return tuple(text for some in self.texts for text in some)

    def matches(self, situation: Situation) -> bool:
        """Whether a ticket is among those asked for; without words every one is."""
        return all(test(situation) for test in self.tests)


class _Word(NamedTuple):
    """A filter word taken apart."""

    word: str
    name: str
    values: tuple[str, ...]
    key: str = ""
    negated: bool = False


def parse(words: Sequence[str], *, settings: Settings, now: datetime, agent: str) -> Query:
    """The query of filter words, for the agent who asks. Raises BadFilter."""
    return _query(words, Asked(settings, now, agent))


def view(name: str, asked: Asked) -> Query:
    """The query that a view stands for. Raises UnknownName, Circle, TooMany, OpenQuote and BadFilter."""
    views = asked.settings.views
    known = spelled("view", name, views)
    within = (*asked.within, known)
    if known in asked.within:
        raise Circle(within)
    found = _query(split(views[known].filter), asked._replace(within=within)) if len(within) <= DEEPEST else None
    if found is None or found.size > LARGEST:
        raise TooMany(known)
    return found


def split(text: str) -> list[str]:
    """The filter words in a text, split as a shell splits them. Raises OpenQuote."""
    import shlex

    try:
        return shlex.split(text)
    except ValueError:
        raise OpenQuote(text) from None


def _query(words: Sequence[str], asked: Asked) -> Query:
    parts = [_split(word) for word in words]
    views = [(part, _views(part, asked)) for part in parts if part.name == "view"]
    asked = asked._replace(views={name: found.matches for _, named in views for name, found in named.items()})
    wanted = [part for part in parts if not part.negated]
    held = [tuple(named.values()) for part, named in views if not part.negated]
    return Query(
        words=tuple(words),
        names_status=any(map(_names_status, wanted)) or any(one.names_status for some in held for one in some),
        texts=(
            *(part.values for part in wanted if part.name == "text"),
            *(texts for some in held if len(some) == 1 for texts in some[0].texts),
        ),
        tests=tuple(_test(part, asked) for part in parts),
        size=len(words) + sum(named[name].size for part, named in views for name in part.values),
    )


def _views(part: _Word, asked: Asked) -> dict[str, Query]:
    try:
        return {name: view(name, asked) for name in part.values}
    except TicketError as error:
        raise BadFilter(part.word, str(error)) from None


def grammar() -> list[tuple[str, str]]:
    """Every filter word as an example that parses, and what it means: for help, completion and the README."""
    rows = [(term.example, term.about) for term in TERMS.values() if term.example]
    return rows + [(f"is:{name}", condition.about) for name, condition in CONDITIONS.items()]


def _names_status(part: _Word) -> bool:
    done = part.name == "is" and any(value.casefold() in ("merged", "unhappy") for value in part.values)
    return part.name in OF_DONE or done


def _split(word: str) -> _Word:
    found = _FILTER.fullmatch(word)
    if not found or _is_link(found):
        return _text(word)
    name, value = found["name"].casefold(), found["value"]
    values = tuple(part.strip() for part in _COMMA.split(value))
    if name not in TERMS:
        hint = f"; to search for this text, write text:'{word.removeprefix('-')}'"
        raise BadFilter(word, str(UnknownName("filter word", found["name"], TERMS, hint)))
    if not all(values):
        raise BadFilter(word, f"the value is missing; write {name}:VALUE")
    return _Word(word, name, values, found["key"] or "", bool(found["minus"]))


def _is_link(found: re.Match[str]) -> bool:
    name = found["name"].casefold()
    return name not in TERMS and (name in ("http", "https") or found["value"].startswith("//"))


def _text(word: str) -> _Word:
    """A bare word or phrase: a text to search for."""
    if not word.strip():
        raise BadFilter(word, "it is empty; leave it out to filter nothing")
    if len(word) > 1 and word.startswith("-"):
        raise BadFilter(word, f"write -text:'{word[1:]}' for tickets without this text, text:'{word}' to search for it")
    return _Word(word, "text", (word.strip(),))


def _test(part: _Word, asked: Asked) -> Matches:
    term = TERMS[part.name]
    if part.key and not term.table:
        raise BadFilter(part.word, f'"{part.name}" has no parts; write {part.name}:VALUE')
    try:
        return _joined(part, term, asked)
    except TicketError as error:
        raise BadFilter(part.word, str(error)) from None


def _joined(part: _Word, term: Term, asked: Asked) -> Matches:
    """Any of the values, or with a minus none of them."""
    look, read = (leaves(term.table, part.key), readings.equals) if part.key else (term.look, term.read)
    none = term.none and NONE in map(str.casefold, part.values)
    tests = [read(value, asked) for value in part.values if not none or value.casefold() != NONE]
    return _matcher(look, tests, none=none, negated=part.negated)


def _matcher(look: Look, tests: Sequence[readings.Test], *, none: bool, negated: bool) -> Matches:
    def matches(situation: Situation) -> bool:
        nothing = True
        for thing in look(situation):
            nothing = False
            if any(test(thing) for test in tests):
                return not negated
        return (none and nothing) != negated

    return matches
