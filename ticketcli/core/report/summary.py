"""Many numbers in a few: median, percentile, largest, mean, share. It knows no ticket."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import sqrt

Number = int | float | Fraction

FEWEST = 5
"""With fewer values than this only the median says something (semantics.md 2.3)."""
Z = 1.96
"""Of the normal distribution 95 % lie within so many standard deviations."""
METHOD = "linear interpolation (numpy's default, Python's statistics.quantiles with method inclusive)"


def percentile(ordered: Sequence[int], part: int, of: int) -> float:
    """The value below which `part` in `of` lie: between the closest two of at least one value in order, linearly."""
    place, rest = divmod((len(ordered) - 1) * part, of)
    if not rest:
        return ordered[place]
    return (ordered[place] * (of - rest) + ordered[place + 1] * rest) / of


def summary(how: str, ordered: Sequence[int]) -> Number | None:
    """One number for many values in order by the name of HOW; None where they are too few to tell."""
    if how in ALWAYS:
        return ALWAYS[how](ordered)
    if not ordered or (how != "median" and len(ordered) < FEWEST):
        return None
    return HOW[how](ordered)


def wilson(good: int, n: int) -> float:
    """The lower end of the share that so many good ones of n speak for, with 95 % certainty: so 1 of 1 does not win."""
    share = good / n
    spread = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(0.0, (share + Z * Z / (2 * n) - spread) / (1 + Z * Z / n))


ALWAYS: Mapping[str, Callable[[Sequence[int]], Number | None]] = {
    "n": len,
    "sum": sum,
    "different": lambda values: len(set(values)),
    **dict.fromkeys(("number", "part", "ratio", "flag"), lambda values: None),  # the kind itself fills it in
    "tickets": lambda values: sum(1 for value in values if value),
    "share": lambda values: Fraction(sum(values), len(values)) if values else None,
    "wilson": lambda values: wilson(sum(values), len(values)) if values else None,
}
HOW: Mapping[str, Callable[[Sequence[int]], Number]] = {
    "median": lambda ordered: percentile(ordered, 1, 2),
    "p90": lambda ordered: percentile(ordered, 9, 10),
    "max": lambda ordered: ordered[-1],
    "mean": lambda ordered: sum(ordered) / len(ordered),
}
