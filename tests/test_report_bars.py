"""Bars beside reports: how long, of which letters, and only where somebody looks and there is room."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.desks import make_desk
from tests.terminal import on_a_terminal
from tests.test_report_kinds import make, some
from ticketcli.core.report import bars
from ticketcli.core.text import width


@pytest.mark.parametrize(
    ("value", "plain", "shown"),
    [(0, False, ""), (80, False, "██████████"), (44, False, "█████▌"), (1, False, "▏"), (44, True, "######")],
)
def test_a_bar_is_as_long_as_its_number(value: int, plain: bool, shown: str) -> None:
    assert bars.bar(value, 80, 10, plain=plain) == shown


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 60), st.booleans())
def test_bars_never_leave_their_room_and_the_larger_is_never_the_shorter(
    one: int, other: int, room: int, plain: bool
) -> None:
    least, most = sorted((one, other))
    short, long = (bars.bar(value, most, room, plain=plain) for value in (least, most))
    assert width(short) <= width(long) <= room
    assert bool(short) == (least > 0)


def test_there_are_bars_only_where_they_tell_something_and_fit() -> None:
    found = make("volume", *some(), by="week")
    assert bars.column(found, 100, plain=True) == ("backlog", ["#" * 15, "#" * 30, "#" * 30, "#" * 15, ""])
    assert bars.column(found, 8, plain=True) == ("backlog", ["#" * 4, "#" * 8, "#" * 8, "#" * 4, ""])
    assert bars.column(found, 7) is None
    assert bars.column(make("volume", *some()[2:3], by="week", until="2024-11-12 08:00"), 100) is None, "one row"
    assert bars.column(make("agents", *some()), 100) is None


def test_bars_are_for_terminals(tmp_path: Path) -> None:
    make_desk(tmp_path, [one.ticket for one in some()])
    words = ("report", "volume", "--by", "week", "--as-of", "2024-11-20")
    shown = on_a_terminal(tmp_path, *words, columns=120).out.splitlines()
    assert shown[0].endswith("backlog  backlog")
    assert shown[2].endswith("██████████████████████████████")
    assert "█" not in on_a_terminal(tmp_path, *words, "--format", "tsv", columns=100).out
