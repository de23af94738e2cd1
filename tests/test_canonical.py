"""The reader of the canonical text: it answers what TOML says, or nothing, and never what TOML refuses."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.command import Command, at_home
from tests.strategies import tickets
from tests.test_codec import CODE, EXAMPLE, FIRST
from ticketcli.core.file import canonical
from ticketcli.core.file.codec import dumps
from ticketcli.core.file.reader import DOTS_LIMIT, Unreadable, parsed, text_of
from ticketcli.core.file.sheet import EVENT_LIMIT, Sheet, sheet_of
from ticketcli.core.ticket.fold import Ticket

FULL = f'''\
code = "{CODE}"
subject = "It does not # start"
status = "resolved"
until = 2026-11-24 08:15:00.000001+00:00
tags = ["login", "sso"]
created = 2026-11-20 08:15:00+00:00

[customer]
name = "Maria Santos"
"with space" = "x"

[fields]
"a.b.c.d.e.f.g.h.i.j" = "dots"
count = 3
share = 0.5
seen = true
some = ["a", "b"]
day = 2026-11-20
empty = ""

[moved]
T7W2M8QDN3 = "{CODE}"

[[event]]
id = "{FIRST}"
seq = 1
at = 2026-11-20 08:15:00+00:00
kind = "message"
by = "Maria Santos <maria@example.com>"
role = "customer"
via = "ana"
about = ["T7W2M8QDN3"]
value = {{ a = [1, 1.5], "b c" = {{ d = nan }} }}
channel = "email"
claimed_at = 2026-11-20 08:14:00+00:00
quiet = true
seen = []
redacted = {{ at = 2026-11-20 09:00:00+00:00, by = "ana" }}
sla = {{ for = {{ priority = "high" }}, level = "gold", warn_at = 0.75 }}
tags = ["+login", "+sso", "-\\u00ADx"]
set.subject = "It does not # start"
set.status = "resolved"
set.until = 2026-11-24 08:15:00.000001+00:00
set.due = ""
set.customer.name = "Maria Santos"
set.customer."with space" = "x"
set.fields."a.b.c.d.e.f.g.h.i.j" = "dots"
set.fields.count = 3
set.fields.share = 0.5
set.moved.T7W2M8QDN3 = "{CODE}"
attachments = [{{ name = "a.txt", type = "text/plain", size = 3, sha256 = "{"ab" * 32}" }}]
quoted = """
> a "quoted" ""text""
"""
body = """
A tab\there, a backslash \\\\, a \\"\\"\\" and an escape \\u001B.

[[event]]
id = "x"
"""

[[event]]
id = "T7W2M8QDN3"
seq = 2
at = 2026-11-20 09:00:00+00:00
kind = "change"
role = "agent"
set.status = "open"
'''
"""Every form of a line that is read, and more than one ticket has."""
BITS = (
    *"\"'\\\n\r\t #=.,[]{}+-_:0129aTZez\x00\x1f\x7f\x85\u2028\ufeff٣",
    '"""',
    "\r\n",
    "[[event]]\n",
    "set.",
    "\\u0041",
)
"""What mutations put in: all that means something in TOML, and what looks like it."""


def told(sheet: Sheet) -> str:
    """All that a sheet says: 1, 1.0 and true differ, and so do two orders of keys."""
    return repr(sheet)


def agrees(text: str) -> bool:
    """Whether the reader answered; where it did, TOML answers the same."""
    try:
        text = text_of(text.encode())
    except Unreadable:
        return False
    found = canonical.sheet(text)
    if found is None:
        return False
    assert told(found) == told(sheet_of(parsed(text)))
    return True


def mutated(text: str, chance: random.Random) -> str:
    """The text with one to three places changed."""
    for _ in range(chance.randint(1, 3)):
        at, length = chance.randrange(len(text)), chance.choice((0, 0, 1, 1, 2, 9, 30))
        lines = text.splitlines(keepends=True)
        bit = chance.choice(
            (chance.choice(BITS), chance.choice(BITS), "", chance.choice(lines), text[at : at + length])
        )
        at = text.find("\n", at) + 1 if chance.random() < 0.3 else at
        text = text[:at] + bit + text[at + length :]
    return text


@pytest.mark.parametrize("text", [EXAMPLE, FULL], ids=["example", "full"])
def test_it_answers_what_a_ticket_may_have(text: str) -> None:
    assert agrees(text)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(tickets(), st.randoms(use_true_random=False))
def test_it_answers_what_toml_says(ticket: Ticket, chance: random.Random) -> None:
    text = dumps(ticket)
    agrees(text)
    for _ in range(10):
        agrees(mutated(text, chance))


def test_it_answers_nothing_that_toml_refuses() -> None:
    chance = random.Random(20)
    answered = sum(agrees(mutated(text, chance)) for text in [EXAMPLE, FULL] * 1500)
    assert 100 < answered < 2900  # else the mutations prove nothing


def test_a_reader_that_errs_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canonical, "_text", lambda raw: raw)  # takes escapes for what they look like
    with pytest.raises(AssertionError):
        agrees(FULL)


@pytest.mark.long
def test_it_answers_nothing_that_toml_refuses_however_often() -> None:
    chance = random.Random()
    assert sum(agrees(mutated(text, chance)) for text in [EXAMPLE, FULL] * 100_000) > 20_000


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('kind = "message"\n', 'kind = "message" # why\n'),
        ('kind = "message"\n', "kind = 'message'\n"),
        ('kind = "message"\n', 'kind  = "message"\n'),
        ('kind = "message"\n', 'kind = "message"\r\nzone = 1\r\n'),
        ("2026-11-20 09:02:11+00:00", "2026-11-20T09:02:11Z"),
        ("2026-11-20 09:02:11+00:00", "2026-11-20 09:02:11+01:00"),
        ("2026-11-20 09:02:11+00:00", "2026-02-30 09:02:11+00:00"),
        ("2026-11-20 09:02:11+00:00", "2026-11-20 24:00:00+00:00"),
        ("seq = 2\n", "seq = 1000001\n"),
        ("seq = 2\n", "seq = 2\nseq = 2\n"),
        ("set.status", 'set."status"'),
        ("set.status", "set.later"),
        ("set.status", "set.fields.a.b"),
        ('set.status = "answered"', 'set.until = "answered"'),
        ('set.status = "answered"', "set.status = 1"),
        ('set.status = "answered"', 'set.status = "answered"\nset.status = "open"'),
        ('set.status = "answered"', 'set.customer = "x"\nset.customer.name = "x"'),
        ('set.status = "answered"', "set.fields.a = { b = 1 }"),
        ("set.status", "set.moved.x = 1\nset.fields.x = 1\nset.status"),
        ('"7KQ-M2RTX-4BG"', '"7KQ-M2RTX-4BH"'),
        ("[customer]\n", "later = 1\n\n[customer]\n"),
        ("[customer]\n", "[customer]\n\n"),
        ("[[event]]", "[later]\na = 1\n\n[[event]]"),
        ("[[event]]", "[[event]]\n"),
        ('kind = "message"', f"kind = {'[' * 20}{']' * 20}"),
        ('seen = ["7KQM2RTX4B"]', f"value = {'[' * 9}{']' * 9}"),
        ('seen = ["7KQM2RTX4B"]', "value = { a.b.c.d.e.f.g.h.i.j = 1 }"),
        ('seen = ["7KQM2RTX4B"]', f"value = {'1' * 20_000}"),
        ('order = "A-1001"\n', "".join(f'a{n} = "{"." * 100}"\n' for n in range(DOTS_LIMIT // 100 + 1))),
    ],
)
def test_it_leaves_to_toml_what_it_is_not_certain_of(before: str, after: str) -> None:
    assert before in EXAMPLE
    assert canonical.sheet(text_of(EXAMPLE.replace(before, after).encode())) is None


def test_it_leaves_to_toml_what_has_too_many_events() -> None:
    head, event = EXAMPLE.split("\n[[event]]\n", 1)
    event = "\n[[event]]\n" + event.split("\n[[event]]\n")[1]
    assert canonical.sheet(head + event * EVENT_LIMIT) is not None
    assert canonical.sheet(head + event * (EVENT_LIMIT + 1)) is None
    assert canonical.sheet(head + "\n") is None


def test_it_answers_every_file_that_the_program_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at_home(tmp_path, monkeypatch)
    command = Command(tmp_path / "desk", capsys, monkeypatch)
    assert command.run("demo", str(command.root), desk=False).code == 0
    files = sorted(command.root.glob("tickets/*/*.toml"))
    assert files
    assert all(agrees(file.read_text()) for file in files)
