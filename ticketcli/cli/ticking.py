"""The command tick, for cron and systemd."""

import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ticketcli.cli import printing, streams
from ticketcli.cli.options import Json, Quiet
from ticketcli.cli.writing import warn
from ticketcli.core.errors import Busy
from ticketcli.core.text import line
from ticketcli.core.view import objects
from ticketcli.core.view.notices import notice, to_act_on, written
from ticketcli.desk import desk as desks
from ticketcli.desk.record import How
from ticketcli.desk.telling import News, news
from ticketcli.desk.ticking import Ticked
from ticketcli.desk.ticking import tick as run
from ticketcli.edges import config, notify

TIMER = """\
# ~/.config/systemd/user/ticket-tick.service
[Unit]
Description={about}

[Service]
Type=oneshot
ExecStart={command}

# ~/.config/systemd/user/ticket-tick.timer, then: systemctl --user enable --now ticket-tick.timer
[Unit]
Description={about}, every minute

[Timer]
OnCalendar=*:0/1

[Install]
WantedBy=timers.target
"""


def tick(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be written.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 75 where somebody else is writing.")] = False,
    install: Annotated[
        bool, typer.Option("--install", help="Print the line for crontab and the units for systemd.")
    ] = False,
    json_: Json = False,
    quiet: Quiet = False,
) -> None:
    """For cron: write down what has happened by itself, and say so: a line a ticket, nothing where nothing happened.

    Postponed tickets come back, resolved ones close, warnings and breaches are told once. No number and no list depends
    on it. You are told too, once in this clone, what others have written in the tickets that you watch. A command that
    your own configuration names (`notify = ["command", "argument"]`) is given each warning, breach and news as JSON.

    \b
    ticket tick
    ticket tick --dry-run
    ticket tick --install
    """
    desk = streams.open_desk(ctx)
    if install:
        printing.for_scripts(_installation(desk.root.resolve()))
        return
    command = config.load(desk.environ).notify
    try:
        ticked = run(desk, How(desks.now()), dry_run=dry_run, warn=warn)
    except Busy:
        if strict:
            raise
        return  # whoever holds the desk is at work in it; the next run comes soon
    mine = news(desk, desks.now(), dry_run=dry_run)
    failed = _notify(command, ticked, mine) if command and not dry_run else False
    _print(ticked, mine, json_=json_, quiet=quiet)
    for problem in ticked.problems:
        streams.say(f"ticket: {problem}")
    if failed or ticked.problems:
        raise typer.Exit(max([1, *(problem.exit_code for problem in ticked.problems)]))


def _print(ticked: Ticked, mine: Sequence[News], *, json_: bool, quiet: bool) -> None:
    if json_:
        made = [objects.notice(one.situation, event) for one in ticked.happened for event in one.events]
        made += [objects.notice(one.situation, event) for one in mine for event in one.events]
        printing.data("json", "notices", made)
    elif not quiet:
        rows = [notice(one.situation, one.events) for one in ticked.happened]
        rows += [written(one.situation, one.events) for one in mine]
        printing.for_scripts("".join(f"{row}\n" for row in rows))


def _notify(command: Sequence[str], ticked: Ticked, mine: Sequence[News]) -> bool:
    """Hands warnings, breaches and the newest of each watched ticket to the user's own command, one by one; whether
    one of them failed.
    """
    told = [objects.notice(one.situation, event) for one in ticked.happened for event in to_act_on(one.events)]
    told += [objects.notice(one.situation, one.events[-1]) for one in mine]
    problems = [notify.notify(command, objects.single(document), os.environ) for document in told]
    for problem in filter(None, problems):
        warn(problem)
    return any(problems)


def _installation(root: Path) -> str:
    """What to put into crontab, and what into systemd's directory."""
    words = [*_program(), "-C", str(root), "tick"]
    cron = shlex.join(words).replace("%", "\\%")  # cron takes a plain % for a line end
    start = " ".join([_unit_word(words[0]), *(_unit_word(word).replace("$", "$$") for word in words[1:])])
    about = f"What happens by itself in {line(str(root))}".replace("%", "%%")
    return f"# crontab -e\n* * * * * {cron}\n\n{TIMER.format(about=about, command=start)}"


def _program() -> list[str]:
    """The words that start this program, wherever it is started from."""
    started = Path(sys.argv[0])
    if started.name == "__main__.py":
        return [sys.executable, "-m", "ticketcli"]
    return [str(Path(shutil.which(started) or started).absolute())]


def _unit_word(word: str) -> str:
    """A word as systemd reads it back; of the program, which it takes literally, a $ stays one."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
