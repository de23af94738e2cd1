"""HTML and SVG as text: elements with attributes, and texts in which nothing is markup. It knows no report."""

from __future__ import annotations

from html import escape

from ticketcli.core.text import line

_VOID = ("meta",)


def text(value: str) -> str:
    """What strangers wrote as plain text of one line: no markup, no control and no bidi character stays one."""
    return escape(line(value))


def element(tag: str, /, *inside: str, **attributes: str | float) -> str:
    """An element around what is markup already; `_` in the name of an attribute stands for `-`, and is left out at
    its end.
    """
    given = "".join(f' {key.rstrip("_").replace("_", "-")}="{_value(one)}"' for key, one in attributes.items())
    return f"<{tag}{given}>" if tag in _VOID else f"<{tag}{given}>{''.join(inside)}</{tag}>"


def _value(value: str | float) -> str:
    return text(value) if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
