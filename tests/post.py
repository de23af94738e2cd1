"""Mails as bytes, for tests of what comes in."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

MARIA = "Maria Santos <maria@example.com>"
JAN = "Jan Novak <jan@example.com>"
DESK = "Help <help@desk.example>"
SECRET = "not in any desk"


def mail(
    text: str = "It eats paper.\n",
    *,
    sender: str = MARIA,
    subject: str = "Printer jams",
    id: str = "one@example.com",
    to: str = DESK,
    files: Mapping[str, bytes] | None = None,
    **headers: str,
) -> bytes:
    """A mail; `In_Reply_To="one@example.com"` is a header of it, in brackets where it is an id."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = "Tue, 03 Mar 2026 09:00:00 +0100"
    if id:
        message["Message-ID"] = f"<{id}>"
    for name, value in headers.items():
        ids = name in ("In_Reply_To", "References")
        message[name.replace("_", "-")] = " ".join(f"<{one}>" for one in value.split()) if ids else value
    message.set_content(text)
    for name, data in (files or {}).items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def configure(home: Path, desk: Path, **more: object) -> None:
    """Names a desk's mailbox in the configuration of the user who lives there."""
    path = home / "config" / "ticketcli" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    words = {"desk": str(desk), "address": DESK, **more}
    path.write_text("[[mail]]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in words.items()))


def _toml(value: object) -> str:
    import tomli_w

    return tomli_w.dumps({"x": value}).removeprefix("x = ").strip()
