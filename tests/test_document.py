"""Reading and writing files that hands have touched: nothing lost, nothing recorded twice, other lines as they were."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hand_styles import Hand
from tests.strategies import tickets
from tests.test_codec import CODE, EXAMPLE, FIRST, HOSTILE
from ticketcli.core.file.codec import dumps, loads
from ticketcli.core.file.document import Document, Unfaithful, read, write
from ticketcli.core.file.reader import Unreadable
from ticketcli.core.file.spans import comments
from ticketcli.core.ticket.code import derived_id, from_id
from ticketcli.core.ticket.event import Attachment, Event, Redaction
from ticketcli.core.ticket.fold import Ticket, in_order

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 1, tzinfo=UTC)
OTHER = from_id("T7W2M8QDN3")


def base_ticket() -> Ticket:
    """A ticket with a bit of everything, as it is after a few days."""
    ticket = loads(EXAMPLE)
    file = Attachment("screen shot.png", "image/png", 12345, "ab" * 32)
    third = Event(
        id="B2C3D4E5F6", seq=3, at=datetime(2026, 11, 20, 10, 30, 0, 5, UTC), kind="message", by="maria@example.com",
        role="customer", channel="email", to=("help@example.com",), mail_id="<1@example.com>", attachments=(file, file),
        quoted="> Please try again\n", body='It says "no".\n\nregards, Maria\\\n',
        extra={"x-spam": {"score": 1.5, "by": "x"}},
    )  # fmt: skip
    fourth = Event(
        id="C2C3D4E5F6", seq=4, at=datetime(2026, 11, 20, 11, tzinfo=UTC), kind="change", by="ben",
        seen=("B2C3D4E5F6",), action="postpone", sla={"level": "gold", "for": {}}, body="they wait, too",
        lists={"watchers": ("+ben",), "links": (f"+follows {OTHER}",)},
        set={("status",): "postponed", ("until",): LATER, ("fields", "deep", "er"): [1, 2.0]},
    )  # fmt: skip
    return replace(ticket.plus([third, fourth]), extra={"x-later": {"a": [1]}, "x": "y"})


BASE = base_ticket()


def event(ticket: Ticket, number: int = 0, **attributes: object) -> Event:
    given_ = {"kind": "change", "by": "ana", "at": NOW, "seq": ticket.next_seq + number}
    return Event(id=derived_id(ticket.code, str(number)), **(given_ | attributes))  # type: ignore[arg-type]


def redacted(ticket: Ticket) -> Ticket:
    others = [one for one in ticket.events if one.id != "B2C3D4E5F6"]
    black = replace(
        ticket.by_id["B2C3D4E5F6"],
        body="",
        quoted="",
        attachments=(),
        mail_id="",
        by="",
        redacted=Redaction(NOW, "ana"),
    )
    return Ticket(ticket.code, in_order([*others, black]), ticket.extra)


ACTIONS: dict[str, Callable[[Ticket], Ticket]] = {
    "reply": lambda t: t.plus([event(t, kind="message", seen=(), body="Hello\n<<<<<<< x\n")]),
    "status": lambda t: t.plus([event(t, set={("status",): "open", ("until",): LATER})]),
    "tags": lambda t: t.plus([event(t, lists={"tags": ("+vip", "-sso")})]),
    "customer": lambda t: t.plus([event(t, set={("customer", "email"): "m@example.org", ("customer", "lang"): "es"})]),
    "field removed": lambda t: t.plus([event(t, set={("fields", "order"): ""})]),
    "redaction": redacted,
    "until": lambda t: t.plus([event(t, set={("status",): "postponed", ("until",): NOW})]),
    "subject": lambda t: t.plus([event(t, set={("subject",): 'New "subject"'})]),
    "two events": lambda t: t.plus([event(t, kind="note", body="one"), event(t, 1, kind="note", body="two")]),
    "hand edit": lambda t: t,
    "link": lambda t: t.plus([event(t, lists={"links": (f"+blocks {CODE}",), "cc": ("+b@example.com",)})]),
    "moved": lambda t: t.plus([event(t, set={("moved", "B2C3D4E5F6"): OTHER})]),
}
SMALL = {"reply": 0, "two events": 0, "status": 1, "subject": 1, "until": 1}
"""How many lines of the old file such an action may touch."""


def check_style(seed: int) -> None:
    hand = Hand(seed)
    text = hand.ticket(BASE)
    document = read(text.encode(), mtime=NOW)
    assert document.settled
    assert dumps(document.ticket) == dumps(BASE)
    assert hand.comments == len(comments(document.text)), "the style has a comment that is none"
    edited = read(text.replace("Cannot log in after", "Cannot get in after", 1).encode(), mtime=NOW)
    assert not edited.settled
    for name, action in ACTIONS.items():
        stood = edited if name == "hand edit" else document
        touched = check_write(stood, action(stood.ticket))
        limit = 1000 if hand.habits & {"array", "files"} else SMALL.get(name, 30)
        assert sum(touched.values()) <= limit, (seed, name, touched)


def check_write(document: Document, wanted: Ticket) -> Counter[str]:
    """The lines of the old file that the new one has not; fails where anything got lost."""
    data = write(document, wanted)
    again = read(data, mtime=NOW)
    assert again.settled
    assert dumps(again.ticket) == dumps(wanted)
    assert not Counter(comments(document.text)) - Counter(comments(again.text))
    assert b"\r" not in data
    assert not data.startswith("\ufeff".encode())
    return Counter(document.text.split("\n")) - Counter(again.text.split("\n"))


@pytest.mark.parametrize("seed", range(40))
def test_hands_keep_their_style(seed: int) -> None:
    check_style(seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(40, 360))
def test_all_hands_keep_their_style(seed: int) -> None:
    check_style(seed)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(tickets(), st.integers(0, 10_000))
def test_any_ticket_in_any_hand_is_read_and_written(ticket: Ticket, seed: int) -> None:
    document = read(Hand(seed).ticket(ticket).encode(), mtime=NOW)
    assert dumps(document.ticket) == dumps(ticket)
    assert document.settled
    check_write(
        document, document.ticket.plus([event(ticket, set={("subject",): "x", ("fields", "new key"): 1}, body="y")])
    )


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(tickets())
def test_a_canonical_file_stays_canonical(ticket: Ticket) -> None:
    data = write(None, ticket)
    assert data.decode() == dumps(ticket)
    document = read(data, mtime=NOW)
    assert document == Document(data.decode(), document.ticket, True, ())
    assert write(document, ticket) == data
    more = ticket.plus([event(ticket, body="x")])
    assert write(document, more).decode() == dumps(more)


def hand_text(old: str, new: str, text: str = EXAMPLE) -> Document:
    assert old in text
    return read(text.replace(old, new, 1).encode(), mtime=NOW)


def test_bom_and_crlf_are_read_and_gone_after_the_next_write() -> None:
    document = read(("\ufeff" + EXAMPLE).replace("\n", "\r\n").encode(), mtime=NOW)
    assert document.ticket == loads(EXAMPLE)
    assert document.settled
    assert write(document, document.ticket) == EXAMPLE.encode()


def test_an_edit_of_the_header_is_recorded_once() -> None:
    document = hand_text('priority = "high"', 'priority = "urgent"  # they called')
    assert not document.settled
    change = document.ticket.events[-1]
    assert (change.action, dict(change.set), change.seq) == ("hand", {("priority",): "urgent"}, 3)
    data = write(document, document.ticket)
    lines = data.decode().split("\n")
    assert 'priority = "urgent"  # they called' in lines
    again = read(data, mtime=datetime(2027, 1, 1, tzinfo=UTC))
    assert again.settled
    assert again.ticket == document.ticket
    assert write(again, again.ticket) == data


def test_an_event_typed_by_hand_gets_what_it_lacks() -> None:
    document = read(f'{EXAMPLE}\n[[event]] # mine\n  body = "they called"\n'.encode(), mtime=NOW)
    assert not document.settled
    typed = document.ticket.events[-1]
    assert (typed.seq, typed.at, typed.kind, typed.by, typed.body) == (3, NOW, "note", "", "they called")
    text = write(document, document.ticket).decode()
    assert text == (
        f'{EXAMPLE}\n[[event]] # mine\nid = "{typed.id}"\nseq = 3\nat = 2026-11-21 10:00:00+00:00\n'
        'kind = "note"\n  body = "they called"\n'
    )
    assert read(text.encode(), mtime=NOW).settled


def test_a_comment_inside_what_is_replaced_goes_above_it() -> None:
    document = hand_text('tags = ["login", "sso"]', '  tags = [ # all\n    "login",\n    # single sign-on\n    "sso" ]')
    text = write(document, document.ticket.plus([event(document.ticket, lists={"tags": ("+vip",)})])).decode()
    assert '\n  # all\n  # single sign-on\n  tags = ["login", "sso", "vip"]\ncreated' in text


def test_a_comment_behind_what_is_removed_stays() -> None:
    document = hand_text('order = "A-1001"', 'order = "A-1001" # theirs\nb = 1')
    ticket = document.ticket
    text = write(document, ticket.plus([event(ticket, set={("fields", "order"): ""})])).decode()
    assert "[fields]\n# theirs\nb = 1\n" in text


def test_new_keys_stand_where_they_belong() -> None:
    document = hand_text('department = "support"', 'department = "support" # ours')
    ticket = document.ticket
    sets = {("until",): NOW, ("status",): "postponed", ("customer", "email"): "x", ("customer", "lang"): "es"}
    text = write(document, ticket.plus([event(ticket, set={**sets, ("moved", FIRST): OTHER})])).decode()
    assert text.startswith(EXAMPLE.split("\ndepartment")[0].replace("answered", "postponed"))
    assert '"support" # ours\nassignee = "ana"\nuntil = 2026-11-21 10:00:00+00:00\ntags' in text
    assert 'email = "x"\nphone = "+63 2 555 0100"\nlang = "es"\n\n[fields]' in text
    assert f'order = "A-1001"\n\n[moved]\n{FIRST} = "{OTHER}"\n\n[[event]]' in text


def test_dotted_and_inline_tables_grow_where_they_are() -> None:
    head, tail = EXAMPLE.split("\n[customer]")[0], EXAMPLE[EXAMPLE.index("\n[[event]]") :]
    tables = 'customer = { name = "Maria Santos", email = "maria@example.com", phone = "+63 2 555 0100" }\n'
    document = read(f'{head}{tables}fields.order = "A-1001"\n{tail}'.encode(), mtime=NOW)
    assert document.settled
    ticket = document.ticket.plus([event(document.ticket, set={("customer", "x"): 1, ("fields", "y"): 2})])
    text = write(document, ticket).decode()
    assert 'phone = "+63 2 555 0100", x = 1 }\nfields.order = "A-1001"\nfields.y = 2\n' in text


def test_an_event_with_tables_of_its_own_is_edited_in_place() -> None:
    first = EXAMPLE[EXAMPLE.index("set.subject") : EXAMPLE.index('body = """')]
    tables = f"\n[event.set] # begin\n{first.replace('set.', '')}"
    text = EXAMPLE.replace(first, "").replace('any more.\n"""\n', f'any more.\n"""\n{tables}')
    document = read(text.encode(), mtime=NOW)
    assert dumps(document.ticket) == EXAMPLE
    stood, last = document.ticket.events
    black = replace(
        stood, set={**stood.set, ("subject",): "[redacted]", ("key",): "k"}, body="", redacted=Redaction(NOW, "ana")
    )
    new = write(document, Ticket(CODE, (black, last))).decode()
    assert 'tags = ["+login", "+sso"]\n\n[event.set] # begin\nsubject = "[redacted]"\nstatus = "new"\n' in new
    assert 'department = "support"\nkey = "k"\ncustomer.name' in new


def test_what_cannot_be_edited_in_place_is_printed_anew_below_its_comments() -> None:
    files = '[[event.attachments]] # shot\nname = "x"\ntype = "y"\nsize = 1\nsha256 = "' + "0" * 64 + '"\n'
    document = read(f"# top\n{EXAMPLE}{files}".encode(), mtime=NOW)
    last = document.ticket.events[-1]
    black = replace(last, attachments=(), body="", redacted=Redaction(NOW, "ana"))
    text = write(document, Ticket(CODE, (document.ticket.first, black))).decode()
    start = f"# top\n{EXAMPLE}"[: f"# top\n{EXAMPLE}".rindex("[[event]]")]
    assert text.startswith(start + '# shot\n[[event]]\nid = "T7W2M8QDN3"\n')
    assert "cleared" not in text


def test_events_in_an_inline_array_are_printed_anew() -> None:
    events = ", ".join(
        f'{{ id = "{name}", seq = {n}, at = {NOW}, kind = "note" }}' for n, name in ((1, FIRST), (2, "T7W2M8QDN3"))
    )
    document = read(f'code = "{CODE}" # c\nevent = [ {events} ] # e\n'.encode(), mtime=NOW)
    assert document.settled
    text = write(document, document.ticket.plus([event(document.ticket, body="x")])).decode()
    assert text.startswith(f'# c\n# e\ncode = "{CODE}"\ncreated = {NOW}\n\n[[event]]\nid = "{FIRST}"')
    assert text.count("[[event]]") == 3


def test_a_table_that_becomes_a_value_is_printed_anew() -> None:
    text = EXAMPLE.replace('[fields]\norder = "A-1001"', "[fields.order] # deep\na = 1").replace(
        'set.fields.order = "A-1001"', "set.fields.order.a = 1"
    )
    document = read(text.encode(), mtime=NOW)
    assert document.settled
    ticket = document.ticket.plus([event(document.ticket, set={("fields", "order"): 2})])
    assert write(document, ticket).decode().startswith(f'# deep\ncode = "{CODE}"\n')


def test_an_event_that_is_gone_leaves_its_comments() -> None:
    document = read(EXAMPLE.replace("seq = 2", "seq = 2 # two").encode(), mtime=NOW)
    text = write(document, Ticket(CODE, (document.ticket.first,))).decode()
    assert text.endswith("# two\n")
    assert read(text.encode(), mtime=NOW).ticket == Ticket(CODE, (document.ticket.first,))


def test_a_ticket_that_no_file_can_say_is_not_written() -> None:
    ticket = loads(EXAMPLE)
    for wrong in (
        event(ticket, body="x" * (1 << 20)),
        event(ticket, set={("fields", "a"): 1, ("fields", "a", "b"): 2}),
        event(ticket, at=NOW.replace(year=2300)),
        event(ticket, set={("fields", "a"): {}}),
    ):
        with pytest.raises(Unfaithful) as caught:
            write(None, ticket.plus([wrong]))
        assert caught.value.exit_code == 74
        assert str(caught.value).startswith(f'the file of ticket "{CODE}" could not be read again (')


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        ("created = 2026-11-20", "created = 2026-11-21", "created is not 2026-11-20 08:15:00+00:00"),
        (EXAMPLE, EXAMPLE + EXAMPLE.split("\n\n")[-1], "an event stands in it twice"),
        (EXAMPLE[EXAMPLE.index("[[event]]") : EXAMPLE.rindex("[[event]]")], "", "its first event is missing"),
    ],
)
def test_what_is_odd_is_noted(old: str, new: str, note: str) -> None:
    document = hand_text(old, new)
    assert any(one.startswith(note) for one in document.notes)
    again = read(write(document, document.ticket), mtime=NOW)
    assert dumps(again.ticket) == dumps(document.ticket)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused(name: str) -> None:
    with pytest.raises(Unreadable):
        read(HOSTILE[name], mtime=NOW)


def test_damaged_files_are_read_and_written_or_refused() -> None:
    source = random.Random(11)
    data = Hand(3).ticket(BASE).encode()
    read_again = 0
    for _ in range(400):
        damaged = bytearray(data)
        at = source.randrange(len(damaged))
        damaged[at : at + source.choice((0, 1, 30))] = source.choice((b"", b"x", b"\n", b'"', b"#", data[at : at + 50]))
        try:
            document = read(bytes(damaged), mtime=NOW)
            check_write(document, document.ticket)
            read_again += 1
        except Unreadable:
            pass
    assert 20 < read_again < 380, "the damage must hurt, and not always"
