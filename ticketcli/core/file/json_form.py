"""A ticket file as JSON and back, exactly: the same keys, and what JSON has no word for as TOML. It reads no line.

Times that the tables of fields and of event keys know are texts, as `ticket_schema` says. Any other value that JSON
lacks (a date, nan) is `{"toml": "2026-11-20"}`; a table whose only key is "toml" stands in another one, so that it is
not taken for that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time
from math import isfinite
from typing import TYPE_CHECKING, Any

import tomli

from ticketcli.core.errors import TicketError
from ticketcli.core.file.hand import header_change
from ticketcli.core.file.layout import event_items, ticket_items
from ticketcli.core.file.reader import DEPTH_LIMIT, shallow
from ticketcli.core.file.sheet import Sheet, as_ticket, sheet_of
from ticketcli.core.file.values import clean_halves, nested, value_text
from ticketcli.core.ticket.fields import TIMES

if TYPE_CHECKING:
    from ticketcli.core.ticket.event import Event, Value
    from ticketcli.core.ticket.fold import Ticket

TAG = "toml"
_EVENT_TIMES = ("at", "claimed_at")
_SCALAR = re.compile(r"[0-9T:. +-]{1,40}|[+-]?(?:nan|inf)")
_SOME_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class Wrong(TicketError):
    """JSON that says no ticket."""


def ticket_object(ticket: Ticket) -> dict[str, Any]:
    """The file of a ticket as an object of which JSON can be made."""
    header = nested(ticket_items(ticket))
    return {**_table(header, TIMES), "event": [_event_object(event) for event in ticket.events]}


def ticket_of(found: Any) -> Ticket:
    """The ticket that such an object says. Raises Wrong, or Invalid as a file does."""
    if not isinstance(found, dict):
        raise Wrong("the ticket is not an object")
    data = _timed(values_of(found), TIMES)
    events = data.get("event")
    if isinstance(events, list):
        data["event"] = [_event_table(event) if isinstance(event, dict) else event for event in events]
    for key, value in data.items():
        if not shallow(value, DEPTH_LIMIT + 2 * (key == "event")):
            raise Wrong(f"nested deeper than {DEPTH_LIMIT} levels")
    sheet = sheet_of(data)
    ticket = as_ticket(sheet, sheet.events)
    _check_header(sheet, ticket)
    return ticket


def values_of(found: Mapping[str, Any]) -> dict[str, Value]:
    """The TOML values of an object. Raises Wrong at null, and at what stands for no value."""
    return {clean_halves(key): _value(key, value) for key, value in found.items()}


def _event_object(event: Event) -> dict[str, Any]:
    table = nested(event_items(event))
    made = _table({key: value for key, value in table.items() if key not in ("set", "redacted")}, _EVENT_TIMES)
    if "set" in table:
        made["set"] = _table(table["set"], TIMES)
    if event.redacted:
        made["redacted"] = _table(_filled(event.redacted), ("at",))
    return {key: made[key] for key in table}


def _table(table: Mapping[str, Value], times: tuple[str, ...]) -> dict[str, Any]:
    """A table as an object; what may be taken for a value of TOML stands in another one."""
    made = {key: _iso(value) if key in times and _instant(value) else _plain(value) for key, value in table.items()}
    return {TAG: made} if made.keys() == {TAG} else made


def _plain(value: Value) -> Any:
    if isinstance(value, str | bool | int) or (isinstance(value, float) and isfinite(value)):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return _table(_filled(value), ())
    if isinstance(value, Mapping):
        return _table(value, ())
    return {TAG: value_text(value)}


def _filled(value: Any) -> dict[str, Value]:
    parts = {part.name: getattr(value, part.name) for part in fields(value)}
    return {name: inside for name, inside in parts.items() if inside != ()}


def _instant(value: Value) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None


def _iso(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def _value(key: str, value: Any) -> Value:
    if value is None:
        raise Wrong(f"{clean_halves(key)} is null; leave it out")
    if isinstance(value, str):
        return clean_halves(value)
    if isinstance(value, list):
        return [_value(key, item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() != {TAG}:
        return values_of(value)
    inside = value[TAG]
    return values_of(inside) if isinstance(inside, dict) else _scalar(key, inside)


def _scalar(key: str, text: Any) -> date | time | float:
    """The date, time or number that a text of TOML says."""
    try:
        found: Any = tomli.loads(f"v = {text}\n")["v"] if isinstance(text, str) and _SCALAR.fullmatch(text) else ""
    except ValueError:
        found = ""
    if not isinstance(found, date | time | float):
        raise Wrong(f'{clean_halves(key)}: "{TAG}" holds a date, a time, nan or inf, as in {{"{TAG}": "2026-11-20"}}')
    return found


def _event_table(table: dict[str, Value]) -> dict[str, Value]:
    timed = _timed(table, _EVENT_TIMES)
    for key, times in (("set", TIMES), ("redacted", ("at",))):
        if isinstance(timed.get(key), dict):
            timed[key] = _timed(timed[key], times)
    return timed


def _timed(table: dict[str, Value], times: tuple[str, ...]) -> dict[str, Value]:
    """A table whose times are no texts any more; a text that is none stays, and is refused as in a file."""
    return {key: instant_of(value) if key in times else value for key, value in table.items()}


def instant_of(value: Value) -> Value:
    """The time that a text says, with its zone; anything else as it is."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value
    return found if _instant(found) else value


def _check_header(sheet: Sheet, ticket: Ticket) -> None:
    """A header may be left out; one that says otherwise than the events was changed, and nobody knows by whom."""
    change = header_change(ticket, sheet, _SOME_TIME) if sheet.values or sheet.lists else None
    if change:
        names = sorted({path[0] for path in change.set} | change.lists.keys())
        raise Wrong(f"its events say otherwise of {', '.join(names)}; add an event, or leave the header out")
