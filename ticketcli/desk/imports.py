"""Import: files of another system become tickets of this desk. It does not know what they mean: a mapping says it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ticketcli.core.action.level import with_levels
from ticketcli.core.errors import BadWords, TicketError
from ticketcli.core.intake import mapping as mappings
from ticketcli.core.intake.history import Reading, read_tickets
from ticketcli.core.intake.incoming import ticket, updated
from ticketcli.desk.catalog import Catalog
from ticketcli.desk.record import How, save_all, session
from ticketcli.edges import store

if TYPE_CHECKING:
    import csv

    from ticketcli.core.intake.mapping import ColumnMap
    from ticketcli.core.intake.rows import NumberedRow
    from ticketcli.core.ticket.fold import Ticket
    from ticketcli.core.words.settings import Settings
    from ticketcli.desk.desk import Desk

LONGEST_CELL = store.LIMIT


class BadFile(TicketError):
    """A file to import that cannot be read; nothing was imported."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}; nothing was imported")


class UnreadableMap(BadWords):
    """A mapping file that is no TOML, or not there."""

    def __init__(self, path: Path, why: object) -> None:
        super().__init__(f'cannot read the mapping "{path}": {why}; mend it and give the command again')


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or with a dry run would do: numbers of tickets, and a sentence for each row left out."""

    created: int
    updated: int
    unchanged: int
    problems: tuple[str, ...]


def import_csv(
    desk: Desk,
    csv_path: Path,
    map_path: Path,
    how: How,
    *,
    dry_run: bool,
    warn: Callable[[str], None],
    progress: Callable[[int, int], None],
) -> Imported:
    """Adds the tickets of a CSV file, or what is new in them, under one lock and in one commit.

    The whole file is read before anything is written. `progress` is told how many tickets of how many are done.
    """
    mapping = read_map(map_path, desk.settings)
    reading = _read(csv_path, mapping, desk.settings)
    if dry_run:
        return _plan(reading, Catalog(desk, how.now))[1]
    with session(desk, how, "import csv", warn) as work:
        tickets, planned = _plan(reading, work.catalog)
        save_all(work, tickets, lambda done: progress(done, len(tickets)))
    return planned


def read_map(path: Path, settings: Settings) -> ColumnMap:
    """The mapping in a file. Raises UnreadableMap and BadMap."""
    import tomli

    try:
        return mappings.load(tomli.loads(path.read_text(encoding="utf-8-sig")), settings)
    except OSError as error:
        raise UnreadableMap(path, error.strerror or error) from error
    except (ValueError, RecursionError) as error:  # both errors of TOML and of UTF-8 are ValueErrors
        raise UnreadableMap(path, error) from error


def _read(path: Path, mapping: ColumnMap, settings: Settings) -> Reading:
    import csv

    limit = csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open(encoding=mapping.encoding, newline="") as file:
            return read_tickets(_rows(csv.DictReader(file, delimiter=mapping.delimiter)), mapping, settings)
    except OSError as error:
        raise BadFile(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise BadFile(path, f'{error}; say in the mapping which encoding it has, as in encoding = "cp1252"') from error
    except csv.Error as error:
        raise BadFile(path, str(error)) from error
    finally:
        csv.field_size_limit(limit)


def _rows(reader: csv.DictReader[str]) -> Iterator[NumberedRow]:
    """The rows, each with the line on which it begins."""
    line = 2 if reader.fieldnames else 1
    for row in reader:
        yield line, row
        line = reader.line_num + 1


def _plan(reading: Reading, catalog: Catalog) -> tuple[list[Ticket], Imported]:
    """The tickets to write as they shall stand, and how many are new, changed and unchanged."""
    problems = list(map(str, reading.problems))
    wanted: list[Ticket] = []
    created = unchanged = 0
    for imported in (with_levels(ticket(one), catalog.desk.settings.levels) for one in reading.incoming):
        here = catalog.ticket(imported.code)
        if here is None and imported.code in catalog.paths:  # a damaged file hides no other ticket, and is not replaced
            problems.append(str(catalog.problems[imported.code]))
            continue
        after = updated(here, imported) if here else imported
        created, unchanged = created + (here is None), unchanged + (after is here)
        if after is not here:
            wanted.append(after)
    return wanted, Imported(created, len(wanted) - created, unchanged, tuple(problems))
