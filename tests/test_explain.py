"""What each party is shown before signing, with every number by hand."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from daokit.explain import Outcome, Standing, explain, explain_change, outright
from daokit.hashing import ZERO_ADDRESS, checksum
from daokit.terms import Frozen, Milestone, Party, Terms

CARPENTER, LUMBER, FITTINGS, PAINTER = range(4)


def at(number: int) -> str:
    return checksum(f"0x{number:040x}")


def row(number: int, cost: int = 0, tier: int = 0, share: int = 0, name: str = "") -> Party:
    return Party(at(number), at(number), cost, tier, share, name)


# 2,400.00 in all, 1,200.00 of it at the start. Costs of 1,000.00: lumber first, then fittings and paint together.
KITCHEN = Terms(
    token=ZERO_ADDRESS,
    refund_to=at(90),
    customer=at(90),
    arbiter=at(91),
    open_by=1_800_000_000,
    price=240_000,
    deposit_bps=5_000,
    fallback_bps=5_000,
    milestones=(Milestone(10_000, 1_810_000_000),),
    parties=(
        row(1, share=7_500, name="the carpenter"),
        row(2, 60_000, 0, 2_500, "the lumber merchant"),
        row(3, 30_000, 1, 0, "the fittings shop"),
        row(4, 10_000, 1, 0, "the painter"),
    ),
)


def outcomes(terms: Terms = KITCHEN, standing: Standing | None = None) -> dict[str, Outcome]:
    return {one.name: one for one in explain(terms, standing)}


def test_every_way_in_which_an_order_can_end_is_told() -> None:
    assert list(outcomes()) == [
        "all goes well",
        "the customer refuses, ruled for the parties",
        "the customer refuses, ruled for the customer",
        "the customer refuses, no ruling",
        "the customer runs",
        "nobody delivers",
    ]


def test_when_all_goes_well_costs_come_back_and_profit_is_shared() -> None:
    well = outcomes()["all goes well"]
    assert (well.more, well.back, well.released) == (120_000, 0, 240_000)
    assert well.amounts == (105_000, 95_000, 30_000, 10_000)
    assert well.results == (105_000, 35_000, 0, 0)


def test_who_buys_outright_has_all_the_profit_and_all_the_risk() -> None:
    found = outcomes()
    assert found["all goes well"].outright == (140_000, 0, 0, 0)
    assert found["nobody delivers"].outright == (-100_000, 0, 0, 0)
    assert found["nobody delivers"].results == (0, -60_000, -30_000, -10_000)


def test_a_ruling_for_the_customer_sends_the_deposit_back() -> None:
    refused = outcomes()["the customer refuses, ruled for the customer"]
    assert (refused.more, refused.back, refused.released) == (0, 120_000, 0)
    assert refused.amounts == (0, 0, 0, 0)


def test_a_silent_arbiter_leaves_half() -> None:
    silent = outcomes()["the customer refuses, no ruling"]
    assert (silent.more, silent.back, silent.released) == (0, 0, 120_000)
    assert silent.results == (15_000, 5_000, 0, 0)
    assert silent.outright == (20_000, 0, 0, 0)
    assert "the fallback of 50% is paid" in silent.how


def test_without_an_arbiter_the_fallback_alone_decides() -> None:
    found = outcomes(replace(KITCHEN, arbiter=ZERO_ADDRESS, fallback_bps=2_500))
    assert list(found) == ["all goes well", "the customer refuses", "the customer runs", "nobody delivers"]
    refused = found["the customer refuses"]
    assert (refused.released, refused.back) == (60_000, 60_000)
    assert refused.results == (0, 0, -30_000, -10_000)


def test_a_customer_who_runs_leaves_the_deposit_and_the_last_tier_bears_the_loss() -> None:
    ran = outcomes(replace(KITCHEN, deposit_bps=3_000))["the customer runs"]
    assert (ran.more, ran.back, ran.released) == (0, 0, 72_000)
    assert ran.amounts == (0, 60_000, 9_000, 3_000)
    assert ran.results == (0, 0, -21_000, -7_000)
    assert ran.outright == (-28_000, 0, 0, 0)


TWO = (Milestone(6_000, 1_810_000_000), Milestone(4_000, 1_820_000_000))


def test_a_customer_who_runs_pays_for_the_first_delivery_and_leaves_the_rest_of_what_is_there() -> None:
    # 1,680.00 are there: 1,440.00 for the first, and 240.00 of the 960.00 for the second.
    ran = outcomes(replace(KITCHEN, deposit_bps=7_000, milestones=TWO))["the customer runs"]
    assert (ran.more, ran.back, ran.released) == (0, 0, 168_000)


def test_what_was_released_before_stays_when_nobody_delivers_the_second() -> None:
    terms = replace(KITCHEN, milestones=TWO)
    found = outcomes(terms, Standing(released=144_000, held=10_000, milestone=1))
    assert (found["nobody delivers"].released, found["nobody delivers"].back) == (144_000, 10_000)
    assert found["nobody delivers"].results == (33_000, 11_000, 0, 0)
    assert (found["all goes well"].more, found["all goes well"].released) == (86_000, 240_000)
    assert found["the customer refuses, no ruling"].released == 192_000


def test_what_was_paid_too_much_goes_back() -> None:
    well = outcomes(standing=Standing(held=250_000))["all goes well"]
    assert (well.more, well.back, well.released) == (0, 10_000, 240_000)


def test_partners_without_a_cost_keep_their_share_when_the_maker_buys_outright() -> None:
    terms = replace(KITCHEN, parties=(*KITCHEN.parties, row(5, share=2_500, name="the apprentice")))
    # 1,400.00 of profit, 7,500 and 2,500 parts: the lumber merchant has been paid and has none.
    assert outright(terms, 240_000, CARPENTER) == (105_000, 0, 0, 0, 35_000)
    assert outright(terms, 90_000, CARPENTER) == (-10_000, 0, 0, 0, 0)
    assert outright(KITCHEN, 240_000, LUMBER) == (105_000, 35_000, 0, 0)


REVENUE = Terms(
    token=ZERO_ADDRESS,
    refund_to=at(1),
    open_by=1_800_000_000,
    parties=(row(1, share=6_000, name="the founder"), row(2, 500_000, 0, 4_000, "the incubator")),
)


def test_a_share_of_revenue_is_told_for_what_may_come_in() -> None:
    found = explain(REVENUE)
    assert [one.released for one in found] == [0, 250_000, 500_000, 1_000_000, 2_500_000]
    assert [one.results for one in found] == [
        (0, -500_000),
        (0, -250_000),
        (0, 0),
        (300_000, 200_000),
        (1_200_000, 800_000),
    ]
    # Had the founder paid the incubator back at once, without a share: all the rest, and all the risk.
    assert [one.outright for one in found][1::2] == [(-250_000, 0), (500_000, 0)]
    (one,) = explain(REVENUE, revenues=(500_003,))
    # Open-ended: the unit that rounding leaves waits.
    assert one.amounts == (1, 500_001)


def test_a_change_is_told_before_and_after_with_who_must_sign_and_why() -> None:
    rows = list(KITCHEN.parties)
    rows[FITTINGS] = replace(rows[FITTINGS], cost=40_000)
    changed = replace(KITCHEN, parties=tuple(rows), price=260_000)
    found = explain_change(KITCHEN, changed, Standing.at_opening(KITCHEN))
    before, after = found.before[0], found.after[0]
    assert before.amounts == (105_000, 95_000, 30_000, 10_000)
    # 2,600.00 less 1,100.00: 1,500.00 of profit, 3 : 1.
    assert after.amounts == (112_500, 97_500, 40_000, 10_000)
    assert after.more == 140_000
    reasons = {one.name: one.reasons for one in found.asked}
    assert list(reasons) == [
        "the carpenter",
        "the lumber merchant",
        "the fittings shop",
        "the painter",
        "the customer",
    ]
    assert reasons["the painter"] == (
        "the cost of the fittings shop rises in the same tier or an earlier one, and this row has costs left",
    )


def test_a_change_halfway_leaves_what_was_released_as_it_was() -> None:
    standing = Standing(released=80_000, held=0, milestone=0)
    rows = list(KITCHEN.parties)
    rows[LUMBER] = replace(rows[LUMBER], share=0)
    found = explain_change(KITCHEN, replace(KITCHEN, parties=tuple(rows)), standing)
    assert found.before[-1].amounts == found.after[-1].amounts == (0, 60_000, 15_000, 5_000)
    assert found.after[0].released == 320_000
    assert found.after[0].amounts == (220_000, 60_000, 30_000, 10_000)
    assert [one.name for one in found.asked] == ["the lumber merchant"]


def test_revenue_before_and_after_a_change_is_told_for_the_same_sums() -> None:
    changed = replace(REVENUE, parties=(*REVENUE.parties, row(3, 100_000, 1, 0, "the printer")))
    found = explain_change(REVENUE, changed, Standing(released=400_000))
    assert [one.released for one in found.before] == [one.released for one in found.after]
    # 7,000.00: 2,000.00 above the old costs, 1,000.00 above the new ones.
    assert found.before[1].amounts == (120_000, 580_000)
    assert found.after[1].amounts == (60_000, 540_000, 100_000)


@given(st.integers(0, 300_000), st.integers(0, 10_000), st.integers(0, 10_000), st.booleans())
def test_nothing_is_lost_on_the_way(held: int, first: int, fallback: int, arbiter: bool) -> None:
    terms = replace(
        KITCHEN,
        fallback_bps=fallback,
        milestones=(replace(TWO[0], share=first), replace(TWO[1], share=10_000 - first)),
        arbiter=at(91) if arbiter else ZERO_ADDRESS,
    )
    for one in explain(terms, Standing(held=held, frozen=Frozen())):
        assert held + one.more == one.back + one.released
        assert sum(one.amounts) == one.released
        assert sum(one.results) == sum(one.outright) == one.released - 100_000
