from __future__ import annotations

from datetime import timedelta
from typing import Any

import jsonschema
import pytest
import tomli
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from ticketcli.core.errors import TicketError
from ticketcli.core.words import keys
from ticketcli.core.words.loading import BadSettings, NewerDesk, load
from ticketcli.core.words.schema import settings_schema
from ticketcli.core.words.settings import ALWAYS, Settings, Status

WHOLE = """
format = 1
name = "ACME support"
time_zone = "Europe/Prague"
close_after = "3d"
reopen_window = "30d"
stale_after = "1w"
priorities = ["low", "normal", "high", "urgent", "on-fire"]

[status.pending]
category = "new"
on_assign = "open"

[status.spam]
reports = true

[status.waiting-for-parts]
category = "postponed"

[department.billing]
address = "billing@example.com"

[agent.ana]
name = "Ana Cruz"
email = "ana@example.com"
departments = ["support", "billing"]

[git]
commit = false

[calendar.office]
mon = ["09:00-17:00"]

[[sla]]
name = "gold"
when = "department:billing"
calendar = "office"
resolution = { on-fire = "1h", default = "24h" }

[[sla]]
name = "standard"

[[rule]]
name = "resolve unanswered"
when = "status:answered for:10d.."
do = ["status=resolved"]
"""

BAD = [
    ("format = 0", '"format" must be a whole number, not 0'),
    ("format = true", '"format" must be a whole number, not True'),
    ("format = '1'", "\"format\" must be a whole number, not '1'"),
    ("name = 1", '"name" must be text, not 1'),
    ("time_zone = 'Mars/Base'", '"time_zone" must be a time zone like "Europe/Prague", not \'Mars/Base\''),
    ("time_zone = '../../etc/passwd'", '"time_zone"'),
    ("time_zone = ''", '"time_zone"'),
    ("time_zone = 'Europe'", '"time_zone"'),
    ("time_zone = 1", '"time_zone"'),
    ("close_after = '0d'", '"close_after" must be a span like "4d", not \'0d\''),
    ("close_after = 'soon'", '"close_after"'),
    ("close_after = 'never'", '"close_after"'),
    ("close_after = 4", '"close_after"'),
    (
        "reopen_window = 'sometimes'",
        '"reopen_window" must be "always", "never" or a span like "30d", not \'sometimes\'',
    ),
    ("reopen_window = ['always']", '"reopen_window"'),
    ("stale_after = ''", '"stale_after"'),
    ("priorities = []", '"priorities" must be a list of different words without dots, not []'),
    ("priorities = 'high'", '"priorities"'),
    ("priorities = ['low', 1]", '"priorities"'),
    ("priorities = ['low', 'Low']", '"priorities"'),
    ("priorities = ['very high']", '"priorities"'),
    ("priorities = ['a,b']", '"priorities"'),
    ("priorities = ['a..b']", '"priorities"'),
    ("priorities = ['none']", '"priorities"'),
    ("status = 'new'", '"status" must be tables like [status.NAME]'),
    ("[[agent]]\nname = 'Ana'", '"agent" must be tables like [agent.NAME]'),
    ("status.late = 'open'", '"status.late" must be a table'),
    ("[status.late]\nreports = true", '"status.late.category" is missing; it is one of new, open, answered'),
    ("[status.late]\ncategory = 'merged'", '"status.late.category" must be one of new, open, answered'),
    ("[status.late]\ncategory = ['new']", '"status.late.category"'),
    ("[status.open]\ncategory = 'open'", '"status.open" is built in and cannot be changed; choose another name'),
    ("[status.merged]", '"status.merged" is built in'),
    ("[status.keep]\ncategory = 'open'", '"status.keep" has another meaning in commands; choose another name'),
    ("[status.Late]\ncategory = 'open'", '"status.Late" must be one word in small letters'),
    ("[status.'too late']\ncategory = 'open'", '"status.too late" must be one word in small letters'),
    ("[status.late]\ncategory = 'new'\non_assign = 'opn'", '"status.late.on_assign" must be a status of this desk'),
    ("[status.late]\ncategory = 'new'\non_assign = 'merged'", '"status.late.on_assign" must be a status of this desk'),
    ("[status.late]\ncategory = 'new'\non_assign = 1", '"status.late.on_assign" must be the name of a status, not 1'),
    ("[status.spam]\nreports = 'no'", "\"status.spam.reports\" must be true or false, not 'no'"),
    ("[status.spam]\nreopen = 0", '"status.spam.reopen" must be true or false, not 0'),
    ("[department.none]", '"department.none" has another meaning in commands'),
    ("[department.'a,b']", '"department.a,b": a name has no commas'),
    ("[department.'']", '"department.": a name has no commas'),
    ("[department.'-x']", '"department.-x": a name has no commas'),
    ("[department.billing]\naddress = 'nowhere'", "\"department.billing.address\" must be an address, not 'nowhere'"),
    ("[agent.me]", '"agent.me" has another meaning in commands'),
    ('[agent."a\\nb"]', "a name has no commas"),
    ("git = true", '"git" must be a table like [git]'),
    ("[git]\ncommit = 'no'", "\"git.commit\" must be true or false, not 'no'"),
    ("[agent.ana]\nname = 1", '"agent.ana.name" must be text, not 1'),
    ("[agent.ana]\nemail = 'Ana <ana@example.com>'", '"agent.ana.email" must be an address'),
    ("[agent.ana]\nemail = 1", '"agent.ana.email" must be an address'),
    ("[agent.ana]\ndepartments = 'support'", '"agent.ana.departments" must be a list of departments'),
    ("[agent.ana]\ndepartments = ['']", '"agent.ana.departments" must be a list of departments'),
]
BEYOND_A_SCHEMA = ("Mars", "/etc", "zone = ''", "'Europe'", "'Low'", "'none'", "keep", "late.on", ".Late", "too late")
BEYOND_A_SCHEMA += ("on_assign = 'opn'", "on_assign = 'merged'", "none", "a,b", "''", "'-x'", "me]", "a\\nb", "Ana <")
"""What the loader refuses and a schema does not say."""


def loaded(text: str) -> Settings:
    return load(tomli.loads(text))


def test_an_empty_file_gives_the_defaults() -> None:
    assert load({}) == Settings()
    assert load({}).zone.key == "UTC"
    assert load({}).statuses["pending"] == Status("pending", "new", on_assign="new")
    assert not load({}).statuses["spam"].reports
    assert not load({}).statuses["automatic"].reopen


def test_a_whole_file() -> None:
    settings = loaded(WHOLE)
    assert (settings.name, settings.zone.key) == ("ACME support", "Europe/Prague")
    assert (settings.close_after, settings.stale_after) == (timedelta(days=3), timedelta(weeks=1))
    assert settings.reopen_window == timedelta(days=30)
    assert settings.priorities == ("low", "normal", "high", "urgent", "on-fire")
    assert settings.statuses["waiting-for-parts"] == Status("waiting-for-parts", "postponed")
    assert settings.departments["billing"].address == "billing@example.com"
    assert settings.agents["ana"].departments == ("support", "billing")
    assert list(settings.calendars) == ["office"]
    assert [level.name for level in settings.levels] == ["gold", "standard"]
    assert not settings.commit
    assert settings.unknown == ()


def test_a_shipped_status_keeps_what_the_desk_does_not_say() -> None:
    statuses = loaded(WHOLE).statuses
    assert statuses["pending"] == Status("pending", "new", on_assign="open")
    assert statuses["spam"] == Status("spam", "closed", reports=True, reopen=False)


@pytest.mark.parametrize(
    ("text", "window"), [("always", ALWAYS), ("never", timedelta(0)), ("12h", timedelta(hours=12))]
)
def test_the_reopen_window(text: str, window: timedelta) -> None:
    assert load({"reopen_window": text}).reopen_window == window


@pytest.mark.parametrize(("text", "sentence"), BAD)
def test_every_bad_value_is_named_in_one_line(text: str, sentence: str) -> None:
    with pytest.raises(BadSettings) as caught:
        loaded(text)
    assert any(sentence in problem for problem in caught.value.problems), caught.value.problems
    assert str(caught.value).startswith("ticketcli.toml: ")
    assert caught.value.exit_code == 1


def test_all_problems_at_once() -> None:
    with pytest.raises(BadSettings, match=r"\(and 2 more\)$") as caught:
        loaded("name = 1\nclose_after = 2\n[agent.ana]\nname = 3")
    assert len(caught.value.problems) == 3


def test_a_newer_format_is_named_before_anything_else() -> None:
    with pytest.raises(NewerDesk, match="format 2, this program reads format 1; install a newer ticketcli"):
        load({"format": 2, "name": 1})


def test_unknown_keys_are_tolerated_and_listed() -> None:
    settings = loaded(
        "colour = 'red'\n[agent.ana]\nshoe = 42\n[status.late]\ncategory = 'open'\nsmell = 1\n[git]\npush = 1"
    )
    assert settings.unknown == (
        'unknown key "colour"',
        'unknown key "git.push"',
        'unknown key "status.late.smell"',
        'unknown key "agent.ana.shoe"',
    )
    assert settings.agents["ana"].key == "ana"


def test_an_agent_by_key_name_or_address() -> None:
    settings = loaded(WHOLE)
    ana = settings.agents["ana"]
    assert settings.agent("ANA") is settings.agent("ana cruz") is settings.agent("Ana@Example.com") is ana
    assert settings.agent("bob") is None
    assert loaded("[agent.bob]").agent("") is None


def test_what_the_settings_do_not_know() -> None:
    settings = Settings()
    assert settings.category("on-hold") == "postponed"
    assert settings.category("gone-from-the-settings") == "open"
    assert (
        settings.urgency("urgent") > settings.urgency("blocker") == settings.urgency("") == settings.urgency("normal")
    )
    assert Settings(priorities=("p3", "p2")).urgency("") == 0


def valid(data: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(settings_schema()).is_valid(data))


def test_the_schema_is_one_and_knows_every_key() -> None:
    schema = settings_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert {key.name for key in keys.ROOT} | {*keys.SECTIONS, *keys.TABLES, "sla", "rule"} == set(schema["properties"])
    described = schema["properties"]["agent"]["additionalProperties"]["properties"]["departments"]
    assert described["description"] == "Where the agent works."


@pytest.mark.parametrize(
    "text", ["", WHOLE, "reopen_window = 'never'", "colour = 'red'", "[status.spam]\nreports = true"]
)
def test_the_schema_takes_what_the_loader_takes(text: str) -> None:
    loaded(text)
    assert valid(tomli.loads(text))


@pytest.mark.parametrize("text", [text for text, _ in BAD if not any(part in text for part in BEYOND_A_SCHEMA)])
def test_the_schema_refuses_what_the_loader_refuses(text: str) -> None:
    assert not valid(tomli.loads(text))


@pytest.mark.parametrize("data", [{"rule": 1}, {"calendar": "office"}, {"sla": True}, {"sla": {}}, []])
def test_the_schema_refuses_what_no_version_writes(data: Any) -> None:
    assert not valid(data)


VALUES = st.sampled_from([None, True, -1, 2, 1.5, "", "4d", "new", "none", [], ["a"], [1], {}, {"a": 1}])
ANYTHING = VALUES | st.text(max_size=5)
NAMES = st.sampled_from([*(key.name for key in keys.ROOT), *keys.SECTIONS, *keys.TABLES, "sla"])
ROWS = st.sampled_from([key.name for rows in keys.SECTIONS.values() for key in rows])
SECTIONS = st.builds(lambda name, key, value: {name: {key: value}}, ANYTHING.map(str), ROWS, ANYTHING)


@effort(max_examples=150, deadline=None)
@given(st.lists(st.tuples(NAMES, ANYTHING | SECTIONS), max_size=3).map(dict))
def test_nothing_but_a_sentence_comes_of_any_file(data: dict[str, Any]) -> None:
    try:
        statuses = set(load(data).statuses)
    except TicketError as error:
        statuses = {*keys.CATEGORIES} if str(error) else set()
    assert statuses >= {*keys.CATEGORIES}
