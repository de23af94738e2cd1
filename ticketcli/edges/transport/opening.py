"""The way out that the user's configuration names, open for as long as it is used. It hands nothing over itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ticketcli.edges.transport.outcomes import BadWay

if TYPE_CHECKING:
    from ticketcli.core.mail.post import Post
    from ticketcli.edges.transport.outcomes import Way


@contextmanager
def opened(post: Post, environ: Mapping[str, str]) -> Iterator[Way]:
    """The way out of a mailbox; nothing is connected before it has to be ready."""
    if post.smtp:
        from ticketcli.edges.transport.server import Server

        server = Server(post.smtp, environ)
        try:
            yield server
        finally:
            server.close()
    elif post.sendmail:
        from ticketcli.edges.transport.program import Program

        yield Program(post.sendmail, environ)
    else:
        raise BadWay("anybody", "neither smtp nor sendmail is named")
