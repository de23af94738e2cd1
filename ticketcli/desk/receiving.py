"""Receiving: a mail becomes one message, once, on the ticket that it belongs to. It parses no mail and sends none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ticketcli.core.action import arrival
from ticketcli.core.action.arrival import Arrival
from ticketcli.core.action.conversation import needs_follow_up
from ticketcli.core.mail import identity, matching
from ticketcli.core.mail.files import Part
from ticketcli.core.mail.matching import Place, Route
from ticketcli.core.ticket import thread as threads
from ticketcli.core.ticket.code import from_id
from ticketcli.core.ticket.event import Attachment
from ticketcli.core.ticket.who import address_of
from ticketcli.desk.receipt import ADDED, FOLLOW_UP, KNOWN, NEW, UNREADABLE, Receipt
from ticketcli.desk.record import Full
from ticketcli.edges import store

if TYPE_CHECKING:
    from datetime import datetime

    from ticketcli.core.action.draft import Draft
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.mail.message import Mail
    from ticketcli.core.mail.post import Post
    from ticketcli.core.mail.signing import Signer
    from ticketcli.desk.record import Session


class Inbox:
    """The mail of a desk while some comes in, under the desk's lock."""

    def __init__(self, work: Session, post: Post, signer: Signer | None, known: Iterable[tuple[str, Place]]) -> None:
        """`known` is what the desk has of the mails to come, and of those that they answer: Message-ID and place."""
        self.work, self.post, self.signer = work, post, signer
        self._places: dict[str, list[Place]] = {}
        self._events: dict[str, str] = {}
        self._situations: dict[str, Situation] = {}
        """Those that the mail at hand may go to: a long thread takes its time."""
        for mail_id, place in known:
            self._remember(mail_id, place)

    def receive(self, mail: Mail, raw: bytes, at: datetime | None = None) -> Receipt:
        """Takes a mail in; at its time where it comes from an archive."""
        self._situations.clear()
        event_id = identity.event_id(mail)
        if known := self._stands(event_id):
            return Receipt(known, KNOWN)
        mail = self._of_the_desk(mail)
        route = matching.route(mail, self, self.signer)
        receipt = self._take(self._arrival(mail, raw, event_id, at, route), route)
        self._remember(mail.message_id, Place(receipt.code, event_id))
        return receipt

    def _of_the_desk(self, mail: Mail) -> Mail:
        """The mail, which is automatic where the desk's own address sent it, and no agent has that (I4)."""
        sender = mail.sender.email.casefold()
        own = sender in self.post.own and not self.work.desk.settings.agent(sender)
        return replace(mail, automatic=mail.automatic or "from the desk's own address") if own else mail

    def keep(self, raw: bytes, why: str, at: datetime | None = None) -> Receipt:
        """Keeps a mail that cannot be understood, as a ticket with its bytes."""
        event_id = identity.raw_id(raw)
        if known := self._stands(event_id):
            return Receipt(known, KNOWN)
        files = tuple(self._file(part) for part in _in_pieces(raw))
        self.work.record(None, [arrival.unreadable(event_id, why, files, at, self.work.context)])
        return Receipt(from_id(event_id), UNREADABLE, why=why.rstrip("."))

    def places(self, mail_id: str) -> Sequence[Place]:
        """Where mails with this Message-ID stand."""
        return self._places.get(mail_id, ())

    def exists(self, code: str) -> bool:
        """Whether there is such a ticket that can be read. Raises Unreadable where it may be the next time."""
        found = self.work.catalog.ticket(code)
        problem = None if found else self.work.catalog.problems.get(code)
        if isinstance(problem, store.Unreadable) and isinstance(problem.__cause__, OSError):
            raise problem
        return found is not None

    def is_damaged(self, code: str) -> bool:
        """Whether there is such a ticket that cannot be read."""
        return code in self.work.catalog.problems

    def takes_part(self, code: str, address: str) -> bool:
        """Whether somebody is the customer of a ticket, gets copies, has written in it, is an agent or the desk."""
        if self._may_know(code, address):
            return True
        messages = (entry.event for entry in self._situation(code).thread.messages)
        return bool(address) and address.casefold() in {address_of(one.by) for one in messages if not one.quiet}

    def _may_know(self, code: str, address: str) -> bool:
        """Whether somebody may be told how a ticket stands: to have written to a forwarded address is not enough."""
        wanted = address.casefold()
        if not wanted or wanted in self.post.own or self.work.desk.settings.agent(wanted):
            return bool(wanted)
        header = self._situation(code).header
        return wanted in map(str.casefold, (header.text("customer", "email"), *header.list("cc")))

    def _situation(self, code: str) -> Situation:
        if code not in self._situations:
            self._situations[code] = self.work.catalog.situation(threads.root(code, self.work.catalog.ticket))
        return self._situations[code]

    def _stands(self, event_id: str) -> str:
        """The ticket in which a message stands already; empty where it is in none."""
        code = from_id(event_id)
        return self._events.get(event_id) or (code if self.exists(code) else "")

    def _remember(self, mail_id: str, place: Place) -> None:
        self._events[place.event] = place.code
        if mail_id:
            self._places.setdefault(mail_id, []).append(place)

    def _take(self, one: Arrival, route: Route) -> Receipt:
        """What became of a mail that is new here. A ticket at its limits, or past its window, gets a follow-up."""
        if not route.code:
            return self._begin(one)
        situation = self._situation(route.code)
        one, drafts = self._special(one, route, situation) if route.word else (one, [])
        if not drafts and not one.quiet and needs_follow_up(situation, one.at or self.work.context.instant):
            return self._begin(one, f"+follows {situation.code}")
        drafts = drafts or arrival.add(one, route, situation, self.post, self.work.context)
        try:
            self.work.record(situation, drafts)
        except Full:
            return self._begin(one, f"+follows {situation.code}")
        return Receipt(situation.code, ADDED, one.quiet)

    def _special(self, one: Arrival, route: Route, situation: Situation) -> tuple[Arrival, list[Draft]]:
        """The mail, and what its address makes of it; nothing where it is a message like any other."""
        from ticketcli.core.action.special import special

        may_know = self._may_know(situation.code, one.mail.sender.email)
        done = special(one, route.word, situation, self.work.context, may_know=may_know)
        one = one._replace(remarks=(*one.remarks, *filter(None, [done.remark])))
        return one, [*done.drafts, *(arrival.remarked(one, situation.code) if done.drafts else ())]

    def _begin(self, one: Arrival, *links: str) -> Receipt:
        self.work.record(None, arrival.begin(one, self.post, self.work.context, links))
        return Receipt(from_id(one.event_id), FOLLOW_UP if links else NEW, one.quiet)

    def _arrival(self, mail: Mail, raw: bytes, event_id: str, at: datetime | None, route: Route) -> Arrival:
        """The mail with its attachments in the desk, before the ticket that names them is written."""
        files: list[Attachment] = []
        remarks = list(self._remarks(mail, route))
        for part in (*_whole_text(mail), *mail.attachments, *(_in_pieces(raw) if self.post.keep_raw else ())):
            try:
                files.append(self._file(part))
            except store.AttachmentTooLarge:
                remarks.append(f'attachment refused: "{part.name}" is larger than {store.ATTACHMENT_LIMIT >> 20} MiB')
        return Arrival(mail, event_id, at, tuple(files), tuple(remarks))

    def _remarks(self, mail: Mail, route: Route) -> Iterator[str]:
        if route.mentions:
            yield f"mentions {route.mentions}, in which {mail.sender} has no part"
        if route.damaged:
            yield f"meant for {route.damaged}, which cannot be read"
        if self.places(mail.message_id):
            yield f"another message has the same Message-ID: {self.places(mail.message_id)[0].code}"
        if route.code and not mail.automatic and not self.takes_part(route.code, mail.sender.email):
            yield f"{mail.sender} had no part in this ticket before"

    def _file(self, part: Part) -> Attachment:
        return Attachment(part.name, part.type, len(part.data), store.keep(self.work.desk.root, part.data))


def _in_pieces(raw: bytes) -> Iterator[Part]:
    """A mail as it came, in parts that a desk takes."""
    for number, begin in enumerate(range(0, len(raw), store.ATTACHMENT_LIMIT), 1):
        piece = raw[begin : begin + store.ATTACHMENT_LIMIT]
        yield Part("message.eml" if number == 1 else f"message.eml.{number}", "message/rfc822", piece, inline=False)


def _whole_text(mail: Mail) -> Iterator[Part]:
    if len(mail.text) > arrival.LONGEST_TEXT:
        yield Part("message.txt", "text/plain", mail.text.encode(), inline=False)
