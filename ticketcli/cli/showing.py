"""What show and log print: a page, an object, a list of events; and attachments that are saved. No command is here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ticketcli.cli import printing, streams
from ticketcli.core.clock.queue import list_order
from ticketcli.core.errors import TicketError
from ticketcli.core.text import file_name, line
from ticketcli.core.ticket.who import address_of
from ticketcli.core.view import history, messages, objects
from ticketcli.core.view.page import Page, page, public_page
from ticketcli.core.view.public import public_ticket
from ticketcli.desk import posting
from ticketcli.edges import leases

if TYPE_CHECKING:
    from pathlib import Path

    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.view.history import Record
    from ticketcli.core.view.messages import Message
    from ticketcli.desk.catalog import Catalog
    from ticketcli.desk.desk import Desk

NEWEST = 20
"""How many events of a whole desk `log` shows where nothing else is said."""


def show(
    ctx: Any, ticket: str, *, public: bool, quoted: bool, save: Path | None, json_: bool, as_of: str | None
) -> bool:
    """Prints a ticket, or saves its attachments; whether something could not be read or saved, which is then named."""
    desk = streams.open_desk(ctx)
    catalog = streams.catalog(desk, as_of)
    situation = answering(catalog, catalog.find(ticket))
    shown = _shown(catalog, situation)
    failed = False
    if save:
        failed = _save(desk, save, messages.public(shown) if public else shown)
    elif public:
        _show_public(situation, shown, json_=json_, quoted=quoted)
    else:
        print_page(whole(catalog, situation), json_=json_, quoted=quoted)
    return bool(streams.name_problems(catalog)) or failed


def log(ctx: Any, ticket: str | None, limit: int | None, name: str, as_of: str | None) -> bool:
    """Prints what happened, in a format; whether a ticket could not be read, which is then named."""
    catalog = streams.catalog(streams.open_desk(ctx), as_of)
    short = catalog.short()
    files = answering(catalog, catalog.find(ticket)).thread.files if ticket else catalog.tickets()
    found = history.records(files, catalog.ticket, short)
    most = limit or (len(found) if ticket else NEWEST)
    if len(found) > most:
        streams.say(f"{len(found) - most:,} older ones left out; -n {len(found)} shows all")
    _print_log(found[-most:] if most else [], name, catalog)
    return bool(streams.name_problems(catalog))


def answering(catalog: Catalog, code: str) -> Situation:
    """The situation of the ticket that answers for a code; says so where that is another."""
    situation = catalog.situation(code)
    if not situation.merged:
        return situation
    streams.say(f"{code} is merged into {situation.thread.code}, which is shown")
    return catalog.situation(situation.thread.code)


def whole(catalog: Catalog, situation: Situation) -> Page:
    """A ticket with all that its page shows."""
    links = messages.links(situation.thread, catalog.ticket)
    lease = None if catalog.as_of else leases.held(catalog.desk.root, catalog.now).get(situation.code)
    held = (lease.holder, lease.since) if lease else ("", None)
    return Page(situation, _shown(catalog, situation), links, _others(catalog, situation), catalog.short(), *held)


def _shown(catalog: Catalog, situation: Situation) -> list[Message]:
    """Its thread; messages wait to be mailed where mail leaves this very clone."""
    mails_at = catalog.now if posting.has_way_out(catalog.desk) else None
    return messages.messages(situation.thread, catalog.ticket, catalog.short(), mails_at)


def print_page(ticket: Page, *, json_: bool = False, quoted: bool = False) -> None:
    """Prints a ticket as a page, or as JSON."""
    if json_:
        printing.data("json", "tickets", [objects.whole_ticket(ticket)])
    else:
        streams.out(page(ticket, printing.look(), quoted=quoted))


def _others(catalog: Catalog, situation: Situation) -> list[Situation]:
    """The customer's other tickets, what needs solving first."""
    address = address_of(situation.header.text("customer", "email"))
    here = {file.code for file in situation.thread.files}
    return sorted((other for other in catalog.of_customer(address) if other.code not in here), key=list_order)


def _show_public(situation: Situation, shown: Sequence[Message], *, json_: bool, quoted: bool) -> None:
    ticket = public_ticket(situation, shown)
    if json_:
        printing.data("json", "tickets", [objects.public_ticket(ticket)])
    else:
        streams.out(public_page(ticket, printing.look(), quoted=quoted))


def _save(desk: Desk, directory: Path, shown: Sequence[Message]) -> bool:
    """Saves the attachments of messages and prints where; whether one could not be saved, which is then named."""
    from ticketcli.edges import store

    failed = False
    directory.mkdir(parents=True, exist_ok=True)
    for file in (file for message in shown for file in message.event.attachments):
        try:
            saved = store.save_as(directory, file_name(file.name), store.fetch(desk.root, file.sha256))
            streams.out(line(str(saved)) if streams.on_terminal() else str(saved))
        except TicketError as error:
            failed = True
            streams.say(f"ticket: {error}")
    return failed


def _print_log(found: Sequence[Record], name: str, catalog: Catalog) -> None:
    if name in ("json", "jsonl"):
        printing.data(name, "events", [objects.event(record) for record in found])
    elif name in ("tsv", "csv"):
        rows = [history.cells(record, None) for record in found]
        printing.for_scripts(_script(name, rows))
    elif found:
        rows = [history.cells(record, catalog.desk.settings.zone) for record in found]
        kept = [number for number in range(len(history.COLUMNS)) if any(row[number] for row in rows)]
        names = [history.COLUMNS[number] for number in kept]
        printing.table(names, [[row[number] for number in kept] for row in rows], name, names, [False] * len(rows))


def _script(name: str, rows: list[list[str]]) -> Any:
    from ticketcli.core.view import formats

    return formats.tsv(rows) if name == "tsv" else formats.csv(history.COLUMNS, rows)
