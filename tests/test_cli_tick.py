"""`ticket tick`: what it writes down, once and the same whenever it runs, as the desk; what it tells, and whom."""

from __future__ import annotations

import json
import resource
import shlex
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.command import Command, Ran
from tests.desks import make_desk
from tests.office import MONDAY, OFFICE, ROOT, acted, ended, office, started, utc, with_git
from tests.terminal import on_a_terminal
from ticketcli.core.action import conversation as act
from ticketcli.core.action.actor import Actor
from ticketcli.core.action.change import change
from ticketcli.core.action.decide import repeat_id
from ticketcli.core.action.draft import Action
from ticketcli.core.action.status import move
from ticketcli.core.file.codec import dumps
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.code import from_id
from ticketcli.core.ticket.who import Who
from ticketcli.desk import answering, threads
from ticketcli.desk.desk import now, open_desk
from ticketcli.desk.record import How, Session, session
from ticketcli.desk.ticking import Ticked, _write
from ticketcli.desk.ticking import tick as tick_desk
from ticketcli.edges import lock, store

BEGIN, END = utc("2025-03-03 08:00"), utc("2025-03-10 12:00")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LATE = ("--at", MONDAY)


@pytest.fixture
def ticket(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    return office(tmp_path, capsys, monkeypatch)


@pytest.fixture
def repository(ticket: Command) -> Command:
    return with_git(ticket)


def tick(root: Path, instant: datetime, *, dry_run: bool = False) -> Ticked:
    """What a run at an instant finds, without any identity."""
    return tick_desk(open_desk(root, {}), How(instant), dry_run=dry_run, warn=pytest.fail)


def files(root: Path) -> dict[str, str]:
    return {path.stem: path.read_text() for path in sorted(root.glob("tickets/*/*.toml"))}


def notices(ticket: Command, code: str) -> list[tuple[str, str, str]]:
    """What has been written down of what happened by itself."""
    automatic = sorted((event for event in ticket.ticket(code).events if event.automatic), key=lambda event: event.at)
    return [(event.action, event.clock, f"{event.at:%Y-%m-%d %H:%M:%S}") for event in automatic]


# --- once, and the same whenever it runs -----------------------------------------------------------------------------


def test_a_line_a_ticket_and_nothing_the_second_time(ticket: Command) -> None:
    late = ticket.create("Printer jams", "x", *LATE)
    parked = ticket.create("Cable", "x", *LATE)
    done = ticket.create("Done", "x", *LATE)
    ticket.create("Not yet due", "x")
    acted(ticket.root, "2025-03-03 09:30", parked, act.reply(act.Message("Wait."), until=utc("2025-03-04 11:00")))
    ticket.ok("reply", done, "-m", "So.", "-s", "resolved", "--at", "2025-03-03T10:30")
    before = ticket.files()
    dry = ticket.ok("tick", "--dry-run")
    assert (ticket.files(), dry.err) == (before, "")
    ran = ticket.ok("tick")
    assert sorted(ran.out.splitlines()) == sorted(
        [
            f'{late} "Printer jams": overdue since 2025-03-04 10:00 (first response); '
            "overdue since 2025-03-10 10:00 (resolution)",
            f'{parked} "Cable": back since 2025-03-04 12:00; overdue since 2025-03-11 11:30 (resolution)',
            f'{done} "Done": closed since 2025-03-07 10:30',
        ]
    )
    assert ran == dry
    assert ticket.ok("tick") == Ran(0, "", "")
    assert ticket.ok("tick", "--dry-run") == Ran(0, "", "")
    assert notices(ticket, late) == [
        ("warn", "first_response", "2025-03-03 15:00:00"),
        ("breach", "first_response", "2025-03-04 09:00:01"),
        ("warn", "resolution", "2025-03-06 15:00:00"),
        ("breach", "resolution", "2025-03-10 09:00:01"),
    ]
    assert {event.by for event in ticket.ticket(late).events if event.automatic} == {"tick"}
    assert ticket.ticket(parked).header.text("status") == "open"
    assert ticket.ticket(done).header.text("status") == "closed"
    assert ticket.ok("check", "--files").code == 0


def test_what_is_due_soon_is_told_in_time(ticket: Command) -> None:
    code = ticket.create("Printer jams", "x", *LATE)
    assert tick(ticket.root, utc("2025-03-03 14:59:59")).happened == ()
    [one] = tick(ticket.root, utc("2025-03-03 15:00:00")).happened
    assert [event.action for event in one.events] == ["warn"]
    assert notices(ticket, code) == [("warn", "first_response", "2025-03-03 15:00:00")]
    assert tick(ticket.root, utc("2025-03-04 09:00:00")).happened == (), "the same second is met"
    [one] = tick(ticket.root, utc("2025-03-04 09:00:01")).happened
    assert [event.action for event in one.events] == ["breach"]


def test_every_minute_twice_or_once_at_the_end_writes_the_same_bytes(ticket: Command, tmp_path: Path) -> None:
    ticket.create("Printer jams", "x", *LATE, "-p", "high")
    parked = ticket.create("Cable", "x", *LATE)
    acted(ticket.root, "2025-03-03 09:30", parked, move("postponed", until=utc("2025-03-03 12:30")))
    done = ticket.create("Done", "x", "--at", "2025-02-27T12:00")
    ticket.ok("resolve", done, "--at", "2025-02-27T13:00")
    roots = {name: tmp_path / name for name in ("minutes", "odd", "twice", "once")}
    for root in roots.values():
        shutil.copytree(ticket.root, root)
    before, end = files(ticket.root), utc("2025-03-03 13:05")
    at = utc("2025-03-03 09:30")
    while at <= end:
        tick(roots["minutes"], at)
        if (at - end) % (23 * MINUTE) == timedelta(0):
            tick(roots["odd"], at + timedelta(seconds=17))
        at += MINUTE
    for root in (*roots.values(), roots["twice"]):
        tick(root, end + MINUTE)
    written = files(roots["once"])
    assert all(written[code] != before[code] for code in before)
    assert {name: files(root) == written for name, root in roots.items()} == dict.fromkeys(roots, True)


def test_who_acts_in_between_is_not_overruled(ticket: Command) -> None:
    code = ticket.create("Printer jams", "x", *LATE)
    acted(ticket.root, "2025-03-03 10:00", code, move("postponed", until=utc("2025-03-05 08:00")))
    ticket.ok("resolve", code, "--at", "2025-03-04T09:30")
    ran = ticket.ok("tick")
    assert ran.out == f'{code} "Printer jams": closed since 2025-03-08 09:30\n'
    assert notices(ticket, code) == [("close", "", "2025-03-08 08:30:00")]


# --- a missing cron changes nothing -----------------------------------------------------------------------------------

Step = tuple[str, str, Callable[[Session], object]]
MARIA, JAN = Who("Maria Santos", "maria@example.com"), Who("Jan Novak", "jan@example.com")


def asks(when: str, name: str, subject: str, **fields: str) -> Step:
    message = act.Message("Please help.", changes=Changes({(key,): value for key, value in fields.items()}))
    who = JAN if name == "C" else MARIA
    return when, name, lambda work: answering.create(work, subject, message, who, by_agent=False)


def does(when: str, name: str, action: Action) -> Step:
    return when, f"{name} {when}", lambda work: work.record(work.catalog.situation(named(name)), action)


def named(name: str) -> str:
    """The code of a ticket of the week."""
    return from_id(repeat_id("", name))


def merged(work: Session, source: str, target: str) -> None:
    plan = threads.plan_merge(work, [named(source)], named(target))
    threads.merge(work, plan, different_customer=False, reason="")


def says(text: str = "Still.") -> Action:
    return act.customer_reply(act.Message(text), MARIA)


WEEK = [
    asks("03 08:30", "A", "Printer jams", priority="normal"),
    asks("03 09:10", "B", "Login", priority="high", department="support"),
    does("03 10:00", "A", act.reply(act.Message("Try again."))),
    does("03 15:40", "A", says()),
    does("04 08:00", "B", act.reply(act.Message("Sorry."))),
    does("04 09:00", "A", move("postponed", until=utc("2025-03-06 09:00"))),
    asks("04 12:00", "C", "Invoice", priority="low", department="billing", assignee="ana"),
    does("05 10:00", "B", says()),
    does("05 12:00", "B", move("resolved")),
    does("05 13:00", "C", change(Changes({("priority",): "urgent"}))),
    does("06 11:00", "A", act.reply(act.Message("It is there."), status="resolved")),
    asks("07 10:00", "D", "Cable"),
    does("07 10:30", "D", move("closed")),
    does("07 12:00", "B", says("No.")),
    asks("07 13:00", "E", "Toner", department="support"),
    does("07 13:30", "E", change(Changes({("due",): utc("2025-03-09 13:00")}))),
    ("07 14:00", "merge", lambda work: merged(work, "D", "E")),
    does("08 10:00", "B", says("Also, our address changed.")),
    ("08 12:00", "split", lambda work: threads.split(work, f"{named('B')}/6", "Address", "", False, Changes())),
]


def lived(root: Path, ticks: timedelta | None) -> Path:
    """A desk after that week, with a tick every so often, or without any."""
    make_desk(root, settings=OFFICE)
    acts = [(utc(f"2025-03-{when}"), name, step) for when, name, step in WEEK]
    at = BEGIN
    while at <= END:
        for when, name, step in acts:
            if at <= when < at + HOUR:
                with session(open_desk(root, {}, "ana"), How(when, token=name), "play", pytest.fail) as work:
                    step(work)
        if ticks and (at - BEGIN) % ticks == timedelta(0):
            tick(root, at + HOUR)
        at += HOUR
    return root


def test_a_missing_cron_for_a_week_changes_no_number_and_hides_no_ticket(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    office(tmp_path, capsys, monkeypatch)
    ticked, alone = lived(tmp_path / "often", 4 * HOUR), lived(tmp_path / "never", None)
    daily = lived(tmp_path / "daily", 24 * HOUR)
    written = [sum(text.count("[[event]]") for text in files(root).values()) for root in (ticked, daily, alone)]
    assert written[0] >= written[1] > written[2] + 5
    words = [["list", "--all", "--json"], ["to-solve", "--json"], ["to-solve", "--for", "ana", "--explain"]]
    words += [["report", kind, "--json"] for kind in ("resolution", "response", "sla")]
    seen = set()
    for n in range(8):
        instant = (BEGIN + n * timedelta(hours=23, minutes=37)).isoformat()
        for ask in words:
            told = {
                Command(root, capsys, monkeypatch).ok(*ask, "--as-of", instant).out for root in (ticked, daily, alone)
            }
            assert len(told) == 1, (ask, instant)
            seen |= told
    assert len(seen) > 30, "the week is not always the same"
    assert len({Command(root, capsys, monkeypatch).ok("report", "--json").out for root in (ticked, daily, alone)}) == 1


# --- as the desk ------------------------------------------------------------------------------------------------------


def in_an_empty_environment(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`ticket` without HOME, PATH, identity or standard input; only its own configuration is kept out."""
    config = root.parent / "no configuration"
    command = ["/usr/bin/env", "-i", f"XDG_CONFIG_HOME={config}", sys.executable, "-m", "ticketcli", "-C", str(root)]
    line = f"exec {shlex.join([*command, *words])} <&-"
    return subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=False, cwd=ROOT)


def test_it_acts_and_commits_as_the_desk_with_no_home_identity_or_terminal(repository: Command) -> None:
    one, two = repository.create("Printer jams", "x", *LATE), repository.create("Cable", "x", *LATE)
    commits = int(repository.git("rev-list", "--count", "HEAD"))
    done = in_an_empty_environment(repository.root, "tick")
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 2)
    assert int(repository.git("rev-list", "--count", "HEAD")) == commits + 1
    who, subject = repository.git("log", "-1", "--format=%an <%ae>|%cn <%ce>%n%s").splitlines()
    assert who == "ACME <tick@localhost>|ACME <tick@localhost>"
    assert subject == f"tick {', '.join(sorted([one, two]))}"
    assert repository.git("status", "--porcelain") == ""
    assert sorted(repository.git("show", "--format=", "--name-only").splitlines()) == sorted(
        str(repository.path(code).relative_to(repository.root)) for code in (one, two)
    )
    again = in_an_empty_environment(repository.root, "tick", "--strict")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert int(repository.git("rev-list", "--count", "HEAD")) == commits + 1


def test_nobody_becomes_who_works_here_by_a_tick(repository: Command) -> None:
    repository.create("Printer jams", "x", *LATE)
    (repository.root / ".ticketcli/me").unlink()
    repository.ok("tick")
    assert not (repository.root / ".ticketcli/me").exists()


def test_a_busy_desk_is_left_alone_silently(ticket: Command) -> None:
    code = ticket.create("Printer jams", "x", *LATE)
    with lock.hold(ticket.root, "ticket import, bob"):
        before = ticket.files()
        quiet, strict = started(ticket.root, "tick"), started(ticket.root, "tick", "--strict")
        assert ended(quiet) == Ran(0, "", "")
        ran = ended(strict)
        assert (ran.code, ran.out) == (75, "")
        assert ran.err.startswith("ticket: the desk is held by pid ")
        assert ran.err.endswith("; try again\n")
        assert ticket.ok("tick", "--dry-run").out.startswith(code)
        assert ticket.files() == before
    assert ticket.ok("tick").out.startswith(code)


def test_a_busy_desk_is_no_matter_where_nothing_has_happened(ticket: Command) -> None:
    ticket.create()
    with lock.hold(ticket.root, "ticket import, bob"):
        assert ticket.ok("tick", "--strict") == Ran(0, "", "")


def test_two_at_once_tell_it_once(ticket: Command) -> None:
    codes = sorted(ticket.create(f"Ticket {n}", "x", *LATE) for n in range(5))
    ran = [ended(each) for each in [started(ticket.root, "tick") for _ in range(3)]]
    assert [each.code for each in ran] == [0] * 3
    assert sorted(row.split()[0] for each in ran for row in each.out.splitlines()) == codes


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_an_unreadable_ticket_hides_no_other(ticket: Command) -> None:
    good, bad = ticket.create("Good one", "x", *LATE), ticket.create("Bad one", "x", *LATE)
    ticket.path(bad).write_text("<<<<<<< HEAD\n")
    ran = ticket.run("tick")
    assert (ran.code, ran.out.startswith(f'{good} "Good one": overdue'), ran.out.count("\n")) == (1, True, 1)
    assert ran.err.startswith(f"ticket: {ticket.path(bad)}: line 1: git left a conflict here")
    assert ran.err.count("\n") == 1
    assert ticket.run("tick") == Ran(1, "", ran.err)
    assert ticket.run("tick", "-q") == Ran(1, "", ran.err)


def test_a_ticket_that_takes_no_more_keeps_no_other_from_being_written(ticket: Command) -> None:
    codes = [ticket.create(f"Ticket {n}", "x", *LATE) for n in range(5)]
    full = sorted(codes)[1]
    whole = ticket.ticket(full)
    rows, rest = divmod(store.LIMIT - len(dumps(whole).encode()) - 100, 1000)
    body = f"{'x' * 999}\n" * rows + f"{'x' * rest}\n"
    ticket.path(full).write_text(dumps(replace(whole, events=(replace(whole.first, body=body),))))
    ran = ticket.run("tick")
    told = sorted(row.split()[0] for row in ran.out.splitlines())
    assert (ran.code, told) == (1, sorted({*codes} - {full}))
    assert ran.err.startswith(f"ticket: {full} takes no more than 10,000 events and 8 MiB")


def test_what_was_saved_and_not_committed_is_committed_by_the_next_run(repository: Command) -> None:
    index = repository.root / ".git/index.lock"
    index.write_text("")
    code = repository.create("Printer jams", "x")
    index.unlink()
    assert repository.git("status", "--porcelain", "tickets") != ""
    assert repository.ok("tick").out == ""
    assert repository.git("status", "--porcelain", "tickets") == ""
    assert repository.git("log", "-1", "--format=%s") == "commit what was saved before"
    assert code in repository.git("log", "-1", "--format=%b")


def test_a_ticket_that_can_no_longer_be_read_when_the_desk_is_ours_is_named(ticket: Command) -> None:
    code = ticket.create("Printer jams", "x", *LATE)
    desk, how = open_desk(ticket.root, {}), How(now())
    with session(desk, how, "tick", pytest.fail, itself=Actor("tick", Who("desk", "tick@localhost"))) as work:
        ticket.path(code).write_text("status = ")
        written, refused = _write(work, [code])
    assert (written, [*refused]) == ([], [code])


def test_a_file_system_that_takes_nothing_is_74(ticket: Command) -> None:
    code = ticket.create("Printer jams", "x", *LATE)
    before = ticket.files()
    full = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (0, 0))
    ran = ended(started(ticket.root, "tick", preexec_fn=full))
    assert (ran.code, ran.out, ran.err.count("\n")) == (74, "", 1)
    assert ticket.files() == before
    assert ticket.ok("tick").out.startswith(code), "it is told when it is written"


def test_nothing_that_strangers_wrote_steers_the_terminal(ticket: Command) -> None:
    code = ticket.create("evil \x1b]52;c;aGk=\x07\u202e", "x", *LATE)
    for words in (["tick", "--dry-run"], ["tick", "--dry-run", "--json"], ["tick"]):
        ran = on_a_terminal(ticket.root, *words)
        assert (ran.code, code in ran.out) == (0, True)
        assert not {"\x1b", "\x07", "\u202e"} & {*ran.out, *ran.err}


# --- whom it tells ----------------------------------------------------------------------------------------------------


def notified(home: Path, text: str = 'cat >> "$1"') -> Path:
    """Makes a script the user's notify command; gives the file that it appends to."""
    script, told = home / "a script", home / "told"
    script.write_text(f"#!/bin/sh\n{text}\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    config = home / "config/ticketcli/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f"notify = {json.dumps([str(script), str(told)])}\n")
    return told


def test_the_users_own_command_gets_every_warning_and_breach(ticket: Command, tmp_path: Path) -> None:
    told = notified(tmp_path)
    late = ticket.create("Printer jams", "x", *LATE)
    parked = ticket.create("Cable", "x", *LATE)
    ticket.ok("reply", parked, "-m", "x", "--until", "2100-01-01", "--at", "2025-03-03T10:30")
    ticket.ok("set", parked, "due=2025-03-20", "--at", "2025-03-03T11:00")
    soon = ticket.create("Soon", "x", *LATE)
    next_month = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"
    ticket.ok("set", soon, f"due={next_month}", *LATE)  # most of the time since then has gone
    ticket.ok("tick", "--dry-run")
    assert not told.exists()
    assert ticket.ok("tick").out
    documents = [json.loads(row) for row in told.read_text().splitlines()]
    said = {(one["ticket"]["code"], one["action"], one["clock"]) for one in documents}
    assert said == {
        (soon, "warn", "due"),
        (late, "breach", "first_response"),
        (late, "breach", "resolution"),
        (parked, "breach", "due"),
    }
    one = next(one for one in documents if one["clock"] == "first_response")
    assert (one["schema_version"], one["at"], one["ticket"]["subject"]) == (1, "2025-03-04T09:00:01Z", "Printer jams")
    told.unlink()
    ticket.ok("tick")
    assert not told.exists()


def test_what_happens_as_it_was_asked_for_is_told_nobody(ticket: Command, tmp_path: Path) -> None:
    told = notified(tmp_path)
    done = ticket.create("Done", "x", *LATE)
    ticket.ok("reply", done, "-m", "x", "-s", "resolved", "--at", "2025-03-03T10:30")
    assert "closed since" in ticket.ok("tick").out
    assert not told.exists()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("echo no such list >&2; exit 3", "ended with exit status 3: no such list"),
        ("kill $$", "was ended by signal 15"),
    ],
)
def test_a_command_that_fails_is_a_warning(ticket: Command, tmp_path: Path, text: str, why: str) -> None:
    notified(tmp_path, text)
    code = ticket.create("Printer jams", "x", "-p", "high", *LATE)
    ran = ticket.run("tick")
    assert (ran.code, ran.out.startswith(code)) == (1, True)
    assert ran.err == f'ticket: warning: the notify command "{tmp_path}/a script" {why}\n' * 2
    assert ticket.ok("tick") == Ran(0, "", ""), "it is written down, and told once"


def test_a_configuration_that_cannot_be_read_is_refused_before_anything_is_told_as_done(
    ticket: Command, tmp_path: Path
) -> None:
    ticket.create("Printer jams", "x", *LATE)
    told = notified(tmp_path)
    (tmp_path / "config/ticketcli/config.toml").write_text('notify = "mail ana"\n')
    assert "notify must be a list, word by word" in ticket.refused(1, "tick")
    shutil.rmtree(tmp_path / "config")
    notified(tmp_path)
    ticket.ok("tick")
    assert told.exists()


def test_the_settings_of_a_desk_name_no_command(ticket: Command, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    settings = ticket.root / "ticketcli.toml"
    settings.write_text(f'notify = ["touch", "{marker}"]\n{settings.read_text()}')
    ticket.create("Printer jams", "x", *LATE)
    ticket.ok("tick")
    assert not marker.exists()
    assert 'unknown key "notify"' in ticket.run("check", "--files").out


# --- JSON, and putting it into cron -----------------------------------------------------------------------------------


def test_json_has_a_notice_for_each_event(ticket: Command) -> None:
    late = ticket.create("Printer jams", "x", *LATE)
    document = json.loads(ticket.ok("tick", "--json").out)
    assert document["schema_version"] == 1
    assert [(one["action"], one["clock"], one["at"]) for one in document["notices"]] == [
        ("warn", "first_response", "2025-03-03T15:00:00Z"),
        ("breach", "first_response", "2025-03-04T09:00:01Z"),
        ("warn", "resolution", "2025-03-06T15:00:00Z"),
        ("breach", "resolution", "2025-03-10T09:00:01Z"),
    ]
    assert {one["ticket"]["code"] for one in document["notices"]} == {late}
    assert json.loads(ticket.ok("tick", "--json").out)["notices"] == []


def blocks(text: str) -> dict[str, str]:
    """The parts of what --install prints, by the file they go into."""
    parts: dict[str, str] = {}
    for part in text.split("# ")[1:]:
        name, _, rest = part.partition("\n")
        parts[name.partition(",")[0].rpartition("/")[2]] = rest
    return parts


def words_of_cron(line: str) -> list[str]:
    """The words that a shell gets from a line of crontab."""
    fields = line.split(" ", 5)
    assert fields[:5] == ["*"] * 5
    assert "%" not in fields[5].replace("\\%", "")
    return shlex.split(fields[5].replace("\\%", "%"))


def words_of_systemd(unit: str) -> list[str]:
    """The words of ExecStart, as systemd reads them."""
    (line,) = [row.partition("=")[2] for row in unit.splitlines() if row.startswith("ExecStart=")]
    first, *rest = [word.replace("%%", "%") for word in shlex.split(line)]
    assert "$" not in "".join(rest).replace("$$", "")
    return [first, *(word.replace("$$", "$") for word in rest)]


@pytest.mark.parametrize("name", ["desk", "my desk", "100% of $HOME", "a \"quoted\\ one's", "ěščř"])
def test_what_install_prints_can_be_put_into_cron_and_systemd(
    ticket: Command, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "x" / name
    shutil.copytree(ticket.root, root)
    program = tmp_path / "bin of mine" / "ticket"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(program)])
    parts = blocks(Command(root, ticket._capsys, monkeypatch).ok("tick", "--install").out)
    expected = [str(program), "-C", str(root), "tick"]
    assert words_of_cron(parts["crontab -e"].splitlines()[0]) == expected
    assert words_of_systemd(parts["ticket-tick.service"]) == expected
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed: the units were only compared")
    units = {file: text for file, text in parts.items() if file.startswith("ticket-tick.")}
    assert verified(tmp_path, units) == (0, "")
    broken = {file: text.replace("ExecStart=", 'ExecStart="') for file, text in units.items()}
    assert verified(tmp_path, broken)[0] != 0


def verified(folder: Path, units: dict[str, str]) -> tuple[int, str]:
    """What systemd says of units."""
    for name, text in units.items():
        (folder / name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(folder / name) for name in units)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def test_started_as_a_module_it_is_installed_as_one(ticket: Command) -> None:
    ran = ended(started(ticket.root, "tick", "--install"))
    line = blocks(ran.out)["crontab -e"].splitlines()[0]
    assert words_of_cron(line) == [sys.executable, "-m", "ticketcli", "-C", str(ticket.root), "tick"]
    assert ended(started(ticket.root, "tick", "--install", "--json")).out == ran.out


def test_install_writes_nothing(ticket: Command) -> None:
    ticket.create("Printer jams", "x", *LATE)
    before = ticket.files()
    ticket.ok("tick", "--install")
    assert ticket.files() == before
