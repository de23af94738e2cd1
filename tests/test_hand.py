"""What hands did, as events: typed blocks completed, header edits turned into one change, the same at every reading."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.strategies import leaf_values, tickets
from tests.test_codec import CODE, EXAMPLE, FIRST
from ticketcli.core.file.codec import Invalid, dumps, loads
from ticketcli.core.file.document import Document, read, write
from ticketcli.core.file.values import key_text, value_text
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.fold import Ticket

MTIME = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
ANSWER = "T7W2M8QDN3"
UNTIL = "until = 2026-12-01 00:00:00+00:00\n"


def edited(*pairs: tuple[str, str], text: str = EXAMPLE, mtime: datetime = MTIME) -> Document:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return read(text.encode(), mtime=mtime)


def hand(document: Document) -> Event:
    """The event of the header's edit."""
    assert not document.settled
    event = document.ticket.events[-1]
    assert event.action == "hand"
    return event


def test_a_file_that_nobody_touched_has_no_pending_event() -> None:
    assert edited() == Document(EXAMPLE, loads(EXAMPLE), True, ())


def test_an_edit_is_one_event_behind_the_last() -> None:
    event = hand(edited(('subject = "Cannot', 'subject = "They cannot'), ('priority = "high"\n', "")))
    assert event.after == ANSWER
    assert event.set == {("subject",): "They cannot log in after the password reset", ("priority",): ""}
    assert (event.kind, event.by, event.role, event.seq, event.at, event.seen) == (
        "change",
        "",
        "agent",
        3,
        MTIME,
        None,
    )


def test_reading_twice_and_in_another_clone_makes_the_same_event() -> None:
    pair = ('subject = "Cannot', 'subject = "They cannot')
    one, other = edited(pair), edited(pair, mtime=MTIME + timedelta(days=3))
    assert one == edited(pair)
    assert hand(one).id == hand(other).id
    assert hand(one).id != hand(edited((pair[0], 'subject = "We cannot'))).id


def test_lists_change_item_by_item() -> None:
    event = hand(edited(('tags = ["login", "sso"]', 'tags = ["vip", "login", "", "a", "vip"]\nwatchers = ["ben"]')))
    assert event.lists == {"tags": ("+a", "+vip", "-sso"), "watchers": ("+ben",)}
    assert event.set == {}
    assert edited(('tags = ["login", "sso"]', 'tags = ["sso", "login", "sso"]')).settled, "order says nothing"


def test_values_differ_when_their_text_does() -> None:
    assert hand(edited(("order =", "paid = 1\norder ="))).set == {("fields", "paid"): 1}
    text = write(None, hand_ticket({("fields", "paid"): 1, ("fields", "x"): float("nan")})).decode()
    assert edited(text=text).settled
    for new in ("1.0", "true", '"1"'):
        assert ("fields", "paid") in hand(edited(("\npaid = 1", f"\npaid = {new}"), text=text)).set
    assert edited((CODE, CODE), ("created = 2026-11-20 08:15:00+00:00", "created = 2026-11-20T14:00:00+05:45")).settled


def hand_ticket(changed: dict[tuple[str, ...], object]) -> Ticket:
    return loads(EXAMPLE).plus([Event(id="B2C3D4E5F6", seq=3, at=MTIME, set=changed)])


def test_a_table_in_place_of_a_value_takes_it_away() -> None:
    document = edited(('order = "A-1001"', "order.number = 1001"))
    assert hand(document).set == {("fields", "order", "number"): 1001}
    assert document.ticket.header.table("fields") == {("order", "number"): 1001}


def test_an_empty_value_takes_a_key_away() -> None:
    document = edited(('assignee = "ana"', 'assignee = ""'))
    assert hand(document).set == {("assignee",): ""}
    assert document.ticket.header.text("assignee") == ""
    assert edited(("[customer]", 'key = ""\n[customer]')).settled


def test_a_status_set_by_hand_has_seen_who_waits() -> None:
    waiting = (
        EXAMPLE
        + '\n[[event]]\nid = "B2C3D4E5F6"\nseq = 3\nat = 2026-11-20 10:00:00Z\nkind = "message"\nrole = "customer"\n'
    )
    quiet = waiting + 'quiet = true\nbody = "auto"\n'
    closed = ('status = "answered"', 'status = "closed"')
    assert hand(edited(closed)).seen == ()
    assert hand(edited(closed, text=waiting)).seen == ("B2C3D4E5F6",)
    assert hand(edited(closed, text=quiet)).seen == ()
    assert hand(edited(closed, ('seen = ["7KQM2RTX4B"]\n', "seen = []\n"))).seen == (FIRST,)
    assert hand(edited(closed, ('seen = ["7KQM2RTX4B"]\n', ""), text=waiting)).seen == ("B2C3D4E5F6",), "order decides"


def test_a_time_set_by_hand_sets_the_status_again_with_what_its_event_had_seen() -> None:
    event = hand(edited(("tags =", f"{UNTIL}tags =")))
    assert event.set == {("until",): datetime(2026, 12, 1, tzinfo=UTC), ("status",): "answered"}
    assert event.seen == (FIRST,)
    again = hand(edited(("tags =", f"{UNTIL}tags ="), ('status = "answered"', 'status = "postponed"')))
    assert again.set == {("until",): datetime(2026, 12, 1, tzinfo=UTC), ("status",): "postponed"}
    assert again.seen == ()


def test_a_time_set_by_hand_on_what_came_back_by_itself() -> None:
    wake = (
        '\n[[event]]\nid = "B2C3D4E5F6"\nseq = 3\nat = 2026-11-20 10:00:00Z\nkind = "change"\nby = "tick"\n'
        f'role = "system"\nafter = "{ANSWER}"\nset.status = "open"\n'
    )
    document = edited(('status = "answered"', f'status = "open"\n{UNTIL}'), text=EXAMPLE + wake)
    event = hand(document)
    assert event.set[("status",)] == "open"
    assert event.seen == (FIRST,)
    assert event.after == ANSWER, "a clone that wrote no wake makes the same event"
    assert event.seq == 4
    assert read(write(document, document.ticket), mtime=MTIME).settled


def test_a_time_without_any_status_stands_alone() -> None:
    bare = f'code = "{CODE}"\n{UNTIL}[[event]]\nid = "{FIRST}"\nseq = 1\nat = 2026-11-20 10:00:00Z\nkind = "note"\n'
    assert hand(edited(text=bare)).set == {("until",): datetime(2026, 12, 1, tzinfo=UTC)}


def test_a_new_status_takes_the_old_time_away() -> None:
    postponed = edited(("tags =", f"{UNTIL}tags ="), ('status = "answered"', 'status = "postponed"'))
    text = write(postponed, postponed.ticket).decode()
    document = edited(('status = "postponed"', 'status = "open"'), text=text)
    assert hand(document).set == {("status",): "open"}
    assert document.ticket.header.time("until") is None
    again = read(write(document, document.ticket), mtime=MTIME)
    assert again.settled
    assert "\nuntil" not in again.text
    assert hand(edited((UNTIL, ""), text=text)).set == {("until",): "", ("status",): "postponed"}


def test_what_a_hand_did_is_never_before_what_it_had_read() -> None:
    old = datetime(2020, 1, 1, tzinfo=UTC)
    newest = datetime(2026, 11, 20, 9, 2, 11, tzinfo=UTC)
    assert hand(edited(('"high"', '"low"'), mtime=old)).at == newest
    assert edited(text=EXAMPLE + '[[event]]\nbody = "x"\n', mtime=old).ticket.events[-1].at == newest


def test_what_a_rule_set_stands_before_what_a_hand_set() -> None:
    rule = 'kind = "change"\nby = "tick"\nrole = "system"\nset.priority = "urgent"\n'
    text = f'{EXAMPLE}\n[[event]]\nid = "ZZZZZZZZZZ"\nseq = 3\nat = 2026-11-20 10:00:00Z\nafter = "{FIRST}"\n{rule}'
    document = edited(('priority = "high"', 'priority = "low"'), text=text)
    assert hand(document).seq == 4
    assert document.ticket.header.text("priority") == "low"


def test_a_block_typed_by_hand_needs_nothing_but_a_body() -> None:
    text = (
        EXAMPLE
        + '[[event]]\nbody = "one"\n[[event]]\nbody = "one"\n[[event]]\nkind = "message"\nby = "ben"\nbody = "two"\n'
    )
    document = edited(text=text)
    assert not document.settled
    typed = document.ticket.events[2:]
    assert [(one.seq, one.at, one.kind, one.by, one.body) for one in typed] == [
        (3, MTIME, "note", "", "one"), (4, MTIME, "note", "", "one"), (5, MTIME, "message", "ben", "two"),
    ]  # fmt: skip
    assert len({one.id for one in typed}) == 3
    later = edited(text=text, mtime=MTIME + timedelta(days=1)).ticket.events
    assert {one.id for one in later} == {one.id for one in document.ticket.events}
    assert read(write(document, document.ticket), mtime=MTIME).ticket == document.ticket


def test_what_was_typed_is_kept() -> None:
    typed = (
        'id = "B2C3D4E5F6"\nat = 2026-11-01 10:00:00Z\nbody = "one"\n'
        '[[event]]\nseq = 7\nbody = "two"\n[[event]]\nbody = "three"\n'
    )
    events = {one.body: one for one in edited(text=f"{EXAMPLE}[[event]]\n{typed}").ticket.events[2:]}
    assert events["one"].id == "B2C3D4E5F6"
    assert events["one"].at == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert (events["two"].seq, events["three"].seq) == (7, 9)


def test_a_status_in_a_typed_block_is_not_taken_back_by_the_header() -> None:
    text = f'{EXAMPLE}[[event]]\nset.status = "closed"\nbody = "done"\n'
    document = edited(text=text)
    assert document.ticket.header.text("status") == "closed"
    assert [one.action for one in document.ticket.events] == ["", "", ""]
    both = edited(('priority = "high"', 'priority = "low"'), text=text)
    assert hand(both).set == {("priority",): "low"}
    assert hand(both).after == both.ticket.events[-2].id
    data = write(both, both.ticket)
    assert read(data, mtime=MTIME) == Document(data.decode(), both.ticket, True, ())


def test_a_ticket_typed_whole_is_a_ticket() -> None:
    document = edited(
        text=f'code = "{CODE}"\nsubject = "Typed"\nstatus = "new"\n[[event]]\nbody = "first"\n[[event]]\nbody = "x"\n'
    )
    first, second, change = document.ticket.events
    assert (first.id, first.seq, second.seq, change.seq) == (FIRST, 1, 2, 3)
    assert change.set == {("subject",): "Typed", ("status",): "new"}
    assert read(write(document, document.ticket), mtime=MTIME).ticket == document.ticket


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (f'code = "{CODE}"\n', "", "it has no code"),
        (CODE, "7KQ-M2RTX-4BX", "is not a code"),
        (CODE, "000-00000-000", f'put back code = "{CODE}"'),
        ('id = "T7W2M8QDN3"', f'id = "{FIRST}"', "delete the id line"),
    ],
)
def test_what_no_hand_may_change(old: str, new: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        edited((old, new))


def test_unknown_keys_are_no_edit() -> None:
    document = edited(("[customer]", "later = { a = 1 }\n[customer]"))
    assert document.settled
    assert document.ticket.extra == {"later": {"a": 1}}
    known = write(None, hand_ticket({("later", "a"): 1})).decode()
    assert hand(edited(("later.a = 1\n", "later.a = 2\n"), text=known)).set == {("later", "a"): 2}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    tickets(), st.dictionaries(st.sampled_from(("x", "order", "with space")), leaf_values(), min_size=1), st.booleans()
)
def test_any_edit_is_recorded_once_and_holds(ticket: Ticket, fields: dict[str, object], twice: bool) -> None:
    known = read(dumps(ticket).encode(), mtime=MTIME)
    header, *events = known.text.split("\n[[event]]\n")
    header = "\n".join(line for line in header.split("\n") if not line.startswith("subject = ")).split("\n[")[0]
    header += "\n[fields]\n" + "".join(f"{key_text((key,))} = {value_text(value)}\n" for key, value in fields.items())
    document = read("\n[[event]]\n".join([header, *events]).encode(), mtime=MTIME)
    shown = {path: value_text(value) for path, value in document.ticket.header.table("fields").items()}
    assert shown == {(key,): value_text(value) for key, value in fields.items() if value != ""}
    assert document.ticket.header.table("customer") == {}
    assert document.ticket.header.text("subject") == ""
    assert document.settled == (dumps(document.ticket) == dumps(ticket))
    again = read(write(document, document.ticket), mtime=MTIME + timedelta(days=1))
    assert again.settled
    assert dumps(again.ticket) == dumps(document.ticket)
