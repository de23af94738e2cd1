"""An event: one thing that happened to a ticket. Events are the truth; all else is computed. Pure values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

Value = Any
"""A TOML value: str, int, float, bool, datetime, date, time, list or dict."""

RULE = "rule"
"""Who did what a rule of the settings does."""

Path = tuple[str, ...]
"""Where a value stands in the header: ("status",), ("customer", "email")."""

RATE = "rate"
"""The action of a change by which a customer rates the support, and of a message that asks for it."""
WORST, BEST = 1, 5
ASKED = "asked"
"""The action of a message by which the desk tells somebody who asked how the ticket stands."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message; its content lies in the desk under its SHA-256."""

    name: str
    type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Redaction:
    """Who blacked out a message, or fields that an event set, and when (UTC)."""

    at: datetime
    by: str
    keys: tuple[str, ...] = ()
    """What is blacked out: paths of fields, text, by, to; without any the text."""

    @property
    def blacks(self) -> frozenset[str]:
        """What is blacked out."""
        return frozenset(self.keys or ("text",))


@dataclass(frozen=True)
class Event:
    """One `[[event]]` of a ticket file; the keys and their meaning are in the README, "The file format".

    `at` and `claimed_at` are aware and in UTC. `seen` is None where the key is absent: then order decides what its
    writer had read.
    """

    id: str = ""
    seq: int = 0
    at: datetime = datetime.min
    kind: str = "change"
    by: str = ""
    role: str = "agent"
    via: str = ""
    action: str = ""
    after: str = ""
    about: tuple[str, ...] = ()
    clock: str = ""
    value: Value = None
    channel: str = ""
    to: tuple[str, ...] = ()
    mail_id: str = ""
    claimed_at: datetime | None = None
    quiet: bool = False
    batch: str = ""
    seen: tuple[str, ...] | None = None
    part_of: str = ""
    redacted: Redaction | None = None
    sla: Value = None
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Changes of lists, item by item: {"tags": ("+vip", "-sso")}."""
    set: Mapping[Path, Value] = field(default_factory=dict)
    """Fields set, leaf by leaf: {("customer", "email"): "a@example.com"}; "" takes a key away."""
    attachments: tuple[Attachment, ...] = ()
    quoted: str = ""
    body: str = ""
    extra: Mapping[str, Value] = field(default_factory=dict)
    """Keys that this version does not know; they survive every rewrite."""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Event:
        """The event with these attributes, `lists`, `set` and `extra` among them; ten times as fast as the constructor.

        The others are those of the class: it has no slots, and only what an event says takes space.
        """
        event = cls.__new__(cls)
        event.__dict__.update(given)
        return event

    @property
    def order(self) -> tuple[int, str]:
        """The order of effect inside one file."""
        return self.seq, self.id

    @property
    def automatic(self) -> bool:
        """Whether this happened by itself: written down by tick, whoever ran it."""
        return self.role == "system" and self.by == "tick"

    @property
    def ruled(self) -> bool:
        """Whether a rule did this; `value` is its name."""
        return self.role == "system" and self.by == RULE

    @property
    def status(self) -> str:
        """The status this event sets, or an empty string."""
        return str(self.set.get(("status",), ""))

    @property
    def from_customer(self) -> bool:
        """Whether a customer spoke here and may be waiting for an answer."""
        return self.kind == "message" and self.role == "customer" and not self.quiet

    @property
    def public_answer(self) -> bool:
        """Whether an agent spoke here to the customer; what a rule sent is quiet."""
        return self.kind == "message" and self.role == "agent" and not self.quiet

    @property
    def rating(self) -> int:
        """The customer's rating that this is, 1 to 5; 0 for all others, also where a hand wrote another value."""
        rates = self.action == RATE and self.kind == "change" and self.role == "customer"
        return self.value if rates and type(self.value) is int and WORST <= self.value <= BEST else 0

    @property
    def asks_rating(self) -> bool:
        """Whether this message asks its customer for a rating."""
        return self.action == RATE and self.kind == "message"


by_order = attrgetter("seq", "id")
"""The order of effect, as a key for sorting many."""
