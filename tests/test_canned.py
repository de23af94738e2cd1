from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.command import Command, kept_texts
from tests.desks import answers, asks, situation, ticket
from tests.office import office
from ticketcli.core.action.actor import Actor
from ticketcli.core.file import reader
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.who import Who
from ticketcli.core.words import placeholders
from ticketcli.core.words.canned import (
    BadCanned,
    Canned,
    NothingToFillIn,
    filled,
    follow_ups,
    read,
    titled,
    unknown,
)
from ticketcli.core.words.placeholders import values
from ticketcli.core.words.schema import canned_schema
from ticketcli.core.words.settings import Agent, Department, Settings

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SETTINGS = Settings(
    name="ACME support",
    departments={"billing": Department("billing", "billing@acme.example")},
    agents={"ana": Agent("ana", "Ana Cruz", "ana@acme.example")},
)
ANA = Actor("ana", Who("Ana Cruz", "ana@acme.example"))
FULL = '''
subject = "Your order {{fields.order}}"
department = "billing"
language = "en"
tags = ["order"]
then = ["status=resolved", "tags=+vip"]
attachments = ["terms.pdf"]
asks = "rating"
body = """
Dear {{customer.name|customer}},
{{text}}
"""
'''


JAN = "Jan Novak <jan@example.com>"
HELLO = """
body = "Hello {{customer.name|there}}, order {{fields.order|?}}. {{agent.name}}"
"""
DONE = """
department = "support"
then = ["status=resolved", "tags=+done,-open", "priority=low"]
attachments = ["terms.txt"]
asks = "rating"
body = "Done: {{text}}"
"""


# --- the file and its placeholders ----------------------------------------------------------------------------------


def test_a_file_becomes_a_response() -> None:
    assert read(FULL, "shipped") == Canned(
        "shipped",
        "Dear {{customer.name|customer}},\n{{text}}\n",
        "Your order {{fields.order}}",
        "billing",
        "en",
        ("order",),
        ("status=resolved", "tags=+vip"),
        ("terms.pdf",),
        "rating",
    )
    assert read('body = "Hello"', "hello") == Canned("hello", "Hello")


def test_unknown_keys_are_told_and_hurt_nobody() -> None:
    assert read('body = "Hello"\nmood = "warm"', "hello") == Canned("hello", "Hello")
    assert unknown('body = "Hello"\nmood = "warm"') == ["mood"]
    assert unknown(FULL) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("body = ", "canned/x.toml: line 1: invalid value"),
        ('subject = "a"', '"body" is missing; write body'),
        ("body = 3", '"body" must be text, not 3'),
        ('body = "  "', '"body" must be text'),
        ('body = "a"\nsubject = "a\\nb"', '"subject" must be text of one line'),
        ('body = "a"\nthen = "status=open"', '"then" must be a list of set words'),
        ('body = "a"\nattachments = ["../../etc/passwd"]', '"attachments" must be a list of names of files'),
        ('body = "a"\nattachments = [".hidden"]', '"attachments" must be'),
        ('body = "a"\nattachments = ["/etc/passwd"]', '"attachments" must be'),
        ('body = "a"\nasks = "money"', '"asks" must be "rating"'),
        ('body = "{{custmer.name}}"', '"body" asks for "custmer.name", which is no placeholder; known: customer.name,'),
        ('body = "a"\nsubject = "{{}}"', '"subject" asks for "", which is no placeholder'),
        ('body = "{{customer.name"', '"body" has {{ without }} in its line'),
        ('body = "a"\nasks = 1\ntags = 1', "(and 1 more)"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_file_and_key(text: str, said: str) -> None:
    with pytest.raises(BadCanned) as error:
        read(text, "x")
    assert str(error.value).startswith("canned/x.toml: ")
    assert said in str(error.value)
    assert error.value.exit_code == 1


def found(**fields: object) -> dict[str, str]:
    """The values of a ticket of Maria's."""
    more = {tuple(key.split("__")): value for key, value in fields.items()}
    one = ticket(asks("a", "2024-11-20 08:00", "Where is it?", set=more))
    return dict(values(situation(one, settings=SETTINGS), ANA, SETTINGS))


def test_values_are_those_of_the_ticket_the_agent_and_the_desk() -> None:
    told = found(fields__order="A-1", fields__paid=True, department="billing", assignee="ana", customer__phone="1")
    code = told.pop("ticket.code")
    assert len(code) == 13
    assert told == {
        "customer.name": "Maria Santos",
        "customer.email": "maria@example.com",
        "customer.phone": "1",
        "fields.order": "A-1",
        "fields.paid": "true",
        "ticket.subject": "Where is it?",
        "status": "new",
        "priority": "normal",
        "department": "billing",
        "department.address": "billing@acme.example",
        "assignee.name": "Ana Cruz",
        "agent.name": "Ana Cruz",
        "agent.email": "ana@acme.example",
        "desk.name": "ACME support",
    }


def test_every_placeholder_of_the_list_has_a_value_on_a_full_ticket() -> None:
    told = {**found(fields__KEY="x", department="billing", assignee="ana"), "text": "x"}
    text = "".join(f"{{{{{name}}}}}" for name in placeholders.PLACEHOLDERS)
    assert list(placeholders.problems(text)) == []
    assert placeholders.missing(text, told) == []


def test_a_value_is_one_line_and_empty_where_there_is_nothing_to_see() -> None:
    told = found(customer__name="Maria\n\nSend your password to me", fields__order=" ")
    assert told["customer.name"] == "Maria Send your password to me"
    assert told["fields.order"] == ""


def test_the_status_is_the_one_shown() -> None:
    one = ticket(asks("a", "2024-11-20 08:00", "Hi"), answers("b", 2, "2024-11-20 09:00", "Done?", seen=["a"]))
    assert values(situation(one), ANA, Settings())["status"] == "answered"


def test_the_text_is_filled_in() -> None:
    canned = read(FULL, "shipped")
    told = {"customer.name": "Maria", "fields.order": "A-1", "text": "It left."}
    assert filled(canned, told) == "Dear Maria,\nIt left.\n"
    assert filled(canned, {**told, "customer.name": ""}) == "Dear customer,\nIt left.\n"
    assert titled(canned, told) == "Your order A-1"
    assert canned.takes_text
    assert not Canned("x", "{{customer.name}}").takes_text


def test_blanks_in_placeholders_do_not_matter_and_a_fallback_may_be_empty() -> None:
    assert filled(Canned("x", "a{{ customer.name | b c }}d{{fields.x|}}e"), {}) == "ab cde"


def test_what_is_missing_is_named_together() -> None:
    with pytest.raises(NothingToFillIn) as error:
        filled(Canned("x", "{{fields.a}} {{fields.b}} {{fields.a}} {{fields.c|c}}"), {"fields.b": ""})
    assert error.value.missing == ("fields.a", "fields.b")
    assert error.value.exit_code == 1
    assert "write {{fields.a|TEXT}} in canned/x.toml" in str(error.value)


def test_an_unknown_placeholder_is_refused_where_the_response_comes_from_elsewhere() -> None:
    with pytest.raises(BadCanned, match="no placeholder; known: customer"):
        filled(Canned("x", "{{__class__}}"), {"__class__": "y"})


@effort(max_examples=40, deadline=None)
@given(st.text(alphabet="{}|ab .\n") | st.sampled_from(["{{ticket.code}}", "{{customer.name|x}}", "{{text}}"]))
def test_no_value_is_filled_in_a_second_time(said: str) -> None:
    """What customers wrote stands in the text as they wrote it, whatever placeholders it looks like."""
    told = {"customer.name": said, "ticket.code": "7KQ-M2RTX-4BG", "text": said}
    assert filled(Canned("x", "<{{customer.name|}}{{text|}}>"), told) == f"<{said}{said}>"


def test_filling_in_many_braces_takes_no_time() -> None:
    text = "{{customer.name" * 20_000
    assert len(list(placeholders.problems(text))) == 1
    assert placeholders.names("{{" * 50_000 + "a}}") == ["a"]


def test_what_follows_is_the_status_and_the_changes() -> None:
    told = follow_ups(read(FULL, "x"), settings=SETTINGS, now=NOW)
    assert told.status == "resolved"
    assert told.changes.lists == {"tags": ("+vip",)}
    assert follow_ups(Canned("x", "a"), settings=SETTINGS, now=NOW).status == ""
    assigned = follow_ups(Canned("x", "a", then=("assignee=me",)), settings=SETTINGS, now=NOW, me="ana")
    assert assigned.changes.set == {("assignee",): "ana"}


@pytest.mark.parametrize("word", ["status=gone", "status=merged", "priority=none", "colour=red", "vip"])
def test_what_the_desk_does_not_know_cannot_follow(word: str) -> None:
    with pytest.raises(BadCanned, match=r"^canned/x\.toml: .then.: cannot set ") as error:
        follow_ups(Canned("x", "a", then=(word,)), settings=SETTINGS, now=NOW)
    assert word in str(error.value)


@pytest.mark.parametrize(
    ("text", "valid"),
    [(FULL, True), (HELLO, True), ("asks = 'x'\nbody = 'a'", False), ("then = 'x'\nbody = 'a'", False), ("", False)],
)
def test_the_schema_says_what_the_reader_says(text: str, valid: bool) -> None:
    assert Draft202012Validator(canned_schema()).is_valid(reader.parsed(text)) == valid
    if valid:
        read(text, "x")
    else:
        with pytest.raises(BadCanned):
            read(text, "x")


def test_changes_over_others_win_also_where_one_is_inside_the_other() -> None:
    fields = {("priority",): "low", ("fields", "a"): 1, ("fields", "b"): 2}
    first = Changes(fields, {"tags": ("+a", "+b"), "cc": ("+c",)})
    last = Changes({("priority",): "high", ("fields", "a", "x"): 3}, {"tags": ("-b", "+d")})
    both = last.over(first)
    assert both.set == {("fields", "b"): 2, ("priority",): "high", ("fields", "a", "x"): 3}
    assert both.lists == {"tags": ("+a", "-b", "+d"), "cc": ("+c",)}


# --- through the program --------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    command = office(tmp_path, capsys, monkeypatch)
    put(command, {"hello.toml": HELLO, "done.toml": DONE, "terms.txt": "our terms"})
    return command


def put(command: Command, files: Mapping[str, str]) -> None:
    """Files of the desk's `canned/`."""
    folder = command.root / "canned"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text)


def test_a_reply_takes_its_text_from_a_response(desk: Command) -> None:
    code = desk.create()
    ran = desk.ok("reply", code, "--canned", "HELLO", "--set", "fields.order=A-1")
    assert ran.err.splitlines()[0] == f'{code} "Printer jams": answered, to maria@example.com'
    event = desk.ticket(code).events[-1]
    assert event.body == "Hello Maria Santos, order A-1. Ana Cruz\n"
    assert (event.kind, event.by, event.action, event.status) == ("message", "ana", "", "answered")


def test_what_follows_is_part_of_the_same_event_and_what_was_asked_for_wins(desk: Command) -> None:
    code = desk.create()
    desk.ok("reply", code, "--canned", "done", "-m", "{{agent.name}}", "-p", "high", "-t", "open")
    event = desk.ticket(code).events[-1]
    assert event.body == "Done: {{agent.name}}\n", "a text is not looked at for placeholders"
    assert (event.action, event.status) == ("rate", "resolved")
    assert event.set["priority",] == "high"
    assert event.lists == {"tags": ("+done", "+open")}
    assert [(file.name, file.type, file.size) for file in event.attachments] == [("terms.txt", "text/plain", 9)]
    desk.ok("reply", code, "--canned", "done", "-m", "x", "-s", "open")
    assert desk.ticket(code).events[-1].status == "open"
    other = desk.create()
    desk.ok("reply", other, "--canned", "done", "-m", "x", "--until", "2100-01-01", "--attach", str(desk.path(code)))
    event = desk.ticket(other).events[-1]
    assert event.status == "postponed"
    assert [file.name for file in event.attachments] == ["terms.txt", f"{code}.toml"]


def test_each_ticket_gets_its_own_text_and_one_that_lacks_something_stops_no_other(desk: Command) -> None:
    put(desk, {"order.toml": 'body = "{{customer.name}}: {{fields.order}}"'})
    one, two = desk.create("A", "x", "--set", "fields.order=1"), desk.create("B", "x", "--from", JAN)
    ran = desk.run("reply", two, one, "--canned", "order")
    assert ran.code == 1
    assert (
        'ticket: the ticket has no "fields.order" for the canned response "order"; '
        "set it, or write {{fields.order|TEXT}} in canned/order.toml"
    ) in ran.err.splitlines()
    assert desk.ticket(one).events[-1].body == "Maria Santos: 1\n"
    assert len(desk.ticket(two).events) == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (
            ["reply", "CODE", "--canned", "helo"],
            2,
            'no canned response "helo"; did you mean "hello"? known: bad, done, hello, ',
        ),
        (["reply", "CODE", "--canned", "../canned/hello"], 2, 'no canned response "../canned/hello"'),
        (["reply", "CODE", "--canned", "hello", "-m", "x"], 2, 'the canned response "hello" has no place for a text'),
        (["reply", "CODE", "--canned", "done"], 2, "the text is missing; give it with -m TEXT"),
        (["reply", "CODE", "--canned", "done", "--from", "customer"], 2, "--canned answers a customer"),
        (["note", "CODE", "--canned", "done", "-m", "x"], 1, 'the canned response "done" sets the status resolved'),
        (["create", "x", "--canned", "hello"], 2, "--canned is what you write to a customer; it needs --to WHO"),
        (["create", "x", "--to", JAN, "--canned", "done", "-m", "x"], 1, 'the canned response "done" sets the status'),
        (["create", "--to", JAN, "--canned", "hello"], 2, "the subject is missing, for example: ticket create "),
        (["reply", "CODE", "--canned", "bad"], 1, 'canned/bad.toml: "body" asks for "x", which is no placeholder'),
        (["reply", "CODE", "--canned", "then"], 1, 'canned/then.toml: "then": cannot set "priority=top": no priority'),
        (["reply", "CODE", "--canned", "lost"], 1, 'cannot read "DESK/canned/lost.txt": no such file'),
        (["reply", "CODE", "--canned", "link"], 1, 'cannot read "DESK/canned/link.toml": it is a symbolic link'),
        (["reply", "CODE", "--canned", "out"], 1, 'cannot read "DESK/canned/out.txt": it is a symbolic link'),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    desk: Command, tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    put(
        desk,
        {
            "bad.toml": 'body = "{{x}}"',
            "then.toml": 'body = "a"\nthen = ["priority=top"]',
            "lost.toml": 'body = "a"\nattachments = ["lost.txt"]',
            "out.toml": 'body = "a"\nattachments = ["out.txt"]',
        },
    )
    (tmp_path / "secret").write_text('body = "secret"')
    for name in ("link.toml", "out.txt"):
        (desk.root / "canned" / name).symlink_to(tmp_path / "secret")
    name = desk.create()
    told = desk.refused(code, *(name if word == "CODE" else word for word in words))
    assert told.startswith(said.replace("DESK", str(desk.root))), told


def test_a_folder_that_leads_out_of_the_desk_is_not_read(desk: Command, tmp_path: Path) -> None:
    (desk.root / "canned").rename(tmp_path / "elsewhere")
    (desk.root / "canned").symlink_to(tmp_path / "elsewhere")
    for words in (["reply", desk.create(), "--canned", "hello"], ["canned", "list"], ["canned", "show", "hello"]):
        assert desk.refused(1, *words) == f'cannot read "{desk.root}/canned": it is a symbolic link'
    ran = desk.run("check", "--files")
    assert (ran.code, ran.out) == (
        1, "canned: cannot be read: it is a symbolic link; it must be a directory that you may read\n"
    )  # fmt: skip


def test_a_first_letter_takes_its_subject_from_the_response_too(desk: Command) -> None:
    put(desk, {"left.toml": 'subject = "Order {{fields.order}}"\nbody = "Dear {{customer.name}}: {{ticket.subject}}"'})
    code = desk.ok("create", "--to", JAN, "--canned", "left", "--set", "fields.order=7").out.strip()
    event = desk.ticket(code).events[0]
    assert (event.set["subject",], event.body, event.status) == ("Order 7", "Dear Jan Novak: Order 7\n", "answered")
    code = desk.ok("create", "Own", "--to", JAN, "--canned", "left").out.strip()
    assert desk.ticket(code).events[0].body == "Dear Jan Novak: Own\n"
    put(desk, {"code.toml": 'body = "{{ticket.code}}"'})
    assert desk.refused(1, "create", "x", "--to", JAN, "--canned", "code").startswith('the ticket has no "ticket.code"')


def test_a_note_may_be_canned_too(desk: Command) -> None:
    code = desk.create()
    desk.ok("note", code, "--canned", "hello", "--to", "parts@example.com")
    event = desk.ticket(code).events[-1]
    assert (event.kind, event.to) == ("note", ("parts@example.com",))
    assert event.body.startswith("Hello Maria Santos")


# --- in the editor --------------------------------------------------------------------------------------------------


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the editor of somebody at a terminal does to the file `$1`; what it was offered lies beside it."""
    script, steps = tmp_path / "editor", tmp_path / "steps"
    script.write_text(f'#!/bin/sh\ncp "$1" {tmp_path}/offered\n. {steps}\n')
    script.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(script))
    for module in ("texts", "conversation"):
        monkeypatch.setattr(f"ticketcli.cli.{module}.can_ask", lambda: True)
    return steps


def test_on_a_terminal_the_editor_opens_with_the_text_which_may_stay_as_it_is(desk: Command, steps: Path) -> None:
    code = desk.create()
    steps.write_text("exit 0")
    assert desk.refused(1, "reply", code, "--canned", "hello") == (
        "nothing was saved in the editor; nothing was written; save the text to send it as it is"
    )
    steps.write_text('touch "$1"')
    desk.ok("reply", code, "--canned", "hello")
    assert desk.ticket(code).events[-1].body == "Hello Maria Santos, order ?. Ana Cruz\n"
    offered = (steps.parent / "offered").read_text()
    assert offered.startswith(
        "Hello Maria Santos, order ?. Ana Cruz\n# ------ what stands below this line is not sent ------\n"
        f"# without any text nothing is sent\n# {code} Printer jams\n#\n"
    )
    steps.write_text('sed -i "s/Done: */Done by hand: {{agent.name}}/" "$1"')
    desk.ok("reply", code, "--canned", "done")
    event = desk.ticket(code).events[-1]
    assert (event.body, event.status, event.action) == ("Done by hand: {{agent.name}}\n", "resolved", "rate")


def test_a_text_that_is_emptied_or_came_too_late_is_not_sent(desk: Command, steps: Path) -> None:
    code = desk.create()
    steps.write_text(': > "$1"')
    for words in (["reply", code], ["note", code], ["create", "x", "--to", JAN]):
        assert desk.refused(2, *words, "--canned", "hello").startswith("the message is empty")
    steps.write_text('echo half > "$1"; exit 3')
    assert "ended with exit status 3; your text is in" in desk.refused(1, "reply", code, "--canned", "hello")
    assert kept_texts(steps.parent) == ["half\n"]


def test_with_several_tickets_or_a_text_no_editor_opens(desk: Command, steps: Path) -> None:
    steps.write_text("exit 1")
    one, two = desk.create(), desk.create("B", "x", "--from", JAN)
    desk.ok("reply", one, two, "--canned", "hello")
    assert desk.ticket(two).events[-1].body == "Hello Jan Novak, order ?. Ana Cruz\n"
    desk.ok("reply", one, "--canned", "done", "-m", "x")
    assert desk.ticket(one).events[-1].body == "Done: x\n"


# --- looking at them ------------------------------------------------------------------------------------------------


def test_list_tells_department_language_and_size(desk: Command) -> None:
    ahoj = 'department = "billing"\nlanguage = "cs"\ntags = ["a", "b"]\nbody = """\nAhoj,\n\nsvete"""'
    put(desk, {"ahoj.toml": ahoj})
    rows = [row.split("\t") for row in desk.ok("canned", "list").out.splitlines()]
    assert [row[0] for row in rows] == ["hello", "ahoj", "done"], "by department, language and name"
    assert rows[1] == ["ahoj", "billing", "cs", "12", "a,b", "Ahoj, svete"]
    found = json.loads(desk.ok("canned", "list", "--json").out)
    assert found["schema_version"] == 1
    assert found["canned"][2] == {
        "name": "done",
        "department": "support",
        "language": None,
        "tags": [],
        "subject": None,
        "text": "Done: {{text}}",
        "size": 14,
        "placeholders": ["text"],
        "then": ["status=resolved", "tags=+done,-open", "priority=low"],
        "attachments": ["terms.txt"],
        "asks": "rating",
    }
    assert desk.ok("canned", "list", "--format", "csv").out.splitlines()[0] == "name,department,language,size,tags,text"


def test_one_that_cannot_be_used_hides_no_other(desk: Command) -> None:
    put(desk, {"bad.toml": "body = 1"})
    ran = desk.run("canned", "list")
    assert (ran.code, [row.split("\t")[0] for row in ran.out.splitlines()]) == (1, ["hello", "done"])
    assert ran.err == 'ticket: canned/bad.toml: "body" must be text, not 1\n'


def test_show_fills_a_response_in_for_a_ticket_and_says_what_is_missing(desk: Command) -> None:
    code = desk.create()
    assert desk.ok("canned", "show", "hello").out == HELLO.strip().removeprefix('body = "').removesuffix('"') + "\n"
    assert desk.ok("canned", "show", "hello", code).out == "Hello Maria Santos, order ?. Ana Cruz\n"
    ran = desk.ok("canned", "show", "done", code, "-m", "fixed")
    assert (ran.out, ran.err.splitlines()) == (
        "Done: fixed\n",
        [
            "for: support",
            "then: status=resolved tags=+done,-open priority=low",
            "files: terms.txt",
            "asks for: a rating",
        ],
    )
    assert desk.refused(1, "canned", "show", "done", code) == (
        'the ticket has no "text" for the canned response "done"; '
        "give it with -m TEXT, or write {{text|TEXT}} in canned/done.toml"
    )
    assert json.loads(desk.ok("canned", "show", "hello", code, "--json").out)["canned"][0]["text"].startswith("Hello M")
    assert desk.refused(3, "canned", "show", "hello", "ZZZZZ").startswith("no ticket")


def test_what_a_stranger_wrote_cannot_control_the_terminal(desk: Command) -> None:
    put(desk, {"evil.toml": 'body = "x\\u202e\\u001b[31m{{customer.name}}"'})
    code = desk.create("S", "x", "--from", "Eve <eve@example.com>")
    path = desk.path(code)
    path.write_text(path.read_text().replace("Eve", "E\\u001b[31mve"))
    for words in (["list", "--format", "table"], ["list", "--format", "github"], ["show", "evil", code, "--json"]):
        ran = desk.run("canned", *words)
        assert not set(ran.out + ran.err) & set("\x1b\u202e"), words
