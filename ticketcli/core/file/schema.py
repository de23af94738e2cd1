"""The JSON Schema of a ticket file, made of the tables of fields and of event keys; for editors and other programs."""

from __future__ import annotations

from typing import Any

from ticketcli.core.file.keys import EVENT_KEYS, KINDS, LAST_NUMBER, ROLES, Type
from ticketcli.core.file.types import ID
from ticketcli.core.ticket.fields import FIELDS, Field

Schema = dict[str, Any]

_CODE = r"^[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{3}$"
_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_TIME: Schema = {"type": "string", "format": "date-time"}


def ticket_schema() -> Schema:
    """The schema (draft 2020-12) of `tickets/**/*.toml`; keys that it does not name are allowed and survive."""
    header = {field.name: {"description": field.about, **_header(field)} for field in FIELDS}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A ticket of ticketcli",
        "description": "The header is what the events add up to; an edit of it is recorded at the next write.",
        "type": "object",
        "required": ["code", "event"],
        "additionalProperties": True,
        "properties": {
            **header,
            "event": {"description": "What happened; only added.", "type": "array", "minItems": 1, "items": _event()},
        },
    }


def _event() -> Schema:
    return {
        "title": "An event",
        "type": "object",
        "additionalProperties": True,
        "properties": {key.name: {"description": key.about, **_BY_TYPE[key.type]} for key in EVENT_KEYS},
    }


def _header(field: Field) -> Schema:
    if field.shape == "list":
        return _TEXTS
    if field.shape == "table":
        return {"type": "object", "additionalProperties": _TEXT if field.type == "code" else True}
    if field.name == "code":
        return {"type": "string", "pattern": _CODE}
    return _TIME if field.type == "time" else _TEXT


def _set() -> Schema:
    settable = [field for field in FIELDS if field.shape != "list" and field.name not in ("code", "created")]
    return {
        "type": "object",
        "additionalProperties": True,
        "properties": {field.name: _or_empty(_header(field)) for field in settable},
    }


def _or_empty(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"const": ""}]}


def _table(required: list[str], **properties: Schema) -> Schema:
    return {"type": "object", "required": required, "additionalProperties": True, "properties": properties}


_SIZE: Schema = {"type": "integer", "minimum": 0}
_SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_FILE = _table(["name", "type", "size", "sha256"], name=_TEXT, type=_TEXT, size=_SIZE, sha256=_SHA256)

_BY_TYPE: dict[Type, Schema] = {
    "id": {"type": "string", "pattern": f"^{ID}$"},
    "number": {"type": "integer", "minimum": 1, "maximum": LAST_NUMBER},
    "time": _TIME,
    "kind": {"enum": list(KINDS)},
    "role": {"enum": list(ROLES)},
    "text": _TEXT,
    "texts": _TEXTS,
    "any": {},
    "flag": {"type": "boolean"},
    "redaction": _table(["at"], at=_TIME, by=_TEXT, keys=_TEXTS),
    "changes": {"type": "array", "items": {"type": "string", "pattern": "^[+-](.|\\n)"}},
    "paths": _set(),
    "files": {"type": "array", "items": _FILE},
    "block": _TEXT,
}
