from __future__ import annotations

import random
import secrets

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ticketcli.core.errors import BadWords, NotFound
from ticketcli.core.ticket.code import (
    ALPHABET,
    AmbiguousTicket,
    BadReference,
    CodeError,
    NoSuchTicket,
    PrefixTooShort,
    UnknownSymbol,
    WrongLength,
    derived_id,
    from_id,
    id_of,
    new_id,
    normal,
    parse,
    resolve,
    split_reference,
    valid,
)

IDS = st.text(ALPHABET, min_size=10, max_size=10)
CODES = IDS.map(from_id)
DESK = ("7KQ-M2RTX-4BG", "7KQ-ABCDE-FGB", "0BC-DEFGH-JK9", "T7W-2M8QD-N33")


def hyphened(symbols: str) -> str:
    return f"{symbols[:3]}-{symbols[3:8]}-{symbols[8:]}"


def test_the_worked_example() -> None:
    assert from_id("7KQM2RTX4B") == "7KQ-M2RTX-4BG"
    assert id_of("7KQ-M2RTX-4BG") == "7KQM2RTX4B"
    assert valid("7KQ-M2RTX-4BG")


@pytest.mark.parametrize(
    "code", ["7kq-m2rtx-4bg", "7KQM2RTX4BG", "7KQ-M2RTX-4BH", "7KQ-M2RTX-4B", "7UQ-M2RTX-4BG", "7KQ-M2RTX-4BG\n", ""]
)
def test_only_the_canonical_spelling_is_valid(code: str) -> None:
    assert not valid(code)


@given(CODES, st.integers(0, 10), st.sampled_from(ALPHABET))
def test_every_single_wrong_symbol_is_found(code: str, at: int, symbol: str) -> None:
    symbols = normal(code)
    assume(symbols[at] != symbol)
    wrong = hyphened(symbols[:at] + symbol + symbols[at + 1 :])
    assert not valid(wrong)
    with pytest.raises(NoSuchTicket, match=r"typing error\?"):
        parse(wrong)


@given(CODES, st.integers(0, 10), st.integers(0, 10))
def test_every_swap_of_two_different_symbols_is_found(code: str, one: int, other: int) -> None:
    symbols = list(normal(code))
    assume(symbols[one] != symbols[other])
    symbols[one], symbols[other] = symbols[other], symbols[one]
    assert not valid(hyphened("".join(symbols)))


@given(CODES, st.randoms(use_true_random=False))
def test_every_spelling_is_read_as_the_code(code: str, source: random.Random) -> None:
    spellings = {char: (char, char.lower()) for char in ALPHABET} | {"1": tuple("1iIlL"), "0": tuple("0oO")}
    typed = "".join(
        source.choice(spellings[char]) + source.choice(("", "", "-", " ", "--")) for char in code.replace("-", "")
    )
    assert parse(f" {typed}") == code


def test_letters_that_only_become_ascii_in_capitals_are_not_read() -> None:
    for strange in "ıſß":
        with pytest.raises(UnknownSymbol):
            normal(f"7K{strange}")


def test_an_unknown_symbol_is_named() -> None:
    with pytest.raises(CodeError) as caught:
        normal("7ku")
    assert str(caught.value) == (
        'no ticket "7ku": "u" is in no code, they have digits and letters without I, L, O and U'
    )
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("typed", ["7KQ", "7KQ-M2RTX-4BG7", ""])
def test_a_full_code_has_eleven_symbols(typed: str) -> None:
    with pytest.raises(WrongLength, match="a code has 11"):
        parse(typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("7kqm", "7KQ-M2RTX-4BG"),
        ("obc", "0BC-DEFGH-JK9"),
        ("T7W-2M8QD-N33", "T7W-2M8QD-N33"),
        ("t7w 2", "T7W-2M8QD-N33"),
    ],
)
def test_a_unique_prefix_names_its_ticket(typed: str, code: str) -> None:
    assert resolve(typed, DESK, least=3) == code


@settings(max_examples=50)
@given(st.sets(CODES, min_size=1, max_size=30), st.data())
def test_a_prefix_names_the_one_code_that_begins_with_it_or_is_refused(codes: set[str], data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(sorted(codes)))
    typed = normal(code)[: data.draw(st.integers(3, 11))]
    others = {other for other in codes if normal(other).startswith(typed)}
    if others == {code}:
        assert resolve(typed.lower(), tuple(codes), least=3) == code
    else:
        with pytest.raises(AmbiguousTicket) as caught:
            resolve(typed, tuple(codes), least=3)
        assert set(caught.value.candidates) == others


def test_an_ambiguous_prefix_lists_what_it_may_be() -> None:
    with pytest.raises(AmbiguousTicket) as caught:
        resolve("7KQ", DESK, least=3)
    assert str(caught.value) == 'no ticket "7KQ": it may be 7KQ-ABCDE-FGB, 7KQ-M2RTX-4BG: type more of it'
    many = [from_id(f"7KQ000000{symbol}") for symbol in ALPHABET[:9]]
    with pytest.raises(AmbiguousTicket, match="and 4 more: type more of it"):
        resolve("7KQ", many, least=3)


def test_a_short_prefix_is_refused_even_where_it_is_unique() -> None:
    with pytest.raises(PrefixTooShort, match="at least 4 symbols"):
        resolve("T7W", DESK, least=4)
    with pytest.raises(PrefixTooShort, match="at least 3 symbols"):
        resolve("-", DESK, least=3)
    with pytest.raises(WrongLength):
        resolve("T7W-2M8QD-N333", DESK, least=3)


def test_what_nobody_has_is_no_ticket() -> None:
    for typed in ("zzz", from_id("ZZZZZZZZZZ")):
        with pytest.raises(NoSuchTicket) as caught:
            resolve(typed, DESK, least=3)
        assert str(caught.value) == f'no ticket "{typed}": see `ticket list --all`'
        assert isinstance(caught.value, NotFound)


@pytest.mark.parametrize("typed", ["7KQ-M2RTX-4BH", "K7Q-M2RTX-4BG", "7KQ-M2RTX-4GB", "8kq-m2rtx-4bg"])
def test_a_typing_error_names_the_ticket_one_edit_away(typed: str) -> None:
    with pytest.raises(NoSuchTicket) as caught:
        resolve(typed, DESK, least=4)
    assert caught.value.near == ("7KQ-M2RTX-4BG",)
    assert str(caught.value) == (
        f'no ticket "{typed}": typing error? the check symbol does not fit, did you mean 7KQ-M2RTX-4BG'
    )


def test_a_typing_error_near_no_ticket_names_none() -> None:
    with pytest.raises(NoSuchTicket, match=r"typing error\?.*see `ticket list --all`") as caught:
        resolve("ZZZZZZZZZZZ", DESK, least=3)
    assert caught.value.near == ()


def test_a_random_id_uses_the_bits_it_is_given() -> None:
    assert new_id(lambda bits: 0) == "0000000000"
    assert new_id(lambda bits: (1 << bits) - 1) == "ZZZZZZZZZZ"
    assert new_id(lambda bits: 1) == "0000000001"
    assert len({new_id(secrets.randbits) for _ in range(100)}) == 100
    assert valid(from_id(new_id(secrets.randbits)))


def test_a_derived_id_is_always_the_same() -> None:
    # the SHA-256 of b"1:a2:bc" begins with these 50 bits; ids stand in files, so this must never change
    assert derived_id("a", "bc") == "AC8AB1W8F0"


@settings(max_examples=50)
@given(st.lists(st.text(st.characters())), st.lists(st.text(st.characters())))
def test_different_parts_derive_different_ids(one: list[str], other: list[str]) -> None:
    assert (derived_id(*one) == derived_id(*other)) == (one == other)
    assert valid(from_id(derived_id(*one)))


def test_parts_are_not_run_together() -> None:
    assert len({derived_id(*parts) for parts in (("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ("1:a2:bc",))}) == 5


@pytest.mark.parametrize(
    ("word", "reference"),
    [
        ("7KQ", ("7KQ", ())),
        ("7KQ/2", ("7KQ", ("2",))),
        ("7KQ/2,4", ("7KQ", ("2", "4"))),
        ("7KQ/2,4,2", ("7KQ", ("2", "4"))),
        ("7KQ/2-t7w2", ("7KQ", ("2-T7W2",))),
        ("@/12,3-o", ("@", ("12", "3-0"))),
        ("key:disk/2", ("key:disk", ("2",))),
        ("key:web1/disk", ("key:web1/disk", ())),
        ("key:web1/disk/2", ("key:web1/disk", ("2",))),
    ],
)
def test_messages_are_named_behind_a_slash(word: str, reference: tuple[str, tuple[str, ...]]) -> None:
    assert split_reference(word) == reference


@pytest.mark.parametrize(
    "word",
    ["7KQ/", "/2", "7KQ/0", "7KQ/-1", "7KQ/x", "7KQ/2,", "7KQ/2,,4", "7KQ/2-", "7KQ/2-U", "7KQ/12345678", "7KQ/٢"],
)
def test_a_malformed_reference_is_refused(word: str) -> None:
    with pytest.raises(BadReference, match="7KQ/2,4") as caught:
        split_reference(word)
    assert isinstance(caught.value, BadWords)
