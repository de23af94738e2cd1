from __future__ import annotations

import importlib.util
import random
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticketcli.core import text

REFERENCE = Path(__file__).resolve().parents[2] / "shared" / "tools" / "text_filter.py"
HOSTILE = st.text(st.characters() | st.sampled_from("aA0 .-~/\\:\0\x1b[]\x9b\u202e\u200b\u0301\u0300\ud800\r\n\t<>é日"))
ALL = range(sys.maxunicode + 1)
ASSIGNED = (*range(0x34000), *range(0xE0000, 0xE1000), *range(0x34000, sys.maxunicode, 997))
"""Every plane that has letters; of the empty and the private ones a sample."""


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    if not REFERENCE.exists():
        pytest.skip("the reference filter is not beside this checkout")
    spec = importlib.util.spec_from_file_location("text_filter", REFERENCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("raw", "in_block", "in_line"),
    [
        ("plain", "plain", "plain"),
        ("a\tb\nc", "a\tb\nc", "a\\x09b\\x0ac"),
        ("a\r\nb\rc", "a\nb\\x0dc", "a\\x0ab\\x0dc"),
        ("\x1b]52;c;x\x07", "\\x1b]52;c;x\\x07", "\\x1b]52;c;x\\x07"),
        ("gpj.\u202eexe", "gpj.\\u{202e}exe", "gpj.\\u{202e}exe"),
        ("\x9b2J", "\\x9b2J", "\\x9b2J"),
        ("\ud800", "\\u{d800}", "\\u{d800}"),
        ("a\u3164\ufe0f\U000e0041", "a\\u{3164}\\u{fe0f}\\u{e0041}", "a\\u{3164}\\u{fe0f}\\u{e0041}"),
        ("e" + "\u0301" * 9 + "x\u0301", "e" + "\u0301" * 4 + "x\u0301", "e" + "\u0301" * 4 + "x\u0301"),
        ("kůň 日本 नमस्ते", "kůň 日本 नमस्ते", "kůň 日本 नमस्ते"),
    ],
)
def test_what_is_no_plain_text_is_shown_as_an_escape(raw: str, in_block: str, in_line: str) -> None:
    assert text.block(raw) == in_block
    assert text.line(raw) == in_line


@pytest.mark.parametrize(
    "points", [pytest.param(ASSIGNED, id="assigned"), pytest.param(ALL, id="all", marks=pytest.mark.long)]
)
def test_every_code_point_is_safe_and_stays_as_it_is_when_shown_again(points: Iterable[int]) -> None:
    raw = "a".join(map(chr, points))
    in_block, in_line = text.block(raw), text.line(raw)
    assert text.block(in_block) == in_block
    assert text.line(in_line) == in_line
    hidden = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    assert {char for char in set(in_block) if unicodedata.category(char) in hidden} == {"\n", "\t"}
    assert not [char for char in set(in_line) if unicodedata.category(char) in hidden]


def test_every_code_point_is_shown_as_the_reference_shows_it(reference: ModuleType) -> None:
    raw = "a".join(map(chr, ASSIGNED))
    assert text.block(raw) == reference.terminal(raw)
    assert text.line(raw) == reference.terminal(raw, True)


@settings(max_examples=150)
@given(HOSTILE)
def test_showing_twice_is_showing_once(raw: str) -> None:
    for shown in (text.block, text.line):
        assert shown(shown(raw)) == shown(raw)
    text.block(raw).encode()


def test_random_strings_are_treated_as_the_reference_treats_them(reference: ModuleType) -> None:
    source = random.Random(1)
    letters = "aA0 .-~/\\:\0\x1b[]m\x07\x9b\u202e\u2066\u200b\ufeff\u0301\u0308\u2028\ud800\U000e0041CONnul\r\n\t<>é"
    for _ in range(5000):
        raw = "".join(source.choices(letters, k=source.randint(0, 40)))
        assert text.block(raw) == reference.terminal(raw)
        assert text.line(raw) == reference.terminal(raw, True)
        assert text.file_name(raw) == reference.file_name(raw)


@pytest.mark.parametrize(
    ("given", "saved"),
    [
        ("report.pdf", "report.pdf"),
        ("\u200b.htaccess", "htaccess"),
        ("../../.bashrc", "bashrc"),
        ("C:\\boot.ini", "boot.ini"),
        ("CON.txt", "_CON.txt"),
        ("con ", "_con"),
        ("com¹.log", "_com¹.log"),
        ("consul.txt", "consul.txt"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("-rf", "rf"),
        ("..", "_"),
        ("", "_"),
        ("a\n b:c?.txt", "a b_c_.txt"),
        ("e\u0301.txt", "é.txt"),
        ("é" * 100, "é" * 60),
        ("x" + "é" * 100, "x" + "é" * 59),
        ("x" * 119 + " .pdf", "x" * 119),
        ("con." + "a" * 200, "_con." + "a" * 115),
    ],
)
def test_an_attachment_is_saved_under_a_name_that_is_safe_everywhere(given: str, saved: str) -> None:
    assert text.file_name(given) == saved


@settings(max_examples=150)
@given(HOSTILE)
def test_a_safe_name_is_a_fixed_point_inside_one_directory(raw: str) -> None:
    name = text.file_name(raw)
    assert text.file_name(name) == name
    assert name
    assert name[0] not in ".-"
    assert not set(name) & set('/\\\0\n<>:"|?*')
    assert len(name.encode()) <= text.NAME_BYTES


@pytest.mark.parametrize(
    ("shown", "columns"), [("", 0), ("abc", 3), ("日本", 4), ("kůň", 3), ("e\u0301", 1), ("é\x1b", 2)]
)
def test_width_counts_columns(shown: str, columns: int) -> None:
    assert text.width(shown) == columns


@pytest.mark.parametrize(
    ("whole", "columns", "kept"),
    [
        ("subject", 7, "subject"),
        ("subject", 6, "subje…"),
        ("subject", 1, "…"),
        ("subject", 0, ""),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("日本語", 1, "…"),
        ("日本語", 0, ""),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
    ],
)
def test_what_does_not_fit_is_cut_by_columns(whole: str, columns: int, kept: str) -> None:
    assert text.cut(whole, columns) == kept


@settings(max_examples=150)
@given(HOSTILE, st.integers(0, 12))
def test_a_cut_text_fits_and_is_a_beginning(raw: str, columns: int) -> None:
    whole = text.line(raw)
    kept = text.cut(whole, columns)
    assert text.width(kept) <= columns
    assert kept == whole or not kept or whole.startswith(kept.removesuffix("…"))


def test_marks_that_take_a_column_of_their_own_are_counted() -> None:
    whole = "\u0c4d\U0001f604\u1d8f\U0001f68f\U0001f38c"
    assert all(text.width(text.cut(whole, columns)) <= columns for columns in range(8))
