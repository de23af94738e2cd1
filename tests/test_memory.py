"""What a situation remembers is what it works out: compared with the files themselves, at later instants, too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desks import asks, situation, ticket
from tests.play import MARIA, Play
from tests.test_report_sla import LEVELS, STEPS, played
from ticketcli.core.action import merge, rate, skip, split, status, undo
from ticketcli.core.action.change import change
from ticketcli.core.action.draft import Context, Draft
from ticketcli.core.clock import holding, memory, queue
from ticketcli.core.clock.situation import Situation
from ticketcli.core.report.kinds import KINDS
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.event import RATE, Event
from ticketcli.core.view.columns import COLUMNS
from ticketcli.core.words import looks
from ticketcli.core.words.settings import Settings
from ticketcli.core.words.terms import CONDITIONS

SECOND = timedelta(seconds=1)
LOOKS = (looks.customer, looks.texts, looks.authors, looks.channels, looks.waiting, looks.level, looks.resolved)
DAY, HOUR, ZONED = date(2026, 3, 4), datetime(2026, 3, 4, 5), datetime(2026, 3, 4, tzinfo=UTC)


def merged(play: Play, code: str) -> None:
    other = next(one for one in play.tickets if one != code)
    play.do(other, merge.merge([play.alone(code)]))


def part(play: Play, code: str) -> None:
    play.do(code, split.split(split.Split(play.at(code).thread.messages[-1:], "Another matter")))


def resolved_and_rated(play: Play, code: str) -> None:
    play.do(code, status.move("closed" if play.at(code).category == "resolved" else "resolved"))
    play.do(code, rate.rate(1 + len(play.alone(code).ticket.events) % 5, "", MARIA))


def asks_for_a_rating(situation: Situation, _: Context) -> list[Draft]:
    event = Event(kind="message", role="system", by="rule", quiet=True, action=RATE, body="How was it?\n")
    return [Draft(situation.thread.code, event)]


MORE = {
    "merges": merged,
    "splits": part,
    "skips": lambda play, code: play.do(code, skip.skip("bob knows more")),
    "undoes": lambda play, code: play.do(
        code, undo.undo(undo.last_command(play.tickets.values(), "ana"), play.context())
    ),
    "resolves and rates": lambda play, code: resolved_and_rated(play, code),
    "asks for a rating": lambda play, code: play.do(code, asks_for_a_rating),
    "sets a deadline": lambda play, code: play.do(
        code, change(Changes({("due",): play.now + timedelta(hours=3), ("fields", "day"): date(2026, 3, 4)}))
    ),
    "writes ahead": lambda play, code: play.do(code, STEPS_AHEAD, at=play.now + timedelta(hours=7)),
}
STEPS_AHEAD = change(Changes({("assignee",): "bob"}))
ALL = {**STEPS, **MORE}
HISTORY = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(sorted(ALL)), st.integers(0, 900)), max_size=25)


def unread() -> Any:
    raise AssertionError("a file was read")


def recalled(one: Situation, now: datetime) -> Situation:
    """The situation out of its memory, as JSON keeps it; no file is there."""
    head, measured, rest = json.loads(json.dumps(memory.keep(one)))
    return memory.recall(head, lambda: measured, lambda: {**rest, "bodies": one.bodies}, one.settings, now, unread)


def looked_at(one: Situation, **other: Any) -> Situation:
    """The same ticket, looked at otherwise."""
    return Situation(one.files, other.get("settings", one.settings), other.get("now", one.now))


def answers(one: Situation) -> Iterator[tuple[str, Any]]:
    """All that lists, filters, the queue and reports ask of a ticket."""
    for column in COLUMNS:
        yield column.name, column.value(one)
        yield f"{column.name} for people", column.human(one)
    yield "unhappy", CONDITIONS["unhappy"].holds(one)
    yield "order", queue.list_order(one)
    yield "deeds", one.deeds
    yield "skipped", [queue.skipped(one, agent) for agent in ("ana", "bob")]
    yield "assigned", one.assigned
    yield "concerns", [queue.concerns(one, agent) for agent in ("ana", "bob")]
    for look in (
        looks.customer,
        looks.texts,
        looks.authors,
        looks.channels,
        looks.waiting,
        looks.level,
        looks.resolved,
        looks.rating,
    ):
        yield look.__name__, list(look(one))
    yield "in status", list(looks.in_status(one)) if not one.merged else None
    if not one.merged:
        for name, kind in KINDS.items():
            yield name, [fact[1:] for fact in kind.read(one)]


@settings(max_examples=70)
@given(HISTORY, st.integers(0, 20000))
def test_a_memory_answers_as_the_files_do_as_long_as_it_holds(history: Any, minutes: int) -> None:
    play = played(history, ALL)
    for code in play.tickets:
        one = play.alone(code)
        until = holding.changes_at(one)
        last = one.now + timedelta(minutes=minutes)
        later = min(last, until - SECOND) if until else last
        for now in {one.now, later}:
            assert dict(answers(recalled(one, now))) == dict(answers(looked_at(one, now=now)))


def test_a_memory_that_is_kept_too_long_answers_otherwise() -> None:
    play = Play()
    code = play.asks()
    STEPS["postpones"](play, code)
    one = play.alone(code)
    until = holding.changes_at(one)
    assert until == one.standing.until
    assert recalled(one, until).status == "postponed"
    assert looked_at(one, now=until).status != "postponed"


def test_what_happens_by_itself_and_a_miss_end_a_memory() -> None:
    play = Play(LEVELS)
    code = play.asks()
    breach = min(measure.breach for measure in play.alone(code).measures if measure.breach)
    assert holding.changes_at(play.alone(code)) == breach
    play.now = breach
    assert holding.changes_at(play.alone(code)) != breach


def test_when_tick_has_something_to_do() -> None:
    play = Play(LEVELS)
    code = play.asks()
    STEPS["postpones"](play, code)
    acts = holding.acts_at(play.alone(code))
    assert acts is not None
    play.now = acts
    assert holding.acts_at(play.alone(code)) == acts  # until it is written
    play.tick(code)
    after = holding.acts_at(play.alone(code))
    assert after is None or after > acts


def test_a_merged_ticket_has_nothing_to_do_and_keeps_what_is_its_own() -> None:
    play = Play(LEVELS)
    first, second = play.asks(), play.asks()
    play.do(first, merge.merge([play.alone(second)]))
    one = play.alone(second)
    assert holding.acts_at(one) is None
    assert recalled(one, one.now).root == first
    with pytest.raises(AssertionError, match="a file was read"):
        _ = recalled(one, one.now).clocks


@pytest.mark.parametrize("value", [DAY, HOUR, ZONED, [1, [DAY]], {"a": [1.5, True]}])
def test_values_of_every_kind_are_kept(value: Any) -> None:
    one = situation(ticket(asks("one", "2024-11-20 08:00", "It jams", set={("fields", "x"): value})))
    assert recalled(one, one.now).header == one.header


def test_the_basis_tells_settings_apart_that_count() -> None:
    assert memory.basis(LEVELS) == memory.basis(LEVELS._replace(name="other", stale_after=timedelta(1)))
    assert memory.basis(LEVELS) != memory.basis(LEVELS._replace(levels=LEVELS.levels[:1]))
    assert memory.basis(Settings()) != memory.basis(Settings()._replace(statuses={}))
