"""The mailbox that the user's own configuration gives a desk, and what signs its mail. It reads and sends no mail."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ticketcli.core.errors import Busy
from ticketcli.edges import config

if TYPE_CHECKING:
    from ticketcli.core.mail.post import Post
    from ticketcli.core.mail.signing import Signer
    from ticketcli.desk.desk import Desk


class NotHere(Busy):
    """A clone that is not the one which receives and sends."""

    def __init__(self, root: Path, others: Iterable[str]) -> None:
        super().__init__(
            f"{root} receives and sends no mail: your configuration names {', '.join(others)}; "
            "exactly one clone of a desk does"
        )


def post_of(desk: Desk, *, exactly: bool) -> Post:
    """The mailbox that the user's configuration names for a desk, else one without address.

    `exactly`: raises NotHere where the configuration names other clones only.
    """
    from ticketcli.core.mail import post

    every = [post.load(table) for table in config.load(desk.environ).mail]
    mine = [one for one in every if Path(one.desk).expanduser().resolve() == desk.root]
    if not mine and every and exactly:
        raise NotHere(desk.root, (one.desk for one in every))
    return mine[0] if mine else post.Post()


def signer_of(desk: Desk, box: Post) -> Signer | None:
    """What signs the desk's mail; None without a secret, then no signature is made or believed."""
    from ticketcli.core.mail.signing import Signer

    secret = config.read_secret(box.secret_file, desk.environ)
    return Signer(secret) if secret else None


def has_way_out(desk: Desk) -> bool:
    """Whether mail of this very clone leaves it."""
    if not config.load(desk.environ).mail:
        return False
    box = post_of(desk, exactly=False)
    return bool(box.smtp or box.sendmail)
