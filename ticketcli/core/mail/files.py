"""One part of a mail as a file: its bytes, its type, its name as data. It saves nothing and makes no name safe."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message

from ticketcli.core.mail import mime

MOST = 50
"""Attachments that are kept one by one; what is beyond is kept together in one."""
LONGEST_NAME = 150

_TYPE = re.compile(r"[a-z0-9][a-z0-9.+_-]{0,60}/[a-z0-9][a-z0-9.+_-]{0,100}")
_EXTENSION = re.compile(r"[a-z0-9]{2,5}")
_NAMES = {
    "application/ms-tnef": "winmail.dat",
    "application/octet-stream": "attachment.bin",
    "application/pgp-encrypted": "version.asc",
    "application/pgp-signature": "signature.asc",
    "application/pkcs7-mime": "smime.p7m",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-signature": "smime.p7s",
    "image/jpeg": "image.jpg",
    "image/svg+xml": "image.svg",
    "message/delivery-status": "delivery-status.txt",
    "message/disposition-notification": "disposition-notification.txt",
    "message/feedback-report": "feedback-report.txt",
    "text/calendar": "invitation.ics",
    "text/plain": "text.txt",
    "text/rfc822-headers": "headers.txt",
    "text/vcard": "contact.vcf",
    "text/x-vcard": "contact.vcf",
}
"""What a file is called that bears no name."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a mail."""

    name: str
    """As its sender called it, without directories; data, made safe only by whoever saves or shows it."""
    type: str
    data: bytes
    inline: bool


class Outer(Message):
    """A mail in which other mails are files, kept byte by byte as they came, and not read."""

    def get_content_type(self) -> str:
        """The type for the parser, which reads no further into a mail inside this one."""
        declared = self.declared_type()
        return "application/octet-stream" if declared.startswith("message/") else declared

    def declared_type(self) -> str:
        """The type that the part has by its headers and its place."""
        declared = super().get_content_type()
        return declared if _TYPE.fullmatch(declared) else "application/octet-stream"


def file(part: Outer) -> Part:
    """The part as a file."""
    kind = part.declared_type()
    is_inline = disposition(part) == "inline" or "content-id" in part
    return Part(file_name(part) or _default_name(kind), kind, content(part), is_inline)


def content(part: Outer) -> bytes:
    """The bytes of a part, as far as its encoding can be read."""
    from email.errors import InvalidBase64LengthDefect

    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return b""
    if any(isinstance(defect, InvalidBase64LengthDefect) for defect in part.defects):
        return mime.base64(data)
    return data


def disposition(part: Outer) -> str:
    """`attachment`, `inline` or ""."""
    field = next(iter(mime.fields(part, "Content-Disposition")), "")
    return field.partition(";")[0].strip().lower()


def file_name(part: Outer) -> str:
    """The name that the part bears, without directories, control characters as %1b; "" where it bears none."""
    name = mime.parameter(part, "Content-Disposition", "filename") or mime.parameter(part, "Content-Type", "name")
    name = re.split(r"[/\\]", mime.decoded(name))[-1].strip()
    name = "".join(f"%{ord(char):02x}" if unicodedata.category(char) == "Cc" else char for char in name)
    if len(name) > LONGEST_NAME:
        name = f"{name[: LONGEST_NAME - 20]}…{name[-19:]}"
    return "" if name in (".", "..") else name


def together(files: Sequence[Part]) -> Part:
    """One file that holds many: a ZIP archive without compression."""
    from io import BytesIO
    from zipfile import ZipFile, ZipInfo

    archive = BytesIO()
    with ZipFile(archive, "w") as written:
        for number, each in enumerate(files, 1):
            name = re.sub(r"[^\w.-]", "_", each.name)
            written.writestr(ZipInfo(f"{number:03}-{name}"), each.data)
    return Part("more-attachments.zip", "application/zip", archive.getvalue(), inline=False)


def _default_name(kind: str) -> str:
    main, _, subtype = kind.partition("/")
    if main == "message":
        return _NAMES.get(kind, "message.eml")
    extension = subtype.removeprefix("x-")
    return _NAMES.get(kind) or f"{main}.{extension if _EXTENSION.fullmatch(extension) else 'bin'}"
