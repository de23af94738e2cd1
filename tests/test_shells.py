"""Real shells: nothing that is typed every day needs quoting in bash, zsh or fish, and TAB completes it there."""

from __future__ import annotations

import os
import pty
import select
import shlex
import shutil
import subprocess
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.desks import AGENTS, asks, make_desk, ticket
from ticketcli.cli.main import main
from ticketcli.core.words.query import grammar

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / "ticketcli" / "cli" / "shells"

WORDS = """
7KQ/2 7KQ/2,4 7KQ/2-T7W2 7KQ-M2RTX-4BG 7kqm2rtx4bg @ - +tag -tag +vip -sso key:web1/disk
status:new,open -status:closed tag:vip -assignee:ana assignee:none priority:high.. ..low waiting:2d.. age:..30d
due:..2h created:2026-01..2026-03 customer:@acme.com is:overdue view:mine fields.order:A-1001
mondayT9:00 14:00 -3d +2h 2026-11-20T09:00 last-week 2026-W47
priority=high customer.phone=+4201 fields.order=A-1001 due= due=friday tags=+vip,-sso none me
"""
"""Words of design 4 that are no filters, and filters with a minus."""


def filters() -> list[str]:
    """An example of every filter word; a text of several words is left out: every shell wants it quoted."""
    examples = [example for example, _ in grammar()]
    return [word for example in examples for word in (example, f"-{example}") if " " not in word]


def arrives(shell: str, words: list[str], folder: Path) -> list[str]:
    """What a command that is given these words in a shell, as typed, gets."""
    line = f"command env printf '%s\\n' {' '.join(words)}"
    options = {"bash": ["--norc", "--noprofile"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    interactive = {"bash": ["-i"], "zsh": ["-i"], "fish": []}[shell]  # as people type: history and all
    home = folder / "home"
    home.mkdir(exist_ok=True)
    done = subprocess.run(
        [shell, *options, *interactive, "-c", line],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "HOME": str(home), "HISTFILE": "/dev/null"},
        timeout=60,
    )
    return done.stdout.splitlines()


@pytest.fixture(params=["bash", "zsh", "fish"])
def shell(request: pytest.FixtureRequest) -> str:
    if not shutil.which(request.param):
        pytest.skip(f"{request.param} is not installed here")
    return str(request.param)


def test_no_filter_word_needs_quoting(shell: str, tmp_path: Path) -> None:
    assert len(filters()) > 40
    assert arrives(shell, filters(), tmp_path) == filters()


def test_no_reference_tag_or_time_needs_quoting(shell: str, tmp_path: Path) -> None:
    assert arrives(shell, WORDS.split(), tmp_path) == WORDS.split()


def test_words_of_other_grammars_would_not_arrive(shell: str, tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    for word in ("$HOME", "waiting:>2d", "*"):
        assert arrives(shell, [word], tmp_path) != [word]


def test_a_filter_with_a_blank_is_one_word_in_quotes(shell: str, tmp_path: Path) -> None:
    assert arrives(shell, ["text:'error: 500'", '"reset password"'], tmp_path) == ["text:error: 500", "reset password"]


# Completion

EVIL = "$(touch pwned)`touch pwned`;touch pwned\x1b]0;evil\x07\nnext\r'\"%n|&<>{*"
"""What a stranger may call a ticket, a tag or an agent."""
HOSTILE = """
[agent."$(touch pwned)"]
[agent."`touch pwned`"]
name = "$(touch pwned)"
[agent."a;touch pwned"]
[agent."b\\u001b]0;evil\\u0007"]
[agent."c\\nd"]
[agent."e'f"]
[agent."g\\"h"]
[agent."-i"]
[agent.kim]
name = "$(touch pwned)`touch pwned`'\\"\\u001b]0;evil\\u0007\\n"
[view.mine]
filter = "assignee:me"
[view.evil]
filter = "$(>pwned)"
"""
LOGIN = ticket(asks("7KQM2RTX4B", "2024-11-20 08:15", "Cannot log in"))
WAIT = 60.0
"""Seconds: only a shell that hangs takes so long."""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A desk with an index that is current, subjects, tags and names of a stranger among the others."""
    strange = [ticket(asks(f"n{n}", "2024-11-20 08:00", EVIL, lists={"tags": ("+vip", f"+{EVIL}")})) for n in range(30)]
    root = make_desk(tmp_path / "desk", [LOGIN, *strange], AGENTS)
    for path in (root, root / "tickets/2024-11", *root.glob("tickets/*/*.toml")):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    assert main(["-C", str(root), "list", "--count"]) == 0
    with (root / "ticketcli.toml").open("a") as settings:
        settings.write(HOSTILE)  # what no command would read: completion looks before anybody has checked
    (root / "canned").mkdir()
    (root / "canned" / "greeting.toml").touch()
    (root / "bin").mkdir()
    program = root / "bin" / "ticket"  # answers like ours, and else only notes down how it was called
    program.write_text(
        f'#!/bin/sh\nif [ "$1" = __complete ]; then exec {shlex.quote(sys.executable)} -m ticketcli "$@"; fi\n'
        'printf "%s\\n" "$*" >> ran\n'
    )
    program.chmod(0o755)
    return root


def begins(shell: str, root: Path) -> list[str]:
    """An interactive shell in which completion is set up as the README says, or with a script beside the desk."""
    own = root / f"own.{shell}"
    script = shlex.quote(str(own if own.exists() else SCRIPTS / f"ticket.{shell}"))
    if shell == "bash":
        (root / "rc").write_text(f"source {script}\n")
        return ["bash", "--noprofile", "--rcfile", str(root / "rc"), "-i"]
    if shell == "zsh":
        (root / ".zshrc").write_text(f"autoload -Uz compinit && compinit -u -D\nsource {script}\nsetopt no_beep\n")
        return ["zsh", "-d", "-i"]
    return ["fish", "--no-config", "-i", "-C", f"source {script}; set -g fish_greeting"]


def pressed(shell: str, root: Path, keys: list[str]) -> tuple[list[str], str]:
    """How `ticket` was called after these lines of keys, and what the terminal showed meanwhile."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(root)
        home = {
            "HOME": str(root),
            "ZDOTDIR": str(root),
            "TERM": "vt100",
            "HISTFILE": "/dev/null",
            "PYTHONPATH": str(ROOT),
        }
        words = begins(shell, root)
        path = f"{root / 'bin'}:{os.environ['PATH']}"
        os.execvpe(words[0], words, {**os.environ, **home, "PATH": path, "XDG_CONFIG_HOME": str(root), "LINES": "60"})
    mode = termios.tcgetattr(terminal)
    mode[6][termios.VKILL] = b"\0"  # ^U is the shell's, also where it comes before the shell listens
    termios.tcsetattr(terminal, termios.TCSANOW, mode)
    shown, ran, end = b"", root / "ran", time.monotonic() + WAIT
    for number, line in enumerate(keys, 1):
        os.write(terminal, line.encode())
        while time.monotonic() < end and len(calls(ran)) < number:
            shown += read(terminal)
    os.write(terminal, b"\x15exit\n")
    with suppress(OSError):
        while time.monotonic() < end and (data := os.read(terminal, 65536)):
            shown += data
    os.close(terminal)
    os.waitpid(child, 0)
    return calls(ran), shown.decode(errors="replace")


def calls(ran: Path) -> list[str]:
    return ran.read_text().splitlines() if ran.exists() else []


def read(terminal: int) -> bytes:
    ready, _, _ = select.select([terminal], [], [], 0.05)
    return os.read(terminal, 65536) if ready else b""


@pytest.mark.long
def test_tab_completes_commands_codes_options_and_filter_words(shell: str, desk: Path) -> None:
    ran, _ = pressed(
        shell,
        desk,
        [
            "ticket repl\t7kqm\t--prio\thi\t\n",
            "ticket list sta\top\t-st\tnew,ans\ttag:v\tassignee:k\tview:m\t\n",
            "ticket set 7KQ\tprio\tur\ttags=+v\t\n",
        ],
    )
    code = {"fish": "7kqm2RTX4BG"}.get(shell, LOGIN.code)  # fish keeps what was typed
    assert [" ".join(call.split()) for call in ran] == [
        f"reply {code} --priority high",
        "list status:open -status:new,answered tag:vip assignee:kim view:mine",
        f"set {LOGIN.code} priority=urgent tags=+vip",
    ]


@pytest.mark.long
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_git_s_own_completion_hands_over(shell: str, desk: Path) -> None:
    theirs = Path("/usr/share/bash-completion/completions/git")
    if not shutil.which(shell) or not theirs.exists():
        pytest.skip(f"{shell}, or git's completion of bash, is not installed here")
    (desk / "own.bash").write_text(f"source {theirs}\nsource {SCRIPTS / 'ticket.bash'}\n")
    (desk / "bin" / "git-ticket").symlink_to("ticket")
    ran, _ = pressed(shell, desk, ["git ticket repl\t7kq\t--prio\thi\t\n"])
    assert [" ".join(call.split()) for call in ran] == [f"reply {LOGIN.code} --priority high"]


@pytest.mark.long
def test_what_a_stranger_wrote_does_nothing_there(shell: str, desk: Path) -> None:
    keys = ["show ", "assign 7KQM ", "list tag:", "list assignee:", "tag 7KQM +", "list view:"]
    ran, shown = pressed(shell, desk, [f"ticket {line}\t\t\x15ticket done\n" for line in keys])
    assert ran == ["done"] * len(keys)
    assert not list(desk.rglob("pwned"))
    assert "\x1b]0;evil" not in shown
    assert "kim" in shown


@pytest.mark.long
def test_a_script_that_lets_the_shell_read_the_answer_is_caught(desk: Path) -> None:
    careless = 'eval "COMPREPLY=($(ticket __complete fish "$COMP_LINE"))"'
    (desk / "own.bash").write_text(f"_ticket() {{ {careless}; }}\ncomplete -F _ticket ticket\n")
    pressed("bash", desk, ["ticket list view:e\t\t\x15ticket done\n"])
    assert list(desk.rglob("pwned"))
