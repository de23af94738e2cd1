"""Lines on a terminal: folded by display width, never beginning where the program's lines begin."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import texts
from ticketcli.core.text import width
from ticketcli.core.view.look import Look, paragraph, quotation

NARROW = Look(20)


def test_a_paragraph_is_folded_at_spaces_and_indented_under_its_label() -> None:
    text = "Cannot log in after the reset"
    assert paragraph(text, NARROW, "subject  ") == ["subject  Cannot log", "         in after", "         the reset"]


def test_without_columns_nothing_is_folded() -> None:
    assert paragraph("word " * 100, Look(), "  ") == [f"  {'word ' * 100}".rstrip()]
    assert quotation("word " * 100, Look(), "│ ") == [f"│ {'word ' * 100}".rstrip()]


def test_a_word_longer_than_the_line_is_broken() -> None:
    assert paragraph("x" * 45, NARROW, "  ") == ["  " + "x" * 18, "  " + "x" * 18, "  " + "x" * 9]


def test_wide_characters_take_two_columns() -> None:
    assert paragraph("漢字漢字漢字漢字漢字", NARROW) == ["漢字漢字漢字漢字漢字"]
    assert paragraph("漢字漢字漢字漢字漢字漢", NARROW) == ["漢字漢字漢字漢字漢字", "漢"]


def test_every_line_of_a_quotation_has_its_prefix() -> None:
    assert quotation("one\n\ntwo \x1b[2J\tthree\n", Look(), "│ ") == ["│ one", "│", "│ two \\x1b[2J three"]


def test_weight_is_shown_only_where_there_is_any() -> None:
    assert Look(weight=True).bold("new") == "\x1b[1mnew\x1b[0m"
    assert Look().bold("new") == "new"


@settings(max_examples=150)
@given(texts | st.text("漢e\u0301\u0302x -\t", max_size=300), st.integers(15, 60))
def test_no_line_is_wider_than_the_terminal_and_none_loses_its_prefix(text: str, columns: int) -> None:
    for row in quotation(text, Look(columns), "│ "):
        assert row.startswith("│")
        assert width(row) <= columns
    rows = paragraph(text, Look(columns), "  by ")
    assert all(row.startswith("  ") or not row for row in rows)
    assert all(width(row) <= columns for row in rows)
