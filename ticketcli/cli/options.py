"""Arguments and options that commands share: one letter, one meaning."""

from pathlib import Path
from typing import Annotated

import typer

Ticket = Annotated[str, typer.Argument(metavar="TICKET", help="A code, its first symbols, or @.")]
Tickets = Annotated[
    list[str],
    typer.Argument(
        metavar="TICKET...",
        help="Codes, their first symbols, or @ (the one in hand); - reads codes from standard input.",
    ),
]
Filters = Annotated[
    list[str] | None, typer.Argument(metavar="[FILTER]...", help="Filter words, like status:open tag:vip waiting:2d..")
]
Text = Annotated[str | None, typer.Option("-m", "--message", metavar="TEXT", help="The text.")]
Reason = Annotated[str | None, typer.Option("-m", "--message", metavar="TEXT", help="The reason, kept internally.")]
TextFile = Annotated[
    str | None, typer.Option("-F", "--file", metavar="FILE", help="The text from a file, or - for standard input.")
]
CannedName = Annotated[
    str | None,
    typer.Option(
        "--canned",
        metavar="CANNED",
        help="A canned response, filled in for the ticket; -m goes where it says {{text}}.",
    ),
]
Priority = Annotated[
    str | None,
    typer.Option("-p", "--priority", metavar="PRIORITY", help="low, normal, high, urgent, or one of the desk's own."),
]
DepartmentOption = Annotated[str | None, typer.Option("-d", "--department", metavar="DEPT", help="The department.")]
AgentOption = Annotated[
    str | None,
    typer.Option("-a", "--agent", metavar="AGENT|me|none", help="The agent it is given to: a name, me or none."),
]
TagOption = Annotated[
    list[str] | None, typer.Option("-t", "--tag", metavar="TAG", help="A tag; may be given several times.")
]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A field, like fields.order=A-1001.")
]
Attach = Annotated[
    list[Path] | None, typer.Option("--attach", metavar="FILE", help="A file to attach; may be given several times.")
]
Channel = Annotated[
    str, typer.Option("--channel", metavar="CHANNEL", help="How it came: email form chat call social cli.")
]
As = Annotated[str, typer.Option("--as", metavar="AGENT", help="Who acts, where it is not you.")]
At = Annotated[str | None, typer.Option("--at", metavar="TIME", help="When it happened, where that is not now.")]
Id = Annotated[
    str, typer.Option("--id", metavar="TEXT", help="A name for this command: given again, it does nothing more.")
]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="TIME", help="As it stood at a time.")]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="table, tsv, csv, json, jsonl, or a format of tabulate; a table on a terminal, else tsv.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
Limit = Annotated[int | None, typer.Option("-n", "--limit", metavar="N", min=1, help="At most so many.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Say only what went wrong.")]
