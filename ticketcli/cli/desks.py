"""Commands on the desk itself: init, demo, check, config."""

from pathlib import Path
from typing import Annotated

import typer

from ticketcli.cli.options import Json, Quiet
from ticketcli.cli.streams import open_desk, out, say
from ticketcli.cli.writing import warn
from ticketcli.core.errors import BadWords
from ticketcli.core.text import line
from ticketcli.desk import desk as desks


def init(
    directory: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="The directory; this one where none is named.")
    ] = None,
    no_git: Annotated[bool, typer.Option("--no-git", help="Only files, without a git repository.")] = False,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What the desk is called.")] = "",
    quiet: Quiet = False,
) -> None:
    """Make a desk in a directory: its settings, and a git repository where there is none.

    \b
    ticket init
    ticket init support --name "ACME support"
    """
    from ticketcli.desk.making import init as make

    root = make(directory or Path(), name=name, git_wanted=not no_git, here=directory == Path(), warn=warn)
    if quiet:
        return
    say(f"made a desk in {root}; its settings are in ticketcli.toml")
    say('next: ticket create "Printer jams" --from maria@example.com -m "It eats paper."')


def demo(
    directory: Annotated[Path, typer.Argument(metavar="[DIR]", help="A new directory.")] = Path("demo-desk"),
    quiet: Quiet = False,
) -> None:
    """Make a desk with example tickets of the last days, to try things on.

    \b
    ticket demo
    cd demo-desk && ticket
    """
    from ticketcli.desk.making import demo as make

    count = make(directory, desks.now(), desks.process_environ())
    if quiet:
        return
    say(f"made a desk with {count} tickets in {directory}; you are its agent ana")
    say(f"next: cd {directory} && ticket")


def check(
    ctx: typer.Context,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended; originals are kept beside.")] = False,
    files: Annotated[
        bool, typer.Option("--files", help="Only the files of the desk, not this clone's git: for a forge's CI.")
    ] = False,
    json_: Json = False,
) -> None:
    """Check every ticket, attachment and setting: one line for each thing found, exit 1 where there is any.

    It reads the files as they lie there, and may be git's pre-commit hook: the README has the line.

    \b
    ticket check
    ticket check --fix
    ticket check --files --json
    """
    import json

    from ticketcli.desk import health

    opened = health.open_anyway(ctx.find_root().obj, desks.process_environ())
    clone, now = not files, desks.now()
    found = health.mend(opened, now, warn, clone=clone) if fix else health.check(opened, now, clone=clone)
    if json_:
        names = ("path", "what", "remedy", "fixable", "fixed")
        rows = [{name: getattr(one, name) for name in names} for one in found]
        out(json.dumps({"schema_version": 1, "findings": rows}, indent=2))
    else:
        for one in found:
            out(line(str(one)))
    if any(not one.fixed for one in found):
        raise typer.Exit(1)
    say("nothing to mend" if not found else f"mended: {len(found)}")


config = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="""Show the settings, or the schemas for editors.

    \b
    ticket config show
    ticket config schema ticket > ticket.schema.json
    """,
)


@config.command()
def show(ctx: typer.Context, json_: Json = False) -> None:
    """Show the settings that are in force, defaults included.

    \b
    ticket config show
    """
    import json

    from ticketcli.core.view.config import settings_object, settings_text
    from ticketcli.desk.views import views

    desk = open_desk(ctx)
    settings = desk.settings._replace(views=views(desk))
    out(json.dumps(settings_object(settings), indent=2) if json_ else settings_text(settings, str(desk.root)))
    for one in desk.settings.unknown:
        say(f"ticket: {one} in ticketcli.toml does nothing")


@config.command()
def schema(
    which: Annotated[
        str,
        typer.Argument(metavar="ticket|desk|canned|line", help="Of which files, or of JSON Lines."),
    ],
) -> None:
    """Print a JSON Schema, by which editors with a TOML language server complete and check, and programs write lines.

    \b
    ticket config schema ticket > ticket.schema.json
    ticket config schema desk > ticketcli.schema.json
    ticket config schema canned > canned.schema.json
    ticket config schema line > line.schema.json
    """
    import json

    from ticketcli.core.file.schema import ticket_schema
    from ticketcli.core.intake.schema import line_schema
    from ticketcli.core.words.schema import canned_schema, settings_schema

    schemas = {"ticket": ticket_schema, "desk": settings_schema, "canned": canned_schema, "line": line_schema}
    if which not in schemas:
        raise BadWords(f'unknown schema "{which}"; write ticket, desk, canned or line')
    out(json.dumps(schemas[which](), indent=2))
