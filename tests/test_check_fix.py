"""`ticket check --fix`: what is mechanical is mended, originals are kept, nothing is lost, and it says what it did."""

from __future__ import annotations

import fcntl
import json
import re
import shutil
import subprocess
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.command import Command, at_home
from tests.desks import answers, asks, changes, notes, says, ticket
from tests.planted import FAULTS, GONE, MARIA, Planted, another, mark, plant
from tests.test_check import expected
from ticketcli.core.file.codec import dumps, event_text, loads
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.join import join
from ticketcli.desk.health import markers
from ticketcli.desk.health.conflicts import settled

NOW = datetime(2026, 11, 25, tzinfo=UTC)
DONE = {
    "left over": "it is removed",
    "conflict, committed": "both versions are joined, the original is .ticketcli/CODE(two).orig",
    "conflict, in git": "both versions are joined, the original is .ticketcli/CODE(two).orig",
    "conflict that git alone knows": "it is settled for git",
    "twice": "they are joined, the originals are in .ticketcli",
    "named otherwise": f"it is named CODE(watched).toml, the original is .ticketcli/{GONE}.orig",
    "changed by hand": "it is recorded, the original is .ticketcli/CODE(two).orig",
    "typed by hand": "it is recorded, the original is .ticketcli/CODE(two).orig",
    "line ends": "it has LF, the original is .ticketcli/CODE(two).orig",
    "created": "it is corrected, the original is .ticketcli/CODE(two).orig",
    "a ticket is gone": "it is back as the last commit has it",
    "an event is gone": "it is back, the original is .ticketcli/CODE(watched).orig",
    "attachment gone": "it is taken back from the last commit",
    "merge cut short": "the merge is completed",
    "merged and not shown": "CODE(one) shows it",
    "split cut short": "the split is completed",
    "no driver": "merge.ticketcli.driver is set",
    "in no commit": "it is committed",
    "not committed yet": "it is committed",
    "index behind": "the index has it",
}


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    return plant(tmp_path_factory.mktemp("healthy"))


@pytest.fixture
def desk(healthy: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planted:
    at_home(tmp_path, monkeypatch)
    return another(healthy, tmp_path / "desk")


@pytest.fixture
def check(desk: Planted, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(desk.root, capsys, monkeypatch)


def originals(desk: Planted) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((desk.root / ".ticketcli").glob("*.orig*"))}


def events(desk: Planted) -> dict[str, set[str]]:
    return {path.stem: set(loads(path.read_text()).by_id) for path in desk.root.glob("tickets/*/*.toml")}


def merging(desk: Planted) -> bool:
    return (desk.root / ".git/MERGE_HEAD").exists()


# --- every fault that can be mended ---------------------------------------------------------------------------------


def test_it_is_known_of_every_mend_what_it_says() -> None:
    altered = {"attachment altered"}  # below: the last commit must have the right content
    assert DONE.keys() | altered == {name for name, fault in FAULTS.items() if fault.fixable}


@pytest.mark.parametrize("name", DONE)
def test_a_fault_is_mended_once_and_for_all(name: str, desk: Planted, check: Command) -> None:
    FAULTS[name].plant(desk)
    found = desk.named(FAULTS[name].line).rpartition(";")[0].partition(": ")
    before = check.files()
    ran = check.ok("check", "--fix")
    (line,) = ran.out.splitlines()
    assert re.sub(r": line \d+:", ": line N:", line) == f"{''.join(found)}; {desk.named(DONE[name])} (mended)"
    assert ran.err.endswith("mended: 1\n")
    assert check.ok("check").out == ""
    for kept, data in originals(desk).items():
        assert data in before.values(), kept
    if not merging(desk):
        assert desk.git("status", "--porcelain") == ""
        assert desk.git("fsck", "--strict", "--no-dangling") == ""
    assert not (events(desk).keys() - set(desk.codes.values()))


def test_what_it_says_as_json(desk: Planted, check: Command) -> None:
    FAULTS["line ends"].plant(desk)
    (found,) = json.loads(check.ok("check", "--fix", "--json").out)["findings"]
    assert found == {
        "path": desk.named("PATH(two)"),
        "what": "CRLF line ends or a byte order mark",
        "remedy": desk.named(DONE["line ends"]),
        "fixable": True,
        "fixed": True,
    }


def test_what_can_be_mended_is_and_the_rest_stays(desk: Planted, check: Command) -> None:
    for name in ("unknown assignee", "line ends", "merge cut short", "a ticket is gone"):
        FAULTS[name].plant(desk)
    ran = check.run("check", "--fix")
    assert (ran.code, ran.out.count("(mended)")) == (1, 3)
    assert check.run("check").out == expected(FAULTS["unknown assignee"], desk) + "\n"


def test_where_nothing_can_be_mended_nothing_is_written(desk: Planted, check: Command) -> None:
    FAULTS["unknown assignee"].plant(desk)
    shutil.rmtree(desk.root / ".ticketcli")
    assert check.run("check", "--fix").code == 1
    assert not (desk.root / ".ticketcli").exists()


def test_a_desk_that_another_command_holds_is_not_mended(
    desk: Planted, check: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    FAULTS["line ends"].plant(desk)
    before = check.files()
    monkeypatch.setattr("ticketcli.edges.lock.PATIENCE", 0.0)
    with (desk.root / ".ticketcli/lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ran = check.run("check", "--fix")
    assert (ran.code, check.files()) == (75, before)


def test_originals_stand_beside_older_ones(desk: Planted, check: Command) -> None:
    code = desk.codes["two"]
    for _ in range(2):
        FAULTS["line ends"].plant(desk)
        check.ok("check", "--fix")
    data = desk.path("two").read_bytes().replace(b"\n", b"\r\n")
    assert originals(desk) == {f"{code}.orig": data, f"{code}.orig2": data}


def test_an_original_is_not_written_through_a_link(desk: Planted, check: Command, tmp_path: Path) -> None:
    (desk.root / f".ticketcli/{desk.codes['two']}.orig").symlink_to(tmp_path / "outside")
    FAULTS["line ends"].plant(desk)
    assert check.ok("check", "--fix").out.endswith(".orig2 (mended)\n")
    assert not (tmp_path / "outside").exists()


def test_the_commit_says_what_it_was(desk: Planted, check: Command) -> None:
    FAULTS["changed by hand"].plant(desk)
    check.ok("check", "--fix")
    assert desk.git("log", "-1", "--format=%s%n%an") == f"check --fix {desk.codes['two']}: Cannot log in\nAna Cruz\n"
    event = desk.ticket("two").events[-1]
    assert (event.action, event.set[("priority",)]) == ("hand", "high")
    assert "# because" in desk.path("two").read_text()


# --- files ----------------------------------------------------------------------------------------------------------


def test_two_files_of_one_ticket_become_one_with_all_their_events(desk: Planted, check: Command) -> None:
    FAULTS["twice"].plant(desk)
    copy = desk.root / desk.named("tickets/2031-01/CODE(two).toml")
    copy.write_text(
        dumps(desk.tickets["two"].plus([Event(id="ZZZZZZZZZ3", seq=9, at=NOW, kind="note", by="bob", body="There.\n")]))
    )
    home = desk.root / desk.paths["two"]
    home.write_text(
        dumps(desk.tickets["two"].plus([Event(id="ZZZZZZZZZ4", seq=9, at=NOW, kind="note", by="ana", body="Here.\n")]))
    )
    before = {copy.read_bytes(), home.read_bytes()}
    check.ok("check", "--fix")
    assert [path.name for path in desk.root.glob("tickets/*/*") if path.stem == desk.codes["two"]] == [home.name]
    assert {"ZZZZZZZZZ3", "ZZZZZZZZZ4"} <= loads(home.read_text()).by_id.keys()
    assert set(originals(desk).values()) == before
    assert check.ok("check").out == ""


def test_two_tickets_under_one_name_stay(desk: Planted, check: Command) -> None:
    FAULTS["twice"].plant(desk)
    copy = desk.root / desk.named("tickets/2031-01/CODE(two).toml")
    shutil.copy(desk.path("one"), copy)
    ran = check.run("check", "--fix")
    assert (ran.code, "(" in ran.out, copy.exists(), originals(desk)) == (1, False, True, {})


def test_a_file_is_not_renamed_to_a_name_that_another_one_has(desk: Planted, check: Command) -> None:
    shutil.copy(desk.path("watched"), desk.path("watched").with_name(f"{GONE}.toml"))
    ran = check.run("check", "--fix")
    assert ran.code == 1
    assert "the file must be named after its code\n" in ran.out


def test_what_was_altered_comes_back_only_where_git_has_the_very_content(desk: Planted, check: Command) -> None:
    desk.attachment().chmod(0o644)
    desk.attachment().write_bytes(b"other")
    (line,) = check.ok("check", "--fix").out.splitlines()
    assert line.endswith(
        f"it is taken back from the last commit, the original is .ticketcli/{desk.attachment().name}.orig (mended)"
    )
    assert (desk.attachment().read_bytes(), list(originals(desk).values())) == (b"data", [b"other"])
    FAULTS["attachment altered"].plant(desk)  # and committed
    ran = check.run("check", "--fix")
    assert (ran.code, ran.out) == (1, expected(FAULTS["attachment altered"], desk) + "\n")


def test_an_event_that_a_hand_deleted_comes_back_beside_what_was_written_since(desk: Planted, check: Command) -> None:
    FAULTS["an event is gone"].plant(desk)
    desk.add("watched", kind="note", body="Written since.\n")
    check.ok("check", "--fix")
    assert [event.body for event in desk.ticket("watched").events] == ["Look.\n", "Seen.\n", "Written since.\n"]


def test_a_text_that_a_hand_changed_and_a_redaction_are_no_deleted_events(desk: Planted, check: Command) -> None:
    desk.change("watched", 1, body="Another word.\n")
    check.ok("redact", f"{desk.codes['one']}/3", "--yes")
    assert check.ok("check").out == ""


@pytest.mark.parametrize("name", ["merge cut short", "merged and not shown", "split cut short"])
def test_what_is_completed_by_a_command_of_ours_has_its_original_too(name: str, desk: Planted, check: Command) -> None:
    FAULTS[name].plant(desk)
    before = check.files()
    check.ok("check", "--fix")
    changed = {Path(path).stem for path, data in check.files().items() if before[path] != data}
    assert {kept.removesuffix(".orig") for kept in originals(desk)} == changed
    assert len(changed) == 1


def test_half_a_split_that_a_conflict_hid_is_completed_in_the_same_run(desk: Planted, check: Command) -> None:
    FAULTS["split cut short"].plant(desk)
    path = desk.path("child")
    path.write_text(f"<<<<<<< HEAD\n{path.read_text()}=======\n{path.read_text()}>>>>>>> other\n")
    assert check.ok("check", "--fix").out.count("(mended)") == 2
    assert check.ok("check").out == ""


def test_a_half_of_a_merge_that_a_hand_took_out_comes_back_and_the_merge_stands(desk: Planted, check: Command) -> None:
    FAULTS["merge cut short"].plant(desk)
    desk.git("reset", "-q", "--soft", "HEAD~1")  # the last commit has the whole of it
    found = check.run("check").out
    assert ("of the last commit is gone" in found, "a merge or an unmerge was cut short" in found) == (True, True)
    assert check.ok("check", "--fix").out.count("(mended)") == 1
    assert desk.ticket("source").header.text("merged_into") == desk.codes["one"]
    assert "undo" not in {event.action for name in ("one", "source") for event in desk.ticket(name).events}


def test_a_repository_with_sha256(desk: Planted, check: Command) -> None:
    shutil.rmtree(desk.root / ".git")
    desk.git("init", "-q", "--object-format=sha256")
    desk.git("config", "merge.ticketcli.driver", "false")
    desk.commit()
    assert check.ok("check").out == ""
    FAULTS["an event is gone"].plant(desk)
    FAULTS["attachment gone"].plant(desk)
    assert check.ok("check", "--fix").out.count("(mended)") == 2
    assert check.ok("check").out == ""


# --- conflicts ------------------------------------------------------------------------------------------------------


def test_a_conflict_of_a_merge_is_settled_and_git_commit_concludes_it(desk: Planted, check: Command) -> None:
    FAULTS["conflict, in git"].plant(desk)
    marked = desk.path("two").read_bytes()
    ran = check.run()
    assert (ran.code, str(desk.path("two")) in ran.out.replace("\n    ", " ") + ran.err) == (1, True)
    check.ok("check", "--fix")
    assert originals(desk) == {f"{desk.codes['two']}.orig": marked}
    assert {"ZZZZZZZZZ1", "ZZZZZZZZZ2"} <= desk.ticket("two").by_id.keys()
    assert merging(desk), "the merge is still the user's to conclude"
    assert desk.git("ls-files", "-u") == ""
    desk.git("commit", "-q", "--no-edit")
    assert desk.git("rev-list", "--parents", "-1", "HEAD").count(" ") == 2
    assert desk.git("status", "--porcelain") == ""
    assert check.ok("check").out == ""
    assert check.ok("list", f"code:{desk.codes['two']}", "--columns", "status").out == "open\n"


def test_two_clones_without_the_driver_come_to_the_same_bytes(desk: Planted, check: Command, tmp_path: Path) -> None:
    """One answers, tags and assigns, the other receives a customer's message and changes the same fields."""
    code, other = desk.codes["two"], another(desk, tmp_path / "other")
    desk.git("config", "receive.denyCurrentBranch", "updateInstead")
    other.git("remote", "add", "origin", str(desk.root))
    check.ok("reply", code, "-m", "Please try again.", "-a", "ana", "-t", "vip")
    check.root = other.root
    check.ok("reply", code, "--from", "customer", "-m", "It still fails.", "-p", "high")
    check.ok("tag", code, "+sso")
    other.git("config", "--remove-section", "merge.ticketcli")
    done = subprocess.run(["git", "pull", "-q", "--no-rebase", "origin", "main"], cwd=other.root, capture_output=True)
    assert (done.returncode, b"\n<<<<<<< " in other.path("two").read_bytes()) == (1, True)
    said = check.run("list")
    assert (said.code, str(other.path("two")) in said.err) == (1, True)
    assert "(mended)" in check.run("check", "--fix").out
    other.git("commit", "-q", "--no-edit")
    other.git("push", "-q", "origin", "main")
    assert other.path("two").read_bytes() == desk.path("two").read_bytes()
    found = desk.ticket("two")
    texts = sorted(event.body for event in found.events if event.body)
    assert texts == ["Help.\n", "It still fails.\n", "Please try again.\n"]
    header = found.header
    assert (header.list("tags"), header.text("priority"), header.text("assignee")) == (("sso", "vip"), "high", "ana")
    assert check.ok("to-solve", f"code:{code}", "--columns", "code").out == f"{code}\n"
    assert check.run("check").out == ""


def test_a_conflict_of_a_rebase_is_settled_and_goes_on(desk: Planted, check: Command) -> None:
    FAULTS["conflict, in git"].plant(desk)
    desk.git("merge", "--abort")
    desk.git("config", "--remove-section", "merge.ticketcli")
    desk.git("rebase", "-q", "other", code=1)
    check.run("check", "--fix", "--files")
    assert desk.git("ls-files", "-u") == ""
    desk.git("-c", "core.editor=true", "rebase", "--continue")
    assert {"ZZZZZZZZZ1", "ZZZZZZZZZ2"} <= desk.ticket("two").by_id.keys()
    assert check.run("check", "--files").out == ""


def test_a_conflict_that_a_hand_settled_by_keeping_one_side_gets_the_other_back(desk: Planted, check: Command) -> None:
    FAULTS["conflict, in git"].plant(desk)
    desk.git("checkout", "--ours", str(desk.path("two")))
    desk.edit("two", 'priority = "normal"', 'priority = "high"  # by hand')
    assert "ZZZZZZZZZ2" not in desk.ticket("two").by_id
    check.ok("check", "--fix")
    found = desk.ticket("two")
    assert {"ZZZZZZZZZ1", "ZZZZZZZZZ2"} <= found.by_id.keys()
    assert (found.header.text("priority"), "# by hand" in desk.path("two").read_text()) == ("high", True)
    assert desk.git("ls-files", "-u") == ""


@pytest.mark.parametrize("style", ["merge", "diff3", "zdiff3"])
def test_marks_that_were_committed_give_the_same_as_git_itself_would(style: str, desk: Planted, check: Command) -> None:
    desk.git("config", "merge.conflictStyle", style)
    FAULTS["conflict, in git"].plant(desk)
    path, marked = desk.path("two"), desk.path("two").read_bytes()
    assert (b"\n||||||| " in marked) == (style != "merge")
    by_git = loads(settled(desk.root, path, marked, NOW).decode())
    desk.commit()
    assert desk.git("ls-files", "-u") == ""
    check.ok("check", "--fix")
    assert dumps(desk.ticket("two")) == dumps(by_git)
    assert desk.git("show", f"HEAD:{desk.paths['two']}") == path.read_text()


def test_a_text_that_both_changed_is_kept_in_both_versions(desk: Planted, check: Command) -> None:
    mark(desk)
    check.ok("check", "--fix")
    texts = sorted(event.body for event in desk.ticket("two").events if event.body)
    assert (len(texts), texts[1]) == (2, "Help us.\n")
    assert texts[0].startswith("Another version of it:\n\nHelp me.\n")


def test_a_status_that_git_mixed_into_the_other_side_hides_no_customer(tmp_path: Path) -> None:
    """Both begin with the same; one side answers, in the other the customer writes and sets nothing."""
    first = asks("a", "2026-03-01 08:00", "It jams")
    ours = ticket(first, answers("b", 2, "2026-03-01 09:00", "Try again.", seen=["a"]))
    theirs = ticket(first, says("c", 2, "2026-03-01 09:30", "And now it burns.", set={("status",): ""}))
    theirs = Ticket(theirs.code, (first, Event(**{**_keys(theirs.events[1]), "set": {}})))
    marked = merge_file(tmp_path, ticket(first), ours, theirs, "merge")
    found = loads(settled(tmp_path, tmp_path / "x", marked, NOW).decode())
    assert [event.action for event in found.events] == ["", "", ""]
    assert dumps(found) == dumps(join(ours, theirs, event_text))


def _keys(event: Event) -> dict[str, object]:
    return {key.name: getattr(event, key.name) for key in fields(Event)}


def test_what_a_hand_changed_on_one_side_of_committed_marks_is_recorded(tmp_path: Path) -> None:
    first = asks("a", "2026-03-01 08:00", "It jams")
    ours, theirs = (ticket(first, notes(name, 2, "2026-03-01 09:00", name)) for name in ("mine", "yours"))
    by_hand = dumps(theirs).replace('subject = "It jams"', 'subject = "It burns"  # seen it', 1)
    marked = merged_text(tmp_path, dumps(ticket(first)), dumps(ours), by_hand, "merge")
    data = settled(tmp_path, tmp_path / "x", marked, NOW)
    found = loads(data.decode())
    assert (found.header.text("subject"), found.events[-1].action, b"# seen it" in data) == ("It burns", "hand", True)
    assert len(found.events) == 4


WRONG = {
    "no marks": b"a = 1\n",
    "an end alone": b"a\n>>>>>>> x\n",
    "a beginning alone": b"<<<<<<< x\na\n",
    "no end": b"<<<<<<< x\na\n=======\nb\n",
    "a beginning inside": b"<<<<<<< x\n<<<<<<< y\na\n=======\nb\n>>>>>>> x\n",
    "a base behind theirs": b"<<<<<<< x\na\n=======\nb\n||||||| y\n>>>>>>> x\n",
    "too many": b"<<<<<<<< x\na\n========\nb\n>>>>>>>> x\n",
}


@pytest.mark.parametrize("name", WRONG)
def test_marks_that_do_not_match_are_left_to_a_person(name: str) -> None:
    assert markers.sides(WRONG[name]) is None


def test_the_sides_of_a_text() -> None:
    text = b"1\r\n<<<<<<< a\r\n2\r\n||||||| c\r\n0\r\n=======\r\n3\r\n>>>>>>> b\r\n"
    text += b"=======\n4\n<<<<<<<\n=======\n5\n>>>>>>>"
    assert markers.sides(text) == markers.Sides(b"", b"1\r\n2\r\n=======\n4\n", b"1\r\n3\r\n=======\n4\n5\n", 2), (
        "one of two conflicts shows no base: so there is none"
    )
    text = b"<<<<<<< a\n2\n||||||| c\n0\n=======\n3\n=======\n>>>>>>> b\n"
    assert markers.sides(text) == markers.Sides(b"0\n", b"2\n", b"3\n=======\n", 1)


# --- a law: out of git's marks comes what the join of both versions is -----------------------------------------------


def merge_file(place: Path, base: Ticket, ours: Ticket, theirs: Ticket, style: str) -> bytes:
    return merged_text(place, dumps(base), dumps(ours), dumps(theirs), style)


def merged_text(place: Path, base: str, ours: str, theirs: str, style: str) -> bytes:
    """What git's own merge makes of three versions."""
    files = {"ours": ours, "base": base, "theirs": theirs}
    for name, text in files.items():
        (place / name).write_text(text)
    options = [] if style == "merge" else [f"--{style}"]
    done = subprocess.run(["git", "merge-file", "-p", *options, *files], cwd=place, capture_output=True)
    assert 0 <= done.returncode < 128
    return done.stdout


WORDS = (
    "Please try again.",
    "It still jams.\n\nTitle\n=======\n\nText",
    "<<<<<<< HEAD\nmine\n=======\nyours\n>>>>>>> b",
    "x",
)
_texts = st.sampled_from(WORDS)


@st.composite
def sides_of_a_ticket(draw: st.DrawFn) -> tuple[Ticket, Ticket, Ticket]:
    """A ticket, and what two clones made of it."""
    base = [asks("first", "2026-03-01 08:00", "It jams", draw(_texts))]
    base += draw(_events("base", 2, 2))
    versions = (ticket(*base, *draw(_events(name, len(base) + 1, 3))) for name in ("ours", "theirs"))
    return ticket(*base), *versions


def _events(side: str, seq: int, most: int) -> st.SearchStrategy[list[Event]]:
    def made(drawn: list[tuple[int, str, str]]) -> list[Event]:
        return [_event(f"{side} {number}", seq + number, *one) for number, one in enumerate(drawn)]

    return st.lists(st.tuples(st.integers(0, 4), _texts, st.sampled_from(["high", "low"])), max_size=most).map(made)


def _event(name: str, seq: int, kind: int, text: str, value: str) -> Event:
    when = f"{datetime(2026, 3, 1, 9) + timedelta(hours=seq):%Y-%m-%d %H:%M}"
    made = {
        0: lambda: says(name, seq, when, text, by=MARIA),
        1: lambda: answers(name, seq, when, text, seen=["first"]),
        2: lambda: notes(name, seq, when, text),
        3: lambda: changes(name, seq, when, priority=value),
        4: lambda: changes(name, seq, when, text, status="closed" if value == "low" else "open", seen=()),
    }
    return made[kind]()


@settings(max_examples=60, deadline=None)
@given(sides_of_a_ticket(), st.sampled_from(["merge", "diff3", "zdiff3"]))
def test_out_of_gits_marks_comes_what_both_versions_say(
    tmp_path_factory: pytest.TempPathFactory, versions: tuple[Ticket, Ticket, Ticket], style: str
) -> None:
    place = tmp_path_factory.mktemp("marks")
    marked = merge_file(place, *versions, style)
    both = join(*versions[1:], event_text)
    found = settled(place, place / "x", marked, NOW) if markers.sides(marked) else None
    if found is not None:
        assert dumps(loads(found.decode())) == dumps(both)


def test_the_law_sees_a_header_that_is_taken_for_a_hands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without unmixing, what git had mixed becomes a change of a hand's."""
    monkeypatch.setattr(markers, "unmixed", lambda found, _now: found)
    with pytest.raises(AssertionError):
        test_a_status_that_git_mixed_into_the_other_side_hides_no_customer(tmp_path)
