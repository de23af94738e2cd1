"""The documents against the program: what exists is named, what is named exists, and every file in them is valid."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.shell import Shell
from tests.transcripts import Names, matches, steps
from ticketcli.cli.main import load, main
from ticketcli.cli.table import COMMANDS, GROUPS
from ticketcli.core.errors import TicketError
from ticketcli.core.file import codec
from ticketcli.core.file.schema import ticket_schema
from ticketcli.core.intake import mapping
from ticketcli.core.words import canned, loading, settings
from ticketcli.core.words.keys import SECTIONS
from ticketcli.core.words.query import grammar
from ticketcli.core.words.schema import canned_schema, settings_schema

ROOT = Path(__file__).resolve().parents[1]
TRANSCRIPTS = sorted((ROOT / "examples").glob("*.md"))
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("examples/**/*.md"))]
SCHEMAS = {
    "ticket": Draft202012Validator(ticket_schema()),
    "desk": Draft202012Validator(settings_schema()),
    "canned": Draft202012Validator(canned_schema()),
}
OTHER_STATUSES = {0, 70, 130}
"""Done, a mistake of the program, interrupted: they belong to no error class."""
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return [found[2] for found in FENCE.finditer(text) if found[1] == language]


# Commands


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readme_names_every_command(name: str) -> None:
    assert re.search(rf"\bticket {re.escape(name)}\b(?!-)", read("README.md"))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    inner = getattr(load(name), "commands", {}) if name in GROUPS else {}
    for words in ([name], *([name, one] for one in inner)):
        assert main([*words, "--help"]) == 0
        text = capsys.readouterr().out
        assert re.search(rf"^ +ticket {re.escape(' '.join(words))}\b", text, re.MULTILINE), text


# What stands in the README


def test_the_readme_has_every_filter_word() -> None:
    words = {example if example.startswith("is:") else re.split("[.:]", example)[0] for example, _ in grammar()}
    text = read("README.md")
    assert not [word for word in sorted(words) if not re.search(rf"(?<!\w){re.escape(word)}(?:[.:]|\b)", text)]


def test_the_readme_has_every_exit_status() -> None:
    named = {int(row) for row in re.findall(r"^\| (\d+) \|", read("README.md"), re.MULTILINE)}
    assert not ({error.exit_code for error in errors(TicketError)} | OTHER_STATUSES) - named


def errors(kind: type[TicketError]) -> Iterator[type[TicketError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from errors(child)


def test_the_readmes_session_runs(tmp_path: Path) -> None:
    names = Names()
    with Shell(tmp_path) as shell:
        for step in steps(read("README.md")):
            output, status = shell.run(names.to_actual(step.command))
            assert status == 0, (step.command, output)
            if step.output:
                assert matches(step.output[-1], output[-2], names), (step.command, output)


# Installing


def install_lines() -> list[str]:
    """The lines of the README's code blocks that install into a virtual environment."""
    code = "".join(found[2] for found in FENCE.finditer(read("README.md")))
    return [line for line in code.splitlines() if "-m venv" in line]


def test_two_commands_install_run_and_test() -> None:
    run, test = install_lines()
    assert "examples/tour.sh" in run
    assert ".venv/bin/pytest" in test
    for line in (run, test):
        assert subprocess.run(["bash", "-n", "-c", line], check=False).returncode == 0
        assert not [path for path in shlex.split(line) if path.startswith("examples/") and not (ROOT / path).exists()]


def test_the_gate_runs_the_second_command_as_it_is_written() -> None:
    gate, readme = read(".ci/run"), read("README.md").splitlines()
    pattern = re.search(r"command=\$\(grep -m1 '(.+)' README\.md\)\n+bash -euc \"\$command\"", gate)
    assert pattern, ".ci/run takes its test command from the README"
    taken = next(line for line in readme if re.search(pattern[1], line))
    assert taken == install_lines()[1]


# Links


def links(text: str) -> list[str]:
    """The relative links of a document, without their fragments."""
    found = re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", text))
    return [link.partition("#")[0] for link in found if not re.match(r"[a-z]+:|#", link)]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_relative_links_lead_somewhere(path: Path) -> None:
    assert not [link for link in links(path.read_text(encoding="utf-8")) if not (path.parent / link).exists()]


def test_links_are_found() -> None:
    assert links("[a](b.md) [c](d/e.md#f) [g](https://h) [i](#j)\n```\n[k](l)\n```\n") == ["b.md", "d/e.md"]


# Files in documents


def kind_of(data: dict[str, Any]) -> str:
    """ticket, desk, map (of an import), canned (response), or nothing where it is none of them."""
    if "body" in data:
        return "canned"
    if "code" in data and "event" in data:
        return "ticket"
    if "source" in data and "number" in data:
        return "map"
    return "desk" if "format" in data or not {*SECTIONS, "sla"}.isdisjoint(data) else ""


def examples() -> Iterator[tuple[str, str]]:
    """Where TOML stands in documents, and its text."""
    for path in DOCUMENTS:
        yield from ((path.name, text) for text in blocks(path.read_text(encoding="utf-8"), "toml"))
    for path in sorted((ROOT / "examples").rglob("*.toml")):
        yield path.name, path.read_text(encoding="utf-8")
    for path in TRANSCRIPTS:
        for step in steps(path.read_text(encoding="utf-8")):
            if step.output and step.output[0].startswith("code = "):
                yield path.name, "\n".join(step.output)
            if step.command.startswith("cat >> ticketcli.toml <<"):
                yield path.name, "\n".join(step.command.splitlines()[1:-1])


def problems(text: str) -> list[str]:
    """What the schema says against a ticket file or settings. They, and mappings, also load, or this raises."""
    data = tomllib.loads(text)
    kind = kind_of(data)
    if not kind:
        return []
    if kind == "map":
        mapping.load(data, settings.Settings())
        return []
    if kind == "ticket":
        codec.loads(text)
    elif kind == "canned":
        canned.read(text, kind)
    else:
        loading.load(data)
    return [error.message for error in SCHEMAS[kind].iter_errors(json.loads(json.dumps(data, default=str)))]


def test_every_file_in_the_documents_is_valid() -> None:
    found = {kind_of(tomllib.loads(text)): problems(text) for _, text in examples()}
    assert {"ticket", "desk", "map", "canned"} <= found.keys(), "there is something to look at"
    assert not {name: said for name, text in examples() if (said := problems(text))}


@pytest.mark.parametrize(
    "text", ['format = "one"', "[agent.ana]\nemail = 1\n", 'code = "7KQ"\nevent = []\n', 'body = "{{x}}"']
)
def test_what_is_not_valid_is_found(text: str) -> None:
    try:
        assert problems(text)
    except TicketError:
        assert kind_of(tomllib.loads(text))
