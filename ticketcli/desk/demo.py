"""The example desk: a few days of a small support team, played through the same actions as everything else."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ticketcli.core.action import conversation as act
from ticketcli.core.action.change import assign, change, transfer_to
from ticketcli.core.action.status import move
from ticketcli.core.clock import times
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.who import parse
from ticketcli.core.words.change import changes
from ticketcli.desk.canned import FOLDER
from ticketcli.desk.desk import SETTINGS, Desk, open_desk
from ticketcli.desk.record import How, Session, session
from ticketcli.edges import config, git, store

if TYPE_CHECKING:
    from ticketcli.core.action.draft import Action


def play(root: Path, now: datetime, environ: Mapping[str, str]) -> int:
    """Fills a new desk with the tickets of demo.toml, at times before now; how many there are."""
    script = tomllib.loads((files("ticketcli.desk") / "demo.toml").read_text(encoding="utf-8"))
    _settings(root, script["settings"], script["canned"])
    config.write_me(root, "ana")  # whoever tries it may answer
    for ticket in script["ticket"]:
        _play_one(root, ticket, now, environ)
    return len(script["ticket"])


def _settings(root: Path, more: str, canned: Mapping[str, str]) -> None:
    path = root / SETTINGS
    old = path.read_bytes()
    kept = old.decode().partition("# [department.billing]")[0]
    store.write(path, (kept + more).encode(), old=old)
    responses = {root / FOLDER / f"{name}.toml": text for name, text in canned.items()}
    for file, text in responses.items():
        store.write(file, text.encode(), old=None)
    git.commit(root, [path, *responses], "settings of the example desk", "ticket <ticket@localhost>")


def _play_one(root: Path, ticket: Mapping[str, Any], now: datetime, environ: Mapping[str, str]) -> None:
    code = ""
    for step in ticket["step"]:
        who = "" if step["who"] == "customer" else step["who"]
        desk = open_desk(root, environ, who or "ana")
        at = times.instant(step["at"], now=now, zone=desk.settings.zone, forward=False)
        with session(desk, How(now, at), "demo", lambda _problem: None) as work:
            if code:
                situation = work.catalog.situation(code)
                work.record(situation, _action(step, ticket, desk, now))
            else:
                code = _begin(work, step, ticket, desk, now)


def _begin(work: Session, step: Mapping[str, Any], ticket: Mapping[str, Any], desk: Desk, now: datetime) -> str:
    fields = changes(ticket.get("set", []), settings=desk.settings, now=now)
    message = act.Message(step["text"], ticket.get("channel", "email"), (), fields)
    draft = act.create(
        ticket["subject"], message, parse(ticket["customer"]), work.context, by_agent=step["who"] != "customer"
    )
    return work.record(None, [draft])[0].code


def _action(step: Mapping[str, Any], ticket: Mapping[str, Any], desk: Desk, now: datetime) -> Action:
    text = step.get("text", "")
    message = act.Message(text, ticket.get("channel", "email") if step["who"] == "customer" else "cli")
    until = times.instant(step["until"], now=now, zone=desk.settings.zone, forward=True) if "until" in step else None
    does = step.get("do", "reply")
    if step["who"] == "customer":
        return act.customer_reply(message, parse(ticket["customer"]))
    actions: dict[str, Action] = {
        "reply": act.reply(message, status=step.get("status", ""), until=until),
        "note": act.note(message),
        "resolve": move("resolved", reason=text),
        "postpone": move("postponed", reason=text, until=until),
        "assign": assign(step.get("to", ""), reason=text),
        "transfer": transfer_to(step.get("to", ""), reason=text),
        "tag": change(Changes({}, {"tags": tuple(step.get("tags", ()))})),
    }
    return actions[does]
