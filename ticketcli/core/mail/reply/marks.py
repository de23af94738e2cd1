"""Where a quoted message begins in the lines of a mail: the marks that mail programs put there. It cuts nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ticketcli.core.mail.reply import words

Lines = Sequence[str]

LONGEST = 400
"""Characters that a line of a mark has at most: longer ones are text, and cost nothing to look at."""
SPREAD = 5
"""Lines over which one `On ... wrote:` is broken at most."""
FIELDS = 12
"""Lines that are looked at for the fields of one header."""

_BLANK = " \t\r\xa0\u200e\u200f\u202a\u202b\u202c"
_ADORNED = f"{_BLANK}*_=#~-–—>|"
_FIELD = re.compile(r"[\s*_>]{0,8}([^\s:：*][^:：*]{0,24})[\s*_]{0,4}[:：]")
_TIME = re.compile(r"\d[:.h]\d\d|\d ?[AaPp]\.?[Mm]\b|\d[时時시]")
_ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]")
_NAMED = re.compile(r"[^\d:：<>.]{1,60}<[^<>\s]{1,200}>")
_DATED = re.compile(r"[^<>=@]{0,24}\d[^<>=@]{6,80}<[^<>]{3,200}>\s?[:：]?")
_NAME = re.compile(r"[^\W\d][^\d:：;!?<>@]{0,50}")


class Mark(NamedTuple):
    """A mark: where the lines behind it begin, and whether it is one only where quoted lines follow."""

    behind: int
    needs_quote: bool = False


def find(lines: Lines, at: int) -> Mark | None:
    """The mark that begins at this line, if one does."""
    line = lines[at].strip(_BLANK)
    if not line or len(line) > LONGEST:
        return None
    if _is_original(line) or _is_above(line):
        return Mark(at + 1)
    return _header(lines, at) or _attribution(lines, at)


def is_forward(line: str) -> bool:
    """Whether a forwarded message begins here, which is what the mail is about."""
    if len(line) > LONGEST:
        return False
    line = line.strip()
    bare = _bare(line).rstrip(" :：")
    marked = _is_ruled(line) or line.endswith((":", "："))
    return marked and (bare in words.FORWARDED or bare.startswith("forwarded by "))


def is_quoted(line: str) -> bool:
    """Whether the line bears the mark `>` of a quotation."""
    return line.startswith((">", " >"))


def is_link_rest(before: str, line: str) -> bool:
    """Whether the line is the rest of a link that was too long for the quoted line before it."""
    if len(line) > LONGEST or " " in line.strip(" >"):
        return False
    link = before[before.rfind("(http") :]
    cut_open = link.startswith("(http") and ")" not in link and ")" in line
    return cut_open or line.lstrip(" (<").startswith(("http://", "https://"))


def next_text(lines: Lines, at: int) -> int:
    """The place of the first line from here on that is not blank, or the end."""
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _bare(line: str) -> str:
    return line.strip(_ADORNED).casefold()


def _is_ruled(line: str) -> bool:
    return line.startswith(("--", "__", "==", "**", "##"))


def _is_original(line: str) -> bool:
    return _is_ruled(line) and _bare(line) in words.ORIGINAL


def _is_above(line: str) -> bool:
    bare = _bare(line).rstrip(".: ")
    adorned = _is_ruled(line) or bare.endswith("reply above this line")
    return adorned and len(bare.split()) <= 12 and any(phrase in bare for phrase in words.ABOVE)


def _header(lines: Lines, at: int) -> Mark | None:
    """From, Sent, To and Subject, with the rule above them."""
    ruled = not lines[at].strip("_-=–—* \t\xa0")
    start = next_text(lines, at + 1) if ruled else at
    first = _kind(lines[start]) if start < len(lines) else ""
    if first in ("", "other"):
        return None
    kinds = {"rule"} if ruled else set()
    behind = start
    for place in range(start, min(start + FIELDS, len(lines))):
        kind = _kind(lines[place])
        if kind:
            behind = place + 1
        elif not _goes_on(lines, place):
            break
        kinds |= {kind, "address" if _has_address(lines[place]) else kind}
    return Mark(behind) if _is_header(first, kinds - {""}) else None


def _kind(line: str) -> str:
    found = _FIELD.match(line)
    return words.FIELD.get(found[1].strip().casefold(), "") if found else ""


def _goes_on(lines: Lines, place: int) -> bool:
    """A field goes on in an indented line or one with an address, and blank lines may part two fields."""
    if lines[place].strip():
        return lines[place][:1].isspace() or _has_address(lines[place])
    return place + 1 < len(lines) and _kind(lines[place + 1]) != ""


def _has_address(line: str) -> bool:
    return _ADDRESS.search(line[:LONGEST]) is not None


def _is_header(first: str, kinds: set[str]) -> bool:
    """A form with `From: Prague` and `To: London` is none, nor is what a bounce says of a message."""
    if "from" not in kinds and first in ("to", "subject"):
        return False
    told = ({"address", "from"}, {"address", "to"}, {"from", "sent"}, {"from", "to", "date", "subject"})
    return len(kinds - {"address"}) >= 2 and any(some <= kinds for some in told)


def _attribution(lines: Lines, at: int) -> Mark | None:
    """`On ... wrote:`, in one line or, where it begins in one of the usual ways, broken over several."""
    text = lines[at].strip(_BLANK)
    opened = _is_opened(text.strip(_ADORNED))
    begun = opened or _NAMED.match(text)
    found = None
    place = at
    for _ in range(SPREAD):
        needs_quote = _judged(text, opened, whole=place == at)
        if needs_quote is not None:
            found = Mark(place + 1, needs_quote)
        place = _continued(lines, place + 1)
        if needs_quote is False or not begun or place == len(lines) or len(text) + len(lines[place]) > LONGEST:
            return found
        text = f"{text} {lines[place].strip(_BLANK)}"
    return found


def _continued(lines: Lines, place: int) -> int:
    """The next line of the paragraph; some programs put blank lines around the address."""
    following = next_text(lines, place)
    in_one = following == place or (following < len(lines) and lines[following].lstrip().startswith("<"))
    return following if in_one else len(lines)


def _is_opened(text: str) -> bool:
    first = (text.casefold().split(None, 1) or [""])[0].rstrip(".,")
    return first[:1].isdigit() or first in words.OPENERS or first.startswith(words.CLOSE_OPENERS)


def _judged(text: str, opened: bool, whole: bool) -> bool | None:
    """None where it is no attribution; else whether it is one only if quoted lines follow."""
    if not text.endswith((":", "：", ">", "--")):
        return None
    timed = _TIME.search(text) is not None
    if not _has_verb(text):
        return True if opened and _DATED.fullmatch(text) else None
    if opened and any(map(str.isdigit, text)):
        return not timed and not _has_address(text)
    bare = text.strip(_ADORNED)
    if _NAMED.match(bare):
        return not (timed and whole)
    return True if whole and len(bare.rstrip(":： ").split()) <= 6 and _NAME.match(bare) else None


def _has_verb(text: str) -> bool:
    """The verb is the last word, or in some languages the name stands behind it."""
    bare = text.rstrip(":： -").casefold()
    if bare.endswith(words.CLOSE_VERBS):
        return True
    tokens = bare.replace(">", " ").split()
    if tokens and re.split(r"[(/]", tokens[-1])[0] in words.VERBS:
        return True
    early = next((place for place, token in enumerate(tokens) if token in words.EARLY_VERBS), len(tokens))
    behind = tokens[early + 1 : early + 9]
    return bool(behind) and early + 9 > len(tokens) and behind[0] not in words.ONESELF
