"""HTML as text that a person reads: links with their address, lists, quotes as `> `. It fetches and shows nothing.

Paragraphs are kept, layout is not: tables, of which most in mail are layout, become lines of cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ticketcli.core.mail.markup import Tag, tokens

LARGEST = 1 << 19
"""Characters of HTML that are read; what is beyond is left out, and said."""
DEEPEST = 12
"""Levels of quotes and of lists that are shown."""
RULE = "_" * 32
"""A horizontal line, as Outlook writes it above what it quotes."""

_LINES = {"address", "article", "body", "caption", "center", "dd", "details", "div", "dt", "figure", "footer", "form"}
_LINES |= {"header", "html", "legend", "li", "main", "nav", "option", "section", "summary", "tr"}
"""What begins on a new line and ends its line."""
_PARAGRAPHS = {"blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul"}
"""What has an empty line before and behind it."""
_SPACE = re.compile(r"[ \t\r\n\f\v\xa0]+")
_ADDRESSES = ("http://", "https://", "mailto:", "ftp://", "tel:")


def text(html: str) -> str:
    """The text of an HTML document; lines end in LF, quotes begin with `> `."""
    page = _Page()
    for token in tokens(html[:LARGEST]):
        if isinstance(token, str):
            page.write(token)
        elif token.end:
            _close(page, token.name)
        else:
            _open(page, token)
    if len(html) > LARGEST:
        page.paragraph()
        page.write("[…]")
    page.line()
    return "\n".join(page.lines)


class _Page:
    """The lines so far, and what is open: quotes, lists, preformatted text, a link."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.pieces: list[str] = []
        self.gap = False
        self.quotes = 0
        self.lists: list[int] = []
        """Of each open list the last number; below 0 it has none."""
        self.bullet = ""
        self.preformatted = 0
        self.link = ""
        self.linked: list[str] = []

    def write(self, text: str) -> None:
        """Adds text to the line."""
        if self.preformatted:
            self._write_lines(text)
            return
        text = _SPACE.sub(" ", text)
        if text[:1] == " " and (not self.pieces or self.pieces[-1][-1] == " "):
            text = text[1:]
        if text:
            self.pieces.append(text)
            self.linked += [text] if self.link else []

    def line(self) -> None:
        """Ends the line, if there is something in it."""
        if not self.pieces:
            return
        words = "".join(self.pieces).rstrip()
        self.pieces.clear()
        if words:
            quote = "> " * min(self.quotes, DEEPEST)
            if self.gap and self.lines:
                self.lines.append(quote.rstrip() if self.lines[-1].startswith(quote) else "")
            self.lines.append(f"{quote}{self._indent()}{words}")
            self.gap, self.bullet = False, ""

    def paragraph(self) -> None:
        """Ends the line; there will be an empty one before the next."""
        self.line()
        self.gap = True

    def end_link(self) -> None:
        """Puts the address of a link behind its words, where they do not say it already."""
        words = "".join(self.linked).strip()
        if self.link and words and _bare(words) != _bare(self.link):
            self.write(f" <{self.link}>")
        self.link = ""
        self.linked.clear()

    def _write_lines(self, text: str) -> None:
        first, *more = text.replace("\r\n", "\n").split("\n")
        self.pieces += [first] if first else []
        for words in more:
            self.gap = self.gap or not self.pieces
            self.line()
            self.pieces += [words] if words else []

    def _indent(self) -> str:
        depth = min(len(self.lists), DEEPEST)
        if self.bullet:
            return "  " * (depth - 1) + self.bullet
        return "  " * depth


def _open(page: _Page, tag: Tag) -> None:
    name = tag.name
    if name in _PARAGRAPHS and not (name in _LISTS and page.lists):
        page.paragraph()
    elif name in _LINES or name in _LISTS:
        page.line()
    if name in _OPENS:
        _OPENS[name](page, tag)


def _close(page: _Page, name: str) -> None:
    if name in _PARAGRAPHS and not (name in _LISTS and len(page.lists) > 1):
        page.paragraph()
    elif name in _LINES or name in _LISTS:
        page.line()
    if name == "a":
        page.end_link()
    elif name in _LISTS:
        page.lists = page.lists[:-1]
    elif name == "blockquote":
        page.quotes = max(0, page.quotes - 1)
    elif name == "pre":
        page.preformatted = max(0, page.preformatted - 1)


def _open_item(page: _Page, _: Tag) -> None:
    if page.lists and page.lists[-1] >= 0:
        page.lists[-1] += 1
        page.bullet = f"{page.lists[-1]}. "
    else:
        page.bullet = "- "


def _open_link(page: _Page, tag: Tag) -> None:
    page.end_link()
    address = "".join(tag.attributes.get("href", "").split())
    if address.lower().startswith(_ADDRESSES):
        page.link = address.removeprefix("mailto:")


def _open_cell(page: _Page, _: Tag) -> None:
    if page.pieces:
        page.pieces.append("  ")


def _open_break(page: _Page, _: Tag) -> None:
    page.gap = page.gap or not page.pieces
    page.line()


def _open_quote(page: _Page, _: Tag) -> None:
    page.quotes += 1


def _open_preformatted(page: _Page, _: Tag) -> None:
    page.preformatted += 1


def _open_rule(page: _Page, _: Tag) -> None:
    page.write(RULE)
    page.paragraph()


def _open_image(page: _Page, tag: Tag) -> None:
    if words := tag.attributes.get("alt", "").strip():
        page.write(f"[{words}]")


_LISTS = ("ul", "ol")
_OPENS: dict[str, Callable[[_Page, Tag], None]] = {
    "a": _open_link,
    "blockquote": _open_quote,
    "br": _open_break,
    "hr": _open_rule,
    "img": _open_image,
    "li": _open_item,
    "ol": lambda page, _: page.lists.append(0),
    "pre": _open_preformatted,
    "td": _open_cell,
    "th": _open_cell,
    "ul": lambda page, _: page.lists.append(-1),
}


def _bare(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://").rstrip("/").casefold()
