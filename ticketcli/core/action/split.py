"""The action split: messages of a thread, or a part of one, become a ticket of their own (semantics.md 6). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ticketcli.core.action.draft import Action, Context, Draft, body_of, must_be_agent
from ticketcli.core.errors import TicketError
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.code import derived_id, from_id
from ticketcli.core.ticket.event import Event, Path, Value
from ticketcli.core.ticket.who import lenient
from ticketcli.core.words.keys import TO_SOLVE

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.fold import Ticket
    from ticketcli.core.ticket.thread import Entry


class CannotSplit(TicketError):
    """A split that is refused."""


@dataclass(frozen=True, slots=True)
class Split:
    """What becomes a ticket of its own."""

    chosen: Sequence[Entry]
    subject: str
    part: str = ""
    copy: bool = False
    changes: Changes = field(default_factory=Changes)

    @property
    def child_id(self) -> str:
        """The id of the child's first event: the same split again makes the same child (design 2.1).

        A copy under the same subject is another one.
        """
        places = sorted(f"{entry.code}/{entry.event.id}" for entry in self.chosen)
        return derived_id("split", *places, self.part, self.subject, *(["copy"] if self.copy else []))

    @property
    def moves(self) -> bool:
        """Whether the messages leave the parent."""
        return not self.copy and not self.part


def split(plan: Split) -> Action:
    """The child first, then pointers in the parent: a split cut between the two is completed by giving it again."""

    def action(parent: Situation, context: Context) -> list[Draft]:
        must_be_agent(context)
        child = context.read(from_id(plan.child_id))
        if child is None or _closed_by_undo(child, parent):
            _check(plan, parent)
        drafts = _child(plan, parent, context) if child is None else _revive(child, plan, parent)
        begun = child.first.batch if child and not drafts else ""
        return drafts + _parent(plan, parent, from_id(plan.child_id), context, begun)

    return action


def rest_of_split(child: str, chosen: Sequence[Entry]) -> Action:
    """What a split that was cut behind its child has left to write in the parent."""

    def action(parent: Situation, context: Context) -> list[Draft]:
        begun = context.read(child)
        return _parent(Split(chosen, ""), parent, child, context, begun.first.batch if begun else "")

    return action


def _closed_by_undo(child: Ticket | None, parent: Situation) -> bool:
    if child is None or parent.settings.category(child.header.text("status")) != "closed":
        return False
    return any(event.action == "undo" and event.status for event in child.counting)


def _check(plan: Split, parent: Situation) -> None:
    if parent.category in ("closed", "merged"):
        raise CannotSplit(f"{parent.code} is {parent.status}; reopen it before you split it")
    if plan.part and len(plan.chosen) != 1:
        raise CannotSplit("--part takes a text of one message; name one, like 7KQ/4")
    if plan.part and _flat(plan.part) not in _flat(plan.chosen[0].event.body):
        raise CannotSplit(f"the text after --part does not stand in {parent.code}/{plan.chosen[0].event.seq}")
    left = {entry.event.id for entry in parent.thread.messages if entry.event.from_customer} - {
        entry.event.id for entry in plan.chosen
    }
    if plan.moves and any(entry.event.from_customer for entry in plan.chosen) and not left:
        raise CannotSplit(
            f"no customer message would be left in {parent.code}; split a part of its text with --part, or use --copy"
        )


def _flat(text: str) -> str:
    return " ".join(text.split())


def _child(plan: Split, parent: Situation, context: Context) -> list[Draft]:
    waiting = {entry.event.id for entry in parent.standing.waiting}
    ids = [entry.event.id for entry in plan.chosen]
    customer = [entry for entry in plan.chosen if entry.event.from_customer]
    answered = tuple(sorted(entry.event.id for entry in customer if entry.event.id not in waiting))
    waits = any(entry.event.id in waiting for entry in customer)
    fields = _inherited(parent, customer) | {("subject",): plan.subject, ("status",): "new" if waits else "answered"}
    fields = {path: value for path, value in plan.changes.plus(fields).items() if value != ""}
    pointers = tuple(f"+{entry.code}/{event_id}" for entry, event_id in zip(plan.chosen, ids, strict=True))
    lists = {name: items for name, items in _inherited_lists(parent, plan).items() if items}
    if not plan.part:
        lists["copies" if plan.copy else "shows"] = tuple(sorted(pointers))
    first = Event(id=plan.child_id, action="split", seen=answered, set=fields, lists=lists)
    part = [_part(plan)] if plan.part else []
    return [Draft("", first), *part]


def _inherited(parent: Situation, customer: Sequence[Entry]) -> dict[Path, Value]:
    """Customer of the first chosen message, else the parent's; department and priority of the parent, no agent (S3)."""
    header = parent.header
    fields: dict[Path, Value] = {("customer", *path): value for path, value in header.table("customer").items()}
    who = lenient(customer[0].event.by) if customer else None
    if who and who.email and who.email.casefold() != header.text("customer", "email").casefold():
        fields = {("customer", "name"): who.name, ("customer", "email"): who.email}
    return fields | {(name,): header.text(name) for name in ("department", "priority")}


def _inherited_lists(parent: Situation, plan: Split) -> dict[str, tuple[str, ...]]:
    given = dict(plan.changes.lists)
    tags = tuple(f"+{tag}" for tag in parent.header.list("tags"))
    links = tuple(f"+split-from {code}" for code in _files(plan, parent))
    return {**given, "tags": given.get("tags") or tags, "links": links}


def _part(plan: Split) -> Draft:
    """The chosen text as a message of the child's own, at the time of the whole (S4)."""
    whole = plan.chosen[0].event
    code = from_id(plan.child_id)
    event = Event(
        id=derived_id("part", code, whole.id, plan.part),
        at=whole.at,
        kind=whole.kind,
        by=whole.by,
        role=whole.role,
        via=whole.via,
        channel=whole.channel,
        quiet=whole.quiet,
        seen=whole.seen,
        part_of=whole.id,
        body=body_of(plan.part),
    )
    return Draft(code, event)


def _revive(child: Ticket, plan: Split, parent: Situation) -> list[Draft]:
    """What a child that is there already still lacks: its part, or, closed by an undo, to be open again."""
    part = [draft for draft in ([_part(plan)] if plan.part else []) if draft.event.id not in child.by_id]
    if _closed_by_undo(child, parent):
        closing = tuple(event.id for event in child.counting if event.action == "undo" and event.status)
        return [*part, Draft(child.code, Event(action="undo", about=closing))]
    return part


def _files(plan: Split, parent: Situation) -> list[str]:
    """The parent, and the files in which chosen messages were written: all are linked, a redaction must find them."""
    return list(dict.fromkeys([parent.code, *(entry.code for entry in plan.chosen)]))


def _parent(plan: Split, parent: Situation, child: str, context: Context, begun: str) -> list[Draft]:
    """The pointers and links; of a split that was cut with the batch in which it had begun."""
    chosen = tuple(entry.event.id for entry in plan.chosen) if plan.moves else ()
    files = {code: file for code in _files(plan, parent) if (file := context.read(code))}
    moved = {code: _not_yet(plan, file, child) for code, file in files.items()}
    drafts = []
    for code, file in files.items():
        fields: dict[Path, Value] = {("moved", event_id): child for event_id in moved[code]}
        if code == parent.code and any(moved.values()):
            fields |= _answered(parent, chosen)
        link = f"split-to {child}"
        lists = {} if link in file.header.list("links") else {"links": (f"+{link}",)}
        if fields or lists:
            drafts.append(Draft(code, Event(action="split", batch=begun, set=fields, lists=lists), moves=chosen))
    return drafts


def _not_yet(plan: Split, file: Ticket, child: str) -> list[str]:
    """The chosen messages of a file whose pointers do not lead to the child yet."""
    own = [entry.event.id for entry in plan.chosen if entry.code == file.code and plan.moves]
    return [event_id for event_id in own if file.header.text("moved", event_id) != child]


def _answered(parent: Situation, moved: Sequence[str]) -> dict[Path, Value]:
    """Answered where somebody waited and nobody does any more (S5)."""
    waiting = [entry.event.id for entry in parent.standing.waiting]
    if parent.category in TO_SOLVE and waiting and not set(waiting) - set(moved):
        return {("status",): "answered"}
    return {}
