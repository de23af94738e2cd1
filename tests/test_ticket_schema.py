"""The schema says of a ticket file what the reader accepts."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import jsonschema
import pytest
import tomli
from hypothesis import HealthCheck, given, settings

from tests.strategies import tickets
from tests.test_codec import EXAMPLE, WRONG
from ticketcli.core.file.codec import dumps
from ticketcli.core.file.keys import EVENT_KEYS
from ticketcli.core.file.schema import ticket_schema
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.fields import FIELDS, LISTS
from ticketcli.core.ticket.fold import Ticket

VALIDATOR = jsonschema.Draft202012Validator(ticket_schema())

CONTEXT = {  # what only the reader can see: it compares, counts, or knows the type behind the text
    "another code", "a symbol changed", "no id", "no seq", "no at", "no kind", "a naive time", "a date", "too early",
    "too late", "before all years", "tags set", "code set", "event set", "until a text", "created a text",
    "a block copied with its id", "an event that follows itself", "a time in an unknown key", "10,001 events",
    "a number that Python does not print", "a file too large",
    "redacted at no time",
}  # fmt: skip


def as_json(value: Any) -> Any:
    """What a language server sees: times are texts."""
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value.isoformat() if isinstance(value, datetime | date | time) else value


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(ticket_schema())


def test_every_key_is_described() -> None:
    properties = ticket_schema()["properties"]
    assert [*properties] == [*(field.name for field in FIELDS), "event"]
    event = properties["event"]["items"]["properties"]
    assert [*event] == [key.name for key in EVENT_KEYS]
    assert all(one["description"].endswith(".") for one in [*properties.values(), *event.values()])


def test_the_table_of_keys_is_that_of_the_event() -> None:
    named = {key.name for key in EVENT_KEYS}
    assert named - set(LISTS) == set(Event.__dataclass_fields__) - {"lists", "extra"}
    assert set(LISTS) == {key.name for key in EVENT_KEYS if key.type == "changes"}


def test_the_example_is_valid() -> None:
    VALIDATOR.validate(as_json(tomli.loads(EXAMPLE)))


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(tickets())
def test_every_ticket_is_valid(ticket: Ticket) -> None:
    VALIDATOR.validate(as_json(tomli.loads(dumps(ticket))))


@pytest.mark.parametrize("name", sorted(set(WRONG) - CONTEXT))
def test_what_the_reader_refuses_the_schema_refuses(name: str) -> None:
    assert not VALIDATOR.is_valid(as_json(tomli.loads(WRONG[name][0])))
