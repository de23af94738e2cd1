"""The user's pager, for results that are longer than the screen. A desk can name none: only the environment does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_USUAL = "less"
_LESS = "FRX"
"""Its options where $LESS says nothing, as git has it: end on one screen, show weight, leave the text standing."""


def command(environ: Mapping[str, str]) -> list[str]:
    """The words of the user's pager; none where results are to be printed as they are."""
    import shlex

    text = environ.get("TICKET_PAGER", environ.get("PAGER", _USUAL))
    try:
        words = shlex.split(text)
    except ValueError:  # a quote without its end
        return []
    return [] if words == ["cat"] else words


def show(text: str, words: Sequence[str], environ: Mapping[str, str]) -> bool:
    """Whether the pager has shown the text; one that is left early has, one that cannot be started has not."""
    import signal
    import subprocess

    try:
        pager = subprocess.Popen(words, stdin=subprocess.PIPE, env={"LESS": _LESS, **environ})
    except OSError:
        return False
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C belongs to the pager, as in git
    try:
        pager.communicate(text.encode(errors="backslashreplace"))
    finally:
        signal.signal(signal.SIGINT, before)
    return True
