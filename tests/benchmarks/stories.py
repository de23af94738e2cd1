"""Tickets of a benchmark desk, the same in every run: texts, people and lives made of a size and a number.

Run as a program it fills a desk with them. It knows no git and measures nothing.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from multiprocessing import get_context
from pathlib import Path

import tomli

from tests.benchmarks.prose import FREQUENT, RARE, name, prose, subject
from tests.play import Play
from ticketcli.core.action.merge import merge
from ticketcli.core.action.split import Split, split
from ticketcli.core.action.status import move
from ticketcli.core.clock.agenda import due_now
from ticketcli.core.clock.matching import match
from ticketcli.core.clock.working import looked_at
from ticketcli.core.file.codec import dumps
from ticketcli.core.ticket.code import derived_id, from_id
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.thread import gather
from ticketcli.core.words.loading import load

SETTINGS = (Path(__file__).parent / "settings.toml").read_text(encoding="utf-8")
"""The people, hours and service levels of the desk, to stand behind what `ticket init` writes."""
DESK = load(tomli.loads(f"format = 1\n{SETTINGS}"))
DEPARTMENTS = sorted(DESK.departments)
AGENTS = sorted(DESK.agents)
BEGIN, DAYS = datetime(2024, 11, 1, 7, tzinfo=UTC), 720
LATER, MUCH_LATER = datetime(2035, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
"""When everything that happens by itself has happened, and when what is postponed comes back."""
CHUNK = 100
MERGED, DIVIDED = (48, 49), (23, 24)
"""Of fifty tickets these two are merged, and of these the second is split off the first, where both are closed."""
MOST_TEXT = 14_000


def active_numbers(size: int) -> dict[int, str]:
    """The tickets that are not closed, among the latest ones, with their status: one in five, at most 2,000."""
    rnd = random.Random(f"active {size}")
    many = min(size // 5, 2000)
    numbers = rnd.sample(range(max(0, size - 3 * many), size), many)
    return {number: rnd.choices(("new", "open", "answered", "postponed"), (5, 7, 5, 3))[0] for number in numbers}


def chunk(size: int, first: int) -> Iterator[Ticket]:
    """The tickets from a number on, as many as are made together: no pointer leads out of them."""
    active = active_numbers(size)
    numbers = range(first, min(first + CHUNK, size))
    for number in numbers:
        place = number % 50
        pair = place in (MERGED[0], DIVIDED[0]) and number + 1 in numbers and not {number, number + 1} & active.keys()
        if pair:
            yield from _merged(size, number) if place == MERGED[0] else _divided(size, number)
        elif not (place in (MERGED[1], DIVIDED[1]) and not {number - 1, number} & active.keys()):
            yield _ticked(Story(size, number).until(active.get(number, "")))


def _merged(size: int, number: int) -> list[Ticket]:
    """Two tickets of one customer, the second shown in the first."""
    target, source = (Story(size, one, person=number).until("answered") for one in (number, number + 1))
    play = _play(target, source)
    play.do(target.code, merge([play.at(source.code)]))
    play.do(target.code, move("closed"))
    return [_ticked(play.tickets[code], play) for code in (target.code, source.code)]


def _divided(size: int, number: int) -> list[Ticket]:
    """A ticket, and the one that its last customer message became."""
    story = Story(size, number)
    story.customer()
    parent = story.until("answered")
    play = _play(parent)
    chosen = [entry for entry in play.at(parent.code).thread.messages if entry.event.from_customer][-1:]
    plan = Split(chosen, "The other question")
    play.do(parent.code, split(plan))
    child = from_id(plan.child_id)
    for code in (parent.code, child):
        play.do(code, move("closed"))
    return [_ticked(play.tickets[code], play) for code in (parent.code, child)]


def _play(*tickets: Ticket) -> Play:
    """These tickets alone, an hour after the last event, with ids that no other pair has."""
    last = max(event.at for ticket in tickets for event in ticket.events)
    ids = count(int(derived_id(tickets[0].code).encode().hex()[:12], 16))
    return Play(DESK, last + timedelta(hours=1), {ticket.code: ticket for ticket in tickets}, ids)


def _ticked(ticket: Ticket, play: Play | None = None) -> Ticket:
    """The ticket with everything that will happen to it by itself, as cron would have written it."""
    read = (play.tickets if play else {ticket.code: ticket}).get
    return ticket.plus(due_now(looked_at(ticket, gather(ticket.code, read), DESK, LATER)))


class Story:
    """The life of one ticket, event by event."""

    def __init__(self, size: int, number: int, person: int | None = None) -> None:
        """Begins with a customer who asks; tickets that follow each other may be one person's."""
        self._rnd = random.Random(f"{size} {number}")
        self._key, self._size, self._number = f"{size} {number}", size, number
        self._at = BEGIN + timedelta(days=DAYS * number / size)
        self._at = self._at.replace(microsecond=0)
        self._who, self._email = name(number if person is None else person)
        self._agent = self._rnd.choice(AGENTS)
        self._waiting: list[str] = []
        self._left = MOST_TEXT
        self._events: list[Event] = []
        self._begin()

    def until(self, status: str) -> Ticket:
        """The ticket as it is when it has this status; without one it is closed by now."""
        long = self._rnd.random() < 0.02
        for _ in range(self._rnd.randrange(12, 27) if long else min(int(self._rnd.expovariate(0.5)), 12)):
            self._anybody(new=status == "new")
        if status == "open":
            self.customer()
        elif status != "new":
            self._agent_answers()
        if status == "postponed":
            self._change("postponed", MUCH_LATER, action="postpone")
        elif not status and self._rnd.random() < 0.6:
            self._change("resolved", self._next() + DESK.close_after)
        elif not status:
            self._change("closed")
        return Ticket(from_id(self._events[0].id), tuple(self._events))

    def customer(self) -> None:
        """The customer writes."""
        self._message("open", role="customer", by=f"{self._who} <{self._email}>", channel="email")
        self._waiting.append(self._events[-1].id)

    def _begin(self) -> None:
        rnd, number = self._rnd, self._number
        fields = {("subject",): subject(rnd, number), ("status",): "new"}
        fields |= {("priority",): rnd.choices(("low", "normal", "high", "urgent"), (2, 10, 4, 1))[0]}
        fields |= {("department",): rnd.choice(DEPARTMENTS)} if rnd.random() < 0.9 else {}
        fields |= {("customer", "name"): self._who, ("customer", "email"): self._email}
        if rnd.random() < 0.25:
            fields |= {("fields", "order"): f"A-{number:06}", ("fields", "seats"): rnd.randrange(1, 200)}
        tags = sorted(rnd.sample(("login", "mail", "network", "phone", "vip", "vpn", "wiki"), rnd.choice((0, 0, 1, 2))))
        lists = {"tags": tuple(f"+{tag}" for tag in tags)} if tags else {}
        rare = f"It hangs like a {RARE}.\n" if number in {self._size // 7, self._size // 3, self._size - 5} else ""
        self._message("", role="customer", by=f"{self._who} <{self._email}>", channel="email", lists=lists, add=rare)
        first = replace(self._events[0], set=fields)
        header = Ticket(from_id(first.id), (first,)).header
        self._events[0] = replace(first, sla=match(header, DESK.levels))
        self._waiting = [first.id]

    def _anybody(self, *, new: bool) -> None:
        """A note, an answer or a further message; a new ticket gets notes alone."""
        chance = self._rnd.random()
        if new or chance < 0.15:
            self._message("", kind="note", by=self._rnd.choice(AGENTS))
        elif self._waiting and chance < 0.75:
            self._agent_answers()
        else:
            self.customer()

    def _agent_answers(self) -> None:
        seen = tuple(sorted(self._waiting))
        self._message("answered", by=self._agent, channel="email", to=(self._email,), seen=seen)
        self._waiting = []

    def _message(self, status: str, *, add: str = "", kind: str = "message", **keys: object) -> None:
        words = min(int(self._rnd.lognormvariate(3.4, 1.0)), 700, self._left // 8)
        body = add + prose(self._rnd, max(words, 6))
        self._left -= len(body)
        fields: dict[tuple[str, ...], object] = {("status",): status} if status else {}
        fields |= {("assignee",): self._agent} if status == "answered" else {}
        self._add(kind=kind, set=fields, body=body, **keys)

    def _change(self, status: str, until: datetime | None = None, **keys: object) -> None:
        fields: dict[tuple[str, ...], object] = {("status",): status} | ({("until",): until} if until else {})
        self._add(by=self._agent, set=fields, seen=(), **keys)

    def _next(self) -> datetime:
        return self._at + timedelta(minutes=37)

    def _add(self, **keys: object) -> None:
        if self._events:
            self._at += timedelta(minutes=37 if keys.get("kind") is None else int(self._rnd.expovariate(1 / 300)) + 1)
        seq = len(self._events) + 1
        event_id = derived_id("benchmark", self._key, str(seq))
        self._events.append(Event(id=event_id, seq=seq, at=self._at, **keys))  # type: ignore[arg-type]


def write(root: Path, size: int, first: int) -> Counter[str]:
    """Writes the tickets of a chunk into a desk; how many have which word, and how many bytes they are."""
    found: Counter[str] = Counter()
    for ticket in chunk(size, first):
        text = dumps(ticket)
        path = root / "tickets" / f"{ticket.first.at:%Y-%m}" / f"{ticket.code}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        found.update(word for word in (RARE, FREQUENT) if word in text.lower())
        found.update(tickets=1, bytes=len(text.encode()))
    return found


def fill(root: Path, size: int, processes: int) -> dict[str, int | str]:
    """Writes all tickets; the sum of what `write` has found, how many are active, and the code of an open one."""
    active = active_numbers(size)
    first = min(number for number, status in active.items() if status == "open")
    code = Story(size, first).until("open").code
    return {**_fill(root, size, processes), "active": len(active), "code": code}


def _fill(root: Path, size: int, processes: int) -> Counter[str]:
    chunks: Sequence[int] = range(0, size, CHUNK)
    if len(chunks) < 20 or processes < 2:
        return sum((write(root, size, first) for first in chunks), Counter())
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        return sum(pool.map(partial(write, root, size), chunks, chunksize=10), Counter())


if __name__ == "__main__":
    print(json.dumps(fill(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
