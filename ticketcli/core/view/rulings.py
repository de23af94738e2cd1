"""What rules are and say, as text and as JSON. It judges nothing."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ticketcli.core.text import line
from ticketcli.core.view.config import rule_object, rule_text
from ticketcli.core.view.look import Look, paragraph
from ticketcli.core.view.notices import made

if TYPE_CHECKING:
    from ticketcli.core.action.ruling import Verdict
    from ticketcli.core.words.settings import Rule


def listed(rules: Iterable[Rule]) -> str:
    """Rules for scripts, a line each: name, on, when, do, stop."""
    return "".join("\t".join(map(line, _cells(rule))) + "\n" for rule in rules)


def told(rules: Iterable[Rule], look: Look) -> str:
    """Rules for people."""
    return "".join(f"{row}\n" for rule in rules for row in paragraph(rule_text(rule), look, f"{line(rule.name)}: "))


def explained(verdicts: Sequence[Verdict], look: Look) -> str:
    """What each rule says of a ticket, and word by word why."""
    return "".join(f"{row}\n" for verdict in verdicts for row in _explained(verdict, look))


def tested(verdict: Verdict) -> dict[str, Any]:
    """What a rule says of a ticket, for scripts."""
    words = [{"word": word, "holds": holds} for word, holds in verdict.words]
    fires = {"fires": not verdict.why, "why": verdict.why or None, "words": words}
    return {**rule_object(verdict.rule), **fires, "would": [made(event) for event in verdict.events]}


def _cells(rule: Rule) -> list[str]:
    found = rule_object(rule)
    do = [*rule.do, *([f"canned={rule.canned}"] if rule.canned else [])]
    return [rule.name, ",".join(found["on"] or ()), shlex.join(rule.when), " ".join(do), "stop" if rule.stop else ""]


def _explained(verdict: Verdict, look: Look) -> Iterator[str]:
    if verdict.why:
        yield from paragraph(f"no, {verdict.why}", look, f"{line(verdict.rule.name)}: ")
    else:
        does = "; ".join(map(made, verdict.events))
        yield from map(look.bold, paragraph(f"yes: {does}", look, f"{line(verdict.rule.name)}: "))
    for word, holds in verdict.words:
        yield from paragraph(f"{word}", look, f"    {'holds' if holds else 'does not hold'}  ")
