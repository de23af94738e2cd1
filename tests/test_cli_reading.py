"""The commands that read, through the program: what they print where, and their exit statuses."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests import terminal
from tests.desks import AGENTS, answers, asks, at, changes, event, make_desk, notes, path_of, says, ticket
from tests.test_view_objects import EVENT, MESSAGE, PUBLIC, SHOW, TICKET
from ticketcli.cli.main import main
from ticketcli.core.text import block, width
from ticketcli.core.ticket.event import Attachment

AS_OF = "2024-11-25T13:00"
"""12:00 in UTC."""
DATA = b"Traceback\n"
FILE = Attachment("../../shot.png", "image/png", len(DATA), hashlib.sha256(DATA).hexdigest())

LOGIN = ticket(
    asks(
        "7KQM2RTX4B",
        "2024-11-20 08:15",
        "Cannot log in",
        "Since the reset I cannot log in.\tNot at all.",
        set={("fields", "order"): "A-1001", ("department",): "support", ("priority",): "high"},
        lists={"tags": ("+login", "+sso")},
        attachments=(FILE,),
    ),
    answers("l2", 2, "2024-11-20 09:02", "Please try the printer.", seen=["7KQM2RTX4B"]),
    notes("l3", 3, "2024-11-20 09:05", "He forgot it."),
    says("l4", 4, "2024-11-25 10:00", "It does not work."),
)
JON = "Jon <jon@example.org>"
PRINTER = ticket(asks("printer", "2024-11-25 11:00", "=Printer\tjams\\", "Printer printer.", by=JON))
TWIN = ticket(
    asks("twin", "2024-11-21 08:00", "Login again"),
    answers("t2", 2, "2024-11-21 09:00", "See the other one.", seen=["twin"]),
    changes("t3", 3, "2024-11-22 08:00", merged_into=LOGIN.code),
)
LOGIN = LOGIN.plus([event("l5", 5, "2024-11-22 08:00", by="bob", action="merge", lists={"shows": (f"+{TWIN.code}",)})])
DONE = ticket(
    asks("done", "2024-11-19 08:00", "Invoice"),
    changes("d2", 2, "2024-11-19 10:00", "paid", status="closed", seen=["done"]),
)
HELD = ticket(
    asks("held", "2024-11-19 08:00", "Cable", by=JON, set={("assignee",): "bob"}),
    changes("h2", 2, "2024-11-19 10:00", "on its way", status="postponed", until=at("2100-01-01 08:00"), seen=["held"]),
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("TICKET_DESK", "TICKET_AGENT", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("LOGNAME", "ana")
    root = tmp_path / "desk"
    make_desk(root, [LOGIN, PRINTER, TWIN, DONE, HELD], f'name = "ACME support"\n{AGENTS}')
    (root / "attachments" / FILE.sha256[:2]).mkdir(parents=True)
    (root / "attachments" / FILE.sha256[:2] / FILE.sha256).write_bytes(DATA)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def run(desk: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*words: str) -> tuple[int, str, str]:
        status = main(list(words))
        out, err = capsys.readouterr()
        return status, out, err

    return run


def codes(text: str) -> list[str]:
    return [row.split("\t")[0] for row in text.splitlines()]


# list


def test_list_is_tsv_without_a_head_and_leaves_closed_and_merged_ones_out(run: Any) -> None:
    status, out, err = run("list", "--as-of", AS_OF)
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == (
        f"{LOGIN.code}\topen\thigh\tsupport\tana\t2024-11-20T08:15:00Z\t2024-11-26T10:00:00Z\t"
        "Maria Santos <maria@example.com>\tCannot log in"
    )
    assert codes(out) == [LOGIN.code, PRINTER.code, HELD.code]
    assert out.splitlines()[1].endswith("\tJon <jon@example.org>\t=Printer\\tjams\\\\")


def test_all_and_a_positive_status_show_the_others_too(run: Any) -> None:
    assert set(codes(run("list", "--all")[1])) == {one.code for one in (LOGIN, PRINTER, TWIN, DONE, HELD)}
    assert codes(run("list", "status:closed")[1]) == [DONE.code]
    assert codes(run("list", "status:merged")[1]) == [TWIN.code]
    assert codes(run("list", "-status:open", "--as-of", AS_OF)[1]) == [PRINTER.code, HELD.code]


def test_words_are_and_and_an_unknown_one_is_named(run: Any) -> None:
    assert codes(run("list", "tag:sso", "fields.order:A-1001", "text:work")[1]) == [LOGIN.code]
    assert run("list", "tag:nobody-has-it") == (0, "", "")
    status, out, err = run("list", "tag:sso", "stauts:open")
    assert (status, out) == (2, "")
    assert err.startswith('ticket: cannot read the filter "stauts:open": ')


def test_columns_sort_reverse_and_count(run: Any) -> None:
    assert run("list", "--columns", "subject,fields.order", "--sort", "subject")[1] == (
        "=Printer\\tjams\\\\\t\nCable\t\nCannot log in\tA-1001\n"
    )
    assert codes(run("list", "--columns", "subject", "--sort", "-subject")[1])[0] == "Cannot log in"
    assert codes(run("list", "--columns", "subject", "--sort", "subject", "--reverse")[1])[0] == "Cannot log in"
    assert run("list", "--count") == (0, "3\n", "")
    assert run("list", "--count", "-n", "1", "tag:none")[1] == "2\n"


@pytest.mark.parametrize("option", ["--columns", "--sort"])
def test_an_unknown_column_is_refused(run: Any, option: str) -> None:
    status, out, err = run("list", option, "colour")
    assert (status, out) == (2, "")
    assert err.startswith('ticket: unknown column "colour"; there are: code, subject, status, ')


def test_an_unknown_format_is_refused(run: Any) -> None:
    status, out, err = run("list", "--format", "xls")
    assert (status, out) == (2, "")
    assert err.startswith('ticket: unknown format "xls"; there are: table, tsv, csv, json, jsonl, ')


def test_a_limit_says_how_many_more_there_are(run: Any) -> None:
    status, out, err = run("list", "-n", "1")
    assert (status, len(out.splitlines())) == (0, 1)
    assert err == "and 2 more; without -n all are shown\n"


def test_json_has_the_promised_keys_and_jsonl_the_same_on_lines(run: Any) -> None:
    _, out, _ = run("list", "--json", "--as-of", AS_OF)
    found = json.loads(out)
    assert (set(found), found["schema_version"]) == ({"schema_version", "tickets"}, 1)
    assert all(set(one) == TICKET for one in found["tickets"])
    assert [one["needs_solving"] for one in found["tickets"]] == [True, True, False]
    lines = [json.loads(line) for line in run("list", "--format", "jsonl", "--as-of", AS_OF)[1].splitlines()]
    assert lines == found["tickets"]
    assert out.isascii()


def test_json_of_nothing_is_an_empty_list(run: Any) -> None:
    assert json.loads(run("list", "tag:no", "--json")[1]) == {"schema_version": 1, "tickets": []}


def test_csv_has_a_head_and_is_safe_for_spreadsheets(run: Any) -> None:
    _, out, _ = run("list", "--format", "csv", "--columns", "code,age,subject", "--sort", "subject", "--as-of", AS_OF)
    assert list(csv.reader(StringIO(out, newline="")))[:2] == [
        ["code", "age_s", "subject"],
        [PRINTER.code, "3600", "'=Printer\tjams\\"],
    ]


def test_other_formats_are_tabulates(run: Any) -> None:
    _, out, _ = run("list", "tag:sso", "--format", "github", "--columns", "code,waiting", "--as-of", AS_OF)
    assert out.splitlines()[0] == "| code          | waiting   |"
    assert out.splitlines()[2] == f"| {LOGIN.code} | 2 h       |"


def test_as_of_answers_as_it_stood_then(run: Any) -> None:
    assert run("list", "--columns", "code,status", "--as-of", "2024-11-20T12:00", "tag:sso")[1] == (
        f"{LOGIN.code}\tanswered\n"
    )


def test_an_unreadable_ticket_hides_no_other_and_is_named(run: Any, desk: Path) -> None:
    path = path_of(desk, PRINTER)
    path.write_text("<<<<<<< HEAD\n", encoding="utf-8")
    for words in (["list"], ["list", "--json"], ["to-solve"], ["search", "log"], []):
        status, out, err = run(*words)
        assert status == 1
        assert "Cannot log in" in out
        assert str(path) in (err or out)
    assert run("list")[2].startswith(f"ticket: {path}: line 1: git left a conflict here")


def on_a_terminal(desk: Path, *words: str) -> tuple[str, str]:
    """What a command prints on a real terminal of 80 columns that shows weight, and what it says on standard error."""
    ran = terminal.on_a_terminal(desk, *words, term="xterm")
    return ran.out, ran.err


def test_a_terminal_gets_a_table_that_fits_with_new_and_open_marked_and_bold(desk: Path) -> None:
    make_desk(desk, [ticket(asks("long", "2024-11-18 08:00", "word " * 40))], AGENTS)
    out, err = on_a_terminal(desk, "list", "--as-of", AS_OF)
    head, first, *rows = out.splitlines()
    assert head == "    code   status     priority  left      waiting  assignee  subject"
    assert re.fullmatch(
        "\x1b\\[1m●!  ...-.  new        normal    -4 d 4 h  7 d 4 h            word word[ word]*…\x1b\\[0m", first
    )
    assert [row.startswith("\x1b[1m● ") for row in rows] == [True, True, False]
    assert all(width(re.sub("\x1b\\[[01]m", "", row)) <= 80 for row in (head, first, *rows))
    assert err == "2 closed or merged left out; --all includes them\n"


@pytest.mark.parametrize(
    "words", [["list"], ["list", "--format", "tsv"], ["list", "--format", "csv"], ["list", "--format", "grid"], ["log"],
              ["log", "--format", "csv"], ["show", "EV1"], ["to-solve"], ["search", "evil"], []],
)  # fmt: skip
def test_nothing_that_strangers_wrote_steers_a_terminal(desk: Path, words: list[str]) -> None:
    evil = "evil \x1b]52;c;aGk=\x07 \x9b31m \u202e \x1b[2J"
    first = asks("EV1X0000AA", "2024-11-18 08:00", evil, evil, by=f"{evil} <e@example.org>", quoted=evil)
    make_desk(desk, [ticket(first)], f'name = "ACME support"\n{AGENTS}')
    out, err = on_a_terminal(desk, *words)
    assert "evil" in out
    own = re.sub("\x1b\\[[01]m", "", out)
    assert own == block(own)
    assert err == block(err)


def test_an_empty_list_says_so_on_a_terminal_only(run: Any, desk: Path) -> None:
    assert on_a_terminal(desk, "list", "--all", "tag:nothing") == ("", "no such ticket\n")
    assert on_a_terminal(desk, "to-solve", "tag:nothing") == ("", "nothing to solve\n")
    assert run("to-solve", "tag:nothing") == (0, "", "")


def test_a_closed_pipe_is_no_error(desk: Path) -> None:
    command = f'"{sys.executable}" -m ticketcli list --json | head -c 1; exit "${{PIPESTATUS[0]}}"'
    done = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(Path(__file__).parents[1]), "PATH": "/usr/bin:/bin", "TICKET_DESK": str(desk)},
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "{", "")


# to-solve and search


def test_to_solve_gives_the_order_and_why(run: Any) -> None:
    assert run("to-solve", "--as-of", AS_OF) == (
        0,
        f"{LOGIN.code}\t2024-11-26T10:00:00Z\thigh\tana\tdue in 22 h (high), customer waits 2 h\tCannot log in\n"
        f"{PRINTER.code}\t2024-11-28T11:00:00Z\tnormal\t\tdue in 2 d 23 h (normal), customer waits 1 h\t"
        "=Printer\\tjams\\\\\n",
        "",
    )


def test_to_solve_for_an_agent_is_theirs_and_nobodys(run: Any) -> None:
    assert codes(run("to-solve", "--for", "bob", "--as-of", AS_OF)[1]) == [PRINTER.code]
    assert codes(run("to-solve", "--for", "me", "--as-of", AS_OF)[1]) == [LOGIN.code, PRINTER.code]
    assert codes(run("to-solve", "--for", "Ana Cruz", "--as-of", AS_OF)[1]) == [LOGIN.code, PRINTER.code]
    assert run("to-solve", "--for", "eve") == (2, "", 'ticket: "eve" is no agent of this desk; it has: ana, bob\n')


def test_to_solve_explains_its_order(run: Any) -> None:
    _, out, _ = run("to-solve", "--explain", "--as-of", AS_OF, "tag:sso")
    assert out.split("\t") == [
        LOGIN.code,
        "open: a customer waits",
        "due in 22 h (high), customer waits 2 h",
        "",
        "2024-11-26T10:00:00Z",
        "high",
        "2024-11-25T10:00:00Z",
        "2024-11-20T08:15:00Z",
        "answer, postpone or resolve it; another priority or due=TIME changes its place\n",
    ]
    [found] = json.loads(run("to-solve", "--explain", "--as-of", AS_OF, "tag:sso", "--json")[1])["tickets"]
    assert set(found) == TICKET | {"rule", "remedy"}
    assert (found["rule"], found["remedy"]) == (out.split("\t")[1], out.split("\t")[-1].rstrip("\n"))


def test_a_terminal_gets_the_explanation_folded_and_nothing_cut(desk: Path) -> None:
    out, _ = on_a_terminal(desk, "to-solve", "--explain", "--as-of", AS_OF, "tag:sso")
    assert out == (
        "\x1b[1m● 7KQ-M  Cannot log in\x1b[0m\n"
        "    rule             open: a customer waits\n"
        "    why              due in 22 h (high), customer waits 2 h\n"
        "    due              2024-11-26 11:00\n"
        "    priority         high\n"
        "    waiting since    2024-11-25 11:00\n"
        "    created          2024-11-20 09:15\n"
        "    what changes it  answer, postpone or resolve it; another priority or\n"
        "                     due=TIME changes its place\n"
    )
    table = on_a_terminal(desk, "to-solve", "--explain", "--columns", "code,rule")[0]
    assert table.startswith("code   rule\n")


def test_to_solve_limits_counts_and_filters(run: Any) -> None:
    assert run("to-solve", "-n", "1")[2] == "and 1 more; without -n all are shown\n"
    assert run("to-solve", "--count")[1] == "2\n"
    assert codes(run("to-solve", "-tag:sso")[1]) == [PRINTER.code]
    assert json.loads(run("to-solve", "--json", "--as-of", AS_OF)[1])["tickets"][0]["why"].startswith("due in 22 h")


def test_search_finds_subjects_first_and_shows_the_place(run: Any) -> None:
    _, out, _ = run("search", "printer")
    assert out == (
        f"{PRINTER.code}\tnew\t=Printer\\tjams\\\\\tPrinter printer.\n"
        f"{LOGIN.code}\topen\tCannot log in\tPlease try the printer.\n"
    )
    assert codes(run("search", "invoice")[1]) == [DONE.code]
    assert set(json.loads(run("search", "invoice", "--json")[1])["tickets"][0]) == TICKET | {"excerpt"}


# show, path, log


def test_show_prints_the_ticket(run: Any) -> None:
    status, out, err = run("show", "7kq", "--as-of", AS_OF)
    assert (status, err) == (0, "")
    assert out.startswith(
        "● 7KQ-M2RTX-4BG  Cannot log in\n"
        "  status    open since 2024-11-25 11:00 (2 h), customer waits 2 h\n"
        "  assignee  ana · support · high priority\n"
    )
    assert "── 7KQ-M/3  2024-11-20 10:05  ana, INTERNAL NOTE\n┆ He forgot it.\n" in out
    assert f"── 2024-11-22 09:00  bob merged {TWIN.code} into this ticket\n" in out
    assert f"  {DONE.code}  closed  6 d 4 h  Invoice" in out
    assert "Printer" not in out


def test_show_public_has_nothing_internal(run: Any) -> None:
    _, out, _ = run("show", "7KQ", "--public", "--as-of", AS_OF)
    assert "Please try the printer." in out
    assert not [word for word in ("forgot", "A-1001", "sso", "INTERNAL", "support", "high", DONE.code) if word in out]
    [public] = json.loads(run("show", "7KQ", "--public", "--json", "--as-of", AS_OF)[1])["tickets"]
    assert (set(public), public["status"]) == (PUBLIC, "open")
    assert [message["by"] for message in public["messages"]][1] == "Ana Cruz"
    assert "forgot" not in json.dumps(public)


def test_show_json_is_the_ticket_with_its_messages(run: Any) -> None:
    document = json.loads(run("show", "7KQ", "--json", "--as-of", AS_OF)[1])
    [found] = document["tickets"]
    assert (document["schema_version"], set(found)) == (1, SHOW)
    assert [message["name"].partition("/")[2] for message in found["messages"]] == ["1", "2", "3", "1", "2", "4"]
    assert all(set(message) == MESSAGE for message in found["messages"])
    assert (found["merged"], found["other_tickets"]) == ([TWIN.code], [DONE.code])


def test_show_of_a_merged_ticket_shows_the_target_and_says_so(run: Any) -> None:
    _, out, err = run("show", TWIN.code, "--as-of", AS_OF)
    assert out.startswith("● 7KQ-M2RTX-4BG")
    assert err == f"{TWIN.code} is merged into 7KQ-M2RTX-4BG, which is shown\n"


def test_show_gives_the_reason_beside_the_status(run: Any) -> None:
    _, out, _ = run("show", HELD.code, "--as-of", AS_OF)
    assert (
        "  status    postponed since 2024-11-19 11:00 (6 d 2 h), back 2100-01-01 09:00, customer waits 6 d 4 h\n"
        "            postponed: on its way (ana, 2024-11-19 11:00)\n"
    ) in out


def test_attachments_are_saved_under_a_safe_name_and_never_over_another(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "files"
    assert run("show", "7KQ", "--save", str(folder)) == (0, f"{folder / 'shot.png'}\n", "")
    assert run("show", "7KQ", "--save", str(folder), "--public") == (0, f"{folder / 'shot-2.png'}\n", "")
    assert (folder / "shot.png").read_bytes() == (folder / "shot-2.png").read_bytes() == DATA


def test_an_attachment_that_is_gone_is_named(run: Any, desk: Path, tmp_path: Path) -> None:
    file = desk / "attachments" / FILE.sha256[:2] / FILE.sha256
    file.unlink()
    status, out, err = run("show", "7KQ", "--save", str(tmp_path / "files"))
    assert (status, out) == (1, "")
    assert err == f'ticket: cannot read "{file}": no such file\n'


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ("8PM", 3, 'no ticket "8PM": see `ticket list --all`'),
        ("7K", 3, '"7K" is too short: type at least 3 symbols of the code'),
        ("7KQ-M2RTX-4BH", 3, 'no ticket "7KQ-M2RTX-4BH": typing error? the check symbol does not fit, did you mean '),
        ("key:none", 3, "no ticket \"key:none\": no unresolved one has that key; others: ticket list --all 'key:none'"),
    ],
)
@pytest.mark.parametrize("command", ["show", "path", "log"])
def test_an_unknown_ticket_is_told(run: Any, command: str, typed: str, status: int, sentence: str) -> None:
    found, out, err = run(command, typed)
    assert (found, out) == (status, "")
    assert err.startswith(f"ticket: {sentence}")


def test_path_is_that_of_the_file_named(run: Any, desk: Path) -> None:
    assert run("path", TWIN.code) == (0, f"{path_of(desk, TWIN)}\n", "")
    assert run("path", "7KQ")[1] == f"{path_of(desk, LOGIN)}\n"


def test_log_of_a_ticket_has_every_event_of_its_files(run: Any) -> None:
    _, out, err = run("log", "7KQ")
    rows = [row.split("\t") for row in out.splitlines()]
    short = TWIN.code[:5]
    assert [row[1] for row in rows] == [
        "7KQ-M/1", "7KQ-M/2", "7KQ-M/3", f"{short}/1", f"{short}/2", "7KQ-M/5", f"{short}/3", "7KQ-M/4",
    ]  # fmt: skip
    assert rows[2] == ["2024-11-20T09:05:00Z", "7KQ-M/3", "ana", "", "note", "He forgot it."]
    assert err == ""
    events = json.loads(run("log", "7KQ", "--json")[1])["events"]
    assert all(set(one) == EVENT for one in events)


def test_log_of_the_desk_is_its_newest_events_and_says_what_is_older(run: Any, desk: Path) -> None:
    assert len(run("log")[1].splitlines()) == 13
    _, out, err = run("log", "-n", "2")
    assert [row.split("\t")[1] for row in out.splitlines()] == ["7KQ-M/4", f"{PRINTER.code[:5]}/1"]
    assert err == "11 older ones left out; -n 13 shows all\n"
    many = [ticket(asks(f"m{number}", f"2024-12-01 08:{number:02}", "Many")) for number in range(30)]
    make_desk(desk, many)
    _, out, err = run("log")
    assert len(out.splitlines()) == 20
    assert err == "23 older ones left out; -n 43 shows all\n"


# overview


def test_the_overview_shows_how_the_desk_stands(run: Any) -> None:
    status, out, err = run()
    assert (status, err) == (0, "")
    assert out.startswith("ACME support\n\n● new                1\n● open               1\n")
    assert "\nnext      7KQ-M  Cannot log in\n" in out
    assert max(map(len, out.splitlines())) <= 80


def test_the_overview_without_a_desk_is_the_help(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TICKET_DESK", raising=False)
    monkeypatch.chdir(tmp_path)
    assert main([]) == 1
    out, err = capsys.readouterr()
    assert "A help desk in a directory" in out
    assert "to-solve" in out
    assert err == f'ticket: no desk here: no ticketcli.toml in "{tmp_path}" or above; make one with: ticket init\n'


@pytest.mark.parametrize("command", ["to-solve", "list", "search", "show", "path", "log"])
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    out = capsys.readouterr().out
    assert f"  ticket {command} " in out or f"  ticket {command}\n" in out


@pytest.mark.parametrize("command", ["to-solve", "list", "search", "show", "path", "log"])
def test_the_desk_stands_before_the_command(run: Any, desk: Path, command: str) -> None:
    status, _, err = run(command, "-C", str(desk))
    assert (status, err) == (2, f"ticket: -C DIR stands before the command: ticket -C DIR {command} ...\n")


def test_columns_are_not_ignored_silently(run: Any) -> None:
    status, out, err = run("list", "--json", "--columns", "code", "--as-of", AS_OF)
    assert (status, err) == (0, "--columns chooses for tables, TSV and CSV; JSON has every key\n")
    assert json.loads(out)["tickets"][0]["code"] == LOGIN.code
