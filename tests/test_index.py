"""The index answers as the files do: after any change, with anybody writing, killed, damaged, or a stranger's."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.desks import AGENTS, asks, changes, make_desk, ticket
from tests.faults import KILL, run, why_no_strace
from tests.faults.sweep import CHANGING, fits, record
from ticketcli.core.view import objects
from ticketcli.desk import remembering
from ticketcli.desk.catalog import Catalog, Wanted
from ticketcli.desk.desk import open_desk
from ticketcli.edges import store

NOW = datetime(2024, 11, 25, 12, tzinfo=UTC)
WORDS = ("Printer", "jams", "Straße", "naïve", "e-mail", "log in", "ÜBER", "проблема", "x1", "500")


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "FEWEST", 0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    closing = [changes("c", 2, "2024-11-20 09:00", status="closed")]
    tickets = [
        ticket(
            asks(f"n{n}", f"2024-1{n % 2}-0{1 + n % 9} 08:00", f"Printer {n}", f"It jams, naïve x{n}."),
            *(closing if n % 3 == 0 else []),
        )
        for n in range(9)
    ]
    make_desk(tmp_path / "desk", tickets, AGENTS)
    return tmp_path / "desk"


def catalog(root: Path, now: datetime = NOW) -> Catalog:
    return Catalog(open_desk(root, {}), now)


def seen(found: list[Any]) -> list[dict[str, Any]]:
    return [objects.ticket(one) for one in found]


def expected(root: Path, now: datetime = NOW) -> list[dict[str, Any]]:
    files = catalog(root, now)
    return seen([files.situation(code) for code in sorted(files.paths) if files.ticket(code)])


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ticket files that are opened, by code, each time."""
    found: list[str] = []
    read = store.read

    def told(path: Path, **more: Any) -> store.Content:
        found.extend([path.stem] if path.parts[-3] == "tickets" else [])
        return read(path, **more)

    monkeypatch.setattr(store, "read", told)
    return found


def test_the_second_time_no_file_is_opened(root: Path, opened: list[str]) -> None:
    wanted = expected(root)
    age(root)
    opened.clear()
    assert seen(catalog(root).situations()) == wanted
    assert len(opened) == 9
    opened.clear()
    assert seen(catalog(root).situations()) == wanted
    assert [one.code for one in catalog(root).active()[0]]
    assert seen(catalog(root).situations(Wanted(texts=[["jams"]]))) == wanted
    assert opened == []


def test_young_files_are_read_again(root: Path, opened: list[str]) -> None:
    catalog(root).situations()
    opened.clear()
    catalog(root).situations()
    assert len(opened) == 9


def age(root: Path) -> None:
    """Makes all files older than what an index takes for young."""
    for number, path in enumerate(sorted(root.glob("tickets/*/*.toml"))):
        os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))


def test_what_is_wanted_is_found_and_counted(root: Path) -> None:
    files = catalog(root)
    active, counts = files.active()
    assert sorted(one.code for one in active) == [one["code"] for one in expected(root) if one["status"] != "closed"]
    assert counts == Counter(one["status"] for one in expected(root))
    assert [one.code for one in catalog(root).situations(Wanted(texts=[["x4"]]))] == [
        one["code"] for one in expected(root) if one["subject"] == "Printer 4"
    ]
    assert catalog(root).situations(Wanted(texts=[["nowhere"]])) == []
    assert catalog(root).situations(Wanted(key="nothing")) == []


def test_an_unreadable_ticket_is_named_every_time_and_hides_no_other(root: Path) -> None:
    path = min(root.glob("tickets/*/*.toml"))
    path.write_text("this is no ticket")
    for _ in range(2):
        files = catalog(root)
        assert len(files.situations()) == 8
        assert list(files.problems) == [path.stem]


def test_two_files_of_one_code_are_named(root: Path) -> None:
    catalog(root).situations()
    path = min(root.glob("tickets/*/*.toml"))
    (root / "tickets/2030-01").mkdir()
    twin = root / "tickets/2030-01" / path.name
    twin.write_bytes(path.read_bytes())
    for _ in range(2):
        files = catalog(root)
        assert len(files.situations()) == 8
        assert "the same code as" in str(files.problems[path.stem])
    twin.unlink()
    assert len(catalog(root).situations()) == 9


def test_settings_that_count_make_other_rows_and_no_others_do(root: Path, opened: list[str]) -> None:
    vendor = ticket(asks("v", "2024-11-01 08:00", "It"), changes("c", 2, "2024-11-02 08:00", status="vendor"))
    make_desk(root, [vendor], AGENTS)
    age(root)
    before = seen(catalog(root).situations())
    opened.clear()
    (root / "ticketcli.toml").write_text(f'stale_after = "90d"\n{AGENTS}')
    catalog(root).situations()
    assert opened == []
    (root / "ticketcli.toml").write_text(f'{AGENTS}\n[status.vendor]\ncategory = "postponed"\n')
    assert seen(catalog(root).situations()) == expected(root) != before


# Any changes, any questions

STEPS = (
    "write",
    "answer",
    "close",
    "postpone",
    "merge",
    "delete",
    "hand",
    "break",
    "move",
    "touch",
    "wait",
    "settings",
)


def change(root: Path, step: str, number: int, clock: list[datetime]) -> None:
    """One change of a desk, as somebody may make it: with the program, by hand, with git."""
    paths = sorted(root.glob("tickets/*/*.toml"))
    path = paths[number % len(paths)] if paths else root / "nothing"
    word = WORDS[number % len(WORDS)]
    if step == "write":
        made = ticket(asks(f"w{number}", "2024-11-24 08:00", f"{word} {number}", f"{word} {WORDS[number % 7]}"))
        make_desk(root, [made], AGENTS)
    elif step == "wait":
        clock[0] += timedelta(hours=number)
    elif step == "settings":
        name = ["open", "closed"][number % 2]
        (root / "ticketcli.toml").write_text(f'{AGENTS}\n[status.vendor]\ncategory = "{name}"\n')
    elif not paths:
        return
    elif step == "delete":
        path.unlink()
    elif step == "break":
        path.write_bytes(path.read_bytes()[: number * 7])
    elif step == "move":
        (root / "tickets/2031-01").mkdir(exist_ok=True)
        path.rename(root / "tickets/2031-01" / path.name)
    elif step == "touch":
        os.utime(path)
    elif step == "hand":
        text = path.read_text().replace('status = "new"', f'status = "{["open", "vendor", "closed"][number % 3]}"', 1)
        path.write_text(text.replace("Printer", word, 1))
    else:
        act(root, step, path.stem, paths[number * 7 % len(paths)].stem, number, clock[0])


def act(root: Path, step: str, code: str, other: str, number: int, now: datetime) -> None:
    from ticketcli.core.action import conversation, merge, status
    from ticketcli.core.errors import TicketError
    from ticketcli.desk.record import How, session

    actions: dict[str, Callable[[Any], Any]] = {
        "answer": lambda _: conversation.reply(conversation.Message(f"Try {WORDS[number % 5]}.")),
        "close": lambda _: status.move("closed"),
        "postpone": lambda _: status.move("postponed", until=now + timedelta(hours=number)),
        "merge": lambda work: merge.merge([work.catalog.situation(other)]),
    }
    try:
        with session(open_desk(root, {}, "ana"), How(now), step, str) as work:
            work.record(work.catalog.situation(work.catalog.find_root(code)), actions[step](work))
    except (TicketError, KeyError):
        pass


HISTORY = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 60), st.booleans()), max_size=12)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HISTORY, st.lists(st.sampled_from(WORDS), max_size=2), st.integers(0, 10**6))
def test_the_index_answers_as_the_files_do(tmp_path_factory: Any, history: Any, words: list[str], seed: int) -> None:
    root = tmp_path_factory.mktemp("desk") / str(seed)
    make_desk(root, [ticket(asks(f"n{n}", "2024-11-20 08:00", f"Printer {n}")) for n in range(3)], AGENTS)
    clock = [NOW]
    for step, number, looks in history:
        change(root, step, number, clock)
        if looks:
            age(root) if number % 2 else None
            compare(root, words, clock[0])
    compare(root, words, clock[0])


def compare(root: Path, words: list[str], now: datetime) -> None:
    files, known = catalog(root, now), catalog(root, now)
    every = [files.situation(code) for code in sorted(files.paths) if files.ticket(code)]
    assert seen(known.situations()) == seen(every)
    assert known.problems.keys() == files.problems.keys()
    active, counts = catalog(root, now).active()
    assert seen(active) == seen([one for one in every if one.category not in ("closed", "merged")])
    assert counts == Counter(one.status for one in every)
    acting = {one.code for one in catalog(root, now).situations(Wanted(acting=True))}
    from ticketcli.core.clock.agenda import due_now

    assert {one.code for one in every if not one.merged and due_now(one)} <= acting
    for word in words:
        found = {one.code for one in catalog(root, now).situations(Wanted(texts=[[word]])) if holds(one, word)}
        assert found == {one.code for one in every if holds(one, word)}


def holds(one: Any, word: str) -> bool:
    from ticketcli.core.words.looks import texts

    return any(word.casefold() in text.casefold() for text in texts(one))


# Whatever happens to it


def lists(root: Path) -> Callable[[], int]:
    """`ticket list --all`, for a fork."""
    from ticketcli.cli.main import main

    return lambda: main(["-C", str(root), "list", "--all"])


def kill_at(point: Any) -> tuple[str, ...]:
    return "-e", f"trace={point.call}", "-e", f"inject={point.call}:signal=KILL:when={point.ordinal}"


def test_a_command_that_is_killed_while_it_remembers_changes_no_answer(root: Path) -> None:
    if why := why_no_strace():
        pytest.skip(why)
    wanted = run(lists(root)).out
    own = root / ".ticketcli"

    def afresh() -> None:
        for path in own.glob("index*"):
            path.unlink()

    afresh()
    points = [point for point in record(lists(root), root, CHANGING) if fits(KILL, point)]
    assert len(points) > 10
    for point in points:
        afresh()
        killed = run(
            lists(root), "-e", f"trace={point.call}", "-e", f"inject={point.call}:signal=KILL:when={point.ordinal}"
        )
        assert killed.code in (-9, 0)
        again = run(lists(root))
        assert (again.code, again.out) == (0, wanted), point


def test_a_dead_command_leaves_what_was_there_and_the_next_one_changes(root: Path) -> None:
    if why := why_no_strace():
        pytest.skip(why)
    run(lists(root))
    path = min(root.glob("tickets/*/*.toml"))
    old, new = path.read_text(), path.read_text().replace("Printer", "Scanner")
    points = [point for point in record(lists(root), root, CHANGING) if fits(KILL, point)]
    for point in points:
        path.write_text(old)
        run(lists(root))
        path.write_text(new)
        run(lists(root), *kill_at(point))
        assert "Scanner" in run(lists(root)).out


def test_many_at_once_say_the_same(root: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    code = f"""
from ticketcli.cli.main import main
from ticketcli.desk import remembering
remembering.FEWEST = 0
main(["-C", {str(root)!r}, "list", "--all"])
"""
    at_once = [
        subprocess.Popen([sys.executable, "-c", code], env=environ, stdout=subprocess.PIPE, text=True) for _ in range(8)
    ]
    said = {process.communicate()[0] for process in at_once}
    assert len(said) == 1
    assert said.pop().count("\n") == 9


SHARED = """
import os, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from ticketcli.desk import catalog, desk, remembering, rereading
from ticketcli.edges import crew, index

ME, ROOT, COUNT = os.getpid(), Path(sys.argv[1]), int(sys.argv[2])
remembering.FEWEST, rereading._ENOUGH, rereading._TOGETHER = 0, 1, 2
crew.hands = lambda: COUNT
rows, save, parts = rereading._rows, index.save, []

def told(files, wanted, some):
    if os.getpid() != ME and (other := sys.argv[3]) and any(code == other for _, code in some):
        os.kill(os.getpid(), signal.SIGKILL)
    parts.append(some)
    return rows(files, wanted, some)

def until(opened, some):
    save(opened, some)
    parts.append(0)
    if sys.argv[4] and parts.count(0) == int(sys.argv[4]):
        os.kill(ME, signal.SIGKILL)

rereading._rows, index.save = told, until
catalog.Catalog(desk.open_desk(ROOT, {}), datetime(2024, 11, 25, 12, tzinfo=UTC)).situations()
print(len(parts) - parts.count(0))
"""


def build(root: Path, count: int, dies: str = "", killed: str = "") -> str:
    """Makes an index by so many processes, two files at a time; how many parts were read by the one that writes it.

    A worker dies where it comes to a code, or that process is killed after so many parts.
    """
    (root / ".ticketcli/index.sqlite").unlink(missing_ok=True)
    command = [sys.executable, "-c", SHARED, str(root), str(count), dies, killed]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=not killed, timeout=60).stdout


def content(root: Path) -> list[list[tuple[object, ...]]]:
    """What an index says, without the marks of the files: these are empty where a file was written just before."""
    connection = sqlite3.connect(root / ".ticketcli/index.sqlite")
    connection.execute("UPDATE ticket SET mark = ''")
    parts = ("* FROM ticket", "* FROM touches", "* FROM text", "name FROM month", "* FROM vocabulary")
    found = [list(connection.execute(f"SELECT {part}")) for part in parts]
    connection.close()
    return found


def test_several_processes_remember_what_one_does(root: Path) -> None:
    age(root)
    max(root.glob("tickets/*/*.toml")).write_text("this is no ticket")
    codes = sorted(path.stem for path in root.glob("tickets/*/*.toml"))
    assert build(root, 1) == "5\n"
    alone = content(root)
    assert [len(table) for table in alone[:3]] == [9, 0, 8]
    assert build(root, 3) == "0\n", "the files are read by the others"
    assert content(root) == alone
    assert build(root, 3, dies=codes[2]) == "2\n", "what a dead worker owes is read after all"
    assert content(root) == alone


def test_nothing_is_left_of_an_index_whose_maker_is_killed(root: Path) -> None:
    age(root)
    assert build(root, 3, killed="3") == ""
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        content(root)
    assert seen(catalog(root).situations()) == expected(root)
    assert len(content(root)[0]) == 9


@pytest.mark.parametrize("content", [b"", b"garbage" * 1000, b"SQLite format 3\0" + b"\1" * 9000])
def test_a_damaged_index_is_made_anew_without_a_word(
    root: Path, opened: list[str], content: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    catalog(root).situations()
    (root / ".ticketcli/index.sqlite").write_bytes(content)
    for _ in range(2):
        assert seen(catalog(root).situations()) == expected(root)
    age(root)
    catalog(root).situations()
    opened.clear()
    catalog(root).situations()
    assert opened == []
    assert capfd.readouterr() == ("", "")


def test_an_index_torn_in_the_middle_is_noticed(root: Path) -> None:
    catalog(root).situations()
    path = root / ".ticketcli/index.sqlite"
    data = bytearray(path.read_bytes())
    for place in range(4096, len(data), 4096):
        torn = bytes(data[:place]) + b"\xff" * 4096 + bytes(data[place + 4096 :])
        path.write_bytes(torn)
        assert {one["code"] for one in seen(catalog(root).situations())} <= {one["code"] for one in expected(root)}


def test_another_version_of_the_program_makes_its_own(
    root: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    age(root)
    catalog(root).situations()
    monkeypatch.setattr("ticketcli.__version__", "99")
    opened.clear()
    catalog(root).situations()
    assert len(opened) == 9


def test_what_a_stranger_brings_is_not_believed(root: Path, tmp_path: Path) -> None:
    """An index that came with a copied desk, and one that is a link."""
    age(root)
    catalog(root).situations()
    lie(root / ".ticketcli/index.sqlite")
    assert "Lies" in str(seen(catalog(root).situations()))  # whoever writes in the clone itself is believed
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-a", str(root), str(copy)], check=True)
    assert "Lies" not in str(seen(catalog(copy).situations()))
    path = root / ".ticketcli/index.sqlite"
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert "Lies" not in str(seen(catalog(root).situations()))


def lie(path: Path) -> None:
    with sqlite3.connect(path) as made:
        made.execute("UPDATE ticket SET head = replace(head, 'Printer', 'Lies')")
    made.close()


def test_without_a_place_to_write_the_files_are_read(root: Path) -> None:
    (root / ".ticketcli").rmdir() if (root / ".ticketcli").is_dir() else None
    (root / ".ticketcli").write_text("in the way")
    assert seen(catalog(root).situations()) == expected(root)


def test_a_small_desk_has_none(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "FEWEST", 10)
    assert len(catalog(root).situations()) == 9
    assert not list(root.glob(".ticketcli/index*"))


def test_an_earlier_instant_is_read_from_the_files(root: Path, opened: list[str]) -> None:
    assert len(Catalog(open_desk(root, {}), NOW, NOW - timedelta(days=30)).situations()) < 9
    assert len(opened) == 9
