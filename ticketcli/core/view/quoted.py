"""A thread as it stands below an answer that is written in an editor: quoted, the newest first. It is not sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ticketcli.core.clock.times import show
from ticketcli.core.view.look import Look, paragraph, quotation

if TYPE_CHECKING:
    from ticketcli.core.clock.situation import Situation
    from ticketcli.core.ticket.thread import Entry

MOST = 20
"""So many messages are enough to answer by; `show` has them all."""
_MODELINE = re.compile(r"(?<!\S)(vi|vim|Vim|ex)([<=>]?\d*):")
"""What Vim takes for settings where it opens a file."""


def quoted(situation: Situation) -> str:
    """The last messages and notes of a thread as lines behind `#` and `>`, the newest first."""
    shown = situation.thread.messages[::-1]
    lines = [line for entry in shown[:MOST] for line in _entry(entry, situation)]
    if len(shown) > MOST:
        lines.append(f"# and {len(shown) - MOST} older ones: ticket show {situation.code}")
    return "".join(_MODELINE.sub(r"\1\2 :", line) + "\n" for line in lines)


def _entry(entry: Entry, situation: Situation) -> Iterator[str]:
    event = entry.event
    who = "[redacted]" if entry.hidden else event.by or event.role
    note = ", INTERNAL NOTE" if event.kind != "message" else ""
    yield "#"
    yield from paragraph(f"{show(event.at, situation.settings.zone)}  {who}{note}", Look(), "# ")
    if not entry.hidden:
        yield from quotation(event.body, Look(), "> ")
