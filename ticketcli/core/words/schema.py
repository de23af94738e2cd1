"""The JSON Schemas of ticketcli.toml and canned responses, made from the tables of keys. They are checked elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ticketcli.core.words.canned import KEYS as CANNED
from ticketcli.core.words.keys import CATEGORIES, LEVEL, ROOT, RULE, SECTIONS, TABLES, Key
from ticketcli.core.words.settings import SHIPPED


def settings_schema() -> dict[str, Any]:
    """The schema (2020-12) of the settings of a desk; unknown keys are allowed, as the loader allows them."""
    tables = {name: {"type": "object", "properties": _properties(keys)} for name, keys in TABLES.items()}
    sections = {name: _section(name) for name in SECTIONS}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ticketcli.toml",
        "description": "The settings of a desk.",
        "type": "object",
        "properties": {**_properties(ROOT), **sections, **tables, "sla": _levels(), "rule": _rules()},
    }


def canned_schema() -> dict[str, Any]:
    """The schema (2020-12) of a canned response, a file of `canned/`; unknown keys are allowed there too."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "canned/NAME.toml",
        "description": "A canned response of a desk.",
        "type": "object",
        "required": ["body"],
        "properties": _properties(CANNED),
    }


def _section(name: str) -> dict[str, Any]:
    """Tables by name. A status needs a category, but for those that are shipped; the built-in ones stay as they are."""
    row = {"type": "object", "properties": _properties(SECTIONS[name])}
    if name == "view":
        row["required"] = ["filter"]
    if name != "status":
        return {"type": "object", "additionalProperties": row}
    return {
        "type": "object",
        "propertyNames": {"not": {"enum": list(CATEGORIES)}},
        "properties": {status.name: row for status in SHIPPED},
        "additionalProperties": {**row, "required": ["category"]},
    }


def _levels() -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "properties": _properties(LEVEL), "required": ["name"]}}


def _rules() -> dict[str, Any]:
    row = {"type": "object", "properties": _properties(RULE), "required": ["name", "do"]}
    return {"type": "array", "items": row}


def _properties(keys: Iterable[Key]) -> dict[str, Any]:
    return {key.name: {"description": key.about, **key.json} for key in keys}
