"""A report as a table for people, as rows for scripts, and as the data of a JSON document. It prints nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ticketcli.core.report import groups
from ticketcli.core.report.kinds import Column
from ticketcli.core.report.report import Report, Row
from ticketcli.core.report.summary import Number

SCHEMA_VERSION = 1
TOTAL = "total"

Cells = tuple[list[str], list[list[str]]]
"""The names of the columns, and the rows."""


def table(report: Report) -> Cells:
    """Titles and cells for people, spans as `15d 21:33`; the last row is the total."""
    return _cells(report, [column for column in report.columns if column.where == "table"], people=True)


def data(report: Report) -> Cells:
    """Stable names and cells for scripts, spans in whole seconds; the last row is the total."""
    return _cells(report, [column for column in report.columns if column.where != "json"], people=False)


def document(report: Report) -> dict[str, Any]:
    """The report as JSON has it, with the means, spans in whole seconds."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": report.kind,
        "by": report.by or None,
        "rows": [{"group": row.group or None, **_plain(row, report)} for row in report.rows],
        "total": _plain(report.total, report),
        "footer": list(report.footer),
    }


def span_text(seconds: float) -> str:
    """A length of time as `15d 21:33` or `22:06`, to the minute."""
    days, minutes = divmod(int(seconds) // 60, 24 * 60)
    return f"{f'{days}d ' if days else ''}{minutes // 60}:{minutes % 60:02}"


def _cells(report: Report, columns: Sequence[Column], *, people: bool) -> Cells:
    names = [column.title if people else column.name for column in columns]
    cell = _for_people if people else _for_scripts
    rows = [
        [label, *(cell(row.values[column.name], column) for column in columns)]
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
    return span_text(value) if column.span else str(value)


def _for_scripts(value: Number | None, column: Column) -> str:
    return "" if value is None else str(round(value))


def _plain(row: Row, report: Report) -> dict[str, int | None]:
    values = ((column.name, row.values[column.name]) for column in report.columns)
    return {name: None if value is None else round(value) for name, value in values}
