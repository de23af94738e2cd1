"""Service levels in ticketcli.toml: what they become, and the sentence for every mistake."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema
import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from ticketcli.core.clock.situation import Situation
from ticketcli.core.clock.working import looked_at
from ticketcli.core.errors import TicketError
from ticketcli.core.ticket.code import from_id
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.thread import gather
from ticketcli.core.words import keys
from ticketcli.core.words.keys import CLOCKS
from ticketcli.core.words.loading import BadSettings, load
from ticketcli.core.words.schema import settings_schema
from ticketcli.core.words.settings import Settings

OFFICE = """
[department.billing]
[calendar.office]
mon = ["09:00-17:00"]
fri = ["09:00-12:00", "13:00-16:00"]
"""
GOLD = (
    OFFICE
    + """
[[sla]]
name = "gold"
when = "department:billing priority:high.. -tag:vip,Partner customer:'Santos, Maria' fields.order:A-1001"
calendar = "office"
first_response = { urgent = "30m", default = "1h" }
next_response = { default = "4h" }
resolution = { urgent = "8h", high = "16h" }
warn_at = 0.5
"""
)
LAST = '\n[[sla]]\nname = "standard"\n'
WHOLE = GOLD + LAST

SCHEMA, LOADER = True, False
"""Whether a schema refuses it as well, or only the loader."""
ONLY = "a level is matched by department, priority, tag, customer and fields words only"
BY_HAND = 'could mean days of 24 hours or of the calendar; write hours, like "16h"'


def at_gold(line: str) -> str:
    """A desk whose first level has one line more."""
    return f"{OFFICE}\n[[sla]]\nname = 'gold'\nwhen = 'tag:vip'\n{line}\n{LAST}"


def with_when(when: str) -> str:
    return f"{OFFICE}\n[[sla]]\nname = 'gold'\nwhen = {when}\n{LAST}"


BAD = [
    (SCHEMA, "[sla]\nname = 'gold'", '"sla" must be an array of tables; write [[sla]] above each level'),
    (SCHEMA, "sla = ['gold']", '"sla" must be an array of tables; write [[sla]] above each level'),
    (SCHEMA, "sla = true", '"sla" must be an array of tables; write [[sla]] above each level'),
    (SCHEMA, "[[sla]]", 'sla number 1 has no name; write one, like name = "standard"'),
    (SCHEMA, "[[sla]]\nname = ' '", "sla number 1 name must be text, not ' '"),
    (SCHEMA, "[[sla]]\nname = 1", "sla number 1 name must be text, not 1"),
    (
        LOADER,
        "[[sla]]\nname = 'gold'\nwhen = 'tag:vip'\n[[sla]]\nname = 'Gold'",
        'there are 2 levels "gold"; give each a name of its own',
    ),
    (
        LOADER,
        "[[sla]]\nname = 'gold'\n[[sla]]\nname = 'standard'",
        'sla "gold" has no when, so no level behind it is ever reached; put it at the end',
    ),
    (
        LOADER,
        "[[sla]]\nname = 'gold'\nwhen = 'tag:vip'",
        'sla "gold" is the last level and has a when; add one without when behind it',
    ),
    (SCHEMA, with_when("1"), 'sla "gold" when must be text, not 1'),
    (
        LOADER,
        with_when("' '"),
        'sla "gold" when: it is empty; write filter words like priority:high.., or leave it out of the last level',
    ),
    (
        LOADER,
        with_when('''"tag:'big one"'''),
        """sla "gold" when: a quote in "tag:'big one" does not end; close it behind the last word that belongs to it""",
    ),
    *(
        (LOADER, with_when(f'"tag:vip {word}"'), f'sla "gold" when: "{word}" cannot stand here; {ONLY}')
        for word in (
            *("status:new", "-is:overdue", "assignee:me", "watcher:ana", "waiting:2d..", "text:refund", "refund"),
            *("http://x.example", "view:mine", "key:web1", "colour:red", "fields"),
        )
    ),
    (LOADER, with_when("\"'fields.a\\nb:x'\""), f'sla "gold" when: "fields.a\nb:x" cannot stand here; {ONLY}'),
    (
        LOADER,
        with_when("'fields:A-1001'"),
        'sla "gold" when: cannot read the filter "fields:A-1001": which field? write fields.KEY:A-1001',
    ),
    (
        LOADER,
        with_when("'priority:hgh..'"),
        'sla "gold" when: cannot read the filter "priority:hgh..": no priority "hgh"; did you mean "high"? '
        "known: low, normal, high, urgent",
    ),
    (
        LOADER,
        with_when("'department:biling'"),
        'sla "gold" when: cannot read the filter "department:biling": no department "biling"; '
        'did you mean "billing"? known: billing, none',
    ),
    (
        LOADER,
        with_when("'tag.x:vip'"),
        'sla "gold" when: cannot read the filter "tag.x:vip": "tag" has no parts; write tag:VALUE',
    ),
    (
        LOADER,
        at_gold("calendar = 'offce'"),
        'sla "gold" calendar: no calendar "offce"; did you mean "office"? known: office',
    ),
    (
        LOADER,
        "[[sla]]\nname = 'standard'\ncalendar = 'office'",
        'sla "standard" calendar: no calendar "office"; known: none at all',
    ),
    (SCHEMA, at_gold("calendar = ''"), "sla \"gold\" calendar must be the name of a calendar, not ''"),
    (
        SCHEMA,
        at_gold("resolution = '24h'"),
        'sla "gold" resolution must be a table like { default = "24h" }, not \'24h\'',
    ),
    (
        SCHEMA,
        at_gold("first_response.urgent = 30"),
        'sla "gold" first_response.urgent: must be a span like "8h", not 30',
    ),
    (
        SCHEMA,
        at_gold("first_response.urgent = 'soon'"),
        'sla "gold" first_response.urgent: cannot read the span "soon": '
        "write 30s, 90m, 4h, 2d, 1w or 1h30m, the largest unit first",
    ),
    (
        SCHEMA,
        at_gold("first_response.default = 'soon'\nresolution.default = '1h'"),
        'sla "gold" first_response.default: cannot read the span "soon": '
        "write 30s, 90m, 4h, 2d, 1w or 1h30m, the largest unit first",
    ),
    (
        SCHEMA,
        at_gold("next_response.default = '0m'"),
        'sla "gold" next_response.default: "0m" is no time at all; write a span like "30m"',
    ),
    (
        LOADER,
        at_gold("resolution.urgnt = '1h'"),
        'sla "gold" resolution.urgnt: no priority "urgnt"; did you mean "urgent"? '
        "known: low, normal, high, urgent, default",
    ),
    (
        LOADER,
        at_gold("calendar = 'office'\nresolution.default = '2d'"),
        f'sla "gold" resolution.default: "2d" {BY_HAND}',
    ),
    (
        LOADER,
        at_gold("calendar = 'office'\nresolution.low = '1w12h'"),
        f'sla "gold" resolution.low: "1w12h" {BY_HAND}',
    ),
    (
        LOADER,
        at_gold("calendar = 'office'\nresolution.default = '8000h'"),
        'sla "gold" resolution.default: "8000h" is longer than all the time that the calendar "office" has in ten '
        "years; write a shorter span",
    ),
    (
        LOADER,
        at_gold("resolution.default = '3654d'"),
        'sla "gold" resolution.default: "3654d" is longer than all the time that there is in ten years; '
        "write a shorter span",
    ),
    (
        LOADER,
        at_gold("first_response.default = '8h'\nresolution = { urgent = '4h', low = '9h', high = '8h' }"),
        'sla "gold" resolution must be longer than first_response for high, urgent; write a longer span there',
    ),
    (
        LOADER,
        at_gold("first_response = { low = '2d', default = '1h' }\nresolution.default = '1d'"),
        'sla "gold" resolution must be longer than first_response for low; write a longer span there',
    ),
    *(
        (
            SCHEMA,
            at_gold(f"warn_at = {value}"),
            f'sla "gold" warn_at must be a number between 0 and 1, such as 0.75, not {shown}',
        )
        for value, shown in [("0", "0"), ("1", "1"), ("1.0", "1.0"), ("75", "75"), ("'0.5'", "'0.5'"), ("true", "True")]
    ),
]


def loaded(text: str) -> Settings:
    return load(tomli.loads(text))


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(BadSettings) as caught:
        loaded(text)
    return caught.value.problems


def valid(text: str) -> bool:
    return bool(jsonschema.Draft202012Validator(settings_schema()).is_valid(tomli.loads(text)))


def test_a_desk_without_levels() -> None:
    assert load({}).levels == load({"sla": []}).levels == ()


def test_levels_stand_in_their_order() -> None:
    gold, standard = loaded(WHOLE).levels
    assert (gold.name, gold.calendar, gold.warn_at) == ("gold", "office", 0.5)
    assert gold.targets == {
        "first_response": {"urgent": timedelta(minutes=30), "default": timedelta(hours=1)},
        "next_response": {"default": timedelta(hours=4)},
        "resolution": {"urgent": timedelta(hours=8), "high": timedelta(hours=16)},
    }
    assert (standard.name, standard.when, standard.calendar) == ("standard", (), "")
    assert (standard.targets, standard.warn_at, standard.looks_at) == ({}, 0.75, ())
    assert CLOCKS == ("first_response", "next_response", "resolution")


def test_the_target_of_a_priority() -> None:
    gold, standard = loaded(WHOLE).levels
    assert gold.target("first_response", "urgent") == timedelta(minutes=30)
    assert gold.target("first_response", "low") == gold.target("first_response", "") == timedelta(hours=1)
    assert gold.target("resolution", "low") is None
    assert standard.target("resolution", "low") is None


@pytest.mark.parametrize(
    ("when", "fields"),
    [
        ("tag:vip", ("tags",)),
        ("-tag:vip Priority:high..", ("priority", "tags")),
        ("department:none customer:@acme.com", ("customer", "department")),
        (
            "fields.Order:A fields.car.plate:P -customer.email:m@x.example",
            ("customer.email", "fields.Order", "fields.car.plate"),
        ),
        ("tag:a tag:b", ("tags",)),
    ],
)
def test_the_fields_that_a_level_looks_at(when: str, fields: tuple[str, ...]) -> None:
    assert loaded(with_when(f'"{when}"')).levels[0].looks_at == fields


def situation(settings: Settings, **values: str) -> Situation:
    began = datetime(2026, 11, 20, tzinfo=UTC)
    begin = {("status",): "new", **{tuple(name.split("__")): value for name, value in values.items()}}
    first = Event("7KQM2RTX4B", seq=1, at=began, kind="message", by="M <m@x.example>", role="customer", set=begin)
    ticket = Ticket(from_id(first.id), (first,))
    return looked_at(ticket, gather(ticket.code, {ticket.code: ticket}.get), settings, began)


def test_a_level_matches_tickets() -> None:
    settings = loaded(WHOLE)
    condition = settings.levels[0].condition
    fits = {
        "department": "billing",
        "priority": "urgent",
        "customer__name": "Maria Santos, Maria",
        "fields__order": "a-1001",
    }
    assert condition(situation(settings, **fits))
    for name, other in {
        "department": "support",
        "priority": "low",
        "customer__name": "Eva",
        "fields__order": "B",
    }.items():
        assert not condition(situation(settings, **{**fits, name: other}))


@pytest.mark.parametrize(("schema", "text", "sentence"), BAD, ids=[sentence for _, _, sentence in BAD])
def test_every_mistake_has_its_sentence(schema: bool, text: str, sentence: str) -> None:
    assert problems(text) == (sentence,)
    assert valid(text) != schema


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        LAST,
        "sla = []",
        LAST + "resolution.default = '2d'",
        LAST + "first_response = {}",
        LAST + "resolution.default = '3653d'",
        OFFICE + LAST + "calendar = 'office'\nresolution.default = '7000h'",
        "priorities = ['p2', 'p1']" + LAST + "resolution.p1 = '1h'",
        LAST + "first_response.low = '1d'\nresolution.urgent = '1h'",
    ],
)
def test_loader_and_schema_take_it(text: str) -> None:
    assert isinstance(loaded(text), Settings)
    assert valid(text)


def test_all_mistakes_at_once() -> None:
    found = problems(
        """
        close_after = "soon"
        [calendar.office]
        mon = ["9-17"]
        [[sla]]
        when = "status:new"
        warn_at = 2
        resolution = { default = "soon", high = 1 }
        [[sla]]
        name = "standard"
        when = "department:nobody-knows"
        """
    )
    assert [sentence.split(" ", 3)[:3] for sentence in found] == [
        ['"close_after"', "must", "be"],
        ['"calendar.office.mon":', "cannot", "read"],
        ["sla", "number", "1"],
        ["sla", '"standard"', "is"],
        *[["sla", "number", "1"]] * 4,
    ]


def test_what_needs_the_other_settings_is_told_once_they_are_right() -> None:
    """With a wrong list of priorities nobody can say which of them a level may name."""
    text = "priorities = 1\n" + at_gold("resolution.blocker = '1h'\ncalendar = 'nowhere'")
    assert problems(text) == ('"priorities" must be a list of different words without dots, not 1',)
    assert len(problems(text.replace("priorities = 1", ""))) == 2


def test_unknown_keys_are_tolerated_and_listed() -> None:
    settings = loaded("[[sla]]\nname = 'gold'\ncolour = 'gold'\n")
    assert settings.unknown == ('unknown key "colour" in sla "gold"',)


VALUES = st.sampled_from(
    [None, True, 0.5, 2, "", "4h", "tag:vip", "'", "office", [], ["a"], {}, {"default": "4h"}, {"a": 1}]
)
ROWS = st.dictionaries(st.sampled_from([key.name for key in keys.LEVEL]), VALUES | st.text(max_size=5), max_size=4)


@given(st.lists(ROWS | VALUES, max_size=3) | VALUES, st.sampled_from([{}, {"office": {"mon": ["09:00-17:00"]}}, 1]))
def test_nothing_but_a_sentence_comes_of_any_levels(rows: Any, calendars: Any) -> None:
    told, names = "", []
    try:
        names = [level.name for level in load({"sla": rows, "calendar": calendars}).levels]
    except TicketError as error:
        told = str(error)
    assert told or names == [row["name"] for row in rows]


def modules_loaded_by(text: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after the settings."""
    code = f"import sys\nfrom ticketcli.core.words.loading import load\nimport tomli\nload(tomli.loads({text!r}))\n"
    done = subprocess.run(
        [sys.executable, "-c", code + "print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_only_a_desk_with_levels_loads_the_filter_words() -> None:
    needed = {"shlex", "ticketcli.core.words.query"}
    assert not modules_loaded_by(OFFICE) & needed
    assert modules_loaded_by(WHOLE) >= needed
