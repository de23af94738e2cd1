from __future__ import annotations

import email
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ticketcli.core.mail.reply import quoting
from ticketcli.core.mail.reply.quoting import split
from ticketcli.core.mail.reply.words import FIELDS, FORWARDED, ORIGINAL, REPLY_ABOVE

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
ANA = "Ana Cruz <ana@example.com>"

CERTAIN = [
    f"On Wed, 5 Jun 2024 at 14:20, {ANA} wrote:",
    "On 6/5/24 2:20 PM, Ana Cruz wrote:",
    f"---- On Wed, 05 Jun 2024 14:20:00 +0200 {ANA} wrote ----",
    f"--- On Wed, 6/5/24, {ANA} wrote:",
    f"Am Mi., 5. Juni 2024 um 14:20 Uhr schrieb {ANA}:",
    "Am 05.06.24 um 14:20 schrieb Ana Cruz:",
    f"Le mer. 5 juin 2024 à 14:20, {ANA} a écrit :",
    "El mié, 5 jun 2024 a las 14:20, Ana Cruz (<ana@example.com>) escribió:",
    f"Il giorno mer 5 giu 2024 alle ore 14:20 {ANA} ha scritto:",
    f"Em qua., 5 de jun. de 2024 às 14:20, {ANA} escreveu:",
    f"Op wo 5 jun 2024 om 14:20 schreef {ANA}:",
    f"śr., 5 cze 2024 o 14:20 {ANA} napisał(a):",
    "W dniu 5.06.2024 o 14:20, Ana Cruz pisze:",
    f"st 5. 6. 2024 v 14:20 odesílatel {ANA} napsal:",
    "Dne 05. 06. 24 v 14:20 Ana Cruz napsal(a):",
    f"st 5. 6. 2024 o 14:20 {ANA} napísal(a):",
    f"sri, 5. lip 2024. u 14:20 {ANA} napisao je:",
    "05.06.2024 14:20, Ana Cruz пишет:",
    "5 июня 2024 г., 14:20 пользователь Ana Cruz написал:",
    f"ср, 5 черв. 2024 р. о 14:20 {ANA} пише:",
    f"На ср, 5.06.2024 г. в 14:20 {ANA} написа:",
    f"Den ons 5 juni 2024 kl 14:20 skrev {ANA}:",
    f"Den ons. 5. jun. 2024 kl. 14.20 skrev {ANA}:",
    f"ons. 5. juni 2024 kl. 14:20 skrev {ANA}:",
    "ke 5. kesäk. 2024 klo 14.20 Ana Cruz (ana@example.com) kirjoitti:",
    f"{ANA} ezt írta (időpont: 2024. jún. 5., Sze, 14:20):",
    f"În mie., 5 iun. 2024 la 14:20, {ANA} a scris:",
    f"{ANA}, 5 Haz 2024 Çar, 14:20 tarihinde şunu yazdı:",
    f"Στις Τετ 5 Ιουν 2024 στις 2:20 μ.μ., ο χρήστης {ANA} έγραψε:",
    f"Vào Th 4, 5 thg 6, 2024 vào lúc 14:20 {ANA} đã viết:",
    f"Pada tanggal Rab, 5 Jun 2024 pukul 14.20 {ANA} menulis:",
    f"{ANA} 于2024年6月5日周三 14:20写道：",
    f"在 2024年6月5日，下午2:20，{ANA} 写道：",
    f"2024년 6월 5일 (수) 오후 2:20, {ANA}님이 작성:",
]
"""They cut, whatever follows."""
WITH_QUOTE = [
    f"ср, 5 июн. 2024 г. в 14:20, {ANA}:",
    f"2024年6月5日(水) 14:20 {ANA}:",
    "Am Montag schrieb Ana:",
    "Am 5. Juni schrieb Ana:",
    "Le lundi, Ana a écrit :",
    "Ana Cruz wrote:",
    "Ana Cruz kirjoitti 5.6.2024 klo 14.20:",
]
"""They cut where lines with `>` follow: alone they may be a sentence."""
OWN = [
    "On Monday I wrote to your support about the following:\n\nThe printer is on fire.",
    "On 3 May at 14:20 I wrote you this:\nThe printer is on fire.\nAnd nobody answered.",
    "Am 5.6. um 14:20 schrieb ich Ihnen:\nDer Drucker brennt.",
    "See what the manual says\nand what Ana wrote:\nPress the button.",
    "I need a ticket.\n\nFrom: Prague\nTo: London\nDate: 5 May\n\nCan you book it?",
    "The log says\n2024-05-05 14:20:33 from Ana <ana@example.com>:\nbounced\nWhy is that?",
    "Your message\n\nTo: bob@example.com\nSubject: x\nSent: today\n\ndid not reach him.",
    "Please write below.\n\n--------- Enter Feedback Below ---------\n\nGood.",
    "Two ways:\n--\nfirst\n--\nsecond",
    "Two things are missing:\n\n-Power Cable",
    "Two things are missing.\n\n- Power Cable",
    "One.\n__________________\nTwo.",
    "It goes\nprompt\n> typed\nanswer",
    "Sent from my desk, is much easier then my mobile phone.",
    "Sent from my iPhone\n\nThat line above is all I see in your mail.",
    "The reply above this line is not mine.",
    "Original Message\n\nis what the window says.",
    "Disclaimer: I am no engineer.\n\nIt smells of fire.",
    f"FYI\n\n---------- Forwarded message ---------\nFrom: {ANA}\nSubject: x\nTo: b@example.com\n\nHi\n-- \nAna",
    "The sender is\nFrom: ana@example.com\nas ever.",
    f"Please ask {ANA}\nwho at 14:20\nwrote:\nall is well",
    f"On 5.6.2024 14:20, {'long ' * 90} {ANA} wrote:\nsomething",
    "See\n--\n" + "more\n" * 12,
    "See\n____________\n" + "more\n" * 7 + "https://example.com/",
]
"""Not one line of these is to be hidden."""
WHOLE = ["> all of it\n> is quoted", "-- \nAna", "-----Original Message-----\nold", "", "\n \n"]
"""Without what is quoted nothing is left of these."""


@pytest.mark.parametrize("mark", CERTAIN)
def test_a_line_that_says_who_wrote_when_cuts_off_what_follows(mark: str) -> None:
    assert split(f"Thank you.\n\n{mark}\n\nOld text\n\nmore") == ("Thank you.", f"{mark}\n\nOld text\n\nmore")


@pytest.mark.parametrize("mark", CERTAIN + WITH_QUOTE)
def test_such_a_line_goes_with_the_quoted_lines_below_it(mark: str) -> None:
    assert split(f"Thank you.\n\n{mark}\n\n> Old text") == ("Thank you.", f"{mark}\n\n> Old text")


@pytest.mark.parametrize("mark", WITH_QUOTE)
def test_one_that_may_be_a_sentence_cuts_nothing_else_off(mark: str) -> None:
    text = f"Thank you.\n\n{mark}\n\nNew text"
    assert split(text) == (text, "")


@pytest.mark.parametrize("mark", [mark for mark in CERTAIN if not mark.startswith("Ana")])
def test_such_a_line_may_be_broken(mark: str) -> None:
    words = mark.split(" ")
    broken = "\n".join(" ".join(words[at : at + 4]) for at in range(0, len(words), 4))
    assert split(f"Thank you.\n\n{broken}\n> Old text").body == "Thank you."


@pytest.mark.parametrize("phrase", sorted(ORIGINAL))
def test_original_message_cuts_in_every_language(phrase: str) -> None:
    for mark in (f"-----{phrase.title()}-----", f"________ {phrase} ________"):
        assert split(f"Thank you.\n\n{mark}\nOld text") == ("Thank you.", f"{mark}\nOld text")


@pytest.mark.parametrize("phrase", sorted(FORWARDED))
def test_a_forwarded_message_stays_whole(phrase: str) -> None:
    text = f"See below.\n\n-------- {phrase} --------\nSubject: x\nFrom: {ANA}\nTo: b@example.com\n\n> Old text"
    assert split(text) == (text, "")


@pytest.mark.parametrize(
    "names",
    [
        ("From", "Sent", "To", "Subject"),
        ("Von", "Gesendet", "An", "Betreff"),
        ("De", "Envoyé", "À", "Objet"),
        ("De", "Enviado el", "Para", "Asunto"),
        ("De", "Enviada em", "Para", "Assunto"),
        ("Da", "Inviato", "A", "Oggetto"),
        ("Van", "Verzonden", "Aan", "Onderwerp"),
        ("Fra", "Sendt", "Til", "Emne"),
        ("Från", "Skickat", "Till", "Ämne"),
        ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
        ("Od", "Wysłano", "Do", "Temat"),
        ("Od", "Odesláno", "Komu", "Předmět"),
        ("От", "Отправлено", "Кому", "Тема"),
        ("Від", "Надіслано", "Кому", "Тема"),
        ("Από", "Στάλθηκε", "Προς", "Θέμα"),
        ("Kimden", "Gönderildi", "Kime", "Konu"),
        ("差出人", "送信日時", "宛先", "件名"),
        ("发件人", "发送时间", "收件人", "主题"),
        ("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
        ("Từ", "Đã gửi", "Đến", "Chủ đề"),
    ],
    ids=lambda names: f"{names[0]}-{names[3]}",
)
def test_the_header_that_outlook_repeats_cuts(names: tuple[str, str, str, str]) -> None:
    writer, sent, to, subject = names
    plain = f"{writer}: Ana Cruz\n{sent}: 5.6.2024 14:20\n{to}: Bob\n{subject}: x\n\nOld text"
    bold = (
        f"________________________________\n\n*{writer} :* {ANA}\n*{to} :* b@example.com;\n  c@example.com\n\nOld text"
    )
    wide = f"{writer}：Ana\n\n{sent}：5.6.2024\n\nOld text"
    for header in (plain, bold, wide):
        assert split(f"Thank you.\n\n{header}") == ("Thank you.", header)


@pytest.mark.parametrize(
    "mark",
    [
        REPLY_ABOVE,
        f"> {REPLY_ABOVE}",
        "##- Please type your reply above this line -##",
        "-- Bitte oberhalb dieser Zeile antworten --",
        "=== Répondez au-dessus de cette ligne ===",
        "Reply above this line.",
    ],
)
def test_the_line_above_which_to_reply_cuts(mark: str) -> None:
    assert split(f"Thank you.\n\n{mark}\n\nOld text").body == (
        "Thank you." if mark[0] != ">" else "Thank you.\n\nOld text"
    )


@pytest.mark.parametrize(
    "closing",
    [
        "-- \nAna Cruz\n\nACME, 1 Main Street",
        "--\nAna Cruz",
        "-Ana Cruz",
        "Sent from my iPhone",
        "Sent from my Verizon, Samsung Galaxy smartphone",
        "Get Outlook for Android<https://aka.ms/AAb9ysg>",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Verstuurd vanaf mijn iPhone",
        "Odesláno z iPhonu",
        "Отправлено с iPhone",
        "iPhoneから送信",
        "发自我的iPhone",
        "_______________________________________________\nusers mailing list\nusers@lists.example.com",
        "CONFIDENTIALITY NOTICE: This is for nobody.\nBurn it.",
        "----------------\nThis message is confidential.",
        "________________",
        "Diese E-Mail enthält vertrauliche Informationen.",
        "--\nAna\n\nSent from my iPad\n\n__________\nlist https://example.com/",
    ],
)
def test_what_closes_a_text_is_no_part_of_it(closing: str) -> None:
    assert split(f"Thank you.\n\n{closing}") == ("Thank you.", closing)
    assert split(f"Thank you.\n\n{closing}\n\nOn 5.6.2024 14:20, Ana wrote:\n> x").body == "Thank you."


@pytest.mark.parametrize("text", [f"Hello.\n\n{text}" for text in OWN] + OWN + WHOLE)
def test_an_own_line_is_never_hidden(text: str) -> None:
    assert split(text) == (text, "")


def test_an_answer_below_or_around_what_it_quotes_stands_alone() -> None:
    assert split("On 5.6.2024 14:20, Ana wrote:\n> Old\n\nNew") == ("New", "On 5.6.2024 14:20, Ana wrote:\n> Old")
    assert split("Hello,\n\n> Old\n>> older\n\n> old\n\nNew\n-- \nMe").body == "Hello,\n\nNew"


def test_answers_between_what_they_answer_keep_it() -> None:
    body = "Hello\n\n> One?\n\nYes.\n\n> Two?\n\nNo."
    assert split(f"{body}\n\n> Three?\n>\n\n-- \nMe") == (body, "> Three?\n>\n\n-- \nMe")


def test_a_broken_link_does_not_break_a_quotation() -> None:
    quoted = "> see (http://example.com/a?\nb=c)\n> and\n(http://example.com/d) >\n> so on"
    assert split(f"Thank you.\n\n{quoted}") == ("Thank you.", quoted)


PIECES = [
    "Hello",
    "Thank you.",
    "",
    " ",
    "> old",
    ">> older",
    "-- ",
    "--",
    "-Ana Cruz",
    "Sent from my iPhone",
    "__________",
    "list@example.com",
    "On 5.6.2024 14:20",
    "Ana <ana@example.com>",
    "wrote:",
    "Ana wrote:",
    "On 5.6.2024 14:20, Ana wrote:",
    "From: ana@example.com",
    "Sent: today",
    "To: Bob",
    "-----Original Message-----",
    "Begin forwarded message:",
    "CONFIDENTIALITY NOTICE",
    "(http://example.com/",
    REPLY_ABOVE,
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=24).map("\n".join)


def _left(whole: list[str], part: list[str]) -> list[str]:
    """What is left of the lines when those of a part are taken out, in order."""
    rest, at = [], 0
    for line in whole:
        if at < len(part) and line == part[at]:
            at += 1
        else:
            rest.append(line)
    assert at == len(part), "a line was altered, added or moved"
    return rest


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


@given(TEXTS)
@settings(max_examples=400)
@example("a\n> b\nc\n> b\nc")
def test_nothing_is_lost_altered_or_moved(text: str) -> None:
    found = split(text)
    assert sorted(_lines(found.body) + _lines(found.quoted)) == sorted(_lines(text))
    _left(_lines(text), _lines(found.body))
    _left(_lines(text), _lines(found.quoted))
    assert found.body.strip() or not text.strip()


def test_the_law_above_sees_a_lost_and_a_moved_line() -> None:
    for bad in (["a", "c"], ["b", "a"]):
        with pytest.raises(AssertionError):
            _left(["a", "b"], bad)


@given(TEXTS)
@settings(max_examples=400)
def test_the_body_of_a_body_is_itself(text: str) -> None:
    body = split(text).body
    assert split(body) == (body, "")


@given(st.text("Helowrdt WRO,.!?()ÄЖ日0\t\n"))
@settings(max_examples=200)
def test_a_text_without_any_mark_stays_whole(text: str) -> None:
    assert split(text) == (text, "")


@pytest.mark.parametrize(
    "text",
    [
        "On x\n" * 15_000,
        "> x\nOn 5.6.2024 14:20 Ana <a@example.com>:\n" * 3_000,
        ">" * 700_000,
        "On 5.6.2024 14:20 " + "x " * 350_000 + "wrote:",
        "From: a@b " * 70_000,
        "From: a\nCc: b\n" * 8_000,
        "-" * 700_000,
        "\n" * 100_000 + "x",
        " " * 700_000 + "x",
        "Sent from my iPhone\n" * 8_000,
        "--\n\n" * 15_000,
        "-----\n\n\n" * 15_000,
        "<a" * 300_000 + "> wrote:",
    ],
    ids=lambda text: f"{text[:12]!r}x{len(text)}",
)
def test_hostile_text_takes_a_moment(text: str) -> None:
    start = time.process_time()
    split(text)
    assert time.process_time() - start < 4


def test_behind_very_many_own_lines_no_mark_is_looked_for() -> None:
    quote = "\n\n-----Original Message-----\nold"
    near, far = "line\n" * 100 + quote, "line\n" * quoting.MOST + quote
    assert split(near).quoted == quote.strip()
    assert split(far) == (far, "")


def test_no_name_of_a_field_means_two_things_where_it_matters() -> None:
    names = [name for kind in ("from", "to", "subject") for name in FIELDS[kind].replace("\n", "|").split("|")]
    assert len(names) == len(set(map(str.casefold, names)))


# ── Other projects' cases ──────────────────────────────────────────────────────────────────────────────────────────

SHARED_LINE = "answer and `On ... wrote:` share a line; lines are never cut in two, so it is shown"
SIGNATURE = "talon leaves the signature to another function; here it is folded away too"
MISSED_PLAIN = {
    "reply_and_quotation_splitter_share_line": SHARED_LINE,
    "reply_and_quotation_splitter_share_line_2": SHARED_LINE,
    "reply_and_quotation_splitter_share_line_3": SHARED_LINE,
    "standard_replies/iphone.eml": SIGNATURE,
    "standard_replies/sparrow.eml": SIGNATURE,
}
CITED = "talon shows a quotation that names no writer; here every one is folded away"
MISSED_HTML = {
    "regular_blockquote": CITED,
    "gmail_quote_blockquote": CITED,
    "reply-separated-by-hr.html": "talon removes the element that the writer's name stands in; it is no quotation",
}
MISSED_PARSER = {
    "emails/email_1_2.txt": "one quotation above one answer is folded away, as talon does; there it is shown"
}


def _json(path: str) -> dict[str, Any]:
    if not DATA.exists():
        pytest.skip("the shared data is not beside this checkout")
    found: dict[str, Any] = json.loads((DATA / path).read_bytes())
    return found


def _plain_part(path: str) -> str:
    message = email.message_from_bytes((DATA / "talon" / path).read_bytes())
    part = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    return raw.decode(part.get_content_charset("utf-8")).replace("\r\n", "\n")


def _bare(text: str) -> str:
    return re.sub(r"[\s>]", "", text)


def test_talons_plain_replies() -> None:
    cases = _json("talon/expected.json")
    texts = {case["name"]: (case["body"], case["reply"]) for case in cases["plain"]}
    texts |= {case["file"]: (_plain_part(case["file"]), case["reply"]) for case in cases["plain_files"]}
    missed = {name for name, (text, reply) in texts.items() if split(text).body.strip() != reply.strip()}
    assert missed == set(MISSED_PLAIN)
    assert len(missed) <= 0.1 * len(texts)


def test_talons_html_replies() -> None:
    html = pytest.importorskip("ticketcli.core.mail.html")
    cases = _json("talon/expected.json")
    texts = {case["name"]: (case["body"], case["reply_text_no_space"]) for case in cases["html"]}
    for case in cases["html_files"]:
        page = (DATA / "talon" / case["file"]).read_bytes().decode(errors="replace")
        texts[case["file"]] = (page, case["reply_text_no_space"])
    # Where nothing but a quotation is there it stays, with its `>`.
    missed = {name for name, (page, reply) in texts.items() if _bare(split(html.text(page)).body) != _bare(reply)}
    assert missed == set(MISSED_HTML)
    assert len(missed) <= 0.2 * len(texts)


def _agrees(text: str, case: dict[str, Any]) -> bool:
    """Whether visible fragments are in the body and hidden ones in what is quoted, as far as it is asserted."""
    asserted, fragments = case["asserted"], case["computed"]["fragments"]
    body, quoted = split(text)
    if asserted.get("fragments") == 1 and not quoted:
        return True
    if "reply" in asserted:
        return bool(body.strip() == asserted["reply"].strip())
    sides = [quoted if fragment["hidden"] else body for fragment in fragments]
    told = range(len(fragments)) if "hidden" in asserted else map(int, asserted["match"])
    found = all(_bare(fragments[at]["text"]) in _bare(sides[at]) for at in told)
    patterns = asserted.get("match", {}).items()
    return found and all(re.search(one, sides[int(at)], re.MULTILINE) for at, some in patterns for one in some)


def test_email_reply_parsers_asserted_replies() -> None:
    files = _json("email-reply-parser/expected.json")["files"]
    chosen = {name: case for name, case in files.items() if re.search("email_[12]_|greedy_on|correct_sig", name)}
    texts = {name: (DATA / "email-reply-parser" / name).read_bytes().decode() for name in chosen}
    missed = {name for name, case in chosen.items() if not _agrees(texts[name].replace("\r\n", "\n"), case)}
    assert missed == set(MISSED_PARSER)
    assert len(missed) <= 0.1 * len(chosen)


def test_email_reply_parsers_other_replies() -> None:
    files = _json("email-reply-parser/expected.json")["files"]
    told = {name: case["asserted"]["reply"] for name, case in files.items() if "reply" in case.get("asserted", {})}
    assert len(told) >= 5
    for name, reply in told.items():
        assert split((DATA / "email-reply-parser" / name).read_bytes().decode()).body.strip() == reply.strip(), name


def test_the_texts_that_hang_naive_expressions_take_no_time() -> None:
    _json("email-reply-parser/expected.json")
    for name in ("email_long_quote", "pathological"):
        text = (DATA / "email-reply-parser" / "emails" / f"{name}.txt").read_bytes().decode()
        start = time.process_time()
        assert split(text).body
        assert time.process_time() - start < 1
