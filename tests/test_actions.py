"""The lifecycle of semantics.md 1 as a table: every rule by its id, every move from every category. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.play import BEGIN, DESK, JAN, MARIA, Play
from ticketcli.core.action import conversation as act
from ticketcli.core.action.change import assign, change, transfer_to
from ticketcli.core.action.conversation import NeedsStatus
from ticketcli.core.action.decide import decide
from ticketcli.core.action.draft import EmptyMessage, NotAnAgent
from ticketcli.core.action.merge import merge
from ticketcli.core.action.status import InThePast, NeedsTime, NotAllowed, move, reopen
from ticketcli.core.errors import BadWords
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.words.settings import ALWAYS

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ACTIVE = ["answered", "automatic", "closed", "on-hold", "open", "postponed", "resolved", "spam", "vendor"]
ALLOWED = {
    "new": ["parked", "pending", *ACTIVE],
    "open": ACTIVE,
    "answered": ACTIVE,
    "postponed": ACTIVE,
    "resolved": ["automatic", "closed", "open", "spam"],
    "closed": [],
    "pending": ["new", "parked", *ACTIVE],
    "parked": ["new", "pending", *ACTIVE],
    "on-hold": ACTIVE,
    "vendor": ACTIVE,
    "spam": [],
    "automatic": [],
    "merged": [],
}
"""The law of design 3, written out by hand: from the status shown, to."""


def standing(status: str, play: Play | None = None) -> tuple[Play, str]:
    """A ticket that shows a status, reached by what people do."""
    play = play or Play()
    code = play.asks()
    if status == "merged":
        other = play.asks()
        play.do(other, merge([play.at(code)]))
    elif status == "open":
        play.answers(code)
        play.says(code)
    elif status == "answered":
        play.answers(code)
    elif status == "postponed":
        play.do(code, move("postponed", until=play.now + DAY))
    elif status != "new":
        play.do(code, move(status))
    assert play.shown(code) == status
    return play, code


# --- 1.2 row by row -------------------------------------------------------------------------------------------------


def test_l1_a_ticket_created_by_or_for_a_customer_is_new() -> None:
    play = Play()
    assert play.shown(play.asks()) == "new"


def test_l2_a_ticket_that_an_agent_writes_first_is_answered() -> None:
    play = Play()
    code = play.writes_first()
    first = play.tickets[code].first
    assert (play.shown(code), first.role, first.to, first.seen) == ("answered", "agent", (MARIA.email,), ())
    assert play.at(code).header.text("assignee") == "ana"


@pytest.mark.parametrize("before", ["new", "open", "pending", "parked"])
def test_l3_an_agents_public_message_answers(before: str) -> None:
    play, code = standing(before)
    waiting = play.at(code).standing.waiting
    event = play.answers(code)
    assert play.shown(code) == "answered"
    assert event.seen == tuple(entry.event.id for entry in waiting)


def test_l3_an_answer_that_has_not_seen_the_last_question_leaves_the_ticket_open() -> None:
    play = Play()
    code = play.asks()
    stale = play.at(code)
    play.wait(minutes=5)
    play.says(code, "One more thing")
    context = play.context()
    play.wait(minutes=5)
    (late,) = decide(act.reply(act.Message("As to the first"))(stale, context), stale, context)
    play.tickets[code] = late
    assert play.shown(code) == "open"
    assert [entry.event.body for entry in play.at(code).standing.waiting] == ["One more thing\n"]


def test_l4_an_answer_ends_a_postponement_unless_it_keeps_it_or_sets_a_new_time() -> None:
    play, code = standing("postponed")
    until = play.at(code).header.time("until")
    play.answers(code, keep=True)
    assert (play.shown(code), play.at(code).header.time("until")) == ("postponed", until)
    play.answers(code, until=play.now + 3 * DAY)
    assert (play.shown(code), play.at(code).header.time("until")) == (
        "postponed",
        play.now + 3 * DAY - timedelta(minutes=1),
    )
    play.answers(code)
    assert (play.shown(code), play.at(code).header.time("until")) == ("answered", None)


def test_l5_an_answer_to_an_answered_ticket_stays_answered_and_sets_nothing() -> None:
    play, code = standing("answered")
    assert play.answers(code).set == {}
    assert play.shown(code) == "answered"


@pytest.mark.parametrize("done", ["resolved", "closed", "spam"])
def test_l5_an_answer_to_a_done_ticket_needs_to_say_what_becomes_of_it(done: str) -> None:
    play, code = standing(done)
    for status in ("", "resolved", "answered", "closed"):
        with pytest.raises(NeedsStatus, match=f"{code} is {done}; reply with -s open"):
            play.answers(code, status=status)
    play.answers(code, keep=True)
    assert play.shown(code) == done
    play.answers(code, status="open")
    assert play.shown(code) == "open"


def test_l6_a_note_changes_neither_status_nor_clock() -> None:
    for status in ("new", "open", "answered", "postponed", "resolved", "closed"):
        play, code = standing(status)
        before = play.at(code)
        (ticket,) = play.do(code, act.note(act.Message("Old contract.")))
        after = play.at(code)
        assert after.status == status
        assert (after.waiting_since, after.clocks.first_response) == (
            before.waiting_since,
            before.clocks.first_response,
        )
        assert (ticket.events[-1].kind, ticket.events[-1].seen) == ("note", None)


@pytest.mark.parametrize("before", ["answered", "postponed", "on-hold", "vendor"])
def test_l7_a_customers_message_opens(before: str) -> None:
    play, code = standing(before)
    play.says(code)
    assert play.shown(code) == "open"


@pytest.mark.parametrize("before", ["new", "open", "pending"])
def test_l8_a_customers_further_message_changes_nothing(before: str) -> None:
    play, code = standing(before)
    waiting = play.at(code).waiting_since
    play.says(code)
    assert (play.shown(code), play.at(code).waiting_since) == (before, waiting)


@pytest.mark.parametrize("done", ["resolved", "closed"])
def test_l9_a_customers_message_opens_the_same_ticket_again(done: str) -> None:
    play, code = standing(done)
    play.wait(days=400)
    assert not act.needs_follow_up(play.at(code), play.now)
    play.says(code)
    assert (play.shown(code), play.at(code).clocks.reopened) == ("open", 1)


@pytest.mark.parametrize("status", ["spam", "automatic"])
def test_l9_what_comes_to_spam_is_stored_quiet(status: str) -> None:
    play, code = standing(status)
    assert not act.needs_follow_up(play.at(code), play.now)
    assert play.says(code).quiet
    assert play.shown(code) == status


def test_l10_after_the_window_a_follow_up_is_needed() -> None:
    play, code = standing("resolved", Play(DESK._replace(reopen_window=timedelta(0))))
    assert act.needs_follow_up(play.at(code), play.now)


def test_l11_a_customers_message_to_a_merged_ticket_acts_on_the_target() -> None:
    play = Play()
    source, target = play.asks(), play.asks()
    play.do(target, merge([play.at(source)]))
    play.answers(target)
    play.says(source, "Hello?")
    assert (play.shown(target), play.shown(source), play.texts(target)[-1]) == ("open", "merged", "Hello?")


@pytest.mark.parametrize("status", ["answered", "postponed", "resolved", "closed"])
def test_l13_a_customers_message_that_keeps_the_status_is_quiet(status: str) -> None:
    play, code = standing(status)
    event = play.says(code, "Thank you!", keep=True)
    assert (event.quiet, event.set, play.shown(code), play.at(code).waiting_since is None) == (
        True, {}, status, status != "postponed",
    )  # fmt: skip


@pytest.mark.parametrize("ticks", [False, True])
def test_l14_a_postponed_ticket_comes_back_by_itself(ticks: bool) -> None:
    for answered, back in ((False, "new"), (True, "open")):
        play = Play()
        code = play.asks()
        if answered:
            play.answers(code)
        play.do(code, move("postponed", until=play.now + DAY))
        play.wait(hours=23)
        assert play.shown(code) == "postponed"
        play.wait(hours=1)
        if ticks:
            play.tick(code)
            play.tick(code)
        assert (play.shown(code), play.at(code).to_solve_since) == (back, play.now - timedelta(minutes=1))


@pytest.mark.parametrize("ticks", [False, True])
def test_l15_a_resolved_ticket_closes_by_itself(ticks: bool) -> None:
    play, code = standing("resolved")
    play.settings = DESK._replace(close_after=timedelta(days=90))  # later settings change nothing
    play.wait(days=3, hours=23)
    assert play.shown(code) == "resolved"
    play.wait(hours=2)
    if ticks:
        play.tick(code)
    assert play.shown(code) == "closed"
    play.says(code)
    assert play.shown(code) == "open"


@pytest.mark.parametrize("done", ["resolved", "closed", "spam"])
def test_l16_an_agent_reopens_with_a_reason(done: str) -> None:
    play, code = standing(done)
    with pytest.raises(EmptyMessage):
        play.do(code, reopen("  "))
    (ticket,) = play.do(code, reopen("the fix did not hold"))
    assert (play.shown(code), ticket.events[-1].body) == ("open", "the fix did not hold\n")
    assert play.at(code).to_solve_since == play.now
    assert play.do(code, reopen("again")) == []


def test_l19_reopened_counts_only_what_leaves_resolved_or_closed() -> None:
    play, code = standing("answered")
    play.says(code)
    play.answers(code)
    play.do(code, move("postponed", until=play.now + DAY))
    play.do(code, move("open"))
    assert play.at(code).clocks.reopened == 0
    play.do(code, move("resolved"))
    play.do(code, move("closed"))
    play.do(code, reopen("no"))
    play.do(code, move("resolved"))
    play.says(code)
    assert play.at(code).clocks.reopened == 2


@pytest.mark.parametrize("last", ["resolved", "closed"])
def test_l20_the_window_counts_from_the_last_resolve(last: str) -> None:
    play, code = standing("resolved", Play(DESK._replace(reopen_window=30 * DAY)))
    play.wait(days=29)
    play.do(code, reopen("no"))
    play.do(code, move("resolved"))
    resolved = play.now
    play.wait(days=2)
    if last == "closed":
        play.do(code, move("closed"))
    play.wait(days=20)
    play.do(code, act.note(act.Message("still quiet")))  # a note does not prolong it
    play.now = resolved + 30 * DAY
    assert not act.needs_follow_up(play.at(code), play.now)
    play.now = resolved + 30 * DAY + timedelta(seconds=1)
    assert act.needs_follow_up(play.at(code), play.now)
    play.tick(code)
    assert act.needs_follow_up(play.at(code), play.now)


def test_l20_closed_without_a_resolve_counts_from_the_closing_not_from_a_resolve_before() -> None:
    play, code = standing("resolved", Play(DESK._replace(reopen_window=30 * DAY)))
    play.wait(days=100)
    play.do(code, reopen("no"))
    play.do(code, move("closed"))
    play.wait(days=29)
    assert not act.needs_follow_up(play.at(code), play.now)
    play.wait(days=2)
    assert act.needs_follow_up(play.at(code), play.now)


@pytest.mark.parametrize(("window", "needed"), [(ALWAYS, False), (timedelta(0), True), (30 * DAY, True)])
def test_l20_windows(window: timedelta, needed: bool) -> None:
    play, code = standing("closed", Play(DESK._replace(reopen_window=window)))
    play.wait(days=31)
    assert act.needs_follow_up(play.at(code), play.now) is needed
    play.do(code, reopen("an agent always may"))
    assert play.shown(code) == "open"
    assert not act.needs_follow_up(play.at(code), play.now)


def test_l21_resolving_is_silent_or_one_event_with_the_answer() -> None:
    play = Play()
    silent, announced = play.asks(), play.asks()
    (ticket,) = play.do(silent, move("resolved", reason="same cause"))
    event = play.answers(announced, "Fixed in 2.1.", status="resolved")
    assert (ticket.events[-1].kind, ticket.events[-1].to, ticket.events[-1].body) == ("change", (), "same cause\n")
    assert (event.kind, event.to, event.status) == ("message", (MARIA.email,), "resolved")
    for code in (silent, announced):
        assert play.at(code).header.time("until") == play.tickets[code].events[-1].at + 4 * DAY
        assert play.at(code).waiting_since is None


@pytest.mark.parametrize("how", ["customer", "reopen", "status", "reply"])
def test_l22_reopening_keeps_the_agent_only_where_they_still_work_there(how: str) -> None:
    for agent, department, kept in (("bob", "support", True), ("bob", "billing", False), ("eva", "support", False)):
        play = Play()
        code = play.asks(changes=Changes({("department",): department, ("assignee",): agent}))
        play.do(code, move("resolved"))
        if how == "customer":
            play.says(code)
        elif how == "reply":
            play.answers(code, status="open")
        else:
            play.do(code, reopen("no") if how == "reopen" else move("open"))
        nobody = "ana" if how == "reply" else ""  # who answers takes what is nobody's
        assert play.at(code).header.text("assignee") == (agent if kept else nobody)


def test_l23_assigning_a_pending_ticket_makes_it_new() -> None:
    for action in (assign("bob"), change(Changes({("assignee",): "bob"}))):
        play, code = standing("pending")
        assert len(play.do(code, action)[0].events) == 3
        assert (play.shown(code), play.at(code).header.text("assignee")) == ("new", "bob")
    play, code = standing("pending")
    play.do(code, assign(""))
    assert play.shown(code) == "pending"


def test_l24_ticks_change_no_status_at_any_instant() -> None:
    plain, ticked = Play(), Play()
    for play in (plain, ticked):
        code = play.asks()
        play.do(code, move("postponed", until=BEGIN + 10 * HOUR))
    for hour in range(150):
        if hour == 40:
            for play in (plain, ticked):
                play.do(code, move("resolved"))
        plain.now = ticked.now = BEGIN + hour * HOUR + HOUR / 2
        if hour % 7 == 0:
            ticked.tick(code)
        assert plain.shown(code) == ticked.shown(code)
    assert len(ticked.tickets[code].events) == len(plain.tickets[code].events) + 2
    assert plain.shown(code) == "closed"


def test_l25_a_postpone_sees_and_does_not_answer() -> None:
    play = Play()
    code = play.asks()
    (ticket,) = play.do(code, move("postponed", until=play.now + DAY))
    assert ticket.events[-1].seen == (ticket.first.id,)
    assert play.at(code).waiting_since == ticket.first.at


@pytest.mark.parametrize("status", ["answered", "resolved", "closed"])
def test_l25_answered_by_hand_resolve_and_close_answer_what_they_have_seen(status: str) -> None:
    play = Play()
    code = play.asks()
    (ticket,) = play.do(code, move(status, reason="called her"))
    assert ticket.events[-1].seen == (ticket.first.id,)
    assert play.at(code).waiting_since is None


def test_l25_a_back_dated_answer_has_not_seen_what_came_after_it() -> None:
    play = Play()
    code = play.asks()
    then = play.now + HOUR
    play.wait(hours=3)
    play.says(code, "And also")
    (ticket,) = play.do(code, act.reply(act.Message("By phone")), at=then)
    assert ticket.events[-1].at == then
    assert ticket.events[-1].seen == (ticket.first.id,)
    assert play.shown(code) == "open"


# --- 1.2 L18: the table of moves ------------------------------------------------------------------------------------


def moves() -> list[tuple[str, str]]:
    return [(before, after) for before in ALLOWED for after in DESK.statuses if after not in ("merged", before)]


@pytest.mark.parametrize(("before", "after"), moves())
def test_l18_every_move_by_hand_is_allowed_or_refused_with_what_is(before: str, after: str) -> None:
    play, code = standing(before)
    until = play.now + DAY if after == "postponed" else None
    action = move(after, reason="because", until=until)
    if after in ALLOWED[before]:
        play.do(code, action)
        assert play.shown(code) == after
        return
    situation = play.alone(code)
    with pytest.raises(NotAllowed) as refused:
        action(situation, play.context())
    instead = {"closed": "only ticket reopen", "merged": "only ticket unmerge"}.get(situation.category)
    listed = str(refused.value).rpartition("from there: ")[2]
    assert str(refused.value).startswith(f"{code} is {before} and cannot become {after}; ")
    names = sorted({*ALLOWED[before]} - {before})
    assert listed == instead or sorted(listed.split(", ")) == names
    assert refused.value.exit_code == 1


@pytest.mark.parametrize("status", [name for name in ALLOWED if name not in ("merged",)])
def test_already_so_is_no_refusal(status: str) -> None:
    play, code = standing(status)
    assert play.do(code, move(status)) == []


def test_the_same_postponement_again_writes_nothing_another_time_does() -> None:
    play, code = standing("postponed")
    until = play.at(code).standing.until
    assert play.do(code, move("postponed", until=until)) == []
    assert play.do(code, move("postponed", until=play.now + 9 * DAY)) != []


def test_postponed_needs_a_time_to_come_answered_a_note() -> None:
    play, code = standing("new")
    with pytest.raises(NeedsTime, match=f"when shall {code} come back"):
        play.do(code, move("postponed"))
    with pytest.raises(NeedsTime):
        play.answers(code, status="postponed")
    with pytest.raises(InThePast):
        play.do(code, move("postponed", until=play.now))
    with pytest.raises(BadWords, match="Answered by hand needs a note"):
        play.do(code, move("answered", reason=" "))
    play.do(code, move("on-hold"))
    assert play.shown(code) == "on-hold"


# --- who may, what else ---------------------------------------------------------------------------------------------


def test_somebody_who_is_no_agent_creates_and_notes_and_does_not_answer() -> None:
    play = Play()
    code = play.asks()
    play.do(code, act.note(act.Message("seen in the shop")), who="eva", agent=False)
    play.do(code, act.customer_reply(act.Message("by phone"), MARIA), who="eva", agent=False)
    for action in (act.reply(act.Message("no")), move("closed"), reopen("no"), merge([play.at(code)])):
        with pytest.raises(NotAnAgent, match=r'"eva" is no agent of this desk .* act --as one of: ana, bob'):
            play.do(code, action, who="eva", agent=False)


def test_the_first_answer_takes_a_ticket_of_nobody() -> None:
    play = Play()
    mine, bobs = play.asks(), play.asks(changes=Changes({("assignee",): "bob"}))
    play.answers(mine)
    play.answers(bobs)
    assert [play.at(code).header.text("assignee") for code in (mine, bobs)] == ["ana", "bob"]


def test_assigning_says_nothing_twice_and_keeps_the_reason() -> None:
    play, code = standing("open")
    (ticket,) = play.do(code, assign("bob", reason="knows it"))
    assert (ticket.events[-1].body, play.shown(code)) == ("knows it\n", "open")
    assert play.do(code, assign("bob", reason="knows it")) == []


def test_d3_transfer_keeps_a_member_and_no_other() -> None:
    for agent, department, stays in (("ana", "billing", "ana"), ("bob", "billing", ""), ("eva", "support", "")):
        play = Play()
        code = play.asks(changes=Changes({("assignee",): agent}))
        play.do(code, transfer_to(department))
        assert play.at(code).header.text("assignee") == stays
    play.do(code, transfer_to("billing", agent="bob"))
    assert play.at(code).header.text("assignee") == "bob"


def test_a_change_leaves_out_what_is_so_already() -> None:
    play = Play()
    code = play.asks(changes=Changes({("priority",): "high"}, {"tags": ("+vip",)}))
    (ticket,) = play.do(
        code, change(Changes({("priority",): "high", ("due",): BEGIN + DAY}, {"tags": ("+vip", "-gone", "+new")}))
    )
    assert (dict(ticket.events[-1].set), dict(ticket.events[-1].lists)) == (
        {("due",): BEGIN + DAY},
        {"tags": ("+new",)},
    )
    assert play.do(code, change(Changes({("due",): BEGIN + DAY}, {"tags": ("-gone",)}))) == []
    (ticket,) = play.do(code, change(Changes({("fields", "n"): 1})))
    assert play.do(code, change(Changes({("fields", "n"): True}))) != []  # 1 and true differ


def test_a_writers_clock_that_is_slow_follows_what_was_read() -> None:
    play = Play()
    code = play.asks()
    play.wait(hours=5)
    play.says(code)
    newest: datetime = play.now
    play.now = BEGIN
    assert play.answers(code).at == newest
    play.now = BEGIN - 40 * DAY  # more than a day behind: that other clock is wrong, nobody follows it
    assert play.answers(code, keep=True).at == play.now


def test_an_id_makes_a_command_repeatable() -> None:
    play = Play()
    code = play.asks()
    assert play.do(code, act.reply(act.Message("once")), token="X") != []
    assert play.do(code, act.reply(act.Message("once")), token="X") == []
    assert play.do(code, act.reply(act.Message("once")), token="Y") != []


def test_a_customer_of_the_ticket_or_another_one_may_write() -> None:
    play, code = standing("answered")
    event = play.says(code, who=JAN)
    assert (event.by, event.via, play.shown(code)) == ("Jan Novak <jan@example.com>", "ana", "open")
    assert play.at(code).header.text("customer", "email") == MARIA.email
