"""The files of a desk: what is read, what is refused, what a write leaves behind."""

from __future__ import annotations

import hashlib
import os
import resource
import stat
import timeit
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ticketcli.core.errors import ChangedMeanwhile, NotSaved, TicketError
from ticketcli.edges import store

OLD, NEW = b'subject = "old"\n', b'subject = "new, and longer"\n'


@pytest.fixture
def ticket(tmp_path: Path) -> Path:
    path = tmp_path / "tickets" / "2026-11" / "7KQ-M2RTX-4BG.toml"
    path.parent.mkdir(parents=True)
    path.write_bytes(OLD)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refused_to_read(path: Path) -> str:
    with pytest.raises(store.Unreadable) as caught:
        store.read(path)
    assert caught.value.exit_code == 1
    assert caught.value.path == path
    return caught.value.why


def refused_to_write(path: Path, data: bytes = NEW, *, old: bytes | None = OLD) -> str:
    with pytest.raises(store.NotSavedHere) as caught:
        store.write(path, data, old=old)
    assert caught.value.exit_code == 74
    assert str(caught.value).endswith("; nothing was changed")
    return str(caught.value).removeprefix(f'could not save "{path}": ').removesuffix("; nothing was changed")


# Reading


def test_read_gives_the_bytes_and_what_stat_says(ticket: Path) -> None:
    os.utime(ticket, ns=(0, 1_795_000_000_987_654_321))
    found = store.read(ticket)
    assert found == store.Content(
        OLD, datetime.fromtimestamp(1_795_000_000, UTC), 1_795_000_000_987_654_321, len(OLD), ticket.stat().st_ino
    )


@pytest.mark.parametrize("seconds", [-5, 2**33])
def test_read_survives_a_time_from_nowhere(ticket: Path, seconds: int) -> None:
    os.utime(ticket, (seconds, seconds))
    assert store.read(ticket).mtime.tzinfo is UTC


def test_times_stay_inside_the_calendar() -> None:
    from ticketcli.edges.store.reading import utc

    assert utc(10**21) == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_read_follows_no_link_and_waits_for_no_pipe(ticket: Path, tmp_path: Path) -> None:
    link, pipe = tmp_path / "link", tmp_path / "pipe"
    link.symlink_to(ticket)
    os.mkfifo(pipe)
    assert refused_to_read(link) == "it is a symbolic link"
    assert refused_to_read(pipe) == "it is not a regular file"
    assert refused_to_read(tmp_path) == "it is not a regular file"
    assert refused_to_read(tmp_path / "a\0b") == "embedded null byte"


def test_read_allows_a_second_hard_link(ticket: Path, tmp_path: Path) -> None:
    os.link(ticket, tmp_path / "second")
    assert store.read(ticket).data == OLD


def test_read_refuses_more_than_the_limit(ticket: Path) -> None:
    ticket.write_bytes(b"x" * store.LIMIT)
    assert len(store.read(ticket).data) == store.LIMIT
    with ticket.open("ab") as file:
        file.write(b"y")
    assert refused_to_read(ticket) == "it is larger than 8 MiB"


def test_read_says_when_there_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(store.Missing, match=r'cannot read ".*/none.toml": no such file'):
        store.read(tmp_path / "none.toml")


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no /proc here")
def test_read_trusts_no_size() -> None:
    assert store.read(Path("/proc/self/cmdline")).data  # stat says 0 bytes
    with pytest.raises(store.Unreadable, match="larger"):
        store.read(Path("/proc/self/maps"), limit=1000)


# Writing


def test_write_replaces_and_leaves_nothing_behind(ticket: Path) -> None:
    store.write(ticket, NEW, old=OLD)
    assert ticket.read_bytes() == NEW
    assert names(ticket.parent) == [ticket.name]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=st.binary(max_size=300), new=st.binary(max_size=300))
def test_what_was_written_is_read(ticket: Path, old: bytes, new: bytes) -> None:
    ticket.write_bytes(old)
    store.write(ticket, new, old=old)
    assert store.read(ticket).data == new


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_write_keeps_the_mode(ticket: Path, mode: int) -> None:
    ticket.chmod(mode)
    store.write(ticket, NEW, old=OLD)
    assert stat.S_IMODE(ticket.stat().st_mode) == mode


def test_write_keeps_the_group(ticket: Path) -> None:
    group = 12345 if os.geteuid() == 0 else next((g for g in os.getgroups() if g != os.getegid()), None)
    if group is None:
        pytest.skip("the user is in one group only")
    os.chown(ticket, -1, group)
    store.write(ticket, NEW, old=OLD)
    assert ticket.stat().st_gid == group


def test_write_makes_a_new_file_by_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        path = tmp_path / "tickets" / "2026-12" / "new.toml"
        store.write(path, NEW, old=None)
    finally:
        os.umask(before)
    assert path.read_bytes() == NEW
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.stat().st_nlink == 1
    assert names(path.parent) == ["new.toml"]


def test_write_overwrites_nobody(ticket: Path) -> None:
    with pytest.raises(store.Exists, match="is there already, nothing was written"):
        store.write(ticket, NEW, old=None)
    with pytest.raises(store.Changed, match="was changed meanwhile by somebody else, nothing was written; try again"):
        store.write(ticket, NEW, old=OLD + b"# by hand\n")
    with pytest.raises(store.Changed):
        store.write(ticket.with_name("gone.toml"), NEW, old=OLD)
    assert ticket.read_bytes() == OLD
    assert names(ticket.parent) == [ticket.name]
    assert issubclass(store.Changed, ChangedMeanwhile)
    assert issubclass(store.Exists, ChangedMeanwhile)


def test_write_compares_again_right_before_it_publishes(ticket: Path) -> None:
    from ticketcli.edges.store import writing

    temporary = ticket.with_name("0" * 16 + ".tmp")
    temporary.write_bytes(NEW)
    with pytest.raises(store.Changed):
        writing.publish(temporary, ticket, b"what was there when the writer began", store.LIMIT)
    with pytest.raises(store.Exists):
        writing.publish(temporary, ticket, None, store.LIMIT)
    assert ticket.read_bytes() == OLD


def test_a_link_that_appears_meanwhile_is_not_overwritten(ticket: Path) -> None:
    from ticketcli.edges.store import writing

    temporary = ticket.with_name("0" * 16 + ".tmp")
    temporary.write_bytes(NEW)
    late = ticket.with_name("late.toml")
    late.symlink_to(ticket)
    with pytest.raises(store.Unreadable):
        writing.publish(temporary, late, None, store.LIMIT)
    assert ticket.read_bytes() == OLD
    assert late.is_symlink()


def test_write_refuses_what_is_no_plain_file(ticket: Path, tmp_path: Path) -> None:
    link = ticket.with_name("link.toml")
    link.symlink_to(ticket)
    os.mkfifo(ticket.with_name("pipe.toml"))
    assert refused_to_write(link) == "it is a symbolic link"
    assert refused_to_write(ticket.with_name("pipe.toml")) == "it is not a regular file"
    os.link(ticket, tmp_path / "second")
    assert refused_to_write(ticket) == "it has another hard link"
    (tmp_path / "second").unlink()
    ticket.chmod(0o444)
    assert refused_to_write(ticket) == "it is read-only"
    assert ticket.read_bytes() == OLD
    assert refused_to_write(ticket.with_name("a\0b")) == "embedded null byte"
    assert refused_to_write(ticket / "below.toml", old=None) == "Not a directory"


def test_write_refuses_a_folder_that_leads_out_of_the_desk(tmp_path: Path) -> None:
    outside, desk = tmp_path / "outside", tmp_path / "desk"
    (outside / "2026-11").mkdir(parents=True)
    (desk / "tickets").mkdir(parents=True)
    (desk / "tickets" / "2026-11").symlink_to(outside)
    (desk / "attachments").symlink_to(outside)
    assert '2026-11" is a symbolic link' in refused_to_write(desk / "tickets" / "2026-11" / "x.toml", old=None)
    with pytest.raises(store.NotSavedHere, match='attachments" is a symbolic link'):
        store.keep(desk, b"data")
    assert names(outside) == ["2026-11"]
    (tmp_path / "way-to-desk").symlink_to(desk)  # how the user came to the desk is nobody's affair
    store.write(tmp_path / "way-to-desk" / "ticketcli.toml", NEW, old=None)


def test_write_refuses_what_could_not_be_read_again(ticket: Path) -> None:
    assert refused_to_write(ticket, b"x" * (store.LIMIT + 1)) == "it would be larger than 8 MiB"
    assert ticket.read_bytes() == OLD


def test_write_heals_what_a_cut_between_link_and_unlink_left(ticket: Path) -> None:
    leftover = ticket.with_name("0123456789abcdef.tmp")
    os.link(ticket, leftover)
    ticket.with_name("fedcba9876543210.tmp").write_bytes(b"another's")
    store.write(ticket, NEW, old=OLD)
    assert names(ticket.parent) == [ticket.name, "fedcba9876543210.tmp"]


def test_an_interrupt_leaves_no_temporary_file(ticket: Path) -> None:
    class Bytes(bytes):
        """Bytes whose comparison is where the user presses ^C."""

        def __eq__(self, other: object) -> bool:
            raise KeyboardInterrupt

        __ne__ = __eq__
        __hash__ = bytes.__hash__

    with pytest.raises(KeyboardInterrupt):
        store.write(ticket, NEW, old=Bytes(OLD))
    assert names(ticket.parent) == [ticket.name]


# Listing


def test_ticket_files_are_sorted_and_nothing_else(tmp_path: Path) -> None:
    assert store.ticket_files(tmp_path) == []
    wanted = ["2025-01/A.toml", "2026-11/A.toml", "2026-11/B.toml"]
    others = ["2026-11/.B.toml.swp", "2026-11/.C.toml", "2026-11/0123456789abcdef.tmp", "2026-11/B.txt", "loose.toml"]
    for name in reversed([*wanted, *others, ".hidden/D.toml", "2026-11/deep/E.toml"]):
        (tmp_path / "tickets" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tickets" / name).touch()
    (tmp_path / "tickets" / "2026-12").symlink_to(tmp_path / "tickets" / "2025-01")
    assert store.ticket_files(tmp_path) == [tmp_path / "tickets" / name for name in wanted]
    assert {entry.path for entry in store.ticket_entries(tmp_path)} == {str(p) for p in store.ticket_files(tmp_path)}


def test_an_unreadable_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "tickets").touch()
    with pytest.raises(store.Unreadable, match='tickets": Not a directory'):
        store.ticket_files(tmp_path)


def test_strangers_are_named_with_their_age(tmp_path: Path) -> None:
    month = tmp_path / "tickets" / "2026-11"
    for folder in (month / "deep", tmp_path / "canned", tmp_path / "attachments" / "ab"):
        folder.mkdir(parents=True)
    (tmp_path / "tickets" / "2026-12").symlink_to(month)
    lost = [month / "00000000000000aa.tmp", tmp_path / "00000000000000bb.tmp", tmp_path / "canned" / f"{'c' * 16}.tmp"]
    lost.append(tmp_path / "attachments" / "ab" / f"{'d' * 16}.tmp")
    for path in (*lost, month / "A.toml", month / "readme.txt", month / ".gitkeep", tmp_path / "canned" / "hello.toml"):
        path.touch()
        os.utime(path, (1_795_000_000, 1_795_000_000))
    found = store.strangers(tmp_path)
    strange = [month / "deep", month / "readme.txt", tmp_path / "tickets" / "2026-12"]
    assert [each.path for each in found] == sorted([*lost, *strange])
    assert {each.path for each in found if each.temporary} == set(lost)
    assert {each.mtime for each in found if each.temporary} == {datetime.fromtimestamp(1_795_000_000, UTC)}


@pytest.mark.long
def test_a_hundred_thousand_tickets_cost_little_more_than_their_directories(tmp_path: Path) -> None:
    for month in range(40):
        folder = tmp_path / "tickets" / f"20{month:02}-01"
        folder.mkdir(parents=True)
        for number in range(2500):
            (folder / f"{number:010}.toml").touch()

    def bare() -> list[str]:
        return [entry.path for month in os.scandir(tmp_path / "tickets") for entry in os.scandir(month)]

    def ours() -> list[str]:
        return [entry.path for entry in store.ticket_entries(tmp_path)]

    assert sorted(bare()) == sorted(ours()) == [str(path) for path in store.ticket_files(tmp_path)]
    assert min(timeit.repeat(ours, number=1)) < 4 * min(timeit.repeat(bare, number=1))


# Attachments


def test_keep_and_fetch(tmp_path: Path) -> None:
    digest = store.keep(tmp_path, b"a picture")
    assert digest == hashlib.sha256(b"a picture").hexdigest()
    path = tmp_path / "attachments" / digest[:2] / digest
    inode = path.stat().st_ino
    assert store.keep(tmp_path, b"a picture") == digest
    assert path.stat().st_ino == inode  # not written again
    assert not path.stat().st_mode & 0o111
    assert store.fetch(tmp_path, digest) == b"a picture"
    assert names(path.parent) == [digest]


def test_a_damaged_attachment_is_refused_and_mended(tmp_path: Path) -> None:
    digest = store.keep(tmp_path, b"a picture")
    path = tmp_path / "attachments" / digest[:2] / digest
    path.write_bytes(b"a pict")
    with pytest.raises(store.Unreadable, match="its content is damaged"):
        store.fetch(tmp_path, digest)
    assert store.keep(tmp_path, b"a picture") == digest
    assert store.fetch(tmp_path, digest) == b"a picture"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n", "/" * 64])
def test_fetch_takes_only_a_sha256(tmp_path: Path, name: str) -> None:
    with pytest.raises(store.Unreadable, match="its name is no SHA-256"):
        store.fetch(tmp_path, name)


def test_fetch_says_when_there_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(store.Missing):
        store.fetch(tmp_path, "a" * 64)


def test_attachments_have_a_limit(tmp_path: Path) -> None:
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        file.truncate((20 << 20) + 1)
    with pytest.raises(store.AttachmentTooLarge, match=r'large.bin" is larger than 20 MiB; send a link to it'):
        store.read_file(large)
    with pytest.raises(store.AttachmentTooLarge):
        store.keep(tmp_path, bytes((20 << 20) + 1))
    assert names(tmp_path) == ["large.bin"]
    os.truncate(large, 20 << 20)
    assert store.fetch(tmp_path, store.keep(tmp_path, store.read_file(large))) == bytes(20 << 20)


def test_read_file_takes_what_the_user_names(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(tmp_path / "pipe")
    assert store.read_file(tmp_path / "link") == b"x"
    for name in ("pipe", "none", "."):
        with pytest.raises(store.Unreadable):
            store.read_file(tmp_path / name)


def test_save_as_overwrites_nothing(tmp_path: Path) -> None:
    target = tmp_path / "victim"
    target.write_bytes(b"precious")
    (tmp_path / "log.tar.gz").symlink_to(target)
    saved = [
        store.save_as(tmp_path, name, name.encode()) for name in ("log.tar.gz", "log.tar.gz", "log", "log", ".bashrc")
    ]
    assert [path.name for path in saved] == ["log.tar-2.gz", "log.tar-3.gz", "log", "log-2", ".bashrc"]
    assert saved[0].read_bytes() == b"log.tar.gz"
    assert target.read_bytes() == b"precious"


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/etc/passwd", "../x"])
def test_save_as_takes_only_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(store.UnsafeName) as caught:
        store.save_as(tmp_path, name, b"x")
    assert isinstance(caught.value, TicketError)
    assert names(tmp_path) == []


def test_save_as_says_why_not(tmp_path: Path) -> None:
    with pytest.raises(store.NotSavedHere, match="No such file or directory"):
        store.save_as(tmp_path / "none", "x", b"")
    with pytest.raises(NotSaved, match="File name too long"):
        store.save_as(tmp_path, "x" * 300, b"")


# What the disk does not take (the sweeps are in test_faults.py)


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file can grow over 100 bytes: the kernel answers as a full disk does, after a short write."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_takes_nothing_away(ticket: Path, tmp_path: Path) -> None:
    assert refused_to_write(ticket, b"x" * 200) == "File too large"
    with pytest.raises(store.NotSavedHere, match="File too large"):
        store.save_as(tmp_path, "x", b"x" * 200)
    assert ticket.read_bytes() == OLD
    assert names(ticket.parent) == [ticket.name]
    assert names(tmp_path) == ["tickets"]


def test_what_has_grown_over_the_limit_is_not_replaced(ticket: Path) -> None:
    os.truncate(ticket, store.LIMIT + 1)
    assert refused_to_write(ticket) == "it is larger than 8 MiB"


def test_a_failure_behind_the_publication_says_so(tmp_path: Path) -> None:
    from ticketcli.edges.store import writing

    with pytest.raises(
        store.MaybeSaved, match=r'x" may be saved: No such file or directory; look at it before'
    ) as caught:
        writing.seal(tmp_path / "folder that has vanished" / "x")
    assert caught.value.exit_code == 74


def test_write_new_publishes_many_files_whole(tmp_path: Path) -> None:
    files = {
        tmp_path / "tickets" / f"2026-{month:02}" / f"{name}.toml": b"x" * month for month in (1, 2) for name in "ab"
    }
    assert list(store.write_new(files)) == list(files)
    assert {path: path.read_bytes() for path in files} == files
    assert not list(tmp_path.rglob("*.tmp"))


def test_write_new_replaces_nothing_and_says_how_far_it_came(tmp_path: Path) -> None:
    first, there, last = (tmp_path / f"{name}.toml" for name in "abc")
    there.write_bytes(b"somebody's")
    with pytest.raises(store.BatchCut, match="1 of 3 are saved whole, give the command again"):
        list(store.write_new({first: b"1", there: b"2", last: b"3"}))
    assert (first.read_bytes(), there.read_bytes(), last.exists()) == (b"1", b"somebody's", False)
    assert not list(tmp_path.rglob("*.tmp"))
