"""What may stand in the place of the last word of a command line: words of the table and of a desk. No printing.

What commands take stands in words.tsv, which tests/test_reference.py prints from the command tree.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

from ticketcli.desk import completing
from ticketcli.desk.completing import Offer
from ticketcli.edges import config

SOURCES: dict[str, Callable[[Path, str], Iterable[Offer]]] = {
    "TICKET": completing.codes,
    "TAG": completing.tags,
    "AGENT": lambda desk, _: completing.section(desk, "agent"),
    "DEPT": lambda desk, _: completing.section(desk, "department"),
    "STATUS": lambda desk, _: completing.section(desk, "status"),
    "PRIORITY": lambda desk, _: completing.priorities(desk),
    "LEVEL": lambda desk, _: completing.levels(desk),
    "VIEW": lambda desk, _: completing.views(desk, os.environ),
    "CANNED": lambda desk, _: completing.canned(desk),
}
"""What a desk has of each kind of word, by the name that the help has for it."""
SAME = {"SOURCE": "TICKET", "TARGET": "TICKET", "OTHER": "TICKET", "UNTIL": "TIME"}
FILES = ("FILE", "DIR", "PATH", "MAP.toml")
"""What the shell itself completes."""
HELP = Offer("--help", "What it does, with examples.")
PROGRAMS = ("ticket", "git-ticket")
_PLAIN = re.compile(r"\w[\w@%+=:,./-]*")
"""Words that no shell reads as anything else; others are not offered, whoever made them up."""


class Word(NamedTuple):
    """A row of words.tsv."""

    text: str
    """The names of an option, or a word; empty for what a command takes besides."""
    kind: str
    """The kind of its value."""
    about: str


class Place(NamedTuple):
    """Where on a line a word is being typed."""

    owner: str = ""
    """The command that it belongs to."""
    position: int = 0
    """How many words of the command stand before it, options aside."""
    kind: str = ""
    """The kind of value that the option before it takes."""
    desk: str = ""
    """What -C names."""


def offers(tokens: Sequence[str]) -> list[Offer]:
    """What may stand in the place of the last word of a line."""
    begin = next(number for number, word in enumerate(tokens) if Path(word).name in PROGRAMS)
    *before, typed = tokens[begin + 1 :]
    place = _place(before[1:] if before[:1] == ["help"] else before)
    name, equals, value = typed.partition("=")
    if place.kind:
        kinds, before_it = [place.kind], ""
    elif equals and name in _options(place.owner):
        kinds, before_it, typed = [_options(place.owner)[name].kind], f"{name}=", value
    else:
        kinds, before_it = ["OPTION", *_next(place)], ""
    desk = partial(_desk, place.desk)
    found = [one for kind in kinds for one in _of_kind(kind, typed, place, desk)]
    return list({one.text: one._replace(text=before_it + one.text if one.text else "") for one in found}.values())


def _desk(named: str) -> Path:
    return config.find_desk(Path.cwd(), str(Path(named).expanduser()) if named else os.environ.get("TICKET_DESK"))


@lru_cache
def _table() -> dict[str, list[Word]]:
    """The rows of words.tsv by who takes them: a command or a kind of word."""
    found: dict[str, list[Word]] = {}
    for row in (Path(__file__).parent / "words.tsv").read_text(encoding="utf-8").splitlines():
        owner, text, kind, about = row.split("\t")
        found.setdefault(owner, []).append(Word(text, kind, about))
    return found


def _options(owner: str) -> dict[str, Word]:
    """What a command takes by name: its options, and its commands."""
    return {name: word for word in _table().get(owner, ()) for name in word.text.split()}


def _place(before: Iterable[str]) -> Place:
    place = Place()
    for word in before:
        known = _options(place.owner).get(word)
        if place.kind:
            place = place._replace(kind="", desk=place.desk if place.owner else word)
        elif known and word.startswith("-"):
            place = place._replace(kind=known.kind)
        elif known:
            place = Place(f"{place.owner} {word}".strip(), desk=place.desk)
        elif not word.startswith("-"):
            place = place._replace(position=place.position + 1)
    return place


def _next(place: Place) -> list[str]:
    """The kinds of words that may stand there: all that may come after so many others."""
    slots = [slot for word in _table().get(place.owner, ()) if not word.text for slot in word.kind.split()]
    reached = _skipping({0}, slots)
    for _ in range(place.position):
        again = {number for number in reached if number < len(slots) and slots[number].endswith("...")}
        reached = _skipping(again | {number + 1 for number in reached}, slots)
    return [slots[number] for number in sorted(reached) if number < len(slots)]


def _skipping(reached: set[int], slots: Sequence[str]) -> set[int]:
    """The same with what comes behind words that may be missing."""
    for number, slot in enumerate(slots):
        if number in reached and slot[0] in "[+":
            reached = reached | {number + 1}
    return reached


def _of_kind(kinds: str, typed: str, place: Place, desk: Callable[[], Path]) -> Iterator[Offer]:
    """The words of some kinds that begin as typed."""
    for part in kinds.split("|"):
        kind = part.strip("[].").partition("/")[0]
        kind = SAME.get(kind, kind)
        if part in FILES or kind in FILES:
            yield Offer("", "files")
        elif kind == "OPTION":
            yield from _of_command(place, typed)
        elif kind == "A,B,C":
            yield from _listed("COLUMN", typed, desk)
        elif kind[:1] in ("+", "-"):
            yield from _signed(kind, typed, desk)
        elif kind == "FILTER" and typed.startswith("-"):
            yield from _behind("-", _of_kind(kind, typed[1:], place, desk)) if len(typed) > 1 else ()
        elif not kind or kind.islower():
            yield from [Offer(kind)] if kind and kind.startswith(typed) else []
        else:
            yield from _known(kind, typed, desk)


def _of_command(place: Place, typed: str) -> Iterator[Offer]:
    """Its commands, and options where a minus stands already: by the long name, unless the short one is typed."""
    for word in _table().get(place.owner, ()):
        names = [name for name in word.text.split() if name.startswith(typed) and (typed or name[0] != "-")]
        yield from (Offer(name, word.about) for name in names[-1:] if name[0] == "-" or not place.position)
    yield from [HELP] if typed and HELP.text.startswith(typed) else []


def _signed(kind: str, typed: str, desk: Callable[[], Path]) -> Iterator[Offer]:
    sign, name = kind[0], kind[1:]
    if typed.startswith(sign) or (not typed and sign == "+"):
        yield from _behind(sign, _of_kind(name, typed[1:], Place(), desk))


def _known(kind: str, typed: str, desk: Callable[[], Path]) -> Iterator[Offer]:
    """The words of the table, with what follows a `status:` or `priority=`, and those that the desk has."""
    own = _own(kind, typed, desk)
    for word in _table().get(kind, ()):
        if word.text[-1] in ":=" and typed.startswith(word.text):
            yield from _behind(word.text, _listed(word.kind, typed[len(word.text) :], desk))
        elif word.text.startswith(typed) and not (kind == "PRIORITY" and own):
            yield Offer(word.text, word.about)
    yield from own


def _own(kind: str, typed: str, desk: Callable[[], Path]) -> list[Offer]:
    """What the desk has of a kind; codes are known however they are typed."""
    if kind not in SOURCES:
        return []
    try:
        found = list(SOURCES[kind](desk(), typed))
    except Exception:  # no desk here, or one that cannot be read: the words of every desk remain
        return []
    like = "" if kind == "TICKET" else typed.casefold()
    return [one for one in found if _PLAIN.fullmatch(one.text) and one.text.casefold().startswith(like)]


def _listed(kind: str, typed: str, desk: Callable[[], Path]) -> Iterator[Offer]:
    """The words of a kind behind the last comma or dots: `new,o`, `high..`."""
    start = max(typed.rfind(",") + 1, typed.rfind("..") + 2 if ".." in typed else 0)
    yield from _behind(typed[:start], _of_kind(kind, typed[start:], Place(), desk))


def _behind(start: str, found: Iterable[Offer]) -> Iterator[Offer]:
    return (one._replace(text=start + one.text) for one in found)
