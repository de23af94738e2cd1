"""Pictures as SVG: bars, columns and a line, each with a title and a description. They stand beside their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ticketcli.core.report.html.markup import element, text
from ticketcli.core.text import cut, line

WIDTH, HEIGHT = 640, 220
LEFT, TOP, BOTTOM = 44, 12, 26
ROW, LABEL, NUMBER = 26, 170, 130
_LETTERS = 22
"""So many letters of a label have room beside a bar."""
_LETTER = 8
"""How wide a letter is at most, of those that names of time have."""
_NAMES = 7
"""At most so many names stand below columns."""


class Bar(NamedTuple):
    """One bar: what it is of, its length, and the number in words."""

    label: str
    value: float
    shown: str


def bars(title: str, about: str, rows: Sequence[Bar], most: float = 0) -> str:
    """A bar for each row, from left to right, with its name before and its number behind it."""
    most = most or max((row.value for row in rows), default=0) or 1
    inside = [part for number, row in enumerate(rows) for part in _bar(row, number * ROW, most)]
    return _picture(title, about, inside, ROW * max(len(rows), 1))


def _bar(row: Bar, top: float, most: float) -> Iterator[str]:
    length = (WIDTH - LABEL - NUMBER) * min(row.value / most, 1)
    yield _words(cut(line(row.label), _LETTERS), LABEL - 8, top + 17, "end")
    if length > 0:
        yield element("rect", x=LABEL, y=top + 4, width=max(length, 1), height=ROW - 8, class_="one")
    yield _words(row.shown, LABEL + length + 6, top + 17)


def columns(title: str, about: str, names: Sequence[str], one: Sequence[float], two: Sequence[float]) -> str:
    """Two columns for each name: the first full, the second hatched, so that nobody needs colours to tell them."""
    most = max([*one, *two], default=0) or 1
    step = (WIDTH - LEFT) / max(len(names), 1)
    width = min(step * 0.4, 40)
    inside = [element("defs", _hatching()), *_axis(most, names, step)]
    for number, pair in enumerate(zip(one, two, strict=True)):
        middle = LEFT + step * (number + 0.5)
        for value, left, kind in zip(pair, (middle - width, middle), ("one", "two"), strict=True):
            if value > 0:
                tall = _tall(value, most)
                low = HEIGHT - BOTTOM - tall
                inside.append(element("rect", x=left, y=low, width=width, height=tall, class_=kind))
    return _picture(title, about, inside, HEIGHT)


def curve(title: str, about: str, names: Sequence[str], values: Sequence[float]) -> str:
    """A line through one point for each name."""
    most = max(values, default=0) or 1
    step = (WIDTH - LEFT) / max(len(names), 1)
    points = [(LEFT + step * (n + 0.5), HEIGHT - BOTTOM - _tall(value, most)) for n, value in enumerate(values)]
    inside = [*_axis(most, names, step)]
    inside.append(element("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points), class_="line"))
    if len(points) <= 2 * _NAMES:
        inside += [element("circle", cx=x, cy=y, r=3, class_="one") for x, y in points]
    return _picture(title, about, inside, HEIGHT)


def _tall(value: float, most: float) -> float:
    return (HEIGHT - TOP - BOTTOM) * value / most


def _axis(most: float, names: Sequence[str], step: float) -> Iterator[str]:
    """Nothing, half and all as lines, and some of the names below."""
    for value in {0.0, most / 2, most} if most % 2 == 0 else {0.0, most}:
        y = HEIGHT - BOTTOM - _tall(value, most)
        yield element("line", x1=LEFT, y1=y, x2=WIDTH, y2=y, class_="rule")
        yield _words(f"{value:,.0f}", LEFT - 6, y + 4, "end")
    every = max(1, -(-len(names) // _NAMES))
    for number in range(0, len(names), every):
        half = len(names[number]) * _LETTER / 2  # the last one would end beyond the edge
        yield _words(names[number], min(LEFT + step * (number + 0.5), WIDTH - half), HEIGHT - 8, "middle")


def _words(shown: str, x: float, y: float, anchor: str = "start") -> str:
    return element("text", text(shown), x=x, y=y, text_anchor=anchor)


def _hatching() -> str:
    stroke = element("path", d="M0 6 6 0M-1 1 1 -1M5 7 7 5", class_="stroke")
    return element("pattern", stroke, id="hatched", width=6, height=6, patternUnits="userSpaceOnUse")


def _picture(title: str, about: str, inside: Iterable[str], height: float) -> str:
    words = element("title", text(title)), element("desc", text(about))
    return element(
        "svg", *words, *inside, viewBox=f"0 0 {WIDTH} {height:.0f}", role="img", aria_label=f"{title}: {about}"
    )
