"""Ways out for mail, for tests: a program that takes mail as sendmail does, and a real SMTP server in this process."""

from __future__ import annotations

import email
import email.policy
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

ADDRESS = "support@desk.example"
PROGRAM = """\
#!/bin/sh
# Keeps its arguments and the mail, then ends as it is told.
echo "$@" > "{box}/$$.args"
cat > "{box}/$$.tmp" && mv "{box}/$$.tmp" "{box}/$$.eml"
echo "{said}" >&2
exit {status}
"""


class Outbox:
    """A program to hand mail to, and what it was given."""

    def __init__(self, folder: Path) -> None:
        self.box, self.program = folder / "delivered", folder / "mta"
        self.ends(0)
        self.empty()

    def empty(self) -> None:
        shutil.rmtree(self.box, ignore_errors=True)
        self.box.mkdir(parents=True)

    def ends(self, status: int, said: str = "") -> None:
        """From now on the program takes no mail, or does again."""
        self.program.write_text(PROGRAM.format(box=self.box, status=status, said=said), encoding="utf-8")
        self.program.chmod(0o755)

    @property
    def mails(self) -> list[Message]:
        return [email.message_from_bytes(path.read_bytes()) for path in sorted(self.box.glob("*.eml"))]

    @property
    def arguments(self) -> list[str]:
        return sorted(path.read_text().strip() for path in self.box.glob("*.args"))

    @property
    def way(self) -> str:
        return f'sendmail = ["{self.program}", "-x"]'


class Server:
    """What a mail server was given, and what it answers."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, tuple[str, ...], bytes]] = []
        self.refused: dict[str, str] = {}
        self.answer = "250 OK"
        """What it says behind a mail; empty: it hangs up instead."""
        self.port = 0
        self.logins: list[tuple[bytes, bytes]] = []
        self.password = b"sesame"

    @property
    def mails(self) -> list[Message]:
        return [email.message_from_bytes(data) for _, _, data in self.letters]

    def empty(self) -> None:
        self.letters.clear()

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        if self.answer.startswith("2") or not self.answer:
            self.letters.append((envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content))
        if not self.answer:
            server.transport.abort()
        return self.answer or "250 OK"

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.logins.append((given.login, given.password))
        return AuthResult(success=given.password == self.password, handled=False)  # the server answers itself

    def way(self, security: str = "none", more: str = "", host: str = "127.0.0.1") -> str:
        return f'smtp = {{ host = "{host}", port = {self.port}, security = "{security}"{more} }}'


@contextmanager
def serving(
    security: str = "none", certificate: Path | None = None, *, login: bool = False, utf8: bool = True
) -> Iterator[Server]:
    """A server that runs inside the block."""
    server = Server()
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    more: dict[str, Any] = {"ssl_context": context} if security == "tls" else {}
    more |= {"tls_context": context, "require_starttls": True} if security == "starttls" else {}
    more |= {"authenticator": server.authenticate, "auth_required": True, "auth_require_tls": False} if login else {}
    server.port = free_port()
    running = Controller(server, hostname="127.0.0.1", port=server.port, enable_SMTPUTF8=utf8, **more)
    running.start()
    try:
        yield server
    finally:
        running.stop(no_assert=True)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_certificate(folder: Path) -> Path:
    """A key and a certificate for localhost that its owner has signed, in one file."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    words = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    subprocess.run([*words.split(), "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return both


def configure(home: Path, desk: Path, way: str, more: str = "") -> None:
    """The user's own configuration names this way out for a desk."""
    path = home / "config" / "ticketcli" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f'[[mail]]\ndesk = "{desk}"\naddress = "ACME support <{ADDRESS}>"\n{way}\n{more}\n', encoding="utf-8"
    )


def parsed(message: Message) -> Any:
    """A message as the standard library reads it today, headers decoded."""
    return email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
