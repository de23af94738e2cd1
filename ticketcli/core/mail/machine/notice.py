"""What the text of a notice of failed or late delivery says, by the phrases of the systems that write them.

It reads text and judges no sender: who may be believed is the business of `bounce`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from ticketcli.core.mail.machine import phrases, pieces

_FRAME = " \t-=*|>_#"
_BULLETS = " \t->*•[<\"'("
_AROUND = f"{_FRAME}<:;,.\"')]"
_CODE = re.compile(r"(?<![\d.-])(?:[45][0-5]\d[ -]|[45]\.\d{1,3}\.\d{1,3}\b)")
# How qmail and Postfix begin with a recipient, in any language: <maria@example.com>: the reason.
_HEADING = re.compile(r"<[^<>\s@]+@[^<>\s@]+>:")
_NEAR = 4
_MOST_LINES = 1000
_LONGEST = 1000
_FIRST_LINES = 5


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice says; a text that is none says nothing."""

    tells_failure: bool = False
    delayed: bool = False
    by_machine: bool = False
    """Its first lines are such as no person begins with."""
    returns: bool = False
    """The mail in question, or its headers, stand below it."""
    addresses: tuple[str, ...] = ()
    reason: str = ""


def read(text: str) -> Notice:
    """What the text says about a delivery, up to the mail that it returns."""
    lines, returns = _own_lines(text)
    hits = [_hit(before, line) for before, line in zip(["", *lines], lines, strict=False)]
    found = list(dict.fromkeys(_addresses(lines, hits)))
    spoken = " ".join(lines).lower()
    return Notice(
        tells_failure=any(hit and hit.tells_failure for hit in hits) or any(map(_HEADING.match, lines)),
        delayed=_holds(spoken, phrases.DELAYS),
        by_machine=_holds(" ".join(list(filter(None, lines))[:_FIRST_LINES]).lower(), phrases.OF_A_MACHINE),
        returns=returns,
        addresses=tuple(found or _addresses_alone(lines, hits)),
        reason=_reason(lines, found),
    )


def original(text: str) -> str:
    """The id in the first Message-ID line, also a quoted or folded one; "" without one."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.strip(" \t|>").lower().startswith("message-id:"):
            found = pieces.message_ids(" ".join(lines[number : number + 2]))
            return found[0] if found else ""
    return ""


@dataclass(frozen=True, slots=True)
class _Hit:
    """A phrase that ends in a line."""

    tells_failure: bool
    rest: str
    """The line behind it."""


def _own_lines(text: str) -> tuple[list[str], bool]:
    """The lines of the notice itself, and whether those of another mail follow."""
    own: list[str] = []
    for line in text.split("\n")[:_MOST_LINES]:
        if line.strip(_FRAME).lower().startswith(phrases.RETURNED):
            return own, True
        own.append(pieces.line(line[:_LONGEST]).replace("’", "'"))
    return own, False


def _hit(before: str, line: str) -> _Hit | None:
    """The phrase that ends first in the line; it may begin in the line before. A quoted line tells nothing."""
    if line.startswith(">"):
        return None
    before = before[-80:]
    window = f"{before} {line}".lower()
    begins = len(before) + 1
    failures = [end for end in _ends(window, phrases.FAILURES) if end > begins]
    others = [end for end in _ends(window, phrases.DELAYS + phrases.ADDRESSED) if end > begins]
    if not failures and not others:
        return None
    return _Hit(bool(failures), line[min(failures + others) - begins :])


def _ends(window: str, wanted: Iterable[str]) -> Iterator[int]:
    return (place + len(phrase) for phrase in wanted if (place := window.rfind(phrase)) >= 0)


def _addresses(lines: list[str], hits: list[_Hit | None]) -> Iterator[str]:
    """The addresses behind a phrase, and those that begin a line in the list below one."""
    listing = False
    for line, hit in zip(lines, hits, strict=True):
        listing = listing or hit is not None
        found = pieces.addresses(hit.rest.partition(" from ")[0]) if hit else []
        if (hit and hit.tells_failure) or listing or _HEADING.match(line):
            found += _opening(line)
        yield from (address for address in found if not address.startswith(phrases.NOT_MEANT))


def _opening(line: str) -> list[str]:
    """The address with which a line of a list begins; a sentence may begin with one by chance."""
    found = pieces.addresses(line)[:1]
    begins = line.lstrip(_BULLETS).lower()
    if found and begins.startswith(found[0]):
        behind = begins[len(found[0]) :].lstrip(" ")
        return [] if behind[:1].isalnum() and not behind.startswith("on ") else found
    return found if found and "smtp=" in begins else []


def _addresses_alone(lines: list[str], hits: list[_Hit | None]) -> list[str]:
    """Those that begin a line of a notice whose phrases we do not know, else the `To:` of the mail that it quotes."""
    if begun := [address for line in lines for address in _opening(line) if not address.startswith(phrases.NOT_MEANT)]:
        return list(dict.fromkeys(begun))
    if not any(hit and hit.tells_failure for hit in hits):
        return []
    return [address for line in lines if line.lower().startswith("to:") for address in pieces.addresses(line)]


def _holds(text: str, wanted: Iterable[str]) -> bool:
    return any(phrase in text for phrase in wanted)


def _reason(lines: list[str], found: list[str]) -> str:
    """The line with a status code, else the words behind or below the first address."""
    if coded := next((line for line in lines if _CODE.search(line)), ""):
        return coded.strip(_FRAME)
    below = iter(lines if found else [])
    for line in below:
        if found[0] in (lowered := line.lower()):
            behind = line[lowered.rindex(found[0]) + len(found[0]) :]
            told = (line.strip(_AROUND) for line in (behind, *islice(below, _NEAR)))
            return next((line for line in told if line and not line.lower().startswith(phrases.NO_REASON)), "")
    return ""
