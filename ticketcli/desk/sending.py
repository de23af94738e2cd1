"""Sending: what waits is handed over, each message once. What a message says on its way is not decided here.

That it is on its way is saved before it is handed over: who is cut off leaves it so, and nobody repeats it unasked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from ticketcli.core.action.draft import Draft
from ticketcli.core.errors import Busy, NotSaved, TicketError
from ticketcli.core.mail import headers, outbox, outgoing, throttle
from ticketcli.core.mail.outbox import FAILED, LATER, NAME, SENDING, SENT, UNSURE, WAITING, Mailing
from ticketcli.core.mail.outgoing import Letter, NobodyToMail, Sender
from ticketcli.core.ticket.who import lenient
from ticketcli.desk import desk as desks
from ticketcli.desk import remembering
from ticketcli.desk.catalog import WRITING, Catalog
from ticketcli.desk.posting import post_of, signer_of
from ticketcli.desk.record import How, Session, session
from ticketcli.edges import lock, store, transport

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.mail.throttle import Left
    from ticketcli.core.ticket.event import Attachment, Event
    from ticketcli.core.ticket.thread import Entry
    from ticketcli.desk.desk import Desk

PATIENCE = 60.0
"""For how many seconds to wait for the desk where a message was handed over: what became of it should be saved."""
EXAMPLE = """\
[[mail]]
desk = "{root}"
address = "ACME support <support@example.com>"
smtp = {{ host = "mail.example.com", user = "support", password_command = ["pass", "show", "support"] }}
"""


class NoWayOut(TicketError):
    """A desk without a mailbox that mail can leave from."""

    def __init__(self, desk: Desk) -> None:
        self.example = EXAMPLE.format(root=desk.root)
        super().__init__(
            f"no way out for mail: ~/.config/ticketcli/config.toml has no [[mail]] table for {desk.root} with smtp or "
            "sendmail; nothing is lost, what is to be mailed waits"
        )


class AtWork(Busy):
    """Another run that sends in this clone."""

    def __init__(self) -> None:
        super().__init__("another ticket send is at work here; try again when it has ended")


class NotNoted(NotSaved):
    """What became of a message, which stands nowhere."""

    def __init__(self, one: Mailing, outcome: transport.Outcome, why: TicketError) -> None:
        became = "was sent" if isinstance(outcome, transport.Delivered) else f"was not taken: {outcome.reason}"
        super().__init__(f"{one.code}/{one.event.seq} {became}; but that could not be saved: {why}")


class Wanted(NamedTuple):
    """What is to be sent."""

    words: Sequence[str] = ()
    """The tickets; none for all."""
    again: bool = False
    """Whether also what may have been sent already; of the tickets named what has failed, too."""
    old: bool = False
    """Of the tickets named also what has waited for long, and what is to be tried again later."""
    wait: float | None = None
    """For how many seconds another run may be at work."""


Tell = Callable[[Mailing], None]


def waiting(desk: Desk, wanted: Wanted) -> tuple[list[Mailing], list[Mailing]]:
    """What would be sent now, oldest first; and what is not unasked: it may have been sent, or has waited for long."""
    return _chosen(Catalog(desk, desks.now()), wanted)


def send(desk: Desk, wanted: Wanted, tell: Tell, warn: Callable[[str], None]) -> list[TicketError]:
    """Sends what waits and tells what became of each message; what kept messages from being tried."""
    post = post_of(desk, exactly=True)
    if not (post.smtp or post.sendmail):
        raise NoWayOut(desk)
    sender = Sender(desk.settings, post, signer_of(desk, post))
    problems: list[TicketError] = []
    with _alone(desk, wanted.wait):
        catalog = Catalog(desk, desks.now())
        chosen, left = _chosen(catalog, wanted)
        for one in left:
            tell(one)
        if chosen:
            problems += _all(desk, chosen, _Run(sender, _have_left(catalog, chosen), warn), tell)
    return [*catalog.problems.values(), *problems]


class _Run(NamedTuple):
    """What sending a message needs to know of the others."""

    sender: Sender
    left: list[Left]
    """What has left by itself already."""
    warn: Callable[[str], None]


def _have_left(catalog: Catalog, chosen: Sequence[Mailing]) -> list[Left]:
    """What has left by itself; asked only where more of it is to go."""
    if not any(throttle.is_automatic(one.event) for one in chosen):
        return []
    found = (one for file in catalog.situations(remembering.Wanted(mails=True)) for one in outbox.mailings(file.ticket))
    return throttle.have_left(found)


def _all(desk: Desk, chosen: Sequence[Mailing], run: _Run, tell: Tell) -> Iterator[TicketError]:
    """What kept messages from being tried; what keeps all of them from it is said once."""
    with transport.opened(run.sender.post, desk.environ) as way:
        for one in chosen:
            try:
                way.ready()
                if now := _each(desk, one, run, way):
                    run.left.extend(throttle.have_left([now]))
                    tell(now)
            except TicketError as problem:
                yield problem
                if isinstance(problem, Busy | NotSaved | transport.BadWay):
                    return


@contextmanager
def _alone(desk: Desk, wait: float | None) -> Iterator[None]:
    """Nobody else sends in this clone meanwhile: what is left on its way was left there by somebody who is gone."""
    try:
        with lock.hold(desk.root, "ticket send", wait=wait, name="sending"):
            yield
    except lock.Held as error:
        raise AtWork from error


def _chosen(catalog: Catalog, wanted: Wanted) -> tuple[list[Mailing], list[Mailing]]:
    found = sorted(_found(catalog, wanted.words), key=lambda one: (one.event.at, one.code, one.event.seq))
    states = {WAITING, *([UNSURE] if wanted.again else []), *([FAILED] if wanted.again and wanted.words else [])}
    named = bool(wanted.words) and wanted.old
    ours = [one for one in found if one.state in states]
    chosen = [one for one in ours if named or one.state != WAITING or one.due(catalog.now)]
    unsure = [one for one in found if one.state == UNSURE and not wanted.again]
    return chosen, [*unsure, *(one for one in found if one.overlooked(catalog.now) and one not in chosen)]


def _found(catalog: Catalog, words: Sequence[str]) -> Iterator[Mailing]:
    """What is to be mailed in all tickets, or in those named, wherever its messages were written."""
    if not words:
        yield from (
            one for file in catalog.situations(remembering.Wanted(mails=True)) for one in outbox.mailings(file.ticket)
        )
        return
    codes = dict.fromkeys(catalog.find_root(word, least=WRITING) for word in words)
    entries = [entry for code in codes for entry in catalog.situation(code).thread.entries if entry.here]
    shown = {(entry.code, entry.event.id) for entry in entries}
    files = filter(None, map(catalog.ticket, dict.fromkeys(entry.code for entry in entries)))
    yield from (one for file in files for one in outbox.mailings(file) if (one.code, one.event.id) in shown)


def _each(desk: Desk, one: Mailing, run: _Run, way: transport.Way) -> Mailing | None:
    """What became of a message; None where it is not to be mailed any more."""
    if why := throttle.delay(one.event, run.left, desks.now()):
        return one._replace(reason=why)
    with _session(desk, run.warn) as work:
        now = _now(work, one)
        if now is None or (now.state, now.tries) != (one.state, one.tries):
            return now  # somebody has taken it back, or blacked it out
        if why := throttle.refusal(now.event, run.left, work.how.now):
            return _write(work, now, now.step(FAILED, body=why))
        try:
            letter = _letter(work, now, run.sender)
        except NobodyToMail as error:
            return _write(work, now, now.step(FAILED, body=str(error)))
        if not _saved(work, now, now.step(SENDING)):
            return now
    outcome, now = way.hand_over(letter), now._replace(tries=now.tries + 1, state=UNSURE)
    if isinstance(outcome, transport.Unknown):
        return now._replace(reason=outcome.reason)
    try:
        with _session(desk, run.warn, wait=PATIENCE) as work:
            return _write(work, now, _step(now, outcome, letter))
    except TicketError as error:
        raise NotNoted(now, outcome, error) from error


def _step(one: Mailing, outcome: transport.Outcome, letter: Letter) -> Event:
    """The event that says how it went; addresses are left out of what a server said, since they may be redacted."""
    addresses = "|".join(map(re.escape, letter.recipients))
    reason = re.sub(addresses, "…", outcome.reason, flags=re.IGNORECASE)
    if isinstance(outcome, transport.Delivered):
        refused = {address.casefold() for address in outcome.refused}
        sent_to = (headers.address(lenient(to).email).casefold() for to in one.event.to)
        places = [place for place, address in enumerate(sent_to, 1) if address in refused]
        return one.step(SENT, value=places or None, body=reason)
    return one.step(FAILED, value=LATER if isinstance(outcome, transport.Later) else None, body=reason)


def _write(work: Session, one: Mailing, step: Event) -> Mailing:
    _saved(work, one, step)
    return _now(work, one) or one


def _saved(work: Session, one: Mailing, step: Event) -> bool:
    return bool(work.record(work.catalog.situation(one.code), [Draft(one.code, step)]))


def _now(work: Session, one: Mailing) -> Mailing | None:
    """The message as its ticket tells it now; None where it is not to be mailed any more. Raises what keeps the ticket
    from being read.
    """
    ticket = work.catalog.situation(one.code).ticket
    return next((now for now in outbox.mailings(ticket) if now.event.id == one.event.id), None)


def _letter(work: Session, one: Mailing, sender: Sender) -> Letter:
    situation, entry = _place(work.catalog, one)
    files: list[tuple[Attachment, bytes]] = [
        (file, store.fetch(work.desk.root, file.sha256)) for file in entry.event.attachments
    ]
    return outgoing.letter(entry, situation.thread, sender, files, work.how.now)


def _place(catalog: Catalog, one: Mailing) -> tuple[Situation, Entry]:
    """The thread that shows a message, and its place in there."""
    situation = catalog.situation(one.code)
    entry = next(entry for entry in situation.thread.entries if entry.event.id == one.event.id)
    if entry.here:
        return situation, entry
    other = catalog.situation(entry.moved_to)
    shown = [entry for entry in other.thread.entries if entry.event.id == one.event.id and entry.here]
    return (other, shown[0]) if shown else (situation, entry)


@contextmanager
def _session(desk: Desk, warn: Callable[[str], None], wait: float | None = None) -> Iterator[Session]:
    with session(desk, How(desks.now()), "send", warn, itself=desk.itself(NAME), wait=wait) as work:
        yield work
