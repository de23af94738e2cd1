"""The join of two versions of a ticket: its laws on any tickets, and what hands made of the same event."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.play import Play
from ticketcli.core.file.codec import dumps, event_text
from ticketcli.core.ticket.event import Event, Redaction
from ticketcli.core.ticket.fold import Ticket, in_order
from ticketcli.core.ticket.join import DifferentTickets, join
from ticketcli.core.ticket.redaction import blacked


def joined(one: Ticket, other: Ticket, base: Ticket | None = None) -> Ticket:
    return join(one, other, event_text, base)


def changed(ticket: Ticket, number: int, **fields: object) -> Ticket:
    """The ticket with one of its events made otherwise, as a hand does it."""
    events = [replace(event, **fields) if n == number else event for n, event in enumerate(ticket.events)]  # type: ignore[arg-type]
    return Ticket(ticket.code, in_order(events), ticket.extra)


def vars_of(event: Event) -> dict[str, object]:
    return {"body": event.body, "redacted": event.redacted}


@cache
def talk() -> Ticket:
    """A ticket with a question, an answer and a thank-you."""
    play = Play()
    code = play.asks()
    play.answers(code)
    play.says(code, "Thank you.")
    return play.tickets[code]


BODIES = ["a\n", "b\n", "The same.\n", "<<<<<<< HEAD\nmine\n=======\n", "x\r\ny", "'''\n"]


@st.composite
def versions(draw: st.DrawFn) -> list[Ticket]:
    """Versions of one ticket: each has some of the events, some changed by hand, recorded later or redacted."""
    whole = talk()
    return [draw(version(whole)) for _ in range(3)]


@st.composite
def version(draw: st.DrawFn, whole: Ticket) -> Ticket:
    kept = [event for event in whole.events if event == whole.first or draw(st.booleans())]
    events = [draw(copies(event)) for event in kept]
    extra = draw(st.dictionaries(st.sampled_from(["x", "y"]), st.sampled_from([1, 2.5, "z", [1]]), max_size=2))
    return Ticket(whole.code, in_order(events), extra)


@st.composite
def copies(draw: st.DrawFn, event: Event) -> Event:
    kind = draw(st.sampled_from(["same", "same", "body", "set", "later", "redacted"]))
    if kind == "body":
        return replace(event, body=draw(st.sampled_from(BODIES)))
    if kind == "set":
        return replace(event, set={**event.set, ("priority",): draw(st.sampled_from(["low", "high"]))})
    if kind == "later":
        return replace(event, at=event.at + timedelta(minutes=draw(st.integers(1, 3))), seq=event.seq)
    if kind == "redacted":
        at = event.at + timedelta(days=draw(st.integers(1, 2)))
        keys = draw(st.sampled_from([(), (), ("subject",), ("customer.email", "text"), ("customer",)]))
        return blacked(event, Redaction(at, draw(st.sampled_from(["ana", "bob"])), keys))
    return event


def hold(one: Ticket, two: Ticket, three: Ticket) -> None:
    """Commutative, associative, idempotent, absorbing; every event is there, and the bytes are the same."""
    assert joined(one, one) == one
    both = joined(one, two)
    assert both == joined(two, one)
    assert dumps(both) == dumps(joined(two, one))
    assert joined(one, both) == both
    assert joined(both, three) == joined(one, joined(two, three))
    assert set(both.by_id) >= {event.id for event in (*one.events, *two.events) if event.action != "version"}


def nothing_lost(one: Ticket, two: Ticket) -> None:
    """Whatever a version says stands in the join, but for what was redacted."""
    both = joined(one, two)
    told = "".join(event.body for event in both.events)
    for ticket in (one, two):
        for event in ticket.events:
            if not both.by_id[event.id].redacted:
                assert event.body in told, event.id


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(versions())
def test_the_laws_of_a_join(some: list[Ticket]) -> None:
    hold(*some)
    nothing_lost(some[0], some[1])


@pytest.mark.long
@settings(max_examples=50_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(versions())
def test_the_laws_of_a_join_50000_times(some: list[Ticket]) -> None:
    hold(*some)
    nothing_lost(some[0], some[1])


def test_a_join_that_takes_the_first_copy_fails_the_laws() -> None:
    one, two = changed(talk(), 0, body="a\n"), changed(talk(), 0, body="b\n")
    naive = {event.id: event for event in (*two.events, *one.events)}
    other = {event.id: event for event in (*one.events, *two.events)}
    assert naive != other


def test_a_text_that_one_hand_changed_counts_against_the_base() -> None:
    base = talk()
    for body in ("aaa\n", "zzz\n"):
        mended = changed(base, 1, body=body)
        assert joined(base, mended, base) == mended == joined(mended, base, base)


def test_a_text_that_both_hands_changed_is_never_lost() -> None:
    base = talk()
    one, two = changed(base, 1, body="mine\n"), changed(base, 1, body="yours\n")
    both = joined(one, two, base)
    assert both == joined(two, one, base)
    note = next(event for event in both.events if event.kind == "note")
    assert both.by_id[base.events[1].id].body == "yours\n"
    assert (note.about, "mine\n" in note.body) == ((base.events[1].id,), True)


def test_a_field_that_both_hands_changed_inside_an_event_is_told_in_the_note() -> None:
    base = talk()
    one, two = (changed(base, 0, set={**base.first.set, ("priority",): word}, body="") for word in ("high", "low"))
    note = next(event for event in joined(one, two, base).events if event.kind == "note")
    assert 'set.priority = "high"' in note.body


def test_what_two_clones_derived_at_different_times_is_one_event_without_a_note() -> None:
    base = talk()
    wake = Event("WAKEWAKE00", 9, base.first.at, by="tick", role="system", action="wake", after=base.first.id)
    one, two = base.plus([wake]), base.plus([replace(wake, at=wake.at + timedelta(hours=1))])
    assert joined(one, two).events == one.events == joined(two, one).events


def test_a_redaction_wins_over_everything_and_of_two_the_earlier() -> None:
    base = talk()
    at = base.events[1].at
    marks = [Redaction(at + timedelta(days=n), "ana") for n in (1, 2)]
    red = [changed(base, 1, **vars_of(blacked(base.events[1], mark))) for mark in marks]
    mended = changed(base, 1, body="mended\n")
    assert joined(red[0], mended, base) == red[0] == joined(mended, red[0])
    assert joined(red[1], red[0], base) == red[0]


def test_an_event_that_a_hand_deleted_comes_back() -> None:
    base = talk()
    without = Ticket(base.code, base.events[:-1])
    assert joined(without, base, base) == base


def test_unknown_header_keys_come_from_the_side_that_changed_them() -> None:
    base = replace(talk(), extra={"x": 5, "y": 1})
    assert joined(replace(base, extra={"x": 3, "y": 1}), replace(base, extra={"x": 5}), base).extra == {"x": 3}


def test_different_tickets_under_one_name_are_refused() -> None:
    one, play = talk(), Play()
    code = play.asks("Another ticket.")
    play.wait(days=1)
    other = play.tickets[play.asks("And one more.")]
    with pytest.raises(DifferentTickets):
        joined(one, other)
    forged = Ticket(one.code, tuple(replace(event, id=f"{n}" * 10) for n, event in enumerate(one.events)))
    with pytest.raises(DifferentTickets):
        joined(one, forged)
    assert play.tickets[code].code == one.code
