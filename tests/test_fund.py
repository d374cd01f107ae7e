"""Alice lives from her fund: what she draws carries her school, her grocer and her doctor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from daokit.agreements import Agreements
from daokit.amounts import draw
from daokit.chain import Chain, Transaction
from daokit.errors import Reverted, RuleBroken, UsageError
from daokit.fund import COIN, Cap, Fund
from daokit.funds import Funds
from daokit.patronage import Standing
from daokit.profit_share import ProfitShare
from daokit.terms import Change, Party, Terms
from daokit.token import Token
from tests.funds import NOTICE, as_, fund, offer, seen_by
from tests.people import DAY, address, reverts

__all__ = ["fund", "offer"]

ETHER = 10**18


def test_a_draw_gives_the_school_and_the_grocer_their_parts_and_alice_the_rest(
    chain: Chain, coin: str, fund: Fund, offer: Callable[..., int]
) -> None:
    fund.commit(offer("judy", "school"), 1_250)
    fund.commit(offer("ivan", "groceries"), 333)
    before = Token(chain, coin).balance(address("alice"))
    quoted = fund.quote(coin, 100_07)
    drawn = fund.draw(coin, 100_07)
    assert drawn == quoted
    # 12.5 % of 100.07 are 12.50 and a rest, 3.33 % are 3.33 and a rest.
    assert [(part.receiver, part.amount) for part in drawn.parts] == [(address("judy"), 12_50), (address("ivan"), 3_33)]
    assert drawn.kept == 84_24
    assert Token(chain, coin).balance(address("judy")) == 12_50
    assert Token(chain, coin).balance(address("ivan")) == 3_33
    assert Token(chain, coin).balance(address("alice")) - before == 84_24
    assert fund.purses([coin])[coin].free == 899_93


def test_a_draw_is_said_in_people_s_words(chain: Chain, coin: str, fund: Fund, offer: Callable[..., int]) -> None:
    fund.commit(offer("judy", "school"), 1_250)
    fund.commit(offer("ivan", "groceries"), 333)
    chain.book.add("checking", address("alice"))
    said = fund.words_of(fund.quote(coin, 1_000_00))
    assert said == "draw 1,000.00 tUSD: 125.00 to judy, 33.30 to ivan, 841.70 to your checking (alice)"


def test_quote_equals_draw_for_every_sum_and_the_integers_agree(
    coin: str, fund: Fund, offer: Callable[..., int], warp: Callable[[int], None]
) -> None:
    fund.commit(offer("judy", "school"), 1_250, Cap(coin, 30 * DAY, 40_00, 55_00))
    fund.commit(offer("ivan", "groceries"), 333)
    fund.commit(offer("heidi", "doctor"), 4_999, Cap(COIN, in_all=5))
    for amount in (1, 7_99, 200_01, 123_45, 100_00):
        parts, kept = draw(amount, fund.givings(coin))
        drawn = fund.draw(coin, amount)
        assert (drawn.kept, [part.amount for part in drawn.parts]) == (kept, [part for part in parts if part])
        warp(10 * DAY)


def test_caps_hold_within_a_period_and_in_all(
    chain: Chain, coin: str, fund: Fund, offer: Callable[..., int], warp: Callable[[int], None]
) -> None:
    slot = fund.commit(offer("judy", "school"), 1_000, Cap(coin, 30 * DAY, 15_00, 25_00)).slot
    got = []
    for _ in range(3):
        got.append(sum(part.amount for part in fund.draw(coin, 100_00).parts))
    warp(30 * DAY)
    got += [sum(part.amount for part in fund.draw(coin, 100_00).parts) for _ in range(2)]
    assert got == [10_00, 5_00, 0, 10_00, 0]
    limit = fund.commitment(slot).limit
    assert limit is not None
    assert (limit.taken, limit.taken_in_all) == (10_00, 25_00)
    assert Token(chain, coin).balance(address("judy")) == 25_00


def test_more_than_is_free_is_not_drawn_and_nobody_else_draws(coin: str, fund: Fund) -> None:
    with reverts("NotEnoughFree", wanted=1_000_01, free=1_000_00):
        fund.draw(coin, 1_000_01)
    with reverts("OnlyOwner", owner=address("alice")):
        seen_by(fund, "bob").draw(coin, 1)


def test_a_provider_never_blocks_a_draw_and_collects_what_it_is_owed(
    chain: Chain, fund: Fund, neighbour: Callable[[str], str], offer: Callable[..., int]
) -> None:
    from daokit.services import Services
    from daokit.services import Terms as Offered

    wall = neighbour("RefusesEther")
    services = Services.load(chain)
    terms = Offered("walls", 1, 9_000, NOTICE)
    chain.rpc.request("anvil_impersonateAccount", [wall])
    chain.rpc.request("anvil_setBalance", [wall, hex(ETHER)])
    data = "0x" + services.encode("offer", terms.encoded(), "").hex()
    chain.rpc.request("eth_sendTransaction", [{"from": wall, "to": services.address, "data": data}])
    slot = fund.commit(services.count(), 1_000).slot
    school = fund.commit(offer("judy", "school"), 500).slot
    chain.transact(Transaction(fund.address, b"", ETHER))
    drawn = fund.draw(COIN, ETHER)
    assert drawn.owed == (slot,)
    assert [part.amount for part in drawn.parts if part.slot == school] == [ETHER // 20]
    assert fund.owed(COIN, wall) == ETHER // 10
    assert (fund.purses([COIN])[COIN].free, fund.purses([COIN])[COIN].owed) == (0, ETHER // 10)
    with reverts("NothingOwed"):
        fund.collect(COIN)


def test_alice_ends_school_and_it_serves_until_its_notice_has_run(
    coin: str, fund: Fund, offer: Callable[..., int], warp: Callable[[int], None]
) -> None:
    slot = fund.commit(offer("judy", "school"), 1_250).slot
    until = fund.end(slot)
    assert until - fund.commitment(slot).since in range(NOTICE, NOTICE + 600)
    assert (fund.commitment(slot).standing, fund.commitment(slot).paying) == (Standing.NOTICE, False)
    assert fund.draw(coin, 100_00).parts == ()
    warp(NOTICE)
    assert fund.commitment(slot).standing is Standing.ENDED
    with reverts("AlreadyEnded", slot=slot):
        fund.end(slot)


def test_standing_survives_zero_income(fund: Fund, offer: Callable[..., int], warp: Callable[[int], None]) -> None:
    slot = fund.commit(offer("judy", "school"), 1_250).slot
    warp(3_650 * DAY)
    assert fund.commitment(slot).standing is Standing.ACTIVE
    assert fund.redeem(slot, 12) == 0


def test_seniority_travels_with_a_switch(
    fund: Fund, offer: Callable[..., int], warp: Callable[[int], None], coin: str
) -> None:
    first = fund.commit(offer("judy", "school"), 1_250)
    warp(400 * DAY)
    second = fund.switch(first.slot, offer("ivan", "school"), 1_000)
    assert second.seniority == first.since
    assert second.since >= first.since + 400 * DAY
    # The old school still teaches and is paid no more.
    assert fund.commitment(first.slot).standing is Standing.NOTICE
    assert [part.receiver for part in fund.draw(coin, 100_00).parts] == [address("ivan")]
    with reverts("OtherService"):
        fund.switch(second.slot, offer("heidi", "doctor"), 1_000)


def test_twelve_baskets_a_month_and_no_more(fund: Fund, offer: Callable[..., int], warp: Callable[[int], None]) -> None:
    slot = fund.commit(offer("ivan", "groceries"), 333).slot
    assert fund.redeem(slot, 5) == 7
    with reverts("NotEntitled", wanted=8, left=7):
        fund.redeem(slot, 8)
    warp(30 * DAY)
    assert fund.commitment(slot).left == 12


def test_commitments_stay_below_nine_tenths(fund: Fund, offer: Callable[..., int]) -> None:
    fund.commit(offer("judy", "school"), 8_000)
    with reverts("TooMuchCommitted", bps=9_001):
        fund.commit(offer("ivan", "groceries"), 1_001)


def test_what_each_commitment_was_given_is_told_even_after_its_place_is_taken(
    coin: str, fund: Fund, offer: Callable[..., int], warp: Callable[[int], None]
) -> None:
    school, grocer = offer("judy", "school"), offer("ivan", "groceries")
    slot = fund.commit(school, 1_000).slot
    fund.draw(coin, 100_00)
    fund.end(slot)
    warp(NOTICE)
    assert fund.commit(grocer, 500).slot == slot
    fund.draw(coin, 100_00)
    assert [(one.offer, one.amount) for one in fund.given()] == [(school, 10_00), (grocer, 5_00)]
    assert [(one.offer, one.standing(fund.chain.now())) for one in fund.past_commitments()] == [
        (school, Standing.ENDED),
        (grocer, Standing.ACTIVE),
    ]


# Finding it again


def test_opening_twice_is_opening_once(chain: Chain, fund: Fund) -> None:
    assert Fund.open(chain).address == fund.address


def test_a_fund_is_found_by_its_owner_alone(chain: Chain, fund: Fund, state) -> None:
    (state / "funds").rename(state / "gone")
    found = Fund.own(chain)
    assert found is not None and found.address == fund.address
    assert Fund.own(as_(chain, "bob")) is None


def test_a_fund_that_a_stranger_opened_to_pay_the_stranger_is_not_found(chain: Chain) -> None:
    Funds(as_(chain, "judy")).open(address("alice"), address("judy"))
    assert Fund.own(chain) is None
    mine = Fund.open(chain)
    assert Fund.own(chain).address == mine.address  # type: ignore[union-attr]


def test_one_of_two_funds_must_be_named(chain: Chain, fund: Fund, state) -> None:
    second = Fund.open(chain, number=1)
    assert Fund.own(chain).address == second.address  # type: ignore[union-attr]
    (state / "funds").rename(state / "gone")
    with pytest.raises(UsageError, match="say which with --fund"):
        Fund.own(chain)


def test_a_fund_given_to_a_new_key_is_no_longer_alice_s(chain: Chain, fund: Fund) -> None:
    fund.set_owner(address("bob"))
    assert Fund.own(chain) is None
    assert seen_by(fund, "bob").owner() == address("bob")


def test_what_is_no_fund_is_not_taken_for_one(chain: Chain, coin: str) -> None:
    with pytest.raises(RuleBroken, match="no personal fund at"):
        Fund.load(chain, coin)


def test_draws_go_where_the_owner_says(chain: Chain, coin: str, fund: Fund) -> None:
    fund.set_checking(address("grace"))
    fund.draw(coin, 10_00)
    assert Token(chain, coin).balance(address("grace")) == 10_00


# Capital


def revenue(chain: Chain, coin: str, *parties: Party) -> Terms:
    return Terms(coin, address("erin"), chain.now() + 5 * DAY, parties)


def opened(chain: Chain, terms: Terms, *names: str) -> ProfitShare:
    there = Agreements(chain).address_of(terms)
    signatures = {address(name): ProfitShare(as_(chain, name), there).sign_opening(terms) for name in names}
    return ProfitShare(chain, Agreements(chain).open(terms, signatures))


def test_a_fund_enters_a_share_of_revenue_and_its_commitments_get_nothing_of_the_capital(
    chain: Chain, coin: str, fund: Fund, offer: Callable[..., int]
) -> None:
    fund.commit(offer("judy", "school"), 1_250)
    bakery = opened(chain, revenue(chain, coin, Party(address("bob"), address("bob"), 0, 0, 10_000)), "bob")
    # Alice's fund pays 400.00 to bob, has them back first, and then half of what the bakery earns.
    terms = bakery.terms()
    entered = replace(terms, parties=(*terms.parties, Party(fund.address, fund.address, 400_00, 0, 10_000)))
    change = Change("0x" + "11" * 32, chain.now() + DAY, 400_00, address("bob"))
    signed = {address("bob"): ProfitShare(as_(chain, "bob"), bakery.address).sign_amendment(entered, change)}
    assert fund.invest_in_change(bakery, entered, change, signed) == 400_00
    assert Token(chain, coin).balance(address("bob")) == 400_00
    assert Token(chain, coin).balance(address("judy")) == 0
    assert fund.purses([coin])[coin].free == 600_00
    assert bakery.terms() == entered
    Token(chain, coin).transfer(bakery.address, 1_000_00)
    assert bakery.claim(1) == 700_00
    assert fund.purses([coin])[coin].free == 1_300_00


def test_capital_goes_into_agreements_only_and_never_more_than_is_free(chain: Chain, coin: str, fund: Fund) -> None:
    with reverts("NotAnAgreement", account=address("bob")):
        fund.invest(address("bob"), coin, 1_00)
    bakery = opened(chain, revenue(chain, coin, Party(address("bob"), address("bob"), 0, 0, 10_000)), "bob")
    with reverts("NotEnoughFree", wanted=1_000_01, free=1_000_00):
        fund.invest(bakery.address, coin, 1_000_01)
    assert fund.deposit(bakery, 250_00) == 250_00
    assert bakery.claim(0) == 250_00


def test_a_treasury_s_debt_to_a_fund_is_fetched_by_its_owner(fund: Fund, coop, coin: str) -> None:
    with pytest.raises(Reverted):
        fund.fetch(coop.treasury.address, coin)
