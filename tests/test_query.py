from __future__ import annotations

import dataclasses
import shlex
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from ticketcli.core.clock.situation import Situation
from ticketcli.core.clock.working import looked_at
from ticketcli.core.errors import BadWords
from ticketcli.core.ticket.code import from_id
from ticketcli.core.ticket.event import Event, Redaction
from ticketcli.core.ticket.fields import FIELDS
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.thread import gather
from ticketcli.core.words.query import BadFilter, Query, grammar, parse
from ticketcli.core.words.settings import Agent, Department, Settings
from ticketcli.core.words.terms import CONDITIONS, TERMS

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SETTINGS = Settings(
    zone=ZoneInfo("Europe/Prague"),
    agents={
        "ana": Agent("ana", "Ana Cruz", "ana@desk.example", ("support",)),
        "bob": Agent("bob", "Bob", "bob@desk.example"),
    },
    departments={"billing": Department("billing")},
)
FIRST = "7KQM2RTX4B"
CODE = from_id(FIRST)
BEGIN = {
    ("subject",): "Cannot log in after the Password reset",
    ("status",): "new",
    ("priority",): "high",
    ("department",): "support",
    ("customer", "name"): "Maria Santos",
    ("customer", "email"): "Maria@ACME.com",
    ("customer", "phone"): "+63 2 555 0100",
    ("fields", "order"): "A-1001",
    ("fields", "paid"): True,
    ("fields", "floors"): [1, 2],
    ("fields", "car", "plate"): "P-77",
    ("key",): "web1/disk",
}


def message(number: int, ago: timedelta, **more: Any) -> Event:
    common: dict[str, Any] = {"kind": "message", "by": "Maria Santos <Maria@acme.com>", "role": "customer"}
    return Event(**{"id": f"EVENT0000{number}", "seq": number, "at": NOW - ago, "channel": "email", **common, **more})


def ticket(*events: Event, ago: timedelta = 3 * DAY, first: str = FIRST, **more: Any) -> Ticket:
    begins = {**BEGIN, **more.pop("set", {})}
    begin = message(1, ago, **{"id": first, "set": begins, "body": "It says: error: 500, twice.\nWhat\nnow?\n", **more})
    return Ticket(from_id(first), (begin, *events))


def situation(made: Ticket, *others: Ticket, settings: Settings = SETTINGS) -> Situation:
    return looked_at(made, gather(made.code, {one.code: one for one in (made, *others)}.get), settings, NOW)


def query(*words: str, settings: Settings = SETTINGS, agent: str = "ana") -> Query:
    return parse(words, settings=settings, now=NOW, agent=agent)


def found(made: Ticket, *words: str, **more: Any) -> bool:
    return query(*words, **more).matches(situation(made, settings=more.get("settings", SETTINGS)))


ANSWER = message(2, 2 * DAY, by="ana", role="agent", seen=(FIRST,), body="Try again.", channel="chat")
ANSWERED = dataclasses.replace(ANSWER, set={("status",): "answered", ("assignee",): "ana"})
NOTE = message(3, DAY, kind="note", by="bob", role="agent", channel="", body="Looks like a STRASSE problem")
TAGGED = Event(
    id="EVENT00004",
    seq=4,
    at=NOW - DAY,
    by="bob",
    set={("due",): NOW + HOUR},
    body="reason of a change",
    lists={"tags": ("+vip", "+SSO"), "cc": ("+chef@acme.com",), "watchers": ("+bob",)}
    | {"links": ("+related 8PM-ABCDE-F00",)},
)
NEW = ticket()
WORKED = ticket(ANSWERED, NOTE, TAGGED)
BARE = Ticket(CODE, (Event(id=FIRST, seq=1, at=NOW - DAY, kind="message", role="customer", set={("status",): "new"}),))
RESOLVED = ticket(ANSWERED, Event(id="EVENT00005", seq=5, at=NOW - HOUR, by="bob", set={("status",): "resolved"}))
REOPENED = RESOLVED.plus([Event(id="EVENT00006", seq=6, at=NOW, by="bob", set={("status",): "open"})])

MATCHES = [
    (NEW, "code:7kq code:7KQ-M2 code:7kqm2rtx4b code:8,7", "code:8 -code:7"),
    (NEW, "subject:password subject:'LOG IN' -subject:none", "subject:logout subject:none"),
    (NEW, "status:new status:open,NEW -status:open", "status:open -status:new"),
    (WORKED, "status:answered", "status:new"),
    (
        NEW,
        "priority:high priority:HIGH.. priority:..urgent priority:normal..high priority:low,high",
        "priority:urgent..",
    ),
    (NEW, "-priority:urgent -priority:..normal", "priority:low..normal -priority:high.."),
    (BARE, "priority:normal priority:..normal", "priority:high.."),
    (NEW, "department:support -department:billing department:billing,SUPPORT", "department:billing department:none"),
    (BARE, "department:none assignee:none tag:none customer:none key:none cc:none link:none fields.order:none", ""),
    (NEW, "assignee:none agent:none is:unassigned -assignee:ana", "assignee:ana assignee:me -assignee:none"),
    (
        WORKED,
        "assignee:ana agent:me assignee:'ana cruz' assignee:bob,ana agent:ANA@desk.example",
        "assignee:none agent:bob",
    ),
    (WORKED, "tag:vip tag:sso tag:none,vip -tag:other", "tag:vi tag:other tag:none -tag:vip,x is:unassigned"),
    (WORKED, "cc:chef@acme.com cc:@acme.com", "cc:chef cc:none"),
    (WORKED, "watcher:bob -watcher:me", "watcher:ana"),
    (WORKED, "link:8PM link:8pm-a", "link:7KQ link:none"),
    (WORKED, "key:WEB1/disk", "key:web1 key:none"),
    (
        NEW,
        "customer:maria customer:@acme.com customer:santos customer:'555 0100'",
        "customer:@acme customer:ana customer:none",
    ),
    (NEW, "customer.email:maria@acme.com customer.name:'maria santos' customer.fax:none", "customer.email:none"),
    (
        NEW,
        "fields.order:a-1001 fields.paid:true fields.floors:2 fields.car.plate:p-77 fields.car:p-77",
        "fields.order:none",
    ),
    (
        NEW,
        "fields.colour:none -fields.colour:red",
        "fields.floors:3 fields.colour:red fields.car:none fields.paid:false",
    ),
    (NEW, "age:2d.. age:..30d age:3d..3d -age:..2d", "age:4d.. age:..71h"),
    (NEW, "waiting:2d.. waiting:..4d is:waiting", "waiting:4d.. waiting:none -waiting:1d.."),
    (WORKED, "waiting:none -waiting:0d..", "waiting:0d.. waiting:..99d is:waiting"),
    (NEW, "for:3d..", "for:..2d"),
    (WORKED, "for:2d.. for:..2d", "for:3d.. for:..47h"),
    (NEW, "created:2026-11 created:2026-11-17 created:4d.. created:last-week,this-week created:..2d", "created:2d.."),
    (NEW, "created:2026-11-17T13:00..2026-11-17T13:00", "created:2025..2026-10 created:2026-11-18"),
    (NEW, "due:..2h is:overdue is:to-solve", "due:none due:tomorrow -due:..2h is:stale"),
    (WORKED, "due:..2h due:today", "due:..30m due:2h.. due:none is:overdue is:to-solve"),
    (RESOLVED, "due:none resolved:2026-11 resolved:today resolved:2h..", "resolved:..1d resolved:none"),
    (NEW, "resolved:none -is:reopened", "resolved:2026 is:reopened"),
    (REOPENED, "is:reopened resolved:none status:open", "resolved:2026 is:merged"),
    (ticket(ago=9 * DAY), "is:stale", "-is:stale"),
    (NEW, "channel:email channel:chat,EMAIL", "channel:chat"),
    (WORKED, "channel:chat", "channel:cli"),
    (
        WORKED,
        "from:maria@acme.com from:ANA by:me by:bob from:'maria santos' from:@acme.com by:bob@desk.example",
        "from:maria",
    ),
    (NEW, "-from:ana", "from:ana by:me by:@acme by:@desk.example"),
    (
        WORKED,
        "text:'error: 500' error password text:TRY 'try again' 'strasse problem' straße maria 555",
        "text:reason twicethrice",
    ),
    (
        NEW,
        "'What now?' 'text:500, twice.' text:'absent,error' -text:absent",
        "What.now? text:'500, thrice' -text:absent,error",
    ),
]


def each(index: int) -> list[tuple[Ticket, str]]:
    return [(row[0], word) for row in MATCHES for word in shlex.split(str(row[index]))]


@pytest.mark.parametrize(("made", "word"), each(1))
def test_a_word_that_matches(made: Ticket, word: str) -> None:
    assert found(made, word)


@pytest.mark.parametrize(("made", "word"), each(2))
def test_a_word_that_does_not_match(made: Ticket, word: str) -> None:
    assert not found(made, word)


def test_words_are_and_and_no_words_are_everything() -> None:
    assert found(NEW)
    assert found(NEW, "status:new", "customer:maria")
    assert not found(NEW, "status:new", "customer:juan")


@pytest.mark.parametrize(
    "word", ["https://acme.com/a?b=c", "http:x", "ftp://x.y", "12:30", "-", "a-b", "ä", "[x]:", "1:2"]
)
def test_what_only_looks_like_a_filter_is_text(word: str) -> None:
    assert query(word).text_terms == (word,)
    assert found(ticket(body=f"see {word} there"), word)
    assert not found(NEW, word)


def test_what_it_keeps() -> None:
    asked = query("status:new", "reset password", "text:a,b", "-text:c", " x ")
    assert asked.words == ("status:new", "reset password", "text:a,b", "-text:c", " x ")
    assert asked.text_terms == ("reset password", "a", "b", "x")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["status:closed"], True),
        (["tag:x", "STATUS:closed"], True),
        (["is:merged"], True),
        (["is:overdue,MERGED"], True),
        (["-status:closed"], False),
        (["is:overdue"], False),
        (["closed"], False),
        ([], False),
    ],
)
def test_whether_it_names_a_status(words: list[str], names: bool) -> None:
    assert query(*words).names_status is names


BAD = [
    ("colour:red", 'no filter word "colour"; known: code, subject'),
    ("stauts:new", 'no filter word "stauts"; did you mean "status"? known: '),
    ("-stauts:new", "write text:'stauts:new'"),
    ("Error: 500", "to search for this text, write text:'Error: 500'"),
    ("status:opn", 'no status "opn"; did you mean "open"? known: new, open, answered'),
    ("status:new,opn", 'no status "opn"'),
    ("status:none", 'no status "none"'),
    ("status:", "the value is missing; write status:VALUE"),
    ("tag:a,,b", "the value is missing; write tag:VALUE"),
    ("tag:a,", "the value is missing"),
    ("status.x:new", '"status" has no parts; write status:VALUE'),
    ("priority:hihg", 'no priority "hihg"; did you mean "high"? known: low, normal, high, urgent'),
    ("priority:none", 'no priority "none"'),
    ("priority:hihg..", 'no priority "hihg"'),
    ("priority:..", '".." is no range; write high.. or ..low'),
    ("priority:high..low", '"high..low" is no range; write the smaller or earlier end first'),
    ("department:suport", 'no department "suport"; did you mean "support"? known: billing, support, none'),
    ("assignee:anna", 'no agent "anna"; did you mean "ana"? known: ana, bob, me, none'),
    ("agent:carl", 'no agent "carl"'),
    ("watcher:carl", 'no agent "carl"'),
    ("is:overdu", 'no condition "overdu"; did you mean "overdue"? known: overdue, due-soon, stale'),
    ("is:none", 'no condition "none"'),
    ("channel:mail", 'no channel "mail"; did you mean "email"? known: email, form, chat, call, social, cli'),
    ("view:old", 'no view "old"; known: mine, unassigned, overdue, watched'),
    ("age:30d", '"30d" is no range; write 2d.. (at least), ..30d (at most) or 2d..30d'),
    ("age:soon..", 'cannot read the span "soon"'),
    ("age:3d..2d", "the smaller or earlier end first"),
    ("waiting:..", '".." is no range'),
    ("created:2d", '"2d" is no range; write 2d.. or ..2d, or name a day'),
    ("created:none", 'cannot read the time "none"'),
    ("created:someday", 'cannot read the time "someday"'),
    ("created:2026-03..2026-01", "the smaller or earlier end first"),
    ("due:..", 'cannot read the time ".."'),
    ("code:UUU", '"U" is in no code'),
    ("code:-", '"-" is no code; write the beginning of one'),
    ("link:?", '"?" is in no code'),
    ("fields:red", "which field? write fields.KEY:red"),
    ("", "it is empty; leave it out"),
    ("  ", "it is empty"),
    ("-vip", "write -text:'vip' for tickets without this text, text:'-vip' to search for it"),
    ("-https://x.y", "write -text:'https://x.y'"),
]


@pytest.mark.parametrize(("word", "sentence"), BAD)
def test_a_word_that_cannot_be_read(word: str, sentence: str) -> None:
    with pytest.raises(BadFilter) as caught:
        query("status:new", word)
    assert str(caught.value).startswith(f'cannot read the filter "{word}": ')
    assert sentence in str(caught.value)
    assert (caught.value.word, caught.value.exit_code) == (word, 2)


def test_sets_are_open_where_nothing_is_configured() -> None:
    plain = Settings()
    made = ticket(set={("assignee",): "carl", ("department",): "sales"})
    assert found(made, "assignee:Carl", "department:SALES", "assignee:me", settings=plain, agent="carl")
    assert not found(made, "assignee:dora", settings=plain)
    assert not found(made, "department:support", settings=plain)


def test_me_without_an_agent_is_nobody() -> None:
    assert not found(NEW, "assignee:me", agent="")
    assert not found(WORKED, "assignee:me", agent="")
    assert found(WORKED, "assignee:me", agent="Ana@desk.example")


def test_the_departments_that_agents_name_are_known_too() -> None:
    assert found(NEW, "department:support")
    assert found(NEW, "department:support", settings=Settings(departments={}, agents=SETTINGS.agents))


def test_a_very_long_list_of_names_is_cut_in_the_error() -> None:
    many = Settings(agents={f"agent{number}": Agent(f"agent{number}") for number in range(200)})
    with pytest.raises(BadFilter, match=r"agent19 and 182 more$"):
        query("assignee:zzz", settings=many)


def test_what_is_blacked_out_is_never_found() -> None:
    secret = message(2, HOUR, body="hunter2", by="Eve <eve@x.y>")
    assert found(ticket(secret), "hunter2", "from:eve@x.y")
    blacked = ticket(dataclasses.replace(secret, redacted=Redaction(NOW, "ana")))
    assert not found(blacked, "hunter2")
    assert not found(blacked, "from:eve@x.y")
    part = message(3, HOUR, body="hunter2 again", part_of=secret.id, by="Eve <eve@x.y>")
    assert not found(blacked.plus([part]), "hunter2")
    answer = message(4, HOUR, by="bob", role="agent", redacted=Redaction(NOW, "ana"))
    assert found(ticket(answer), "from:bob")


def test_a_merged_ticket_answers_only_for_what_is_its_own() -> None:
    target_id = "8PMABCDEFG"
    target = from_id(target_id)
    shows = Event(id="SHOWS00000", seq=2, at=NOW - HOUR, by="ana", action="merge", lists={"shows": (f"+{CODE}",)})
    pointer = Event(id="MERGED0000", seq=3, at=NOW - HOUR, by="ana", action="merge", set={("merged_into",): target})
    source = ticket(message(2, 2 * DAY, body="wrongly sent", by="juan@x.y", channel="form"), pointer)
    into = ticket(shows, first=target_id, body="the printer burns", channel="call")
    tomb, root = situation(source, into), situation(into, source)
    for word in ("is:merged", "status:merged", "wrongly", "from:juan@x.y", "channel:form", "for:1h..", "-for:2h.."):
        assert query(word).matches(tomb), word
    for word in ("printer", "channel:call", "is:waiting", "waiting:0d..", "is:reopened", "resolved:2026", "due:2020.."):
        assert not query(word).matches(tomb), word
    assert query("due:none", "resolved:none").matches(tomb)
    assert query("printer", "wrongly", "channel:form", "-is:merged").matches(root)


def test_every_example_of_the_grammar_parses() -> None:
    rows = grammar()
    for example, about in rows:
        assert query(example).words == (example,)
        assert about.endswith(".")
        assert "\n" not in about
    words = {example.partition(":")[0].partition(".")[0] for example, _ in rows}
    assert words == {*TERMS}
    assert {example for example, _ in rows} >= {f"is:{name}" for name in CONDITIONS}


def test_every_word_of_the_table_of_fields_is_a_filter() -> None:
    assert {field.word for field in FIELDS if field.word} <= {*TERMS}


WORDS = st.one_of(
    st.text(max_size=12),
    st.from_regex(r"-?[a-z.]{0,8}:[a-z0-9.,:-]{0,10}", fullmatch=True),
    st.builds(
        "{}{}:{}{}{}".format,
        st.sampled_from(["", "-"]),
        st.sampled_from([*TERMS, "fields.x", "customer.email"]),
        st.sampled_from(
            ["", "7KQ", "high", "2d", "today", "9999999999999d", "2026", "none", "new", "me", "a", "overdue"]
        ),
        st.sampled_from(["", "..", ",", "....", ", "]),
        st.sampled_from(["", "low", "..", "9d", "2027", "0000", "31:61", "٣d", "ana", "merged", "\ud800", "\n"]),
    ),
)


@effort(max_examples=400, deadline=None)
@given(st.lists(WORDS, max_size=3), st.sampled_from([NEW, WORKED, BARE, RESOLVED]), st.sampled_from(["", "ana", "x"]))
def test_any_words_are_read_or_refused_and_a_minus_turns_one_around(words: list[str], made: Ticket, agent: str) -> None:
    try:
        asked = parse(words, settings=SETTINGS, now=NOW, agent=agent)
    except BadWords:
        return
    shown = situation(made)
    one_by_one = [parse([word], settings=SETTINGS, now=NOW, agent=agent).matches(shown) for word in words]
    assert asked.matches(shown) == all(one_by_one)
    for word, matches in zip(words, one_by_one, strict=True):
        if ":" in word and word.partition(":")[0].lower() in TERMS:
            assert query(f"-{word}", agent=agent).matches(shown) is not matches
