"""Instants as numbers, as the index keeps them and the queue compares them: microseconds since 1970. It shows none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
NEVER = 2**62
"""Later than every instant."""


def micros(instant: datetime) -> int:
    """Microseconds since 1970."""
    return (instant - _EPOCH) // _MICROSECOND


def instant(number: int) -> datetime:
    """The instant (UTC) so many microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=number)
