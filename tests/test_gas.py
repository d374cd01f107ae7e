"""What acts cost, held to the ceilings of the benchmark; and that a vote does not grow dearer with the collective."""

from __future__ import annotations

import pytest

from daokit.experiments import gas
from daokit.experiments.federating import local
from daokit.experiments.growth import after_proposals, with_seats
from daokit.experiments.levels import levels
from daokit.experiments.sandbox import sandbox


@pytest.fixture(scope="module")
def rows() -> dict[str, int]:
    with sandbox() as chain:
        return gas.measure(chain) | gas.measure_across()


@pytest.mark.parametrize("name", gas.CEILINGS)
def test_nothing_costs_more_than_its_ceiling(rows: dict[str, int], name: str) -> None:
    assert rows[name] <= gas.CEILINGS[name]


def test_a_deposit_and_the_share_of_a_claim_do_not_grow_with_the_rows(rows: dict[str, int]) -> None:
    assert rows["deposit_coin"] == rows["deposit_coin_30_rows"]
    assert rows["deposit_erc20"] == rows["deposit_erc20_30_rows"]


def test_levies_and_tallies_cost_the_same_with_more_people_and_more_members(rows: dict[str, int]) -> None:
    with sandbox() as chain:
        grown = local(chain, people=10, further=4)
    for name in ("levy_bubble", "tally_local"):
        assert abs(grown[name] - rows[name]) <= 24  # a byte of calldata or an event is not zero any more


def test_levies_and_tallies_cost_the_same_at_each_level_of_a_federation_of_federations(rows: dict[str, int]) -> None:
    with sandbox() as chain:
        found = levels(chain)
    for gas_by_level in (found.tallies, found.tallies_up, found.levies, found.levies_up):
        assert max(gas_by_level) - min(gas_by_level) <= 24  # as above
    assert abs(found.tallies[0] - rows["tally_local"]) <= 24
    # A federation says how its motion went from six words more than a collective does, whatever sits below it.
    assert 0 < found.tallies_up[0] - found.tallies[0] <= 11_000
    assert found.levies_up[0] <= found.levies[0]


def test_a_row_above_its_ceiling_is_named() -> None:
    assert gas.above_ceiling({"vote_steady": 40_001, "propose": 1}) == ["vote_steady is 40,001; its ceiling is 40,000"]


def test_a_vote_costs_the_same_with_more_seats_and_more_past_proposals() -> None:
    small = with_seats(10)
    assert with_seats(60) == small
    assert after_proposals(30) == small
