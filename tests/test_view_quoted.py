"""The thread below an answer that is being written."""

from __future__ import annotations

from tests.desks import answers, asks, says, situation, ticket
from ticketcli.core.view.quoted import MOST, quoted


def test_the_newest_stands_first_and_nothing_is_raw() -> None:
    one = ticket(
        asks("q", "2024-11-20 08:15", "Login", "First.\n\nex: \x1b]0;evil\x07"),
        answers("a", 2, "2024-11-20 09:02", "Second.", seen=["q"]),
    )
    assert quoted(situation(one)).splitlines() == [
        "#",
        "# 2024-11-20 09:02  ana",
        "> Second.",
        "#",
        "# 2024-11-20 08:15  Maria Santos <maria@example.com>",
        "> First.",
        ">",
        r"> ex : \x1b]0;evil\x07",
    ]


def test_a_long_thread_is_cut_and_says_so() -> None:
    more = [says(f"m{n}", n, "2024-11-20 09:00", f"Number {n}.") for n in range(2, MOST + 4)]
    one = ticket(asks("q", "2024-11-20 08:15", "Login"), *more)
    lines = quoted(situation(one)).splitlines()
    assert sum(line.startswith("> Number") for line in lines) == MOST
    assert lines[-1] == f"# and 3 older ones: ticket show {one.code}"
