"""Random histories in up to three copies of a desk, some commands cut between their two files, joined file by file."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticketcli.core.action import conversation as act
from ticketcli.core.action import merge as merging
from ticketcli.core.action import redact as redacting
from ticketcli.core.action import undo as undoing
from ticketcli.core.action.actor import Actor
from ticketcli.core.action.change import change
from ticketcli.core.action.decide import decide
from ticketcli.core.action.draft import Action, Context, Draft
from ticketcli.core.action.split import Split
from ticketcli.core.action.split import split as split_action
from ticketcli.core.action.status import move, reopen
from ticketcli.core.clock.agenda import due_now
from ticketcli.core.clock.answered import answers
from ticketcli.core.clock.situation import Situation
from ticketcli.core.clock.timeline import spans, standings
from ticketcli.core.clock.working import looked_at
from ticketcli.core.errors import TicketError
from ticketcli.core.file.codec import event_text
from ticketcli.core.ticket import fold
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.code import ALPHABET, derived_id
from ticketcli.core.ticket.event import Event, Path, Value
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.join import join
from ticketcli.core.ticket.thread import gather, root
from ticketcli.core.ticket.who import Who
from ticketcli.core.words.loading import load

DAY = ["09:00-12:00", "13:00-17:00"]
SETTINGS = load(
    {
        "close_after": "30h",
        "calendar": {"office": {"time_zone": "Europe/Prague", **dict.fromkeys(("mon", "tue", "wed", "fri"), DAY)}},
        "sla": [
            {
                "name": "gold",
                "when": "tag:vip priority:high..",
                "calendar": "office",
                "first_response": {"urgent": "20m", "default": "1h"},
                "next_response": {"default": "2h"},
                "resolution": {"urgent": "3h", "default": "8h"},
            },
            {
                "name": "standard",
                "first_response": {"default": "5h", "high": "2h"},
                "next_response": {"default": "9h"},
                "resolution": {"default": "40h", "urgent": "6h"},
                "warn_at": 0.5,
            },
        ],
    }
)
MARIA = Who("Maria", "maria@example.com")
BEGIN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
Copy = dict[str, Ticket]


@dataclass
class World:
    """Some copies of a desk, and what every writer had before their eyes."""

    copies: list[Copy]
    ticks: bool
    now: datetime = BEGIN
    viewed: dict[str, set[str]] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    """The text that each message began with, by its id."""

    def situation(self, copy: Copy, code: str) -> Situation:
        return looked_at(copy[code], gather(code, copy.get), SETTINGS, self.now)

    def context(self, copy: Copy, ids: random.Random, who: str) -> Context:
        actor = Actor(who, Who(who, f"{who}@desk.example"))
        return Context(self.now, SETTINGS, actor, copy.get, lambda: "".join(ids.choices(ALPHABET, k=10)))

    def write(self, copy: Copy, tickets: Sequence[Ticket], cut: int | None, view: set[str]) -> None:
        for ticket in tickets[:cut]:
            old = copy.get(ticket.code)
            known = old.by_id if old else {}
            for event in ticket.events:
                if event.id not in known:
                    self.viewed.setdefault(event.id, set(view))
                    if event.kind != "change":
                        self.secrets.setdefault(event.id, event.body.strip())
            copy[ticket.code] = ticket


def roots(copy: Copy) -> list[str]:
    return sorted({root(code, copy.get) for code in copy})


def view_of(world: World, copy: Copy, code: str) -> set[str]:
    return {entry.event.id for entry in gather(code, copy.get).messages}


Step = Callable[[World, Copy, random.Random, random.Random], None]


def run(
    world: World, copy: Copy, code: str, action: Action | Sequence[Draft], ids: random.Random, who: str, cut: int | None
) -> None:
    situation, context = world.situation(copy, code), world.context(copy, ids, who)
    drafts = action if isinstance(action, Sequence) else action(situation, context)
    tickets = decide(drafts, situation, context)
    views = {draft.code: view_of(world, copy, draft.code) for draft in drafts if draft.code in copy}
    view = set().union(view_of(world, copy, code), *views.values())
    world.write(copy, tickets, None if cut is None or len(tickets) < 2 else 1 + cut % (len(tickets) - 1), view)


def step(world: World, rnd: random.Random, ids: random.Random, kinds: Sequence[str]) -> Copy:
    """One random thing in one copy; what a command refuses is no step."""
    copy = rnd.choice(world.copies)
    world.now += timedelta(minutes=rnd.choice([1, 7, 60, 600, 2000]))
    kind = rnd.choice(kinds)
    who = rnd.choice(["ana", "bob"])
    cut = rnd.randrange(4) if rnd.random() < 0.25 else None
    choice = rnd.randrange(10**6)
    pick = random.Random(choice)
    try:
        if kind == "create" or not copy:
            message = act.Message(
                f"secret {rnd.randrange(10**9)} first question. second question {rnd.randrange(10**9)}."
            )
            context = world.context(copy, ids, who)
            world.write(copy, decide([act.create("subject", message, MARIA, context)], None, context), None, set())
        elif kind == "join":
            pull(copy, rnd.choice(world.copies), pick)
        elif kind == "tick":
            tick(world, copy, pick)
        else:
            command(kind, world, copy, pick, ids, who, cut)
    except TicketError:
        pass
    return copy


KINDS = ["create", "customer", "customer", "agent", "agent", "note", "status", "merge", "merge", "unmerge"]
KINDS += ["set", "set", "hand"]
KINDS += ["split", "split", "part", "copy", "undo", "redact", "join", "join", "join", "tick", "tick"]
ONE_TICKET = ["customer", "agent", "agent", "status", "status", "status", "set", "hand", "undo"]
ONE_TICKET += ["join", "join", "tick", "tick", "tick"]
"""What happens to a single ticket that all copies have, so that clocks and ticks meet often."""


def command(
    kind: str, world: World, copy: Copy, pick: random.Random, ids: random.Random, who: str, cut: int | None
) -> None:
    code = pick.choice(roots(copy))
    message = act.Message(f"secret {pick.randrange(10**9)}")
    context = world.context(copy, ids, who)
    plain: dict[str, Callable[[], Action]] = {
        "customer": lambda: act.customer_reply(message, MARIA, keep=pick.random() < 0.1),
        "agent": lambda: act.reply(message, status=pick.choice(["", "", "", "resolved", "open"])),
        "note": lambda: act.note(message),
        "status": lambda: some_move(world, pick),
        "set": lambda: change(some_changes(world, pick)),
    }
    if kind in plain:
        run(world, copy, code, plain[kind](), ids, who, cut)
    elif kind == "merge":
        source = world.situation(copy, pick.choice(roots(copy)))
        run(world, copy, code, merging.merge([source]), ids, who, cut)
    elif kind == "unmerge":
        source_code = pick.choice(sorted(copy))
        run(world, copy, source_code, merging.unmerge(context, copy[source_code]), ids, who, cut)
    elif kind == "hand":
        by_hand(world, copy, pick)
    elif kind == "undo":
        last = undoing.last_command(copy.values(), who)
        run(world, copy, last[0][0], undoing.undo(last, context), ids, who, cut)
    elif kind == "redact":
        redact(world, copy, pick, ids, who, cut)
    else:
        split_off(kind, world, copy, code, pick, ids, who, cut)


def some_move(world: World, pick: random.Random) -> Action:
    until = world.now + timedelta(hours=pick.randrange(1, 60))
    choices = [
        move("postponed", until=until),
        move("resolved"),
        move("closed"),
        move("answered", reason="x"),
        reopen("x"),
    ]
    return pick.choice(choices)


SETS: list[tuple[dict[Path, Value], dict[str, tuple[str, ...]]]] = [
    ({("priority",): "urgent"}, {}),
    ({("priority",): "high"}, {}),
    ({("priority",): "low"}, {}),
    ({}, {"tags": ("+vip",)}),
    ({}, {"tags": ("-vip",)}),
    ({("due",): BEGIN}, {}),
    ({("due",): ""}, {}),
]


def some_changes(world: World, pick: random.Random) -> Changes:
    fields, lists = pick.choice(SETS)
    due = {("due",): world.now + timedelta(hours=pick.randrange(-5, 60))} if fields.get(("due",)) else {}
    return Changes({**fields, **due}, lists)


def by_hand(world: World, copy: Copy, pick: random.Random) -> None:
    """Somebody changes the priority in the file: the event that records it knows no service level."""
    ticket = copy[pick.choice(sorted(copy))]
    fields = {("priority",): pick.choice(["urgent", "normal", "high"])}
    last = max(event.order for event in ticket.events if not event.automatic)[1]
    event_id = derived_id("hand", ticket.code, last, str(fields))
    event = Event(event_id, ticket.next_seq, world.now, action="hand", after=last, set=fields)
    if event_id not in ticket.by_id:
        copy[ticket.code] = ticket.plus([event])


def redact(world: World, copy: Copy, pick: random.Random, ids: random.Random, who: str, cut: int | None) -> None:
    file = copy[pick.choice(sorted(copy))]
    event = pick.choice([event for event in file.events if event.kind != "change"] or [file.first])
    if event.kind != "change":
        run(world, copy, file.code, redacting.redact(file, event, world.context(copy, ids, who)), ids, who, cut)


def split_off(
    kind: str, world: World, copy: Copy, code: str, pick: random.Random, ids: random.Random, who: str, cut: int | None
) -> None:
    chosen = world.situation(copy, code).thread.messages
    some = pick.sample(chosen, min(len(chosen), pick.randrange(1, 3)))
    some = [entry for entry in some if not entry.copied]
    some = [entry for entry in some if entry.code == some[0].code]
    if some:
        part = " ".join(some[0].event.body.split()[:2]) if kind == "part" else ""
        plan = Split(some[:1] if part else some, f"child {pick.randrange(3)}", part, kind == "copy")
        run(world, copy, code, split_action(plan), ids, who, cut)


def pull(copy: Copy, other: Copy, pick: random.Random) -> None:
    """Takes over another copy's files, all or only some; what one commit wrote together comes together.

    That is both sides of a split, and a redaction of a whole and its parts.
    """
    all_of_it = any(event.redacted for ticket in other.values() for event in ticket.events)
    chosen = {code for code in sorted(other) if all_of_it or pick.random() < 0.8}
    while more := {code for one in chosen for code in split_with(other[one]) if code in other} - chosen:
        chosen |= more
    for code in sorted(chosen):
        copy[code] = join(copy[code], other[code], event_text) if code in copy else other[code]


def split_with(ticket: Ticket) -> list[str]:
    links = [link for event in ticket.events if event.action == "split" for link in event.lists.get("links", ())]
    return [link.rpartition(" ")[2] for link in links]


def tick(world: World, copy: Copy, pick: random.Random) -> None:
    if world.ticks:
        for code in roots(copy):
            due = due_now(world.situation(copy, code))
            if due and pick.random() < 0.7:
                copy[code] = copy[code].plus(due)


def check_shown_once(copy: Copy) -> None:
    shown: dict[tuple[str, str], int] = {}
    for code in roots(copy):
        for entry in gather(code, copy.get).messages:
            if not entry.copied:
                shown[entry.code, entry.event.id] = shown.get((entry.code, entry.event.id), 0) + 1
    expected = {(t.code, event.id) for t in copy.values() for event in t.counting if event.kind != "change"}
    assert set(shown) == expected
    assert set(shown.values()) <= {1}


def check_redacted_nowhere(world: World, copy: Copy) -> None:
    gone = {event.id for t in copy.values() for event in t.events if event.redacted}
    texts = {world.secrets[event_id] for event_id in gone}
    for code in roots(copy):
        for entry in gather(code, copy.get).entries:
            if not entry.hidden and entry.event.body:
                body = entry.event.body.strip()
                assert not any(body and (body == text or text in body) for text in texts), (code, body)


def check_fold(world: World, copy: Copy) -> None:
    """The status that the file's header says is the one that the timeline goes by."""
    for code in roots(copy):
        situation = world.situation(copy, code)
        assert situation.header.text("status") == situation.standing.event.status, code


def check_nobody_overlooked(world: World, copy: Copy) -> None:
    """A customer message in a thread that shows as done was before the eyes of who said so."""
    for code in roots(copy):
        situation = world.situation(copy, code)
        if situation.needs_solving:
            continue
        files = situation.thread.files
        deciding = {situation.standing.event.id, situation.standing.event.after}
        deciding |= {event.id for file in files for event in file.counting if answers(event, SETTINGS)}
        deciding |= {entry.event.id for entry in situation.thread.entries if answers(entry.event, SETTINGS)}
        for entry in situation.thread.messages:
            if entry.event.from_customer:
                ids = {entry.event.id, entry.event.part_of}
                assert any(ids & world.viewed.get(event_id, set()) for event_id in deciding), (code, situation.status)


def picture(world: World, copy: Copy) -> dict[str, object]:
    """What people see of a copy."""
    found: dict[str, object] = {}
    for code in sorted(copy):
        header, situation = copy[code].header, world.situation(copy, code)
        shown = (
            [(e.code, e.event.id, e.hidden) for e in situation.thread.messages]
            if not situation.merged
            else root(code, copy.get)
        )
        found[code] = (header.values, header.lists, situation.status, shown)
    return found


def due_picture(copy: Copy, code: str, instant: datetime) -> object:
    """Status, due time and every clock of a ticket, as of an instant."""
    tickets = {one.code: one.as_of(instant) for one in copy.values() if one.first.at <= instant}
    if code not in tickets or root(code, tickets.get) != code:
        return None
    situation = looked_at(tickets[code], gather(code, tickets.get), SETTINGS, instant)
    clocks = [
        (one.instance, one.applied.level, one.target, one.deadline, one.outcome, one.missed_at, one.warning)
        for one in situation.measures
    ]
    return situation.status, situation.due, situation.overdue, situation.due_soon, clocks


def play(seed: int, steps: int, kinds: Sequence[str] = KINDS, copies_of: int = 0) -> None:
    with_ticks, without = (World([{} for _ in range(copies_of or 1 + seed % 3)], ticks) for ticks in (True, False))
    for number in range(steps):
        copies = []
        for world in (with_ticks, without):
            rnd, ids = random.Random(f"{seed}/{number}"), random.Random(f"ids {seed}/{number}")
            copies.append(step(world, rnd, ids, kinds))
            if copies_of and number == 0:
                world.copies = [dict(copies[-1]) for _ in world.copies]
        for world, copy in zip((with_ticks, without), copies, strict=True):
            check_shown_once(copy)
            check_redacted_nowhere(world, copy)
            check_fold(world, copy)
            check_nobody_overlooked(world, copy)
        for code in roots(copies[0]):
            pair = [standings(gather(code, copy.get), SETTINGS, with_ticks.now) for copy in copies]
            assert spans(pair[0]) == spans(pair[1]), code
            asked = random.Random(f"as of {seed}/{number}").choice([0, 0, 30, 200, 3000])
            instant = with_ticks.now - timedelta(minutes=asked)
            assert due_picture(copies[0], code, instant) == due_picture(copies[1], code, instant), code
        if number % 3 == 0:
            check_undo(without, copies[1], random.Random(f"undo {seed}/{number}"))


def check_undo(world: World, copy: Copy, pick: random.Random) -> None:
    """Any command, and then undo, give back what people saw; a child that a split made stays, closed."""
    trial = dict(copy)
    world = replace(world, now=world.now + timedelta(minutes=1))
    kind = pick.choice(["agent", "note", "status", "merge", "split", "part", "copy"])
    before = picture(world, trial)
    try:
        command(kind, world, trial, pick, pick, "ana", None)
    except TicketError:
        return
    if picture(world, trial) == before:
        return
    context = world.context(trial, pick, "ana")
    last = undoing.last_command(trial.values(), "ana")
    if any(event.id in copy[code].by_id for code, event in last if code in copy):
        return  # it completed a command that was cut before: undo takes back the whole of it
    run(world, trial, last[0][0], undoing.undo(last, context), pick, "ana", None)
    after = picture(world, trial)
    for code in set(after) - set(before):
        assert trial[code].first.action == "split"
        assert SETTINGS.category(trial[code].header.text("status")) == "closed"
    assert {code: after[code] for code in before} == before, kind


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_histories(seed: int) -> None:
    play(seed, 25)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**9))
def test_one_ticket_in_three_copies_is_due_at_the_same_time_with_ticks_and_without(seed: int) -> None:
    play(seed, 25, ONE_TICKET, 3)


def some_fail(seeds: Sequence[int]) -> bool:
    """Whether something differs in one of these histories of one ticket."""
    for seed in seeds:
        try:
            play(seed, 25, ONE_TICKET, 3)
        except AssertionError:
            return True
    return False


def test_automatic_events_that_advance_the_numbers_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def next_seq(ticket: Ticket) -> int:
        return 1 + max((event.seq for event in ticket.events), default=0)

    monkeypatch.setattr(Ticket, "next_seq", property(next_seq))
    assert some_fail(range(30, 130))


def test_a_fold_of_what_no_longer_counts_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def all_but_undone(events: Sequence[Event]) -> tuple[Event, ...]:
        undone = fold.undone_ids(events)
        return tuple(event for event in fold.in_order(events) if event.id not in undone)

    monkeypatch.setattr(fold, "counting", all_but_undone)
    assert some_fail(range(10, 110))


@pytest.mark.long
def test_many_histories() -> None:
    for seed in range(2000):
        play(seed, 40)
        play(seed, 40, ONE_TICKET, 3)
