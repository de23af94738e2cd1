"""How words are told from options: `-status:open` and `-vip` are words, and -C stands before the command."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from typer.core import TyperCommand

from ticketcli.core.errors import BadWords

_WORD = re.compile(r"-[a-z][a-z_.]*:.*", re.DOTALL)
_TAG = re.compile(r"-[^-=].+", re.DOTALL)


class MisplacedDesk(BadWords):
    """-C after the command."""

    def __init__(self, command: str) -> None:
        super().__init__(f"-C DIR stands before the command: ticket -C DIR {command} ...")


class TicketCommand(TyperCommand):
    """A command whose words may begin with a minus: they are put behind `--` before options are read."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """What is left of the words after options were read."""
        options, words = _sorted(args, self)
        return super().parse_args(ctx, [*options, "--", *words] if words else options)


def _sorted(args: Sequence[str], command: Any) -> tuple[list[str], list[str]]:
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
                raise MisplacedDesk(command.name)
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
        if value is not None:
            yield value
