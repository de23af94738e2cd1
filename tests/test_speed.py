"""How long commands take, as ratios between commands on the same desk in one run; absolute times say nothing."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.play import Play
from ticketcli.core.action import conversation as act
from ticketcli.core.file.codec import dumps
from ticketcli.core.ticket.changes import Changes
from ticketcli.core.ticket.who import Who
from ticketcli.core.words.loading import load

TICKETS, ROUNDS = 10_000, 3
TARGETS = {
    "first_response": {"urgent": "1h", "default": "8h"},
    "next_response": {"default": "8h"},
    "resolution": {"urgent": "8h", "default": "80h"},
}
WEEK = {day: ["09:00-12:30", "13:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
WHEN = ["tag:vip priority:high..", "department:billing", "customer:@acme.com", "fields.plan:gold"]


def settings() -> dict[str, object]:
    """Five levels in office hours."""
    levels: list[dict[str, object]] = [{"name": f"level-{n}", "when": when} for n, when in enumerate(WHEN)]
    rows = [{**level, "calendar": "office", **TARGETS} for level in [*levels, {"name": "standard"}]]
    return {"format": 1, "calendar": {"office": {"time_zone": "Europe/Prague", **WEEK}}, "sla": rows}


def make(root: Path, count: int, now: datetime) -> None:
    """A desk of open tickets, some answered once and asked again."""
    import tomli_w

    rnd = random.Random(7)
    root.mkdir()
    (root / "ticketcli.toml").write_text(tomli_w.dumps(settings()))
    play = Play(load(settings()))
    for number in range(count):
        play.now = now - timedelta(minutes=rnd.randrange(60 * 24 * 30))
        fields = {("priority",): rnd.choice(["low", "normal", "high", "urgent"])}
        fields |= {("department",): rnd.choice(["support", "billing"]), ("fields", "plan"): rnd.choice(["gold", "tin"])}
        tags = {"tags": ("+vip",)} if rnd.random() < 0.2 else {}
        who = Who(f"Customer {number % 997}", f"c{number % 997}@{rnd.choice(['acme.com', 'example.com'])}")
        text = "Since I reset my password I cannot log in any more. " * rnd.randrange(1, 12)
        code = play.asks(text, who=who, changes=Changes(fields, tags))
        if rnd.random() < 0.4:
            play.answers(code, "Please try again: we cleared the session. " * rnd.randrange(1, 8))
            play.do(code, act.customer_reply(act.Message("It still fails."), who))
        folder = root / "tickets" / f"{play.tickets[code].first.at:%Y-%m}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{code}.toml").write_text(dumps(play.tickets.pop(code)), encoding="utf-8")


def seconds(root: Path, *words: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-m", "ticketcli", "-C", str(root), *words], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


@pytest.mark.long
def test_to_solve_takes_no_more_than_half_again_of_list(tmp_path: Path) -> None:
    """The two are measured in turn, and the quickest run of each is compared: other work only makes runs slower."""
    root = tmp_path / "desk"
    make(root, TICKETS, datetime.now(UTC))
    rounds = [(seconds(root, "list", "-n", "20"), seconds(root, "to-solve", "-n", "20")) for _ in range(ROUNDS)]
    listed, queued = (min(times) for times in zip(*rounds, strict=True))
    print(f"list -n 20: {listed:.2f} s, to-solve -n 20: {queued:.2f} s, ratio {queued / listed:.2f}")
    assert queued <= 1.5 * listed
