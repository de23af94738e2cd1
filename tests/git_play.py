"""A random history of a desk in some clones: commands, hands and git, and what each of them must not lose."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from tests import hand_edits as hand
from tests.git_clones import Clone
from tests.play import MARIA
from ticketcli.core.action import conversation as act
from ticketcli.core.action import merge as merging
from ticketcli.core.action import undo as undoing
from ticketcli.core.action.change import change
from ticketcli.core.action.draft import Action, Draft
from ticketcli.core.action.redact import redact
from ticketcli.core.action.split import Split
from ticketcli.core.action.split import split as split_action
from ticketcli.core.action.status import move, reopen
from ticketcli.core.clock.situation import Situation
from ticketcli.core.errors import TicketError
from ticketcli.core.file.document import read
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.fold import Ticket
from ticketcli.desk.desk import open_desk
from ticketcli.desk.record import How, Session, session

COMMANDS = [
    "customer",
    "customer",
    "agent",
    "agent",
    "note",
    "status",
    "set",
    "tag",
    "create",
    "merge",
    "split",
    "part",
]
COMMANDS += ["unmerge", "undo", "redact"]
EDITS = ["value", "value", "comment", "comment", "body", "body", "order", "event", "tags", "uncomment"]


@dataclass
class World:
    """Some clones, and what was written that has to be there at the end."""

    clones: list[Clone]
    bare: Path
    pick: Random
    now: datetime
    acknowledged: set[str] = field(default_factory=set)
    """The events that a command has said it saved."""
    words: dict[str, str] = field(default_factory=dict)
    """Texts, values and comments that were written, with the event whose text they are."""
    excused: set[str] = field(default_factory=set)
    """What a hand or a revert has taken out: it may be there or not."""
    counts: Counter[str] = field(default_factory=Counter)
    story: list[str] = field(default_factory=list)

    def word(self, kind: str) -> str:
        self.counts[kind] += 1
        return f"{kind}{self.counts[kind]}w"

    def tell(self, clone: Clone, *what: object) -> None:
        self.counts["steps"] += 1
        self.story.append(f"{clone.root.name}: {' '.join(map(str, what))}")

    def heard(self, tickets: Iterable[Ticket]) -> None:
        """Takes down in which event each text stands."""
        for event in (event for ticket in tickets for event in ticket.events):
            for word in re.findall(r"\bbody\d+w\b", event.body):
                self.words[word] = self.words.get(word) or event.id

    def known(self) -> set[str]:
        return {*self.acknowledged, *self.words}


def said(clone: Clone) -> str:
    """All that the tickets of a clone say."""
    return "".join(hand.opened(data) for data in clone.files().values())


@contextmanager
def losing(world: World, clone: Clone) -> Iterator[None]:
    """Excuses what is not there any more: a hand or a revert has taken it out."""
    old, known = said(clone), world.known()
    yield
    text = said(clone)
    world.excused |= {word for word in world.known() if (word in old or word not in known) and word not in text}


@contextmanager
def keeping(world: World, *clones: Clone) -> Iterator[None]:
    """Fails at once where a clone has lost what it had, but for what was blacked out."""
    before = {clone: said(clone) for clone in clones}
    yield
    for clone, old in before.items():
        text, red = said(clone), redacted(clone)
        lost = {word for word in world.known() - world.excused if word in old and word not in text}
        assert not {word for word in lost if world.words.get(word) not in red}, (clone.root.name, lost)


def redacted(clone: Clone) -> set[str]:
    """The events whose text was blacked out, and those that told of them."""
    tickets = [read(data, mtime=datetime.now(UTC)).ticket for data in clone.files().values()]
    return {event.id for ticket in tickets for event in ticket.events if event.redacted}


def by_hand(world: World, clone: Clone, *, commit: bool | None = None) -> None:
    """An edit in an editor: committed, or left as it is."""
    paths = sorted(clone.root.glob("tickets/*/*.toml"))
    if not paths:
        return
    path, kinds = world.pick.choice(paths), world.pick.sample(EDITS, world.pick.choice([1, 2, 3]))
    world.tell(clone, "hand", path.stem, *kinds)
    world.counts["hand"] += 1
    with losing(world, clone):
        text = hand.opened(path.read_bytes())
        for kind in kinds:
            text = edited(world, text, kind)
        path.write_bytes(hand.saved(text, world.pick))
    world.heard([read(path.read_bytes(), mtime=world.now).ticket])
    if commit or (commit is None and world.pick.random() < 0.7):
        clone.commit()


def edited(world: World, text: str, kind: str) -> str:
    pick, new = world.pick, lambda kind: world.words.setdefault(word := world.word(kind), "") or word
    if kind == "value":
        key = pick.choice(["subject", "key", "priority", "department"])
        closed = {"priority": ["low", "high", "urgent"], "department": ["support", "billing", ""]}
        return hand.put_value(text, key, pick.choice(closed[key]) if key in closed else new("value"))
    if kind == "tags":
        return hand.put_value(text, "tags", sorted(pick.sample(["a", "b", "c", "d"], pick.randrange(1, 4))))
    if kind == "comment":
        return hand.put_comment(text, f"# {new('comment')}", pick)
    if kind == "uncomment":
        rows = sorted(hand.comments_of(text))
        return hand.take_comment(text, pick.choice(rows)) if rows else text
    if kind == "body":
        return hand.mend_body(text, new("body"), pick)
    return hand.shuffle(text, pick) if kind == "order" else hand.type_event(text, new("typed"), pick)


def by_command(world: World, clone: Clone, kind: str) -> None:
    """A command through the layers of the desk, and its commit."""
    who, token = world.pick.choice(["ana", "bob"]), f"step {world.counts['steps']}"
    world.tell(clone, kind, who)
    before = {code: set(read(data, mtime=world.now).ticket.by_id) for code, data in clone.files().items()}
    with keeping(world, clone):
        try:
            how = How(world.now, token=token)
            with session(
                open_desk(clone.root, {}, who), how, kind, lambda problem: world.story.append(problem)
            ) as work:
                written = carry_out(world, work, kind)
        except TicketError as error:
            world.story.append(f"  refused: {error}")
            return
    for ticket in written:
        world.acknowledged |= set(ticket.by_id) - before.get(ticket.code, set())
    world.heard(written)
    clone.commit(new=any(ticket.code not in before for ticket in written))


def carry_out(world: World, work: Session, kind: str) -> list[Ticket]:
    pick, catalog = world.pick, work.catalog
    message = act.Message(f"{world.word('body')} first. second {world.word('body')}.")
    situations = [situation for situation in catalog.situations() if not situation.merged]
    if kind == "create" or not situations:
        done = work.record(None, [act.create("It jams", message, MARIA, work.context)])
    else:
        situation = pick.choice(situations)
        situation, action = doing(world, work, kind, situation, message)
        done = work.record(situation, action)
    return done


def doing(
    world: World, work: Session, kind: str, situation: Situation, message: act.Message
) -> tuple[Situation, Action | list[Draft]]:
    pick, catalog = world.pick, work.catalog
    if kind == "merge":
        other = pick.choice([one for one in catalog.situations() if not one.merged])
        return situation, merging.merge([other])
    if kind == "unmerge":
        merged = [one for one in catalog.situations() if one.merged]
        source = pick.choice(merged or [situation])
        return source, merging.unmerge(work.context, source.ticket)
    if kind in ("split", "part"):
        return situation, split_of(situation, kind, pick)
    if kind == "undo":
        last = undoing.last_command(list(catalog.tickets()), work.actor.key)
        return catalog.situation(last[0][0]), undoing.undo(last, work.context)
    if kind == "redact":
        messages = [event for event in situation.ticket.events if event.kind == "message"]
        return situation, redact(situation.ticket, pick.choice(messages), work.context) if messages else []
    return situation, plain(kind, message, world)


def split_of(situation: Situation, kind: str, pick: Random) -> Action:
    chosen = [entry for entry in situation.thread.messages if not entry.copied]
    entry = pick.choice(chosen)
    part = " ".join(entry.event.body.split()[:2]) if kind == "part" else ""
    return split_action(Split([entry], f"child {pick.randrange(3)}", part))


def plain(kind: str, message: act.Message, world: World) -> Action:
    pick = world.pick
    choices: dict[str, Callable[[], Action]] = {
        "customer": lambda: act.customer_reply(message, MARIA),
        "agent": lambda: act.reply(message, status=pick.choice(["", "", "resolved", "open"])),
        "note": lambda: act.note(message),
        "status": lambda: pick.choice([move("resolved"), move("closed"), move("answered", reason="x"), reopen("x")]),
        "set": lambda: change(Changes({("priority",): pick.choice(["low", "high"]), ("fields", "n"): pick.random()})),
        "tag": lambda: change(Changes(lists={"tags": (pick.choice("+-") + pick.choice("abcd"),)})),
    }
    return choices[kind]()
