"""What shells are offered: every kind of word, of the desk that the line names, and nothing that does harm."""

from __future__ import annotations

import os
import subprocess
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desks import AGENTS, asks, make_desk, ticket
from ticketcli.cli import completing
from ticketcli.cli.main import main

BREAKS = " \t\n\"'@><=;|&(:"
"""What bash breaks words at."""
SCRIPT = Path(completing.__file__).parent / "shells" / "ticket.bash"
LOGIN = ticket(asks("7KQM2RTX4B", "2024-11-20 08:15", "Cannot log in", lists={"tags": ("+vip", "+login")}))
CODE = LOGIN.code
SETTINGS = """
[view.mine]
filter = "assignee:me"
[[sla]]
name = "gold"
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with an index."""
    home = tmp_path_factory.mktemp("home")
    others = [ticket(asks(f"n{n}", "2024-11-20 08:00", f"Question {n}")) for n in range(30)]
    root = make_desk(home / "desk", [LOGIN, *others], AGENTS)
    assert main(["-C", str(root), "list", "--count"]) == 0
    for path in (root / "tickets/2024-11", *root.glob("tickets/*/*.toml")):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    assert main(["-C", str(root), "list", "--count"]) == 0
    with (root / "ticketcli.toml").open("a") as file:
        file.write(SETTINGS)
    (root / "canned").mkdir()
    (root / "canned" / "greeting.toml").touch()
    return root


@pytest.fixture
def desk(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(made)
    monkeypatch.delenv("TICKET_DESK", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(made / "config"))
    return made


def offered(line: str, shell: str = "zsh") -> list[str]:
    """The words that are offered behind a line."""
    return [row.partition("\t")[0] for row in completing.answer(shell, line, BREAKS).splitlines()]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ticket re", ["reply", "resolve", "reopen", "redact", "report", "receive"]),
        ("ticket export j", ["jsonl"]),
        ("ticket help unm", ["unmerge"]),
        ("ticket -", ["--desk", "--version", "--help"]),
        ("ticket show 7kqm", [CODE]),
        ("ticket show 7KQ-M", [CODE]),
        ("ticket reply x --prio", ["--priority"]),
        ("ticket reply x --priority h", ["high"]),
        ("ticket reply x --priority=h", ["--priority=high"]),
        ("ticket reply x -p 'h", ["high"]),
        ("ticket reply x -s k", ["keep"]),
        ("ticket reply x -a ", ["ana", "bob", "me", "none"]),
        ("ticket reply x -d b", ["billing"]),
        ("ticket reply x --set assignee=b", ["assignee=bob"]),
        ("ticket reply x --channel c", ["chat", "call", "cli"]),
        ("ticket assign 7kqm b", ["bob"]),
        ("ticket assign b", []),
        ("ticket transfer 7kqm s", ["support"]),
        ("ticket status 7kqm on", ["on-hold"]),
        ("ticket tag 7kqm +v", ["+vip"]),
        ("ticket tag 7kqm -lo", ["-login"]),
        ("ticket set 7kqm pri", ["priority="]),
        ("ticket set 7kqm priority=h", ["priority=high"]),
        ("ticket set 7kqm tags=+vip,-l", ["tags=+vip,-login"]),
        ("ticket merge 7kqm --into 7kq", [CODE]),
        ("ticket list sta", ["status:"]),
        ("ticket list status:o", ["status:open", "status:on-hold"]),
        ("ticket list status:new,o", ["status:new,open", "status:new,on-hold"]),
        ("ticket list -sta", ["-status:"]),
        ("ticket list -status:new,op", ["-status:new,open"]),
        ("ticket list priority:high..u", ["priority:high..urgent"]),
        ("ticket to-solve assignee:", ["assignee:ana", "assignee:bob", "assignee:me", "assignee:none"]),
        ("ticket search x tag:v", ["tag:vip"]),
        ("ticket list is:over", ["is:overdue"]),
        ("ticket list view:", ["view:mine", "view:unassigned", "view:overdue", "view:watched"]),
        ("ticket list level:g", ["level:gold"]),
        ("ticket list code:7kq", [f"code:{CODE}"]),
        ("ticket list --columns code,subj", ["code,subject"]),
        ("ticket list --format js", ["json", "jsonl"]),
        ("ticket report res", ["resolution", "response", "resolved:"]),
        ("ticket report resolution --by dep", ["department"]),
        ("ticket completion f", ["fish"]),
        ("git ticket resol", ["resolve"]),
        ("FOO=1 /usr/bin/ticket resol", ["resolve"]),
        ("ticket reply -F ", [""]),
        ("ticket frobnicate ", []),
        ("ticket reply x -m ", []),
        ("ticket list subject:", []),
        ("", []),
        ("git status", []),
    ],
)
def test_each_place_has_its_words(desk: Path, line: str, words: list[str]) -> None:
    assert offered(line) == words


def test_canned_responses_are_a_kind_of_word(desk: Path) -> None:
    from ticketcli.cli import offering

    assert [one.text for one in offering.SOURCES["CANNED"](desk, "")] == ["greeting"]


def test_codes_come_with_subjects_that_are_known_to_be_so(desk: Path) -> None:
    assert completing.answer("fish", "ticket show 7KQ") == f"{CODE}\tCannot log in\n"
    assert completing.answer("bash", "ticket show 7KQ") == f"{CODE}\n"
    path = desk / "tickets" / "2024-11" / f"{CODE}.toml"
    try:
        os.utime(path, (1_700_000_001, 1_700_000_001))  # a hand was there: nobody knows what it did
        assert completing.answer("fish", "ticket show 7KQ") == f"{CODE}\t\n"
    finally:
        os.utime(path, (1_700_000_000, 1_700_000_000))


def test_fish_keeps_what_was_typed(desk: Path) -> None:
    assert offered("ticket show 7kqm", "fish") == ["7kqm2RTX4BG"]
    assert offered("ticket list code:7kqm", "fish") == ["code:7kqm2RTX4BG"]


def test_bash_gets_what_stands_behind_its_last_break(desk: Path) -> None:
    assert offered("ticket list -status:new,op", "bash") == ["new,open"]
    assert offered('ticket list "status:op', "bash") == ["status:open"]  # a quoted word is not broken
    assert offered("ticket reply x --priority=h", "bash") == ["high"]
    assert completing.answer("bash", "ticket list status:op", " \t\n") == "status:open\n"


def test_the_line_may_name_the_desk(desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert offered("ticket show 7kqm") == offered("ticket list assignee:b") == []
    assert offered("ticket list status:op") == ["status:open"]  # what every desk has
    assert offered(f"ticket -C {desk} show 7kqm") == [CODE]
    assert offered(f"ticket -C {tmp_path} show 7kqm") == []
    monkeypatch.setenv("TICKET_DESK", str(desk))
    assert offered("ticket show 7kqm") == [CODE]


def test_nothing_is_written_and_what_cannot_be_read_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_desk(tmp_path, [LOGIN], "priorities = 7\nagent = 1\n[department]\nx = 1\n[[sla]]\n")
    monkeypatch.chdir(root)
    (root / ".ticketcli").mkdir()
    (root / ".ticketcli" / "index.sqlite").write_bytes(b"SQLite format 3\0 of a stranger")
    before = {path: path.stat() for path in root.rglob("*")}
    assert offered("ticket show 7kq") == [CODE]
    assert offered("ticket list tag:") == ["tag:none"]
    assert offered("ticket list priority:h") == ["priority:high"]
    assert offered("ticket list department:") == ["department:x", "department:none"]
    (root / "ticketcli.toml").write_text("=")
    before[root / "ticketcli.toml"] = (root / "ticketcli.toml").stat()
    completing.offers.__globals__["completing"]._settings.cache_clear()
    assert offered("ticket list assignee:") == ["assignee:me", "assignee:none"]
    assert {path: path.stat() for path in root.rglob("*")} == before


@settings(max_examples=60)
@given(st.text(st.sampled_from("status:,=-'\"\\ \t.7KQ/$()`"), max_size=30))
def test_whatever_is_typed_is_answered(line: str) -> None:
    completing.offers(completing.words(f"ticket reply {line}"))
    completing.offers(completing.words(f"ticket {line}"))


NAMES = st.dictionaries(st.text(max_size=12), st.text(max_size=40), max_size=4)


@settings(max_examples=40)
@given(NAMES)
def test_no_name_is_more_than_a_word(names: dict[str, str]) -> None:
    """Whatever a desk's settings say: one line for each word, and nothing in it that a shell or a terminal reads."""
    import tomli_w

    agents = {key: {"name": name} for key, name in {**names, "$(touch x)": "\x1b]0;evil\x07\n", "kim": "`x`"}.items()}
    with TemporaryDirectory() as root:
        (Path(root) / "ticketcli.toml").write_text(tomli_w.dumps({"agent": agents}), encoding="utf-8")
        rows = completing.answer("zsh", f"ticket -C {root} list assignee:").split("\n")
    texts = [row.split("\t") for row in rows[:-1]]
    assert rows[-1] == ""
    assert "assignee:kim" in [text for text, _ in texts]
    for text, about in texts:
        assert not set(text) & set(" $`\"'\\;|&<>(){}[]*?!~#\n\r\x1b")
        assert not [char for char in text + about if unicodedata.category(char)[0] == "C" or char in "\u2028\u2029"]


def test_the_script_of_bash_takes_the_word_from_the_line(desk: Path) -> None:
    """The rest of the shells, and of bash its keyboard, are tried in tests/test_shells.py -m long."""
    (desk / "ticket").write_text('#!/bin/sh\nprintf "%s\\n" "<$3>:"\n')
    (desk / "ticket").chmod(0o755)
    stand_in = 'compopt() { echo "compopt $*"; }'
    script = f'{stand_in}; . {SCRIPT}; COMP_LINE=$1 COMP_POINT=21; _ticket; echo "${{COMPREPLY[@]}}"'
    words = ["bash", "--norc", "-c", script, "bash", "ticket list status:op rest"]
    environ = {**os.environ, "PATH": f"{desk}:{os.environ['PATH']}"}
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=environ)
    (desk / "ticket").unlink()
    assert (done.stdout, done.stderr) == ("compopt -o nospace\n<ticket list status:op>:\n", "")
