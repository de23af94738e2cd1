"""How two hands laid out one ticket, as one text. What the ticket says is decided elsewhere, and edited in later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ticketcli.core.file.codec import event_text, header_text
from ticketcli.core.file.comments import kept, merged
from ticketcli.core.file.printing import HEADER, pieces
from ticketcli.core.file.spans import comments, shape

if TYPE_CHECKING:
    from ticketcli.core.file.document import Document
    from ticketcli.core.ticket.fold import Ticket


@dataclass(frozen=True, slots=True)
class Layout:
    """How a version of the file is laid out."""

    pieces: list[tuple[str, str]]
    """Name and text in the order of the file; the header, named HEADER, may come in several."""
    parts: Mapping[str, str]
    """The header and each event whole, with one line end."""
    printed: Mapping[str, str]
    """The same in canonical form."""

    @property
    def names(self) -> list[str]:
        """The header and the events in the order in which they begin."""
        return [*self.parts]


def woven(base: Document | None, sides: Sequence[Document], ticket: Ticket) -> str:
    """A text with each part as the side laid it out that changed it, with the comments of both.

    All are settled. The values of the ticket are still to be edited in.
    """
    before = _layout(base).parts if base else {}
    laid = [_layout(side) for side in sides]
    chosen = {name: _part(name, plain, before.get(name, ""), laid) for name, plain in _printed(ticket).items()}
    gone = {name: _rows(text) for one in laid for name, text in one.parts.items() if name not in chosen}
    return "".join(_ordered(chosen | {name: text for name, text in gone.items() if text}, laid)).rstrip("\n") + "\n"


def _layout(side: Document) -> Layout:
    """How a file is laid out; where the events are an array in the header, printed anew."""
    found, printed = pieces(side.text), _printed(side.ticket)
    if printed.keys() - dict(found).keys():
        found = [(name, f"{text}\n") for name, text in printed.items()]
        found[0] = HEADER, _rows(side.text) + found[0][1]
    found[-1] = found[-1][0], found[-1][1].rstrip("\n") + "\n\n"  # more may come behind it
    parts: dict[str, str] = {}
    for name, text in found:
        above = f"{parts[name]}\n" if name in parts else ""
        parts[name] = above + text.rstrip("\n") + "\n"
    return Layout(found, parts, printed)


def _printed(ticket: Ticket) -> dict[str, str]:
    return {HEADER: header_text(ticket), **{event.id: event_text(event) for event in ticket.events}}


def _rows(text: str) -> str:
    return "".join(f"{row}\n" for row in comments(text))


def _part(name: str, plain: str, before: str, laid: Iterable[Layout]) -> str:
    """A part as the side has it that changed it, with the comments of the other where both did; new ones are plain.

    Of two the one with more comments stays, the one that a hand has touched, the one that says already what it shall;
    else the layout tells, not the values, so that a later join chooses the same.
    """
    found = {one.parts[name]: one.printed[name] for one in laid if name in one.parts}
    changed = [text for text in found if text != before] or [*found] or [plain]
    if len(changed) == 1:
        return changed[0]
    shall = kept(changed[0], changed[1], before)
    other, stays = sorted(
        changed,
        key=lambda text: (
            (shall & Counter(comments(text))).total(),
            found[text] != text,
            found[text] == plain,
            shape(text),
            text,
        ),
    )
    return merged(stays, other, shall)


def _ordered(chosen: Mapping[str, str], laid: Sequence[Layout]) -> Iterable[str]:
    """The parts in the order that a hand has given them, new ones behind; where none did, in that of the ticket."""
    main = max(laid, key=lambda one: _order_rank(one, chosen))
    left = dict(chosen)
    if main.names != _names(chosen, main):
        for name, piece in main.pieces:
            if main.parts[name] == chosen.get(name):
                yield piece
            elif name in left:
                yield f"{left[name]}\n"
            left.pop(name, None)
    stand = dict(main.pieces)  # with the lines left free behind them
    for name, text in left.items():
        yield stand[name] if stand.get(name, "").rstrip("\n") == text.rstrip("\n") else f"{text}\n"


def _order_rank(one: Layout, chosen: Mapping[str, str]) -> Any:
    """By what the order is chosen: a hand's, of most parts; the last ones only tell one from the other."""
    return one.names != _names(chosen, one), len(one.parts), one.names, one.parts[HEADER] == chosen[HEADER], one.pieces


def _names(chosen: Mapping[str, str], one: Layout) -> list[str]:
    """The parts of a version in the order of the ticket."""
    return [name for name in chosen if name in one.parts]
