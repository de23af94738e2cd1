"""What a thread shows: names of messages, stubs, merges, splits, links, and nothing of what is blacked out."""

from __future__ import annotations

from dataclasses import replace

from tests.desks import MARIA, answers, asks, at, changes, event, id_of, notes, says, ticket
from ticketcli.core.ticket.event import Attachment, Redaction
from ticketcli.core.ticket.fold import Ticket
from ticketcli.core.ticket.thread import gather
from ticketcli.core.view.messages import Link, Message, links, messages, public, reason
from ticketcli.core.view.names import message_name, shortener

FILE = Attachment("a.txt", "text/plain", 3, "0" * 64)
LOGIN = ticket(
    asks("login", "2024-11-20 08:00", "Login"),
    answers("l2", 2, "2024-11-20 09:00", "Try again.", seen=["login"]),
    notes("l3", 3, "2024-11-20 09:30", "Caps lock?"),
    says("l4", 4, "2024-11-20 10:00", "And the invoice is wrong.", quoted="> old\n", attachments=(FILE,)),
)


def shown(first: Ticket, *others: Ticket) -> list[Message]:
    read = {one.code: one for one in (first, *others)}
    return messages(gather(first.code, read.get), read.get, shortener(read))


def test_messages_and_notes_have_the_names_that_commands_take() -> None:
    name = LOGIN.code[:5]
    assert [message.name for message in shown(LOGIN)] == [f"{name}/1", f"{name}/2", f"{name}/3", f"{name}/4"]
    assert [message.internal for message in shown(LOGIN)] == [False, False, True, False]


def test_a_short_name_is_unique_and_has_at_least_four_symbols() -> None:
    codes = ["7KQ-M2RTX-4BG", "7KQ-M2RTY-111", "7KQ-N0000-000", "8PM-00000-000", "8PM-00000-001"]
    short = shortener(codes)
    assert [short(code) for code in codes] == ["7KQ-M2RTX", "7KQ-M2RTY", "7KQ-N", codes[3], codes[4]]
    assert shortener([])("7KQ-M2RTX-4BG") == "7KQ-M"
    for code in codes:
        assert [other for other in codes if other.startswith(short(code))] == [code]


def test_two_messages_of_one_number_are_told_apart_by_their_ids() -> None:
    one, other = (says(id, 2, "2024-11-20 09:00", id) for id in ("T7W2M8QDN3", "T7W2X8QDN3"))
    twins = ticket(asks("first", "2024-11-20 08:00", "Twins"), one, other)
    code = twins.code[:5]
    assert [message.name for message in shown(twins)] == [f"{code}/1", f"{code}/2-T7W2M", f"{code}/2-T7W2X"]


def test_a_change_of_the_same_number_disturbs_no_name() -> None:
    with_change = LOGIN.plus([changes("l4b", 4, "2024-11-20 10:00", priority="high")])
    assert message_name(LOGIN.by_id[id_of("l4")], with_change, shortener([LOGIN.code])) == f"{LOGIN.code[:5]}/4"


def split_in_two() -> tuple[Ticket, Ticket]:
    first = event(
        "child", 1, "2024-11-20 11:00", by="ana", action="split", seen=(),
        set={("subject",): "Invoice", ("status",): "new"},
        lists={"shows": (f"+{LOGIN.code}/{id_of('l4')}",), "links": (f"+split-from {LOGIN.code}",)},
    )  # fmt: skip
    child = ticket(first)
    pointer = event(
        "l5", 5, "2024-11-20 11:00", by="ana", action="split",
        set={("moved", id_of("l4")): child.code}, lists={"links": (f"+split-to {child.code}",)},
    )  # fmt: skip
    return LOGIN.plus([pointer]), child


def test_a_split_leaves_a_stub_and_says_where_the_rest_went() -> None:
    parent, child = split_in_two()
    stub, split = shown(parent, child)[3:]
    assert (stub.moved_to, stub.event.body, stub.event.attachments, stub.event.quoted) == (child.code, "", (), "")
    assert split.event.action == "split"
    from_there = shown(child, parent)
    assert [(message.name, message.event.body) for message in from_there if message.event.kind != "change"] == [
        (f"{parent.code[:5]}/4", "And the invoice is wrong.\n")
    ]


def test_links_follow_merges_and_are_not_doubled() -> None:
    parent, child = split_in_two()
    assert links(gather(parent.code, {parent.code: parent, child.code: child}.get), {child.code: child}.get) == [
        Link("split-to", child.code, "Invoice")
    ]
    target = ticket(asks("target", "2024-11-20 08:00", "Target"))
    source = ticket(
        asks("source", "2024-11-20 08:00", "Source"), changes("s2", 2, "2024-11-21 08:00", merged_into=target.code)
    )
    target = target.plus(
        [event("t2", 2, "2024-11-21 08:00", by="ana", action="merge", lists={"shows": (f"+{source.code}",)})]
    )
    both = (f"+related {source.code}", f"+related {target.code}", "+related 7KQ-M2RTX-4BG")
    linked = LOGIN.plus([event("l6", 6, "2024-11-22 08:00", by="ana", lists={"links": both})])
    read = {one.code: one for one in (linked, target, source)}.get
    found = links(gather(linked.code, read), read)
    assert len(found) == 2
    assert set(found) == {Link("related", "7KQ-M2RTX-4BG", ""), Link("related", target.code, "Target")}


def test_what_is_blacked_out_is_gone_with_its_customer_its_files_and_its_parts() -> None:
    gone = Redaction(at("2024-11-21 08:00"), "ana")
    part = says("l5", 5, "2024-11-20 10:00", "the invoice", part_of=id_of("l4"))
    whole = ticket(*LOGIN.events[:3], replace(LOGIN.by_id[id_of("l4")], redacted=gone), part)
    message, of_part = shown(whole)[3:]
    for one in (message, of_part):
        assert one.hidden
        assert (one.event.body, one.event.quoted, one.event.attachments, one.event.by) == ("", "", (), "")


def test_the_public_sees_public_messages_only() -> None:
    parent, child = split_in_two()
    assert [message.event.body for message in public(shown(parent, child))] == ["Please help.\n", "Try again.\n"]


def test_the_last_reason_counts_and_an_undone_one_does_not() -> None:
    assert reason(LOGIN) is None
    waits = changes("l5", 5, "2024-11-21 08:00", "waits for the vendor", status="postponed")
    given = LOGIN.plus([waits, changes("l6", 6, "2024-11-21 09:00", "she knows it", assignee="bob")])
    assert reason(given) == given.by_id[id_of("l6")]
    undone = given.plus([event("l7", 7, "2024-11-21 10:00", by="ana", action="undo", about=(id_of("l6"),))])
    assert reason(undone) == waits
    assert reason(given.plus([changes("l8", 8, "2024-11-21 10:00", "a colour", priority="high")])) is not waits


def test_who_wrote_is_kept() -> None:
    assert [message.event.by for message in shown(LOGIN)] == [MARIA, "ana", "ana", MARIA]
