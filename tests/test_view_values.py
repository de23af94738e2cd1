"""Values as text: for people, for scripts, for JSON."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ticketcli.core.view.values import human, machine, missing, ordered, plain

NOON = datetime(2024, 11, 20, 12, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "people", "scripts", "json"),
    [
        (NOON, "2024-11-20 13:00", "2024-11-20T12:00:05Z", "2024-11-20T12:00:05Z"),
        (datetime(2024, 11, 20, 12), "2024-11-20 12:00:00", "2024-11-20T12:00:00", "2024-11-20T12:00:00"),
        (date(2024, 11, 20), "2024-11-20", "2024-11-20", "2024-11-20"),
        (timedelta(hours=26), "1 d 2 h", "93600", 93600),
        (True, "yes", "true", True),
        (False, "", "false", False),
        (None, "", "", None),
        ("", "", "", None),
        (("a", "b"), "a, b", "a,b", ["a", "b"]),
        ({"order": "A-1", "paid": True}, "order=A-1, paid=true", "order=A-1,paid=true", {"order": "A-1", "paid": True}),
        (float("nan"), "nan", "nan", "nan"),
        (2**70, str(2**70), str(2**70), 2**70),
    ],
)
def test_a_value_as_people_scripts_and_json_get_it(value: Any, people: str, scripts: str, json: Any) -> None:
    assert (human(value, ZoneInfo("Europe/Prague")), machine(value), plain(value)) == (people, scripts, json)


def test_values_of_several_kinds_sort_without_a_quarrel() -> None:
    assert sorted(["b", 3, NOON, timedelta(seconds=1), "A", 2.5, True], key=ordered) == [
        timedelta(seconds=1),
        True,
        2.5,
        3,
        NOON,
        "A",
        "b",
    ]


def test_what_says_nothing_is_missing_and_zero_is_not() -> None:
    assert [missing(value) for value in (None, "", (), {}, 0, False, timedelta(0))] == [True] * 4 + [False] * 3
