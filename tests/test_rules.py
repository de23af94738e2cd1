"""Rules: what they ask for, what they do, once; and that two desks which answer each other come to an end."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
import tomli
from hypothesis import example, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from tests.command import PEOPLE
from tests.desks import answers, asks, at, changes, notes, ticket
from tests.post import MARIA
from ticketcli.core.action.actor import Actor
from ticketcli.core.action.change import change
from ticketcli.core.action.conversation import Message, customer_reply, reply
from ticketcli.core.action.decide import decide
from ticketcli.core.action.draft import Context, Draft, Text
from ticketcli.core.action.foreseen import rules_act_at
from ticketcli.core.action.rules import by_time, verdicts
from ticketcli.core.action.ruling import MOST
from ticketcli.core.action.status import move
from ticketcli.core.clock import memory
from ticketcli.core.clock.holding import changes_at
from ticketcli.core.clock.situation import Situation
from ticketcli.core.clock.working import looked_at
from ticketcli.core.errors import TicketError
from ticketcli.core.file.codec import event_text
from ticketcli.core.mail import throttle
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.code import derived_id
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.join import join
from ticketcli.core.ticket.thread import gather
from ticketcli.core.ticket.who import Who, parse
from ticketcli.core.words.loading import BadSettings, load
from ticketcli.core.words.settings import Settings
from ticketcli.desk.making import settings_text

Patch = pytest.MonkeyPatch
ANA = Actor("ana", Who("Ana Cruz", "ana@desk.example"))
NOON = at("2024-11-25 12:00")


def rules(*rows: dict[str, Any], more: str = "") -> Settings:
    return load({**tomli.loads(PEOPLE + more), "rule": [{"name": f"r{n}", **row} for n, row in enumerate(rows)]})


def canned(name: str, _: Situation) -> Text:
    if name == "gone":
        raise TicketError("no such thing; write one")
    if name == "blank":
        return Text(" \n")
    return Text(f"This is {name}.", (), "rate" if name == "rate-us" else "")


def known(settings: Settings, *tickets: Ticket, now: datetime = NOON, salt: str = "") -> Context:
    """What an action may know; ids are made one after the other."""
    numbers = iter(range(1_000))
    here = {one.code: one for one in tickets}
    ids = lambda: derived_id("test", salt, str(next(numbers)))  # noqa: E731
    return Context(now, settings, ANA, here.get, ids, rules=settings.rules, canned=canned)


def seen(one: Ticket, settings: Settings, now: datetime = NOON) -> Situation:
    return looked_at(one, gather(one.code, {one.code: one}.get), settings, now)


def done(one: Ticket, settings: Settings, action: Any, now: datetime = NOON, **more: Any) -> Ticket:
    """A ticket with what an action and its rules have done."""
    context = known(settings, one, now=now, **more)
    situation = seen(one, settings, now)
    drafts = action if isinstance(action, Sequence) else action(situation, context)
    return (decide(drafts, situation, context) or [one])[0]


def ticked(one: Ticket, settings: Settings, now: datetime = NOON) -> Ticket:
    return one.plus(by_time(seen(one, settings, now), known(settings, one, now=now)))


def ruled(one: Ticket) -> list[Event]:
    return [event for event in one.events if event.ruled]


def names(one: Ticket) -> list[str]:
    return [str(event.value) for event in ruled(one)]


NEW = ticket(asks("q", "2024-11-20 08:00", "Printer jams"))
ANSWERED = NEW.plus([answers("a", 2, "2024-11-20 09:00", "Try again.", seen=["q"])])


# --- the settings ---------------------------------------------------------------------------------------------------

GOOD = {"name": "one", "when": "status:answered for:3d..", "do": ["priority=high"]}
BAD: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "rule number 1 name must be text, not ''"),
    ({"on": ["creation"]}, 'rule "one" on must be a list of some of created, customer_message, '),
    ({"on": []}, 'rule "one" on must be'),
    ({"when": "colour:red"}, 'rule "one" when: cannot read the filter "colour:red": no filter word "colour"'),
    ({"when": "status:opne"}, 'when: cannot read the filter "status:opne": no status "opne"; did you mean "open"?'),
    ({"when": "department:cellar"}, 'no department "cellar"'),
    ({"when": "assignee:eve"}, 'no agent "eve"'),
    ({"when": "-assignee:bob,me"}, 'when: "-assignee:bob,me" cannot stand in a rule, which nobody asks for'),
    ({"when": 'text:"printer'}, "when: a quote in 'text:\"printer' does not end"),
    ({"when": " "}, 'rule "one" would act on every ticket'),
    ({"do": []}, 'rule "one" do must be a list of set words'),
    ({"do": ["high"]}, 'rule "one" do: cannot set "high": write KEY=VALUE'),
    ({"do": ["priority=huge"]}, 'do: cannot set "priority=huge": no priority "huge"'),
    ({"do": ["assignee=eve"]}, 'do: cannot set "assignee=eve": no agent "eve"'),
    ({"do": ["assignee=me"]}, 'do: cannot set "assignee=me": no agent "me"'),
    ({"do": ["department=cellar"]}, 'do: cannot set "department=cellar": no department "cellar"'),
    ({"do": ["status=gone"]}, 'do: cannot set "status=gone": no status "gone"'),
    ({"do": ["status=answered"]}, 'do: a rule cannot set "status=answered": only who answers'),
    ({"do": ["status=postponed"]}, 'do: a rule cannot set "status=postponed": it needs a time'),
    ({"do": ["canned="]}, "do: the name is missing; write canned=NAME"),
    ({"do": ["canned=a", "canned=b"]}, "do: it names more than one canned response"),
    ({"stop": "yes"}, 'rule "one" stop must be true or false'),
]


@pytest.mark.parametrize(("row", "said"), BAD, ids=[said for _, said in BAD])
def test_what_no_rule_can_say(row: dict[str, Any], said: str) -> None:
    load({**tomli.loads(PEOPLE), "rule": [GOOD]})
    with pytest.raises(BadSettings) as error:
        load({**tomli.loads(PEOPLE), "rule": [{**GOOD, **row}]})
    assert said in str(error.value)


def test_rules_are_named_each_by_its_own_name() -> None:
    with pytest.raises(BadSettings, match='there are 2 rules "one"; give each a name of its own'):
        load({"rule": [GOOD, GOOD]})
    with pytest.raises(BadSettings, match="has no name"):
        load({"rule": [{"when": "tag:vip", "do": ["priority=high"]}]})
    with pytest.raises(BadSettings, match=r"write \[\[rule\]\] above each rule"):
        load({"rule": GOOD})
    with pytest.raises(BadSettings, match=r'"agent\.rule" has another meaning'):
        load({"agent": {"rule": {}}})


def test_a_rule_as_a_value() -> None:
    row = {**GOOD, "on": ["created"], "do": ["priority=high", "canned = hello"], "stop": True, "colour": 1}
    found = load({"rule": [row]})
    assert found.rules[0]._asdict() == {
        "name": "one",
        "on": ("created",),
        "when": ("status:answered", "for:3d.."),
        "do": ("priority=high",),
        "canned": "hello",
        "stop": True,
    }
    assert found.unknown == ('unknown key "colour" in rule "one"',)


def test_the_examples_of_a_new_desk_are_rules() -> None:
    shipped = settings_text("ACME").partition("# [[rule]]")
    found = load(tomli.loads(re.sub(r"(?m)^# ?", "", shipped[1] + shipped[2])))
    assert [rule.name for rule in found.rules] == [
        "acknowledge",
        "escalate when due soon",
        "remind the customer",
        "resolve unanswered",
        "ask for a rating",
    ]
    assert found.unknown == ()
    assert load(tomli.loads(settings_text("ACME"))).rules == ()


# --- behind what somebody does --------------------------------------------------------------------------------------


def created(settings: Settings, text: str = "It eats paper.", *, quiet: bool = False, imported: bool = False) -> Ticket:
    first = asks("new", "2024-11-25 12:00", "Printer jams", text, quiet=quiet)
    context = known(settings)
    return decide([Draft("", first, imported=imported)], None, context)[0]


def test_a_new_ticket_is_acknowledged_and_marked() -> None:
    one = created(rules({"on": ["created"], "when": "text:paper", "do": ["tags=+paper", "priority=high", "canned=hi"]}))
    mark, text = ruled(one)
    assert (mark.kind, mark.set, mark.lists) == ("change", {("priority",): "high"}, {"tags": ("+paper",)})
    assert (mark.action, mark.value, mark.after, mark.seen, mark.at) == ("rule", "r0", one.first.id, None, one.first.at)
    assert (text.kind, text.body, text.to, text.quiet) == ("message", "This is hi.\n", ("maria@example.com",), True)
    assert [event.seq for event in one.events] == [1, 2, 3]
    assert {event.batch for event in one.events} == {one.first.id}
    assert (one.header.text("priority"), one.header.text("status")) == ("high", "new")


def test_what_does_not_match_or_comes_from_elsewhere_is_left_alone() -> None:
    some = rules({"on": ["created"], "when": "text:ink", "do": ["tags=+ink"]}, {"on": ["created"], "do": ["canned=hi"]})
    assert names(created(some)) == ["r1"]
    assert names(created(some, quiet=True)) == []
    assert names(created(some, imported=True)) == []
    assert created(some, imported=True) == created(Settings())


CAUSES: dict[str, tuple[Any, set[str]]] = {
    "customer": (customer_reply(Message("And now?"), parse(MARIA)), {"customer_message", "status"}),
    "quiet": (customer_reply(Message("Out of office."), parse(MARIA), keep=True), set()),
    "agent": (reply(Message("Done."), keep=True), {"agent_message"}),
    "status": (move("resolved"), {"status"}),
    "tag": (change(Changes({}, {"tags": ("+vip",)})), {"tag"}),
    "transfer": (change(Changes({("department",): "billing"})), {"transfer"}),
    "priority": (change(Changes({("priority",): "low"})), set()),
    "rated": ([Draft(ANSWERED.code, Event(role="customer", by=MARIA, action="rate", value=5))], {"rated"}),
    "system": ([Draft(ANSWERED.code, Event(role="system", by="mail", set={("status",): "open"}))], set()),
}


@pytest.mark.parametrize("name", CAUSES)
def test_each_kind_of_event_wakes_the_rules_that_wait_for_it(name: str) -> None:
    action, kinds = CAUSES[name]
    every = ("created", "customer_message", "agent_message", "status", "tag", "transfer", "rated")
    settings = rules(*({"name": kind, "on": [kind], "do": [f"fields.{kind}=yes"]} for kind in every))
    assert names(done(ANSWERED, settings, action)) == [kind for kind in every if kind in kinds]


def test_rules_look_one_after_the_other_and_one_may_be_the_last() -> None:
    first = {"on": ["customer_message", "status"], "do": ["tags=+first"]}
    second = {"on": ["customer_message"], "when": "tag:first", "do": ["tags=+second"], "stop": True}
    third = {"on": ["customer_message"], "do": ["tags=+third"]}
    action = customer_reply(Message("And now?"), parse(MARIA))
    assert names(done(ANSWERED, rules(first, second, third), action)) == ["r0", "r1"]
    assert names(done(ANSWERED, rules(second, first, third), action)) == ["r1", "r2"]
    tagged = done(ANSWERED, Settings(), change(Changes({}, {"tags": ("+first", "+second")})))
    assert names(done(tagged, rules(second, third), action)) == [], "it matches, and there is nothing to do"


def test_only_a_status_that_a_rule_sets_wakes_others_once() -> None:
    closes = {"on": ["customer_message"], "when": "text:viagra", "do": ["status=spam", "tags=+spam"]}
    on_status = {"on": ["status"], "do": ["fields.status=changed"]}
    reopens = {"on": ["status"], "when": "status:spam", "do": ["department=support", "status=spam"]}
    on_tag = {"on": ["tag", "transfer"], "do": ["fields.tag=changed"]}
    one = done(ANSWERED, rules(closes, on_status, reopens, on_tag), customer_reply(Message("Viagra!"), parse(MARIA)))
    assert names(one) == ["r0", "r1", "r2"], "the status that r0 set, and none of what the others did"
    first = ruled(one)[0]
    assert (one.header.text("status"), first.seen) == ("spam", (one.events[2].id,))
    assert [event.after for event in ruled(one)] == [one.events[2].id, first.id, first.id]


def test_a_rule_does_not_wake_itself_nor_by_its_status_a_chain() -> None:
    resolves = {"on": ["status"], "do": ["status=resolved", "canned=hi"]}
    action = customer_reply(Message("Hm."), parse(MARIA))
    assert [event.kind for event in ruled(done(ANSWERED, rules(resolves), action))] == ["change", "message"]
    first = {"on": ["customer_message"], "do": ["status=resolved"]}
    third = {"on": ["status"], "when": "status:closed", "do": ["tags=+closed"]}
    second = {"on": ["status"], "when": "status:resolved", "do": ["status=closed"]}
    assert names(done(NEW, rules(first, third, second), action)) == ["r0", "r2"]


def test_a_resolve_has_its_end_and_a_wrong_move_is_none() -> None:
    settings = rules({"on": ["agent_message"], "do": ["status=resolved"]}, {"on": ["status"], "do": ["status=new"]})
    one = done(NEW, settings, reply(Message("Done.")))
    assert one.header.time("until") == NOON + timedelta(days=4)
    assert names(one) == ["r0"], "what is resolved cannot become new"


def test_a_text_that_cannot_be_made_keeps_nothing_from_being_written() -> None:
    one = created(rules({"on": ["created"], "do": ["canned=gone"]}))
    (note,) = ruled(one)
    assert (note.kind, note.to) == ("note", ())
    assert note.body == 'The rule "r0" could not write the canned response "gone": no such thing; write one\n'
    (blank,) = ruled(created(rules({"on": ["created"], "do": ["canned=blank"]})))
    assert (blank.kind, blank.to) == ("note", ()), "all that it says is a placeholder with an empty fallback"


def test_who_asks_for_a_rating_says_so_in_its_action() -> None:
    (text,) = ruled(created(rules({"on": ["created"], "do": ["canned=rate-us"]})))
    assert (text.action, text.value, throttle.is_automatic(text)) == ("rate", "r0", True)


def test_who_moves_a_ticket_takes_it_from_those_who_do_not_work_there() -> None:
    owned = done(NEW, Settings(), change(Changes({("assignee",): "bob"})))
    settings = rules({"on": ["tag"], "do": ["department=billing"]})
    assert done(owned, settings, change(Changes({}, {"tags": ("+x",)}))).header.text("assignee") == ""


def test_who_moves_a_ticket_gives_it_to_whom_that_department_gives_what_arrives() -> None:
    people = PEOPLE.replace('address = "billing', 'assignee = "ana"\naddress = "billing')
    row = {"name": "moves", "on": ["tag"], "do": ["department=billing"]}
    tagged = change(Changes({}, {"tags": ("+x",)}))
    for more, who in ([], "ana"), (["assignee=none"], ""):
        settings = load({**tomli.loads(people), "rule": [{**row, "do": [*row["do"], *more]}]})
        assert done(NEW, settings, tagged).header.text("assignee") == who, "as where a person moves it"


def test_a_rule_that_changes_the_priority_matches_the_level_again() -> None:
    levels = '[[sla]]\nname = "gold"\nwhen = "priority:high.."\n[[sla]]\nname = "standard"\n'
    one = created(rules({"on": ["created"], "do": ["priority=high"]}, more=levels))
    assert [event.sla["level"] for event in one.events] == ["standard", "gold"]


# --- as time passes -------------------------------------------------------------------------------------------------

REMIND = {"name": "remind", "when": "status:answered for:3d..", "do": ["canned=remind"]}
RESOLVE = {"name": "resolve", "when": "status:answered for:10d..", "do": ["status=resolved", "canned=closing"]}
ESCALATE = {"name": "escalate", "when": "is:to-solve due:..2h", "do": ["priority=urgent"]}


def test_a_time_rule_acts_once_for_each_time_that_a_ticket_comes_into_its_state() -> None:
    settings = rules(REMIND)
    assert ruled(ticked(ANSWERED, settings, at("2024-11-23 08:59"))) == []
    one = ticked(ANSWERED, settings, at("2024-11-23 09:00"))
    assert [(event.after, event.at) for event in ruled(one)] == [(ANSWERED.events[1].id, at("2024-11-23 09:00"))]
    assert ticked(one, settings, at("2024-12-24 00:00")) == one
    asked = done(one, settings, customer_reply(Message("Hm."), parse(MARIA)), at("2024-12-24 00:00"))
    again = done(asked, settings, reply(Message("So.")), at("2024-12-24 01:00"), salt="again")
    assert len(ruled(ticked(again, settings, at("2024-12-26 00:00")))) == 1
    assert len(ruled(ticked(again, settings, at("2024-12-28 00:00")))) == 2


def test_a_view_begins_when_its_words_do() -> None:
    views = '[view.old]\nfilter = "view:Silent,gone"\n[view.silent]\nfilter = "status:answered for:3d.."\n'
    settings = rules(
        {"when": "view:OLD", "do": ["canned=remind"]}, more=f'{views}[view.gone]\nfilter = "status:closed"\n'
    )
    one = ticked(ANSWERED, settings, at("2024-11-23 09:00"))
    asked = done(one, settings, customer_reply(Message("Hm."), parse(MARIA)), at("2024-11-24 00:00"))
    again = done(asked, settings, reply(Message("So.")), at("2024-11-24 01:00"), salt="again")
    assert [len(ruled(ticked(again, settings, at(f"2024-11-27 0{hour}:00")))) for hour in (0, 1)] == [1, 2]
    closed = done(again, settings, move("closed"), at("2024-11-24 02:00"), salt="closed")
    assert len(ruled(ticked(closed, settings, at("2024-11-24 03:00")))) == 2, "its words name the status"
    without = rules({"when": "-view:gone", "do": ["canned=remind"]}, more='[view.gone]\nfilter = "-status:closed"\n')
    assert ruled(ticked(closed, without, at("2024-11-24 03:00"))) == ruled(closed), (
        "what a view names that is not meant"
    )


def test_after_an_outage_each_acts_once_in_their_order() -> None:
    one = ticked(ANSWERED, rules(REMIND, RESOLVE), at("2024-12-20 00:00"))
    assert [(event.value, event.kind) for event in ruled(one)] == [
        ("remind", "message"),
        ("resolve", "change"),
        ("resolve", "message"),
    ]
    assert seen(one, Settings(), at("2024-12-20 00:00")).status == "resolved"
    stopped = ticked(ANSWERED, rules({**REMIND, "stop": True}, RESOLVE), at("2024-12-20 00:00"))
    assert names(stopped) == ["remind"]
    assert ticked(stopped, rules({**REMIND, "stop": True}, RESOLVE), at("2024-12-21 00:00")) == stopped


def test_a_deadline_is_a_state_of_its_own() -> None:
    settings = rules(ESCALATE)
    one = ticked(NEW, settings, at("2024-11-23 06:00"))
    assert one.header.text("priority") == "urgent"
    assert ticked(NEW, settings, at("2024-11-23 05:59")) == NEW
    lowered = one.plus([changes("low", 9, "2024-11-23 07:00", priority="normal")])
    assert ticked(lowered, settings, at("2024-11-24 00:00")) == lowered


def test_what_is_done_is_left_alone_unless_a_rule_asks_for_it() -> None:
    closed = done(NEW, Settings(), move("closed"))
    late = NOON + timedelta(days=90)
    assert ticked(closed, rules({"when": "age:30d..", "do": ["tags=+old"]}), late) == closed
    assert names(ticked(closed, rules({"when": "status:closed age:30d..", "do": ["tags=+old"]}), late)) == ["r0"]


def test_a_rule_that_did_too_much_rests() -> None:
    many = [
        notes(f"n{n}", n + 3, "2024-11-25 11:00", "x", by="rule", role="system", value="r0", after="A" * 10)
        for n in range(MOST)
    ]
    one = ANSWERED.plus(many)
    assert ticked(one, rules(REMIND)) == one
    (verdict,) = verdicts(seen(one, rules(REMIND)), "", known(rules(REMIND), one))
    assert verdict.why == "rules have done 100 things to this ticket in a day, and rest"
    assert len(ruled(ticked(one, rules(REMIND), NOON + timedelta(days=1)))) == MOST + 1


def test_why_a_rule_acts_or_does_not() -> None:
    settings = rules(REMIND, RESOLVE, {"on": ["tag"], "when": "tag:vip", "do": ["priority=high"]})
    found = {one.rule.name: one for one in verdicts(seen(ANSWERED, settings), "", known(settings, ANSWERED))}
    assert list(found) == ["remind", "resolve"]
    assert (found["remind"].why, [event.kind for event in found["remind"].events]) == ("", ["message"])
    assert found["resolve"].words == (("status:answered", True), ("for:10d..", False))
    assert (found["resolve"].why, found["resolve"].events) == ("for:10d.. does not hold", ())
    (tagged,) = verdicts(seen(ANSWERED, settings), "tag", known(settings, ANSWERED))
    assert tagged.why == "tag:vip does not hold"
    after = ticked(ANSWERED, settings)
    again = next(verdicts(seen(after, settings), "", known(settings, after)))
    assert again.why == "it has acted already since that began"


# --- laws -----------------------------------------------------------------------------------------------------------

TIMED = st.lists(
    st.sampled_from(
        [
            {"when": "status:answered for:3d..", "do": ["canned=remind"]},
            {"when": "status:answered for:10d..", "do": ["status=resolved"]},
            {"when": "status:resolved for:1d..", "do": ["canned=rate-us"]},
            {"when": "status:new,open for:2d..5d", "do": ["tags=+old", "due=+2d"]},
            {"when": "due:..2h", "do": ["priority=urgent"]},
            {"when": "is:overdue", "do": ["assignee=bob", "status=open"]},
            {"when": "is:due-soon", "do": ["watchers=+ana"]},
            {"when": "is:stale", "do": ["tags=+stale"]},
            {"when": "is:waiting waiting:3d..", "do": ["priority=high"]},
            {"when": "-for:..4d -tag:old", "do": ["tags=+still"], "stop": True},
            {"when": "age:30d..", "do": ["status=closed"]},
            {"when": "status:closed resolved:..-2d", "do": ["tags=+done"]},
        ]
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda row: row["when"],
)
DEEDS: dict[str, Callable[[datetime], Any]] = {
    "customer": lambda _: customer_reply(Message("Hm."), parse(MARIA)),
    "agent": lambda _: reply(Message("So."), keep=False, status="open"),
    "answer": lambda _: move("answered", reason="by phone"),
    "resolve": lambda _: move("resolved"),
    "reopen": lambda _: move("open", reopening=True),
    "put aside": lambda now: move("postponed", until=now + timedelta(days=2)),
    "due": lambda now: change(Changes({("due",): now + timedelta(hours=30)})),
    "tag": lambda _: change(Changes({}, {"tags": ("+old",)})),
}
STORIES = st.lists(st.tuples(st.sampled_from(list(DEEDS)), st.integers(0, 90)), max_size=5)


def told(story: Sequence[tuple[str, int]], settings: Settings, salt: str = "", cron: bool = False) -> Ticket:
    """A ticket to which this was done, each so many hours after the one before."""
    one, now = NEW, NEW.first.at
    for number, (deed, hours) in enumerate(story):
        now += timedelta(hours=hours)
        one = ticked(one, settings, now) if cron else one
        try:
            one = done(one, settings, DEEDS[deed](now), now, salt=f"{salt}{number}")
        except TicketError:  # nothing that can be done then
            continue
    return one


LEVELS = '[[sla]]\nname = "all"\nfirst_response = { default = "8h" }\nresolution = { default = "40h" }\n'


@effort(max_examples=40, deadline=None)
@given(TIMED, STORIES, st.integers(0, 1000))
def test_deciding_twice_gives_the_same(rows: list[dict[str, Any]], story: list[tuple[str, int]], hours: int) -> None:
    settings = rules(*rows, more=LEVELS)
    one, now = told(story, settings), NEW.first.at + timedelta(hours=hours + 450)
    once = ticked(one, settings, now)
    assert once == ticked(one, settings, now), "the same events"
    assert [event.id for event in ruled(once)] == list(dict.fromkeys(event.id for event in ruled(once)))
    stopping = any(row.get("stop") for row in rows)
    again = ticked(once, settings, now)
    for _ in rows:  # what one did may bring the ticket into the state of another
        once, again = again, ticked(again, settings, now)
    assert again == once or stopping


@effort(max_examples=40, deadline=None)
@given(TIMED, STORIES, st.integers(0, 400), st.integers(0, 100))
@example([{"when": "status:answered for:10d..", "do": ["status=resolved"]}], [("answer", 1)], 1, 7)
def test_two_clones_that_tick_on_their_own_have_each_application_once(
    rows: list[dict[str, Any]], story: list[tuple[str, int]], hours: int, later: int
) -> None:
    settings = rules(*rows, more=LEVELS)
    one, now = told(story, settings), NEW.first.at + timedelta(hours=hours + 450)
    ours, theirs = ticked(one, settings, now), ticked(one, settings, now + timedelta(hours=later))
    both = join(ours, theirs, event_text)
    assert both == join(theirs, ours, event_text)
    assert not [event for event in both.events if event.action == "version"]
    told_of = [(event.value, event.after, event.clock, event.kind) for event in ruled(both)]
    assert len(told_of) == len(set(told_of))


def test_an_id_made_of_the_time_would_act_twice() -> None:
    """The control of the law above: what depends on when a rule acts is no part of what it is known by."""
    ours, theirs = (ticked(ANSWERED, rules(RESOLVE), at(day)) for day in ("2024-12-20", "2024-12-21"))
    assert {event.id for event in ruled(ours)} == {event.id for event in ruled(theirs)}
    assert ruled(ours)[0].set != ruled(theirs)[0].set


@effort(max_examples=40, deadline=None)
@given(TIMED, STORIES, st.integers(0, 60))
def test_what_the_index_foresees_is_never_too_late(
    rows: list[dict[str, Any]], story: list[tuple[str, int]], hours: int
) -> None:
    """Looked for every twelve hours, as long as the index need not read the ticket again."""
    settings = rules(*rows, more=LEVELS)
    one = told(story, settings, cron=True)
    then = max(event.at for event in one.events) + timedelta(hours=hours)
    holds_until = changes_at(seen(one, settings, then)) or at("2100-01-01")
    instants = [then + timedelta(hours=12 * step) for step in range(23)]
    due = (now for now in instants if now < holds_until and ruled(ticked(one, settings, now)) != ruled(one))
    first = next(due, None)
    foreseen = rules_act_at(seen(one, settings, then))
    assert first is None or (foreseen is not None and foreseen <= first)


def test_an_index_made_by_other_time_rules_does_not_hold() -> None:
    plain, timed, other = (memory.basis(rules(*rows)) for rows in ((), (REMIND,), (RESOLVE,)))
    assert len({plain, timed, other}) == 3
    assert memory.basis(rules({"on": ["created"], "do": ["tags=+x"]})) == plain, "what it does asks no index"
    known = rules(REMIND)
    renamed = {key: one._replace(email=f"{key}@new.example") for key, one in known.agents.items()}
    viewed = rules(REMIND, more='[view.old]\nfilter = "age:1w.."\n')
    for changed in (known._replace(stale_after=timedelta(days=1)), known._replace(agents=renamed), viewed):
        assert memory.basis(changed) != timed, "its words would mean others"


def test_what_will_never_happen_is_not_looked_at() -> None:
    """The control of the law above: it is not simply now."""
    assert rules_act_at(seen(ANSWERED, rules(REMIND), at("2024-11-20 10:00"))) == at("2024-11-23 09:00")
    assert rules_act_at(seen(NEW, rules(REMIND))) is None
    assert rules_act_at(seen(ticked(ANSWERED, rules(REMIND)), rules(REMIND))) is None
    assert rules_act_at(seen(NEW, rules(ESCALATE), at("2024-11-20 10:00"))) == at("2024-11-23 06:00")
    assert rules_act_at(seen(NEW, rules({"on": ["created"], "do": ["tags=+x"]}))) is None
