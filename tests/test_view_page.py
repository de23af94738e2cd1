"""A ticket as a page: its head, its thread; no text imitates the program, customers see only what is theirs."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.desks import answers, asks, at, changes, event, id_of, notes, says, situation, ticket
from tests.strategies import tickets
from ticketcli.core.text import line, width
from ticketcli.core.ticket.event import Attachment, Redaction
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.view import objects
from ticketcli.core.view.look import Look
from ticketcli.core.view.messages import links, messages
from ticketcli.core.view.names import shortener
from ticketcli.core.view.page import Page, page, public_page
from ticketcli.core.view.public import public_status, public_ticket
from ticketcli.core.words.loading import load
from ticketcli.core.words.settings import Settings

LOGIN = ticket(
    asks(
        "7KQM2RTX4B",
        "2024-11-20 08:15",
        "Cannot log in",
        "Since I reset my password I cannot log in.",
        lists={"tags": ("+login", "+sso")},
        set={("fields", "order"): "A-1001", ("department",): "support", ("customer", "phone"): "+63 2 555 0100"},
    ),
    answers("l2", 2, "2024-11-20 09:02", "Please try again.", seen=["7KQM2RTX4B"]),
    notes("l3", 3, "2024-11-20 09:05", "He forgot it."),
    says(
        "l4",
        4,
        "2024-11-20 10:00",
        "It works.\n\n── 7KQ-M/9  2024-11-20 10:00  ana, agent\n  All solved, pay here.",
        quoted="> Please\n> try again.\n",
        attachments=(Attachment("shot.png", "image/png", 12345, "0" * 64),),
    ),
    changes(
        "l5",
        5,
        "2024-11-20 11:00",
        "waits for\nthe vendor",
        status="postponed",
        until=at("2024-11-27 08:00"),
        seen=["l4"],
    ),
)
OTHER = situation(ticket(asks("other", "2024-11-24 08:00", "Printer")))
DESK = load({"time_zone": "Europe/Prague", "agent": {"ana": {"name": "Ana Cruz"}}})


def made(one: Ticket, *others: Ticket, desk: Settings = DESK) -> Page:
    here = situation(one, *others, settings=desk)
    read = {other.code: other for other in (one, *others)}
    shown = messages(here.thread, read.get, shortener(read))
    return Page(here, shown, links(here.thread, read.get), [], shortener(read))


def test_the_page_of_a_ticket() -> None:
    shown = page(replace(made(LOGIN), others=[OTHER]), Look())
    assert shown == (
        "7KQ-M2RTX-4BG  Cannot log in\n"
        "  status    postponed since 2024-11-20 12:00 (5 d 1 h), back 2024-11-27 09:00, customer waits 5 d 2 h\n"
        "            postponed: waits for the vendor (ana, 2024-11-20 12:00)\n"
        "  assignee  ana · support · normal priority\n"
        "  customer  Maria Santos <maria@example.com>, +63 2 555 0100\n"
        "  tags      login, sso\n"
        "  fields    order=A-1001\n"
        "  created   2024-11-20 09:15\n"
        "  files     1, saved by: ticket show 7KQ-M --save DIR\n"
        "\n"
        "── 7KQ-M/1  2024-11-20 09:15  Maria Santos <maria@example.com>, customer, email\n"
        "│ Since I reset my password I cannot log in.\n"
        "\n"
        "── 7KQ-M/2  2024-11-20 10:02  ana, agent, cli\n"
        "  Please try again.\n"
        "\n"
        "── 7KQ-M/3  2024-11-20 10:05  ana, INTERNAL NOTE\n"
        "┆ He forgot it.\n"
        "\n"
        "── 7KQ-M/4  2024-11-20 11:00  Maria Santos <maria@example.com>, customer, email\n"
        "│ It works.\n"
        "│\n"
        "│ ── 7KQ-M/9  2024-11-20 10:00  ana, agent\n"
        "│   All solved, pay here.\n"
        "  [2 quoted lines; --quoted shows them]\n"
        "  file: shot.png (image/png, 12.3 kB)\n"
        "\n"
        "── The customer's other tickets\n"
        "   code           status  age      subject\n"
        f"●  {OTHER.code}  new     1 d 4 h  Printer\n"
    )


def test_quoted_parts_are_shown_when_asked_for() -> None:
    shown = page(made(LOGIN), Look(), quoted=True)
    assert "\n  > > Please\n  > > try again.\n" in shown
    assert "quoted line" not in shown


def test_more_of_the_customers_tickets_than_are_listed_are_counted() -> None:
    many = [situation(ticket(asks(f"o{number}", "2024-11-24 08:00", "Printer"))) for number in range(12)]
    shown = page(replace(made(LOGIN), others=many), Look())
    assert shown.count("Printer") == 10
    assert shown.endswith("  and 2 more: ticket list --all customer:maria@example.com\n")


def test_a_merge_a_stub_and_a_redaction_are_told_in_words() -> None:
    child = ticket(
        event(
            "child", 1, "2024-11-21 08:00", by="ana", action="split", seen=(),
            set={("subject",): "Half", ("status",): "new"},
            lists={"shows": (f"+{LOGIN.code}/{id_of('l4')}",), "links": (f"+split-from {LOGIN.code}",)},
        )
    )  # fmt: skip
    merged = ticket(
        asks("m1", "2024-11-21 08:00", "Twin"), changes("m2", 2, "2024-11-22 08:00", merged_into=LOGIN.code)
    )
    gone = replace(LOGIN.by_id[id_of("l2")], body="", redacted=Redaction(at("2024-11-22 08:00"), "bob"))
    events = [gone if one.id == gone.id else one for one in LOGIN.events]
    whole = ticket(
        *events,
        event("l6", 6, "2024-11-21 08:00", by="ana", action="split", set={("moved", id_of("l4")): child.code},
              lists={"links": (f"+split-to {child.code}",)}),
        event("l7", 7, "2024-11-22 08:00", by="ana", action="merge", lists={"shows": (f"+{merged.code}",)},
              body="same"),
    )  # fmt: skip
    shown = page(made(whole, child, merged), Look())
    assert f"customer, email\n  moved to {child.code}\n" in shown
    assert f"── 2024-11-21 09:00  ana split off as {child.code}\n" in shown
    assert f"── 2024-11-22 09:00  ana merged {merged.code} into this ticket\n┆ same\n" in shown
    assert "ana, agent, cli\n  [redacted by bob on 2024-11-22]\n" in shown
    assert f"  split-to  {child.code} Half\n" in shown
    assert f"  merged    {merged.code}\n" in shown
    assert f"── {merged.code[:5]}/1  2024-11-21 09:00  Maria Santos <maria@example.com>, customer, email\n" in shown


@settings(max_examples=30, deadline=None)
@given(tickets(), st.integers(40, 100))
def test_any_ticket_has_a_page_in_which_only_the_program_begins_lines(one: Ticket, columns: int) -> None:
    for look in (Look(), Look(columns)):
        lines = page(made(one), look, quoted=True).removesuffix("\n").split("\n")
        assert lines == list(map(line, lines))
        assert look.columns is None or all(width(row) <= columns for row in lines)
        heads = [row for row in lines[1:] if row and row[0] not in " │┆"]
        names = [message.name for message in made(one).messages if message.event.kind != "change"]
        assert [head.split()[1] for head in heads if head.split()[1] in names] == names
        assert all(head.startswith("── ") for head in heads)


def test_what_the_customer_may_see() -> None:
    shown = public_page(public_ticket(made(LOGIN).situation, made(LOGIN).messages), Look())
    assert shown == (
        "7KQ-M2RTX-4BG  Cannot log in\n"
        "  postponed, created 2024-11-20 09:15\n"
        "\n"
        "── 7KQ-M/1  2024-11-20 09:15  Maria Santos <maria@example.com>, email\n"
        "│ Since I reset my password I cannot log in.\n"
        "\n"
        "── 7KQ-M/2  2024-11-20 10:02  Ana Cruz, cli\n"
        "  Please try again.\n"
        "\n"
        "── 7KQ-M/4  2024-11-20 11:00  Maria Santos <maria@example.com>, email\n"
        "│ It works.\n"
        "│\n"
        "│ ── 7KQ-M/9  2024-11-20 10:00  ana, agent\n"
        "│   All solved, pay here.\n"
        "  [2 quoted lines; --quoted shows them]\n"
        "  file: shot.png (image/png, 12.3 kB)\n"
    )


def test_pending_and_on_hold_read_as_open() -> None:
    desk = load({"status": {"solved": {"category": "resolved"}, "at-vendor": {"category": "postponed"}}})
    names = ("new", "open", "answered", "postponed", "resolved", "closed", "pending", "on-hold", "at-vendor", "solved")
    assert [public_status(name, desk) for name in (*names, "spam", "unheard-of")] == [
        *names[:6], "open", "open", "open", "resolved", "closed", "open",
    ]  # fmt: skip


SECRET = "SECRET"
steps = st.lists(st.sampled_from(["note", "reason", "tag", "assign", "answer", "customer", "redact"]), max_size=8)


HIDDEN = Attachment(SECRET, SECRET, 1, "0" * 64)
TAG = (f"+{SECRET}",)


def with_secrets(kinds: list[str]) -> Ticket:
    """A ticket in which everything that customers must not see says so."""
    first = asks("first", "2024-11-20 08:00", "Login", set={("fields", "f"): SECRET, ("department",): SECRET})
    one = ticket(first, changes("first-2", 2, "2024-11-20 08:00", SECRET, key=SECRET))
    for number, kind in enumerate(kinds, 3):
        when = f"2024-11-20 10:{number:02}"
        name = f"{kind}{number}"
        one = one.plus([
            {
                "note": notes(name, number, when, f"{SECRET} note", attachments=(HIDDEN,)),
                "reason": changes(name, number, when, f"{SECRET} reason", status="on-hold"),
                "tag": event(name, number, when, by=SECRET, lists={"tags": TAG, "watchers": TAG}),
                "assign": changes(name, number, when, SECRET, assignee=SECRET),
                "answer": answers(name, number, when, "Public.", via=SECRET, seen=[]),
                "customer": says(name, number, when, "Public too.", via=SECRET),
                "redact": replace(
                    says(name, number, when, SECRET, quoted=SECRET), redacted=Redaction(at("2024-11-21 08:00"), SECRET)
                ),
            }[kind]
        ])  # fmt: skip
    return one


@settings(max_examples=30, deadline=None)
@given(steps)
@example(["note", "reason", "tag", "assign", "answer", "customer", "redact"])
def test_no_note_no_reason_and_nothing_internal_is_ever_public(kinds: list[str]) -> None:
    whole = made(with_secrets(kinds))
    public = public_ticket(whole.situation, whole.messages)
    texts = (public_page(public, Look(), quoted=True), json.dumps(objects.public_ticket(public)))
    assert all(SECRET not in text for text in texts)
    assert all(text.count("Public") == kinds.count("answer") + kinds.count("customer") for text in texts)


def test_the_secrets_of_that_test_are_seen_by_agents() -> None:
    whole = made(with_secrets(["note", "reason", "tag"]))
    assert page(whole, Look()).count(SECRET) > 5
    assert json.dumps(objects.whole_ticket(whole)).count(SECRET) > 5
