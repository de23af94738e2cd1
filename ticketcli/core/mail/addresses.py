"""People in the fields of a mail, however they are written, in linear time. It asks nobody whether they exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from ticketcli.core.mail import charsets, mime
from ticketcli.core.ticket.who import Who

MOST = 1000
"""Addresses that are taken from one field."""
LONGEST_FIELD = 160_000
LONGEST = 254
LONGEST_NAME = 200

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)"|\\.|\[[^\[\]<>,\s]*+\]|[(<>,;:]|[^"\\\[(<>,;:]++|.', re.DOTALL)
_COMMENT = re.compile(r"\\.|[()]|[^\\()]++|\\", re.DOTALL)
_SPACE = re.compile(r"\s")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_NEVER = re.compile(r"[\s<>()\[\],;:\\\"@]")
"""What stands in no address outside quotes."""
_NO_ANGLES = str.maketrans("<>", "()")


def addresses(value: str) -> tuple[tuple[Who, ...], bool]:
    """The people in a field, and whether these are all of them: of very many only the first are taken.

    The address is what stands in `<>`, never a part of the name; who has none there has a name only.
    """
    people = tuple(islice(_people(charsets.surrogates(value[:LONGEST_FIELD])), MOST + 1))
    return people[:MOST], len(people) <= MOST and len(value) <= LONGEST_FIELD


@dataclass(slots=True)
class _Mailbox:
    """One mailbox of a field, as far as it has been read."""

    words: list[str] = field(default_factory=list)
    """As written."""
    shown: list[str] = field(default_factory=list)
    """Without quotes."""
    comments: list[str] = field(default_factory=list)
    angle: list[str] | None = None
    is_open: bool = False
    """It stands inside `<>`."""
    first: str = ""
    """What stands there begins with this."""
    has_at: bool = False

    def open(self) -> None:
        """Takes a `<`."""
        self.angle, self.is_open, self.first, self.has_at = [], True, "", False

    def add(self, token: re.Match[str]) -> None:
        """Takes a word."""
        if self.angle is not None and self.is_open:
            self.angle.append(token[0])
            self.first = self.first or token[0].strip()[:1]
            self.has_at = self.has_at or "@" in token[0]
        else:
            self.words.append(token[0])
            self.shown.append(_ESCAPED.sub(r"\1", token[0] if token[1] is None else token[1]))

    def ends_before(self, mark: str) -> bool:
        """Whether a mailbox ends here; commas stand in old routes too: `<@relay,@other:maria@example.com>`."""
        if mark == "<":
            return bool(self.first)
        return mark in (",", ";") and (not self.is_open or (self.has_at and self.first != "@"))

    def people(self) -> Iterator[Who]:
        """The person, if there is somebody."""
        name = "".join(self.shown)
        written = "".join(self.words)
        if self.angle is not None:
            address = _address("".join(self.angle))
            name = name if name.strip() or address else "".join(self.angle)
        else:
            start, end = _bare(written)
            address = _address(written[start:end])
            name = written[:start] + written[end:] if address else name
        name = _name(name) or _name(" ".join(self.comments))
        if not address:
            name = name.replace("@", " at ").strip()  # or it would be read as an address one day
        if name or address:
            yield Who("" if name.strip("'").casefold() == address.casefold() else name, address)


def _people(text: str) -> Iterator[Who]:
    mailbox, position, with_comments = _Mailbox(), 0, True
    while token := _TOKEN.match(text, position):
        position, mark = token.end(), token[0]
        if mark == "(" and with_comments and (end := _comment_end(text, position)) >= 0:
            mailbox.comments.append(text[position : end - 1])
            position = end
            continue
        with_comments = with_comments and mark != "("  # one that nobody closed is a letter, as are those after it
        if mailbox.ends_before(mark):
            yield from mailbox.people()
            mailbox = _Mailbox()
        mailbox = _taken(mailbox, token)
    yield from mailbox.people()


def _taken(mailbox: _Mailbox, token: re.Match[str]) -> _Mailbox:
    mark = token[0]
    if mark == "<":
        mailbox.open()
    elif mark == ">":
        mailbox.is_open = False
    elif mark == ":" and not mailbox.is_open:
        return _Mailbox()  # what stood before is the name of a group
    elif mark not in (",", ";") or mailbox.is_open:
        mailbox.add(token)
    return mailbox


def _comment_end(text: str, position: int) -> int:
    depth = 1
    while depth and (token := _COMMENT.match(text, position)):
        position = token.end()
        depth += {"(": 1, ")": -1}.get(token[0], 0)
    return -1 if depth else position


def _bare(text: str) -> tuple[int, int]:
    """Where the address stands in a mailbox without `<>`."""
    at = text.rfind("@")
    if at < 0:
        return 0, 0
    end = next((match.start() for match in _SPACE.finditer(text, at)), len(text))
    if text[at - 1] == '"':
        return max(0, text.rfind('"', 0, at - 1)), end
    return max(text.rfind(space, 0, at) for space in " \t") + 1, end


def _address(text: str) -> str:
    """The address in the text without what programs put around it; "" where there is none."""
    address = text.strip()
    if '"' not in address:
        address = "".join(address.split())
    if address.startswith("@"):  # a route
        address = address.rpartition(":")[2]
    address = address.removeprefix("mailto:").strip("'")
    if address.startswith('"') and address.endswith('"'):
        address = address[1:-1]
    if '"' not in address:  # what stands behind a second @ is no part of it
        address = "@".join(address.split("@")[:2])
    local, _, domain = address.rpartition("@")
    is_quoted = len(local) > 2 and local[0] == local[-1] == '"'
    is_number = domain.startswith("[") and domain.endswith("]")
    outside_quotes = ("" if is_quoted else local) + (domain[1:-1].replace(":", "") if is_number else domain)
    good = local and domain and not _NEVER.search(outside_quotes)
    return address if good and len(address) <= LONGEST and address.isprintable() else ""


def _name(text: str) -> str:
    """The name such that `name <address>` is read as this name and this address again."""
    name = mime.decoded(text).translate(_NO_ANGLES)[:LONGEST_NAME]
    if not name.isprintable():
        name = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(name.split()).strip('" ')
