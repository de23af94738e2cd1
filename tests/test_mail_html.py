"""HTML becomes text that a person reads, in linear time, and no word is lost."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticketcli.core.mail import html


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("plain", "plain"),
        ("<p>one<p>two</p>three", "one\n\ntwo\n\nthree"),
        ("<div>one</div><div>two <b>b</b>old</div>", "one\ntwo bold"),
        ("a<br>b<br><br><br>c", "a\nb\n\nc"),
        ("  a \n\t b&nbsp;&amp;&lt;c&#x41;&eacute;  ", "a b &<cAé"),
        ("<h1>Title</h1>text", "Title\n\ntext"),
        ("<ul><li>one<li>two<ul><li>inner</ul></ul>end", "- one\n- two\n  - inner\n\nend"),
        ("<ol><li>one</li><li><p>two</p>more</li></ol>", "1. one\n\n2. two\n\n  more"),
        ("<blockquote>a<br>b<blockquote>c</blockquote></blockquote>d", "> a\n> b\n\n> > c\n\nd"),
        ("</blockquote></ul></pre>a", "a"),
        ("<table><tr><th>A<th>B</tr><tr><td>1</td><td>2</td></tr></table>", "A  B\n1  2"),
        ("<pre>a\n  b\n\nc</pre>d", "a\n  b\n\nc\n\nd"),
        ("a<hr>b", f"a\n\n{html.RULE}\n\nb"),
        ("<img src=x alt='a &lt;b'><img src=y>", "[a <b]"),
        ("<head><title>T</title><style>s</style></head><script>if (a<b) x()</script>a", "a"),
        ("a<!-- <p>hidden --><!doctype x><?php x ?><![if x]>b", "ab"),
        ("1 < 2 <3 a<", "1 < 2 <3 a<"),
        ("a <b c", "a <b c"),
        ("a<!-- b", "a<!-- b"),
        ("a<script>b", "ab"),
        ('<a href="x>y">a</a>', "a"),
    ],
)
def test_html_is_read_as_a_person_reads_it(source: str, text: str) -> None:
    assert html.text(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<a href='https://example.com/a?b=1&amp;c'>here</a>.", "here <https://example.com/a?b=1&c>."),
        ("<a href=https://example.com/>example.com</a>", "example.com"),
        ("<a href='mailto:a@b.c'>a@b.c</a>", "a@b.c"),
        ("<a href='mailto:a@b.c'>Ana</a>", "Ana <a@b.c>"),
        ("<a href='javascript:x()'>a</a><a name=x>b</a><a href='#c'>c</a>", "abc"),
        ("<a href='https://example.com'></a>", ""),
        ("<a href='https://evil.example'>https://bank.example</a>", "https://bank.example <https://evil.example>"),
        ("<a href='https://a.b/\n c'>x<a href='https://d.e'>y", "x <https://a.b/c>y"),
    ],
)
def test_a_link_shows_where_it_leads(source: str, text: str) -> None:
    assert html.text(source) == text


BOMBS = ["<a ", "<a b='", '<a b="c', "<!--", "<!", "</", "<?", "&#", "<div>", "<blockquote>", "<ul><li>", "<script>"]
BOMBS += [
    "<table><tr><td>",
    "<a href=x>",
    "<style>",
    "<![CDATA[",
    "<a x=y ",
    "<p><b>",
    "<br>",
    "<pre>\n",
    "&amp",
    "=\"'",
]


@pytest.mark.parametrize("bit", BOMBS)
def test_a_bomb_takes_linear_time(bit: str) -> None:
    begun = time.process_time()
    html.text(bit * (100_000 // len(bit)))
    assert time.process_time() - begun < 1


def test_more_than_can_be_read_is_cut_and_said() -> None:
    assert html.text("<p>word " * (html.LARGEST // 4)).endswith("\n\n[…]")


def test_depth_is_bounded() -> None:
    assert html.text("<blockquote>" * 1000 + "x") == "> " * html.DEEPEST + "x"


TAGS = st.sampled_from(["p", "div", "b", "ul", "li", "ol", "blockquote", "pre", "td", "tr", "table", "a", "h1", "span"])
WORDS = st.text("abcé1", min_size=1, max_size=6)
BITS = st.one_of(WORDS, TAGS.map("<{}>".format), TAGS.map("</{}>".format), st.sampled_from([" ", "\n", "<br>"]))


@settings(max_examples=200)
@given(st.lists(BITS, max_size=40))
def test_no_letter_is_lost(bits: list[str]) -> None:
    text = html.text("".join(bits))
    letters = "".join(bit for bit in bits if not bit.startswith("<")).replace(" ", "").replace("\n", "")
    shown = "".join(letter for letter in text if letter in "abcé1")
    assert shown.replace("1", "") == letters.replace("1", "")


@settings(max_examples=200)
@given(st.text(st.sampled_from("<>!-/=\"'& a\n#;")))
def test_any_text_is_read(source: str) -> None:
    assert html.text(source) == html.text(source).rstrip("\n")
