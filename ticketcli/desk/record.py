"""Saving: lock, read, decide, write, commit, unlock. Only `record`, `save` and `save_all` save tickets."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ticketcli.core.action.decide import decide, repeat_id
from ticketcli.core.action.draft import Action, Context, Draft
from ticketcli.core.errors import BadWords, NotSaved, TicketError
from ticketcli.core.file import codec, document
from ticketcli.core.ticket.code import derived_id, new_id
from ticketcli.desk import committing
from ticketcli.desk.catalog import Catalog
from ticketcli.desk.taking import needs
from ticketcli.edges import leases, lock, store

if TYPE_CHECKING:
    from ticketcli.core.action.actor import Actor
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.fold import Ticket
    from ticketcli.desk.desk import Desk

MOST_EVENTS = 10_000
LONG = store.LIMIT // 4
"""So many characters of text may be more than a file takes."""
TOGETHER = 500


class Full(TicketError):
    """A ticket at its limits."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"{code} takes no more than {MOST_EVENTS:,} events and 8 MiB; attach a long text with --attach FILE, "
            f"or start a new ticket and link it: ticket link {code} NEW"
        )


@dataclass(frozen=True, slots=True)
class How:
    """How a command wants to be recorded."""

    now: datetime
    at: datetime | None = None
    """--at: the time to record instead of now."""
    token: str = ""
    """--id: a name under which the command is repeatable."""

    def __post_init__(self) -> None:
        if self.at and self.at > self.now:
            raise BadWords("--at takes a time that has passed; what lies ahead has not happened yet")


@dataclass
class Session:
    """One writing command under the lock of the desk: a fresh catalog, and what it saved so far."""

    desk: Desk
    how: How
    actor: Actor
    catalog: Catalog
    batch: str = ""
    paths: list[Path] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    """The tickets written, in order."""
    held: dict[str, Ticket] | None = None
    """Where many come in one after the other: what is not written yet."""
    imports: bool = False
    """Whether what is written comes from elsewhere: then no rule follows it."""

    @property
    def context(self) -> Context:
        """What actions may know."""
        how = self.how
        known = Context(
            how.now,
            self.desk.settings,
            self.actor,
            self.catalog.ticket,
            fresh_id,
            at=how.at,
            token=how.token,
            batch=self.batch,
        )
        if self.imports or not self.desk.settings.rules:
            return known
        from ticketcli.desk import ruling  # a desk without rules does without

        return replace(known, rules=self.desk.settings.rules, canned=partial(ruling.text, self.desk))

    def repeated(self, situation: Situation) -> bool:
        """Whether the command was carried out on a ticket before, under its `--id`: its own ticket is written last."""
        token = self.how.token
        return bool(token) and any(repeat_id(file.code, token) in file.by_id for file in situation.thread.files)

    def new_batch(self) -> str:
        """What the events of this command share; the same when it is given again under its `--id`."""
        return derived_id("batch", self.how.token) if self.how.token else fresh_id()

    def record(self, situation: Situation | None, action: Action | Sequence[Draft]) -> list[Ticket]:
        """Carries out an action: the tickets as they stand now, empty where all was so already."""
        if self.how.at and situation and self.how.at < situation.header.created:
            raise BadWords(
                f"--at takes a time after {situation.code} began, {situation.header.created:%Y-%m-%d %H:%M} UTC"
            )
        context = self.context
        drafts = action if isinstance(action, Sequence) else action(_given(situation), context)
        tickets = decide(drafts, situation, context)
        for ticket in tickets:
            self.save(ticket) if self.held is None else self._hold(self.held, ticket)
        return tickets

    def _hold(self, held: dict[str, Ticket], ticket: Ticket) -> None:
        """Keeps a ticket for `save_held`; whoever asks for it gets it as it shall stand."""
        if len(ticket.events) > MOST_EVENTS or sum(len(one.body) + len(one.quoted) for one in ticket.events) > LONG:
            _text(ticket, None)  # it may be too much
        held[ticket.code] = ticket
        self.catalog.hold(ticket)

    def save(self, ticket: Ticket) -> None:
        """Writes a ticket as it shall stand; whole or not at all."""
        path, old, before = self._place(ticket)
        data = _text(ticket, before)
        if data == old:
            return
        files = committing.attachments(self.desk.root, ticket, before)
        self._announce({path: data}, files)
        store.write(path, data, old=old)
        self.paths += files
        self._written(ticket.code, path)

    def save_new(self, tickets: Iterable[Ticket]) -> None:
        """Writes many tickets that were not here before, each whole or not at all."""
        tickets = list(tickets)
        texts = {self._place(ticket)[0]: _text(ticket, None) for ticket in tickets}
        files = {
            path: digest
            for ticket in tickets
            for path, digest in committing.attachments(self.desk.root, ticket, None).items()
        }
        self._announce(texts, files)
        for path in store.write_new(texts):
            self._written(path.stem, path)
        self.paths += files

    def _announce(self, texts: Mapping[Path, bytes], files: Mapping[Path, str]) -> None:
        if committing.commits(self.desk):
            committing.announce(self.desk.root, texts, files)

    def _written(self, code: str, path: Path) -> None:
        self.paths.append(path)
        self.codes.append(code)
        self.catalog.forget(code, path)

    def _place(self, ticket: Ticket) -> tuple[Path, bytes | None, document.Document | None]:
        opened = self.catalog.opened(ticket.code)
        if opened:
            return self.catalog.paths[ticket.code], opened[0].data, opened[1]
        if ticket.code in self.catalog.paths:
            raise self.catalog.problems[ticket.code]
        return self.desk.root / "tickets" / f"{ticket.first.at:%Y-%m}" / f"{ticket.code}.toml", None, None


def _text(ticket: Ticket, before: document.Document | None) -> bytes:
    if len(ticket.events) > MOST_EVENTS:
        raise Full(ticket.code)
    try:
        return document.write(before, ticket)
    except NotSaved:
        if len(codec.dumps(ticket).encode()) > store.LIMIT:
            raise Full(ticket.code) from None
        raise


def _given(situation: Situation | None) -> Situation:
    assert situation is not None, "an action needs the situation it acts on"
    return situation


def fresh_id() -> str:
    """Ten random code symbols."""
    return new_id(secrets.randbits)


@contextmanager
def session(
    desk: Desk,
    how: How,
    command: str,
    warn: Callable[[str], None],
    *,
    itself: Actor | None = None,
    wait: float | None = None,
) -> Iterator[Session]:
    """One writing command: the lock is held; at its end exactly what it wrote is committed, after a refusal too.

    `itself` is the desk, where nobody acts: then no identity of a user is asked for. `wait` is for how many seconds.
    """
    who = itself or desk.actor()
    with lock.hold(desk.root, f"ticket {command}, {who.key}", wait=wait):
        if not (itself or desk.asked or desk.environ.get("TICKET_AGENT")):
            desk.remember_me()
            who = desk.actor()
        work = Session(desk, how, who, Catalog(desk, how.now))
        try:
            yield work
        finally:
            _keep_leases(work)
            named = committing.message(command, work.codes, work.catalog.ticket) if work.paths else committing.EARLIER
            committing.finish(desk, work.paths, named, work.actor, warn, alone=itself is not None)


def _keep_leases(work: Session) -> None:
    """What the one who acts holds from `ticket next` stays theirs for a while more; what is solved, or somebody
    else's now, is free at once, whoever held it.
    """
    held = leases.held(work.desk.root, work.how.now) if work.codes else {}
    for code in [code for code in dict.fromkeys(work.codes) if code in held]:
        holder = held[code].holder
        with suppress(TicketError):  # a lease is worth no failing save
            if not needs(work.catalog.situation(code), holder):
                leases.release(work.desk.root, code, holder)
            elif holder == work.actor.key:
                leases.renew(work.desk.root, code, holder, work.how.now)


def save_held(work: Session, least: int = 1) -> None:
    """Writes what is held where it is so much; new tickets go to the disk together."""
    if work.held is not None and len(work.held) >= least:
        tickets, work.held = list(work.held.values()), {}
        save_all(work, tickets, lambda _done: None)


def save_all(work: Session, tickets: Sequence[Ticket], progress: Callable[[int], None]) -> None:
    """Writes many tickets as they shall stand, from elsewhere; those that are new go to the disk together."""
    for begin in range(0, len(tickets), TOGETHER):
        some = tickets[begin : begin + TOGETHER]
        here = [ticket for ticket in some if ticket.code in work.catalog.paths]
        work.save_new(ticket for ticket in some if ticket.code not in work.catalog.paths)
        for ticket in here:
            work.save(ticket)
        progress(begin + len(some))
