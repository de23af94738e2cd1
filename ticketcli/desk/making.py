"""Making a desk: the directory, its settings, its repository; and the example desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from ticketcli.core.errors import BadWords, NotSaved, TicketError
from ticketcli.core.words.settings import SHIPPED
from ticketcli.desk.desk import SETTINGS
from ticketcli.edges import config, git, lock, store

ATTRIBUTES = ("tickets/**/*.toml merge=ticketcli text eol=lf", "*.toml text eol=lf", "attachments/** -text")

OURS = (".git", ".ticketcli", ".gitattributes", "tickets")
"""What an init that was cut short may have left: the next one goes on with it."""


class DeskThere(TicketError):
    """A desk where one should be made."""

    def __init__(self, root: Path) -> None:
        super().__init__(f"{root} is a desk already; its settings are in {SETTINGS}")


class OtherFiles(TicketError):
    """A work tree that holds something else."""

    def __init__(self, root: Path) -> None:
        super().__init__(
            f"{root} is a repository with other files; to make a desk in it, stand there and say: ticket init ."
        )


class CannotMake(NotSaved):
    """The directory could not be made."""

    def __init__(self, root: Path, error: OSError) -> None:
        super().__init__(f"could not make a desk in {root}: {error.strerror}; nothing was made")


def init(
    directory: Path,
    *,
    name: str,
    git_wanted: bool,
    here: bool,
    warn: Callable[[str], None] = lambda _problem: None,
) -> Path:
    """The root of the new desk. Raises DeskThere, and OtherFiles where a work tree holds files of others."""
    root = directory.absolute()
    if (root / SETTINGS).exists():
        raise DeskThere(root)
    inside = git.work_tree(root)
    if inside and not here and any(_is_other(path.name) for path in (root.iterdir() if root.is_dir() else ())):
        raise OtherFiles(root)
    try:
        root.mkdir(parents=True, exist_ok=True)
        (root / "tickets").mkdir(exist_ok=True)
    except OSError as error:
        raise CannotMake(root, error) from error
    if git_wanted and not inside:
        git.init(root)
    for problem in _write(root, name or root.name, git_wanted):
        warn(problem)
    return root


def _is_other(name: str) -> bool:
    return name not in OURS and not store.TEMPORARY.fullmatch(name)


def _write(root: Path, name: str, git_wanted: bool) -> list[str]:
    """Writes the files of the desk; what did not work besides."""
    me = git.user_name(root)
    with lock.hold(root, "ticket init"):
        if me and not config.read_me(root):
            config.write_me(root, me)
        written = [_attributes(root)]
        store.write(root / SETTINGS, settings_text(name, commit=git_wanted).encode(), old=None)
        written.append(root / SETTINGS)
        if not git_wanted:
            return []
        author = f"{me or 'ticket'} <{git.user_email(root) or 'ticket@localhost'}>"
        said = (git.configure_driver(root), git.commit(root, written, f"make the desk {name}", author))
        return [problem for problem in said if problem]


def _attributes(root: Path) -> Path:
    """The desk's lines in .gitattributes, added to what stands there."""
    path = root / ".gitattributes"
    old = path.read_bytes() if path.exists() else None
    text = (old or b"").decode(errors="surrogateescape")
    missing = [row for row in ATTRIBUTES if row not in text.splitlines()]
    if missing:
        gap = "\n" if text and not text.endswith("\n") else ""
        store.write(path, (text + gap + "\n".join(missing) + "\n").encode(errors="surrogateescape"), old=old)
    return path


def settings_text(name: str, *, commit: bool = True) -> str:
    """The settings of a new desk, with what may be added as comments."""
    import tomli_w

    quoted = tomli_w.dumps({"name": " ".join(name.split())}).strip()
    statuses = "\n".join(
        _status_text(status.name, status.category, status.on_assign, status.reports, status.reopen)
        for status in SHIPPED
    )
    return TEMPLATE.format(name=quoted, statuses=statuses, git=COMMIT if commit else NO_COMMIT)


def _status_text(name: str, category: str, on_assign: str, reports: bool, reopen: bool) -> str:
    lines = [f"[status.{name}]", f'category = "{category}"']
    lines += [f'on_assign = "{on_assign}"'] if on_assign else []
    lines += ["reports = false"] if not reports else []
    lines += ["reopen = false"] if not reopen else []
    return "\n".join(lines) + "\n"


COMMIT = """\
# [git]
# commit = false                       # nothing is committed; else every command commits what it wrote
"""
NO_COMMIT = """\
[git]
commit = false                       # true: every command commits what it wrote
"""
TEMPLATE = """\
format = 1
{name}
time_zone = "UTC"                    # how dates are read and shown, like "Europe/Prague"
close_after = "4d"                   # a resolved ticket closes by itself after this
reopen_window = "always"             # how long a customer reopens the same ticket: "always", "30d", "never"
stale_after = "5d"                   # open longer than this is counted in the overview
priorities = ["low", "normal", "high", "urgent"]

{statuses}
{git}
# [department.billing]
# address = "billing@example.com"

# [agent.ana]
# name = "Ana Cruz"
# email = "ana@example.com"
# departments = ["support", "billing"]

# [calendar.office]                    # the hours in which the targets of a service level count
# time_zone = "Europe/Prague"
# mon = ["09:00-17:00"]                # tue wed thu fri sat sun alike; several a day: ["09:00-12:00", "13:00-17:00"]
# [calendar.office.holidays]
# 2026-12-24 = "Christmas Eve"

# [[sla]]                              # the first level that matches counts; the last one has no `when`
# name = "gold"
# when = "tag:vip priority:high.."
# calendar = "office"
# first_response = {{ urgent = "30m", default = "1h" }}
# next_response = {{ default = "4h" }}
# resolution = {{ default = "24h" }}
#
# [[sla]]
# name = "standard"
# calendar = "office"
# first_response = {{ default = "8h" }}

# [[rule]]                             # what happens by itself; canned=NAME mails canned/NAME.toml to the customer
# name = "acknowledge"
# on = ["created"]                     # or customer_message agent_message status tag transfer rated
# when = "channel:email,form"
# do = ["canned=received"]
#
# [[rule]]                             # without on: ticket tick applies it, once for each time that the state begins
# name = "escalate when due soon"
# when = "status:new,open due:..2h -priority:urgent"
# do = ["priority=urgent"]
#
# [[rule]]
# name = "remind the customer"
# when = "status:answered for:3d.."
# do = ["canned=reminder"]
#
# [[rule]]                             # it closes close_after later, by itself
# name = "resolve unanswered"
# when = "status:answered for:10d.."
# do = ["status=resolved", "canned=closing"]
#
# [[rule]]                             # canned/rating.toml has asks = "rating"
# name = "ask for a rating"
# when = "status:resolved for:24h.."
# do = ["canned=rating"]
"""


def demo(directory: Path, now: datetime, environ: Mapping[str, str]) -> int:
    """Makes the example desk; how many tickets it has."""
    from ticketcli.desk.demo import play

    if directory.exists() and any(directory.iterdir()):
        raise BadWords(f'"{directory}" is not empty; name a new directory: ticket demo my-demo')
    root = init(directory, name="ACME support (demo)", git_wanted=True, here=False)
    return play(root, now, environ)
