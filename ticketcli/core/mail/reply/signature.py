"""How a person's own text ends: signature, line of a telephone, foot of a mailing list. It only names the place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ticketcli.core.mail.reply import words

Lines = Sequence[str]

MOST = 10
"""Lines that a signature has at most where its dashes lack the blank that makes them certain."""
FOOT = 6
"""Lines that the foot of a mailing list has at most."""
SENT_FROM = 80
"""Characters of `Sent from my iPhone` at most, links not counted."""

_CLAUSE = re.compile(r", [a-z]|[.!?] \w")
_LINK = re.compile(r"\(?<?https?://\S+")


def start(lines: Lines) -> int:
    """The place where the text ends and what closes it begins; the number of the lines where nothing does."""
    end = _text_end(lines, _certain(lines))
    dashes = sum(map(_is_dashes, lines[:end]))
    while (place := _closing(lines, end, dashes == 1)) < end:
        dashes -= sum(map(_is_dashes, lines[place:end]))
        end = _text_end(lines, place)
    return end if end < _text_end(lines, len(lines)) else len(lines)


def _certain(lines: Lines) -> int:
    return next((place for place, line in enumerate(lines) if line == "-- "), len(lines))


def _text_end(lines: Lines, end: int) -> int:
    while end and not lines[end - 1].strip():
        end -= 1
    return end


def _closing(lines: Lines, end: int, single: bool) -> int:
    """Where the last closing part before this end begins; dashes count only where there is no second line of them."""
    if end and (_is_rule(lines[end - 1]) or _is_sent_from(lines[end - 1]) or _is_dashed_name(lines, end - 1)):
        return end - 1
    for place in range(end - 1, max(-1, end - 2 - MOST), -1):
        if (single and _is_dashes(lines[place])) or _is_foot(lines[place:end]) or _is_notice(lines[place:end]):
            return place
    return end


def _is_dashes(line: str) -> bool:
    return line.rstrip() in ("--", "—")


def _is_rule(line: str) -> bool:
    bare = line.strip()
    return len(bare) >= 5 and not bare.strip("-_=–—")


def _is_sent_from(line: str) -> bool:
    """`Sent from my iPhone`, as a whole line and no sentence."""
    line = _LINK.sub("", line[: 4 * SENT_FROM]).strip(" *_\t\xa0")
    small = line.casefold().rstrip(" .!。")
    verb = small.startswith(words.SENT_FROM) or small.endswith(words.SENT_FROM_ENDS)
    return verb and len(line) <= SENT_FROM and any(name in small for name in words.DEVICES) and not _CLAUSE.search(line)


def _is_dashed_name(lines: Lines, place: int) -> bool:
    """`-Ana Cruz`, below a blank line and not one of a list."""
    names = lines[place][1:].split() if len(lines[place]) <= SENT_FROM else []
    if (
        lines[place][:1] != "-"
        or lines[place][1:2] == " "
        or not 2 <= len(names) <= 3
        or not all(name.isalpha() and name.istitle() for name in names)
    ):
        return False
    before = _text_end(lines, place)
    return 0 < before < place and not lines[before - 1].startswith("-") and not lines[before - 1].rstrip().endswith(":")


def _is_foot(lines: Lines) -> bool:
    """A rule of underscores with an address or a link below it."""
    rule = lines[0].strip()
    ruled = len(lines) <= FOOT and len(rule) >= 10 and not rule.strip("_")
    return ruled and any("@" in line or "://" in line for line in lines[1:])


def _is_notice(lines: Lines) -> bool:
    """The last paragraph, in the words of lawyers."""
    return lines[0].strip(" *_\t").casefold().startswith(words.NOTICES) and all(line.strip() for line in lines)
