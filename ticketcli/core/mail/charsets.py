"""Bytes of a mail as text, by the character sets that mail is written in. No other codec of Python is ever named."""

from __future__ import annotations

import re

from ticketcli.core import text as display

_CODECS = {
    "utf-8": "utf-8-sig utf8 uft-8 utf-8 unicode-1-1-utf-8 utf8mb4 cp65001",
    "ascii": "us-ascii ascii ansi-x3.4-1968 iso-646-us 646 7bit 8bit",
    "utf-7": "utf-7 unicode-1-1-utf-7",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16le",
    "utf-16-be": "utf-16be",
    "latin-1": "iso-8859-1 latin1 latin-1 iso8859-1 l1",
    "gb18030": "gb2312 gbk gb18030 gb-2312 gb2312-80 euc-cn cp936 ms936 x-gbk",
    "hz": "hz-gb-2312 hz",
    "cp950": "big5 big-5 x-x-big5 cp950",
    "big5hkscs": "big5-hkscs",
    "cp932": "shift-jis shift-jis-2004 sjis x-sjis ms-kanji cp932 windows-31j",
    "euc_jp": "euc-jp x-euc-jp eucjp",
    "iso2022_jp_ext": "iso-2022-jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-ms iso-2022-jp-ext",
    "cp949": "euc-kr ks-c-5601-1987 ks-c-5601 ks-c-5601-1989 ksc5601 cp949 korean windows-949",
    "iso2022_kr": "iso-2022-kr",
    "cp874": "tis-620 iso-8859-11 windows-874 cp874",
    "koi8-r": "koi8-r koi8",
    "koi8-u": "koi8-u",
    "mac-roman": "macintosh mac x-mac-roman",
    **{f"iso8859-{n}": f"iso-8859-{n} iso8859-{n} latin{n}" for n in (2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)},
    **{f"cp{n}": f"windows-{n} cp{n} x-cp{n} win-{n}" for n in range(1250, 1259)},
    **{f"cp{n}": f"cp{n} ibm{n}" for n in (437, 850, 852, 855, 866)},
}
"""Codecs that only ever make text of bytes, each with the names it has in mail; larger sets stand for their subsets."""
_CODEC_OF = {name: codec for codec, names in _CODECS.items() for name in names.split()}
_MANY_BYTES = ("utf-8", "utf-16", "gb18030", "hz", "cp950", "big5hkscs", "cp932", "euc_jp", "cp949")
_SURROGATES = re.compile("[\ud800-\udfff]")
_HIGH = bytes(range(128, 256))
_CONTROLS = re.compile(b"[\x80-\x9f]")


def text(data: bytes, declared: str) -> tuple[str, str]:
    """The text of the bytes, and what was wrong with the declared character set, or ""; no surrogates are in it."""
    name = declared.split("*")[0].strip(" \t\r\n\"'").lower().replace("_", "-")
    codec = _CODEC_OF.get(name.removesuffix("-i").removesuffix("-e"), "")
    fault = f"unknown charset {display.line(name[:40])}" if name else "no charset"
    if codec:
        try:
            read = data.decode(codec)
            # The controls of latin-1 nobody means: programs for Windows declare their letters so.
            if codec != "latin-1" or not _CONTROLS.search(data):
                return _clean(read), ""
        except UnicodeError:
            pass
        fault = f"wrong charset {name}"
    read, better = _guessed(data, codec)
    return read, "" if fault == "no charset" and data.isascii() else f"{fault}, read as {better}"


def surrogates(value: str) -> str:
    """The text of a header as the parser gives it, whose bytes above 127 it hides in surrogates."""
    if value.isascii():
        return value
    return text(value.encode("utf-8", "surrogateescape"), "utf-8")[0]


def _guessed(data: bytes, declared: str) -> tuple[str, str]:
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    if declared in _MANY_BYTES:
        repaired = data.decode(declared, "replace")
        if repaired.count("\ufffd") * 10 <= len(data) - len(data.translate(None, _HIGH)):
            return _clean(repaired), f"{declared} with gaps"
    try:
        return data.decode("cp1252"), "windows-1252"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def _clean(text: str) -> str:
    text = text.removeprefix("\ufeff")
    return _SURROGATES.sub("\ufffd", text) if _SURROGATES.search(text) else text
