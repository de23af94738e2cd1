"""Merge, split, undo, redaction and links as rules: M1 to M10 and S1 to S5 of semantics.md 5 and 6. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.play import JAN, MARIA, Play
from ticketcli.core.action import conversation as act
from ticketcli.core.action import redact as redacting
from ticketcli.core.action import undo as undoing
from ticketcli.core.action.change import LinkToItself, change, link
from ticketcli.core.action.merge import CannotMerge, NotMerged, check_cycle, merge, oldest, unmerge
from ticketcli.core.action.split import CannotSplit, Split, rest_of_split, split
from ticketcli.core.action.status import move, reopen
from ticketcli.core.action.undo import CannotUndo, NothingToUndo
from ticketcli.core.file.codec import event_text
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.code import from_id
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.join import join
from ticketcli.core.ticket.thread import root

DAY = timedelta(days=1)


def pair(play: Play) -> tuple[str, str]:
    """A source and an older target of one customer."""
    target = play.asks("target 1")
    play.wait(minutes=5)
    return play.asks("source 1"), target


def merged(play: Play) -> tuple[str, str]:
    source, target = pair(play)
    play.do(target, merge([play.at(source)], reason="the same jam"))
    return source, target


def take_back(play: Play, who: str = "ana") -> list[Ticket]:
    """Undoes the last command of somebody."""
    command = undoing.last_command(play.tickets.values(), who)
    return play.do(command[0][0], undoing.undo(command, play.context(who)), who=who)


def cut_off(play: Play, code: str, *numbers: int, subject: str = "Other", **how: object) -> Split:
    """The split of messages of a thread by their place in it."""
    messages = play.at(code).thread.messages
    return Split([messages[number] for number in numbers], subject, **how)  # type: ignore[arg-type]


def child_of(plan: Split) -> str:
    return from_id(plan.child_id)


def waiting(play: Play, code: str) -> list[str]:
    return [entry.event.body.strip() for entry in play.at(code).standing.waiting]


def header(play: Play, code: str) -> tuple[dict[tuple[str, ...], object], dict[str, Sequence[str]]]:
    values = play.tickets[code].header
    return dict(values.values), dict(values.lists)


# --- merge ----------------------------------------------------------------------------------------------------------


def test_m1_without_a_target_the_oldest_is_taken() -> None:
    play = Play()
    source, target = pair(play)
    assert oldest([play.at(source), play.at(target)]).code == target


def test_m2_different_customers_need_to_be_said_and_the_sources_becomes_cc() -> None:
    play = Play()
    target, source = play.asks(), play.asks(who=JAN)
    with pytest.raises(CannotMerge, match=f"{source} is of jan@example.com, {target} of maria@example.com; merge them"):
        play.do(target, merge([play.at(source)]))
    play.do(target, merge([play.at(source)], different_customer=True))
    assert play.at(target).header.list("cc") == ("jan@example.com",)
    play.do(source, unmerge(play.context(), play.tickets[source]))
    assert play.at(target).header.list("cc") == ()


def test_m3_a_closed_target_is_refused_a_resolved_one_opens_only_for_who_waits() -> None:
    play = Play()
    source, target = pair(play)
    play.do(target, move("closed"))
    with pytest.raises(CannotMerge, match=f"{target} is closed; reopen it first"):
        play.do(target, merge([play.at(source)]))
    play.do(target, reopen("again"))
    play.do(target, move("resolved"))
    play.answers(source)
    play.do(target, merge([play.at(source)]))
    assert play.shown(target) == "resolved"
    other = play.asks("still waiting")
    play.do(target, merge([play.at(other)]))
    assert (play.shown(target), waiting(play, target)) == ("open", ["still waiting"])


def test_m3_a_ticket_is_not_merged_into_itself_or_into_what_it_shows() -> None:
    play = Play()
    source, target = merged(play)
    with pytest.raises(CannotMerge, match="cannot be merged into itself"):
        play.do(target, merge([play.at(target)]))
    with pytest.raises(CannotMerge, match=f"{source} is merged into {target} already; unmerge it first"):
        check_cycle(target, source, play.context())
    check_cycle(source, target, play.context())


def test_m4_the_target_gains_tags_and_cc_and_shows_all_in_the_order_of_time() -> None:
    play = Play()
    target = play.asks("1", changes=Changes({("priority",): "high"}, {"tags": ("+a",)}))
    source = play.asks(
        "2", changes=Changes({("fields", "n"): "7"}, {"tags": ("+a", "+b"), "cc": ("+eva@example.com",)})
    )
    play.says(target, "3")
    play.says(source, "4")
    to, from_ = play.do(target, merge([play.at(source)], reason="same"))
    assert (to.code, from_.code) == (target, source)  # the target first: only then may the source point to it
    assert dict(to.events[-1].lists) == {"shows": (f"+{source}",), "tags": ("+b",), "cc": ("+eva@example.com",)}
    assert (dict(from_.events[-1].set), to.events[-1].body) == ({("merged_into",): target}, "same\n")
    assert to.events[-1].batch == from_.events[-1].batch != ""
    assert play.texts(target) == ["1", "2", "3", "4"] == play.texts(source)
    assert play.at(target).header.text("fields", "n") == ""


def test_m5_what_reaches_the_source_is_in_the_targets_thread_at_once() -> None:
    play = Play()
    source, target = merged(play)
    assert play.shown(source) == "merged"
    play.answers(target)
    before = play.tickets[source]
    play.says(source, "to the new one")  # acts on the root
    assert play.tickets[source] == before
    late = play.context()
    event = act.create("x", act.Message("from another clone"), MARIA, late).event
    play.wait(minutes=1)
    play.tickets[source] = before.plus([replace(event, id="FRQMANTHER", seq=9, at=play.now, set={}, by=str(MARIA))])
    assert play.texts(target)[-1] == "from another clone"
    assert play.shown(target) == "open"


def test_m6_chains_are_followed_and_of_a_cycle_the_oldest_is_the_root() -> None:
    play = Play()
    source, target = merged(play)
    newest = play.asks("newest 1")
    play.do(newest, merge([play.at(target)]))
    assert root(source, play.tickets.get) == newest
    assert sorted(play.texts(newest)) == ["newest 1", "source 1", "target 1"]
    one, other = Play(), Play()
    source, target = pair(one)
    other.tickets = dict(one.tickets)
    one.do(target, merge([one.at(source)]))
    other.now += DAY
    other.do(source, merge([other.at(target)]))
    joined = {code: join(one.tickets[code], other.tickets[code], event_text) for code in one.tickets}
    both = Play(now=other.now, tickets=joined)
    assert {root(code, both.tickets.get) for code in both.tickets} == {target}
    assert both.texts(source) == both.texts(target) == ["target 1", "source 1"]


def test_m7_the_longest_waiting_customer_is_not_lost() -> None:
    play = Play()
    target = play.asks("target")
    play.wait(days=1)
    play.answers(target)
    source = play.asks("source")
    created, response = play.at(target).header.created, play.at(target).clocks.first_response
    since = play.at(source).waiting_since
    play.wait(days=2)
    play.do(target, merge([play.at(source)]))
    united = play.at(target)
    assert (united.status, united.waiting_since) == ("open", since)
    assert (united.header.created, united.clocks.first_response) == (created, response)


@pytest.mark.parametrize("status", ["postponed", "answered", "on-hold", "new"])
def test_m8_the_target_keeps_status_agent_department_and_priority(status: str) -> None:
    play = Play()
    target = play.asks(changes=Changes({("assignee",): "bob", ("department",): "support", ("priority",): "low"}))
    source = play.asks(changes=Changes({("assignee",): "ana", ("department",): "billing", ("priority",): "urgent"}))
    play.answers(source)
    if status != "new":
        play.do(target, move(status, reason="x", until=play.now + DAY if status == "postponed" else None))
    play.do(target, merge([play.at(source)]))
    kept = [play.at(target).header.text(name) for name in ("assignee", "department", "priority")]
    assert (play.shown(target), kept) == (status, ["bob", "support", "low"])


def test_m10_unmerge_gives_both_back_and_leaves_what_was_written_since() -> None:
    for way in ("unmerge", "undo"):
        play = Play()
        source, target = pair(play)
        before = {code: (header(play, code), play.texts(code), play.shown(code)) for code in (source, target)}
        play.do(target, merge([play.at(source)]))
        if way == "undo":
            take_back(play)
        else:
            first, second = play.do(source, unmerge(play.context("bob"), play.tickets[source]), who="bob")
            assert (first.code, second.code) == (source, target)  # the source first
        assert {code: (header(play, code), play.texts(code), play.shown(code)) for code in before} == before
    with pytest.raises(NotMerged):
        unmerge(play.context(), play.tickets[target])
    assert play.do(source, unmerge(play.context(), play.tickets[source])) == []  # already so


def test_a_merge_cut_between_its_files_is_completed_by_giving_it_again() -> None:
    play = Play()
    source, target = pair(play)
    play.do(target, merge([play.at(source)]), cut=1)
    assert (play.shown(source), play.texts(target)) == ("new", ["target 1"])
    (rest,) = play.do(target, merge([play.at(source)]))
    assert rest.events[-1].batch == play.tickets[target].events[-1].batch != ""
    assert (rest.code, play.shown(source), play.texts(target)) == (source, "merged", ["target 1", "source 1"])
    assert play.do(target, merge([play.alone(source)])) == []


# --- split ----------------------------------------------------------------------------------------------------------


def conversation(play: Play) -> str:
    """Question, answer, question, question."""
    code = play.asks("1", changes=Changes({("department",): "support"}, {"tags": ("+vip",)}))
    play.answers(code, "2")
    play.says(code, "3")
    play.says(code, "4")
    return code


def test_s1_pointers_say_where_a_message_is_shown_and_links_stand_on_both_sides() -> None:
    play = Play()
    code = conversation(play)
    plan = cut_off(play, code, 2)
    child, parent = play.do(code, split(plan))
    event = plan.chosen[0].event
    assert (child.code, parent.code) == (child_of(plan), code)  # the child first
    assert child.header.list("shows") == (f"{code}/{event.id}",)
    assert parent.header.text("moved", event.id) == child.code
    assert child.header.list("links") == (f"split-from {code}",)
    assert parent.header.list("links") == (f"split-to {child.code}",)
    assert (play.texts(code), play.texts(child.code)) == (["1", "2", "4"], ["3"])
    assert child.events[0].batch == parent.events[-1].batch != ""


def test_a_copy_is_another_child_than_what_moves_the_same_message() -> None:
    play = Play()
    code = conversation(play)
    copied, moved = (cut_off(play, code, 2, copy=copy) for copy in (True, False))
    play.do(code, split(copied))
    play.do(code, split(moved))
    assert child_of(copied) != child_of(moved)
    assert {child_of(copied), child_of(moved)} < play.tickets.keys()


def test_s1_a_copy_is_shown_in_both_and_waits_in_each() -> None:
    play = Play()
    code = conversation(play)
    plan = cut_off(play, code, 2, copy=True)
    play.do(code, split(plan))
    assert (play.texts(code), play.texts(child_of(plan))) == (["1", "2", "3", "4"], ["3"])
    play.answers(child_of(plan))
    assert (waiting(play, code), waiting(play, child_of(plan))) == (["3", "4"], [])


def test_s1_merging_the_child_back_shows_all_in_the_parent_again() -> None:
    play = Play()
    code = conversation(play)
    plan = cut_off(play, code, 2)
    play.do(code, split(plan))
    play.do(code, merge([play.at(child_of(plan))]))
    assert play.texts(code) == ["1", "2", "3", "4"]
    assert play.shown(code) == "open"


def test_s2_the_only_question_stays_unless_copied_or_in_part() -> None:
    play = Play()
    code = play.asks("It jams. And our VAT number changed.")
    with pytest.raises(CannotSplit, match=f"no customer message would be left in {code}"):
        play.do(code, split(cut_off(play, code, 0)))
    with pytest.raises(CannotSplit, match=f"does not stand in {code}/1"):
        play.do(code, split(cut_off(play, code, 0, part="not there")))
    plan = cut_off(play, code, 0, part="our VAT\n number changed.")
    child, _ = play.do(code, split(plan))
    part = child.events[-1]
    assert (part.part_of, part.body, part.by, part.at) == (
        play.tickets[code].first.id, "our VAT\n number changed.\n", str(MARIA), play.tickets[code].first.at,
    )  # fmt: skip
    assert (play.shown(code), play.shown(child.code), play.texts(code)) == (
        "new", "new", ["It jams. And our VAT number changed."],
    )  # fmt: skip


@pytest.mark.parametrize("status", ["closed", "spam"])
def test_s2_a_closed_ticket_is_not_split(status: str) -> None:
    play = Play()
    code = conversation(play)
    play.do(code, move(status))
    with pytest.raises(CannotSplit, match=f"{code} is {status}; reopen it before you split it"):
        play.do(code, split(cut_off(play, code, 2)))


def test_s3_the_child_is_its_senders_and_inherits_all_but_the_agent() -> None:
    play = Play()
    code = conversation(play)
    play.says(code, "5", who=JAN)
    plan = cut_off(play, code, 4)
    play.do(code, split(plan))
    of = play.at(child_of(plan)).header
    assert (of.text("customer", "name"), of.text("customer", "email")) == (JAN.name, JAN.email)
    assert (of.text("department"), of.text("priority"), of.list("tags")) == ("support", "normal", ("vip",))
    assert (of.text("assignee"), play.shown(child_of(plan))) == ("", "new")
    changes = Changes({("assignee",): "bob", ("department",): "billing", ("priority",): "high"}, {"tags": ("+vat",)})
    plan = cut_off(play, code, 3, subject="VAT", changes=changes)
    play.do(code, split(plan))
    of = play.at(child_of(plan)).header
    assert [of.text(name) for name in ("assignee", "department", "priority")] == ["bob", "billing", "high"]
    assert (of.list("tags"), of.text("customer", "email")) == (("vat",), MARIA.email)


def test_s3_a_child_of_an_answered_question_is_answered() -> None:
    play = Play()
    code = conversation(play)
    plan = cut_off(play, code, 0)
    child, _ = play.do(code, split(plan))
    assert (play.shown(child.code), child.first.seen) == ("answered", (plan.chosen[0].event.id,))
    play.wait(minutes=1)
    take_back(play)
    assert play.shown(child.code) == "closed"
    play.do(code, split(plan))
    assert play.shown(child.code) == "answered"  # as it was, not Open: nobody waits there


def test_s4_the_child_begins_now_and_its_clocks_with_who_waits() -> None:
    play = Play()
    code = conversation(play)
    asked = play.at(code).thread.messages[2].event.at
    play.wait(days=2)
    plan = cut_off(play, code, 2)
    play.do(code, split(plan))
    child = play.at(child_of(plan))
    assert (child.header.created, child.waiting_since, child.clocks.start) == (play.now, asked, asked)


def test_s5_the_parent_is_answered_when_nobody_waits_any_more() -> None:
    play = Play()
    code = conversation(play)
    play.do(code, split(cut_off(play, code, 2)))
    assert (play.shown(code), waiting(play, code)) == ("open", ["4"])
    play.do(code, split(cut_off(play, code, 2, subject="Third")))
    assert (play.shown(code), waiting(play, code)) == ("answered", [])


@pytest.mark.parametrize("part", ["", "3"])
def test_a_split_given_again_makes_no_second_child_also_when_it_was_cut(part: str) -> None:
    for cut in (1, 2):
        play = Play()
        code = conversation(play)
        plan = cut_off(play, code, 2, part=part)
        play.do(code, split(plan), cut=cut)
        again = play.do(code, split(plan))
        assert {ticket.events[-1].batch for ticket in again} <= {play.tickets[child_of(plan)].first.batch}
        assert [ticket.code for ticket in again] == ([code] if cut == 1 else [])
        assert len(play.tickets) == 2
        assert play.texts(child_of(plan)) == ["3"]
        assert ("3" in play.texts(code)) is bool(part)


def test_the_rest_of_a_cut_split_can_be_written_from_the_child_alone() -> None:
    whole, cut = Play(), Play()
    for play in (whole, cut):
        code = conversation(play)
        plan = cut_off(play, code, 2, 3)
        play.do(code, split(plan), cut=1 if play is cut else None)
    cut.do(code, rest_of_split(child_of(plan), plan.chosen))
    assert header(cut, code) == header(whole, code)
    take_back(cut)
    assert (cut.texts(code), cut.shown(child_of(plan))) == (["1", "2", "3", "4"], "closed")
    cut.do(code, split(plan))
    assert (cut.shown(code), cut.texts(code)) == ("answered", ["1", "2"])


# --- undo -----------------------------------------------------------------------------------------------------------


def test_undo_takes_back_one_command_after_another_and_never_a_creation() -> None:
    play = Play()
    code = play.asks()
    play.answers(code)
    play.do(code, change(Changes({}, {"tags": ("+vip",)})))
    play.do(code, move("closed"), who="bob")
    take_back(play)
    assert (play.at(code).header.list("tags"), play.shown(code)) == ((), "closed")
    take_back(play)
    assert play.texts(code) == ["Please help."]
    with pytest.raises(CannotUndo, match=f"that was the creation of {code}, which stays; close it"):
        take_back(play)
    with pytest.raises(NothingToUndo, match='nothing of "eva" is left to undo'):
        take_back(play, "eva")


def test_undo_of_a_back_dated_command_takes_that_one() -> None:
    play = Play()
    code = play.asks()
    play.do(code, act.note(act.Message("now")))
    play.do(code, act.note(act.Message("of yesterday")), at=play.now - DAY)
    take_back(play)
    assert play.texts(code) == ["Please help.", "now"]


def test_undo_of_a_status_gives_back_the_one_before_with_who_waits() -> None:
    play = Play()
    code = play.asks()
    play.do(code, move("postponed", until=play.now + DAY))
    until = play.at(code).header.time("until")
    play.do(code, move("resolved"))
    take_back(play)
    assert (play.shown(code), play.at(code).header.time("until"), waiting(play, code)) == (
        "postponed", until, ["Please help."],
    )  # fmt: skip


def test_undo_of_a_split_closes_a_child_that_nobody_has_written_to() -> None:
    play = Play()
    code = conversation(play)
    plan = cut_off(play, code, 2)
    before = header(play, code)
    play.do(code, split(plan))
    take_back(play)
    assert (header(play, code), play.texts(code), play.shown(child_of(plan))) == (
        before,
        ["1", "2", "3", "4"],
        "closed",
    )
    play.do(code, split(plan))
    assert (play.texts(code), play.shown(child_of(plan))) == (["1", "2", "4"], "new")
    play.do(child_of(plan), act.note(act.Message("working on it")), who="bob")
    take_back(play)
    assert play.texts(code) == ["1", "2", "3", "4"]


def test_an_undo_cut_between_its_files_is_completed_by_giving_it_again() -> None:
    play = Play()
    source, target = pair(play)
    before = header(play, target)
    play.do(target, merge([play.at(source)]))
    command = undoing.last_command(play.tickets.values(), "ana")
    play.do(source, undoing.undo(command, play.context()), cut=1)
    assert header(play, target) != before
    take_back(play)
    assert (header(play, target), play.shown(source)) == (before, "new")


# --- redaction, links -----------------------------------------------------------------------------------------------


def test_a_redaction_takes_the_whole_and_every_part_of_it() -> None:
    play = Play()
    code = play.asks("Card 4111. And VAT. And more.")
    plan = cut_off(play, code, 0, part="Card 4111.")
    child, _ = play.do(code, split(plan))
    events = {code: play.tickets[code].first, child.code: child.events[-1]}
    for place, event in events.items():
        other = Play(now=play.now, tickets=dict(play.tickets))
        written = other.do(place, redacting.redact(other.tickets[place], event, other.context()))
        assert [ticket.code for ticket in written] == [code, child.code]  # the whole first
        gone = [one for ticket in written for one in ticket.events if one.redacted]
        assert [(one.body, one.by, one.via, one.attachments) for one in gone] == [("", "", "", ())] * 2
        assert "4111" not in "".join(one.body for ticket in other.tickets.values() for one in ticket.events)
        assert all(entry.hidden for entry in other.at(child.code).thread.messages)
        assert other.do(place, redacting.redact(other.tickets[place], event, other.context())) == []


def test_a_link_stands_on_both_sides_and_goes_from_both() -> None:
    play = Play()
    one, two, three = play.asks(), play.asks(), play.asks()
    play.do(one, link([two]))
    written = play.do(one, link([two, three]))
    assert [ticket.code for ticket in written] == [three, one]  # its own last: then all is done
    assert play.at(one).header.list("links") == tuple(sorted([f"related {two}", f"related {three}"]))
    assert play.at(two).header.list("links") == (f"related {one}",)
    play.do(two, link([one], remove=True))
    assert (play.at(one).header.list("links"), play.at(two).header.list("links")) == ((f"related {three}",), ())
    with pytest.raises(LinkToItself, match=f"{one} cannot be linked to itself"):
        play.do(one, link([one]))
