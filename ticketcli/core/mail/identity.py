"""What tells one mail from another, and whose word for its sender counts (semantics.md 7.1, 7.2). It reads no file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketcli.core.ticket.code import derived_id

if TYPE_CHECKING:
    from ticketcli.core.mail.message import Mail


def event_id(mail: Mail) -> str:
    """The id of the event that a mail becomes: the same wherever and however often it comes in.

    Its content is part of it, since anybody can write a Message-ID; the way that it came is not.
    """
    from hashlib import sha256

    sent = mail.date.isoformat() if mail.date else ""
    files = (sha256(part.data).hexdigest() for part in mail.attachments)
    return derived_id("mail", mail.message_id, mail.sender.email, mail.subject, sent, mail.text, *files)


def raw_id(raw: bytes) -> str:
    """That of a mail which cannot be understood."""
    from hashlib import sha256

    return derived_id("mail", sha256(raw).hexdigest())


def is_authentic(mail: Mail, trusts: str) -> bool:
    """Whether the server that the user trusts vouches for the sender's domain (RFC 8601).

    Only the topmost header of that server counts: whoever sends a mail can write others below it.
    """
    results = next((one for one in mail.authentication if one.partition(";")[0].split()[:1] == [trusts]), "")
    domain = mail.sender.email.rpartition("@")[2].casefold()
    passed = [part.casefold().split() for part in results.split(";")[1:]]
    return bool(trusts and domain) and any(_vouches(words, domain) for words in passed)


def _vouches(words: list[str], domain: str) -> bool:
    method = words[0] if words else ""
    named = (f"header.from={domain}", f"header.d={domain}", f"header.i=@{domain}")
    return method in ("dmarc=pass", "dkim=pass") and any(word in named for word in words[1:])
