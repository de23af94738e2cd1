"""What a run has done to the files of a store, read from the log of strace. What may become of it is not known here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_NAMES = "openat,open,creat,close,write,pwrite64,lseek,fsync,fdatasync,sync,ftruncate,rename,renameat,renameat2"
_MORE = "link,linkat,unlink,unlinkat,mkdir,mkdirat,writev,sendfile,copy_file_range"
CALLS = ("-xx", "-s", "16777216", "-e", "trace=" + ",".join(f"?{name}" for name in f"{_NAMES},{_MORE}".split(",")))
"""Options for strace: all that changes a file, with every byte of it."""
_LINE = re.compile(r"(\w+)\((.*)\)\s+= (\d+)(?:<(.*)>)?")
_TEXT = re.compile(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:\\x[0-9a-f]{2})*)"')
_HANDLE = re.compile(r"(\d+)<([^>]*)>")


@dataclass(frozen=True)
class Call:
    """One change: create truncate write fsync sync rename link unlink mkdir; or `say`, which tells somebody."""

    kind: str
    path: str = ""
    to: str = ""
    at: int = -1
    """Where a write begins (-1: at the end), or how long a truncated file is."""
    data: bytes = b""


def calls_of(trace: Iterable[str], store: Path) -> list[Call]:
    """What was done in the store, in order. Raises AssertionError where it cannot be told."""
    ends: dict[str, int] = {}
    found = []
    for line in trace:
        if match := _LINE.match(line):
            name, words, answer, opened = match.groups()
            found += _calls(name, words, int(answer), _plain(opened or "").decode(), ends)
    inside = (str(store), f"{store}/")
    return [
        call
        for call in found
        if call.kind in ("say", "sync") or call.path == inside[0] or call.path.startswith(inside[1])
    ]


def _calls(name: str, words: str, answer: int, opened: str, ends: dict[str, int]) -> Iterator[Call]:
    paths = [_path(folder, text) for folder, text in _TEXT.findall(words)]
    handle = _HANDLE.match(words)
    number, path = (handle[1], _plain(handle[2]).decode()) if handle else ("", "")
    if name in ("openat", "open", "creat"):
        ends[str(answer)] = -1 if "O_APPEND" in words else 0
        yield from _opened(opened, words)
    elif name == "write":
        data = _plain(_TEXT.findall(words)[-1][1])[:answer]
        if number in ("1", "2") and path.startswith("pipe"):
            yield Call("say", data=data)
        else:
            at = ends.get(number, 0)
            ends[number] = at if at < 0 else at + answer
            yield Call("write", path, at=at, data=data)
    elif name == "pwrite64":
        yield Call("write", path, at=int(words.rsplit(",", 1)[1]), data=_plain(_TEXT.findall(words)[-1][1])[:answer])
    elif name == "lseek":
        ends[number] = answer
    else:
        yield from _others(name, words, path, paths)


def _opened(path: str, words: str) -> Iterator[Call]:
    if "O_CREAT" in words:
        yield Call("create", path)
    if "O_TRUNC" in words:
        yield Call("truncate", path, at=0)


def _others(name: str, words: str, path: str, paths: list[str]) -> Iterator[Call]:
    if name == "ftruncate":
        yield Call("truncate", path, at=int(words.rsplit(",", 1)[1]))
    elif name in ("fsync", "fdatasync"):
        yield Call("fsync", path)
    elif name == "sync":
        yield Call("sync")
    elif name.startswith(("rename", "link")):
        yield Call("rename" if name.startswith("rename") else "link", paths[0], paths[1])
    elif name.startswith(("unlink", "mkdir")):
        yield Call(name.removesuffix("at"), paths[0])
    else:
        assert name == "close", f"{name} is not modelled"


def _path(folder: str, text: str) -> str:
    return str(Path(_plain(folder).decode(errors="replace"), _plain(text).decode(errors="replace")))


def _plain(text: str) -> bytes:
    r"""`\x61b` as bytes: with -xx every character of a text is escaped, in the name of a handle sometimes none."""
    return re.sub(rb"\\x([0-9a-f]{2})", lambda found: bytes.fromhex(found[1].decode()), text.encode())
