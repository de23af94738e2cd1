"""Other people's tools on as many tickets in their own format, one in five open; those that are not here are named.

The files are written, not made through the tools, which takes some of them hours. It times nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.running import Command, prepare

LIMIT, SLOW = 120, 20
"""Seconds after which a command is ended, and after which its tool is spared larger sizes."""
_DAY = "2026-01-01"
Run = Callable[..., None]
Measured = Mapping[str, tuple[Sequence[str], int]]
"""What to measure: list, show, search, create, each with the lines it must print."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool: how it is started, how it tells its version, and how its tickets are written."""

    name: str
    program: str
    version: Sequence[str]
    fill: Callable[[int, Path, Run], Measured]

    @property
    def here(self) -> bool:
        """Whether it is installed."""
        return shutil.which(self.program) is not None

    def title(self) -> str:
        """Its name and version."""
        words = (self.program, *self.version)
        done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
        found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
        return f"{self.name} {found[0]}" if found else self.name


def commands(peer: Peer, size: int, folder: Path, environ: Mapping[str, str]) -> list[Command]:
    """The commands of a tool on tickets written into an empty folder. Raises what subprocess raises."""
    folder.mkdir(parents=True)
    environ = {**environ, "HOME": str(folder), "TASKRC": str(folder / "rc"), "TASKDATA": str(folder / "data")}

    def run(*words: str) -> None:
        prepare(folder, environ, [(peer.program, *words)])

    return [
        Command(f"{peer.name}: {what}", (peer.program, *words), folder, environ, lines, limit=LIMIT, peer=True)
        for what, (words, lines) in peer.fill(size, folder, run).items()
    ]


def _tickets(size: int) -> Iterator[tuple[int, str, bool]]:
    """Number, title, and whether it is open, of every ticket."""
    for number in range(1, size + 1):
        yield number, f"Printer {number} jams", number % 5 == 0


def _taskwarrior(size: int, folder: Path, run: Run) -> Measured:
    (folder / "rc").write_text("confirmation=off\nverbose=nothing\n")
    (folder / "data").mkdir()
    common = {"entry": "20260101T000000Z", "project": "it", "priority": "M", "tags": ["printer"]}
    new, done = {"status": "pending"}, {"status": "completed", "end": "20260102T000000Z"}
    tasks = [
        {"uuid": str(uuid.UUID(int=number)), "description": title, **common, **(new if is_open else done)}
        for number, title, is_open in _tickets(size)
    ]
    (folder / "tasks.json").write_text(json.dumps(tasks))
    run("import", "tasks.json")
    return {
        "list": (("rc.defaultwidth=120", "list"), size // 5),
        "show": (("1", "info"), 5),
        "search": (("rc.defaultwidth=120", "/Printer 5 /", "all"), 1),
        "create": (("rc.verbose=new-id", "add", "The lamp flickers"), 1),
    }


def _todo_lines(size: int, folder: Path) -> None:
    opened = [f"(B) {_DAY} {title} +it\n" for _, title, is_open in _tickets(size) if is_open]
    done = [f"x {_DAY} {_DAY} {title} +it\n" for _, title, is_open in _tickets(size) if not is_open]
    (folder / "todo.txt").write_text("".join(opened))
    (folder / "done.txt").write_text("".join(done))


def _todo_txt(size: int, folder: Path, run: Run) -> Measured:
    _todo_lines(size, folder)
    files = {"TODO_FILE": "todo.txt", "DONE_FILE": "done.txt", "REPORT_FILE": "report.txt"}
    rows = [f'export {name}="{folder / file}"\n' for name, file in files.items()]
    (folder / "config").write_text(f'export TODO_DIR="{folder}"\n{"".join(rows)}')
    start = ("-p", "-d", str(folder / "config"))
    return {
        "list": ((*start, "ls"), size // 5),
        "search": ((*start, "listall", "Printer 5 "), 1),
        "create": ((*start, "add", "The lamp flickers"), 1),
    }


def _topydo(size: int, folder: Path, run: Run) -> Measured:
    _todo_lines(size, folder)
    (folder / "conf").write_text("[topydo]\nfilename = todo.txt\narchive_filename = done.txt\ncolors = 0\n")
    return {
        "list": (("-c", "conf", "ls"), size // 5),
        "search": (("-c", "conf", "ls", "Printer 5 "), 1),
        "create": (("-c", "conf", "add", "The lamp flickers"), 1),
    }


def _todoman(size: int, folder: Path, run: Run) -> Measured:
    tasks = folder / "calendars" / "it"
    tasks.mkdir(parents=True)
    config = folder / "config.py"
    config.write_text(f'path = "{folder}/calendars/*"\ndefault_list = "it"\ncache_path = "{folder}/cache.sqlite3"\n')
    for number, title, is_open in _tickets(size):
        uid = uuid.UUID(int=number).hex
        times = ("CREATED:20260101T000000Z", "DTSTAMP:20260101T000000Z", "DUE:20260102T000000Z", "PRIORITY:5")
        task = (f"UID:{uid}", f"SUMMARY:{title}", f"STATUS:{'NEEDS-ACTION' if is_open else 'COMPLETED'}", *times)
        rows = (
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:bench",
            "BEGIN:VTODO",
            *task,
            "END:VTODO",
            "END:VCALENDAR",
            "",
        )
        (tasks / f"{uid}.ics").write_bytes("\r\n".join(rows).encode())
    start = ("--config", str(config))
    run(*start, "list")  # fills its cache
    return {
        "list": ((*start, "list"), size // 5),
        "show": ((*start, "show", "5"), 1),
        "search": ((*start, "list", "--grep", "Printer 5 "), 1),
        "create": ((*start, "new", "-l", "it", "The lamp flickers"), 1),
    }


def _roundup(size: int, folder: Path, run: Run) -> Measured:
    start = ("-i", str(folder / "tracker"))
    run(
        *start,
        "install",
        "classic",
        "sqlite",
        "tracker_web=http://localhost/t/,mail_domain=localhost,mail_host=localhost",
    )
    run(*start, "initialise", "secret")
    at = "(2026, 1, 1, 0, 0, 0.0, 0, 0, 0)"
    names = "activity:actor:assignedto:creation:creator:files:id:keyword:messages:nosy:priority:status:superseder:title"
    rows, journals = [f"{names}:is retired\n"], []
    for number, title, is_open in _tickets(size):
        status = 1 if is_open else 8
        rows.append(f"{at}:'1':None:{at}:'1':[]:'{number}':[]:[]:[]:'3':'{status}':[]:'{title}':False\n")
        journals.append(f"'{number}':{at}:'1':'create':{{}}\n")
    (folder / "csv").mkdir()
    (folder / "csv" / "issue.csv").write_text("".join(rows))
    (folder / "csv" / "issue-journals.csv").write_text("".join(journals))
    run(*start, "import", "csv")
    return {
        "list": ((*start, "table", "issue", "id,title,status"), size),  # a filter gives ids alone
        "show": ((*start, "display", "issue5"), 5),
        "search": ((*start, "filter", "issue", "title=Printer 5 "), 1),
        "create": ((*start, "create", "issue", "title=The lamp flickers"), 1),
    }


def _fossil(size: int, folder: Path, run: Run) -> Measured:
    (folder / "artifacts").mkdir()
    for number, title, is_open in _tickets(size):
        fields = {"priority": "Medium", "status": "Open" if is_open else "Closed", "title": title, "type": "Incident"}
        cards = "".join(f"J {key} {value.replace(' ', chr(92) + 's')}\n" for key, value in fields.items())
        text = f"D {_DAY}T00:00:00.000\n{cards}K {_sha(number)}\nU bench\n"
        digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        (folder / "artifacts" / str(number)).write_text(f"{text}Z {digest}\n")
    run("reconstruct", "desk.fossil", "artifacts")
    there = ("-R", "desk.fossil")
    return {
        "list": (("ticket", "show", "1", "status='Open'", *there), size // 5),
        "show": (("ticket", "history", _sha(5), *there), 3),
        "search": (("ticket", "show", "1", "title LIKE '%Printer 5 %'", *there), 2),
        "create": (("ticket", "add", "title", "The lamp flickers", "status", "Open", *there), 1),
    }


def _sha(number: int) -> str:
    return hashlib.sha1(str(number).encode(), usedforsecurity=False).hexdigest()


def _backlog(size: int, folder: Path, run: Run) -> Measured:
    _repository(folder)
    run("init", "demo", "--defaults")
    run("config", "set", "remoteOperations", "false")
    for number, title, is_open in _tickets(size):
        head = f"id: TASK-{number}\ntitle: {title}\nstatus: {'To Do' if is_open else 'Done'}\nassignee: []\n"
        more = f"created_date: '{_DAY} 00:00'\nlabels:\n  - printer\ndependencies: []\npriority: medium\n"
        body = (
            "## Description\n\n<!-- SECTION:DESCRIPTION:BEGIN -->\nIt eats paper.\n<!-- SECTION:DESCRIPTION:END -->\n"
        )
        path = folder / "backlog" / "tasks" / f"task-{number} - {title.replace(' ', '-')}.md"
        path.write_text(f"---\n{head}{more}ordinal: {number}000\n---\n\n## Description\n\n{body}")
    _commit(folder)
    return {
        "list": (("task", "list", "--plain", "-s", "To Do"), size // 5),
        "show": (("task", "view", "TASK-5", "--plain"), 5),
        "search": (("search", "Printer 5 ", "--plain"), 2),
        "create": (("task", "create", "The lamp flickers", "--plain"), 1),
    }


def _tk(size: int, folder: Path, run: Run) -> Measured:
    _repository(folder)
    (folder / ".tickets").mkdir()
    for number, title, is_open in _tickets(size):
        head = f"id: tk-{number:06}\nstatus: {'open' if is_open else 'closed'}\ndeps: []\nlinks: []\n"
        more = f"created: {_DAY}T00:00:00Z\ntype: task\npriority: {number % 5}\nassignee: Bench\ntags: [printer]\n"
        path = folder / ".tickets" / f"tk-{number:06}.md"
        path.write_text(f"---\n{head}{more}---\n# {title}\n\nIt eats paper.\n\n")
    _commit(folder)
    return {
        "list": (("ls", "--status=open"), size // 5),
        "show": (("show", "tk-000005"), 5),
        "create": (("create", "The lamp flickers"), 1),
    }


def _git_issue(size: int, folder: Path, run: Run) -> Measured:
    _repository(folder)
    run("init")
    for number, title, is_open in _tickets(size):
        issue = folder / ".issues" / "issues" / _sha(number)[:2] / _sha(number)[2:]
        issue.mkdir(parents=True)
        (issue / "description").write_text(f"{title}\n\nIt eats paper.\n")
        (issue / "tags").write_text("open\n" if is_open else "closed\n")
    _commit(folder / ".issues")
    return {
        "list": (("list",), size // 5),
        "show": (("show", _sha(5)), 3),
        "create": (("new", "-s", "The lamp flickers"), 1),
    }


def _repository(folder: Path) -> None:
    people = ("-c", "init.defaultBranch=main")
    subprocess.run(["git", *people, "init", "-q", str(folder)], check=True)


def _commit(folder: Path) -> None:
    who = ("-c", "user.name=Bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0")
    subprocess.run(["git", *who, "add", "-A"], cwd=folder, check=True)
    subprocess.run(["git", *who, "commit", "-qm", "tickets"], cwd=folder, check=True)


PEERS = (
    Peer("Taskwarrior", "task", ("--version",), _taskwarrior),
    Peer("tk", "tk", ("version",), _tk),
    Peer("git-issue", "git-issue", ("version",), _git_issue),
    Peer("todo.txt", "todo-txt", ("-V",), _todo_txt),
    Peer("todoman", "todo", ("--version",), _todoman),
    Peer("topydo", "topydo", ("-v",), _topydo),
    Peer("Roundup", "roundup-admin", ("-v",), _roundup),
    Peer("Backlog.md", "backlog", ("--version",), _backlog),
    Peer("Fossil", "fossil", ("version",), _fossil),
)
"""Every tool that can be measured."""
