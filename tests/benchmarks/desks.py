"""Desks to measure on: made once by the project's own model, committed, kept and used again. It measures nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from tests.benchmarks.running import prepare

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
SMALLEST = 50
"""A desk of fewer tickets lacks kinds of them."""
START = "import sys\n\nfrom ticketcli.__main__ import run\n\nif __name__ == '__main__':\n    sys.exit(run())\n"
"""What a package installer writes as the program `ticket`."""
_MAKERS = ("stories.py", "prose.py", "settings.toml")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a made desk."""

    tickets: int
    active: int
    """How many are neither closed nor merged."""
    rare: int
    frequent: int
    """How many files have the rare word, and the frequent one."""
    bytes: int
    code: str
    """An open ticket, to show and to answer."""
    head: str
    """The commit that the desk goes back to after every write."""
    made_by: str
    """A digest of what made it."""


@dataclass(frozen=True, slots=True)
class Made:
    """A desk, and how programs are run on it."""

    root: Path
    facts: Facts
    environ: Mapping[str, str]
    ticket: tuple[str, ...]
    """The words that start this project's command."""

    def reset(self) -> None:
        """Takes back what was written since the desk was made."""
        prepare(self.root, self.environ, [("git", "reset", "-q", "--hard", self.facts.head), ("git", "clean", "-fdq")])

    def forget(self) -> None:
        """Takes away what the clone has worked out for itself; the lock, and who works here, stay."""
        for path in (self.root / ".ticketcli").iterdir():
            if path.name not in ("lock", "me", ".gitignore"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    @property
    def is_warm(self) -> bool:
        """Whether the clone has worked out something that the next command may use."""
        return any(path.name.startswith("index") for path in (self.root / ".ticketcli").iterdir())


def environment(home: Path) -> dict[str, str]:
    """An environment in which nothing of the person is seen who runs the benchmark."""
    home.mkdir(parents=True, exist_ok=True)
    config = home / "gitconfig"
    config.write_text("[user]\n\tname = Ana Cruz\n\temail = ana@desk.example\n[init]\n\tdefaultBranch = main\n")
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "STATE", "CACHE", "DATA")}
    return {
        **bare(),
        "HOME": str(home),
        "GIT_CONFIG_GLOBAL": str(config),
        "PYTHONPATH": str(CHECKOUT),
        **folders,
    }


def bare() -> dict[str, str]:
    """What any program needs to find others, and nothing of the person."""
    fixed = {"USER": "bench", "LC_ALL": "C.UTF-8", "TZ": "UTC", "GIT_CONFIG_NOSYSTEM": "1", "NO_COLOR": "1"}
    return {"PATH": os.environ["PATH"], **fixed}


def desk(kept: Path, size: int) -> Made:
    """The desk of that many tickets, from where desks are kept, or made now."""
    kept = kept.resolve()
    environ = environment(kept / "home")
    program = kept / "bin" / "ticket"
    program.parent.mkdir(exist_ok=True)
    program.write_text(START)
    ticket = (sys.executable, str(program))
    root, note = kept / f"desk-{size}", kept / f"desk-{size}.json"
    made_by = sha256(b"".join((HERE / name).read_bytes() for name in _MAKERS)).hexdigest()[:12]
    facts = Facts(**json.loads(note.read_text())) if note.exists() else None
    if facts is None or facts.made_by != made_by:
        note.unlink(missing_ok=True)
        shutil.rmtree(root, ignore_errors=True)
        facts = _make(root, size, made_by, environ, ticket)
        note.write_text(json.dumps(asdict(facts), indent=1) + "\n")
    made = Made(root, facts, environ, ticket)
    made.reset()
    return made


def _make(root: Path, size: int, made_by: str, environ: Mapping[str, str], ticket: tuple[str, ...]) -> Facts:
    prepare(root.parent, environ, [(*ticket, "init", str(root))])
    with (root / "ticketcli.toml").open("a", encoding="utf-8") as file:
        file.write((HERE / "settings.toml").read_text(encoding="utf-8"))
    words = (sys.executable, "-m", "tests.benchmarks.stories", str(root), str(size), str(os.cpu_count() or 1))
    found = json.loads(_asked(CHECKOUT, environ, *words))
    prepare(
        root,
        environ,
        [("git", "add", "-A"), ("git", "commit", "-qm", "tickets"), ("git", "repack", "-adq"), ("git", "status")],
    )
    return Facts(
        tickets=found["tickets"],
        active=found["active"],
        rare=found["zeppelin"],
        frequent=found["printer"],
        bytes=found["bytes"],
        code=found["code"],
        head=_asked(root, environ, "git", "rev-parse", "HEAD").strip(),
        made_by=made_by,
    )


def _asked(folder: Path, environ: Mapping[str, str], *words: str) -> str:
    return subprocess.run(words, cwd=folder, env=environ, stdout=subprocess.PIPE, text=True, check=True).stdout
