"""A mail server, spoken to by SMTP. A mail is taken when the server says so behind its last line, and not before."""

from __future__ import annotations

import re
import smtplib
import ssl
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from ticketcli.edges.transport.outcomes import (
    BadWay,
    Delivered,
    Later,
    Outcome,
    Refused,
    Unknown,
    Unreachable,
    one_line,
)

if TYPE_CHECKING:
    from ticketcli.core.mail.outgoing import Letter
    from ticketcli.core.mail.post import Smtp

PATIENCE = 60.0
"""For how many seconds an answer may be on its way."""
LAST_PATIENCE = 300.0
"""And the one behind a whole mail, which the server may look through first."""
Said = tuple[int, bytes]


class Server:
    """A server, connected when it has to be ready, and for as many mails as there are."""

    def __init__(self, server: Smtp, environ: Mapping[str, str]) -> None:
        """It is not connected yet."""
        self.server, self.environ = server, environ
        self._line: smtplib.SMTP | None = None
        self._password: str | None = None

    def ready(self) -> None:
        """Connects where that is not so already. Raises Unreachable or BadWay."""
        if self._line:
            try:
                if self._line.noop()[0] == 250:
                    return
            except OSError:  # it has hung up meanwhile
                pass
            self.close()
        self._line = self._connected()

    def close(self) -> None:
        """Hangs up."""
        if self._line:
            with suppress(OSError):
                self._line.quit()
            self._line.close()
        self._line = None

    def hand_over(self, letter: Letter) -> Outcome:
        """What came of handing a mail over, once: behind its last line only the server knows."""
        assert self._line is not None, "it is made ready first"
        try:
            refused = _envelope(self._line, letter)
            if not isinstance(refused, dict):
                return self._again(refused)
            said = self._line.docmd("DATA")
            if said[0] != 354:
                return self._again(_verdict(said))
        except (OSError, ValueError) as error:  # SMTPException is an OSError
            self.close()
            return Later(one_line(f"{self.server.host}: {_why(error)}"))
        return self._data(self._line, letter, refused)

    def _data(self, line: smtplib.SMTP, letter: Letter, refused: dict[str, Said]) -> Outcome:
        dotted = re.sub(rb"(?m)^\.", b"..", letter.data)
        try:
            if line.sock:
                line.sock.settimeout(LAST_PATIENCE)
            line.send(dotted + b".\r\n")
            said = line.getreply()
            if line.sock:
                line.sock.settimeout(PATIENCE)
        except OSError as error:
            self.close()
            return Unknown(one_line(f"{self.server.host} did not say whether it took the mail: {_why(error)}"))
        if said[0] == 250:
            reason = "; ".join(f"{address}: {_words(why)}" for address, why in refused.items())
            return Delivered(tuple(refused), one_line(reason))
        return self._again(_verdict(said))

    def _again(self, outcome: Outcome) -> Outcome:
        """The outcome, with the line free for another mail."""
        with suppress(OSError):
            if self._line:
                self._line.rset()
        return outcome

    def _connected(self) -> smtplib.SMTP:
        where = f"{self.server.host}:{self.server.port}"
        try:
            line = _line(self.server)
            try:
                self._log_in(line)
            except BaseException:
                line.close()
                raise
        except (ssl.SSLCertVerificationError, smtplib.SMTPNotSupportedError, UnicodeError) as error:
            raise BadWay(where, _why(error)) from error
        except smtplib.SMTPAuthenticationError as error:
            failed = BadWay if error.smtp_code >= 500 else Unreachable
            raise failed(where, f"it does not take user and password: {_why(error)}") from error
        except OSError as error:
            raise Unreachable(where, _why(error)) from error
        return line

    def _log_in(self, line: smtplib.SMTP) -> None:
        if not self.server.user:
            return
        if self._password is None:
            self._password = _password(self.server, self.environ)
        line.login(self.server.user, self._password)


def _line(server: Smtp) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE, context=context)
    line = smtplib.SMTP(server.host, server.port, timeout=PATIENCE)
    try:
        line.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            line.starttls(context=context)
    except BaseException:
        line.close()
        raise
    return line


def _password(server: Smtp, environ: Mapping[str, str]) -> str:
    """The password of the user, from where the configuration says; it is in no argument, file or message of ours."""
    if server.password_env:
        if password := environ.get(server.password_env, ""):
            return password
        raise BadWay(server.host, f"the password is to be in ${server.password_env}, which is not set")
    if not server.password_command:
        raise BadWay(server.host, "smtp.user needs smtp.password_env or smtp.password_command")
    name = server.password_command[0]
    try:
        done = subprocess.run(
            server.password_command, env=dict(environ), stdout=subprocess.PIPE, timeout=PATIENCE, check=True, text=True
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        how = f"ended with exit status {error.returncode}" if isinstance(error, subprocess.CalledProcessError) else ""
        raise BadWay(server.host, f'the password command "{name}" {how or f"failed: {type(error).__name__}"}') from None
    return done.stdout.partition("\n")[0].rstrip("\r")


def _envelope(line: smtplib.SMTP, letter: Letter) -> dict[str, Said] | Outcome:
    """Whom the server does not take, or what came of the mail where it goes to nobody then."""
    line.ehlo_or_helo_if_needed()
    options = [f"size={len(letter.data)}"] if line.has_extn("size") else []
    if not all(address.isascii() for address in (letter.sender, *letter.recipients)):
        if not line.has_extn("smtputf8"):
            return Refused("the server takes no addresses with letters beyond ASCII")
        options += ["SMTPUTF8", "BODY=8BITMIME"]
    said = line.mail(letter.sender, options)
    if said[0] != 250:
        return _verdict(said)
    answers = {address: line.rcpt(address) for address in letter.recipients}
    refused = {address: said for address, said in answers.items() if said[0] not in (250, 251)}
    if len(refused) < len(answers):
        return refused
    later = [said for said in refused.values() if said[0] < 500]
    return _verdict(later[0] if later else next(iter(refused.values())))


def _verdict(said: Said) -> Outcome:
    """What an answer other than yes means."""
    return Later(_words(said)) if 400 <= said[0] < 500 else Refused(_words(said))


def _words(said: Said) -> str:
    return one_line(f"{said[0]} {said[1].decode(errors='replace')}")


def _why(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _words((error.smtp_code, _bytes(error.smtp_error)))
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()
