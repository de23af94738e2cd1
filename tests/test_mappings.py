"""The mappings shipped for other systems' exports, each with a small export that stands beside it."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.desks import at, make_desk
from ticketcli.core.clock.situation import Situation
from ticketcli.desk.catalog import Catalog
from ticketcli.desk.desk import open_desk
from ticketcli.desk.imports import Imported, import_csv
from ticketcli.desk.making import settings_text
from ticketcli.desk.record import How

FOLDER = Path(__file__).resolve().parents[1] / "examples" / "csv"
NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
NAMES = ("github", "zendesk", "osticket")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    make_desk(tmp_path)
    (tmp_path / "ticketcli.toml").write_text(settings_text("ACME", commit=False))
    return tmp_path


def run(desk: Path, name: str, *, now: datetime = NOW) -> Imported:
    return import_csv(
        open_desk(desk, {}), FOLDER / f"{name}.csv", FOLDER / f"{name}.toml", How(now),
        dry_run=False, warn=pytest.fail, progress=lambda *_: None,
    )  # fmt: skip


def found(desk: Path, name: str, *, now: datetime = NOW) -> dict[str, Situation]:
    """The tickets of an export by their numbers."""
    with (FOLDER / f"{name}.csv").open(newline="") as file:
        count = len(list(csv.DictReader(file)))
    assert run(desk, name) == Imported(count, 0, 0, ())
    situations = Catalog(open_desk(desk, {}), now).situations()
    assert len(situations) == count
    return {one.header.text("fields", "number"): one for one in situations}


@pytest.mark.parametrize("name", NAMES)
def test_a_second_import_changes_nothing(desk: Path, name: str) -> None:
    first = run(desk, name)
    assert run(desk, name) == Imported(0, 0, first.created, ())


def test_github(desk: Path) -> None:
    issues = found(desk, "github")
    assert {number: one.status for number, one in issues.items()} == {
        "12": "closed", "15": "open", "16": "closed", "18": "open",
    }  # fmt: skip
    crash = issues["12"]
    assert crash.ticket.first.body.startswith("Steps:\n1. Make an empty folder.\n")
    assert (crash.header.list("tags"), crash.header.text("assignee")) == (("bug", "good-first-issue"), "ana")
    assert crash.header.text("customer", "name") == "lena-w"
    assert crash.header.text("fields", "url") == "https://github.com/acme/scanner/issues/12"
    assert resolved(crash) == [at("2026-02-05 16:40")]
    assert issues["16"].header.text("fields", "reason") == "NOT_PLANNED"
    assert issues["16"].ticket.first.body == "Dark mode\n", "an issue without text says its title"


def test_zendesk(desk: Path) -> None:
    tickets = found(desk, "zendesk")
    assert {number: (one.status, one.header.text("priority")) for number, one in tickets.items()} == {
        "3101": ("closed", "high"),
        "3102": ("new", "normal"),
        "3103": ("answered", "normal"),
        "3104": ("resolved", "urgent"),
        "3105": ("on-hold", "low"),
    }
    one = tickets["3101"]
    assert one.ticket.first.by == "Maria Santos <maria@example.com>"
    assert one.header.text("customer", "organization") == "Santos Ltd"
    assert (one.header.text("department"), one.header.list("tags")) == ("Support", ("login", "sso"))
    assert resolved(one) == [at("2026-02-03 09:05")]
    assert [tickets[number].ticket.first.channel for number in sorted(tickets)] == [
        "email", "call", "form", "chat", "email",
    ]  # fmt: skip
    assert tickets["3104"].ticket.first.by == "Omar Haddad"
    assert not tickets["3102"].header.text("assignee")


def test_osticket(desk: Path) -> None:
    tickets = found(desk, "osticket", now=at("2026-03-06 12:00"))
    assert {number: (one.status, one.header.text("priority")) for number, one in tickets.items()} == {
        "482913": ("closed", "normal"),
        "482914": ("resolved", "high"),
        "482915": ("open", "urgent"),
    }
    assert [resolved(one) for _, one in sorted(tickets.items())] == [
        [at("2026-03-02 13:30")], [at("2026-03-05 16:45")], [],
    ]  # fmt: skip
    assert [tickets[number].ticket.first.channel for number in sorted(tickets)] == ["email", "call", "form"]
    assert tickets["482914"].header.text("fields", "team") == "Level 2"


def resolved(one: Situation) -> list[datetime]:
    return [event.at for event in one.ticket.events if event.status == "resolved"]
