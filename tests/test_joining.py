"""Two versions of a ticket file made one, as texts: nothing that a hand or a command wrote is lost or written twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from tests.hand_edits import (
    KEYS,
    comments_of,
    delete_event,
    mend_body,
    opened,
    put_comment,
    put_value,
    saved,
    shuffle,
    take_comment,
    type_event,
)
from tests.hand_styles import Hand
from tests.test_codec import CODE, EXAMPLE, FIRST
from tests.test_document import BASE
from ticketcli.core.errors import TicketError
from ticketcli.core.file.codec import dumps, loads
from ticketcli.core.file.document import Document, read, write
from ticketcli.core.file.joining import joined
from ticketcli.core.file.reader import Unreadable
from ticketcli.core.file.spans import comments
from ticketcli.core.ticket.code import derived_id
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.join import DifferentTickets
from ticketcli.desk.driving import CannotMerge, merge_driver

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(hours=1)
ANSWER = "T7W2M8QDN3"


@dataclass
class Version:
    """A version of a file, and what was done to it since the one it came from."""

    data: bytes
    mtime: datetime
    label: str
    words: set[str] = field(default_factory=set)
    """Bodies, typed events and comments that were written."""
    gone: set[str] = field(default_factory=set)
    """Comments that were taken away."""
    values: dict[str, str] = field(default_factory=dict)
    """What the header says now where it was changed."""
    count: int = 0

    def word(self) -> str:
        self.count += 1
        word = f"{self.label}{self.count}w"
        self.words.add(word)
        return word

    @property
    def document(self) -> Document:
        return read(self.data, mtime=self.mtime)

    def by_hand(self, pick: Random) -> None:
        """One thing that a person does in an editor."""
        text = opened(self.data)
        kind = pick.choice(["value", "value", "comment", "comment", "body", "order", "event", "uncomment"])
        if kind == "value":
            key = pick.choice(KEYS)
            self.values[key] = pick.choice(["", "low", "high", f"{self.label} {pick.randrange(99)}"])
            text = put_value(text, key, self.values[key])
        elif kind == "comment":
            text = put_comment(text, f"# {self.word()}", pick)
        elif kind == "body" and mend_body(text, "", Random(0)) != text:
            text = mend_body(text, self.word(), pick)
        elif kind == "order":
            text = shuffle(text, pick)
        elif kind == "event" and "[[event]]" in text:
            text = type_event(text, self.word(), pick)
        elif kind == "uncomment" and (rows := [row for row in comments(text) if comments(text).count(row) == 1]):
            text = take_comment(text, pick.choice(rows))
        gone = comments_of(opened(self.data)) - comments_of(text)
        self.gone |= gone
        self.words -= {row[2:] for row in gone}
        self.data = saved(text, pick)

    def by_command(self, pick: Random) -> None:
        """One thing that a command writes, and with it what hands did."""
        document = self.document
        ticket = document.ticket
        event = Event(derived_id(self.label, str(pick.random())), ticket.next_seq, NOW, by="ana")
        kind = pick.choice(["reply", "set", "tag"])
        if kind == "reply":
            event = replace(event, kind="message", seen=(), set={("status",): "answered"}, body=f"{self.word()}\n")
        elif kind == "set":
            key = pick.choice(KEYS)
            self.values[key] = f"{self.label} {pick.randrange(99)}"
            event = replace(event, set={(key,): self.values[key]})
        else:
            event = replace(event, lists={"tags": (pick.choice(["+vip", "-sso", f"+{self.label}"]),)})
        self.data = write(document, ticket.plus([event]))


def history(seed: int) -> tuple[bytes, Version, Version]:
    """A version in some hand, of which what hands did may not be recorded, and two that came from it."""
    pick = Random(seed)
    style = Hand(seed).ticket(BASE).encode() if pick.random() < 0.7 else dumps(BASE).encode()
    base = Version(style, BEFORE, "base")
    for _ in range(pick.choice([0, 0, 1, 2])):
        base.by_hand(pick)
    sides = [Version(base.data, BEFORE + timedelta(minutes=n), label) for n, label in ((1, "one"), (2, "two"))]
    for side in sides:
        for _ in range(pick.randrange(4)):
            side.by_hand(pick) if pick.random() < 0.6 else side.by_command(pick)
    return base.data, *sides


def check_join(base: bytes, one: Version, other: Version) -> bytes:
    """The join of two versions, after all that has to hold of it."""
    data = joined(base, one.data, other.data, now=NOW)
    assert data == joined(base, other.data, one.data, now=NOW), "it depends on which comes first"
    found = read(data, mtime=NOW)
    assert found.settled
    assert b"\r" not in data
    text = found.text
    lost = [word for word in one.words | other.words if word not in text]
    assert not lost, "something written is not there"
    check_comments(base, one, other, text)
    check_values(one, other, found.ticket)
    check_events(base, one, other, found.ticket)
    return data


def check_comments(base: bytes, one: Version, other: Version, text: str) -> None:
    """What nobody took away is there; what somebody took away is not."""
    here = Counter(comments(text))
    kept = comments_of(opened(base)) - one.gone - other.gone
    assert not {row for row in kept if row not in here}, "a comment is lost"
    back = (one.gone & comments_of(opened(base))) | (other.gone & comments_of(opened(base)))
    assert not {row for row in back if row in here}, "a comment that was taken away is back"
    assert not {row for row, count in here.items() if row.endswith("w") and count > 1}, "a comment is there twice"


def check_values(one: Version, other: Version, ticket: Ticket) -> None:
    """What one side changed says the header; where both did, what one of them said."""
    for key in one.values.keys() | other.values.keys():
        said = {side.values[key] for side in (one, other) if key in side.values}
        assert ticket.header.text(key) in said, key


def check_events(base: bytes, one: Version, other: Version, ticket: Ticket) -> None:
    """Every event is there, what hands did is there once, and nothing that nobody did."""
    before = read(base, mtime=NOW)
    sides = [read(side.data, mtime=NOW, base=before).ticket for side in (one, other)]
    ids = set(sides[0].by_id) | set(sides[1].by_id)
    assert {event.id for event in ticket.events if event.action != "version"} == ids
    told = Counter(event.body for event in ticket.events if event.kind == "note")
    assert all(count == 1 for count in told.values()), "a note is there twice"
    hands = [event for event in ticket.events if event.action == "hand" and event.id not in before.ticket.by_id]
    known = {"status", *one.values, *other.values, *(path[0] for event in before.pending for path in event.set)}
    assert {path[0] for event in hands for path in event.set} <= known, "a hand did what nobody did"


def check(seed: int) -> None:
    base, one, other = history(seed)
    data = check_join(base, one, other)
    assert joined(base, data, data, now=NOW) == data
    assert joined(data, data, data, now=NOW) == data
    for side in (one, other):
        check_alone(base, side)
        if not side.document.settled:
            side.data = joined(base, side.data, base, now=NOW)
        assert joined(side.data, data, side.data, now=NOW) == data, "a second join with a side changes it"
        again = joined(base, data, side.data, now=NOW)
        if "tables_last" in Hand(seed).habits:  # tables below the events are moved up where both sides changed
            assert dumps(read(again, mtime=NOW).ticket) == dumps(read(data, mtime=NOW).ticket)
        else:
            assert again == data, "a join with a side that it has already changes it"


def check_alone(base: bytes, side: Version) -> None:
    """Where the other side has changed nothing, it is this side, and in it what hands had done to both before."""
    before = read(base, mtime=NOW)
    whole = read(side.data, mtime=NOW, base=before)
    more = [event for event in before.pending if event.id not in whole.ticket.by_id]
    assert joined(base, side.data, base, now=NOW) == write(whole, whole.ticket.plus(more)), "alone it is another"


@pytest.mark.parametrize("seed", range(80))
def test_two_versions_of_any_hand(seed: int) -> None:
    check(seed)


@pytest.mark.long
@pytest.mark.parametrize("begin", range(1000, 5000, 250))
def test_two_versions_of_very_many_hands(begin: int) -> None:
    for seed in range(begin, begin + 250):
        check(seed)


def some_fail(seeds: range) -> bool:
    """Whether something is lost, doubled or made up in one of these joins."""
    for seed in seeds:
        try:
            check(seed)
        except (AssertionError, TicketError):
            return True
    return False


def test_a_join_that_takes_whole_files_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def the_greater(base: bytes, one: bytes, other: bytes, *, now: datetime) -> bytes:
        found = read(max(one, other), mtime=now)
        return write(found, found.ticket)

    monkeypatch.setitem(globals(), "joined", the_greater)
    assert some_fail(range(10))


def test_a_layout_that_forgets_the_comments_of_one_side_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ticketcli.core.file.weaving.merged", lambda text, _other, _shall: text)
    assert some_fail(range(38, 60))


EVENT = """
[[event]]
id = "{id}"
seq = {seq}
at = 2026-11-20 10:00:00+00:00
kind = "{kind}"
by = "ana"
role = "agent"
"""


def edited(*pairs: tuple[str, str], text: str = EXAMPLE) -> str:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def tagged(text: str = EXAMPLE, name: str = "B2C3D4E5F6", tag: str = "vip", seq: int = 3) -> str:
    """The text after a command that adds a tag."""
    tags = text[text.index("tags = [") :].split("\n")[0]
    return (
        text.replace(tags, tags[:-1] + f', "{tag}"]', 1)
        + EVENT.format(id=name, seq=seq, kind="change")
        + (f'tags = ["+{tag}"]\n')
    )


def both(base: str, one: str, other: str) -> Document:
    """The join of two texts, whichever comes first."""
    texts = [text.encode() for text in (base, one, other)]
    data = joined(*texts, now=NOW)
    assert data == joined(texts[0], texts[2], texts[1], now=NOW)
    found = read(data, mtime=NOW)
    assert found.settled
    return found


def hands(found: Document) -> list[Event]:
    return [event for event in found.ticket.events if event.action == "hand"]


def test_two_canonical_versions_make_a_canonical_one() -> None:
    found = both(EXAMPLE, tagged(), tagged(name="C2C3D4E5F6", tag="urgent"))
    assert found.text == dumps(found.ticket)
    assert found.ticket.header.list("tags") == ("login", "sso", "urgent", "vip")


def test_a_value_that_a_hand_changed_in_a_canonical_file_leaves_it_canonical() -> None:
    found = both(EXAMPLE, edited(('priority = "high"', 'priority = "low"')), tagged())
    assert found.text == dumps(found.ticket)
    (hand,) = hands(found)
    assert (hand.set, hand.after, hand.seq, hand.at) == ({("priority",): "low"}, ANSWER, 3, NOW)


def test_a_comment_stays_where_it_was_when_the_other_side_changed_values() -> None:
    one = edited(
        ('priority = "high"', '# they called twice\npriority = "high"  # and wrote'),
        ("[customer]", "[customer] # hers"),
    )
    other = edited(('priority = "high"', 'priority = "low"'), text=tagged())
    found = both(EXAMPLE, one, other)
    assert '"answered"\n# they called twice\npriority = "low"  # and wrote\ndepartment' in found.text
    assert "\n\n[customer] # hers\n" in found.text


def test_comments_of_both_sides_stand_where_they_stood() -> None:
    one = edited(('priority = "high"', 'priority = "high" # one'), ('phone = "', '# two\nphone = "'))
    other = edited(("tags = [", "# three\ntags = ["), text=f"{EXAMPLE}# four\n")
    found = both(EXAMPLE, one, other)
    assert found.text == edited(("tags = [", "# three\ntags = ["), text=f"{one}# four\n")


def test_a_comment_that_a_hand_took_away_stays_away() -> None:
    base = edited(("tags = [", "# gone\ntags = ["), ('status = "answered"', 'status = "answered" # stays'))
    assert both(base, edited(("# gone\n", ""), text=base), tagged(base)).text.count("#") == 1
    other = edited(("# gone", "# instead"), text=base)
    assert "# instead\n" in both(base, edited(("# gone\n", ""), text=base), other).text


def test_the_order_of_keys_and_events_stays_as_a_hand_made_it() -> None:
    header, first, last = EXAMPLE.split("\n[[event]]")
    turned = f"{header}\n[[event]]{last}\n[[event]]{first}"
    found = both(EXAMPLE, turned, tagged())
    assert [event.id for event in read(found.text.encode(), mtime=NOW).ticket.events] == [FIRST, ANSWER, "B2C3D4E5F6"]
    assert found.text.index(ANSWER) < found.text.index(f'id = "{FIRST}"') < found.text.index("B2C3D4E5F6")
    keys = edited(('subject = "Cannot log in after the password reset"\nstatus = "answered"', 'status = "answered"'))
    keys = keys.replace("tags = [", 'subject = "Cannot log in after the password reset"\ntags = [', 1)
    assert '\nassignee = "ana"\nsubject = "Cannot' in both(EXAMPLE, keys, tagged()).text


def test_line_ends_and_a_byte_order_mark_are_gone() -> None:
    data = joined(EXAMPLE.encode(), ("\ufeff" + tagged()).replace("\n", "\r\n").encode(), EXAMPLE.encode(), now=NOW)
    assert data.decode() == tagged()


def test_a_change_of_a_hand_is_recorded_once_whoever_recorded_it() -> None:
    base = edited(('priority = "high"', 'priority = "low"'))
    alone = read(base.encode(), mtime=BEFORE)
    recorded = write(alone, alone.ticket).decode()
    for before, other in [(EXAMPLE, base), (base, edited(("cleared", "mended"), text=base))]:
        found = both(before, recorded, other)
        assert [hand.set for hand in hands(found)] == [{("priority",): "low"}]
    again = edited(('subject = "Cannot', 'subject = "They cannot'), text=base)
    found = both(base, recorded, again)
    assert [[*hand.set] for hand in hands(found)] == [[("priority",)], [("subject",)]]


def test_a_value_that_a_hand_put_back_stays_so() -> None:
    base = edited(('priority = "high"', 'priority = "low"'))
    found = both(base, EXAMPLE, tagged(base))
    assert found.ticket.header.text("priority") == "high"
    assert [hand.set[("priority",)] for hand in hands(found)] == ["low", "high"]


def test_the_later_of_two_edits_wins_though_it_was_recorded_alone() -> None:
    base = edited(('priority = "high"', 'priority = "low"'))
    first = read(base.encode(), mtime=BEFORE)
    for number in range(8):
        second = read(base.replace('"low"', f'"p{number}"').encode(), mtime=BEFORE)
        texts = [write(found, found.ticket).decode() for found in (first, second)]
        assert both(base, *texts).ticket.header.text("priority") == f"p{number}"


def before_the_answer() -> str:
    ticket = loads(EXAMPLE)
    return dumps(Ticket(CODE, ticket.events[:1]))


def test_a_picked_change_brings_no_edit_that_nobody_made() -> None:
    """A cherry-pick: the base is further on than the version that takes the change over."""
    found = both(EXAMPLE, before_the_answer(), tagged())
    assert hands(found) == []
    assert found.text == tagged()
    mine = edited(('priority = "high"', 'priority = "low"'), text=before_the_answer())
    assert [hand.set for hand in hands(both(EXAMPLE, mine, tagged()))] == [{("priority",): "low"}]


def test_a_revert_of_an_answer_changes_nothing() -> None:
    """The base of a revert is the newer version."""
    assert both(EXAMPLE, before_the_answer(), tagged()).text == tagged()


def test_a_revert_of_an_edit_takes_it_back() -> None:
    base = edited(('priority = "high"', 'priority = "low"'), ("cleared", "mended"))
    found = both(base, EXAMPLE, tagged(base))
    assert found.ticket.header.text("priority") == "high"
    assert "cleared" in found.ticket.by_id[ANSWER].body


def test_an_event_that_a_hand_typed_in_is_there_once() -> None:
    typed = f'{EXAMPLE}\n# by phone\n[[event]]\nbody = "they called"\n'
    alone = read(typed.encode(), mtime=BEFORE)
    recorded = write(alone, alone.ticket).decode()
    for before, one, other in [
        (EXAMPLE, typed, tagged()),
        (EXAMPLE, typed, recorded),
        (typed, recorded, edited(("cleared", "mended"), text=typed)),
    ]:
        found = both(before, one, other)
        assert [event.body for event in found.ticket.events].count("they called") == 1
        assert "\n# by phone\n[[event]]\nid = " in found.text


def test_two_events_that_two_hands_typed_in_are_both_there() -> None:
    one, other = (f'{EXAMPLE}\n[[event]]\nbody = "{word}"\n' for word in ("one", "other"))
    assert {event.body for event in both(EXAMPLE, one, other).ticket.events} >= {"one", "other"}


@pytest.mark.parametrize("number", [0, 1])
def test_an_event_that_a_hand_deleted_comes_back(number: int) -> None:
    base = tagged()
    found = both(base, delete_event(base, number), tagged(base, "C2C3D4E5F6", "urgent", 4))
    assert found.text == tagged(base, "C2C3D4E5F6", "urgent", 4)
    assert both(base, delete_event(base, number), base).ticket == loads(base)


def test_unknown_keys_come_from_the_side_that_changed_them() -> None:
    base = edited(("[customer]", "x-a = 1 # a\nx-b = 2\n\n[customer]"))
    one = edited(("x-a = 1 # a\n", "x-a = 5 # a\n"), text=base)
    other = edited(("x-b = 2\n", "x-c = { d = [1] }\n"), ("seq = 2\n", "seq = 2\nx-e = true\n"), text=base)
    found = both(base, one, other)
    assert found.ticket.extra == {"x-a": 5, "x-c": {"d": [1]}}
    assert found.ticket.by_id[ANSWER].extra == {"x-e": True}
    assert "x-a = 5 # a\nx-c = { d = [1] }\n" in found.text


def test_events_in_an_inline_array_are_joined_with_tables() -> None:
    inline = Hand(0)
    inline.habits = {"array", "above"}
    text = inline.ticket(loads(EXAMPLE))
    assert "event = [" in text
    found = both(EXAMPLE, edited(('priority = "high"', 'priority = "low"'), text=text), tagged())
    assert {event.id for event in found.ticket.events} > {FIRST, ANSWER, "B2C3D4E5F6"}
    assert set(comments(text)) <= set(comments(found.text))
    assert found.ticket.header.text("priority") == "low"


def test_a_base_that_git_could_not_merge_is_none() -> None:
    conflict = f"<<<<<<<<< ours\n{EXAMPLE}=========\n{tagged()}>>>>>>>>> theirs\n"
    one, other = tagged(), tagged(name="C2C3D4E5F6", tag="urgent")
    assert both(conflict, one, other).text == both("", one, other).text == both(EXAMPLE, one, other).text


def test_a_message_that_both_hands_changed_keeps_both_texts_and_what_they_set() -> None:
    one = edited(("cleared the session", "cleared it"), ('set.status = "answered"', 'set.status = "closed"'))
    found = both(EXAMPLE, one, edited(("cleared the session", "reset it")))
    (note,) = (event for event in found.ticket.events if event.action == "version")
    texts = note.body + found.ticket.by_id[ANSWER].body
    assert "cleared it" in texts
    assert "reset it" in texts
    assert ('set.status = "closed"' in note.body) or found.ticket.by_id[ANSWER].status == "closed"


NO_KIND = EVENT.format(id="C2C3D4E5F6", seq=3, kind="telepathy")
REFUSED = {
    "another ticket": EXAMPLE.replace(CODE, "T7W-2M8QD-N33").replace(FIRST, "T7W2M8QDN3").replace(ANSWER, FIRST),
    "nothing in common": edited((FIRST, "0" * 10), (FIRST, "0" * 10), (ANSWER, "1" * 10), ("seq = 1", "seq = 2")),
    "damaged": EXAMPLE[:-5],
    "a marker": f"<<<<<<< ours\n{EXAMPLE}",
    "empty": "",
    "newer": f"{EXAMPLE}{NO_KIND}",
    "a block copied with its id": f"{EXAMPLE}\n[[event]]{EXAMPLE.rpartition('[[event]]')[2].replace('cleared', 'set')}",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_one_ticket_is_refused(name: str, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("base", "ours", "theirs")]
    for texts in ((EXAMPLE, tagged(), REFUSED[name]), (EXAMPLE, REFUSED[name], tagged())):
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text)
        with pytest.raises((Unreadable, DifferentTickets)):
            joined(*(text.encode() for text in texts), now=NOW)
        with pytest.raises(CannotMerge, match=r"tickets/a\.toml: "):
            merge_driver(*paths, "tickets/a.toml", NOW)
        assert tuple(path.read_text() for path in paths) == texts
        assert sorted(tmp_path.iterdir()) == sorted(paths)


def test_the_driver_writes_the_join_over_ours(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("base", "ours", "theirs")]
    for path, text in zip(paths, (EXAMPLE, EXAMPLE, tagged()), strict=True):
        path.write_text(text)
    merge_driver(*paths, "tickets/a.toml", NOW)
    assert [path.read_text() for path in paths] == [EXAMPLE, tagged(), tagged()]
