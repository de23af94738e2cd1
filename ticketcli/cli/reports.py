"""The command report: one kind after another over the same words."""

import json
import sys
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from ticketcli.cli import printing, streams
from ticketcli.cli.options import AsOf, Format, Json
from ticketcli.core.clock import times
from ticketcli.core.clock.situation import Situation
from ticketcli.core.errors import BadWords
from ticketcli.core.report import bars, render, share
from ticketcli.core.report.kinds import KINDS, UnknownKind, kind_of
from ticketcli.core.report.report import Report
from ticketcli.core.report.report import report as make
from ticketcli.core.text import width
from ticketcli.core.view import formats
from ticketcli.core.view.look import paragraph
from ticketcli.desk import views
from ticketcli.desk.catalog import Catalog, Wanted

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[KIND] [FILTER]...",
        help=f"{', '.join(KINDS)} or html FILE; and of which tickets.",
    ),
]
By = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="GROUP",
        help="level, clock, department, priority, agent, tag, customer, channel, status, day, week, month, "
        "duration, reason (of skips) or fields.NAME.",
    ),
]
Since = Annotated[str | None, typer.Option("--since", metavar="TIME", help="From this time or period on.")]
Until = Annotated[str | None, typer.Option("--until", metavar="TIME", help="Up to this time or period, included.")]
Clock = Annotated[
    str | None,
    typer.Option("--clock", metavar="CLOCK", help="Of sla: first_response, next_response or resolution alone."),
]
Force = Annotated[bool, typer.Option("--force", help="Of html: write over a file that is no earlier report.")]
FailUnder = Annotated[
    str | None,
    typer.Option(
        "--fail-under", metavar="SHARE", help="Of sla: exit 1 where the total of a clock is below 95% (or 0.95)."
    ),
]


HTML = "html"


class NoFile(BadWords):
    """A page, and nobody said where to."""

    def __init__(self) -> None:
        super().__init__("report html needs a file: ticket report html report.html; - is standard output")


class NotOfPages(BadWords):
    """An option that says nothing of a page."""

    def __init__(self, option: str) -> None:
        super().__init__(f"report html takes no {option}; it takes filter words, --since, --until, --as-of and --force")


class OnlyOfPages(BadWords):
    """An option of pages alone."""

    def __init__(self, option: str) -> None:
        super().__init__(f"{option} is of report html alone; write: ticket report html FILE {option}")


def report(
    ctx: typer.Context,
    words: Words = None,
    by: By = "",
    since: Since = None,
    until: Until = None,
    clock: Clock = None,
    fail_under: FailUnder = None,
    format_: Format = None,
    json_: Json = False,
    as_of: AsOf = None,
    force: Force = False,
) -> None:
    """Report how long tickets took, which service levels were met, who did what, how many came and what of.

    The kinds: resolution and response (times), sla (targets met), agents, tags (recurring issues), volume (created,
    resolved, reopened, backlog), channels, skips, satisfaction (what customers said). html FILE makes one page with
    pictures of them; - is standard output.

    Times are told twice, by the clock on the wall and in business hours. The footer says how percentiles are worked
    out, what each time leaves out, and which tickets were left out.

    \b
    ticket report
    ticket report --by department --since 2026-01 --until 2026-03
    ticket report response priority:high.. --by agent
    ticket report resolution tag:login --format csv
    ticket report sla --by level --since 2026-01
    ticket report satisfaction --by agent --since 2026-01
    ticket report sla --clock first_response --fail-under 95%
    ticket report volume --by week --since 2026-01
    ticket report tags --since 2026-03 --until 2026-03
    ticket report html march.html --since 2026-03 --until 2026-03
    """
    kind, filters = (words[0], words[1:]) if words and words[0] in (*KINDS, HTML) else ("resolution", words or [])
    if kind == HTML:
        others = {"--by": by, "--clock": clock, "--fail-under": fail_under, "--format": format_, "--json": json_}
        file, *filters = _file_first(filters, [option for option, given in others.items() if given])
        _publish(file, _asked(ctx, filters, since, until, as_of), force)
        return
    if force:
        raise OnlyOfPages("--force")
    name = printing.wanted(format_, json_)
    if filters and kind_like(filters[0]):
        raise UnknownKind(filters[0])
    kind_of(kind, "--fail-under" if fail_under is not None else "")
    least = None if fail_under is None else share.share(fail_under)
    asked = _asked(ctx, filters, since, until, as_of)
    made = make(kind, asked.found, by=by, since=asked.since, until=asked.until, zone=asked.zone, clock=clock)
    _print(made, name)
    problems = streams.name_problems(asked.catalog)
    if least is not None and (said := share.check(made, least)):
        streams.say(said)
    if problems:
        raise typer.Exit(1)


class _Asked(NamedTuple):
    """What a report is about."""

    catalog: Catalog
    words: list[str]
    found: list[Situation]
    since: datetime | None
    until: datetime | None
    zone: tzinfo


def _asked(ctx: typer.Context, words: list[str], since: str | None, until: str | None, as_of: str | None) -> _Asked:
    """The tickets that the words mean, and the period."""
    desk = streams.open_desk(ctx)
    catalog = streams.catalog(desk, as_of)
    zone, now = desk.settings.zone, catalog.instant
    query = views.query(desk, words, now)
    begin = times.instant(since, now=now, zone=zone, forward=False) if since else None
    end = times.instant(until, now=now, zone=zone, forward=False, last=True) if until else None
    if begin and end and begin > end:
        raise BadWords(f"the period is empty: --since {since} lies behind --until {until}")
    found = [one for one in catalog.situations(Wanted(texts=query.texts or None, measured=True)) if query.matches(one)]
    return _Asked(catalog, words, found, begin, end, zone)


def _file_first(words: list[str], others: list[str]) -> list[str]:
    """The words of a page, its file first. Raises NoFile and NotOfPages."""
    if others:
        raise NotOfPages(others[0])
    if not words:
        raise NoFile
    return words


def _publish(file: str, asked: _Asked, force: bool) -> None:
    """The page in a file, or on standard output."""
    from ticketcli.core.report.html.page import page, reports_of

    made = reports_of(asked.found, since=asked.since, until=asked.until, zone=asked.zone)
    settings, now = asked.catalog.desk.settings, asked.catalog.instant
    about = f"Tickets: {' '.join(asked.words) or 'all'}. As of {times.show(now, asked.zone)}, {asked.zone}."
    text = page(settings.name, [about, made.volume.footer[-1]], made)
    if file == "-":
        streams.out(text)
    else:
        from ticketcli.desk.publishing import publish

        publish(Path(file), text, force=force)
    if streams.name_problems(asked.catalog):
        raise typer.Exit(1)


def kind_like(word: str) -> bool:
    """Whether a first word may be meant as a kind of report: a single plain one, no filter and no phrase."""
    return word.isalpha()


def _print(made: Report, name: str) -> None:
    """The report in its format; the footer is part of a table and of JSON, scripts have the rows alone."""
    if name in ("json", "jsonl"):
        document = render.document(made)
        streams.out(json.dumps(document, indent=2 if name == "json" else None))
    elif name in ("tsv", "csv"):
        names, rows = render.data(made)
        printing.for_scripts(formats.tsv(rows) if name == "tsv" else formats.csv(names, rows))
    else:
        names, rows = _drawn(made, *render.table(made)) if name == "table" else render.table(made)
        bold = [False] * (len(rows) - 1) + [True]
        gives_way = ["subject" if made.by and number == 0 else "code" for number in range(len(names))]
        printing.table(names, rows, name, gives_way, bold)
        look = printing.look()
        streams.out("\n" + "\n".join(row for sentence in made.footer for row in paragraph(sentence, look)))


def _drawn(made: Report, names: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """The table with bars behind it where somebody looks at it and there is room."""
    if not streams.on_terminal():
        return names, rows
    taken = sum(max(map(width, cells)) + formats.GAP for cells in zip(names, *rows, strict=True))
    plain = "utf" not in (sys.stdout.encoding or "").lower()
    found = bars.column(made, streams.columns() - taken, plain=plain)
    if found is None:
        return names, rows
    return [*names, found[0]], [[*row, cell] for row, cell in zip(rows, found[1], strict=True)]
