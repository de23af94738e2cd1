"""The benchmark measures everything it says on desks that are what it says, and takes no time from a broken command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.benchmarks import commands, desks, peers
from tests.benchmarks.__main__ import main
from tests.benchmarks.running import Broken, Command, Timing, measure, run
from tests.benchmarks.table import Sized, markdown


def command(*words: str, **more: object) -> Command:
    return Command("it", words, Path.cwd(), dict(os.environ), **more)  # type: ignore[arg-type]


def asked(made: desks.Made, *words: str) -> str:
    done = subprocess.run(
        [*made.ticket, *words], cwd=made.root, env=made.environ, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.long
def test_a_tiny_run_measures_everything(tmp_path: Path) -> None:
    kept, page = tmp_path / "desks", tmp_path / "page.md"
    assert main(["--sizes", "50,200", "--runs", "1", "--desks", str(kept), "--markdown", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("|")]
    times = {row[0]: row[1:] for row in rows if len(row) == 5}
    for size in (50, 200):
        made = desks.desk(kept, size)
        names = {one.name for one in (*commands.floors(made), *commands.ours(made))}
        assert names <= times.keys()
        assert len(list(made.root.glob("tickets/*/*.toml"))) == len(asked(made, "list", "--all").splitlines()) == size
        assert len(asked(made, "list").splitlines()) == made.facts.active == size // 5
        assert asked(made, "check") == ""
        assert made.facts.code in asked(made, "list", "status:open")
    assert {cell for name in names for cell in times[name]}.isdisjoint({"", "-", "**failed**"})
    for peer in peers.PEERS:
        assert f"{peer.name}: {'list' if peer.here else 'not installed'}" in text


@pytest.mark.long
def test_a_desk_that_prints_less_than_it_must_ends_the_benchmark(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--sizes", "50", "--runs", "1", "--peers", "none", "--only", "list", "--desks", str(tmp_path)]
    assert main(words) == 0
    note = tmp_path / "desk-50.json"
    note.write_text(json.dumps(json.loads(note.read_text()) | {"active": 11}))
    capsys.readouterr()
    assert main(words) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "printed 10 lines, not 11" in said.err


@pytest.mark.parametrize(
    ("words", "more", "why"),
    [
        (("false",), {}, "ended with exit status 1"),
        (("sh", "-c", "echo row; exit 126"), {}, "ended with exit status 126"),
        (("true",), {}, "printed 0 lines, not 1"),
        (("echo", "row"), {"lines": 2}, "printed 1 lines, not 2"),
        (("echo", "row"), {"says": "column"}, 'did not say "column"'),
        (("sh", "-c", "echo row; sleep 60"), {"limit": 0.2}, "took more than 0 s"),
    ],
)
def test_a_command_that_does_not_do_its_work_has_no_time(
    words: tuple[str, ...], more: dict[str, object], why: str
) -> None:
    with pytest.raises(Broken, match=why):
        measure([command(*words, **more)], 1)
    timing = measure([command(*words, **more, peer=True)], 2)["it"]
    assert timing.times == []
    assert why in timing.problem
    page = markdown([], [Sized(50, {"tools": {"it": timing, commands.TYPER: Timing([0.1])}})], [])
    assert "| it | **failed** |  |" in page


def test_time_and_memory_are_those_of_the_command() -> None:
    wait = "import time; block = b'.' * 100_000_000; time.sleep(0.3); print()"
    begin = time.perf_counter()
    seconds, peak = run(command(sys.executable, "-c", wait))
    assert 0.3 < seconds < time.perf_counter() - begin
    assert peak > 100_000_000 // 1024


def test_what_has_used_its_budget_is_not_run_again() -> None:
    done: list[str] = []
    slow = command("sleep", "0.1", lines=0, before=lambda: done.append("slow"))
    quick = Command("quick", ("echo",), Path.cwd(), {}, before=lambda: done.append("quick"))
    found = measure([slow, quick], 3, budget=0.05)
    assert done == ["slow", "quick", "quick", "quick"]
    assert len(found["it"].times) == 1
