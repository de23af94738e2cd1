from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from ticketcli.core.errors import BadWords
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.fields import BY_NAME, FIELDS
from ticketcli.core.ticket.fold import fold
from ticketcli.core.words.change import (
    BadChange,
    BadTag,
    changes,
    one_line,
    pick_agent,
    pick_department,
    pick_priority,
    tag_words,
)
from ticketcli.core.words.known import UnknownName
from ticketcli.core.words.settings import Agent, Department, Settings

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""A Friday."""
PLAIN = Settings()
SETTINGS = Settings(
    zone=ZoneInfo("Europe/Prague"),
    agents={"ana": Agent("ana", "Ana Cruz", "ana@desk.example", ("support",)), "bob": Agent("bob")},
    departments={"billing": Department("billing")},
)


def made(*words: str, settings: Settings = SETTINGS, me: str = "") -> Changes:
    return changes(words, settings=settings, now=NOW, me=me)


SETS: list[tuple[str, tuple[str, ...], Any]] = [
    ("subject=Cannot log in", ("subject",), "Cannot log in"),
    ("subject= = is fine ", ("subject",), "= is fine"),
    ("priority=HIGH", ("priority",), "high"),
    ("department=Billing", ("department",), "billing"),
    ("department=support", ("department",), "support"),
    ("department=", ("department",), ""),
    ("department=none", ("department",), ""),
    ("assignee=ana", ("assignee",), "ana"),
    ("assignee=Ana Cruz", ("assignee",), "ana"),
    ("assignee=ANA@desk.example", ("assignee",), "ana"),
    ("assignee=None", ("assignee",), ""),
    ("assignee=", ("assignee",), ""),
    ("key=web1/disk", ("key",), "web1/disk"),
    ("key=", ("key",), ""),
    ("due=monday", ("due",), datetime(2026, 11, 23, 22, 59, 59, tzinfo=UTC)),  # a day is over at its end
    ("due=2h", ("due",), datetime(2026, 11, 20, 14, tzinfo=UTC)),
    ("due=2026-12-01T09:00", ("due",), datetime(2026, 12, 1, 8, tzinfo=UTC)),
    ("due=", ("due",), ""),
    ("due=none", ("due",), ""),
    ("customer.email=maria@example.com", ("customer", "email"), "maria@example.com"),
    ("customer.email=", ("customer", "email"), ""),
    ("customer.name=Maria Santos", ("customer", "name"), "Maria Santos"),
    ("customer.VAT number=CZ1", ("customer", "VAT number"), "CZ1"),
    ("fields.order=A-1001", ("fields", "order"), "A-1001"),
    ("fields.car.plate=P 77", ("fields", "car", "plate"), "P 77"),
    ("fields.order=", ("fields", "order"), ""),
    (" fields.order =1", ("fields", "order"), "1"),
]


@pytest.mark.parametrize(("word", "path", "value"), SETS)
def test_a_word_that_sets(word: str, path: tuple[str, ...], value: Any) -> None:
    assert made(word) == Changes({path: value})


LISTS = [
    ("tags=vip", "tags", ("+vip",)),
    ("tags=+vip,-sso, other", "tags", ("+vip", "-sso", "+other")),
    ("tags=+vip,-vip", "tags", ("-vip",)),
    ("cc=+chef@acme.com", "cc", ("+chef@acme.com",)),
    ("cc=chef@acme.com,-maria@acme.com", "cc", ("+chef@acme.com", "-maria@acme.com")),
    ("watchers=+Ana Cruz,-bob", "watchers", ("+ana", "-bob")),
]


@pytest.mark.parametrize(("word", "name", "items"), LISTS)
def test_a_word_that_changes_a_list(word: str, name: str, items: tuple[str, ...]) -> None:
    assert made(word) == Changes({}, {name: items})


def test_words_add_up_and_the_last_one_counts() -> None:
    several = made("tags=+a", "priority=low", "tags=b,-a", "priority=high", "fields.x=1", "fields.y=2")
    assert several.lists == {"tags": ("-a", "+b")}
    assert several.set == {("priority",): "high", ("fields", "x"): "1", ("fields", "y"): "2"}
    assert made() == Changes()


BAD = [
    ("priority", "write KEY=VALUE, as in priority=high"),
    ("prority=high", 'no key "prority"; did you mean "priority"? known: subject, priority, department, assignee, key'),
    ("prority=high", "; for a field of your own write fields.prority=VALUE"),
    ("order=A-1", "for a field of your own write fields.order=VALUE"),
    ("=x", 'no key ""'),
    ("tag=x", 'did you mean "tags"?'),
    ("status=open", "use ticket status TICKET STATUS, or -s STATUS"),
    ("until=friday", "use ticket postpone TICKET UNTIL"),
    ("links=+related 7KQ", "use ticket link"),
    ("merged_into=7KQ", "use ticket merge"),
    ("code=7KQ", "it cannot be changed; known: subject, priority"),
    ("created=2026", "it cannot be changed"),
    ("shows=+7KQ", "it cannot be changed"),
    ("moved.X=7KQ", "it cannot be changed"),
    ("subject=", "a ticket needs a subject"),
    ("subject=  ", "a ticket needs a subject"),
    ("subject=a\nb", "has line breaks or control characters; write it in one line"),
    ("fields.x=a\x1b[0m", "has line breaks or control characters"),
    ("fields.x=a\u2028b", "has line breaks"),
    ("fields.x=\udcff", "control characters"),
    ("key=a\tb", "control characters"),
    ("priority=hihg", 'no priority "hihg"; did you mean "high"? known: low, normal, high, urgent'),
    ("priority=", 'no priority ""'),
    ("priority=none", 'no priority "none"'),
    ("department=suport", 'no department "suport"; did you mean "support"? known: billing, support'),
    ("assignee=anna", 'no agent "anna"; did you mean "ana"? known: ana, bob'),
    ("assignee=me", 'no agent "me"'),
    ("watchers=", 'no agent ""; known: ana, bob'),
    ("watchers=+none", 'no agent "none"'),
    ("due=someday", 'cannot read the time "someday"'),
    ("customer=maria@example.com", "the name of a key is missing; write customer.email=VALUE"),
    ("customer.=x", "the name of a key is missing"),
    ("fields=x", "the name of a key is missing; write fields.order=VALUE"),
    ("fields..x=1", "the name of a key is missing"),
    ("fields.x. =1", "the name of a key is missing"),
    ("fields.a\nb=1", "the name of a key is missing"),
    ("subject.x=1", 'no key "subject.x"; did you mean "subject"?'),
    ("colour.x=1", 'no key "colour.x"; known: '),
    ("customer.email=nowhere", '"nowhere" is not an address'),
    ("customer.email=Maria <maria@example.com>", "write only the address, maria@example.com"),
    ("cc=+nowhere", '"nowhere" is not an address'),
    ("cc=", '"" is not an address'),
    ("tags=", '"" is no tag'),
    ("tags=+a,,b", '"" is no tag'),
    ("tags=two words", '"two words" is no tag'),
]


@pytest.mark.parametrize(("word", "sentence"), BAD)
def test_a_word_that_is_refused(word: str, sentence: str) -> None:
    with pytest.raises(BadChange) as caught:
        made("priority=high", word)
    assert str(caught.value).startswith(f'cannot set "{word}": ')
    assert sentence in str(caught.value)
    assert (caught.value.word, caught.value.exit_code) == (word, 2)


def test_no_hint_at_own_fields_where_a_key_has_a_dot() -> None:
    with pytest.raises(BadChange) as caught:
        made("colour.x=1")
    assert "field of your own" not in str(caught.value)


@pytest.mark.parametrize("words", [("fields.car=1", "fields.car.plate=2"), ("fields.car.plate=2", "fields.car=1")])
def test_a_value_and_one_inside_it_are_refused(words: tuple[str, str]) -> None:
    with pytest.raises(BadChange, match="is set as well, and one cannot stand inside the other; leave one out"):
        made(*words)


def test_sets_are_open_where_nothing_is_configured() -> None:
    words = ("assignee=carl", "department=sales", "watchers=dora", "tags=x")
    assert made(*words, settings=PLAIN).set == {("assignee",): "carl", ("department",): "sales"}
    with pytest.raises(BadChange, match='no agent "me"; known: none at all'):
        made("assignee=me", settings=PLAIN)


def test_me_is_the_one_who_asks() -> None:
    assert made("assignee=me", "watchers=+ME", me="ana") == Changes({("assignee",): "ana"}, {"watchers": ("+ana",)})
    assert pick_agent("me", SETTINGS, me="Ana Cruz") == "ana"
    assert pick_agent("me", PLAIN, me="carl") == "carl"
    with pytest.raises(UnknownName, match='no agent "carl"'):
        pick_agent("me", SETTINGS, me="carl")


def test_picks() -> None:
    assert (pick_agent("BOB", SETTINGS), pick_agent(" none ", SETTINGS), pick_agent("", SETTINGS)) == ("bob", "", "")
    assert (pick_department("BILLING", SETTINGS), pick_department("none", SETTINGS)) == ("billing", "")
    assert pick_priority(" High", SETTINGS) == "high"
    assert pick_priority("P1", Settings(priorities=("p2", "p1"))) == "p1"
    with pytest.raises(UnknownName) as caught:
        pick_priority("p1", SETTINGS)
    assert (caught.value.name, caught.value.known) == ("p1", ("low", "normal", "high", "urgent"))
    with pytest.raises(BadWords, match="line breaks"):
        pick_department("a\nb", PLAIN)


def test_tag_words() -> None:
    assert tag_words(["+vip", "-sso", "vip", "a:b", "x" * 60, "é"]) == (
        "+vip",
        "-sso",
        "+vip",
        "+a:b",
        f"+{'x' * 60}",
        "+é",
    )
    assert tag_words([]) == ()


@pytest.mark.parametrize(
    "tag",
    ["", "+", "-", "++vip", "+-vip", "--vip", "a b", "a\u00a0b", "a,b", "a\x00b", "a\n", "x" * 61, "none", "\ud800"],
)
def test_what_is_no_tag(tag: str) -> None:
    with pytest.raises(BadTag, match="is no tag: one word of at most 60 characters"):
        tag_words(["vip", tag])


def test_a_value_of_one_line() -> None:
    assert one_line("  a  b ") == "a  b"


KEYS = st.sampled_from([*BY_NAME, "customer.email", "customer.name", "fields.x", "fields.x.y", "colour", ""])
VALUES = st.text(max_size=8) | st.sampled_from(
    ["ana", "high", "+a,-b", "friday", "a@b.c", "none", "me", "9" * 20 + "d"]
)


@effort(max_examples=400, deadline=None)
@given(
    st.lists(st.text(max_size=8) | st.builds("{}={}".format, KEYS, VALUES), max_size=3), st.sampled_from(["", "ana"])
)
def test_any_words_are_refused_or_change_only_what_may_be_changed(words: list[str], me: str) -> None:
    try:
        wanted = made(*words, me=me)
    except BadWords:
        return
    settable = {field.name for field in FIELDS if field.settable}
    assert {path[0] for path in wanted.set} | set(wanted.lists) <= settable
    assert all(one_line(value) == value for value in wanted.set.values() if isinstance(value, str))
    begin = Event(at=NOW)
    header = fold("X", begin, [Event(set=wanted.set, lists=wanted.lists)])
    assert {path: value for path, value in wanted.set.items() if value != ""} == header.values
    assert {item for items in header.lists.values() for item in items} == {
        item[1:] for items in wanted.lists.values() for item in items if item[0] == "+"
    }
