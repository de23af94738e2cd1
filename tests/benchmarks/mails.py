"""`python -m tests.benchmarks.mails`: how many mails a second come into a new desk, from an mbox and from a Maildir.

Each as the program does it, and once more with the waits for the disk taken out; beside it `notmuch new`, which only
indexes, where that is installed. It compares nothing with the tickets of the other benchmarks, and keeps nothing.
"""

from __future__ import annotations

import argparse
import mailbox
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from tests.benchmarks.desks import environment
from tests.benchmarks.prose import name, prose, subject
from tests.benchmarks.running import Command, prepare, run
from tests.benchmarks.stories import BEGIN

PROGRAM = "from ticketcli.cli.main import run; run()"
NO_WAIT = f"import os; os.fsync = os.fdatasync = os.sync = lambda *_: None; {PROGRAM}"
"""The same program, which asks no disk whether it has written."""
DESK = "Help <help@desk.example>"


def main(words: Sequence[str]) -> int:
    """Measures and prints a line for each way."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mails", description=__doc__)
    parser.add_argument("--count", type=int, default=5000, help="mails in each mailbox")
    parser.add_argument("--runs", type=int, default=1, help="of which the quickest counts")
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="ticketcli-mails-") as scratch:
        home = Path(scratch)
        fill(home, asked.count)
        for box in ("mbox", "Maildir"):
            for said, program in (("durable", PROGRAM), ("no fsync", NO_WAIT)):
                took, worked = min(seconds(home, box, program, asked.count) for _ in range(asked.runs))
                print(
                    f"{box}, {said}: {asked.count:,} mails in {took:.1f} s, {asked.count / took:,.0f} a second;"
                    f" {worked / asked.count * 1000:.1f} ms of computing each",
                    flush=True,
                )
        if notmuch := shutil.which("notmuch"):
            took = min(indexed(home, notmuch, asked.count) for _ in range(asked.runs))
            print(f"Maildir, notmuch new: {asked.count:,} in {took:.1f} s, {asked.count / took:,.0f} a second")
    return 0


def indexed(home: Path, notmuch: str, count: int) -> float:
    """How long notmuch takes to make its index of the Maildir."""
    with tempfile.TemporaryDirectory(dir=home) as folder:
        settings = Path(folder) / "settings"
        settings.write_text(f"[database]\npath={folder}/base\nmail_root={home / 'Maildir'}\n[new]\ntags=new\n")
        environ = {**environment(Path(folder)), "NOTMUCH_CONFIG": str(settings)}
        Path(folder, "base").mkdir()
        told = f"Added {count} new messages"
        took, _ = run(Command("notmuch", (notmuch, "new"), Path(folder), environ, lines=0, says=told))
    return took


def fill(home: Path, count: int) -> None:
    """Writes the same mails into an mbox and a Maildir."""
    mbox, maildir = mailbox.mbox(home / "mbox"), mailbox.Maildir(home / "Maildir")
    for mail in mails(count):
        mbox.add(mail)
        maildir.add(mail)
    mbox.close()
    maildir.close()


def mails(count: int) -> Iterator[EmailMessage]:
    """Mails of a desk: two in five answer the one before of their customer, and one in ten brings a file."""
    for number in range(count):
        rnd = random.Random(f"mail {number}")
        answered = number - 1 if number % 5 in (1, 3) else None
        who, email = name(number if answered is None else answered)
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Message-ID"] = f"{who} <{email}>", DESK, f"<{number}@bench.example>"
        mail["Subject"], mail["Date"] = subject(rnd, number), format_datetime(BEGIN + timedelta(minutes=7 * number))
        if answered is not None:
            mail["In-Reply-To"] = f"<{answered}@bench.example>"
        mail.set_content(prose(rnd, min(int(rnd.expovariate(1 / 60)) + 5, 600)))
        if number % 10 == 0:
            mail.add_attachment(rnd.randbytes(20_000), maintype="image", subtype="png", filename="screen.png")
        yield mail


def seconds(home: Path, box: str, program: str, count: int) -> tuple[float, float]:
    """How long a new desk takes for a mailbox, and how much of that is computing, by two processes."""
    with tempfile.TemporaryDirectory(dir=home) as folder:
        environ = environment(Path(folder) / "home")
        words, root = (sys.executable, "-c", program), Path(folder) / "desk"
        prepare(home, environ, [(*words, "init", str(root))])
        said = f"{count * 2 // 5:,} messages added"
        before = getrusage(RUSAGE_CHILDREN)
        took, _ = run(Command(box, (*words, "import", "mail", str(home / box)), root, environ, lines=0, says=said))
        after = getrusage(RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
