"""People: an address with a name, as customers stand in a ticket. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from ticketcli.core.errors import BadWords

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\]+")
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")


class BadAddress(BadWords):
    """Something that should be an address is none."""

    def __init__(self, text: str) -> None:
        super().__init__(f"\"{text}\" is not an address; write maria@example.com or 'Maria Santos <maria@example.com>'")


class Who(NamedTuple):
    """A person outside the desk, or one of its agents as a person."""

    name: str
    email: str

    def __str__(self) -> str:
        if self.name and self.email:
            return f"{self.name} <{self.email}>"
        return self.email or self.name


def parse(text: str) -> Who:
    """The person that an address or 'Name <address>' names. Raises BadAddress."""
    named = _NAMED.fullmatch(text.strip())
    name, address = (
        (named["name"].strip().strip('"').strip(), named["address"].strip()) if named else ("", text.strip())
    )
    if not _ADDRESS.fullmatch(address) or len(address) > 254 or not (name + address).isprintable():
        raise BadAddress(text)
    return Who(name, address)


def lenient(text: str) -> Who:
    """The person of a text from elsewhere: what is no address is a name."""
    try:
        return parse(text)
    except BadAddress:
        return Who(text.strip(), "")


def address_of(text: str) -> str:
    """The address in 'Name <address>' in small letters, for comparing people; empty where there is none."""
    return lenient(text).email.casefold()
