"""Ticket files as hands leave them: one ticket in any of many styles, with comments that nobody may lose."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any

from ticketcli.core.file.keys import BLOCKS
from ticketcli.core.file.layout import Item, event_items, ticket_items
from ticketcli.core.file.values import block_text, key_text, nested, value_text
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.fields import LISTS, TABLES
from ticketcli.core.ticket.fold import Ticket


class Hand:
    """A person with habits; one seed, one person."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.comments = 0
        habits = (
            "above", "behind", "inside", "shuffled", "indented", "literal", "inline", "subtables", "crlf", "offsets",
            "blank", "reordered", "tables_last", "trailing", "quoted_keys", "spaced", "bom", "no_end", "array",
            "defaults", "files",
        )  # fmt: skip
        rare = {"array": 0.04, "files": 0.1, "bom": 0.1, "subtables": 0.25}
        self.habits = {habit for habit in habits if self.random.random() < rare.get(habit, 0.35)}

    def has(self, habit: str, chance: float = 0.5) -> bool:
        return habit in self.habits and self.random.random() < chance

    def comment(self) -> str:
        self.comments += 1
        return f"# c{self.comments} " + self.random.choice(("why", '"', "'''", "[x]", "a = 1", '"""', "é", "}"))

    def ticket(self, ticket: Ticket) -> str:
        """The ticket in this person's hand."""
        items = ticket_items(ticket)
        root = [item for item in items if item[0][0] not in TABLES]
        tables = [name for name in TABLES if any(item[0][0] == name for item in items)]
        inline = {name for name in tables if self.has("inline")}
        for name in inline:
            root.append(((name,), nested(item for item in items if item[0][0] == name)[name]))
        paragraphs = [self.header_table(name, items) for name in tables if name not in inline]
        events = list(ticket.events)
        if "reordered" in self.habits:
            self.random.shuffle(events)
        if "array" in self.habits:
            root.append((("event",), [nested(event_items(event)) for event in events]))
            parts = [*paragraphs]
        else:
            printed = [self.event(event) for event in events]
            last = "tables_last" in self.habits
            parts = [*printed, *paragraphs] if last else [*paragraphs, *printed]
        return self.finished("\n".join([self.lines(root, ""), *parts]))

    def finished(self, text: str) -> str:
        if self.has("behind"):
            text += self.comment() + "\n"
        if "no_end" in self.habits:
            text = text.rstrip("\n")
        if "crlf" in self.habits:
            text = text.replace("\n", "\r\n")
        return ("\ufeff" if "bom" in self.habits else "") + text

    def header_table(self, name: str, items: list[Item]) -> str:
        inside = [(path[1:], value) for path, value in items if path[0] == name]
        return self.head(f"[{name}]", self.lines(inside, self.indent()))

    def event(self, event: Event) -> str:
        items = event_items(event)
        tail = ""
        setting = [(path[1:], value) for path, value in items if path[0] == "set"]
        others = [item for item in items if item[0][0] != "set"]
        if setting and self.has("subtables"):
            tail = self.head("[event.set]", self.lines(setting, self.indent()))
            items = others
        elif setting and self.has("inline"):
            items = [*others, (("set",), nested(setting))]
        if event.attachments and "files" in self.habits:
            items = [item for item in items if item[0] != ("attachments",)]
            for file in event.attachments:
                pairs = [
                    (("name",), file.name),
                    (("type",), file.type),
                    (("size",), file.size),
                    (("sha256",), file.sha256),
                ]
                tail += self.head("[[event.attachments]]", self.lines(pairs, ""))
        if not event.quiet and self.has("defaults"):
            items = [*items, (("quiet",), False)]
        return self.head("[[event]]", self.lines(items, self.indent())) + tail

    def head(self, line: str, lines: str) -> str:
        if self.has("spaced"):
            line = re.sub(r"(\[+)([^\]]*)(\]+)", r"\1 \2 \3", line)
        above = f"{self.comment()}\n" if self.has("above") else ""
        behind = f"  {self.comment()}" if self.has("behind") else ""
        return f"{above}{line}{behind}\n{lines}"

    def indent(self) -> str:
        return self.random.choice(("", "  ", "\t")) if "indented" in self.habits else ""

    def lines(self, items: list[Item], indent: str) -> str:
        if "shuffled" in self.habits:
            items = self.random.sample(items, len(items))
        return "".join(self.line(item, indent) for item in items)

    def line(self, item: Item, indent: str) -> str:
        path, value = item
        equals = self.random.choice((" =", "  =  ", "=")) if "spaced" in self.habits else " = "
        above = f"{indent}{self.comment()}\n" if self.has("above", 0.25) else ""
        behind = f" {self.comment()}" if self.has("behind", 0.25) else ""
        blank = "\n" if self.has("blank", 0.2) else ""
        return f"{above}{indent}{self.key(path)}{equals}{self.value(path, value)}{behind}\n{blank}"

    def key(self, path: tuple[str, ...]) -> str:
        if self.has("quoted_keys", 0.3):
            return (" . " if "spaced" in self.habits else ".").join(value_text(part) for part in path)
        return key_text(path)

    def value(self, path: tuple[str, ...], value: Any) -> str:
        if path in BLOCKS:
            return self.block(value)
        if isinstance(value, str) and "'" not in value and value.isprintable() and self.has("literal"):
            return f"'{value}'"
        if isinstance(value, datetime) and value.tzinfo and self.has("offsets"):
            zone = timezone(timedelta(minutes=self.random.choice((-570, 60, 345))))
            return value.astimezone(zone).isoformat(self.random.choice("T "))
        if isinstance(value, list | tuple) and path != ("event",) and (self.has("inside") or self.has("trailing")):
            return self.array(path, list(value))
        return value_text(value)

    def block(self, text: str) -> str:
        raw = "'''" not in text and not text.endswith("'") and text.replace("\n", "").isprintable()
        if raw and not re.search(r"^[<>|]{7}", text, re.MULTILINE) and self.has("literal"):
            return f"'''\n{text}'''"
        return value_text(text) if self.has("inline", 0.3) else block_text(text)

    def array(self, path: tuple[str, ...], value: list[Any]) -> str:
        if "shuffled" in self.habits and path[0] in LISTS and not any(item[0] in "+-" for item in value):
            self.random.shuffle(value)
        lines = ["["]
        for item in value:
            lines.append(f"  {value_text(item)}," + (f" {self.comment()}" if self.has("inside") else ""))
        if self.has("inside"):
            lines.append(f"  {self.comment()}")
        if value and not self.has("trailing"):
            last = len(value)
            lines[last] = (
                re.sub(r",(?=$| # c)", "", lines[last], count=1) if lines[last].count(",") == 1 else lines[last]
            )
        return "\n".join([*lines, "]"])
