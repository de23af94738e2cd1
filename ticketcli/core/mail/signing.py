"""Codes that only this desk can have written: in the ids of its messages and in the addresses that it gets answers at.

The secret lies outside the desk, which others may read (semantics.md 7.1, E2). It reads no file.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import NamedTuple

from ticketcli.core.ticket import code as codes

STATUS = "status"
"""The word in the address that is asked how a ticket stands."""
RATINGS = {f"rate{value}": value for value in (1, 2, 3, 4, 5)}
"""The words in the addresses at which a ticket is rated."""
_LENGTH = 8
"""Symbols of a tag: 40 bits, each guess of which costs a mail."""


class Signer(NamedTuple):
    """What a secret proves."""

    secret: bytes

    def message_id(self, code: str, event: str, domain: str) -> str:
        """The Message-ID, without brackets, of a message of the desk."""
        return f"{code}.{event}.{self._tag(code, event)}@{domain}"

    def address(self, code: str, own: str) -> str:
        """The desk's own address with the ticket in it: what comes there belongs to the ticket, whoever sends it."""
        local, _, domain = own.rpartition("@")
        return f"{local}+{code}.{self._tag(code)}@{domain}"

    def word_address(self, code: str, word: str, own: str) -> str:
        """The address at which a mail does with a ticket what the word says."""
        local, _, domain = own.rpartition("@")
        return f"{local}+{code}.{word}.{self._tag(code, word)}@{domain}"

    def of_message_id(self, message_id: str) -> tuple[str, str]:
        """The ticket and the message that an id names; two empty texts where the desk did not sign it."""
        parts = message_id.partition("@")[0].split(".")
        if len(parts) != 3:
            return "", ""
        code, event = codes.whole(parts[0]), parts[1].upper()
        return (code, event) if code and self._signed(parts[2], code, event) else ("", "")

    def of_address(self, address: str) -> str:
        """The ticket that an address names; empty where the desk did not sign it."""
        name, _, tag = address.rpartition("@")[0].rpartition("+")[2].partition(".")
        code = codes.whole(name)
        return code if code and self._signed(tag, code) else ""

    def of_word_address(self, address: str) -> tuple[str, str]:
        """The ticket and the word that an address names; two empty texts where the desk did not sign it."""
        name, _, rest = address.rpartition("@")[0].rpartition("+")[2].partition(".")
        word, _, tag = rest.partition(".")
        code, word = codes.whole(name), word.casefold()
        return (code, word) if code and self._signed(tag, code, word) else ("", "")

    def _signed(self, tag: str, *signed: str) -> bool:
        return hmac.compare_digest(tag.upper().encode(), self._tag(*signed).encode())

    def _tag(self, *signed: str) -> str:
        digest = hmac.new(self.secret, "\0".join(signed).encode(), hashlib.sha256).digest()
        return base64.b32encode(digest).decode()[:_LENGTH]
