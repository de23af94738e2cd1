"""The transcripts in examples/, run and compared; UPDATE=1 rewrites what they print."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.shell import HOME, ROOT, Shell
from tests.transcripts import Mismatch, Names, matches, replay, steps
from ticketcli.cli.table import COMMANDS

TRANSCRIPTS = sorted((ROOT / "examples").glob("*.md"))
CONTROL = """\
# A transcript that holds

```console
$ printf 'one\\ntwo\\n'
one
two
$ (exit 3)
? 3
```
"""


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_transcript_holds(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    with Shell(tmp_path) as shell:
        held = replay(text, shell.run, update=bool(os.environ.get("UPDATE")))
    if held != text:
        path.write_text(held, encoding="utf-8")


def test_the_tour_runs_and_says_where_its_desk_is(tmp_path: Path) -> None:
    with Shell(tmp_path) as shell:
        output, status = shell.run(f"TMPDIR=$HOME sh {ROOT}/examples/tour.sh")
        assert status == 0, "\n".join(output)
        said = [line.removeprefix("$ ") for line in output if line.startswith("$ ")]
        wanted = ("demo", "create", "reply", "reply", "to-solve", "split", "merge", "report")
        assert [verb for verb in wanted if any(line.startswith(f"ticket {verb}") for line in said)] == list(wanted)
        desk = next(line for line in output if line.endswith("/desk && ticket")).split()[1]
        assert shell.run(f"cd {desk} && ticket list --all --count") == (["12", ""], 0)


def test_the_transcripts_use_every_command() -> None:
    commands = [step.command for path in TRANSCRIPTS for step in steps(path.read_text(encoding="utf-8"))]
    used = {name for command in commands for name in re.findall(r"\bticket (?:-C \S+ )?([a-z][a-z-]*)", command)}
    assert not set(COMMANDS) - used
    assert "ticket" in commands


def test_every_transcript_says_what_it_is_for() -> None:
    for path in TRANSCRIPTS:
        title, gap, purpose, *_ = path.read_text(encoding="utf-8").splitlines()
        assert title.startswith("# "), path.name
        assert not gap, path.name
        assert len(purpose) > 20, path.name


def test_the_control_holds(tmp_path: Path) -> None:
    with Shell(tmp_path) as shell:
        assert replay(CONTROL, shell.run) == CONTROL


@pytest.mark.parametrize(
    ("old", "new"),
    [("\ntwo\n", "\nthree\n"), ("\ntwo\n", "\n"), ("\ntwo\n", "\ntwo\ntwo\n"), ("? 3", "? 1"), ("? 3\n", "")],
    ids=["a changed word", "a missing line", "a line too many", "a wrong exit status", "no exit status"],
)
def test_what_does_not_hold_fails_and_is_rewritten(old: str, new: str, tmp_path: Path) -> None:
    broken = CONTROL.replace(old, new)
    assert broken != CONTROL
    with Shell(tmp_path) as shell:
        with pytest.raises(Mismatch):
            replay(broken, shell.run)
        assert replay(broken, shell.run, update=True) == CONTROL


def test_the_shell_remembers_and_hides_where_it_is(tmp_path: Path) -> None:
    with Shell(tmp_path) as shell:
        assert shell.run("mkdir here && cd here && word=yes") == ([""], 0)
        assert shell.run("pwd; echo $word >&2; echo $HOME") == ([f"{HOME}/here", "yes", HOME, ""], 0)
        assert shell.run(f"cd {HOME} && cat <<'END'\nit's $word\nEND") == (["it's $word", ""], 0)
        assert shell.run("echo 'unclosed")[1] != 0


def test_codes_are_bound_with_their_prefixes() -> None:
    names = Names()
    assert matches("7KQ-M2RTX-4BG", "AAA-BBBBB-CCC", names)
    assert matches("7KQ-M/2 of 7KQM2RTX4B", "AAA-B/2 of AAABBBBBCC", names)
    assert not matches("7KQM2RTX4B", "AAABBBBBDD", names)
    assert not matches("7KQ-M/2", "7KQ-M/2", names)
    assert not matches("8PM-M2RTX-4BG", "AAA-BBBBB-CCC", names)
    assert not matches("7KQ-M2RTX-4BG", "DDD-BBBBB-CCC", names)
    assert names.to_actual("ticket reply 7KQM 7KQ/2,4 key:7KQX") == "ticket reply AAAB AAA/2,4 key:7KQX"
    assert names.to_written("AAA-BBBBB-CCC.toml") == "7KQ-M2RTX-4BG.toml"


@pytest.mark.parametrize(
    ("written", "actual", "same"),
    [
        ("since 2026-11-20 08:15", "since 2031-01-02 23:59", True),
        ("since 2026-11-20 08:15", "since 2031-01-02T23:59:00Z", False),
        ("since 2026-11-20", "since yesterday", False),
        ("waits 2 h", "waits 2 h 1 m", True),
        ("waits 2 h", "waits 2 h 9 m", False),
        ("due in 3 d", "due in 2 d 23 h", True),
        ("due in 3 d", "due in 5 d", False),
        ("waits 10 s", "waits 1 m 30 s", True),
        ("2 messages", "3 messages", False),
        ("a\tb", "a   b", True),
        ("a b", "ab", False),
    ],
)
def test_times_spans_and_blanks_are_loose_and_nothing_else(written: str, actual: str, same: bool) -> None:
    assert matches(written, actual, Names()) is same
