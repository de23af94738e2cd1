"""A ticket as a page: its head, the thread, the customer's other tickets. It finds nothing: all is given to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ticketcli.core.clock.queue import source, time_left
from ticketcli.core.clock.times import show, show_span
from ticketcli.core.text import cut, line
from ticketcli.core.ticket.who import Who
from ticketcli.core.view.columns import column, columns, mark
from ticketcli.core.view.formats import screen
from ticketcli.core.view.look import Look, paragraph
from ticketcli.core.view.messages import Link, Message, reason
from ticketcli.core.view.names import in_hand
from ticketcli.core.view.speech import flat, public_speech, speech

if TYPE_CHECKING:
    from ticketcli.core.clock.feedback import Feedback
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.view.names import Short
    from ticketcli.core.view.public import PublicTicket

LABEL = "  {:<10}"
WIDEST = 16
MOST_OTHERS = 10
"""How many of the customer's other tickets are listed; of more their number is said."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page shows."""

    situation: Situation
    """That of the ticket that answers for the thread."""
    messages: Sequence[Message]
    links: Sequence[Link]
    others: Sequence[Situation]
    """The customer's other tickets, in the order of a list."""
    short: Short
    holder: str = ""
    """Who has it in hand in this clone, from next or in the editor."""
    held_since: datetime | None = None


def page(ticket: Page, look: Look, *, quoted: bool = False) -> str:
    """The page as text; a quoted part of a mail is one line unless it is asked for."""
    lines = [*_title(ticket.situation, look), *_head(ticket, look)]
    zone = ticket.situation.settings.zone
    for message in ticket.messages:
        lines += ["", *speech(message, look, zone, quoted=quoted)]
    return "\n".join([*lines, *_others(ticket, look)]) + "\n"


def public_page(ticket: PublicTicket, look: Look, *, quoted: bool = False) -> str:
    """The page that the customer may see."""
    head = paragraph(ticket.subject, look, f"{ticket.code}  ")
    about = paragraph(f"{ticket.status}, created {show(ticket.created, ticket.zone)}", look, "  ")
    lines = [*map(look.bold, head), *about]
    for message in ticket.messages:
        lines += ["", *public_speech(message, ticket, look, quoted=quoted)]
    return "\n".join(lines) + "\n"


def _title(situation: Situation, look: Look) -> Iterator[str]:
    sign = mark(situation)
    label = f"{sign} {situation.code}  " if sign else f"{situation.code}  "
    yield from map(look.bold, paragraph(situation.header.text("subject"), look, label, " " * 4))


def _head(ticket: Page, look: Look) -> Iterator[str]:
    for label, text in _facts(ticket):
        if text:
            shown = cut(line(label), WIDEST)  # a relation is anybody's text
            yield from paragraph(text, look, LABEL.format(shown if len(shown) < 10 else f"{shown} "))


def _facts(ticket: Page) -> Iterator[tuple[str, str]]:
    situation = ticket.situation
    header = situation.header
    yield "status", _status(situation)
    yield "", _reason(situation)
    yield "assignee", _work(situation)
    if ticket.held_since:
        yield "in hand", in_hand(ticket.holder, ticket.held_since, situation.settings.zone)
    yield from _dues(situation)
    yield "rating", _rating(situation.rated)
    yield "customer", _customer(situation)
    for name in ("key", "tags", "cc", "watchers", "fields"):
        yield name, column(name).human(situation)
    yield "created", show(header.created, situation.settings.zone)
    for link in ticket.links:
        yield link.relation, f"{link.code} {link.subject}"
    yield "merged", ", ".join(file.code for file in situation.thread.merged)
    yield "missing", ", ".join(situation.thread.missing)
    yield "files", _files(ticket)


def _status(situation: Situation) -> str:
    standing, zone = situation.standing, situation.settings.zone
    parts = [f"{situation.status} since {_ago(situation.status_since, situation)}"]
    if standing.until:
        parts.append(f"{'back' if situation.category == 'postponed' else 'closes'} {show(standing.until, zone)}")
    if situation.waiting_since:
        parts.append(f"customer waits {show_span(situation.now - situation.waiting_since)}")
    return ", ".join(parts)


def _reason(situation: Situation) -> str:
    event = reason(situation.thread.ticket)
    if event is None:
        return ""
    what = event.status or ("assigned" if event.set.get(("assignee",)) else "handed over")
    return f"{what}: {flat(event.body)} ({event.by}, {show(event.at, situation.settings.zone)})"


def _rating(last: Feedback | None) -> str:
    """What the customer said last, and whom that is about."""
    if last is None:
        return ""
    about = f", answered by {last.agent}" if last.agent else ""
    return f"{last.value} of 5{about}{'; nobody has answered that' if last.unhappy else ''}"


def _work(situation: Situation) -> str:
    header = situation.header
    priority = header.text("priority")
    parts = (header.text("assignee") or "nobody", header.text("department"), priority and f"{priority} priority")
    return " · ".join(filter(None, parts))


def _dues(situation: Situation) -> Iterator[tuple[str, str]]:
    """What it is due for, the first deadline first, and the service level that says so."""
    there = [one for one in situation.deadlines if one.at] or [one for one in [situation.deadline] if one]
    for number, one in enumerate(sorted(there, key=lambda one: (one.at, one.clock))):
        if one.at:
            text = (
                f"{show(one.at, situation.settings.zone)}, {time_left(one, situation.now)} ({source(one, situation)})"
            )
            yield "" if number else "due", text
    for one in situation.deadlines:
        if one.at is None:
            yield "", f"{one.clock.replace('_', ' ')} paused"
    yield "level", situation.level_name


def _customer(situation: Situation) -> str:
    table = {".".join(path): str(value) for path, value in situation.header.table("customer").items()}
    who = Who(table.pop("name", ""), table.pop("email", ""))
    phone = table.pop("phone", "")
    return ", ".join(filter(None, [str(who), phone, *(f"{key}={value}" for key, value in table.items())]))


def _files(ticket: Page) -> str:
    count = sum(len(message.event.attachments) for message in ticket.messages)
    return f"{count}, saved by: ticket show {ticket.short(ticket.situation.code)} --save DIR" if count else ""


def _ago(instant: datetime, situation: Situation) -> str:
    return f"{show(instant, situation.settings.zone)} ({show_span(situation.now - instant)})"


def _others(ticket: Page, look: Look) -> Iterator[str]:
    if not ticket.others:
        return
    shown, more = ticket.others[:MOST_OTHERS], len(ticket.others) - MOST_OTHERS
    chosen = columns("mark,code,status,age,subject")
    rows = [[one.human(situation) for one in chosen] for situation in shown]
    rows = [[mark, ticket.short(code), *rest] for mark, code, *rest in rows] if look.columns else rows
    yield from ("", look.bold("── The customer's other tickets"))
    yield screen(
        [one.head for one in chosen],
        rows,
        look,
        bold=[situation.needs_solving for situation in shown],
        gives_way=[1 if one.name == "subject" else 3 for one in chosen],
    ).rstrip("\n")
    if more > 0:
        address = ticket.situation.header.text("customer", "email")
        yield from paragraph(f"and {more} more: ticket list --all customer:{address}", look, "  ")
