"""Acts of motions and charters of federations: the chain's form and back, people's words, what a file may say."""

from __future__ import annotations

import pytest
from eth_abi.abi import encode as plain

from daokit import federation_acts as act
from daokit.documents import text_hash
from daokit.errors import MalformedFile, RuleBroken, UnknownName, UsageError
from daokit.federation_charter import FederationCharter, template
from daokit.federation_forms import Content, decode, encode
from daokit.federation_reading import FederationView, read
from daokit.federation_rules import Count, Rules
from daokit.federation_typing import FederationScope, parse, rules_act
from daokit.hashing import ZERO_ADDRESS
from daokit.interop import Interoperable
from daokit.treasury import Budget
from tests.people import DAY, address

HOME, AWAY = 31337, 10
BOB, JUDY = address("bob"), address("judy")
MILL = Interoperable.evm(HOME, JUDY)
HASH = "0x" + "ab" * 32

EVERY = (
    act.Pay(AWAY, ZERO_ADDRESS, BOB, 5, "weir"),
    act.Spend(HOME, JUDY, 3, BOB, 7),
    act.Request(MILL, "mend the gate"),
    act.Invite(MILL, 40),
    act.Expel(MILL),
    act.ConfirmRoll(MILL, 120),
    act.Competence("water", False),
    act.SetRules(Rules(ordinary=Count.DOUBLE)),
    act.SetCharter(HASH, "ipfs://there"),
    act.Link(AWAY, BOB, JUDY, 10, BOB, (BOB, JUDY), 2),
    act.LinkBack(AWAY, 10, BOB, (BOB,), 1),
    act.Ceiling(AWAY, ZERO_ADDRESS, 500),
    act.ListToken(AWAY, BOB, True),
    act.Join(HOME, JUDY, HASH, 500),
    act.Quit(HOME, JUDY),
    act.Levy(HOME, JUDY, 700),
    act.Delegate(HOME, JUDY, "water", True),
    act.Invalidate(AWAY, 1_800_000_000),
    act.Resume(AWAY),
)

VIEW = FederationView(
    home=HOME,
    name_of=lambda who: "bob" if who == BOB else who,
    member_name=lambda _: "Mill",
    token_words=lambda token, _: ("ETH", 18) if token == ZERO_ADDRESS else None,
    mandate=lambda treasury, budget: ("Mill", ZERO_ADDRESS) if (treasury, budget) == (JUDY, 1) else None,
    federation_of=lambda _: "Country",
    moment=lambda when: f"moment {when}",
    rules=Rules(),
)


def scope() -> FederationScope:
    def member(word: str) -> Interoperable:
        if word != "mill":
            raise UnknownName("member", word, ["mill"])
        return MILL

    return FederationScope(
        chain=HOME,
        resolve=lambda word: {"bob": BOB}[word],
        token=lambda _: (BOB, 2),
        member=member,
        mandate=lambda *_: (JUDY, Budget(BOB, 0, 10**10, BOB, 86_400, 0, 500, 0)),
        rules=Rules(),
    )


def test_every_kind_of_act_is_there() -> None:
    assert [one.kind.value for one in EVERY] == list(range(1, 20))


@pytest.mark.parametrize("one", EVERY, ids=lambda one: type(one).__name__)
def test_an_act_is_the_same_after_the_chain_s_form(one: act.Act) -> None:
    kind, chain, data = encode(one, HOME)
    assert decode(kind, chain, data) == one
    assert read(one, VIEW).words


def test_the_form_is_that_of_the_contracts() -> None:
    pay = plain(["address", "address", "uint256", "bytes32"], [ZERO_ADDRESS, BOB, 5, b"weir".ljust(32, b"\0")])
    assert encode(EVERY[0], HOME) == (1, AWAY, pay)
    assert encode(EVERY[3], HOME) == (4, HOME, plain(["bytes", "uint32"], [MILL.encode(), 40]))


@pytest.mark.parametrize("data", [b"", b"\x01" * 31, b"\xff" * 128])
def test_what_does_not_fit_its_kind_is_shown_as_such(data: bytes) -> None:
    one = decode(1, HOME, data)
    assert isinstance(one, act.Unreadable)
    assert encode(one, HOME) == (1, HOME, data)
    assert "CANNOT BE CHECKED BY READING" in str(read(one, VIEW))


def test_a_content_keeps_its_acts() -> None:
    content = Content(HASH, "ipfs://there", "water", True, EVERY[:8])
    text, uri, competence, large, acts = content.to_solidity(HOME)
    assert (text.hex(), uri, competence.rstrip(b"\0"), large, len(acts)) == (
        "ab" * 32,
        "ipfs://there",
        b"water",
        True,
        8,
    )


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (EVERY[2], "ask Mill to decide: mend the gate"),
        (EVERY[4], "expel Mill: 14 days' notice, and no levies from then on"),
        (EVERY[6], 'strike "water" off the list of competences'),
        (EVERY[7], "set ordinary from people to double"),
        (EVERY[11], f"let at most 5% of the purse on chain 10 leave in ETH ({ZERO_ADDRESS}) in seven days"),
        (EVERY[15], f"pass 7% of revenue up to the federation Country (purse {JUDY}) from then on"),
        (EVERY[16], f'delegate the competence "water" to the federation Country (purse {JUDY})'),
        (act.Pay(HOME, ZERO_ADDRESS, BOB, 10**18, "weir"), "pay 1.00 ETH from the purse to bob, for weir"),
        (act.Spend(HOME, JUDY, 1, BOB, 5 * 10**16), "pay 0.05 ETH from mandate 1 of Mill to bob"),
    ],
)
def test_an_act_in_words(one: act.Act, words: str) -> None:
    assert str(read(one, VIEW)) == words


def test_a_charter_s_text_that_is_another_is_not_shown_as_the_new_one() -> None:
    said = read(act.SetCharter(HASH, "data:,hello"), VIEW)
    assert not said.clear and f"ANOTHER, with hash {text_hash('hello')}" in said.words


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("pay", "5 tUSD to bob for the weir", act.Pay(HOME, BOB, BOB, 500, "the weir")),
        ("spend", "5 tUSD from mill mandate 2 to bob", act.Spend(HOME, JUDY, 2, BOB, 500)),
        ("request", "mill: mend its gate", act.Request(MILL, "mend its gate")),
        ("invite", "mill as 40 persons", act.Invite(MILL, 40)),
        ("confirm-roll", "1,200 people of mill", act.ConfirmRoll(MILL, 1200)),
        ("ceiling", "5% of tUSD", act.Ceiling(HOME, BOB, 500)),
    ],
)
def test_an_act_as_typed(kind: str, text: str, expected: act.Act) -> None:
    assert parse(kind, text, scope()) == expected


@pytest.mark.parametrize(
    ("kind", "text"),
    [("pay", "bob 5 tUSD"), ("pay", "0 tUSD to bob"), ("request", "mend"), ("invite", "mile"), ("ceiling", "much")],
)
def test_what_cannot_be_read_says_how_it_is_written(kind: str, text: str) -> None:
    with pytest.raises(UsageError):
        parse(kind, text, scope())


def test_no_more_is_asked_for_than_a_mandate_gives() -> None:
    with pytest.raises(RuleBroken, match=r"mandate 2 of mill is for at most 5.00 tUSD every 1 day; ask for less"):
        parse("spend", "5.01 tUSD from mill mandate 2 to bob", scope())


def test_rules_are_set_together() -> None:
    assert rules_act(["quorum=30%", "large=double"], scope()).rules == Rules(quorum_bps=3000, large=Count.DOUBLE)
    with pytest.raises(UnknownName, match="did you mean quorum"):
        rules_act(["qorum=30%"], scope())


# Charters


def test_the_template_is_a_charter_with_the_defaults() -> None:
    charter = FederationCharter.parse(template("Valley"))
    assert charter.rules == Rules()
    assert charter.rules.to_solidity() == (
        21 * DAY, 3 * DAY, 2 * DAY, 21 * DAY, 14 * DAY, 30 * DAY, 2000, 1000, 1, 1,
    )  # fmt: skip
    assert charter.document.startswith("# Valley\n\n")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ('name = ""', "name is 0 bytes long"),
        ('name = "V"\n[voting]\nquorum = 20', "quorum stands in quotes"),
        ('name = "V"\n[voting]\nvoting = "50 days"', "it lies between 1 minute and 40 days"),
        ('name = "V"\n[voting]\nlarge = "lots"', 'no way to count "lots"'),
        ('name = "V"\ncompetences = ["water", "Water"]', "the competence water is listed twice"),
        ('name = "V"\n[[invited]]\nmember = "mill"\npersons = -1', "mill counts as -1 persons"),
        ('name = "V"\nexit_share = "yes"', "exit_share"),
        ('nmae = "V"', 'there is no key "nmae" here; did you mean name'),
    ],
)
def test_what_a_file_says_wrong_is_named(file: str, words: str) -> None:
    with pytest.raises(MalformedFile) as wrong:
        FederationCharter.parse(file)
    assert words in wrong.value.message and wrong.value.message.startswith("federation.toml: ")


def test_a_public_chain_asks_for_longer_times() -> None:
    quick = FederationCharter.parse('name = "V"\n[voting]\nvoting = "1 hour"')
    with pytest.raises(UsageError, match="voting is 1 hour; it lies between 21 days and 40 days"):
        quick.check(local=False)


def test_invited_members_may_be_on_other_chains() -> None:
    text = f'name = "V"\n[[invited]]\nmember = "10:{BOB}"\n[[invited]]\nmember = "mill"\npersons = 7'
    described = FederationCharter.parse(text).to_solidity(lambda _: JUDY, HOME)
    assert described[-1] == [(Interoperable.evm(10, BOB).encode(), 0), (MILL.encode(), 7)]
    twice = FederationCharter.parse('name = "V"\n[[invited]]\nmember = "mill"\n[[invited]]\nmember = "farm"')
    with pytest.raises(UsageError, match="are the same address"):
        twice.to_solidity(lambda _: JUDY, HOME)
