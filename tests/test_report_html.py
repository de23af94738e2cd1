"""The page of a report: its numbers are those of the text reports; nothing runs or is fetched, whoever wrote what."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.command import PEOPLE, Command, at_home
from tests.test_report_kinds import PRAGUE, asked, done, some, stand, worked_on
from ticketcli.core.clock.situation import Situation
from ticketcli.core.report import render
from ticketcli.core.report.html import pictures, style
from ticketcli.core.report.html.page import MOST, Reports, is_page, page, reports_of
from ticketcli.core.report.report import report

HOSTILE = (
    "<script>document.title='ran'</script>",
    "<img src=x onerror=document.title='ran'>",
    "\"><svg onload=document.title='ran'>",
    "' style='background:url(https://evil.example)",
    "</title></svg></table><base href=https://evil.example>",
    "javascript:alert(1)",
    "]]><!--",
    "\u202egnp.exe\u2066",
    "\x1b[31mred\x07\x00",
    "&lt;b&gt;&#x3c;",
)
VOID = {"meta"}
KNOWN = {
    *(
        "html",
        "head",
        "body",
        "main",
        "header",
        "section",
        "figure",
        "figcaption",
        "div",
        "span",
        "p",
        "ul",
        "li",
        "dl",
    ),
    *("dt", "dd", "h1", "h2", "table", "thead", "tbody", "tfoot", "tr", "th", "td", "title", "style", "meta"),
    *("svg", "desc", "rect", "text", "line", "polyline", "circle", "defs", "pattern", "path"),
}
ATTRIBUTES = {
    *("charset", "http-equiv", "content", "name", "lang", "class", "tabindex", "role", "aria-label", "scope", "id"),
    *("viewbox", "x", "y", "x1", "y1", "x2", "y2", "width", "height", "cx", "cy", "r", "points", "d", "text-anchor"),
    "patternunits",
}


class Parsed(HTMLParser):
    """A page taken apart; what is not closed, not known or in two places is an error."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.tables: list[list[list[str]]] = []
        self.texts: list[str] = []
        self.metas: list[dict[str, str | None]] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        assert len({name for name, _ in attrs}) == len(attrs)
        if tag == "meta":
            self.metas.append(dict(attrs))
        else:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] in (["td"], ["th"]):
            self.tables[-1][-1][-1] += data
        elif self.open and self.open[-1] != "style":
            self.texts.append(data)


def made(*found: Situation) -> tuple[Reports, str]:
    reports = reports_of(found, since=None, until=None, zone=PRAGUE)
    return reports, page("ACME <support>", ["Tickets: all."], reports)


def safe(source: str) -> Parsed:
    """The page, in which nothing runs and from which nothing is fetched."""
    parsed = Parsed(source)
    assert parsed.tags <= KNOWN
    assert {name for name, _ in parsed.attributes} <= ATTRIBUTES
    policy = [meta["content"] for meta in parsed.metas if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]
    css = re.search(r"<style>(.*?)</style>", source, re.DOTALL)
    assert css
    assert set(re.findall(r"url\([^)]*\)|@import", css[1])) == {"url(#hatched)"}
    return parsed


# --- numbers --------------------------------------------------------------------------------------------------------


def test_the_tables_are_those_of_the_text_reports() -> None:
    found = [*some(), *worked_on()]
    reports, source = made(*found)
    tables = safe(source).tables
    asked_for = (
        ("volume", "week"),
        ("resolution", "duration"),
        ("sla", ""),
        ("agents", ""),
        ("tags", ""),
    )
    assert len(tables) == len(asked_for)
    for shown, (kind, by) in zip(tables, asked_for, strict=True):
        titles, rows = render.table(report(kind, found, by=by, since=None, until=None, zone=PRAGUE))
        assert shown == [titles, *rows], kind
    texts = safe(source).texts
    for note in (*reports.volume.footer, *reports.agents.footer):
        assert note in texts


def test_what_is_drawn_is_what_is_counted() -> None:
    _, source = made(*some())
    texts = safe(source).texts
    assert "from 1 to 1, at most 2, at the end of each week" in texts
    assert "4 created, 2 resolved" in texts
    assert "2 resolved tickets" in texts
    headlines = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", source))
    assert headlines == {
        "created": "4",
        "resolved": "2",
        "backlog at the end": "1",
        "median resolution": "12d 0:00",
        "targets met": "none",
    }


def test_no_name_below_columns_ends_beyond_the_edge() -> None:
    for count in (1, 2, 7, 13, 25, 60):
        drawn = pictures.curve("Backlog", "", [f"2026-{number:02}" for number in range(count)], [1.0] * count)
        names = re.findall(r'x="([\d.]+)"[^>]*text-anchor="middle">([^<]+)<', drawn)
        assert names, drawn
        assert all(float(x) + 4 * len(name) <= pictures.WIDTH for x, name in names), count


def test_a_bar_is_as_long_as_its_share_of_the_longest() -> None:
    drawn = pictures.bars("t", "d", [pictures.Bar("a", 4, "4"), pictures.Bar("b", 1, "1"), pictures.Bar("c", 0, "0")])
    assert [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)"', drawn)] == [340, 85]


def test_a_line_has_a_point_for_each_name_and_the_largest_is_on_top() -> None:
    drawn = pictures.curve("t", "d", ["a", "b", "c"], [0, 5, 10])
    (points,) = re.findall(r'points="([^"]*)"', drawn)
    heights = [float(point.split(",")[1]) for point in points.split()]
    assert heights == [pictures.HEIGHT - pictures.BOTTOM, 103, pictures.TOP]


def test_without_tickets_there_is_a_page_too() -> None:
    for found in ([], [stand(asked("a"))]):
        parsed = safe(made(*found)[1])
        assert len(parsed.tables) == 5


def test_many_groups_are_cut_and_that_is_said_and_long_times_are_by_month() -> None:
    found = [stand(asked(f"t{n}", "2024-11-20 08:00", f"tag{n:02}")) for n in range(MOST + 3)]
    reports, source = made(*found, stand(asked("old", "2020-01-01 08:00")))
    tags = safe(source).tables[-1]
    assert len(tags) == MOST + 2
    assert tags[-1][:2] == ["total", str(MOST + 4)]
    assert "and 4 more: ticket report tags" in Parsed(source).texts
    assert (reports.volume.by, len(reports.volume.rows)) == ("month", 60)


# --- what people wrote ----------------------------------------------------------------------------------------------


def hostile(*names: str) -> list[Situation]:
    fields = {("department",): names[0], ("customer", "name"): names[0]}
    return [
        stand(asked(f"h{n}", "2024-11-20 08:00", name, set=fields), done(f"h{n}", 2, "2024-11-21 08:00", by=name))
        for n, name in enumerate(names)
    ]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_people_wrote_is_text(name: str) -> None:
    reports = reports_of(hostile(name), since=None, until=None, zone=PRAGUE)
    parsed = safe(page(name, [name], reports))
    shown = parsed.tables[-1][1][0]
    assert shown == name or not name.isprintable()
    assert not set(shown) & set("\u202e\u2066\x1b\x07\x00")


@settings(max_examples=15, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>&\"'/=- \nscriptonsvg\u202e\x1b\x00é"), min_size=1, max_size=30))
def test_no_name_breaks_out(name: str) -> None:
    safe(page(name, [name], reports_of(hostile(name), since=None, until=None, zone=PRAGUE)))


def test_a_page_that_does_not_escape_is_seen() -> None:
    _, source = made(*some())
    for name in HOSTILE[:3]:
        with pytest.raises(AssertionError):
            safe(source.replace("ACME &lt;support&gt;", name))


# --- how it looks ---------------------------------------------------------------------------------------------------


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    less, more = sorted((light(one), light(other)))
    return (more + 0.05) / (less + 0.05)


@pytest.mark.parametrize("colours", [style.LIGHT, style.DARK])
def test_colours_can_be_told_from_the_paper(colours: dict[str, str]) -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") < 4.5, "a control"
    for name in ("ink", "soft", "one", "two"):
        assert contrast(colours[name], colours["paper"]) >= 4.5, name


def test_every_picture_has_a_title_and_a_description_and_no_colour_alone() -> None:
    _, source = made(*some())
    drawn = re.findall(r"<svg.*?</svg>", source, re.DOTALL)
    assert len(drawn) == 6
    assert all(re.match(r"<svg [^>]*role=\"img\"[^>]*><title>.+?</title><desc>.+?</desc>", one) for one in drawn)
    assert ".two{fill:url(#hatched)" in source, "hatched, not only of another colour"
    for rule in ("prefers-color-scheme:dark", "@media print", ".table{overflow-x:auto", "svg{display:block;width:100%"):
        assert rule in source


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def ticket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    at_home(tmp_path, monkeypatch)
    command = Command(tmp_path / "desk", capsys, monkeypatch)
    assert command.run("init", str(command.root), "--no-git", desk=False).code == 0
    with (command.root / "ticketcli.toml").open("a") as written:
        written.write(PEOPLE)
    return command


def test_a_page_replaces_an_earlier_one_and_nothing_else(ticket: Command, tmp_path: Path) -> None:
    ticket.create("Printer jams", "It eats paper.", "-t", "<script>")
    target = tmp_path / "report.html"
    ran = ticket.ok("report", "html", str(target), "tag:<script>", "--since", "2020-01")
    assert (ran.out, ran.err) == ("", "")
    first = target.read_text(encoding="utf-8")
    assert "Tickets: tag:&lt;script&gt;." in first
    ticket.create("Another")
    ticket.ok("report", "html", str(target))
    assert target.read_text(encoding="utf-8") != first
    for other in ("notes", "<!doctype html>\n<p>mine"):
        target.write_text(other)
        assert ticket.refused(1, "report", "html", str(target)) == (
            f'"{target}" is there already and is no report; name another file, or write it with --force'
        )
        assert target.read_text() == other
    ticket.ok("report", "html", str(target), "--force")
    assert is_page(target.read_bytes())
    assert not list(tmp_path.glob("*.tmp"))


def test_a_page_on_standard_output_is_the_same(ticket: Command, tmp_path: Path) -> None:
    ticket.create("Printer jams", "It eats paper.", "--at", "2026-03-01")
    words = ("report", "html", "-", "--as-of", "2026-03-09", "--until", "2026-03-05")
    source = ticket.ok(*words).out
    ticket.ok("report", "html", str(tmp_path / "a.html"), *words[3:])
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == source
    assert "As of 2026-03-09 23:59, UTC." in source


def test_words_that_do_not_fit(ticket: Command, tmp_path: Path) -> None:
    ticket.create()
    assert ticket.refused(2, "report", "html").startswith("report html needs a file")
    for option in (
        ("--by", "tag"),
        ("--json",),
        ("--format", "csv"),
        ("--clock", "resolution"),
        ("--fail-under", "9%"),
    ):
        said = ticket.refused(2, "report", "html", str(tmp_path / "x.html"), *option)
        assert said.startswith(f"report html takes no {option[0]}; it takes filter words")
    assert ticket.refused(2, "report", "tags", "--force").startswith("--force is of report html alone")
    assert not (tmp_path / "x.html").exists()


# --- a real browser -------------------------------------------------------------------------------------------------

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
needs_browser = pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome on PATH")


class Requests(BaseHTTPRequestHandler):
    """A server that notes what it is asked for."""

    seen: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.seen.append(self.path)
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    Requests.seen.clear()
    server = HTTPServer(("127.0.0.1", 0), Requests)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def browsed(path: Path, *options: str) -> tuple[str, str]:
    """The page as it stands after a browser has loaded it, and what the browser says."""
    assert BROWSER
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", *options]
    command += [f"--user-data-dir={path.parent / 'profile'}", "--virtual-time-budget=3000", "--dump-dom", path.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout, done.stderr


@pytest.mark.long
@needs_browser
def test_in_a_browser_nothing_runs_and_nothing_is_fetched(tmp_path: Path, address: str) -> None:
    names = ["<script>document.title='ran'</script>", f"<img src={address}/hit onerror=document.title='ran'>"]
    path = tmp_path / "page.html"
    path.write_text(page(names[0], names, reports_of(hostile(*names), since=None, until=None, zone=PRAGUE)), "utf-8")
    shown, said = browsed(path)
    assert "<title>ran" not in shown
    assert "CONSOLE" not in said
    assert Requests.seen == []
    (tmp_path / "control.html").write_text(f"<!doctype html><title>a</title>{''.join(names)}", "utf-8")
    assert "<title>ran" in browsed(tmp_path / "control.html")[0]
    assert Requests.seen == ["/hit"]


MEASURE = """<script>
parent.postMessage([innerWidth, document.documentElement.scrollWidth,
                    matchMedia("(prefers-color-scheme: dark)").matches].join(" "), "*")
</script></body>"""
FRAME = """<!doctype html><title>none</title><body style="margin:0">
<script>addEventListener("message", said => { document.title = said.data })</script>
<iframe src="page.html" style="border:0; width:WIDTHpx; height:800px"></iframe>"""
"""A window is never narrower than 500 pixels, a frame is."""


def framed(folder: Path, source: str, width: int, *options: str) -> tuple[int, int, bool]:
    """In a frame of that width: how wide it is, how wide what stands in it is, and whether it is dark."""
    measured = re.sub(r'<meta http-equiv="Content[^>]*>', "", source).replace("</body>", MEASURE)
    (folder / "page.html").write_text(measured, "utf-8")
    outer = folder / "outer.html"
    outer.write_text(FRAME.replace("WIDTH", str(width)), "utf-8")
    shown, _ = browsed(outer, "--window-size=1400,900", *options)
    found = re.search(r"<title>(\d+) (\d+) (true|false)</title>", shown)
    assert found, shown
    return int(found[1]), int(found[2]), found[3] == "true"


@pytest.mark.long
@needs_browser
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_in_a_browser_nothing_is_wider_than_the_window(tmp_path: Path, width: int, dark: bool) -> None:
    _, source = made(*some(), *worked_on(), *hostile("w" * 200))
    frame, content, is_dark = framed(tmp_path, source, width, *(["--force-dark-mode"] if dark else []))
    assert (frame, content <= width, is_dark) == (width, True, dark)


@pytest.mark.long
@needs_browser
def test_in_a_browser_what_is_wider_would_be_seen(tmp_path: Path) -> None:
    _, source = made(*some())
    wide = source.replace("<main>", '<main><div style="width:2000px">wide</div>')
    assert wide != source
    assert framed(tmp_path, wide, 360)[1] >= 2000
