"""Header values of a mail that goes out: no text can end its line or begin another. It writes no whole message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ticketcli.core.ticket.who import Who

if TYPE_CHECKING:
    from email.message import EmailMessage
    from email.policy import EmailPolicy

WIDEST = 76
"""Where a line is folded; a word that is longer has a line of its own."""
LONGEST = 400
"""How many characters of a text stand in a header."""
_OURS = ("subject", "from", "to", "cc", "reply-to", "message-id", "in-reply-to", "references", "x-loop")
_WORD = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
"""A name that needs no quotes."""
_MAIL_ID = re.compile(r"[!-;=?-~]{1,250}")


def line(text: str) -> str:
    """The text on one line: white space made one space, everything else that is not printed taken away."""
    words = ("".join(filter(str.isprintable, word)) for word in text.split())
    return " ".join(filter(None, words))[:LONGEST].rstrip()


def text(value: str) -> str:
    """A text as it stands in a header, in ASCII."""
    return _encoded(line(value))


def who(person: Who) -> str:
    """A person as they stand in a header: `"Cruz, Ana" <ana@example.com>`."""
    name, email = line(person.name), address(person.email)
    if not name:
        return email
    shown = _encoded(name)
    if shown == name and not _WORD.fullmatch(name):
        shown = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    return f"{shown} <{email}>"


def address(email: str) -> str:
    """An address as it goes to a server: its domain in ASCII where that is possible."""
    local, _, domain = email.rpartition("@")
    if domain.isascii():
        return email
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return email


def mail_id(given: str) -> str:
    """A Message-ID in its brackets; empty where it is none that can stand in a header."""
    return f"<{given}>" if _MAIL_ID.fullmatch(given) else ""


def policy(*, utf8: bool) -> EmailPolicy[EmailMessage]:
    """How a message is laid out: for SMTP, in seven bits, headers of ours folded at spaces and nowhere else.

    The standard library would encode what is too long for a line, and nobody finds a Message-ID then.
    """
    from email import policy as policies
    from email.headerregistry import HeaderRegistry

    factory = HeaderRegistry()
    for name in _OURS:
        factory.map_to_type(name, _Ready)  # type: ignore[arg-type]
    return policies.SMTP.clone(cte_type="7bit", utf8=utf8, header_factory=factory)


class _Ready:
    """A header whose value stands as it is to be sent; a mixin of the registry's base class."""

    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        """Takes the value as it is."""
        kwds["decoded"], kwds["parse_tree"] = value, None

    def fold(self, *, policy: EmailPolicy[EmailMessage]) -> str:
        """The header on lines of at most so many characters, where its words allow it."""
        return policy.linesep.join(_folded(f"{self.name}: {self}")) + policy.linesep  # type: ignore[attr-defined]


def _folded(header: str) -> Iterator[str]:
    row = ""
    for word in header.split(" "):
        if row.strip() and not row.endswith(":") and len(row) + 1 + len(word) > WIDEST:
            yield row
            row = f" {word}"
        else:
            row = f"{row} {word}" if row else word
    yield row


def _encoded(value: str) -> str:
    """The text, in encoded words where it is not plain, or could be taken for some."""
    if value.isascii() and "=?" not in value:
        return value
    from email.header import Header

    return " ".join(Header(value, "utf-8", maxlinelen=WIDEST - 1, header_name=" " * 20).encode(linesep="\n").split())
