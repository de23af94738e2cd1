"""What a person reads of a mail, and the files in it: each part goes to one of the two. Nothing is fetched or run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from ticketcli.core.mail import charsets, files, html, mime
from ticketcli.core.mail.files import Outer, Part

LONGEST = 1 << 19
"""Characters of text that are read as text; where there is more, the whole is kept as a file too."""

_MARKUP = ("text/html", "text/enriched", "text/richtext")
_READ = ("text/plain", *_MARKUP)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE)


@dataclass(slots=True)
class Body:
    """The texts and files of a mail, in its order, and what was wrong with them."""

    texts: list[str] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    room: int = LONGEST
    """Characters that may still be read."""

    @property
    def text(self) -> str:
        """All texts, one below the other."""
        return "\n\n".join(self.texts)

    def take(self, part: Outer) -> None:
        """Takes a part and all that is inside it."""
        self.defects += [_said(defect) for defect in part.defects]
        if part.is_multipart():
            children = cast("list[Outer]", part.get_payload())
            chosen = _best(children) if part.declared_type() == "multipart/alternative" else None
            for child in children:
                if chosen is None or child is chosen:
                    self.take(child)
                else:
                    self._take_files(child)
        elif self._is_text(part):
            self._read(part)
        else:
            self.files.append(files.file(part))

    def _take_files(self, part: Outer) -> None:
        """Takes the files in a part whose text stands in another part already."""
        self.files += [files.file(leaf) for leaf in _leaves(part) if not _is_readable(leaf)]

    def _is_text(self, part: Outer) -> bool:
        is_first = not self.texts and files.disposition(part) != "attachment"
        return _is_readable(part) or (is_first and part.declared_type() in _READ)

    def _read(self, part: Outer) -> None:
        text, fault = _text(part)
        self.defects += [fault] if fault else []
        if len(text) > self.room:
            self.files.append(files.file(part))
            self.defects.append(f"more than {LONGEST:,} characters of text, kept as a file")
        text = text[: self.room]
        self.room -= len(text)
        if part.declared_type() in _MARKUP:
            text = html.text(text)
        if text := text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip():
            self.texts.append(text)


def _is_readable(part: Outer) -> bool:
    kind = part.declared_type()
    if files.disposition(part) == "attachment":
        return False
    # A multipart without parts is text. Text with a name is a file that its program shows in place.
    return kind.startswith("multipart/") or (kind in _READ and not files.file_name(part))


def _best(alternatives: list[Outer]) -> Outer | None:
    """The plain text, or where there is none, the last that can be read: the richest."""
    plain = (part for part in alternatives if any(map(_is_plain, part.walk())))
    rich = (part for part in reversed(alternatives) if any(map(_is_readable, _leaves(part))))
    return next(plain, None) or next(rich, None)


def _is_plain(part: Outer) -> bool:
    return part.declared_type() == "text/plain" and _is_readable(part) and bool(files.content(part).strip())


def _leaves(part: Outer) -> Iterator[Outer]:
    return (leaf for leaf in part.walk() if not leaf.is_multipart())


def _text(part: Outer) -> tuple[str, str]:
    data = files.content(part)
    charset = mime.parameter(part, "Content-Type", "charset")
    if not charset and part.declared_type() in _MARKUP and (meta := _META_CHARSET.search(data[:4096])):
        charset = meta[1].decode("ascii", "replace")
    return charsets.text(data, charset)


def _said(defect: object) -> str:
    """A defect that the parser found, in its own words."""
    return " ".join((type(defect).__doc__ or type(defect).__name__).split()).rstrip(".")
