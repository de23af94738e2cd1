"""The table of columns: what each gives, how it sorts, and what an unknown one is answered."""

from __future__ import annotations

import pytest

from tests.desks import answers, asks, changes, situation, ticket
from ticketcli.core.clock.situation import Situation
from ticketcli.core.view.columns import COLUMNS, UnknownColumn, column, columns, mark, sort
from ticketcli.core.view.values import machine

NEW = situation(
    ticket(asks("new", "2024-11-24 12:00", "Printer jams", set={("priority",): "high", ("fields", "order"): "A-1001"}))
)
DONE = situation(
    ticket(
        asks("done", "2024-11-20 08:00", "Invoice", lists={"tags": ("+vip", "+money")}),
        answers("d2", 2, "2024-11-20 09:00", "Fine.", seen=["done"]),
        changes("d3", 3, "2024-11-20 12:00", status="resolved"),
    )
)
LOW = situation(ticket(asks("low", "2024-11-25 11:00", "Colour", set={("priority",): "low"})))


def cells(of: Situation, names: str) -> list[str]:
    return [one.machine(of) for one in columns(names)]


def test_scripts_get_times_in_utc_and_seconds() -> None:
    names = "status,priority,due,overdue,needs_solving,waiting_since,waiting,age,messages,first_response,why"
    assert cells(NEW, names) == [
        "new",
        "high",
        "2024-11-25T12:00:00Z",
        "false",
        "true",
        "2024-11-24T12:00:00Z",
        "86400",
        "86400",
        "1",
        "",
        "due in 0 s (high), customer waits 1 d",
    ]


def test_the_clocks_of_what_is_done() -> None:
    names = "status,due,response,resolution,handling,resolved,reopened,tags,assignee,waiting,why"
    assert cells(DONE, names) == [
        "resolved", "", "3600", "14400", "3600", "2024-11-20T12:00:00Z", "0", "money,vip", "ana", "", "",
    ]  # fmt: skip


def test_people_get_times_in_the_desks_zone_and_words() -> None:
    assert [one.human(NEW) for one in columns("created,age,customer,fields,overdue")] == [
        "2024-11-24 12:00",
        "1 d",
        "Maria Santos <maria@example.com>",
        "order=A-1001",
        "",
    ]


def test_a_merged_ticket_tells_whose_thread_it_is_and_nothing_of_it() -> None:
    target = asks("target", "2024-11-20 08:00", "Login")
    source = ticket(asks("source", "2024-11-21 08:00", "Login again"))
    into = ticket(target)
    source = source.plus([changes("s2", 2, "2024-11-22 08:00", merged_into=into.code)])
    into = into.plus([changes("t2", 2, "2024-11-22 08:00")])
    shows = ticket(*into.events[:1], *[_shows(event, source.code) for event in into.events[1:]])
    merged = situation(source, shows)
    assert cells(merged, "status,merged_into,messages,due,status_since,subject") == [
        "merged",
        into.code,
        "",
        "",
        "",
        "Login again",
    ]


def _shows(event, code):  # type: ignore[no-untyped-def]
    from dataclasses import replace

    return replace(event, lists={"shows": (f"+{code}",)})


def test_signs_of_what_needs_somebody() -> None:
    late = situation(ticket(asks("late", "2024-11-01 08:00", "Late")))
    assert [mark(one) for one in (NEW, DONE, late)] == ["●", "", "●!"]


def test_own_fields_are_columns_too() -> None:
    assert cells(NEW, "fields.order, customer.email,fields.none") == ["A-1001", "maria@example.com", ""]


@pytest.mark.parametrize("name", ["colour", "fields.", "fields", "customer..x", "moved.x", "", "age_x"])
def test_an_unknown_column_is_refused_with_those_there_are(name: str) -> None:
    if name == "fields":
        assert column(name).name == "fields"
        return
    with pytest.raises(
        UnknownColumn, match=f'^unknown column "{name}"; there are: code, subject, status, priority, '
    ) as e:
        column(name)
    assert e.value.exit_code == 2
    assert str(e.value).endswith("why, rule, remedy, fields.NAME, customer.NAME")


def test_json_names_are_columns_too() -> None:
    assert column("age_s") is column("age")


def test_sorting_by_priority_goes_by_urgency_and_a_minus_turns_it() -> None:
    assert sort([NEW, DONE, LOW], "priority") == [LOW, DONE, NEW]
    assert sort([NEW, DONE, LOW], "-priority") == [NEW, DONE, LOW]
    assert sort([NEW, DONE, LOW], "-priority", reverse=True) == [LOW, DONE, NEW]


@pytest.mark.parametrize("by", ["waiting", "-waiting"])
def test_what_has_no_value_comes_last_whichever_way(by: str) -> None:
    assert sort([DONE, NEW, LOW], by)[-1] is DONE


def test_ties_stay_as_they_were() -> None:
    assert sort([NEW, LOW, DONE], "customer") == [NEW, LOW, DONE]


@pytest.mark.parametrize("name", [one.name for one in COLUMNS])
def test_every_column_gives_text_of_any_ticket_and_sorts(name: str) -> None:
    one = column(name)
    assert all(isinstance(text, str) for of in (NEW, DONE, LOW) for text in (one.human(of), one.machine(of)))
    assert len(sort([NEW, DONE, LOW], name)) == 3
    assert one.about.endswith(".")
    assert machine(one.value(NEW)) == one.machine(NEW) or one.cell
