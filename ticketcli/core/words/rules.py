"""The rules of ticketcli.toml: when which of them looks at a ticket, and what it does. It applies none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ticketcli.core.errors import BadWords, TicketError
from ticketcli.core.words import tables
from ticketcli.core.words.change import effects
from ticketcli.core.words.keys import RULE, wrong
from ticketcli.core.words.query import parse, split
from ticketcli.core.words.settings import Rule, Settings

_SOME_TIME = datetime(2020, 1, 1, tzinfo=UTC)
"""Any instant: whether a word can be read does not depend on when that is done."""
_CANNED = "canned="
_ME = re.compile(r"-?(assignee|agent|watcher|from|by):(.*,)?\s*me\s*(,.*)?", re.IGNORECASE | re.DOTALL)


class BadEffect(BadWords):
    """A set word that no rule can have."""

    def __init__(self, word: str, why: str) -> None:
        super().__init__(f'a rule cannot set "{word}": {why}')


class NobodyAsks(BadWords):
    """`me` in a condition that nobody asks for."""

    def __init__(self, word: str) -> None:
        super().__init__(f'"{word}" cannot stand in a rule, which nobody asks for; name the agent')


def load(rows: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """The rules of tables that have no problems, in their order."""
    return tuple(_rule(row) for row in rows)


def problems(rows: object, settings: Settings | None) -> Iterator[str]:
    """What cannot be used in the rules, in sentences; without settings, as far as that can be told without them."""
    if not tables.are_tables(rows):
        yield tables.no_tables("rule", "rule")
        return
    for number, row in enumerate(rows, 1):
        yield from (f"{tables.called('rule', row, number)} {problem}" for problem in _in_rule(row, settings))
    named = Counter(name.casefold() for row in rows if isinstance(name := row.get("name"), str))
    yield from (f'there are {n} rules "{name}"; give each a name of its own' for name, n in named.items() if n > 1)


def _rule(row: Mapping[str, Any]) -> Rule:
    return Rule(
        row["name"],
        tuple(row.get("on", ())),
        tuple(split(row.get("when", ""))),
        tuple(word for word in row["do"] if not _names_canned(word)),
        "".join(_canned(row["do"])),
        row.get("stop", False),
    )


def _names_canned(word: str) -> bool:
    return word.replace(" ", "").startswith(_CANNED)


def _canned(words: Sequence[str]) -> list[str]:
    """The names of the canned responses among set words."""
    return [word.partition("=")[2].strip() for word in words if _names_canned(word)]


def _in_rule(row: Mapping[str, Any], settings: Settings | None) -> Iterator[str]:
    unfit = dict(wrong(row, RULE))
    yield from (f"{key} {why}" for key, why in unfit.items())
    if "name" not in row:
        yield 'has no name; write one, like name = "acknowledge"'
    if "do" not in row:
        yield 'does nothing; write set words, like do = ["priority=high"]'
    fit = {key: value for key, value in row.items() if key not in unfit}
    if not fit.get("on") and not str(fit.get("when", "")).strip() and "when" not in unfit:
        yield 'would act on every ticket: a rule without on needs a condition, like when = "status:answered for:3d.."'
    yield from _in_when(fit, settings)
    yield from _in_effects(fit, settings)


def _in_when(row: Mapping[str, Any], settings: Settings | None) -> Iterator[str]:
    try:
        words = split(row.get("when", ""))
        for word in filter(_ME.fullmatch, words):
            raise NobodyAsks(word)
        if settings:
            parse(words, settings=settings, now=_SOME_TIME, agent="")
    except TicketError as error:
        yield f"when: {error}"


def _in_effects(row: Mapping[str, Any], settings: Settings | None) -> Iterator[str]:
    words: Sequence[str] = row.get("do", ())
    names = _canned(words)
    if len(names) > 1:
        yield "do: it names more than one canned response; write another rule for the second"
    if not all(names):
        yield f"do: the name is missing; write {_CANNED}NAME"
    for word in words if settings else ():
        try:
            if settings and not _names_canned(word):
                _check(word, settings)
        except TicketError as error:
            yield f"do: {error}"


def _check(word: str, settings: Settings) -> None:
    """Raises BadChange or BadEffect for a word that cannot be read, or that is nothing for a rule."""
    status = effects([word], settings=settings, now=_SOME_TIME).status
    if status and settings.category(status) == "answered":
        raise BadEffect(word, "only who answers makes a ticket Answered; a text of the desk's is canned=NAME")
    if status == "postponed":
        raise BadEffect(word, "it needs a time to come back; take on-hold, or another status of that category")
