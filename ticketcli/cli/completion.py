"""The command completion: what makes a shell ask this program. The answers are given in completing.py."""

from pathlib import Path
from typing import Annotated

import typer

from ticketcli.cli import streams
from ticketcli.core.words.known import spelled

SHELLS = ("bash", "zsh", "fish")


def completion(
    shell: Annotated[str, typer.Argument(metavar="bash|zsh|fish", help="For which shell.")],
) -> None:
    """Print the script that completes commands, codes, filter words and names with TAB. It never needs to be renewed.

    \b
    ticket completion bash > ~/.local/share/bash-completion/completions/ticket
    ticket completion zsh > ~/.zfunc/_ticket         (a directory of your fpath)
    ticket completion fish > ~/.config/fish/completions/ticket.fish
    eval "$(ticket completion bash)"                 (in ~/.bashrc; for zsh in ~/.zshrc, behind compinit)
    """
    name = spelled("shell", shell, SHELLS)
    streams.out((Path(__file__).parent / "shells" / f"ticket.{name}").read_text(encoding="utf-8"))
