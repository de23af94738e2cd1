"""A page put into a file: whole or not at all, and never in the place of anything but an earlier page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketcli.core.errors import TicketError
from ticketcli.core.report.html.page import is_page
from ticketcli.edges import store

if TYPE_CHECKING:
    from pathlib import Path

_LIMIT = 64 << 20


class NotAPage(TicketError):
    """A file that is something else."""

    def __init__(self, path: Path) -> None:
        super().__init__(f'"{path}" is there already and is no report; name another file, or write it with --force')


def publish(path: Path, page: str, *, force: bool) -> None:
    """Afterwards the file holds the page. Raises NotAPage, and what reading and saving raise."""
    path = path.absolute()
    old = store.read(path, limit=_LIMIT).data if path.exists() or path.is_symlink() else None
    if old is not None and not force and not is_page(old):
        raise NotAPage(path)
    store.write(path, page.encode(), old=old, limit=_LIMIT)
