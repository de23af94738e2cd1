"""Every writing command, each with the desk it needs; what must hold of it is not said here."""

from __future__ import annotations

import json
import mailbox
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests import post
from tests.faults.running import Ended, Program, run
from tests.faults.scenes import TEXT, Scene, words_of
from tests.faults.sweep import Subject

Make = Callable[[Scene, pytest.MonkeyPatch], Subject]
SLA = '\n[[sla]]\nname = "gold"\nfirst_response = { default = "2h" }\nresolution = { default = "8h" }\n'
MAP = """
source = "old"
rows = "event"
number = "nr"
subject = "{title}"
customer = "from"
opened = "opened"
at = "when"
time_format = ["iso"]
[status]
column = "state"
values = { New = "new" }
"""
CSV = "nr,title,from,opened,when,state\n" + "".join(
    f"{number},Old {number},eva@example.com,2024-11-20 08:00,2024-11-20 08:05,New\n" for number in (1, 2)
)

MESSAGE = {"kind": "message", "channel": "form", "id": "1", "from": "eva@example.com", "text": "From a form."}


def _simple(
    *words: str, before: tuple[tuple[str, ...], ...] = (), text: bool = False, at: str = "2026-03-05", stdin: str = ""
) -> Make:
    """A command in words where ONE and TWO stand for the tickets, after others on the same desk."""

    def make(scene: Scene, _patch: pytest.MonkeyPatch) -> Subject:
        def named(given: tuple[str, ...]) -> list[str]:
            names = {"ONE": scene.one, "TWO": scene.two, "FILE": str(scene.kept / "ticketcli.toml")}
            return [names.get(word, word.replace("ONE/", f"{scene.one}/")) for word in given]

        for earlier in before:
            scene.do(*named(earlier), "--as", "ana", "--at", "2026-03-04")
        scene.keep()
        return scene.subject(*words_of(named(words), at), text=TEXT if text else "", stdin=stdin)

    return make


def _plain(*words: str, before: tuple[tuple[str, ...], ...] = (), state: str = "") -> Make:
    """One that takes neither --id nor --at; what it does is so already when it is given again."""

    def make(scene: Scene, _patch: pytest.MonkeyPatch) -> Subject:
        names = {"ONE": scene.one, "TWO": scene.two, "ONE/2": f"{scene.one}/2"}
        for earlier in before:
            scene.do(*(names.get(word, word) for word in earlier), "--as", "ana")
        scene.keep()
        subject = scene.subject(*(names.get(word, word) for word in words))
        return replace(subject, final=scene.parts) if state else subject

    return make


def _edit(scene: Scene, patch: pytest.MonkeyPatch) -> Subject:
    editor = scene.home / "editor"
    editor.write_text('#!/bin/sh\nsed -i \'s/^priority = .*/priority = "urgent"/\' "$1"\n')
    editor.chmod(0o755)
    patch.setenv("EDITOR", str(editor))
    patch.setattr("ticketcli.cli.fields.can_ask", lambda: True)
    scene.keep()

    def again(_ended: Ended, _program: Program) -> Ended:
        ended = run(scene.program("edit", scene.one, "--as", "ana", seed=99))
        if "nothing was changed in the editor" not in ended.err:
            return ended
        return run(scene.program("tick", seed=98))  # a command that writes commits what was owed

    return scene.subject("edit", scene.one, "--as", "ana", again=again)


def _reapply(scene: Scene, _patch: pytest.MonkeyPatch) -> Subject:
    with (scene.root / "ticketcli.toml").open("a") as settings:
        settings.write(SLA)
    scene.keep()
    return scene.subject("sla", "reapply", "--as", "ana", state=scene.parts_but_ids)


def _skip(scene: Scene, _patch: pytest.MonkeyPatch) -> Subject:
    """Where it was cut behind the skip, it says that nothing is held, and what to type."""
    scene.do("next", "--as", "ana")
    scene.keep()

    def again(_ended: Ended, program: Program) -> Ended:
        ended = run(program)
        return (
            run(scene.program("next", "--as", "ana", seed=99)) if "take one with: ticket next" in ended.err else ended
        )

    return scene.subject("next", "--skip", "bob knows more", "--as", "ana", again=again)


def _import(scene: Scene, _patch: pytest.MonkeyPatch) -> Subject:
    (scene.home / "map.toml").write_text(MAP)
    (scene.home / "old.csv").write_text(CSV)
    scene.keep()
    return scene.subject("import", "csv", str(scene.home / "old.csv"), "--map", str(scene.home / "map.toml"))


def _import_lines(scene: Scene, _patch: pytest.MonkeyPatch) -> Subject:
    """An attachment with its ticket, a version of a ticket that is here, two messages; each file is written once."""
    scene.keep()
    (scene.home / "file").write_text("kept")
    scene.create("elsewhere", "x", "--attach", str(scene.home / "file"))
    scene.do("note", scene.one, "-m", "from another desk", "--as", "ana")
    text = scene.do("export", "jsonl").out
    scene.reset()
    messages = [MESSAGE, {**MESSAGE, "id": "2", "ticket": scene.two, "attachments": [{"name": "a", "data": "eA=="}]}]
    (scene.home / "lines").write_text(text + "".join(f"{json.dumps(one)}\n" for one in messages))
    return scene.subject("import", "jsonl", str(scene.home / "lines"))


def _receive(*words: str, mail: Callable[[Scene], bytes]) -> Make:
    """What comes on standard input comes again where it was not taken, so it need not be kept elsewhere."""

    def make(scene: Scene, _patch: pytest.MonkeyPatch) -> Subject:
        post.configure(scene.home, scene.root)
        scene.keep()
        subject = scene.subject("receive", *words, stdin=mail(scene).decode())
        return replace(subject, look=lambda ended: scene.look(ended, "", ()))

    return make


def _import_mail(scene: Scene, _patch: pytest.MonkeyPatch) -> Subject:
    """A Maildir and an mbox: a new ticket with a file, answers to it and to one that is here, automatic mail."""
    post.configure(scene.home, scene.root)
    scene.keep()
    mailbox.Maildir(scene.home / "Maildir").add(post.mail("Here it is.", id="one", files={"a": b"kept"}))
    box = mailbox.mbox(scene.home / "old.mbox")
    for raw in (
        post.mail("Still.", id="two", In_Reply_To="one"),
        post.mail("Mine, too.", id="three", subject=f"[#{scene.one}]"),
        post.mail("We are glad.", id="four", Precedence="bulk"),
    ):
        box.add(raw)
    box.close()
    return scene.subject("import", "mail", str(scene.home / "Maildir"), str(scene.home / "old.mbox"))


def _init(scene: Scene, _patch: pytest.MonkeyPatch) -> Subject:
    shutil.rmtree(scene.root)
    scene.root.mkdir()
    scene.keep()
    words = ["init", str(scene.root), *(["--name=x"] if scene.git else ["--no-git"])]

    def again(_ended: Ended, _program: Program) -> Ended:
        ended = run(scene.program(*words, desk=False, seed=99))
        return (
            _mended(run(scene.program("check", "--fix", seed=98)), scene) if "is a desk already" in ended.err else ended
        )

    return scene.subject(*words, desk=False, final=scene.parts, again=again)


def _fix(scene: Scene, _patch: pytest.MonkeyPatch) -> Subject:
    """A merge that was cut between its two files, and a file with a carriage return."""
    scene.do("close", scene.two, "--as", "ana", "--at", "2026-03-04")
    one, two = (next(scene.root.glob(f"tickets/*/{code}.toml")) for code in (scene.one, scene.two))
    before = two.read_bytes()
    scene.do("merge", scene.two, "--into", scene.one, "--as", "ana", "--at", "2026-03-05")
    two.write_bytes(before)
    one.write_bytes(one.read_bytes().replace(b"\n", b"\r\n"))
    scene.keep()
    each = scene.merges  # each fault is mended by a write of its own
    return scene.subject("check", "--fix", state=each, again=lambda _ended, program: _mended(run(program), scene))


def _mended(ended: Ended, scene: Scene) -> Ended:
    """How `check --fix` ended; what a cut save left over is taken away when it is an hour old."""
    return ended if any(scene.unchecked()) else replace(ended, code=0)


def _driver(scene: Scene, _patch: pytest.MonkeyPatch) -> Subject:
    ours = next(scene.root.glob(f"tickets/*/{scene.one}.toml"))
    base, theirs = scene.home / "base", scene.home / "theirs"
    base.write_bytes(ours.read_bytes())
    scene.do("note", scene.one, "-m", "theirs", "--as", "bob", "--at", "2026-03-04")
    theirs.write_bytes(ours.read_bytes())
    ours.write_bytes(base.read_bytes())
    scene.do("note", scene.one, "-m", "ours", "--as", "ana", "--at", "2026-03-04")
    scene.keep()
    name = str(ours.relative_to(scene.root))
    subject = scene.subject("merge-driver", str(base), str(ours), str(theirs), "7", name, desk=False)
    return replace(subject, after=lambda _ended: scene.unchecked("--files"))  # to commit what it joined is git's


def _sync(scene: Scene, _patch: pytest.MonkeyPatch) -> Subject:
    """Two clones, each with a reply that the other has not."""
    hub, other, kept = scene.home / "hub.git", scene.home / "other", scene.home / "hub.kept"
    _git(scene.home, "init", "-q", "--bare", "-b", "main", str(hub))
    _git(scene.root, "remote", "add", "origin", str(hub))
    scene.do("sync", "--as", "ana", "-q")
    _git(scene.home, "clone", "-q", str(hub), str(other))
    here, scene.root = scene.root, other
    scene.do("reply", scene.one, "-m", "theirs", "--as", "bob", "--at", "2026-03-04")
    scene.do("sync", "--as", "bob", "-q")
    scene.root = here
    scene.do("reply", scene.one, "-m", "ours", "--as", "ana", "--at", "2026-03-04")
    scene.keep()
    shutil.copytree(hub, kept)

    def reset() -> None:
        scene.reset()
        shutil.rmtree(hub)
        shutil.copytree(kept, hub)

    def after(_ended: Ended) -> Iterator[str]:
        yield from scene.after()
        heads = [_git(scene.root, "rev-parse", name) for name in ("HEAD", "origin/main")] + [
            _git(hub, "rev-parse", "main")
        ]
        yield from ([] if len(set(heads)) == 1 else [f"not everybody has the same: {heads}"])

    return replace(scene.subject("sync", "--as", "ana"), reset=reset, after=after)


def _git(folder: os.PathLike[str], *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


RESOLVED, MERGED = ("resolve", "ONE"), ("merge", "TWO", "--into", "ONE")
COMMANDS: dict[str, Make] = {
    "create": _simple("create", "New", "--from", "eva@example.com", "-m", TEXT, text=True),
    "reply": _simple("reply", "ONE", "-m", TEXT, text=True),
    "reply from standard input": _simple("reply", "ONE", "-F", "-", stdin=TEXT),
    "reply with a status": _simple("reply", "ONE", "-s", "resolved", "-m", TEXT, text=True),
    "note to two": _simple("note", "ONE", "TWO", "-m", TEXT, text=True),
    "note with a file": _simple("note", "ONE", "-m", TEXT, "--attach", "FILE", text=True),
    "note to a third party": _simple("note", "ONE", "--to", "parts@example.com", "-m", TEXT, text=True),
    "status": _simple("status", "ONE", "open"),
    "resolve": _simple("resolve", "ONE"),
    "close": _simple("close", "ONE", "TWO"),
    "reopen": _simple("reopen", "ONE", "-m", TEXT, before=(RESOLVED,), text=True),
    "postpone": _simple("postpone", "ONE", "2026-03-20"),
    "rate": _simple("rate", "ONE", "2", "-m", TEXT, before=(RESOLVED,), text=True),
    "assign": _simple("assign", "ONE", "bob"),
    "transfer": _simple("transfer", "ONE", "billing"),
    "tag": _simple("tag", "ONE", "+sso"),
    "set": _simple("set", "ONE", "fields.order=A-1"),
    "edit": _edit,
    "link": _simple("link", "ONE", "TWO"),
    "split": _simple("split", "ONE/2", "--subject", "Second"),
    "merge": _simple("merge", "TWO", "--into", "ONE"),
    "unmerge": _simple("unmerge", "TWO", before=(MERGED,), at=""),
    "undo": _simple("undo", before=(MERGED,), at=""),
    "redact": _plain("redact", "ONE/2", "--yes", "--as", "ana"),
    "tick": _plain("tick", before=(("postpone", "ONE", "2026-03-06", "--at", "2026-03-05"),)),
    "next": _plain("next", "--as", "ana", state="leases"),
    "next --take": _plain("next", "--take", "--as", "ana"),
    "next --skip": _skip,
    "next --release": _plain("next", "--release", "--as", "ana", before=(("next",),), state="leases"),
    "import csv": _import,
    "import jsonl": _import_lines,
    "import mail": _import_mail,
    "receive": _receive(mail=lambda _: post.mail("It jams.", files={"photo": b"kept"})),
    "receive an answer": _receive(mail=lambda scene: post.mail("Still.", subject=f"[#{scene.one}]", files={"a": b"x"})),
    "receive what cannot be read": _receive(mail=lambda _: post.mail().replace(b"Subject", b"X" * 400_000)),
    "receive --json": _receive("--json", mail=lambda scene: json.dumps({**MESSAGE, "ticket": scene.one}).encode()),
    "receive --json that cannot be read": _receive("--json", mail=lambda _: b"{"),
    "sla reapply": _reapply,
    "init": _init,
    "check --fix": _fix,
    "merge-driver": _driver,
}
WITH_GIT: dict[str, Make] = {"sync": _sync}
