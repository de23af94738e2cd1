"""How well a ticket fits what is searched for, and the words around it."""

from __future__ import annotations

from tests.desks import asks, notes, situation, ticket
from ticketcli.core.view.excerpt import excerpt, relevance

LONG = "word " * 30 + "the Printer\njams every day " + "more " * 30


def test_subjects_come_before_messages_and_more_before_fewer() -> None:
    subject = situation(ticket(asks("s", "2024-11-20 08:00", "Printer jams", "Help.")))
    body = situation(ticket(asks("b", "2024-11-20 08:00", "Help", "printer printer PRINTER")))
    once = situation(ticket(asks("o", "2024-11-20 08:00", "Help", "printer"), notes("o2", 2, "2024-11-20 09:00", "x")))
    assert sorted([once, body, subject], key=lambda one: relevance(one, ["printer"])) == [subject, body, once]
    assert relevance(once, ["nothing"]) == (0, 0)


def test_an_excerpt_has_the_words_around_what_was_found() -> None:
    one = situation(ticket(asks("l", "2024-11-20 08:00", "Help", LONG)))
    found = excerpt(one, ["printer jams"])
    assert found == f"… word word word word word the Printer jams every day {'more ' * 10}…"
    assert excerpt(one, ["help"]) == "Help"
    assert excerpt(one, ["nothing"]) == excerpt(one, []) == ""
