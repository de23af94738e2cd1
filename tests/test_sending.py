"""Mail goes out: what waits, what became of it, and never twice."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.command import PEOPLE, Command, at_home
from tests.faults import KILL, disturb, run, why_no_strace
from tests.faults.running import Ended, Program
from tests.faults.scenes import Scene, home_of
from tests.faults.sweep import ALL, CHANGING, Subject
from tests.mailbox import ADDRESS, Outbox, Server, configure, free_port, make_certificate, parsed, serving
from ticketcli.core.mail import outbox
from ticketcli.desk import desk as desks
from ticketcli.desk import sending
from ticketcli.edges import lock

Patch = pytest.MonkeyPatch
MARIA = "maria@example.com"


@pytest.fixture
def mta(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path)


@pytest.fixture
def bare(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Patch) -> Command:
    """A desk from which no mail leaves."""
    at_home(tmp_path, monkeypatch)
    monkeypatch.delenv("TICKET_MAIL_SECRET", raising=False)
    monkeypatch.setenv("TICKET_AGENT", "ana")
    command = Command(tmp_path / "desk", capsys, monkeypatch)
    command.run("init", str(command.root), "--no-git", desk=False)
    with (command.root / "ticketcli.toml").open("a") as settings:
        settings.write(PEOPLE)
    return command


@pytest.fixture
def ticket(bare: Command, mta: Outbox, tmp_path: Path) -> Command:
    """A desk whose mail leaves by the program."""
    configure(tmp_path, bare.root, mta.way)
    return bare


def answered(ticket: Command, text: str = "Try again.", *more: str) -> str:
    code = ticket.create()
    ticket.ok("reply", code, "-m", text, *more)
    return code


def states(ticket: Command, code: str) -> list[str]:
    return [one.state for one in outbox.mailings(ticket.ticket(code))]


def later(monkeypatch: Patch, **span: float) -> None:
    """From now on it is so much later."""
    moment = desks.now() + timedelta(**span)
    monkeypatch.setattr(desks, "now", lambda: moment)


# What goes out


def test_an_answer_goes_out_once(ticket: Command, mta: Outbox) -> None:
    code = answered(ticket, "Try again — it works.", "--cc", "boss@example.com")
    sent = ticket.ok("send")
    assert sent.err == f"{code}/2 to {MARIA}, boss@example.com: sent\n"
    again = ticket.ok("send")
    assert (again.out, again.err) == ("", "")
    assert mta.arguments == [f"-x -i -f {ADDRESS} -- {MARIA} boss@example.com"]
    (mail,) = map(parsed, mta.mails)
    assert mail["To"] == f"Maria Santos <{MARIA}>"
    assert mail["Cc"] == "boss@example.com"
    assert mail["Subject"] == f"Re: Printer jams [#{code}]"
    assert mail["From"] == f'"Ana Cruz (ACME support)" <{ADDRESS}>'
    assert mail["X-Loop"] == ADDRESS
    assert mail["Auto-Submitted"] is None
    head, _, quoted = mail.get_content().partition("\n\nOn ")
    assert head == "Try again — it works."
    assert quoted.partition("\n")[2] == "> It eats paper.\n"
    ids = [event.id for event in ticket.ticket(code).events]
    assert ids[1] in mail["Message-ID"]
    steps = [(event.action, event.about, event.by) for event in ticket.ticket(code).events[2:]]
    assert steps == [("sending", (ids[1],), "mail"), ("sent", (ids[1],), "mail")]
    assert ticket.run("check").code == 0


def test_a_first_letter_and_a_note_to_a_third_party_go_out(ticket: Command, mta: Outbox) -> None:
    code = ticket.ok("create", "Your order", "--to", f"Maria Santos <{MARIA}>", "-m", "It left.", "--send").out.strip()
    ticket.ok("note", code, "--to", "parts@example.com", "-m", "Do you have it?", "--send")
    letter, note = sorted(map(parsed, mta.mails), key=lambda mail: str(mail["To"]))
    assert (letter["Subject"], letter["In-Reply-To"]) == (f"Your order [#{code}]", None)
    assert (note["To"], note["Cc"], note.get_content()) == ("parts@example.com", None, "Do you have it?\n")
    assert states(ticket, code) == ["sent", "sent"]
    assert ticket.ticket(code).events[3].kind == "note"


def test_what_a_customer_said_and_plain_notes_go_nowhere(ticket: Command, mta: Outbox) -> None:
    code = ticket.create()
    ticket.ok("reply", code, "--from", "customer", "-m", "And it smells.")
    ticket.ok("note", code, "-m", "Old model.")
    assert ticket.ok("send").err == ""
    assert mta.mails == []


@pytest.mark.parametrize("back", [("undo",), ("redact", "CODE/2", "--yes")])
def test_what_was_taken_back_in_time_is_not_sent(ticket: Command, mta: Outbox, back: tuple[str, ...]) -> None:
    code = answered(ticket)
    ticket.ok(*(word.replace("CODE", code) for word in back))
    assert ticket.ok("send").err == ""
    assert mta.mails == []


def test_what_a_hand_typed_goes_nowhere(ticket: Command, mta: Outbox) -> None:
    code = ticket.create()
    with ticket.path(code).open("a") as file:
        file.write('\n[[event]]\nkind = "message"\nby = "ana"\nto = ["eve@example.com"]\nbody = "Hello."\n')
    ticket.ok("send")
    ticket.ok("tag", code, "+x")
    ticket.ok("send", code)
    assert mta.mails == []
    assert [event.to for event in ticket.ticket(code).events] == [(), (), ()]


def test_old_answers_go_out_only_where_their_ticket_is_named(ticket: Command, mta: Outbox, monkeypatch: Patch) -> None:
    code = answered(ticket)
    number = ticket.ticket(code).events[-1].seq
    later(monkeypatch, days=8)
    remedy = f"has waited too long to be mailed by itself; to mail it: ticket send {code}\n"
    assert ticket.ok("send").err == f"{code}/{number} to maria@example.com {remedy}"
    assert ticket.ok("send", "-q").err == ""
    assert (dry := ticket.ok("send", "--dry-run")).out == ""
    assert dry.err.endswith(remedy)
    assert "waits to be sent" in ticket.ok("show", code).out
    assert ticket.ok("send", code).err.endswith("sent\n")
    assert len(mta.mails) == 1


def test_of_answers_older_than_a_month_nobody_speaks_unless_they_are_named(
    ticket: Command, mta: Outbox, monkeypatch: Patch
) -> None:
    code = answered(ticket)
    later(monkeypatch, days=31)
    assert ticket.ok("send").err == ""
    assert "waits to be sent" not in ticket.ok("show", code).out
    assert ticket.ok("send", code).err.endswith("sent\n")


def test_files_go_with_their_names(ticket: Command, mta: Outbox, tmp_path: Path) -> None:
    names = ["návod k tiskárně.pdf", "a.eml"]
    for number, name in enumerate(names):
        (tmp_path / name).write_bytes(bytes([number, 10, 13, 0, 46, 10]))
    answered(ticket, "See these.", *(word for name in names for word in ("--attach", str(tmp_path / name))))
    ticket.ok("send")
    (mail,) = map(parsed, mta.mails)
    files = list(mail.iter_attachments())
    assert [file.get_filename() for file in files] == names
    assert [file.get_content_type() for file in files] == ["application/pdf", "application/octet-stream"]
    assert [file.get_content()[0] for file in files] == [0, 1]


def test_a_message_that_was_moved_goes_out_as_the_ticket_that_shows_it(ticket: Command, mta: Outbox) -> None:
    parent = answered(ticket)
    child = ticket.ok("split", f"{parent}/2", "--subject", "Another matter").out.strip()
    assert ticket.ok("send", parent).err == ""
    assert ticket.ok("send", child).err == f"{parent}/2 to {MARIA}: sent\n"
    source, target = answered(ticket), ticket.create()
    ticket.ok("merge", source, "--into", target)
    ticket.ok("send")
    subjects = sorted(str(mail["Subject"]) for mail in map(parsed, mta.mails))
    assert subjects == sorted([f"Another matter [#{child}]", f"Re: Printer jams [#{target}]"])
    assert (states(ticket, parent), states(ticket, source)) == (["sent"], ["sent"])
    assert "[sent" in ticket.ok("show", child).out
    assert "[sent" not in ticket.ok("show", parent).out
    assert ticket.run("check").code == 0


def test_a_file_that_is_gone_keeps_its_message_and_no_other(ticket: Command, mta: Outbox, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    code = answered(ticket, "See this.", "--attach", str(tmp_path / "a.txt"))
    other = answered(ticket)
    shutil.rmtree(ticket.root / "attachments")
    ran = ticket.run("send")
    assert ran.code == 1
    assert "attachments" in ran.err
    assert (states(ticket, code), states(ticket, other)) == (["waiting"], ["sent"])


def test_a_dry_run_says_what_would_go_and_writes_nothing(ticket: Command, mta: Outbox) -> None:
    code = answered(ticket)
    before = ticket.files()
    assert ticket.ok("send", "--dry-run").out == f"{code}/2\t{MARIA}\tTry again.\n"
    assert (mta.mails, ticket.files()) == ([], before)


def test_who_gets_it_is_never_the_desk_itself(ticket: Command, mta: Outbox) -> None:
    code = answered(ticket, "Hello.", "--cc", ADDRESS.upper(), "--cc", f"support+{'X' * 9}@desk.example")
    ticket.ok("send")
    assert mta.arguments == [f"-x -i -f {ADDRESS} -- {MARIA}"]
    only = ticket.create("Loop", "Hello.", "--from", ADDRESS)
    ticket.ok("reply", only, "-m", "Hello yourself.")
    ran = ticket.run("send")
    assert (ran.code, states(ticket, only)) == (1, ["failed"])
    assert "the desk's own" in ran.err
    assert ticket.ok("send").err == ""
    assert states(ticket, code) == ["sent"]


# What was written, told


def test_a_writing_command_says_that_it_waits_only_where_mail_leaves(bare: Command, tmp_path: Path) -> None:
    code = bare.create()
    assert "ticket send" not in bare.ok("reply", code, "-m", "One.").err
    configure(tmp_path, tmp_path / "another", 'sendmail = ["true"]')
    assert "ticket send" not in bare.ok("reply", code, "-m", "Two.").err
    configure(tmp_path, bare.root, 'sendmail = ["true"]')
    assert "3 messages wait to be mailed: ticket send" in bare.ok("reply", code, "-m", "Three.").err
    assert "ticket send" not in bare.ok("note", code, "-m", "Four.").err
    assert bare.ok("reply", code, "-m", "Five.", "-q").err == ""


def test_show_and_json_say_what_became_of_it(ticket: Command, mta: Outbox) -> None:
    code = answered(ticket)
    assert f"[waits to be sent to {MARIA}]" in ticket.ok("show", code).out
    assert '"mail": "waiting"' in ticket.ok("show", code, "--json").out
    mta.ends(67, "no such user maria@example.com")
    ticket.run("send")
    shown = ticket.ok("show", code).out
    assert "[not sent to" in shown
    assert "no such user …]" in " ".join(shown.split())
    assert "[not sent" not in ticket.ok("show", code, "--public").out
    assert "failed of" in ticket.ok("log", code).out


def test_a_desk_without_a_way_out_says_how_it_gets_one(bare: Command) -> None:
    code = answered(bare)
    ran = bare.run("send")
    assert ran.code == 1
    assert "[[mail]]" in ran.err
    assert f'desk = "{bare.root}"' in ran.err
    assert states(bare, code) == ["waiting"]
    assert "[waits" not in bare.ok("show", code).out


def test_only_the_clone_that_is_named_sends(ticket: Command, mta: Outbox, tmp_path: Path) -> None:
    code = answered(ticket)
    configure(tmp_path, tmp_path / "another", mta.way)
    assert "exactly one clone" in ticket.refused(75, "send")
    assert states(ticket, code) == ["waiting"]


def test_a_configuration_that_is_wrong_does_not_lose_a_reply(ticket: Command, tmp_path: Path) -> None:
    code = ticket.create()
    configure(tmp_path, ticket.root, "smtp = 3")
    ran = ticket.run("reply", code, "-m", "Hello.")
    assert ran.code == 0
    assert "mail.smtp" in ran.err
    assert len(ticket.ticket(code).events) == 2


# What became of it


def test_a_message_that_has_left_is_not_undone(ticket: Command) -> None:
    code = answered(ticket)
    ticket.ok("send")
    assert "handed to mail" in ticket.refused(1, "undo")
    other = answered(ticket)
    ticket.ok("undo")
    assert states(ticket, other) == []
    assert states(ticket, code) == ["sent"]


def test_one_that_was_refused_can_be_undone_or_tried_again(ticket: Command, mta: Outbox) -> None:
    code = answered(ticket)
    mta.ends(77, "you may not")
    ran = ticket.run("send", "-q")
    assert (ran.code, states(ticket, code)) == (1, ["failed"])
    assert "you may not" in ran.err
    mta.ends(0)
    assert ticket.ok("send").err == ticket.ok("send", "--again").err == ticket.ok("send", code).err == ""
    ticket.ok("send", code, "--again")
    assert states(ticket, code) == ["sent"]
    mta.ends(77)
    other = answered(ticket)
    ticket.run("send")
    ticket.ok("undo")
    assert states(ticket, other) == []


def test_not_now_waits_longer_and_longer_and_then_fails(ticket: Command, mta: Outbox, monkeypatch: Patch) -> None:
    code = answered(ticket)
    mta.ends(75, "greylisted")
    for number, span in enumerate(outbox.BACKOFF):
        ran = ticket.run("send")
        assert (ran.code, states(ticket, code)) == (75, ["waiting"])
        assert "greylisted" in ran.err
        assert ticket.ok("send").err == ""
        moment = outbox.mailings(ticket.ticket(code))[0].next_try
        assert moment is not None
        assert timedelta(0) <= moment - desks.now() - span + timedelta(seconds=5) <= timedelta(seconds=6), number
        later(monkeypatch, seconds=span.total_seconds() + 1)
    assert ticket.run("send").code == 1
    assert states(ticket, code) == ["failed"]


def test_a_program_that_is_not_there_costs_no_try(ticket: Command, tmp_path: Path) -> None:
    code = answered(ticket)
    configure(tmp_path, ticket.root, 'sendmail = ["no-such-program"]')
    before = ticket.files()
    ran = ticket.run("send")
    assert (ran.code, ticket.files(), states(ticket, code)) == (1, before, ["waiting"])
    assert "no-such-program" in ran.err


def test_what_may_have_left_is_named_and_sent_only_again(ticket: Command, mta: Outbox) -> None:
    code = answered(ticket)
    mta.program.write_text(mta.program.read_text().replace("exit 0", "kill -9 $$"))
    ran = ticket.run("send")
    assert (ran.code, states(ticket, code)) == (1, ["unsure"])
    assert "may have been sent" in ran.err
    mta.ends(0)
    for words in ((), (code,), ("-q",)):
        ran = ticket.run("send", *words)
        assert (ran.code, len(mta.mails)) == (1, 1)
        assert f"ticket send {code} --again" in ran.err
    assert "handed to mail" in ticket.refused(1, "undo")
    ticket.ok("send", "--again")
    assert (states(ticket, code), len(mta.mails)) == (["sent"], 2)


def test_one_run_sends_at_a_time(ticket: Command, mta: Outbox, monkeypatch: Patch) -> None:
    code = answered(ticket)
    monkeypatch.setattr("ticketcli.cli.sending.SOON", 0)
    with lock.hold(ticket.root, "ticket send", name="sending"):
        assert "another ticket send" in ticket.refused(75, "send")
        ticket.ok("reply", code, "-m", "The desk is free meanwhile.")
    ticket.ok("send")
    assert len(mta.mails) == 2


def test_runs_at_the_same_time_send_each_message_once(ticket: Command, mta: Outbox) -> None:
    codes = [answered(ticket) for _ in range(4)]
    command = [sys.executable, "-m", "ticketcli", "-C", str(ticket.root), "send"]
    runs = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    said = [run.communicate()[1] for run in runs]
    assert {run.returncode for run in runs} <= {0, 75}, said
    assert [states(ticket, code) for code in codes] == [["sent"]] * 4
    assert len(mta.mails) == 4


def test_reply_at_once_never_sends_what_is_old(ticket: Command, mta: Outbox, monkeypatch: Patch) -> None:
    code = answered(ticket, "Old.")
    later(monkeypatch, days=8)
    ticket.ok("reply", code, "-m", "New.", "--send")
    assert [parsed(mail).get_content().split()[0] for mail in mta.mails] == ["New."]


def test_reply_at_once_is_done_where_nothing_can_be_sent_now(ticket: Command, tmp_path: Path) -> None:
    code = ticket.create()
    configure(tmp_path, ticket.root, f'smtp = {{ host = "127.0.0.1", port = {free_port()}, security = "none" }}')
    ran = ticket.run("reply", code, "-m", "Hello.", "--send")
    assert (ran.code, states(ticket, code)) == (0, ["waiting"])
    assert "what waits goes out with: ticket send" in ran.err


def test_an_index_finds_what_waits(ticket: Command, mta: Outbox) -> None:
    for number in range(35):
        ticket.create(f"Question {number}")
    code = answered(ticket)
    ticket.ok("list")
    assert (ticket.root / ".ticketcli/index.sqlite").exists()
    catalog = sending.Catalog(desks.open_desk(ticket.root, {}), desks.now())
    assert [one.code for one in catalog.situations(sending.remembering.Wanted(mails=True))] == [code]
    ticket.ok("send")
    assert len(mta.mails) == 1
    assert catalog.anew().situations(sending.remembering.Wanted(mails=True)) == []


def test_what_cannot_be_saved_is_said(ticket: Command, mta: Outbox, tmp_path: Path) -> None:
    """The program that takes the mail takes the directory of the ticket away, too."""
    code = answered(ticket)
    folder, gone = ticket.path(code).parent, tmp_path / "gone"
    mta.program.write_text(mta.program.read_text().replace("exit 0", f'mv "{folder}" "{gone}"; exit 0'))
    ran = ticket.run("send")
    gone.rename(folder)
    assert ran.code != 0
    assert f"{code}/2 was sent; but that could not be saved" in ran.err
    assert states(ticket, code) == ["unsure"]


# A real server


@pytest.mark.parametrize("utf8", [True, False])
def test_letters_beyond_ascii_in_addresses(bare: Command, tmp_path: Path, utf8: bool) -> None:
    with serving(utf8=utf8) as server:
        configure(tmp_path, bare.root, server.way())
        code = answered(bare, "Hello.", "--cc", "jürgen@müller.example")
        other = answered(bare, "Hello.", "--cc", "boss@müller.example")
        bare.run("send")
    assert (states(bare, code), states(bare, other)) == (["sent" if utf8 else "failed"], ["sent"])
    letters = {people[1]: data for sender, people, data in server.letters if (sender, people[0]) == (ADDRESS, MARIA)}
    assert sorted(letters) == ["boss@xn--mller-kva.example", *(["jürgen@xn--mller-kva.example"] if utf8 else [])]
    if utf8:
        assert "jürgen@".encode() in letters["jürgen@xn--mller-kva.example"]


def test_dots_and_long_lines_arrive_as_they_were_written(bare: Command, tmp_path: Path) -> None:
    text = ".\n..dots\n.end\nFrom me\n" + "x" * 2000 + "\nž"
    with serving() as server:
        configure(tmp_path, bare.root, server.way())
        answered(bare, text)
        bare.ok("send")
    (mail,) = map(parsed, server.mails)
    assert mail.get_content().startswith(text + "\n\nOn ")
    assert all(len(line) < 998 for line in server.letters[0][2].splitlines())


def test_one_recipient_refused_is_told_and_the_others_get_it(bare: Command, tmp_path: Path) -> None:
    with serving() as server:
        configure(tmp_path, bare.root, server.way())
        server.refused["gone@example.com"] = "550 <gone@example.com> unknown"
        code = answered(bare, "Hello.", "--cc", "gone@example.com", "--cc", "boss@example.com")
        ran = bare.ok("send")
    assert "sent, but not to gone@example.com" in ran.err
    assert server.letters[0][1] == (MARIA, "boss@example.com")
    step = bare.ticket(code).events[-1]
    assert (step.action, step.value) == ("sent", [2])
    assert "gone@" not in step.body
    assert "but not to gone@example.com: …: 550 <…> unknown]" in " ".join(bare.ok("show", code).out.split())


@pytest.mark.parametrize(
    ("refused", "answer", "state", "code"),
    [
        ("550 no", "250 OK", "failed", 1),
        ("451 later", "250 OK", "waiting", 75),
        ("", "554 spam", "failed", 1),
        ("", "452 full", "waiting", 75),
        ("", "", "unsure", 1),
    ],
)
def test_what_a_server_says_is_what_is_recorded(
    bare: Command, tmp_path: Path, refused: str, answer: str, state: str, code: int
) -> None:
    with serving() as server:
        configure(tmp_path, bare.root, server.way())
        server.refused |= {MARIA: refused} if refused else {}
        server.answer = answer
        name = answered(bare)
        assert bare.run("send").code == code
        assert states(bare, name) == [state]
        assert len(server.letters) == (1 if state == "unsure" else 0)
        server.answer, server.refused = "250 OK", {}
        other = answered(bare)
        bare.run("send", other)
        assert states(bare, other) == ["sent"]


def test_a_server_that_is_away_costs_no_try(bare: Command, tmp_path: Path) -> None:
    code = answered(bare)
    configure(tmp_path, bare.root, f'smtp = {{ host = "127.0.0.1", port = {free_port()}, security = "none" }}')
    before = bare.files()
    ran = bare.run("send")
    assert (ran.code, bare.files(), states(bare, code)) == (75, before, ["waiting"])


def test_a_server_that_hangs_up_between_two_mails_is_called_again(bare: Command, tmp_path: Path) -> None:
    with serving() as server:
        configure(tmp_path, bare.root, server.way())
        server.answer = ""
        codes = [answered(bare), answered(bare)]
        assert bare.run("send").code == 1
    assert len(server.letters) == 2
    assert [states(bare, code) for code in codes] == [["unsure"], ["unsure"]]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # says the server of the test
@pytest.mark.parametrize("source", ["env", "command"])
def test_the_password_comes_from_outside(bare: Command, tmp_path: Path, monkeypatch: Patch, source: str) -> None:
    monkeypatch.setenv("DESK_PASSWORD", "sesame")
    how = {"env": 'password_env = "DESK_PASSWORD"', "command": 'password_command = ["echo", "sesame"]'}[source]
    with serving(login=True) as server:
        configure(tmp_path, bare.root, server.way(more=f', user = "desk", {how}'))
        code = answered(bare)
        bare.ok("send")
        assert server.logins == [(b"desk", b"sesame")]
        assert states(bare, code) == ["sent"]
        server.password = b"changed"
        other = answered(bare)
        ran = bare.run("send")
        assert (ran.code, states(bare, other)) == (1, ["waiting"])
        assert "does not take user and password" in ran.err
        assert "sesame" not in ran.err


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ('user = "desk"', "password_env"),
        ('user = "desk", password_env = "NOT_SET_HERE"', "NOT_SET_HERE"),
        ('user = "desk", password_command = ["false"]', '"false" ended with exit status 1'),
        ('user = "desk", password_command = ["no-such-program"]', "no-such-program"),
    ],
)
def test_a_password_that_is_not_there(bare: Command, tmp_path: Path, how: str, said: str) -> None:
    with serving() as server:
        configure(tmp_path, bare.root, server.way(more=f", {how}"))
        code = answered(bare)
        ran = bare.run("send")
    assert (ran.code, states(bare, code)) == (1, ["waiting"])
    assert said in ran.err


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_certificates_are_checked(bare: Command, tmp_path: Path, monkeypatch: Patch, security: str) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    certificate = make_certificate(tmp_path)
    code = answered(bare)
    with serving(security, certificate) as server:
        configure(tmp_path, bare.root, server.way(security, host="localhost"))
        ran = bare.run("send")
        assert (ran.code, states(bare, code)) == (1, ["waiting"])
        assert "certificate" in ran.err
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        bare.ok("send")
        assert len(server.letters) == 1


def test_no_mail_goes_in_the_clear_where_tls_is_asked_for(bare: Command, tmp_path: Path) -> None:
    code = answered(bare)
    with serving() as server:
        configure(tmp_path, bare.root, server.way("starttls"))
        assert bare.run("send").code == 1
    assert (server.letters, states(bare, code)) == ([], ["waiting"])


# Killed at every call


def mailing_subject(scene: Scene, mta: Outbox | Server, way: str) -> Subject:
    """`send` with two messages; whatever happens, each arrives at most once, and none is lost without a word."""
    configure(scene.home, scene.root, way)
    for code in (scene.one, scene.two):
        scene.do("reply", code, "-m", "Hello.", "--as", "ana", "--at", "2026-03-05")
    scene.keep()
    program = scene.program("send")

    def reset() -> None:
        scene.reset()
        mta.empty()

    def steps() -> dict[str, object]:
        catalog = scene.catalog()
        found = {code: {event.action for event in catalog.situation(code).ticket.events} for code in catalog.paths}
        return {f"{code} {step}": step in actions for code, actions in found.items() for step in ("sending", "sent")}

    def again(_ended: Ended, given: Program) -> Ended:
        ended = run(given)
        left = [line for line in ended.err.splitlines() if "may have been sent" in line]
        return Ended(0, "", "") if ended.code == 1 and left else ended

    def after(_ended: Ended) -> list[str]:
        wrong = []
        for code in (scene.one, scene.two):
            count = sum(f"[#{code}]" in mail["Subject"] for mail in mta.mails)
            (state,) = (one.state for one in outbox.mailings(scene.catalog().situation(code).ticket))
            if count > 1 or state not in ("sent", "unsure") or (state == "sent" and count != 1):
                wrong.append(f"{code} is {state} and arrived {count} times")
        return wrong

    return Subject(program, reset, steps, scene.root, again=again, after=after, final=dict)


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: Patch) -> Scene:
    if why := why_no_strace():
        pytest.skip(why)
    home_of(tmp_path, monkeypatch)
    return Scene(tmp_path, monkeypatch)


def test_killed_at_every_call_nothing_is_sent_twice_or_lost(scene: Scene, mta: Outbox) -> None:
    report = disturb(mailing_subject(scene, mta, mta.way), [KILL], calls=CHANGING)
    print(report)
    assert (report.violations, report.missed[report.runs // 50 :]) == ([], [])
    assert report.points >= 20
    assert report.states["CUT"] > 5


def test_saving_too_late_is_caught(scene: Scene, mta: Outbox, monkeypatch: Patch) -> None:
    """The negative control: a program that notes down after the hand-over that it hands over."""
    saved = sending._saved

    def too_late(work: sending.Session, one: outbox.Mailing, step: sending.Event) -> bool:
        return step.action == outbox.SENDING or saved(work, one, step)

    subject = mailing_subject(scene, mta, mta.way)
    monkeypatch.setattr(sending, "_saved", too_late)
    report = disturb(subject, [KILL], calls="write,rename")
    assert any("arrived 2 times" in wrong for wrong in report.besides)


@pytest.mark.long
def test_every_fault_at_every_call_sends_nothing_twice(scene: Scene, mta: Outbox) -> None:
    report = disturb(mailing_subject(scene, mta, mta.way), calls=ALL)
    print(report)
    assert (report.violations, report.missed[report.runs // 50 :]) == ([], [])


@pytest.mark.long
def test_every_fault_where_a_desk_with_git_writes_sends_nothing_twice(
    tmp_path: Path, mta: Outbox, monkeypatch: Patch
) -> None:
    if why := why_no_strace():
        pytest.skip(why)
    home_of(tmp_path, monkeypatch)
    report = disturb(mailing_subject(Scene(tmp_path, monkeypatch, git=True), mta, mta.way), calls=CHANGING)
    print(report)
    assert (report.violations, report.missed[report.runs // 50 :]) == ([], [])


@pytest.mark.long
def test_killed_at_every_call_a_server_gets_nothing_twice(scene: Scene) -> None:
    with serving() as server:
        report = disturb(mailing_subject(scene, server, server.way()), [KILL], calls=CHANGING)
    print(report)
    assert (report.violations, report.missed[report.runs // 50 :]) == ([], [])
