"""People are called by name, look-alikes are refused, and amounts are written as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest
from chain_fixtures import *  # noqa: F403
from hypothesis import given
from hypothesis import strategies as st

from daokit import accounts
from daokit.accounts import dev_address
from daokit.addresses import AddressBook, TokenWords
from daokit.errors import RuleBroken, UnknownName, UsageError
from daokit.hashing import ZERO_ADDRESS, checksum, parse_address
from daokit.text import clean, clean_lines

BOB, CAROL = dev_address("bob"), dev_address("carol")
LOOKS_LIKE_BOB = checksum("0x7099" + "1" * 32 + "79c8")
TUSD = TokenWords(checksum("0x" + "5f" * 20), "tUSD", 2)


def test_a_name_means_its_address_whatever_its_capitals() -> None:
    book = AddressBook({"Bob": BOB})
    assert book.resolve("bob") == book.resolve("BOB") == book.resolve(BOB) == book.resolve(BOB.lower()) == BOB
    assert book.name_of(BOB.lower()) == "Bob" and book.show(BOB) == "Bob (0x7099…79C8)"
    assert book.name_of(CAROL) == book.show(CAROL) == "0x3C44…93BC"


def test_an_unknown_name_lists_the_near_ones() -> None:
    with pytest.raises(UnknownName, match='no name "bbo"; did you mean bob') as failure:
        AddressBook({"bob": BOB, "carol": CAROL}).resolve("bbo")
    assert failure.value.exit_code == 2


def test_a_look_alike_of_a_known_address_is_refused() -> None:
    with pytest.raises(RuleBroken, match="looks like bob") as failure:
        AddressBook({"bob": BOB}).resolve(LOOKS_LIKE_BOB)
    assert failure.value.exit_code == 1
    assert AddressBook({"carol": CAROL}).resolve(LOOKS_LIKE_BOB) == LOOKS_LIKE_BOB


def test_a_look_alike_of_a_known_token_is_refused() -> None:
    book = AddressBook()
    book.remember_token(TUSD)
    with pytest.raises(RuleBroken, match="looks like tUSD"):
        book.token("0x5f5f" + "0" * 32 + "5f5f")


def test_a_mistyped_address_is_refused() -> None:
    with pytest.raises(UsageError, match="mistyped"):
        parse_address(BOB.replace("C51812dc", "c51812dc"))
    with pytest.raises(UsageError, match="not an address"):
        parse_address("0x7099")


def test_a_name_that_a_member_took_never_stands_for_one_that_we_gave() -> None:
    book = AddressBook({"bob": BOB})
    book.add_seats([("Bob", CAROL), ("dora", CAROL)])
    assert book.resolve("bob") == BOB
    assert book.resolve("dora") == CAROL and book.name_of(CAROL) == "dora"


def test_a_name_that_two_members_took_is_not_guessed() -> None:
    book = AddressBook()
    book.add_seats([("dora", CAROL), ("Dora", BOB)])
    with pytest.raises(UsageError, match='2 go by the name "dora"'):
        book.resolve("dora")


def test_the_accounts_here_are_in_the_book(state: Path) -> None:
    made = accounts.import_key("mira", "0x" + "42" * 32, lambda _: "pw")
    assert AddressBook.of_accounts().names() == {"mira": made.address}
    assert AddressBook.of_accounts({"builder": BOB}, local=True).resolve("alice") == dev_address("alice")


def test_tokens_go_by_symbol_until_two_share_it() -> None:
    book = AddressBook()
    book.remember_token(TUSD)
    assert book.token("tusd") == TUSD.address and book.token("ETH") == book.token("coin") == ZERO_ADDRESS
    book.remember_token(TokenWords(BOB, "TUSD", 18))
    with pytest.raises(UsageError, match="2 tokens call themselves"):
        book.token("tUSD")
    with pytest.raises(UnknownName, match='no token "xyz"'):
        book.token("xyz")


@pytest.mark.parametrize(
    ("amount", "decimals", "written"),
    [
        (1250, 2, "12.50"),
        (0, 2, "0.00"),
        (123456789, 2, "1,234,567.89"),
        (-5, 2, "-0.05"),
        (10**18, 18, "1"),
        (1_500_000_000_000_000_000, 18, "1.5"),
        (1, 18, "0.000000000000000001"),
        (7, 0, "7"),
    ],
)
def test_amounts_are_written_exactly(amount: int, decimals: int, written: str) -> None:
    assert TokenWords(BOB, "X", decimals).write(amount) == f"{written} X"


@given(st.integers(0, 10**30), st.integers(0, 18))
def test_what_is_written_reads_back(amount: int, decimals: int) -> None:
    words = TokenWords(BOB, "tUSD", decimals)
    assert words.read(words.write(amount)) == amount


@pytest.mark.parametrize("text", ["", "-5", "1.2.3", "five", "1e5", "0x10", ".5", "5 EUR", "12,50", "1_0", "١٢"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        TUSD.read(text)


def test_more_digits_than_the_token_has_are_refused() -> None:
    with pytest.raises(UsageError, match=r"tUSD has 2 digits after the point; 1\.005 has 3"):
        TUSD.read("1.005")


def test_a_token_with_absurd_decimals_is_refused() -> None:
    with pytest.raises(RuleBroken, match="claims 255 decimals"):
        TokenWords.of_chain(BOB, b"", (255).to_bytes(32, "big"))


def test_a_tokens_symbol_is_a_strangers_text() -> None:
    evil = "\x1b[2JU‮SD" + "x" * 50
    raw = (32).to_bytes(32, "big") + len(evil.encode()).to_bytes(32, "big") + evil.encode().ljust(96, b"\0")
    assert TokenWords.of_chain(BOB, raw, (2).to_bytes(32, "big")).symbol == "USD" + "x" * 12 + "…"
    assert TokenWords.of_chain(BOB, b"OLD".ljust(32, b"\0"), b"").symbol == "OLD"


@given(st.text(max_size=300))
def test_cleaned_text_has_nothing_that_moves_the_cursor(text: str) -> None:
    for cleaned in (clean(text), clean_lines(text).replace("\n", "")):
        assert all(character.isprintable() for character in cleaned)
        assert len(clean(text, 20)) <= 20
    assert clean(clean(text)) == clean(text)


def test_names_that_differ_by_capitals_only_are_said_once() -> None:
    assert (
        UnknownName("member", "zzz", ["Farm", "Mill", "farm", "mill"]).message == 'no member "zzz"; known: Farm, Mill'
    )
    assert (
        UnknownName("member", "mil", ["Farm", "Mill", "farm", "mill"]).message == 'no member "mil"; did you mean Mill?'
    )
