"""Imports point one way, the core is pure, start-up is light, and nothing is larger than a person can hold in mind."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desks import asks, make_desk, ticket
from ticketcli.cli.main import load
from ticketcli.cli.table import COMMANDS
from ticketcli.desk.remembering import FEWEST

PACKAGE = Path(__file__).parents[1] / "ticketcli"
LAYERS = ("core", "edges", "desk", "cli")
OUTSIDE = {"os", "subprocess", "shutil", "socket", "tempfile", "time", "random", "secrets", "fcntl", "typer", "logging"}
"""What the pure core never imports: files, processes, network, clock, chance, Typer."""


def imports(source: str) -> Iterator[str]:
    """The modules that a source imports, wherever the import stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (
                [node.module] if node.module.count(".") else [f"{node.module}.{alias.name}" for alias in node.names]
            )


def wrong_imports(name: str, source: str) -> list[str]:
    """The imports that a module of this name must not have."""
    layer = name.split(".")[1]
    wrong = []
    for target in imports(source):
        parts = target.split(".")
        if parts[0] != "ticketcli":
            wrong += [target] if layer == "core" and parts[0] in OUTSIDE else []
        elif len(parts) > 1 and parts[1] in LAYERS:
            upward = LAYERS.index(parts[1]) > LAYERS.index(layer)
            between_edges = parts[1] == layer == "edges" and parts[2:3] != name.split(".")[2:3]
            wrong += [target] if upward or between_edges else []
    return wrong


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(["ticketcli", *path.relative_to(PACKAGE).with_suffix("").parts])
        if name.split(".")[1] in LAYERS:
            yield name, path


def test_imports_point_downwards() -> None:
    assert {name: wrong for name, path in modules() if (wrong := wrong_imports(name, path.read_text()))} == {}


@pytest.mark.parametrize(
    ("name", "planted"),
    [
        ("ticketcli.core.text", "from ticketcli.desk.record import session"),
        ("ticketcli.core.ticket.fold", "import os"),
        ("ticketcli.core.clock.times", "def f():\n    from time import time"),
        ("ticketcli.edges.git", "from ticketcli.edges import store"),
        ("ticketcli.edges.store.reading", "from ticketcli.cli import streams"),
        ("ticketcli.desk.catalog", "from ticketcli.cli.streams import out"),
    ],
)
def test_a_planted_import_is_found(name: str, planted: str) -> None:
    assert wrong_imports(name, planted)


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after some code."""
    script = f"import sys\n{code}\nprint(*sys.modules, sep='\\n', file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=PACKAGE.parent
    )
    return set(done.stderr.split())


HEAVY = {
    "rich",
    "pydantic",
    "tabulate",
    "wcwidth",
    "sqlite3",
    "email",
    "tomli_w",
    "statistics",
    "jsonschema",
}


def test_start_up_loads_one_command_module_and_nothing_heavy() -> None:
    loaded = loaded_by("from ticketcli.cli.main import main\nmain(['list', '--help'])")
    assert not loaded & HEAVY
    assert {name for name in loaded if name.startswith("ticketcli.cli.")} >= {"ticketcli.cli.lists"}
    assert not {"ticketcli.cli.statuses", "ticketcli.cli.reports", "ticketcli.cli.threads"} & loaded


def test_completion_does_without_typer() -> None:
    code = "from ticketcli.cli.completing import answer\nassert answer('zsh', 'ticket reply 7KQ --pri')"
    assert not loaded_by(code) & (HEAVY | {"typer", "ticketcli.core.ticket.event"})


ONLY_SYNC = {f"ticketcli.edges.git.{name}" for name in ("remotes", "histories", "worktree")}


def test_only_sync_loads_what_only_sync_needs() -> None:
    assert not ONLY_SYNC & loaded_by("import ticketcli.desk.record, ticketcli.desk.taking, ticketcli.desk.ticking")
    assert loaded_by("import ticketcli.desk.sharing") >= ONLY_SYNC


def test_only_canned_responses_load_what_they_need() -> None:
    needs = {f"ticketcli.{name}" for name in ("desk.canned", "core.words.canned", "core.words.placeholders")}
    assert not needs & loaded_by("import ticketcli.cli.conversation, ticketcli.desk.completing, ticketcli.desk.ticking")
    assert loaded_by("import ticketcli.cli.canned") >= needs


def test_a_list_that_the_index_answers_works_nothing_out(tmp_path: Path) -> None:
    """What parses tickets, gathers threads and runs clocks is loaded to make the index, and not by the next list."""
    make_desk(tmp_path, [ticket(asks(f"n{n}", "2024-11-20 08:00", f"Question {n}")) for n in range(FEWEST)])
    for path in tmp_path.glob("tickets/*/*.toml"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    os.utime(tmp_path / "tickets/2024-11", (1_700_000_000, 1_700_000_000))
    code = f"from ticketcli.cli.main import main\nmain(['-C', {str(tmp_path)!r}, 'list'])"
    works = {f"ticketcli.core.{name}" for name in ("file.document", "ticket.thread", "clock.working", "clock.agenda")}
    works |= {"ticketcli.desk.rereading", "ticketcli.core.ticket.event"}
    assert loaded_by(code) >= works
    assert not loaded_by(code) & (works | {"ticketcli.edges.git", "ticketcli.edges.leases", "tabulate"})


def test_a_planted_heavy_import_is_seen() -> None:
    assert "sqlite3" in loaded_by("import sqlite3") & HEAVY


def test_every_entry_of_the_table_is_a_command() -> None:
    for name in COMMANDS:
        command = load(name)
        assert command.name == name
        assert f"ticket {name}" in (command.help or ""), f"the help of {name} has no example"


def sizes() -> Iterator[tuple[str, int]]:
    """Functions with the number of their lines, without their docstrings."""
    for name, path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                text = ast.get_docstring(node, clean=False) or ""
                yield f"{name}.{node.name}", (node.end_lineno or 0) - node.lineno + 1 - text.count("\n")


def test_files_and_functions_stay_small() -> None:
    lengths = sorted(length for _, length in sizes())
    assert {name: n for name, path in modules() if (n := path.read_text().count("\n")) > 250} == {}
    assert {name: n for name, n in sizes() if n > 35 and not name.startswith("ticketcli.cli.")} == {}
    assert lengths[len(lengths) // 2] <= 10
    assert lengths[len(lengths) * 9 // 10] <= 20
