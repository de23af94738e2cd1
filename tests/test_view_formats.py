"""Rows as text: nothing is cut for scripts, nothing runs in a spreadsheet, no line is wider than the terminal."""

from __future__ import annotations

import csv as standard
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import texts
from ticketcli.core.text import line, width
from ticketcli.core.view.formats import UnknownFormat, check, csv, screen, tabulated, tsv
from ticketcli.core.view.look import Look


def test_tsv_has_no_head_and_escapes_what_would_break_a_row() -> None:
    assert tsv([["a\tb", "c\nd\\e\rf"], ["1e5", ""]]) == "a\\tb\tc\\nd\\\\e\\rf\n1e5\t\n"


def unescaped(cell: str) -> str:
    result, rest = "", iter(cell)
    for char in rest:
        result += {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}[next(rest)] if char == "\\" else char
    return result


@settings(max_examples=100)
@given(st.lists(st.lists(texts, min_size=2, max_size=2), max_size=4))
def test_tsv_gives_every_cell_back(rows: list[list[str]]) -> None:
    lines = tsv(rows).split("\n")[:-1]
    assert [[unescaped(cell) for cell in row.split("\t")] for row in lines] == rows


def test_csv_has_a_head_and_is_harmless_in_a_spreadsheet() -> None:
    text = csv(["code", "subject"], [["7KQ", "=1+1"], ["@x", '-2,"3"'], ["＝1", "+1"], ["a=b", "plain"]])
    assert text.startswith("code,subject\r\n")
    assert list(standard.reader(StringIO(text, newline="")))[1:] == [
        ["7KQ", "'=1+1"],
        ["'@x", '\'-2,"3"'],
        ["'＝1", "'+1"],
        ["a=b", "plain"],
    ]


def test_tabulates_formats_are_filtered_and_markdown_is_escaped() -> None:
    text = tabulated(["subject"], [["a|b <b> \x1b[31m"], ["1e5"]], "github")
    assert text.split("\n")[2].rstrip(" |") == "| a\\|b &lt;b> \\\\x1b\\[31m"
    assert "1e5" in text


def test_html_is_escaped() -> None:
    assert "<td>&lt;script&gt; </td>" in tabulated(["subject"], [["<script>"]], "html")


@pytest.mark.parametrize("name", ["unsafehtml", "xls", ""])
def test_an_unknown_format_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(UnknownFormat) as caught:
        check(name)
    assert str(caught.value).startswith(f'unknown format "{name}"; there are: table, tsv, csv, json, jsonl, asciidoc,')
    assert caught.value.exit_code == 2


def test_a_screen_cuts_only_where_columns_give_way_and_only_as_much_as_needed() -> None:
    rows = [["7KQ-M", "a subject that is really too long", "customer waits 2 d"]]
    text = screen(["code", "subject", "why"], rows, Look(50), bold=[False], gives_way=[3, 1, 2])
    assert text.split("\n")[1] == "7KQ-M  a subject that is real…  customer waits 2 d"
    assert "really too long" in screen(["code", "subject", "why"], rows, Look(), bold=[False], gives_way=[3, 1, 2])


def test_a_row_that_needs_solving_has_weight() -> None:
    text = screen(["code"], [["7KQ"], ["8PM"]], Look(80, weight=True), bold=[True, False], gives_way=[3])
    assert text == "code\n\x1b[1m7KQ\x1b[0m\n8PM\n"


@settings(max_examples=100)
@given(st.lists(st.lists(texts, min_size=3, max_size=3), min_size=1, max_size=4), st.integers(20, 100))
def test_no_line_of_a_screen_is_wider_than_the_terminal(rows: list[list[str]], columns: int) -> None:
    text = screen(["a", "b", "c"], rows, Look(columns), bold=[False] * len(rows), gives_way=[0, 1, 2])
    lines = text.removesuffix("\n").split("\n")
    assert len(lines) == 1 + len(rows)
    assert all(width(row) <= columns for row in lines)
    assert lines == list(map(line, lines))
