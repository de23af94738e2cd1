"""The answer to a shell that asks what may stand next: it writes nothing, holds nobody up and never fails.

It does without Typer, which takes longer to load than all of this.
"""

from __future__ import annotations

import os
import re
import sys
from typing import NoReturn

from ticketcli.cli.offering import offers
from ticketcli.core.text import line as shown

_TOKEN = re.compile(r"""(?:[^\s'"\\]|\\.|'[^']*(?:'|$)|"(?:[^"\\]|\\.)*(?:"|$))+""", re.DOTALL)
_QUOTING = re.compile(r"""\\(.)|['"]""", re.DOTALL)
_LONGEST = 72


def run() -> NoReturn:
    """Prints the answer to `ticket __complete SHELL LINE [BREAKS]`, which is what the scripts in shells/ ask."""
    try:
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        sys.stdout.write(answer(*sys.argv[2:5]))
        sys.stdout.flush()
    except Exception:
        pass  # a closed pipe, or a call that no script of ours makes
    os._exit(0)


def answer(shell: str, line: str, breaks: str = "") -> str:
    """What a shell is to offer behind the line as typed so far, one thing a line; nothing where anything goes wrong.

    To bash only what stands behind the last of its word `breaks`, to others a word, a tab and what it means.
    """
    try:
        tokens = words(line)
        found = offers(tokens)
    except Exception:  # completion never disturbs the line that is being typed
        return ""
    if shell != "bash":
        texts = (_as_typed(one.text, tokens[-1]) if shell == "fish" else one.text for one in found)
        rows = zip(texts, found, strict=True)
        return "".join(f"{text}\t{shown(one.about)[:_LONGEST]}\n" for text, one in rows)
    start = max((tokens[-1].rfind(char) + 1 for char in ":=@" if char in breaks and not _is_quoted(line)), default=0)
    return "".join(f"{one.text[start:] or chr(9) + one.about}\n" for one in found)


def words(line: str) -> list[str]:
    """The words of a line as a shell reads them; the last one is being typed, and may be empty."""
    found = list(_TOKEN.finditer(line))
    texts = [_QUOTING.sub(r"\1", token[0]) for token in found]
    return texts if found and found[-1].end() == len(line) else [*texts, ""]


def _as_typed(text: str, typed: str) -> str:
    """An offer that begins as typed, which fish insists on: a code may be typed without its hyphens."""
    if text.casefold().startswith(typed.casefold()) or not text:
        return text
    return typed + text.replace("-", "")[len(typed.replace("-", "")) :]


def _is_quoted(line: str) -> bool:
    """Whether the word that is being typed has a quote in it: bash then breaks it nowhere."""
    last = [*_TOKEN.finditer(line)][-1:]
    return any(token.end() == len(line) and re.search("['\"]", token[0]) for token in last)
