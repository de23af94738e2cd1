"""Ticket codes such as `7KQ-M2RTX-4BG`: made, checked, read as people type them. It does not look for tickets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from ticketcli.core.errors import BadWords, NotFound

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""The value of a symbol is its position; I, L, O and U are not among them."""

_ID_LENGTH = 10
_CODE_LENGTH = 11
_LISTED = 5
_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
_TIMES_X = tuple(value << 1 ^ (0b100101 if value & 16 else 0) for value in range(32))
"""Each value times x, modulo x^5 + x^2 + 1 over GF(2)."""
_READ = {**{char: char for char in ALPHABET}, **{char.lower(): char for char in ALPHABET}}
_READ |= dict.fromkeys("ILil", "1") | dict.fromkeys("Oo", "0")
_CANONICAL = re.compile(f"[{ALPHABET}]{{3}}-[{ALPHABET}]{{5}}-[{ALPHABET}]{{3}}")


class CodeError(NotFound):
    """A word that names no ticket, and why."""

    def __init__(self, typed: str, why: str) -> None:
        self.typed = typed
        super().__init__(f'no ticket "{typed}": {why}')


class UnknownSymbol(CodeError):
    """A word with a character that no code has."""

    def __init__(self, typed: str, symbol: str) -> None:
        self.symbol = symbol
        super().__init__(typed, f'"{symbol}" is in no code, they have digits and letters without I, L, O and U')


class WrongLength(CodeError):
    """A word with more or fewer symbols than a code has."""

    def __init__(self, typed: str, symbols: int) -> None:
        super().__init__(typed, f"{symbols} symbols, a code has {_CODE_LENGTH}")


class PrefixTooShort(CodeError):
    """A prefix that may be unique today and not tomorrow."""

    def __init__(self, typed: str, least: int) -> None:
        self.least = least
        NotFound.__init__(self, f'"{typed}" is too short: type at least {least} symbols of the code')
        self.typed = typed


class NoSuchTicket(CodeError):
    """A readable code or prefix that no ticket has; `near` are the tickets that may be meant."""

    def __init__(self, typed: str, near: tuple[str, ...] = (), *, mistyped: bool = False) -> None:
        self.near = near
        why = "typing error? the check symbol does not fit, " if mistyped else ""
        super().__init__(typed, why + (f"did you mean {_listed(near)}" if near else "see `ticket list --all`"))


class NoTicketWithKey(CodeError):
    """A key that no unresolved ticket has."""

    def __init__(self, key: str) -> None:
        super().__init__(f"key:{key}", f"no unresolved one has that key; others: ticket list --all 'key:{key}'")


class AmbiguousTicket(CodeError):
    """A prefix that several tickets have."""

    def __init__(self, typed: str, candidates: tuple[str, ...]) -> None:
        self.candidates = candidates
        super().__init__(typed, f"it may be {_listed(candidates)}: type more of it")


class BadReference(BadWords):
    """A word that is to name messages and does not."""

    def __init__(self, word: str) -> None:
        super().__init__(
            f'cannot read "{word}": write a ticket and the numbers of its messages, as in 7KQ/2 or 7KQ/2,4'
        )


def from_id(id: str) -> str:
    """The code of a ticket whose first event has this id of ten symbols."""
    return _hyphened(id + _check_symbol(id))


def id_of(code: str) -> str:
    """The ten symbols of a code without its check symbol: the id of the ticket's first event."""
    return code.replace("-", "")[:_ID_LENGTH]


def valid(code: str) -> bool:
    """Whether this is a code in its canonical spelling with the right check symbol."""
    return _CANONICAL.fullmatch(code) is not None and from_id(id_of(code)) == code


def parse(text: str) -> str:
    """The canonical form of a full code as typed; CodeError where it is none."""
    symbols = normal(text)
    if len(symbols) != _CODE_LENGTH:
        raise WrongLength(text, len(symbols))
    if not _checks(symbols):
        raise NoSuchTicket(text, mistyped=True)
    return _hyphened(symbols)


def whole(typed: str) -> str:
    """The canonical form of a full code as typed; empty where it is none."""
    try:
        return parse(typed)
    except CodeError:
        return ""


def beginning(typed: str) -> str:
    """The canonical form of a code or prefix as typed. Raises UnknownSymbol."""
    return _hyphened(normal(typed))


def normal(text: str) -> str:
    """The symbols of a code or prefix as typed: in capitals, without hyphens and spaces."""
    typed = re.sub(r"[\s-]", "", text)
    for char in typed:
        if char not in _READ:
            raise UnknownSymbol(text, char)
    return "".join(map(_READ.__getitem__, typed))


def resolve(typed: str, codes: Sequence[str], *, least: int) -> str:
    """The one of the existing codes that a typed code or unique prefix names.

    Scans all codes, in any order: 100,000 take about 10 ms, less than sorting them for a search would.
    """
    symbols = normal(typed)
    if len(symbols) < least:
        raise PrefixTooShort(typed, least)
    if len(symbols) > _CODE_LENGTH:
        raise WrongLength(typed, len(symbols))
    prefix = _hyphened(symbols)
    found = [code for code in codes if code.startswith(prefix)]
    if not found:
        mistyped = len(symbols) == _CODE_LENGTH and not _checks(symbols)
        raise NoSuchTicket(typed, _near(symbols, codes) if mistyped else (), mistyped=mistyped)
    if len(found) > 1:
        raise AmbiguousTicket(typed, tuple(sorted(found)))
    return found[0]


def split_reference(word: str) -> tuple[str, tuple[str, ...]]:
    """The ticket and the message numbers of `7KQ/2,4` or `7KQ/2-T7W2`; without a slash no numbers."""
    ticket, slash, numbers = word.rpartition("/")
    if not slash:
        return word, ()
    parts = [re.fullmatch(r"([1-9][0-9]{0,6})(?:-([0-9A-Za-z]{1,10}))?", part) for part in numbers.split(",")]
    try:
        if ticket and all(parts):
            return ticket, tuple(dict.fromkeys(map(_message, filter(None, parts))))
    except UnknownSymbol:
        pass
    if word.startswith("key:"):  # a key may have a slash of its own: key:web1/disk
        return word, ()
    raise BadReference(word)


def new_id(random_bits: Callable[[int], int]) -> str:
    """Ten symbols from a source of random bits such as secrets.randbits."""
    return _symbols(random_bits(5 * _ID_LENGTH))


def derived_id(*parts: str) -> str:
    """Ten symbols that two runs or two clones make of the same parts: the first 50 bits of a SHA-256."""
    from hashlib import sha256

    digest = sha256()
    for part in parts:
        data = part.encode(errors="surrogatepass")
        digest.update(b"%d:%b" % (len(data), data))  # with its length, so that ("ab", "c") is not ("a", "bc")
    return _symbols(int.from_bytes(digest.digest()[:7], "big") >> 6)


def _check_symbol(symbols: str) -> str:
    check = 0
    for symbol in symbols:
        check = _TIMES_X[check ^ _VALUES[symbol]]
    return ALPHABET[check]


def _checks(symbols: str) -> bool:
    return _check_symbol(symbols[:_ID_LENGTH]) == symbols[_ID_LENGTH:]


def _hyphened(symbols: str) -> str:
    return "-".join(filter(None, (symbols[:3], symbols[3:8], symbols[8:])))


def _symbols(bits: int) -> str:
    return "".join(ALPHABET[bits >> shift & 31] for shift in range(5 * (_ID_LENGTH - 1), -1, -5))


def _message(part: re.Match[str]) -> str:
    return f"{part[1]}-{normal(part[2])}" if part[2] else part[1]


def _near(symbols: str, codes: Iterable[str]) -> tuple[str, ...]:
    """The existing codes one wrong symbol or one swap of neighbours away."""
    places = range(len(symbols))
    edits = {symbols[:at] + symbol + symbols[at + 1 :] for at in places for symbol in ALPHABET}
    edits |= {symbols[:at] + symbols[at : at + 2][::-1] + symbols[at + 2 :] for at in places}
    return tuple(sorted(set(map(_hyphened, edits)).intersection(codes)))


def _listed(codes: tuple[str, ...]) -> str:
    more = len(codes) - _LISTED
    return ", ".join(codes[:_LISTED]) + (f" and {more} more" if more > 0 else "")
