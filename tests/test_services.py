"""What providers see: their offers, who is committed, since when, and what each has given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from daokit.accounts import dev_signer
from daokit.chain import Chain
from daokit.collective import Collective
from daokit.contract import deploy
from daokit.errors import RuleBroken, UsageError
from daokit.factory import address_of
from daokit.factory import deploy as put_up
from daokit.fund import Fund
from daokit.hashing import ZERO_ADDRESS, create_address
from daokit.options import Call, Option
from daokit.patronage import Standing, points
from daokit.rpc import Rpc
from daokit.services import Services, Terms, first_block
from daokit.services import address as services_address
from daokit.token import Token
from tests.funds import NOTICE, as_, fund, offer, offers_of
from tests.hostile import public_chain
from tests.people import DAY, address, reverts

__all__ = ["fund", "offer"]


@pytest.fixture
def bobs(chain: Chain, coin: str) -> Fund:
    """Bob's fund, with 500.00 tUSD."""
    opened = Fund.open(as_(chain, "bob"))
    Token(chain, coin).transfer(opened.address, 500_00)
    return opened


def test_the_contract_of_offers_is_where_the_factory_made_it(chain: Chain) -> None:
    from daokit.funds import Funds

    assert services_address() == Funds(chain).read("services")


def test_nobody_s_contract_is_named_by_a_nonce_that_does_not_stand_for_itself() -> None:
    with pytest.raises(ValueError, match="nonces"):
        create_address(address_of("FundFactory"), 128)


def test_the_past_is_read_from_the_block_in_which_the_contract_came(state: Path) -> None:
    """On a chain of its own: anvil forgets old states, and so those of a chain on which many tests have gone back."""
    with public_chain(chain_id=31338) as rpc:
        chain = Chain(rpc, signer=dev_signer("alice"))
        put_up(chain)
        last = chain.block_number()
        later = deploy(chain, "TestCoin", "Test euro", "tEUR", 2).address
        rpc.request("anvil_mine", ["0x3"])
        assert first_block(chain, later) == last + 1
        begun = first_block(chain, services_address())
        assert begun > 0
        assert rpc.request("eth_getCode", [services_address(), hex(begun - 1)]) == "0x"


def test_a_chain_without_funds_says_how_to_begin() -> None:
    with pytest.raises(RuleBroken, match="daokit fund open"):
        Services.load(Chain(Rpc("memory")))


def test_an_offer_reads_back_as_it_was_written(chain: Chain) -> None:
    terms = Terms(
        "school", 1_000, 1_250, NOTICE, 20, 30 * DAY, address("alice"), ZERO_ADDRESS, address("carol"), "0x" + "ab" * 32
    )
    services = offers_of(chain, "judy")
    number = services.offer(terms, "ipfs://school")
    found = services.offer_of(number)
    assert (found.provider, found.open, found.terms) == (address("judy"), True, terms)
    assert services.uri_of(number) == "ipfs://school"
    assert terms.share == "10% to 12.5%"
    assert terms.entitlement == "20 every 30 days"
    assert services.offers(provider=address("judy")) == [found]
    assert services.offers(provider=address("ivan")) == []


def test_a_service_with_a_long_name_is_refused_in_words(chain: Chain) -> None:
    with pytest.raises(UsageError, match="32"):
        offers_of(chain, "judy").offer(Terms("a school with a very long name in it", 1, 1, 0))


def test_a_closed_offer_takes_nobody_new_and_keeps_those_it_has(
    chain: Chain, coin: str, fund: Fund, bobs: Fund, offer: Callable[..., int]
) -> None:
    school = offer("judy", "school")
    fund.commit(school, 1_250)
    with reverts("OnlyProvider"):
        offers_of(chain, "ivan").close(school)
    offers_of(chain, "judy").close(school)
    with reverts("OfferClosed", offer=school):
        bobs.commit(school, 1_250)
    assert [part.amount for part in fund.draw(coin, 100_00).parts] == [12_50]


def test_offers_to_one_person_and_to_members_are_for_them_alone(
    fund: Fund, offer: Callable[..., int], coop: Collective, chain: Chain
) -> None:
    with reverts("OfferedToAnother"):
        fund.commit(offer("judy", "school", only=address("bob")), 100)
    with reverts("OnlyForMembers", person=address("judy")):
        own = Fund.open(as_(chain, "judy"))
        own.commit(offer("ivan", "groceries", members_of=coop.address), 100)
    with reverts("ShareOutOfBounds", bps=99, lowest=100, highest=200):
        fund.commit(offer("heidi", "doctor", 100, 200), 99)


def test_the_grocer_sees_its_members_and_what_each_has_paid(
    chain: Chain, coin: str, fund: Fund, bobs: Fund, offer: Callable[..., int], warp: Callable[[int], None]
) -> None:
    groceries, school = offer("ivan", "groceries"), offer("judy", "school")
    alices = fund.commit(groceries, 500)
    fund.commit(school, 1_000)
    bobs.commit(groceries, 1_000)
    fund.draw(coin, 100_00)
    bobs.draw(coin, 200_00)
    warp(40 * DAY)
    fund.draw(coin, 50_00)
    fund.end(alices.slot)
    services = offers_of(chain, "ivan")
    members = services.members([groceries])
    now = chain.now()
    assert [(one.person, one.bps, one.standing(now), one.is_paying(now)) for one in members] == [
        (address("alice"), 500, Standing.NOTICE, False),
        (address("bob"), 1_000, Standing.ACTIVE, True),
    ]
    given = services.gifts(members)
    assert points(given) == {fund.address: {coin: 7_50}, bobs.address: {coin: 20_00}}
    # A span counts from its first second up to before its last.
    late = services.gifts(members, since=given[-1].time)
    assert points(late) == {fund.address: {coin: 2_50}}
    assert points(services.gifts(members, until=given[-1].time)) == {
        fund.address: {coin: 5_00},
        bobs.address: {coin: 20_00},
    }


def test_a_member_with_a_new_key_is_known_by_it(chain: Chain, fund: Fund, offer: Callable[..., int]) -> None:
    groceries = offer("ivan", "groceries")
    fund.commit(groceries, 500)
    fund.set_owner(address("grace"))
    assert [one.person for one in offers_of(chain, "ivan").members([groceries])] == [address("grace")]


def test_the_keeper_ends_a_commitment_and_is_paid_until_its_notice_has_run(
    chain: Chain, coin: str, fund: Fund, offer: Callable[..., int], warp: Callable[[int], None]
) -> None:
    school = offer("judy", "school", keeper=address("carol"))
    slot = fund.commit(school, 1_000).slot
    with reverts("OnlyProvider"):
        offers_of(chain, "bob").dismiss(school, fund.address, slot)
    until = offers_of(chain, "carol").dismiss(school, fund.address, slot)
    (member,) = offers_of(chain, "judy").members([school])
    assert (member.until, member.by_provider, member.is_paying(chain.now())) == (until, True, True)
    assert fund.draw(coin, 100_00).parts[0].amount == 10_00
    warp(NOTICE)
    assert fund.draw(coin, 100_00).parts == ()
    assert member.standing(chain.now()) is Standing.ENDED


def test_money_within_one_place_goes_to_the_offer_that_held_it_then(
    chain: Chain, coin: str, fund: Fund, offer: Callable[..., int]
) -> None:
    plain, rich = offer("judy", "school", 1_000, 1_000), offer("judy", "school", 2_000, 2_000)
    first = fund.commit(plain, 1_000)
    fund.draw(coin, 100_00)
    # The same provider goes on at once, in the same place or another.
    fund.switch(first.slot, rich, 2_000)
    fund.draw(coin, 100_00)
    services = offers_of(chain, "judy")
    assert [one.amount for one in services.gifts(services.members([plain]))] == [10_00]
    assert [one.amount for one in services.gifts(services.members([rich]))] == [20_00]
    assert [one.standing(chain.now()) for one in services.members([plain, rich])] == [Standing.ENDED, Standing.ACTIVE]


def test_a_collective_offers_by_a_large_option_and_its_treasury_is_paid(
    chain: Chain, coin: str, coop: Collective, fund: Fund, decide: Callable[[Option], int], money: int
) -> None:
    services = Services.load(chain)
    terms = Terms("bread", 500, 500, NOTICE, 12, 30 * DAY, members_of=coop.address)
    call = Call(services.address, 0, services.encode("offer", terms.encoded(), ""))
    decide(Option("0x" + "22" * 32, "", True, (), (call,)))
    (bread,) = services.offers(provider=coop.treasury.address)
    fund.commit(bread.number, 500)
    fund.draw(coin, 100_00)
    assert coop.treasury.book(coin).free == money + 5_00
