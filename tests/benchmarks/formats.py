"""As many tickets in the format of each tool that is compared, and what to ask of it: list, show, search, create.

The files are written, not made through the tools, which takes some of them hours. What a tool archives is archived.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

Run = Callable[..., None]
"""Runs the tool in the folder, unmeasured."""
Measured = Mapping[str, tuple[Sequence[str], int]]
"""What to measure: its words, and how many lines it must print."""
_DAY = "2026-01-01"


def _tickets(size: int) -> Iterator[tuple[int, str, bool]]:
    """Number, title, and whether it is open, of every ticket."""
    for number in range(1, size + 1):
        yield number, f"Printer {number} jams", number % 5 == 0


def taskwarrior(size: int, folder: Path, run: Run) -> Measured:
    """Tasks imported as JSON, its own format of exchange."""
    (folder / "rc").write_text("confirmation=off\nverbose=nothing\n")
    (folder / "data").mkdir()
    common = {"entry": "20260101T000000Z", "project": "it", "priority": "M", "tags": ["printer"]}
    new, done = {"status": "pending"}, {"status": "completed", "end": "20260102T000000Z"}
    tasks = (
        {"uuid": str(uuid.UUID(int=number)), "description": title, **common, **(new if is_open else done)}
        for number, title, is_open in _tickets(size)
    )
    _write(folder / "tasks.json", (f"{json.dumps(task)}\n" for task in tasks))
    run("import", "tasks.json")
    return {
        "list": (("rc.defaultwidth=120", "list"), size // 5),
        "show": (("1", "info"), 5),
        "search": (("rc.defaultwidth=120", "/Printer 5 /", "all"), 1),
        "create": (("rc.verbose=new-id", "add", "The lamp flickers"), 1),
    }


def _todo_lines(size: int, folder: Path) -> None:
    _write(folder / "todo.txt", (f"(B) {_DAY} {title} +it\n" for _, title, is_open in _tickets(size) if is_open))
    _write(
        folder / "done.txt", (f"x {_DAY} {_DAY} {title} +it\n" for _, title, is_open in _tickets(size) if not is_open)
    )


def todo_txt(size: int, folder: Path, run: Run) -> Measured:
    """A line for each, the closed ones archived."""
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


def topydo(size: int, folder: Path, run: Run) -> Measured:
    """The same file as of todo.txt, the closed ones archived."""
    _todo_lines(size, folder)
    (folder / "conf").write_text("[topydo]\nfilename = todo.txt\narchive_filename = done.txt\ncolors = 0\n")
    return {
        "list": (("-c", "conf", "ls"), size // 5),
        "search": (("-c", "conf", "ls", "Printer 5 "), 1),
        "create": (("-c", "conf", "add", "The lamp flickers"), 1),
    }


def todoman(size: int, folder: Path, run: Run) -> Measured:
    """A calendar file for each, and its cache filled."""
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


def roundup(size: int, folder: Path, run: Run) -> Measured:
    """An export of its own, imported into a tracker on SQLite."""
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
    rows = (
        f"{at}:'1':None:{at}:'1':[]:'{number}':[]:[]:[]:'3':'{1 if is_open else 8}':[]:'{title}':False\n"
        for number, title, is_open in _tickets(size)
    )
    journals = (f"'{number}':{at}:'1':'create':{{}}\n" for number, _, _ in _tickets(size))
    (folder / "csv").mkdir()
    _write(folder / "csv" / "issue.csv", chain([f"{names}:is retired\n"], rows))
    _write(folder / "csv" / "issue-journals.csv", journals)
    run(*start, "import", "csv")
    return {
        "list": ((*start, "table", "issue", "id,title,status"), size),  # a filter gives ids alone
        "show": ((*start, "display", "issue5"), 5),
        "search": ((*start, "filter", "issue", "title=Printer 5 "), 1),
        "create": ((*start, "create", "issue", "title=The lamp flickers"), 1),
    }


def fossil(size: int, folder: Path, run: Run) -> Measured:
    """A change of each ticket as an artifact, made into a repository."""
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


def backlog(size: int, folder: Path, run: Run) -> Measured:
    """A Markdown file for each, committed."""
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


def tk(size: int, folder: Path, run: Run) -> Measured:
    """A Markdown file for each, committed."""
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


def git_issue(size: int, folder: Path, run: Run) -> Measured:
    """A directory for each, committed."""
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


def _write(path: Path, rows: Iterable[str]) -> None:
    """Writes rows one by one: a process that has grown hides how little memory its children take."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(rows)


def _repository(folder: Path) -> None:
    people = ("-c", "init.defaultBranch=main")
    subprocess.run(["git", *people, "init", "-q", str(folder)], check=True)


def _commit(folder: Path) -> None:
    who = ("-c", "user.name=Bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0")
    subprocess.run(["git", *who, "add", "-A"], cwd=folder, check=True)
    subprocess.run(["git", *who, "commit", "-qm", "tickets"], cwd=folder, check=True)
