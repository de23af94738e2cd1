"""The overview: counts with New and Open first, what is late, which comes next, what is wrong."""

from __future__ import annotations

from collections import Counter

from tests.desks import answers, asks, changes, situation, ticket
from ticketcli.core.text import line, width
from ticketcli.core.view.look import Look
from ticketcli.core.view.names import shortener
from ticketcli.core.view.summary import Summary, summary
from ticketcli.core.words.loading import load
from ticketcli.core.words.settings import Settings

DESK = load({"name": "ACME support"})
FOUND = [
    situation(one, settings=DESK)
    for one in (
        ticket(asks("7KQM2RTX4B", "2024-11-25 06:00", "Printer jams", set={("priority",): "urgent"})),
        ticket(asks("old", "2024-11-19 08:00", "Since long", set={("priority",): "low"})),
        ticket(asks("ans", "2024-11-20 08:00", "Login"), answers("a2", 2, "2024-11-20 09:00", "Done.", seen=["ans"])),
        ticket(
            asks("hold", "2024-11-20 08:00", "Held"),
            changes("h2", 2, "2024-11-20 09:00", status="on-hold", seen=["hold"]),
        ),
        ticket(
            asks("cl", "2024-11-20 08:00", "Closed"), changes("c2", 2, "2024-11-20 09:00", status="closed", seen=["cl"])
        ),
    )
]


def shown(found: list = FOUND, problems: tuple[str, ...] = (), look: Look = Look(), desk: Settings = DESK) -> str:  # type: ignore[type-arg]
    return summary(
        Summary(found, Counter(one.status for one in found), desk, problems, shortener(one.code for one in found)), look
    )


def test_the_overview_of_a_desk() -> None:
    short = shortener(one.code for one in FOUND)
    assert shown() == (
        "ACME support\n"
        "\n"
        "● new                2\n"
        "● open               0\n"
        "  answered           1\n"
        "  on-hold            1\n"
        "  closed             1\n"
        "\n"
        "! overdue            2   ticket list is:overdue\n"
        "  stale              1   to be solved for more than 5 d: ticket list is:stale\n"
        "\n"
        f"next      {short(FOUND[1].code)}  Since long\n"
        "          overdue 1 d 4 h (low), customer waits 6 d 4 h\n          nobody waits longer\n"
    )


def test_who_waits_longest_is_named_where_another_comes_next() -> None:
    first, second = FOUND[0], situation(ticket(asks("w", "2024-11-25 05:00", "Waits", set={("priority",): "low"})))
    assert shown([first, second]).split("\n\n")[-1] == (
        "next      7KQ-M  Printer jams\n"
        "          overdue 2 h (urgent), customer waits 6 h\n"
        f"longest   {second.code[:5]}  Waits\n"
        "          customer waits 7 h, since 2024-11-25 05:00\n"
    )


def test_new_and_open_have_weight() -> None:
    bold = [row for row in shown(look=Look(80, weight=True)).split("\n") if row.startswith("\x1b[1m●")]
    assert bold == ["\x1b[1m● new                2\x1b[0m", "\x1b[1m● open               0\x1b[0m"]


def test_a_desk_without_tickets_says_how_to_begin() -> None:
    assert shown([]) == ('ACME support\n\nNo tickets yet. Begin with: ticket create "SUBJECT" --from ADDRESS -m TEXT\n')


def test_a_desk_with_nothing_to_do_says_so() -> None:
    assert shown(FOUND[2:3]).endswith("\n\nNothing to solve.\n")


def test_problems_are_named_and_more_than_three_counted() -> None:
    assert shown(problems=("a: bad", "b: worse")).endswith("\n\nProblems\n  a: bad\n  b: worse\n  see: ticket check\n")
    assert shown(problems=tuple("abcde")).endswith("\n\nProblems\n  a\n  b\n  c\n  and 2 more; see: ticket check\n")


def test_it_fits_80_columns_whatever_strangers_write() -> None:
    hostile = situation(ticket(asks("h", "2024-11-19 08:00", "漢字 \x1b[2J " * 60)), settings=DESK)
    rows = shown([hostile, *FOUND], problems=("x" * 300,), look=Look(80), desk=load({"name": "N" * 200})).split("\n")
    assert max(map(width, rows)) <= 80
    assert rows == list(map(line, rows))
