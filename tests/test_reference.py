"""Reference parts of the documents are printed from the tables in the code; UPDATE=1 writes them anew."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests import manual
from ticketcli.core.file.keys import EVENT_KEYS
from ticketcli.core.intake.message import KEYS as MESSAGE_KEYS
from ticketcli.core.report.kinds import KINDS as REPORTS
from ticketcli.core.ticket.fields import FIELDS
from ticketcli.core.view.keys import KEYS
from ticketcli.core.words.canned import KEYS as CANNED
from ticketcli.core.words.keys import LEVEL, ROOT, SECTIONS, TABLES
from ticketcli.core.words.placeholders import PLACEHOLDERS
from ticketcli.core.words.query import grammar

TOP = Path(__file__).parents[1]
REFERENCE = TOP / "ticketcli" / "REFERENCE.md"


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return "\n".join([*lines, *(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)])


def settings_rows() -> Iterable[tuple[str, ...]]:
    yield from ((f"`{key.name}`", key.about, key.wants) for key in ROOT)
    for section, keys in SECTIONS.items():
        yield from ((f"`[{section}.NAME] {key.name}`", key.about, key.wants) for key in keys)
    for table, keys in TABLES.items():
        yield from ((f"`[{table}] {key.name}`", key.about, key.wants) for key in keys)
    yield from ((f"`[[sla]] {key.name}`", key.about, key.wants) for key in LEVEL)


def json_rows() -> Iterable[tuple[str, ...]]:
    for name, keys in KEYS.items():
        yield from ((name, f"`{key}`", about) for key, about in keys.items())


def report_rows() -> Iterable[tuple[str, ...]]:
    for kind, made in REPORTS.items():
        data = (f"`{one.name}`" for one in made.columns if one.where != "json")
        more = (f"`{one.name}`" for one in made.columns if one.where == "json")
        yield kind, made.by or "nothing", " ".join(data), " ".join(more)


BLOCKS: dict[str, tuple[Path, Callable[[], str]]] = {
    "filters": (TOP / "README.md", lambda: table(("word", "finds tickets by"), ((f"`{e}`", m) for e, m in grammar()))),
    "fields": (
        REFERENCE,
        lambda: table(("key", "shape", "meaning"), ((f"`{f.name}`", f.shape, f.about) for f in FIELDS)),
    ),
    "events": (REFERENCE, lambda: table(("key", "meaning"), ((f"`{key.name}`", key.about) for key in EVENT_KEYS))),
    "settings": (REFERENCE, lambda: table(("key", "meaning", "value"), settings_rows())),
    "canned": (
        REFERENCE,
        lambda: table(("key", "meaning", "value"), ((f"`{key.name}`", key.about, key.wants) for key in CANNED)),
    ),
    "placeholders": (
        REFERENCE,
        lambda: table(("placeholder", "stands for"), ((f"`{{{{{n}}}}}`", about) for n, about in PLACEHOLDERS.items())),
    ),
    "message": (
        REFERENCE,
        lambda: table(("key", "meaning"), ((f"`{key}`", about) for key, about in MESSAGE_KEYS.items())),
    ),
    "commands": (REFERENCE, manual.reference),
    "reports": (REFERENCE, lambda: table(("kind", "by", "in CSV and JSON", "in JSON alone"), report_rows())),
    "json": (REFERENCE, lambda: table(("object", "key", "meaning"), json_rows())),
}


def block(text: str, name: str) -> str:
    """What stands between the marks of a block."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- end -->", text, re.DOTALL)
    assert found, f"no block {name}"
    return found[1]


@pytest.mark.parametrize("name", BLOCKS)
def test_the_documents_say_what_the_code_says(name: str) -> None:
    path, make = BLOCKS[name]
    text = path.read_text()
    if os.environ.get("UPDATE"):
        text = text.replace(f"<!-- {name} -->\n{block(text, name)}\n", f"<!-- {name} -->\n{make()}\n")
        path.write_text(text)
    assert block(text, name) == make()


FILES: dict[Path, Callable[[], str]] = {
    TOP / "ticketcli" / "cli" / "words.tsv": manual.words,
    TOP / "ticketcli" / "man" / "ticket.1": lambda: manual.page((TOP / "README.md").read_text(encoding="utf-8")),
}
"""Files that are printed whole."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_printed_files_say_what_the_code_says(path: Path) -> None:
    if os.environ.get("UPDATE"):
        path.write_text(FILES[path](), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == FILES[path]()


def test_a_changed_row_is_noticed() -> None:
    text = BLOCKS["filters"][0].read_text()
    assert block(text.replace("status:new,open", "status:newest"), "filters") != BLOCKS["filters"][1]()
