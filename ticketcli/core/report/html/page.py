"""Reports as one page that needs nothing else: pictures, the numbers beside them, no script, nothing to be fetched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from ticketcli.core.report import groups, render
from ticketcli.core.report.groups import DURATIONS
from ticketcli.core.report.html import pictures, style
from ticketcli.core.report.html.markup import element, text
from ticketcli.core.report.html.pictures import Bar
from ticketcli.core.report.report import report as make
from ticketcli.core.report.share import percent

if TYPE_CHECKING:
    from datetime import datetime, tzinfo
    from fractions import Fraction

    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.report.facts import Row
    from ticketcli.core.report.report import Report

GENERATOR = "ticketcli report html"
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
MOST = 20
"""At most so many groups are drawn, and stand in a table."""
MOST_WEEKS = 60
"""With more of them a picture is by month."""


class _Period(TypedDict):
    since: datetime | None
    until: datetime | None
    zone: tzinfo


class Reports(NamedTuple):
    """What stands on the page."""

    volume: Report
    """By stretches of time."""
    durations: Report
    """Resolution times, by duration."""
    sla: Report
    agents: Report
    tags: Report


def reports_of(
    situations: Sequence[Situation], *, since: datetime | None, until: datetime | None, zone: tzinfo
) -> Reports:
    """The reports of a page, on these tickets in this period: by week, where these are not too many."""
    given: _Period = {"since": since, "until": until, "zone": zone}
    volume = make("volume", situations, by="week", **given)
    if len(volume.rows) > MOST_WEEKS:
        volume = make("volume", situations, by="month", **given)
    durations = make("resolution", situations, by="duration", **given)
    rest = (make(kind, situations, by="", **given) for kind in ("sla", "agents", "tags"))
    return Reports(volume, durations, *rest)


def page(name: str, about: Sequence[str], reports: Reports) -> str:
    """The page of a desk of that name; `about` says of which tickets it tells, and when it was made."""
    title = f"{name}: report"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="generator", content=GENERATOR),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", text(title)),
        element("style", style.sheet()),
    )
    notes = [element("p", text(sentence)) for sentence in about]
    header = element("header", element("h1", text(title)), *notes, element("dl", *_headlines(reports)))
    body = element("body", element("main", header, *_sections(reports)))
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def is_page(data: bytes) -> bool:
    """Whether a file is such a page, which a later one may replace."""
    return data.startswith(b"<!doctype html>") and f'content="{GENERATOR}"'.encode() in data[:1000]


def _headlines(reports: Reports) -> Iterator[str]:
    shown = [(reports.volume, name) for name in ("created", "resolved", "backlog")]
    shown += [(reports.durations, "elapsed_median_s"), (reports.sla, "share_met")]
    titles = ("created", "resolved", "backlog at the end", "median resolution", "targets met")
    for title, (report, name) in zip(titles, shown, strict=True):
        cell = render.cell(report, report.total, name) or "none"
        yield element("div", element("dt", title), element("dd", text(cell)))


def _sections(reports: Reports) -> Iterator[str]:
    volume, by = reports.volume, reports.volume.by
    names = [row.group for row in volume.rows]
    backlog, created, resolved = (_numbers(volume, name) for name in ("backlog", "created", "resolved"))
    about = f"{_ends(backlog)}, at the end of each {by}" if names else "no tickets"
    yield _section("Backlog", pictures.curve("Backlog", about, names, backlog))
    sums = (f"{volume.total.values[name]} {name}" for name in ("created", "resolved"))
    both = pictures.columns(f"Created and resolved by {by}", ", ".join(sums), names, created, resolved)
    yield _section(f"Created and resolved by {by}", both, _keys(), volume)
    yield _section("How long resolutions took", _durations(reports.durations), "", reports.durations)
    yield _section("Service levels", _shares(reports.sla), "", reports.sla)
    yield _section("Agents", _bars(reports.agents, "resolved", "Resolved by agent"), "", reports.agents)
    yield _section("Tags", _bars(reports.tags, "created", "Tickets by tag"), "", reports.tags)


def _section(title: str, picture: str, caption: str = "", *reports: Report) -> str:
    figure = element("figure", picture, element("figcaption", caption)) if caption else element("figure", picture)
    notes = dict.fromkeys(note for report in reports for note in report.footer)
    listed = element("ul", *(element("li", text(note)) for note in notes), class_="notes") if notes else ""
    tables = (_table(report, title) for report in reports)
    return element("section", element("h2", text(title)), figure, *tables, listed)


def _keys() -> str:
    return f"{element('span', class_='key')} created {element('span', class_='key other')} resolved"


def _durations(report: Report) -> str:
    counts = {row.group: int(row.values["n"] or 0) for row in report.rows}
    rows = [Bar(name, counts.get(name, 0), str(counts.get(name, 0))) for name in DURATIONS]
    return pictures.bars("How long resolutions took", f"{report.total.values['n']} resolved tickets", rows)


def _shares(report: Report) -> str:
    rows = [Bar(row.group.replace("_", " "), float(row.values["share_met"] or 0), _share(row)) for row in report.rows]
    return pictures.bars("Service levels", ", ".join(f"{row.label} {row.shown}" for row in rows), rows, 1)


def _share(row: Row) -> str:
    part: Fraction | None = row.values["share_met"]  # type: ignore[assignment]
    return "none measured" if part is None else f"{percent(part)} of {row.values['n']}"


def _bars(report: Report, name: str, title: str) -> str:
    """The largest groups; the total stands in the table."""
    named = [row for row in report.rows if row.group]
    most = sorted(named, key=lambda row: -int(row.values[name] or 0))[:MOST]
    rows = [Bar(row.group, float(row.values[name] or 0), render.cell(report, row, name)) for row in most]
    return pictures.bars(title, f"{len(named)} of them, the most first" if named else "none", rows)


def _table(report: Report, title: str) -> str:
    titles, rows = render.table(report)
    kept = rows if report.by in groups.PERIODS else [*rows[:-1][:MOST], rows[-1]]
    head = element("tr", *(element("th", text(one), scope="col") for one in titles))
    lines = [_line(row, named=bool(report.by)) for row in kept]
    table = element("table", element("thead", head), element("tbody", *lines[:-1]), element("tfoot", lines[-1]))
    left = len(rows) - len(kept)
    more = element("p", f"and {left} more: ticket report {report.kind}", class_="notes") if left else ""
    return element("div", table, class_="table", tabindex="0", role="region", aria_label=title) + more


def _line(row: Sequence[str], *, named: bool) -> str:
    cells = [element("td", text(cell)) for cell in row]
    return element("tr", element("th", text(row[0]), scope="row"), *cells[1:]) if named else element("tr", *cells)


def _numbers(report: Report, name: str) -> list[float]:
    return [float(row.values[name] or 0) for row in report.rows]


def _ends(values: Sequence[float]) -> str:
    return f"from {values[0]:.0f} to {values[-1]:.0f}, at most {max(values):.0f}"
