"""Service levels fitted to a ServiceNow log, against its own verdict: the figures of examples/servicenow/README.md."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from tests.test_servicenow import EXAMPLE, LOG, MANGLED, PRIORITIES, example, numbered, situated, tickets
from ticketcli.core.clock.situation import Situation
from ticketcli.core.report.report import Report, report
from ticketcli.core.words.loading import load

pytestmark = pytest.mark.skipif(not LOG.exists(), reason="the ServiceNow log is not beside this checkout (shared/data)")


class Judged(NamedTuple):
    """What both say of an incident."""

    situation: Situation
    theirs: bool
    """Whether made_sla says missed, in its last row."""
    ours: bool
    """Whether a run of its clock was missed."""

    @property
    def priority(self) -> str:
        return self.situation.header.text("priority")

    @property
    def changed(self) -> bool:
        """Whether its priority was another one at first."""
        return sum(("priority",) in event.set for event in self.situation.ticket.events) > 1


def judged(path: Path, mapping: str) -> list[Judged]:
    settings = load(example("sla.toml"))
    verdicts = {row["number"]: row["made_sla"].casefold() == "false" for _, row in numbered(path)}
    return [
        Judged(
            one,
            verdicts[one.header.text("fields", "number")],
            any(measure.outcome == "missed" for measure in one.measures),
        )
        for one in situated(tickets(numbered(path), mapping, settings), settings)
    ]


def agreement(found: Sequence[Judged]) -> list[int]:
    """How many are missed in both, in the log alone, here alone, in neither."""
    counts = Counter((one.theirs, one.ours) for one in found)
    return [counts[key] for key in ((True, True), (True, False), (False, True), (False, False))]


def reported(found: Sequence[Judged], by: str) -> Report:
    situations = [one.situation for one in found]
    return report("sla", situations, by=by, since=None, until=None, zone=ZoneInfo("UTC"), clock="resolution")


def check_runs(found: Sequence[Judged], **wanted: int) -> None:
    total = reported(found, "").total
    names = ("n", "met", "missed", "retargeted", "cancelled", "running")
    assert {name: total.values[name] for name in names} == {"cancelled": 0, "running": 0, **wanted}


def in_table(name: str, found: Sequence[Judged]) -> str:
    both, theirs, ours, neither = agreement(found)
    numbers = (both + theirs + ours + neither, both + theirs, both + ours, both, theirs, ours)
    return f"| {name} | {' | '.join(f'{number:,}' for number in numbers)} |\n"


def readme() -> str:
    return (EXAMPLE / "README.md").read_text(encoding="utf-8")


def test_the_levels_agree_with_the_verdict_on_the_first_890_incidents() -> None:
    """With the clock of the ordinary map they do not: it is this clock that agrees, and not any would."""
    found = judged(MANGLED, "map-closed.toml")
    check_runs(found, n=883, met=490, missed=393, retargeted=7)
    assert agreement(found) == [395, 0, 5, 490]
    assert agreement(judged(MANGLED, "map.toml")) == [161, 234, 4, 491]


def test_the_verdict_falls_when_an_incident_is_closed() -> None:
    states: dict[str, str] = {}
    for _, row in numbered(LOG):
        if row["made_sla"] == "false":
            states.setdefault(row["number"], row["incident_state"])
    assert Counter(states.values()) == {"Closed": 9_113, "Active": 1, "Resolved": 1}


@pytest.mark.long
def test_the_levels_agree_with_the_verdict_on_the_whole_log() -> None:
    found = judged(LOG, "map-closed.toml")
    check_runs(found, n=24_881, met=15_772, missed=9_109, retargeted=49)
    assert agreement(found) == [9_112, 3, 38, 15_765]
    runs = reported(found, "fields.made_sla")
    for row in (*runs.rows, runs.total):
        numbers = " | ".join(f"{row.values[name]:,}" for name in ("n", "met", "missed", "retargeted"))
        assert f"| {row.group or 'total'} | {numbers} |\n" in readme()
    rows = [in_table(name, [one for one in found if one.priority == here]) for name, here in PRIORITIES.items()]
    assert "".join([*rows, in_table("all", found)]) in readme()
    assert sum(one.changed for one in found) == 383
    assert sum(len(one.situation.measures) > 1 for one in found) == 12
    differing = [one for one in found if one.theirs != one.ours]
    why = Counter((one.ours, one.changed, len(one.situation.measures) > 1) for one in differing)
    assert why == {(True, True, False): 17, (True, False, True): 3, (True, False, False): 18, (False, False, False): 3}


@pytest.mark.long
def test_the_clock_of_the_ordinary_map_cannot_agree_with_the_verdict() -> None:
    found = judged(LOG, "map.toml")
    check_runs(found, n=23_830, met=20_797, missed=3_033, retargeted=47, cancelled=1_372)
    assert agreement(found) == [2_990, 6_125, 15, 15_788]
    unresolved = [one for one in found if not one.situation.clocks.first_resolved]
    assert agreement(unresolved) == [185, 0, 0, 1_371]


@pytest.mark.long
def test_the_targets_are_the_best_that_the_log_knows(tmp_path: Path) -> None:
    log = tmp_path / "incident_event_log.csv"
    log.write_bytes(gzip.decompress(LOG.read_bytes()))
    command = [sys.executable, EXAMPLE / "fit.py", log]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert f"$ python3 fit.py {log.name}\n{told}```" in readme()
