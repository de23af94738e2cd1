"""Rows of a file of another system, read by a mapping into values. It does not know what they add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from ticketcli.core.clock.times import EARLIEST, LATEST
from ticketcli.core.errors import BadWords
from ticketcli.core.intake.mapping import PART, TIMES, VALUES, ColumnMap, check_columns, closed_set
from ticketcli.core.ticket.who import lenient

if TYPE_CHECKING:
    from ticketcli.core.ticket.event import Path, Value
    from ticketcli.core.words.settings import Settings

NumberedRow = tuple[int, Mapping[str, str]]
"""The line of a row in its file, and its cells by column."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot be used, and why."""

    line: int
    what: str
    number: str = ""
    """The ticket it belongs to, as far as it says so."""

    def __str__(self) -> str:
        return f"line {self.line}: {self.number + ': ' if self.number else ''}{self.what}"


class Row(NamedTuple):
    """What one row says; empty or None where it says nothing. Times are aware and in UTC."""

    line: int
    number: str
    at: datetime | None
    opened: datetime | None
    resolved: datetime | None
    closed: datetime | None
    status: str
    said_status: str
    """The status as the other system calls it: part of what names the row."""
    values: dict[Path, Value]
    """The fields that it sets, and under ("tags",) its tags."""
    by: str
    resolver: str
    description: str
    channel: str
    role: str
    text: str


class BadCell(BadWords):
    """A cell that cannot be read."""


def read(numbered: Iterable[NumberedRow], mapping: ColumnMap, settings: Settings) -> Iterator[Row | Problem]:
    """The rows in the order of the file, a bad one as a problem. Raises BadMap where the file lacks a column."""
    reader = _Reader(mapping, settings)
    header: list[str] = []
    for line, cells in numbered:
        if not header:
            header = [column for column in cells if column]
            check_columns(mapping, header)
        number = ""
        try:
            _check_width(cells)
            number = reader.text["number"](cells)
            if not number:
                raise BadCell("no number, so nobody knows to which ticket it belongs")
            yield reader.row(line, number, cells)
        except BadCell as problem:
            yield Problem(line, str(problem), number)


def _check_width(cells: Mapping[str, str]) -> None:
    if None in cells or None in cells.values():  # csv.DictReader's marks for too many and too few
        more_or_less = "more" if None in cells else "fewer"
        raise BadCell(f"{more_or_less} cells than the first line has columns")


class _Reader:
    """A mapping made ready for many rows: what a cell means is worked out once for each text that stands in it."""

    def __init__(self, mapping: ColumnMap, settings: Settings) -> None:
        texts = ("number", "by", "resolver", "description", "text")
        picks = {key: _picker(key, settings) for key in ("status", "priority", "channel", "role")}
        self.defaults = {("priority",): "normal"} if "normal" in settings.priorities else {}
        self.text = {key: _reader(mapping, key, str) for key in texts}
        self.pick = {key: _reader(mapping, key, pick) for key, pick in picks.items()}
        time = _timer(mapping)
        self.time = {key: _reader(mapping, key, time) for key in TIMES}
        self.said_status = _reader(mapping, "status", str, translated=False)
        self.customer = _reader(mapping, "customer", _customer)
        kept = [key for key in mapping.cells if key in VALUES or key.startswith(("customer.", "fields."))]
        self.values = [
            (tuple(key.split(".", 1)), _reader(mapping, key, picks.get(key) or _converter(key))) for key in kept
        ]

        columns = [column for key in ("number", "customer", *kept) for column in _columns(mapping, key)]
        self.told = itemgetter(*columns)
        self.latest: tuple[Any, dict[Path, Value]] = None, {}

    def row(self, line: int, number: str, cells: Mapping[str, str]) -> Row:
        text, pick, time = self.text, self.pick, self.time
        return Row(
            line=line,
            number=number,
            at=time["at"](cells),
            opened=time["opened"](cells),
            resolved=time["resolved"](cells),
            closed=time["closed"](cells),
            status=pick["status"](cells),
            said_status=self.said_status(cells),
            values=self._values(number, cells),
            by=text["by"](cells),
            resolver=text["resolver"](cells),
            description=text["description"](cells),
            channel=pick["channel"](cells),
            role=pick["role"](cells),
            text=text["text"](cells),
        )

    def _values(self, number: str, cells: Mapping[str, str]) -> dict[Path, Value]:
        """The values of a row; the very same as those of the row before where it says the same, as most rows do."""
        told = self.told(cells)
        if told != self.latest[0]:
            self.latest = told, self._worked_out(number, cells)
        return self.latest[1]

    def _worked_out(self, number: str, cells: Mapping[str, str]) -> dict[Path, Value]:
        found = {("subject",): number, **self.defaults, **self.customer(cells)}
        for path, read_value in self.values:
            value = read_value(cells)
            if value:
                found[path] = value
        return found


def _columns(mapping: ColumnMap, key: str) -> list[str]:
    cell = mapping.cells.get(key)
    return cell.columns if cell else []


def _reader(
    mapping: ColumnMap, key: str, convert: Callable[[str], Any], *, translated: bool = True
) -> Callable[[Mapping[str, str]], Any]:
    """Gives what a key's cell means in a row; what nothing means where the mapping does not have the key."""
    cell = mapping.cells.get(key)
    nothing = convert("")
    if cell is None:
        return lambda cells: nothing
    column, values = cell.column, cell.values if translated else {}

    @cache
    def meaning(text: str) -> Any:
        text = text.strip()
        return nothing if text in mapping.missing else convert(values.get(text, text))

    if "{" in column:
        return lambda cells: meaning(PART.sub(lambda part: cells[part[1]].strip(), column))
    return lambda cells: meaning(cells[column])


def _picker(key: str, settings: Settings) -> Callable[[str], str]:
    """Gives the desk's own spelling of a value of a closed set."""
    known = {value.casefold(): value for value in closed_set(key, settings)}

    def pick(text: str) -> str:
        if text and text.casefold() not in known:
            raise BadCell(
                f'unknown {key} "{text}"; say what it means under [{key}.values], one of: {", ".join(known.values())}'
            )
        return known[text.casefold()] if text else ""

    return pick


def _converter(key: str) -> Callable[[str], Value]:
    if key == "tags":
        return _tags
    return str if key.startswith("fields.") else lambda text: " ".join(text.split())


def _tags(text: str) -> tuple[str, ...]:
    return tuple(sorted({tag.strip() for tag in text.replace(";", ",").split(",")} - {""}))


def _customer(text: str) -> dict[Path, str]:
    who = lenient(text)
    return {("customer", name): value for name, value in (("name", who.name), ("email", who.email)) if value}


def _timer(mapping: ColumnMap) -> Callable[[str], datetime | None]:
    @cache  # strptime takes longer than all else that a row costs, and the columns share their times
    def time(text: str) -> datetime | None:
        return _instant(text, mapping) if text else None

    return time


def _instant(text: str, mapping: ColumnMap) -> datetime:
    for form in mapping.time_formats:
        try:
            found = datetime.fromisoformat(text) if form == "iso" else datetime.strptime(text, form)
            found = found if found.tzinfo else found.replace(tzinfo=mapping.zone)
            instant = found.astimezone(UTC).replace(microsecond=0)
        except (ValueError, OverflowError):
            continue
        if EARLIEST <= instant <= LATEST:
            return instant
    raise BadCell(f'cannot read the time "{text}"; the mapping\'s "time_format" is {" or ".join(mapping.time_formats)}')
