"""How an agreement's money is divided, and who must sign a change: by hand, as properties, and against the chain."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daokit.affected import affected, signers
from daokit.chain import Chain, Transaction
from daokit.contract import Contract, deploy
from daokit.hashing import checksum
from daokit.terms import Frozen, Milestone, Party, Terms, hash_in_force
from daokit.waterfall import Divided, divide, freeze, waterfall

DAY = 86_400


def at(number: int) -> str:
    return checksum(f"0x{number:040x}")


def row(number: int, cost: int = 0, tier: int = 0, share: int = 0, name: str = "") -> Party:
    return Party(at(number), at(number + 100), cost, tier, share, name)


def order(*parties: Party, price: int = 200_000, residual: int = 0) -> Terms:
    return Terms(
        token=at(900),
        refund_to=at(901),
        customer=at(902),
        arbiter=at(903),
        open_by=1_800_000_000,
        price=price,
        deposit_bps=5_000,
        review=5 * DAY,
        grace=7 * DAY,
        arbitration=10 * DAY,
        fallback_bps=5_000,
        milestones=(Milestone(10_000, 1_810_000_000),),
        parties=parties,
        residual=residual,
    )


# Kitchen: 2,400.00 for the customer. Lumber 600.00 is repaid first, then fittings 300.00 and varnish 100.00 together;
# the carpenter and the lumber merchant share the profit 3 : 1, the carpenter has what rounding leaves.
CARPENTER, LUMBER, FITTINGS, VARNISH = range(4)
KITCHEN = order(
    row(1, share=7_500, name="the carpenter"),
    row(2, cost=60_000, tier=0, share=2_500, name="the lumber merchant"),
    row(3, cost=30_000, tier=1, name="the fittings shop"),
    row(4, cost=10_000, tier=1, name="the painter"),
    price=240_000,
)


def amounts(released: int, *, ended: bool = False) -> tuple[int, ...]:
    return divide(KITCHEN, released, ended=ended).amounts


def test_three_units_among_three_leave_two_for_later() -> None:
    thirds = (row(1, share=3_333), row(2, share=3_333), row(3, share=3_334))
    assert waterfall(thirds, 3, residual=2).amounts == (0, 0, 1)
    assert waterfall(thirds, 4, residual=2).amounts == (1, 1, 1)
    assert waterfall(thirds, 4, residual=2, ended=True).amounts == (1, 1, 2)


def test_the_first_tier_is_repaid_before_the_second_and_profit_comes_last() -> None:
    assert amounts(0) == (0, 0, 0, 0)
    assert amounts(45_000) == (0, 45_000, 0, 0)
    assert amounts(60_000) == (0, 60_000, 0, 0)
    assert amounts(80_000) == (0, 60_000, 15_000, 5_000)
    assert amounts(100_000) == (0, 60_000, 30_000, 10_000)
    assert amounts(240_000) == (105_000, 95_000, 30_000, 10_000)


def test_a_loss_is_shared_within_the_tier_that_it_reaches() -> None:
    # 10.01 for 300.00 and 100.00: 7.5075 and 2.5025; the cent goes to the residual row at the end.
    assert amounts(61_001) == (0, 60_000, 750, 250)
    assert amounts(61_001, ended=True) == (1, 60_000, 750, 250)


def test_without_any_share_all_profit_is_the_residual_rows() -> None:
    rows = (row(1, cost=10), row(2, cost=30))
    assert waterfall(rows, 50, residual=1) == Divided((10, 40), (10, 30))


def test_what_was_released_before_a_change_stays_divided_as_it_was() -> None:
    frozen = freeze(KITCHEN, 80_000)
    assert frozen == Frozen(1, 80_000, (0, 60_000, 15_000, 5_000), (0, 60_000, 15_000, 5_000))
    # The fittings shop waives what is left of its 300.00, and the painter's cost doubles to 200.00.
    rows = [*KITCHEN.parties]
    rows[FITTINGS] = replace(rows[FITTINGS], cost=10_000)
    rows[VARNISH] = replace(rows[VARNISH], cost=20_000)
    changed = replace(KITCHEN, parties=tuple(rows))
    assert divide(changed, 80_000, frozen).amounts == (0, 60_000, 15_000, 5_000)
    assert divide(changed, 95_000, frozen).amounts == (0, 60_000, 15_000, 20_000)
    assert divide(changed, 99_000, frozen).amounts == (3_000, 61_000, 15_000, 20_000)
    assert freeze(changed, 99_000, frozen) == Frozen(
        2, 99_000, (3_000, 61_000, 15_000, 20_000), (0, 60_000, 15_000, 20_000)
    )


def test_a_row_that_came_later_had_nothing_before() -> None:
    frozen = freeze(KITCHEN, 100_000)
    changed = replace(KITCHEN, parties=(*KITCHEN.parties, row(5, cost=5_000)))
    assert divide(changed, 103_000, frozen).amounts == (0, 60_000, 30_000, 10_000, 3_000)


def test_less_than_was_frozen_is_refused() -> None:
    with pytest.raises(ValueError, match="79999 is released, and 80000 were"):
        divide(KITCHEN, 79_999, freeze(KITCHEN, 80_000))


AMOUNT = st.one_of(st.integers(0, 12), st.integers(0, 10**6), st.integers(0, 2**112 - 1))
SHARE = st.one_of(st.sampled_from([0, 0, 1, 3_333, 10_000]), st.integers(0, 10_000))
TIER = st.sampled_from([0, 0, 1, 2])
SMALL = st.one_of(st.just(0), st.integers(0, 1_000))


@st.composite
def parties(draw: st.DrawFn, cost: st.SearchStrategy[int] = AMOUNT, count: int | None = None) -> tuple[Party, ...]:
    count = count or draw(st.integers(1, 6))
    share = draw(st.sampled_from([SHARE, SHARE, st.just(0)]))
    return tuple(row(one, draw(cost), draw(TIER), draw(share)) for one in range(1, count + 1))


@st.composite
def agreements(draw: st.DrawFn, amount: st.SearchStrategy[int] = AMOUNT) -> tuple[Terms, Frozen]:
    """Terms in force, some of them amended before."""
    rows = draw(parties(amount))
    terms = order(*rows, residual=draw(st.integers(0, len(rows) - 1)))
    if draw(st.booleans()):
        return terms, Frozen()
    return replace(terms, parties=draw(parties(amount, len(rows)))), freeze(terms, draw(amount))


@given(parties(), AMOUNT)
def test_every_row_has_its_exact_part_rounded_down(rows: tuple[Party, ...], released: int) -> None:
    found = waterfall(rows, released)
    for one, amount, repaid in zip(rows, found.amounts, found.repaid, strict=True):
        earlier = sum(other.cost for other in rows if other.tier < one.tier)
        beside = sum(other.cost for other in rows if other.tier == one.tier)
        reached = min(max(released - earlier, 0), beside)
        back = floor(Fraction(reached * one.cost, beside)) if beside else 0
        profit = max(released - sum(other.cost for other in rows), 0)
        shares = sum(other.share for other in rows)
        part = floor(Fraction(profit * one.share, shares)) if shares else profit * (one is rows[0])
        assert (amount, repaid) == (back + part, back)


@given(agreements(), AMOUNT)
def test_entitlements_never_exceed_what_was_released_and_equal_it_at_the_end(
    agreement: tuple[Terms, Frozen], more: int
) -> None:
    terms, frozen = agreement
    released = frozen.released + more
    live = divide(terms, released, frozen).amounts
    ended = divide(terms, released, frozen, ended=True).amounts
    assert sum(live) <= released
    assert sum(ended) == released
    assert all(a == b for place, (a, b) in enumerate(zip(live, ended, strict=True)) if place != terms.residual)
    assert ended[terms.residual] >= live[terms.residual]
    assert (released - frozen.released) - (sum(live) - sum(frozen.amounts)) < 2 * len(live)


@given(agreements(), AMOUNT, AMOUNT)
def test_entitlements_never_decrease(agreement: tuple[Terms, Frozen], first: int, second: int) -> None:
    terms, frozen = agreement
    before = divide(terms, frozen.released + first, frozen)
    after = divide(terms, frozen.released + first + second, frozen)
    ended = divide(terms, frozen.released + first + second, frozen, ended=True)
    assert all(a <= b <= c for a, b, c in zip(before.amounts, after.amounts, ended.amounts, strict=True))
    assert all(a <= b for a, b in zip(before.repaid, after.repaid, strict=True))


@settings(max_examples=400)
@given(agreements(SMALL), SMALL, st.data())
def test_nobody_diluted_without_signature(agreement: tuple[Terms, Frozen], until: int, data: st.DataObject) -> None:
    """Whoever is not asked has, for whatever is released from then on, what they would have had without the change:
    but for fewer units than there are rows, which rounding at the change leaves to the residual row."""
    terms, frozen = agreement
    now = frozen.released + until
    rows = list(terms.parties)
    for place in data.draw(st.sets(st.integers(0, len(rows) - 1), max_size=2)):
        part = data.draw(st.sampled_from(["cost", "tier", "share"]))
        value = data.draw({"cost": SMALL, "tier": TIER, "share": SHARE}[part])
        rows[place] = replace(rows[place], **{part: value})
    if data.draw(st.booleans()):
        rows.append(row(50, data.draw(SMALL), data.draw(TIER), data.draw(SHARE)))
    changed = replace(terms, parties=tuple(rows), residual=data.draw(st.sampled_from([terms.residual, 0])))
    asked = {one.row for one in affected(terms, changed, now, frozen)}
    most = sum(one.cost for one in (*terms.parties, *rows)) + 2_000
    for released, ended in product(range(now, now + most, most // 20), (False, True)):
        had = divide(terms, released, frozen, ended=ended).amounts
        has = divide(changed, released, freeze(terms, now, frozen), ended=ended).amounts
        for place in set(range(len(had))) - asked:
            assert has[place] >= had[place] - (len(had) - 1)


@given(agreements(), AMOUNT, st.data())
def test_a_lower_price_asks_whoever_could_get_less(
    agreement: tuple[Terms, Frozen], until: int, data: st.DataObject
) -> None:
    terms, frozen = agreement
    now = frozen.released + until
    changed = replace(terms, price=data.draw(st.integers(1, terms.price - 1)))
    asked = {one.row for one in affected(terms, changed, now, frozen)}
    assert None in asked
    for place, (a, b) in enumerate(
        zip(divide(terms, now, frozen).amounts, divide(terms, now * 2 + 7, frozen).amounts, strict=True)
    ):
        assert a == b or place in asked


# Who signs, by hand


def asked(changed: Terms, released: int = 0, terms: Terms = KITCHEN) -> dict[str, tuple[str, ...]]:
    return {one.name: one.reasons for one in affected(terms, changed, released)}


def with_row(place: int, **values: object) -> Terms:
    rows = list(KITCHEN.parties)
    rows[place] = replace(rows[place], **values)  # type: ignore[arg-type]
    return replace(KITCHEN, parties=tuple(rows))


def test_giving_something_up_needs_only_ones_own_signature() -> None:
    assert asked(with_row(FITTINGS, cost=20_000)) == {"the fittings shop": ("its cost changes",)}
    assert asked(with_row(LUMBER, share=0)) == {"the lumber merchant": ("its share of the profit changes",)}
    assert signers(KITCHEN, with_row(FITTINGS, cost=20_000), 0) == (at(103),)


def test_a_cost_that_rises_asks_who_waits_beside_or_behind_it_and_who_shares_the_profit() -> None:
    rises = "the cost of the lumber merchant rises"
    assert asked(with_row(LUMBER, cost=70_000)) == {
        "the carpenter": (f"{rises}, and this row has a share of the profit",),
        "the lumber merchant": (
            "its cost changes",
            f"{rises} in the same tier or an earlier one, and this row has costs left",
            f"{rises}, and this row has a share of the profit",
        ),
        "the fittings shop": (f"{rises} in the same tier or an earlier one, and this row has costs left",),
        "the painter": (f"{rises} in the same tier or an earlier one, and this row has costs left",),
    }


def test_whoever_stands_before_a_cost_that_rises_and_has_no_profit_is_not_asked() -> None:
    terms = with_row(LUMBER, share=0)
    found = asked(replace(terms, parties=(*terms.parties[:3], replace(terms.parties[3], cost=11_000))), terms=terms)
    assert set(found) == {"the carpenter", "the fittings shop", "the painter"}


def test_whoever_has_their_costs_back_is_not_asked_about_the_costs_of_others() -> None:
    terms = with_row(LUMBER, share=0)
    changed = replace(terms, parties=(*terms.parties[:3], replace(terms.parties[3], tier=0)))
    assert set(asked(changed, 0, terms)) == {"the lumber merchant", "the fittings shop", "the painter"}
    assert set(asked(changed, 60_000, terms)) == {"the fittings shop", "the painter"}


def test_whoever_enters_asks_the_profit_and_signs_too() -> None:
    found = asked(replace(KITCHEN, parties=(*KITCHEN.parties, row(5, name="the plumber"))))
    assert found["the plumber"] == ("it joins the agreement",)
    assert found["the carpenter"] == ("the plumber enters, and this row has a share of the profit",)
    # Its empty row stands in the first tier, before the painter's.
    assert "the plumber enters in the same tier or an earlier one, and this row has costs left" in found["the painter"]


def test_a_price_concerns_the_customer_and_the_profit_and_a_lower_one_also_costs() -> None:
    higher, lower = replace(KITCHEN, price=250_000), replace(KITCHEN, price=230_000)
    assert set(asked(higher)) == {"the carpenter", "the lumber merchant", "the customer"}
    assert set(asked(lower)) == {
        "the carpenter",
        "the lumber merchant",
        "the fittings shop",
        "the painter",
        "the customer",
    }
    assert asked(lower)["the painter"] == ("the price falls, and this row has costs left",)
    assert asked(higher)["the customer"] == ("the price changes",)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("review", 1, "the review time changes, which concerns everyone"),
        ("grace", 1, "the time of grace changes, which concerns everyone"),
        ("arbitration", 1, "the time for a ruling changes, which concerns everyone"),
        ("fallback_bps", 1, "the fallback for disputes changes, which concerns everyone"),
        ("refund_to", at(7), "the address for refunds changes, which concerns everyone"),
        ("arbiter", at(7), "the arbiter changes, which concerns everyone"),
        ("document", "0x" + "1" * 64, "the legal text changes, which concerns everyone"),
        ("milestones", (Milestone(10_000, 1_810_000_001),), "the milestones change, which concerns everyone"),
    ],
)
def test_what_concerns_everyone_asks_everyone(field: str, value: object, words: str) -> None:
    found = affected(KITCHEN, replace(KITCHEN, **{field: value}), 0)  # type: ignore[arg-type]
    assert [one.signer for one in found] == [at(101), at(102), at(103), at(104), at(902)]
    assert all(one.reasons == (words,) for one in found)


def test_a_new_signer_and_a_new_customer_sign_after_the_old_ones() -> None:
    assert signers(KITCHEN, with_row(LUMBER, signer=at(7)), 0) == (at(102), at(7))
    assert signers(KITCHEN, replace(KITCHEN, customer=at(8)), 0)[-2:] == (at(902), at(8))


def test_old_and_new_residual_row_sign() -> None:
    assert asked(replace(KITCHEN, residual=VARNISH)) == {
        "the carpenter": ("it is no longer the residual row",),
        "the painter": ("it becomes the residual row",),
    }


def test_open_ended_revenue_has_no_customer_to_ask() -> None:
    terms = replace(KITCHEN, price=0)
    assert None not in {one.row for one in affected(terms, replace(terms, review=9), 0)}


# Against the chain


def revenue(chain: Chain, luck: random.Random) -> Terms:
    """Open-ended revenue in coin, alice signing for every row."""
    rows = tuple(
        Party(at(luck.getrandbits(150)), chain.sender, luck.choice([0, luck.randrange(9), luck.randrange(10**6)]))
        for _ in range(luck.randint(1, 6))
    )
    rows = tuple(replace(one, tier=luck.randrange(3), share=luck.choice([0, 1, 3_333, 10_000])) for one in rows)
    return Terms(
        token=at(0), refund_to=chain.sender, open_by=2**32 - 1, parties=rows, residual=luck.randrange(len(rows))
    )


def varied(terms: Terms, luck: random.Random) -> Terms:
    rows = list(terms.parties)
    place = luck.randrange(len(rows))
    part = luck.choice(["cost", "tier", "share"])
    value = {"cost": luck.randrange(10**6), "tier": luck.randrange(3), "share": luck.randrange(10_001)}[part]
    # Signed by the row's own place, so that the list of signers says which rows are asked.
    rows = [replace(one, signer=at(1_000 + number)) for number, one in enumerate(rows)]
    changed = replace(rows[place], **{part: value})  # type: ignore[arg-type]
    return replace(terms, parties=(*rows[:place], changed, *rows[place + 1 :]))


def entitled(agreement: Contract, terms: Terms, frozen: Frozen) -> tuple[int, ...]:
    calls = [("entitled", (terms.encoded(), frozen.encoded(), place)) for place in range(len(terms.parties))]
    return tuple(agreement.read_many(calls))


def pay(chain: Chain, to: str, amounts: Iterable[int]) -> None:
    for amount in amounts:
        chain.transact(Transaction(to, b"", amount))


def test_the_model_and_the_chain_agree_to_the_unit(chain: Chain, warp: Callable[[int], None]) -> None:
    factory = deploy(chain, "ProfitShareFactory", deploy(chain, "ProfitShare").address)
    luck = random.Random(7)
    for number in range(12):
        terms, frozen = revenue(chain, luck), Frozen()
        made = factory.send("make", terms.encoded(), number).event("AgreementMade")
        agreement = Contract(chain, made.agreement, "ProfitShare")
        agreement.send("open", terms.encoded(), [b""] * len(terms.parties))
        released = luck.randrange(1, 2 * 10**6)
        pay(chain, agreement.address, [released])
        for _ in range(2):
            assert agreement.read("hash") == bytes.fromhex(hash_in_force(terms, frozen)[2:])
            assert entitled(agreement, terms, frozen) == divide(terms, released, frozen).amounts
            changed = varied(terms, luck)
            changed = replace(changed, parties=tuple(replace(one, signer=chain.sender) for one in changed.parties))
            if changed == terms:
                continue
            wanted = agreement.read("signersOf", terms.encoded(), frozen.encoded(), changed.encoded())
            assert tuple(wanted) == signers(terms, changed, released, frozen)
            change = (bytes(32), 0, at(0), 2**40)
            warp(3_600)
            agreement.send("amend", terms.encoded(), frozen.encoded(), changed.encoded(), change, [b""] * len(wanted))
            terms, frozen = changed, freeze(terms, released, frozen)
            more = luck.randrange(10**6)
            pay(chain, agreement.address, [more])
            released += more
        assert entitled(agreement, terms, frozen) == divide(terms, released, frozen).amounts


def test_the_model_asks_the_rows_that_the_chain_asks(chain: Chain) -> None:
    factory = deploy(chain, "ProfitShareFactory", deploy(chain, "ProfitShare").address)
    luck = random.Random(11)
    for number in range(40):
        terms = varied(revenue(chain, luck), luck)
        made = factory.send("make", terms.encoded(), number).event("AgreementMade")
        agreement = Contract(chain, made.agreement, "ProfitShare")
        changed = varied(terms, luck)
        if luck.random() < 0.3:
            changed = replace(changed, parties=(*changed.parties, Party(at(77), at(78), luck.randrange(99), 1, 5)))
        if luck.random() < 0.3:
            changed = replace(changed, residual=luck.randrange(len(changed.parties)))
        wanted = agreement.read("signersOf", terms.encoded(), Frozen().encoded(), changed.encoded())
        assert tuple(wanted) == signers(terms, changed, 0)
