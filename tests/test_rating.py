"""The customer rates the support: once for each resolve, credited to who answered, and counted whatever was joined."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desks import make_desk
from tests.play import JAN, MARIA, Play
from tests.test_architecture import loaded_by
from ticketcli.core.action import rate, status, undo
from ticketcli.core.action.conversation import Message, note, reply
from ticketcli.core.action.draft import Context, Draft, EmptyMessage, NotAnAgent
from ticketcli.core.action.rate import BadRating, NotResolved, TooEarly, TooLate, TooLong
from ticketcli.core.clock.feedback import Feedback
from ticketcli.core.clock.situation import Situation
from ticketcli.core.clock.working import looked_at
from ticketcli.core.errors import TicketError
from ticketcli.core.file.codec import event_text
from ticketcli.core.report.report import report
from ticketcli.core.report.summary import wilson
from ticketcli.core.ticket.event import RATE, Event
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.join import join
from ticketcli.core.ticket.thread import gather
from ticketcli.core.words.query import parse
from ticketcli.desk import remembering
from ticketcli.desk.catalog import Catalog
from ticketcli.desk.desk import open_desk
from ticketcli.edges import store


def resolved(play: Play, **how: Any) -> str:
    """The code of a ticket that ana answered and resolved."""
    code = play.asks()
    play.answers(code, status="resolved", **how)
    return code


def rated(play: Play, code: str, value: int, comment: str = "", **how: Any) -> None:
    play.do(code, rate.rate(value, comment, MARIA), **how)


def said(play: Play, code: str) -> list[tuple[int, str, bool, bool]]:
    return [one[1:] for one in play.alone(code).feedback]


def rating(one: Situation) -> int:
    return one.rated.value if one.rated else 0


def unhappy(one: Situation) -> bool:
    return one.rated is not None and one.rated.unhappy


def finds(play: Play, *words: str) -> list[bool]:
    query = parse(words, settings=play.settings, now=play.now, agent="ana")
    return [query.matches(play.alone(code)) for code in play.tickets]


# Who rates what, and when


def test_a_rating_changes_nothing_but_itself() -> None:
    play = Play()
    code = resolved(play)
    before = play.at(code)
    rated(play, code, 5, "Quick!")
    after, event = play.at(code), play.tickets[code].events[-1]
    assert (event.kind, event.role, event.action, event.value) == ("change", "customer", RATE, 5)
    assert (event.by, event.via, event.body) == (str(MARIA), "ana", "Quick!\n")
    assert event.after == play.tickets[code].events[1].id
    assert not event.set
    assert event.seen is None
    assert (after.status, after.until, after.waiting_since) == (before.status, before.until, None)
    assert rating(after) == 5
    assert said(play, code) == [(5, "ana", False, False)]


def test_only_what_is_done_is_rated() -> None:
    play = Play()
    code = play.asks()
    with pytest.raises(NotResolved, match=f"{code} is new, and only what is resolved"):
        rated(play, code, 5)
    play.do(code, status.move("closed"))
    rated(play, code, 3)
    assert rating(play.at(code)) == 3
    play.do(code, status.reopen("not yet"))
    with pytest.raises(NotResolved):
        rated(play, code, 5)


@pytest.mark.parametrize(("days", "taken"), [(29, True), (31, False)])
def test_thirty_days_after_the_resolve_it_is_too_late(days: int, taken: bool) -> None:
    play = Play()
    code = resolved(play)
    play.wait(days=days)
    assert play.shown(code) == "closed"
    if taken:
        rated(play, code, 4)
    else:
        with pytest.raises(TooLate, match="is rated within 30 days; record what the customer says with: ticket reply"):
            rated(play, code, 4)
    assert rating(play.at(code)) == (4 if taken else 0)


def test_the_very_second_counts_in_both_directions() -> None:
    play = Play()
    code = resolved(play)
    begun = play.at(code).clocks.resolved
    assert begun
    assert rate.rated_cycle(play.at(code), begun + rate.WINDOW).begun == begun
    with pytest.raises(TooLate):
        rate.rated_cycle(play.at(code), begun + rate.WINDOW + timedelta(seconds=1))
    with pytest.raises(TooEarly):
        rate.rated_cycle(play.at(code), begun - timedelta(seconds=1))


def test_a_second_rating_takes_the_place_of_the_first() -> None:
    play = Play()
    code = resolved(play)
    for value in (1, 4):
        rated(play, code, value)
    assert said(play, code) == [(4, "ana", False, False)]
    assert not play.do(code, rate.rate(4, "", MARIA))
    play.do(code, undo.undo(undo.last_command([play.tickets[code]], "ana"), play.context()))
    assert rating(play.at(code)) == 1


def test_a_new_resolve_is_rated_anew() -> None:
    play = Play()
    code = resolved(play)
    rated(play, code, 1)
    play.says(code)
    assert unhappy(play.at(code))
    play.do(code, reply(Message("Now?"), status="resolved"), who="bob")
    assert not unhappy(play.at(code))
    assert rating(play.at(code)) == 1
    rated(play, code, 5)
    assert said(play, code) == [(1, "ana", False, True), (5, "bob", False, False)]


@pytest.mark.parametrize("word", ["0", "6", "-1", "4.5", "five", "", "05", "²"])
def test_what_is_no_rating_is_refused(word: str) -> None:
    with pytest.raises(BadRating, match=r"write a number from 1 \(very bad\) to 5 \(very good\), or none"):
        rate.value_of(word)


def test_a_long_comment_is_a_message() -> None:
    rate.rate(5, "x" * 1000, MARIA)
    with pytest.raises(TooLong, match="has 1,001 characters and may have 1,000"):
        rate.rate(5, "x" * 1001, MARIA)


@pytest.mark.parametrize("value", [0, 6, True, "5", 4.0, None, [5]])
def test_what_a_hand_wrote_wrongly_counts_for_nothing(value: Any) -> None:
    event = Event(kind="change", role="customer", action=RATE, value=value)
    assert (event.rating, replace(event, value=5).rating) == (0, 5)
    assert replace(event, value=5, role="agent").rating == 0
    assert replace(event, value=5, kind="message").rating == 0


def test_an_agent_takes_a_rating_back_with_a_reason() -> None:
    play = Play()
    code = resolved(play)
    rated(play, code, 2)
    rated(play, code, 1)
    with pytest.raises(EmptyMessage):
        play.do(code, rate.take_back(" "))
    with pytest.raises(NotAnAgent):
        play.do(code, rate.take_back("no"), agent=False)
    play.do(code, rate.take_back("It was meant for another desk."))
    assert not play.at(code).feedback
    assert sum(event.rating > 0 for event in play.tickets[code].events) == 2
    assert not play.do(code, rate.take_back("again"))


def test_a_ticket_that_was_resolved_a_thousand_times_keeps_no_list_waiting() -> None:
    play = Play()
    one = play.alone(resolved(play)).ticket
    later: list[Event] = []
    for number in range(2_000):
        when, seq = one.events[-1].at + timedelta(minutes=number), one.next_seq + 2 * number
        state = Event(f"S{number:09}", seq, when, by="ana", set={("status",): ("open", "resolved")[number % 2]})
        later += [
            state,
            Event(f"R{number:09}", seq + 1, when, by="m", role="customer", action=RATE, after=state.id, value=2),
        ]
    one = one.plus(later)
    situation = looked_at(one, gather(one.code, {one.code: one}.get), play.settings, later[-1].at)
    begun = time.process_time()
    assert sum(each.unhappy for each in situation.feedback) == 1_000
    assert time.process_time() - begun < 3


# For whom it counts


def test_who_answered_last_before_the_resolve_is_credited() -> None:
    play = Play()
    code = play.asks()
    play.do(code, reply(Message("Look here.")), who="bob")
    play.do(code, note(Message("They called.")))
    play.do(code, status.move("resolved"))
    play.do(code, reply(Message("Anything else?"), keep=True))
    rated(play, code, 4)
    assert said(play, code) == [(4, "bob", False, False)]
    silent = play.asks()
    play.do(silent, status.move("resolved"))
    rated(play, silent, 4)
    assert said(play, silent) == [(4, "", False, False)]


def asks_to_rate(situation: Situation, _: Context) -> list[Draft]:
    event = Event(kind="message", role="system", by="rule", quiet=True, action=RATE, body="How was it?\n")
    return [Draft(situation.thread.code, event)]


def test_a_question_counts_for_the_cycle_that_it_is_about() -> None:
    play = Play()
    code = play.asks()
    play.do(code, asks_to_rate)
    assert said(play, code) == []  # nothing was resolved yet
    play.answers(code, status="resolved")
    assert said(play, code) == [(0, "ana", True, False)]
    play.wait(days=20)
    play.says(code)
    play.answers(code, status="resolved")
    assert said(play, code) == [(0, "ana", True, False)]
    play.do(code, asks_to_rate)
    assert said(play, code) == [(0, "ana", True, False)] * 2


# Who is unhappy


def test_the_unhappy_are_found_until_somebody_answers() -> None:
    play = Play()
    for value in (1, 2, 3):
        rated(play, resolved(play), value)
    unrated = resolved(play)
    assert finds(play, "is:unhappy") == [True, True, False, False]
    assert finds(play, "rating:1..2") == [True, True, False, False]
    assert finds(play, "rating:3,1") == [True, False, True, False]
    assert finds(play, "rating:2..") == [False, True, True, False]
    assert finds(play, "rating:none") == [False, False, False, True]
    assert finds(play, "-rating:none") == [True, True, True, False]
    first, second, *_ = play.tickets
    play.do(first, note(Message("I will call them.")))
    play.do(second, reply(Message("We are sorry."), keep=True))
    assert finds(play, "is:unhappy") == [True, False, False, False]
    assert play.shown(unrated) == "resolved"
    query = parse(["rating:1"], settings=play.settings, now=play.now, agent="ana")
    assert query.names_status  # what is closed is looked at too


def test_an_answer_of_another_clone_did_not_know_the_rating() -> None:
    play = Play()
    code = resolved(play)
    before = play.tickets[code]
    play.do(code, reply(Message("One more thing."), keep=True))
    ours, play.tickets[code] = play.tickets[code], before
    rated(play, code, 1)
    play.tickets[code] = join(ours, play.tickets[code], event_text)
    assert unhappy(play.at(code))


def test_the_index_counts_them_and_opens_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    play = Play()
    for value in (0, 1, 2, 5):
        code = resolved(play)
        if value:
            rated(play, code, value)
    play.wait(days=10)  # by now all are closed
    root = make_desk(tmp_path / "desk", play.tickets.values())
    for path in root.glob("tickets/*/*.toml"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    desk = open_desk(root, {})
    assert Catalog(desk, play.now).unhappy() == 2
    monkeypatch.setattr(remembering, "FEWEST", 0)
    catalog = Catalog(desk, play.now)
    assert catalog.active()[0] == []
    monkeypatch.setattr(store, "read", None)
    assert catalog.unhappy() == 2
    every = Catalog(desk, play.now).situations()
    assert sorted(rating(one) for one in every) == [0, 1, 2, 5]


def test_a_desk_without_ratings_loads_nothing_of_them(tmp_path: Path) -> None:
    play = Play()
    code = resolved(play)
    root = make_desk(tmp_path, play.tickets.values())
    ours = {f"ticketcli.core.{name}" for name in ("clock.feedback", "action.rate", "action.special", "mail.telling")}
    words = [["list", "--all"], ["show", code], ["reply", code, "-s", "keep", "-m", "So."], []]
    script = "from ticketcli.cli.main import main\n" + "\n".join(
        f"main(['-C', {str(root)!r}, *{one}])" for one in words
    )
    assert not ours & loaded_by(script)
    rated(play, code, 5)
    make_desk(tmp_path, play.tickets.values())
    assert "ticketcli.core.clock.feedback" in ours & loaded_by(script)


# The report


def numbers(play: Play, by: str = "agent") -> dict[str, Any]:
    every = [play.alone(code) for code in play.tickets]
    made = report("satisfaction", every, by=by, since=None, until=None, zone=play.settings.zone)
    return {row.group: dict(row.values) for row in (*made.rows, made.total)}


def test_the_report_counts_by_whom_it_is_about() -> None:
    play = Play()
    for value in (5, 4, 3, 1):
        rated(play, resolved(play), value)
    unrated = resolved(play)
    play.do(unrated, asks_to_rate)
    by_bob = play.asks()
    play.do(by_bob, reply(Message("So."), status="resolved"), who="bob")
    play.do(by_bob, asks_to_rate)
    rated(play, by_bob, 2)
    found = numbers(play)
    counts = {"n": 4, "good": 2, "neutral": 1, "bad": 1, "asked": 1}
    assert {name: found["ana"][name] for name in counts} == counts
    assert (found["ana"]["score"], found["ana"]["response_rate"]) == (Fraction(1, 2), 0)
    assert (found["bob"]["score"], found["bob"]["response_rate"]) == (0, 1)
    assert (found[""]["n"], found[""]["score"], found[""]["response_rate"]) == (5, Fraction(2, 5), Fraction(1, 2))
    assert found["ana"]["score_at_least"] == pytest.approx(0.1500, abs=1e-4)
    assert numbers(Play(), by="")[""]["score"] is None


@pytest.mark.parametrize(
    ("good", "n", "least"), [(1, 1, 0.2065), (9, 10, 0.5958), (90, 100, 0.8256), (0, 5, 0.0), (10, 10, 0.7225)]
)
def test_the_lower_bound_of_a_share(good: int, n: int, least: float) -> None:
    """Against the roots of (p - x)² = z² x (1 - x) / n, which the bound of Wilson is."""
    assert wilson(good, n) == pytest.approx(least, abs=1e-4)
    bound, share = wilson(good, n), good / n
    assert (share - bound) ** 2 == pytest.approx(1.96**2 * bound * (1 - bound) / n, abs=1e-12)


# One for each cycle, whatever is joined

STEPS: dict[str, Callable[[Play, str], object]] = {
    "resolves": lambda play, code: play.do(code, status.move("resolved")),
    "answers": lambda play, code: play.answers(code, status="resolved"),
    "closes": lambda play, code: play.do(code, status.move("closed")),
    "reopens": lambda play, code: play.do(code, status.reopen("again")),
    "writes": lambda play, code: play.says(code),
    "rates badly": lambda play, code: rated(play, code, 1),
    "rates well": lambda play, code: play.do(code, rate.rate(5, "", JAN)),
    "asks": lambda play, code: play.do(code, asks_to_rate),
    "undoes": lambda play, code: play.do(
        code, undo.undo(undo.last_command([play.tickets[code]], "ana"), play.context())
    ),
}
HISTORY = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(sorted(STEPS))), max_size=12)


def clones(history: Sequence[tuple[int, str]]) -> tuple[Play, list[Ticket]]:
    """Three copies of a ticket that was resolved and rated, in which different things happened."""
    play = Play()
    code = resolved(play)
    rated(play, code, 2)
    base = play.tickets[code]
    copies = [base, base, base]
    for number, step in history:
        play.tickets[code] = copies[number]
        try:
            STEPS[step](play, code)
        except TicketError:
            continue
        copies[number] = play.tickets[code]
    return play, copies


def at(play: Play, one: Ticket) -> Situation:
    return looked_at(one, gather(one.code, {one.code: one}.get), play.settings, play.now)


def runs(one: Situation) -> int:
    """How often the ticket came to be resolved or closed, counted anew."""
    done = [step.category in ("resolved", "closed") for step in one.steps]
    return sum(now and not before for before, now in zip([False, *done], done, strict=False))


@settings(max_examples=12, deadline=None)
@given(HISTORY)
def test_of_a_cycle_one_rating_counts_in_whatever_order_clones_are_joined(history: list[tuple[int, str]]) -> None:
    play, copies = clones(history)
    ways: set[tuple[Feedback, ...]] = set()
    for one, two, three in list(permutations(copies))[::2]:
        joined = join(join(one, two, event_text), three, event_text)
        ways.add(at(play, joined).feedback)
    assert len(ways) == 1
    (found,) = ways
    assert len(found) <= runs(at(play, joined))
    counting = {event.rating for event in joined.counting}
    assert {one.value for one in found} <= counting | {0}
    assert len({one.begun for one in found}) == len(found)


def test_without_cycles_two_clones_would_count_two_ratings() -> None:
    """The negative control: two resolves of two clones, each rated there, are one cycle behind the join."""
    play = Play()
    code = play.asks()
    base, copies = play.tickets[code], []
    for value in (2, 5):
        play.tickets[code] = base
        play.do(code, status.move("resolved"))
        rated(play, code, value)
        copies.append(play.tickets[code])
    one, two = copies
    joined = join(one, two, event_text)
    ratings = [event for event in joined.events if event.rating]
    assert len({event.after for event in ratings}) == 2
    assert [one.value for one in at(play, joined).feedback] == [max(ratings, key=lambda one: one.order).rating]
