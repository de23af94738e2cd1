"""Saved views: what a name stands for, in the desk's settings and in the user's own, and what cannot be one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.command import PEOPLE, Command, at_home
from tests.desks import asks, at, make_desk, situation, ticket
from ticketcli.core.errors import BadWords
from ticketcli.core.words.loading import BadSettings, load
from ticketcli.core.words.query import DEEPEST, LARGEST, Query, parse
from ticketcli.core.words.settings import VIEWS, Settings

NOW = at("2024-11-25 12:00")


def viewing(**filters: str) -> Settings:
    return load({"view": {name: {"filter": text} for name, text in filters.items()}})


def ask(settings: Settings, *words: str) -> Query:
    return parse(words, settings=settings, now=NOW, agent="ana")


def one(subject: str = "Printer jams", **fields: str) -> object:
    return situation(ticket(asks("one", "2024-11-25 08:00", subject, set={(k,): v for k, v in fields.items()})))


def matches(query: Query, **fields: str) -> bool:
    return query.matches(one(**fields))  # type: ignore[arg-type]


def test_a_view_stands_for_its_words_and_may_name_others() -> None:
    desk = viewing(jams='printer "jams"', hot="priority:high.. view:jams", either="view:hot")
    assert matches(ask(desk, "view:hot"), priority="urgent")
    assert not matches(ask(desk, "view:hot"), priority="low")
    assert not matches(ask(desk, "-view:hot"), priority="urgent")
    assert matches(ask(desk, "view:either", "assignee:none"), priority="high")
    assert matches(ask(desk, "view:hot,unassigned"), priority="low")
    assert matches(ask(desk, "view:MINE"), assignee="ana")
    assert not matches(ask(desk, "view:mine"), assignee="bob")


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(["priority:high..", "assignee:me", "printer", "-text:jams", "status:new"]), min_size=1))
def test_a_view_is_what_its_words_are(words: list[str]) -> None:
    plain, named = ask(Settings(), *words), ask(viewing(it=" ".join(words)), "view:it")
    for fields in ({}, {"assignee": "ana"}, {"priority": "urgent", "assignee": "ana"}):
        assert matches(named, **fields) == matches(plain, **fields)
    assert (named.names_status, named.texts) == (plain.names_status, plain.texts)


def test_a_view_that_asks_for_closed_tickets_gets_them_from_a_list() -> None:
    desk = viewing(done="status:closed", text="jams")
    assert ask(desk, "view:done").names_status
    assert not ask(desk, "-view:done").names_status
    assert ask(desk, "view:text").texts == (("jams",),)
    assert ask(desk, "-view:text").texts == ask(desk, "view:text,mine").texts == ()


@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        ({"a": "view:b", "b": "view:a"}, "the view stands for itself (a > b > a); take view:a out of one of them"),
        ({"a": "-view:A"}, "the view stands for itself (a > a)"),
        ({"a": "status:opn"}, 'cannot read the filter "status:opn": no status "opn"; did you mean "open"?'),
        ({"a": "view:min"}, 'no view "min"; did you mean "mine"? known: mine, unassigned, overdue, watched, a'),
        ({"a": "'printer"}, 'a quote in "\'printer" does not end'),
        ({"a": "x " * (LARGEST + 1)}, f'the view "a" stands for more than {LARGEST} words'),
    ],
)
def test_what_cannot_be_read_names_the_view(filters: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadWords) as caught:
        ask(viewing(**filters), "view:a")
    assert str(caught.value).startswith('cannot read the filter "view:a": ')
    assert sentence in str(caught.value)


def test_views_of_views_cannot_grow_without_end() -> None:
    """A stranger's settings: each view names the next one ten times."""
    wide = {f"v{n}": " ".join([f"view:v{n + 1}"] * 10) for n in range(DEEPEST - 1)}
    with pytest.raises(BadWords, match="stands for more than"):
        ask(viewing(**wide, **{f"v{DEEPEST - 1}": "jams"}), "view:v0")
    deep = {f"v{n}": f"view:v{n + 1}" for n in range(5000)}
    with pytest.raises(BadWords, match="more than 10 deep"):
        ask(viewing(**deep, v5000="jams"), "view:v0")
    assert matches(ask(viewing(**deep, v5000="jams"), f"view:v{5001 - DEEPEST}"))


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({}, '"view.x.filter" is missing; write filter words like'),
        ({"filter": " "}, '"view.x.filter" must be text'),
        ({"filter": ["tag:vip"]}, '"view.x.filter" must be text'),
        ({"filter": "tag:vip", "about": 1}, '"view.x.about" must be text, not 1'),
    ],
)
def test_what_a_view_cannot_be(row: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadSettings) as caught:
        load({"view": {"x": row}})
    assert sentence in str(caught.value)


def test_shipped_views_can_be_read_and_replaced() -> None:
    for view in VIEWS:
        ask(Settings(), f"view:{view.name}")
    assert viewing(mine="tag:me").views["mine"].filter == "tag:me"


# --- through the program --------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    at_home(tmp_path, monkeypatch)
    views = '[view.hot]\nfilter = "priority:high.. -tag:later"\n[view.done]\nfilter = "status:closed"\n'
    return Command(make_desk(tmp_path / "desk", settings=PEOPLE + views), capsys, monkeypatch)


def mine(home: Path, text: str) -> None:
    path = home / "config/ticketcli/config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_every_command_that_filters_knows_views_and_my_own_win(desk: Command, tmp_path: Path) -> None:
    hot, cold = desk.create("Server down", "Help.", "-p", "urgent"), desk.create("A question")
    desk.ok("close", cold, "-q")
    for words in (["list"], ["to-solve"], ["search"], ["next", "--peek"], ["export", "jsonl"]):
        assert hot in desk.ok(*words, "view:hot").out, words
        assert cold not in desk.ok(*words, "view:hot").out, words
    assert cold in desk.ok("list", "view:done").out
    assert "0 open, 1 closed" in desk.ok("report", "view:done", "--json").out
    mine(tmp_path, '[view.hot]\nfilter = "tag:fire"\n[view.ours]\nfilter = "view:hot"\n')
    assert desk.ok("list", "view:hot", "view:ours").out == ""
    shown = desk.ok("config", "show").out
    assert "view           hot: tag:fire\n" in shown
    assert "view           mine: assignee:me\n" in shown


def test_errors_of_views_are_one_line(desk: Command, tmp_path: Path) -> None:
    said = desk.refused(2, "list", "view:hto")
    assert said == (
        'cannot read the filter "view:hto": no view "hto"; did you mean "hot"? '
        "known: mine, unassigned, overdue, watched, hot, done"
    )
    mine(tmp_path, "[view.x]\n")
    assert 'config.toml": "view.x.filter" is missing' in desk.refused(1, "list", "view:x")


def test_check_names_a_view_that_cannot_be_read_and_nothing_else_minds(desk: Command) -> None:
    assert desk.ok("check", "--files").err == "nothing to mend\n"
    settings = desk.root / "ticketcli.toml"
    settings.write_text(settings.read_text() + '[view.old]\nfilter = "assignee:carol"\n')
    ran = desk.run("check", "--files")
    assert ran.code == 1
    assert ran.out.startswith('ticketcli.toml: cannot read the filter "view:old": cannot read the filter')
    assert desk.ok("list", "view:hot").out == ""
