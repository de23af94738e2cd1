"""What is printed from the command tree: the table that completion reads, the reference, the manual page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import typer

from ticketcli import __version__
from ticketcli.cli.main import app, load, sections
from ticketcli.cli.reports import HTML
from ticketcli.cli.table import COMMANDS
from ticketcli.core.report.groups import WORDS as GROUPS
from ticketcli.core.report.kinds import KINDS as REPORTS
from ticketcli.core.ticket.fields import BY_NAME, CHANNELS, FIELDS
from ticketcli.core.view.columns import COLUMNS
from ticketcli.core.view.formats import OWN
from ticketcli.core.words.keys import CLOCKS, EVENTS, WEEK
from ticketcli.core.words.settings import Settings
from ticketcli.core.words.terms import CONDITIONS, TERMS

EXAMPLES = re.compile(r"^\s*\x08\s*$", re.MULTILINE)
"""What stands before the examples of a command."""
KINDS = {
    "code": "TICKET",
    "status": "STATUS",
    "priority": "PRIORITY",
    "department": "DEPT",
    "agent": "AGENT|me",
    "time": "TIME",
}
"""What may stand for a value of a field, by its type."""


class Option(NamedTuple):
    """What a command takes: an option, or with no names its words."""

    names: tuple[str, ...]
    kind: str
    """How the help calls its value; empty where it has none."""
    about: str


class Command(NamedTuple):
    """A command as its help tells of it."""

    name: str
    about: str
    text: str
    examples: tuple[str, ...]
    options: tuple[Option, ...]

    @property
    def usage(self) -> str:
        words = " ".join(option.kind for option in self.options if not option.names)
        return f"ticket {self.name} {words}".strip()


def commands() -> Iterator[Command]:
    """All commands, those inside of others behind them."""
    for name, entry in COMMANDS.items():
        loaded = load(name)
        yield _command(name, entry.about, loaded)
        for inner, command in getattr(loaded, "commands", {}).items():
            yield _command(f"{name} {inner}", _sentence(command.help or ""), command)


def _command(name: str, about: str, command: Any) -> Command:
    text, examples = _parted(command.help or "")
    options = [_option(one) for one in command.params if not getattr(one, "hidden", False)]
    return Command(name, about, text, tuple(examples.strip().splitlines()), tuple(options))


def _parted(text: str) -> tuple[str, str]:
    """The prose of a help, and its examples."""
    prose, *examples = EXAMPLES.split(text, maxsplit=1)
    return _trimmed(prose).strip(), _trimmed("".join(examples))


def _trimmed(text: str) -> str:
    return "\n".join(row.strip() for row in text.splitlines())


def _option(param: Any) -> Option:
    names = () if param.param_type_name == "argument" else (*param.opts, *param.secondary_opts)
    return Option(names, "" if getattr(param, "is_flag", False) else param.metavar or "", param.help or "")


def _sentence(text: str) -> str:
    return re.split(r"(?<=\.)\s", " ".join(text.split()), maxsplit=1)[0]


# The table that completion reads


def words() -> str:
    """Who takes what, one thing a line: a command or kind of word, a word, the kind of its value, what it means."""
    rows = [*_of_commands(), *_of_kinds()]
    return "".join("\t".join(row) + "\n" for row in rows)


def _of_commands() -> Iterator[tuple[str, ...]]:
    yield from (
        ("", " ".join(one.names), one.kind, one.about) for one in map(_option, typer.main.get_command(app).params)
    )
    yield from (("", name, "", entry.about) for name, entry in COMMANDS.items())
    for one in commands():
        group, _, inner = one.name.partition(" ")
        yield from [(group, inner, "", one.about)] if inner else []
        yield from ((one.name, " ".join(option.names), option.kind, option.about) for option in one.options)


def _of_kinds() -> Iterator[tuple[str, ...]]:
    for term in TERMS.values():
        if term.table:
            yield from ([("FILTER", f"{term.word}.", "", term.about)] if term.table == "fields" else [])
        if term.word not in ("is", "fields"):
            yield "FILTER", f"{term.word}:", _filter_kind(term), term.about
    yield from (("FILTER", f"is:{name}", "", condition.about) for name, condition in CONDITIONS.items())
    for field in (field for field in FIELDS if field.settable):
        yield from (("KEY=VALUE", name, _set_kind(field), field.about) for name in _set_names(field))
    for kind, names in _closed().items():
        yield from ((kind, name, "", "") for name in names)
    yield from (
        ("STATUS", one.name, "", one.category) for one in Settings().statuses.values() if one.category != "merged"
    )
    yield from (("COLUMN", one.name, "", one.about) for one in COLUMNS)


def _closed() -> dict[str, Iterable[str]]:
    """Words that are the same in every desk."""
    return {
        "PRIORITY": Settings().priorities,
        "CHANNEL": CHANNELS,
        "CLOCK": CLOCKS,
        "GROUP": [f"{word.removesuffix('NAME')}" for word in GROUPS],
        "FORMAT": (*OWN, "github", "html", "plain"),
        "EVENT": EVENTS,
        "KIND": (*REPORTS, HTML),
        "VIEW": Settings().views,
        "TIME": ("today", "tomorrow", *(name.casefold() for name in WEEK.values())),
    }


def _filter_kind(term: Any) -> str:
    if term.word in ("channel", "level", "view", "tag"):
        kind = term.word.upper()
    else:
        field = next((field for field in FIELDS if field.word == term.word), BY_NAME["assignee"])
        kind = KINDS.get(field.type, "") if field.word == term.word or term.word == "agent" else ""
    return f"{kind}|none" if kind and term.none else kind.replace("TIME", "")


def _set_kind(field: Any) -> str:
    kind = "TAG" if field.name == "tags" else KINDS.get(field.type, "")
    if field.shape == "list":
        return "|".join(f"{sign}{kind.partition('|')[0]}" for sign in "+-") if kind else ""
    return f"{kind}|none" if field.type in ("department", "agent", "time") else kind


def _set_names(field: Any) -> list[str]:
    if field.name == "customer":
        return [f"customer.{key}=" for key in ("name", "email", "phone")]
    return ["fields."] if field.shape == "table" else [f"{field.name}="]


# The reference


def reference() -> str:
    """Every command with what it takes, for REFERENCE.md."""
    return "\n".join(row for one in commands() for row in _section(one))


def _section(one: Command) -> Iterator[str]:
    yield from (f"### {one.name}", "", f"`{one.usage}`", "", _flowing(one.text), "")
    yield from ("```sh", *one.examples, "```", "") if one.examples else ()
    if one.options:
        rows = [(f"`{_what(option)}`", option.about) for option in one.options]
        yield from (*map(_row, [("takes", "meaning"), ("---", "---"), *rows]), "")


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _what(option: Option) -> str:
    return f"{', '.join(option.names)} {option.kind}".strip()


def _flowing(text: str) -> str:
    """Paragraphs of one line each."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text)


# The manual page


def page(readme: str) -> str:
    """The manual page ticket(1) in roff; exit statuses and environment are those of the README."""
    return "\n".join([*_top(), *_commands(), *_listed("FILTER WORDS", _filters()), *_bottom(readme)]) + "\n"


def _top() -> Iterator[str]:
    top = typer.main.get_command(app)
    yield r".\" Printed from the command tree by tests/test_reference.py: edit that, not this."
    yield f'.TH TICKET 1 "" "ticketcli {__version__}" "User Commands"'
    yield from (".SH NAME", r"ticket \- a help desk in a directory", ".SH SYNOPSIS")
    yield from (r"\fBticket\fR [\fB\-C\fR \fIDIR\fR] [\fICOMMAND\fR [\fIWORD\fR ...]]", ".br", r"\fBgit ticket\fR ...")
    yield from (".SH DESCRIPTION", _roff(" ".join(_parted(top.help or "")[0].split())))
    yield from ("Without a command it shows the overview. It is the same when called as", r"\fBgit ticket\fR.")
    yield from (row for option in map(_option, top.params) for row in _tagged(option))


def _commands() -> Iterator[str]:
    known = {one.name: one for one in commands()}
    for title, names in sections().items():
        yield f".SH {title.upper()}"
        for one in (one for name in names for one in known.values() if one.name.split()[0] == name):
            yield from _command_rows(one)


def _command_rows(one: Command) -> Iterator[str]:
    yield f".SS {_roff(one.usage)}"
    yield from (row for part in one.text.split("\n\n") for row in (_roff(_flowing(part)), ".PP"))
    yield from (row for option in one.options if option.names for row in _tagged(option))
    if one.examples:
        yield from (".PP", ".nf", ".RS 4", *map(_roff, one.examples), ".RE", ".fi")


def _tagged(option: Option) -> Iterator[str]:
    names = ", ".join(rf"\fB{_roff(name)}\fR" for name in option.names)
    yield from (".TP", f"{names} \\fI{_roff(option.kind)}\\fR" if option.kind else names, _roff(option.about))


def _filters() -> Iterator[tuple[str, str]]:
    yield from ((term.example, term.about) for term in TERMS.values() if term.example)
    yield from ((f"is:{name}", condition.about) for name, condition in CONDITIONS.items())


def _bottom(readme: str) -> Iterator[str]:
    yield from _listed("EXIT STATUS", re.findall(r"^\| (\d+) \| (.+) \|$", readme, re.MULTILINE))
    variables = re.findall(r"^\| ((?:`[A-Z_]+`(?:, )?)+) \| (.+) \|$", readme, re.MULTILINE)
    yield from _listed("ENVIRONMENT", variables)
    yield from (".SH FILES", ".TP", r"\fIticketcli.toml\fR", "What makes a directory a desk: its settings.")
    yield from (".TP", r"\fI~/.config/ticketcli/config.toml\fR", "Who you are, and how mail leaves.")
    yield from (".SH SEE ALSO", r"\fBgit\fR(1), \fBless\fR(1)")


def _listed(title: str, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f".SH {title}"
    for name, about in rows:
        yield from (".TP", rf"\fB{_roff(name.replace('`', ''))}\fR", _roff(about.replace("`", "")))


def _roff(text: str) -> str:
    """Text as roff prints it: nothing in it is a request or an escape."""
    safe = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq").replace("`", r"\(ga")
    return rf"\&{safe}" if safe[:1] == "." else safe
