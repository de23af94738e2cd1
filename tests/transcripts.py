"""Transcripts: Markdown whose `console` blocks are compared with what commands print. It runs none.

A command stands behind `$ `, goes on after a backslash or behind `> `; its output follows, and `? 3` where it fails.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

SYMBOL = "[0-9A-HJKMNP-TV-Z]"
CODE = rf"{SYMBOL}{{3}}-{SYMBOL}{{5}}-{SYMBOL}{{3}}"
ID = f"{SYMBOL}{{10}}"
_ALONE = r"(?![0-9A-Za-z]|-[0-9A-Za-z])"
_NAME = re.compile(rf"(?<![0-9A-Za-z-]){SYMBOL}(?:-?{SYMBOL}){{2,12}}{_ALONE}")
_TIME = r"(?<!\d)20\d\d-\d\d(?:-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?)?(?!\d)"
_SPAN = r"(?<![\w.])\d+ [dhms](?: \d+ [dhms])*\b"
_LOOSE = re.compile(
    rf"(?P<code>(?<![0-9A-Za-z-]){CODE}{_ALONE})|(?P<id>(?<![0-9A-Za-z-])(?=[A-Z]*\d)(?=\d*[A-Z]){ID}{_ALONE})"
    rf"|(?P<time>{_TIME})|(?P<span>{_SPAN})|(?P<blank>\s+)"
)
_SECONDS = {"d": 86_400, "h": 3600, "m": 60, "s": 1}
_NEXT = {"d": 3600, "h": 60, "m": 1, "s": 1}
"""What a span that begins with a unit is exact to: it shows two units."""
_SLACK = 120

Run = Callable[[str], tuple[list[str], int]]
"""Runs a command and gives its lines and its exit status."""


class Mismatch(AssertionError):
    """A command did something else than the transcript says."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command of a transcript, with what it should print."""

    line: int
    """Where it stands, counted from 1."""
    command: str
    output: tuple[str, ...]
    status: int
    place: slice
    """The lines of the file that say what it does: output and exit status."""


def steps(text: str) -> list[Step]:
    """The commands of a transcript in their order."""
    lines = text.splitlines()
    found: list[Step] = []
    inside, at = False, 0
    while at < len(lines):
        if lines[at].startswith("```"):
            inside = lines[at] == "```console"
        elif inside and lines[at].startswith("$ "):
            found.append(_step(lines, at))
            at = found[-1].place.stop
            continue
        elif inside:
            raise Mismatch(f"line {at + 1}: output without a command: {lines[at]}")
        at += 1
    return found


def _step(lines: Sequence[str], at: int) -> Step:
    start = at + 1
    command = [lines[at].removeprefix("$ ")]
    while command[-1].endswith("\\"):
        at += 1
        command.append(lines[at])
    while re.match("> |>$", lines[at + 1]):
        at += 1
        command.append(lines[at][2:])
    first = last = at + 1
    while not lines[last].startswith(("$ ", "```")):
        last += 1
    output = _trimmed(lines[first:last])
    status = 0
    if output and (said := re.fullmatch(r"\? (\d+)", output[-1])):
        output, status = _trimmed(output[:-1]), int(said[1])
    return Step(start, "\n".join(command), tuple(output), status, slice(first, last))


def _trimmed(lines: Sequence[str]) -> list[str]:
    """The lines without the blanks at their ends, and without empty ones behind them."""
    kept = [line.rstrip() for line in lines]
    while kept and not kept[-1]:
        kept.pop()
    return kept


@dataclass(frozen=True, slots=True)
class Names:
    """Which code or id of this run stands for which one as written; one for one."""

    actual: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)

    def bind(self, written: str, actual: str) -> bool:
        """Whether the two can stand for each other from now on."""
        one, two = written.replace("-", ""), actual.replace("-", "")
        if self.actual.get(one, two) != two or self.written.get(two, one) != one:
            return False
        self.actual[one], self.written[two] = two, one
        return True

    def to_actual(self, text: str) -> str:
        """The text with the codes of this run, their prefixes too."""
        return _translated(text, self.actual)

    def to_written(self, text: str) -> str:
        """The text with the codes as written."""
        return _translated(text, self.written)


def _translated(text: str, names: dict[str, str]) -> str:
    def one(found: re.Match[str]) -> str:
        symbols = iter(_instead(found[0].replace("-", ""), names))
        return "".join(char if char == "-" else next(symbols) for char in found[0])

    return _NAME.sub(one, text)


def _instead(symbols: str, names: dict[str, str]) -> str:
    """What stands for the beginning of a name, where it is the beginning of one only."""
    meant = {other[: len(symbols)] for name, other in names.items() if name.startswith(symbols)}
    return meant.pop() if len(meant) == 1 else symbols


def matches(written: str, actual: str, names: Names) -> bool:
    """Whether a line says what is written; codes and ids that were not known yet are bound."""
    written = names.to_actual(written.rstrip())
    pattern, loose = _pattern(written, names)
    found = re.fullmatch(pattern, actual.rstrip())
    if not found:
        return False
    return all(
        _close(before, after) if kind == "span" else names.bind(before, after)
        for (kind, before), after in zip(loose, found.groups(), strict=True)
    )


def _pattern(written: str, names: Names) -> tuple[str, list[tuple[str, str]]]:
    """A regular expression of a line, and what its groups stand for."""
    pattern, loose, end = "", [], 0
    for found in _LOOSE.finditer(written):
        kind, text = str(found.lastgroup), found[0]
        pattern += re.escape(written[end : found.start()])
        end = found.end()
        if kind == "blank":
            pattern += r"\s+"
        elif kind == "time":
            pattern += re.sub(r"\d", r"\\d", re.escape(text))
        elif kind in ("code", "id") and _known(text, names.written):
            pattern += re.escape(text)
        else:
            pattern += {"code": f"({CODE})", "id": f"({ID})", "span": f"({_SPAN})"}[kind]
            loose.append((kind, text))
    return pattern + re.escape(written[end:]), loose


def _close(written: str, actual: str) -> bool:
    """Whether two spans as shown may be of times within two minutes of each other."""
    (one, one_end), (two, two_end) = _bounds(written), _bounds(actual)
    return one <= two_end + _SLACK and two <= one_end + _SLACK


def _bounds(shown: str) -> tuple[int, int]:
    words = shown.split()
    least = sum(int(count) * _SECONDS[unit] for count, unit in zip(words[::2], words[1::2], strict=True))
    return least, least + _NEXT[words[1]]


def replay(text: str, run: Run, *, update: bool = False) -> str:
    """The transcript as it holds; with `update` every output that differs is replaced. Raises Mismatch."""
    names, lines, shift = Names(), text.splitlines(), 0
    for step in steps(text):
        output, status = run(names.to_actual(step.command))
        output = _trimmed(output)
        if _same(step, output, status, names):
            continue
        new = _rewritten(step.output, output, names) + ([f"? {status}"] if status else [])
        if not update:
            raise Mismatch(_difference(step, new))
        lines[step.place.start + shift : step.place.stop + shift] = new
        shift += len(new) - (step.place.stop - step.place.start)
    return "\n".join(lines) + "\n"


def _same(step: Step, output: Sequence[str], status: int, names: Names) -> bool:
    same = len(output) == len(step.output) and status == step.status
    return same and all(matches(written, actual, names) for written, actual in zip(step.output, output, strict=True))


def _rewritten(old: Sequence[str], output: Sequence[str], names: Names) -> list[str]:
    """The output as written: lines that hold stay; codes and ids are bound in the order in which they stand."""
    for written, actual in zip(_new(old, names.actual), _new(output, names.written), strict=False):
        names.bind(written, actual)
    left, new = list(old), []
    for actual in output:
        place = next((at for at, written in enumerate(left) if matches(written, actual, names)), None)
        new.append(names.to_written(actual) if place is None else left[place])
        del left[: 0 if place is None else place + 1]
    for actual in _new(output, names.written):
        names.bind(actual, actual)
    return new


def _new(lines: Sequence[str], known: dict[str, str]) -> list[str]:
    """The codes and ids that are not known yet, each once."""
    found = [one[0] for line in lines for one in _LOOSE.finditer(line) if one.lastgroup in ("code", "id")]
    return [name for name in dict.fromkeys(found) if not _known(name, known)]


def _known(name: str, known: dict[str, str]) -> bool:
    """Whether it is a code or id that is bound, or the id that a code begins with."""
    return any(one.startswith(name.replace("-", "")) for one in known)


def _difference(step: Step, new: Sequence[str]) -> str:
    old = [*step.output, *([f"? {step.status}"] if step.status else [])]
    rows = difflib.unified_diff(old, new, "written", "actual", lineterm="", n=9)
    return "\n".join([f"line {step.line}: $ {step.command}", *rows, "UPDATE=1 pytest tests/test_examples.py rewrites"])
