"""`python -m tests.benchmarks`: makes desks, measures floors, this project and the tools installed, prints a table."""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from tests.benchmarks import commands, desks, peers
from tests.benchmarks.running import Broken, Command, Timing, Unprepared, measure
from tests.benchmarks.table import Sized, markdown
from ticketcli import __version__

FLOORS, OURS, OTHERS = "floors", "ticketcli", "other tools"


def main(words: Sequence[str]) -> int:
    """Measures and prints; the exit status is 1 where a command of ours or a floor failed."""
    asked = _options().parse_args(words)
    with tempfile.TemporaryDirectory(prefix="ticketcli-bench-") as scratch:
        bench = Bench(asked, Path(scratch))
        try:
            results = [bench.sized(size) for size in asked.sizes]
        except (Broken, Unprepared) as error:
            print(f"benchmark: {error}", file=sys.stderr)
            return 1
    page = markdown(bench.about(), results, bench.notes)
    print(page)
    if asked.markdown:
        asked.markdown.write_text(page, encoding="utf-8")
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    every = ",".join(peer.program for peer in peers.PEERS)
    parser.add_argument("--sizes", type=_sizes, default="100,1000,10000", help="tickets of each desk, like 100,100000")
    parser.add_argument("--peers", default="all", help=f"all, none, or some of {every}")
    parser.add_argument("--runs", type=int, default=5, help="rounds; what takes long gets fewer")
    parser.add_argument("--only", default="", help="commands whose name has one of these words: list,search")
    parser.add_argument("--desks", type=Path, help="where desks are kept for the next time")
    parser.add_argument("--markdown", type=Path, help="a file for the table, besides standard output")
    return parser


def _sizes(text: str) -> list[int]:
    sizes = [int(size) for size in text.split(",")]
    if min(sizes) < desks.SMALLEST:
        raise argparse.ArgumentTypeError(f"a desk has at least {desks.SMALLEST} tickets")
    return sizes


class Bench:
    """One run of the benchmark: what was asked, and what has to be said at its end."""

    def __init__(self, asked: argparse.Namespace, scratch: Path) -> None:
        wanted = [peer.program for peer in peers.PEERS] if asked.peers == "all" else asked.peers.split(",")
        self.asked, self.scratch = asked, scratch
        self.peers = [peer for peer in peers.PEERS if peer.program in wanted and peer.here]
        self.notes = [
            f"{peer.name}: not installed (`{peer.program}`)"
            for peer in peers.PEERS
            if peer.program in wanted and not peer.here
        ]
        self._spared: set[str] = set()

    def sized(self, size: int) -> Sized:
        """Everything measured on as many tickets, in one run of interleaved rounds. Raises Broken."""
        say(f"{size:,} tickets: making the desk")
        desk = desks.desk(self.asked.desks or self.scratch, size)
        groups = {FLOORS: commands.floors(desk), OURS: commands.ours(desk), OTHERS: self._others(size)}
        groups = {group: [one for one in every if self._is_wanted(one)] for group, every in groups.items()}
        warm_up(desk)
        every = [one for group in groups.values() for one in group]
        found = measure(every, self.asked.runs, each=lambda: warm_up(desk) if desk.is_warm else None, say=say)
        self._note(size, found)
        timings = {group: {one.name: found[one.name] for one in every} for group, every in groups.items() if every}
        return Sized(size, timings)

    def _is_wanted(self, command: Command) -> bool:
        words = self.asked.only.split(",")
        return command.name == commands.TYPER or any(word in command.name for word in words)

    def _others(self, size: int) -> list[Command]:
        """The commands of the tools that were quick enough so far, on tickets of their own."""
        found: list[Command] = []
        for peer in self.peers:
            if peer.name not in self._spared:
                say(f"{size:,} tickets: {peer.name}")
                try:
                    found += peers.commands(peer, size, self.scratch / str(size) / peer.program, desks.bare())
                except (OSError, subprocess.SubprocessError) as error:
                    self._spare(peer.name, f"its {size:,} tickets could not be written: {error}")
        return found

    def _note(self, size: int, found: Mapping[str, Timing]) -> None:
        for name, timing in found.items():
            if timing.problem:
                self.notes.append(f"{size:,} tickets, {name}: {timing.problem}")
            elif len(timing.times) < self.asked.runs:
                self.notes.append(f"{size:,} tickets, {name}: {len(timing.times)} of {self.asked.runs} runs")
        for peer in self.peers:
            took = [max(one.times, default=0) for name, one in found.items() if name.startswith(f"{peer.name}: ")]
            if max(took, default=0) > peers.SLOW:
                self._spare(peer.name, f"no more than {size:,} tickets, a command took {max(took):.0f} s")

    def _spare(self, name: str, why: str) -> None:
        self._spared.add(name)
        self.notes.append(f"{name}: {why}")

    def about(self) -> list[str]:
        """When, where and how it was measured."""
        git = subprocess.run(("git", "--version"), capture_output=True, text=True, check=True).stdout.split()[2]
        used = [f"ticketcli {__version__}", f"Python {platform.python_version()}", f"git {git}"]
        used += [f"{name} {version(name)}" for name in ("typer", "tomli", "tabulate")]
        own = getrusage(RUSAGE_SELF).ru_maxrss / 1024
        return [
            f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.system()}: {', '.join(used)};"
            f" {', '.join(map(peers.Peer.title, self.peers)) or 'no other tools'}.",
            f"Again: `{self._again()}`.",
            f"× is the ratio to `import typer` in the same run; no peak below {own:.0f} MiB can be seen.",
        ]

    def _again(self) -> str:
        """The command that measures the same; where desks are kept is everybody's own business."""
        asked = self.asked
        words = ["--sizes", ",".join(map(str, asked.sizes)), "--peers", asked.peers, "--runs", str(asked.runs)]
        return shlex.join(["python", "-m", "tests.benchmarks", *words, *(["--only", asked.only] if asked.only else [])])


def warm_up(desk: desks.Made) -> None:
    """Afterwards the clone has worked out what a command that follows may use."""
    desks.prepare(desk.root, desk.environ, [(*desk.ticket, "list")])


def say(what: str) -> None:
    """Says how far it is, beside the table."""
    print(f"benchmark: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
