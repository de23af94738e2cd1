"""The canonical form: laws, bytes, and inputs from strangers."""

from __future__ import annotations

import importlib.util
import math
import random
import re
import sys
import tarfile
import time
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import tomli
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.strategies import events, keys, texts, tickets, values
from ticketcli.core.file.codec import Invalid, clean, dumps, event_text, loads, ticket_of, value_text
from ticketcli.core.file.reader import LIMIT, LINE_LIMIT, Unreadable, parse
from ticketcli.core.file.values import block_text, key_text
from ticketcli.core.ticket.code import from_id
from ticketcli.core.ticket.event import Attachment, Event, Redaction
from ticketcli.core.ticket.fold import Ticket

SHARED = Path(__file__).resolve().parents[2] / "shared"
AT = datetime(2026, 11, 20, 8, 15, tzinfo=UTC)
FIRST = "7KQM2RTX4B"
CODE = "7KQ-M2RTX-4BG"
SLOW = 20
"""Seconds that no file takes, on the busiest machine: without the limits some take minutes."""

EXAMPLE = """\
code = "7KQ-M2RTX-4BG"
subject = "Cannot log in after the password reset"
status = "answered"
priority = "high"
department = "support"
assignee = "ana"
tags = ["login", "sso"]
created = 2026-11-20 08:15:00+00:00

[customer]
name = "Maria Santos"
email = "maria@example.com"
phone = "+63 2 555 0100"

[fields]
order = "A-1001"

[[event]]
id = "7KQM2RTX4B"
seq = 1
at = 2026-11-20 08:15:00+00:00
kind = "message"
by = "Maria Santos <maria@example.com>"
role = "customer"
channel = "email"
tags = ["+login", "+sso"]
set.subject = "Cannot log in after the password reset"
set.status = "new"
set.priority = "high"
set.department = "support"
set.customer.name = "Maria Santos"
set.customer.email = "maria@example.com"
set.customer.phone = "+63 2 555 0100"
set.fields.order = "A-1001"
body = \"""
Since I reset my password I cannot log in any more.
\"""

[[event]]
id = "T7W2M8QDN3"
seq = 2
at = 2026-11-20 09:02:11+00:00
kind = "message"
by = "ana"
role = "agent"
seen = ["7KQM2RTX4B"]
set.status = "answered"
set.assignee = "ana"
body = \"""
Please try again: we cleared the session.
\"""
"""


def ticket_with(**attributes: object) -> Ticket:
    given_: dict[str, object] = {"id": FIRST, "seq": 1, "at": AT, "kind": "message", "role": "customer"}
    return Ticket(CODE, (Event(**(given_ | attributes)),))  # type: ignore[arg-type]


def test_the_example_of_the_design_is_canonical() -> None:
    ticket = loads(EXAMPLE)
    assert dumps(ticket) == EXAMPLE
    assert [event.by for event in ticket.events] == ["Maria Santos <maria@example.com>", "ana"]
    assert ticket.header.text("customer", "email") == "maria@example.com"


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(tickets())
def test_what_is_written_is_read_again(ticket: Ticket) -> None:
    text = dumps(ticket)
    again = loads(text)
    assert dumps(again) == text
    assert again == ticket or "nan" in text
    assert text.isprintable() or {char for char in text if not char.isprintable()} <= set("\n\t\u3164") | _private(text)
    assert tomllib.loads(text)["code"] == ticket.code  # what another reader of TOML 1.0 makes of it


def _private(text: str) -> set[str]:
    """Unassigned and private characters, other spaces: not printable for Python, and harmless."""
    import unicodedata

    return {char for char in text if unicodedata.category(char) in ("Cn", "Co", "Zs", "Cf") and not _hides(char)}


def _hides(char: str) -> bool:
    return char in "\xad\u061c\u180e\ufeff" or any(
        low <= char <= high for low, high in (("\u200b", "\u200f"), ("\u2028", "\u202e"), ("\u2060", "\u206f"))
    )


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(events())
def test_an_event_is_one_paragraph_with_its_body_last(event: Event) -> None:
    text = event_text(event)
    assert text.startswith("[[event]]\n")
    assert text.endswith('"""\n') or not event.body
    read = list(tomli.loads(text)["event"][0])
    assert read[0] == "id"
    assert not event.body or read[-1] == "body"


@settings(max_examples=200, deadline=None)
@given(texts)
def test_a_text_survives_in_both_forms(text: str) -> None:
    assert tomllib.loads(f"a = {value_text(text)}\nb = {block_text(text)}\n") == {"a": text, "b": text}
    assert "\n" not in value_text(text)
    assert block_text(text).count("\n") == text.count("\n") + 1
    assert re.sub(r"\\.", "", block_text(text)).count('"""') == 2, "nothing else looks like an end"


@given(values(), st.lists(keys, min_size=1, max_size=3).map(tuple))
@settings(max_examples=150, deadline=None)
def test_a_value_stands_on_one_line_and_is_read_again(value: object, path: tuple[str, ...]) -> None:
    text = f"{key_text(path)} = {value_text(value)}"
    assert "\n" not in text
    read = tomllib.loads(text)
    for part in path:
        read = read[part]
    assert value_text(read) == value_text(value)


def test_values_are_equal_when_their_text_is() -> None:
    assert len({value_text(value) for value in (1, 1.0, True, "1", "true")}) == 5
    assert value_text(math.nan) == value_text(float("nan")) == "nan"
    assert value_text({"b": 1, "a": [math.inf, -0.0]}) == "{ a = [inf, -0.0], b = 1 }"
    assert value_text({}) == "{}"
    elsewhere = AT.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert value_text(elsewhere) == value_text(AT) == "2026-11-20 08:15:00+00:00"
    assert value_text(AT.replace(microsecond=250)) == "2026-11-20 08:15:00.000250+00:00"


@pytest.mark.parametrize(
    ("raw", "kept"),
    [("a\r\nb\rc\n", "a\nb\nc\n"), ("\ud83d\ude00 \ud800", "\ufffd\ufffd \ufffd"), ("\x1b é", "\x1b é")],
)
def test_texts_are_cleaned_on_the_way_in(raw: str, kept: str) -> None:
    assert clean(raw) == kept


def test_quotes_stay_readable_in_a_block() -> None:
    assert block_text('He said "no", ""no""') == '"""\nHe said "no", ""no"\\""""'
    assert block_text('a """" b\\') == '"""\na \\"\\""" b\\\\"""'


def test_half_a_character_never_stops_a_write() -> None:
    text = dumps(ticket_with(body="a\ud800", by="\udfff"))
    assert text.encode()
    assert loads(text).first.body == "a\ufffd"


HIDDEN = "".join(
    map(chr, [*range(9), *range(11, 32), *range(0x7F, 0xA0), *range(0x200B, 0x2010), *range(0x2028, 0x202F)])
)


@pytest.mark.parametrize("char", HIDDEN + "\u2066\u2069\ufeff\xad\u061c\u180e\U000e0041")
def test_what_nobody_sees_is_written_as_an_escape(char: str) -> None:
    text = dumps(ticket_with(body=f"a{char}b\n", by=char, extra={char: char}, set={("fields", char): char}))
    assert char not in text.replace("\n", "")
    assert loads(text).first.body == f"a{char}b\n"


def test_lines_that_look_like_marks_of_a_conflict_are_escaped() -> None:
    body = "<<<<<<< HEAD\n||||||| base\n=======\n>>>>>>> x\n <<<<<<< y\n========\n<<<<<<<z\n"
    text = dumps(ticket_with(body=body, quoted=body))
    marks = [line for line in text.split("\n") if line[:7] in ("<<<<<<<", "|||||||", "=======", ">>>>>>>")]
    assert marks == ["========", "<<<<<<<z"] * 2
    assert loads(text).first.body == body
    assert parse(text.encode())


def test_keys_stand_in_the_order_of_the_table() -> None:
    event = Event(
        FIRST, 1, AT, "message", "a", "customer", "b", "hand", "c", ("d",), "e", 0, "email", ("f",), "g", AT, True, "h",
        (), "i", Redaction(AT, "j"), {"z": 1, "a": 2}, {"cc": ("+k",), "tags": ("-l",)},
        {("later",): 1, ("fields", "b"): "", ("fields", "a", "c"): 1, ("until",): "", ("customer", "x"): 1,
         ("customer", "email"): "m", ("customer", "name"): "n", ("status",): "open"},
        (Attachment("o", "p", 1, "0" * 64),), "q\n", "r", {"z": 1, "b": {"y": 1}},
    )  # fmt: skip
    lines = event_text(event).split("\n")
    assert " ".join(line.split(" = ")[0] for line in lines if " = " in line) == (
        "id seq at kind by role via action after about clock value channel to mail_id claimed_at quiet batch seen "
        "part_of redacted sla tags cc set.status set.until set.later set.customer.name set.customer.email "
        "set.customer.x set.fields.a.c set.fields.b attachments quoted b z body"
    )
    assert "seen = []" in lines
    assert 'redacted = { at = 2026-11-20 08:15:00+00:00, by = "j" }' in lines
    assert f'attachments = [{{ name = "o", type = "p", size = 1, sha256 = "{"0" * 64}" }}]' in lines
    assert lines[-3:] == ['body = """', 'r"""', ""]


def test_the_header_is_values_lists_unknown_keys_and_tables() -> None:
    ticket = replace(ticket_with(
        set={("later", "x"): 1, ("subject",): "s", ("fields", "a", "b"): 1, ("moved", "T7W2M8QDN3"): CODE},
        lists={"tags": ("+b", "+a"), "links": (f"+follows {CODE}",)},
    ), extra={"zz": {"b": [1], "a": 2}, "aa": True})  # fmt: skip
    header = dumps(ticket).split("\n[[event]]")[0].split("\n")
    assert header == [
        f'code = "{CODE}"', 'subject = "s"', 'tags = ["a", "b"]', f'links = ["follows {CODE}"]',
        "created = 2026-11-20 08:15:00+00:00", "aa = true", "later.x = 1", "zz = { a = 2, b = [1] }", "",
        "[fields]", "a.b = 1", "", "[moved]", f'T7W2M8QDN3 = "{CODE}"', "",
    ]  # fmt: skip
    assert loads(dumps(ticket)) == ticket


def test_events_stand_in_order_of_effect() -> None:
    one = ticket_with()
    later = Event(id="T7W2M8QDN3", seq=2, at=AT, body="x")
    assert dumps(Ticket(CODE, (later, one.first))) == dumps(one.plus([later]))


def changed(old: str, new: str) -> str:
    assert old in EXAMPLE
    return EXAMPLE.replace(old, new, 1)


WRONG = {
    "no code": (changed(f'code = "{CODE}"\n', ""), "it has no code"),
    "another code": (changed(CODE, from_id("T7W2M8QDN4")), f'put back code = "{CODE}"'),
    "a symbol changed": (changed(CODE, "7KQ-M2RTX-4BH"), "is not a code"),
    "a code that is a number": (changed(f'"{CODE}"', "1"), "it has no code"),
    "no events": (EXAMPLE.split("[[event]]")[0], "it has no [[event]]"),
    "events that are a table": (EXAMPLE.split("[[event]]")[0] + "[event]\nid = 'x'", "it has no [[event]]"),
    "events that are numbers": ("event = [1]\n" + EXAMPLE.split("[[event]]")[0], "event 1 is not a table"),
    "no id": (changed('id = "T7W2M8QDN3"\n', ""), "event 2 has no id"),
    "no seq": (changed("seq = 2\n", ""), "event 2 (T7W2M8QDN3) has no seq"),
    "no at": (changed("at = 2026-11-20 09:02:11+00:00\n", ""), "has no at"),
    "no kind": (changed('kind = "message"\n', ""), "has no kind"),
    "an id of nine": (changed('"T7W2M8QDN3"', '"T7W2M8QDN"'), "id is not ten code symbols"),
    "an id with an I": (changed('"T7W2M8QDN3"', '"T7W2M8QDNI"'), "id is not ten code symbols"),
    "seq 0": (changed("seq = 2", "seq = 0"), "seq is not a number from 1 to 1,000,000"),
    "seq too large": (changed("seq = 2", "seq = 1_000_001"), "seq is not a number"),
    "seq true": (changed("seq = 2", "seq = true"), "seq is not a number"),
    "a naive time": (changed("09:02:11+00:00", "09:02:11"), "at is not a time with its zone"),
    "a date": (changed("2026-11-20 09:02:11+00:00", "2026-11-20"), "at is not a time with its zone"),
    "too early": (changed("2026-11-20 09:02", "1969-11-20 09:02"), "not between the years 1970 and 2200"),
    "too late": (changed("2026-11-20 09:02", "2201-11-20 09:02"), "not between the years 1970 and 2200"),
    "before all years": (changed("2026-11-20 09:02:11+00:00", "0001-01-01 00:00:00+05:00"), "no calendar"),
    "an unknown kind": (changed('kind = "message"', 'kind = "mesage"'), "kind is none of message, note, change"),
    "a kind that is a list": (changed('kind = "message"', "kind = ['note']"), "kind is none of"),
    "an unknown role": (changed('"agent"', '"robot"'), "role is none of customer, agent, system"),
    "by a number": (changed('by = "ana"', "by = 1"), "by is not a text"),
    "seen a text": (changed('["7KQM2RTX4B"]', '"7KQM2RTX4B"'), "seen is not a list of texts"),
    "seen numbers": (changed('["7KQM2RTX4B"]', "[1]"), "seen is not a list of texts"),
    "quiet a text": (changed("seen =", 'quiet = "yes"\nseen ='), "quiet is neither true nor false"),
    "tags without sign": (changed('"+login"', '"login"'), "neither + nor -"),
    "tags with an empty item": (changed('"+login"', '"+"'), "neither + nor -"),
    "set a text": (changed('set.status = "answered"\nset.assignee = "ana"', "set = 1"), "set is not a table"),
    "status a number": (changed('set.status = "answered"', "set.status = 1"), "set status is not a text"),
    "status a table": (changed('set.status = "answered"', "set.status.a = 1"), "set status.a is not a table"),
    "tags set": (changed('set.status = "answered"', "set.tags = ['a']"), "changes item by item"),
    "code set": (changed('set.status = "answered"', f'set.code = "{CODE}"'), "code cannot be set"),
    "event set": (changed('set.status = "answered"', "set.event = 1"), "event cannot be set"),
    "until a text": (changed('set.status = "answered"', "set.until = 'soon'"), "until is not a time"),
    "customer set to a text": (changed('set.status = "answered"', "set.customer = 'x'"), "customer is a table"),
    "moved to a number": (changed('set.status = "answered"', "set.moved.x = 1"), "moved.x is not a text"),
    "files a text": (changed("seen =", "attachments = 'x'\nseen ="), "attachments is not a list of tables"),
    "a file a text": (changed("seen =", "attachments = ['x']\nseen ="), "attachments is not a table"),
    "a file without size": (changed("seen =", "attachments = [{ name = 'x' }]\nseen ="), "without its size"),
    "a file of size -1": (changed("seen =", "attachments = [{ size = -1 }]\nseen ="), "without its size"),
    "a file without hash": (
        changed("seen =", "attachments = [{ size = 1, name = 'x', type = 'y', sha256 = '../..' }]\nseen ="),
        "without the SHA-256",
    ),
    "redacted true": (changed("seen =", "redacted = true\nseen ="), "redacted is not a table"),
    "redacted at no time": (changed("seen =", "redacted = { by = 'x' }\nseen ="), "redacted is not a time"),
    "a subject a number": (
        changed('subject = "Cannot log in after the password reset"', "subject = 1"),
        "subject is not a text",
    ),
    "tags of the header": (changed('tags = ["login", "sso"]', "tags = 1"), "tags is not a list of texts"),
    "created a text": (changed("created = 2026-11-20 08:15:00+00:00", "created = 'today'"), "created is not a time"),
    "customer a text": (
        changed("[customer]", "fields = 1\n[customer]").replace("[fields]\norder = ", "#"),
        "fields is a table",
    ),
    "a block copied with its id": (
        EXAMPLE + EXAMPLE.split("\n\n")[-1].replace("cleared", "deleted").replace("seq = 2", "seq = 3"),
        "two events have the id T7W2M8QDN3: delete the id line of the one that is new",
    ),
    "an event that follows itself": (
        changed('"ana"\nrole = "agent"', '"tick"\nrole = "system"\nafter = "T7W2M8QDN3"'),
        "event T7W2M8QDN3 follows itself",
    ),
    "a time in an unknown key": (changed("[customer]", "x = 0001-01-01 00:00:00+05:00\n[customer]"), "no calendar"),
    "a number that Python does not print": (changed("[customer]", f"x = [0x{'f' * 5000}]\n[customer]"), "too large"),
    "a file too large": (changed("seen =", f"attachments = [{{ size = 0x{'f' * 5000} }}]\nseen ="), "without its size"),
    "10,001 events": (EXAMPLE + "[[event]]\n" * 10_000, "more than 10,000 events"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said(name: str) -> None:
    text, sentence = WRONG[name]
    with pytest.raises(Invalid) as caught:
        loads(text)
    assert sentence in str(caught.value)
    assert caught.value.line is None
    assert caught.value.exit_code == 1


def test_all_problems_are_collected_and_the_first_is_named() -> None:
    with pytest.raises(Invalid) as caught:
        ticket_of(tomli.loads(changed("seq = 2", "seq = 0").replace('by = "ana"', "by = 1").replace(CODE, "x")))
    assert str(caught.value) == ("event 2 (T7W2M8QDN3): seq is not a number from 1 to 1,000,000 (and 2 more)")
    assert len(caught.value.problems) == 3


def test_what_may_be_odd_is_read() -> None:
    odd = changed('set.status = "answered"', 'set.status = "answered"\nset.fields.x = nan\nset.customer = ""')
    assert loads(odd).header.table("customer") == {}
    assert loads(changed("09:02:11+00:00", "14:47:11.5+05:45")).events[1].at == datetime(
        2026, 11, 20, 9, 2, 11, 500_000, UTC
    )
    assert loads(EXAMPLE + EXAMPLE.split("\n\n")[-1]) == loads(EXAMPLE), "the same event twice is one"
    lost = loads(EXAMPLE.split("[[event]]")[0] + "[[event]]" + EXAMPLE.split("[[event]]")[2])
    assert lost.first.id == "T7W2M8QDN3", "a file that lost its first event can still be read"


HOSTILE: dict[str, bytes] = {
    "8 MiB and more": b"#" * (LIMIT + 1),
    "a long line": b'a = "' + b"x" * LINE_LIMIT + b'"',
    "a NUL": b'a = "x\0y"',
    "UTF-16": EXAMPLE.encode("utf-16"),
    "invalid UTF-8": b'code = "x"\nsubject = "\xff"',
    "nine dots": b"a.b.c.d.e.f.g.h.i.j = 1",
    "nine dots in quotes": b'"a"."b"."c d".\'e\' . f.g.h.i.j.k = 1',
    "nine dots in a header": b"[a.b.c.d.e.f.g.h.i.j]",
    "nine dots in an inline table": b"x = { a.b.c.d.e.f.g.h.i.j = 1 }",
    "many dotted keys": "\n".join(f"k{i}.a.b.c.d.e.f.g.h=1" for i in range(100_000)).encode(),
    "deep arrays": b"x = " + b"[" * 50 + b"]" * 50,
    "deep tables": b"x = " + b"{a=" * 50 + b"1" + b"}" * 50,
    "tables below tables": b"[a.b.c.d.e]\nf.g.h.i.j = 1",
    "a conflict": b"code = 'x'\n<<<<<<< ours\na=1\n=======\na=2\n>>>>>>> theirs\n",
    "a conflict in a body": EXAMPLE.replace("Please", "<<<<<<< ours\nPlease\n=======\n>>>>>>> x\n").encode(),
    "a base of a conflict": b"||||||| base\n",
    "a conflict with CRLF": b"<<<<<<<\r\n",
    "a carriage return": b"a = 1\rb = 2",
    "no TOML": b"hello",
    "unterminated": b'a = """\n' + b'x \\"""\n' * 100_000,
    "many quotes": b'"\\' * 400_000,
    "many backslashes": b'a = """' + b"\\" * 500_001,
    "words and blanks": b"a" * 500_000 + b" " * 500_000 + b"." * 50,
    "unterminated, literal": b"a = '''\n" + b"''\n" * 100_000,
    "an open array": b"a = [" + b"[" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_refused_at_once(name: str) -> None:
    started = time.process_time()
    with pytest.raises(Unreadable):
        parse(HOSTILE[name])
    assert time.process_time() - started < SLOW


@pytest.mark.parametrize(
    ("data", "line", "sentence"),
    [
        (b"a = 1\nb = \xff", 2, "line 2: it is not UTF-8"),
        (b"a = 1\n\n<<<<<<< x\n", 3, "line 3: git left a conflict here, settle it and remove the marker lines"),
        (b"a = 1\nb = \0", 2, "line 2: it is not a text file (it has a NUL byte)"),
        (b"a = 1\nb = \nc = 1", 2, "line 2: invalid value"),
        (b"a = " + b"[" * 1000, None, "nested too deeply"),
        (b"a = " + b"9" * 5000, None, "exceeds the limit"),
    ],
)
def test_the_line_is_named(data: bytes, line: int | None, sentence: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(data)
    assert caught.value.line == line
    assert sentence.lower() in str(caught.value).lower()


@pytest.mark.parametrize(
    "text",
    [
        '"""\nwait.........= 1\na.b.c.d.e.f.g.h.i.j.k = 1\n"""',
        "'a.b.c.d.e.f.g.h.i.j.k = 1'",
        "1 # a.b.c.d.e.f.g.h.i.j.k = 1",
        '"""\nHeading\n=======\n"""',
        '"""\n <<<<<<< x\n<<<<<<<<\n"""',
        '"\ufeffx"',
    ],
)
def test_what_only_looks_hostile_is_read(text: str) -> None:
    assert parse(f"\ufeffa = {text}\r\nb = 1\r\n".encode()).keys() == {"a", "b"}


def test_eight_dots_are_fine() -> None:
    assert parse(b"a.b.c.d.e.f.g.h.i = 1")
    assert parse(b"[[event]]\nset.b.c.d.e.f.g.h.i = 1")


def test_the_hostile_files_of_the_reference_never_do_more_than_be_refused() -> None:
    tool = SHARED / "tools" / "hostile_toml.py"
    if not tool.exists():
        pytest.skip("the reference tools are not beside this checkout")
    for name, make in _cases(tool):
        started = time.process_time()
        with pytest.raises(Unreadable):
            ticket_of(parse(make()))
        assert time.process_time() - started < SLOW, name


def _cases(tool: Path) -> list[tuple[str, Callable[[], bytes]]]:
    sys.path.insert(0, str(tool.parent))
    try:
        spec = importlib.util.spec_from_file_location("hostile_toml", tool)
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(tool.parent))
    return list(module.CASES)


def test_damaged_files_are_read_or_refused() -> None:
    source = random.Random(7)
    data = EXAMPLE.encode()
    refused = 0
    for _ in range(1500):
        damaged = bytearray(data)
        for _ in range(source.choice((1, 1, 2, 5))):
            at = source.randrange(len(damaged))
            damaged[at : at + source.choice((0, 1, 1, 9))] = source.choice(
                (bytes([source.randrange(256)]), b'"', b"[", b"\n", b"=", data[at : at + 40], b"")
            )
        try:
            dumps(ticket_of(parse(bytes(damaged))))
        except Unreadable:
            refused += 1
    assert 300 < refused < 1500, "the damage must hurt, and not always"


def test_the_reader_agrees_with_tomli_on_the_public_corpus() -> None:
    corpus = SHARED / "data" / "toml-test"
    if not corpus.exists():
        pytest.skip("the reference data are not beside this checkout")
    read = refused = 0
    for data in _corpus(corpus):
        try:
            expected: object = tomli.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
        except ValueError:
            expected = None
        try:
            found: object = parse(data)
            read += 1
        except Unreadable:
            found = None
            refused += 1
        assert value_text(found or {}) == value_text(expected or {})
    assert read > 100
    assert refused > 200


def _corpus(folder: Path) -> list[bytes]:
    found = [path.read_bytes() for path in sorted(folder.rglob("*.toml"))]
    for archive in folder.glob("*.tar.gz"):
        with tarfile.open(archive) as tar:
            found += [tar.extractfile(one).read() for one in tar.getmembers() if one.name.endswith(".toml")]  # type: ignore[union-attr]
    return found
