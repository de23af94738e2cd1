"""Bounces: mails that say that a mail did not arrive, or not yet. It answers nothing and changes no ticket."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticketcli.core.mail.machine import delivery, notice, phrases, pieces
from ticketcli.core.mail.machine.pieces import Head

if TYPE_CHECKING:
    from email.message import Message

    from ticketcli.core.mail.machine.notice import Notice

REASON = 200
"""Characters of a reason."""

_HEADERS_ONLY = ("text/rfc822-headers", "message/rfc822-headers")


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a mail system said about a mail of ours."""

    failed: tuple[str, ...] = ()
    """Who will not get it: addresses in small letters."""
    delayed: tuple[str, ...] = ()
    """Who has not got it yet; a warning only, nothing is to be done."""
    original: str = ""
    """Its Message-ID, without brackets; "" where it is not told."""
    reason: str = ""
    """One line: status code and diagnostic, cut."""


def read(message: Message) -> Bounce | None:
    """The bounce that a mail is, None for every other mail, automatic or not."""
    return _read(message, wrapped=False)


def from_system(head: Head) -> bool:
    """Whether the sender is a mail system: by its address, its name, or an address that is empty."""
    sender = pieces.first(head, "from")
    name = pieces.words(sender.partition("<")[0]).strip(" \"'").lower()
    local = sender.rpartition("<")[2].strip(" \"'").lower()
    return "<>" in sender.replace(" ", "") or local.startswith(phrases.SYSTEMS) or name in phrases.SYSTEM_NAMES


def is_report(message: Message) -> bool:
    """Whether its form says that it is a report of a program."""
    if message.get_content_type() == "multipart/report":
        return True
    declared = str(message.get("content-type", ""))[: pieces.LONGEST].lower().replace('"', "")
    return "report-type=delivery-status" in declared


def _read(message: Message, wrapped: bool) -> Bounce | None:
    head = pieces.headers(message)
    subject = pieces.words(pieces.first(head, "subject")).lower()
    trusted = from_system(head) or is_report(message)
    if not trusted and not _may_be_plain(head, subject):
        return None
    leaves = list(pieces.leaves(message))
    if told := delivery.recipients(leaves):
        return _of_report(told, leaves, head)
    if trusted and not wrapped and (inner := _report_inside(leaves)):
        return _read(inner, wrapped=True)
    return _of_text(leaves, head, subject, trusted)


def _may_be_plain(head: Head, subject: str) -> bool:
    """Whether a notice may come from an address that tells nothing: no person's name, no answer, such a subject."""
    sender = pieces.first(head, "from")
    named = bool(sender.partition("<")[0].strip()) if "<" in sender else "(" in sender
    answer = "in-reply-to" in head or "references" in head or subject.startswith(phrases.FORWARDS)
    return bool(sender) and not named and not answer and _is_subject(subject)


def _of_report(told: list[delivery.Recipient], leaves: list[Message], head: Head) -> Bounce | None:
    """The bounce that a delivery report is; None where all have got the mail."""
    failed = [recipient for recipient in told if recipient.outcome == delivery.FAILED]
    delayed = [recipient for recipient in told if recipient.outcome == delivery.DELAYED]
    if not failed and not delayed:
        return None
    late = dict.fromkeys(recipient.address for recipient in delayed if recipient.address)
    lost = dict.fromkeys(recipient.address for recipient in failed if recipient.address)
    reason = (failed or delayed)[0].reason
    return Bounce(
        tuple(lost), tuple(address for address in late if address not in lost), _original(leaves, head), _cut(reason)
    )


def _of_text(leaves: list[Message], head: Head, subject: str, trusted: bool) -> Bounce | None:
    """The bounce that a mail is by what its text says, as before there were reports."""
    said = notice.read(_text(leaves))
    addresses = _others(said.addresses, head) or _others(pieces.addresses(subject), head)
    returned = said.returns or any(part.get_content_maintype() == "message" for part in leaves)
    if trusted:
        told = tuple(dict.fromkeys(pieces.addresses(" ".join(head.get("x-failed-recipients", ())))))
        addresses = told or addresses
        known = bool(told) or _tells(said, subject, bool(addresses) or returned)
    else:
        known = said.by_machine and (bool(said.addresses) or returned)
    if not known or (subject.startswith(phrases.ANSWERS) and "in-reply-to" in head):
        return None
    failed, delayed = ((), addresses) if said.delayed else (addresses, ())
    return Bounce(failed, delayed, _original(leaves, head), _cut(said.reason))


def _tells(said: Notice, subject: str, names: bool) -> bool:
    """Whether subject and text tell of a failure, or one of them does and the mail names whose, or returns it."""
    signs = (_is_subject(subject), said.tells_failure or said.delayed)
    return all(signs) or (any(signs) and names)


def _is_subject(subject: str) -> bool:
    return any(phrase in subject for phrase in phrases.SUBJECTS)


def _others(addresses: Iterable[str], head: Head) -> tuple[str, ...]:
    """The addresses without those of this mail itself."""
    own = {address for name in ("from", "to") for value in head.get(name, ()) for address in pieces.addresses(value)}
    return tuple(address for address in addresses if address not in own)


def _report_inside(leaves: list[Message]) -> Message | None:
    """The report that a virus scanner, for instance, has put into a mail of its own."""
    embedded = (inner for part in leaves for inner in pieces.embedded(part)[:1])
    return next((inner for inner in embedded if inner.get_content_type() == "multipart/report"), None)


def _text(leaves: list[Message]) -> str:
    """The text for people: the plain parts before the returned mail, else the HTML ones."""
    own = [part for part in leaves if part.get_content_maintype() in ("text", "multipart")]
    own = [part for part in own if part.get_content_type() not in _HEADERS_ONLY]
    plain = [part for part in own if part.get_content_subtype() != "html"]
    return "\n".join(map(pieces.text, (plain or own)[:5]))


def _original(leaves: list[Message], head: Head) -> str:
    """The id of the mail in question: by a field of the report, by the mail that came back, by what the text quotes."""
    if told := delivery.original(leaves):
        return told
    for part in leaves:
        for inner in pieces.embedded(part)[:1]:
            if found := pieces.message_ids(pieces.first(pieces.headers(inner), "message-id")):
                return found[0]
    headers_only = "\n".join(pieces.text(part) for part in leaves if part.get_content_type() in _HEADERS_ONLY)
    if quoted := notice.original(headers_only) or notice.original(_text(leaves)):
        return quoted
    replied = pieces.first(head, "x-original-message-id") or pieces.first(head, "in-reply-to")
    return "".join(pieces.message_ids(replied)[:1])


def _cut(reason: str) -> str:
    shown = pieces.line(reason)
    return shown if len(shown) <= REASON else f"{shown[: REASON - 1]}…"
