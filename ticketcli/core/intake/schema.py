"""The JSON Schema of a line of JSON Lines, made of the tables of keys; for other programs. It checks nothing itself."""

from __future__ import annotations

from typing import Any

from ticketcli.core.file.schema import ticket_schema
from ticketcli.core.intake.lines import KINDS, VERSION
from ticketcli.core.intake.message import KEYS, LONGEST_LINE, LONGEST_TEXT, MOST
from ticketcli.core.ticket.fields import CHANNELS

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string", "maxLength": LONGEST_TEXT}
_LINE: Schema = {"type": "string", "maxLength": LONGEST_LINE}
_BASE64: Schema = {"type": "string", "contentEncoding": "base64"}
_FILE: Schema = {
    "type": "object",
    "required": ["name", "data"],
    "additionalProperties": False,
    "properties": {"name": _LINE, "type": _LINE, "data": _BASE64},
}
_NEEDED = ["id", "channel"]
_BY_KEY: dict[str, Schema] = {
    "id": {"anyOf": [{**_LINE, "minLength": 1}, {"type": "integer"}]},
    "channel": {"enum": list(CHANNELS)},
    "text": _TEXT,
    "at": {"type": "string", "format": "date-time"},
    "tags": {"type": "array", "maxItems": MOST, "items": {"type": "string", "maxLength": 60}},
    "fields": {"type": "object", "maxProperties": MOST},
    "attachments": {"type": "array", "maxItems": MOST, "items": _FILE},
}
"""What the keys of a message hold that are not a text in one line."""


def line_schema() -> Schema:
    """The schema (2020-12) of each line that `export jsonl` writes and `import jsonl` and `receive --json` read."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of ticketcli",
        "description": "A ticket with all that happened to it, the content of an attachment, or a message.",
        "type": "object",
        "required": ["kind"],
        "properties": {"schema_version": {"const": VERSION}, "kind": {"enum": list(KINDS)}},
        "oneOf": [_ticket(), _content(), _message()],
    }


def _ticket() -> Schema:
    inner = {key: value for key, value in ticket_schema().items() if key != "$schema"}
    about = (
        "A ticket file as JSON. Read are its events; the header may be left out. A value that JSON lacks is "
        '{"toml": "2026-11-20"}, and a table with "toml" as its only key stands in another one.'
    )
    return _kind("ticket", ["ticket"], {"ticket": {**inner, "description": about}})


def _content() -> Schema:
    about = "The content of a file that tickets on later lines name by its SHA-256."
    digest = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    return {**_kind("attachment", ["sha256", "data"], {"sha256": digest, "data": _BASE64}), "description": about}


def _message() -> Schema:
    keys = {key: {"description": about, **_message_key(key)} for key, about in KEYS.items()}
    whole = _kind("message", _NEEDED, {"schema_version": {}, **keys})
    return {**whole, "additionalProperties": False, "description": "What somebody outside said."}


def _message_key(key: str) -> Schema:
    """What a key holds; null says nothing."""
    schema = _BY_KEY.get(key, _LINE)
    return schema if key in _NEEDED else {"anyOf": [schema, {"type": "null"}]}


def _kind(kind: str, required: list[str], properties: Schema) -> Schema:
    return {"type": "object", "required": required, "properties": {"kind": {"const": kind}, **properties}}
