"""The text that a command was given: with -m, with -F, in the editor; kept where the command fails."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ticketcli.cli.streams import can_ask, say
from ticketcli.core.errors import BadWords, Busy, ChangedMeanwhile, NotSaved, TicketError


class Typed(str):
    """A text that stands nowhere else: from the editor or standard input. Where its command fails, it is kept."""


class MissingText(BadWords):
    """No text, and nobody who could be asked for it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the {what} is missing; give it with -m TEXT or -F FILE (-F - reads standard input)")


@contextmanager
def kept(text: str, again: str = "; give it again with -F FILE") -> Iterator[None]:
    """Keeps a text where its command fails, and says where; one of -m or -F FILE only where it could not be saved."""
    try:
        yield
    except (TicketError, OSError, KeyboardInterrupt) as error:
        lost = isinstance(text, Typed) or isinstance(error, NotSaved | Busy | ChangedMeanwhile | OSError)
        if lost and text.strip():
            _keep(text, again, error.again if isinstance(error, ChangedMeanwhile) else "")
        raise


def _keep(text: str, again: str, command: str) -> None:
    import shlex

    from ticketcli.edges import editor

    try:
        path = editor.keep_text(text, os.environ)
        say(f"your text is kept in {path}{f'; send it with: {command} {shlex.quote(str(path))}' if command else again}")
    except editor.NotKept as error:
        say(f"{error}; here it is:")
        for row in text.splitlines():
            say(row)


def text_of(message: str | None, file: str | None, what: str, template: str = "", *, optional: bool = False) -> str:
    """The text given with -m or -F, else from the editor where somebody can be asked. Raises MissingText."""
    if message is not None and file is not None:
        raise BadWords("give the text with -m or with -F, not with both")
    if message is not None:
        return message
    if file is not None:
        return _read(file)
    if optional:
        return ""
    if not can_ask():
        raise MissingText(what)
    return typed(template)


def typed(template: str, *, unchanged: bool = False) -> str:
    """What somebody makes of a text in the editor, without the hints; it may stay as it is only where that is said."""
    from ticketcli.edges import editor

    return Typed(without_hints(editor.edit(template, suffix=".md", environ=os.environ, unchanged=unchanged)))


HINT = "# ------ what stands below this line is not sent ------"


def without_hints(text: str) -> str:
    """The text above the line that ends it."""
    return text.partition(HINT)[0]


def _read(file: str) -> str:
    from pathlib import Path

    if file == "-":
        return Typed(standard_input("-F -"))
    try:
        return _decoded(Path(file).read_bytes(), f'"{file}"')
    except OSError as error:
        raise BadWords(f'cannot read "{file}": {error.strerror}; name a file with the text') from error


def standard_input(word: str) -> str:
    """All of standard input, which a word asks for. Raises BadWords where there is none, or it is not UTF-8."""
    if sys.stdin is None:
        raise BadWords(f"standard input is closed; {word} has nothing to read")
    return _decoded(sys.stdin.buffer.read(), "standard input")


def _decoded(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadWords(f"{where} is not UTF-8 (byte {error.start}); convert it, for example with iconv") from error
