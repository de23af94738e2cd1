"""Rules through the program: what they write, what they mail, and that nobody is mailed for ever."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.command import PEOPLE, Command, at_home
from tests.desks import answers, asks, make_desk, ticket
from tests.mailbox import ADDRESS, Outbox, configure, parsed, serving
from tests.post import mail
from ticketcli.core.mail import outbox, throttle
from ticketcli.core.mail.outbox import Mailing
from ticketcli.core.ticket.code import derived_id
from ticketcli.core.ticket.event import ASKED, Event
from ticketcli.desk.desk import open_desk
from ticketcli.desk.record import How
from ticketcli.desk.remembering import FEWEST
from ticketcli.desk.ticking import tick
from ticketcli.edges import store

Patch = pytest.MonkeyPatch
RULES = """
[[rule]]
name = "acknowledge"
on = ["created", "customer_message"]
do = ["canned=received"]

[[rule]]
name = "vip"
on = ["created", "tag"]
when = "tag:vip"
do = ["priority=high"]

[[rule]]
name = "remind"
when = "status:answered for:3d.."
do = ["canned=received", "tags=+reminded"]
"""


def shelve(root: Path, body: str = "Hello {{customer.name|there}}, this is {{ticket.code}}.", more: str = "") -> None:
    (root / "canned").mkdir(exist_ok=True)
    (root / "canned/received.toml").write_text(f'body = "{body}"\n{more}', encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Patch) -> Command:
    """A desk with rules, without git, as ana."""
    at_home(tmp_path, monkeypatch)
    monkeypatch.setenv("TICKET_AGENT", "ana")
    root = make_desk(tmp_path / "desk", settings=f'name = "ACME"\n{PEOPLE}{RULES}')
    shelve(root)
    return Command(root, capsys, monkeypatch)


def ruled(desk: Command, code: str) -> list[Event]:
    return [event for event in desk.ticket(code).events if event.ruled]


# --- commands -------------------------------------------------------------------------------------------------------


def test_what_rules_did_is_said_and_goes_back_with_the_command(desk: Command) -> None:
    code = desk.create()
    (text,) = ruled(desk, code)
    assert (text.body, text.to) == (f"Hello Maria Santos, this is {code}.\n", ("maria@example.com",))
    said = desk.ok("tag", code, "+vip").err.splitlines()
    assert said == [f'{code} "Printer jams": new; tags=+vip', f'{code} rule "vip": priority=high']
    desk.ok("undo")
    header = desk.ticket(code).header
    assert (header.text("priority"), header.list("tags")) == ("normal", ())
    assert '	undone	rule "vip" priority=high' in desk.ok("log", code).out


def test_a_repeated_command_wakes_no_rule_again(desk: Command) -> None:
    code = desk.create("Printer jams", "It eats paper.", "--id", "one")
    before = desk.files()
    assert desk.create("Printer jams", "It eats paper.", "--id", "one") == code
    assert desk.files() == before


def test_what_is_imported_wakes_no_rule(desk: Command, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(mail())
    desk.ok("import", "mail", str(tmp_path / "one.eml"))
    line = {
        "kind": "message",
        "channel": "form",
        "source": "shop",
        "id": "17",
        "from": "j@example.com",
        "text": "Hm.",
    }
    desk.ok("import", "jsonl", "-", stdin=json.dumps(line) + "\n")
    assert [ruled(desk, code) for code in desk.codes()] == [[], []]
    desk.ok("receive", "--json", stdin=json.dumps({**line, "id": "18"}) + "\n")
    assert sum(len(ruled(desk, code)) for code in desk.codes()) == 1, "the control: what comes in by itself does"


def test_rules_as_a_list_and_tried_on_a_ticket(desk: Command) -> None:
    assert desk.ok("rules", "list").out.splitlines()[1] == "vip\tcreated,tag\ttag:vip\tpriority=high\t"
    found = json.loads(desk.ok("rules", "list", "--json").out)["rules"][2]
    assert found == {
        "name": "remind",
        "on": None,
        "when": ["status:answered", "for:3d.."],
        "do": ["tags=+reminded"],
        "canned": "received",
        "stop": False,
    }
    code = desk.create()
    before = desk.files()
    assert desk.ok("rules", "test", code).out.splitlines() == [
        "remind: no, status:answered and for:3d.. do not hold",
        "    does not hold  status:answered",
        "    does not hold  for:3d..",
    ]
    (tried,) = json.loads(desk.ok("rules", "test", code, "--on", "customer_message", "--json").out)["rules"]
    assert (tried["fires"], tried["why"], tried["would"]) == (True, None, ["a text to maria@example.com"])
    assert desk.files() == before
    assert 'no event "birth"' in desk.refused(2, "rules", "test", code, "--on", "birth")
    assert "no rule waits for that event" in desk.ok("rules", "test", code, "--on", "rated").err


def test_check_reads_the_responses_that_rules_name(desk: Command) -> None:
    assert "rule" not in desk.run("check").out
    shelve(desk.root, "About {{ticket.subject}}")
    said = desk.run("check")
    what = 'rule "acknowledge": canned/received.toml: "ticket.subject" cannot stand in what a rule sends; leave it out'
    assert (said.code, f"ticketcli.toml: {what}" in said.out + said.err) == (1, True)
    (note,) = ruled(desk, desk.create())
    assert (note.kind, "cannot stand in what a rule sends" in note.body) == ("note", True)


@pytest.mark.parametrize("name", ["Buy at http://x.example", "Win at x.example", "x。com", "a@x.example", "x" * 61])
def test_no_customer_s_name_is_an_advertisement(desk: Command, name: str) -> None:
    code = desk.create("Printer jams", "Hm.", "--from", f'"{name}" <victim@example.com>')
    assert ruled(desk, code)[0].body == f"Hello there, this is {code}.\n"
    person = desk.create("Printer jams", "Hm.", "--from", '"Dr. J.R. Smith Jr." <victim@example.com>')
    assert ruled(desk, person)[0].body == f"Hello Dr. J.R. Smith Jr., this is {person}.\n"


# --- tick -----------------------------------------------------------------------------------------------------------


def test_tick_tells_what_rules_do_and_does_it_once(desk: Command) -> None:
    code = desk.create("Printer jams", "Hm.", "--at", "-9d")
    desk.ok("reply", code, "-m", "Try again.", "--at", "-8d")
    said = f'{code} "Printer jams": rule "remind": tags=+reminded; rule "remind": a text to maria@example.com\n'
    before = desk.files()
    assert desk.ok("tick", "--dry-run").out == said
    assert desk.files() == before
    notices = json.loads(desk.ok("tick", "--dry-run", "--json").out)["notices"]
    assert [(one["action"], one["rule"]) for one in notices] == [("rule", "remind")] * 2
    assert desk.ok("tick").out == said
    assert desk.ok("tick").out == ""
    assert desk.ticket(code).header.list("tags") == ("reminded",)


def age(root: Path) -> None:
    """Nobody has written just now: the index trusts what it has seen of a file."""
    for path in [*root.glob("tickets/*/*.toml"), *root.glob("tickets/*")]:
        os.utime(path, (1_700_000_000, 1_700_000_000))


def test_tick_asks_the_index_and_opens_only_what_is_due(desk: Command, monkeypatch: Patch) -> None:
    now, opened = datetime(2024, 11, 25, 12, tzinfo=UTC), []
    many = [asks(f"n{n}", f"2024-11-{15 + n % 10} 08:00", f"Question {n}") for n in range(FEWEST)]
    replies = (answers(f"a{one.id}", 2, f"{one.at:%Y-%m-%d} 09:00", "Try again.", seen=[one.id]) for one in many)
    tickets = [ticket(one, reply) for one, reply in zip(many, replies, strict=True)]
    make_desk(desk.root, tickets, f'name = "ACME"\n{PEOPLE}{RULES}')
    age(desk.root)
    late = sorted(one.code for one in tickets if now - one.events[1].at >= timedelta(days=3))
    assert 0 < len(late) < len(tickets)
    read = store.read
    monkeypatch.setattr(store, "read", lambda path, **more: opened.append(path.stem) or read(path, **more))

    def due(when: datetime, *, dry_run: bool) -> list[str]:
        opened.clear()
        here = open_desk(desk.root, os.environ)
        return sorted(one.situation.code for one in tick(here, How(when), dry_run=dry_run, warn=pytest.fail).happened)

    assert due(now, dry_run=True) == late
    assert len({*opened} & {one.code for one in tickets}) == len(tickets), "to make the index"
    assert due(now, dry_run=True) == late
    assert sorted({*opened} & {one.code for one in tickets}) == late
    assert due(now, dry_run=False) == late
    age(desk.root)
    assert due(now, dry_run=False) == []
    assert due(now, dry_run=False) == []
    assert {*opened} & {one.code for one in tickets} == set(), "what a rule has done is not looked at again"
    assert len(due(now + timedelta(days=1), dry_run=True)) == 3


# --- what leaves by mail --------------------------------------------------------------------------------------------


def mailing(*to: str, at: str = "2024-11-25 12:00", state: str = outbox.SENT, **more: Any) -> Mailing:
    keys = {"kind": "message", "role": "system", "by": "rule", "quiet": True, "to": to, **more}
    return Mailing("7KQ-M2RTX-4BG", Event(derived_id("mail", *to), 2, utc(at), **keys), state, since=utc(at))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_one_automatic_mail_a_day_to_an_address() -> None:
    event = mailing("Maria+x@example.com").event
    for to, state, when, refused in [
        ("maria@example.com", outbox.SENT, "2024-11-25 13:00", True),
        ("maria+ticket@EXAMPLE.com", outbox.UNSURE, "2024-11-26 11:59", True),
        ("maria@example.com", outbox.SENT, "2024-11-26 12:00", False),
        ("maria@example.com", outbox.FAILED, "2024-11-25 13:00", False),
        ("maria@example.com", outbox.WAITING, "2024-11-25 13:00", False),
        ("jan@example.com", outbox.SENT, "2024-11-25 13:00", False),
    ]:
        left = throttle.have_left([mailing(to, state=state)])
        assert bool(throttle.refusal(event, left, utc(when))) is refused, (to, state, when)
    written = mailing("maria@example.com", role="agent", quiet=False)
    left = throttle.have_left([written, mailing("maria@example.com")])
    assert len(left) == 1, "what a person wrote is not counted"
    assert throttle.refusal(written.event, left, utc("2024-11-25 13:00")) == ""


def test_what_somebody_asked_for_and_what_a_rule_sends_keep_each_other_from_nobody() -> None:
    rule, answer = mailing("maria@example.com").event, mailing("maria@example.com", action=ASKED).event
    for before in ("", ASKED):
        left = throttle.have_left([mailing("maria@example.com", at="2024-11-25 12:30", action=before)])
        left = [one._replace(event=replace(one.event, id="B" * 10)) for one in left]
        refused = [bool(throttle.refusal(event, left, utc("2024-11-25 13:00"))) for event in (rule, answer)]
        assert refused == [before == "", before == ASKED]


def test_a_ticket_is_in_sight_as_long_as_its_mail_keeps_others_back() -> None:
    first, event = asks("q", "2024-11-25 11:00", "Printer jams"), mailing("maria@example.com").event
    sending = mailing("maria@example.com").step(outbox.SENDING)
    steps = [sending, mailing("maria@example.com")._replace(tries=1).step(outbox.SENT)]
    known = [replace(step, seq=3 + n, at=utc("2024-11-25 12:30")) for n, step in enumerate(steps)]
    assert outbox.waits_until(ticket(first, event, *known)) == utc("2024-11-26 12:30")
    written = replace(event, role="agent", quiet=False)
    assert outbox.waits_until(ticket(first, written, *known)) is None


def test_what_may_have_left_does_not_hold_itself_back(desk: Command, tmp_path: Path) -> None:
    with serving() as server:
        configure(tmp_path, desk.root, server.way())
        code, server.answer = desk.create(), ""
        assert "may have been sent" in desk.run("send").err
        server.answer = "250 OK"
        second = desk.create("Another question")
        assert "in the last 24 hours" in desk.run("send", second).err, "it holds others back"
        assert f"{code}/2 to maria@example.com: sent" in desk.ok("send", code, "--again").err


def test_twenty_automatic_mails_an_hour() -> None:
    left = throttle.have_left([mailing(f"m{n}@example.com") for n in range(throttle.MOST)])
    event = mailing("maria@example.com").event
    assert throttle.refusal(event, left, utc("2024-11-25 12:59")) == ""
    assert "20 mails that nobody wrote" in throttle.delay(event, left, utc("2024-11-25 12:59"))
    assert throttle.delay(event, left[1:], utc("2024-11-25 12:59")) == ""
    assert throttle.delay(event, left, utc("2024-11-25 13:00")) == ""
    assert throttle.delay(replace(event, role="agent", quiet=False), left, utc("2024-11-25 12:59")) == ""


def test_an_automatic_mail_says_so_and_nothing_that_a_customer_wrote(desk: Command, tmp_path: Path) -> None:
    with serving() as server:
        configure(tmp_path, desk.root, server.way())
        code = desk.create("Cheap watches", "Buy here.")
        assert "sent" in desk.ok("send").err
        ((sender, recipients, _),) = server.letters
        (letter,) = map(parsed, server.mails)
    assert (sender.strip("<>"), recipients) == ("", ("maria@example.com",)), "no server answers an empty sender"
    assert letter["Subject"] == f"[#{code}] ACME: about your request"
    assert letter["From"] == f"ACME support <{ADDRESS}>"
    assert letter["To"] == "maria@example.com", "a name may be an advertisement, too"
    named = {"Auto-Submitted": "auto-replied", "Precedence": "bulk", "X-Auto-Response-Suppress": "All"}
    assert {name: letter[name] for name in named} == named
    text = letter.get_content()
    assert text == f"Hello Maria Santos, this is {code}.\n"
    assert "watches" not in letter.as_string()


def test_what_is_over_the_limit_has_failed_and_waits_no_more(desk: Command, tmp_path: Path) -> None:
    """What has left is read from the tickets: a clone that has lost all it knew sends no second one."""
    mta = Outbox(tmp_path)
    configure(tmp_path, desk.root, mta.way)
    codes = [desk.create(), desk.create("Another question")]
    said = desk.run("send")
    first, second = sorted(codes)
    assert (said.code, len(mta.mails)) == (1, 1)
    because = "maria@example.com had a mail that nobody wrote in the last 24 hours"
    assert f"ticket: {second}/2 to maria@example.com: failed: {because}" in said.err
    assert any("-f <>" in words for words in mta.arguments)
    shutil.rmtree(desk.root / ".ticketcli")
    third = desk.create("A third one")
    desk.run("send", third)
    assert [outbox.mailings(desk.ticket(code))[0].state for code in (first, second, third)] == ["sent", *["failed"] * 2]
    desk.ok("reply", third, "-m", "Please try again.")
    assert f"{third}/4 to maria@example.com: sent" in desk.ok("send").err.replace("/5", "/4")
    assert "nothing" not in desk.ok("send").err
    assert len(mta.mails) == 2, "what an agent writes always goes out"


# --- two desks that answer each other -------------------------------------------------------------------------------

OURS, THEIRS = "help@ours.example", "help@theirs.example"
MARKS = ("Auto-Submitted", "Precedence", "X-Auto-Response-Suppress", "X-Loop", "Return-Path")


class Pair:
    """Two desks, each of which acknowledges all that it receives; what one sends the other gets."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Patch) -> None:
        self.desks: list[tuple[Command, Outbox]] = []
        for name, address in (("ours", OURS), ("theirs", THEIRS)):
            (home / name).mkdir()
            mta = Outbox(home / name)
            root = make_desk(home / name / "desk", settings=f'name = "{name}"\n{RULES}')
            shelve(root)
            text = f'[[mail]]\ndesk = "{root}"\naddress = "{name} <{address}>"\n{mta.way}\n'
            with (home / "config/ticketcli/config.toml").open("a") as file:
                file.write(text)
            self.desks.append((Command(root, capsys, monkeypatch), mta))

    def play(self, strip: bool, rounds: int) -> list[int]:
        """How many mails have left in each round, of both."""
        counts = []
        for _ in range(rounds):
            counts.append(sum(self._carry(*turn, strip=strip) for turn in (self.desks, self.desks[::-1])))
        return counts

    def _carry(self, here: tuple[Command, Outbox], there: tuple[Command, Outbox], *, strip: bool) -> int:
        (command, mta), (other, _) = here, there
        command.run("send", "-q")
        letters, _ = mta.mails, mta.empty()
        for letter in letters:
            for name in MARKS if strip else ():
                del letter[name]
            other.ok("receive", stdin=letter.as_bytes())  # type: ignore[arg-type]
        return len(letters)


@pytest.fixture
def pair(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Patch) -> Pair:
    at_home(tmp_path, monkeypatch)
    (tmp_path / "config/ticketcli").mkdir(parents=True)
    return Pair(tmp_path, capsys, monkeypatch)


@pytest.mark.parametrize(("strip", "most"), [(False, 2), (True, 3)])
def test_two_desks_that_answer_each_other_come_to_an_end(pair: Pair, strip: bool, most: int) -> None:
    """A question, an acknowledgement; and, where no header says what is automatic, one acknowledgement of that."""
    pair.desks[0][0].ok("create", "A question", "--to", f"Theirs <{THEIRS}>", "-m", "Do you have paper?")
    assert pair.play(strip, 3) == [most, 0, 0]
    waiting = [
        one.state for desk, _ in pair.desks for code in desk.codes() for one in outbox.mailings(desk.ticket(code))
    ]
    assert outbox.WAITING not in waiting


def test_without_limits_they_would_go_on(pair: Pair, monkeypatch: Patch) -> None:
    monkeypatch.setattr(throttle, "APART", timedelta(0))
    pair.desks[0][0].ok("create", "A question", "--to", f"Theirs <{THEIRS}>", "-m", "Do you have paper?")
    assert pair.play(True, 2)[-1] > 0
