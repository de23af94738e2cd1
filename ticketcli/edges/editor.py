"""The user's editor, and where text is kept that could not be used. What the text means is not known here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ticketcli.core.errors import NotSaved, TicketError


class EditorFailed(TicketError):
    """The editor could not be used; what was typed so far is kept."""

    def __init__(self, command: str, why: str, kept: Path | None) -> None:
        self.kept = kept
        remedy = (
            f'your text is in "{kept}"' if kept else "nothing was written; set $EDITOR or give the text with -m or -F"
        )
        super().__init__(f'the editor "{command}" {why}; {remedy}')


_NEVER = 0
"""When a text was saved that nobody has saved."""


class Unchanged(TicketError):
    """The user left the editor without a change, or without saving what might have stayed as it was."""

    def __init__(self, *, may_stay: bool = False) -> None:
        if may_stay:
            super().__init__("nothing was saved in the editor; nothing was written; save the text to send it as it is")
        else:
            super().__init__("nothing was changed in the editor; nothing was written")


class NotKept(NotSaved):
    """No place takes the text."""

    def __init__(self, why: str) -> None:
        super().__init__(f"your text could not be kept: {why}")


def edit(text: str, *, suffix: str, environ: Mapping[str, str], unchanged: bool = False) -> str:
    """What the user made of `text` in the editor; it always differs from it, unless it may be `unchanged`: then it was
    saved there.
    """
    import shutil
    import tempfile

    command = environ.get("VISUAL") or environ.get("EDITOR") or "vi"
    folder = Path(tempfile.mkdtemp(prefix="ticketcli-"))  # private, and never inside a work tree
    try:
        file = folder / f"ticket{suffix}"
        _create(file, text)
        os.utime(file, ns=(_NEVER, _NEVER))
        why = _run(command, file, environ)
        typed = _typed(file, text, command, why, environ)
        saved = file.stat().st_mtime_ns != _NEVER
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if typed == text and not (unchanged and saved):
        raise Unchanged(may_stay=unchanged)
    return typed


def keep_text(text: str, environ: Mapping[str, str]) -> Path:
    """Where a text that could not be saved now lies, readable for its owner only."""
    import tempfile
    import time

    name = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.urandom(4).hex()}.txt"
    try:
        state = _state(environ)
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _create(state / name, text)
    except (OSError, RuntimeError):
        pass  # a full or read-only home, or none at all
    try:
        return _create(Path(tempfile.mkdtemp(prefix="ticketcli-unsaved-")) / name, text)
    except OSError as error:
        raise NotKept(error.strerror or str(error)) from error


def _state(environ: Mapping[str, str]) -> Path:
    given = environ.get("XDG_STATE_HOME", "")
    home = Path(given) if given.startswith("/") else Path(environ.get("HOME") or "~").expanduser() / ".local/state"
    return home / "ticketcli" / "unsaved"


def _create(path: Path, text: str) -> Path:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode(errors="surrogateescape"))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise
    return path


def _run(command: str, file: Path, environ: Mapping[str, str]) -> str:
    """Why the editor failed; empty if it did not."""
    import shlex
    import signal
    import subprocess

    try:
        editor = subprocess.Popen([*shlex.split(command), str(file)], env=dict(environ))
    except (OSError, ValueError) as error:
        return f"cannot be started: {getattr(error, 'strerror', None) or error}"
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C belongs to the editor, as in git
    try:
        status = editor.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    return f"ended with exit status {status}" if status else ""


def _typed(file: Path, text: str, command: str, why: str, environ: Mapping[str, str]) -> str:
    try:
        typed = file.read_bytes().decode(errors="surrogateescape")
    except OSError as error:
        raise EditorFailed(command, why or f"left no text: {error.strerror}", None) from error
    why = why or ("" if _is_utf8(typed) else "wrote bytes that are not UTF-8")
    if why:
        raise EditorFailed(command, why, keep_text(typed, environ) if typed != text else None)
    return typed


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
