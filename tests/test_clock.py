"""Clock instances, service levels, deadlines and the agenda: semantics.md 2 and 3, case by case and as laws."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.play import BEGIN, JAN, MARIA, Play
from ticketcli.core.action import conversation as act
from ticketcli.core.action import merge as merging
from ticketcli.core.action.change import change
from ticketcli.core.action.draft import Draft
from ticketcli.core.action.level import outdated, reapply
from ticketcli.core.action.skip import skip
from ticketcli.core.action.split import Split
from ticketcli.core.action.split import split as split_action
from ticketcli.core.action.status import move, reopen
from ticketcli.core.clock.agenda import agenda, due_now
from ticketcli.core.clock.due import left
from ticketcli.core.clock.queue import for_agent, queue, remedy, rule, skipped, why
from ticketcli.core.clock.sla import Measure
from ticketcli.core.clock.timeline import BOUNCED
from ticketcli.core.file.codec import dumps, loads
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.words.loading import load
from ticketcli.core.words.settings import Settings

HOUR = timedelta(hours=1)
OFFICE = {"time_zone": "Europe/Prague", **{day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}}
GOLD = {
    "name": "gold",
    "when": "tag:vip priority:high..",
    "calendar": "office",
    "first_response": {"default": "1h"},
    "resolution": {"default": "4h"},
}
STANDARD = {
    "name": "standard",
    "first_response": {"urgent": "1h", "default": "8h"},
    "next_response": {"default": "4h"},
    "resolution": {"urgent": "8h", "default": "40h"},
}
LEVELS = {
    "priorities": ["low", "normal", "high", "urgent"],
    "agent": {"ana": {"departments": ["support"]}, "bob": {}},
    "calendar": {"office": OFFICE},
    "sla": [GOLD, STANDARD],
}
DESK = load(LEVELS)


def desk(**sla: object) -> Play:
    """A desk with one level, of these targets, 24/7; without any, that of LEVELS."""
    if not sla:
        return Play(DESK)
    return Play(load({**LEVELS, "sla": [{"name": "only", **sla}]}))


def measured(play: Play, code: str, clock: str) -> list[Measure]:
    return [one for one in play.at(code).measures if one.instance.clock == clock]


def outcomes(play: Play, code: str, clock: str) -> list[str]:
    return [one.outcome for one in measured(play, code, clock)]


def priority(word: str) -> Changes:
    return Changes({("priority",): word})


def test_a_first_response_is_met_at_the_very_second_of_its_deadline_and_missed_one_later() -> None:
    for late, outcome in ((0, "met"), (1, "missed")):
        play = desk(first_response={"default": "8h"})
        code = play.asks()
        play.now = BEGIN + 8 * HOUR - timedelta(minutes=1) + timedelta(seconds=late)
        play.answers(code)
        (one,) = measured(play, code, "first_response")
        assert (one.deadline, one.outcome) == (BEGIN + 8 * HOUR, outcome)
        assert one.instance.by == "ana"


def test_what_still_runs_past_its_deadline_is_missed() -> None:
    play = desk(first_response={"default": "8h"})
    code = play.asks()
    for passed, outcome in ((8 * HOUR, "running"), (8 * HOUR + timedelta(seconds=1), "missed")):
        play.now = BEGIN + passed
        assert outcomes(play, code, "first_response") == [outcome]
    assert play.at(code).overdue


def test_a_resolve_without_a_reply_cancels_a_running_answer_clock_but_not_a_miss() -> None:
    for hours, outcome in ((7, "cancelled"), (9, "missed")):
        play = desk(first_response={"default": "8h"}, next_response={"default": "8h"})
        code, asked = play.asks(), play.asks("Another.")
        play.answers(asked)
        play.says(asked)
        play.wait(hours=hours)
        for one in (code, asked):
            play.do(one, move("resolved"))
        assert outcomes(play, code, "first_response") == [outcome]
        assert outcomes(play, asked, "next_response") == [outcome]


def test_each_turn_of_the_customer_has_a_next_response_of_its_own() -> None:
    play = desk(next_response={"default": "4h"})
    code = play.asks()
    play.answers(code)
    play.wait(hours=10)
    first = play.says(code)
    play.wait(hours=1)
    play.says(code, "Hello?")
    play.wait(hours=4)
    play.answers(code)
    play.wait(hours=1)
    second = play.says(code, "Thank you, and the other one?")
    play.wait(hours=1)
    play.do(code, move("answered", reason="called her"))
    one, other = measured(play, code, "next_response")
    assert (one.instance.start, one.outcome) == (first.at, "missed"), "the second message of a turn moves nothing"
    assert (other.instance.start, other.outcome) == (second.at, "met"), "Answered by hand counts (C5)"


def test_a_later_customer_turn_is_no_first_response_again() -> None:
    play = desk(first_response={"default": "1h"}, next_response={"default": "4h"})
    code = play.asks()
    play.do(code, move("resolved"))
    play.says(code)
    assert outcomes(play, code, "first_response") == ["cancelled"]
    assert outcomes(play, code, "next_response") == ["running"], "a customer's reopening starts the answer clock too"


def test_an_agents_reopening_starts_no_answer_clock() -> None:
    play = desk(first_response={"default": "1h"}, next_response={"default": "4h"}, resolution={"default": "9h"})
    code = play.asks()
    play.answers(code, status="resolved")
    play.do(code, reopen("the fix did not hold"))
    assert outcomes(play, code, "next_response") == []
    assert outcomes(play, code, "resolution") == ["met", "running"]


def test_answer_clocks_run_on_while_postponed_and_the_resolution_pauses() -> None:
    play = desk(first_response={"default": "8h"}, resolution={"default": "10h"})
    code = play.asks()
    play.do(code, move("postponed", until=play.now + 100 * HOUR))
    since = play.now
    play.wait(hours=5)
    first, resolution = play.at(code).measures
    assert (first.deadline, resolution.deadline) == (BEGIN + 8 * HOUR, None)
    assert not play.at(code).in_queue
    play.wait(hours=5)
    assert (play.shown(code), play.at(code).in_queue) == ("postponed", True), "overdue by a real SLA (C9)"
    play.now = since + 101 * HOUR
    (resolution,) = measured(play, code, "resolution")
    assert play.shown(code) == "new"
    assert resolution.deadline == BEGIN + 110 * HOUR - timedelta(minutes=1), "what was paused is added (C10)"


def test_a_reopened_resolution_goes_on_where_it_stood_and_the_earlier_one_keeps_its_result() -> None:
    play = desk(resolution={"default": "10h"})
    code = play.asks()
    play.now = BEGIN + 6 * HOUR - timedelta(minutes=1)
    play.do(code, move("resolved"))
    play.now = BEGIN + 30 * HOUR - timedelta(minutes=1)
    play.says(code)
    play.wait(hours=1)
    first, second = measured(play, code, "resolution")
    assert (first.outcome, first.instance.end) == ("met", BEGIN + 6 * HOUR)
    assert (second.outcome, second.instance.begun) == ("running", BEGIN + 30 * HOUR)
    assert second.deadline == BEGIN + 34 * HOUR, "4 of 10 hours are left; the day between is taken off (C7)"


def test_a_close_without_a_resolve_measures_nothing_but_keeps_a_miss() -> None:
    for hours, outcome in ((1, "cancelled"), (11, "missed")):
        play = desk(resolution={"default": "10h"})
        code = play.asks()
        play.wait(hours=hours)
        play.do(code, move("closed"))
        assert outcomes(play, code, "resolution") == [outcome]


def test_pauses_are_measured_in_the_calendar_of_the_target() -> None:
    """Vector 9 of semantics.md 2.4: shifting the deadline by wall-clock time gives Friday 19:00."""
    friday = datetime(2025, 4, 11, 7, 0, tzinfo=UTC)
    play = Play(load({**LEVELS, "sla": [{"name": "only", "calendar": "office", "resolution": {"default": "8h"}}]}))
    play.now = friday
    code = play.asks()
    play.now = friday + 7 * HOUR - timedelta(minutes=1)
    play.answers(code)
    play.now = friday + 9 * HOUR - timedelta(minutes=1)
    play.says(code)
    assert measured(play, code, "resolution")[0].deadline == datetime(2025, 4, 14, 8, 0, tzinfo=UTC)


def test_a_retarget_keeps_the_start_and_a_deadline_in_the_past_is_missed_at_the_change() -> None:
    play = desk(first_response={"urgent": "1h", "default": "8h"})
    code = play.asks()
    play.wait(hours=2)
    play.do(code, change(priority("urgent")))
    changed = play.now
    play.wait(minutes=1)
    play.answers(code)
    (one,) = measured(play, code, "first_response")
    assert (one.deadline, one.missed_at, one.retargeted) == (BEGIN + HOUR, changed, True)


def test_a_longer_target_never_takes_a_miss_back_and_moves_the_due_time() -> None:
    play = desk(first_response={"urgent": "1h", "default": "8h"})
    code = play.asks(changes=priority("urgent"))
    play.wait(hours=2)
    play.do(code, change(priority("normal")))
    (one,) = measured(play, code, "first_response")
    assert (one.outcome, one.retargeted, one.missed_at) == ("missed", False, BEGIN + HOUR + timedelta(seconds=1))
    assert (play.at(code).due, play.at(code).overdue) == (BEGIN + 8 * HOUR, False)


def test_a_finished_clock_keeps_its_result_when_the_target_changes() -> None:
    play = desk(first_response={"urgent": "1h", "default": "8h"})
    code = play.asks()
    play.wait(hours=2)
    play.answers(code)
    play.do(code, change(priority("urgent")))
    assert outcomes(play, code, "first_response") == ["met"]


def test_an_answer_that_changes_the_priority_is_measured_by_the_target_it_was_owed() -> None:
    play = desk(first_response={"urgent": "1h", "default": "8h"})
    code = play.asks()
    play.wait(hours=2)
    from ticketcli.core.action import conversation as act

    play.do(code, act.reply(act.Message("Done.", changes=priority("urgent"))))
    (one,) = measured(play, code, "first_response")
    assert (one.outcome, one.target) == ("met", 8 * HOUR)


def test_the_level_is_matched_at_creation_and_when_what_it_is_matched_by_changes() -> None:
    play = desk()
    code = play.asks()
    assert play.at(code).level_name == "standard"
    play.do(code, change(Changes({("priority",): "high"}, {"tags": ("+vip",)})))
    assert play.at(code).level_name == "gold"
    written = play.tickets[code].events[-1].sla
    assert written["for"] == {"priority": "high", "tags": ["vip"]}
    assert (written["first_response"], written["resolution"]) == ("1h", "4h")
    play.do(code, change(Changes({("subject",): "Another"})))
    assert play.tickets[code].events[-1].sla is None, "a subject is nothing that levels are matched by"


def test_what_was_stored_counts_whatever_the_settings_say_later() -> None:
    play = desk()
    code = play.asks()
    due = play.at(code).due
    play.settings = load({**LEVELS, "sla": [{"name": "new", "first_response": {"default": "1m"}}]})
    assert (play.at(code).level_name, play.at(code).due) == ("standard", due)
    assert outdated(play.at(code))
    play.do(code, reapply())
    one = play.at(code).measures[0]
    assert (one.applied.level, one.outcome, one.retargeted) == ("new", "missed", True)
    assert not play.do(code, reapply()), "it has today's level already"


def test_tickets_from_before_the_levels_have_none_until_somebody_asks() -> None:
    play = Play(DESK._replace(levels=()))
    code = play.asks()
    play.settings = DESK
    assert (play.at(code).level_name, play.at(code).measures, agenda(play.at(code))) == ("", [], [])
    play.do(code, reapply())
    assert play.at(code).level_name == "standard"


def by_hand(play: Play, code: str, word: str, event_id: str = "HANDHANDH0") -> None:
    """Somebody types another priority into the file."""
    ticket = play.tickets[code]
    event = Event(event_id, ticket.next_seq, play.now, action="hand", set={("priority",): word})
    play.tickets[code] = ticket.plus([event])


def test_a_change_by_hand_is_matched_on_reading_and_by_the_next_write_and_tick_alike() -> None:
    play = desk()
    code = play.asks(changes=Changes(lists={"tags": ("+vip",)}))
    by_hand(play, code, "urgent")
    assert play.at(code).level_name == "gold"
    (match,) = [event for event in agenda(play.at(code)) if event.action == "match"]
    ticked, written = replace(play, tickets=dict(play.tickets)), play
    ticked.tick(code)
    written.do(code, skip("bob knows more"))
    assert match in ticked.tickets[code].events
    assert match in written.tickets[code].events
    assert written.at(code).matches[-1].applied == ticked.at(code).matches[-1].applied


def test_a_calendar_that_the_settings_lost_counts_every_hour() -> None:
    play = desk()
    code = play.asks(changes=Changes({("priority",): "urgent"}, {"tags": ("+vip",)}))
    play.settings = DESK._replace(calendars={})
    assert play.at(code).due == BEGIN + HOUR


@pytest.mark.parametrize("sla", ["gold", {"level": 3}, {"level": "x", "first_response": "soon", "for": 7}, []])
def test_what_a_hand_typed_for_a_level_disturbs_nothing(sla: object) -> None:
    play = desk()
    code = play.asks()
    ticket = play.tickets[code]
    play.tickets[code] = ticket.plus([Event("HANDHANDH0", 2, play.now, action="hand", sla=sla)])
    play.tickets[code] = loads(dumps(play.tickets[code]))
    assert play.at(code).due is not None


def test_what_an_event_stores_of_a_customer_tells_nobody() -> None:
    rows = [{"name": "a", "when": "customer:@example.com", "first_response": {"default": "1h"}}, {"name": "b"}]
    play = Play(load({**LEVELS, "sla": rows}))
    code = play.asks()
    sla = play.tickets[code].first.sla
    assert (sla["level"], "maria" in str(sla).lower()) == ("a", False)
    play.do(code, change(Changes({("customer", "email"): "maria@elsewhere.org"})))
    assert play.at(code).level_name == "b"


def test_a_deadline_set_by_hand_is_in_place_of_the_computed_ones_until_it_is_taken_away() -> None:
    play = desk()
    code = play.asks()
    computed = play.at(code).due
    play.do(code, change(Changes({("due",): BEGIN + 20 * HOUR})))
    situation = play.at(code)
    assert (situation.due, [one.clock for one in situation.deadlines]) == (BEGIN + 20 * HOUR, ["due"])
    assert [event.clock for event in agenda(situation)] == ["due", "due"]
    assert len(situation.measures) == 2, "reports keep the clocks"
    play.do(code, change(Changes({("due",): ""})))
    assert play.at(code).due == computed


def test_due_is_the_first_deadline_and_without_a_level_that_of_the_priority() -> None:
    play = desk(resolution={"default": "10h"})
    code = play.asks()
    assert (play.at(code).deadline.clock, play.at(code).due) == ("resolution", BEGIN + 10 * HOUR)
    plain = Play(Settings())
    code = plain.asks()
    assert (plain.at(code).deadline.clock, plain.at(code).due) == ("priority", BEGIN + 72 * HOUR)
    assert agenda(plain.at(code)) == [], "a default is for the order only, never told or reported (A8)"


def test_time_left_is_working_time() -> None:
    play = Play(load({**LEVELS, "sla": [{"name": "only", "calendar": "office", "first_response": {"default": "8h"}}]}))
    play.now = datetime(2026, 3, 6, 14, 0, tzinfo=UTC)
    code = play.asks()
    deadline = play.at(code).deadline
    assert deadline is not None
    assert deadline.at == datetime(2026, 3, 9, 14, 0, tzinfo=UTC), "two hours on Friday, six on Monday"
    assert left(deadline, datetime(2026, 3, 7, 12, 0, tzinfo=UTC)) == 6 * HOUR
    assert left(deadline, datetime(2026, 3, 9, 15, 0, tzinfo=UTC)) == -HOUR
    assert left(deadline, datetime(2026, 3, 10, 7, 0, tzinfo=UTC)) == -2 * HOUR


def test_the_agenda_warns_and_breaches_once_for_each_instance() -> None:
    play = desk(first_response={"default": "8h"})
    code = play.asks()
    warn, breach = agenda(play.at(code))
    assert (warn.action, warn.at, warn.clock) == ("warn", BEGIN + 6 * HOUR, "first_response")
    assert (breach.action, breach.at) == ("breach", BEGIN + 8 * HOUR + timedelta(seconds=1))
    assert {event.after for event in (warn, breach)} == {play.tickets[code].first.id}
    play.now = BEGIN + 7 * HOUR
    assert play.at(code).due_soon
    play.tick(code)
    assert [event.action for event in agenda(play.at(code))] == ["breach"]
    play.wait(days=3)
    play.tick(code)
    assert (agenda(play.at(code)), due_now(play.at(code))) == ([], [])
    play.answers(code)
    assert agenda(play.at(code)) == []


def test_an_answer_in_the_last_second_leaves_nothing_to_breach() -> None:
    play = desk(first_response={"default": "8h"})
    code = play.asks()
    play.now = BEGIN + 8 * HOUR
    assert [event.action for event in due_now(play.at(code))] == ["warn"]


def test_warnings_of_a_customer_who_came_with_a_merge_are_written_to_the_ticket_that_answers() -> None:
    play = desk(first_response={"default": "8h"}, next_response={"default": "4h"})
    target, source = play.asks(), play.asks("And mine?", who=JAN)
    play.answers(target)
    play.do(target, merging.merge([play.at(source)], different_customer=True))
    (turn,) = measured(play, target, "next_response")
    assert turn.instance.start == play.tickets[source].first.at, "whoever has waited longest is not lost (M7)"
    play.wait(hours=9)
    play.tick(target)
    told = [event for event in play.tickets[target].events if event.action in ("warn", "breach")]
    assert {event.about for event in told} == {(play.tickets[source].first.id,)}
    assert all(event in play.tickets[target].counting for event in told)
    assert agenda(play.at(target)) == []
    assert play.alone(source).measures == [], "the source's clocks are cancelled"


def test_the_child_of_a_split_is_due_from_the_message_that_waits() -> None:
    play = desk(first_response={"default": "8h"}, next_response={"default": "4h"})
    code = play.asks()
    play.answers(code)
    asked = play.says(code, "And my other question?")
    play.wait(hours=2)
    chosen = [entry for entry in play.at(code).thread.messages if entry.event.id == asked.id]
    child = next(one.code for one in play.do(code, split_action(Split(chosen, "Other"))) if one.code != code)
    (one,) = measured(play, child, "first_response")
    assert (one.instance.start, one.deadline, one.outcome) == (asked.at, asked.at + 8 * HOUR, "running")
    assert outcomes(play, code, "next_response") == [], "its message waits elsewhere now"


def test_a_quiet_message_and_a_note_start_and_stop_nothing() -> None:
    play = desk(first_response={"default": "8h"}, next_response={"default": "4h"})
    code = play.asks()
    play.answers(code)
    before = [(one.instance, one.outcome) for one in play.at(code).measures]
    play.says(code, "Thanks!", keep=True)
    play.do(code, skip("no reason"))
    assert [(one.instance, one.outcome) for one in play.at(code).measures] == before


def test_the_queue_explains_itself() -> None:
    play = desk(first_response={"default": "8h"})
    code = play.asks()
    assert (rule(play.at(code)), why(play.at(code))) == (
        "new: a customer waits",
        "due in 7 h 59 m (first response), customer waits 1 m",
    )
    assert remedy(play.at(code)).startswith("answer, postpone or resolve it; ")
    play.do(code, move("postponed", until=play.now + 100 * HOUR))
    play.wait(hours=9)
    assert rule(play.at(code)) == "postponed, but overdue"
    assert why(play.at(code)) == "overdue 1 h 2 m (first response), postponed"


def test_an_agent_is_offered_what_is_theirs_or_nobodys_and_in_no_other_hand() -> None:
    play = desk()
    mine, bobs, billing, free = (play.asks(f"{number}?") for number in range(4))
    play.do(mine, change(Changes({("assignee",): "ana"})))
    play.do(bobs, change(Changes({("assignee",): "bob"})))
    play.do(billing, change(Changes({("department",): "billing"})))
    queued = queue(play.at(code) for code in (free, billing, bobs, mine))
    assert [one.code for one in for_agent(queued, "ana", {})] == [mine, free]
    assert [one.code for one in for_agent(queued, "ana", {free: "bob"})] == [mine]
    assert [one.code for one in for_agent(queued, "ana", {free: "ana"})] == [mine, free]


def test_what_was_skipped_comes_back_after_four_hours_or_when_the_customer_writes_or_as_the_last_one() -> None:
    play = desk()
    one, other = play.asks("1?"), play.asks("2?")
    play.do(one, skip("bob knows more"))

    def offered() -> list[str]:
        return [each.code for each in for_agent(queue([play.at(one), play.at(other)]), "ana", {})]

    assert offered() == [other]
    assert for_agent([play.at(one)], "ana", {})[0].code == one, "never hides the last candidate"
    assert [each.code for each in for_agent(queue([play.at(one), play.at(other)]), "bob", {})] == [one, other]
    told = replace(play, tickets=dict(play.tickets))
    told.says(one)
    assert not skipped(told.at(one), "ana")
    play.wait(hours=4)
    assert offered() == [one, other]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**9))
def test_a_tick_every_now_and_then_writes_what_one_at_the_end_does(seed: int) -> None:
    """semantics.md 13.5: where nobody acts between, the same events; a second tick adds nothing."""
    rnd = random.Random(seed)
    play = desk()
    code = play.asks(changes=Changes({("priority",): rnd.choice(["low", "urgent"])}))
    kind = rnd.choice(["none", "answer", "postpone", "resolve", "due", "says"])
    if kind == "answer":
        play.answers(code)
    elif kind == "postpone":
        play.do(code, move("postponed", until=play.now + rnd.randrange(1, 200) * HOUR))
    elif kind == "resolve":
        play.do(code, move("resolved"))
    elif kind == "due":
        play.do(code, change(Changes({("due",): play.now + rnd.randrange(1, 100) * HOUR})))
    elif kind == "says":
        play.answers(code)
        play.says(code)
    often, once = replace(play, tickets=dict(play.tickets)), play
    for _ in range(rnd.randrange(1, 300)):
        often.wait(minutes=rnd.choice([1, 30, 60, 240]))
        often.tick(code)
    once.now = often.now
    once.tick(code)
    assert often.tickets[code].events == once.tickets[code].events
    once.tick(code)
    assert often.tickets[code].events == once.tickets[code].events


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_no_measure_depends_on_when_somebody_looks(seed: int) -> None:
    """B2, B3: what was missed stays missed, what was met stays met, whenever it is asked again."""
    rnd = random.Random(seed)
    play = desk()
    code = play.asks()
    results: dict[tuple[str, datetime], str] = {}
    for _ in range(8):
        play.wait(hours=rnd.choice([1, 3, 9, 50]))
        step = rnd.choice(["answer", "says", "resolve", "urgent", "low"])
        if step == "answer" and play.shown(code) not in ("resolved", "closed"):
            play.answers(code)
        elif step == "says":
            play.says(code)
        elif step == "resolve" and play.shown(code) not in ("resolved", "closed"):
            play.do(code, move("resolved"))
        elif step in ("urgent", "low"):
            play.do(code, change(priority(step)))
        for one in play.at(code).measures:
            key = one.instance.clock, one.instance.begun
            before = results.get(key, "running")
            assert before in ("running", one.outcome), (key, before, one.outcome)
            results[key] = one.outcome


def test_a_ticket_with_a_level_is_one_line_in_its_file_and_reads_back() -> None:
    play = desk()
    code = play.asks(changes=Changes({("priority",): "urgent"}, {"tags": ("+vip",)}))
    text = dumps(play.tickets[code])
    assert sum("sla = {" in row for row in text.splitlines()) == 1
    again: Ticket = loads(text)
    assert again.first.sla == play.tickets[code].first.sla


# --- an answer that did not arrive ----------------------------------------------------------------------------------


def bounces(code: str, *lost: Event) -> list[Draft]:
    """A mail server's word that answers did not arrive, as it is recorded."""
    about = tuple(event.id for event in lost)
    return [Draft(code, Event(role="system", by="mail", action=BOUNCED, about=about, set={("status",): "open"}))]


def test_whom_an_answer_did_not_reach_waits_again_since_they_asked() -> None:
    play = Play()
    code = play.asks()
    asked = play.alone(code).waiting_since
    (answered,) = play.do(code, act.reply(act.Message("Try again.")))
    assert (play.alone(code).status, play.alone(code).waiting_since) == ("answered", None)
    play.do(code, bounces(code, answered.events[-1]))
    assert (play.alone(code).status, play.alone(code).waiting_since) == ("open", asked)


def test_whom_another_answer_reached_does_not_wait_again() -> None:
    play = Play()
    code = play.asks()
    (first,) = play.do(code, act.reply(act.Message("Try again.")))
    again = replace(first.events[-1], id="", seq=0, at=datetime.min.replace(tzinfo=UTC), body="Or so.\n")
    play.do(code, [Draft(code, again)])
    play.do(code, bounces(code, first.events[-1]))
    assert (play.alone(code).status, play.alone(code).waiting_since) == ("open", None)


def test_what_came_after_a_lost_answer_waits_as_before() -> None:
    play = Play()
    code = play.asks()
    (first,) = play.do(code, act.reply(act.Message("Try again.")))
    play.do(code, act.customer_reply(act.Message("Still."), MARIA))
    play.do(code, bounces(code, first.events[-1]))
    assert len(play.alone(code).standing.waiting) == 2
    play.do(code, act.reply(act.Message("Now?")))
    assert (play.alone(code).status, play.alone(code).waiting_since) == ("answered", None)
