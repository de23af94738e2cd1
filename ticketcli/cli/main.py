"""The program: parses, calls, and turns what went wrong into one line and an exit status. The only error boundary."""

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from ticketcli.cli.parsing import TicketCommand
from ticketcli.cli.table import COMMANDS, GROUPS, SECTIONS
from ticketcli.core.errors import TicketError
from ticketcli.core.text import line

INTERRUPTED = 130
PAGED = ("to-solve", "list", "search", "show", "log", "report")
"""Commands whose results go through a pager on a terminal that is too small for them."""
HELP = """A help desk in a directory: every ticket is one TOML file.

\b
  ticket                           what is going on
  ticket create "Printer jams" --from maria@example.com -m "It eats paper."
  ticket to-solve                  what to do next, and why
  ticket reply 7KQM -m "Please try again."
"""


class Commands(TyperGroup):
    """The commands of the table, each loaded when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all commands, as the help lists them."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name. Raises UnknownName with what may be meant."""
        if cmd_name not in COMMANDS:
            from ticketcli.core.words.known import UnknownName

            raise UnknownName("command", cmd_name, COMMANDS)
        return load(cmd_name)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Writes the commands of the table section by section, without loading any."""
        room = max(map(len, COMMANDS))
        for title, names in sections().items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(room), COMMANDS[name].about) for name in names])


def sections() -> dict[str, list[str]]:
    """The commands of each section of the help, in the order of the table."""
    found: dict[str, list[str]] = {}
    for name in COMMANDS:
        if name in SECTIONS:
            found[SECTIONS[name]] = []
        found[list(found)[-1]].append(name)
    return found


def load(name: str) -> Any:
    """The command of a name in the table."""
    module = importlib.import_module(f"ticketcli.cli.{COMMANDS[name].module}")
    function = getattr(
        module, f"{name.replace('-', '_')}_" if name in ("import", "list", "next", "set") else name.replace("-", "_")
    )
    if name in GROUPS:
        group = typer.main.get_command(function)
        group.name = name
        return group
    single = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    single.command(name, cls=TicketCommand)(function)
    return typer.main.get_command(single)


app = typer.Typer(
    cls=Commands,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    invoke_without_command=True,
    help=HELP,
)


def version(asked: bool) -> None:
    """Prints the version and ends."""
    if asked:
        from ticketcli import __version__

        typer.echo(f"ticket {__version__}")
        raise typer.Exit


@app.callback(context_settings={"help_option_names": ["-h", "--help"]})
def ticket(
    ctx: typer.Context,
    desk: Annotated[
        Path | None,
        typer.Option("-C", "--desk", metavar="DIR", help="The desk, where it is not the directory you stand in."),
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Shows what is going on where no command is given."""
    ctx.obj = desk
    if ctx.invoked_subcommand is None:
        from ticketcli.cli.overview import overview

        overview(desk, ctx.get_help)
    elif ctx.invoked_subcommand in PAGED and sys.stdout and sys.stdout.isatty():
        from ticketcli.cli import streams

        ctx.with_resource(streams.paged())


ticket.__doc__ = HELP


def main(args: Sequence[str]) -> int:
    """Runs a command and gives its exit status; what went wrong stands on standard error in one line.

    A mail server that hands a mail to `receive` sends it back for anything but 0 and 75: so these it gets.
    """
    code = _run(args)
    return 75 if code and _receives(args) and not (sys.stdin and sys.stdin.isatty()) else code


def _receives(args: Sequence[str]) -> bool:
    words = [word for before, word in zip(("", *args), args, strict=False) if before not in ("-C", "--desk")]
    return next((word for word in words if not word.startswith("-")), "") == "receive"


def _run(args: Sequence[str]) -> int:
    words = [*args[1:], "--help"] if args and args[0] == "help" else list(args)  # as git says it
    try:
        code = typer.main.get_command(app)(words, prog_name="ticket", standalone_mode=False)
        if sys.stdout:
            sys.stdout.flush()
    except TicketError as error:
        return _say(error, error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:  # before or behind Typer, which else makes a status of it
        code = INTERRUPTED
    except OSError as error:
        return _say(error, 74)
    except Exception as error:
        if os.environ.get("TICKET_TRACEBACK"):
            raise
        return _usage(error)
    if code == INTERRUPTED:
        return _say("interrupted; what was not yet said to be saved is not", code)
    return code if isinstance(code, int) else 0


def _usage(error: Exception) -> int:
    """What the parser did not understand, in one line; anything else is a mistake of ours and says so."""
    message = getattr(error, "format_message", None)
    if message is None:
        return _say(
            f"this is a mistake in ticketcli: {error!r}; TICKET_TRACEBACK=1 shows where. Nothing half-done was left", 70
        )
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "ticket"
    if type(error).__name__ == "NoArgsIsHelpError":
        return _say(f"{path} needs a word more; see: {path} --help", 2)
    return _say(f"{str(message()).rstrip('.')}; see: {path} --help", 2)


def _say(what: object, code: int) -> int:
    if sys.stderr:
        sys.stderr.write(f"ticket: {line(str(what))}\n")
    return code


def run() -> NoReturn:
    """The entry point `ticket`: a short command collects no garbage, and leaves without tearing down what it loaded."""
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    code = main(sys.argv[1:])
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    except OSError as error:
        code = code if isinstance(error, BrokenPipeError) else _say(error, 74)
    os._exit(code)
