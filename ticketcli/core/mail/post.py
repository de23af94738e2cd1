"""How mail reaches and leaves a desk, as the user's own configuration says it: a desk never does. It reads no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ticketcli.core.errors import TicketError
from ticketcli.core.ticket.who import BadAddress, Who, parse

SECURITY = ("tls", "starttls", "none")
_KEYS = (
    *("desk", "address", "aliases", "secret_file", "trusts", "keep_raw", "smtp", "sendmail", "signature"),
    "status_address",
)
_SMTP_KEYS = ("host", "port", "security", "user", "password_env", "password_command")
_PORTS = {"tls": 465, "starttls": 587, "none": 25}


class BadPost(TicketError):
    """A [[mail]] table of the user's configuration that cannot be used."""

    def __init__(self, key: str, why: str) -> None:
        self.key = key
        super().__init__(f'in your configuration "mail.{key}" {why}')


class Smtp(NamedTuple):
    """A mail server to hand mail to."""

    host: str
    port: int
    security: str
    user: str = ""
    password_env: str = ""
    """The environment variable that holds the password."""
    password_command: tuple[str, ...] = ()
    """The command that prints it, word by word."""


class Post(NamedTuple):
    """The mailbox of one desk."""

    desk: str = ""
    """The directory of the one clone that receives and sends."""
    address: Who = Who("", "")
    """Who the desk writes as."""
    aliases: tuple[str, ...] = ()
    """Other addresses at which mail comes to it, in small letters."""
    secret_file: str = ""
    trusts: str = ""
    """The name in the Authentication-Results of the server whose word counts; empty: nobody's does."""
    keep_raw: bool = False
    """Whether each mail is kept as it came."""
    smtp: Smtp | None = None
    sendmail: tuple[str, ...] = ()
    """A program that takes a mail on standard input, word by word."""
    signature: str = ""
    status_address: bool = False
    """Whether answers name the address that is asked how a ticket stands."""

    @property
    def own(self) -> frozenset[str]:
        """The desk's own addresses, in small letters."""
        return frozenset(filter(None, (self.address.email.casefold(), *self.aliases)))

    @property
    def domain(self) -> str:
        """The domain of the ids that it gives its messages."""
        return self.address.email.rpartition("@")[2] or "localhost"


def load(table: Mapping[str, Any]) -> Post:
    """The mailbox that a [[mail]] table describes. Raises BadPost, naming the key."""
    for key in table:
        if key not in _KEYS:
            raise BadPost(key, f"is unknown; there are: {', '.join(_KEYS)}")
    smtp, sendmail = table.get("smtp"), _words(table, "sendmail")
    if smtp is not None and sendmail:
        raise BadPost("sendmail", "and smtp are two ways out; keep one of them")
    return Post(
        desk=_text(table, "desk"),
        address=_address(_text(table, "address")),
        aliases=tuple(alias.casefold() for alias in _words(table, "aliases")),
        secret_file=_text(table, "secret_file", ""),
        trusts=_text(table, "trusts", ""),
        keep_raw=_flag(table, "keep_raw"),
        smtp=None if smtp is None else _smtp(smtp),
        sendmail=sendmail,
        signature=_text(table, "signature", ""),
        status_address=_flag(table, "status_address"),
    )


def _smtp(table: Any) -> Smtp:
    if not isinstance(table, Mapping):
        raise BadPost("smtp", 'must be a table, as in smtp = { host = "mail.example.com", user = "desk" }')
    for key in table:
        if key not in _SMTP_KEYS:
            raise BadPost(f"smtp.{key}", f"is unknown; there are: {', '.join(_SMTP_KEYS)}; a password stands in none")
    security = _text(table, "security", "starttls")
    if security not in SECURITY:
        raise BadPost("smtp.security", f"must be one of: {', '.join(SECURITY)}")
    port = table.get("port", _PORTS[security])
    if not isinstance(port, int) or not 0 < port < 65536:
        raise BadPost("smtp.port", "must be a number from 1 to 65535")
    env, command = _text(table, "password_env", ""), _words(table, "password_command")
    return Smtp(_text(table, "host"), port, security, _text(table, "user", ""), env, command)


def _address(text: str) -> Who:
    try:
        return parse(text)
    except BadAddress as error:
        raise BadPost("address", str(error)) from error


def _text(table: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = table.get(key, default)
    if not isinstance(value, str) or (default is None and not value):
        raise BadPost(key, "must be a text" if key in table else "is missing")
    return value


def _flag(table: Mapping[str, Any], key: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise BadPost(key, "must be true or false")
    return value


def _words(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    words: Sequence[Any] | Any = table.get(key, ())
    if isinstance(words, str) or not isinstance(words, Sequence) or not all(isinstance(word, str) for word in words):
        raise BadPost(key, f'must be a list of texts, word by word: {key} = ["…", "…"]')
    return tuple(words)
