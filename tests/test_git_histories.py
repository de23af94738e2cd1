"""Random histories of a desk in some clones under real git: nothing is lost, and all end with the same bytes."""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from shutil import rmtree

import pytest

from tests import hand_edits as hand
from tests.git_clones import COMMAND, ELSE, OURS, UNION, Clone, clones, resident, template
from tests.git_moves import exchange, step
from tests.git_play import World, redacted, said
from tests.test_histories import check_shown_once, roots
from ticketcli.cli.main import main
from ticketcli.core.errors import TicketError
from ticketcli.core.file.document import read
from ticketcli.core.file.spans import comments
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.thread import gather

EXPLAINED = (
    "which does not point to it",
    "which does not show it",
    "merged in a circle",
    "not yet recorded",
    "order mark",
)
"""What two clones may do to tickets that they merge and split at the same time, and what hands did at the end."""


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("desk"))


def play(desk: Path, folder: Path, seed: int, driver: str = "") -> Counter[str]:
    """What a history counted, after all that has to hold at its end."""
    pick = Random(seed)
    world = World([], folder / "origin.git", pick, datetime.now(UTC).replace(microsecond=0))
    with resident(folder, lambda: world.now) as ours:
        world.clones = clones(desk, folder, pick.choice([3, 3, 3, 4, 5]), driver or ours)
        try:
            for _ in range(pick.randrange(12, 21)):
                step(world)
            world.counts["differing"] = exchange(world)
            check_end(world)
        except Exception as error:
            error.add_note("\n".join([f"seed {seed}", *world.story]))
            raise
    world.counts["acknowledged"] = len(world.acknowledged)
    return world.counts


def check_end(world: World) -> None:
    """The same bytes everywhere, and in them all that was written."""
    first = world.clones[0]
    assert len({clone.head for clone in world.clones}) == 1
    files = [{code: hand.opened(data) for code, data in clone.files().items()} for clone in world.clones]
    assert all(one == files[0] for one in files), "the work trees differ"
    world.counts["crlf"] = sum(b"\r" in data for clone in world.clones for data in clone.files().values())
    assert first.git("fsck", "--no-dangling") == ""
    copy = {code: read(text.encode(), mtime=world.now).ticket for code, text in files[0].items()}
    check_events(world, copy)
    check_words(world, first, copy)
    check_shown_once(copy)
    check_health(first)


def check_events(world: World, copy: dict[str, Ticket]) -> None:
    ids = {event_id for ticket in copy.values() for event_id in ticket.by_id}
    lost = world.acknowledged - ids - world.excused
    assert not lost, f"an event that a command saved is not there: {lost}"
    world.counts["excused"] = len(world.acknowledged & world.excused)
    typed = Counter(event.body for ticket in copy.values() for event in ticket.events if "typed" in event.body)
    assert set(typed.values()) <= {1}, "a typed event is there twice"


def check_words(world: World, clone: Clone, copy: dict[str, Ticket]) -> None:
    """Every text, value and comment that nobody took out; what was blacked out in one clone is so in all."""
    text, red = said(clone), redacted(clone)
    lost = {word for word, event in world.words.items() if word not in text and event not in red} - world.excused
    assert not lost, f"what was written is not there: {lost}"
    rows = {row for data in clone.files().values() for row in comments(hand.opened(data))}
    lost = {word for word in world.words if word.startswith("comment") and f"# {word}" not in rows} - world.excused
    assert not lost, f"a comment is lost: {lost}"
    told = {word for word, event in world.words.items() if event in red} - world.excused
    back = {word for word in told if word in shown(copy)}
    assert not back, f"a redacted text is shown: {back}"
    world.counts["comments"] = world.counts["comment"]
    world.counts["back"] = sum(f"# {word}" in rows for word in world.excused)


def shown(copy: dict[str, Ticket]) -> str:
    """All texts that people see."""
    entries = (entry for code in roots(copy) for entry in gather(code, copy.get).messages if not entry.hidden)
    return "".join(entry.event.body for entry in entries)


def check_health(clone: Clone) -> None:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
        main(["-C", str(clone.root), "check"])
    found = [line for line in said.getvalue().splitlines() if not any(one in line for one in EXPLAINED)]
    assert not found, found


@pytest.mark.parametrize("seed", range(20))
def test_histories(desk: Path, tmp_path: Path, seed: int) -> None:
    play(desk, tmp_path, seed, COMMAND if seed % 15 == 7 else "")


@pytest.mark.long
@pytest.mark.parametrize("begin", range(20, 500, 20))
def test_many_histories(desk: Path, tmp_path: Path, begin: int) -> None:
    counts = sum(played(desk, tmp_path, range(begin, begin + 20)), Counter())
    print(f"20 histories: {dict(counts)}")


def played(desk: Path, folder: Path, seeds: Iterable[int], driver: str = "") -> Iterator[Counter[str]]:
    """What each of these histories counted."""
    for seed in seeds:
        here = folder / str(seed)
        here.mkdir()
        yield play(desk, here, seed, driver)
        rmtree(here)


@pytest.mark.parametrize("driver", [OURS, UNION, ELSE])
def test_a_driver_that_knows_no_tickets_is_seen(desk: Path, tmp_path: Path, driver: str) -> None:
    with pytest.raises((AssertionError, TicketError)):
        list(played(desk, tmp_path, range(8), driver))
