"""The measurements as Markdown: one table of times and ratios, one of memory, and what has to be said of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.benchmarks.commands import MEMORY, TYPER
from tests.benchmarks.running import Timing


@dataclass(slots=True)
class Sized:
    """The timings on as many tickets, by group and name."""

    size: int
    groups: dict[str, dict[str, Timing]] = field(default_factory=dict)

    @property
    def timings(self) -> dict[str, Timing]:
        """All timings by name."""
        return {name: timing for group in self.groups.values() for name, timing in group.items()}


def markdown(about: Sequence[str], results: Sequence[Sized], notes: Iterable[str]) -> str:
    """The whole page."""
    lines = [*about, "", *_times(results), "", *_memory(results), "", *(f"- {note}" for note in notes), ""]
    return "\n".join(lines)


def _times(results: Sequence[Sized]) -> list[str]:
    """A row for every command; per size the quickest run in ms (behind it the median), and its ratio to Typer's."""
    head = ["ms, quickest (median)", *(cell for one in results for cell in (f"{one.size:,}", "×"))]
    rows = [_row(head), _row(["---", *["---:"] * (2 * len(results))])]
    for group in dict.fromkeys(name for one in results for name in one.groups):
        rows.append(_row([f"**{group}**", *[""] * (2 * len(results))]))
        for name in dict.fromkeys(name for one in results for name in one.groups.get(group, {})):
            rows.append(_row([name, *(cell for one in results for cell in _cells(one, group, name))]))
    return rows


def _cells(one: Sized, group: str, name: str) -> tuple[str, str]:
    timing = one.groups.get(group, {}).get(name)
    if timing is None:
        return "-", ""
    if timing.problem:
        return "**failed**", ""
    ratio = timing.least / one.timings[TYPER].least
    middle = f" ({_ms(timing.median)})" if len(timing.times) > 1 else ""
    return f"{_ms(timing.least)}{middle}", f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"


def _memory(results: Sequence[Sized]) -> list[str]:
    rows = [_row(["peak memory, MiB", *(f"{one.size:,}" for one in results)]), _row(["---", *["---:"] * len(results)])]
    for name in (TYPER, *MEMORY):
        found: list[Mapping[str, Timing]] = [one.timings for one in results]
        if any(name in timings for timings in found):
            rows.append(_row([name, *(f"{timings[name].peak / 1024:.0f}" for timings in found if name in timings)]))
    return rows


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f}" if seconds < 0.1 else f"{seconds * 1000:,.0f}"
