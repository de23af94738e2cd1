"""Hypothesis strategies for events and tickets: like real ones, with everything that has ever broken a parser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from ticketcli.core.file.keys import EVENT_KEYS, KINDS
from ticketcli.core.file.values import leaves
from ticketcli.core.ticket.code import ALPHABET, from_id
from ticketcli.core.ticket.event import Attachment, Event, Redaction
from ticketcli.core.ticket.fields import BY_NAME, LISTS
from ticketcli.core.ticket.fold import Ticket, in_order

STATUSES = ("new", "open", "answered", "postponed", "resolved", "closed", "pending", "merged")
NASTY = (
    "",
    "Since I reset my password I cannot log in any more.\n",
    'He said "hello", twice.\n',
    "no line end",
    "trailing blanks  \n\n\n",
    "\n\nleading lines",
    'quotes """ and """" and """"" and ""',
    "apostrophes ''' and '''' ",
    'ends in a quote"',
    'ends in two""',
    "ends in a backslash\\",
    "C:\\new\\table \\u0041 \\\n   folded",
    "<<<<<<< HEAD\nmine\n||||||| base\nour\n=======\nyours\n>>>>>>> branch\n",
    "<<<<<<<\n=======\n>>>>>>>",
    "Title\n=======\n\nText\n",
    "nul \x00, escape \x1b[31m, delete \x7f, form feed \x0c, carriage return \r and \r\n",
    "C1 \x9b31m, \xad, bidi \u202eabc\u202c \u2066x\u2069, zero width \u200b\u200d\ufeff, lines \u2028\u2029\x85",
    "tag \U000e0041, emoji 👩\u200d💻, accents é e\u0301, CJK 漢字, Hangul filler \u3164",
    "tab\tand\ttab",
    "# not a comment\n[[event]]\nid = 'x'\n",
    "a.b.c.d.e.f.g.h.i.j.k.l = 1\n...........= 2\n",
    "{ a = 1 } [ 1, 2 ] = '",
)
KEYS = (
    "order",
    "name",
    "email",
    "phone",
    "with space",
    'quo"te',
    "dot.ted",
    "",
    "ünï",
    "1",
    "-",
    "a\nb",
    "'",
    "# x",
    "\u202e",
)

texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.lists(st.sampled_from(NASTY), min_size=2, max_size=3).map("".join),
)
words = st.sampled_from(
    ("ana", "ben", "Maria Santos <maria@example.com>", "vip", "a b", 'x"y', "<b@example.com>", "\u202ex")
)
ids = st.text(ALPHABET, min_size=10, max_size=10)
keys = st.sampled_from(KEYS)
times = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(
    lambda time: time if time.microsecond % 2 else time.replace(microsecond=0)
)
scalars = st.one_of(
    texts, st.booleans(), st.integers(-(2**70), 2**70), st.floats(), times, st.datetimes(), st.dates(), st.times()
)


def values() -> st.SearchStrategy[Any]:
    """Values of unknown keys: anything that TOML can say."""
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=4,
    )


def leaf_values() -> st.SearchStrategy[Any]:
    """Values of the desk's own fields: anything but a table, and "", which takes one away."""
    return scalars | st.lists(values(), max_size=2)


@st.composite
def changes_of_fields(draw: st.DrawFn) -> dict[tuple[str, ...], Any]:
    """What an event sets, path by path: none above another."""
    table = st.fixed_dictionaries(
        {},
        optional={
            "subject": texts,
            "status": st.sampled_from(STATUSES),
            "priority": st.sampled_from(("low", "high", "")),
            "assignee": words | st.just(""),
            "key": texts,
            "due": times | st.just(""),
            "merged_into": ids.map(from_id) | st.just(""),
            "customer": st.dictionaries(keys, leaf_values(), min_size=1, max_size=3),
            "fields": st.dictionaries(
                keys, leaf_values() | st.dictionaries(keys, leaf_values(), min_size=1), min_size=1
            ),
            "moved": st.dictionaries(ids, ids.map(from_id) | st.just(""), min_size=1, max_size=2),
            "later": leaf_values(),
        },
    )
    chosen = draw(table)
    if "status" in chosen and draw(st.booleans()):
        chosen["until"] = draw(times)
    return leaves(chosen)


lists_changed = st.dictionaries(
    st.sampled_from(LISTS),
    st.lists(st.builds(str.__add__, st.sampled_from("+-"), texts.filter(bool)), min_size=1, max_size=3).map(tuple),
    max_size=2,
)
attachments = st.builds(
    Attachment,
    texts,
    st.just("text/plain"),
    st.integers(0, 2**40),
    st.text("0123456789abcdef", min_size=64, max_size=64),
)
unknown_keys = st.sampled_from(("x-later", "with space", "", "zz", "a", "über", 'q"'))
EVENT_NAMES = {key.name for key in EVENT_KEYS}


@st.composite
def events(draw: st.DrawFn, **given: Any) -> Event:
    """One event, with some of everything; `given` attributes are taken as they are."""
    some = {
        "kind": st.sampled_from(KINDS),
        "by": words,
        "role": st.sampled_from(("customer", "agent", "agent", "system")),
        "via": st.just("") | words,
        "action": st.sampled_from(("", "", "", "postpone", "hand", "rate", "sent")),
        "after": st.just("") | ids,
        "about": st.lists(ids, max_size=2).map(tuple),
        "clock": st.sampled_from(("", "resolution")),
        "value": st.none() | values(),
        "channel": st.sampled_from(("", "email", "call")),
        "to": st.lists(words, max_size=2).map(tuple),
        "mail_id": texts,
        "claimed_at": st.none() | times,
        "quiet": st.booleans(),
        "batch": st.just("") | ids,
        "seen": st.none() | st.lists(ids, max_size=2).map(tuple),
        "part_of": st.just("") | ids,
        "redacted": st.none() | st.builds(Redaction, times, words | st.just("")),
        "sla": st.none() | values(),
        "lists": lists_changed,
        "set": changes_of_fields(),
        "attachments": st.lists(attachments, max_size=2).map(tuple),
        "quoted": texts,
        "body": texts,
        "extra": st.dictionaries(unknown_keys, values(), max_size=2),
    }
    always = {
        "id": ids,
        "seq": st.integers(1, 1_000_000),
        "at": times,
        "kind": some.pop("kind"),
        "body": some.pop("body"),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(some)), max_size=6))
    wanted = {**always, **{name: some[name] for name in sorted(chosen)}}
    return Event(**{**{name: draw(one) for name, one in wanted.items() if name not in given}, **given})


@st.composite
def tickets(draw: st.DrawFn, max_events: int = 5) -> Ticket:
    """One ticket: its first event makes the code, some later ones undo others or happened by themselves."""
    known = draw(st.lists(ids, min_size=1, max_size=max_events, unique=True))
    first = draw(events(id=known[0], seq=1, kind="message", role="customer"))
    made, seq = [first], 1
    for number, event_id in enumerate(known[1:], 1):
        seq += draw(st.integers(0 if number > 1 else 1, 2))
        origin = draw(st.sampled_from(known[:number]))
        kind = draw(st.sampled_from(("plain", "plain", "plain", "undo", "tick")))
        given: dict[str, Any] = {"id": event_id, "seq": seq}
        if kind == "undo":
            given |= {"action": "undo", "about": (origin,), "kind": "change", "role": "agent", "by": "ana"}
        if kind == "tick":
            given |= {"action": "wake", "after": origin, "kind": "change", "role": "system", "by": "tick"}
        made.append(draw(events(**given)))
    owned = {path[0] for event in made for path in event.set} | set(BY_NAME) | {"event"}
    extra = draw(st.dictionaries(unknown_keys.filter(lambda key: key not in owned), values(), max_size=2))
    return Ticket(from_id(known[0]), in_order(made), extra)
