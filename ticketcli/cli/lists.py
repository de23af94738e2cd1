"""Commands that list tickets: to-solve, list, search."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, NamedTuple

import typer

from ticketcli.cli import printing, streams
from ticketcli.cli.options import AsOf, Filters, Format, Json, Limit
from ticketcli.core.clock import queue
from ticketcli.core.clock.situation import Situation
from ticketcli.core.view import columns
from ticketcli.core.view.columns import Column
from ticketcli.core.words.query import Query
from ticketcli.desk import remembering, views
from ticketcli.desk.catalog import Catalog
from ticketcli.desk.desk import Desk, UnknownAgent

LIST = (
    "mark,code,status,priority,left,waiting,assignee,subject",
    "code,status,priority,department,assignee,created,due,customer,subject",
)
TO_SOLVE = ("code,assignee,why,subject", "code,due,priority,assignee,why,subject")
SEARCH = ("mark,code,status,subject,excerpt", "code,status,subject,excerpt")
EXPLAIN = ("code,rule,why,level,due,priority,waiting_since,created,remedy",) * 2
"""Columns for people and for scripts."""

Columns = Annotated[
    str, typer.Option("--columns", metavar="A,B,C", help="These columns, fields.NAME and customer.NAME too.")
]
Sort = Annotated[str, typer.Option("--sort", metavar="COLUMN", help="By a column instead of the to-solve order.")]
Reverse = Annotated[bool, typer.Option("--reverse", help="The other way round.")]
Count = Annotated[bool, typer.Option("--count", help="Only how many there are.")]
All = Annotated[bool, typer.Option("--all", help="Closed and merged ones too.")]


class Wanted(NamedTuple):
    """How a list is wanted."""

    format: str
    columns: str = ""
    sort: str = ""
    reverse: bool = False
    counted: bool = False
    limit: int | None = None
    explain: bool = False


def to_solve(
    ctx: typer.Context,
    filters: Filters = None,
    agent: Annotated[
        str,
        typer.Option("--for", metavar="AGENT|me", help="Only what next would hand them, one after the other; me."),
    ] = "",
    limit: Limit = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say which rule puts each here, and what would change it.")
    ] = False,
    columns_: Columns = "",
    count: Count = False,
    format_: Format = None,
    json_: Json = False,
    as_of: AsOf = None,
) -> None:
    """List what needs an answer, most urgent first, and why it stands there.

    Overdue first, then by due time, priority, waiting time. With --for only what is theirs, or nobody's in their
    departments, which nobody else holds from next and they have not skipped. Elsewhere than on a terminal the columns
    are: code, due, priority, assignee, why, subject.

    \b
    ticket to-solve
    ticket to-solve --for me -n 5
    ticket to-solve priority:high.. -tag:later --explain
    """
    wanted = Wanted(printing.wanted(format_, json_), columns_, "", False, count, limit, explain)
    desk, catalog, query = _opened(ctx, filters, as_of)
    matching = [one for one in catalog.active(query.texts or None)[0] if query.matches(one)]
    from ticketcli.desk.taking import candidates

    found = candidates(catalog, matching, _agent(agent, desk)) if agent else queue.queue(matching)
    _print(found, wanted, EXPLAIN if explain else TO_SOLVE, catalog)
    _end(found, catalog, "nothing to solve")


def list_(
    ctx: typer.Context,
    filters: Filters = None,
    all_: All = False,
    sort: Sort = "",
    reverse: Reverse = False,
    columns_: Columns = "",
    limit: Limit = None,
    count: Count = False,
    format_: Format = None,
    json_: Json = False,
    as_of: AsOf = None,
) -> None:
    """List tickets by filter words, what needs solving first; all but closed and merged ones unless asked for.

    Elsewhere than on a terminal the columns are: code, status, priority, department, assignee, created, due, customer,
    subject.

    \b
    ticket list
    ticket list status:new,open tag:vip waiting:2d..
    ticket list --all customer:@acme.com --sort created --reverse -n 20
    ticket list --columns code,fields.order,subject --format csv
    """
    wanted = Wanted(printing.wanted(format_, json_), columns_, sort, reverse, count, limit)
    desk, catalog, query = _opened(ctx, filters, as_of)
    whole = all_ or query.names_status
    texts = query.texts or None
    every, counts = (catalog.situations(remembering.Wanted(texts=texts)), {}) if whole else catalog.active(texts)
    found = [one for one in every if query.matches(one)]
    _print(_sorted(found, wanted, queue.list_order), wanted, LIST, catalog)
    left = sum(count for status, count in counts.items() if desk.settings.done(status))
    if left and streams.on_terminal():
        streams.say(f"{left:,} closed or merged left out; --all includes them")
    _end(found, catalog, "no such ticket")


def search(
    ctx: typer.Context,
    filters: Filters = None,
    sort: Sort = "",
    reverse: Reverse = False,
    columns_: Columns = "",
    limit: Limit = None,
    count: Count = False,
    format_: Format = None,
    json_: Json = False,
    as_of: AsOf = None,
) -> None:
    """Find tickets by their text, closed ones too: subjects before messages, then by how often it is there.

    Elsewhere than on a terminal the columns are: code, status, subject, excerpt.

    \b
    ticket search jams
    ticket search "password reset" customer:@acme.com
    ticket search text:'error: 500' created:2026-01..2026-03
    """
    wanted = Wanted(printing.wanted(format_, json_), columns_, sort, reverse, count, limit)
    _, catalog, query = _opened(ctx, filters, as_of)
    found = [one for one in catalog.situations(remembering.Wanted(texts=query.texts)) if query.matches(one)]
    from ticketcli.core.view.excerpt import relevance

    ordered = _sorted(found, wanted, lambda one: (*relevance(one, query.text_terms), queue.list_order(one)))
    _print(ordered, wanted, SEARCH, catalog, query)
    _end(found, catalog, "no such ticket")


def _opened(ctx: typer.Context, filters: Sequence[str] | None, as_of: str | None) -> tuple[Desk, Catalog, Query]:
    desk = streams.open_desk(ctx)
    catalog = streams.catalog(desk, as_of)
    query = views.query(desk, filters or [], catalog.instant)
    return desk, catalog, query


def _excerpt(one: Situation, terms: Sequence[str]) -> str:
    from ticketcli.core.view.excerpt import excerpt

    return excerpt(one, terms)


def _agent(word: str, desk: Desk) -> str:
    """The agent that --for names. Raises UnknownAgent where the desk has agents and none is called so."""
    if word.casefold() == "me":
        return desk.actor().key
    known = desk.settings.agent(word)
    if desk.settings.agents and not known:
        raise UnknownAgent(word, sorted(desk.settings.agents))
    return known.key if known else word


def _sorted(found: list[Situation], wanted: Wanted, order: Callable[[Situation], Any]) -> list[Situation]:
    in_order = sorted(found, key=order)
    if wanted.sort:
        return columns.sort(in_order, wanted.sort, reverse=wanted.reverse)
    return in_order[::-1] if wanted.reverse else in_order


def _print(
    found: Sequence[Situation], wanted: Wanted, usual: tuple[str, str], catalog: Catalog, query: Query | None = None
) -> None:
    """Prints a list in the format and with the columns wanted; of a search with excerpts."""
    terms = query.text_terms if query else ()
    chosen = _columns(wanted.columns or usual[wanted.format in ("tsv", "csv")], terms)
    if wanted.counted:
        streams.out(f"{len(found)}")
        return
    shown = found[: wanted.limit]
    if wanted.format in ("json", "jsonl"):
        if wanted.columns:
            streams.say("--columns chooses for tables, TSV and CSV; JSON has every key")
        printing.data(wanted.format, "tickets", [_object(one, wanted, query) for one in shown])
    elif wanted.explain and wanted.format == "table" and not wanted.columns:
        from ticketcli.core.view.explain import explained

        streams.out(explained(shown, chosen, catalog.short(), printing.look()))
    else:
        printing.tickets(shown, wanted.format, chosen, catalog.short(), trim=not wanted.columns)
    printing.left_out(found, wanted.limit)


def _object(one: Situation, wanted: Wanted, query: Query | None) -> dict[str, Any]:
    """A ticket for JSON, with its excerpt in a search, and what explains its place where that was asked for."""
    from ticketcli.core.view import objects

    found = {"excerpt": _excerpt(one, query.text_terms) or None} if query else {}
    reasons = {"rule": queue.rule(one), "remedy": queue.remedy(one)} if wanted.explain else {}
    return objects.ticket(one) | found | reasons


def _columns(names: str, terms: Sequence[str]) -> list[Column]:
    def words(one: Situation) -> str:
        return _excerpt(one, terms)

    own = Column("excerpt", "The words around what was found.", words)
    return [own if name.strip() == "excerpt" else columns.column(name.strip()) for name in names.split(",")]


def _end(found: Sequence[Situation], catalog: Catalog, nothing: str) -> None:
    """Says on a terminal that a list is empty, and names the tickets that could not be read."""
    if not found and streams.on_terminal():
        streams.say(nothing)
    if streams.name_problems(catalog):
        raise typer.Exit(1)
