"""Real input: the 141,712 rows of a ServiceNow log become 24,918 tickets, whose reports give its known figures."""

from __future__ import annotations

import csv
import gc
import gzip
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import tomli

from ticketcli.core.action.level import with_levels
from ticketcli.core.clock.situation import Situation
from ticketcli.core.clock.working import looked_at
from ticketcli.core.intake.history import read_tickets
from ticketcli.core.intake.incoming import ticket
from ticketcli.core.intake.mapping import load
from ticketcli.core.intake.rows import NumberedRow
from ticketcli.core.report.report import Report, Row, report
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.thread import gather
from ticketcli.core.words.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "servicenow"
DATA = ROOT.parent / "shared" / "data" / "servicenow-incidents"
LOG = DATA / "incident_event_log.csv.gz"
MANGLED = DATA / "excel-mangled-5998rows.csv.gz"
MANGLED_ROWS = 5998
SETTINGS = Settings()
NOW = datetime(2017, 6, 1, tzinfo=UTC)
PRIORITIES = {"1 - Critical": "urgent", "2 - High": "high", "3 - Moderate": "normal", "4 - Low": "low"}

pytestmark = pytest.mark.skipif(not LOG.exists(), reason="the ServiceNow log is not beside this checkout (shared/data)")


def numbered(path: Path) -> Iterator[NumberedRow]:
    with gzip.open(path) as packed:
        reader = csv.DictReader(io.TextIOWrapper(packed, "ascii", newline=""))
        for row in reader:
            yield reader.line_num, row


def example(name: str) -> dict[str, Any]:
    return tomli.loads((EXAMPLE / name).read_text(encoding="utf-8"))


def tickets(rows: Iterator[NumberedRow], mapping: str = "map.toml", settings: Settings = SETTINGS) -> list[Ticket]:
    reading = read_tickets(rows, load(example(mapping), settings), settings)
    assert reading.problems == ()
    return [with_levels(ticket(incoming), settings.levels) for incoming in reading.incoming]


def situated(found: Sequence[Ticket], settings: Settings = SETTINGS) -> list[Situation]:
    """Every incident as it stands long after the last."""
    by_code = {one.code: one for one in found}
    return [looked_at(one, gather(one.code, by_code.get), settings, NOW) for one in found]


def test_the_figures_of_its_first_890_incidents_come_out() -> None:
    """The rows that went through a spreadsheet, with the figures that the data's own page gives for them."""
    found = situated(tickets(numbered(MANGLED)))
    wanted = {"n": 861, "median_h": 54.4667, "mean_h": 315.8668, "p90_h": 762.05, "max_h": 8020.2667}
    assert len(found) == 890
    check_times(made(found, "").total, wanted)


@pytest.fixture
def no_garbage() -> Iterator[None]:
    """A million values that all stay: looking for garbage among them takes a third of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@pytest.mark.long
@pytest.mark.usefixtures("no_garbage")
def test_the_figures_of_the_whole_log_come_out() -> None:
    situations = situated(tickets(numbered(LOG)))
    reference = json.loads((DATA / "reference.json").read_text(encoding="utf-8"))
    assert len(situations) == reference["cases"] == 24_918
    total = made(situations, "").total
    check_times(total, reference["resolved_minus_opened"])
    check_groups(made(situations, "priority"), reference["by_priority"], PRIORITIES)
    check_groups(made(situations, "fields.impact"), reference["by_impact"], {})
    check_groups(made(situations, "department"), reference["by_assignment_group_top6"], {"?": ""})
    check_groups(made(situations, "fields.contact_type"), reference["by_contact_type"], {})
    check_counts(total, situations)
    check_handling(total)
    check_months(situations, reference["by_opened_month"])
    check_channels(situations, reference["by_contact_type"])
    check_volume(situations, reference["by_opened_month"])


def made(situations: Sequence[Situation], by: str) -> Report:
    return report("resolution", situations, by=by, since=None, until=None, zone=ZoneInfo("UTC"))


def check_times(row: Row, wanted: dict[str, Any]) -> None:
    """Elapsed times in hours, to the four places that the reference has; of fewer than five only the median is told."""
    assert row.values["n"] == wanted["n"]
    for how in ("median", "p90", "max", "mean"):
        seconds = row.values[f"elapsed_{how}_s"]
        told = wanted["n"] >= 5 or (how == "median" and wanted["n"] > 0)
        assert (seconds is not None) == told
        assert not told or (seconds or 0) / 3600 == pytest.approx(wanted[f"{how}_h"], abs=0.00006), (row.group, how)


def check_groups(found: Report, wanted: dict[str, Any], names: dict[str, str]) -> None:
    rows = {row.group: row for row in found.rows}
    for name, figures in wanted.items():
        plain = {
            key.removeprefix("res_"): value for key, value in figures.items() if key != "n" or "res_n" not in figures
        }
        check_times(rows[names.get(name, name)], plain)


def check_counts(total: Row, situations: Sequence[Situation]) -> None:
    assert (total.values["reopened_times"], total.values["reopened"]) == (331, 275)
    assert (total.values["open"], total.values["closed_unresolved"]) == (0, 1556)
    assert Counter(situation.status for situation in situations) == {"closed": 24_918}
    assert sum(len(situation.ticket.events) for situation in situations) == 119_872


def check_handling(total: Row) -> None:
    """Handling time: about 6.6, 109 and 246 h are known from elsewhere; it comes within 1.1 %.

    The rest is the time Resolved until reopened, which handling leaves out (semantics.md C7): counted, it would be
    6.65, 108.84 and 245.26 h.
    """
    hours = [(total.values[f"handling_{how}_s"] or 0) / 3600 for how in ("median", "mean", "p90")]
    assert hours == pytest.approx([6.5833, 108.3296, 243.525], abs=0.0001)
    assert hours == pytest.approx([6.6, 109, 246], rel=0.011)


def check_channels(situations: Sequence[Situation], wanted: dict[str, Any]) -> None:
    found = report("channels", situations, by="fields.contact_type", since=None, until=None, zone=ZoneInfo("UTC"))
    rows = {row.group: row.values for row in found.rows}
    for name, figures in wanted.items():
        assert (rows[name]["created"], rows[name]["resolved"]) == (figures["n"], figures["res_n"])
        if figures["res_n"]:
            median = (rows[name]["elapsed_median_s"] or 0) / 3600
            assert median == pytest.approx(figures["res_median_h"], abs=0.00006), name


def check_volume(situations: Sequence[Situation], wanted: dict[str, Any]) -> None:
    found = report("volume", situations, by="month", since=None, until=None, zone=ZoneInfo("UTC"))
    created = {row.group: row.values["created"] for row in found.rows}
    assert {month: count for month, count in created.items() if count} == {m: one["n"] for m, one in wanted.items()}
    total = found.total.values
    assert (total["created"], total["reopened"], total["reopened_times"], total["backlog"]) == (24_918, 275, 331, 0)


def check_months(situations: Sequence[Situation], wanted: dict[str, Any]) -> None:
    """Read day first: a reader that takes the month first gives other months, without an error."""
    opened = Counter(f"{situation.header.created:%Y-%m}" for situation in situations)
    assert opened == {month: figures["n"] for month, figures in wanted.items()}


def test_a_trip_through_a_spreadsheet_gives_the_same_tickets() -> None:
    plain, mangled = (tickets(islice(numbered(path), MANGLED_ROWS)) for path in (LOG, MANGLED))
    assert len(plain) == 890
    assert plain == mangled


def test_the_log_read_in_two_runs_gives_the_same_events() -> None:
    """The second run knows all rows; the first only saw some of the last incident's."""
    rows = list(islice(numbered(LOG), 2000))
    whole = {one.code: one for one in tickets(iter(rows))}
    for cut in (1997, 1000, 500):
        for one in tickets(iter(rows[:cut])):
            assert {event.id for event in one.events} <= {event.id for event in whole[one.code].events}
