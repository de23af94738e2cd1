"""Which file holds which ticket: looked up one by one, or listed all at once. It opens none of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping, Sequence
from pathlib import Path

from ticketcli.edges.store.listing import Month, months, scan


class TicketFiles(MutableMapping[str, Path]):
    """The file of each code. One code is looked for in every month; all are listed only when somebody asks for all."""

    def __init__(self, root: Path) -> None:
        self._folder = root / "tickets"
        self._root = root
        self._found: dict[str, str] = {}
        self._twins: dict[str, list[Path]] = {}
        self._missing: set[str] = set()
        self._months: Sequence[Month] = ()
        self._listed = False

    def __getitem__(self, code: str) -> Path:
        return self._path(self._month(code), code)

    def __contains__(self, code: object) -> bool:  # without the path that the one inherited makes
        try:
            return bool(self._month(str(code)))
        except KeyError:
            return False

    def __setitem__(self, code: str, path: Path) -> None:
        self._found[code] = path.parent.name

    def __delitem__(self, code: str) -> None:
        del self._found[code]
        self._missing.add(code)

    def __iter__(self) -> Iterator[str]:
        self.list_all()
        return iter(list(self._found))

    def __len__(self) -> int:
        self.list_all()
        return len(self._found)

    @property
    def whole(self) -> bool:
        """Whether all are known already."""
        return self._listed or bool(self._months)

    def twins(self, code: str) -> list[Path]:
        """The files of a code that more than one has."""
        return self._twins.get(code, [])

    def scanned(self, months: Sequence[Month]) -> None:
        """Takes all from somebody who has just read the directories, if that were all."""
        if all(month.read for month in months):
            self._months = months

    def list_all(self) -> None:
        """Lists them all at once, where one by one each would be looked for in every month."""
        if not self._listed:
            self._listed = True
            for month in sorted(self._months or scan(self._root), key=lambda month: month.name):
                for name in month.names:
                    self._add(name.removesuffix(".toml"), month.name)

    def _month(self, code: str) -> str:
        if code not in self._found and not self._listed and code not in self._missing:
            self._look_for(code)
        return self._found[code]

    def _look_for(self, code: str) -> None:
        if "/" not in code and "\0" not in code and not code.startswith("."):  # a pointer may hold anything
            for month in months(self._root):
                if os.path.lexists(self._path(month, code)):
                    self._add(code, month)
        if code not in self._found:
            self._missing.add(code)

    def _add(self, code: str, month: str) -> None:
        if code in self._found and self._found[code] != month:
            twins = self._twins.setdefault(code, [self._path(self._found[code], code)])
            twins.append(self._path(month, code))
        self._found[code] = month

    def _path(self, month: str, code: str) -> Path:
        return Path(f"{self._folder}/{month}/{code}.toml")
