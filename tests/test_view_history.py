"""The log: every event in order, also what does not count, and nothing of what is blacked out."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from tests.desks import asks, at, changes, event, id_of, says, ticket
from ticketcli.core.ticket.event import Redaction
from ticketcli.core.view.history import Record, cells, records, what
from ticketcli.core.view.names import shortener

WAKE = event(
    "wake", 3, "2024-11-21 08:00", by="tick", role="system", action="wake", after=id_of("h2"), set={("status",): "open"}
)
TICKET = ticket(
    asks("7KQM2RTX4B", "2024-11-20 08:00", "Login"),
    changes("h2", 2, "2024-11-20 09:00", "later\nthen", status="postponed", until=at("2024-11-21 08:00")),
    WAKE,
    changes("h4", 4, "2024-11-20 10:00", priority="high"),
    event("h5", 5, "2024-11-20 11:00", by="ana", action="undo", about=(id_of("h2"), id_of("h4"))),
)


def test_every_event_is_there_with_what_it_counts_for() -> None:
    found = records([TICKET], {}.get, shortener([TICKET.code]))
    assert [(record.name, record.counts) for record in found] == [
        ("7KQ-M/1", "yes"),
        ("7KQ-M/2", "undone"),
        ("7KQ-M/4", "undone"),
        ("7KQ-M/5", "yes"),
        ("7KQ-M/3", "void"),
    ]


def test_the_cells_for_people_and_for_scripts() -> None:
    record = records([TICKET], {}.get, shortener([TICKET.code]))[1]
    said = "change status=postponed until=2024-11-21T08:00:00Z"
    assert cells(record, ZoneInfo("Europe/Prague")) == [
        "2024-11-20 10:00",
        "7KQ-M/2",
        "ana",
        "undone",
        said,
        "later then",
    ]
    assert cells(record, None) == ["2024-11-20T09:00:00Z", "7KQ-M/2", "ana", "undone", said, "later\nthen"]


def test_changes_are_told_in_the_words_of_set() -> None:
    one = event("x", 1, "2024-11-20 08:00", lists={"tags": ("+vip", "-sso")}, set={("customer", "phone"): ""})
    assert what(Record("", "", one, "yes", False)) == "change customer.phone= tags=+vip,-sso"
    named = Record("", "", replace(WAKE, quiet=True), "yes", False, ("7KQ-M/2", "7KQ-M/3"))
    assert what(named) == "wake status=open (quiet) of 7KQ-M/2, 7KQ-M/3"


def test_tickets_are_mixed_by_time() -> None:
    other = ticket(asks("other", "2024-11-20 09:30", "Other"))
    found = records([TICKET, other], {}.get, shortener([TICKET.code, other.code]))
    assert [record.code == other.code for record in found] == [False, False, True, False, False, False]


def test_what_is_blacked_out_is_not_in_the_log() -> None:
    gone = replace(
        says("h6", 6, "2024-11-20 12:00", "my password is x"), redacted=Redaction(at("2024-11-21 08:00"), "ana")
    )
    record = records([TICKET.plus([gone])], {}.get, shortener([TICKET.code]))[4]
    assert cells(record, None)[2:] == ["", "", "message status=open (email)", "[redacted]"]
