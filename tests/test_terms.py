"""Terms: their hash and bounds as the chain has them, what people write, and the text that carries them."""

from __future__ import annotations

import json
import os
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from eth_utils import keccak
from hypothesis import given
from hypothesis import strategies as st

from daokit.addresses import TokenWords
from daokit.affected import affected
from daokit.agreement_file import kept, read, verify, verify_amendment
from daokit.chain import Chain
from daokit.contract import Contract, deploy
from daokit.errors import DaokitError, MalformedFile, UnknownName, UsageError
from daokit.hashing import ZERO_ADDRESS, checksum
from daokit.legal_text import AmendmentPaper, amendment_prose, blanks, prose
from daokit.paper import Paper, canonical, document_hash, normal_prose
from daokit.terms import Change, Frozen, Milestone, Party, Terms, hash_in_force
from daokit.terms_bounds import breaches, change_breaches
from daokit.terms_file import TermsFile
from daokit.terms_presets import presets, template

DAY = 86_400
NOW = 1_800_000_000  # 15 January 2027, 08:00 UTC


def address(name: str) -> str:
    return checksum("0x" + keccak(text=name.lower())[:20].hex())


def token(symbol: str) -> TokenWords:
    return TokenWords(address(symbol), symbol, 2)


def named(name: str, **values: int) -> Party:
    return Party(address(name), address(name), **values, name=name)


ORDER = Terms(
    token=ZERO_ADDRESS,
    refund_to=address("dave"),
    customer=address("dave"),
    arbiter=address("erin"),
    open_by=NOW,
    price=240_000,
    deposit_bps=5_000,
    review=7 * DAY,
    grace=14 * DAY,
    arbitration=14 * DAY,
    fallback_bps=5_000,
    document="0x" + "ab" * 32,
    milestones=(Milestone(6_000, NOW + DAY), Milestone(4_000, NOW + 2 * DAY)),
    parties=(named("alice", share=6_000), named("bob", cost=60_000, share=4_000), named("carol", cost=30_000, tier=1)),
)
REVENUE = Terms(token=ZERO_ADDRESS, refund_to=address("alice"), open_by=NOW, parties=ORDER.parties)


# The chain's hash and bounds


@pytest.fixture
def contract(chain: Chain) -> Contract:
    """The code that all agreements share: it checks and hashes any terms."""
    return deploy(chain, "ProfitShare")


@pytest.mark.parametrize("terms", [ORDER, REVENUE, replace(ORDER, residual=2, arbiter=ZERO_ADDRESS)])
def test_the_hash_is_the_chains(contract: Contract, terms: Terms) -> None:
    assert "0x" + contract.read("check", terms.encoded()).hex() == terms.hash
    assert hash_in_force(terms) == hash_in_force(terms, Frozen()) == terms.hash


def test_names_are_no_part_of_the_hash() -> None:
    plain = replace(ORDER, parties=tuple(replace(one, name="", role="") for one in ORDER.parties))
    assert plain == ORDER and plain.hash == ORDER.hash
    assert plain.named_like(ORDER).label(1) == "bob" and plain.label(1) == "row 2"


def test_terms_come_back_from_the_chains_form() -> None:
    assert Terms.decoded((*ORDER.encoded()[:11], bytes.fromhex("ab" * 32), *ORDER.encoded()[12:])) == ORDER
    frozen = Frozen(2, 5, (1, 2), (0, 2))
    assert Frozen.decoded(frozen.encoded()) == frozen
    change = Change("0x" + "cd" * 32, NOW, 7, address("bob"))
    assert Change.decoded((bytes.fromhex("cd" * 32), *change.encoded()[1:])) == change


def test_the_last_milestone_has_what_rounding_leaves() -> None:
    terms = replace(ORDER, price=100, milestones=tuple(Milestone(one, NOW) for one in (3_333, 3_333, 3_334)))
    assert [terms.value_of(place) for place in range(3)] == [33, 33, 34]
    assert [terms.rest_of(place) for place in range(4)] == [100, 67, 34, 1]
    assert terms.deposit == 50


def with_row(**values: object) -> Terms:
    return replace(ORDER, parties=(*ORDER.parties[:2], replace(ORDER.parties[2], **values)))  # type: ignore[arg-type]


def due(*times: int) -> Terms:
    return replace(ORDER, milestones=tuple(Milestone(10_000 // len(times), one) for one in times))


YEARS = 3_650 * DAY
GOOD = {
    "as it is": ORDER,
    "the longest waits": replace(ORDER, review=180 * DAY, grace=180 * DAY, arbitration=180 * DAY),
    "no waits": replace(ORDER, review=0, grace=0, arbitration=0),
    "all by the fallback": replace(ORDER, fallback_bps=10_000),
    "the greatest price": replace(ORDER, price=2**112 - 1),
    "a deposit of one unit": replace(ORDER, price=2, deposit_bps=5_000),
    "all as deposit": replace(ORDER, deposit_bps=10_000),
    "due after ten years": due(NOW + YEARS),
    "the last tier": with_row(tier=7),
    "the greatest cost": with_row(cost=2**112 - 1),
    "all shares": with_row(share=10_000),
    "the last time": replace(REVENUE, open_by=2**32 - 1),
    "32 rows": replace(ORDER, parties=tuple(named(f"p{one}") for one in range(32))),
    "16 milestones": due(*(NOW + one for one in range(1, 17))),
}
BAD = {
    "nobody is named for refunds": replace(ORDER, refund_to=ZERO_ADDRESS),
    "the time for opening is out of bounds": replace(REVENUE, open_by=2**32),
    "the fallback is 100.01%": replace(ORDER, fallback_bps=10_001),
    "review is 180 days 1 second; it lasts at most 180 days": replace(ORDER, review=180 * DAY + 1),
    "grace is 180 days 1 second": replace(ORDER, grace=180 * DAY + 1),
    "arbitration is 180 days 1 second": replace(ORDER, arbitration=180 * DAY + 1),
    "the price is out of bounds": replace(ORDER, price=2**112),
    "there is a price and no customer": replace(ORDER, customer=ZERO_ADDRESS),
    "the deposit is 0%": replace(ORDER, deposit_bps=0),
    "the deposit is 50%": replace(ORDER, price=1),
    "the deposit is 100.01%": replace(ORDER, deposit_bps=10_001),
    "there are 0 milestones": replace(ORDER, milestones=()),
    "there are 17 milestones": due(*(NOW + one for one in range(1, 18))),
    "milestone 1 is worth 100.01% of the price": replace(ORDER, milestones=(Milestone(10_001, NOW + 1),)),
    "milestone 1 is due no later than the time for opening": due(NOW),
    "milestone 2 is due no later than milestone 1": due(NOW + 9, NOW + 9),
    "milestone 1 is due more than ten years after opening": due(NOW + YEARS + 1),
    "the milestones are worth 99.99% of the price together": replace(ORDER, milestones=(Milestone(9_999, NOW + 1),)),
    "without a price there is no deposit": replace(REVENUE, deposit_bps=1),
    "without a price there is no deposit, milestone, customer or arbiter": replace(REVENUE, arbiter=address("x")),
    "without a price there is no deposit, milestone, customer": replace(REVENUE, customer=address("x")),
    "without a price there is no deposit, milestone": replace(REVENUE, milestones=ORDER.milestones),
    "there are 0 parties": replace(ORDER, parties=()),
    "there are 33 parties": replace(ORDER, parties=tuple(named(f"p{one}") for one in range(33))),
    "no row is residual": replace(ORDER, residual=3),
    "carol has no payee or no signer": with_row(payee=ZERO_ADDRESS),
    "carol has no payee or no signer; ": with_row(signer=ZERO_ADDRESS),
    "the cost of carol is out of bounds": with_row(cost=2**112),
    "carol stands in tier 9; there are tiers 1 to 8": with_row(tier=8),
    "the share of carol is 100.01%": with_row(share=10_001),
    "carol is the customer as well": with_row(payee=address("dave")),
    "bob and carol are paid at the same address": with_row(payee=address("bob")),
}


@pytest.mark.parametrize("words", BAD)
def test_what_does_not_hold_together_is_refused_in_a_sentence_and_by_the_chain(contract: Contract, words: str) -> None:
    assert any(one.startswith(words.removesuffix("; ")) for one in breaches(BAD[words]))
    with pytest.raises(UsageError):
        BAD[words].check()
    with pytest.raises(DaokitError):
        contract.read("check", BAD[words].encoded())


@pytest.mark.parametrize("words", GOOD)
def test_what_lies_on_a_bound_is_good_here_and_on_the_chain(contract: Contract, words: str) -> None:
    assert breaches(GOOD[words]) == []
    assert "0x" + contract.read("check", GOOD[words].encoded()).hex() == GOOD[words].hash


def test_an_agreement_does_not_pay_itself(contract: Contract) -> None:
    for terms in (with_row(payee=contract.address), replace(ORDER, refund_to=contract.address)):
        assert breaches(terms) == [] and len(breaches(terms, contract.address)) == 1
        with pytest.raises(DaokitError):
            contract.read("check", terms.encoded())


def test_some_things_never_change() -> None:
    assert change_breaches(ORDER, replace(ORDER, price=1_000_000), 1) == []
    greatest = replace(ORDER, price=2**112 - 1 - 5)
    assert change_breaches(ORDER, greatest, 1, released=5) == []
    assert change_breaches(ORDER, greatest, 1, released=6)[0].startswith("the price is out of bounds: with what was")
    for changed, words in (
        (replace(ORDER, open_by=NOW + 1), "token, opening time and deposit cannot change"),
        (replace(ORDER, deposit_bps=1), "token, opening time and deposit cannot change"),
        (replace(ORDER, token=address("t")), "token, opening time and deposit cannot change"),
        (REVENUE, "an order stays an order"),
        (replace(ORDER, parties=ORDER.parties[:2]), "rows keep their places"),
        (replace(ORDER, milestones=ORDER.milestones[:1]), "milestones cannot end before the present one"),
        (ORDER, "nothing changes"),
    ):
        assert any(one.startswith(words) for one in change_breaches(ORDER, changed, 1))


# What people write

SMALL = """
kind = "order"
title = "Kitchen"
token = "tUSD"
price = "2,400 tUSD"
open_by = "2027-01-15"
customer = "dave"

[[milestone]]
what = "Done"
share = "100%"
due = 2027-02-15

[[party]]
name = "alice"
share = "60%"
residual = true

[[party]]
name = "Bob's lumber"
payee = "bob"
signer = "betty"
role = "lumber"
cost = "600"
tier = 2
share = "40%"

[words]
work = "A kitchen."
quality = "It opens."
law = "That of Oregon."
"""


def paper(content: str = SMALL) -> Paper:
    return TermsFile.parse(content).paper(address, token, 31_337)


def refusal(old: str, new: str, content: str = SMALL) -> str:
    assert old in content
    with pytest.raises(UsageError) as caught:
        paper(content.replace(old, new, 1))
    return caught.value.message


def test_the_terms_are_what_the_file_says() -> None:
    terms = paper().terms
    assert (terms.price, terms.deposit_bps, terms.fallback_bps) == (240_000, 5_000, 5_000)
    assert (terms.review, terms.grace, terms.arbitration) == (7 * DAY, 14 * DAY, 14 * DAY)
    assert (terms.customer, terms.refund_to, terms.arbiter) == (address("dave"), address("dave"), ZERO_ADDRESS)
    # 15 January 2027, 24:00 UTC less a second.
    assert terms.open_by == 1_800_057_599
    assert terms.milestones == (Milestone(10_000, 1_802_735_999),)
    assert terms.parties == (
        Party(address("alice"), address("alice"), 0, 0, 6_000),
        Party(address("bob"), address("betty"), 60_000, 1, 4_000),
    )
    assert (terms.label(1), terms.parties[1].role, terms.residual) == ("Bob's lumber", "lumber", 0)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("customer", "custumer", 'no key of terms "custumer"; did you mean customer'),
        ("signer =", "singer =", 'no key of [[party]] "singer"; did you mean signer'),
        ("what =", "whta =", 'no key of [[milestone]] "whta"; did you mean what?'),
        ('kind = "order"', 'kind = "gift"', "kind is order, revenue or service"),
        ('kind = "order"', "", "kind is missing"),
        ("tier = 2", 'tier = "2"', "party 2 tier is a whole number, without quotes"),
        ("tier = 2", "tier = 0", "tiers count from 1"),
        ("tier = 2", "tier = 9", "there are tiers 1 to 8"),
        ("residual = true", "residual = 1", "party 1 residual is true or false"),
        ("residual = true", "", "0 parties are residual; mark the one"),
        ('role = "lumber"', "residual = true", "2 parties are residual"),
        ('price = "2,400 tUSD"', "price = 2400", "price is text, in quotes"),
        ("2,400 tUSD", "2,400.005", "price: tUSD has 2 digits after the point"),
        ("2,400 tUSD", "2,400 EUR", 'price: "2,400 EUR" is no amount'),
        ('price = "2,400 tUSD"', "", "price is missing; order needs it"),
        ("2,400 tUSD", "0", "without a price there is no deposit"),
        ('share = "60%"', 'share = "50%"', "the shares of the profit are 90.00% together; they must be 100%"),
        ("2027-01-15", "15.1.2027", 'open_by: "15.1.2027" is not a date'),
        ('customer = "dave"', "", "customer is missing; order needs it"),
        ('customer = "dave"', 'customer = "bob"', "Bob's lumber is the customer as well"),
        ('name = "alice"', 'name = "BOB\'S LUMBER"', "two parties are called bob's lumber"),
        ('title = "Kitchen"', 'title = "Kit\\u202echen"', "the title is one line"),
        ("[words]", '[words]\nLaw = "x"', 'the blank "Law" is named in small letters'),
        ("A kitchen.", "A \\u0007 kitchen.", "the words for work have at most 4,000 characters, and no control"),
        ("[words]", "[words", "is not TOML"),
        ('token = "tUSD"', 'token = "tUSD"\nnumber = -1', "number lies between 0"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_place(old: str, new: str, words: str) -> None:
    assert words in refusal(old, new)


def test_an_enormous_file_is_refused_unread(tmp_path: Path) -> None:
    place = tmp_path / "terms.toml"
    place.write_text(SMALL + "#" * 70_000, encoding="utf-8")
    with pytest.raises(MalformedFile, match="longer than 65,536 bytes"):
        TermsFile.load(place)
    with pytest.raises(UsageError, match="`daokit agreement draft` writes one"):
        TermsFile.load(tmp_path / "none.toml")


def test_revenue_has_neither_price_nor_customer() -> None:
    content = template("revenue", "Seeds", NOW)
    terms = paper(content).terms
    assert (terms.price, terms.customer, terms.milestones) == (0, ZERO_ADDRESS, ())
    assert "has no price, customer" in refusal('token = "', 'price = "1"\ncustomer = "dave"\ntoken = "', content)
    assert "refund_to is missing" in refusal('refund_to = "alice"', "", content)


@pytest.mark.parametrize("like", ["order", "revenue", "service"])
def test_every_preset_is_good_but_for_the_law_which_is_the_parties_to_write(like: str) -> None:
    content = template(like, 'The "Old" Mill\\Row', NOW)
    made = paper(content)
    assert made.title == 'The "Old" Mill\\Row'
    assert made.terms.open_by == 1_801_267_199
    with pytest.raises(UsageError, match=r"this blank is still to be filled under \[words\]: law"):
        prose(made)
    filled = paper(content.replace('law = ""', 'law = "That of Oregon."'))
    assert "as the parties have settled it: That of Oregon." in prose(filled)
    assert set(filled.words) == set(blanks(like))


def test_the_presets_are_those_and_others_are_refused_with_the_near_ones() -> None:
    assert presets() == ("order", "revenue", "service")
    with pytest.raises(UnknownName, match='no kind of agreement "ordre"; did you mean order'):
        template("ordre", "Kitchen", NOW)
    with pytest.raises(UsageError, match="1 to 120 characters"):
        template("order", "Kit\nchen", NOW)


# The text


def test_the_text_says_who_what_when_and_what_silence_does() -> None:
    text = prose(paper())
    for words in (
        "# Kitchen\n",
        "The customer is dave (" + address("dave"),
        f"2. **Bob's lumber**, lumber. Is paid at {address('bob')}; {address('betty')} signs.",
        "The customer pays 2,400.00 tUSD in all. Of this, 1,200.00 tUSD (50%)",
        "at the latest on 15 January 2027, 23:59:59 UTC",
        "1. Done. Worth 2,400.00 tUSD (100% of the price), due on 15 February 2027, 23:59:59 UTC.",
        "has 7 days to accept or dispute it. Silence accepts it.",
        "nobody rules on it: 50% of the delivery is to be paid",
        "1. First these costs come back: Bob's lumber 600.00 tUSD.",
        "2. What is left is profit. It is shared like this: alice 60%, Bob's lumber 40%.",
        "the terms on the chain prevail",
        "It is not legal advice, and no lawyer has reviewed it",
        "the chain id 31337",
    ):
        assert words in text, words
    assert "{" not in text and "\n\n\n" not in text


def test_every_blank_that_is_left_is_named_and_no_other_is_taken() -> None:
    assert blanks("order") == ("law", "quality", "work")
    with pytest.raises(UsageError, match=r"these blanks are still to be filled under \[words\]: law, work"):
        prose(paper(SMALL.replace("That of Oregon.", " ").replace('work = "A kitchen."', "")))
    with pytest.raises(UnknownName, match='no blank "wrok"; did you mean work'):
        prose(paper(SMALL + 'wrok = "x"\n'))


def test_what_people_write_is_never_run_and_makes_no_headings() -> None:
    text = prose(paper(SMALL.replace("A kitchen.", "{{ 7 * 7 }} {% raw %}").replace('"Kitchen"', '"# *Kitchen*"')))
    assert "{{ 7 * 7 }} {% raw %}" in text
    assert text.startswith("# \\# \\*Kitchen\\*\n")


def test_the_hash_is_of_canonical_json_a_zero_byte_and_the_prose() -> None:
    made = paper()
    text = prose(made)
    plain = json.dumps(made.parameters(), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert made.canonical() == plain
    assert made.document(text) == "0x" + keccak(plain + b"\0" + text.encode()).hex()
    assert made.with_prose(text).document == made.document(text)
    assert canonical({"b": ["2"], "a": "e\u0301"}) == '{"a":"é","b":["2"]}'.encode()


@pytest.fixture(params=["Pacific/Kiritimati", "America/Los_Angeles"])
def zone(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


# Of the parameters of SMALL and the text "We share.": written down once, so that no later version finds another.
DOCUMENT = "0x9784c5460431de5774afdf8de732ab6597ac5420ac6e59e1b824eff7d8e7e90f"
PROSE = prose(paper())


def test_the_hash_is_the_same_everywhere(zone: None) -> None:
    made = paper()
    assert made.document("We share.") == DOCUMENT
    assert prose(made) == PROSE


def test_line_ends_key_order_and_the_way_of_writing_accents_do_not_count() -> None:
    made = paper(SMALL.replace("A kitchen.", "Une cuisine à côté."))
    text = prose(made)
    shuffled = dict(reversed(made.parameters().items()))
    for same in (text.replace("\n", "\r\n"), "\ufeff" + text, unicodedata.normalize("NFD", text), text + "\n\n"):
        assert document_hash(shuffled, same) == made.document(text)
    assert paper(unicodedata.normalize("NFD", SMALL.replace("A kitchen.", "Une cuisine à côté."))).document(
        text
    ) == made.document(text)


@given(st.data())
def test_any_letter_of_the_text_changes_the_hash(data: st.DataObject) -> None:
    made = paper()
    text = prose(made)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(min_codepoint=33, max_codepoint=126).filter(lambda one: one != text[place]))
    assert made.document(text[:place] + other + text[place + 1 :]) != made.document(text)


def leaves(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, str):
        yield path
        return
    items = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[arg-type, var-annotated]
    for key, one in items:
        yield from leaves(one, (*path, key))


LEAVES = sorted(leaves(paper().parameters()), key=str)


@pytest.mark.parametrize("path", LEAVES, ids=lambda path: ".".join(map(str, path)))
def test_any_parameter_changes_the_hash_and_only_its_own_form_is_read(path: tuple[str | int, ...]) -> None:
    made = paper()
    parameters = json.loads(json.dumps(made.parameters()))
    inner = parameters
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] += "1"
    assert document_hash(parameters, "x") != made.document("x")
    inner[path[-1]] = 7
    with pytest.raises(UsageError):
        Paper.of(parameters)


def test_a_paper_comes_back_from_its_parameters() -> None:
    assert Paper.of(paper().parameters()) == paper()
    for change in ({"more": "x"}, {"kind": "gift"}, {"chain": "031337"}, {"symbol": "\ud800"}):
        with pytest.raises(UsageError, match="the parameters"):
            Paper.of({**paper().parameters(), **change})


# The file that people keep


def signed() -> tuple[str, Terms]:
    made = paper()
    text = prose(made)
    return kept(made, text), made.with_prose(text)


def test_the_kept_file_is_known_again_by_what_is_on_the_chain() -> None:
    content, terms = signed()
    plain = replace(terms, parties=tuple(replace(one, name="", role="") for one in terms.parties))
    for same in (content, content.replace("\n", "\r\n"), content + "\n"):
        verdict = verify(same, plain)
        assert verdict.holds, verdict.sentence
        assert verdict.document == terms.document
    assert read(content) == (paper().parameters(), prose(paper()))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"price": 230_000}, "The file says of the price: 2,400.00 tUSD; the chain says: 2,300.00 tUSD."),
        ({"review": 0}, "of the review time: 7 days; the chain says: no time."),
        ({"fallback_bps": 1}, "of the fallback for disputes: 50%; the chain says: 0.01%."),
        ({"arbiter": address("erin")}, f"of the arbiter: nobody; the chain says: {address('erin')}."),
        ({"open_by": 0}, "15 January 2027, 23:59:59 UTC; the chain says: 1 January 1970, 00:00:00 UTC."),
        ({"residual": 1}, "of who gets what rounding leaves: alice; the chain says: Bob's lumber."),
        ({"milestones": (Milestone(10_000, 0),)}, "of milestone 1: 100% of the price, due on 15 February 2027"),
        ({"price": 1, "review": 1}, "the chain says: 0.01 tUSD. 1 more thing differs."),
    ],
)
def test_what_differs_from_the_chain_is_said_in_one_sentence(changed: dict[str, object], words: str) -> None:
    content, terms = signed()
    verdict = verify(content, replace(terms, **changed))  # type: ignore[arg-type]
    assert not verdict.holds
    assert words in verdict.sentence


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("payee", address("mallory"), "of where Bob's lumber is paid: "),
        ("signer", address("mallory"), "of who signs for Bob's lumber: "),
        ("cost", 1, "of the cost of Bob's lumber: 600.00 tUSD; the chain says: 0.01 tUSD."),
        ("tier", 0, "of the tier of Bob's lumber: 2; the chain says: 1."),
        ("share", 1, "of the share of Bob's lumber: 40%; the chain says: 0.01%."),
    ],
)
def test_what_differs_in_a_row_is_said_with_its_name(part: str, value: object, words: str) -> None:
    content, terms = signed()
    changed = replace(terms.parties[1], **{part: value})  # type: ignore[arg-type]
    assert words in verify(content, replace(terms, parties=(terms.parties[0], changed))).sentence


@pytest.mark.parametrize(
    ("old", "new"),
    [("Silence accepts it", "Silence rejects it"), ("A kitchen.", "A kitchen!"), ('"alice"', '"alic3"')],
)
def test_a_word_that_was_changed_since_is_found_out(old: str, new: str) -> None:
    content, terms = signed()
    assert old in content
    verdict = verify(content.replace(old, new), terms)
    assert not verdict.holds
    assert "but not the words" in verdict.sentence


def test_a_text_of_ones_own_is_good_when_it_was_signed_and_is_said_to_be_ones_own() -> None:
    made = paper()
    own = "# Our own words\n\nWe share.\n"
    verdict = verify(kept(made, own), made.with_prose(own))
    assert verdict.holds
    assert "so read the text itself" in verdict.sentence


def test_the_words_cannot_pass_themselves_off_as_the_parameters() -> None:
    fake = kept(paper(), "x").partition("\n---\n")[2].replace('"', "'")
    made = paper(SMALL.replace('"A kitchen."', f'"""\nA kitchen.\n---\n{fake}"""'))
    content = kept(made, prose(made))
    assert read(content) == (made.parameters(), prose(made))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "this is no agreement's file"),
        ("# Kitchen\n", "this is no agreement's file"),
        ("# K\n\n---\n\n## The parameters\n\n```json\n{\n```\n", "cannot be read"),
        ('# K\n\n---\n\n## The parameters\n\n```json\n{"a":"1","a":"2"}\n```\n', "a key stands twice"),
        ("# K\n\n---\n\n## The parameters\n\n```json\n[]\n```\n", "not those of an agreement"),
        ("# K\n\n---\n\n## The parameters\n\n```json\n{}\n```\n", "not those of an agreement"),
        ("# K\n\n---\n\n## The parameters\n\n```json\n" + "[" * 100_000 + "\n```\n", "not those of an agreement"),
        ("x" * 300_000, "longer than 262,144 bytes"),
    ],
    ids=range(8),
)
def test_what_is_no_agreements_file_is_refused(content: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        verify(content, ORDER)


# The text of a change


def amendment() -> AmendmentPaper:
    made = paper()
    terms = made.with_prose(prose(made))
    rows = (terms.parties[0], replace(terms.parties[1], cost=70_000))
    changed = replace(terms, parties=rows, price=250_000)
    return AmendmentPaper(
        paper=replace(made, terms=terms),
        agreement=address("agreement"),
        before=hash_in_force(terms),
        amendment=1,
        released=0,
        changed=changed,
        change=Change("0x" + "0" * 64, NOW, 5_000, address("bob")),
        asked=affected(terms, changed, 0),
        words={"reason": "Ash wood costs more than we knew."},
    )


def test_a_change_says_what_is_different_why_and_who_signs() -> None:
    text = amendment_prose(amendment())
    for words in (
        "# Change of: Kitchen",
        "1. the price: 2,500.00 tUSD instead of 2,400.00 tUSD.",
        "2. the cost of Bob's lumber: 700.00 tUSD instead of 600.00 tUSD.",
        "Ash wood costs more than we knew.",
        f"pays 50.00 tUSD with it, straight to {address('bob')}",
        "at the latest on 15 January 2027, 08:00:00 UTC",
        f"1. alice ({address('alice')}), because the cost of Bob's lumber rises, and this row has a share of the prof",
        f"3. the customer ({address('dave')}), because the price changes.",
        amendment().before,
    ):
        assert words in text, words
    with pytest.raises(UsageError, match=r"this blank is still to be filled under \[words\]: reason"):
        amendment_prose(replace(amendment(), words={}))


def test_the_text_of_a_change_is_checked_against_the_chain() -> None:
    made = amendment()
    text = amendment_prose(made)
    content, document = kept(made, text), document_hash(made.parameters(), text)
    assert verify_amendment(content, made.changed, document).holds
    differs = verify_amendment(content, replace(made.changed, price=240_000), document)
    assert not differs.holds and "of the price: 2,500.00 tUSD; the chain says: 2,400.00 tUSD" in differs.sentence
    reworded = verify_amendment(content.replace("Ash wood", "Oak wood"), made.changed, document)
    assert not reworded.holds and "but not the words" in reworded.sentence
    with pytest.raises(UsageError, match="the file of an agreement, not of a change"):
        verify_amendment(signed()[0], made.changed, document)


def test_normal_prose_is_normal() -> None:
    text = normal_prose("\ufeffa \r\n\r\nb\t\rc\n\n\n")
    assert text == "a\n\nb\nc\n" == normal_prose(text)
