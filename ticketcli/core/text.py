"""What strangers wrote, made safe for a terminal or as a file name. It does not print, open or save anything."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MOST_MARKS = 4
"""Combining marks kept in a row; real scripts need fewer, towers of them have crashed terminals."""
NAME_BYTES = 120

# Controls, formats (bidi, zero width), surrogates, private, unassigned, separators of lines and paragraphs.
_GONE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_MARKS = frozenset(("Mn", "Me"))
# Letters and marks that look empty, and variation selectors: their category alone would let them pass.
_BLANK = frozenset("\u034f\u061c\u115f\u1160\u180e\u2800\u3164\uffa0").union(
    map(chr, range(0xFE00, 0xFE10)), map(chr, range(0xE0100, 0xE01F0))
)
# Windows opens a device instead of a file.
_DEVICE = r"(?i:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?"


def block(text: str) -> str:
    """The text with line ends and tabs kept and all else that is no plain text visible as an escape; idempotent."""
    return _visible(text, kept="\n\t")


def line(text: str) -> str:
    """The text for a place of one line: line ends and tabs are escaped too; idempotent."""
    return _visible(text, kept="")


def file_name(name: str) -> str:
    """A name under which an attachment can be saved on any system; applied to itself it stays as it is."""
    # Ends: after the first round names only become shorter, and what begins with "_" is neither empty nor a device.
    while (safer := _safer(name)) != name:
        name = safer
    return name


def width(text: str) -> int:
    """The columns that text which passed `line` takes on a terminal."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth

    columns = wcswidth(text)
    return columns if columns >= 0 else len(text)  # a control character: text that did not pass


def cut(text: str, columns: int) -> str:
    """The text if it fits, else as much of it as fits with `…` behind it."""
    if width(text) <= columns:
        return text
    if columns < 1:
        return ""
    return f"{text[: columns - 1]}…" if text.isascii() else _cut_wide(text, columns)


def _visible(text: str, kept: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n")
    letters = set(text)  # few, however long the text: only these are looked at one by one
    escapes = {ord(letter): _escape(letter) for letter in letters if _is_hidden(letter) and letter not in kept}
    if marks := set(filter(_is_mark, letters)):
        text = _fewer(marks, text)
    return text.translate(escapes) if escapes else text


def _fewer(marks: set[str], text: str) -> str:
    shown: list[str] = []
    in_a_row = 0
    for char in text:
        in_a_row = in_a_row + 1 if char in marks else 0
        if in_a_row <= MOST_MARKS:
            shown.append(char)
    return "".join(shown)


def _escape(char: str) -> str:
    number = ord(char)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{{{number:x}}}"


@lru_cache(maxsize=4096)
def _is_hidden(char: str) -> bool:
    return unicodedata.category(char) in _GONE or char in _BLANK


@lru_cache(maxsize=4096)
def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in _MARKS and not _is_hidden(char)


def _safer(name: str) -> str:
    # Hidden characters go before anything is looked at: behind one, a leading dot would not be seen.
    name = "".join(char for char in name if unicodedata.category(char) not in _GONE)
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    name = re.sub(r"\s+", " ", re.sub(r'[<>:"|?*]', "_", name))
    name = name.strip(" .").lstrip("-~ .")
    name = name.encode()[:NAME_BYTES].decode(errors="ignore")
    return f"_{name}" if not name or re.fullmatch(_DEVICE, name) else name


def _cut_wide(text: str, columns: int) -> str:
    from wcwidth import wcwidth

    position = taken = 0
    while position < len(text) and (taken := taken + max(0, wcwidth(text[position]))) < columns:
        position += 1
    while width(shown := f"{text[:position]}…") > columns:  # some marks take a column of their own beside some letters
        position -= 1
    return shown
