"""One of a crowd that writes to the same ticket: `python -m tests.crowd DESK CODE WHO COUNT`, through the desk layer.

A lock that is held for too long is no loss: the command says so (exit 75), and a person gives it again. So does this.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ticketcli.core.action.conversation import Message, reply
from ticketcli.core.errors import Busy
from ticketcli.desk.desk import now, open_desk
from ticketcli.desk.record import How, session


def write(root: Path, code: str, who: str, number: int) -> None:
    desk = open_desk(root, os.environ, who)
    while True:
        try:
            with session(desk, How(now(), token=f"{who} {number}"), "reply", sys.exit) as work:
                situation = work.catalog.situation(work.catalog.find_root(code))
                work.record(situation, reply(Message(f"reply {number} of {who}"), keep=True))
            return
        except Busy:
            continue


if __name__ == "__main__":
    for number in range(int(sys.argv[4])):
        write(Path(sys.argv[1]), sys.argv[2], sys.argv[3], number)
