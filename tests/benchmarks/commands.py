"""What is measured on a desk: floors that no program of ours can pass below, and the commands of this project."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.benchmarks.desks import Made
from tests.benchmarks.running import Command

TYPER = "import typer"
"""The floor that every time is compared with."""
FIRST = "list, first time"
MEMORY = ("list", "search, rare word", "search, frequent word", FIRST)
"""The commands whose peak memory is told."""
PARSE = """
import pathlib, tomli
print(sum(1 for path in pathlib.Path("tickets").glob("*/*.toml") if tomli.loads(path.read_text(encoding="utf-8"))))
"""
"""One process that reads and parses every ticket, and does nothing else."""


def floors(desk: Made) -> list[Command]:
    """What the machine, Python and git take by themselves."""
    python = sys.executable
    cat = "find tickets -name '*.toml' -print0 | xargs -0 cat >/dev/null && echo done"
    return [
        Command("bare Python", (python, "-c", "pass"), desk.root, desk.environ, lines=0),
        Command(TYPER, (python, "-c", "import typer"), desk.root, desk.environ, lines=0),
        Command("git status", ("git", "status"), desk.root, desk.environ, says="working tree clean"),
        Command("cat of all tickets", ("sh", "-c", cat), desk.root, desk.environ),
        Command(
            "tomli parses all tickets", (python, "-c", PARSE), desk.root, desk.environ, says=f"{desk.facts.tickets}\n"
        ),
    ]


def ours(desk: Made) -> list[Command]:
    """The commands of this project; what it has worked out before is thrown away first, what writes comes last."""
    facts = desk.facts
    code = facts.code

    def ticket(name: str, *words: str, lines: int = 1, says: str = "", **more: Callable[[], None]) -> Command:
        return Command(name, (*desk.ticket, *words), desk.root, desk.environ, lines, says, **more)

    asks = ("create", "The lamp flickers", "--from", "Maria Santos <maria@example.com>", "-m", "Since this morning.")
    return [
        ticket(FIRST, "list", lines=facts.active, before=desk.forget),
        ticket("--version", "--version", says="ticket "),
        _completion(desk),
        ticket("show", "show", code, lines=5),
        ticket("list", "list", lines=facts.active, says=code),
        ticket("list as a table", "list", "--format", "table", lines=facts.active, says=code),
        ticket("to-solve", "to-solve", lines=facts.active // 3, says=code),
        ticket("search, rare word", "search", "zeppelin", lines=facts.rare),
        ticket("search, frequent word", "search", "printer", lines=facts.frequent),
        ticket("report resolution", "report", "resolution", "--by", "department", lines=5, says="billing\t"),
        ticket("ticket (the overview)", lines=4, says="open"),
        ticket("tick", "tick", lines=0),
        ticket("reply", "reply", code, "-m", "Please try again.", lines=0, says=f"{code}", after=desk.reset),
        ticket("create", *asks, after=desk.reset),
    ]


def _completion(desk: Made) -> Command:
    """What a shell asks when TAB is pressed behind the first symbols of a code."""
    asked = ("__complete", "bash", f"ticket show {desk.facts.code[:3]}", ":=")
    return Command("completion of a code", (*desk.ticket, *asked), desk.root, desk.environ, says=desk.facts.code)
