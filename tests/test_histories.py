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
from ticketcli.core.action import undo as undoing
from ticketcli.core.action.decide import decide
from ticketcli.core.action.draft import Action, Actor, Context, Draft
from ticketcli.core.action.split import Split
from ticketcli.core.action.split import split as split_action
from ticketcli.core.action.status import move, reopen
from ticketcli.core.clock.agenda import agenda
from ticketcli.core.clock.situation import Situation
from ticketcli.core.clock.timeline import answers, spans, standings
from ticketcli.core.errors import TicketError
from ticketcli.core.file.codec import event_text
from ticketcli.core.ticket.code import ALPHABET
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.join import join
from ticketcli.core.ticket.thread import gather, root
from ticketcli.core.ticket.who import Who
from ticketcli.core.words.settings import Settings

SETTINGS = Settings(close_after=timedelta(hours=30))
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
        return Situation(copy[code], gather(code, copy.get), SETTINGS, self.now)

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


def step(world: World, rnd: random.Random, ids: random.Random) -> Copy:
    """One random thing in one copy; what a command refuses is no step."""
    copy = rnd.choice(world.copies)
    world.now += timedelta(minutes=rnd.choice([1, 7, 60, 600, 2000]))
    kind = rnd.choice(KINDS)
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
KINDS += ["split", "split", "part", "copy", "undo", "redact", "join", "join", "join", "tick", "tick"]


def command(
    kind: str, world: World, copy: Copy, pick: random.Random, ids: random.Random, who: str, cut: int | None
) -> None:
    code = pick.choice(roots(copy))
    message = act.Message(f"secret {pick.randrange(10**9)}")
    context = world.context(copy, ids, who)
    if kind == "customer":
        run(world, copy, code, act.customer_reply(message, MARIA, keep=pick.random() < 0.1), ids, who, cut)
    elif kind == "agent":
        run(world, copy, code, act.reply(message, status=pick.choice(["", "", "", "resolved", "open"])), ids, who, cut)
    elif kind == "note":
        run(world, copy, code, act.note(message), ids, who, cut)
    elif kind == "status":
        until = world.now + timedelta(hours=pick.randrange(1, 60))
        choices = [
            move("postponed", until=until),
            move("resolved"),
            move("closed"),
            move("answered", reason="x"),
            reopen("x"),
        ]
        run(world, copy, code, pick.choice(choices), ids, who, cut)
    elif kind == "merge":
        source = world.situation(copy, pick.choice(roots(copy)))
        run(world, copy, code, merging.merge([source]), ids, who, cut)
    elif kind == "unmerge":
        source_code = pick.choice(sorted(copy))
        run(world, copy, source_code, merging.unmerge(context, copy[source_code]), ids, who, cut)
    elif kind == "undo":
        last = undoing.last_command(copy.values(), who)
        run(world, copy, last[0][0], undoing.undo(last, context), ids, who, cut)
    elif kind == "redact":
        redact(world, copy, pick, ids, who, cut)
    else:
        split_off(kind, world, copy, code, pick, ids, who, cut)


def redact(world: World, copy: Copy, pick: random.Random, ids: random.Random, who: str, cut: int | None) -> None:
    file = copy[pick.choice(sorted(copy))]
    event = pick.choice([event for event in file.events if event.kind != "change"] or [file.first])
    if event.kind != "change":
        run(world, copy, file.code, undoing.redact(file, event, world.context(copy, ids, who)), ids, who, cut)


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
            due = [event for event in agenda(gather(code, copy.get), SETTINGS, world.now) if event.at <= world.now]
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


def play(seed: int, steps: int) -> None:
    with_ticks, without = (World([{} for _ in range(1 + seed % 3)], ticks) for ticks in (True, False))
    for number in range(steps):
        copies = []
        for world in (with_ticks, without):
            rnd, ids = random.Random(f"{seed}/{number}"), random.Random(f"ids {seed}/{number}")
            copies.append(step(world, rnd, ids))
        for world, copy in zip((with_ticks, without), copies, strict=True):
            check_shown_once(copy)
            check_redacted_nowhere(world, copy)
            check_nobody_overlooked(world, copy)
        for code in roots(copies[0]):
            pair = [standings(gather(code, copy.get), SETTINGS, with_ticks.now) for copy in copies]
            assert spans(pair[0]) == spans(pair[1]), code
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


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_histories(seed: int) -> None:
    play(seed, 25)


@pytest.mark.long
def test_many_histories() -> None:
    for seed in range(2000):
        play(seed, 40)
