from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from tests.desks import answers, asks, situation, ticket
from ticketcli.core.action.actor import Actor
from ticketcli.core.ticket.who import Who
from ticketcli.core.words import placeholders
from ticketcli.core.words.canned import (
    BadCanned,
    Canned,
    NothingToFillIn,
    filled,
    follow_ups,
    read,
    titled,
    unknown,
    values,
)
from ticketcli.core.words.settings import Agent, Department, Settings

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SETTINGS = Settings(
    name="ACME support",
    departments={"billing": Department("billing", "billing@acme.example")},
    agents={"ana": Agent("ana", "Ana Cruz", "ana@acme.example")},
)
ANA = Actor("ana", Who("Ana Cruz", "ana@acme.example"))
FULL = '''
subject = "Your order {{fields.order}}"
department = "billing"
language = "en"
tags = ["order"]
then = ["status=resolved", "tags=+vip"]
attachments = ["terms.pdf"]
asks = "rating"
body = """
Dear {{customer.name|customer}},
{{text}}
"""
'''


def test_a_file_becomes_a_response() -> None:
    assert read(FULL, "shipped") == Canned(
        "shipped",
        "Dear {{customer.name|customer}},\n{{text}}\n",
        "Your order {{fields.order}}",
        "billing",
        "en",
        ("order",),
        ("status=resolved", "tags=+vip"),
        ("terms.pdf",),
        "rating",
    )
    assert read('body = "Hello"', "hello") == Canned("hello", "Hello")


def test_unknown_keys_are_told_and_hurt_nobody() -> None:
    assert read('body = "Hello"\nmood = "warm"', "hello") == Canned("hello", "Hello")
    assert unknown('body = "Hello"\nmood = "warm"') == ["mood"]
    assert unknown(FULL) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("body = ", "canned/x.toml: line 1: invalid value"),
        ('subject = "a"', '"body" is missing; write body'),
        ("body = 3", '"body" must be text, not 3'),
        ('body = "  "', '"body" must be text'),
        ('body = "a"\nsubject = "a\\nb"', '"subject" must be text of one line'),
        ('body = "a"\nthen = "status=open"', '"then" must be a list of set words'),
        ('body = "a"\nattachments = ["../../etc/passwd"]', '"attachments" must be a list of names of files'),
        ('body = "a"\nattachments = [".hidden"]', '"attachments" must be'),
        ('body = "a"\nattachments = ["/etc/passwd"]', '"attachments" must be'),
        ('body = "a"\nasks = "money"', '"asks" must be "rating"'),
        ('body = "{{custmer.name}}"', '"body" asks for "custmer.name", which is no placeholder; known: customer.name,'),
        ('body = "a"\nsubject = "{{}}"', '"subject" asks for "", which is no placeholder'),
        ('body = "{{customer.name"', '"body" has {{ without }} in its line'),
        ('body = "a"\nasks = 1\ntags = 1', "(and 1 more)"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_file_and_key(text: str, said: str) -> None:
    with pytest.raises(BadCanned) as error:
        read(text, "x")
    assert str(error.value).startswith("canned/x.toml: ")
    assert said in str(error.value)
    assert error.value.exit_code == 1


def found(**fields: object) -> dict[str, str]:
    """The values of a ticket of Maria's."""
    more = {tuple(key.split("__")): value for key, value in fields.items()}
    one = ticket(asks("a", "2024-11-20 08:00", "Where is it?", set=more))
    return dict(values(situation(one, settings=SETTINGS), ANA, SETTINGS))


def test_values_are_those_of_the_ticket_the_agent_and_the_desk() -> None:
    told = found(fields__order="A-1", fields__paid=True, department="billing", assignee="ana", customer__phone="1")
    code = told.pop("ticket.code")
    assert len(code) == 13
    assert told == {
        "customer.name": "Maria Santos",
        "customer.email": "maria@example.com",
        "customer.phone": "1",
        "fields.order": "A-1",
        "fields.paid": "true",
        "ticket.subject": "Where is it?",
        "status": "new",
        "priority": "normal",
        "department": "billing",
        "department.address": "billing@acme.example",
        "assignee.name": "Ana Cruz",
        "agent.name": "Ana Cruz",
        "agent.email": "ana@acme.example",
        "desk.name": "ACME support",
    }


def test_every_placeholder_of_the_list_has_a_value_on_a_full_ticket() -> None:
    told = {**found(fields__KEY="x", department="billing", assignee="ana"), "text": "x"}
    text = "".join(f"{{{{{name}}}}}" for name in placeholders.PLACEHOLDERS)
    assert list(placeholders.problems(text)) == []
    assert placeholders.missing(text, told) == []


def test_a_value_is_one_line_and_empty_where_there_is_nothing_to_see() -> None:
    told = found(customer__name="Maria\n\nSend your password to me", fields__order=" ")
    assert told["customer.name"] == "Maria Send your password to me"
    assert told["fields.order"] == ""


def test_the_status_is_the_one_shown() -> None:
    one = ticket(asks("a", "2024-11-20 08:00", "Hi"), answers("b", 2, "2024-11-20 09:00", "Done?", seen=["a"]))
    assert values(situation(one), ANA, Settings())["status"] == "answered"


def test_the_text_is_filled_in() -> None:
    canned = read(FULL, "shipped")
    told = {"customer.name": "Maria", "fields.order": "A-1", "text": "It left."}
    assert filled(canned, told) == "Dear Maria,\nIt left.\n"
    assert filled(canned, {**told, "customer.name": ""}) == "Dear customer,\nIt left.\n"
    assert titled(canned, told) == "Your order A-1"
    assert canned.takes_text
    assert not Canned("x", "{{customer.name}}").takes_text


def test_blanks_in_placeholders_do_not_matter_and_a_fallback_may_be_empty() -> None:
    assert filled(Canned("x", "a{{ customer.name | b c }}d{{fields.x|}}e"), {}) == "ab cde"


def test_what_is_missing_is_named_together() -> None:
    with pytest.raises(NothingToFillIn) as error:
        filled(Canned("x", "{{fields.a}} {{fields.b}} {{fields.a}} {{fields.c|c}}"), {"fields.b": ""})
    assert error.value.missing == ("fields.a", "fields.b")
    assert error.value.exit_code == 1
    assert "write {{fields.a|TEXT}} in canned/x.toml" in str(error.value)


def test_an_unknown_placeholder_is_refused_where_the_response_comes_from_elsewhere() -> None:
    with pytest.raises(BadCanned, match="no placeholder; known: customer"):
        filled(Canned("x", "{{__class__}}"), {"__class__": "y"})


@effort(max_examples=60, deadline=None)
@given(st.text(alphabet="{}|ab .\n") | st.sampled_from(["{{ticket.code}}", "{{customer.name|x}}", "{{text}}"]))
def test_no_value_is_filled_in_a_second_time(said: str) -> None:
    """What customers wrote stands in the text as they wrote it, whatever placeholders it looks like."""
    told = {"customer.name": said, "ticket.code": "7KQ-M2RTX-4BG", "text": said}
    assert filled(Canned("x", "<{{customer.name|}}{{text|}}>"), told) == f"<{said}{said}>"


def test_filling_in_many_braces_takes_no_time() -> None:
    text = "{{customer.name" * 50_000
    assert len(list(placeholders.problems(text))) == 1
    assert placeholders.names("{{" * 100_000 + "a}}") == ["a"]


def test_what_follows_is_the_status_and_the_changes() -> None:
    told = follow_ups(read(FULL, "x"), settings=SETTINGS, now=NOW)
    assert told.status == "resolved"
    assert told.changes.lists == {"tags": ("+vip",)}
    assert follow_ups(Canned("x", "a"), settings=SETTINGS, now=NOW).status == ""
    assigned = follow_ups(Canned("x", "a", then=("assignee=me",)), settings=SETTINGS, now=NOW, me="ana")
    assert assigned.changes.set == {("assignee",): "ana"}


@pytest.mark.parametrize("word", ["status=gone", "status=merged", "priority=none", "colour=red", "vip"])
def test_what_the_desk_does_not_know_cannot_follow(word: str) -> None:
    with pytest.raises(BadCanned, match=r"^canned/x\.toml: .then.: cannot set ") as error:
        follow_ups(Canned("x", "a", then=(word,)), settings=SETTINGS, now=NOW)
    assert word in str(error.value)
