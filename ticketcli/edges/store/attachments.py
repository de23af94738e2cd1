"""Attachments: kept by content in the desk, taken from and given to the user; never opened or unpacked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from ticketcli.core.errors import TicketError
from ticketcli.edges.store.reading import TooLarge, Unreadable, read, reason
from ticketcli.edges.store.writing import Exists, NotSavedHere, fill, seal, write

ATTACHMENT_LIMIT = 20 << 20
"""The largest attachment, in bytes."""


class AttachmentTooLarge(TicketError):
    """A file over the limit of one attachment."""

    def __init__(self, name: str) -> None:
        super().__init__(f'"{name}" is larger than {ATTACHMENT_LIMIT >> 20} MiB; send a link to it')


class UnsafeName(TicketError):
    """A file name that leads out of its directory."""

    def __init__(self, name: str) -> None:
        super().__init__(f'"{name}" is no safe file name')


def keep(root: Path, data: bytes) -> str:
    """The SHA-256 under which `data` lies durably in the desk from now on."""
    from hashlib import sha256

    digest = sha256(data).hexdigest()
    if len(data) > ATTACHMENT_LIMIT:
        raise AttachmentTooLarge(digest)
    path = place(root, digest)
    try:
        write(path, data, old=None, limit=ATTACHMENT_LIMIT)
    except Exists:
        present = read(path, limit=ATTACHMENT_LIMIT).data
        if present != data:  # damaged: only `data` has this name
            write(path, data, old=present, limit=ATTACHMENT_LIMIT)
        seal(path)  # whoever put it there may have been cut off before this
    return digest


def fetch(root: Path, sha256: str) -> bytes:
    """The content with that SHA-256; a file that holds something else is refused."""
    import hashlib

    path = place(root, sha256)
    data = read(path, limit=ATTACHMENT_LIMIT).data
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Unreadable(path, "its content is damaged, it is not what its name says")
    return data


def remove(root: Path, sha256: str) -> Path:
    """Where the content with that SHA-256 lay; it is gone now."""
    path = place(root, sha256)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise NotSavedHere(path, reason(error)) from error
    return path


def save_as(directory: Path, name: str, data: bytes) -> Path:
    """Where `data` lies now: `name` in that directory, or `name-2` and so on; nothing is ever overwritten."""
    if name in {"", ".", ".."} or "/" in name:
        raise UnsafeName(name)
    for path in _free_names(directory, name):
        try:
            fill(path, data, None)
            break
        except FileExistsError:
            continue
        except (OSError, ValueError) as error:
            raise NotSavedHere(path, reason(error)) from error
    return path


def read_file(path: Path) -> bytes:
    """The bytes of a file that the user wants to attach."""
    try:
        return read(path, limit=ATTACHMENT_LIMIT, follow=True).data
    except TooLarge as error:
        raise AttachmentTooLarge(str(path)) from error


def place(root: Path, sha256: str) -> Path:
    """Where the content with that SHA-256 lies in a desk. Raises Unreadable where it is no SHA-256."""
    path = root / "attachments" / sha256[:2] / sha256
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise Unreadable(path, "its name is no SHA-256")
    return path


def _free_names(directory: Path, name: str) -> Iterator[Path]:
    yield directory / name
    for number in count(2):
        yield directory / f"{Path(name).stem}-{number}{Path(name).suffix}"
