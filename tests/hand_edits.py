"""What a person does to a ticket file in an editor, as changes of its text. It knows no events and no git."""

from __future__ import annotations

from random import Random

import tomli

from ticketcli.core.file.edit import Edit, applied
from ticketcli.core.file.spans import placed_comments, scan
from ticketcli.core.file.values import block_text, value_text

KEYS = ("subject", "priority", "department", "assignee", "key")
"""What a hand changes in the header."""


def opened(data: bytes) -> str:
    """The text that an editor shows of a file."""
    text = data.decode("utf-8-sig").replace("\r\n", "\n")
    return text if text.endswith("\n") else text + "\n"


def saved(text: str, pick: Random) -> bytes:
    """The file as an editor keeps it: seldom with CRLF line ends, or with a byte order mark."""
    text = text.replace("\n", "\r\n") if pick.random() < 0.15 else text
    return text.encode("utf-8-sig" if pick.random() < 0.05 else "utf-8")


def value_of(text: str, key: str) -> str:
    """A value of the header; empty where there is none."""
    return str(tomli.loads(text).get(key, ""))


def comments_of(text: str) -> set[str]:
    """The comments of a text."""
    return {row for _, row in placed_comments(text)}


def put_value(text: str, key: str, value: str) -> str:
    """A value of the header written over, or a new line for it; an empty one takes the line out."""
    entry = next((entry for entry in scan(text)[0].entries if entry.path == (key,)), None)
    if entry and value:
        return applied(text, [Edit(entry.value, entry.value_end, value_text(value))])
    if entry:
        return applied(text, [Edit(entry.start, entry.end, "")])
    return f"{key} = {value_text(value)}\n{text}" if value else text


def put_comment(text: str, row: str, pick: Random) -> str:
    """A comment more: above or behind a key, above or behind the header of a table, on top, or at the end."""
    section = pick.choice(scan(text))
    lines = [(entry.start, entry.value_end) for entry in section.entries]
    if section.place:
        lines.append((text.rfind("\n", 0, section.body - 1) + 1, section.body - 1))
    start, end = pick.choice(lines or [(0, 0)])
    taken = any(start <= at < text.find("\n", end) for at, _ in placed_comments(text))
    places = [start, start, start, 0, len(text), *([] if taken or not end else [end, end])]
    at = pick.choice(places)
    return applied(text, [Edit(at, at, f"  {row}" if at == end else f"{row}\n")])


def take_comment(text: str, row: str) -> str:
    """The text without a comment, and without the blanks in front of it."""
    at = next(at for at, other in placed_comments(text) if other == row)
    return text[:at].rstrip(" \t") + text[text.index("\n", at) :]


def mend_body(text: str, word: str, pick: Random) -> str:
    """A line more in the text of an event, if there is one that has lines of its own."""
    found = [entry for section in scan(text) for entry in section.entries if entry.path == ("body",)]
    if not found:
        return text
    entry = pick.choice(found)
    old = tomli.loads(f"body = {text[entry.value : entry.value_end]}")["body"]
    return applied(text, [Edit(entry.value, entry.value_end, block_text(f"{old}{word}\n"))])


def shuffle(text: str, pick: Random) -> str:
    """The keys of the header, of a table, or of an event, in another order."""
    entries = pick.choice([section for section in scan(text) if section.entries]).entries
    starts = [entry.start for entry in entries]
    lines = [text[a:b] for a, b in zip(starts, [*starts[1:], entries[-1].end], strict=True)]
    pick.shuffle(lines)
    return applied(text, [Edit(starts[0], entries[-1].end, "".join(lines))])


def type_event(text: str, word: str, pick: Random) -> str:
    """A note typed in at the end, with nothing but its text, or with a name, or a tag."""
    more = pick.choice(["", "", 'by = "zoe"\n', 'tags = ["+typed"]\n'])
    return f'{text}\n[[event]]\n{more}body = "{word}"\n'


def delete_event(text: str, number: int) -> str:
    """The text without an event, its comments and all."""
    sections = scan(text)
    starts = [section.lead for section in sections[1:]] + [len(text)]
    gone = [n for n, section in enumerate(sections) if section.place[:2] == ("event", number)]
    return applied(text, [Edit(sections[n].lead, starts[n], "") for n in gone])
