"""How words are read: `-status:open` and `-vip` are no options, -C stands before the command, `@` is what I hold."""

import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from typer.core import TyperCommand

from ticketcli.core.errors import BadWords

_WORD = re.compile(r"-[a-z][a-z_.]*:.*", re.DOTALL)
_TAG = re.compile(r"-[^-=].+", re.DOTALL)
_TICKETS = ("TICKET", "SOURCE", "TARGET")
"""How the help calls what takes tickets."""


class MisplacedDesk(BadWords):
    """-C after the command."""

    def __init__(self, command: str) -> None:
        super().__init__(f"-C DIR stands before the command: ticket -C DIR {command} ...")


class OnlyOnTerminal(BadWords):
    """`@` where nobody sees which ticket it is."""

    def __init__(self) -> None:
        super().__init__(
            "@ is the ticket that you hold, on a terminal only; elsewhere write the code that next printed"
        )


class NoValue(BadWords):
    """An option that ends the line and should have a value."""

    def __init__(self, option: str) -> None:
        super().__init__(f"{option} needs a value behind it")


class TicketCommand(TyperCommand):
    """A command whose words may begin with a minus, and whose tickets may be the one in hand."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """What is left of the words: those that begin with a minus are put behind `--` before options are read."""
        options, words = _sorted(args, self, ctx.command_path)
        left = super().parse_args(ctx, [*options, "--", *words] if words else options)
        if not ctx.resilient_parsing:
            _name_in_hand(ctx, self)
        return left


def _sorted(args: Sequence[str], command: Any, path: str) -> tuple[list[str], list[str]]:
    """The options with their values, and the words, each in their order."""
    takes = {name: not param.is_flag for param in command.params if hasattr(param, "is_flag") for name in param.opts}
    options: list[str] = []
    words: list[str] = []
    rest = iter(args)
    for arg in rest:
        if arg == "--":
            words += rest
        elif not _is_option(arg, command.name):
            words.append(arg)
        else:
            if arg in ("-C", "--desk"):
                raise MisplacedDesk(path.partition(" ")[2])
            options += [arg, *_value(arg, takes, rest)]
    return options, words


def _is_option(arg: str, command: str) -> bool:
    if not arg.startswith("-") or arg == "-" or _WORD.fullmatch(arg):
        return False
    return not (command == "tag" and _TAG.fullmatch(arg))


def _value(arg: str, takes: dict[str, bool], rest: Iterator[str]) -> Iterator[str]:
    """The word behind an option that is its value, where it takes one and has it not attached."""
    if arg.startswith("--"):
        separate = takes.get(arg, False)
    else:
        separate = False
        for place, letter in enumerate(arg[1:], 1):
            if takes.get(f"-{letter}"):
                separate = place == len(arg) - 1
                break
    if separate:
        value = next(rest, None)
        if value is None:
            raise NoValue(arg)
        yield value


def _name_in_hand(ctx: Any, command: Any) -> None:
    """Puts the code of the ticket in hand where a word says `@`, so that no command needs to know of it."""
    for param in command.params:
        given = ctx.params.get(param.name)
        if given and any(name in (param.metavar or "") for name in _TICKETS):
            named = [_named(word, ctx) for word in ([given] if isinstance(given, str) else given)]
            ctx.params[param.name] = named[0] if isinstance(given, str) else named


def _named(word: str, ctx: Any) -> str:
    """A word, `@` and `@/4` with the code in place of the sign."""
    ticket, slash, numbers = word.partition("/")
    return f"{_in_hand(ctx)}{slash}{numbers}" if ticket == "@" else word


def _in_hand(ctx: Any) -> str:
    """The code of the ticket that the one who acts holds from next."""
    from ticketcli.cli import streams
    from ticketcli.desk.taking import NothingHeld, held

    if not any(stream and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        raise OnlyOnTerminal
    desk = streams.open_desk(ctx, ctx.params.get("as_", ""))
    situation = held(streams.catalog(desk), desk.actor().key)
    if situation is None:
        raise NothingHeld
    return situation.code
