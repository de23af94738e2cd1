"""The fields of a delivery report (RFC 3464), also of a badly made one: who got the mail and who did not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from ticketcli.core.mail.machine import pieces

if TYPE_CHECKING:
    from email.message import Message

FAILED, DELAYED, DONE = "failed", "delayed", "done"

_ACTIONS = {"fail": FAILED, "error": FAILED, "delay": DELAYED, "deliver": DONE, "relay": DONE, "expand": DONE}
_CLASSES = {"5": FAILED, "4": DELAYED, "2": DONE}
_WHO = ("original-recipient", "final-recipient", "x-actual-recipient")
# What begins the fields of the next recipient where no blank line does.
_ONCE = {"final-recipient", "original-recipient", "action", "status"}
_MOST = 2000

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Recipient:
    """What a report says about one recipient."""

    address: str
    """The one that the mail was sent to, in small letters; "" where it is in none of our forms (X.400)."""
    outcome: str
    reason: str


def recipients(leaves: Iterable[Message]) -> list[Recipient]:
    """The recipients that the delivery reports among these parts speak of."""
    reports = [part for part in leaves if part.get_content_type() == "message/delivery-status"]
    groups = (group for part in reports for group in _groups(_lines(part)))
    return [_recipient(group) for group in groups if any(name in group for name in _WHO)]


def original(leaves: Iterable[Message]) -> str:
    """The id of the mail that a report, also one of a mail program, names in a field of its own; "" without one."""
    for part in leaves:
        if part.get_content_type() in ("message/delivery-status", "message/disposition-notification"):
            for group in _groups(_lines(part)):
                value = group.get("original-message-id", "") or group.get("x-original-message-id", "")
                if found := pieces.message_ids(value):
                    return found[0]
    return ""


def _recipient(group: Fields) -> Recipient:
    told = [address for name in _WHO for address in pieces.addresses(_value(group.get(name, "")))[:1]]
    return Recipient(told[0] if told else "", _outcome(group), _reason(group))


def _outcome(group: Fields) -> str:
    action = group.get("action", "").lower()
    by_action = (outcome for word, outcome in _ACTIONS.items() if action.startswith(word))
    return next(by_action, "") or _CLASSES.get(group.get("status", "")[:1], FAILED)


def _reason(group: Fields) -> str:
    status, _, rest = group.get("status", "").partition(" ")
    told = _value(group.get("diagnostic-code", "")) or rest.strip("()") or group.get("action", "")
    return f"{status} {told}".strip()


def _value(field: str) -> str:
    """The field without its type: `rfc822; maria@example.com`."""
    kind, semicolon, value = field.partition(";")
    return value.strip() if semicolon and re.fullmatch(r"[\w.-]{1,40}\s*", kind) else field.strip()


def _groups(lines: Iterable[str]) -> Iterator[Fields]:
    group: dict[str, str] = {}
    name = ""
    for line in lines:
        if line[:1].isspace() and line.strip() and name:
            group[name] = f"{group[name]} {line.strip()}"[: pieces.LONGEST]
            continue
        name, _, value = line.partition(":")
        name = name.strip().lower()
        if group and (not name or (name in _ONCE and name in group)):
            yield group
            group = {}
        if name:
            group[name] = value.strip()[: pieces.LONGEST]
    if group:
        yield group


def _lines(part: Message) -> list[str]:
    """The lines of the report as they were before the parser took each of its groups for a message."""
    text = pieces.text(part)
    if blocks := pieces.embedded(part):
        encoding = str(part.get("content-transfer-encoding", ""))[: pieces.LONGEST]
        text = pieces.unpacked("\n\n".join(map(_block, blocks))[: pieces.TEXT], encoding)
    return pieces.line_ends(text).split("\n")[:_MOST]


def _block(block: Message) -> str:
    fields = "\n".join(f"{name}: {value}" for name, value in islice(block.raw_items(), pieces.MOST_HEADERS))
    return f"{fields}\n\n{pieces.text(block)}".strip("\n")
