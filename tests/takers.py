"""Agents who ask for work at the same moment: `python -m tests.takers DESK take|look AGENT...`, through the desk layer.

Prints for each agent, in their order, the code that they were handed, or `nothing`. With `look` they only look, as a
program without leases would: that is the control.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from ticketcli.desk.catalog import Catalog
from ticketcli.desk.desk import now, open_desk
from ticketcli.desk.taking import NothingToDo, candidates, take


def race(root: Path, agents: list[str], *, look: bool) -> list[str]:
    """What each of them gets, all in processes of their own, when all have looked and nobody has taken yet."""
    catalog = Catalog(open_desk(root, os.environ, agents[0]), now())
    offered = candidates(catalog, catalog.situations(), agents[0])
    (arrivals, there), (gun, trigger) = os.pipe(), os.pipe()

    def handed(agent: str) -> str:
        os.write(there, b".")
        os.read(gun, 1)
        try:
            return offered[0].code if look else take(catalog, offered, agent).situation.code
        except NothingToDo:
            return "nothing"

    ends = [_forked(handed, agent) for agent in agents]
    for _ in agents:
        os.read(arrivals, 1)
    os.write(trigger, b"." * len(agents))
    found = [os.read(end, 100).decode() for end in ends]
    for _ in agents:
        os.wait()
    return found


def _forked(handed: Callable[[str], str], agent: str) -> int:
    """The end at which a process of its own says what the agent was handed."""
    end, mine = os.pipe()
    if os.fork() == 0:
        try:
            os.write(mine, handed(agent).encode())
        finally:
            os._exit(0)
    os.close(mine)
    return end


if __name__ == "__main__":
    print(*race(Path(sys.argv[1]), sys.argv[3:], look=sys.argv[2] == "look"), sep="\n")
