"""Set words: an effect on a ticket, for commands and settings alike. It changes nothing: it says what is to change."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.clock import times
from ticketcli.core.errors import BadWords
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.fields import BY_NAME, FIELDS, Field
from ticketcli.core.ticket.who import parse
from ticketcli.core.words.known import NONE, UnknownName, departments, spelled

if TYPE_CHECKING:
    from ticketcli.core.ticket.event import Path, Value
    from ticketcli.core.words.settings import Settings

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SETTABLE = tuple(f"{field.name}.KEY" if field.shape == "table" else field.name for field in FIELDS if field.settable)
_LONGEST_TAG = 60
_INSTEAD = {
    "status": "use ticket status TICKET STATUS, or -s STATUS",
    "until": "use ticket postpone TICKET UNTIL",
    "merged_into": "use ticket merge SOURCE --into TARGET",
    "links": "use ticket link TICKET OTHER",
}


class BadChange(BadWords):
    """A set word that cannot be read, or that sets what cannot be set."""

    def __init__(self, word: str, why: str) -> None:
        self.word = word
        super().__init__(f'cannot set "{word}": {why}')


class BadTag(BadWords):
    """Something that should be a tag and is none."""

    def __init__(self, tag: str) -> None:
        super().__init__(
            f'"{tag}" is no tag: one word of at most {_LONGEST_TAG} characters, without commas; write +vip or -vip'
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Where, when and by whom a change was written."""

    settings: Settings
    now: datetime
    me: str


def changes(words: Sequence[str], *, settings: Settings, now: datetime, me: str = "") -> Changes:
    """The changes that set words ask for; of one key the last word counts. Raises BadChange.

    `me` is the agent whom `assignee=me` names.
    """
    asked = _Asked(settings, now, me)
    fields: dict[Path, Value] = {}
    lists: dict[str, dict[str, str]] = {}
    for word in words:
        key, equals, text = word.partition("=")
        if not equals:
            raise BadChange(word, "write KEY=VALUE, as in priority=high or tags=+vip,-sso")
        try:
            field, path = _place(key.strip())
            if field.shape == "list":
                items = _items(field, text, asked)
                lists.setdefault(field.name, {}).update((item[1:], item[0]) for item in items)
            else:
                _clear_of(path, fields)
                fields[path] = _value(field, path, text.strip(), asked)
        except BadWords as error:
            raise BadChange(word, str(error)) from None
    return Changes(fields, {name: tuple(sign + item for item, sign in items.items()) for name, items in lists.items()})


class Effects(NamedTuple):
    """What set words ask for, the status apart."""

    status: str
    """Empty where they name none."""
    changes: Changes


def effects(words: Sequence[str], *, settings: Settings, now: datetime, me: str = "") -> Effects:
    """What set words ask for where `status=` may be among them, as in settings. Raises BadChange."""
    status, others = "", []
    for word in words:
        key, equals, value = word.partition("=")
        if equals and key.strip() == "status":
            status = _status(word, value.strip(), settings)
        else:
            others.append(word)
    return Effects(status, changes(others, settings=settings, now=now, me=me))


def _status(word: str, name: str, settings: Settings) -> str:
    try:
        return spelled("status", name, [status for status in settings.statuses if status != "merged"])
    except UnknownName as error:
        raise BadChange(word, str(error)) from None


def tag_words(words: Sequence[str]) -> tuple[str, ...]:
    """The changes of tags that words ask for: `+vip`, `-sso`, and `vip` for `+vip`. Raises BadTag."""
    return tuple(_signed(word, _tag) for word in words)


def pick_agent(text: str, settings: Settings, *, me: str = "") -> str:
    """The key of the agent with this key, name or address, "" for none; anybody where no agents are configured."""
    name = one_line(me if me and text.casefold() == "me" else text)
    if name.casefold() in ("", NONE):
        return ""
    known = settings.agent(name)
    if known:
        return known.key
    if settings.agents or name.casefold() == "me":
        raise UnknownName("agent", name, settings.agents)
    return name


def pick_department(text: str, settings: Settings) -> str:
    """The department of this name in any case, "" for none; any where no departments are configured."""
    name, known = one_line(text), departments(settings)
    if name.casefold() in ("", NONE):
        return ""
    return spelled("department", name, known) if known else name


def pick_priority(text: str, settings: Settings) -> str:
    """The priority of this name in any case. Raises UnknownName with those that the desk has."""
    return spelled("priority", text.strip(), settings.priorities)


def one_line(text: str) -> str:
    """A text as a value of one line. Raises BadWords where it has line breaks or control characters."""
    text = text.strip()
    if _CONTROL.search(text):
        raise BadWords(f'"{text}" has line breaks or control characters; write it in one line')
    return text


def _place(key: str) -> tuple[Field, Path]:
    """The field that a key names, and where its value stands."""
    name, dot, rest = key.partition(".")
    field = BY_NAME.get(name)
    if field is None or bool(dot) != (field.shape == "table") or (dot and not _is_key(rest)):
        raise _unknown(key, name, rest)
    if not field.settable:
        raise BadWords(_INSTEAD.get(name, f"it cannot be changed; known: {', '.join(_SETTABLE)}"))
    return field, (name, *rest.split(".")) if dot else (name,)


def _is_key(text: str) -> bool:
    return not _CONTROL.search(text) and all(part and part == part.strip() for part in text.split("."))


def _unknown(key: str, name: str, rest: str) -> BadWords:
    field = BY_NAME.get(name)
    if field and field.shape == "table":
        example = "customer.email" if name == "customer" else "fields.order"
        return BadWords(f"the name of a key is missing; write {example}=VALUE")
    hint = f"; for a field of your own write fields.{key}=VALUE" if not rest and _is_key(key) else ""
    return UnknownName("key", key, _SETTABLE, hint)


def _clear_of(path: Path, fields: dict[Path, Value]) -> None:
    """Refuses a value inside another one: an event can hold only one of them."""
    for other in fields:
        if other != path and (other[: len(path)] == path or path[: len(other)] == other):
            raise BadWords(f"{'.'.join(other)} is set as well, and one cannot stand inside the other; leave one out")


def _value(field: Field, path: Path, text: str, asked: _Asked) -> Value:
    text = one_line(text)
    if path == ("customer", "email"):
        return _address(text) if text else ""
    if field.name == "subject" and not text:
        raise BadWords("a ticket needs a subject; write subject=TEXT")
    if field.type == "time":
        return _time(text, asked)
    pick = _PICKS.get(field.type)
    return pick(text, asked) if pick else text


def _time(text: str, asked: _Asked) -> Value:
    if text.casefold() in ("", NONE):
        return ""
    return times.instant(text, now=asked.now, zone=asked.settings.zone, forward=True, last=True)


_PICKS: dict[str, Callable[[str, _Asked], str]] = {
    "priority": lambda text, asked: pick_priority(text, asked.settings),
    "department": lambda text, asked: pick_department(text, asked.settings),
    "agent": lambda text, asked: pick_agent(text, asked.settings, me=asked.me),
}


def _items(field: Field, text: str, asked: _Asked) -> list[str]:
    read = {"address": _address, "agent": lambda item: _somebody(item, asked)}.get(field.type, _tag)
    return [_signed(item.strip(), read) for item in text.split(",")]


def _signed(word: str, read: Callable[[str], str]) -> str:
    sign, item = (word[0], word[1:]) if word[:1] in ("+", "-") else ("+", word)
    return sign + read(item)


def _tag(text: str) -> str:
    bad = not text or len(text) > _LONGEST_TAG or text[0] in "+-" or "," in text or text.casefold() == NONE
    if bad or re.search(r"\s", text) or _CONTROL.search(text):
        raise BadTag(text)
    return text


def _somebody(text: str, asked: _Asked) -> str:
    agent = pick_agent(text, asked.settings, me=asked.me)
    if not agent:
        raise UnknownName("agent", text, asked.settings.agents)
    return agent


def _address(text: str) -> str:
    who = parse(text)
    if who.name:
        raise BadWords(f"write only the address, {who.email}")
    return who.email
