"""A healthy desk with everything in it, and every fault that `ticket check` finds, planted in a copy of it."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from tests.command import PEOPLE, at_home
from ticketcli.cli.main import main
from ticketcli.core.file.codec import dumps, event_text, loads
from ticketcli.core.ticket.event import Event
from ticketcli.core.ticket.fold import Ticket
from ticketcli.desk.health import attachments, canned, clone, conflicts, contents, files, history, pointers, rules
from ticketcli.desk.health.checking import Inspection
from ticketcli.edges.git import owing

MARIA = "Maria Santos <maria@example.com>"
LEVELS = """
[calendar.office]
mon = ["09:00-17:00"]
tue = ["09:00-17:00"]
wed = ["09:00-17:00"]
thu = ["09:00-17:00"]
fri = ["09:00-17:00"]

[[sla]]
name = "standard"
calendar = "office"
first_response = { default = "8h" }
"""
GONE = "7KQ-M2RTX-4BG"
"""A code that no ticket of the desk has."""
OLD = datetime(2020, 1, 1, tzinfo=UTC)
AHEAD = datetime(2150, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Planted:
    """A desk of the tests on the disk: what its tickets are called, and how to damage them."""

    root: Path
    codes: dict[str, str]
    paths: dict[str, str]
    """Where its tickets lie in the healthy desk."""
    tickets: dict[str, Ticket]
    """As they are there."""

    def path(self, name: str) -> Path:
        """The file of a ticket, by its name here or its code."""
        (path,) = self.root.glob(f"tickets/*/{self.codes.get(name, name)}.toml")
        return path

    def ticket(self, name: str) -> Ticket:
        return loads(self.path(name).read_text())

    def write(self, ticket: Ticket) -> None:
        """Writes a ticket in canonical form: a fault of what it says, not of its file."""
        self.path(ticket.code).write_text(dumps(ticket))

    def change(self, name: str, number: int = 0, **keys: object) -> None:
        """Changes an event of a ticket."""
        ticket = self.ticket(name)
        events = list(ticket.events)
        events[number] = replace(events[number], **keys)  # type: ignore[arg-type]
        self.write(Ticket(ticket.code, tuple(events), ticket.extra))

    def add(self, name: str, **keys: object) -> None:
        """Adds an event to a ticket, as a command would record it."""
        ticket = self.ticket(name)
        event = Event(id="ZZZZZZZZZ1", seq=ticket.next_seq, at=ticket.events[-1].at, by="ana")
        self.write(ticket.plus([replace(event, **keys)]))  # type: ignore[arg-type]

    def edit(self, name: str, old: str, new: str) -> None:
        """Replaces a text in a ticket's file, as an editor does."""
        path = self.path(name)
        text = path.read_text()
        assert old in text, (name, old)
        path.write_text(text.replace(old, new, 1))

    def append(self, text: str) -> None:
        """Adds something to the settings."""
        with (self.root / "ticketcli.toml").open("a") as settings:
            settings.write(text)

    def attachment(self) -> Path:
        (path,) = self.root.glob("attachments/*/*")
        return path

    def git(self, *words: str, code: int = 0) -> str:
        done = subprocess.run(["git", *words], cwd=self.root, capture_output=True, text=True)
        assert done.returncode == code, done.stderr
        return done.stdout

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", "planted")

    def named(self, text: str) -> str:
        """The text with PATH(name), MONTH(name) and CODE(name) as they are here."""
        text = re.sub(r"PATH\((\w+)\)", lambda found: self.paths[found[1]], text)
        text = re.sub(r"MONTH\((\w+)\)", lambda found: str(Path(self.paths[found[1]]).parent), text)
        text = re.sub(r"ID\((\w+)/(\d+)\)", lambda found: self._event(found[1], int(found[2])).id, text)
        text = re.sub(r"AT\((\w+)/(\d+)\)", lambda found: str(self._event(found[1], int(found[2])).at), text)
        text = text.replace("THREE", ", ".join(sorted(self.codes.values())[:3])).replace(
            "FIRST", min(self.codes.values())
        )
        return re.sub(r"CODE\((\w+)\)", lambda found: self.codes[found[1]], text)

    def _event(self, name: str, seq: int) -> Event:
        return next(event for event in self.tickets[name].events if event.seq == seq)


def plant(home: Path) -> Planted:
    """A healthy desk: an attachment, a split of each kind, a merge, a link, levels, agents; all of it committed."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        at_home(home, monkeypatch)
        root = home / "desk"
        ticket(root, "init", str(root), "--name", "ACME", desk=False)
        (root / "ticketcli.toml").write_text((root / "ticketcli.toml").read_text() + PEOPLE + LEVELS)
        (home / "shot.png").write_bytes(b"data")
        new = ("--from", MARIA, "-d", "support", "-m")
        codes = {"one": ticket(root, "create", "Printer jams", *new, "It eats paper.\nAll of it.", "--at", "-20d")}
        codes["two"] = ticket(root, "create", "Cannot log in", *new, "Help.", "--attach", str(home / "shot.png"))
        codes["source"] = ticket(root, "create", "Still jams", *new, "Help!")
        ticket(root, "reply", codes["one"], "-m", "Please try again.", "--cc", "eva@example.com")
        ticket(root, "reply", codes["one"], "--from", "customer", "-m", "It still jams.")
        ticket(root, "reply", codes["one"], "--from", "customer", "-m", "And the light is out.")
        codes["child"] = ticket(root, "split", f"{codes['one']}/4", "--subject", "Light")
        codes["copy"] = ticket(root, "split", f"{codes['one']}/3", "--subject", "Copy", "--copy")
        codes["part"] = ticket(root, "split", f"{codes['one']}/1", "--subject", "Part", "--part", "All of it.")
        ticket(root, "merge", codes["source"], "--into", codes["one"])
        ticket(root, "link", codes["one"], codes["two"])
        codes["watched"] = ticket(root, "create", "Watched", *new, "Look.")
        ticket(root, "note", codes["watched"], "-m", "Seen.")
        ticket(root, "assign", codes["two"], "bob")
        desk = Planted(root, codes, {}, {})
        desk.commit()
        paths = {name: str(desk.path(name).relative_to(root)) for name in codes}
        return replace(desk, paths=paths, tickets={name: desk.ticket(name) for name in codes})


def ticket(root: Path, *words: str, desk: bool = True) -> str:
    """The first line that a command prints; it must end well."""
    printed, said = io.StringIO(), io.StringIO()
    with redirect_stdout(printed), redirect_stderr(said):
        code = main([*(("-C", str(root)) if desk else ()), *words])
    assert code == 0, said.getvalue()
    return printed.getvalue().partition("\n")[0]


def another(desk: Planted, place: Path) -> Planted:
    """A copy of a desk, to be damaged."""
    shutil.copytree(desk.root, place, symlinks=True)
    return replace(desk, root=place)


# --- faults ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """A fault, the line that `ticket check` says of it, and what looks at it."""

    plant: Callable[[Planted], object]
    line: str
    inspection: Inspection
    fixable: bool = False


def old(path: Path) -> None:
    os.utime(path, (OLD.timestamp(), OLD.timestamp()))


def stray(desk: Planted) -> None:
    path = desk.path("one").with_name(f"{'a' * 16}.tmp")
    path.write_text("half")
    old(path)


def fresh(desk: Planted) -> None:
    desk.path("one").with_name(f"{'a' * 16}.tmp").write_text("half")


def link_instead(desk: Planted) -> None:
    path = desk.path("two")
    path.rename(desk.root.parent / "elsewhere")
    path.symlink_to(desk.root.parent / "elsewhere")


def mark(desk: Planted) -> None:
    """Marks of a conflict that somebody has committed."""
    text = desk.path("two").read_text()
    marked = "<<<<<<< HEAD\nHelp me.\n=======\nHelp us.\n>>>>>>> other\n"
    desk.path("two").write_text(text.replace("Help.\n", marked))
    desk.commit()


def unjoinable(desk: Planted) -> None:
    path = desk.path("two")
    path.write_text(f"<<<<<<< HEAD\n{path.read_text()}=======\n{desk.path('one').read_text()}>>>>>>> other\n")
    desk.commit()


def conflict(desk: Planted) -> None:
    """A merge without the driver, as git leaves it."""
    desk.git("config", "--remove-section", "merge.ticketcli")
    desk.git("checkout", "-qb", "other")
    desk.add("two", id="ZZZZZZZZZ2", kind="message", role="customer", by=MARIA, body="From the other side.\n")
    desk.commit()
    desk.git("checkout", "-q", "main")
    desk.add("two", kind="message", body="From this side.\n", set={("status",): "answered"}, seen=())
    desk.commit()
    desk.git("merge", "-q", "other", code=1)
    desk.git("config", "merge.ticketcli.driver", "false")


def taken_away(desk: Planted) -> None:
    """A merge in which one side took the file away."""
    desk.git("checkout", "-qb", "other")
    desk.git("rm", "-q", str(desk.path("two")))
    desk.git("commit", "-qm", "away")
    desk.git("checkout", "-q", "main")
    desk.add("two", kind="note", body="Here.\n")
    desk.commit()
    desk.git("merge", "-q", "other", code=1)


def twice(desk: Planted) -> None:
    place = desk.root / "tickets/2031-01"
    place.mkdir()
    shutil.copy(desk.path("two"), place)
    desk.commit()


def misname(desk: Planted) -> None:
    desk.path("watched").rename(desk.path("watched").with_name(f"{GONE}.toml"))
    desk.commit()


def without_event(desk: Planted) -> None:
    """A hand takes a note out."""
    ticket = desk.ticket("watched")
    desk.write(Ticket(ticket.code, ticket.events[:1], ticket.extra))


def doubled_event(desk: Planted) -> None:
    desk.path("two").write_text(f"{dumps(desk.ticket('two'))}\n{event_text(desk.ticket('two').events[-1])}")


def can(text: str, name: str = "hello") -> Callable[[Planted], None]:
    """A canned response with this text."""

    def plant(desk: Planted) -> None:
        (desk.root / "canned").mkdir()
        (desk.root / f"canned/{name}.toml").write_text(text)
        desk.commit()

    return plant


def rule(text: str) -> Callable[[Planted], None]:
    """A rule for new tickets that does this."""

    def plant(desk: Planted) -> None:
        with (desk.root / "ticketcli.toml").open("a") as settings:
            settings.write(f'[[rule]]\nname = "new"\non = ["created"]\n{text}\n')
        desk.commit()

    return plant


def orphan(desk: Planted) -> None:
    path = desk.root / "attachments" / ORPHAN[:2] / ORPHAN
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"nobody's")
    desk.commit()


def no_attachment(desk: Planted) -> None:
    (desk.attachment().parent / "notes.txt").write_text("mine")
    desk.commit()


def alter(desk: Planted) -> None:
    desk.attachment().chmod(0o644)
    desk.attachment().write_bytes(b"other")
    desk.commit()


def lose(desk: Planted) -> None:
    desk.attachment().unlink()
    desk.commit()


def cut(desk: Planted, name: str, action: str) -> None:
    """Takes the last event of a command out of one of its two files, as if it had been cut off."""
    ticket = desk.ticket(name)
    pointer = {"merge": ("shows", "merged_into"), "split": ("moved",)}[action]
    (last,) = [event for event in ticket.events if event.action == action and _points(event, pointer)]
    desk.write(Ticket(ticket.code, tuple(event for event in ticket.events if event != last), ticket.extra))
    desk.commit()


def _points(event: Event, names: tuple[str, ...]) -> bool:
    return not {*event.lists, *(path[0] for path in event.set)}.isdisjoint(names)


def circle(desk: Planted) -> None:
    """Two clones merge two tickets into each other."""
    one, two = desk.codes["one"], desk.codes["two"]
    desk.add("one", action="merge", set={("merged_into",): two}, lists=lists(shows=f"+{two}"))
    desk.add("two", action="merge", set={("merged_into",): one}, lists=lists(shows=f"+{one}"))


def no_calendar(desk: Planted) -> None:
    settings = desk.root / "ticketcli.toml"
    text = settings.read_text()
    settings.write_text(text.replace("[calendar.office]", "[calendar.hours]").replace('"office"', '"hours"'))


def unreadable_view(desk: Planted) -> None:
    settings = desk.root / "ticketcli.toml"
    settings.write_text(f'{settings.read_text()}\n[view.old]\nfilter = "is:older"\n')


def ahead(desk: Planted) -> None:
    desk.add("two", at=AHEAD, kind="note", body="From tomorrow.\n")


def uncommitted(desk: Planted) -> None:
    desk.git("rm", "-q", "--cached", str(desk.path("two")))
    desk.git("commit", "-qm", "forgotten")
    desk.git("add", "-N", str(desk.path("two")))


def owed(desk: Planted) -> None:
    """What a command leaves that was cut off between its save and its commit."""
    desk.add("two", kind="note", by="ana", role="agent", body="Saved.\n")
    (desk.root / ".ticketcli").mkdir(exist_ok=True)
    owing.note_as_they_lie(desk.root, [desk.path("two")])


def behind(desk: Planted) -> None:
    desk.git("rm", "-q", "--cached", str(desk.path("two")))


def lists(**changes: str) -> dict[str, tuple[str, ...]]:
    return {name: (change,) for name, change in changes.items()}


CUT = "left over from a save that was cut short"
BY_HAND = "mend it by hand, or take it back with git"
BACK = "bring its file back with git"
AGAIN = "take it back with git, or attach the file again"
MARKED = (
    "PATH(two): line N: git left a conflict here; make one of both versions in an editor, without the lines of marks"
)
ORPHAN = sha256(b"nobody's").hexdigest()

FAULTS: dict[str, Fault] = {
    # files
    "left over": Fault(stray, f"MONTH(one)/{'a' * 16}.tmp: {CUT}; remove it", files.strangers, True),
    "left over just now": Fault(
        fresh, f"MONTH(one)/{'a' * 16}.tmp: {CUT}; remove it if no command writes now", files.strangers
    ),
    "no ticket file": Fault(
        lambda desk: (desk.root / "tickets/notes.txt").write_text("mine"),
        "tickets/notes.txt: no ticket file; move it out of tickets/",
        files.strangers,
    ),
    "unreadable": Fault(
        link_instead,
        "PATH(two): cannot be read: it is a symbolic link; "
        "it must be an ordinary file of at most 8 MiB that you may read",
        files.unreadable,
    ),
    "conflict, committed": Fault(mark, MARKED, conflicts.marked, True),
    "conflict of two tickets": Fault(
        unjoinable, f"{MARKED} (CODE(two) and CODE(one) are different tickets)", conflicts.marked
    ),
    "conflict, in git": Fault(conflict, MARKED, conflicts.marked, True),
    "conflict that git alone knows": Fault(
        taken_away, "PATH(two): git still holds it as a conflict; git add PATH(two)", conflicts.unmerged, True
    ),
    "twice": Fault(
        twice,
        "tickets/2031-01/CODE(two).toml: the same code as PATH(two); keep one of them",
        conflicts.doubled,
        True,
    ),
    "named otherwise": Fault(
        misname,
        f'MONTH(watched)/{GONE}.toml: holds the ticket "CODE(watched)"; the file must be named after its code',
        files.misnamed,
        True,
    ),
    "no TOML": Fault(
        lambda desk: desk.edit("two", "[customer]", "[customer"),
        f"PATH(two): line N: expected ']' at the end of a table declaration; {BY_HAND}",
        files.invalid,
    ),
    "no ticket": Fault(
        lambda desk: desk.edit("two", "seq = 1\n", "seq = 0\n"),
        f"PATH(two): event 1 (ID(two/1)): seq is not a number from 1 to 1,000,000; {BY_HAND}",
        files.invalid,
    ),
    "half of a conflict": Fault(
        lambda desk: desk.edit("two", "Help.\n", ">>>>>>> other\nHelp.\n"),
        f"PATH(two): line N: git left a conflict here, settle it and remove the marker lines; {BY_HAND}",
        files.invalid,
    ),
    "changed by hand": Fault(
        lambda desk: desk.edit("two", 'priority = "normal"', 'priority = "high"  # because'),
        "PATH(two): changed by hand and not yet recorded; the next write records it",
        files.by_hand,
        True,
    ),
    "typed by hand": Fault(
        lambda desk: desk.path("two").write_text(desk.path("two").read_text() + '\n[[event]]\nbody = "Typed."\n'),
        "PATH(two): changed by hand and not yet recorded; the next write records it",
        files.by_hand,
        True,
    ),
    "line ends": Fault(
        lambda desk: desk.path("two").write_bytes(desk.path("two").read_bytes().replace(b"\n", b"\r\n")),
        "PATH(two): CRLF line ends or a byte order mark; the next write leaves LF",
        files.line_ends,
        True,
    ),
    "created": Fault(
        lambda desk: desk.edit("two", "\ncreated = 20", "\ncreated = 21"),
        "PATH(two): created is not AT(two/1), the time of the first event; the next write corrects it",
        files.odd,
        True,
    ),
    "an event twice": Fault(doubled_event, f"PATH(two): an event stands in it twice; {BY_HAND}", files.odd),
    "canned": Fault(can("body = \n"), f"canned/hello.toml: line N: invalid value; {BY_HAND}", canned.unusable),
    "a canned placeholder": Fault(
        can('body = "Hello {{{{customer.name}}"'),
        'canned/hello.toml: "body" has {{ without }} in its line; write {{customer.name}} or {{customer.name|there}}',
        canned.unusable,
    ),
    "a canned name": Fault(
        can('body = "Hello"', "-m"), "canned/-m.toml: a name that no command can be given; rename it", canned.unusable
    ),
    "a canned key": Fault(
        can('body = "Hello"\nmood = "warm"'),
        'canned/hello.toml: unknown key "mood"; it does nothing: correct its name, or take it out',
        canned.unknown,
    ),
    "a canned file": Fault(
        can('body = "Hello"\nattachments = ["terms.pdf"]'),
        'canned/hello.toml: its attachment "terms.pdf" cannot be read: no such file; '
        "put the file beside it, or take its name out",
        canned.attachments,
    ),
    "what follows a canned response": Fault(
        can('body = "Hello"\nthen = ["tags=a b"]'),
        'canned/hello.toml: "then": cannot set "tags=a b": "a b" is no tag: one word of at most 60 characters, '
        "without commas; write +vip or -vip",
        canned.names,
    ),
    "the department of a canned response": Fault(
        can('body = "Hello"\ndepartment = "cellar"'),
        'canned/hello.toml: unknown department "cellar" (there are support, billing); correct its department',
        canned.names,
    ),
    "a rule that sends what is not there": Fault(
        rule('do = ["canned=gone"]'),
        'ticketcli.toml: rule "new": no canned response "gone"; known: none at all; '
        'write canned/greeting.toml with body = "Hello {{customer.name|there}}"',
        rules.canned,
    ),
    # the last commit
    "a ticket is gone": Fault(
        lambda desk: desk.path("watched").unlink(),
        "PATH(watched): a ticket of the last commit that is gone; "
        "tickets are never taken away: git checkout -- PATH(watched)",
        history.lost_tickets,
        True,
    ),
    "an event is gone": Fault(
        without_event,
        "PATH(watched): /2 of the last commit is gone; "
        "events are only added, it would come back: ticket redact CODE(watched)/N blacks out a text",
        history.lost_events,
        True,
    ),
    # attachments
    "attachment gone": Fault(
        lambda desk: desk.attachment().unlink(),
        f'PATH(two): /1: the attachment "shot.png" is not here; {AGAIN}',
        attachments.missing,
        True,
    ),
    "attachment gone for good": Fault(
        lose, f'PATH(two): /1: the attachment "shot.png" is not here; {AGAIN}', attachments.missing
    ),
    "attachment altered": Fault(
        alter,
        'PATH(two): /1: the attachment "shot.png" cannot be used: '
        f"its content is damaged, it is not what its name says; {AGAIN}",
        attachments.altered,
        True,
    ),
    "attachment of another size": Fault(
        lambda desk: desk.edit("two", "size = 4", "size = 5"),
        'PATH(two): /1: the attachment "shot.png" has 4 bytes, not 5; correct its size',
        attachments.altered,
    ),
    "attachment of nobody": Fault(
        orphan,
        f"attachments/{ORPHAN[:2]}/{ORPHAN}: an attachment that no ticket names; "
        "attach it to its ticket, or remove the file",
        attachments.orphans,
    ),
    "no attachment": Fault(
        no_attachment,
        "attachments/3a/notes.txt: no attachment: its name is no SHA-256; move it out of attachments/",
        attachments.orphans,
    ),
    # pointers
    "merge cut short": Fault(
        lambda desk: cut(desk, "source", "merge"),
        "PATH(one): shows CODE(source), which does not point to it; "
        "a merge or an unmerge was cut short, or is another clone's: ticket unmerge CODE(source)",
        pointers.shown,
        True,
    ),
    "merged and not shown": Fault(
        lambda desk: cut(desk, "one", "merge"),
        "PATH(source): merged into CODE(one), which does not show it; "
        "complete the merge, or: ticket unmerge CODE(source)",
        pointers.merged,
        True,
    ),
    "merged into nothing": Fault(
        lambda desk: desk.add("watched", action="merge", set={("merged_into",): GONE}),
        f"PATH(watched): merged into {GONE}, which is not here; {BACK}, or: ticket unmerge CODE(watched)",
        pointers.merged,
    ),
    "circle": Fault(
        circle,
        "PATH(one): merged in a circle, of which it answers for all; to end that: ticket unmerge CODE(one)",
        pointers.circles,
    ),
    "shows nothing": Fault(
        lambda desk: desk.add("watched", lists=lists(shows=f"+{GONE}")),
        f"PATH(watched): shows {GONE}, which is not here; {BACK}",
        pointers.shown,
    ),
    "split cut short": Fault(
        lambda desk: cut(desk, "one", "split"),
        "PATH(child): shows CODE(one)/ID(one/4), which does not point to it; a split was cut short: give it again",
        pointers.split_off,
        True,
    ),
    "shows no message": Fault(
        lambda desk: desk.add("watched", lists=lists(shows=f"+{desk.codes['two']}/ZZZZZZZZZ9")),
        f"PATH(watched): shows CODE(two)/ZZZZZZZZZ9, which is not here; {BACK}",
        pointers.split_off,
    ),
    "moved to nothing": Fault(
        lambda desk: desk.add("two", set={("moved", desk.ticket("two").first.id): GONE}),
        f"PATH(two): ID(two/1) points to {GONE}, which is not here; it is shown here until then: {BACK}",
        pointers.moved,
    ),
    "moved and not shown": Fault(
        lambda desk: desk.add("two", set={("moved", desk.ticket("two").first.id): desk.codes["one"]}),
        "PATH(two): ID(two/1) points to CODE(one), which does not show it; "
        "it is shown here: take the line out of [moved]",
        pointers.moved,
    ),
    "nothing moved": Fault(
        lambda desk: desk.add("two", set={("moved", "ZZZZZZZZZ9"): desk.codes["one"]}),
        "PATH(two): moved.ZZZZZZZZZ9 names no event of this ticket; take the line out",
        pointers.moved,
    ),
    "copies nothing": Fault(
        lambda desk: desk.add("two", lists=lists(copies=f"+{GONE}/ZZZZZZZZZ9")),
        f"PATH(two): shows a copy of {GONE}/ZZZZZZZZZ9, which is not here; {BACK}",
        pointers.copies,
    ),
    "copies no message": Fault(
        lambda desk: desk.add("two", lists=lists(copies=f"+{desk.codes['one']}/ZZZZZZZZZ9")),
        f"PATH(two): shows a copy of CODE(one)/ZZZZZZZZZ9, which is not here; {BACK}",
        pointers.copies,
    ),
    "linked with nothing": Fault(
        lambda desk: desk.add("two", lists=lists(links=f"+related {GONE}")),
        f'PATH(two): the link "related {GONE}" leads to no ticket; {BACK}, or take it out of links',
        pointers.links,
    ),
    "names no event": Fault(
        lambda desk: desk.add("two", action="undo", about=("ZZZZZZZZZ9",)),
        "PATH(two): /4 names an event in about that no ticket has: ZZZZZZZZZ9; "
        "bring it back with git, or correct the line",
        pointers.events,
    ),
    # what a ticket says
    "unknown status": Fault(
        lambda desk: desk.add("two", set={("status",): "limbo"}, seen=()),
        'PATH(two): unknown status "limbo"; add [status.NAME] to ticketcli.toml or set another',
        contents.status,
    ),
    "unknown priority": Fault(
        lambda desk: desk.add("watched", set={("priority",): "hihg"}),
        'PATH(watched): unknown priority "hihg" (there are low, normal, high, urgent); '
        "ticket set CODE(watched) priority=high",
        contents.priority,
    ),
    "unknown department": Fault(
        lambda desk: desk.add("two", set={("department",): "Support"}),
        'PATH(two): unknown department "Support" (there are support, billing); ticket transfer CODE(two) support',
        contents.department,
    ),
    "unknown assignee": Fault(
        lambda desk: desk.add("two", set={("assignee",): "nobody"}),
        'PATH(two): unknown assignee "nobody" (there are ana, bob); ticket assign CODE(two) NAME',
        contents.assignee,
    ),
    "unknown watcher": Fault(
        lambda desk: desk.add("two", lists=lists(watchers="+anna")),
        'PATH(two): unknown watcher "anna" (there are ana, bob); ticket set CODE(two) watchers=-anna,+ana',
        contents.watchers,
    ),
    "no subject": Fault(
        lambda desk: desk.add("watched", set={("subject",): " "}),
        "PATH(watched): it has no subject; ticket set CODE(watched) subject=TEXT",
        contents.subject,
    ),
    "no address": Fault(
        lambda desk: desk.add("two", set={("customer", "email"): "maria@"}),
        'PATH(two): the customer\'s "maria@" is no address; ticket set CODE(two) customer.email=ADDRESS',
        contents.addresses,
    ),
    "no address in copy": Fault(
        lambda desk: desk.add("two", lists=lists(cc="+eva")),
        'PATH(two): "eva" in cc is no address; correct it in the file',
        contents.addresses,
    ),
    "the future": Fault(
        ahead,
        f"PATH(two): /4 lies in the future ({AHEAD:%Y-%m-%d %H:%M} UTC); set the clock of the computer that wrote it, "
        "and this time in the file",
        contents.times,
    ),
    "no calendar": Fault(
        no_calendar,
        'ticketcli.toml: the calendar "office" is gone, in whose hours a service level of THREE and 4 more counts; '
        "put [calendar.office] back, or: ticket sla reapply code:FIRST",
        contents.calendar,
    ),
    "unreadable view": Fault(
        unreadable_view,
        'ticketcli.toml: cannot read the filter "view:old": cannot read the filter "is:older": no condition "older"; '
        "known: overdue, due-soon, stale, waiting, unassigned, watched, to-solve, reopened, unhappy, merged",
        contents.views,
    ),
    # this clone
    "lock": Fault(
        lambda desk: (desk.root / ".git/index.lock").write_text(""),
        ".git/index.lock: a lock that git left; remove it when no git command runs",
        clone.locks,
    ),
    "no repository": Fault(
        lambda desk: shutil.rmtree(desk.root / ".git"),
        "ticketcli.toml: nothing is committed, there is no git repository here; "
        "run git init, or write commit = false below [git]",
        clone.repository,
    ),
    "no driver": Fault(
        lambda desk: desk.git("config", "--unset", "merge.ticketcli.driver"),
        ".gitattributes: git here does not know how to join two versions of a ticket; "
        "the next writing command tells it",
        clone.driver,
        True,
    ),
    "in no commit": Fault(
        uncommitted, "PATH(two): in no commit; git add PATH(two) && git commit", clone.uncommitted, True
    ),
    "not committed yet": Fault(
        owed,
        "PATH(two): saved, and not committed yet; the next writing command commits it",
        clone.uncommitted,
        True,
    ),
    "index behind": Fault(
        behind,
        "PATH(two): git's index is behind the last commit: the next git commit would take it back; "
        "git reset -q -- PATH(two)",
        clone.unindexed,
        True,
    ),
}
