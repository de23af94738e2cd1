"""Actions on whole threads: merge and unmerge. Nothing is moved or copied: pointers say where it is shown. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ticketcli.core.action.draft import Action, Context, Draft, must_be_agent, reason_of
from ticketcli.core.errors import TicketError
from ticketcli.core.ticket.event import Event, Path, Value
from ticketcli.core.ticket.thread import root
from ticketcli.core.ticket.who import address_of

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.fold import Ticket


class CannotMerge(TicketError):
    """A merge that is refused."""


class NotMerged(TicketError):
    """An unmerge of a ticket that never was merged."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{code} is not merged into another ticket")


def merge(sources: Sequence[Situation], *, different_customer: bool = False, reason: str = "") -> Action:
    """Merges tickets into the one of the situation: the target shows them, then each source points to it (M4)."""

    def action(target: Situation, context: Context) -> list[Draft]:
        must_be_agent(context)
        drafts: list[Draft] = []
        for source in sources:
            if source.merged and source.thread.code == target.code:
                continue
            _check(source, target, different_customer)
            drafts += _merge_one(source, target, reason)
        return drafts

    return action


def _check(source: Situation, target: Situation, different_customer: bool) -> None:
    if source.code == target.code:
        raise CannotMerge(f"{source.code} cannot be merged into itself")
    if target.category == "closed":
        raise CannotMerge(f"{target.code} is closed; reopen it first: ticket reopen {target.code} -m REASON")
    mine, theirs = (address_of(side.header.text("customer", "email")) for side in (source, target))
    if mine and theirs and mine != theirs and not different_customer:
        raise CannotMerge(
            f"{source.code} is of {mine}, {target.code} of {theirs}; merge them with --different-customer"
        )


def _merge_one(source: Situation, target: Situation, reason: str) -> list[Draft]:
    drafts: list[Draft] = []
    if source.code not in target.header.list("shows"):
        lists = {"shows": (f"+{source.code}",), "tags": _added(source, target, "tags"), "cc": _copied(source, target)}
        reopened = target.category == "resolved" and bool(source.standing.waiting)
        opened: dict[Path, Value] = {("status",): "open"} if reopened else {}
        changes = {name: items for name, items in lists.items() if items}
        drafts.append(Draft(target.code, Event(action="merge", lists=changes, set=opened, body=reason_of(reason))))
    if source.header.text("merged_into") != target.code:
        fields: dict[Path, Value] = {("merged_into",): target.code}
        event = Event(action="merge", batch=_begun(source, target), set=fields, body=reason_of(reason))
        drafts.append(Draft(source.code, event))
    return drafts


def _begun(source: Situation, target: Situation) -> str:
    """The batch of a merge that was cut behind its target: what completes it is taken back with it."""
    shown = f"+{source.code}"
    return next((event.batch for event in target.ticket.counting if shown in event.lists.get("shows", ())), "")


def _added(source: Situation, target: Situation, name: str) -> tuple[str, ...]:
    return tuple(f"+{item}" for item in source.header.list(name) if item not in target.header.list(name))


def _copied(source: Situation, target: Situation) -> tuple[str, ...]:
    """The source's customer and Cc as Cc of the target, without its customer and the desk's own addresses (M2, M4)."""
    own = {department.address.casefold() for department in target.settings.departments.values()}
    there = {address_of(item) for item in (target.header.text("customer", "email"), *target.header.list("cc"))} | own
    new = {address_of(item): item for item in (source.header.text("customer", "email"), *source.header.list("cc"))}
    return tuple(f"+{item}" for address, item in sorted(new.items()) if address and address not in there)


def unmerge(context: Context, source: Ticket) -> list[Draft]:
    """Undoes every merge of a ticket, whoever made it: in the ticket first, then in those that show it (M10)."""
    must_be_agent(context)
    merges = _merges(source)
    if not merges:
        raise NotMerged(source.code)
    counting = {event.id for event in source.counting}
    drafts = _undo(source.code, [event.id for event in merges if event.id in counting])
    for code in targets(source):
        target = context.read(code)
        shown = f"+{source.code}"
        drafts += _undo(
            code, [event.id for event in target.counting if shown in event.lists.get("shows", ())] if target else []
        )
    return drafts


def targets(source: Ticket) -> list[str]:
    """The codes of all tickets that this one was ever merged into."""
    return sorted({str(event.set[("merged_into",)]) for event in _merges(source)})


def _merges(source: Ticket) -> list[Event]:
    return [event for event in source.events if event.action == "merge" and event.set.get(("merged_into",))]


def _undo(code: str, about: Iterable[str]) -> list[Draft]:
    ids = tuple(about)
    return [Draft(code, Event(action="undo", about=ids))] if ids else []


def oldest(situations: Sequence[Situation]) -> Situation:
    """The ticket that others are merged into where none is named (M1)."""
    return min(situations, key=lambda situation: (situation.header.created, situation.code))


def check_cycle(source: str, target: str, context: Context) -> None:
    """Raises CannotMerge where the target is shown in the source already."""
    if root(target, context.read) == source:
        raise CannotMerge(f"{target} is merged into {source} already; unmerge it first: ticket unmerge {target}")
