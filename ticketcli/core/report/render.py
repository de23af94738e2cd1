"""A report as a table for people, as rows for scripts, and as the data of a JSON document. It prints nothing."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ticketcli.core.report import groups
from ticketcli.core.report.share import percent

if TYPE_CHECKING:
    from ticketcli.core.report.facts import Column, Row
    from ticketcli.core.report.report import Report
    from ticketcli.core.report.summary import Number

SCHEMA_VERSION = 1
TOTAL = "total"
SHARE_PLACES = 4

Cells = tuple[list[str], list[list[str]]]
"""The names of the columns, and the rows."""


def table(report: Report) -> Cells:
    """Titles and cells for people: spans as `15d 21:33`, in business hours `42:15`, shares in percent; total last."""
    return _cells(report, [column for column in report.columns if column.where == "table"], people=True)


def data(report: Report) -> Cells:
    """Stable names and cells for scripts, spans in whole seconds, shares as fractions; the last row is the total."""
    return _cells(report, [column for column in report.columns if column.where != "json"], people=False)


def document(report: Report) -> dict[str, Any]:
    """The report as JSON has it, with the means, spans in whole seconds, shares as fractions."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": report.kind,
        "by": report.by or None,
        "clock": report.clock or None,
        "rows": [{"group": row.group or None, **_plain(row, report)} for row in report.rows],
        "total": _plain(report.total, report),
        "footer": list(report.footer),
    }


def span_text(seconds: Number) -> str:
    """A length of time as `15d 21:33` or `22:06`, to the minute."""
    days, rest = divmod(int(seconds), 24 * 60 * 60)
    return f"{f'{days}d ' if days else ''}{hours_text(rest)}"


def hours_text(seconds: Number) -> str:
    """A length of working time as `42:15`, to the minute; it has no days, which are of different lengths."""
    minutes = int(seconds) // 60
    return f"{minutes // 60}:{minutes % 60:02}"


def cell(report: Report, row: Row, name: str) -> str:
    """One number of a row for people."""
    column = next(column for column in report.columns if column.name == name)
    return _for_people(row.values[name], column)


def _cells(report: Report, columns: Sequence[Column], *, people: bool) -> Cells:
    names = [column.title if people else column.name for column in columns]
    written = _for_people if people else _for_scripts
    rows = [
        [label, *(written(row.values[column.name], column) for column in columns)]
        for label, row in [*((_label(row, report, people), row) for row in report.rows), (TOTAL, report.total)]
    ]
    if report.by:
        return [report.by, *names], rows
    return names, [row[1:] for row in rows]


def _label(row: Row, report: Report, people: bool) -> str:
    return row.group or (groups.nameless(report.by) if people else "")


def _for_people(value: Number | None, column: Column) -> str:
    if value is None:
        return ""
    if column.flag:
        return "yes" if value else ""
    if column.ratio:
        return f"{float(value):.1f}"
    if column.share:
        return percent(Fraction(value))
    if not column.span:
        return str(value)
    return hours_text(value) if column.business else span_text(value)


def _for_scripts(value: Number | None, column: Column) -> str:
    if value is None:
        return ""
    if column.flag:
        return "true" if value else "false"
    return f"{float(value):.{SHARE_PLACES}f}" if column.share or column.ratio else str(round(value))


def _plain(row: Row, report: Report) -> dict[str, int | float | None]:
    return {column.name: _number(row.values[column.name], column) for column in report.columns}


def _number(value: Number | None, column: Column) -> int | float | None:
    if value is None:
        return None
    if column.flag:
        return bool(value)
    return round(float(value), SHARE_PLACES) if column.share or column.ratio else round(value)
