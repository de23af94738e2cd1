"""How the page of a report looks: on light and dark screens, on narrow ones, on paper. It knows no report."""

from __future__ import annotations

from collections.abc import Mapping

Colours = Mapping[str, str]
LIGHT: Colours = {
    "paper": "#ffffff",
    "ink": "#1a1d21",
    "soft": "#57606a",
    "rule": "#d0d7de",
    "one": "#0550ae",
    "two": "#9a3b00",
}
DARK: Colours = {
    "paper": "#0f1419",
    "ink": "#e6edf3",
    "soft": "#9aa4af",
    "rule": "#3a424b",
    "one": "#79b8ff",
    "two": "#ffab70",
}
_RULES = """
:root{color-scheme:light dark;%(light)s}
@media screen and (prefers-color-scheme:dark){:root{%(dark)s}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:62rem;margin:0 auto;padding:1rem}
h1{font-size:1.6rem;margin:.5rem 0}h2{font-size:1.2rem;margin:0 0 .5rem}
section{margin:2.5rem 0}
figure{margin:0}
figcaption,.notes,header p{color:var(--soft);font-size:.85rem}
.notes{padding-left:1.1rem}
dl{display:flex;flex-wrap:wrap;gap:1rem 2rem;margin:1rem 0}dt{color:var(--soft);font-size:.85rem}
dd{margin:0;font-size:1.4rem;font-variant-numeric:tabular-nums}
svg{display:block;width:100%%;height:auto;font:13px system-ui,sans-serif}
svg text{fill:var(--ink)}
.one{fill:var(--one)}.two{fill:url(#hatched);stroke:var(--two)}.stroke{stroke:var(--two)}
.rule{stroke:var(--rule)}.line{fill:none;stroke:var(--one);stroke-width:2}
.key{display:inline-block;width:.8em;height:.8em;border:2px solid var(--one);background:var(--one)}
.key.other{border-color:var(--two);background:repeating-linear-gradient(45deg,var(--two) 0 2px,var(--paper) 2px 5px)}
.table{overflow-x:auto;margin:.5rem 0}
table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums;overflow-wrap:normal}
th,td{padding:.25rem .6rem;border-bottom:1px solid var(--rule);text-align:right;white-space:nowrap}
th:first-child,td:first-child{text-align:left}
th:first-child{max-width:16rem;white-space:normal;overflow-wrap:anywhere;min-width:7rem}
tfoot{font-weight:bold}
@media print{main{max-width:none;padding:0}section{break-inside:avoid}.table{overflow:visible}table{font-size:7pt}}
"""


def sheet() -> str:
    """The style sheet."""
    return _RULES % {"light": _variables(LIGHT), "dark": _variables(DARK)}


def _variables(colours: Colours) -> str:
    return ";".join(f"--{name}:{colour}" for name, colour in colours.items())
