"""Split, merge, unmerge and undo, where several tickets take part."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticketcli.core.action import merge as merging
from ticketcli.core.action import undo as undoing
from ticketcli.core.action.decide import repeat_id
from ticketcli.core.action.split import Split, rest_of_split
from ticketcli.core.action.split import split as split_action
from ticketcli.core.errors import BadWords, NotFound, TicketError
from ticketcli.core.ticket import code as codes
from ticketcli.core.ticket.thread import Entry, holds, root
from ticketcli.desk.catalog import WRITING, Catalog

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.changes import Changes
    from ticketcli.core.ticket.event import Event
    from ticketcli.core.ticket.fold import Ticket
    from ticketcli.desk.record import Session


class NoSuchMessage(NotFound):
    """A message number that the ticket does not have."""

    def __init__(self, code: str, number: str, known: Sequence[str]) -> None:
        super().__init__(f"{code} has no message {number}; it has: {', '.join(known) or 'none'}")


class AmbiguousMessage(NotFound):
    """A number that two clones gave to different messages."""

    def __init__(self, code: str, number: str, candidates: Sequence[str]) -> None:
        super().__init__(f"{code}/{number} names several messages: {', '.join(candidates)}; write one of these")


class MaybeElsewhere(TicketError):
    """A last command that may stand in a ticket that cannot be read."""

    def __init__(self, problem: object) -> None:
        super().__init__(f"{problem}; your last command may stand there, so name the ticket: ticket undo TICKET")


def find_messages(catalog: Catalog, reference: str, *, ratings: bool = False) -> tuple[Situation, list[Entry]]:
    """The thread in which messages like 7KQ/4,6 are shown now, and the messages, with `ratings` those too.

    Raises NotFound and BadWords.
    """
    typed, numbers = codes.split_reference(reference)
    if not numbers:
        raise BadWords(f'"{reference}" names no message; write its number behind the code, like {reference}/4')
    file = catalog.situation(catalog.find(typed, least=WRITING)).ticket
    known = [event for event in file.counting if event.kind != "change" or (ratings and event.rating)]
    events = [_numbered(file, number, known) for number in numbers]
    shown = {_place(file, event, catalog) for event in events}
    if len(shown) > 1:
        raise BadWords(
            f"these messages stand in different tickets now ({', '.join(sorted(shown))}); split them one by one"
        )
    situation = catalog.situation(shown.pop())
    wanted = {event.id for event in events}
    shown_here = (entry for entry in situation.thread.entries if entry.here)
    return situation, [entry for entry in shown_here if entry.event.id in wanted and entry.code == file.code]


def _numbered(file: Ticket, number: str, known: Sequence[Event]) -> Event:
    seq, _, prefix = number.partition("-")
    found = [event for event in known if str(event.seq) == seq and event.id.startswith(prefix.upper())]
    if not found:
        raise NoSuchMessage(file.code, number, [str(event.seq) for event in known])
    if len(found) > 1:
        raise AmbiguousMessage(file.code, number, [f"{file.code}/{seq}-{event.id[:4]}" for event in found])
    return found[0]


def _place(file: Ticket, event: Event, catalog: Catalog) -> str:
    """The ticket in whose thread a message is shown (design 2.3)."""
    moved = file.header.text("moved", event.id)
    here = moved if moved and holds(file.code, event.id, moved, catalog.ticket) else file.code
    return root(here, catalog.ticket)


def split(
    work: Session, reference: str, subject: str, part: str, copy: bool, changes: Changes
) -> tuple[str, str, list[Ticket]]:
    """Splits messages off: the code of the parent, that of the child, and the tickets written."""
    situation, entries = find_messages(work.catalog, reference)
    plan = Split(entries, subject, part.strip(), copy, changes)
    child = codes.from_id(plan.child_id)
    if situation.code == child:  # given again: the messages are shown in the child already
        situation = _parent_of(work, child, situation)
        plan = Split(entries, subject, part.strip(), copy, changes)
    return situation.code, child, work.record(situation, split_action(plan))


def _parent_of(work: Session, child: str, situation: Situation) -> Situation:
    links = [link for link in situation.ticket.first.lists.get("links", ()) if link.startswith("+split-from ")]
    return (
        work.catalog.situation(root(links[0].removeprefix("+split-from "), work.catalog.ticket)) if links else situation
    )


def complete_split(work: Session, child: str, places: Collection[tuple[str, str]]) -> None:
    """Writes the pointers of a split that was cut behind its child: messages by file and id."""
    parent = _parent_of(work, child, work.catalog.situation(child))
    entries = [entry for entry in parent.thread.entries if (entry.code, entry.event.id) in places]
    work.record(parent, rest_of_split(child, entries))


@dataclass(frozen=True, slots=True)
class MergePlan:
    """Which tickets become part of which."""

    target: Situation
    sources: tuple[Situation, ...]
    chosen: bool
    """Whether the target was named, not found as the oldest."""

    def preview(self) -> Iterator[str]:
        """What the merge brings together, in sentences (semantics.md M1)."""
        if not self.chosen:
            yield f"merging into the oldest, {self.target.code}"
        for source in self.sources:
            count, customer = len(source.thread.messages), source.header.text("customer", "email")
            yield f"to merge: {source.code}, {count} message{'s' * (count != 1)} of {customer or 'nobody'}"


def plan_merge(work: Session, words: Sequence[str], into: str) -> MergePlan:
    """The merge that words ask for: each source and the target by the ticket that answers for it."""
    catalog = work.catalog
    found = [catalog.situation(catalog.find(word, least=WRITING)) for word in dict.fromkeys(words)]
    if into:
        named = catalog.find(into, least=WRITING)
        for source in found:
            if source.code != named:
                merging.check_cycle(source.code, named, work.context)
        target = catalog.situation(catalog.find_root(into))
        sources = [
            source if source.thread.code == target.code else catalog.situation(source.thread.code) for source in found
        ]
        return MergePlan(target, tuple({source.code: source for source in sources}.values()), chosen=True)
    roots = {source.thread.code: catalog.situation(source.thread.code) for source in found}
    if len(found) < 2:
        raise BadWords("a merge needs two tickets; name another one, or the target with --into")
    target = merging.oldest(list(roots.values()))
    if len(roots) == 1:  # given again
        return MergePlan(target, tuple(found), chosen=True)
    return MergePlan(target, tuple(source for code, source in roots.items() if code != target.code), chosen=False)


def merge(work: Session, plan: MergePlan, *, different_customer: bool, reason: str) -> list[Ticket]:
    """Merges; the tickets written."""
    sources = [source for source in plan.sources if source.code != plan.target.code or len(plan.sources) == 1]
    return work.record(plan.target, merging.merge(sources, different_customer=different_customer, reason=reason))


def unmerge(work: Session, code: str) -> tuple[list[Ticket], list[str]]:
    """Takes a merge back; the tickets written, and sentences about replies that stay in the target.

    Raises what is wrong with a target that cannot be read: half of it would be taken back, and never the rest.
    """
    source = work.catalog.situation(code)
    drafts = merging.unmerge(work.context, source.ticket)
    for problem in filter(None, map(work.catalog.problems.get, merging.targets(source.ticket))):
        raise problem
    changed = work.record(source, drafts)
    if not source.merged:
        return changed, []
    target = source.thread.ticket
    since = min((event.seq for event in target.counting if f"+{code}" in event.lists.get("shows", ())), default=0)
    late = [event for event in target.counting if event.kind != "change" and event.seq > since > 0]
    return changed, [f"{target.code}/{event.seq}, written since, stays in {target.code}" for event in late]


def undo(work: Session, word: str | None) -> tuple[str, list[Ticket]]:
    """Takes back the last command of the one who acts: what it was, and the tickets written."""
    catalog, tickets = work.catalog, _where_to_look(work.catalog, word)
    command = _left_of_repeated(work, tickets)
    if command == []:
        return "taken back already; nothing to do", []
    if command is None:
        command = undoing.last_command(tickets, work.actor.key, str(work.actor.person))
    if word and command[0][1].batch:
        command = undoing.whole(catalog.tickets(), command[0][1].batch)
    what = " and ".join(dict.fromkeys(describe(event) for _, event in command))
    situation = catalog.situation(command[0][0])
    changed = work.record(situation, undoing.undo(command, work.context))
    return f"taken back: {what}", changed


def _where_to_look(catalog: Catalog, word: str | None) -> list[Ticket]:
    """The ticket named, or all, the last written last. Raises MaybeElsewhere where one of them cannot be read."""
    if word:
        return [catalog.situation(catalog.find(word, least=WRITING)).ticket]
    tickets = list(catalog.tickets())
    if catalog.problems:
        raise MaybeElsewhere(next(iter(catalog.problems.values())))
    return tickets


def _left_of_repeated(work: Session, tickets: Sequence[Ticket]) -> list[undoing.Recorded] | None:
    """What this undo, under its `--id`, has not yet taken back of its command; None where it was not given before."""
    for ticket in tickets if work.how.token else ():
        undo = ticket.by_id.get(repeat_id(ticket.code, work.how.token))
        if undo:
            batch = next((ticket.by_id[target].batch for target in undo.about if target in ticket.by_id), "")
            return undoing.whole(work.catalog.tickets(), batch) if batch else []
    return None


def describe(event: Event) -> str:
    """What an event was, in two words."""
    if event.kind != "change":
        return event.kind
    if event.action:
        return "service level" if event.action == "match" else event.action
    if event.status:
        return f"status {event.status}"
    return ", ".join([".".join(path) for path in event.set] + list(event.lists))
