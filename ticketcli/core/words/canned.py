"""Canned responses: what a file of `canned/` says, and its text filled in for a ticket. It carries nothing out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ticketcli.core.errors import BadWords, TicketError
from ticketcli.core.file import reader
from ticketcli.core.words import change, placeholders
from ticketcli.core.words.keys import TEXT, TEXTS, Key, wrong

if TYPE_CHECKING:
    from ticketcli.core.words.settings import Settings

RATING = "rating"
"""What a response may ask the customer for."""


def _said(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _line(value: Any) -> bool:
    return isinstance(value, str) and value.isprintable()


def _lines(value: Any) -> bool:
    return isinstance(value, list) and all(map(_said, value)) and all(map(_line, value))


def safe_name(name: str) -> bool:
    """Whether a name means a file of a folder itself, that no shell or terminal stumbles over."""
    return name.isprintable() and name == name.strip() and name[:1] not in ("", ".", "-") and not set(name) & set("/\\")


def _files(value: Any) -> bool:
    return _lines(value) and all(map(safe_name, value))


KEYS = (
    Key(
        "body",
        _said,
        "text",
        "The text; {{customer.name|there}} is the customer's name, or there.",
        {**TEXT, "pattern": r"\S"},
    ),
    Key("subject", _line, "text of one line", "The subject of a ticket that begins with it.", TEXT),
    Key("department", _line, "text of one line", "The department whose response it is.", TEXT),
    Key("language", _line, 'text of one line like "de"', "The language that it is written in.", TEXT),
    Key("tags", _lines, "a list of words", "Words to find it by.", TEXTS),
    Key(
        "then",
        _lines,
        'a list of set words like ["status=resolved", "tags=+vip"]',
        "What is set together with the answer, in set words.",
        TEXTS,
    ),
    Key(
        "attachments",
        _files,
        "a list of names of files that lie beside it",
        "Files beside it that go with the answer.",
        {"type": "array", "items": {"type": "string", "pattern": r"^[^./\\-][^/\\]*$"}},
    ),
    Key("asks", lambda value: value == RATING, f'"{RATING}"', "What it asks the customer for.", {"enum": [RATING]}),
)


class BadCanned(TicketError):
    """A canned response that cannot be used."""

    def __init__(self, name: str, problems: Iterable[str]) -> None:
        self.name, self.problems = name, tuple(problems)
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(f"canned/{name}.toml: {self.problems[0]}{more}")


class NothingToFillIn(TicketError):
    """Placeholders that have no value on this ticket, and no fallback."""

    def __init__(self, name: str, missing: Sequence[str]) -> None:
        self.name, self.missing = name, tuple(missing)
        names = ", ".join(f'"{one}"' for one in missing)
        give = "give it with -m TEXT" if missing[0] == placeholders.SAID else "set it"
        remedy = f"{give}, or write {{{{{missing[0]}|TEXT}}}} in canned/{name}.toml"
        super().__init__(f'the ticket has no {names} for the canned response "{name}"; {remedy}')


class Canned(NamedTuple):
    """A response that is kept ready."""

    name: str
    """That of its file, without `.toml`."""
    body: str
    subject: str = ""
    department: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    """Words to find it by; a ticket gets those of `then`."""
    then: tuple[str, ...] = ()
    """Set words for the ticket that it is used on."""
    attachments: tuple[str, ...] = ()
    """Names of files beside its own."""
    asks: str = ""
    """`rating` where it asks the customer to rate; what is written with it has the action `rate`."""

    @property
    def takes_text(self) -> bool:
        """Whether it has a place for a text of one's own."""
        return placeholders.SAID in placeholders.names(self.body)

    @property
    def needs_text(self) -> bool:
        """Whether it says nothing in that place without one."""
        return placeholders.SAID in placeholders.missing(self.body, {})


def read(text: str, name: str) -> Canned:
    """The response that a file of this name, without `.toml`, holds. Raises BadCanned."""
    try:
        data = reader.parsed(text)
    except reader.Unreadable as error:
        raise BadCanned(name, [str(error)]) from error
    found = list(problems(data))
    if found:
        raise BadCanned(name, found)
    rows = {key.name: data[key.name] for key in KEYS if key.name in data}
    values: dict[str, Any] = {key: tuple(row) if isinstance(row, list) else row for key, row in rows.items()}
    return Canned(name, **values)


def problems(data: Mapping[str, Any]) -> Iterator[str]:
    """What cannot be used in a parsed file, in sentences; whether the desk knows what is set, `follow_ups` tells."""
    if "body" not in data:
        yield '"body" is missing; write body = """ and the text below it'
    yield from (f'"{key}" {why}' for key, why in wrong(data, KEYS))
    for key in ("body", "subject"):
        if isinstance(data.get(key), str):
            yield from (f'"{key}" {why}' for why in placeholders.problems(data[key]))


def unknown(text: str) -> list[str]:
    """The keys of a file that can be read which this version does not know; they do nothing."""
    names = {key.name for key in KEYS}
    return [key for key in reader.parsed(text) if key not in names]


def follow_ups(canned: Canned, *, settings: Settings, now: datetime, me: str = "") -> change.Effects:
    """What using a response sets besides. Raises BadCanned where the desk does not know it."""
    try:
        return change.effects(canned.then, settings=settings, now=now, me=me)
    except BadWords as error:
        raise BadCanned(canned.name, [f'"then": {error}']) from error


def filled(canned: Canned, values: Mapping[str, str]) -> str:
    """The text of a response for a ticket. Raises NothingToFillIn, and BadCanned for an unknown placeholder."""
    return _filled(canned.body, canned, values)


def titled(canned: Canned, values: Mapping[str, str]) -> str:
    """The subject of a response, filled in the same way; empty where it has none."""
    return _filled(canned.subject, canned, values)


def _filled(text: str, canned: Canned, values: Mapping[str, str]) -> str:
    misread = list(placeholders.problems(text))
    if misread:
        raise BadCanned(canned.name, misread)
    missing = placeholders.missing(text, values)
    if missing:
        raise NothingToFillIn(canned.name, missing)
    return placeholders.fill(text, values)
