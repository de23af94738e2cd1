"""What mends need: the session that writes, and every original kept beside. It does not know what is wrong."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ticketcli.edges import store

if TYPE_CHECKING:
    from ticketcli.desk.record import Session


@dataclass
class Mending:
    """One run of `ticket check --fix` under the lock of the desk."""

    work: Session
    originals: dict[Path, str] = field(default_factory=dict)
    """Where the first content of each file that was written lies now."""

    def keep(self, path: Path, data: bytes) -> str:
        """Says where a file's content is kept; kept once, as .ticketcli/NAME.orig, beside older ones."""
        if path not in self.originals:
            place = self.work.desk.root / ".ticketcli" / f"{path.stem}.orig"
            number = 1
            while os.path.lexists(place):
                number += 1
                place = place.with_name(f"{path.stem}.orig{number}")
            store.write(place, data, old=None, limit=max(len(data), store.LIMIT))
            self.originals[path] = f"the original is .ticketcli/{place.name}"
        return self.originals[path]

    def rewrite(self, code: str) -> str:
        """Writes a ticket as it reads, what a hand did recorded; says where the original is."""
        opened = self.work.catalog.opened(code)
        assert opened is not None, code
        kept = self.keep(self.work.catalog.paths[code], opened[0].data)
        self.work.save(opened[1].ticket)
        return kept

    def replace(self, path: Path, data: bytes, old: bytes | None) -> str:
        """Gives a ticket's file that could not be read a content that can; says where the original is."""
        kept = self.keep(path, old) if old is not None else ""
        if data != old:
            store.write(path, data, old=old)
        self.wrote(path)
        return kept

    def remove(self, path: Path, data: bytes) -> str:
        """Takes a file away that lies elsewhere now; says where the original is."""
        kept = self.keep(path, data)
        path.unlink()
        self.work.paths.append(path)
        catalog = self.work.catalog
        if catalog.paths.get(path.stem) == path:
            del catalog.paths[path.stem]
        return kept

    def wrote(self, path: Path) -> None:
        """Lets the session commit a ticket's file, and read it again."""
        self.work.paths.append(path)
        self.work.codes.append(path.stem)
        self.work.catalog.problems.pop(path.stem, None)
        self.work.catalog.forget(path.stem, path)
