"""The JSON of this program: key sets are a promise, and every text is ASCII."""

from __future__ import annotations

import json

from hypothesis import given, settings

from tests.desks import asks, changes, situation, ticket
from tests.strategies import tickets
from tests.test_view_page import LOGIN, made
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.view import history, objects
from ticketcli.core.view.keys import KEYS
from ticketcli.core.view.names import shortener
from ticketcli.core.view.public import public_ticket

TICKET = {
    "code", "subject", "status", "priority", "department", "assignee", "key", "due", "until", "merged_into", "tags",
    "cc", "watchers", "links", "created", "customer", "fields", "category", "needs_solving", "overdue", "due_soon",
    "due_for", "left_s", "level", "stale", "status_since", "waiting_since", "waiting_s", "age_s", "message_count",
    "last_public", "first_response", "response_s", "resolved", "resolution_s", "handling_s", "rating", "reopened",
    "why",
}  # fmt: skip
SHOW = TICKET | {
    "reason",
    "deadlines",
    "linked",
    "merged",
    "ratings",
    "held_by",
    "held_since",
    "messages",
    "other_tickets",
}
MESSAGE = {
    "name", "id", "code", "seq", "at", "kind", "by", "role", "via", "channel", "to", "mail", "quiet", "text",
    "quoted", "attachments", "moved_to", "copied", "redacted",
}  # fmt: skip
PUBLIC = {"code", "subject", "status", "created", "messages"}
PUBLIC_MESSAGE = {"name", "at", "by", "role", "channel", "text", "quoted", "attachments", "redacted"}
EVENT = {
    "at", "code", "name", "id", "seq", "by", "role", "via", "kind", "channel", "action", "value",
    "counts", "set", "changes", "text",
    "redacted",
}  # fmt: skip
NOTICE = {"action", "at", "clock", "rule", "by", "ticket"}


def test_the_keys_are_those_that_were_promised() -> None:
    whole = objects.whole_ticket(made(LOGIN))
    assert set(objects.ticket(situation(LOGIN))) == TICKET
    assert set(whole) == SHOW
    assert all(set(message) == MESSAGE for message in whole["messages"])
    assert all(set(file) == {"name", "type", "size", "sha256"} for file in whole["messages"][3]["attachments"])
    public = objects.public_ticket(public_ticket(made(LOGIN).situation, made(LOGIN).messages))
    assert set(public) == PUBLIC
    assert all(set(message) == PUBLIC_MESSAGE for message in public["messages"])
    records = history.records([LOGIN], {}.get, shortener([LOGIN.code]))
    assert all(set(objects.event(record)) == EVENT for record in records)
    notice = objects.notice(made(LOGIN).situation, LOGIN.first)
    assert (set(notice), set(notice["ticket"])) == (NOTICE, TICKET)


def test_every_key_is_documented_and_no_other() -> None:
    documented = {name: set(keys) for name, keys in KEYS.items()}
    assert documented["ticket"] == TICKET
    assert documented["ticket of show"] == SHOW - TICKET
    assert documented["ticket of search"] == {"excerpt"}
    assert documented["ticket of to-solve --explain"] == {"rule", "remedy"}
    assert documented["message"] == MESSAGE
    assert documented["public ticket"] == PUBLIC
    assert documented["public message"] == PUBLIC_MESSAGE
    assert documented["event"] == EVENT
    assert documented["notice"] == NOTICE
    assert all(about.endswith(".") for keys in KEYS.values() for about in keys.values())


def test_the_values_of_a_ticket() -> None:
    found = objects.ticket(situation(LOGIN))
    assert {
        key: found[key] for key in ("code", "status", "until", "waiting_s", "tags", "assignee", "department", "key")
    } == {
        "code": "7KQ-M2RTX-4BG",
        "status": "postponed",
        "until": "2024-11-27T08:00:00Z",
        "waiting_s": 439200,
        "tags": ["login", "sso"],
        "assignee": "ana",
        "department": "support",
        "key": None,
    }
    assert found["customer"] == {"email": "maria@example.com", "name": "Maria Santos", "phone": "+63 2 555 0100"}
    assert found["fields"] == {"order": "A-1001"}


def test_nested_fields_are_nested() -> None:
    deep = ticket(asks("deep", "2024-11-20 08:00", "Deep"), changes("d2", 2, "2024-11-20 09:00"))
    deep = ticket(asks("deep", "2024-11-20 08:00", "Deep", set={("fields", "a", "b"): 1, ("fields", "a", "c"): 2}))
    assert objects.ticket(situation(deep))["fields"] == {"a": {"b": 1, "c": 2}}


@settings(max_examples=30, deadline=None)
@given(tickets())
def test_any_ticket_and_its_log_are_json_in_ascii(one: Ticket) -> None:
    whole = made(one)
    text = objects.document("tickets", [objects.whole_ticket(whole)])
    assert text.isascii()
    assert json.loads(text)["schema_version"] == 1
    lines = objects.lines([objects.ticket(whole.situation)])
    assert lines.count("\n") == 1
    assert set(json.loads(lines)) == TICKET
    records = history.records([one], {}.get, shortener([one.code]))
    assert len(json.loads(objects.document("events", map(objects.event, records)))["events"]) == len(one.events)
